//! What went wrong on the way: place, rule, remedy; and whether trying again may help.

use std::fmt;
use std::path::Path;

use domain::Rule;

use crate::rule;

/// A sealed extract that could not be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullFailure {
    /// Where: a file or an address, without user or secret.
    pub place: String,
    /// Which rule.
    pub rule: Rule,
    /// What the system or the server said, in one line.
    pub detail: String,
}

impl fmt::Display for PullFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, rule, detail } = self;
        write!(f, "{place}: {}", rule.reason)?;
        if !detail.is_empty() {
            write!(f, " ({detail})")?;
        }
        write!(f, "; {} [{}]", rule.remedy, rule.id)
    }
}

impl std::error::Error for PullFailure {}

/// A failure before its place is known.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    pub(crate) rule: Rule,
    pub(crate) detail: String,
    pub(crate) again: Again,
}

/// Whether the same request may go well the next time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Again {
    /// It may.
    Try,
    /// It will not.
    Stop,
    /// What is read is no longer what was looked at.
    Anew,
}

impl Fault {
    pub(crate) fn stop(rule: &Rule, detail: impl fmt::Display) -> Self {
        Self { rule: *rule, detail: one_line(&detail.to_string()), again: Again::Stop }
    }

    pub(crate) fn again(rule: &Rule, detail: impl fmt::Display) -> Self {
        Self { rule: *rule, detail: one_line(&detail.to_string()), again: Again::Try }
    }

    pub(crate) fn changed() -> Self {
        Self { rule: rule::CHANGING, detail: String::new(), again: Again::Anew }
    }

    pub(crate) fn disk(path: &Path) -> impl Fn(std::io::Error) -> Self + '_ {
        move |error| Self::stop(&rule::DISK, format!("{}: {error}", path.display()))
    }

    pub(crate) fn at(self, place: &str) -> PullFailure {
        PullFailure { place: place.to_owned(), rule: self.rule, detail: self.detail }
    }
}

/// A server's words, cut to what a log can bear: printable, one line, 200 characters.
fn one_line(text: &str) -> String {
    let line =
        text.trim().lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", ");
    line.chars().filter(|c| !c.is_control()).take(200).collect()
}

/// The innermost cause, which is the one that tells something.
pub(crate) fn root_cause(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
