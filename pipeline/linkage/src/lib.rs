//! Tokens to linked persons: pure computation, without I/O, keys or personal data.
//!
//! ```text
//!   Records ─ candidate_pairs ─► pairs with the families they share
//!                                    │ evidence: what those families prove, per identity field
//!                                    ▼
//!                  odds (bits), with what the two sources tell
//!                                    │
//!                  cluster: best first, under constraints ─► Persons
//! ```
//!
//! The outcome does not depend on the order of records within the canonical order that the hub
//! gives them, on threads, or on anything but the tokens.

mod accuracy;
mod apart;
mod candidate;
mod classes;
mod cluster;
mod evidence;
mod expected;
mod judge;
mod link;
mod meeting;
mod model;
mod records;
mod sources;
mod spread_sort;
mod stability;
mod strangers;
mod years;

pub use accuracy::{Accuracy, Scores, accuracy};
pub use candidate::CandidatePair;
pub use evidence::{Dates, EvidenceVector};
pub use judge::Weights;
pub use link::{Before, Join, LinkError, LinkReport, Options, Persons, link, link_again, link_with};
pub use records::{Records, RecordsError};
pub use stability::{Change, Stability};
