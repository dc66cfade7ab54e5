//! A sheet as Parquet, described field by field.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Float64Array, Int64Array, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::record_batch::RecordBatch;
use chrono::NaiveDate;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use release::Statement;
use serde_json::json;

use crate::error::PublishError;
use crate::schema::{CONFIDENCE, LICENCE, SCHEMA_VERSION};
use crate::sheet::{Column, Kind, Sheet, Value};

/// What every Parquet file says about its release, as key-values.
pub(crate) fn key_values(statement: &Statement) -> BTreeMap<String, String> {
    let mut pairs: BTreeMap<String, String> = [
        ("release_id", statement.release_id.clone()),
        ("city", statement.city.clone()),
        ("period", statement.period.clone()),
        ("report_date", statement.report_date.to_string()),
        ("rho", statement.rho.to_string()),
        ("epsilon", statement.epsilon.to_string()),
        ("delta", statement.delta.to_string()),
        ("unit", statement.unit.clone()),
        ("mechanism", statement.mechanism.clone()),
        ("confidence", CONFIDENCE.to_owned()),
        ("schema_version", SCHEMA_VERSION.to_owned()),
        ("licence", LICENCE.to_owned()),
        ("demo", statement.demo.to_string()),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .into();
    // pandas puts this object into `DataFrame.attrs`; there numbers are numbers.
    let mut attrs = json!(pairs);
    attrs["rho"] = json!(statement.rho);
    attrs["epsilon"] = json!(statement.epsilon);
    attrs["delta"] = json!(statement.delta);
    attrs["demo"] = json!(statement.demo);
    pairs.insert("PANDAS_ATTRS".to_owned(), attrs.to_string());
    pairs
}

/// The sheet as Parquet: unrounded, Zstandard, field metadata `description` and `unit`.
///
/// # Errors
/// [`PublishError::Format`] when a row does not fit the columns.
pub(crate) fn bytes(sheet: &Sheet, pairs: &BTreeMap<String, String>) -> Result<Vec<u8>, PublishError> {
    write(sheet, pairs)
        .ok_or_else(|| PublishError::Format { file: format!("{}.parquet", sheet.name), format: "Parquet" })
}

fn write(sheet: &Sheet, pairs: &BTreeMap<String, String>) -> Option<Vec<u8>> {
    let fields: Vec<Field> = sheet.columns.iter().map(field).collect();
    let metadata: HashMap<String, String> = pairs.clone().into_iter().collect();
    let schema = Arc::new(Schema::new_with_metadata(fields, metadata));
    let columns: Option<Vec<ArrayRef>> =
        sheet.columns.iter().enumerate().map(|(i, column)| array(column, sheet, i)).collect();
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns?).ok()?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_created_by(format!("pathways {}", env!("CARGO_PKG_VERSION")))
        .set_key_value_metadata(Some(
            pairs.iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone())).collect(),
        ))
        .build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, schema, Some(properties)).ok()?;
    writer.write(&batch).ok()?;
    writer.close().ok()?;
    Some(bytes)
}

fn field(column: &Column) -> Field {
    let kind = match column.kind {
        Kind::Text => DataType::Utf8,
        Kind::Integer => DataType::Int64,
        Kind::Number { .. } | Kind::Exact => DataType::Float64,
        Kind::Date => DataType::Date32,
    };
    let mut metadata = HashMap::from([("description".to_owned(), column.description.to_owned())]);
    if !column.unit.is_empty() {
        metadata.insert("unit".to_owned(), column.unit.to_owned());
    }
    Field::new(column.name, kind, column.nullable).with_metadata(metadata)
}

fn array(column: &Column, sheet: &Sheet, at: usize) -> Option<ArrayRef> {
    let values = || sheet.rows.iter().map(move |row| row.get(at));
    Some(match column.kind {
        Kind::Text => Arc::new(StringArray::from(collect(values(), |v| match v {
            Value::Text(text) => Some(text.as_str()),
            _ => None,
        })?)),
        Kind::Integer => Arc::new(Int64Array::from(collect(values(), |v| match v {
            Value::Integer(number) => Some(*number),
            _ => None,
        })?)),
        Kind::Number { .. } | Kind::Exact => Arc::new(Float64Array::from(collect(values(), |v| match v {
            Value::Number(number) => Some(*number),
            _ => None,
        })?)),
        Kind::Date => Arc::new(Date32Array::from(collect(values(), |v| match v {
            Value::Date(day) => {
                i32::try_from(day.signed_duration_since(NaiveDate::default()).num_days()).ok()
            }
            _ => None,
        })?)),
    })
}

/// Values of one kind, absent ones as `None`; nothing at all where a value is of another kind.
fn collect<'a, T>(
    values: impl Iterator<Item = Option<&'a Value>>,
    read: impl Fn(&'a Value) -> Option<T>,
) -> Option<Vec<Option<T>>> {
    values
        .map(|value| match value? {
            Value::Absent => Some(None),
            other => read(other).map(Some),
        })
        .collect()
}
