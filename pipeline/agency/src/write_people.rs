//! `people.parquet`.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryBuilder, BooleanBuilder, Date32Builder, Int32Builder, RecordBatch, StringBuilder,
};
use arrow::datatypes::{DataType, Field, Schema};
use chrono::{Datelike, NaiveDate};
use domain::{ColumnKind, FAMILIES, PEOPLE_COLUMNS, TOKEN_BYTES, TOKEN_SCHEME, token_column};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::schema::types::ColumnPath;

use crate::demographics::CARRIED;
use crate::error::EncodeError;
use crate::people::{People, Record, coarsen};
use crate::profile_rules::Sharing;
use crate::sharing::Scope;
use crate::write_extract::owners_file;

/// Records of one batch: few enough that they stay in the cache with their tokens.
const BATCH: usize = 1_024;
/// The hub takes no birth year before it; an older one is an error, or a record of long ago.
const FIRST_BIRTH_YEAR: i32 = 1900;

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

/// zstd and no statistics over what is uniformly random.
pub(crate) fn properties() -> WriterPropertiesBuilder {
    let level = ZstdLevel::try_new(1).expect("1 is a level of zstd");
    WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_max_row_group_row_count(Some(65_536))
        .set_created_by("pathways".to_owned())
}

/// Arrow's messages may quote values; the rule is passed on, they are not.
pub(crate) fn write_fault(path: &Path) -> impl Fn(parquet::errors::ParquetError) -> EncodeError + '_ {
    move |error| {
        let error = match error {
            parquet::errors::ParquetError::External(source) => match source.downcast::<std::io::Error>() {
                Ok(io) => *io,
                Err(_) => std::io::Error::other("the Parquet writer failed"),
            },
            parquet::errors::ParquetError::General(text) if text.contains("os error 28") => {
                std::io::Error::from(std::io::ErrorKind::StorageFull)
            }
            _ => std::io::Error::other("the Parquet writer failed"),
        };
        EncodeError::Io { path: path.to_owned(), error }
    }
}

/// What every row of `people` has in common.
pub(crate) struct Common<'a> {
    pub(crate) epoch: &'a str,
    pub(crate) sharing: &'a Sharing,
    pub(crate) may_link: bool,
}

/// Writes the records at `order`, in that order; returns the number of tokens.
pub(crate) fn write_people(
    path: &Path,
    people: &People,
    order: &[usize],
    common: &Common<'_>,
) -> Result<u64, EncodeError> {
    let fault = write_fault(path);
    let mut fields: Vec<Field> =
        PEOPLE_COLUMNS.iter().map(|c| Field::new(c.name, data_type(c.kind), !c.required)).collect();
    // A record is a kilobyte of tokens, and a row group is held in memory until it is whole.
    let mut properties = properties()
        .set_max_row_group_row_count(Some(16_384))
        .set_column_dictionary_enabled(ColumnPath::from("record_id"), false);
    for family in 0..FAMILIES.len() {
        let name = token_column(family);
        let column = ColumnPath::from(name.as_str());
        properties = properties
            .set_column_compression(column.clone(), Compression::UNCOMPRESSED)
            .set_column_dictionary_enabled(column.clone(), false)
            .set_column_statistics_enabled(column, EnabledStatistics::None);
        fields.push(Field::new(name, DataType::Binary, true));
    }
    let schema = Arc::new(Schema::new(fields));
    let file = owners_file(path).map_err(EncodeError::io(path))?;
    let mut writer = ArrowWriter::try_new(file, schema.clone(), Some(properties.build())).map_err(&fault)?;
    let mut tokens = 0;
    for batch in order.chunks(BATCH) {
        let mut columns = record_columns(people, batch, common);
        tokens += token_columns(people, batch, common, &mut columns);
        let batch = RecordBatch::try_new(schema.clone(), columns).map_err(|e| fault(e.into()))?;
        writer.write(&batch).map_err(&fault)?;
    }
    let file = writer.into_inner().map_err(&fault)?;
    file.sync_all().map_err(EncodeError::io(path))?;
    Ok(tokens)
}

/// Whether a record's tokens may leave.
pub(crate) fn may_link(record: &Record, common: &Common<'_>) -> bool {
    common.may_link && record.scope() == Scope::Link
}

fn record_columns(people: &People, batch: &[usize], common: &Common<'_>) -> Vec<ArrayRef> {
    let records = || batch.iter().map(|at| &people.records[*at]);
    let text = |value: &dyn Fn(&Record) -> String| -> ArrayRef {
        let mut column = StringBuilder::new();
        records().for_each(|r| column.append_value(value(r)));
        Arc::new(column.finish())
    };
    let integer = |value: &dyn Fn(&Record) -> Option<i32>| -> ArrayRef {
        let mut column = Int32Builder::new();
        records().for_each(|r| column.append_option(value(r)));
        Arc::new(column.finish())
    };
    let flag = |value: &dyn Fn(&Record) -> Option<bool>| -> ArrayRef {
        let mut column = BooleanBuilder::new();
        records().for_each(|r| column.append_option(value(r)));
        Arc::new(column.finish())
    };
    let date = |value: &dyn Fn(&Record) -> Option<NaiveDate>| -> ArrayRef {
        let mut column = Date32Builder::new();
        records().for_each(|r| column.append_option(value(r).map(days)));
        Arc::new(column.finish())
    };
    let sharing = common.sharing;
    let mut columns = vec![
        text(&|r| hex::encode(r.id)),
        text(&|_| common.epoch.to_owned()),
        integer(&|_| Some(TOKEN_SCHEME.cast_signed())),
        integer(&|r| r.birth.year.filter(|year| sharing.birth_year && *year >= FIRST_BIRTH_YEAR)),
    ];
    columns.extend((0..CARRIED.len()).map(|breakdown| text(&|r| r.category(breakdown).to_owned())));
    columns.extend([
        flag(&Record::minor_at_intake),
        flag(&|r| Some(r.victim_service_provider)),
        text(&|_| sharing.purposes.join(" ")),
        text(&|r| r.scope().word().to_owned()),
        date(&|r| r.consent.start),
        date(&|r| r.consent.end),
        date(&|r| r.span.map(|(_, last)| coarsen(last, sharing.date_precision))),
    ]);
    columns
}

fn token_columns(people: &People, batch: &[usize], common: &Common<'_>, columns: &mut Vec<ArrayRef>) -> u64 {
    let mut builders: Vec<BinaryBuilder> = FAMILIES
        .iter()
        .map(|family| {
            BinaryBuilder::with_capacity(batch.len(), batch.len() * TOKEN_BYTES * family.most.min(8))
        })
        .collect();
    let mut written = 0;
    for at in batch {
        let (bytes, counts) = people.tokens(*at);
        let linkable = may_link(&people.records[*at], common);
        let mut start = 0;
        for (builder, count) in builders.iter_mut().zip(counts) {
            let end = start + usize::from(*count) * TOKEN_BYTES;
            if linkable && end > start {
                builder.append_value(&bytes[start..end]);
                written += u64::from(*count);
            } else {
                builder.append_null();
            }
            start = end;
        }
    }
    columns.extend(builders.into_iter().map(|mut b| Arc::new(b.finish()) as ArrayRef));
    written
}
