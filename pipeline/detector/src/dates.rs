//! Dates in any order and dress, and whether a column of them is of births or of events.

use crate::births::births;
use crate::values::Values;

/// The earliest year that a living person may be born in.
const EARLIEST: i64 = 1900;

/// In which order a date's numbers stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Ymd,
    Mdy,
    Dmy,
}

const ORDERS: [Order; 3] = [Order::Ymd, Order::Mdy, Order::Dmy];

/// A date as it is written, before anybody knows the order of its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Written {
    parts: [u32; 3],
    /// Which part is the year, where its four digits say so.
    year: Option<usize>,
    /// Which part is the month, where it is written as a word.
    month: Option<usize>,
    /// Six to eight digits without a mark: the parts depend on the order. Of seven a leading zero was lost.
    compact: Option<(u32, u8)>,
    /// A time of day other than midnight stands beside it.
    pub(crate) clock: bool,
}

impl Written {
    /// Reads a text as a date, where it has the form of one.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() < 5 || text.len() > 40 || !text.bytes().any(|b| b.is_ascii_digit()) {
            return None;
        }
        let (text, clock) = without_time(text);
        let mut numbers: Vec<(u32, u8)> = Vec::new();
        let mut month = None;
        for word in pieces(text) {
            if word.as_bytes()[0].is_ascii_digit() {
                numbers.push((word.parse().ok()?, u8::try_from(word.len()).ok()?));
            } else if let Some(number) = month_named(word) {
                if month.is_some() {
                    return None;
                }
                month = Some(numbers.len());
                numbers.push((number, 2));
            } else if !["st", "nd", "rd", "th", "de", "del", "of"].contains(&word.to_lowercase().as_str())
                && !weekday(word)
            {
                return None;
            }
        }
        let blank = Self { parts: [0; 3], year: None, month, compact: None, clock };
        match numbers[..] {
            [(number, width @ 6..=8)] if month.is_none() && text.len() == usize::from(width) => {
                Some(Self { compact: Some((number, width)), ..blank })
            }
            [(a, wa), (b, wb), (c, wc)] => {
                let year = [wa, wb, wc].iter().position(|w| *w == 4);
                let widths = [wa, wb, wc].iter().all(|w| *w <= 2 || *w == 4);
                let four = usize::from(wa == 4) + usize::from(wb == 4) + usize::from(wc == 4);
                let marked = text.contains(['-', '/', '.', ' ', ',']) || month.is_some();
                // A year of two digits is written with both: `10.15.7` is a version.
                let whole_year = four == 1 || wc == 2;
                (widths && four <= 1 && marked && whole_year && year != Some(1)).then_some(Self {
                    parts: [a, b, c],
                    year,
                    ..blank
                })
            }
            // Month and year: the first of the month.
            [(a, 4), (b, 1 | 2)] => Some(Self { parts: [a, b, 1], year: Some(0), ..blank }),
            [(a, 1 | 2), (b, 4)] => Some(Self { parts: [b, a, 1], year: Some(0), month: None, ..blank }),
            _ => None,
        }
    }

    /// The day in whichever order gives one.
    pub(crate) fn any_day(&self, newest_year: i64) -> Option<i64> {
        ORDERS.into_iter().find_map(|order| self.day(order, newest_year))
    }

    /// The day, counted from 1970-01-01, if the parts stand in this order.
    pub(crate) fn day(&self, order: Order, newest_year: i64) -> Option<i64> {
        let [first, second, third] = match self.compact {
            Some((n, 8)) if order == Order::Ymd => [n / 10_000, n / 100 % 100, n % 100],
            Some((n, 7 | 8)) => [n / 1_000_000, n / 10_000 % 100, n % 10_000],
            Some((n, _)) => [n / 10_000, n / 100 % 100, n % 100],
            None => self.parts,
        };
        let year_first = self.year == Some(0) || (self.year.is_none() && order == Order::Ymd);
        let (year, month, day) = match self.month {
            Some(0) => (third, first, second),
            Some(1) | None if year_first => (first, second, third),
            Some(1) => (third, second, first),
            Some(_) => (first, third, second),
            None if order == Order::Ymd => return None,
            None if order == Order::Mdy => (third, first, second),
            None => (third, second, first),
        };
        let two_digits = self.year.is_none() && self.compact.is_none_or(|(_, width)| width == 6);
        let century = newest_year / 100 * 100;
        let year = match i64::from(year) {
            year if two_digits && year <= newest_year % 100 => century + year,
            year if two_digits => century - 100 + year,
            year => year,
        };
        let real = (1..=12).contains(&month) && day >= 1 && day <= month_days(year, month);
        (real && (EARLIEST..=newest_year + 30).contains(&year)).then(|| day_number(year, month, day))
    }
}

/// What a column's dates are, where they are dates: births, or not.
pub(crate) enum Dates {
    /// Too few of the values are dates.
    None,
    /// Births; the share of values that are dates.
    Births(f64),
    /// Dates, and not of births.
    Events,
}

/// Looks at a column's values as dates. `newest_day` is the day of the newest event.
pub(crate) fn dates(values: &Values, newest_day: i64) -> Dates {
    let newest_year = year_of(newest_day);
    let written: Vec<Written> = values.meant().filter_map(|v| Written::read(&v.text)).collect();
    let all = values.meant().count();
    if all == 0 || (written.len() as f64) < 0.7 * all as f64 {
        return Dates::None;
    }
    // Of the orders that fit most values the one with the narrowest years: a column written
    // day-month-year read as year-month-day has the days for years.
    let best = ORDERS
        .iter()
        .filter_map(|order| {
            let mut days: Vec<i64> = written.iter().filter_map(|w| w.day(*order, newest_year)).collect();
            days.sort_unstable();
            let plausible = days.iter().filter(|d| **d <= day_number(newest_year + 2, 12, 31)).count();
            let spread = days.last()? - days.first()?;
            Some((plausible, std::cmp::Reverse(spread), days))
        })
        .max_by(|a, b| {
            // A percent of slips more or less is no difference.
            let slack = written.len() / 50;
            if a.0.abs_diff(b.0) > slack { a.0.cmp(&b.0) } else { a.1.cmp(&b.1).then(a.0.cmp(&b.0)) }
        });
    let Some((plausible, _, days)) = best else { return Dates::None };
    let share = days.len() as f64 / all as f64;
    let compact = written.iter().filter(|w| w.compact.is_some()).count() * 2 > written.len();
    let short = written.iter().filter(|w| w.year.is_none() && w.month.is_none()).count() * 2 > written.len();
    // Numbers without a mark are dates only when nearly all of them are, and of three short ones (`2.11.17` is a version
    // too) most of them.
    let enough = match (compact, short) {
        (true, _) => 0.93,
        (false, true) => 0.85,
        (false, false) => 0.6,
    };
    if plausible == 0 || share < enough || (compact && in_a_row(&written)) {
        return Dates::None;
    }
    let clocks = written.iter().filter(|w| w.clock).count() as f64 / written.len() as f64;
    if clocks < 0.3 && births(&days, newest_day) { Dates::Births(share) } else { Dates::Events }
}

/// Whether numbers without a mark lie as close as ids given out one after the other: `110287`, `110288` are no birthdays
/// of two years.
fn in_a_row(written: &[Written]) -> bool {
    let mut numbers: Vec<u32> = written.iter().filter_map(|w| Some(w.compact?.0)).collect();
    numbers.sort_unstable();
    let (Some(first), Some(last)) = (numbers.first(), numbers.last()) else { return false };
    f64::from(last - first) < 20.0 * numbers.len() as f64
}

/// Days from 1970-01-01.
pub(crate) fn day_number(year: i64, month: u32, day: u32) -> i64 {
    // Howard Hinnant, chrono-compatible low-level date algorithms, `days_from_civil`.
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let of_era = y - era * 400;
    let of_year = (153 * (i64::from(month) + if month > 2 { -3 } else { 9 }) + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The year of a day.
pub(crate) fn year_of(day: i64) -> i64 {
    civil(day).0
}

/// A day as `YYYY-MM-DD`.
pub(crate) fn iso(day: i64) -> String {
    let (y, m, d) = civil(day);
    format!("{y:04}-{m:02}-{d:02}")
}

fn civil(day: i64) -> (i64, i64, i64) {
    // The same, `civil_from_days`.
    let z = day + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let (d, m) = (doy - (153 * mp + 2) / 5 + 1, if mp < 10 { mp + 3 } else { mp - 9 });
    (yoe + era * 400 + i64::from(m <= 2), m, d)
}

fn month_days(year: i64, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The date's part, and whether a time other than midnight follows it.
fn without_time(text: &str) -> (&str, bool) {
    let Some(colon) = text.find(':') else { return (text, false) };
    let Some(at) = text[..colon].rfind([' ', 'T', 't']) else { return (text, false) };
    let clock = text[at + 1..].split(['+', 'Z', 'z']).next().unwrap_or_default();
    let noon = clock.to_ascii_lowercase();
    let midnight = clock.bytes().filter(u8::is_ascii_digit).all(|b| b == b'0')
        || (noon.starts_with("12:00") && noon.contains('a'));
    (text[..at].trim_end_matches([',', ' ']), !midnight)
}

/// Runs of digits and runs of letters.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        let first = rest.chars().next()?;
        let same = |c: char| c.is_alphanumeric() && c.is_ascii_digit() == first.is_ascii_digit();
        let end = rest.find(|c: char| !same(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
}

fn month_named(word: &str) -> Option<u32> {
    // English, Spanish, French, German: the first three letters, where no other month has them.
    const NAMES: [&str; 12] = [
        "jan ene",
        "feb fév fev",
        "mar mär",
        "apr abr avr",
        "may mai",
        "jun jui",
        "jul",
        "aug ago aoû aou",
        "sep set",
        "oct okt",
        "nov",
        "dec dic déc dez",
    ];
    let lower = word.to_lowercase();
    let start: String = lower.chars().take(3).collect();
    if start.chars().count() < 3 || lower.chars().count() > 10 {
        return None;
    }
    if lower.starts_with("juil") {
        return Some(7);
    }
    let at = NAMES.iter().position(|names| names.split(' ').any(|name| name == start))?;
    u32::try_from(at + 1).ok()
}

fn weekday(word: &str) -> bool {
    let lower = word.to_lowercase();
    ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().any(|day| lower.starts_with(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_read_in_any_dress() {
        let day = day_number(1990, 3, 7);
        for (text, order) in [
            ("1990-03-07", Order::Ymd),
            ("1990/3/7", Order::Ymd),
            ("03/07/1990", Order::Mdy),
            ("3/7/90", Order::Mdy),
            ("07.03.1990", Order::Dmy),
            ("07-Mar-1990", Order::Mdy),
            ("07MAR1990", Order::Dmy),
            ("March 7, 1990", Order::Ymd),
            ("Wed, 7 March 1990", Order::Ymd),
            ("7 de marzo de 1990", Order::Ymd),
            ("19900307", Order::Ymd),
            ("03071990", Order::Mdy),
            ("900307", Order::Ymd),
            ("1990-03-07 00:00:00", Order::Ymd),
            ("1990-03-07T00:00:00Z", Order::Ymd),
            ("3/7/1990 12:00:00 AM", Order::Mdy),
        ] {
            let written = Written::read(text);
            assert_eq!(written.and_then(|w| w.day(order, 2026)), Some(day), "{text}");
            assert!(!written.is_some_and(|w| w.clock), "{text}");
        }
        assert!(Written::read("2026-01-05 09:12:00").is_some_and(|w| w.clock));
        for text in ["A-17", "T74.51", "12", "IL-510", "1-3", "call 3/7", "2025", "10.5", "may", "1.10.8"] {
            assert!(Written::read(text).and_then(|w| w.day(Order::Ymd, 2026)).is_none(), "{text}");
        }
    }

    #[test]
    fn days_and_their_text_agree() {
        for day in [-25_567, -1, 0, 59, 60, 11_016, 20_000] {
            let written = Written::read(&iso(day)).and_then(|w| w.day(Order::Ymd, 2026));
            assert_eq!(written, Some(day), "{day}");
        }
    }
}
