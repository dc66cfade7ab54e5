//! `events.parquet`.

use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Builder};
use arrow::datatypes::Field;
use chrono::NaiveDate;
use domain::{
    Answer, Breakdown, ColumnKind, DatePrecision, EVENT_COLUMNS, EventKind, Exploitation, ReferralResult,
    ScreeningQuestion, Service, Word,
};

use crate::error::EncodeError;
use crate::last_look::LastLook;
use crate::people::coarsen;
use crate::put_away::Event;
use crate::spill::Sorter;
use crate::write_columns::{IdColumn, WordColumn};
use crate::write_table::{TableWriter, Written, data_type, days, properties, uniform};

/// Events of one batch: few enough to stay in the cache while column after column is taken from them.
const BATCH: usize = 1_024;
const ROW_GROUP: usize = 65_536;
/// Dates of the first and the last event, as they leave.
pub(crate) type Span = Option<(NaiveDate, NaiveDate)>;

struct Columns {
    rows: usize,
    event_id: IdColumn,
    record_id: IdColumn,
    date: Date32Builder,
    /// Those that hold words of public lists, in order.
    words: [WordColumn; 8],
    result_date: Date32Builder,
    outcome: WordColumn,
}

/// Writes the events in order of their ids, no more exact than `shared`; `look` sees their dates, as they leave.
pub(crate) fn write_events(
    path: PathBuf,
    events: Sorter,
    outcomes: &[String],
    shared: DatePrecision,
    mut look: Option<LastLook>,
) -> Result<(Written, Span), EncodeError> {
    let fields = EVENT_COLUMNS.iter().map(|column| {
        let kind = match column.kind {
            ColumnKind::Word | ColumnKind::Text => WordColumn::data_type(),
            other => data_type(other),
        };
        Field::new(column.name, kind, !column.required)
    });
    let properties = uniform(uniform(properties(ROW_GROUP), "event_id"), "record_id");
    let mut table = TableWriter::create(path, fields.collect(), properties.build())?;
    let mut sorted = events.finish().map_err(EncodeError::scratch)?;
    let (mut columns, mut span) = (Columns::new(outcomes), Span::None);
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
        let places = [
            place(Some(precision)),
            place(Some(draft.kind)),
            Some(event.age_band.into()),
            place(draft.question),
            place(draft.answer),
            place(draft.exploitation),
            place(draft.service),
            place(draft.result),
        ];
        for (column, place) in columns.words.iter_mut().zip(places) {
            column.push(place);
        }
        columns.outcome.push(draft.outcome);
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

/// The place of a word in its list.
fn place<W: Word>(word: Option<W>) -> Option<u16> {
    word.map(|word| word.code() as u16)
}

/// A column of the words of a list.
fn words<W: Word>() -> WordColumn {
    WordColumn::of(W::ALL.iter().map(|word| word.word()))
}

impl Columns {
    fn new(outcomes: &[String]) -> Self {
        Self {
            rows: 0,
            event_id: IdColumn::default(),
            record_id: IdColumn::default(),
            date: Date32Builder::new(),
            words: [
                words::<DatePrecision>(),
                words::<EventKind>(),
                WordColumn::of(Breakdown::AgeBand.categories().iter().copied()),
                words::<ScreeningQuestion>(),
                words::<Answer>(),
                words::<Exploitation>(),
                words::<Service>(),
                words::<ReferralResult>(),
            ],
            result_date: Date32Builder::new(),
            outcome: WordColumn::of(outcomes.iter().map(String::as_str)),
        }
    }

    fn finish(&mut self) -> Vec<ArrayRef> {
        self.rows = 0;
        let mut columns: Vec<ArrayRef> =
            vec![self.event_id.finish(), self.record_id.finish(), Arc::new(self.date.finish())];
        columns.extend(self.words.iter_mut().map(WordColumn::finish));
        columns.extend([Arc::new(self.result_date.finish()) as ArrayRef, self.outcome.finish()]);
        columns
    }
}
