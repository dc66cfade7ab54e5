//! A table of an extract, Parquet or CSV: its columns, one at a time.
//!
//! The edge to polars. Its errors quote cells ("could not parse `Jane Doe`"), so they are turned
//! into a file, a column and a rule right here and dropped; its panics on malformed files likewise.

use std::fs::{self, File};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use polars::prelude::{
    Column, CsvReadOptions, DataFrame, DataType, FileMetadataRef, ParallelStrategy, ParquetReader,
    PolarsResult, SerReader,
};

use crate::csv_shape::{ShapeError, csv_shape};
use crate::day;
use crate::file_metadata::is_plain;
use crate::identified::known_text;
use crate::refusal::Refusal;
use crate::rule;

/// Row positions are 32 bits, and a family has at most four tokens a record.
const MOST_ROWS: usize = 100_000_000;

/// The rows that are read at a time, if a Parquet file's row groups allow: enough to be worth a thread, and few
/// enough that what polars makes of them is soon used again.
const PART: usize = 1 << 16;

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
    parts: Vec<Range<usize>>,
    /// What Parquet says of itself. A table of a hundred columns in many row groups has much to say, so it is read once.
    metadata: Option<FileMetadataRef>,
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
            parts: Vec::new(),
            metadata: None,
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
        let (rows, names, metadata) = self.guard(None, || {
            let mut reader = ParquetReader::new(file);
            let names = reader.schema()?.iter_names().map(ToString::to_string).collect();
            Ok((reader.num_rows()?, names, reader.get_metadata()?.clone()))
        })?;
        #[expect(clippy::redundant_closure_for_method_calls, reason = "polars does not name the type")]
        let groups = metadata.row_groups.iter().map(|group| group.num_rows());
        self.parts = parts(groups);
        (self.rows, self.names, self.metadata) = (rows, names, Some(metadata));
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
        self.parts = parts((0..self.rows).step_by(PART).map(|start| PART.min(self.rows - start)));
        self.csv = Some(frame);
        Ok(())
    }

    /// Refuses a file that tells of itself more than its columns.
    pub(crate) fn refuse_metadata(&self) -> Result<(), Refusal> {
        let mut entries =
            self.metadata.iter().flat_map(|metadata| metadata.key_value_metadata.iter().flatten());
        if entries.all(|entry| is_plain(&entry.key, entry.value.as_deref(), &self.names)) {
            Ok(())
        } else {
            Err(self.refuse(&rule::FILE_METADATA))
        }
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

    /// Ranges of rows that are read by themselves, in order.
    pub(crate) fn parts(&self) -> &[Range<usize>] {
        &self.parts
    }

    /// A column, all of it.
    pub(crate) fn column(&self, name: &str) -> Result<Column, Refusal> {
        self.part(name, 0..self.rows)
    }

    /// Some rows of a column.
    pub(crate) fn part(&self, name: &str, rows: Range<usize>) -> Result<Column, Refusal> {
        let column = if let Some(frame) = &self.csv {
            let column = self.guard(Some(name), || frame.column(name).cloned())?;
            column.slice(rows.start.cast_signed() as i64, rows.len())
        } else {
            let file = File::open(&self.path).map_err(|_| self.refuse(&rule::FILE_UNREADABLE))?;
            let frame = self.guard(Some(name), || {
                let mut reader = ParquetReader::new(file)
                    .with_columns(Some(vec![name.to_owned()]))
                    .with_slice(Some((rows.start, rows.len())))
                    .read_parallel(ParallelStrategy::RowGroups);
                if let Some(metadata) = &self.metadata {
                    reader.set_metadata(metadata.clone());
                }
                reader.finish()
            })?;
            self.guard(Some(name), || frame.column(name).cloned())?
        };
        if column.len() == rows.len() { Ok(column) } else { Err(self.refuse(&rule::FILE_FORMAT)) }
    }

    /// Calls `each` with every text; an empty text counts as none.
    pub(crate) fn texts(
        &self,
        name: &str,
        mut each: impl FnMut(usize, Option<&str>) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        for rows in &self.parts {
            let column = self.part(name, rows.clone())?;
            self.texts_of(&column, name, |at, text| each(rows.start + at, text))?;
        }
        Ok(())
    }

    /// The same for a part that was read; rows count from its first.
    pub(crate) fn texts_of(
        &self,
        column: &Column,
        name: &str,
        mut each: impl FnMut(usize, Option<&str>) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        if matches!(column.dtype(), DataType::Null) {
            return (0..column.len()).try_for_each(|row| each(row, None));
        }
        let texts = column.str().map_err(|_| self.refuse_column(name, &rule::COLUMN_TYPE))?;
        texts.iter().enumerate().try_for_each(|(row, text)| each(row, text.filter(|t| !t.is_empty())))
    }

    /// A column of dates, as day numbers.
    pub(crate) fn dates(&self, name: &str) -> Result<Vec<Cell<i32>>, Refusal> {
        self.all_parts(name, |column| self.dates_of(column, name))
    }

    /// The same for a part that was read.
    pub(crate) fn dates_of(&self, column: &Column, name: &str) -> Result<Vec<Cell<i32>>, Refusal> {
        if self.csv.is_some() {
            return self.parsed(column, name, day::parse);
        }
        match column.dtype() {
            DataType::Null => Ok(vec![Cell::Null; column.len()]),
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
        self.all_parts(name, |column| self.integers_of(column, name))
    }

    /// The same for a part that was read.
    pub(crate) fn integers_of(&self, column: &Column, name: &str) -> Result<Vec<Cell<i64>>, Refusal> {
        if self.csv.is_some() {
            return self.parsed(column, name, |text| text.parse().ok());
        }
        match column.dtype() {
            DataType::Null => Ok(vec![Cell::Null; column.len()]),
            kind if kind.is_integer() => {
                let numbers = self.guard(Some(name), || column.cast(&DataType::Int64))?;
                let numbers = numbers.i64().map_err(|_| self.refuse_column(name, &rule::COLUMN_TYPE))?;
                Ok(numbers.iter().map(|n| n.map_or(Cell::Null, Cell::Value)).collect())
            }
            _ => Err(self.refuse_column(name, &rule::COLUMN_TYPE)),
        }
    }

    /// A part of a column of flags.
    pub(crate) fn flags_of(&self, column: &Column, name: &str) -> Result<Vec<Cell<bool>>, Refusal> {
        if self.csv.is_some() {
            return self.parsed(column, name, |text| text.parse().ok());
        }
        if matches!(column.dtype(), DataType::Null) {
            return Ok(vec![Cell::Null; column.len()]);
        }
        let flags = column.bool().map_err(|_| self.refuse_column(name, &rule::COLUMN_TYPE))?;
        Ok(flags.iter().map(|flag| flag.map_or(Cell::Null, Cell::Value)).collect())
    }

    /// Calls `each` with every cell of a binary column; hexadecimal in CSV, where `Unreadable` is
    /// text that is no hexadecimal.
    pub(crate) fn bytes(&self, name: &str, mut each: impl FnMut(usize, Cell<&[u8]>)) -> Result<(), Refusal> {
        for rows in &self.parts {
            let column = self.part(name, rows.clone())?;
            self.bytes_of(&column, name, |at, cell| each(rows.start + at, cell))?;
        }
        Ok(())
    }

    /// The same for a part that was read; rows count from its first.
    pub(crate) fn bytes_of(
        &self,
        column: &Column,
        name: &str,
        mut each: impl FnMut(usize, Cell<&[u8]>),
    ) -> Result<(), Refusal> {
        if self.csv.is_some() {
            return self.texts_of(column, name, |row, text| {
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
        if matches!(column.dtype(), DataType::Null) {
            (0..column.len()).for_each(|row| each(row, Cell::Null));
            return Ok(());
        }
        let cells = column.binary().map_err(|_| self.refuse_column(name, &rule::COLUMN_TYPE))?;
        cells.iter().enumerate().for_each(|(row, cell)| {
            each(row, cell.filter(|bytes| !bytes.is_empty()).map_or(Cell::Null, Cell::Value));
        });
        Ok(())
    }

    fn all_parts<T>(
        &self,
        name: &str,
        read: impl Fn(&Column) -> Result<Vec<Cell<T>>, Refusal>,
    ) -> Result<Vec<Cell<T>>, Refusal> {
        let mut cells = Vec::with_capacity(self.rows);
        for rows in &self.parts {
            cells.extend(read(&self.part(name, rows.clone())?)?);
        }
        Ok(cells)
    }

    fn parsed<T>(
        &self,
        column: &Column,
        name: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Vec<Cell<T>>, Refusal> {
        let mut cells = Vec::with_capacity(column.len());
        self.texts_of(column, name, |_, text| {
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

/// Neighbouring groups of rows, put together up to [`PART`] rows.
fn parts(groups: impl Iterator<Item = usize>) -> Vec<Range<usize>> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    for rows in groups {
        match parts.last_mut() {
            Some(last) if last.len() + rows <= PART => last.end += rows,
            last => {
                let start = last.map_or(0, |last| last.end);
                parts.push(start..start + rows);
            }
        }
    }
    // A column without a row has a type all the same.
    if parts.is_empty() {
        parts.push(0..0);
    }
    parts
}

/// A column's name as a message shows it. Only files that have every column of the contract get
/// as far as naming one of their own, so a first row of cells is never taken for names; still,
/// what is no plain word, or could be a number of somebody's, is hidden.
fn plain(name: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_whole_groups_and_leave_no_row_out() {
        assert_eq!(parts(std::iter::empty()).as_slice(), std::slice::from_ref(&(0..0)));
        let sixteen = PART / 4;
        assert_eq!(parts([sixteen; 6].into_iter()), [0..PART, PART..PART + 2 * sixteen]);
        assert_eq!(parts([3 * PART, 1, 2].into_iter()), [0..3 * PART, 3 * PART..3 * PART + 3]);
    }
}
