//! Extracts refused whole: one clear message each, no value quoted, nothing kept, and the other
//! source carried on.

use std::fs;
use std::path::Path;

use chrono::{Days, Utc};
use domain::{CityId, Manifest, System};
use hub::Refusal;

use crate::extract::{Cells, Extract, Format, Night, REPORT, extract, sha256, texts};

/// Runs a night whose second source is good, and returns how the first was refused.
fn refused(what: &str, prepare: impl FnOnce(&Night)) -> Refusal {
    let night = Night::new(&["shelter", "clinic"]);
    night.deliver(&extract("clinic", 3, 3));
    prepare(&night);
    let ingested = night.run();
    let report = ingested.report();
    assert_eq!(report.refused.len(), 1, "{what}");
    assert_eq!(
        (report.sources.len(), report.sources[0].source.as_str()),
        (1, "clinic"),
        "{what}: the others carry on"
    );
    assert_eq!(ingested.records().len(), 3);
    let kept = night.kept();
    assert!(
        kept.iter().all(|(path, _)| !path.to_string_lossy().contains("shelter")),
        "{what}: nothing of it is kept"
    );
    let refusal = report.refused[0].clone();
    let message = refusal.to_string();
    assert!(message.starts_with("shelter: ") && !refusal.remedy.is_empty(), "{message}");
    refusal
}

fn manifest_refused(change: impl FnOnce(&mut Manifest)) -> Refusal {
    refused("manifest", |night| {
        let mut manifest = night.deliver(&extract("shelter", 3, 3));
        change(&mut manifest);
        let path = night.extract_folder("shelter").join("manifest.json");
        fs::write(path, serde_json::to_vec(&manifest).unwrap()).unwrap();
    })
}

fn table_refused(format: Format, change: impl FnOnce(&mut Extract)) -> Refusal {
    refused("table", |night| {
        let mut shelter = Extract { format, ..extract("shelter", 6, 24) };
        change(&mut shelter);
        night.deliver(&shelter);
    })
}

#[test]
fn what_was_not_delivered_is_missing() {
    assert_eq!(refused("folder", |_| {}).rule, "extract.missing");
    let no_manifest = refused("manifest", |night| {
        night.deliver(&extract("shelter", 3, 3));
        fs::remove_file(night.extract_folder("shelter").join("manifest.json")).unwrap();
    });
    assert_eq!(no_manifest.rule, "manifest.missing");
    let no_file = refused("file", |night| {
        night.deliver(&extract("shelter", 3, 3));
        fs::remove_file(night.extract_folder("shelter").join("events.parquet")).unwrap();
    });
    assert_eq!((no_file.rule.as_str(), no_file.place.as_str()), ("file.missing", "events.parquet"));
}

#[test]
fn a_manifest_of_something_else_is_refused() {
    let other = |change: fn(&mut Manifest)| manifest_refused(change).rule;
    assert_eq!(other(|m| m.extract_version = 2), "manifest.extract_version");
    assert_eq!(other(|m| m.city = CityId::new("us-il-chicago").unwrap()), "manifest.city");
    assert_eq!(other(|m| m.agency = "clinic".to_owned()), "manifest.agency");
    assert_eq!(other(|m| m.system = System::Hotline), "manifest.system");
    assert_eq!(other(|m| m.token_scheme = 7), "manifest.token_scheme");
    assert_eq!(other(|m| m.key_epoch = "2025".to_owned()), "key.epoch");
    assert_eq!(other(|m| m.key_fingerprint = "f".repeat(16)), "key.fingerprint");
    assert_eq!(other(|m| m.people.sha256 = "no".to_owned()), "manifest.sha256");
    assert_eq!(other(|m| m.people.rows += 1), "file.rows");
    let epoch = manifest_refused(|m| m.key_epoch = "Jane-Doe".to_owned()).to_string();
    assert!(epoch.contains("expected: 2026") && !epoch.contains("Jane"), "{epoch}");
}

/// A clock that runs ahead at the agency would switch `fail_after_days` off till that day has come, and ages and consents
/// were judged by it.
#[test]
fn an_extract_of_a_day_to_come_is_refused() {
    // The night's report date has passed, so its today is the clock's.
    let today = Utc::now().date_naive();
    assert!(today > REPORT.parse().unwrap());
    for ahead in [3, 36_500] {
        let refusal = manifest_refused(|m| m.encoded_on = today.checked_add_days(Days::new(ahead)));
        assert_eq!(
            (refusal.rule.as_str(), refusal.place.as_str()),
            ("manifest.encoded_on", "manifest.json, encoded_on")
        );
        assert!(refusal.remedy.contains("the agency's clock"), "{refusal}");
    }
    for made in [None, Some(today), today.checked_add_days(Days::new(1))] {
        let night = Night::new(&["shelter"]);
        let mut manifest = night.deliver(&extract("shelter", 3, 3));
        manifest.encoded_on = made;
        night.write_manifest(&manifest);
        assert!(night.run().report().refused.is_empty(), "{made:?}");
    }
}

/// What an earlier night took by a clock that ran ahead is no longer taken from the store either.
#[test]
fn an_extract_that_is_dated_ahead_later_does_not_stand() {
    let night = Night::new(&["shelter"]);
    let mut manifest = night.deliver(&extract("shelter", 3, 3));
    assert!(night.run().report().refused.is_empty());
    manifest.encoded_on = Utc::now().date_naive().checked_add_days(Days::new(400));
    night.write_manifest(&manifest);
    let ingested = night.run();
    assert_eq!(ingested.report().refused[0].rule, "manifest.encoded_on");
    assert!(ingested.records().is_empty());
}

#[test]
fn a_manifest_that_is_none_is_refused_without_a_quote() {
    for text in ["", "{", "[1]", "{\"extract_version\": \"Jane Doe\"}", "{\"ssn\": \"123-45-6789\"}", "\u{0}"]
    {
        let refusal = refused(text, |night| {
            night.deliver(&extract("shelter", 3, 3));
            fs::write(night.extract_folder("shelter").join("manifest.json"), text).unwrap();
        });
        assert_eq!(refusal.rule, "manifest.unreadable", "{text}");
        let message = refusal.to_string();
        assert!(
            !message.contains("Jane") && !message.contains("6789") && !message.contains("ssn"),
            "{message}"
        );
    }
}

#[test]
fn a_name_that_leaves_the_folder_is_refused() {
    for name in [
        "../clinic/people.parquet",
        "/etc/passwd",
        "people.parquet/../../x",
        "..",
        "",
        "people.exe",
        "sub/people.csv",
        "events.parquet",
    ] {
        let refusal = manifest_refused(|m| m.people.name = name.to_owned());
        assert_eq!(refusal.rule, "manifest.file_name", "{name}");
    }
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    use std::os::unix::fs::symlink;
    let relink = |night: &Night, path: &Path| {
        let moved = night.work().parent().unwrap().join("moved");
        fs::rename(path, &moved).unwrap();
        symlink(&moved, path).unwrap();
    };
    for name in ["people.parquet", "events.parquet", "manifest.json", ""] {
        let refusal = refused(name, |night| {
            night.deliver(&extract("shelter", 3, 3));
            let folder = night.extract_folder("shelter");
            relink(night, &if name.is_empty() { folder } else { folder.join(name) });
        });
        assert_eq!(refusal.rule, "extract.symlink", "{name}");
    }
}

#[test]
fn a_file_that_was_cut_off_or_changed_is_refused() {
    for format in [Format::Parquet, Format::Csv] {
        let cut = refused("cut", |night| {
            let manifest = night.deliver(&Extract { format, ..extract("shelter", 30, 60) });
            let path = night.extract_folder("shelter").join(&manifest.people.name);
            let bytes = fs::read(&path).unwrap();
            fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        });
        assert_eq!(cut.rule, "file.sha256");
    }
    // Cut off before the manifest was made: the digest is right and the table is not.
    for (format, rules) in
        [(Format::Parquet, vec!["file.format"]), (Format::Csv, vec!["file.ragged", "file.rows"])]
    {
        for part in [3, 4, 5, 7] {
            let cut = refused("cut early", |night| {
                let mut manifest = night.deliver(&Extract { format, ..extract("shelter", 30, 60) });
                let path = night.extract_folder("shelter").join(&manifest.people.name);
                let bytes = fs::read(&path).unwrap();
                fs::write(&path, &bytes[..bytes.len() * (part - 1) / part]).unwrap();
                manifest.people.sha256 = sha256(&path);
                night.write_manifest(&manifest);
            });
            assert!(rules.contains(&cut.rule.as_str()), "{format:?}: {cut}");
        }
    }
}

#[test]
fn damaged_parquet_never_stops_the_night() {
    for at in [0_usize, 4, 100, 900, 2_000, 4_000] {
        let night = Night::new(&["shelter", "clinic"]);
        night.deliver(&extract("clinic", 3, 3));
        let mut manifest = night.deliver(&extract("shelter", 30, 60));
        let path = night.extract_folder("shelter").join("people.parquet");
        let mut bytes = fs::read(&path).unwrap();
        let end = (at + 40).min(bytes.len());
        bytes[at.min(end)..end].fill(0xff);
        fs::write(&path, &bytes).unwrap();
        manifest.people.sha256 = sha256(&path);
        night.write_manifest(&manifest);
        let ingested = night.run();
        assert!(ingested.report().sources.iter().any(|s| s.source == "clinic"), "{at}");
        assert!(ingested.report().sources.iter().all(|s| s.people.adds_up() && s.events.adds_up()));
    }
}

#[test]
fn a_csv_that_is_no_table_is_refused() {
    let spoiled = |change: fn(String) -> Vec<u8>| {
        refused("csv", |night| {
            let mut manifest = night.deliver(&Extract { format: Format::Csv, ..extract("shelter", 6, 24) });
            let path = night.extract_folder("shelter").join("people.csv");
            fs::write(&path, change(fs::read_to_string(&path).unwrap())).unwrap();
            manifest.people.sha256 = sha256(&path);
            night.write_manifest(&manifest);
        })
    };
    assert_eq!(
        spoiled(|text| text.replacen("link measure", "link,measure", 1).into_bytes()).rule,
        "file.ragged"
    );
    assert_eq!(
        spoiled(|text| text.replacen("link measure", "link\" measure", 1).into_bytes()).rule,
        "file.format"
    );
    assert_eq!(spoiled(|_| Vec::new()).rule, "file.format");
    let latin =
        spoiled(|text| text.replacen("link measure", "Mar\u{ed}a", 1).chars().map(|c| c as u8).collect());
    assert_eq!(latin.rule, "file.encoding");
    assert!(!latin.to_string().contains("Mar"));
    assert_eq!(spoiled(|text| text.replacen("birth_year", "gender", 1).into_bytes()).rule, "column.twice");
    // No header at all: the first row's cells must not be shown as names.
    let headless = spoiled(|text| text.split_once('\n').unwrap().1.as_bytes().to_vec());
    assert!(["identified.raw_export", "column.twice"].contains(&headless.rule.as_str()), "{headless}");
}

#[test]
fn wrong_headers_and_types_are_refused_by_name() {
    for name in ["gender", "consent_end", "t_first_dob"] {
        let refusal = table_refused(Format::Parquet, |x| x.people.remove(name));
        assert_eq!(refusal.rule, "column.missing");
        assert!(refusal.place.contains(name), "{refusal}");
    }
    let refusal = table_refused(Format::Csv, |x| x.events.columns[0].0 = "EventID".to_owned());
    assert!(refusal.rule == "column.missing" && refusal.place.contains("event_id"), "{refusal}");
    let typed = |name: &'static str| {
        table_refused(Format::Parquet, |x| {
            let n = x.people.rows();
            let cells = if name == "gender" { Cells::Integer(vec![Some(1); n]) } else { texts(vec!["x"; n]) };
            *x.people.at(name) = cells;
        })
    };
    for name in ["gender", "consent_end", "birth_year", "victim_service_provider", "t_first_dob"] {
        let refusal = typed(name);
        assert!(refusal.rule == "column.type" && refusal.place.contains(name), "{refusal}");
    }
}

#[test]
fn two_keys_in_one_file_are_refused() {
    let epoch = table_refused(Format::Parquet, |x| x.people.set("key_epoch", 2, Some("2025")));
    assert_eq!(epoch.rule, "column.key_epoch");
    let scheme =
        table_refused(Format::Parquet, |x| *x.people.at("token_scheme") = Cells::Integer(vec![Some(9); 6]));
    assert_eq!(scheme.rule, "column.token_scheme");
}

/// Columns beside the contract's, with what an agency might have left in them.
#[test]
fn raw_columns_are_refused_by_name_and_by_content() {
    let people: &[(&str, [&str; 6], &str)] = &[
        ("FirstName", ["Keisha", "Bo", "Ana", "Li", "Sam", "Jo"], "identified.column_name"),
        ("ssn", ["123-45-6789", "", "", "", "", ""], "identified.column_name"),
        ("x1", ["Okonkwo", "Vang", "Yazzie", "Garza", "Xiong", "Begay"], "identified.name"),
        ("x1", ["", "", "", "", "", "BEGAY, LENA R"], "identified.name"),
        ("x1", ["", "", "", "", "", "martinez"], "identified.name"),
        ("x2", ["", "123-45-6789", "", "", "", ""], "identified.ssn"),
        ("x3", ["", "", "(612) 555-0173", "", "", ""], "identified.phone"),
        ("x4", ["", "", "", "lena@example.org", "", ""], "identified.email"),
        ("x5", ["", "", "", "", "1420 W Lake St Apt 4", ""], "identified.address"),
        ("x6", ["", "", "", "", "04/17/1991", ""], "identified.birth_date"),
        (
            "x7",
            ["", "", "", "", "", "5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5"],
            "identified.hash",
        ),
        ("x8", ["", "", "came in at night", "", "", ""], "identified.free_text"),
    ];
    for (name, cells, rule) in people {
        for format in [Format::Parquet, Format::Csv] {
            if format == Format::Csv && cells.iter().any(|c| c.contains(',')) {
                continue;
            }
            let refusal = table_refused(format, |x| x.people.add(name, texts(*cells)));
            assert_eq!(refusal.rule, *rule, "{name}: {refusal}");
            assert!(refusal.place.starts_with("people."), "{refusal}");
            // Names of columns are told only where they are what is wrong.
            let named = refusal.place.contains(&format!("`{name}`"));
            assert_eq!(named, *rule == "identified.column_name", "{refusal}");
            assert!(refusal.place.contains(", column "), "{refusal}");
            let message = refusal.to_string();
            assert!(cells.iter().filter(|c| c.len() > 2).all(|c| !message.contains(*c)), "{message}");
        }
    }
    let numbers = |values: [i64; 6]| {
        table_refused(Format::Parquet, |x| x.people.add("code", Cells::Integer(values.map(Some).to_vec())))
            .rule
    };
    assert_eq!(numbers([123_456_789, 2, 3, 4, 5, 6]), "identified.ssn");
    assert_eq!(numbers([1, 2, 3, 4, 5, 6_125_550_173]), "identified.phone");
    assert_eq!(numbers([1, 2, 3, 4, 5, 19_910_417]), "identified.birth_date");
    let births = table_refused(Format::Parquet, |x| x.people.add("d", Cells::Day(vec![Some(7_777); 6])));
    assert_eq!(births.rule, "identified.birth_date");
    let bytes = table_refused(Format::Parquet, |x| {
        x.people.add("b", Cells::Bytes(vec![Some(vec![0, 159, 146, 1]); 6]));
    });
    assert_eq!(bytes.rule, "identified.opaque");
    let (who, what) =
        (["her son", "a friend", "the landlord", "his boss"], ["was late", "called twice", "left early"]);
    let why = ["for the bus", "after a fight", "over the rent", "about wages", "because of court"];
    let words: Vec<String> =
        (0..200).map(|i| format!("{} {} {} on day {i}", who[i % 4], what[i % 3], why[i % 5])).collect();
    let many = refused("vocabulary", |night| {
        let mut shelter = extract("shelter", 200, 0);
        shelter.people.add("x9", texts(words));
        night.deliver(&shelter);
    });
    assert_eq!(many.rule, "identified.free_text");
}

/// What identifies nobody is left behind with a warning, also under a name that sounds like more.
#[test]
fn clean_columns_beside_the_contracts_are_left_behind() {
    let night = Night::new(&["shelter"]);
    let mut shelter = extract("shelter", 60, 60);
    let cycled = |words: &[&str]| texts((0..60).map(|i| words[i % words.len()].to_owned()));
    shelter.people.add("bed_type", cycled(&["Emergency shelter", "Transitional housing", "Hotel or motel"]));
    shelter.people.add("program", cycled(&["Harbor Light Shelter", "Eastside Drop-In Center"]));
    shelter.people.add("SSNDataQuality", cycled(&["1", "2", "99"]));
    shelter.people.add("case", texts((0..60).map(|i| format!("{}", 830_000 + i * 7))));
    shelter.people.add(
        "key2",
        texts(
            (0..60_u128)
                .map(|i| format!("{:032x}", i.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835))),
        ),
    );
    night.deliver(&shelter);
    let ingested = night.run();
    assert!(ingested.report().refused.is_empty(), "{:?}", ingested.report().refused);
    let warnings = &ingested.report().sources[0].warnings;
    assert_eq!(warnings.len(), 5);
    assert!(warnings.iter().all(|w| !w.contains("bed_type") && w.contains(", column ")), "{warnings:?}");
}

/// Identifiers where the contract's own columns should be.
#[test]
fn identifiers_in_the_contracts_columns_are_refused() {
    let cases: &[(&str, &str, &str, &str)] = &[
        ("people", "gender", "123-45-6789", "identified.ssn"),
        ("people", "gender", "DOE; jane@example.org", "identified.email"),
        ("people", "race_ethnicity", "1420 W Lake St", "identified.address"),
        ("people", "record_id", "612-555-0173", "identified.phone"),
        ("people", "purposes", "maria lopez", "identified.name"),
        ("people", "key_epoch", "04/17/1991", "identified.birth_date"),
        ("events", "event_id", "123456789", "identified.ssn"),
        ("events", "kind", "Hernandez", "identified.name"),
        ("events", "outcome", "Robert Smith went home", "identified.name"),
        ("events", "outcome", "jose_ramirez", "identified.name"),
        ("events", "outcome", "19910417", "identified.birth_date"),
    ];
    for (table, column, text, rule) in cases {
        for format in [Format::Parquet, Format::Csv] {
            let refusal = table_refused(format, |x| {
                let draft = if *table == "people" { &mut x.people } else { &mut x.events };
                draft.set(column, 5, Some(text));
            });
            assert_eq!(refusal.rule, *rule, "{column}: {refusal}");
            assert!(refusal.place.starts_with(table) && refusal.place.contains(column), "{refusal}");
            assert!(!refusal.to_string().contains(text), "{refusal}");
        }
    }
    let born = table_refused(Format::Parquet, |x| {
        *x.people.at("birth_year") = Cells::Integer(vec![Some(19_910_417); 6]);
    });
    assert_eq!(born.rule, "identified.birth_date");
    let readable = table_refused(Format::Parquet, |x| {
        *x.people.at("t_first_dob") = Cells::Bytes(vec![Some(b"JANE DOE19910417".to_vec()); 6]);
    });
    assert_eq!(readable.rule, "identified.token");
    let outcomes = refused("outcomes", |night| {
        let mut shelter = extract("shelter", 4, 8 * 150);
        for i in 0..150 {
            shelter.events.set("outcome", i * 8 + 7, Some(&format!("a_{i}")));
        }
        night.deliver(&shelter);
    });
    assert_eq!(outcomes.rule, "identified.free_text");
}
