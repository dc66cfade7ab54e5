//! Rows of another file that rules read by a join.

use std::fmt::Write;

use agency::{EncodeError, Summary};

use crate::fixture::{Agency, base, profile};

const PROFILE: &str = base!(
    r#"
    [[sharing.victim_service_provider_rows]]
    file = "e.csv"
    unless = { column = "project.vsp", in = [0] }
    when = { column = "project.vsp", in = [1] }
    [[file]]
    name = "p.csv"
    [[file]]
    name = "e.csv"
    record = "id"
    [[file.join]]
    as = "project"
    file = "j.csv"
    key = "project"
    from = "project"
    [[file.event]]
    kind = "entry"
    date = "on"
"#
);

/// Stays of 30 clients, at `project` of each, and the file of projects.
fn encode(project: impl Fn(usize) -> String, joined: &str) -> (Agency, Result<Summary, EncodeError>) {
    let agency = Agency::new();
    let mut clients = "id,first,last,dob\n".to_owned();
    let mut stays = "id,project,on\n".to_owned();
    for i in 0..30 {
        // Names that thirty share are nobody's.
        let letters = |at: usize| ["bar", "cel", "dov", "fim", "gur", "hal"][at % 6];
        let (first, last) =
            (letters(i).to_owned() + letters(i / 6), letters(i / 6).to_owned() + letters(i + 1));
        writeln!(clients, "{i},{first},{last},19{}-0{}-1{}", 60 + i, 1 + i % 9, i % 10).unwrap();
        writeln!(stays, "{i},{},2025-03-04", project(i)).unwrap();
    }
    agency.file("p.csv", &clients);
    agency.file("e.csv", &stays);
    agency.file("j.csv", joined);
    let encoded = agency.encode(&profile(PROFILE), &agency.raw());
    (agency, encoded)
}

/// All clients were a victim service provider's, and the note blamed the providers.
#[test]
fn a_join_by_which_no_row_finds_any_is_refused_and_a_thin_one_is_told() {
    let joined = "project,vsp\n12,0\n13,1\n";
    let (_, summary) = encode(|_| "12".to_owned(), joined);
    let summary = summary.unwrap();
    assert!(summary.tokens > 0 && summary.notes.is_empty(), "{:?}", summary.notes);

    let error = encode(|_| "P-12".to_owned(), joined).1.unwrap_err();
    let said = error.to_string();
    assert!(
        error.is_input() && said.contains("none of 30 rows") && said.contains("`j.csv` by `project`"),
        "{said}"
    );
    assert!(!said.contains("P-12"), "{said}");

    let (agency, summary) = encode(|i| if i < 5 { "12".to_owned() } else { format!("9{i}") }, joined);
    let summary = summary.unwrap();
    assert!(summary.notes.iter().any(|note| note.starts_with("e.csv: 25 of 30 rows find no row of `j.csv`")));
    let providers =
        agency.people().column("victim_service_provider").iter().filter(|is| **is == "true").count();
    assert_eq!((providers, summary.by_rule["join.unknown"]), (25, 25));

    // HMIS exports have all files, whether anything stands in them or not.
    let (_, summary) = encode(|_| "12".to_owned(), "project,vsp\n");
    let summary = summary.unwrap();
    assert!(summary.notes.iter().any(|note| note.contains("30 of 30 rows find no row of `j.csv`")));
    assert_eq!(summary.tokens, 0);
}

/// As pandas writes whole numbers beside a blank.
#[test]
fn codes_with_decimals_are_the_codes_that_they_were() {
    for (no, tokens) in [("0", true), ("0.0", true), ("1.0", false), ("0.5", false)] {
        let (_, summary) = encode(|_| "12".to_owned(), &format!("project,vsp\n12,{no}\n"));
        assert_eq!(summary.unwrap().tokens > 0, tokens, "{no}");
    }
}

/// Projects were lost, and all clients a victim service provider's, where one of two files had decimals.
#[test]
fn keys_are_numbers_without_the_decimals_that_a_program_gave_them() {
    let is_read =
        |from: &str, joined: &str| encode(|_| from.to_owned(), joined).1.is_ok_and(|s| s.tokens > 0);
    for (from, joined) in [
        ("12.0", "project,vsp\n12,0\n13,1\n"),
        ("12", "project,vsp\n12.0,0\n13.0,1\n"),
        ("12.00", "project,vsp\n12.0,0\n13.0,1\n"),
        // As it stands before anything else.
        ("12", "project,vsp\n12.0,1\n12,0\n"),
        ("12.0", "project,vsp\n12.0,0\n12,1\n"),
    ] {
        assert!(is_read(from, joined), "{from} {joined}");
    }
    for (from, joined) in [
        // Decimals tell keys apart.
        ("12", "project,vsp\n12.0,0\n12.1,1\n"),
        // Nobody knows which.
        ("12", "project,vsp\n12.0,0\n12.00,1\n"),
        ("12.0", "project,vsp\n12,0\n12,1\n"),
        ("12", "project,vsp\n12.0,0\n12.0,1\n"),
    ] {
        assert!(!is_read(from, joined), "{from} {joined}");
    }
}
