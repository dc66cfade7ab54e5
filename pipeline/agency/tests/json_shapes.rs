//! Files of JSON that are no lines of objects are told as what they are, and those of other line ends are read.

use agency::{EncodeError, Summary};

use crate::fixture::{Agency, CONTACTS, of_lines, profile, shipped};

const CONSENT: &str = r#"consent_scope = { column = "release", codes = { yes = "link" } }"#;
const CLIENTS: [&str; 3] = [
    r#"{"id":"C1","first":"Ana","last":"Ruiz","dob":"1990-05-01","release":"yes"}"#,
    r#"{"id":"C2","first":"Eva","last":"Sosa","dob":"1991-05-02","release":"yes"}"#,
    r#"{"id":"C3","first":"Mia","last":"Luna","dob":"1992-05-03","release":"yes"}"#,
];
const EVENTS: &str = "{\"id\":\"C1\",\"on\":\"2025-01-02\"}\n{\"id\":\"C2\",\"on\":\"2025-01-03\"}\n";

fn rules() -> String {
    of_lines(CONTACTS, CONSENT)
}

fn encode(clients: &str, events: &str) -> (Agency, Result<Summary, EncodeError>) {
    let agency = Agency::new();
    agency.file("p.ndjson", clients);
    agency.file("e.ndjson", events);
    let encoded = agency.encode(&profile(&rules()), &agency.raw());
    if let Ok(summary) = &encoded {
        for rows in &summary.rows {
            assert_eq!(rows.read, rows.used + rows.skipped + rows.quarantined, "{}", rows.file);
        }
    }
    (agency, encoded)
}

#[test]
fn a_list_and_objects_over_several_lines_are_told_as_such() {
    let pretty = |client: &str| client.replace('{', "{\n  ").replace(',', ",\n  ").replace('}', "\n}");
    for (text, cause) in [
        (format!("[{}]", CLIENTS.join(",")), "one JSON list"),
        (format!("[{}]\n", CLIENTS[0]), "one JSON list"),
        (format!("[\n{}\n]\n", CLIENTS.join(",\n")), "one JSON list"),
        (format!("[\n{}\n]\n", CLIENTS.map(pretty).join(",\n")), "one JSON list"),
        (CLIENTS.map(pretty).join("\n"), "several lines each"),
        (pretty(CLIENTS[0]), "several lines each"),
        (CLIENTS.join(""), "several JSON objects"),
        (CLIENTS.join(" "), "several JSON objects"),
        (CLIENTS.join(","), "is no JSON object"),
    ] {
        let error = encode(&text, EVENTS).1.unwrap_err();
        let said = error.to_string();
        assert!(error.is_input() && said.contains("p.ndjson") && said.contains(cause), "{text}: {said}");
        assert!(!said.contains("Ana") && !said.contains("C1"), "{said}");
    }
}

#[test]
fn two_objects_on_a_line_are_set_aside_by_that_cause_and_protect_both() {
    let text = format!("{}\n{}\n{}\n{}{}\n", CLIENTS[0], CLIENTS[1], CLIENTS[2], CLIENTS[0], CLIENTS[1]);
    let (agency, summary) = encode(&text, EVENTS);
    let summary = summary.unwrap();
    assert_eq!((summary.by_rule["row.several_objects"], summary.records), (1, 3));
    assert_eq!(agency.people().lines(&["consent_scope"]), ["count_only", "count_only", "link"]);
}

#[test]
fn lines_end_as_on_windows_unix_and_old_macs() {
    let read = |end: &str| {
        let (agency, summary) = encode(&(CLIENTS.join(end) + end), &EVENTS.replace('\n', end));
        let summary = summary.unwrap();
        assert_eq!((summary.records, summary.events, summary.quarantined), (3, 2, 0), "{end:?}");
        let people = agency.people();
        let names: Vec<_> = people.names().collect();
        people.lines(&names)
    };
    let unix = read("\n");
    assert_eq!(read("\r\n"), unix);
    assert_eq!(read("\r"), unix);
    assert_eq!(read("\r\r"), unix, "blank lines are none");
}

/// A hotline's quiet night.
#[test]
fn a_file_without_a_line_holds_nobody() {
    for text in ["", "\n", "\r\n \r\n", "\u{feff}"] {
        let agency = Agency::new();
        let input = agency.file("contacts.ndjson", text);
        for input in [input, agency.raw()] {
            let summary = agency.encode(&shipped("hotline.toml"), &input).unwrap();
            assert_eq!((summary.records, summary.events, summary.quarantined), (0, 0, 0), "{text:?}");
            let notes = summary.notes.join("\n");
            assert!(notes.contains("no row stands in `contacts.ndjson`"), "{notes}");
            assert!(!notes.contains("no line of"), "{notes}");
        }
        // Nothing happened to those who are known; and an extract of somebody is not emptied.
        let (agency, summary) = encode(&CLIENTS.join("\n"), text);
        let summary = summary.unwrap();
        assert!(summary.records == 3 && summary.events == 0 && summary.tokens > 0, "{:?}", summary.notes);
        agency.file("p.ndjson", text);
        let error = agency.encode(&profile(&rules()), &agency.raw()).unwrap_err().to_string();
        assert!(error.contains("the extract that is here stays"), "{error}");
    }
}

#[test]
fn a_key_that_some_lines_misspell_is_told() {
    let told = |text: &str| -> Vec<String> {
        let notes = encode(text, EVENTS).1.unwrap().notes;
        notes.into_iter().filter(|note| note.contains("in one character")).collect()
    };
    let all = |clients: &[String]| clients.join("\n");
    let right = CLIENTS.map(str::to_owned);
    assert!(told(&all(&right)).is_empty());
    let mut one = right.clone();
    one[1] = one[1].replace("\"dob\"", "\"born\"").replace("\"last\"", "\"lsat\"");
    let notes = told(&all(&one));
    assert!(
        notes.len() == 1 && notes[0].starts_with("1 lines of `p.ndjson`") && notes[0].contains("`last`"),
        "{notes:?}"
    );
    let every = right.clone().map(|client| client.replace("\"last\"", "\"lasst\""));
    let notes = told(&all(&every));
    assert!(notes.len() == 1 && notes[0].starts_with("3 lines of `p.ndjson`"), "{notes:?}");
    // A column of its own, beside the one that is mapped.
    let both = right.clone().map(|client| client.replace("\"last\"", "\"lasts\":\"no\",\"last\""));
    assert!(told(&all(&both)).is_empty());
}

#[test]
fn a_column_that_is_missing_has_a_near_one_beside_it() {
    let csv = rules()
        .replace("ndjson", "csv")
        .replace("[[file]]\n    name = \"e.csv\"", "[[file]]\n    optional = true\n    name = \"e.csv\"");
    let agency = Agency::new();
    let missing = |header: &str| {
        agency.file("p.csv", &format!("{header}\nC1,Ana,Ruiz,1990-05-01,yes\n"));
        agency.encode(&profile(&csv), &agency.raw()).map_err(|error| error.to_string())
    };
    assert!(missing("id,first,last,dob,release").is_ok());
    let error = missing("id,first,last,dob,relase").unwrap_err();
    assert!(
        error.contains("`release` is missing; the name of column 5 differs from it in one character"),
        "{error}"
    );
    let error = missing("id,first,last,dob,Zqxv").unwrap_err();
    assert!(
        error.contains("`release` is missing; export") && !error.to_lowercase().contains("zqxv"),
        "{error}"
    );
}

/// An exporter of a new version appended to the file of the old one.
#[test]
fn a_key_that_lines_call_otherwise_from_some_line_on_is_told() {
    let told = |renamed: std::ops::Range<usize>, further: &str| {
        let clients: Vec<String> = (0..24)
            .map(|at| {
                let key = if renamed.contains(&at) { "consent" } else { "release" };
                let further = if at == 0 { further } else { "" };
                format!("{{\"id\":\"C{at}\",\"first\":\"Ana\",\"last\":\"Paz\",\"dob\":\"1990-05-01\",\"{key}\":\"yes\"{further}}}")
            })
            .collect();
        let notes = encode(&clients.join("\n"), EVENTS).1.unwrap().notes;
        let other = "no line of `p.ndjson` has `release` behind row 16, and only behind it stands a key";
        notes.iter().filter(|note| note.starts_with(other)).count()
    };
    assert_eq!((told(16..24, ""), told(0..0, ""), told(16..23, "")), (1, 0, 0));
    assert_eq!(told(16..24, ",\"consent\":\"\""), 0, "a key of its own");
}
