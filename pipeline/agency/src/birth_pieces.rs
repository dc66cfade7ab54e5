//! What is left of a birth date that does not exist: `02/31/1994` still has a year, and `1994-1q-07` a
//! year and a day. Tokens of two of the three pieces are made of what is left; ages never are.

use chrono::{Datelike, NaiveDate};

use crate::possible_days::is_years_edge;

/// Year, month and day, each if it can be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct BirthPieces {
    pub(crate) year: Option<i32>,
    pub(crate) month: Option<u32>,
    pub(crate) day: Option<u32>,
    /// Month and day stand for people of whom only the year is known.
    pub(crate) of_year_only: bool,
}

impl BirthPieces {
    /// All three.
    pub(crate) fn of(date: NaiveDate) -> Self {
        Self {
            year: Some(date.year()),
            month: Some(date.month()),
            day: Some(date.day()),
            of_year_only: false,
        }
    }

    /// The pieces that can be right. Where the year can't, a first of January is no more than a placeholder.
    pub(crate) fn new(year: Option<i32>, month: Option<u32>, day: Option<u32>) -> Self {
        let pieces = Self {
            year: year.filter(|year| (1500..=2199).contains(year)),
            month: month.filter(|month| (1..=12).contains(month)),
            day: day.filter(|day| (1..=31).contains(day)),
            of_year_only: false,
        };
        if pieces.year.is_none() && pieces.is_first_of_january() { Self::default() } else { pieces }
    }

    /// What is left where the year can't be right: month and day, unless they stand for a date that nobody knows.
    pub(crate) fn without_year(self) -> Self {
        match (self.month, self.day) {
            (Some(month), Some(day)) if is_years_edge(month, day) => Self::default(),
            _ => Self { year: None, ..self },
        }
    }

    fn is_first_of_january(self) -> bool {
        (self.month, self.day) == (Some(1), Some(1))
    }

    /// The date, if all three pieces make one.
    pub(crate) fn date(self) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(self.year?, self.month?, self.day?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_piece_stands_for_itself() {
        let left = BirthPieces::new(Some(1994), Some(21), Some(7));
        assert_eq!(left, BirthPieces { year: Some(1994), day: Some(7), ..BirthPieces::default() });
        assert_eq!(BirthPieces::new(Some(9999), Some(1), Some(1)), BirthPieces::default());
        assert_eq!(BirthPieces::new(Some(0), Some(5), Some(6)).month, Some(5));
        assert_eq!(BirthPieces::new(Some(1994), Some(2), Some(31)).date(), None);
    }
}
