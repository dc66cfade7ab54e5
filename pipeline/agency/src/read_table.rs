//! One raw file, row by row, whatever its format.

use domain::Rule;

use crate::columns::Header;
use crate::error::EncodeError;
use crate::profile::{Format, Profile};
use crate::raw_files::RawFile;
use crate::raw_row::RawRow;
use crate::read_csv::CsvRows;
use crate::read_ndjson::NdjsonRows;
use crate::read_parquet::ParquetRows;

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
        Ok(Self { header, rows, number: 0 })
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
    pub(crate) fn read(&mut self, row: &mut RawRow) -> Result<Next, EncodeError> {
        let next = match &mut self.rows {
            Rows::Csv(rows) => rows.read(row, self.header.len())?,
            Rows::Ndjson(rows) => rows.read(row)?,
            Rows::Parquet(rows) => rows.read(row)?,
        };
        if !matches!(next, Next::End) {
            self.number += 1;
        }
        Ok(next)
    }
}
