//! Good extracts: taken whole, once, the same whatever their order and format, and without a
//! trace of the agencies' tokens.

use std::fs;

use domain::{Breakdown, FAMILIES, Period, Service, Word, standard_workload, token_column};
use hub::measure;
use polars::prelude::{ParquetReader, SerReader};

use crate::extract::{Cells, Extract, Format, Night, REPORT, extract, token};

fn facts(night: &Night) -> (Vec<u16>, Vec<u32>, Vec<u8>, Vec<u64>) {
    let ingested = night.run();
    let records = ingested.records();
    (records.sources.clone(), records.starts.clone(), records.families.clone(), records.tokens.clone())
}

/// The stored tables, without the folder that is named after the manifest.
fn stored(night: &Night) -> Vec<(String, Vec<u8>)> {
    let tables =
        night.kept().into_iter().filter(|(path, _)| path.extension().is_some_and(|e| e == "parquet"));
    tables.map(|(path, bytes)| (path.file_name().unwrap().to_string_lossy().into_owned(), bytes)).collect()
}

#[test]
fn a_good_night_takes_everything() {
    let night = Night::new(&["shelter", "clinic"]);
    night.deliver(&extract("shelter", 40, 300));
    night.deliver(&extract("clinic", 25, 0));
    let mut ingested = night.run();
    let report = ingested.report().clone();
    assert!(report.refused.is_empty(), "{:?}", report.refused);
    assert_eq!((report.rows().read, report.rows().accepted), (365, 365));
    assert_eq!(report.sources.iter().map(|s| s.source.as_str()).collect::<Vec<_>>(), ["clinic", "shelter"]);
    assert_eq!(report.sources[1].tokens, 120);
    ingested.records().validate().unwrap();
    assert_eq!((ingested.records().len(), ingested.records().tokens.len()), (65, 195));

    let linked = night.link(&ingested, hub::Relink::Changed);
    ingested.note_links(linked.counts.clone());
    let links = ingested.report().links.clone().unwrap();
    assert_eq!((links.records, links.persons), (65, linked.persons as u64));
    let workload = standard_workload(Service::ALL, Breakdown::ALL).unwrap();
    let table = measure(&ingested, &linked.person_of, &workload, Period::Year(2025), REPORT.parse().unwrap())
        .unwrap();
    assert!(table.persons() > 0 && table.persons() <= linked.persons);

    ingested.report().write(&night.work()).unwrap();
    let text = fs::read_to_string(night.work().join("us-ga-atlanta/report.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["sources"][1]["people"]["accepted"], 40);
    assert_eq!(json["links"]["records"], 65);
    assert!(night.work().join("us-ga-atlanta/quarantine.ndjson").is_file());
}

#[test]
fn an_unchanged_extract_is_not_pulled_again() {
    let night = Night::new(&["shelter"]);
    night.deliver(&extract("shelter", 10, 50));
    let first = facts(&night);
    let kept = night.kept();
    let report = night.run().report().clone();
    assert_eq!(report.unchanged, ["shelter"]);
    // Were it pulled again, the missing file would show.
    fs::remove_file(night.extract_folder("shelter").join("people.parquet")).unwrap();
    assert_eq!(facts(&night), first);
    assert_eq!(night.kept(), kept, "the same bytes");

    night.deliver(&extract("shelter", 11, 50));
    let report = night.run().report().clone();
    assert_eq!((report.unchanged.len(), report.sources[0].people.accepted), (0, 11));
    let commits = fs::read_dir(night.work().join("us-ga-atlanta/records/shelter")).unwrap().count();
    assert_eq!(commits, 1, "the new commit replaces the old");
}

#[test]
fn the_order_of_rows_sources_and_the_format_change_nothing() {
    let plain = Night::new(&["shelter", "clinic"]);
    let (shelter, clinic) = (extract("shelter", 30, 200), extract("clinic", 20, 100));
    plain.deliver(&shelter);
    plain.deliver(&clinic);
    let expected = facts(&plain);

    let reversed = |extract: &Extract| Extract {
        people: extract.people.take(&(0..extract.people.rows()).rev().collect::<Vec<_>>()),
        events: extract.events.take(&(0..extract.events.rows()).rev().collect::<Vec<_>>()),
        ..extract.clone()
    };
    let other = Night::new(&["clinic", "shelter"]);
    other.deliver(&reversed(&shelter));
    other.deliver(&reversed(&clinic));
    // The nights' keys differ, so tokens are compared by shape, and bytes under one key below.
    let found = facts(&other);
    assert_eq!((found.0, found.1, found.2), (expected.0.clone(), expected.1.clone(), expected.2.clone()));

    let tables = stored(&plain);
    for format in [Format::Parquet, Format::Csv] {
        plain.deliver(&Extract { format, ..reversed(&shelter) });
        plain.deliver(&Extract { format, ..reversed(&clinic) });
        assert_eq!(facts(&plain), expected, "{format:?}");
        assert_eq!(stored(&plain), tables, "{format:?}");
        for stale in ["people.parquet", "events.parquet"] {
            let _ = fs::remove_file(plain.extract_folder("shelter").join(stale));
        }
    }
}

#[test]
fn no_agency_token_stays() {
    let night = Night::new(&["shelter"]);
    let mut shelter = extract("shelter", 12, 40);
    shelter.people.set_bytes("t_dob_ssn", 0, &token(0, 0));
    night.deliver(&shelter);
    let ingested = night.run();
    assert!(!night.work().join("us-ga-atlanta/inbox/shelter").exists(), "the inbox is emptied");
    let mut seen = 0;
    for (path, _) in night.kept().iter().filter(|(path, _)| path.ends_with("people.parquet")) {
        let frame = ParquetReader::new(fs::File::open(night.work().join(path)).unwrap()).finish().unwrap();
        for family in 0..FAMILIES.len() {
            let column = frame.column(&token_column(family)).unwrap();
            for cell in column.binary().unwrap().iter().flatten() {
                for person in 0..24 {
                    assert!(
                        !cell.windows(8).any(|w| w == &token(0, person)[..8] || w == &token(0, person)[8..])
                    );
                }
                seen += 1;
            }
        }
    }
    assert_eq!(seen, 12 * 2 + 1, "the tokens are there, as others");
    // One agency token under two families becomes two that tell nothing of it.
    let same: Vec<u64> = ingested.records().tokens.clone();
    let distinct: std::collections::BTreeSet<_> = same.iter().collect();
    assert_eq!(distinct.len(), same.len());
}

#[test]
fn records_that_may_not_be_linked_come_without_tokens() {
    let night = Night::new(&["shelter"]);
    let mut shelter = extract("shelter", 6, 30);
    shelter.people.set("consent_scope", 0, Some("count_only"));
    shelter.people.set("consent_scope", 1, Some("none"));
    shelter.people.set("purposes", 2, Some("measure"));
    shelter.people.set_day("consent_end", 3, Some(20_000));
    shelter.people.set("purposes", 4, Some("link"));
    night.deliver(&shelter);
    let ingested = night.run();
    let report = &ingested.report().sources[0];
    assert_eq!((report.people.accepted, report.not_linkable, report.not_measured), (6, 4, 2));
    let lengths: Vec<u32> = ingested.records().starts.windows(2).map(|w| w[1] - w[0]).collect();
    assert_eq!(lengths.iter().filter(|n| **n == 0).count(), 4);
    assert_eq!(lengths.iter().filter(|n| **n == 3).count(), 2);
}

#[test]
fn what_an_interrupted_night_left_is_swept() {
    let night = Night::new(&["shelter"]);
    night.deliver(&extract("shelter", 5, 5));
    let city = night.work().join("us-ga-atlanta");
    for stale in ["inbox/shelter", "inbox/gone", "records/shelter/partial"] {
        fs::create_dir_all(city.join(stale)).unwrap();
        fs::write(city.join(stale).join("people.parquet"), "stale").unwrap();
    }
    assert_eq!(night.run().records().len(), 5);
    for stale in ["inbox/shelter", "inbox/gone", "records/shelter/partial"] {
        assert!(!city.join(stale).exists(), "{stale}");
    }
}

#[test]
fn harmless_columns_outside_the_contract_are_left_behind_with_a_warning() {
    let night = Night::new(&["shelter"]);
    let mut shelter = extract("shelter", 5, 5);
    shelter.people.add("bed_type", crate::extract::texts(["a1", "a2", "a1", "b", "b"]));
    shelter.events.add("visit_count", Cells::Integer(vec![Some(3); 5]));
    night.deliver(&shelter);
    let report = night.run().report().clone();
    assert!(report.refused.is_empty());
    assert_eq!(report.sources[0].warnings.len(), 2);
    let warning = &report.sources[0].warnings[0];
    assert!(warning.starts_with("people.parquet, column ") && !warning.contains("bed_type"), "{warning}");
}

#[cfg(unix)]
#[test]
fn only_the_hub_enters_its_folders() {
    use std::os::unix::fs::PermissionsExt;
    let night = Night::new(&["shelter"]);
    night.deliver(&extract("shelter", 5, 5));
    night.run();
    let mode = fs::metadata(night.work().join("us-ga-atlanta")).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0);
}

#[test]
fn a_damaged_store_says_what_to_do() {
    let night = Night::new(&["shelter"]);
    night.deliver(&extract("shelter", 5, 5));
    night.run();
    for (path, _) in night.kept() {
        if path.ends_with("people.parquet") {
            fs::write(night.work().join(path), "torn").unwrap();
        }
    }
    let error = night.try_run().err().unwrap().to_string();
    assert!(error.contains("records/shelter") && error.contains("delete that folder"), "{error}");
}

#[test]
fn a_work_folder_that_cannot_be_written_says_so() {
    let night = Night::new(&["shelter"]);
    fs::write(night.work(), "a file where the folder should be").unwrap();
    let error = night.try_run().err().unwrap();
    assert!(matches!(error, hub::HubError::Io { .. }), "{error}");
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
    let night = Night::new(&["shelter"]);
    let shelter = Extract { format: Format::Csv, ..extract("shelter", 8, 40) };
    let mut manifest = night.deliver(&shelter);
    let expected = (facts(&night), stored(&night));
    for (name, entry) in [("people.csv", 0), ("events.csv", 1)] {
        let path = night.extract_folder("shelter").join(name);
        let text = fs::read_to_string(&path).unwrap().replace('\n', "\r\n");
        fs::write(&path, format!("\u{feff}{text}")).unwrap();
        let sha256 = crate::extract::sha256(&path);
        if entry == 0 { manifest.people.sha256 = sha256 } else { manifest.events.sha256 = sha256 }
    }
    night.write_manifest(&manifest);
    assert_eq!((facts(&night), stored(&night)), expected);
}

#[test]
fn a_source_that_is_no_longer_listed_is_forgotten() {
    let mut night = Night::new(&["shelter", "clinic"]);
    night.deliver(&extract("shelter", 5, 5));
    night.deliver(&extract("clinic", 5, 5));
    night.run();
    night.config.sources.pop();
    assert_eq!(night.run().records().len(), 5);
    assert!(night.kept().iter().all(|(path, _)| !path.to_string_lossy().contains("clinic")));
}

#[test]
fn keys_of_another_city_are_refused() {
    let mut night = Night::new(&["shelter"]);
    night.deliver(&extract("shelter", 5, 5));
    night.expected.city = domain::CityId::new("us-il-chicago").unwrap();
    let error = night.try_run().err().unwrap().to_string();
    assert!(error.contains("linkage key") && error.contains("us-ga-atlanta"), "{error}");
    night.config.id = domain::CityId::new("us-il-chicago").unwrap();
    let error = night.try_run().err().unwrap().to_string();
    assert!(error.contains("hub key") && error.contains("us-il-chicago"), "{error}");
    assert!(night.kept().is_empty());
}

#[test]
fn tokens_in_memory_are_rekeyed_as_those_of_an_extract_are() {
    let night = Night::new(&["shelter"]);
    night.deliver(&extract("shelter", 9, 0));
    let mut order: Vec<usize> = (0..9).collect();
    order.sort_by_key(|i| crate::extract::hex_id(i + 7_000_000));
    let parts = domain::family_index("soundex_date_parts").unwrap();
    let mut builder = hub::RecordsBuilder::new(&night.key);
    builder.start_source("shelter", false).unwrap();
    for i in order {
        builder.push([(0, token(0, i)), (parts, token(parts, i)), (parts, token(parts, i + 9))]).unwrap();
    }
    let built = builder.finish();
    assert_eq!((built.sources, built.starts, built.families, built.tokens), facts(&night));
}
