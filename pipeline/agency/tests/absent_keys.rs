//! NDJSON has no header: a key that no line has is a column that is blank in all of them.

use agency::{EncodeError, Profile, Summary};

use crate::fixture::{Agency, base, of_lines, profile, repository, shipped};

const PROFILE: &str = base!(
    r#"
    email = "email"
"#,
    r#"
    [[sharing.victim_service_provider_rows]]
    file = "e.csv"
    unless = { column = "vsp", present = false }
"#,
    r#"
    [[file]]
    name = "p.csv"
    [[file]]
    name = "e.csv"
    record = "client"
    key = "event"
    [[file.event]]
    kind = "contact"
    date = "on"
    [[file.event]]
    kind = "exit"
    date = "left"
    when = { column = "left", present = true }
    [[file.event]]
    kind = "need"
    date = "on"
    service = "medical"
    when = { column = "asked", in = ["yes"] }
    [[file.event]]
    kind = "referral"
    date = "sent"
    service = "medical"
    optional = true
"#
);
const CONSENT: &str = r#"
    consent_scope = { column = "release", codes = { yes = "link", no = "none" }, blank = "BLANK" }
    consent_end = "until"
"#;
const CLIENT: &str = "{\"id\":\"1\",\"first\":\"Ana\",\"last\":\"Ruiz\",\"dob\":\"1990-05-01\",\"email\":\"ana@x.example\",\"release\":\"yes\",\"until\":\"2027-01-01\"}\n";
const EVENT: &str = "{\"event\":\"7\",\"client\":\"1\",\"on\":\"2025-08-17\",\"left\":\"2025-08-18\",\"asked\":\"yes\",\"vsp\":\"\",\"sent\":\"2025-08-17\"}\n";

fn text() -> String {
    of_lines(&PROFILE.replace("\"last\"", "[\"last\", { column = \"surname\" }]"), CONSENT)
}

fn rules(blank: &str) -> Profile {
    profile(&text().replace("BLANK", blank))
}

/// Takes the key `name` out of a line.
fn without(line: &str, name: &str) -> String {
    let start = line.find(&format!("\"{name}\":")).unwrap();
    let end = start + line[start..].find([',', '}']).unwrap();
    let cut = format!("{}{}", &line[..start], &line[end..]);
    cut.replace("{,", "{").replace(",,", ",").replace(",}", "}")
}

fn encode(blank: &str, client: &str, event: &str) -> (Agency, Result<Summary, EncodeError>) {
    let agency = Agency::new();
    agency.file("p.ndjson", client);
    agency.file("e.ndjson", event);
    let encoded = agency.encode(&rules(blank), &agency.raw());
    (agency, encoded)
}

#[test]
fn a_key_that_no_line_has_is_blank_and_a_note_names_it() {
    let (agency, summary) = encode("count_only", CLIENT, EVENT);
    assert!(summary.unwrap().notes.is_empty());
    assert_eq!(agency.events().lines(&["kind"]), ["contact", "exit", "need", "referral"]);
    for (client, event, absent, kinds) in [
        (without(CLIENT, "email"), EVENT.to_owned(), "`email`", &["contact", "exit", "need", "referral"][..]),
        (CLIENT.to_owned(), without(EVENT, "left"), "`left`", &["contact", "need", "referral"]),
        (CLIENT.to_owned(), without(EVENT, "asked"), "`asked`", &["contact", "exit", "referral"]),
        // An optional rule is left out, as it is where a header lacks its column.
        (CLIENT.to_owned(), without(EVENT, "sent"), "", &["contact", "exit", "need"]),
        (
            CLIENT.replace("\"last\"", "\"surname\""),
            EVENT.to_owned(),
            "",
            &["contact", "exit", "need", "referral"],
        ),
    ] {
        let (agency, summary) = encode("count_only", &client, &event);
        let summary = summary.unwrap();
        assert_eq!((summary.records, summary.quarantined), (1, 0), "{absent}");
        assert!(summary.tokens > 0, "{absent}");
        assert_eq!(agency.events().lines(&["kind"]), kinds, "{absent}");
        let told = summary.notes.iter().filter(|note| note.contains("no line of")).collect::<Vec<_>>();
        assert_eq!(told.len(), usize::from(!absent.is_empty()), "{absent}: {told:?}");
        assert!(told.iter().all(|note| note.contains(absent)), "{told:?}");
    }
}

#[test]
fn a_file_without_a_key_that_every_row_needs_is_refused_by_its_name() {
    for (client, event, missing) in [
        (without(CLIENT, "id"), EVENT.to_owned(), "`id`"),
        (CLIENT.to_owned(), without(EVENT, "client"), "`client`"),
        (CLIENT.to_owned(), without(EVENT, "event"), "`event`"),
        (CLIENT.to_owned(), without(EVENT, "on"), "`on`"),
    ] {
        let (agency, refused) = encode("count_only", &client, &event);
        let error = refused.unwrap_err();
        assert!(error.is_input() && error.to_string().contains(missing), "{error}");
        assert!(!agency.out().exists());
    }
    // Where rows need no id, some key at least has to be one that the profile maps.
    let agency = Agency::new();
    let all = text();
    let text = all.split("[[sharing.victim").next().unwrap();
    let text = text.replace("record_id = \"id\"", "").replace("people = \"p.ndjson\"", "");
    let rules = profile(&text.replace("BLANK", "count_only"));
    let input = agency.file("other.ndjson", "{\"ZQXV\":\"1\"}\n{\"b\":\"2\"}\n");
    let error = agency.encode(&rules, &input).unwrap_err().to_string();
    assert!(error.contains("other.ndjson") && error.contains("maps") && !error.contains("ZQXV"), "{error}");
    let input = agency.file("p.ndjson", CLIENT);
    assert!(agency.encode(&rules, &input).unwrap().tokens > 0);
}

#[test]
fn a_consent_or_a_provider_that_no_line_tells_lets_no_token_leave() {
    for blank in ["count_only", "link"] {
        for key in ["release", "until"] {
            let (agency, summary) = encode(blank, &without(CLIENT, key), EVENT);
            let summary = summary.unwrap();
            assert_eq!((summary.records, summary.tokens), (1, 0), "{blank} {key}");
            assert_eq!(agency.people().column("consent_scope"), ["count_only"], "{blank} {key}");
            let told = summary
                .notes
                .iter()
                .any(|note| note.contains(key) && note.contains("no record leaves with tokens"));
            assert!(told, "{blank} {key}: {:?}", summary.notes);
        }
    }
    // What a blank says is not widened.
    let (_, summary) = encode("none", &without(CLIENT, "release"), EVENT);
    let summary = summary.unwrap();
    assert_eq!((summary.records, summary.withheld), (0, 1));
    // The profile takes a blank for a clean no; a key that is not there says nothing.
    let agency = Agency::new();
    agency.file("p.ndjson", CLIENT);
    let no_own = text().replace("BLANK", "count_only").replace("consent_end = \"until\"", "");
    let encode = |event: &str| {
        agency.file("e.ndjson", event);
        agency.encode(&profile(&no_own), &agency.raw()).unwrap()
    };
    assert!(encode(EVENT).tokens > 0);
    let summary = encode(&without(EVENT, "vsp"));
    assert_eq!((summary.records, summary.tokens), (1, 0));
    assert_eq!(agency.people().column("victim_service_provider"), ["true"]);
    assert!(summary.notes.iter().any(|note| note.contains("`vsp`")), "{:?}", summary.notes);
}

/// One line that had the key, set aside or of another client, made a yes of its absence in all others.
#[test]
fn a_line_without_the_key_of_a_consent_says_no_whatever_others_say() {
    for key in ["release", "until"] {
        let other = CLIENT.replace("\"1\"", "\"2\"").replace("Ana", "Eva");
        for further in [other.clone(), other.replace("\"id\":\"2\"", "\"id\":\"\"")] {
            let (agency, summary) = encode("link", &(without(CLIENT, key) + &further), EVENT);
            let summary = summary.unwrap();
            assert_eq!(agency.people().column("t_first_dob").len() as u64, summary.records);
            let scopes = agency.people().lines(&["consent_scope"]);
            assert!(scopes.contains(&"count_only".to_owned()), "{key} {scopes:?}");
            assert_eq!(scopes.iter().filter(|scope| *scope == "link").count() as u64, summary.records - 1);
            let told = |note: &String| note.starts_with(&format!("1 lines of `p.ndjson` lack `{key}`"));
            assert!(summary.notes.iter().any(told), "{key}: {:?}", summary.notes);
        }
    }
    // Programs leave out keys that have nothing to say: where nothing is lost by it, there is nothing to note.
    let no = without(&CLIENT.replace("\"yes\"", "\"no\"").replace("\"1\"", "\"2\""), "until");
    let (_, summary) = encode("count_only", &(CLIENT.to_owned() + &no), EVENT);
    assert!(summary.unwrap().notes.iter().all(|note| !note.contains("absent key")));
    // A blank is an answer, and the profile says which.
    for blank in ["\"\"", "null"] {
        let blank =
            CLIENT.replace("\"yes\"", blank) + &CLIENT.replace("\"1\"", "\"2\"").replace("Ana", "Eva");
        let (agency, summary) = encode("link", &blank, EVENT);
        assert!(summary.unwrap().tokens > 0);
        assert_eq!(agency.people().lines(&["consent_scope"])[0], "link");
    }
}

#[test]
fn keys_that_differ_in_case_are_one_column_but_where_a_line_has_both() {
    let (agency, _) = encode("count_only", CLIENT, EVENT);
    let told = |agency: &Agency| {
        let people = agency.people();
        let of_email = people.names().find(|name| name.contains("email")).unwrap();
        people.lines(&[of_email, "t_first_dob", "consent_scope"])
    };
    let plain = told(&agency);
    let other = CLIENT.replace("\"1\"", "\"2\"").replace("ana@x", "eva@x");
    let other = other.replace("\"email\"", "\"Email\"").replace("\"release\"", "\"RELEASE\"");
    let (agency, summary) = encode("count_only", &(CLIENT.to_owned() + &other), EVENT);
    let summary = summary.unwrap();
    assert_eq!((summary.records, summary.quarantined), (2, 0));
    let both = told(&agency);
    assert!(both.iter().any(|line| plain.contains(line)));
    assert!(both.iter().all(|line| line.ends_with("link") && line.split(' ').count() == 3), "{both:?}");
    let twice = CLIENT.to_owned() + &other.replace("\"Email\"", "\"email\":\"zqxv@x.example\",\"Email\"");
    let error = encode("count_only", &twice, EVENT).1.unwrap_err().to_string();
    assert!(error.contains("row 2") && error.contains("`email`") && !error.contains("zqxv"), "{error}");
    // The first line too, in either order: a no that stood there beside a yes was read as the yes.
    for both in ["\"release\":\"no\",\"Release\":\"yes\"", "\"Release\":\"yes\",\"release\":\"no\""] {
        let first = CLIENT.replace("\"release\":\"yes\"", both);
        for lines in [first.clone(), first.clone() + &without(&other, "RELEASE")] {
            let error = encode("count_only", &lines, EVENT).1.unwrap_err().to_string();
            assert!(error.contains("row 1 has column `release` twice"), "{error}");
        }
    }
    // Nobody reads it.
    let unread = CLIENT.replace("\"email\"", "\"Note\":\"a\",\"note\":\"b\",\"email\"");
    assert!(encode("count_only", &unread, EVENT).1.unwrap().tokens > 0);
}

#[test]
fn the_sample_of_a_quiet_week_is_read_by_the_profile_beside_it() {
    let agency = Agency::new();
    let sample = repository().join("sample_data/us-xx-springfield/hotline");
    let summary = agency.encode(&shipped("hotline.toml"), &sample).unwrap();
    assert_eq!((summary.records, summary.quarantined), (3, 0));
    let told = summary.notes.iter().filter(|note| note.contains("`situation`")).count();
    assert_eq!(told, 1, "{:?}", summary.notes);
}
