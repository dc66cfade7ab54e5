//! Ages at a date, from a birth date or a birth year.

use chrono::{Datelike, NaiveDate};

/// Nobody has been older; a birth that says so is an error, or a record of long ago.
pub(crate) const OLDEST: u32 = 125;

/// What is known of a birth.
#[derive(Clone, Copy, Default)]
pub(crate) struct Birth {
    pub(crate) date: Option<NaiveDate>,
    pub(crate) year: Option<i32>,
    /// Where neither is known.
    pub(crate) aged: Option<Aged>,
}

/// An age as it was told on a day. It makes no token: a birth year that is one off would tell one person from
/// themselves, and two with each other.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Aged {
    pub(crate) years: u32,
    pub(crate) on: NaiveDate,
}

impl Aged {
    /// The age on another day, as though no birthday lay on the way there but those of whole years.
    fn at(self, day: NaiveDate) -> Option<u32> {
        match day.years_since(self.on) {
            Some(later) => Some(self.years + later),
            None => self.years.checked_sub(self.on.years_since(day)?),
        }
    }

    /// The least that it can have been.
    fn least_at(self, day: NaiveDate) -> Option<u32> {
        let age = self.at(day)?;
        Some(age.saturating_sub(u32::from(day < self.on)))
    }
}

impl Birth {
    /// The age in whole years; from a year alone, the difference of years, and from an age on another day by the
    /// whole years between. `None` before birth, and past any age that people reach.
    pub(crate) fn age_at(self, day: NaiveDate) -> Option<u32> {
        let age = match (self.date, self.year) {
            (Some(birth), _) => day.years_since(birth),
            (None, Some(year)) => u32::try_from(day.year() - year).ok(),
            (None, None) => self.aged.and_then(|aged| aged.at(day)),
        };
        age.filter(|age| *age <= OLDEST)
    }

    /// The least age that it can have been: of a year alone, before that year's birthday.
    pub(crate) fn least_age_at(self, day: NaiveDate) -> Option<u32> {
        let age = self.age_at(day)?;
        match (self.date, self.year) {
            (Some(_), _) => Some(age),
            (None, Some(_)) => Some(age.saturating_sub(1)),
            (None, None) => self.aged?.least_at(day),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn birthdays_count() {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).expect("a date");
        let birth = |date: Option<NaiveDate>, year| Birth { date, year: Some(year), aged: None };
        let (of_day, of_year) = (birth(Some(day(2004, 2, 29)), 2004), birth(None, 2000));
        assert_eq!(of_day.age_at(day(2022, 2, 28)), Some(17));
        assert_eq!(of_day.age_at(day(2022, 3, 1)), Some(18));
        assert_eq!(of_day.age_at(day(2004, 2, 28)), None);
        assert_eq!(
            (of_year.age_at(day(2018, 1, 1)), of_year.least_age_at(day(2018, 1, 1))),
            (Some(18), Some(17))
        );
        assert_eq!(birth(Some(day(2000, 1, 1)), 2000).least_age_at(day(2018, 1, 1)), Some(18));
        assert_eq!(Birth::default().age_at(day(2018, 1, 1)), None);
        let long_ago = birth(Some(day(1653, 2, 1)), 1653);
        assert_eq!(long_ago.age_at(day(2018, 1, 1)), None, "an error, not an age");
        assert_eq!(long_ago.age_at(day(1683, 2, 1)), Some(30));
    }

    #[test]
    fn an_age_goes_with_its_day() {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).expect("a date");
        let birth = Birth { aged: Some(Aged { years: 17, on: day(2025, 6, 1) }), ..Birth::default() };
        for (on, age, least) in [
            (day(2025, 6, 1), Some(17), Some(17)),
            (day(2026, 5, 31), Some(17), Some(17)),
            (day(2026, 6, 1), Some(18), Some(18)),
            (day(2025, 5, 31), Some(17), Some(16)),
            (day(2024, 6, 1), Some(16), Some(15)),
            (day(2024, 5, 31), Some(16), Some(15)),
            (day(2007, 6, 1), None, None),
        ] {
            assert_eq!((birth.age_at(on), birth.least_age_at(on)), (age, least), "{on}");
        }
        let dated = Birth { date: Some(day(2000, 1, 1)), year: Some(2000), ..birth };
        assert_eq!(dated.age_at(day(2025, 6, 1)), Some(25), "a birth date knows better");
    }
}
