//! How a command ends: exit codes by class, and messages with place, rule and remedy.

use std::fmt;
use std::process::ExitCode;

/// Why a command, or one city's night, did not do what was asked.
///
/// The order is that of gravity: a run of several cities ends with the gravest of theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    /// Exit code 4: a gate failed and nothing was published.
    Gate,
    /// Exit code 5: the privacy budget does not cover the release.
    BudgetExhausted,
    /// Exit code 11: another run has the city.
    Locked,
    /// Exit code 10: there is no ledger yet.
    NotInitialised,
    /// Exit code 12: a key is missing or refused.
    Key,
    /// Exit code 2: usage or configuration.
    Usage,
    /// Exit code 1: the disk, or a defect.
    Internal,
    /// Exit code 13: the ledger was altered, cut, put back or is another's, and its city is stopped.
    Ledger,
}

/// A message and its class.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) class: Class,
    message: String,
}

/// How a command that got to its end, ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// Exit code 0.
    Done,
    /// Exit code 3: done, and rows were set aside with a reason.
    DoneWithQuarantine,
    /// The class's exit code.
    Failed(Class),
}

impl Failure {
    pub(crate) fn new(class: Class, message: impl fmt::Display) -> Self {
        Self { class, message: message.to_string() }
    }

    pub(crate) fn usage(message: impl fmt::Display) -> Self {
        Self::new(Class::Usage, message)
    }

    pub(crate) fn internal(message: impl fmt::Display) -> Self {
        Self::new(Class::Internal, message)
    }

    /// A reading or writing that failed, at a path.
    pub(crate) fn io(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |error| Self::internal(format!("{}: {error}", path.display()))
    }
}

/// A place where a night has to write and can't.
pub(crate) fn unwritable(path: &std::path::Path, why: impl fmt::Display) -> Failure {
    Failure::internal(format!(
        "{}: {why}: nothing can be written there, and a night has to; let this user write (a mount that is writable, a service's \
         ReadWritePaths), see that space is left, and run again",
        path.display()
    ))
}

impl From<keys::KeyError> for Failure {
    fn from(error: keys::KeyError) -> Self {
        Self::new(Class::Key, error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Outcome {
    /// The process's exit code.
    pub(crate) fn exit_code(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Done => 0,
            Self::DoneWithQuarantine => 3,
            Self::Failed(class) => match class {
                Class::Internal => 1,
                Class::Usage => 2,
                Class::Gate => 4,
                Class::BudgetExhausted => 5,
                Class::NotInitialised => 10,
                Class::Locked => 11,
                Class::Key => 12,
                Class::Ledger => 13,
            },
        })
    }
}
