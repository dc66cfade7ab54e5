//! `events.parquet`.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Builder, RecordBatch, StringBuilder};
use arrow::datatypes::{Field, Schema};
use chrono::NaiveDate;
use domain::{DatePrecision, EVENT_COLUMNS, Word};
use parquet::arrow::ArrowWriter;
use parquet::schema::types::ColumnPath;

use crate::error::EncodeError;
use crate::people::{Event, People, coarsen};
use crate::write_extract::owners_file;
use crate::write_people::{data_type, days, properties, write_fault};

const BATCH: usize = 16_384;

/// Writes the events at `order`, in that order, no more exact than `shared`.
pub(crate) fn write_events(
    path: &Path,
    people: &People,
    order: &[usize],
    shared: DatePrecision,
) -> Result<(), EncodeError> {
    let fault = write_fault(path);
    let fields: Vec<Field> =
        EVENT_COLUMNS.iter().map(|c| Field::new(c.name, data_type(c.kind), !c.required)).collect();
    let schema = Arc::new(Schema::new(fields));
    let properties = properties()
        .set_column_dictionary_enabled(ColumnPath::from("event_id"), false)
        .set_column_dictionary_enabled(ColumnPath::from("record_id"), false)
        .build();
    let file = owners_file(path).map_err(EncodeError::io(path))?;
    let mut writer = ArrowWriter::try_new(file, schema.clone(), Some(properties)).map_err(&fault)?;
    for batch in order.chunks(BATCH) {
        let columns = columns(people, batch, shared);
        let batch = RecordBatch::try_new(schema.clone(), columns).map_err(|e| fault(e.into()))?;
        writer.write(&batch).map_err(&fault)?;
    }
    let file = writer.into_inner().map_err(&fault)?;
    file.sync_all().map_err(EncodeError::io(path))
}

/// The coarser of what is known and what may be shared.
pub(crate) fn precision(event: &Event, shared: DatePrecision) -> DatePrecision {
    event.draft.precision.max(shared)
}

fn columns(people: &People, batch: &[usize], shared: DatePrecision) -> Vec<ArrayRef> {
    let events = || batch.iter().map(|at| &people.events[*at]);
    let text = |value: &dyn Fn(&Event) -> Option<String>| -> ArrayRef {
        let mut column = StringBuilder::new();
        events().for_each(|e| column.append_option(value(e)));
        Arc::new(column.finish())
    };
    let word = |value: &dyn Fn(&Event) -> Option<&'static str>| -> ArrayRef {
        let mut column = StringBuilder::new();
        events().for_each(|e| column.append_option(value(e)));
        Arc::new(column.finish())
    };
    let date = |value: &dyn Fn(&Event) -> Option<NaiveDate>| -> ArrayRef {
        let mut column = Date32Builder::new();
        events().for_each(|e| column.append_option(value(e).map(days)));
        Arc::new(column.finish())
    };
    vec![
        text(&|e| Some(hex::encode(e.id))),
        text(&|e| Some(hex::encode(people.records[e.record as usize].id))),
        date(&|e| Some(coarsen(e.draft.date, precision(e, shared)))),
        word(&|e| Some(precision(e, shared).word())),
        word(&|e| Some(e.draft.kind.word())),
        word(&|e| Some(e.age_band)),
        word(&|e| e.draft.question.map(Word::word)),
        word(&|e| e.draft.answer.map(Word::word)),
        word(&|e| e.draft.exploitation.map(Word::word)),
        word(&|e| e.draft.service.map(Word::word)),
        word(&|e| e.draft.result.map(Word::word)),
        date(&|e| e.draft.result_date.map(|d| coarsen(d, precision(e, shared)))),
        text(&|e| e.draft.outcome.as_deref().map(str::to_owned)),
    ]
}
