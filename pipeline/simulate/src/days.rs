//! Days, ages and cohorts.

use chrono::{Datelike, Days, Months, NaiveDate};

/// `date` moved by `days`, either way.
pub(crate) fn shifted(date: NaiveDate, days: i64) -> NaiveDate {
    let by = Days::new(days.unsigned_abs());
    let moved = if days < 0 { date.checked_sub_days(by) } else { date.checked_add_days(by) };
    moved.unwrap_or(date)
}

/// Whole years from `born` to `on`; `None` when not yet born.
pub(crate) fn age(born: NaiveDate, on: NaiveDate) -> Option<u32> {
    on.years_since(born)
}

/// What a record says of its client's birth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Birth {
    /// A full date; 1900-01-01 stands for nothing known.
    Date(NaiveDate),
    /// A year alone.
    Year(i32),
    /// Blank.
    Unknown,
}

impl Birth {
    /// Age at an event as the record knows it.
    pub(crate) fn age_on(self, date: NaiveDate) -> Option<u32> {
        let years = match self {
            Self::Date(born) if (born.year(), born.ordinal()) == (1900, 1) => None,
            Self::Date(born) => age(born, date),
            Self::Year(year) => u32::try_from(date.year() - year).ok(),
            Self::Unknown => None,
        };
        years.filter(|years| *years <= 120)
    }
}

/// The latest period of the kind `start..=end`, not after it, whose `window_days` of follow-up
/// have passed on `report`.
pub(crate) fn cohort(
    start: NaiveDate,
    end: NaiveDate,
    window_days: i64,
    report: NaiveDate,
) -> (NaiveDate, NaiveDate) {
    let length = Months::new(if (end - start).num_days() > 100 { 12 } else { 3 });
    let (mut first, mut next) = (start, shifted(end, 1));
    while shifted(next, window_days - 1) > report {
        (first, next) = (first - length, next - length);
    }
    (first, shifted(next, -1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn cohorts_wait_for_their_window() {
        let (s, e) = (day("2025-01-01"), day("2025-12-31"));
        assert_eq!(cohort(s, e, 180, day("2026-06-29")), (s, e));
        assert_eq!(cohort(s, e, 180, day("2026-06-28")).0, day("2024-01-01"));
        assert_eq!(cohort(s, e, 365, day("2026-06-30")), (day("2024-01-01"), day("2024-12-31")));
        let quarter = cohort(day("2025-10-01"), e, 180, day("2026-03-31"));
        assert_eq!(quarter, (day("2025-07-01"), day("2025-09-30")));
    }

    #[test]
    fn ages_are_whole_years_and_placeholders_unknown() {
        let on = day("2025-03-01");
        assert_eq!(Birth::Date(day("2007-03-02")).age_on(on), Some(17));
        assert_eq!(Birth::Date(day("2007-03-01")).age_on(on), Some(18));
        assert_eq!(Birth::Date(day("1900-01-01")).age_on(on), None);
        assert_eq!(Birth::Date(day("2026-01-01")).age_on(on), None);
        assert_eq!(Birth::Year(2000).age_on(on), Some(25));
        assert_eq!(Birth::Unknown.age_on(on), None);
    }
}
