//! Why a key can't be used: place, rule, remedy, never a secret.

use std::io;
use std::path::{Path, PathBuf};

use domain::CityId;
use thiserror::Error;

use crate::file::KeyKind;

/// Why a key can't be used.
#[derive(Debug, Error)]
pub enum KeyError {
    /// There is no such file.
    #[error("{path}: there is no {kind} key; make one with `pathways keys make`, or put the file in place")]
    Missing {
        /// File.
        path: PathBuf,
        /// Kind that was looked for.
        kind: KeyKind,
    },
    /// Others than the owner can read it.
    #[error(
        "{path}: group or others can read this key; run `chmod 600` on it, and rotate it if it may have been read"
    )]
    Exposed {
        /// File.
        path: PathBuf,
    },
    /// Others than the owner can put another file in its place.
    #[error(
        "{path}: group or others can write to this folder, and so put another key in the place of the one here; run `chmod go-w` on \
         it, and compare fingerprints with `pathways keys show`"
    )]
    OpenFolder {
        /// Folder.
        path: PathBuf,
    },
    /// Not a key file.
    #[error(
        "{path}: not a key file of this project (kind, city, epoch and 64 hexadecimal digits of secret); restore it from your copy"
    )]
    Format {
        /// File.
        path: PathBuf,
    },
    /// A key of another kind.
    #[error("{path}: this is a {found} key where a {expected} key is needed; name the right file")]
    Kind {
        /// File.
        path: PathBuf,
        /// Kind it has.
        found: KeyKind,
        /// Kind it should have.
        expected: KeyKind,
    },
    /// A key of another city.
    #[error(
        "{path}: this key belongs to {found}, not to {expected}; cities never share keys: name {expected}'s own"
    )]
    City {
        /// File.
        path: PathBuf,
        /// City it has.
        found: CityId,
        /// City it should have.
        expected: CityId,
    },
    /// A record key of another source.
    #[error("{path}: this is the record key of {found}, not of {expected}; put {expected}'s own key there")]
    Source {
        /// File.
        path: PathBuf,
        /// Source it is of.
        found: String,
        /// Source it should be of.
        expected: String,
    },
    /// The key and the fingerprint that lies beside it differ.
    #[error(
        "{path}: this is not the city's linkage key: its epoch and fingerprint are {found}, and the fingerprint beside it says \
         {expected}; put the right key there, or bring the fingerprint file that belongs to this one"
    )]
    Mistaken {
        /// File.
        path: PathBuf,
        /// Epoch and fingerprint of the key.
        found: String,
        /// Epoch and fingerprint that were expected.
        expected: String,
    },
    /// The fingerprint that was named is not this key's.
    #[error(
        "{path}: its fingerprint is not the one that was given; nothing was destroyed: compare with `pathways keys show`"
    )]
    OtherFingerprint {
        /// File.
        path: PathBuf,
    },
    /// A text that is no epoch: it stands in file names, so nothing that could leave a folder gets through.
    #[error("an epoch is 1 to 32 ASCII letters, digits and hyphens, for example 2026; name it so")]
    Epoch,
    /// The epoch has had a key.
    #[error("{path}: epoch {epoch} has had a key of this kind; name an epoch that was never used")]
    EpochUsed {
        /// The key of that epoch.
        path: PathBuf,
        /// Epoch.
        epoch: String,
    },
    /// Another key lies where a key is to be retired.
    #[error(
        "{path}: another file lies where the key of now would be retired, and it may be the only copy of another key; move it \
         away, and rotate again"
    )]
    RetiredTaken {
        /// Where the key would go.
        path: PathBuf,
    },
    /// A rotation was cut off between its two renames.
    #[error(
        "{path}: a rotation of this key was cut off; run the same `pathways keys rotate` again, and it is finished"
    )]
    HalfRotated {
        /// File.
        path: PathBuf,
    },
    /// There is a file already.
    #[error("{path}: a key is already there and is never overwritten; move it away first")]
    Exists {
        /// File.
        path: PathBuf,
    },
    /// The disk.
    #[error("{path}: {error}")]
    Io {
        /// File.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

impl KeyError {
    pub(crate) fn io(path: &Path) -> impl Fn(io::Error) -> Self + '_ {
        move |error| Self::Io { path: path.to_owned(), error }
    }
}
