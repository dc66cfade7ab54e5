//! Days as Parquet's DATE counts them: whole days since 1970-01-01.

use chrono::{Datelike, NaiveDate};

/// Days from the first day of year 1 to 1970-01-01, as chrono counts (the first day is 1).
const EPOCH: i32 = 719_163;

/// 1900-01-01: no agency's electronic record is older.
pub(crate) const EARLIEST: i32 = -25_567;

/// A date's number.
pub(crate) fn number(date: NaiveDate) -> i32 {
    date.num_days_from_ce() - EPOCH
}

/// The date of a number.
pub(crate) fn date(number: i32) -> NaiveDate {
    NaiveDate::from_num_days_from_ce_opt(number.saturating_add(EPOCH)).unwrap_or(NaiveDate::MAX)
}

/// Reads `YYYY-MM-DD`, and nothing else.
pub(crate) fn parse(text: &str) -> Option<i32> {
    let shape = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
    if shape { text.parse().ok().map(number) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_as_parquet_does() {
        assert_eq!(parse("1970-01-01"), Some(0));
        assert_eq!(date(20_453).to_string(), "2025-12-31");
        assert_eq!(parse("2025-12-31"), Some(20_453));
        assert_eq!(parse("1900-01-01"), Some(EARLIEST));
        for bad in ["2025-02-30", "2025-1-01", "01/02/2025", "+2025-01-1", "", "2025-01-01 "] {
            assert_eq!(parse(bad), None, "{bad:?}");
        }
    }
}
