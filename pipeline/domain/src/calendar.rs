//! Periods and cohorts.

use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A calendar quarter or a calendar year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Period {
    /// A calendar year, written `2025`.
    Year(i32),
    /// A calendar quarter, written `2025-q3`.
    Quarter(i32, u32),
}

/// A text that names no period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a period is a year (`2025`) or a quarter (`2025-q3`), from 1990 to 2200")]
pub struct PeriodError;

/// The days in which a person must enter a measure, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cohort {
    /// First day.
    pub start: NaiveDate,
    /// Last day.
    pub end: NaiveDate,
}

impl Cohort {
    /// Whether `date` lies in the cohort.
    pub fn contains(self, date: NaiveDate) -> bool {
        self.start <= date && date <= self.end
    }
}

impl Period {
    /// Reads `2025` or `2025-q3`.
    ///
    /// # Errors
    /// [`PeriodError`] on anything else.
    pub fn parse(text: &str) -> Result<Self, PeriodError> {
        let year = |digits: &str| {
            let year: i32 = digits.parse().map_err(|_| PeriodError)?;
            if digits.len() == 4 && (1990..=2200).contains(&year) { Ok(year) } else { Err(PeriodError) }
        };
        match text.split_once("-q") {
            None => Ok(Self::Year(year(text)?)),
            Some((y, q @ ("1" | "2" | "3" | "4"))) => {
                Ok(Self::Quarter(year(y)?, q.parse().map_err(|_| PeriodError)?))
            }
            Some(_) => Err(PeriodError),
        }
    }

    /// The calendar year: the privacy year that a release of the period is charged to.
    pub fn year(self) -> i32 {
        match self {
            Self::Year(year) | Self::Quarter(year, _) => year,
        }
    }

    /// First day.
    pub fn start(self) -> NaiveDate {
        match self {
            Self::Year(year) => day(year, 1),
            Self::Quarter(year, quarter) => day(year, quarter * 3 - 2),
        }
    }

    /// Last day.
    pub fn end(self) -> NaiveDate {
        self.next().start() - Days::new(1)
    }

    /// The period of the same kind that follows.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Year(year) => Self::Year(year + 1),
            Self::Quarter(year, 4) => Self::Quarter(year + 1, 1),
            Self::Quarter(year, quarter) => Self::Quarter(year, quarter + 1),
        }
    }

    /// The period of the same kind that went before.
    #[must_use]
    pub fn previous(self) -> Self {
        match self {
            Self::Year(year) => Self::Year(year - 1),
            Self::Quarter(year, 1) => Self::Quarter(year - 1, 4),
            Self::Quarter(year, quarter) => Self::Quarter(year, quarter - 1),
        }
    }

    /// The latest period of this kind, this one at the latest, whose follow-up of `window_days`
    /// has elapsed by `report_date`.
    ///
    /// # Source
    /// Domain reference, section 4: each measure has the latest cohort whose window has elapsed.
    pub fn cohort(self, window_days: u32, report_date: NaiveDate) -> Cohort {
        let mut period = self;
        while period.end() + Days::new(u64::from(window_days)) > report_date {
            period = period.previous();
        }
        Cohort { start: period.start(), end: period.end() }
    }

    /// The period of a kind that holds `date`.
    #[must_use]
    pub fn same_kind_at(self, date: NaiveDate) -> Self {
        match self {
            Self::Year(_) => Self::Year(date.year()),
            Self::Quarter(..) => Self::Quarter(date.year(), date.month0() / 3 + 1),
        }
    }
}

fn day(year: i32, month: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, 1).expect("years are checked to four digits and months are 1 to 12")
}

impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Year(year) => write!(f, "{year}"),
            Self::Quarter(year, quarter) => write!(f, "{year}-q{quarter}"),
        }
    }
}

impl TryFrom<String> for Period {
    type Error = PeriodError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn reads_and_writes_both_kinds() {
        for text in ["2025", "2025-q1", "2025-q4"] {
            assert_eq!(Period::parse(text).map(|p| p.to_string()), Ok(text.to_owned()));
        }
        for bad in ["25", "2025-q5", "2025-q", "2025q1", "", "abcd"] {
            assert_eq!(Period::parse(bad), Err(PeriodError), "{bad:?}");
        }
    }

    #[test]
    fn a_cohort_waits_for_its_window() {
        let year = Period::Year(2025);
        assert_eq!(year.cohort(90, date("2026-03-31")).start, date("2025-01-01"));
        assert_eq!(year.cohort(90, date("2026-03-30")).start, date("2024-01-01"));
        assert_eq!(year.cohort(365, date("2026-06-30")).end, date("2024-12-31"));
        let quarter = Period::Quarter(2025, 4);
        assert_eq!(quarter.cohort(180, date("2026-03-31")).end, date("2025-09-30"));
    }
}
