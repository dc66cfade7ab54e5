//! Every bad row and bad file has a rule, a place and a remedy, and takes nothing good with it.

use std::fs;

use agency::{Encoding, Profile};
use domain::CityId;

use crate::fixture::{Agency, base, city, profile, quarantine, shipped};

const PROFILE: &str = base!(
    r#"
    [[demographics.gender]]
    value = { column = "gender", codes = { F = "female" } }
    [[file]]
    name = "p.csv"
    [[file]]
    name = "e.csv"
    record = "id"
    key = "event"
    [[file.event]]
    kind = "need"
    date = "on"
    service = { column = "need", codes = { MED = "medical" } }
"#
);
const PEOPLE: &str = "id,first,last,dob,gender\n1,Ana,Ruiz,1990-05-01,F\n";
const EVENTS: &str = "event,id,on,need\n";

fn rules(people: &str, events: &str) -> Vec<String> {
    let agency = Agency::new();
    agency.file("p.csv", people);
    agency.file("e.csv", events);
    let summary = agency.encode(&profile(PROFILE), &agency.raw()).unwrap();
    for rows in &summary.rows {
        assert_eq!(rows.read, rows.used + rows.skipped + rows.quarantined, "{}", rows.file);
    }
    assert_eq!(agency.manifest().rows_quarantined, summary.quarantined);
    let entries = quarantine(&summary);
    assert!(entries.iter().all(|e| !e.reason.is_empty() && !e.remedy.is_empty()));
    entries.iter().map(|e| format!("{} {} {} {:?}", e.file, e.row, e.rule, e.severity)).collect()
}

#[test]
fn bad_rows_are_set_aside_by_rule() {
    for (row, rule) in [
        ("e1,1,2025-02-30,MED", "date.impossible"),
        ("e1,1,,MED", "date.missing"),
        ("e1,1,2025-02-01,QQ", "code.unknown"),
        ("e1,9,2025-02-01,MED", "record.unknown"),
        ("e1,,2025-02-01,MED", "key.missing"),
        (",1,2025-02-01,MED", "key.missing"),
        ("e1,1,2025-02-01", "row.ragged"),
        ("e1,1,2025-02-01,MED,x", "row.ragged"),
    ] {
        assert_eq!(rules(PEOPLE, &format!("{EVENTS}{row}\n")), [format!("e.csv 1 {rule} Error")], "{row}");
    }
    let twice = format!("{EVENTS}e1,1,2025-02-01,MED\ne1,1,2025-02-02,MED\n");
    assert_eq!(rules(PEOPLE, &twice), ["e.csv 2 key.duplicate Error"]);
    let other_record = format!("{PEOPLE}2,Eva,Sosa,1991-01-01,F\n");
    let of_two = format!("{EVENTS}e1,2,2025-02-01,MED\ne1,1,2025-02-02,MED\ne2,1,2025-02-02,MED\n");
    assert_eq!(rules(&other_record, &of_two), ["e.csv 2 key.duplicate Error"], "another record's id");
    let after_bad = format!("{EVENTS}e1,1,2025-02-31,MED\ne1,1,2025-02-02,MED\n");
    assert_eq!(rules(PEOPLE, &after_bad), ["e.csv 1 date.impossible Error"], "a row set aside claims no id");
    assert_eq!(rules(&format!("{PEOPLE}1,Eva,Ruiz,1990-05-01,F\n"), EVENTS), ["p.csv 2 key.duplicate Error"]);
    assert_eq!(rules(&format!("{PEOPLE},Eva,Sosa,1991-01-01,F\n"), EVENTS), ["p.csv 2 key.missing Error"]);
}

#[test]
fn what_a_record_can_do_without_is_a_warning() {
    assert_eq!(
        rules(&PEOPLE.replace("1990-05-01", "1990-05-41"), EVENTS),
        ["p.csv 1 birth_date.unusable Warning"]
    );
    assert_eq!(rules(&PEOPLE.replace(",F\n", ",Q\n"), EVENTS), ["p.csv 1 demographic.unknown Warning"]);
}

#[test]
fn bad_files_are_refused_whole_with_place_and_remedy() {
    let long = format!("{PEOPLE}2,\"Eva,Sosa,1991-01-01,F\n3,Mia,Luna,1992-01-01,F\n");
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("no header", vec![], "empty"),
        ("no column", b"id,first,dob,gender\n1,Ana,1990-05-01,F\n".to_vec(), "`last` is missing"),
        ("wrong delimiter", PEOPLE.replace(',', "~").into_bytes(), "delimiter"),
        ("twice", b"id,id,first,last,dob,gender\n".to_vec(), "stands twice"),
        ("cut in a quote", long.into_bytes(), "quoted field"),
        ("Windows-1252", b"id,first,last,dob,gender\n1,Jos\xe9,Ruiz,1990-05-01,F\n".to_vec(), "not UTF-8"),
        ("half a UTF-16 letter", b"\xff\xfei\0d\0\x00\xd8".to_vec(), "UTF-16LE"),
        ("binary", b"id\0,first".to_vec(), "not text"),
        ("a workbook", b"PK\x03\x04id,first".to_vec(), "workbook"),
        ("gzip", b"\x1f\x8bid,first".to_vec(), "gzip"),
    ];
    for (what, bytes, words) in cases {
        let agency = Agency::new();
        fs::write(agency.file("p.csv", ""), bytes).unwrap();
        agency.file("e.csv", EVENTS);
        let error = agency.encode(&profile(PROFILE), &agency.raw()).expect_err(what);
        assert!(error.is_input(), "{what}: {error}");
        let text = error.to_string();
        assert!(text.contains("p.csv") && text.contains(words) && text.contains(';'), "{what}: {text}");
        assert!(!agency.out().exists(), "{what}: nothing is half-written");
        assert_eq!(
            fs::read_dir(agency.folder.path()).unwrap().count(),
            3,
            "{what}: two keys and the raw folder"
        );
    }
    let agency = Agency::new();
    agency.file("p.csv", PEOPLE);
    let error = agency.encode(&profile(PROFILE), &agency.raw()).expect_err("a file is missing").to_string();
    assert!(error.contains("e.csv") && error.contains("optional"), "{error}");
}

#[test]
fn a_byte_order_mark_and_other_case_do_no_harm() {
    assert_eq!(rules(&format!("\u{feff}{}", PEOPLE.replace("first", " First ")), EVENTS), [""; 0]);
}

#[test]
fn keys_of_another_city_are_refused() {
    let agency = Agency::new();
    agency.file("p.csv", PEOPLE);
    agency.file("e.csv", EVENTS);
    let elsewhere = CityId::new("us-il-chicago").unwrap();
    let raw = agency.raw();
    let encode = |city: &CityId| {
        let (profile, out) = (profile(PROFILE), agency.out());
        let encoding =
            Encoding { profile: &profile, input: &raw, keys: &agency.keys, city, out: &out, day: None };
        encoding.encode(&mut |_| {})
    };
    let error = encode(&elsewhere).expect_err("another city");
    assert!(error.is_key_error(), "{error}");
    assert!(encode(&city()).is_ok());
}

#[test]
fn an_export_that_is_taken_for_a_profile_is_not_quoted() {
    let agency = Agency::new();
    for (text, line) in [("1,Ana,Ruiz,1990-05-01\n", 1), (PEOPLE, 1), ("Ana = \"Ruiz\"\nEva = Sosa\n", 2)] {
        let input = agency.file("p.csv", text);
        let error = Profile::read(&input).expect_err("no profile").to_string();
        assert!(error.contains(&format!("line {line}")) && error.contains("no source profile"), "{error}");
        for cell in ["Ana", "Ruiz", "Eva", "Sosa", "1990"] {
            assert!(!error.contains(cell), "{cell}: {error}");
        }
    }
    // Who writes a profile sees where it is wrong.
    let input = agency.file("profile.toml", &PROFILE.replace("\"hotline\"", "hotline"));
    assert!(Profile::read(&input).expect_err("no word").to_string().contains("hotline"));
}

#[test]
fn a_profile_must_say_what_may_leave() {
    let agency = Agency::new();
    agency.file("p.csv", PEOPLE);
    let silent = "source = \"s\"\nformat = \"csv\"\nsystem = \"hotline\"\n[identity]\nrecord_id = \"id\"\n";
    let error = agency.encode(&profile(silent), &agency.raw().join("p.csv")).expect_err("no [sharing]");
    assert!(error.is_configuration() && error.to_string().contains("sharing"), "{error}");
}

#[test]
fn only_an_extract_is_replaced() {
    let agency = Agency::new();
    agency.file("p.csv", PEOPLE);
    agency.file("e.csv", EVENTS);
    fs::create_dir(agency.out()).unwrap();
    fs::write(agency.out().join("thesis.txt"), "years of work").unwrap();
    let error = agency.encode(&profile(PROFILE), &agency.raw()).expect_err("somebody's folder");
    assert!(error.is_configuration(), "{error}");
    assert!(agency.out().join("thesis.txt").exists());
    fs::remove_file(agency.out().join("thesis.txt")).unwrap();
    agency.encode(&profile(PROFILE), &agency.raw()).unwrap();
    agency.encode(&profile(PROFILE), &agency.raw()).unwrap();
    let mut names: Vec<_> = fs::read_dir(agency.out()).unwrap().map(|e| e.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["events.parquet", "manifest.json", "people.parquet"]);
}

#[test]
fn a_name_column_without_names_is_told() {
    let agency = Agency::new();
    let people = |last: fn(usize) -> String| {
        let rows = (0..30).map(|i| format!("{i},Ana,{},1990-05-{:02},F\n", last(i), 1 + i % 28));
        "id,first,last,dob,gender\n".to_owned() + &rows.collect::<String>()
    };
    agency.file("e.csv", EVENTS);
    agency.file("p.csv", &people(|i| format!("19{:02}-01-02", 50 + i)));
    let notes = agency.encode(&profile(PROFILE), &agency.raw()).unwrap().notes.join("\n");
    assert!(notes.contains("30 of 30 records that fill it hold nothing usable as `last_name`"), "{notes}");
    agency.file("p.csv", &people(|i| ["Ruiz", "Lee", "Okafor"][i % 3].to_owned()));
    let notes = agency.encode(&profile(PROFILE), &agency.raw()).unwrap().notes;
    assert!(!notes.iter().any(|note| note.contains("nothing usable")), "{notes:?}");
}

#[test]
fn an_extract_that_holds_something_is_not_emptied() {
    let agency = Agency::new();
    agency.file("p.csv", PEOPLE);
    agency.file("e.csv", &format!("{EVENTS}e1,1,2025-02-01,MED\n"));
    agency.encode(&profile(PROFILE), &agency.raw()).unwrap();
    let before = fs::read(agency.out().join("manifest.json")).unwrap();
    let headers = |text: &str| text.lines().next().unwrap().to_owned() + "\n";
    for (people, events, words) in [
        (headers(PEOPLE), headers(EVENTS), "0 records and 0 events, of 0 rows read"),
        (PEOPLE.to_owned(), headers(EVENTS), "1 records and 0 events, of 1 rows read"),
        (PEOPLE.to_owned(), format!("{EVENTS}e1,9,2025-02-01,MED\n"), "1 set aside"),
    ] {
        agency.file("p.csv", &people);
        agency.file("e.csv", &events);
        let error = agency.encode(&profile(PROFILE), &agency.raw()).expect_err(words).to_string();
        assert!(error.contains(words) && error.contains("stays"), "{words}: {error}");
        assert_eq!(fs::read(agency.out().join("manifest.json")).unwrap(), before);
    }
    fs::remove_dir_all(agency.out()).unwrap();
    agency.encode(&profile(PROFILE), &agency.raw()).expect("a source may be empty");
}

#[cfg(unix)]
#[test]
fn the_extract_and_the_quarantine_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let agency = Agency::new();
    agency.file("p.csv", PEOPLE);
    agency.file("e.csv", EVENTS);
    let summary = agency.encode(&profile(PROFILE), &agency.raw()).unwrap();
    let files = ["people.parquet", "events.parquet", "manifest.json"].map(|name| agency.out().join(name));
    for path in files.into_iter().chain([agency.out(), summary.quarantine.clone()]) {
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0, "{}", path.display());
    }
    assert!(!summary.quarantine.starts_with(agency.out()), "the quarantine stays at the agency");
}

#[test]
fn a_place_that_can_not_be_written_is_an_io_error_and_nothing_is_left() {
    let agency = Agency::new();
    agency.file("p.csv", PEOPLE);
    agency.file("e.csv", EVENTS);
    let blocked = agency.folder.path().join("blocked");
    fs::write(&blocked, "").unwrap();
    let out = blocked.join("extract");
    let (profile, input, city) = (profile(PROFILE), agency.raw(), city());
    let encoding =
        Encoding { profile: &profile, input: &input, keys: &agency.keys, city: &city, out: &out, day: None };
    let error = encoding.encode(&mut |_| {}).expect_err("no folder can be made");
    assert!(error.is_io(), "{error}");
    assert_eq!(fs::metadata(&blocked).unwrap().len(), 0);
}

#[test]
fn a_full_disk_is_told_with_its_remedy() {
    let error = agency::EncodeError::Io {
        path: "out/people.parquet".into(),
        error: std::io::Error::from(std::io::ErrorKind::StorageFull),
    };
    assert!(error.is_io() && error.to_string().contains("free some space"), "{error}");
}

#[test]
fn hmis_without_hash_status_is_refused() {
    let agency = Agency::new();
    agency.file("Export.csv", "ExportID\n1\n");
    agency.file("Client.csv", "PersonalID\n1\n");
    let error = agency.encode(&shipped("hmis.toml"), &agency.raw()).expect_err("no HashStatus").to_string();
    assert!(error.contains("Export.csv") && error.contains("HashStatus"), "{error}");
}
