//! Why an export can't be encoded.

use std::io;
use std::path::{Path, PathBuf};

use keys::KeyError;
use thiserror::Error;

/// Why nothing was written.
///
/// # Privacy
/// No message quotes a cell: place, rule and remedy only.
#[derive(Debug, Error)]
pub enum EncodeError {
    /// The source profile is at fault. A profile holds no personal data, so its text may be shown.
    #[error("{path}: {message}")]
    Profile {
        /// Profile.
        path: PathBuf,
        /// Place, rule and remedy.
        message: String,
    },
    /// What was typed is at fault: a path that is not there, or not what it should be.
    #[error("{path}: {rule}; {remedy}")]
    Place {
        /// File or folder.
        path: PathBuf,
        /// What is wrong.
        rule: String,
        /// What to do.
        remedy: String,
    },
    /// A key is at fault.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The raw export is refused whole.
    #[error("{file}: {rule}; {remedy}")]
    Input {
        /// Raw file.
        file: String,
        /// What is wrong.
        rule: String,
        /// What to do.
        remedy: String,
    },
    /// A mapped column is not there; a rule may be marked `optional` for that.
    #[error("{file}: {rule}; {remedy}")]
    NoColumn {
        /// Raw file.
        file: String,
        /// What is wrong.
        rule: String,
        /// What to do.
        remedy: String,
    },
    /// Reading or writing failed; nothing was left half-written.
    #[error("{path}: {error}{}", hint(error))]
    Io {
        /// File or folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

fn hint(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull => {
            "; the disk is full: free some space and run again, nothing was written"
        }
        io::ErrorKind::FileTooLarge | io::ErrorKind::QuotaExceeded => {
            "; this user may not write so much: raise the limit (the quota, `ulimit -f`) or write elsewhere, nothing was written"
        }
        io::ErrorKind::PermissionDenied => "; run as the user who owns this path, or change its permissions",
        io::ErrorKind::NotFound => "; check the path",
        _ => "; nothing was written",
    }
}

impl EncodeError {
    /// Whether a key is missing, exposed, or of another city.
    pub fn is_key_error(&self) -> bool {
        matches!(self, Self::Key(_))
    }

    /// Whether the source profile is at fault, or another path that was typed.
    pub fn is_configuration(&self) -> bool {
        matches!(self, Self::Profile { .. } | Self::Place { .. })
    }

    /// Whether the raw export was refused.
    pub fn is_input(&self) -> bool {
        matches!(self, Self::Input { .. } | Self::NoColumn { .. })
    }

    /// Whether the disk or the system is at fault.
    pub fn is_io(&self) -> bool {
        matches!(self, Self::Io { .. })
    }

    pub(crate) fn input(file: &str, rule: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Input { file: file.to_owned(), rule: rule.into(), remedy: remedy.into() }
    }

    /// Says of a column that `skip_when` asks for what is at stake.
    pub(crate) fn of_skip(self) -> Self {
        let Self::NoColumn { file, rule, .. } = self else { return self };
        let rule = format!("{rule}; `skip_when` asks it, and without it what was deleted would leave");
        let remedy = "export the file with it, or map the name it has now in the source profile; where the export never has it, \
                      write `optional = true` into `skip_when`";
        Self::NoColumn { file, rule, remedy: remedy.to_owned() }
    }

    /// Temporary files could not be written or read.
    pub(crate) fn scratch(error: io::Error) -> Self {
        Self::Io { path: PathBuf::from("temporary files beside the extract"), error }
    }

    pub(crate) fn place(path: &Path, rule: &str, remedy: &str) -> Self {
        Self::Place { path: path.to_owned(), rule: rule.to_owned(), remedy: remedy.to_owned() }
    }

    /// A path that was typed, and can't be opened: it is not there, or the disk is at fault.
    pub(crate) fn typed(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
                Self::place(path, "there is nothing here", "check the path")
            }
            _ => Self::io(path)(error),
        }
    }

    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |error| Self::Io { path: path.to_owned(), error }
    }
}
