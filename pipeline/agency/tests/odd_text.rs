//! Text as agencies' systems write it: other encodings, delimiters, line ends, and rows that are no
//! rows. What can be read gives the very extract that plain UTF-8 gives.

use std::fmt::Write;
use std::fs;

use agency::{EncodeError, Summary};

use crate::fixture::{Agency, profile, quarantine};

const PROFILE: &str = r#"
    source = "s"
    format = "csv"
    system = "hotline"
    people = "p.csv"
    date_formats = ["%Y-%m-%d", "%m/%d/%Y", "%Y%m%d", "%d-%b-%Y", "%d.%m.%Y"]
    [identity]
    record_id = "id"
    first_name = "first"
    last_name = "last"
    birth_date = { column = "dob", formats = ["%Y-%m-%d", "%m/%d/%Y", "%Y%m%d", "%d-%b-%Y", "%d.%m.%Y"] }
    [sharing]
    birth_year = false
    date_precision = "day"
    purposes = ["link", "measure"]
    consent_scope = "link"
    [[file]]
    name = "p.csv"
    [[file.event]]
    kind = "contact"
    date = "seen"
"#;
const PEOPLE: &str =
    "id,first,last,dob,seen\n1,José,\"Ruiz, Díaz\",1990-05-01,2025-01-02\n2,Mia,Luna,1991-06-02,2025-02-03\n";

/// The extract's bytes and the summary, or why there is none.
fn encoded(text: &[u8], profile_text: &str) -> Result<(Vec<Vec<u8>>, Summary), EncodeError> {
    let agency = Agency::new();
    fs::write(agency.file("p.csv", ""), text).unwrap();
    let summary = agency.encode(&profile(profile_text), &agency.raw())?;
    for rows in &summary.rows {
        assert_eq!(rows.read, rows.used + rows.skipped + rows.quarantined, "{}", rows.file);
    }
    let files = ["people.parquet", "events.parquet"].map(|name| fs::read(agency.out().join(name)).unwrap());
    Ok((files.to_vec(), summary))
}

fn extract(text: &[u8]) -> Vec<Vec<u8>> {
    let (files, summary) = encoded(text, PROFILE).unwrap();
    assert_eq!((summary.records, summary.events, summary.quarantined), (2, 2, 0));
    files
}

fn refusal(text: &[u8], profile_text: &str) -> String {
    let error = encoded(text, profile_text).expect_err("refused");
    assert!(error.is_input(), "{error}");
    error.to_string()
}

fn utf16(text: &str, little: bool) -> Vec<u8> {
    text.encode_utf16()
        .flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() })
        .collect()
}

#[test]
fn utf16_is_read_with_a_mark_and_without() {
    let plain = extract(PEOPLE.as_bytes());
    for little in [true, false] {
        assert_eq!(extract(&utf16(PEOPLE, little)), plain);
        assert_eq!(extract(&utf16(&format!("\u{feff}{PEOPLE}"), little)), plain);
    }
    assert_eq!(extract(format!("\u{feff}{PEOPLE}").as_bytes()), plain);
}

#[test]
fn utf16_longer_than_a_buffer_is_read_whole() {
    let mut text = PEOPLE.lines().next().unwrap().to_owned() + "\n";
    for i in 0..20_000 {
        writeln!(text, "{i},Ána,Núñez{i},1990-05-01,2025-01-02").unwrap();
    }
    let (plain, summary) = encoded(text.as_bytes(), PROFILE).unwrap();
    assert_eq!(summary.records, 20_000);
    assert_eq!(encoded(&utf16(&text, true), PROFILE).unwrap().0, plain);
}

#[test]
fn windows_1252_is_read_where_the_profile_says_so_and_refused_with_the_remedy_elsewhere() {
    let (bytes, _, lossy) = encoding_rs::WINDOWS_1252.encode(PEOPLE);
    assert!(!lossy);
    let error = refusal(&bytes, PROFILE);
    assert!(error.contains("p.csv") && error.contains("row 1") && error.contains("encoding = "), "{error}");
    assert!(!error.contains("Jos"), "no value is quoted: {error}");
    let declared = format!("encoding = \"windows-1252\"\n{PROFILE}");
    assert_eq!(encoded(&bytes, &declared).unwrap().0, extract(PEOPLE.as_bytes()));
    assert!(
        agency::Profile::parse(&format!("encoding = \"elvish\"\n{PROFILE}"), std::path::Path::new("t"))
            .is_err()
    );
}

#[test]
fn utf8_that_a_profile_calls_windows_1252_is_refused() {
    let declared = format!("encoding = \"windows-1252\"\n{PROFILE}");
    let error = refusal(PEOPLE.as_bytes(), &declared);
    assert!(error.contains("p.csv") && error.contains("is UTF-8") && error.contains("`encoding"), "{error}");
    // Late in a long file too.
    let mut long = "id,first,last,dob,seen\n".to_owned();
    for i in 0..4_000 {
        writeln!(long, "{i},Ana,Paz,1990-05-01,2025-01-02").unwrap();
    }
    assert_eq!(encoded(long.as_bytes(), &declared).unwrap().1.records, 4_000, "ASCII is both");
    long.push_str("x,José,Paz,1990-05-01,2025-01-02\n");
    assert!(refusal(long.as_bytes(), &declared).contains("is UTF-8"));
    let mark = format!("\u{feff}{PEOPLE}");
    assert_eq!(
        encoded(mark.as_bytes(), &declared).unwrap().0,
        extract(PEOPLE.as_bytes()),
        "a mark has precedence"
    );
}

/// `ñ` of UTF-8, read as Windows-1252 and saved as UTF-8, is two letters of nobody's name.
#[test]
fn text_that_was_encoded_twice_is_told() {
    let twice = encoding_rs::WINDOWS_1252.decode(PEOPLE.as_bytes()).0.into_owned();
    let notes = |text: &str| encoded(text.as_bytes(), PROFILE).unwrap().1.notes;
    assert!(notes(PEOPLE).is_empty());
    let told = notes(&twice);
    assert!(
        told.len() == 1 && told[0].contains("1 rows of `p.csv` hold letters that were made UTF-8 twice"),
        "{told:?}"
    );
}

#[test]
fn utf16_without_its_last_byte_was_cut_off() {
    for text in [utf16(PEOPLE, true), utf16(&format!("\u{feff}{PEOPLE}"), true)] {
        let error = refusal(&text[..text.len() - 1], PROFILE);
        assert!(error.contains("cut off") && !error.contains("windows-1252"), "{error}");
    }
}

#[test]
fn semicolons_and_tabs_are_seen_by_the_header() {
    let plain = extract(PEOPLE.as_bytes());
    // The comma within a quoted name stays.
    for delimiter in [";", "\t", "|"] {
        let text =
            PEOPLE.replace("\"Ruiz, Díaz\"", "\"Ruiz~ Díaz\"").replace(',', delimiter).replace('~', ",");
        assert_eq!(extract(text.as_bytes()), plain, "{delimiter:?}");
    }
}

#[test]
fn line_ends_of_any_system_and_quotes_across_lines() {
    let plain = extract(PEOPLE.as_bytes());
    for end in ["\r\n", "\r"] {
        assert_eq!(extract(PEOPLE.replace('\n', end).as_bytes()), plain, "{end:?}");
    }
    assert_eq!(extract(PEOPLE.trim_end().as_bytes()), plain, "no end of the last line");
    assert_eq!(extract(PEOPLE.replace("2,Mia", "\n\n2,Mia").as_bytes()), plain, "blank lines");
    let across = "id,first,last,dob,seen,note\n1,José,\"Ruiz, Díaz\",1990-05-01,2025-01-02,\"a\n\"\"b\"\"\n\"\n2,Mia,Luna,1991-06-02,2025-02-03,\n";
    assert_eq!(extract(across.as_bytes()), plain);
}

#[test]
fn columns_come_in_any_order_and_case_and_others_may_stand_twice() {
    let plain = extract(PEOPLE.as_bytes());
    let reordered = "NOTE,DOB,Seen,LAST,First,ID,note\nx,1990-05-01,2025-01-02,\"Ruiz, Díaz\",José,1,y\nx,1991-06-02,2025-02-03,Luna,Mia,2,y\n";
    assert_eq!(extract(reordered.as_bytes()), plain);
    let twice = refusal(b"id,first,last,dob,seen,FIRST\n", PROFILE);
    assert!(twice.contains("`first` stands twice"), "{twice}");
}

#[test]
fn dates_in_five_formats_are_the_same_dates() {
    let plain = extract(PEOPLE.as_bytes());
    for (birth, seen) in [
        ("05/01/1990", "01/02/2025"),
        ("5/1/1990", "1/2/2025"),
        ("19900501", "20250102"),
        ("01-May-1990", "02-JAN-2025"),
        ("01.05.1990", "02.01.2025"),
        ("1990-05-01 00:00:00", "2025-01-02T13:00:01"),
    ] {
        let text = PEOPLE.replace("1990-05-01", birth).replace("2025-01-02", seen);
        assert_eq!(extract(text.as_bytes()), plain, "{birth} {seen}");
    }
}

#[test]
fn a_field_of_100_megabytes_sets_its_row_aside_and_nothing_else() {
    // At the end: an event without a key of its own goes by its row's number.
    let mut text =
        PEOPLE.replace("seen", "seen,note").replace("02\n", "02,\n").replace("03\n", "03,\n").into_bytes();
    text.extend_from_slice(b"3,Ana,Paz,1990-05-01,2025-01-02,\"");
    text.resize(text.len() + 100_000_000, b'x');
    text.extend_from_slice(b"\"\n");
    let (files, summary) = encoded(&text, PROFILE).unwrap();
    assert_eq!((summary.records, summary.quarantined), (2, 1));
    assert_eq!(summary.by_rule["row.too_long"], 1);
    assert!(files == extract(PEOPLE.as_bytes()));
    // A quote without its twin makes one row of all that follows.
    let lost = [&text[..text.len() - 100], b"\n4,Eva,Sosa,1990-05-01,2025-01-02,\n"].concat();
    let error = refusal(&lost, PROFILE);
    assert!(error.contains("quote"), "{error}");
}

#[test]
fn a_row_with_a_zero_byte_and_a_cut_row_are_set_aside() {
    let agency = Agency::new();
    let text = format!("{PEOPLE}3,A\0a,Paz,1990-05-01,2025-01-02\n4,Eva,So");
    fs::write(agency.file("p.csv", ""), text).unwrap();
    let summary = agency.encode(&profile(PROFILE), &agency.raw()).unwrap();
    assert_eq!(summary.records, 2);
    let entries: Vec<_> = quarantine(&summary).into_iter().map(|e| (e.row, e.rule)).collect();
    assert_eq!(entries, [(3, "row.not_text".to_owned()), (4, "row.ragged".to_owned())]);
}

#[test]
fn a_file_of_only_a_header_has_no_record_and_an_empty_one_is_refused() {
    let (_, summary) = encoded(b"id,first,last,dob,seen\n", PROFILE).unwrap();
    assert_eq!((summary.records, summary.events), (0, 0));
    assert!(summary.notes.iter().any(|note| note.contains("no record")));
    for text in ["", "\n\r\n", "\u{feff}"] {
        assert!(refusal(text.as_bytes(), PROFILE).contains("empty"), "{text:?}");
    }
}

#[test]
fn codes_of_another_years_list_are_told_as_such() {
    let coded = "    [file.allowed]\n    kind = [101, 116, 118]\n";
    let mut text = "id,first,last,dob,seen,kind\n".to_owned();
    for i in 0..40 {
        // Codes of an earlier year in three of four rows.
        let code = if i % 4 == 0 { 101 } else { 16 };
        writeln!(text, "{i},Ana{i},Paz,1990-05-01,2025-01-02,{code}").unwrap();
    }
    let profile_text = PROFILE.replace("    [[file.event]]", &format!("{coded}    [[file.event]]"));
    let error = refusal(text.as_bytes(), &profile_text);
    for word in ["p.csv", "`kind`", "30 of 40", "another year", "profile"] {
        assert!(error.contains(word), "{word}: {error}");
    }
    // A few are slips of the key.
    let (_, summary) =
        encoded(text.replace(",16\n", ",118\n").replacen("101", "16", 9).as_bytes(), &profile_text).unwrap();
    assert_eq!((summary.records, summary.quarantined), (31, 9));
    // A breakdown can do without: its rows go on, and the summary says why they count as unknown.
    let gender =
        "    [[demographics.gender]]\n    value = { column = \"kind\", codes = { 101 = \"female\" } }\n";
    let profile_text = PROFILE.replace("    [[file]]", &format!("{gender}    [[file]]"));
    let (_, summary) = encoded(text.as_bytes(), &profile_text).unwrap();
    assert_eq!((summary.records, summary.quarantined), (40, 0));
    let noted = |note: &String| {
        note.contains("30 of 40") && note.contains("`gender`") && note.contains("another year")
    };
    assert!(summary.notes.iter().any(noted), "{:?}", summary.notes);
}
