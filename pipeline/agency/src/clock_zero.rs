//! The days on which the clocks of programs begin, as dates of events: mostly a blank that a program filled.

use chrono::{Datelike, NaiveDate};
use domain::{EventKind, Word};

use crate::bind::BoundFile;

/// So many are no chance.
const LEAST: u64 = 5;

/// How many events of each file and kind are on such a day.
pub(crate) struct ClockZeros(Vec<[u64; EventKind::ALL.len()]>);

impl ClockZeros {
    pub(crate) fn new(files: usize) -> Self {
        Self(vec![[0; EventKind::ALL.len()]; files])
    }

    /// Takes note of an event.
    pub(crate) fn saw(&mut self, file: usize, kind: EventKind, date: NaiveDate) {
        if matches!(date.year(), 1901 | 1970) && date.ordinal() == 1 {
            self.0[file][kind.code()] += 1;
        }
    }

    /// Says where they are many; `files` are called as `name` says.
    pub(crate) fn notes(&self, files: &[BoundFile], name: impl Fn(&BoundFile) -> String) -> Vec<String> {
        let counts = files.iter().zip(&self.0);
        let all =
            counts.flat_map(|(file, counts)| EventKind::ALL.iter().zip(counts).map(move |of| (file, of)));
        let many = all.filter(|(_, (_, count))| **count >= LEAST);
        let note = |(file, (kind, count)): (&BoundFile, (&EventKind, &u64))| {
            format!(
                "{}: {count} dates of `{}` are the first day of 1970 or 1901, with which the clocks of programs begin: if they stand \
                 for no day, list what the cells hold in `blanks` at the head of the profile",
                name(file),
                kind.word()
            )
        };
        many.map(note).collect()
    }
}
