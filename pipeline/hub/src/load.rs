//! A committed source back from the store. Freshly pulled and unchanged sources take this same
//! way, so a night run again cannot differ.

use std::path::Path;

use domain::{FAMILIES, Manifest, token_column};

use crate::event::{EventRow, read_events};
use crate::ingested::{Event, LoadedSource};
use crate::record::{Record, read_people};
use crate::refusal::HubError;
use crate::rekey::FamilyTokens;
use crate::row_reader::Limits;
use crate::table_file::{Cell, TableFile};

/// Bytes of a re-keyed token.
const STORED_BYTES: usize = 8;

/// Loads a source. The rules that its rows passed hold for what is read back too.
pub(crate) fn load(folder: &Path, manifest: &Manifest, limits: Limits) -> Result<LoadedSource, HubError> {
    read(folder, manifest, limits).ok_or_else(|| HubError::Store { path: folder.to_owned() })
}

fn read(folder: &Path, manifest: &Manifest, limits: Limits) -> Option<LoadedSource> {
    let people = TableFile::open(&manifest.agency, folder, "people.parquet").ok()?;
    let reader = read_people(&people, limits, &manifest.key_epoch).ok()?;
    let records: Vec<Record> = reader.rows;
    let in_order = records.is_sorted_by(|a, b| a.id < b.id);
    if reader.faults.len() > 0 || !in_order {
        return None;
    }
    let tokens = (0..FAMILIES.len()).map(|family| stored_tokens(&people, family)).collect::<Option<_>>()?;

    let file = TableFile::open(&manifest.agency, folder, "events.parquet").ok()?;
    let read = read_events(&file, limits).ok()?;
    if read.reader.faults.len() > 0 || !read.reader.rows.is_sorted() {
        return None;
    }
    let (event_starts, events) = by_record(&records, &read.reader.rows)?;
    Some(LoadedSource {
        system: manifest.system,
        one_record_per_person: manifest.one_record_per_person,
        records,
        tokens,
        event_starts,
        events,
    })
}

fn stored_tokens(file: &TableFile, family: usize) -> Option<FamilyTokens> {
    let mut tokens = FamilyTokens::with_rows(file.rows());
    let mut whole = true;
    file.bytes(&token_column(family), |_, cell| {
        let bytes = match cell {
            Cell::Value(bytes) => bytes,
            Cell::Null | Cell::Unreadable => &[],
        };
        whole &= bytes.len().is_multiple_of(STORED_BYTES);
        tokens.push(
            bytes
                .chunks_exact(STORED_BYTES)
                .map(|b| b.iter().fold(0, |bits, byte| bits << 8 | u64::from(*byte))),
        );
    })
    .ok()?;
    whole.then_some(tokens)
}

/// Both sides lie in order of the record id.
fn by_record(records: &[Record], rows: &[EventRow]) -> Option<(Vec<u32>, Vec<Event>)> {
    let mut starts = Vec::with_capacity(records.len() + 1);
    starts.push(0);
    let mut at = 0;
    for record in records {
        while rows.get(at).is_some_and(|row| row.record_id == record.id) {
            at += 1;
        }
        starts.push(u32::try_from(at).ok()?);
    }
    let event = |row: &EventRow| Event {
        day: row.day,
        kind: row.kind,
        age_band: row.age_band,
        question: row.question,
        answer: row.answer,
        exploitation: row.exploitation,
        service: row.service,
        result: row.result,
        result_day: row.result_day,
    };
    (at == rows.len()).then(|| (starts, rows.iter().map(event).collect()))
}
