//! A row that can't be read protects whoever it may speak of all the same; and where nobody can tell whom, nothing
//! leaves.

use agency::{EncodeError, Profile, Summary};

use crate::fixture::{Agency, profile};

/// A file of clients with their consents, and one of stays, of which some are a victim service provider's.
const PROFILE: &str = r#"
    source = "s"
    format = "FORMAT"
    system = "hotline"
    people = "p.FORMAT"
    [identity]
    record_id = "id"
    first_name = "first"
    last_name = "last"
    birth_date = "dob"
    [sharing]
    birth_year = true
    date_precision = "day"
    purposes = ["link", "measure"]
    CONSENT
    [[sharing.victim_service_provider_rows]]
    file = "e.FORMAT"
    unless = { column = "vsp", in = [0] }
    [[file]]
    name = "p.FORMAT"
    [[file]]
    name = "e.FORMAT"
    record = "id"
    [[file.event]]
    kind = "contact"
    date = "on"
"#;
const FOR_ALL: &str = "consent_scope = \"link\"";
const THEIR_OWN: &str = r#"consent_scope = { column = "release", codes = { Y = "link", N = "count_only", X = "none" }, blank = "count_only" }
    consent_end = "until""#;
const CLIENTS: &str = "id,first,last,dob,release,until\n\
    C1,Ana,Ruiz,1990-05-01,Y,2029-01-01\nC2,Eva,Sosa,1991-05-02,Y,2029-01-01\nC3,Mia,Luna,1992-05-03,Y,2029-01-01\n";
const STAYS: &str =
    "on,id,vsp,note\n2025-01-02,C1,0,\n2025-01-02,C2,0,\n2025-01-02,C3,0,\n2025-02-02,C3,0,\n";

fn rules(format: &str, consent: &str) -> Profile {
    profile(&PROFILE.replace("FORMAT", format).replace("CONSENT", consent))
}

fn encode(clients: &str, stays: &str) -> (Agency, Result<Summary, EncodeError>) {
    let agency = Agency::new();
    agency.file("p.csv", clients);
    agency.file("e.csv", stays);
    let encoded = agency.encode(&rules("csv", FOR_ALL), &agency.raw());
    (agency, encoded)
}

fn linked(agency: &Agency) -> Vec<String> {
    agency.people().lines(&["victim_service_provider", "consent_scope"])
}

#[test]
fn a_stay_that_can_not_be_read_protects_whoever_it_names() {
    let long = "x".repeat(5 << 20);
    let many = "y,".repeat(100);
    for (row, rule) in [
        (format!("2025-03-02,C1,1,{long}\n"), "row.too_long"),
        (format!("{long},C1,1,\n"), "row.too_long"),
        (format!("2025-03-02,{long},{long},C1,1,\n"), "row.too_long"),
        (format!("2025-03-02,\"{long},\",C1,1,{long}\n"), "row.too_long"),
        (format!("{many}C1,1,\n"), "row.ragged"),
        ("2025-03-02,\"a\"C1,1,\n".to_owned() + "2025-03-02,C1,1,\"b\"c\n", "row.stray_quote"),
        ("2025-03-02,\"x,1,\n2025-03-02,C1,1,y\"z\n".to_owned(), "row.stray_quote"),
        ("2025-03-02,C1,1,\0\n".to_owned(), "row.not_text"),
        ("client C1 asked to be forgotten\n".to_owned(), "row.ragged"),
        ("on 2025-03-02: id:C1.\n".to_owned(), "row.ragged"),
        ("2025-03-02,#C1,1,,,\n".to_owned(), "row.ragged"),
        ("2025-03-02,C\x001,1,\n".to_owned(), "row.not_text"),
    ] {
        let (agency, summary) = encode(CLIENTS, &format!("{STAYS}{row}"));
        let summary = summary.unwrap();
        assert!(summary.by_rule.contains_key(rule), "{rule}: {:?}", summary.by_rule);
        assert_eq!(linked(&agency), ["false link", "false link", "true count_only"], "{rule}");
        assert!(summary.notes.iter().any(|note| note.contains("no row says cleanly")), "{rule}");
    }
    let blank = format!("{STAYS}{}\n", " ".repeat(5 << 20));
    let (agency, summary) = encode(CLIENTS, &blank);
    assert_eq!(summary.unwrap().by_rule["row.too_long"], 1);
    assert_eq!(linked(&agency), ["false link"; 3], "it names nobody");
}

#[test]
fn where_nobody_can_tell_whose_row_is_lost_nothing_leaves() {
    let swallowed = "2025-03-02,C1,1,x\n".repeat(300_000);
    let (agency, error) =
        encode(CLIENTS, &format!("{STAYS}2025-03-02,\"C2,1,\n{swallowed}2025-03-02,\"C2,1,\n"));
    let error = error.unwrap_err();
    assert!(error.is_input());
    let error = error.to_string();
    assert!(error.contains("e.csv") && error.contains("4 MB") && error.contains("whose"), "{error}");
    assert!(!agency.out().exists());
    let cells = ",".repeat(70_000);
    let error = encode(CLIENTS, &format!("{STAYS}{cells}C1\n")).1.unwrap_err().to_string();
    assert!(error.contains("e.csv") && error.contains("whose"), "{error}");
}

#[test]
fn a_row_without_an_id_that_may_protect_somebody_is_told() {
    let (_, summary) = encode(CLIENTS, &format!("{STAYS}2025-03-02,,1,\n"));
    let summary = summary.unwrap();
    assert_eq!(summary.by_rule["key.missing"], 1);
    assert!(
        summary.notes.iter().any(|note| note.contains("`e.csv`") && note.contains("no id")),
        "{:?}",
        summary.notes
    );
}

#[test]
fn a_consent_in_a_row_that_can_not_be_read_may_be_a_narrower_one() {
    for broken in [
        "C1,Ruiz, Ana,M,1990-05-01,N,\n",
        "C1,Ruiz, Ana,M,1990-05-01,X,\n",
        "C1,\"Ana\" M,Ruiz,1990-05-01,N,\n",
        "C1,Ana\0,Ruiz,1990-05-01,X,\n",
        "C1\n",
    ] {
        for several in [false, true] {
            let agency = Agency::new();
            agency.file("p.csv", &format!("{CLIENTS}{broken}"));
            agency.file("e.csv", STAYS);
            let mut text = PROFILE.replace("FORMAT", "csv").replace("CONSENT", THEIR_OWN);
            if several {
                text = text.replace("name = \"p.csv\"", "name = \"p.csv\"\nseveral_rows = true");
            }
            let summary = agency.encode(&profile(&text), &agency.raw()).unwrap();
            assert_eq!(linked(&agency), ["false count_only", "false link", "false link"], "{broken:?}");
            assert_eq!(summary.not_linkable, 1);
            assert!(
                summary
                    .notes
                    .iter()
                    .any(|note| note.starts_with("1 records leave without tokens because a row")),
                "{broken:?}: {:?}",
                summary.notes
            );
        }
    }
    // A stay says nothing of consent, and a file in which all consent alike nothing either.
    let (agency, _) = encode(CLIENTS, &format!("{STAYS}2025-03-02,C1,0,,,\n"));
    assert_eq!(linked(&agency), ["false link", "false link", "true count_only"]);
}

#[test]
fn a_broken_line_of_json_protects_whoever_it_names() {
    let client = |id: &str, rest: &str| {
        format!(
            "{{\"id\":\"{id}\",\"first\":\"Ana\",\"last\":\"Ruiz\",\"dob\":\"1990-05-01\",\"release\":\"Y\",\"until\":\"2029-01-01\"{rest}}}\n"
        )
    };
    let clients = client("C 1", "") + &client("2", "") + &client("C3", "");
    let stays: String = ["\"C 1\"", "2", "\"C3\""]
        .map(|id| format!("{{\"on\":\"2025-01-02\",\"id\":{id},\"vsp\":0}}\n"))
        .concat();
    let long =
        format!("{{\"on\":\"2025-01-02\",\"id\":\"C3\",\"vsp\":1,\"note\":\"{}\"}}\n", "x".repeat(5 << 20));
    let encode = |consent: &str, clients: &str, stays: &str| {
        let agency = Agency::new();
        agency.file("p.ndjson", clients);
        agency.file("e.ndjson", stays);
        let encoded = agency.encode(&rules("ndjson", consent), &agency.raw());
        (agency, encoded)
    };
    for (row, rule) in [
        ("{\"on\":\"2025-02-02\",\"id\":\"C 1\",\"vsp\":1\n", "row.not_an_object"),
        ("{\"on\":\"2025-02-02\",\"id\":2,\"vsp\":NaN}\n", "row.not_an_object"),
        ("{\"id\":2,\"on\":{\"day\":\"2025-02-02\"},\"vsp\":1}\n", "row.not_an_object"),
        ("{\"id\":2,\"note\":{\"on\":\"2025-02-02\"},\"vsp\":1}\n", "date.missing"),
        ("{\"on\":\"2025-02-02\",\"vsp\":1,\"id\":\"C3\",\"vsp\":0}\n", "row.name_twice"),
        // Half an emoji, a quote within a broken line, a path of Windows: they used to refuse the file.
        ("{\"on\":\"2025-02-02\",\"note\":\"\\ud83d\",\"id\":2,\"vsp\":1}\n", "row.not_an_object"),
        ("{\"note\":\"\\ud83d\",\"id\":\"\\u00433\",\"vsp\":1}\n", "row.not_an_object"),
        ("{\"id\":2,\"note\":\"says \\\"no\\\"\",\"vsp\":NaN}\n", "row.not_an_object"),
        ("{\"note\":\"C:\\Users\",\"id\":\"C3\",\"vsp\":1}\n", "row.not_an_object"),
        ("{\"note\":\"C:\\\",\"id\":\"C3\",\"vsp\":1}\n", "row.not_an_object"),
    ] {
        let (agency, summary) = encode(FOR_ALL, &clients, &format!("{stays}{row}"));
        assert_eq!(summary.unwrap().by_rule[rule], 1, "{row}");
        assert_eq!(linked(&agency), ["false link", "false link", "true count_only"], "{row}");
    }
    let (agency, summary) = encode(FOR_ALL, &clients, &format!("{stays}{long}"));
    assert_eq!(summary.unwrap().by_rule["row.too_long"], 1);
    assert_eq!(linked(&agency), ["false link", "false link", "true count_only"]);
    // Too long without its long texts, too, it is too much to look through.
    let long = long.replace(&"x".repeat(1 << 10), &format!("{}\",\"", "x".repeat(1 << 10)));
    let error = encode(FOR_ALL, &clients, &format!("{stays}{long}")).1.unwrap_err().to_string();
    assert!(error.contains("e.ndjson") && error.contains("whose"), "{error}");
    let error = encode(FOR_ALL, &clients, &long).1.unwrap_err().to_string();
    assert!(error.contains("e.ndjson") && error.contains("longer than 4 MB"), "{error}");
    // A name twice in the file of identities: the last consent does not stand.
    let twice = clients.clone() + &client("C3", ",\"release\":\"N\"");
    let (agency, summary) = encode(THEIR_OWN, &twice, &stays);
    assert_eq!(summary.unwrap().by_rule["row.name_twice"], 1);
    assert_eq!(linked(&agency), ["false count_only", "false link", "false link"]);
    let alone = clients.replacen("\"release\":\"Y\"", "\"release\":\"N\",\"release\":\"Y\"", 1);
    let (_, summary) = encode(THEIR_OWN, &alone, &stays);
    let summary = summary.unwrap();
    assert_eq!((summary.records, summary.by_rule["row.name_twice"]), (2, 1));
}

/// A spreadsheet that took ids for numbers wrote them otherwise in the very row that can't be read.
#[test]
fn a_row_that_can_not_be_read_protects_whoever_it_names_by_another_form_of_a_number() {
    let clients = CLIENTS.replace("C1,", "1005,").replace("C2,", "1006,").replace("C3,", "1007,");
    for id in ["1005", "01005", "\"1,005\"", "1.005E+03", "１００５", "1005.0", "#1005:"] {
        let agency = Agency::new();
        agency.file("p.csv", &format!("{clients}{id},N\n"));
        agency.file("e.csv", "on,id,vsp,note\n2025-01-02,1005,0,\n2025-01-02,1006,0,\n2025-01-02,1007,0,\n");
        let summary = agency.encode(&rules("csv", THEIR_OWN), &agency.raw()).unwrap();
        let mut scopes = agency.people().lines(&["birth_year", "consent_scope"]);
        scopes.sort();
        assert_eq!(scopes, ["1990 count_only", "1991 link", "1992 link"], "{id}: {:?}", summary.by_rule);
    }
}
