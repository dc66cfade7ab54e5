//! Dates in the formats a profile names. An impossible date is no date.

use chrono::{Datelike, NaiveDate};

use crate::birth_pieces::BirthPieces;
use crate::date_order::{DateCounts, DatesSeen, swapped, tries_a_date};
use crate::number::without_decimals;
use crate::possible_days::{PossibleDays, is_years_edge};
use crate::time_of_day::without_time;

/// Formats, tried in order, and what the dates that were read by them look like.
pub(crate) struct DateFormats {
    known: Vec<Known>,
    /// Formats of which day and month may stand the other way round, as bits, and those other ways.
    orders: u64,
    swapped: Vec<Known>,
    possible: PossibleDays,
    seen: DatesSeen,
}

enum Known {
    /// `%Y-%m-%d`, `%m/%d/%Y` and so on: digits at fixed places, the common case made fast.
    Fixed { separator: u8, year_first: bool },
    /// `%Y%m%d`.
    Compact,
    /// Whatever else chrono reads.
    Other(String),
}

impl DateFormats {
    /// `formats`, or `default` where it is empty.
    pub(crate) fn new(formats: &[String], default: &[String]) -> Self {
        let formats = if formats.is_empty() { default } else { formats };
        let (mut orders, mut others) = (0, Vec::new());
        for (at, format) in formats.iter().enumerate().take(64) {
            // Who declares both orders means both.
            if let Some(other) = swapped(format).filter(|other| !formats.contains(other)) {
                orders |= 1 << at;
                others.push(Known::new(&other));
            }
        }
        let known = formats.iter().map(|format| Known::new(format)).collect();
        Self { known, orders, swapped: others, possible: PossibleDays::ANY, seen: DatesSeen::default() }
    }

    /// The same, of which only `possible` days are dates.
    pub(crate) fn within(self, possible: PossibleDays) -> Self {
        Self { possible, ..self }
    }

    /// What was read so far.
    pub(crate) fn counts(&self) -> DateCounts {
        self.seen.counts()
    }

    /// The date, if `text` is one in any of the formats and a possible day. Behind it a time of day may stand,
    /// which is ignored, and nothing else.
    pub(crate) fn parse(&self, text: &str) -> Option<NaiveDate> {
        self.parse_as(text, |date| date)
    }

    /// Counts a cell that is not read for what it says, among those that were `seen` elsewhere.
    pub(crate) fn look(&self, text: &str, seen: &DatesSeen) {
        self.parse_among(text, seen, |date| date);
    }

    fn parse_as(&self, text: &str, meant: impl Fn(NaiveDate) -> NaiveDate) -> Option<NaiveDate> {
        self.parse_among(text, &self.seen, meant)
    }

    fn parse_among(
        &self,
        text: &str,
        seen: &DatesSeen,
        meant: impl Fn(NaiveDate) -> NaiveDate,
    ) -> Option<NaiveDate> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let Some((at, date)) = self.read(text) else {
            if tries_a_date(text) {
                let bare = without_time(text);
                // Two digits are another format, not another order.
                let is_day = |date: NaiveDate| date.year() >= 1000;
                seen.unreadable(
                    self.swapped.iter().any(|format| format.read(text, bare).is_some_and(is_day)),
                );
            }
            return None;
        };
        let date = meant(date);
        let possible = self.possible.contain(date);
        // The edges of a year stand for days that nobody knows: they say nothing of the format.
        if possible || is_years_edge(date.month(), date.day()) {
            seen.read(date.day() > 12 && self.orders & (1 << at) != 0);
        } else {
            seen.unreadable(false);
        }
        possible.then_some(date)
    }

    /// Whether it is a date, and lies behind every possible day.
    pub(crate) fn lies_ahead(&self, text: &str) -> bool {
        self.read(text.trim()).is_some_and(|(_, date)| self.possible.are_over(date))
    }

    /// As [`Self::parse`], of a cell that is read a second time: what the column looks like was counted then.
    pub(crate) fn parse_again(&self, text: &str) -> Option<NaiveDate> {
        self.read(text.trim()).map(|(_, date)| date).filter(|date| self.possible.contain(*date))
    }

    /// The first format that reads the text, and the date.
    fn read(&self, text: &str) -> Option<(usize, NaiveDate)> {
        let bare = without_time(text);
        let found =
            self.known.iter().enumerate().find_map(|(at, format)| Some((at, format.read(text, bare)?)));
        // A program that took `19900501` for a number may have written `19900501.0`.
        found.or_else(|| {
            let whole = without_decimals(text);
            let shorter = whole.len() < text.len();
            if shorter { self.read(whole) } else { None }
        })
    }
}

impl Known {
    fn new(format: &str) -> Self {
        match format {
            "%Y-%m-%d" => Self::Fixed { separator: b'-', year_first: true },
            "%m/%d/%Y" => Self::Fixed { separator: b'/', year_first: false },
            "%Y%m%d" => Self::Compact,
            other => Self::Other(other.to_owned()),
        }
    }

    /// Reads `text`, which is `bare` without the time of day.
    fn read(&self, text: &str, bare: &str) -> Option<NaiveDate> {
        match self {
            Self::Fixed { separator, year_first } => fixed(bare, *separator, *year_first),
            Self::Compact => compact(bare),
            // The format may name the time.
            Self::Other(format) => NaiveDate::parse_from_str(bare, format)
                .or_else(|error| {
                    if bare.len() < text.len() { NaiveDate::parse_from_str(text, format) } else { Err(error) }
                })
                .ok(),
        }
    }
}

/// The last year that two digits of a birth year can stand for; later ones are of the century before. A fixed year,
/// so that an export gives the same bytes whenever it is encoded.
const LAST_SHORT_BIRTH_YEAR: i32 = 2030;

impl DateFormats {
    /// As [`Self::parse`], of a birth date.
    pub(crate) fn parse_birth(&self, text: &str) -> Option<NaiveDate> {
        let short =
            self.known.iter().any(|format| matches!(format, Known::Other(format) if format.contains("%y")));
        self.parse_as(text, |date| {
            let late = date.year() > LAST_SHORT_BIRTH_YEAR || self.possible.are_over(date);
            if short && late { date.with_year(date.year() - 100).unwrap_or(date) } else { date }
        })
    }

    /// What is left of a date that [`Self::parse`] does not find, by the first format of three numbers in
    /// which something is.
    pub(crate) fn pieces(&self, text: &str) -> BirthPieces {
        let text = without_time(text.trim());
        let left = self.known.iter().map(|format| match format {
            Known::Fixed { separator, year_first } => {
                let order = if *year_first { "Ymd" } else { "mdY" };
                separated(text, order, |c| c == char::from(*separator))
            }
            Known::Compact => compact_pieces(text),
            Known::Other(format) => {
                let order: String = format.split('%').filter_map(|part| part.chars().next()).collect();
                separated(text, &order, |c: char| !c.is_alphanumeric())
            }
        });
        let left = left.into_iter().find(|pieces| *pieces != BirthPieces::default()).unwrap_or_default();
        let wrong_year = left.year.is_some_and(|year| !self.possible.contain_year(year))
            || left.date().is_some_and(|date| !self.possible.contain(date));
        if wrong_year { left.without_year() } else { left }
    }
}

/// Three numbers with something between them; a piece that is no number is none.
fn separated(text: &str, order: &str, is_separator: impl Fn(char) -> bool) -> BirthPieces {
    let parts: Vec<&str> = text.split(is_separator).collect();
    if parts.len() != 3 || order.len() != 3 {
        return BirthPieces::default();
    }
    let part = |name: char| order.find(name).map(|at| parts[at]);
    let short = |name: char| part(name).filter(|p| p.len() <= 2).and_then(|p| number(p.as_bytes()));
    let year = part('Y').filter(|p| p.len() == 4).and_then(|p| number(p.as_bytes()));
    BirthPieces::new(year.map(u32::cast_signed), short('m'), short('d'))
}

/// `%Y%m%d` of which a digit is wrong.
fn compact_pieces(text: &str) -> BirthPieces {
    let text = text.as_bytes();
    if text.len() != 8 {
        return BirthPieces::default();
    }
    BirthPieces::new(number(&text[..4]).map(u32::cast_signed), number(&text[4..6]), number(&text[6..]))
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |n, b| b.is_ascii_digit().then(|| n * 10 + u32::from(b - b'0')))
}

fn date(year: &[u8], month: &[u8], day: &[u8]) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(i32::try_from(number(year)?).ok()?, number(month)?, number(day)?)
}

fn fixed(text: &str, separator: u8, year_first: bool) -> Option<NaiveDate> {
    let mut parts = text.as_bytes().split(|b| *b == separator);
    let (a, b, c) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (year, month, day) = if year_first { (a, b, c) } else { (c, a, b) };
    let sizes = year.len() == 4 && (1..=2).contains(&month.len()) && (1..=2).contains(&day.len());
    if sizes { date(year, month, day) } else { None }
}

fn compact(text: &str) -> Option<NaiveDate> {
    let text = text.as_bytes();
    if text.len() == 8 { date(&text[..4], &text[4..6], &text[6..]) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formats(list: &[&str]) -> DateFormats {
        DateFormats::new(&list.iter().map(|f| (*f).to_owned()).collect::<Vec<_>>(), &[])
    }

    #[test]
    fn births_of_two_digits_have_happened() {
        let births = DateFormats::new(&["%d.%m.%y".to_owned()], &[]);
        for (text, year) in
            [("3.7.88", 1988), ("3.7.58", 1958), ("3.7.31", 1931), ("3.7.30", 2030), ("29.2.32", 1932)]
        {
            assert_eq!(births.parse_birth(text).map(|date| date.year()), Some(year), "{text}");
        }
        let whole = DateFormats::new(&["%d.%m.%Y".to_owned()], &[]);
        assert_eq!(
            whole.parse_birth("03.07.2058").map(|date| date.year()),
            Some(2058),
            "four digits stay what they say"
        );
    }

    #[test]
    fn reads_what_sources_write() {
        let known = NaiveDate::from_ymd_opt(1990, 3, 7);
        for (format, text) in [
            ("%Y-%m-%d", "1990-03-07"),
            ("%Y-%m-%d", "1990-03-07 10:57:27"),
            ("%Y-%m-%d", "1990-03-07T10:57:27"),
            ("%m/%d/%Y", "03/07/1990"),
            ("%m/%d/%Y", "3/7/1990"),
            ("%Y%m%d", "19900307"),
            ("%d-%b-%Y", "07-Mar-1990"),
            ("%d-%b-%Y", "07-MAR-1990"),
        ] {
            assert_eq!(formats(&[format]).parse(text), known, "{format} {text}");
        }
    }

    #[test]
    fn a_date_with_one_error_leaves_pieces() {
        let some = |year, month, day| BirthPieces { year, month, day, of_year_only: false };
        for (format, text, left) in [
            ("%m/%d/%Y", "0q/07/1994", some(Some(1994), None, Some(7))),
            ("%m/%d/%Y", "02/31/1994", some(Some(1994), Some(2), Some(31))),
            ("%m/%d/%Y", "02/07/19i4", some(None, Some(2), Some(7))),
            ("%Y%m%d", "19942107", some(Some(1994), None, Some(7))),
            ("%d.%m.%Y", "07.21.1994", some(Some(1994), None, Some(7))),
            ("%Y-%m-%d", "", BirthPieces::default()),
            ("%Y-%m-%d", "unknown", BirthPieces::default()),
            ("%m/%d/%Y", "01/01/0001", BirthPieces::default()),
            ("%Y%m%d", "99999999", BirthPieces::default()),
        ] {
            assert_eq!(formats(&[format]).pieces(text), left, "{format} {text}");
        }
    }

    #[test]
    fn impossible_dates_are_none() {
        for (format, text) in [
            ("%Y-%m-%d", "2021-02-29"),
            ("%Y-%m-%d", "2021-13-01"),
            ("%Y-%m-%d", "21-01-01"),
            ("%Y-%m-%d", "2021-01-01-01"),
            ("%Y%m%d", "20210631"),
            ("%Y%m%d", "2021063"),
            ("%m/%d/%Y", "02/30/2020"),
            ("%Y-%m-%d", "1499-12-31"),
            ("%Y-%m-%d", ""),
            ("%d-%b-%Y", "31-Feb-2020"),
        ] {
            assert_eq!(formats(&[format]).parse(text), None, "{format} {text}");
        }
    }
}
