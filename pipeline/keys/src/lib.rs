//! Key files: made, read, checked, told apart by fingerprint. One small crate, so that agency,
//! hub and release read keys the same way, and each wraps what it needs in a type of its own.
//!
//! ```text
//!   file (0600) ─ read: permissions, kind, city ─► KeyFile ─ derive(label) ─► 32 bytes, zeroized
//!                                                     └──── fingerprint ────► 16 hex digits, public
//! ```
//!
//! # Privacy
//! Custody is by kind: the linkage key and the record keys are the agencies', the hub key and the
//! ledger key the hub's. Neither side reads the other's. A [`KeyFile`] has no `Clone`, no `Debug`
//! and no serialization, and its secret is wiped when it is dropped.

mod derive;
mod file;

pub use derive::{DerivedKey, FINGERPRINT_HEX};
pub use file::{KeyError, KeyFile, KeyKind};
