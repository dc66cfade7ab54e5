//! Dates as they are written, in any order and dress.

use crate::calendar::{civil, day_number};

/// The earliest year that a living person may be born in.
const EARLIEST: i64 = 1900;

/// Years by which the Buddhist era is ahead of the common one.
const BUDDHA: i64 = 543;

/// What may stand between a date's numbers and is none of its parts.
const PARTICLES: [&str; 13] = ["st", "nd", "rd", "th", "de", "del", "of", "年", "月", "日", "년", "월", "일"];

/// In which order a date's numbers stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Ymd,
    Mdy,
    Dmy,
    Ydm,
}

pub(crate) const ORDERS: [Order; 4] = [Order::Ymd, Order::Mdy, Order::Dmy, Order::Ydm];

/// A date as it is written, before anybody knows the order of its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Written {
    parts: [u32; 3],
    /// Which part is the year, where its four digits say so.
    pub(crate) year: Option<usize>,
    /// Which part is the month, where it is written as a word.
    pub(crate) month: Option<usize>,
    /// Six to eight digits without a mark: the parts depend on the order. Of seven a leading zero was lost.
    pub(crate) compact: Option<(u32, u8)>,
    /// The time of day that stands beside it, as its digits; 0 is midnight or none.
    pub(crate) clock: u32,
    /// It has a day, and not only a month and a year.
    pub(crate) whole: bool,
}

impl Written {
    /// Reads a text as a date, where it has the form of one.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() < 5 || text.len() > 40 || !text.bytes().any(|b| b.is_ascii_digit()) {
            return None;
        }
        let (text, clock) = without_time(text);
        if let Some(day) = week_day(text) {
            return Some(Self { clock, ..day });
        }
        let mut numbers: Vec<(u32, u8)> = Vec::new();
        let mut month = None;
        for word in pieces(text) {
            if word.as_bytes()[0].is_ascii_digit() {
                numbers.push((word.parse().ok()?, u8::try_from(word.len()).ok()?));
            } else if let Some(number) = month_named(word).or_else(|| roman_month(text, word)) {
                if month.is_some() {
                    return None;
                }
                month = Some(numbers.len());
                numbers.push((number, 2));
            } else if !PARTICLES.contains(&word.to_lowercase().as_str()) && !weekday(word) {
                return None;
            }
        }
        let blank = Self { parts: [0; 3], year: None, month, compact: None, clock, whole: true };
        match numbers[..] {
            [(number, width @ 6..=8)] if month.is_none() && text.len() == usize::from(width) => {
                Some(Self { compact: Some((number, width)), ..blank })
            }
            [(a, wa), (b, wb), (c, wc)] => {
                let year = [wa, wb, wc].iter().position(|w| *w == 4);
                let widths = [wa, wb, wc].iter().all(|w| *w <= 2 || *w == 4);
                let four = usize::from(wa == 4) + usize::from(wb == 4) + usize::from(wc == 4);
                let marked = text.contains(['-', '/', '.', ' ', ',', '年', '년']) || month.is_some();
                // A year of two digits is written with both: `10.15.7` is a version.
                let whole_year = four == 1 || wc == 2;
                (widths && four <= 1 && marked && whole_year && year != Some(1)).then_some(Self {
                    parts: [a, b, c],
                    year,
                    ..blank
                })
            }
            // Month and year: the first of the month.
            [(a, 4), (b, 1 | 2)] => Some(Self { parts: [a, b, 1], year: Some(0), whole: false, ..blank }),
            [(a, 1 | 2), (b, 4)] => {
                Some(Self { parts: [b, a, 1], year: Some(0), month: None, whole: false, ..blank })
            }
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
        let years_days_months = self.year == Some(0) && self.month.is_none() && self.compact.is_none();
        let (year, month, day) = match self.month {
            None if order == Order::Ydm && years_days_months => (first, third, second),
            Some(0) => (third, first, second),
            Some(1) | None if year_first => (first, second, third),
            Some(1) => (third, second, first),
            Some(_) => (first, third, second),
            None if order == Order::Ymd || order == Order::Ydm => return None,
            None if order == Order::Mdy => (third, first, second),
            None => (third, second, first),
        };
        let two_digits = self.year.is_none() && self.compact.is_none_or(|(_, width)| width == 6);
        let century = newest_year / 100 * 100;
        let year = match i64::from(year) {
            year if two_digits && year <= newest_year % 100 => century + year,
            year if two_digits => century - 100 + year,
            // The Buddhist era: 2528 is 1985.
            year if (EARLIEST + BUDDHA..=newest_year + BUDDHA + 1).contains(&year) => year - BUDDHA,
            year => year,
        };
        let real = (1..=12).contains(&month) && day >= 1 && day <= month_days(year, month);
        (real && (EARLIEST..=newest_year + 30).contains(&year)).then(|| day_number(year, month, day))
    }
}

pub(crate) fn month_days(year: i64, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Whether a text is a time of day and nothing else: `3:45 PM`, `14:30:05`.
pub(crate) fn is_time(text: &str) -> bool {
    let text = text.trim();
    let clock = text.trim_end_matches(|c: char| c.is_ascii_alphabetic() || " .".contains(c));
    let half = text[clock.len()..].trim().to_ascii_lowercase().replace('.', "");
    let parts: Vec<&str> = clock.split(':').collect();
    let two = |part: &&str| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    (2..=3).contains(&parts.len())
        && parts.iter().all(two)
        && ["", "am", "pm", "a", "p"].contains(&half.as_str())
}

/// The date's part, and the digits of the time that follows it; midnight is 0.
fn without_time(text: &str) -> (&str, u32) {
    let digits = |clock: &str| {
        let digits = clock.bytes().filter(u8::is_ascii_digit).take(6);
        digits.fold(0, |number, b| number * 10 + u32::from(b - b'0'))
    };
    let Some(colon) = text.find(':') else {
        // `19850304000000`, as health records write it.
        let long = matches!(text.len(), 12 | 14) && text.bytes().all(|b| b.is_ascii_digit());
        return if long { (&text[..8], digits(&text[8..])) } else { (text, 0) };
    };
    let Some(at) = text[..colon].rfind([' ', 'T', 't']).filter(|at| text[..*at].len() >= 5) else {
        // `04MAR1985:00:00:00`.
        let joined = text[..colon].len() >= 7 && text[colon + 1..].contains(':');
        return if joined { (&text[..colon], digits(&text[colon..])) } else { (text, 0) };
    };
    let clock = text[at + 1..].split(['+', '-', 'Z', 'z']).next().unwrap_or_default();
    let noon = clock.to_ascii_lowercase();
    let midnight = noon.starts_with("12:00") && noon.contains('a');
    (text[..at].trim_end_matches([',', ' ']), if midnight { 0 } else { digits(clock) })
}

/// `1985-W10-1`: a year, a week and its day.
///
/// # Source
/// ISO 8601.
fn week_day(text: &str) -> Option<Written> {
    let (year, rest) = text.split_once(['W', 'w'])?;
    let (week, day) = rest.split_at_checked(2)?;
    let (year, week, day): (i64, i64, i64) = (
        year.trim_end_matches('-').parse().ok().filter(|year| (EARLIEST..2200).contains(year))?,
        week.parse().ok()?,
        day.trim_start_matches('-').parse().ok()?,
    );
    if !(1..=53).contains(&week) || !(1..=7).contains(&day) {
        return None;
    }
    // Week 1 holds January 4; 1970-01-01 was a Thursday.
    let fourth = day_number(year, 1, 4);
    let (year, month, day) = civil(fourth - (fourth + 3).rem_euclid(7) + (week - 1) * 7 + day - 1);
    let parts = [u32::try_from(year).ok()?, u32::try_from(month).ok()?, u32::try_from(day).ok()?];
    Some(Written { parts, year: Some(0), month: Some(1), compact: None, clock: 0, whole: true })
}

/// `4.III.1985`.
fn roman_month(text: &str, word: &str) -> Option<u32> {
    const ROMAN: [&str; 12] = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"];
    let marks = text.bytes().filter(|b| b"./-".contains(b)).count();
    let at = ROMAN.iter().position(|roman| roman.eq_ignore_ascii_case(word)).filter(|_| marks >= 2)?;
    u32::try_from(at + 1).ok()
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
    use crate::calendar::iso;

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
            ("07MAR1990:00:00:00", Order::Mdy),
            ("1990-03-07T00:00:00-06:00", Order::Ymd),
            ("19900307000000", Order::Ymd),
            ("1990-W10-3", Order::Ymd),
            ("1990-07-03", Order::Ydm),
            ("7.III.1990", Order::Dmy),
            ("07/03/2533", Order::Dmy),
            ("1990年3月7日", Order::Ymd),
        ] {
            let written = Written::read(text);
            assert_eq!(written.and_then(|w| w.day(order, 2026)), Some(day), "{text}");
            assert!(written.is_some_and(|w| w.clock == 0), "{text}");
        }
        assert!(Written::read("2026-01-05 09:12:00").is_some_and(|w| w.clock == 91_200));
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

    #[test]
    fn times_of_day_are_no_dates() {
        assert!(is_time("3:45 PM") && is_time("14:30:05") && !is_time("3/4/1985") && !is_time("John 3:16"));
    }
}
