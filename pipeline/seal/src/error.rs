//! What can go wrong on either side.

use std::io;
use std::path::{Path, PathBuf};

use domain::Rule;
use keys::KeyError;
use thiserror::Error;

/// Why an agency can't seal an extract.
#[derive(Debug, Error)]
pub enum SealError {
    /// A key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Not a recipient.
    #[error(
        "the recipient is not one of age's X25519 recipients (`age1…`); copy it from the hub's `pathways keys show`"
    )]
    Recipient,
    /// The folder holds no whole extract.
    #[error("{path}: {rule}; encode again, and seal what `pathways encode` wrote")]
    Extract {
        /// File or folder.
        path: PathBuf,
        /// What is wrong with it.
        rule: &'static str,
    },
    /// A key of another city than the extract's.
    #[error(
        "{path}: the extract belongs to another city than the signing key; cities never share keys: name this city's own"
    )]
    City {
        /// Manifest.
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

impl SealError {
    pub(crate) fn io(path: &Path) -> impl Fn(io::Error) -> Self + '_ {
        move |error| Self::Io { path: path.to_owned(), error }
    }
}

/// A sealed extract that was refused whole.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}; {} [{}]", rule.reason, rule.remedy, rule.id)]
pub struct SealRefusal {
    /// The rule it breaks.
    pub rule: Rule,
}

/// Why the hub could not open a sealed extract.
#[derive(Debug, Error)]
pub enum OpenError {
    /// It is refused.
    #[error(transparent)]
    Refused(#[from] SealRefusal),
    /// The hub's disk.
    #[error("{path}: {error}; make room there or let the hub's user write, then run again")]
    Io {
        /// File or folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

impl OpenError {
    pub(crate) fn io(path: &Path) -> impl Fn(io::Error) -> Self + '_ {
        move |error| Self::Io { path: path.to_owned(), error }
    }
}

/// A refusal by a rule.
pub(crate) fn refuse(rule: &Rule) -> OpenError {
    SealRefusal { rule: *rule }.into()
}
