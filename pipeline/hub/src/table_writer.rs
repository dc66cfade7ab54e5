//! Parquet files of the hub's own: columns written side by side, in groups of rows.
//!
//! By the `parquet` crate, which can be told column by column what is not worth a dictionary: a hundred columns of
//! uniform tokens are. Polars reads what is written here.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BinaryArray, BooleanArray, Date32Array, Int64Array, StringArray};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Field, Schema};
use parquet::arrow::ArrowSchemaConverter;
use parquet::arrow::arrow_writer::{
    ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves,
};
use parquet::errors::{ParquetError, Result as Parquet};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;

use crate::family_tokens::FamilyTokens;
use crate::refusal::HubError;
use crate::side_by_side::side_by_side;

/// Rows of one row group: what is in memory at a time while writing, and what is read by itself.
const GROUP_ROWS: usize = 1 << 16;

/// A column to be written, made for a group of rows at a time.
pub(crate) struct StoredColumn<'a> {
    name: String,
    kind: DataType,
    /// Whether few different values are expected: then the file holds each of them once.
    repeats: bool,
    cells: Box<dyn Fn(Range<usize>) -> ArrayRef + Sync + 'a>,
}

impl<'a> StoredColumn<'a> {
    fn new<A: Array + 'static>(
        name: &str,
        kind: DataType,
        repeats: bool,
        cells: impl Fn(Range<usize>) -> A + Sync + 'a,
    ) -> Self {
        Self { name: name.to_owned(), kind, repeats, cells: Box::new(move |rows| Arc::new(cells(rows))) }
    }

    /// Keyed ids as 16 bytes each: half of what their text takes.
    pub(crate) fn ids<I: ExactSizeIterator<Item = u128>>(
        name: &str,
        of: impl Fn(Range<usize>) -> I + Sync + 'a,
    ) -> Self {
        Self::new(name, DataType::Binary, false, move |rows| {
            let ids: Vec<i128> = of(rows).map(|id| id.to_be().cast_signed()).collect();
            let offsets = OffsetBuffer::from_repeated_length(size_of::<u128>(), ids.len());
            BinaryArray::new(offsets, Buffer::from_vec(ids), None)
        })
    }

    /// Tokens as 8 bytes each, those of a row in one cell.
    pub(crate) fn tokens(name: &str, tokens: &'a FamilyTokens) -> Self {
        Self::new(name, DataType::Binary, false, move |rows| {
            let (counts, tokens) = tokens.part(rows);
            let bytes: Vec<u64> = tokens.iter().map(|token| token.to_be()).collect();
            let offsets =
                OffsetBuffer::from_lengths(counts.iter().map(|n| usize::from(*n) * size_of::<u64>()));
            let held = BooleanBuffer::collect_bool(counts.len(), |row| counts[row] > 0);
            BinaryArray::new(offsets, Buffer::from_vec(bytes), Some(NullBuffer::new(held)))
        })
    }

    /// Words of a list.
    pub(crate) fn texts<'t, I: Iterator<Item = Option<&'t str>>>(
        name: &str,
        of: impl Fn(Range<usize>) -> I + Sync + 'a,
    ) -> Self {
        Self::new(name, DataType::Utf8, true, move |rows| of(rows).collect::<StringArray>())
    }

    /// Day numbers.
    pub(crate) fn dates<I: Iterator<Item = Option<i32>>>(
        name: &str,
        of: impl Fn(Range<usize>) -> I + Sync + 'a,
    ) -> Self {
        Self::new(name, DataType::Date32, true, move |rows| of(rows).collect::<Date32Array>())
    }

    /// Whole numbers of which few differ.
    pub(crate) fn few_numbers<I: Iterator<Item = Option<i64>>>(
        name: &str,
        of: impl Fn(Range<usize>) -> I + Sync + 'a,
    ) -> Self {
        Self { repeats: true, ..Self::numbers(name, of) }
    }

    /// Whole numbers.
    pub(crate) fn numbers<I: Iterator<Item = Option<i64>>>(
        name: &str,
        of: impl Fn(Range<usize>) -> I + Sync + 'a,
    ) -> Self {
        Self::new(name, DataType::Int64, false, move |rows| of(rows).collect::<Int64Array>())
    }

    /// Yes or no.
    pub(crate) fn flags<I: Iterator<Item = Option<bool>>>(
        name: &str,
        of: impl Fn(Range<usize>) -> I + Sync + 'a,
    ) -> Self {
        Self::new(name, DataType::Boolean, false, move |rows| of(rows).collect::<BooleanArray>())
    }

    fn field(&self) -> Field {
        Field::new(&self.name, self.kind.clone(), true)
    }
}

/// Writes rows in groups, and syncs the file.
///
/// # Errors
/// [`HubError::Io`] with what the system refused: "no space left" must reach the steward.
pub(crate) fn write_table(path: &Path, rows: usize, columns: &[StoredColumn<'_>]) -> Result<(), HubError> {
    let file = File::create_new(path).map_err(HubError::io(path))?;
    let written = write_groups(file, rows, columns).map_err(fault);
    written.and_then(|file| file.sync_all()).map_err(HubError::io(path))
}

fn write_groups(file: File, rows: usize, columns: &[StoredColumn<'_>]) -> Parquet<File> {
    let schema = Arc::new(Schema::new(columns.iter().map(StoredColumn::field).collect::<Vec<_>>()));
    let root = ArrowSchemaConverter::new().convert(&schema)?.root_schema_ptr();
    let mut writer = SerializedFileWriter::new(file, root, Arc::new(properties(columns)))?;
    let groups = ArrowRowGroupWriterFactory::new(&writer, Arc::clone(&schema));
    for (number, start) in (0..rows).step_by(GROUP_ROWS).enumerate() {
        let range = start..rows.min(start + GROUP_ROWS);
        let writers = groups.create_column_writers(number)?;
        let chunks = side_by_side(columns.iter().zip(writers), |(column, writer)| {
            encode(column, writer, range.clone())
        });
        let mut group = writer.next_row_group()?;
        for chunk in chunks {
            chunk?.append_to_row_group(&mut group)?;
        }
        group.close()?;
    }
    writer.into_inner()
}

fn encode(
    column: &StoredColumn<'_>,
    mut writer: ArrowColumnWriter,
    rows: Range<usize>,
) -> Parquet<ArrowColumnChunk> {
    for leaf in compute_leaves(&column.field(), &(column.cells)(rows))? {
        writer.write(&leaf)?;
    }
    writer.close()
}

/// Tokens and ids are uniform bytes that nothing compresses, and the rest is dictionaries. Nobody looks for a row
/// between two others.
fn properties(columns: &[StoredColumn<'_>]) -> WriterProperties {
    let all = WriterProperties::builder()
        .set_statistics_enabled(EnabledStatistics::None)
        .set_offset_index_disabled(true)
        .set_dictionary_enabled(false)
        .set_created_by("pathways".to_owned());
    let repeating = columns.iter().filter(|column| column.repeats);
    let with_dictionaries = repeating.fold(all, |properties, column| {
        properties.set_column_dictionary_enabled(ColumnPath::from(column.name.as_str()), true)
    });
    with_dictionaries.build()
}

/// What the system said, if it was the system; Parquet's own words may quote values.
fn fault(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(source) => match source.downcast::<io::Error>() {
            Ok(io) => *io,
            Err(_) => io::Error::other("the Parquet writer failed"),
        },
        _ => io::Error::other("the Parquet writer failed"),
    }
}
