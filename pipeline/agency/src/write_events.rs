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
use crate::key_pair::Id;
use crate::people::{Event, People, coarsen};
use crate::write_extract::owners_file;
use crate::write_people::{data_type, days, properties, write_fault};

/// Events of one batch: few enough to stay in the cache while column after column is taken from them.
const BATCH: usize = 1_024;
/// Hexadecimal digits of an id.
const ID_DIGITS: usize = 2 * size_of::<Id>();

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
    let text = |value: &dyn for<'e> Fn(&'e Event) -> Option<&'e str>| -> ArrayRef {
        let mut column = StringBuilder::new();
        events().for_each(|e| column.append_option(value(e)));
        Arc::new(column.finish())
    };
    let id = |value: &dyn Fn(&Event) -> Id| -> ArrayRef {
        let mut column = StringBuilder::with_capacity(batch.len(), batch.len() * ID_DIGITS);
        let mut digits = [0_u8; ID_DIGITS];
        for event in events() {
            hex::encode_to_slice(value(event), &mut digits).expect("two digits a byte");
            column.append_value(str::from_utf8(&digits).expect("digits are ASCII"));
        }
        Arc::new(column.finish())
    };
    let date = |value: &dyn Fn(&Event) -> Option<NaiveDate>| -> ArrayRef {
        let mut column = Date32Builder::new();
        events().for_each(|e| column.append_option(value(e).map(days)));
        Arc::new(column.finish())
    };
    vec![
        id(&|e| e.id),
        id(&|e| people.records[e.record as usize].id),
        date(&|e| Some(coarsen(e.draft.date, precision(e, shared)))),
        text(&|e| Some(precision(e, shared).word())),
        text(&|e| Some(e.draft.kind.word())),
        text(&|e| Some(e.age_band)),
        text(&|e| e.draft.question.map(Word::word)),
        text(&|e| e.draft.answer.map(Word::word)),
        text(&|e| e.draft.exploitation.map(Word::word)),
        text(&|e| e.draft.service.map(Word::word)),
        text(&|e| e.draft.result.map(Word::word)),
        date(&|e| e.draft.result_date.map(|d| coarsen(d, precision(e, shared)))),
        text(&|e| e.draft.outcome.as_deref()),
    ]
}
