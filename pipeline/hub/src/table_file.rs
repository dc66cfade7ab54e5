//! A table of an extract, Parquet or CSV: its columns, one at a time.
//!
//! The edge to polars. Its errors quote cells ("could not parse `Jane Doe`"), so they are turned
//! into a file, a column and a rule right here and dropped; its panics on malformed files likewise.

use std::fs::{self, File};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use polars::prelude::{Column, CsvReadOptions, DataFrame, DataType, ParquetReader, PolarsResult, SerReader};

use crate::csv_shape::{ShapeError, csv_shape};
use crate::day;
use crate::identified::known_text;
use crate::refusal::Refusal;
use crate::rule;

/// Row positions are 32 bits, and a family has at most four tokens a record.
const MOST_ROWS: usize = 100_000_000;

/// One cell as its column's kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cell<T> {
    Null,
    Unreadable,
    Value(T),
}

/// A table that can be read column by column.
pub(crate) struct TableFile {
    source: String,
    file: String,
    path: PathBuf,
    rows: usize,
    names: Vec<String>,
    /// Whether it is the hub's own, in which ids are bytes.
    stored: bool,
    /// A CSV is read once; Parquet columns are read when they are asked for.
    csv: Option<DataFrame>,
}

impl TableFile {
    /// Opens a table and learns its columns and rows.
    pub(crate) fn open(source: &str, folder: &Path, file: &str) -> Result<Self, Refusal> {
        let path = folder.join(file);
        let mut table = Self {
            source: source.to_owned(),
            file: file.to_owned(),
            path,
            rows: 0,
            names: Vec::new(),
            stored: false,
            csv: None,
        };
        if Path::new(file).extension().is_some_and(|e| e == "csv") {
            table.open_csv()?;
        } else {
            table.open_parquet()?;
        }
        if table.rows > MOST_ROWS {
            return Err(table.refuse(&rule::FILE_SIZE));
        }
        if let Some(twice) = first_repeated(&table.names) {
            return Err(table.refuse_column(&twice, &rule::COLUMN_TWICE));
        }
        Ok(table)
    }

    /// Opens a table of the hub's own store.
    pub(crate) fn open_stored(source: &str, folder: &Path, file: &str) -> Result<Self, Refusal> {
        Ok(Self { stored: true, ..Self::open(source, folder, file)? })
    }

    fn open_parquet(&mut self) -> Result<(), Refusal> {
        let file = File::open(&self.path).map_err(|_| self.refuse(&rule::FILE_UNREADABLE))?;
        let (rows, names) = self.guard(None, || {
            let mut reader = ParquetReader::new(file);
            let names = reader.schema()?.iter_names().map(ToString::to_string).collect();
            Ok((reader.num_rows()?, names))
        })?;
        (self.rows, self.names) = (rows, names);
        Ok(())
    }

    fn open_csv(&mut self) -> Result<(), Refusal> {
        let bytes = fs::read(&self.path).map_err(|_| self.refuse(&rule::FILE_UNREADABLE))?;
        let text = std::str::from_utf8(&bytes).map_err(|_| self.refuse(&rule::FILE_ENCODING))?;
        let shape = csv_shape(text).map_err(|error| match error {
            ShapeError::Ragged { row } => {
                Refusal::new(&self.source, format!("{}, row {row}", self.file), &rule::FILE_RAGGED)
            }
            ShapeError::Unreadable => self.refuse(&rule::FILE_FORMAT),
        })?;
        self.names = shape.header;
        // Every field as text: the contract's own readers decide what it is.
        let frame = self.guard(None, || {
            CsvReadOptions::default()
                .with_has_header(true)
                .with_infer_schema_length(Some(0))
                .with_rechunk(true)
                .into_reader_with_file_handle(std::io::Cursor::new(&bytes))
                .finish()
        })?;
        if frame.height() != shape.rows {
            return Err(self.refuse(&rule::FILE_FORMAT));
        }
        self.rows = frame.height();
        self.csv = Some(frame);
        Ok(())
    }

    /// Data rows.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Column names, in the file's order.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether it is of the hub's own store.
    pub(crate) fn is_stored(&self) -> bool {
        self.stored
    }

    /// Source and file name.
    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    /// File name.
    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    /// A refusal of the whole file.
    pub(crate) fn refuse(&self, rule: &domain::Rule) -> Refusal {
        Refusal::new(&self.source, self.file.clone(), rule)
    }

    /// A refusal because of a column.
    pub(crate) fn refuse_column(&self, column: &str, rule: &domain::Rule) -> Refusal {
        Refusal::new(&self.source, format!("{}, column `{}`", self.file, plain(column)), rule)
    }

    /// A column, all of it.
    pub(crate) fn column(&self, name: &str) -> Result<Column, Refusal> {
        let column = if let Some(frame) = &self.csv {
            self.guard(Some(name), || frame.column(name).cloned())?
        } else {
            let file = File::open(&self.path).map_err(|_| self.refuse(&rule::FILE_UNREADABLE))?;
            let frame = self.guard(Some(name), || {
                ParquetReader::new(file).with_columns(Some(vec![name.to_owned()])).set_rechunk(true).finish()
            })?;
            self.guard(Some(name), || frame.column(name).cloned())?
        };
        if column.len() == self.rows { Ok(column) } else { Err(self.refuse(&rule::FILE_FORMAT)) }
    }

    /// Calls `each` with every text; an empty text counts as none.
    pub(crate) fn texts(
        &self,
        name: &str,
        mut each: impl FnMut(usize, Option<&str>) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let column = self.column(name)?;
        if matches!(column.dtype(), DataType::Null) {
            return (0..self.rows).try_for_each(|row| each(row, None));
        }
        let texts = column.str().map_err(|_| self.refuse_column(name, &rule::COLUMN_TYPE))?;
        texts.iter().enumerate().try_for_each(|(row, text)| each(row, text.filter(|t| !t.is_empty())))
    }

    /// A column of dates, as day numbers.
    pub(crate) fn dates(&self, name: &str) -> Result<Vec<Cell<i32>>, Refusal> {
        if self.csv.is_some() {
            return self.parsed(name, day::parse);
        }
        let column = self.column(name)?;
        match column.dtype() {
            DataType::Null => Ok(vec![Cell::Null; self.rows]),
            DataType::Date => {
                let days = self.guard(Some(name), || column.cast(&DataType::Int32))?;
                let days = days.i32().map_err(|_| self.refuse_column(name, &rule::COLUMN_TYPE))?;
                Ok(days.iter().map(|day| day.map_or(Cell::Null, Cell::Value)).collect())
            }
            _ => Err(self.refuse_column(name, &rule::COLUMN_TYPE)),
        }
    }

    /// A column of whole numbers.
    pub(crate) fn integers(&self, name: &str) -> Result<Vec<Cell<i64>>, Refusal> {
        if self.csv.is_some() {
            return self.parsed(name, |text| text.parse().ok());
        }
        let column = self.column(name)?;
        match column.dtype() {
            DataType::Null => Ok(vec![Cell::Null; self.rows]),
            kind if kind.is_integer() => {
                let numbers = self.guard(Some(name), || column.cast(&DataType::Int64))?;
                let numbers = numbers.i64().map_err(|_| self.refuse_column(name, &rule::COLUMN_TYPE))?;
                Ok(numbers.iter().map(|n| n.map_or(Cell::Null, Cell::Value)).collect())
            }
            _ => Err(self.refuse_column(name, &rule::COLUMN_TYPE)),
        }
    }

    /// A column of flags.
    pub(crate) fn flags(&self, name: &str) -> Result<Vec<Cell<bool>>, Refusal> {
        if self.csv.is_some() {
            return self.parsed(name, |text| text.parse().ok());
        }
        let column = self.column(name)?;
        if matches!(column.dtype(), DataType::Null) {
            return Ok(vec![Cell::Null; self.rows]);
        }
        let flags = column.bool().map_err(|_| self.refuse_column(name, &rule::COLUMN_TYPE))?;
        Ok(flags.iter().map(|flag| flag.map_or(Cell::Null, Cell::Value)).collect())
    }

    /// Calls `each` with every cell of a binary column; hexadecimal in CSV, where `Unreadable` is
    /// text that is no hexadecimal.
    pub(crate) fn bytes(&self, name: &str, mut each: impl FnMut(usize, Cell<&[u8]>)) -> Result<(), Refusal> {
        if self.csv.is_some() {
            return self.texts(name, |row, text| {
                match text.map(|text| (text, hex::decode(text))) {
                    None => each(row, Cell::Null),
                    Some((_, Ok(bytes))) => each(row, Cell::Value(&bytes)),
                    Some((text, Err(_))) => {
                        known_text(self, name, text)?;
                        each(row, Cell::Unreadable);
                    }
                }
                Ok(())
            });
        }
        let column = self.column(name)?;
        if matches!(column.dtype(), DataType::Null) {
            (0..self.rows).for_each(|row| each(row, Cell::Null));
            return Ok(());
        }
        let cells = column.binary().map_err(|_| self.refuse_column(name, &rule::COLUMN_TYPE))?;
        cells.iter().enumerate().for_each(|(row, cell)| {
            each(row, cell.filter(|bytes| !bytes.is_empty()).map_or(Cell::Null, Cell::Value));
        });
        Ok(())
    }

    fn parsed<T>(&self, name: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Vec<Cell<T>>, Refusal> {
        let mut cells = Vec::with_capacity(self.rows);
        self.texts(name, |_, text| {
            cells.push(match text {
                None => Cell::Null,
                Some(text) => parse(text).map_or(Cell::Unreadable, Cell::Value),
            });
            Ok(())
        })?;
        Ok(cells)
    }

    /// Runs polars; whatever it says is dropped, for it may quote a cell.
    fn guard<T>(&self, column: Option<&str>, read: impl FnOnce() -> PolarsResult<T>) -> Result<T, Refusal> {
        match catch_unwind(AssertUnwindSafe(read)) {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(_)) | Err(_) => Err(match column {
                Some(name) => self.refuse_column(name, &rule::FILE_FORMAT),
                None => self.refuse(&rule::FILE_FORMAT),
            }),
        }
    }
}

/// A column's name as a message shows it. Only files that have every column of the contract get
/// as far as naming one of their own, so a first row of cells is never taken for names; still,
/// what is no plain word, or could be a number of somebody's, is hidden.
pub(crate) fn plain(name: &str) -> String {
    let many_digits = name.bytes().filter(u8::is_ascii_digit).count() > 4;
    let shown =
        |c: &char| c.is_ascii_alphabetic() || (c.is_ascii_digit() && !many_digits) || "_- ".contains(*c);
    let kept: String = name.chars().take(40).map(|c| if shown(&c) { c } else { '?' }).collect();
    if kept.is_empty() { "(no name)".to_owned() } else { kept }
}

fn first_repeated(names: &[String]) -> Option<String> {
    let mut sorted: Vec<_> = names.iter().collect();
    sorted.sort_unstable();
    sorted.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0].clone())
}
