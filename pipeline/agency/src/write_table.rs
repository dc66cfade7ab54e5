//! A Parquet file of the extract, and its checksum.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema};
use chrono::{Datelike, NaiveDate};
use domain::ColumnKind;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::schema::types::ColumnPath;
use sha2::{Digest, Sha256};

use crate::error::EncodeError;
use crate::write_extract::owners_file;

/// A file that was written whole.
pub(crate) struct Written {
    pub(crate) rows: u64,
    pub(crate) sha256: String,
}

/// A Parquet file, open for writing.
pub(crate) struct TableWriter {
    path: PathBuf,
    schema: Arc<Schema>,
    writer: ArrowWriter<Hashed>,
    rows: u64,
}

/// Passes bytes on to a file and takes their checksum.
struct Hashed {
    file: File,
    hash: Sha256,
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.file.write(bytes)?;
        self.hash.update(&bytes[..n]);
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Arrow's type of a column.
pub(crate) fn data_type(kind: ColumnKind) -> DataType {
    match kind {
        ColumnKind::KeyedId | ColumnKind::Word | ColumnKind::Text => DataType::Utf8,
        ColumnKind::Date => DataType::Date32,
        ColumnKind::Flag => DataType::Boolean,
        ColumnKind::Integer => DataType::Int32,
    }
}

/// Days since 1970-01-01.
pub(crate) fn days(date: NaiveDate) -> i32 {
    date.num_days_from_ce() - 719_163
}

/// Row groups of `rows`, unpacked: words and days stand once in a dictionary, and ids and tokens are random, so that zstd takes
/// time and saves little. Without statistics: nobody looks for a keyed id between two others.
pub(crate) fn properties(rows: usize) -> WriterPropertiesBuilder {
    WriterProperties::builder()
        .set_max_row_group_row_count(Some(rows))
        .set_statistics_enabled(EnabledStatistics::None)
        .set_created_by("pathways".to_owned())
}

/// That a column's values are as good as random, so that no dictionary is worth its time.
pub(crate) fn uniform(properties: WriterPropertiesBuilder, column: &str) -> WriterPropertiesBuilder {
    properties.set_column_dictionary_enabled(ColumnPath::from(column), false)
}

impl TableWriter {
    pub(crate) fn create(
        path: PathBuf,
        fields: Vec<Field>,
        properties: WriterProperties,
    ) -> Result<Self, EncodeError> {
        let file = owners_file(&path).map_err(EncodeError::io(&path))?;
        let schema = Arc::new(Schema::new(fields));
        let hashed = Hashed { file, hash: Sha256::new() };
        // The columns say all there is to say: the hub refuses a file that tells more of itself.
        let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
        let writer = ArrowWriter::try_new_with_options(hashed, schema.clone(), options);
        let writer = writer.map_err(|error| EncodeError::Io { path: path.clone(), error: fault(error) })?;
        Ok(Self { path, schema, writer, rows: 0 })
    }

    pub(crate) fn write(&mut self, columns: Vec<ArrayRef>) -> Result<(), EncodeError> {
        let batch = RecordBatch::try_new(self.schema.clone(), columns).map_err(ParquetError::from);
        let rows = batch.as_ref().map_or(0, RecordBatch::num_rows);
        let written = batch.and_then(|batch| self.writer.write(&batch));
        written.map_err(|error| EncodeError::Io { path: self.path.clone(), error: fault(error) })?;
        self.rows += rows as u64;
        Ok(())
    }

    /// Ends the file and waits until it is on the disk.
    pub(crate) fn finish(self) -> Result<Written, EncodeError> {
        let Self { path, writer, rows, .. } = self;
        let done = writer.into_inner().map_err(fault).and_then(|Hashed { file, hash }| {
            file.sync_all()?;
            Ok(Written { rows, sha256: hex::encode(hash.finalize()) })
        });
        done.map_err(|error| EncodeError::Io { path, error })
    }
}

/// Arrow's messages may quote values; the rule is passed on, they are not.
fn fault(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(source) => match source.downcast::<io::Error>() {
            Ok(io) => *io,
            Err(_) => io::Error::other("the Parquet writer failed"),
        },
        ParquetError::General(text) if text.contains("os error 28") => {
            io::Error::from(io::ErrorKind::StorageFull)
        }
        _ => io::Error::other("the Parquet writer failed"),
    }
}
