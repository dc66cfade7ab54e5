//! Conditions, as a profile writes them.

use serde::Deserialize;

use crate::profile::check_formats;
use crate::profile_value::Code;

/// When a rule applies: exactly one test, of which `all`, `any` and `not` hold further ones.
/// Codes are compared without regard to case; ICD prefixes also without dots.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "the tests are described in schemas/sources/README.md")]
pub struct Condition {
    pub all: Option<Vec<Condition>>,
    pub any: Option<Vec<Condition>>,
    pub not: Option<Box<Condition>>,
    pub column: Option<String>,
    pub columns: Vec<String>,
    #[serde(rename = "in")]
    pub one_of: Option<Vec<Code>>,
    pub not_in: Option<Vec<Code>>,
    pub prefix: Option<Vec<Code>>,
    pub present: Option<bool>,
    /// Formats: the cell is a date.
    pub date: Option<Vec<String>>,
    pub contains: Option<Vec<Code>>,
    pub split: Option<String>,
    pub age_known: Option<bool>,
    pub age_under: Option<u32>,
    pub age_at_least: Option<u32>,
    /// Of `skip_when` alone: nothing is skipped where the file lacks the column.
    pub optional: bool,
}

impl Condition {
    pub(crate) fn check(&self, place: &str) -> Result<(), String> {
        if self.optional {
            return Err(format!(
                "{place}: in a condition `optional` goes with `skip_when` alone, at its top; a rule takes it beside its `when`"
            ));
        }
        self.check_skip(place)
    }

    /// As [`Self::check`], of a condition that may be optional.
    pub(crate) fn check_skip(&self, place: &str) -> Result<(), String> {
        let cell_tests = [
            self.one_of.is_some(),
            self.not_in.is_some(),
            self.prefix.is_some(),
            self.present.is_some(),
            self.date.is_some(),
            self.contains.is_some(),
        ];
        let cells = cell_tests.iter().filter(|t| **t).count();
        let others = [
            self.all.is_some(),
            self.any.is_some(),
            self.not.is_some(),
            self.age_known.is_some(),
            self.age_under.is_some(),
            self.age_at_least.is_some(),
        ];
        let others = others.iter().filter(|t| **t).count();
        let columns = self.columns.len() + usize::from(self.column.is_some());
        if cells + others != 1 {
            return Err(format!(
                "{place}: a condition has exactly one test (in, not_in, prefix, present, date, contains, age_known, age_under, age_at_least, all, any or not)"
            ));
        }
        if (cells == 1) != (columns > 0) || (self.column.is_some() && !self.columns.is_empty()) {
            return Err(format!(
                "{place}: in, not_in, prefix, present, date and contains go with `column` or `columns`, and only they do"
            ));
        }
        if self.contains.is_some() != self.split.as_ref().is_some_and(|split| !split.is_empty()) {
            return Err(format!(
                "{place}: `contains` and `split` go together; `split` says what parts the values of a cell, for example \";\""
            ));
        }
        if let Some(formats) = &self.date {
            check_formats(formats, &format!("{place}.date"))?;
        }
        let inner = self.all.iter().flatten().chain(self.any.iter().flatten()).chain(self.not.as_deref());
        inner.into_iter().try_for_each(|condition| condition.check(place))
    }
}
