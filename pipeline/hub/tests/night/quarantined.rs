//! Bad rows: set aside with file, row, field and rule, and never with what they held.

use crate::extract::{Cells, Draft, Extract, FIRST_DAY, Format, LAST_DAY, Night, extract};

type Break = fn(&mut Extract);

/// A value nobody may ever see again.
const SENTINEL: &str = "zzsentinel";

fn check(what: &str, spoil: Break, format: Format, file: &str, row: u64, field: &str, rule: &str) {
    let night = Night::new(&["shelter"]);
    let mut shelter = extract("shelter", 6, 24);
    spoil(&mut shelter);
    night.deliver(&Extract { format, ..shelter });
    let report = night.run().report().clone();
    assert!(report.refused.is_empty(), "{what}: {:?}", report.refused);
    let rows = &report.quarantine;
    let stem = |name: &str| name.split('.').next().unwrap().to_owned();
    let found = rows.iter().find(|q| q.row == row && stem(&q.file) == file);
    let found = found.unwrap_or_else(|| panic!("{what}: row {row} of {file} is not in quarantine: {rows:?}"));
    assert_eq!((found.field.as_str(), found.rule.as_str()), (field, rule), "{what}");
    assert!(!found.reason.is_empty() && !found.remedy.is_empty());
    let source = &report.sources[0];
    assert!(source.people.adds_up() && source.events.adds_up(), "{what}");
    assert_eq!(source.people.quarantined + source.events.quarantined, rows.len() as u64, "{what}");
    assert_eq!(source.quarantined_by_rule.values().sum::<u64>(), rows.len() as u64);
    for (path, bytes) in night.kept() {
        let held = bytes.windows(SENTINEL.len()).any(|w| w == SENTINEL.as_bytes());
        assert!(!held, "{what}: {} holds the value", path.display());
    }
}

/// Each case: how to break an extract, and `file row field rule` of what must be set aside.
fn check_all(cases: &[(&str, Break)]) {
    for (expected, spoil) in cases {
        let [file, row, field, rule] = expected.split(' ').collect::<Vec<_>>().try_into().unwrap();
        for format in [Format::Parquet, Format::Csv] {
            check(expected, *spoil, format, file, row.parse().unwrap(), field, rule);
        }
    }
}

#[test]
fn every_rule_of_people_is_found_in_both_formats() {
    check_all(&[
        ("people 2 gender required.null", |x| x.people.set("gender", 1, None)),
        ("people 2 purposes required.null", |x| x.people.set("purposes", 1, Some(""))),
        ("people 2 gender word.unknown", |x| x.people.set("gender", 1, Some(SENTINEL))),
        ("people 1 purposes word.unknown", |x| x.people.set("purposes", 0, Some("link zzsentinel"))),
        ("people 1 consent_scope word.unknown", |x| x.people.set("consent_scope", 0, Some(SENTINEL))),
        ("people 3 record_id id.format", |x| x.people.set("record_id", 2, Some(&"AB".repeat(16)))),
        ("people 3 record_id id.format", |x| x.people.set("record_id", 2, Some("abc"))),
        ("people 1 birth_year birth_year.range", |x| x.people.set_integer("birth_year", 0, Some(2090))),
        ("people 1 consent_end consent.order", |x| {
            x.people.set_day("consent_start", 0, Some(20_001));
            x.people.set_day("consent_end", 0, Some(20_000));
        }),
        ("people 4 t_first_dob token.length", |x| x.people.set_bytes("t_first_dob", 3, &[7; 15])),
        ("people 4 t_first_dob token.length", |x| x.people.set_bytes("t_first_dob", 3, &[7; 32])),
        ("people 4 as_of date.future", |x| x.people.set_day("as_of", 3, Some(40_000))),
    ]);
}

#[test]
fn every_rule_of_events_is_found_in_both_formats() {
    check_all(&[
        ("events 1 kind word.unknown", |x| x.events.set("kind", 0, Some(SENTINEL))),
        ("events 1 date required.null", |x| x.events.set_day("date", 0, None)),
        ("events 5 date date.outside_manifest", |x| x.events.set_day("date", 4, Some(FIRST_DAY - 1))),
        ("events 5 date date.outside_manifest", |x| x.events.set_day("date", 4, Some(LAST_DAY + 1))),
        ("events 5 date date.future", |x| x.events.set_day("date", 4, Some(30_000))),
        ("events 8 record_id event.record_unknown", |x| x.events.set("record_id", 7, Some(&"0".repeat(32)))),
        ("events 2 record_id event.record_unknown", |x| x.people.set("gender", 1, None)),
        ("events 3 service_category event.field_missing", |x| x.events.set("service_category", 2, None)),
        ("events 5 trafficking_type event.field_missing", |x| x.events.set("trafficking_type", 4, None)),
        ("events 7 screening_answer event.field_missing", |x| x.events.set("screening_answer", 6, None)),
        ("events 8 outcome text.form", |x| x.events.set("outcome", 7, Some("zzsentinel!"))),
    ]);
}

#[test]
fn dates_and_numbers_that_are_none_are_found_in_csv() {
    let cases: &[(&str, Break, &str, &str)] = &[
        ("30 February", |x| replace(&mut x.events, "date", "2025-02-30"), "date", "date.impossible"),
        ("other form", |x| replace(&mut x.events, "date", "zzsentinel"), "date", "date.impossible"),
        ("year 1", |x| replace(&mut x.events, "date", "0001-01-01"), "date", "date.impossible"),
        (
            "number",
            |x| replace(&mut x.people, "token_scheme", "zzsentinel"),
            "token_scheme",
            "number.unreadable",
        ),
        (
            "flag",
            |x| replace(&mut x.people, "victim_service_provider", "zzsentinel"),
            "victim_service_provider",
            "flag.unreadable",
        ),
        ("token", |x| replace(&mut x.people, "t_first_dob", "zzsentinel"), "t_first_dob", "token.length"),
    ];
    for (what, spoil, field, rule) in cases {
        let file = if *field == "date" { "events" } else { "people" };
        check(what, *spoil, Format::Csv, file, 1, field, rule);
    }
}

/// Puts a text into the first cell, which a CSV can hold whatever the column's kind.
fn replace(table: &mut Draft, name: &str, text: &str) {
    let as_text = |cells: &Cells| -> Vec<Option<String>> {
        match cells {
            Cells::Text(c) => c.clone(),
            Cells::Integer(c) => c.iter().map(|n| n.map(|n| n.to_string())).collect(),
            Cells::Flag(c) => c.iter().map(|f| f.map(|f| f.to_string())).collect(),
            Cells::Bytes(c) => c.iter().map(|b| b.as_ref().map(hex::encode)).collect(),
            Cells::Day(c) => c.iter().map(|d| d.map(|_| "2025-01-01".to_owned())).collect(),
        }
    };
    let mut cells = as_text(table.at(name));
    cells[0] = Some(text.to_owned());
    *table.at(name) = Cells::Text(cells);
}

fn doubled(spoil: impl Fn(&mut Draft)) -> Vec<(u64, String)> {
    let night = Night::new(&["shelter"]);
    let mut shelter = extract("shelter", 4, 0);
    shelter.people = shelter.people.take(&[0, 1, 2, 3, 1]);
    spoil(&mut shelter.people);
    night.deliver(&shelter);
    let report = night.run().report().clone();
    assert_eq!(report.sources[0].people.accepted + report.quarantine.len() as u64, 5);
    report.quarantine.iter().map(|q| (q.row, q.rule.clone())).collect()
}

#[test]
fn of_equal_copies_one_is_kept_of_contradicting_ones_none() {
    assert_eq!(doubled(|_| {}), [(5, "row.duplicate".to_owned())]);
    let both = [(2, "id.duplicate".to_owned()), (5, "id.duplicate".to_owned())];
    assert_eq!(doubled(|people| people.set("gender", 4, Some("unknown"))), both);
    assert_eq!(doubled(|people| people.set_bytes("t_first_dob", 4, &[9; 16])), both, "other tokens");
    assert_eq!(
        doubled(|people| people.set("gender", 4, None)),
        [(5, "required.null".to_owned())],
        "the good copy stays"
    );
}

#[test]
fn an_event_id_twice_is_set_aside() {
    let night = Night::new(&["shelter"]);
    let mut shelter = extract("shelter", 4, 16);
    let id = crate::extract::hex_id(500_000_000);
    shelter.events.set("event_id", 5, Some(&id));
    night.deliver(&shelter);
    let report = night.run().report().clone();
    assert_eq!(
        report.quarantine.iter().map(|q| (q.row, q.rule.as_str())).collect::<Vec<_>>(),
        [(1, "id.duplicate"), (6, "id.duplicate")]
    );
}
