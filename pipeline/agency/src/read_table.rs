//! One raw file, row by row, whatever its format.

use domain::Rule;

use crate::accounting::{HEADER_AGAIN, LABELS, LEAST_CELLS, RAGGED};
use crate::columns::Header;
use crate::error::EncodeError;
use crate::label_line::MOST_ROWS;
use crate::profile::{Format, Profile};
use crate::raw_files::RawFile;
use crate::raw_row::RawRow;
use crate::read_csv::CsvRows;
use crate::read_ndjson::NdjsonRows;
use crate::read_parquet::ParquetRows;
use crate::tool_line::{is_tool_line, tool_line};

/// What the next row was.
#[derive(Clone, Copy)]
pub(crate) enum Next {
    /// A row with as many cells as the header.
    Row,
    /// A row that can't be read, by this rule.
    Unusable(&'static Rule),
    /// No further row.
    End,
}

/// A raw file, open.
pub(crate) struct RawTable {
    header: Header,
    rows: Rows,
    number: u64,
    /// The second row, which was read with the first.
    ahead: Option<Box<(RawRow, Next)>>,
    /// Rows that can't be read.
    unreadable: u64,
    last_rule: &'static Rule,
}

enum Rows {
    Csv(Box<CsvRows>),
    Ndjson(Box<NdjsonRows>),
    Parquet(Box<ParquetRows>),
}

impl RawTable {
    pub(crate) fn open(profile: &Profile, file: &RawFile) -> Result<Self, EncodeError> {
        let (header, rows) = match profile.format {
            Format::Csv | Format::HmisCsv => {
                let (header, rows) = CsvRows::open(profile, file)?;
                (header, Rows::Csv(Box::new(rows)))
            }
            Format::Ndjson => {
                let (header, rows) = NdjsonRows::open(profile, file)?;
                (header, Rows::Ndjson(Box::new(rows)))
            }
            Format::Parquet => {
                let (header, rows) = ParquetRows::open(file)?;
                (header, Rows::Parquet(Box::new(rows)))
            }
        };
        Ok(Self { header, rows, number: 0, ahead: None, unreadable: 0, last_rule: &HEADER_AGAIN })
    }

    pub(crate) fn header(&self) -> &Header {
        &self.header
    }

    pub(crate) fn into_header(self) -> Header {
        self.header
    }

    /// The number of the row read last, counted from 1.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Reads the next row into `row`.
    ///
    /// # Errors
    /// The file ends, and too few of its rows can be read.
    pub(crate) fn read(&mut self, row: &mut RawRow) -> Result<Next, EncodeError> {
        let next = if let Some(ahead) = self.ahead.take() {
            let (ahead, next) = *ahead;
            *row = ahead;
            next
        } else {
            self.read_on(row)?
        };
        let next = match next {
            Next::Row if self.number == 0 && self.stands_above_imports()? => Next::Unusable(&LABELS),
            Next::Row if self.header.is_row(row) => Next::Unusable(&HEADER_AGAIN),
            Next::Row if self.number < MOST_ROWS && self.header.is_labels(row) => Next::Unusable(&LABELS),
            Next::Row => tool_line(row).map_or(Next::Row, Next::Unusable),
            // Not padded to the width of the table, such a line is ragged.
            Next::Unusable(rule) if rule.id == RAGGED.id => Next::Unusable(tool_line(row).unwrap_or(rule)),
            next => next,
        };
        match next {
            Next::End => {
                refuse_unreadable(self.header.file(), self.unreadable, self.number, self.last_rule)?;
                return Ok(Next::End);
            }
            // An export of nobody has such lines all the same.
            Next::Unusable(rule) if is_tool_line(rule) => {}
            Next::Unusable(rule) => (self.unreadable, self.last_rule) = (self.unreadable + 1, rule),
            Next::Row => {}
        }
        self.number += 1;
        Ok(next)
    }

    fn read_on(&mut self, row: &mut RawRow) -> Result<Next, EncodeError> {
        match &mut self.rows {
            Rows::Csv(rows) => rows.read(row, self.header.len()),
            Rows::Ndjson(rows) => rows.read(row),
            Rows::Parquet(rows) => rows.read(row),
        }
    }

    /// Whether below the first row stands what a survey program writes of each column: then the first are the questions
    /// themselves, and nobody's answers.
    fn stands_above_imports(&mut self) -> Result<bool, EncodeError> {
        if !self.header.is_delimited() {
            return Ok(false);
        }
        let mut ahead = RawRow::default();
        let next = self.read_on(&mut ahead)?;
        let stands = matches!(next, Next::Row) && self.header.is_imports(&ahead);
        self.ahead = Some(Box::new((ahead, next)));
        Ok(stands)
    }
}

/// A file of which no row can be read (of two at least), or less than half (of [`LEAST_CELLS`] at least), is not
/// what its header says.
pub(crate) fn refuse_unreadable(
    file: &str,
    unreadable: u64,
    rows: u64,
    last_rule: &Rule,
) -> Result<(), EncodeError> {
    let none = unreadable == rows && rows > 1;
    let few = unreadable * 2 > rows && rows >= LEAST_CELLS;
    if !none && !few {
        return Ok(());
    }
    Err(EncodeError::input(
        file,
        format!("{unreadable} of {rows} rows can't be read; of the last of them: {}", last_rule.reason),
        last_rule.remedy,
    ))
}
