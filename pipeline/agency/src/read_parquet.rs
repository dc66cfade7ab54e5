//! Parquet. Every column is read as text.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Float64Array, RecordBatch, StringArray};
use arrow::compute::{CastOptions, cast, cast_with_options};
use arrow::datatypes::DataType;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::basic::CompressionCodec;
use parquet::file::metadata::RowGroupMetaData;

use crate::columns::Header;
use crate::error::EncodeError;
use crate::raw_files::RawFile;
use crate::raw_row::RawRow;
use crate::read_table::Next;

/// Rows of a Parquet file.
pub(crate) struct ParquetRows {
    name: String,
    batches: ParquetRecordBatchReader,
    /// The columns in the file's order; nothing for those that hold no texts.
    columns: Vec<Option<StringArray>>,
    /// Places of those that do, in the order of a batch.
    flat: Vec<usize>,
    width: usize,
    rows: usize,
    next: usize,
}

impl ParquetRows {
    pub(crate) fn open(file: &RawFile) -> Result<(Header, Self), EncodeError> {
        let raw = file.open_file()?;
        let builder = ParquetRecordBatchReaderBuilder::try_new(raw).map_err(|_| unreadable(&file.name))?;
        let groups = builder.metadata().row_groups().iter();
        if let Some(codec) =
            groups.flat_map(RowGroupMetaData::columns).find_map(|c| other_codec(c.compression_codec()))
        {
            return Err(EncodeError::input(
                &file.name,
                format!("the file is compressed with {codec}, which is not read here"),
                "write it with zstd, snappy or without compression",
            ));
        }
        let schema = builder.schema().clone();
        let fields = schema.fields();
        let nested = fields.iter().enumerate().filter_map(|(at, f)| Some((at, nested(f.data_type())?)));
        let nested: Vec<_> = nested.collect();
        let flat: Vec<usize> =
            (0..fields.len()).filter(|at| !nested.iter().any(|(nested, _)| nested == at)).collect();
        let header = Header::new(&file.name, fields.iter().map(|f| f.name().as_str())).with_nested(nested);
        // What has no text isn't read, so that a column nobody maps can't stop an export.
        let mask = ProjectionMask::roots(builder.parquet_schema(), flat.iter().copied());
        let batches = builder.with_projection(mask).with_batch_size(8192).build();
        let batches = batches.map_err(|_| unreadable(&file.name))?;
        let (name, width) = (file.name.clone(), fields.len());
        Ok((header, Self { name, batches, columns: Vec::new(), flat, width, rows: 0, next: 0 }))
    }

    pub(crate) fn read(&mut self, row: &mut RawRow) -> Result<Next, EncodeError> {
        while self.next == self.rows {
            // Parquet's and Arrow's messages may quote a value, so neither is passed on.
            match self.batches.next() {
                None => return Ok(Next::End),
                Some(batch) => self.take(&batch.map_err(|_| unreadable(&self.name))?)?,
            }
        }
        row.clear();
        for column in &self.columns {
            let text = column.as_ref().filter(|column| !column.is_null(self.next));
            row.push(text.map_or("", |column| column.value(self.next)));
        }
        self.next += 1;
        Ok(Next::Row)
    }

    fn take(&mut self, batch: &RecordBatch) -> Result<(), EncodeError> {
        self.columns.clear();
        self.columns.resize(self.width, None);
        for (at, column) in batch.columns().iter().enumerate() {
            let i = self.flat[at];
            if let DataType::Timestamp(_, Some(zone)) = column.data_type()
                && !is_utc(zone)
                && !zone.starts_with(['+', '-'])
            {
                return Err(EncodeError::input(
                    &self.name,
                    format!(
                        "column {} (`{}`) holds times of the time zone `{zone}`, which are not read here",
                        i + 1,
                        batch.schema().field(at).name()
                    ),
                    "export it as a date, or as local time without a zone",
                ));
            }
            let plain = match column.data_type() {
                DataType::Timestamp(unit, Some(zone)) if is_utc(zone) => {
                    as_type(column, &DataType::Timestamp(*unit, None))
                }
                _ => Some(Arc::clone(column)),
            };
            let plain = plain.map(|column| whole_numbers(&column).unwrap_or(column));
            let text = plain.and_then(|column| as_type(&column, &DataType::Utf8));
            let text =
                text.and_then(|a| a.as_any().downcast_ref::<StringArray>().cloned()).ok_or_else(|| {
                    EncodeError::input(
                        &self.name,
                        format!(
                            "column {} (`{}`) can't be read as text: it holds bytes that are no UTF-8, or days that are in no \
                             calendar",
                            i + 1,
                            batch.schema().field(at).name()
                        ),
                        "export it as text",
                    )
                })?;
            self.columns[i] = Some(text);
        }
        (self.rows, self.next) = (batch.num_rows(), 0);
        Ok(())
    }
}

/// What a column holds that has no one text a row.
fn nested(kind: &DataType) -> Option<&'static str> {
    use DataType::{FixedSizeList, LargeList, LargeListView, List, ListView, Map, Struct};
    match kind {
        List(_) | LargeList(_) | FixedSizeList(..) | ListView(_) | LargeListView(_) => Some("lists"),
        Struct(_) => Some("structs (columns within a column)"),
        Map(..) => Some("maps of names and values"),
        kind if kind.is_nested() => Some("values within values"),
        _ => None,
    }
}

/// The column as another type; nothing where a cell has no form in it, rather than a blank in its place.
fn as_type(column: &dyn Array, to: &DataType) -> Option<ArrayRef> {
    cast_with_options(column, to, &CastOptions { safe: false, ..CastOptions::default() }).ok()
}

/// A column of floats that are whole numbers, as programs make of whole numbers with gaps: written as such. One
/// that is too large for every digit to be kept is written in scientific notation, which as an id is nobody's.
fn whole_numbers(column: &ArrayRef) -> Option<ArrayRef> {
    let exact = match column.data_type() {
        DataType::Float32 => 2_f64.powi(24),
        DataType::Float64 => 2_f64.powi(53),
        _ => return None,
    };
    let (numbers, written) = (cast(column, &DataType::Float64).ok()?, cast(column, &DataType::Utf8).ok()?);
    let numbers = numbers.as_any().downcast_ref::<Float64Array>()?;
    let written = written.as_any().downcast_ref::<StringArray>()?;
    let text = |(number, written): (Option<f64>, Option<&str>)| {
        let number = number?;
        Some(match number {
            _ if number.fract() != 0.0 => written?.to_owned(),
            _ if number.abs() < exact => format!("{number:.0}"),
            _ => format!("{number:.1e}"),
        })
    };
    Some(Arc::new(numbers.iter().zip(written).map(text).collect::<StringArray>()))
}

fn is_utc(zone: &str) -> bool {
    ["UTC", "Etc/UTC", "GMT", "Z"].iter().any(|name| name.eq_ignore_ascii_case(zone))
}

/// The name of a compression that is not read.
fn other_codec(codec: CompressionCodec) -> Option<&'static str> {
    use CompressionCodec::{BROTLI, GZIP, LZ4, LZ4_RAW, LZO, SNAPPY, UNCOMPRESSED, ZSTD};
    match codec {
        UNCOMPRESSED | SNAPPY | ZSTD => None,
        GZIP => Some("gzip"),
        BROTLI => Some("brotli"),
        LZ4 | LZ4_RAW => Some("lz4"),
        LZO => Some("lzo"),
    }
}

fn unreadable(name: &str) -> EncodeError {
    EncodeError::input(
        name,
        "the file is no readable Parquet: cut off, damaged, or of another format",
        "export it again",
    )
}
