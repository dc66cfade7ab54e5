//! The days on which something can have happened.

use std::ops::RangeInclusive;

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::age::OLDEST;

/// First and last of them.
#[derive(Clone, Copy)]
pub(crate) struct PossibleDays {
    first: NaiveDate,
    last: NaiveDate,
}

/// Nothing has happened before: days that stand for none are none, and 1899-12-30 and 1900-01-01 are the first ones of
/// spreadsheets and databases.
const FIRST: NaiveDate = NaiveDate::from_ymd_opt(1901, 1, 1).expect("a date");
/// What is planned may lie a year ahead. The hub takes no event further ahead.
const AHEAD: Days = Days::new(366);

impl PossibleDays {
    /// Any day of the years that somebody may have meant.
    pub(crate) const ANY: Self = Self {
        first: NaiveDate::from_ymd_opt(1500, 1, 1).expect("a date"),
        last: NaiveDate::from_ymd_opt(2199, 12, 31).expect("a date"),
    };

    /// Births of people whose records are encoded on `day`: nobody is born tomorrow, or older than people get.
    pub(crate) fn of_births(day: NaiveDate) -> Self {
        let first = day.checked_sub_months(Months::new(12 * OLDEST)).unwrap_or(Self::ANY.first);
        Self { first: first.max(Self::ANY.first), last: day.min(Self::ANY.last) }
    }

    /// What has happened by `day`, with a day of leave, for clocks elsewhere.
    pub(crate) fn past(day: NaiveDate) -> Self {
        Self { first: FIRST, last: day.checked_add_days(Days::new(1)).unwrap_or(day).min(Self::ANY.last) }
    }

    /// Events that are told on `day`.
    pub(crate) fn of_events(day: NaiveDate) -> Self {
        Self { first: FIRST, last: day.checked_add_days(AHEAD).unwrap_or(day).min(Self::ANY.last) }
    }

    pub(crate) fn contain(self, day: NaiveDate) -> bool {
        (self.first..=self.last).contains(&day)
    }

    pub(crate) fn years(self) -> RangeInclusive<i32> {
        self.first.year()..=self.last.year()
    }

    pub(crate) fn contain_year(self, year: i32) -> bool {
        self.years().contains(&year)
    }

    /// Whether a day that somebody may have meant lies behind the last.
    pub(crate) fn are_over(self, day: NaiveDate) -> bool {
        day > self.last && Self::ANY.contain(day)
    }
}

/// Whether a day is one that stands where none is known, in whatever year: the first or one of the last two.
pub(crate) fn is_years_edge(month: u32, day: u32) -> bool {
    matches!((month, day), (1, 1) | (12, 30 | 31))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn births_end_today_and_events_a_year_ahead() {
        let on = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).expect("a date");
        let births = PossibleDays::of_births(on(2026, 1, 15));
        assert!(births.contain(on(2026, 1, 15)) && births.contain(on(1901, 1, 15)));
        assert!(!births.contain(on(2026, 1, 16)) && !births.contain(on(1901, 1, 14)));
        assert!(births.contain_year(1901) && !births.contain_year(1900) && !births.contain_year(2027));
        assert!(
            births.are_over(on(2067, 7, 6))
                && !births.are_over(on(1867, 7, 6))
                && !births.are_over(on(9999, 1, 1))
        );
        let events = PossibleDays::of_events(on(2026, 1, 15));
        assert!(events.contain(on(2027, 1, 16)) && !events.contain(on(2027, 1, 17)));
        assert!(events.contain(on(1901, 1, 1)) && !events.contain(on(1900, 1, 1)));
        assert!(!PossibleDays::of_births(NaiveDate::MIN).contain_year(2000));
    }
}
