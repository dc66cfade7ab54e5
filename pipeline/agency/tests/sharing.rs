//! What `[sharing]` lets out, and what it keeps: least ages, exclusions, purposes, releases.

use crate::fixture::{Agency, Rows, base, profile};

const BASE: &str = base!(
    r#"
    ssn = "ssn"
    phone = "phone"
"#,
    "EXTRA",
    r#"
    [[demographics.substance_use]]
    value = { column = "sud", codes = { Y = "yes", N = "no" } }
    [[demographics.gender]]
    value = { column = "sex", codes = { F = "female", M = "male" } }
    [[file]]
    name = "p.csv"
    [[file.event]]
    kind = "contact"
    date = "on"
    [[file.event]]
    kind = "need"
    date = "on"
    service = { column = "needs", split = ";", codes = { D = "substance_use", M = "medical" } }
    [[file.event]]
    kind = "service"
    date = "on"
    service = "substance_use"
    when = { column = "sud", in = ["Y"] }
"#
);

const ROWS: &str = "id,first,last,dob,ssn,phone,sex,sud,needs,on\n\
    1,Ana,Ruiz,1990-05-01,536228765,4045551234,F,Y,D;M,2025-08-17\n\
    2,Eva,Sosa,2012-08-18,536228766,4045551235,F,N,M,2025-08-17\n\
    3,Mia,Luna,,536228767,4045551236,F,,,2025-08-17\n";

fn with(extra: &str) -> agency::Profile {
    profile(&BASE.replace("EXTRA", extra))
}

fn encoded(extra: &str) -> (Agency, agency::Summary) {
    let agency = Agency::new();
    agency.file("p.csv", ROWS);
    let summary = agency.encode(&with(extra), &agency.raw()).unwrap();
    (agency, summary)
}

#[test]
fn one_day_of_consent_may_hold_for_all_and_releases_no_victim_service_provider() {
    let (agency, _) = encoded("consent_end = \"2027-12-31\"");
    let people = agency.people();
    let ends = people.column("consent_end");
    assert!(ends.iter().all(|end| *end == "2027-12-31"), "{ends:?}");
    let (_, summary) = encoded("consent_end = \"2027-12-31\"\nvictim_service_provider = true");
    assert_eq!(summary.not_linkable, 3, "no client's own release");
    let codes = BASE.replace("EXTRA", "consent_end = { column = \"on\", codes = { x = \"2027-12-31\" } }");
    assert!(
        agency::Profile::parse(&codes, std::path::Path::new("p.toml"))
            .unwrap_err()
            .to_string()
            .contains("no `codes`")
    );
}

#[test]
fn records_below_the_least_age_stay_and_are_counted_by_rule() {
    // The second person turns thirteen the day after; of the third nobody knows an age.
    let (agency, summary) = encoded("minimum_age = 13");
    assert_eq!((summary.records, summary.withheld), (1, 2));
    let by_rule: Vec<_> = summary.withheld_by_rule.iter().map(|(rule, n)| (rule.as_str(), *n)).collect();
    assert_eq!(by_rule, [("age.below_minimum", 1), ("age.unknown", 1)]);
    assert_eq!(agency.people().lines(&["birth_year"]), ["1990"]);
    assert_eq!(agency.events().lines(&["kind", "service_category"]).len(), 4, "the events of one");
    assert_eq!(summary.rows[0].read, 3);
    assert_eq!(summary.rows[0].used, 3, "their rows are read all the same");
    let (_, summary) = encoded("minimum_age = 12");
    assert_eq!(summary.records, 2);
    let (_, summary) = encoded("");
    assert_eq!((summary.records, summary.withheld, summary.withheld_by_rule.len()), (3, 0, 0));
}

fn tokens_of<'a>(rows: &'a Rows, part: &str) -> Vec<&'a str> {
    rows.names().filter(|name| name.starts_with("t_") && name.split('_').any(|p| p == part)).collect()
}

#[test]
fn excluded_fields_make_no_tokens_and_excluded_breakdowns_are_unknown() {
    let (agency, summary) = encoded("");
    let people = agency.people();
    let made = |people: &Rows, part: &str| {
        let families = tokens_of(people, part);
        assert!(!families.is_empty(), "{part}");
        families.iter().any(|family| people.column(family).iter().any(|t| !t.is_empty()))
    };
    assert!(made(&people, "ssn") && made(&people, "phone"));
    assert_eq!(people.lines(&["substance_use"]), ["no", "unknown", "yes"]);
    assert!(summary.excluded.is_empty());

    let (agency, summary) = encoded("exclude = [\"ssn\", \"substance_use\"]");
    let people = agency.people();
    assert!(!made(&people, "ssn") && made(&people, "phone"));
    assert_eq!(people.lines(&["substance_use"]), ["unknown"; 3]);
    assert_eq!(people.lines(&["gender"]), ["female"; 3]);
    assert_eq!(summary.excluded, ["ssn", "substance_use"]);

    let (agency, _) = encoded("exclude = [\"birth_date\"]");
    assert_eq!(agency.people().lines(&["birth_year", "minor_at_intake"]), [""; 3]);
}

#[test]
fn excluded_services_leave_no_event_and_set_no_row_aside() {
    let (agency, summary) = encoded("exclude_services = [\"substance_use\"]");
    assert_eq!(summary.quarantined, 0, "a code that means nothing now is still a known code");
    assert_eq!(
        agency.events().lines(&["kind", "service_category"]),
        ["contact", "contact", "contact", "need medical", "need medical"]
    );
    assert_eq!(summary.excluded, ["service substance_use"]);
}

#[test]
fn a_source_may_be_there_only_to_link_or_only_to_measure() {
    let purposes = "purposes = [\"link\", \"measure\"]";
    let only = |one: &str| {
        let agency = Agency::new();
        agency.file("p.csv", ROWS);
        let text = BASE.replace("EXTRA", "").replace(purposes, &format!("purposes = [\"{one}\"]"));
        let summary = agency.encode(&profile(&text), &agency.raw()).unwrap();
        (agency, summary)
    };
    let (agency, summary) = only("measure");
    assert_eq!((summary.tokens, summary.not_linkable), (0, 3));
    assert_eq!(agency.people().lines(&["purposes"]), ["measure"; 3]);
    let (agency, summary) = only("link");
    assert!(summary.tokens > 0);
    assert_eq!(agency.people().lines(&["purposes"]), ["link"; 3]);
}

#[test]
fn without_a_release_a_victim_service_providers_client_is_counted_unlinked_or_not_at_all() {
    for (blank, scopes) in
        [("count_only", vec!["count_only", "count_only", "link"]), ("none", vec!["count_only", "link"])]
    {
        let agency = Agency::new();
        // The first gave a dated release, the second one without an end, the third none.
        let rows = "id,first,last,dob,ssn,phone,sex,sud,needs,on,rel,until\n\
            1,Ana,Ruiz,1990-05-01,536228765,4045551234,F,,,2025-08-17,Y,2026-08-17\n\
            2,Eva,Sosa,1991-08-18,536228766,4045551235,F,,,2025-08-17,Y,\n\
            3,Mia,Luna,1992-01-02,536228767,4045551236,F,,,2025-08-17,,\n";
        agency.file("p.csv", rows);
        let column = format!(
            "consent_scope = {{ column = \"rel\", codes = {{ Y = \"link\" }}, blank = \"{blank}\" }}"
        );
        let text = BASE
            .replace("consent_scope = \"link\"", &column)
            .replace("EXTRA", "consent_end = \"until\"\n    victim_service_provider = true");
        let summary = agency.encode(&profile(&text), &agency.raw()).unwrap();
        let people = agency.people();
        let mut left = people.column("consent_scope");
        left.sort_unstable();
        assert_eq!(left, scopes);
        assert_eq!(summary.withheld, 3 - scopes.len() as u64);
        for (scope, token) in people.column("consent_scope").iter().zip(people.column("t_first_dob")) {
            assert_eq!(*scope == "link", !token.is_empty());
        }
    }
}

#[test]
fn an_excluded_birth_year_stays_whatever_else_lets_it_out() {
    for exclude in ["birth_year", "birth_date"] {
        let (agency, summary) = encoded(&format!("exclude = [\"{exclude}\"]"));
        assert_eq!(agency.people().lines(&["birth_year"]), [""; 3], "{exclude}");
        assert_eq!(summary.excluded, [exclude]);
    }
}

#[test]
fn a_wrong_exclusion_names_place_and_remedy() {
    for (extra, words) in [
        ("exclude = [\"record_id\"]", "but record_id"),
        ("exclude = [\"sssn\"]", "sssn"),
        ("exclude = [\"birth_day\"]", "exclude `birth_date`"),
        ("exclude = [\"birth_month\"]", "exclude `birth_date`"),
        ("exclude = [\"age_band\"]", "`age_band` is neither"),
        ("exclude_services = [\"drugs\"]", "drugs"),
        ("minimum_age = 0", "from 1 to 120"),
        ("minimum_age = 13\n exclude = [\"birth_date\"]", "maps no birth date"),
    ] {
        let error = agency::Profile::parse(&BASE.replace("EXTRA", extra), std::path::Path::new("a/p.toml"));
        let message = error.expect_err(words).to_string();
        assert!(message.contains("a/p.toml") && message.contains(words), "{words}: {message}");
    }
}

/// An empty column is no refusal of each, and nothing else tells that no record links.
#[test]
fn an_export_of_which_nobody_gave_a_consent_is_told() {
    let notes = |answers: [&str; 6]| {
        let agency = Agency::new();
        let rows = answers
            .iter()
            .enumerate()
            .map(|(id, yes)| format!("{id},Ana,Paz{id},1990-05-01,,,F,Y,M,2025-08-17,{yes}\n"));
        agency.file(
            "p.csv",
            &format!("id,first,last,dob,ssn,phone,sex,sud,needs,on,ok\n{}", rows.collect::<String>()),
        );
        let by_row = BASE.replace("EXTRA", "").replace(
            "consent_scope = \"link\"",
            "consent_scope = { column = \"ok\", codes = { Y = \"link\", N = \"count_only\" }, blank = \"count_only\" }",
        );
        let summary = agency.encode(&profile(&by_row), &agency.raw()).unwrap();
        summary.notes.iter().filter(|note| note.contains("none has a consent to be linked")).count()
    };
    assert_eq!((notes([""; 6]), notes(["N"; 6]), notes(["", "", "Y", "", "", ""])), (1, 1, 0));
    let fixed = encoded("").1;
    assert!(fixed.notes.is_empty(), "{:?}", fixed.notes);
}
