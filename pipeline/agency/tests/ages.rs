//! Sources that know an age and no birth: it tells ages and minors, and nothing of who somebody is.

use crate::fixture::{Agency, profile};

const PROFILE: &str = r#"
    source = "s"
    format = "csv"
    system = "homeless_services"
    people = "p.csv"
    date_formats = ["%m/%d/%Y"]
    [identity]
    record_id = "id"
    full_name = "name"
    phone = "phone"
    age = { column = "age", at = "came" }
    [sharing]
    birth_year = true
    date_precision = "day"
    purposes = ["link", "measure"]
    consent_scope = "link"
    EXTRA
    [[file]]
    name = "p.csv"
    [[file.event]]
    kind = "entry"
    date = "came"
    [[file.event]]
    kind = "exit"
    date = "left"
    when = { column = "left", present = true }
    [[file.event]]
    kind = "indicator"
    date = "came"
    when = { age_under = 18 }
    exploitation = "sex"
"#;
const ROWS: &str = "id,name,phone,age,came,left\n\
    1,Ana Ruiz,4045551234,17,08/17/2025,08/18/2026\n\
    2,Eva Sosa,4045551235,24.0,08/17/2025,09/01/2025\n\
    3,Mia Luna,4045551236,,08/17/2025,\n\
    4,Bea Paz,4045551237,young,08/17/2025,\n\
    5,Lia Roa,4045551238,180,08/17/2025,\n";

fn encode(extra: &str, rows: &str) -> (Agency, agency::Summary) {
    let agency = Agency::new();
    agency.file("p.csv", rows);
    let summary = agency.encode(&profile(&PROFILE.replace("EXTRA", extra)), &agency.raw()).unwrap();
    (agency, summary)
}

#[test]
fn an_age_tells_bands_and_minors_and_makes_no_token() {
    let (agency, summary) = encode("", ROWS);
    let events = agency.events().lines(&["kind", "age_band"]);
    let expected = [
        "entry 13_17",
        "entry 18_24",
        "entry unknown",
        "entry unknown",
        "entry unknown",
        "exit 18_24",
        "exit 18_24",
        "indicator 13_17",
    ];
    assert_eq!(events, expected);
    let people = agency.people();
    assert_eq!(people.lines(&["minor_at_intake"]), ["", "", "", "false", "true"]);
    assert!(people.column("birth_year").iter().all(|year| year.is_empty()), "nobody knows it");
    assert_eq!(summary.unusable["age"], 2, "a word, and an age that nobody reaches");

    // The same people without their ages: the same tokens.
    let tokens = |agency: &Agency| {
        let people = agency.people();
        let columns: Vec<&str> = people.names().filter(|name| name.starts_with("t_")).collect();
        people.lines(&[&["record_id"][..], &columns].concat())
    };
    let blank = ROWS.replace(",17,", ",,").replace(",24.0,", ",,");
    assert!(tokens(&agency) == tokens(&encode("", &blank).0));
}

#[test]
fn the_least_age_holds_by_ages_and_who_has_none_stays() {
    let (agency, summary) = encode("minimum_age = 18", ROWS);
    assert_eq!(
        (summary.withheld_by_rule["age.below_minimum"], summary.withheld_by_rule["age.unknown"]),
        (1, 3)
    );
    assert_eq!(agency.events().lines(&["kind", "age_band"]), ["entry 18_24", "exit 18_24"]);
    let (agency, _) = encode("exclude = [\"age\"]", ROWS);
    assert!(agency.events().column("age_band").iter().all(|band| *band == "unknown"));
}

#[test]
fn an_age_without_its_day_is_refused_with_the_way_to_write_it() {
    let text =
        PROFILE.replace("EXTRA", "").replace("age = { column = \"age\", at = \"came\" }", "age = \"age\"");
    let error =
        agency::Profile::parse(&text, std::path::Path::new("p.toml")).expect_err("no day").to_string();
    assert!(error.contains("the day on which it was true") && error.contains("at = "), "{error}");
}

#[test]
fn an_id_inside_a_cell_is_taken_out_of_it() {
    let text = PROFILE
        .replace("EXTRA", "")
        .replace("record_id = \"id\"", "record_id = { column = \"id\", after = \"#\", before = \" \" }");
    let rows = "id,name,phone,age,came,left\n\
        Client #12345 (Smith),Ana Ruiz,4045551234,17,08/17/2025,\n\
        Client # 12346,Eva Sosa,4045551235,24,08/17/2025,\n\
        \"Client #12345 (Smith, A.)\",Ana Ruiz,4045551234,17,08/17/2025,\n\
        walk-in,Mia Luna,4045551236,30,08/17/2025,\n";
    let cut = Agency::new();
    cut.file("p.csv", rows);
    let summary = cut.encode(&profile(&text), &cut.raw()).unwrap();
    assert_eq!(
        (summary.records, summary.by_rule["key.duplicate"], summary.by_rule["key.missing"]),
        (2, 1, 1)
    );

    let plain = Agency::new();
    plain.file("p.csv", "id,name,phone,age,came,left\n12345,A,,,08/17/2025,\n=\"12346\",B,,,08/17/2025,\n");
    plain.encode(&profile(&PROFILE.replace("EXTRA", "")), &plain.raw()).unwrap();
    assert_eq!(cut.people().lines(&["record_id"]), plain.people().lines(&["record_id"]));
}

/// A row that can't be read protects the record whose id stands in it, also where the id is a part of a cell.
#[test]
fn a_row_that_can_not_be_read_protects_by_the_id_inside_its_cell() {
    let text = PROFILE
        .replace("record_id = \"id\"", "record_id = { column = \"id\", before = \"/\" }")
        .replace(
            "consent_scope = \"link\"",
            "consent_scope = { column = \"left\", codes = { Y = \"link\", N = \"count_only\" } }",
        )
        .replace("kind = \"exit\"\n    date = \"left\"", "kind = \"exit\"\n    date = \"came\"")
        .replace("EXTRA", "");
    let rows = "id,name,phone,age,came,left\n\
        V1/001,Ana Ruiz,4045551234,17,08/17/2025,Y\nV2/001,Eva Sosa,4045551235,24,08/17/2025,Y\nV1/002,Ana Ruiz,N\n";
    let agency = Agency::new();
    agency.file("p.csv", rows);
    let summary = agency.encode(&profile(&text), &agency.raw()).unwrap();
    assert_eq!((summary.records, summary.not_linkable, summary.by_rule["row.ragged"]), (2, 1, 1));
}
