//! Ids, numbers and blanks as spreadsheets, databases and statistics programs write them.

use std::fmt::Write;
use std::fs;
use std::sync::Arc;

use agency::{EncodeError, Summary};
use arrow::array::{ArrayRef, Float32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;

use crate::fixture::{Agency, profile, quarantine};

const PROFILE: &str = r#"
    source = "s"
    format = "csv"
    system = "hotline"
    people = "p.csv"
    EXTRA
    [identity]
    record_id = "id"
    first_name = "first"
    middle_name = "middle"
    last_name = "last"
    birth_date = "dob"
    ssn = "ssn"
    phone = "phone"
    postcode = "zip"
    [sharing]
    birth_year = false
    date_precision = "day"
    purposes = ["link", "measure"]
    consent_scope = "link"
    [[file]]
    name = "p.csv"
    [[file]]
    name = "e.csv"
    record = "id"
    key = "event"
    [[file.event]]
    kind = "contact"
    date = "on"
"#;
const HEADER: &str = "id,first,middle,last,dob,ssn,phone,zip\n";

fn encode_with(people: &str, events: &str, text: &str) -> Result<(Agency, Summary), EncodeError> {
    let agency = Agency::new();
    agency.file("p.csv", &format!("{HEADER}{people}"));
    agency.file("e.csv", &format!("event,id,on\n{events}"));
    let summary = agency.encode(&profile(text), &agency.raw())?;
    for rows in &summary.rows {
        assert_eq!(rows.read, rows.used + rows.skipped + rows.quarantined, "{}", rows.file);
    }
    Ok((agency, summary))
}

fn encode(people: &str, events: &str) -> Result<(Agency, Summary), EncodeError> {
    encode_with(people, events, &PROFILE.replace("EXTRA", ""))
}

fn rules(summary: &Summary) -> Vec<String> {
    quarantine(summary).into_iter().map(|e| format!("{} {} {} {}", e.file, e.row, e.rule, e.field)).collect()
}

/// Ten digits that a spreadsheet shows as `9.86E+09` are everybody's.
#[test]
fn an_id_that_was_rounded_is_no_id() {
    for id in ["9.86E+09", "9.86e+09", "9,86E+09", "1E+16", "1.2E16"] {
        let people = format!("\"{id}\",Ana,,Ruiz,1990-05-01,,,\n7,Eva,,Sosa,1991-05-01,,,\n");
        let (agency, summary) = encode(&people, &format!("1,\"{id}\",2025-01-02\n2,7,2025-01-02\n")).unwrap();
        assert_eq!(
            rules(&summary),
            ["p.csv 1 key.rounded record_id", "e.csv 1 key.rounded record_id"],
            "{id}"
        );
        assert_eq!((agency.people().len, agency.events().len), (1, 1));
        let people = "7,Eva,,Sosa,1991-05-01,,,\n";
        let (_agency, summary) = encode(people, &format!("\"{id}\",7,2025-01-02\n")).unwrap();
        assert_eq!(rules(&summary), ["e.csv 1 key.rounded key"], "{id}");
    }
    for id in ["12E05", "9E1", "A.E+09", "1.2.3", "E+09", "1986-09", "1E10"] {
        let (_, summary) =
            encode(&format!("{id},Ana,,Ruiz,1990-05-01,,,\n"), &format!("1,{id},2025-01-02\n")).unwrap();
        assert_eq!((summary.quarantined, summary.events), (0, 1), "{id}");
    }
    let (mut people, mut events) = (String::new(), String::new());
    for i in 0..36 {
        let id = if i % 3 == 0 { i.to_string() } else { format!("9.{i:02}E+09") };
        writeln!(people, "{id},Ana,,Ruiz{i},1990-05-01,,,").unwrap();
        writeln!(events, "{i},{id},2025-01-02").unwrap();
    }
    let error = encode(&people, &events).err().map(|error| error.to_string()).unwrap_or_default();
    assert!(
        error.contains("`record_id`") && error.contains("24 of 36") && !error.contains("E+09"),
        "{error}"
    );
}

/// Events of 204 people hung on 91 records whose ids had run together.
#[test]
fn where_rows_of_one_id_name_different_people_its_events_are_nobodys() {
    let first = "7,Ana,,Ruiz,1990-05-01,,,\n8,Mia,,Luna,1993-02-01,,,\n";
    let events = "1,7,2025-01-02\n2,8,2025-01-03\n3,7,2025-01-04\n";
    for (second, same) in [
        ("7,Eva,,Sosa,1991-08-01,,,\n", false),
        ("7,Eva,,Ruiz,1991-08-01,,,\n", false),
        ("7,Eva,,Sosa,,,,\n", false),
        ("7,Ana,,Ruiz,1991-08-01,,,\n", true),
        ("7,Ana,,Sosa,1990-05-01,,,\n", true),
        ("7,ana,,RUIZ,1990-05-01,,,\n", true),
        ("7,Ruiz,,Ana,,,,\n", true),
        ("7,,,,,,,\n", true),
    ] {
        let (agency, summary) = encode(&format!("{first}{second}"), events).unwrap();
        let expected: &[&str] = if same {
            &["p.csv 3 key.duplicate record_id"]
        } else {
            &[
                "p.csv 3 record.disputed record_id",
                "e.csv 1 record.disputed record_id",
                "e.csv 3 record.disputed record_id",
            ]
        };
        assert_eq!(rules(&summary), expected, "{second}");
        assert_eq!(agency.events().len, if same { 3 } else { 1 }, "{second}");
        assert_eq!(agency.people().len, 2, "the first is somebody all the same");
    }
}

fn tokens_of(cells: &str) -> (Vec<String>, Summary) {
    let (agency, summary) = encode(&format!("1,Ana,,Ruiz,1990-05-01,{cells}\n"), "").unwrap();
    let people = agency.people();
    let names: Vec<_> = people.names().filter(|name| name.starts_with("t_")).map(str::to_owned).collect();
    let tokens =
        names.iter().flat_map(|name| people.column(name).into_iter().map(str::to_owned).collect::<Vec<_>>());
    (tokens.collect(), summary)
}

/// pandas writes 012-34-5678 as `12345678.0`, whose nine digits are somebody else's.
#[test]
fn a_number_with_a_decimal_point_is_read_without_its_decimals_or_not_at_all() {
    let (none, _) = tokens_of(",,");
    for (cells, means, field) in [
        ("536228765.0,,", "536228765,,", None),
        ("536228765.00,,", "536228765,,", None),
        ("12345678.0,,", ",,", Some("ssn")),
        ("123-45-678.0,,", ",,", Some("ssn")),
        ("53622876-5,,", ",,", Some("ssn")),
        ("536.22.8765,,", "536228765,,", None),
        ("536-228765,,", "536228765,,", None),
        ("8765.0,,", "8765,,", None),
        ("876.0,,", ",,", Some("ssn")),
        (",4045551234.0,", ",4045551234,", None),
        (",14045551234.0,", ",4045551234,", None),
        (",404234567.0,", ",,", Some("phone")),
        (",,30303.0", ",,30303", None),
        (",,303031234.0", ",,30303", None),
        (",,2134.0", ",,", Some("postcode")),
        (",,21344433", ",,", Some("postcode")),
        (",,2134-4433", ",,", Some("postcode")),
        (",,30303-1234", ",,30303", None),
        (",,2134", ",,2134", None),
    ] {
        let ((tokens, summary), (same, _)) = (tokens_of(cells), tokens_of(means));
        assert!(tokens == same, "{cells} is {means}");
        assert_eq!(same == none, means == ",,", "{means}");
        let unusable: Vec<_> = summary.unusable.keys().map(String::as_str).collect();
        assert_eq!(unusable, field.into_iter().collect::<Vec<_>>(), "{cells}");
    }
}

#[test]
fn a_year_and_a_day_with_a_decimal_point_are_read_without_it() {
    let text = PROFILE
        .replace("EXTRA", "")
        .replace("birth_date = \"dob\"", "birth_date = { column = \"dob\", formats = [\"%Y%m%d\"] }");
    let birth = |cell: &str| {
        let (agency, _) = encode_with(&format!("1,Ana,,Ruiz,{cell},,,\n"), "", &text).unwrap();
        agency.people().column("t_first_dob")[0].to_owned()
    };
    assert!(!birth("19900501").is_empty() && birth("19900501.0") == birth("19900501"));
    assert_eq!(birth("1990051.0"), "");
}

fn parquet(ids: ArrayRef, ssns: ArrayRef) -> (Agency, Summary) {
    let agency = Agency::new();
    let path = agency.file("p.parquet", "");
    let text = |cells: [&str; 2]| Arc::new(StringArray::from(cells.to_vec())) as ArrayRef;
    let columns = [
        ("id", ids),
        ("first", text(["Ana", "Eva"])),
        ("middle", text(["", ""])),
        ("last", text(["Ruiz", "Sosa"])),
        ("dob", text(["1990-05-01", "1991-05-01"])),
        ("ssn", ssns),
        ("phone", text(["", ""])),
        ("zip", text(["", ""])),
    ];
    let batch =
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, c)| (n, c, true))).unwrap();
    let mut writer = ArrowWriter::try_new(fs::File::create(&path).unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let text = PROFILE.replace("EXTRA", "").replace("\"csv\"", "\"parquet\"").replace("p.csv", "p.parquet");
    let summary = agency.encode(&profile(&text[..text.rfind("[[file]]").unwrap()]), &agency.raw()).unwrap();
    (agency, summary)
}

/// A column with a null becomes one of floats in pandas: ids changed, and SSNs without their zero were others'.
#[test]
fn a_whole_number_in_a_parquet_column_of_floats_is_that_number() {
    let (ints, _) = parquet(
        Arc::new(Int64Array::from(vec![9_860_000_123, 7])),
        Arc::new(Int64Array::from(vec![536_228_765, 12_345_678])),
    );
    let (floats, summary) = parquet(
        Arc::new(Float64Array::from(vec![9_860_000_123.0, 7.0])),
        Arc::new(Float64Array::from(vec![536_228_765.0, 12_345_678.0])),
    );
    assert_eq!(summary.unusable["ssn"], 1);
    for column in ["record_id", "t_ssn_first"] {
        if ints.people().names().any(|name| name == column) {
            assert_eq!(ints.people().column(column), floats.people().column(column), "{column}");
        }
    }
    // A float of 32 bits has seven digits, and 64 bits have sixteen.
    let (_agency, summary) = parquet(
        Arc::new(Float32Array::from(vec![9_860_000_123.0, 7.0])),
        Arc::new(Int64Array::from(vec![536_228_765, 12_345_678])),
    );
    assert_eq!(rules(&summary), ["p.parquet 1 key.rounded record_id"]);
    let (_agency, summary) = parquet(
        Arc::new(Float64Array::from(vec![98_600_001_230_000_000_000.0, 7.0])),
        Arc::new(Int64Array::from(vec![536_228_765, 12_345_678])),
    );
    assert_eq!(rules(&summary), ["p.parquet 1 key.rounded record_id"]);
}

/// A middle name of `\N` had the initial N.
#[test]
fn words_for_nothing_are_blank_in_every_column() {
    let (clean, _) = encode("1,Ana,,Ruiz,1990-05-01,,,\n", "1,1,2025-01-02\n").unwrap();
    for word in [
        "\\N", "NULL", "(null)", "<null>", "N/A", "#N/A", "#NULL!", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?",
        "#NUM!", "NaN", "NaT", "<NA>", "-", "--", ".", "..", "####",
    ] {
        let people = format!("1,Ana,{word},Ruiz,1990-05-01,{word},{word},{word}\n");
        let (agency, summary) = encode(&people, "1,1,2025-01-02\n").unwrap();
        assert!(summary.unusable.is_empty(), "{word}: {:?}", summary.unusable);
        let bytes = |agency: &Agency| fs::read(agency.out().join("people.parquet")).unwrap();
        assert!(bytes(&agency) == bytes(&clean), "{word}");
        let (_agency, summary) =
            encode(&people, &format!("1,1,{word}\n2,{word},2025-01-02\n{word},1,2025-01-02\n")).unwrap();
        assert_eq!(
            rules(&summary),
            ["e.csv 1 date.missing on", "e.csv 2 key.missing record_id", "e.csv 3 key.missing key"],
            "{word}"
        );
    }
}

/// Where a profile knows the word, it is a code; and a consent that nobody can read is none.
#[test]
fn a_word_for_nothing_is_a_code_where_the_profile_lists_it_and_never_a_consent() {
    let text = r#"
        source = "s"
        format = "csv"
        system = "hotline"
        people = "p.csv"
        BLANKS
        [identity]
        record_id = "id"
        first_name = "first"
        last_name = "last"
        birth_date = "dob"
        [sharing]
        birth_year = false
        date_precision = "day"
        purposes = ["link", "measure"]
        consent_scope = { column = "ok", codes = { N = "none" }, blank = "link" }
        consent_end = "until"
        [[demographics.substance_use]]
        value = { column = "sud", codes = { "-" = "no", "+" = "yes" } }
        [[file]]
        name = "p.csv"
    "#;
    let of = |row: &str, blanks: &str| {
        let agency = Agency::new();
        agency.file("p.csv", &format!("id,first,last,dob,ok,until,sud\n1,Ana,Ruiz,1990-05-01,{row}\n"));
        let summary = agency.encode(&profile(&text.replace("BLANKS", blanks)), &agency.raw()).unwrap();
        (agency.people().lines(&["consent_scope", "substance_use"]), summary.by_rule)
    };
    assert_eq!(of(",,-", "").0, ["link no"]);
    assert_eq!(of(",,N/A", "").0, ["link unknown"]);
    for row in ["#REF!,,+", "NULL,,+", ",#REF!,+", ",NULL,+", "-,,+"] {
        let (lines, by_rule) = of(row, "");
        // A code that nobody can read may have been a no; a day takes the tokens alone.
        let left = if row.starts_with(',') { vec!["count_only yes"] } else { Vec::new() };
        assert_eq!(lines, left, "{row}");
        assert_eq!(by_rule["consent.unknown"], 1, "{row}");
        // Who says what it means may.
        let (lines, by_rule) = of(row, "blanks = [\"NULL\", \"#REF!\"]");
        let known = row != "-,,+";
        let left = if known { vec!["link yes".to_owned()] } else { Vec::new() };
        assert_eq!((lines, by_rule.is_empty()), (left, known));
    }
}

/// Of a column that half of the rows fill, every cell was lost, and no note said so.
#[test]
fn a_column_of_which_most_that_it_holds_is_unusable_is_told() {
    let rows = |count: u32, filled: u32, good: u32| {
        let mut rows = String::new();
        for i in 0..count {
            let ssn = match i {
                _ if i < good => format!("53622{:04}", 8000 + i),
                _ if i < filled => format!("5.36E+0{}", i % 9),
                _ => String::new(),
            };
            writeln!(rows, "{i},Ana{i},,Ruiz,19{:02}-05-01,{ssn},,", 50 + i % 50).unwrap();
        }
        let (_, summary) = encode(&rows, "").unwrap();
        summary.notes.into_iter().find(|note| note.contains("`ssn`")).unwrap_or_default()
    };
    assert!(rows(100, 40, 0).contains("40 of 40"));
    assert!(rows(100, 40, 15).contains("25 of 40"));
    assert!(rows(100, 6, 0).contains("6 of 6"), "however few");
    assert_eq!(rows(100, 40, 25), "");
    assert_eq!(rows(100, 4, 0), "");
}
