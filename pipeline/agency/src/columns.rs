//! Columns by name, and the cells of a row that rules read.

use std::cell::{Cell as StdCell, RefCell};
use std::collections::BTreeSet;

use crate::error::EncodeError;
use crate::label_line::{is_import_line, is_label_line};
use crate::near_name::are_near;
use crate::profile_identity::Field;
use crate::raw_row::RawRow;

/// The header of a raw file; names are matched without regard to case or order.
pub(crate) struct Header {
    file: String,
    names: Vec<String>,
    delimited: bool,
    /// What its line looks like that is no header.
    doubt: Option<HeaderDoubt>,
    /// Where each row names its own columns, so that one which no row names is blank in all of them.
    by_row: Option<RowNames>,
    /// Columns that have no text: what they hold instead.
    nested: Vec<(usize, &'static str)>,
}

/// What the first line of a delimited file looks like.
#[derive(Clone, Copy)]
pub(crate) enum HeaderDoubt {
    /// A title: the line below has twice as many cells, or more.
    Title,
    /// One of another delimiter, which stands in it more often.
    Delimiter,
}

/// What rows that name their own columns name.
pub(crate) struct RowNames {
    /// How many lines there are. Without one nobody knows the columns.
    pub(crate) lines: u64,
    /// How many have each column.
    pub(crate) of_lines: Vec<u64>,
    /// The first line that has each, and the last.
    pub(crate) spans: Vec<(u64, u64)>,
    /// Columns that a row names twice, in letters that differ in case, with the first such row.
    pub(crate) twice: Vec<(String, u64)>,
}

impl Header {
    pub(crate) fn new<'a>(file: &str, names: impl Iterator<Item = &'a str>) -> Self {
        let names = names.map(column_name).collect();
        Self { file: file.to_owned(), names, delimited: false, doubt: None, by_row: None, nested: Vec::new() }
    }

    /// That a delimiter parts the columns.
    pub(crate) fn delimited(self) -> Self {
        Self { delimited: true, ..self }
    }

    /// What the line looks like.
    pub(crate) fn doubted(self, doubt: Option<HeaderDoubt>) -> Self {
        Self { doubt, ..self }
    }

    /// That there is no header: each row names the columns that it fills.
    pub(crate) fn by_row(self, names: RowNames) -> Self {
        Self { by_row: Some(names), ..self }
    }

    /// That some columns hold lists and the like, which are refused where a profile maps them.
    pub(crate) fn with_nested(self, nested: Vec<(usize, &'static str)>) -> Self {
        Self { nested, ..self }
    }

    /// Whether the row is the header again, as where exports were laid end to end.
    pub(crate) fn is_row(&self, row: &RawRow) -> bool {
        let Some(first) = self.names.first() else { return false };
        // Of nearly all rows their first bytes tell.
        let start = row.bytes_of(0);
        let start = start.strip_prefix("\u{feff}".as_bytes()).unwrap_or(start).trim_ascii();
        if first.is_ascii() && !start.eq_ignore_ascii_case(first.as_bytes()) {
            return false;
        }
        let text = row.text();
        let name = |at| column_name(row.cell_of(text, at));
        self.names.iter().enumerate().all(|(at, known)| name(at) == *known)
    }

    /// Whether the row is the columns' labels, below the header.
    pub(crate) fn is_labels(&self, row: &RawRow) -> bool {
        self.delimited && is_label_line(&self.names, row)
    }

    /// Whether the row is what a survey program writes of each column, below the header.
    pub(crate) fn is_imports(&self, row: &RawRow) -> bool {
        self.delimited && is_import_line(&self.names, row)
    }

    /// Whether a delimiter parts the columns.
    pub(crate) fn is_delimited(&self) -> bool {
        self.delimited
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
        if self.by_row.as_ref().is_some_and(|rows| rows.lines == 0) {
            return Ok(ABSENT);
        }
        let Some(at) = self.find(reference) else {
            let hint = if self.delimited && self.names.len() == 1 {
                "; it has only one column, so check `delimiter` too, and look whether a title stands above the header"
            } else if self.delimited
                && 2 * self.names.iter().filter(|name| name.is_empty()).count() > self.names.len()
            {
                "; most of its columns have no name, so look whether a title stands above the header"
            } else if let Some(doubt) = self.doubt {
                match doubt {
                    HeaderDoubt::Title => {
                        "; the line below has far more cells, so look whether a title stands above the header"
                    }
                    HeaderDoubt::Delimiter => {
                        "; another delimiter stands in the header more often, so check `delimiter`"
                    }
                }
            } else {
                &self.near(reference)
            };
            return Err(EncodeError::NoColumn {
                file: self.file.clone(),
                rule: format!("column `{reference}` is missing{hint}"),
                remedy: "export the file with it, or map the name it has now in the source profile"
                    .to_owned(),
            });
        };
        let twice = self.by_row.iter().flat_map(|rows| &rows.twice);
        if let Some((_, row)) = twice.into_iter().find(|(name, _)| *name == self.names[at]) {
            return Err(EncodeError::input(
                &self.file,
                format!("row {row} has column `{reference}` twice, under names that differ in case alone"),
                "write each record with one key of that name",
            ));
        }
        if self.names.iter().filter(|n| **n == self.names[at]).count() > 1 {
            return Err(EncodeError::input(
                &self.file,
                format!("column `{reference}` stands twice in the header"),
                "export the file with one column of that name",
            ));
        }
        if let Some((_, what)) = self.nested.iter().find(|(nested, _)| *nested == at) {
            return Err(EncodeError::input(
                &self.file,
                format!("column `{reference}` holds {what}, not one text a row"),
                "export it as text: several values in one cell, which `split` in the profile takes apart, or each in a column or a \
                 row of its own",
            ));
        }
        Ok(at)
    }
}

impl Header {
    /// A hint to a column that is called nearly as one that is missing.
    fn near(&self, reference: &str) -> String {
        let names = || reference.split('|').map(column_name);
        let near = |name: &String| names().any(|missing| are_near(&missing, name));
        match self.names.iter().position(near) {
            Some(_) if self.by_row.is_some() => {
                "; lines have a key that differs from it in one character".to_owned()
            }
            Some(at) => format!("; the name of column {} differs from it in one character", at + 1),
            None => String::new(),
        }
    }

    /// Lines that have a key nearly called as the column `name`, which is among the `mapped`, and none of them with both:
    /// the key may be that one, misspelt.
    pub(crate) fn lines_of_near(&self, name: &str, mapped: &[usize]) -> u64 {
        let Some(rows) = &self.by_row else { return 0 };
        let own = self.find(name).map_or(0, |at| rows.of_lines[at]);
        let name = column_name(name);
        let keys = self.names.iter().zip(&rows.of_lines).enumerate();
        let near = keys.filter(|(at, (key, _))| !mapped.contains(at) && are_near(key, &name));
        near.map(|(_, (_, lines))| *lines).filter(|lines| own + lines <= rows.lines).sum()
    }

    /// The last line that has the column `name`, where a key that is not `mapped` stands behind it alone, both so often that it
    /// is no chance: the column may be called so from there on.
    pub(crate) fn renamed_after(&self, name: &str, mapped: &[usize]) -> Option<u64> {
        let (rows, at) = self.by_row.as_ref().zip(self.find(name))?;
        let (own, (_, last)) = (rows.of_lines[at], rows.spans[at]);
        let is_it = |(other, lines): (usize, &u64)| {
            let often = own.min(*lines) >= LEAST_RENAMED && own + lines >= 4 * LEAST_RENAMED;
            often && rows.spans[other].0 > last && !mapped.contains(&other)
        };
        rows.of_lines.iter().enumerate().any(is_it).then_some(last)
    }

    /// The name of a column.
    pub(crate) fn name(&self, at: usize) -> Option<&str> {
        self.names.get(at).map(String::as_str)
    }
}

/// In fewer lines a key may stand by chance.
const LEAST_RENAMED: u64 = 5;

/// A column's name, as names are matched.
pub(crate) fn column_name(name: &str) -> String {
    name.trim().trim_start_matches('\u{feff}').to_lowercase()
}

/// The place of a column that no row names.
const ABSENT: usize = usize::MAX;

/// A column that rules read: its place among the cells that are kept of a row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cell(usize);

/// Where a kept cell comes from: the file's own column, or a column of a joined file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    Own(usize),
    Joined(usize, usize),
}

impl Origin {
    /// The column, if it is one of the join's.
    pub(crate) fn of_join(self, join: usize) -> Option<usize> {
        match self {
            Self::Joined(of, at) if of == join => Some(at),
            _ => None,
        }
    }
}

/// A cell that is kept of a row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) origin: Origin,
    /// Words for nothing are no blanks in it: one is a code there, or it tells a consent.
    pub(crate) as_written: bool,
}

/// The columns that rules of one file may name: its own, and `<join>.<column>`. Remembers which
/// were asked for, so that no others are kept.
pub(crate) struct Columns<'a> {
    own: &'a Header,
    joined: Vec<(&'a str, &'a Header)>,
    /// In lower case, the columns of which a code is a word for nothing.
    coded: &'a BTreeSet<String>,
    /// Whether what is asked for now is kept as written.
    as_written: StdCell<bool>,
    /// Whether a column that is asked for now has to be there, even where rows name their own.
    strictly: StdCell<bool>,
    /// The columns that no row names, and that were asked for all the same.
    absent: RefCell<BTreeSet<String>>,
    used: RefCell<Vec<Kept>>,
}

impl<'a> Columns<'a> {
    pub(crate) fn new(
        own: &'a Header,
        joined: Vec<(&'a str, &'a Header)>,
        coded: &'a BTreeSet<String>,
    ) -> Self {
        Self {
            own,
            joined,
            coded,
            as_written: StdCell::new(false),
            strictly: StdCell::new(false),
            absent: RefCell::default(),
            used: RefCell::default(),
        }
    }

    /// Keeps what `bind` asks for as it is written.
    pub(crate) fn as_written<T>(&self, bind: impl FnOnce(&Self) -> T) -> T {
        self.as_written.set(true);
        let bound = bind(self);
        self.as_written.set(false);
        bound
    }

    /// Takes a column that no row names for missing while `bind` asks, where it would count as blank otherwise.
    pub(crate) fn strictly<T>(&self, bind: impl FnOnce(&Self) -> T) -> T {
        let before = self.strictly.replace(true);
        let bound = bind(self);
        self.strictly.set(before);
        bound
    }

    pub(crate) fn require(&self, reference: &str) -> Result<Cell, EncodeError> {
        let as_written = self.as_written.get() || self.coded.contains(&reference.to_lowercase());
        let kept = Kept { origin: self.origin(reference)?, as_written };
        let mut used = self.used.borrow_mut();
        let at = used.iter().position(|known| *known == kept).unwrap_or_else(|| {
            used.push(kept);
            used.len() - 1
        });
        Ok(Cell(at))
    }

    /// Where a reference points, without keeping it.
    pub(crate) fn origin(&self, reference: &str) -> Result<Origin, EncodeError> {
        match self.find(reference) {
            Err(EncodeError::NoColumn { .. })
                if !self.strictly.get() && self.header_of(reference).by_row.is_some() =>
            {
                self.absent.borrow_mut().insert(reference.to_owned());
                Ok(Origin::Own(ABSENT))
            }
            found => found,
        }
    }

    /// Whether a column is missing, whether or not it counts as blank.
    pub(crate) fn lacks(&self, reference: &str) -> bool {
        // A column that is there and can't be read is refused, not passed over.
        matches!(self.find(reference), Err(EncodeError::NoColumn { .. }))
    }

    /// Whether a field is made of a column that is missing.
    pub(crate) fn lacks_field(&self, field: &Field) -> bool {
        self.choose(field).columns.iter().any(|column| self.lacks(column))
    }

    /// As [`Self::require`]; none where the column is not there.
    pub(crate) fn find_strictly(&self, reference: &str) -> Result<Option<Cell>, EncodeError> {
        match self.strictly(|columns| columns.require(reference)) {
            Ok(cell) => Ok(Some(cell)),
            Err(EncodeError::NoColumn { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The columns that count as blank because no row names them.
    pub(crate) fn absent(&self) -> BTreeSet<String> {
        self.absent.borrow().clone()
    }

    /// Whether of the file's own columns some were asked for.
    pub(crate) fn found_any(&self) -> bool {
        let own = |kept: &Kept| matches!(kept.origin, Origin::Own(at) if at != ABSENT);
        self.used.borrow().iter().any(own)
    }

    fn find(&self, reference: &str) -> Result<Origin, EncodeError> {
        match self.join_of(reference) {
            Some((join, column)) => Ok(Origin::Joined(join, self.joined[join].1.require(column)?)),
            None => Ok(Origin::Own(self.own.require(reference)?)),
        }
    }

    fn header_of(&self, reference: &str) -> &'a Header {
        self.join_of(reference).map_or(self.own, |(join, _)| self.joined[join].1)
    }

    /// The first of a field's alternatives whose columns are there; the field itself if none is.
    pub(crate) fn choose<'f>(&self, field: &'f Field) -> &'f Field {
        let there = |f: &&'f Field| !f.columns.iter().any(|column| self.lacks(column));
        std::iter::once(field).chain(&field.otherwise).find(there).unwrap_or(field)
    }

    /// The places of the file's own columns that were asked for.
    pub(crate) fn own_places(&self) -> Vec<usize> {
        let places = self.used.borrow();
        places
            .iter()
            .filter_map(|kept| if let Origin::Own(at) = kept.origin { Some(at) } else { None })
            .collect()
    }

    /// What was asked for, in the order of [`Cell`].
    pub(crate) fn into_used(self) -> Vec<Kept> {
        self.used.into_inner()
    }

    fn join_of<'r>(&self, reference: &'r str) -> Option<(usize, &'r str)> {
        let (name, column) = reference.split_once('.')?;
        let join = self.joined.iter().position(|(n, _)| *n == name)?;
        Some((join, column))
    }
}

/// The kept cells of one row, each trimmed.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    pub(crate) text: &'a str,
    pub(crate) ends: &'a [u32],
}

impl<'a> Row<'a> {
    /// The cell; blank where a join found nothing.
    pub(crate) fn cell(&self, Cell(at): Cell) -> &'a str {
        self.at(at)
    }

    /// The cell at a place.
    pub(crate) fn at(&self, at: usize) -> &'a str {
        let Some(end) = self.ends.get(at) else { return "" };
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.text[start as usize..*end as usize]
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
