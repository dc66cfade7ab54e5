//! A join of a file's rows, and how many found nothing by it.

use std::cell::Cell as Counter;

use crate::accounting::are_no_slips;
use crate::columns::Origin;
use crate::error::EncodeError;
use crate::lookup::{Joined, Lookup};
use crate::profile_rules::Join;
use crate::rounded_id::is_rounded;

pub(crate) struct BoundJoin {
    pub(crate) from: Origin,
    /// The column of the key.
    pub(crate) column: String,
    /// The file that is joined, and whether it has a row.
    file: String,
    has_rows: bool,
    lookup: Lookup,
    asked: Counter<u64>,
    lost: Counter<u64>,
}

impl BoundJoin {
    pub(crate) fn new(join: &Join, from: Origin, lookup: Lookup) -> Self {
        let (asked, lost) = (Counter::new(0), Counter::new(0));
        let (column, file, has_rows) = (join.from.clone(), join.file.clone(), !lookup.is_empty());
        Self { from, column, file, has_rows, lookup, asked, lost }
    }

    /// The row with this key.
    pub(crate) fn find(&self, key: &str) -> Option<Joined<'_>> {
        let found = if is_rounded(key) { None } else { self.lookup.find(key) };
        if !key.is_empty() {
            self.asked.update(|n| n + 1);
            self.lost.update(|n| n + u64::from(found.is_none()));
        }
        found
    }

    pub(crate) fn is_disputed(&self, key: &str) -> bool {
        self.lookup.is_disputed(key)
    }

    /// Forgets the rows.
    pub(crate) fn forget(&mut self) {
        self.lookup = Lookup::default();
    }

    /// Judges the join of the file `name` by all its rows: what it should tell of them counts as blank, and where
    /// victim service providers are told by it, all are taken for theirs.
    ///
    /// # Errors
    /// No row finds one.
    pub(crate) fn judge(&self, name: &str, notes: &mut Vec<String>) -> Result<(), EncodeError> {
        let (asked, lost) = (self.asked.get(), self.lost.get());
        let Self { column, file, .. } = self;
        if !are_no_slips(lost, asked) {
            return Ok(());
        }
        if lost == asked && self.has_rows {
            return Err(EncodeError::input(
                name,
                format!("none of {asked} rows finds its row of `{file}` by `{column}`"),
                "see that both files write ids alike, with the same zeros, decimals and marks, and were exported on the same day",
            ));
        }
        notes.push(format!(
            "{name}: {lost} of {asked} rows find no row of `{file}` by `{column}`, and what it should tell of them counts as blank: look \
             whether both files were exported on the same day"
        ));
        Ok(())
    }
}
