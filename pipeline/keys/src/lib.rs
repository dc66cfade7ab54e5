//! Key files: made, read, checked, told apart by fingerprint. One small crate, so that agency,
//! hub and release read keys the same way, and each wraps what it needs in a type of its own.
//!
//! ```text
//!   create, rotate, destroy ─► file (0600)
//!   file (0600) ─ read: permissions, kind, city ─► KeyFile ─ derive(label) ─► 32 bytes, zeroized
//!                                                     └──── fingerprint ────► 16 hex digits, public
//! ```
//!
//! # Privacy
//! Custody is by kind: the linkage key, the record keys and the signing keys are the agencies', the hub
//! key, the opening key and the ledger key the hub's. Neither side reads the other's. A [`KeyFile`] has no `Clone`, no `Debug`
//! and no serialization, and its secret is wiped when it is dropped.

mod derive;
mod error;
mod file;
mod known;
mod place;
mod rotate;

pub use derive::{DerivedKey, FINGERPRINT_HEX};
pub use error::KeyError;
pub use file::{KeyFile, KeyKind, check_epoch};
pub use known::KnownKey;
pub use rotate::{destroy, retired_keys, retired_path, rotate};
