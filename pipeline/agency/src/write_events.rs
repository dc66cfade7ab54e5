//! `events.parquet`.

use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Builder, StringBuilder};
use arrow::datatypes::Field;
use chrono::NaiveDate;
use domain::{Breakdown, DatePrecision, EVENT_COLUMNS, Word};
use parquet::schema::types::ColumnPath;

use crate::error::EncodeError;
use crate::last_look::LastLook;
use crate::people::coarsen;
use crate::put_away::Event;
use crate::spill::Sorter;
use crate::write_columns::IdColumn;
use crate::write_table::{TableWriter, Written, data_type, days, properties};

/// Events of one batch: few enough to stay in the cache while column after column is taken from them.
const BATCH: usize = 1_024;
const ROW_GROUP: usize = 65_536;
/// Columns that hold words.
const WORDS: usize = 9;

/// Dates of the first and the last event, as they leave.
pub(crate) type Span = Option<(NaiveDate, NaiveDate)>;

#[derive(Default)]
struct Columns {
    rows: usize,
    event_id: IdColumn,
    record_id: IdColumn,
    date: Date32Builder,
    words: [StringBuilder; WORDS],
    result_date: Date32Builder,
}

/// Writes the events in order of their ids, no more exact than `shared`; `look` sees their dates, as they leave.
pub(crate) fn write_events(
    path: PathBuf,
    events: Sorter,
    outcomes: &[String],
    shared: DatePrecision,
    mut look: Option<LastLook>,
) -> Result<(Written, Span), EncodeError> {
    let fields: Vec<Field> =
        EVENT_COLUMNS.iter().map(|c| Field::new(c.name, data_type(c.kind), !c.required)).collect();
    let properties = properties(ROW_GROUP)
        .set_column_dictionary_enabled(ColumnPath::from("event_id"), false)
        .set_column_dictionary_enabled(ColumnPath::from("record_id"), false)
        .build();
    let mut table = TableWriter::create(path, fields, properties)?;
    let mut sorted = events.finish().map_err(EncodeError::scratch)?;
    let bands = Breakdown::AgeBand.categories();
    let (mut columns, mut span) = (Columns::default(), Span::None);
    while let Some((key, item)) = sorted.next().map_err(EncodeError::scratch)? {
        let event = Event::take_up(item);
        let draft = &event.draft;
        // The coarser of what is known and what may be shared.
        let precision = draft.precision.max(shared);
        let date = coarsen(draft.date, precision);
        span = Some(span.map_or((date, date), |(first, last)| (first.min(date), last.max(date))));
        columns.event_id.push(&key.id());
        columns.record_id.push(&event.record);
        columns.date.append_value(days(date));
        let words = [
            Some(precision.word()),
            Some(draft.kind.word()),
            bands.get(usize::from(event.age_band)).copied(),
            draft.question.map(Word::word),
            draft.answer.map(Word::word),
            draft.exploitation.map(Word::word),
            draft.service.map(Word::word),
            draft.result.map(Word::word),
            draft.outcome.map(|at| outcomes[usize::from(at)].as_str()),
        ];
        for (column, word) in columns.words.iter_mut().zip(words) {
            column.append_option(word);
        }
        let result_date = draft.result_date.map(|date| coarsen(date, precision));
        columns.result_date.append_option(result_date.map(days));
        if let Some(look) = &mut look {
            look.event(date, result_date, precision);
        }
        columns.rows += 1;
        if columns.rows == BATCH {
            table.write(columns.finish())?;
        }
    }
    if columns.rows > 0 {
        table.write(columns.finish())?;
    }
    if let Some(look) = look {
        look.finish()?;
    }
    Ok((table.finish()?, span))
}

impl Columns {
    fn finish(&mut self) -> Vec<ArrayRef> {
        self.rows = 0;
        let mut columns: Vec<ArrayRef> =
            vec![self.event_id.finish(), self.record_id.finish(), Arc::new(self.date.finish())];
        let mut words = self.words.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef);
        columns.extend(words.by_ref().take(WORDS - 1));
        columns.push(Arc::new(self.result_date.finish()));
        columns.extend(words);
        columns
    }
}
