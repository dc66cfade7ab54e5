//! Exit codes, the same as the large program's.

use agency::EncodeError;

/// How an encoding ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Exit code 0.
    Done,
    /// Exit code 1: the disk, or a defect.
    Internal,
    /// Exit code 2: usage, or the profile.
    Usage,
    /// Exit code 3: done, and rows were set aside with a reason.
    DoneWithQuarantine,
    /// Exit code 4: the export was refused, nothing was written.
    Refused,
    /// Exit code 12: a key is missing or refused.
    Key,
}

impl Ending {
    /// How an encoding that failed, ends.
    pub fn of(error: &EncodeError) -> Self {
        if error.is_key_error() {
            Self::Key
        } else if error.is_configuration() {
            Self::Usage
        } else if error.is_input() {
            Self::Refused
        } else {
            Self::Internal
        }
    }

    /// The process's exit code.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Internal => 1,
            Self::Usage => 2,
            Self::DoneWithQuarantine => 3,
            Self::Refused => 4,
            Self::Key => 12,
        }
    }
}
