//! Ages at a date, from a birth date or a birth year.

use chrono::{Datelike, NaiveDate};

/// What is known of a birth.
#[derive(Clone, Copy, Default)]
pub(crate) struct Birth {
    pub(crate) date: Option<NaiveDate>,
    pub(crate) year: Option<i32>,
}

impl Birth {
    /// The age in whole years; from a year alone, the difference of years. `None` before birth.
    pub(crate) fn age_at(self, day: NaiveDate) -> Option<u32> {
        match (self.date, self.year) {
            (Some(birth), _) => day.years_since(birth),
            (None, Some(year)) => u32::try_from(day.year() - year).ok(),
            (None, None) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn birthdays_count() {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).expect("a date");
        let birth = Birth { date: Some(day(2004, 2, 29)), year: Some(2004) };
        assert_eq!(birth.age_at(day(2022, 2, 28)), Some(17));
        assert_eq!(birth.age_at(day(2022, 3, 1)), Some(18));
        assert_eq!(birth.age_at(day(2004, 2, 28)), None);
        assert_eq!(Birth { date: None, year: Some(2000) }.age_at(day(2018, 1, 1)), Some(18));
        assert_eq!(Birth::default().age_at(day(2018, 1, 1)), None);
    }
}
