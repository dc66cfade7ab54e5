//! Columns into rows, in parts side by side, and the faults found on the way.

use domain::{Rule, Word};
use polars::prelude::Column;

use crate::day;
use crate::faults::Faults;
use crate::identified::known_text;
use crate::keyed_id::keyed_id;
use crate::record::Purposes;
use crate::refusal::Refusal;
use crate::rule;
use crate::side_by_side::side_by_side;
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
    contract: &'static [domain::Column],
    pub(crate) rows: Vec<R>,
    pub(crate) faults: Faults,
}

impl<'a, R: Clone + Send> RowReader<'a, R> {
    /// As many blank rows as the file has.
    pub(crate) fn new(
        file: &'a TableFile,
        contract: &'static [domain::Column],
        limits: Limits,
        blank: R,
    ) -> Self {
        Self { file, limits, contract, rows: vec![blank; file.rows()], faults: Faults::default() }
    }

    fn required(&self, name: &str) -> bool {
        self.contract.iter().any(|column| column.name == name && column.required)
    }

    /// A text column, one row after the other. What `parse` does not take breaks `rule`, and refuses the file when it
    /// looks like an identifier.
    pub(crate) fn text<T>(
        &mut self,
        name: &'static str,
        rule: &'static Rule,
        mut parse: impl FnMut(&str) -> Option<T>,
        set: impl Fn(&mut R, T),
    ) -> Result<(), Refusal> {
        let (file, required) = (self.file, self.required(name));
        for range in file.parts() {
            let rows = &mut self.rows[range.clone()];
            let mut part = Part { file, name, required, first: range.start, rows, faults: Vec::new() };
            part.text(&file.part(name, range.clone())?, rule, &mut parse, &set)?;
            for (row, rule) in part.faults {
                self.faults.note(row, name, rule);
            }
        }
        Ok(())
    }

    /// A column of a closed list.
    pub(crate) fn word<W: Word + Send>(
        &mut self,
        name: &'static str,
        set: impl Fn(&mut R, W) + Sync,
    ) -> Result<(), Refusal> {
        self.listed(name, |text| W::from_word(text).ok(), set)
    }

    /// A text column of few different values; each is parsed once.
    pub(crate) fn listed<T: Copy>(
        &mut self,
        name: &'static str,
        parse: impl Fn(&str) -> Option<T> + Sync,
        set: impl Fn(&mut R, T) + Sync,
    ) -> Result<(), Refusal> {
        self.in_parts(name, |part, column| {
            let mut known = Known::default();
            part.text(column, &rule::WORD, |text| known.find_or(text, &parse), &set)
        })
    }

    /// A column of keyed ids.
    pub(crate) fn id(
        &mut self,
        name: &'static str,
        set: impl Fn(&mut R, u128) + Sync,
    ) -> Result<(), Refusal> {
        if !self.file.is_stored() {
            return self.in_parts(name, |part, column| part.text(column, &rule::ID_FORM, keyed_id, &set));
        }
        self.in_parts(name, |part, column| part.stored_id(column, &set))
    }

    /// Reads a column in parts side by side. What is said of them is said in the order of rows.
    fn in_parts(
        &mut self,
        name: &'static str,
        read: impl Fn(&mut Part<'_, R>, &Column) -> Result<(), Refusal> + Sync,
    ) -> Result<(), Refusal> {
        let (file, required) = (self.file, self.required(name));
        let mut rest = self.rows.as_mut_slice();
        let parts: Vec<Part<'_, R>> = file
            .parts()
            .iter()
            .map(|range| {
                let rows = rest.split_off_mut(..range.len()).unwrap_or_default();
                Part { file, name, required, first: range.start, rows, faults: Vec::new() }
            })
            .collect();
        let parts = side_by_side(parts, |mut part| {
            let column = file.part(name, part.first..part.first + part.rows.len())?;
            read(&mut part, &column).map(|()| part.faults)
        });
        for part in parts {
            for (row, rule) in part? {
                self.faults.note(row, name, rule);
            }
        }
        Ok(())
    }

    /// A column of flags.
    pub(crate) fn flag(
        &mut self,
        name: &'static str,
        set: impl Fn(&mut R, bool) + Sync,
    ) -> Result<(), Refusal> {
        self.in_parts(name, |part, column| {
            part.cells(part.file.flags_of(column, name)?, &rule::FLAG, Ok, &set);
            Ok(())
        })
    }

    /// A column of whole numbers, each held against `check`.
    pub(crate) fn integer(
        &mut self,
        name: &'static str,
        check: impl Fn(i64, Limits) -> Result<i64, &'static Rule> + Sync,
        set: impl Fn(&mut R, i64) + Sync,
    ) -> Result<(), Refusal> {
        let limits = self.limits;
        self.in_parts(name, |part, column| {
            let cells = part.file.integers_of(column, name)?;
            part.cells(cells, &rule::INTEGER, |number| check(number, limits), &set);
            Ok(())
        })
    }

    /// A column of dates that are no event's: plausible is enough.
    pub(crate) fn date(
        &mut self,
        name: &'static str,
        set: impl Fn(&mut R, i32) + Sync,
    ) -> Result<(), Refusal> {
        self.dates(name, |day, limits| plausible(day, limits.latest_day()), set)
    }

    /// A column of dates that may lie in the future, as the end of a consent does.
    pub(crate) fn open_date(
        &mut self,
        name: &'static str,
        set: impl Fn(&mut R, i32) + Sync,
    ) -> Result<(), Refusal> {
        self.dates(name, |day, _| plausible(day, i32::MAX), set)
    }

    /// A column of dates held against `check`.
    pub(crate) fn dates(
        &mut self,
        name: &'static str,
        check: impl Fn(i32, Limits) -> Result<i32, &'static Rule> + Sync,
        set: impl Fn(&mut R, i32) + Sync,
    ) -> Result<(), Refusal> {
        let limits = self.limits;
        self.in_parts(name, |part, column| {
            let cells = part.file.dates_of(column, name)?;
            part.cells(cells, &rule::DATE, |day| check(day, limits), &set);
            Ok(())
        })
    }
}

/// Some rows of a column, and what is wrong with them.
struct Part<'a, R> {
    file: &'a TableFile,
    name: &'static str,
    required: bool,
    /// The first row.
    first: usize,
    rows: &'a mut [R],
    faults: Vec<(usize, &'static Rule)>,
}

impl<R> Part<'_, R> {
    fn text<T>(
        &mut self,
        column: &Column,
        rule: &'static Rule,
        mut parse: impl FnMut(&str) -> Option<T>,
        set: impl Fn(&mut R, T),
    ) -> Result<(), Refusal> {
        let Self { file, name, required, first, rows, faults } = self;
        file.texts_of(column, name, |at, text| {
            match text.map(|text| (text, parse(text))) {
                Some((_, Some(value))) => set(&mut rows[at], value),
                Some((text, None)) => {
                    known_text(file, name, text)?;
                    faults.push((*first + at, rule));
                }
                None if *required => faults.push((*first + at, &rule::NULL)),
                None => {}
            }
            Ok(())
        })
    }

    fn stored_id(&mut self, column: &Column, set: impl Fn(&mut R, u128)) -> Result<(), Refusal> {
        let Self { file, name, first, rows, faults, .. } = self;
        file.bytes_of(column, name, |at, cell| match cell {
            Cell::Value(bytes) if bytes.len() == ID_BYTES => {
                set(&mut rows[at], bytes.iter().fold(0, |id, byte| id << 8 | u128::from(*byte)));
            }
            _ => faults.push((*first + at, &rule::ID_FORM)),
        })
    }

    fn cells<T>(
        &mut self,
        cells: Vec<Cell<T>>,
        unreadable: &'static Rule,
        check: impl Fn(T) -> Result<T, &'static Rule>,
        set: impl Fn(&mut R, T),
    ) {
        for (at, cell) in cells.into_iter().enumerate() {
            let wrong = match cell {
                Cell::Null if self.required => &rule::NULL,
                Cell::Null => continue,
                Cell::Unreadable => unreadable,
                Cell::Value(value) => match check(value) {
                    Ok(value) => {
                        set(&mut self.rows[at], value);
                        continue;
                    }
                    Err(rule) => rule,
                },
            };
            self.faults.push((self.first + at, wrong));
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

#[cfg(test)]
mod tests {
    use super::*;

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
