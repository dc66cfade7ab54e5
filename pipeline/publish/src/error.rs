//! What can go wrong while a release is written.

use std::path::PathBuf;

use thiserror::Error;

/// A release that was not published. Nothing of it is visible to a reader.
#[derive(Debug, Error)]
pub enum PublishError {
    /// A table whose shape or figures contradict its own description.
    #[error("table `{table}`: {rule}; render the release again, and report it if it stays")]
    Table {
        /// The table's name.
        table: String,
        /// What is wrong.
        rule: &'static str,
    },
    /// A statement that does not say what every file must carry.
    #[error("statement: {field}: {rule}")]
    Statement {
        /// Field.
        field: &'static str,
        /// Rule and remedy.
        rule: &'static str,
    },
    /// What is published already stands in the way.
    #[error("{folder}: {rule}")]
    Standing {
        /// The published folder.
        folder: PathBuf,
        /// Rule and remedy.
        rule: &'static str,
    },
    /// An overview over nothing, or over one city twice.
    #[error("overview: {0}")]
    Overview(&'static str),
    /// The disk refused.
    #[error("{path}: {source}; check space and permissions, then run again")]
    Disk {
        /// File or folder.
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// A format's own writer refused; it is named, and no value is quoted.
    #[error("{file}: the {format} writer refused the rows; report it")]
    Format {
        /// File, relative to the release.
        file: String,
        /// Format.
        format: &'static str,
    },
}
