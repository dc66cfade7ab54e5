//! Fetches sealed extracts from wherever agencies put them: a folder, an SFTP server, an S3-compatible
//! store, a web server. Knows nothing of what is inside: it has no key, and reads no row.
//!
//! ```text
//!   where (configuration) ─ look ─► unchanged since the last time? done
//!                             └► ranges into a .part file, on from where it stopped ─ look again ─► whole file, SHA-256
//! ```
//!
//! # Privacy
//! What a server sees is a ciphertext, its size, and when the hub comes for it. Secrets come from files that
//! configuration names, or from the environment; no message holds one.

mod fault;
mod fetch;
mod record;
mod remote;
mod rule;
mod secret;
mod sftp;
mod store;

pub use fault::PullFailure;
pub use fetch::{Fetched, fetch, look};
pub use record::{Record, Seen};
