//! Columns by name, and rows with what joins add to them.

use std::cell::RefCell;
use std::collections::BTreeSet;

use csv::StringRecord;

use crate::error::EncodeError;
use crate::profile_identity::Field;

/// The header of a raw file; names are matched without regard to case or order.
pub(crate) struct Header {
    file: String,
    names: Vec<String>,
}

impl Header {
    pub(crate) fn new<'a>(file: &str, names: impl Iterator<Item = &'a str>) -> Self {
        let names = names.map(|name| name.trim().trim_start_matches('\u{feff}').to_lowercase()).collect();
        Self { file: file.to_owned(), names }
    }

    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// The first of the alternatives in `reference` that the file has.
    pub(crate) fn find(&self, reference: &str) -> Option<usize> {
        reference.split('|').find_map(|name| {
            let name = name.trim().to_lowercase();
            self.names.iter().position(|n| *n == name)
        })
    }

    /// As [`Header::find`], and refuses a column that is missing or stands twice.
    pub(crate) fn require(&self, reference: &str) -> Result<usize, EncodeError> {
        let Some(at) = self.find(reference) else {
            let hint =
                if self.names.len() == 1 { "; it has only one column, so check `delimiter` too" } else { "" };
            return Err(EncodeError::input(
                &self.file,
                format!("column `{reference}` is missing{hint}"),
                "export the file with it, or map the name it has now in the source profile",
            ));
        };
        if self.names.iter().filter(|n| **n == self.names[at]).count() > 1 {
            return Err(EncodeError::input(
                &self.file,
                format!("column `{reference}` stands twice in the header"),
                "export the file with one column of that name",
            ));
        }
        Ok(at)
    }
}

/// Where a column reference points.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cell {
    Own(usize),
    Joined(usize, usize),
}

/// The columns that rules of one file may name: its own, and `<join>.<column>`.
pub(crate) struct Columns<'a> {
    own: &'a Header,
    joined: Vec<(&'a str, &'a Header)>,
    used: RefCell<BTreeSet<(usize, usize)>>,
}

impl<'a> Columns<'a> {
    pub(crate) fn new(own: &'a Header, joined: Vec<(&'a str, &'a Header)>) -> Self {
        Self { own, joined, used: RefCell::default() }
    }

    pub(crate) fn require(&self, reference: &str) -> Result<Cell, EncodeError> {
        match self.join_of(reference) {
            Some((join, column)) => {
                let at = self.joined[join].1.require(column)?;
                self.used.borrow_mut().insert((join, at));
                Ok(Cell::Joined(join, at))
            }
            None => Ok(Cell::Own(self.own.require(reference)?)),
        }
    }

    /// The first of a field's alternatives whose columns are there; the field itself if none is.
    pub(crate) fn choose<'f>(&self, field: &'f Field) -> &'f Field {
        let there = |f: &&'f Field| f.columns.iter().all(|c| self.require(c).is_ok());
        std::iter::once(field).chain(&field.otherwise).find(there).unwrap_or(field)
    }

    /// The columns of a join that were asked for, so that no others are kept in memory.
    pub(crate) fn used(&self, join: usize) -> Vec<usize> {
        self.used.borrow().iter().filter(|(j, _)| *j == join).map(|(_, at)| *at).collect()
    }

    fn join_of<'r>(&self, reference: &'r str) -> Option<(usize, &'r str)> {
        let (name, column) = reference.split_once('.')?;
        let join = self.joined.iter().position(|(n, _)| *n == name)?;
        Some((join, column))
    }
}

/// A row of a joined file: the cells that are used, and where each column is among them.
#[derive(Clone, Copy)]
pub(crate) struct JoinedRow<'a> {
    pub(crate) cells: &'a StringRecord,
    pub(crate) columns: &'a [usize],
}

/// One raw row, with the rows of other files that joins found for it.
pub(crate) struct Row<'a> {
    pub(crate) own: &'a StringRecord,
    pub(crate) joined: &'a [Option<JoinedRow<'a>>],
}

impl<'a> Row<'a> {
    /// The cell, trimmed; blank where a join found nothing.
    pub(crate) fn cell(&self, cell: Cell) -> &'a str {
        let text = match cell {
            Cell::Own(at) => self.own.get(at),
            Cell::Joined(join, at) => self
                .joined
                .get(join)
                .copied()
                .flatten()
                .and_then(|row| row.columns.binary_search(&at).ok().and_then(|at| row.cells.get(at))),
        };
        text.unwrap_or_default().trim()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_without_case_or_order_and_alternatives_stand_in() {
        let header =
            Header::new("Exit.csv", ["ExitID", " WorkPlaceViolenceThreats", "\u{feff}A"].into_iter());
        assert_eq!(header.find("workplaceviolencethreats"), Some(1));
        assert_eq!(header.find("Sex|a"), Some(2));
        let error = header.require("Destination").err().map(|e| e.to_string()).unwrap_or_default();
        assert!(
            error.contains("Exit.csv") && error.contains("Destination") && error.contains("profile"),
            "{error}"
        );
    }

    #[test]
    fn a_column_that_stands_twice_is_refused() {
        assert!(Header::new("a", ["SSN", "ssn"].into_iter()).require("SSN").is_err());
    }
}
