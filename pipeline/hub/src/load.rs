//! A committed source back from the store, as it was when it was checked.

use std::path::Path;

use domain::{FAMILIES, Manifest, token_column};

use crate::event::read_events;
use crate::family_tokens::FamilyTokens;
use crate::ingested::Source;
use crate::record::{Record, read_people};
use crate::refusal::HubError;
use crate::row_reader::Limits;
use crate::side_by_side::side_by_side;
use crate::table_file::{Cell, TableFile};

/// Bytes of a re-keyed token.
const STORED_BYTES: usize = 8;

/// Loads a source. The rules that its rows passed hold for what is read back too.
pub(crate) fn load(folder: &Path, manifest: &Manifest, limits: Limits) -> Result<Source, HubError> {
    read(folder, manifest, limits).ok_or_else(|| HubError::Store { path: folder.to_owned() })
}

fn read(folder: &Path, manifest: &Manifest, limits: Limits) -> Option<Source> {
    let people = TableFile::open_stored(&manifest.agency, folder, "people.parquet").ok()?;
    let reader = read_people(&people, limits, &manifest.key_epoch).ok()?;
    let records: Vec<Record> = reader.rows;
    let in_order = records.is_sorted_by(|a, b| a.id < b.id);
    if reader.faults.len() > 0 || !in_order {
        return None;
    }
    let tokens = side_by_side(0..FAMILIES.len(), |family| stored_tokens(&people, family));
    let tokens = tokens.into_iter().collect::<Option<Vec<FamilyTokens>>>()?;

    let file = TableFile::open_stored(&manifest.agency, folder, "events.parquet").ok()?;
    let read = read_events(&file, limits).ok()?;
    if read.reader.faults.len() > 0 || !read.reader.rows.is_sorted() {
        return None;
    }
    Source::new(manifest, records, tokens, &read.reader.rows)
}

fn stored_tokens(file: &TableFile, family: usize) -> Option<FamilyTokens> {
    let mut tokens = FamilyTokens::with_rows(file.rows());
    let mut whole = true;
    file.bytes(&token_column(family), |_, cell| {
        let bytes = match cell {
            Cell::Value(bytes) => bytes,
            Cell::Null | Cell::Unreadable => &[],
        };
        whole &=
            bytes.len().is_multiple_of(STORED_BYTES) && bytes.len() <= STORED_BYTES * FAMILIES[family].most;
        tokens.push(
            bytes
                .chunks_exact(STORED_BYTES)
                .map(|b| b.iter().fold(0, |bits, byte| bits << 8 | u64::from(*byte))),
        );
    })
    .ok()?;
    whole.then_some(tokens)
}

#[cfg(test)]
mod tests {
    use domain::{
        Answer, EXTRACT_VERSION, EventKind, Exploitation, FileEntry, ReferralResult, ScreeningQuestion,
        Service, System, TOKEN_SCHEME,
    };
    use proptest::prelude::*;

    use super::*;
    use crate::check::Checked;
    use crate::event::EventRow;
    use crate::fixture::record;
    use crate::record::Purposes;
    use crate::report::RowCount;
    use crate::stored_table::{write_events, write_people};

    fn manifest() -> Manifest {
        let entry = |name: &str| FileEntry { name: name.to_owned(), rows: 0, sha256: String::new() };
        Manifest {
            extract_version: EXTRACT_VERSION,
            city: domain::CityId::new("us-ga-atlanta").expect("a city"),
            agency: "shelter".to_owned(),
            system: System::Housing,
            token_scheme: TOKEN_SCHEME,
            key_epoch: "2026".to_owned(),
            key_fingerprint: "0".repeat(16),
            encoded_on: None,
            first_event: None,
            last_event: None,
            rows_read: Vec::new(),
            rows_quarantined: 0,
            one_record_per_person: true,
            people: entry("people.parquet"),
            events: entry("events.parquet"),
        }
    }

    /// A checked source of which every field of records and events takes different values.
    fn checked(n: usize) -> Checked {
        let (mut records, mut events) = (Vec::new(), Vec::new());
        for (i, year) in (0..n).zip(1970_i32..) {
            let mut r = record("shelter", System::Housing, (i as u128 + 1) << 96 | 7).record;
            r.birth_year = (i % 3 > 0).then_some(year);
            r.minor_at_intake = [None, Some(true), Some(false)][i % 3];
            r.victim_service_provider = i % 5 == 0;
            r.consent_end = (i % 4 == 0).then_some(19_030 + year);
            r.as_of = (i % 2 == 0).then_some(20_000);
            r.answers[0] = (i % 2) as u8;
            records.push(r);
            for (j, day) in (0..i % 4).zip(20_000_i32..) {
                events.push(EventRow {
                    record_id: r.id,
                    day,
                    kind: [EventKind::Screening, EventKind::Indicator, EventKind::Referral][j],
                    id: (i * 10 + j) as u128,
                    age_band: (j % 3) as u8,
                    question: (j == 0).then_some(ScreeningQuestion::Sex),
                    answer: (j == 0).then_some(Answer::Yes),
                    exploitation: (j == 1).then_some(Exploitation::Labor),
                    service: (j == 2).then_some(Service::Medical),
                    result: (j == 2).then_some(ReferralResult::Attained),
                    result_day: (j == 2 && i % 2 == 0).then_some(20_010),
                    outcome: (j == 1).then_some((i % 2) as u8),
                    ..EventRow::BLANK
                });
            }
        }
        let tokens = (0..FAMILIES.len())
            .map(|family| {
                let mut tokens = FamilyTokens::with_rows(n);
                let held = |row: usize| (row % 3).min(FAMILIES[family].most);
                (0..n).for_each(|row| {
                    tokens.push((0..held(row)).map(|k| (family * 1000 + row * 10 + k) as u64));
                });
                tokens
            })
            .collect();
        let none = RowCount::of(0, 0, 0);
        Checked {
            records,
            tokens,
            tokens_too_common: 0,
            tokens_not_to_leave: 0,
            tokens_missing: 0,
            tokens_alike: std::collections::BTreeMap::new(),
            events,
            outcomes: vec!["housed".to_owned(), "left".to_owned()],
            people_count: none,
            event_count: none,
            quarantine: Vec::new(),
            warnings: Vec::new(),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]

        #[test]
        fn what_was_stored_comes_back_as_it_was_checked(n in 0_usize..40) {
            let folder = tempfile::tempdir().expect("a folder");
            let (manifest, checked) = (manifest(), checked(n));
            write_people(&folder.path().join("people.parquet"), &checked, &manifest.key_epoch).expect("written");
            write_events(&folder.path().join("events.parquet"), &checked).expect("written");
            let limits = Limits { declared: Some((20_000, 20_100)), report_day: 20_500, newest_day: 20_600, newest_year: 2026, purposes: Purposes { link: true, measure: true } };
            let loaded = load(folder.path(), &manifest, limits).expect("stored");
            let fresh = Source::of(&manifest, checked).expect("in order");
            prop_assert_eq!(&loaded.records, &fresh.records);
            prop_assert_eq!(&loaded.event_starts, &fresh.event_starts);
            prop_assert_eq!(&loaded.events, &fresh.events);
            prop_assert_eq!(&loaded.tokens, &fresh.tokens);
        }
    }
}
