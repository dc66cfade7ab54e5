//! Files of which too little can be read, or nothing, or whose lines are not what they seem.

use agency::{EncodeError, Profile, Summary};

use crate::fixture::{Agency, CONTACTS, profile, shipped};

const PEOPLE: &str = "id,first,last,dob\n1,Ana,Ruiz,1990-05-01\n2,Eva,Sosa,1991-05-02\n";
const EVENTS: &str = "id,on,note\n1,2025-01-02,\n2,2025-01-03,\n";

fn encode(agency: &Agency, people: &str, events: &str) -> Result<Summary, EncodeError> {
    agency.file("p.csv", people);
    agency.file("e.csv", events);
    agency.encode(&profile(CONTACTS), &agency.raw())
}

#[test]
fn a_header_that_stands_among_the_rows_is_nobody() {
    let agency = Agency::new();
    let people = format!("id,first,last,dob\n{PEOPLE}ID,First, last ,DOB\n");
    let events = format!("{EVENTS}id,on,note\n1,2025-02-02,id\n");
    let summary = encode(&agency, &people, &events).unwrap();
    assert_eq!((summary.records, summary.events), (2, 3));
    assert_eq!((summary.by_rule.len(), summary.by_rule["row.header"], summary.quarantined), (1, 3, 3));
}

#[test]
fn a_file_of_which_most_rows_can_not_be_read_is_refused_and_the_extract_stays() {
    let agency = Agency::new();
    encode(&agency, PEOPLE, EVENTS).unwrap();
    let before = std::fs::read(agency.out().join("manifest.json")).unwrap();
    let trailing = |text: &str, least: usize| -> String {
        let line = |(i, line): (usize, &str)| format!("{line}{}\n", if i >= least { "," } else { "" });
        text.lines().enumerate().map(line).collect()
    };
    let row = |i: usize| format!("1,2025-01-{:02},\n", 1 + i % 28);
    let many: String = (0..30).map(row).collect();
    for (people, events, file) in [
        (trailing(PEOPLE, 1), EVENTS.to_owned(), "p.csv: 2 of 2"),
        (PEOPLE.to_owned(), trailing(EVENTS, 1), "e.csv: 2 of 2"),
        (PEOPLE.to_owned(), trailing(&format!("{EVENTS}{many}"), 14), "e.csv: 19 of 32"),
    ] {
        let error = encode(&agency, &people, &events).unwrap_err();
        assert!(error.is_input());
        let error = error.to_string();
        assert!(error.contains(file) && error.contains("more or fewer cells"), "{error}");
        assert!(std::fs::read(agency.out().join("manifest.json")).unwrap() == before);
    }
    let summary = encode(&agency, PEOPLE, &trailing(&format!("{EVENTS}{many}"), 17)).unwrap();
    assert_eq!(summary.by_rule["row.ragged"], 16, "half");
}

#[test]
fn an_extract_of_people_is_not_replaced_by_one_of_nobody() {
    let agency = Agency::new();
    encode(&agency, PEOPLE, "id,on,note\n").unwrap();
    let error = encode(&agency, "id,first,last,dob\n", "id,on,note\n").unwrap_err().to_string();
    assert!(error.contains("the extract that is here stays"), "{error}");
    assert_eq!(agency.people().len, 2);
}

#[test]
fn lines_that_end_as_no_line_does_are_refused() {
    for end in ["\u{85}", "\u{2028}", "\u{2029}", "\u{b}", "\u{c}", "\u{1e}"] {
        let agency = Agency::new();
        let events = EVENTS.replace('\n', end);
        let error = encode(&agency, PEOPLE, &events).unwrap_err().to_string();
        assert!(error.contains("e.csv") && error.contains("line"), "{end:?}: {error}");
        let error = encode(&agency, &PEOPLE.replace('\n', end), EVENTS).unwrap_err().to_string();
        assert!(error.contains("p.csv") && error.contains("line"), "{end:?}: {error}");
    }
}

#[test]
fn a_file_without_rows_is_told() {
    let agency = Agency::new();
    let summary = encode(&agency, "id,first,last,dob\n", "id,on,note\n").unwrap();
    assert!(summary.notes.iter().any(|note| note.contains("`p.csv`, `e.csv`")), "{:?}", summary.notes);
    let summary = encode(&Agency::new(), PEOPLE, EVENTS).unwrap();
    assert!(summary.notes.is_empty(), "{:?}", summary.notes);
}

#[test]
fn a_key_may_be_of_two_columns() {
    let agency = Agency::new();
    let text = CONTACTS
        .replace("record = \"id\"", "record = \"id\"\nkey = { columns = [\"id\", \"no\"], join = \"/\" }");
    agency.file("p.csv", PEOPLE);
    agency.file(
        "e.csv",
        "id,no,on\n1,a,2025-01-02\n1,b,2025-01-02\n2,a,2025-01-02\n1,a,2025-01-02\n2,,2025-01-02\n",
    );
    let summary = agency.encode(&profile(&text), &agency.raw()).unwrap();
    assert_eq!(summary.events, 3);
    assert_eq!((summary.by_rule["key.duplicate"], summary.by_rule["key.missing"]), (1, 1));
    // Tied with nothing, a1 and b would be a and 1b.
    let untied = text.replace(", join = \"/\"", "");
    let error = Profile::parse(&untied, std::path::Path::new("p.toml")).unwrap_err().to_string();
    assert!(error.contains("key") && error.contains("join"), "{error}");
}

#[test]
fn a_profile_whose_people_no_file_has_is_refused() {
    let text = CONTACTS.replace("people = \"p.csv\"", "people = \"q.csv\"");
    let error = Profile::parse(&text, std::path::Path::new("p.toml")).unwrap_err().to_string();
    assert!(error.contains("people") && error.contains("q.csv"), "{error}");
}

#[test]
fn no_profile_that_is_shipped_takes_a_row_twice() {
    for name in std::iter::once("child_welfare.toml") {
        let profile = shipped(name);
        let keyless = profile.files.iter().filter(|file| file.key.is_none() && !file.events.is_empty());
        let people = profile.people.clone().unwrap_or_default();
        assert_eq!(keyless.filter(|file| !file.name.eq_ignore_ascii_case(&people)).count(), 0, "{name}");
    }
}

#[test]
fn a_clean_no_needs_no_end() {
    let agency = Agency::new();
    let text = CONTACTS.replace(
        "consent_scope = \"link\"",
        "consent_scope = { column = \"ok\", codes = { Y = \"link\", N = \"count_only\" } }\nconsent_end = \"until\"",
    );
    agency.file(
        "p.csv",
        "id,first,last,dob,ok,until\n1,Ana,Ruiz,1990-05-01,N,never\n2,Eva,Sosa,1991-05-02,Y,never\n",
    );
    agency.file("e.csv", EVENTS);
    let summary = agency.encode(&profile(&text), &agency.raw()).unwrap();
    assert_eq!((summary.not_linkable, summary.by_rule["consent.unknown"]), (2, 1));
}

#[test]
fn a_line_for_spreadsheets_above_the_header_is_read_and_a_title_is_told() {
    let agency = Agency::new();
    let plain = encode(&agency, PEOPLE, EVENTS).unwrap();
    let people = agency.people().lines(&["record_id", "t_first_dob"]);
    for (delimiter, end) in [(",", "\n"), (";", "\r\n"), ("\t", "\n")] {
        let text = format!("sep={delimiter}\n{}", PEOPLE.replace(',', delimiter)).replace('\n', end);
        let summary = encode(&agency, &text, EVENTS).unwrap();
        assert_eq!(
            (summary.records, summary.quarantined),
            (plain.records, plain.quarantined),
            "{delimiter:?}"
        );
        assert!(agency.people().lines(&["record_id", "t_first_dob"]) == people, "{delimiter:?}");
    }
    for title in ["Clients of the week\n", "Clients of the week,,,\n", "Clients of the week, all\n"] {
        let error = encode(&agency, &format!("{title}{PEOPLE}"), EVENTS).unwrap_err().to_string();
        assert!(
            error.contains("p.csv") && error.contains("a title stands above") && !error.contains("week"),
            "{error}"
        );
    }
    // A comma in a heading makes two columns of a file with semicolons.
    let semicolons = "id;first, given;last;dob\n1;Ana;Ruiz;1990-05-01\n";
    let error = encode(&agency, semicolons, EVENTS).unwrap_err().to_string();
    assert!(error.contains("p.csv") && error.contains("check `delimiter`"), "{error}");
    for (text, what) in [
        ("<HTML><table><tr><td>id</td></tr></table>\n", "a web page"),
        ("\u{feff}<?xml version=\"1.0\"?>\n<Workbook/>\n", "XML"),
        ("{\\rtf1 id,first\\par 1,Ana}\n", "RTF"),
    ] {
        let error = encode(&agency, text, EVENTS).unwrap_err().to_string();
        assert!(error.contains("p.csv") && error.contains(what), "{error}");
    }
}
