//! Rows set aside: where, by which rule, and how to mend them; never what they held.

use serde::{Deserialize, Serialize};

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth a look; the row went on.
    Warning,
    /// The row was set aside.
    Error,
    /// The file was refused whole.
    High,
}

/// A rule a row can break: its id, and how to mend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Stable id, for example `date.impossible`.
    pub id: &'static str,
    /// What the rule says.
    pub reason: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

/// Names a room's rules as constants: `NAME = "id", "what the rule says", "what to do";`, after the visibility
/// that they have.
#[macro_export]
macro_rules! rules {
    ($visibility:vis, $($(#[$meta:meta])* $name:ident = $id:literal, $reason:literal, $remedy:literal;)+) => {
        $($(#[$meta])* $visibility const $name: $crate::Rule =
            $crate::Rule { id: $id, reason: $reason, remedy: $remedy };)+
    };
}

/// One row that was set aside.
///
/// # Privacy
/// Never holds a cell's value, only the names of file, field and rule, which are the pipeline's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarantinedRow {
    /// Source.
    pub source: String,
    /// File within the source.
    pub file: String,
    /// Data row, counted from 1 (the header is row 0).
    pub row: u64,
    /// Rule id.
    pub rule: String,
    /// How grave.
    pub severity: Severity,
    /// Field, by the name the profile or the contract gives it.
    pub field: String,
    /// What the rule says.
    pub reason: String,
    /// What to do.
    pub remedy: String,
}

impl QuarantinedRow {
    /// A row set aside by `rule`.
    pub fn new(source: &str, file: &str, row: u64, field: &str, rule: &Rule) -> Self {
        Self {
            source: source.to_owned(),
            file: file.to_owned(),
            row,
            rule: rule.id.to_owned(),
            severity: Severity::Error,
            field: field.to_owned(),
            reason: rule.reason.to_owned(),
            remedy: rule.remedy.to_owned(),
        }
    }
}
