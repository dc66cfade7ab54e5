//! Checked rows into Parquet: the hub's own copy of a source, in the extract contract's columns,
//! but with tokens re-keyed to 8 bytes each, and ids as bytes.

use std::path::Path;

use domain::{Breakdown, FAMILIES, TOKEN_SCHEME, Word, token_column};

use crate::check::Checked;
use crate::record::demographics;
use crate::refusal::HubError;
use crate::table_writer::{StoredColumn, write_table};

/// Writes `people.parquet` of a checked source.
pub(crate) fn write_people(path: &Path, checked: &Checked, epoch: &str) -> Result<(), HubError> {
    write_table(path, checked.records.len(), &people_columns(checked, epoch))
}

/// Writes `events.parquet` of a checked source.
pub(crate) fn write_events(path: &Path, checked: &Checked) -> Result<(), HubError> {
    write_table(path, checked.events.len(), &event_columns(checked))
}

fn people_columns<'a>(checked: &'a Checked, epoch: &'a str) -> Vec<StoredColumn<'a>> {
    type Column<'a> = StoredColumn<'a>;
    let records = &checked.records;
    let mut columns = vec![
        Column::ids("record_id", |rows| records[rows].iter().map(|r| r.id)),
        Column::texts("key_epoch", move |rows| rows.map(move |_| Some(epoch))),
        Column::few_numbers("token_scheme", |rows| rows.map(|_| Some(i64::from(TOKEN_SCHEME)))),
        Column::few_numbers("birth_year", |rows| records[rows].iter().map(|r| r.birth_year.map(i64::from))),
    ];
    columns.extend(demographics().map(|breakdown| {
        Column::texts(breakdown.word(), move |rows| {
            records[rows].iter().map(move |r| category(breakdown, r.answer(breakdown)))
        })
    }));
    columns.extend([
        Column::flags("minor_at_intake", |rows| records[rows].iter().map(|r| r.minor_at_intake)),
        Column::flags("victim_service_provider", |rows| {
            records[rows].iter().map(|r| Some(r.victim_service_provider))
        }),
        Column::texts("purposes", |rows| records[rows].iter().map(|r| Some(r.purposes.words()))),
        Column::texts("consent_scope", |rows| records[rows].iter().map(|r| Some(r.consent.word()))),
        Column::dates("consent_start", |rows| records[rows].iter().map(|r| r.consent_start)),
        Column::dates("consent_end", |rows| records[rows].iter().map(|r| r.consent_end)),
        Column::dates("as_of", |rows| records[rows].iter().map(|r| r.as_of)),
    ]);
    columns.extend(
        (0..FAMILIES.len()).map(|family| Column::tokens(&token_column(family), &checked.tokens[family])),
    );
    columns
}

fn event_columns(checked: &Checked) -> Vec<StoredColumn<'_>> {
    type Column<'a> = StoredColumn<'a>;
    let (events, outcomes) = (&checked.events, &checked.outcomes);
    vec![
        Column::ids("event_id", |rows| events[rows].iter().map(|e| e.id)),
        Column::ids("record_id", |rows| events[rows].iter().map(|e| e.record_id)),
        Column::dates("date", |rows| events[rows].iter().map(|e| Some(e.day))),
        Column::texts("date_precision", |rows| events[rows].iter().map(|e| Some(e.precision.word()))),
        Column::texts("kind", |rows| events[rows].iter().map(|e| Some(e.kind.word()))),
        Column::texts("age_band", |rows| {
            events[rows].iter().map(|e| category(Breakdown::AgeBand, e.age_band))
        }),
        Column::texts("screening_question", |rows| events[rows].iter().map(|e| e.question.map(Word::word))),
        Column::texts("screening_answer", |rows| events[rows].iter().map(|e| e.answer.map(Word::word))),
        Column::texts("trafficking_type", |rows| events[rows].iter().map(|e| e.exploitation.map(Word::word))),
        Column::texts("service_category", |rows| events[rows].iter().map(|e| e.service.map(Word::word))),
        Column::texts("referral_result", |rows| events[rows].iter().map(|e| e.result.map(Word::word))),
        Column::dates("referral_result_date", |rows| events[rows].iter().map(|e| e.result_day)),
        Column::texts("outcome", |rows| {
            events[rows].iter().map(|e| e.outcome.map(|at| outcomes[usize::from(at)].as_str()))
        }),
    ]
}

fn category(breakdown: Breakdown, code: u8) -> Option<&'static str> {
    breakdown.categories().get(usize::from(code)).copied()
}
