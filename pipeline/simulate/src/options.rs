//! What is to be simulated, and what can go wrong.

use std::path::PathBuf;

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::history::FURTHER;

/// How error-prone the agencies are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Noise {
    /// No errors and no gaps but those that a source's form implies: what linkage can at best do.
    None,
    /// A fifth of the usual errors, half of the usual gaps.
    Clean,
    /// The rates of the error model in the crate's README.
    Default,
    /// Three and a half times the usual errors, 1.6 times the usual gaps.
    Dirty,
}

impl Noise {
    /// Multiplier of every error rate.
    pub(crate) fn errors(self) -> f64 {
        match self {
            Self::None => 0.0,
            Self::Clean => 0.2,
            Self::Default => 1.0,
            Self::Dirty => 3.5,
        }
    }

    /// Multiplier of every rate of missing fields.
    pub(crate) fn gaps(self) -> f64 {
        match self {
            Self::None => 0.0,
            Self::Clean => 0.5,
            Self::Default => 1.0,
            Self::Dirty => 1.6,
        }
    }
}

/// Which agencies write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sources {
    /// The six that every city has.
    Six,
    /// Those and six more: all eleven city systems, human services twice. What the six write stays the same.
    All,
}

impl Sources {
    /// The agencies that must write for these sources to be there.
    pub fn that_write<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let further = |name: &str| FURTHER.iter().any(|source| source.name() == name);
        if names.into_iter().any(further) { Self::All } else { Self::Six }
    }
}

/// What is to be simulated. The same options give the same bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// People who are clients of at least one agency, 1 to 1,000,000.
    pub people: u32,
    /// Seed.
    pub seed: u64,
    /// First day of events.
    pub start: NaiveDate,
    /// Months of events; those after the report date are not written.
    pub months: u32,
    /// How error-prone the agencies are.
    pub noise: Noise,
    /// The day on which the agencies export and as of which the truth is computed.
    pub report_date: NaiveDate,
    /// First day of the period whose truth is computed.
    pub period_start: NaiveDate,
    /// Last day of the period: a calendar year or quarter.
    pub period_end: NaiveDate,
    /// Which agencies write.
    pub sources: Sources,
}

impl Default for Options {
    /// 1,000 people, seed 1, 42 months from 2023, six agencies, reported on 2026-06-30 for 2025.
    fn default() -> Self {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).expect("constants are dates");
        Self {
            people: 1_000,
            seed: 1,
            start: day(2023, 1, 1),
            months: 42,
            noise: Noise::Default,
            report_date: day(2026, 6, 30),
            period_start: day(2025, 1, 1),
            period_end: day(2025, 12, 31),
            sources: Sources::Six,
        }
    }
}

impl Options {
    /// First and last day of events.
    ///
    /// # Errors
    /// [`SimulateError::Option`] when the options make no sense.
    pub(crate) fn span(&self) -> Result<(NaiveDate, NaiveDate), SimulateError> {
        let fail = |option, rule| Err(SimulateError::Option { option, rule });
        if !(1..=1_000_000).contains(&self.people) {
            return fail("people", "must lie from 1 to 1,000,000");
        }
        if !(1..=240).contains(&self.months) {
            return fail("months", "must lie from 1 to 240");
        }
        let months = match (self.period_end - self.period_start).num_days() {
            364 | 365 => 12,
            89..=91 => 3,
            _ => return fail("period", "must be a calendar year or quarter"),
        };
        if self.period_start.checked_add_months(Months::new(months)) != self.period_end.succ_opt() {
            return fail("period", "must be a calendar year or quarter");
        }
        let Some(after) = self.start.checked_add_months(Months::new(self.months)) else {
            return fail("start", "lies beyond the calendar");
        };
        let end = self.report_date.min(after.pred_opt().unwrap_or(after));
        if (end - self.start).num_days() < 27 {
            return fail("report_date", "must lie at least four weeks after `start`");
        }
        Ok((self.start, end))
    }
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// The city's folder.
    pub folder: PathBuf,
    /// People simulated.
    pub people: u64,
    /// Records of them over all sources.
    pub records: u64,
    /// People with an indicator or identification recorded anywhere.
    pub trafficked: u64,
    /// Records with an error in the name, counted as the error was made.
    pub name_errors: u64,
    /// Records with a wrong birth date.
    pub birth_date_errors: u64,
    /// Records with somebody else's number, a placeholder or a wrong digit.
    pub ssn_errors: u64,
    /// Rows of `truth/persons.csv`.
    pub persons_in_table: u64,
    /// Rows spoilt on purpose.
    pub bad_rows: u64,
    /// Data rows and bytes of every file, by path in the city's folder.
    pub files: Vec<FileSize>,
}

/// One written file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileSize {
    /// Path in the city's folder, with forward slashes.
    pub file: String,
    /// Data rows, the header not counted.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
}

/// Why a city could not be simulated.
#[derive(Debug, Error)]
pub enum SimulateError {
    /// Options that make no sense.
    #[error("simulate: `{option}` {rule}")]
    Option {
        /// Which.
        option: &'static str,
        /// Rule and remedy.
        rule: &'static str,
    },
    /// A city slug that can't name a folder.
    #[error(
        "simulate: the city must be a slug of lower-case letters, digits and hyphens, such as `us-il-chicago`"
    )]
    City,
    /// A file that can't be written.
    #[error("{path}: can't be written ({source}); check the disk and the folder's permissions")]
    Write {
        /// File.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn senseless_options_are_refused() {
        let good = Options::default();
        assert!(good.span().is_ok());
        let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
        for bad in [
            Options { people: 0, ..good },
            Options { people: 1_000_001, ..good },
            Options { months: 0, ..good },
            Options { period_end: day("2025-11-30"), ..good },
            Options { period_start: day("2025-01-02"), period_end: day("2026-01-02"), ..good },
            Options { report_date: day("2023-01-10"), ..good },
        ] {
            assert!(matches!(bad.span(), Err(SimulateError::Option { .. })), "{bad:?}");
        }
        let quarter = Options { period_start: day("2025-07-01"), period_end: day("2025-09-30"), ..good };
        assert!(quarter.span().is_ok());
    }
}
