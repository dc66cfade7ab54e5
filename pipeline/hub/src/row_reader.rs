//! Columns into rows, and the faults found on the way.

use std::borrow::Cow;
use std::collections::BTreeMap;

use domain::{Column, QuarantinedRow, Rule, Word};

use crate::day;
use crate::identified::known_text;
use crate::record::Purposes;
use crate::refusal::Refusal;
use crate::rule;
use crate::table_file::{Cell, TableFile};

/// Days after the report date past which a date can only be a mistake. Agencies go on recording
/// after a report date, so a later event is no fault; it just does not count.
const FUTURE_DAYS: i32 = 366;

/// What dates are held against.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// First and last event that the manifest declares.
    pub(crate) declared: Option<(i32, i32)>,
    /// Report date.
    pub(crate) report_day: i32,
    /// The later of today and the report date: a report of an old period may well meet later events.
    pub(crate) newest_day: i32,
    /// Its year.
    pub(crate) newest_year: i64,
    /// What the city's configuration lets this source be used for.
    pub(crate) purposes: Purposes,
}

impl Limits {
    /// Past this day a date is a slip of the pen.
    fn latest_day(self) -> i32 {
        self.newest_day.saturating_add(FUTURE_DAYS)
    }
}

/// The first rule a row broke.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    pub(crate) field: Cow<'static, str>,
    pub(crate) rule: &'static Rule,
}

/// Faults by row, at most one a row, so that rows in = rows accepted + rows quarantined.
#[derive(Debug, Default)]
pub(crate) struct Faults(BTreeMap<usize, Fault>);

impl Faults {
    /// Notes a fault unless the row has one.
    pub(crate) fn note(&mut self, row: usize, field: impl Into<Cow<'static, str>>, rule: &'static Rule) {
        self.0.entry(row).or_insert_with(|| Fault { field: field.into(), rule });
    }

    /// Whether a row is without fault.
    pub(crate) fn passes(&self, row: usize) -> bool {
        !self.0.contains_key(&row)
    }

    /// How many rows have one.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The rows set aside, in the file's order; data rows count from 1.
    pub(crate) fn quarantine(&self, file: &TableFile) -> Vec<QuarantinedRow> {
        self.0
            .iter()
            .map(|(row, fault)| {
                QuarantinedRow::new(file.source(), file.file(), *row as u64 + 1, &fault.field, fault.rule)
            })
            .collect()
    }
}

/// Values of a column that were parsed before, by length and ends: words of one list mostly differ there.
struct Known<T>([Option<(Box<str>, T)>; KNOWN]);

const KNOWN: usize = 64;

impl<T: Copy> Default for Known<T> {
    fn default() -> Self {
        Self(std::array::from_fn(|_| None))
    }
}

impl<T: Copy> Known<T> {
    fn find_or(&mut self, text: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let bytes = text.as_bytes();
        let (first, last) = (bytes.first().copied().unwrap_or(0), bytes.last().copied().unwrap_or(0));
        let slot = (bytes.len() + 7 * usize::from(first) + 31 * usize::from(last)) % KNOWN;
        match &self.0[slot] {
            Some((known, value)) if **known == *text => Some(*value),
            _ => {
                let value = parse(text)?;
                self.0[slot] = Some((text.into(), value));
                Some(value)
            }
        }
    }
}

/// Fills rows column by column.
pub(crate) struct RowReader<'a, R> {
    pub(crate) file: &'a TableFile,
    pub(crate) limits: Limits,
    contract: &'static [Column],
    pub(crate) rows: Vec<R>,
    pub(crate) faults: Faults,
}

impl<'a, R: Clone> RowReader<'a, R> {
    /// As many blank rows as the file has.
    pub(crate) fn new(file: &'a TableFile, contract: &'static [Column], limits: Limits, blank: R) -> Self {
        Self { file, limits, contract, rows: vec![blank; file.rows()], faults: Faults::default() }
    }

    fn required(&self, name: &str) -> bool {
        self.contract.iter().any(|column| column.name == name && column.required)
    }

    /// A text column. What `parse` does not take breaks `rule`, and refuses the file when it looks
    /// like an identifier.
    pub(crate) fn text<T>(
        &mut self,
        name: &'static str,
        rule: &'static Rule,
        mut parse: impl FnMut(&str) -> Option<T>,
        set: impl Fn(&mut R, T),
    ) -> Result<(), Refusal> {
        let required = self.required(name);
        let Self { file, rows, faults, .. } = self;
        file.texts(name, |row, text| {
            match text.map(|text| (text, parse(text))) {
                Some((_, Some(value))) => set(&mut rows[row], value),
                Some((text, None)) => {
                    known_text(file, name, text)?;
                    faults.note(row, name, rule);
                }
                None if required => faults.note(row, name, &rule::NULL),
                None => {}
            }
            Ok(())
        })
    }

    /// A column of a closed list.
    pub(crate) fn word<W: Word>(
        &mut self,
        name: &'static str,
        set: impl Fn(&mut R, W),
    ) -> Result<(), Refusal> {
        self.listed(name, |text| W::from_word(text).ok(), set)
    }

    /// A text column of few different values; each is parsed once.
    pub(crate) fn listed<T: Copy>(
        &mut self,
        name: &'static str,
        parse: impl Fn(&str) -> Option<T>,
        set: impl Fn(&mut R, T),
    ) -> Result<(), Refusal> {
        let mut known = Known::default();
        self.text(name, &rule::WORD, |text| known.find_or(text, &parse), set)
    }

    /// A column of keyed ids.
    pub(crate) fn id(&mut self, name: &'static str, set: impl Fn(&mut R, u128)) -> Result<(), Refusal> {
        if !self.file.is_stored() {
            return self.text(name, &rule::ID_FORM, keyed_id, set);
        }
        let Self { file, rows, faults, .. } = self;
        file.bytes(name, |row, cell| match cell {
            Cell::Value(bytes) if bytes.len() == ID_BYTES => {
                set(&mut rows[row], bytes.iter().fold(0, |id, byte| id << 8 | u128::from(*byte)));
            }
            _ => faults.note(row, name, &rule::ID_FORM),
        })
    }

    /// A column of flags.
    pub(crate) fn flag(&mut self, name: &'static str, set: impl Fn(&mut R, bool)) -> Result<(), Refusal> {
        let cells = self.file.flags(name)?;
        self.cells(name, cells, &rule::FLAG, |flag, _| Ok(flag), set);
        Ok(())
    }

    /// A column of whole numbers, each held against `check`.
    pub(crate) fn integer(
        &mut self,
        name: &'static str,
        check: impl Fn(i64, Limits) -> Result<i64, &'static Rule>,
        set: impl Fn(&mut R, i64),
    ) -> Result<(), Refusal> {
        let cells = self.file.integers(name)?;
        self.cells(name, cells, &rule::INTEGER, check, set);
        Ok(())
    }

    /// A column of dates that are no event's: plausible is enough.
    pub(crate) fn date(&mut self, name: &'static str, set: impl Fn(&mut R, i32)) -> Result<(), Refusal> {
        self.dates(name, |day, limits| plausible(day, limits.latest_day()), set)
    }

    /// A column of dates that may lie in the future, as the end of a consent does.
    pub(crate) fn open_date(&mut self, name: &'static str, set: impl Fn(&mut R, i32)) -> Result<(), Refusal> {
        self.dates(name, |day, _| plausible(day, i32::MAX), set)
    }

    /// A column of dates held against `check`.
    pub(crate) fn dates(
        &mut self,
        name: &'static str,
        check: impl Fn(i32, Limits) -> Result<i32, &'static Rule>,
        set: impl Fn(&mut R, i32),
    ) -> Result<(), Refusal> {
        let cells = self.file.dates(name)?;
        self.cells(name, cells, &rule::DATE, check, set);
        Ok(())
    }

    fn cells<T>(
        &mut self,
        name: &'static str,
        cells: Vec<Cell<T>>,
        unreadable: &'static Rule,
        check: impl Fn(T, Limits) -> Result<T, &'static Rule>,
        set: impl Fn(&mut R, T),
    ) {
        let required = self.required(name);
        for (row, cell) in cells.into_iter().enumerate() {
            match cell {
                Cell::Null if required => self.faults.note(row, name, &rule::NULL),
                Cell::Null => {}
                Cell::Unreadable => self.faults.note(row, name, unreadable),
                Cell::Value(value) => match check(value, self.limits) {
                    Ok(value) => set(&mut self.rows[row], value),
                    Err(rule) => self.faults.note(row, name, rule),
                },
            }
        }
    }
}

/// A date of the calendar since 1900, at most `latest`.
pub(crate) fn plausible(day: i32, latest: i32) -> Result<i32, &'static Rule> {
    // Parquet's DATE reaches past the years that people live in.
    const YEAR_2200: i32 = 84_006;
    if !(day::EARLIEST..YEAR_2200).contains(&day) {
        Err(&rule::DATE)
    } else if day > latest {
        Err(&rule::DATE_FUTURE)
    } else {
        Ok(day)
    }
}

/// A date within the days that the manifest declares.
pub(crate) fn event_day(day: i32, limits: Limits) -> Result<i32, &'static Rule> {
    plausible(day, limits.latest_day())?;
    let declared = limits.declared.is_some_and(|(first, last)| first <= day && day <= last);
    if declared { Ok(day) } else { Err(&rule::DATE_RANGE) }
}

/// Bytes of an id in the hub's own store.
const ID_BYTES: usize = 16;

/// Reads 32 lower-case hexadecimal digits.
fn keyed_id(text: &str) -> Option<u128> {
    let (high, low) = text.as_bytes().split_at_checked(16)?;
    Some(u128::from(sixteen_digits(high)?) << 64 | u128::from(sixteen_digits(low)?))
}

fn sixteen_digits(digits: &[u8]) -> Option<u64> {
    let digits: &[u8; 16] = digits.try_into().ok()?;
    let (number, seen) = digits.iter().fold((0_u64, 0_u8), |(number, seen), digit| {
        let value = DIGITS[usize::from(*digit)];
        (number << 4 | u64::from(value & 0xf), seen | value)
    });
    (seen & NO_DIGIT == 0).then_some(number)
}

/// What each byte is worth as a hexadecimal digit. A branch on every digit of ten million ids costs more than all
/// else that is done with them.
const DIGITS: [u8; 256] = {
    let mut digits = [NO_DIGIT; 256];
    let mut value = 0;
    while value < 16 {
        digits[b"0123456789abcdef"[value as usize] as usize] = value;
        value += 1;
    }
    digits
};

const NO_DIGIT: u8 = 0x80;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keyed_ids_have_one_form() {
        assert_eq!(keyed_id(&format!("{:032x}", 77_u128)), Some(77));
        for bad in ["", "77", &"A".repeat(32), &"0".repeat(31), &format!("+{}", "0".repeat(31))] {
            assert_eq!(keyed_id(bad), None, "{bad:?}");
        }
        for at in 0..32 {
            for byte in (0..=u8::MAX).filter(u8::is_ascii) {
                let mut text = vec![b'7'; 32];
                text[at] = byte;
                let text = String::from_utf8(text).expect("ASCII");
                let digit = byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
                let expected = digit.then(|| u128::from_str_radix(&text, 16).expect("digits"));
                assert_eq!(keyed_id(&text), expected, "{text:?}");
            }
        }
    }

    #[test]
    fn dates_are_held_against_the_manifest_and_the_calendar() {
        let limits = Limits {
            declared: Some((20_000, 30_000)),
            report_day: 20_000,
            newest_day: 20_300,
            newest_year: 2025,
            purposes: Purposes { link: true, measure: true },
        };
        let id = |day| event_day(day, limits).map_err(|r| r.id);
        assert_eq!(id(20_000), Ok(20_000));
        assert_eq!(id(20_666), Ok(20_666));
        assert_eq!(id(20_667), Err("date.future"));
        assert_eq!(id(19_999), Err("date.outside_manifest"));
        assert_eq!(id(day::EARLIEST - 1), Err("date.impossible"));
        assert_eq!(id(i32::MAX), Err("date.impossible"));
        assert_eq!(
            event_day(20_100, Limits { declared: None, ..limits }).map_err(|r| r.id),
            Err("date.outside_manifest")
        );
    }
}
