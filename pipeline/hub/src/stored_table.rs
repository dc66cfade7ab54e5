//! Checked rows into Parquet: the hub's own copy of a source, in the extract contract's columns,
//! but with tokens re-keyed to 8 bytes each, and ids as bytes.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use domain::{Breakdown, FAMILIES, TOKEN_SCHEME, Word, token_column};
use polars::prelude::{
    BinaryChunkedBuilder, BooleanChunked, Column, DataFrame, Int32Chunked, Int64Chunked, IntoColumn,
    IntoSeries, ParquetCompression, ParquetWriter, PolarsResult, StringChunked,
};

use crate::check::Checked;
use crate::event::EventRow;
use crate::record::{Record, demographics};
use crate::refusal::HubError;
use crate::side_by_side::side_by_side;

/// Rows of one row group: what is in memory at a time while writing, and what is read by itself.
const GROUP_ROWS: usize = 1 << 16;

/// Writes `people.parquet` of a checked source.
pub(crate) fn write_people(path: &Path, checked: &Checked, epoch: &str) -> Result<(), HubError> {
    write(path, checked.records.len(), |range| {
        let mut columns = people_columns(&checked.records[range.clone()], epoch);
        columns.extend(side_by_side(0..FAMILIES.len(), |family| {
            tokens(&token_column(family), range.len(), checked.tokens[family].by_row(range.clone()))
        }));
        columns
    })
}

/// Tokens as 8 bytes each, those of a row in one cell.
fn tokens<'a>(name: &str, rows: usize, tokens: impl Iterator<Item = &'a [u64]>) -> Column {
    let mut cells = BinaryChunkedBuilder::new(name.into(), rows);
    let mut bytes: Vec<u8> = Vec::new();
    for row in tokens {
        bytes.clear();
        bytes.extend(row.iter().flat_map(|token| token.to_be_bytes()));
        if bytes.is_empty() { cells.append_null() } else { cells.append_value(&bytes) }
    }
    cells.finish().into_column()
}

/// Writes `events.parquet` of a checked source.
pub(crate) fn write_events(path: &Path, checked: &Checked) -> Result<(), HubError> {
    write(path, checked.events.len(), |range| event_columns(&checked.events[range], &checked.outcomes))
}

fn people_columns(records: &[Record], epoch: &str) -> Vec<Column> {
    let n = records.len();
    let mut columns = vec![
        ids("record_id", records.iter().map(|r| r.id)),
        texts("key_epoch", (0..n).map(|_| Some(epoch))),
        integers("token_scheme", records.iter().map(|_| Some(i64::from(TOKEN_SCHEME)))),
        integers("birth_year", records.iter().map(|r| r.birth_year.map(i64::from))),
    ];
    for breakdown in demographics() {
        columns
            .push(texts(breakdown.word(), records.iter().map(|r| category(breakdown, r.answer(breakdown)))));
    }
    columns.extend([
        flags("minor_at_intake", records.iter().map(|r| r.minor_at_intake)),
        flags("victim_service_provider", records.iter().map(|r| Some(r.victim_service_provider))),
        texts("purposes", records.iter().map(|r| Some(r.purposes.words()))),
        texts("consent_scope", records.iter().map(|r| Some(r.consent.word()))),
        dates("consent_start", records.iter().map(|r| r.consent_start)),
        dates("consent_end", records.iter().map(|r| r.consent_end)),
        dates("as_of", records.iter().map(|r| r.as_of)),
    ]);
    columns
}

fn event_columns(events: &[EventRow], outcomes: &[String]) -> Vec<Column> {
    vec![
        ids("event_id", events.iter().map(|e| e.id)),
        ids("record_id", events.iter().map(|e| e.record_id)),
        dates("date", events.iter().map(|e| Some(e.day))),
        texts("date_precision", events.iter().map(|e| Some(e.precision.word()))),
        texts("kind", events.iter().map(|e| Some(e.kind.word()))),
        texts("age_band", events.iter().map(|e| category(Breakdown::AgeBand, e.age_band))),
        texts("screening_question", events.iter().map(|e| e.question.map(Word::word))),
        texts("screening_answer", events.iter().map(|e| e.answer.map(Word::word))),
        texts("trafficking_type", events.iter().map(|e| e.exploitation.map(Word::word))),
        texts("service_category", events.iter().map(|e| e.service.map(Word::word))),
        texts("referral_result", events.iter().map(|e| e.result.map(Word::word))),
        dates("referral_result_date", events.iter().map(|e| e.result_day)),
        texts("outcome", events.iter().map(|e| e.outcome.map(|at| outcomes[usize::from(at)].as_str()))),
    ]
}

fn category(breakdown: Breakdown, code: u8) -> Option<&'static str> {
    breakdown.categories().get(usize::from(code)).copied()
}

/// Keyed ids as 16 bytes each: half of what their text takes.
fn ids(name: &str, ids: impl ExactSizeIterator<Item = u128>) -> Column {
    let mut cells = BinaryChunkedBuilder::new(name.into(), ids.len());
    for id in ids {
        cells.append_value(id.to_be_bytes());
    }
    cells.finish().into_column()
}

fn texts<S: AsRef<str>>(name: &str, cells: impl Iterator<Item = Option<S>>) -> Column {
    let cells: Vec<Option<S>> = cells.collect();
    named(name, cells.iter().map(|cell| cell.as_ref().map(AsRef::as_ref)).collect::<StringChunked>())
}

fn dates(name: &str, cells: impl Iterator<Item = Option<i32>>) -> Column {
    let mut series = cells.collect::<Int32Chunked>().into_date().into_series();
    series.rename(name.into());
    series.into_column()
}

pub(crate) fn integers(name: &str, cells: impl Iterator<Item = Option<i64>>) -> Column {
    named(name, cells.collect::<Int64Chunked>())
}

fn flags(name: &str, cells: impl Iterator<Item = Option<bool>>) -> Column {
    named(name, cells.collect::<BooleanChunked>())
}

pub(crate) fn named(name: &str, cells: impl IntoSeries) -> Column {
    let mut series = cells.into_series();
    series.rename(name.into());
    series.into_column()
}

/// Writes rows in groups, and syncs the file.
pub(crate) fn write(
    path: &Path,
    rows: usize,
    columns: impl Fn(std::ops::Range<usize>) -> Vec<Column>,
) -> Result<(), HubError> {
    let file = File::create_new(path).map_err(HubError::io(path))?;
    let witness = Witness { file, seen: Arc::default() };
    let seen = Arc::clone(&witness.seen);
    write_groups(witness, rows, columns).map_err(|_| {
        // Polars' own words may quote cells; the system's error is kept beside it.
        let kind = seen.lock().unwrap_or_else(PoisonError::into_inner).unwrap_or(io::ErrorKind::Other);
        HubError::Io { path: path.to_owned(), error: kind.into() }
    })?;
    File::open(path).and_then(|file| file.sync_all()).map_err(HubError::io(path))
}

fn write_groups(
    witness: Witness,
    rows: usize,
    columns: impl Fn(std::ops::Range<usize>) -> Vec<Column>,
) -> PolarsResult<()> {
    let empty = DataFrame::new(0, columns(0..0))?;
    // Tokens and ids are uniform bytes that nothing compresses, and the rest is dictionaries.
    let mut writer = ParquetWriter::new(witness)
        .with_compression(ParquetCompression::Uncompressed)
        .batched(empty.schema())?;
    for start in (0..rows).step_by(GROUP_ROWS) {
        let range = start..rows.min(start + GROUP_ROWS);
        writer.write_batch(&DataFrame::new(range.len(), columns(range))?)?;
    }
    writer.finish().map(|_| ())
}

/// A file that remembers what the system refused: "no space left" must reach the steward, and
/// polars wraps it in text.
struct Witness {
    file: File,
    seen: Arc<Mutex<Option<io::ErrorKind>>>,
}

impl Witness {
    fn note<T>(&self, outcome: io::Result<T>) -> io::Result<T> {
        outcome.inspect_err(|error| {
            *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.kind());
        })
    }
}

impl Write for Witness {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let outcome = self.file.write(buffer);
        self.note(outcome)
    }

    fn flush(&mut self) -> io::Result<()> {
        let outcome = self.file.flush();
        self.note(outcome)
    }
}
