//! Tokens to linked persons: pure computation, without I/O, keys or personal data.
//!
//! ```text
//!   Records ─ candidate_pairs ─► pairs with the families they share
//!                                    │ evidence: what those families prove, per identity field
//!                                    ▼
//!                  score (bits) ─ cluster: best first, under constraints ─► Persons
//! ```
//!
//! The outcome does not depend on the order of records within the canonical order that the hub
//! gives them, on threads, or on anything but the tokens.

mod accuracy;
mod candidate;
mod cluster;
mod evidence;
mod link;
mod records;
mod weight;

pub use accuracy::{Accuracy, Scores, accuracy};
pub use candidate::CandidatePair;
pub use evidence::{Agreement, EvidenceVector};
pub use link::{LinkError, LinkReport, Options, Persons, link};
pub use records::{Records, RecordsError};
