//! Ages at a date, from a birth date or a birth year.

use chrono::{Datelike, NaiveDate};

/// Nobody has been older; a birth that says so is an error, or a record of long ago.
pub(crate) const OLDEST: u32 = 125;

/// What is known of a birth.
#[derive(Clone, Copy, Default)]
pub(crate) struct Birth {
    pub(crate) date: Option<NaiveDate>,
    pub(crate) year: Option<i32>,
}

impl Birth {
    /// The age in whole years; from a year alone, the difference of years. `None` before birth,
    /// and past any age that people reach.
    pub(crate) fn age_at(self, day: NaiveDate) -> Option<u32> {
        let age = match (self.date, self.year) {
            (Some(birth), _) => day.years_since(birth),
            (None, Some(year)) => u32::try_from(day.year() - year).ok(),
            (None, None) => None,
        };
        age.filter(|age| *age <= OLDEST)
    }

    /// The least age that it can have been: of a year alone, before that year's birthday.
    pub(crate) fn least_age_at(self, day: NaiveDate) -> Option<u32> {
        let age = self.age_at(day)?;
        Some(if self.date.is_some() { age } else { age.saturating_sub(1) })
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
        assert_eq!(Birth { date: None, year: Some(2000) }.least_age_at(day(2018, 1, 1)), Some(17));
        assert_eq!(
            Birth { date: Some(day(2000, 1, 1)), year: Some(2000) }.least_age_at(day(2018, 1, 1)),
            Some(18)
        );
        assert_eq!(Birth::default().age_at(day(2018, 1, 1)), None);
        let long_ago = Birth { date: Some(day(1653, 2, 1)), year: Some(1653) };
        assert_eq!(long_ago.age_at(day(2018, 1, 1)), None, "an error, not an age");
        assert_eq!(long_ago.age_at(day(1683, 2, 1)), Some(30));
    }
}
