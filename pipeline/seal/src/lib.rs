//! Sealed extracts: what an agency sends over servers that nobody has to trust. One file, encrypted to the
//! hub and signed by the agency, and opened at the hub whole or not at all.
//!
//! ```text
//!   agency  extract folder ─ tar ─ age (to the hub) ─ sign the ciphertext and its label ─► one file
//!   hub     one file ─ signature ─ label (city, source, key, newer than the last) ─ age ─ tar ─► extract folder
//! ```
//!
//! The file is four lines in minisign's format, then an age file in binary: `minisign` and `age` read the
//! two parts. Pure Rust, nothing of one operating system, no network: agencies run it too.
//!
//! # Privacy
//! Nothing that is not signed by the agency's own key is decrypted, and nothing is unpacked but the three
//! files of an extract. The label is in clear: it names city, source, key epoch, fingerprint and time,
//! and counts nothing.

mod archive;
mod error;
mod label;
mod opening;
mod rule;
mod sealing;
mod signature;

pub use error::{OpenError, SealError, SealRefusal};
pub use label::Label;
pub use opening::{Expected, Limits, Opened, OpeningKeys, Recipient, open, read_label};
pub use sealing::seal;
pub use signature::{SigningKey, VerifyingKey};
