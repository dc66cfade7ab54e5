//! Columns that are written otherwise than the profile says: no cell of them is an error, and everything they
//! say would be lost or wrong.

use std::fmt::Write;

use agency::{EncodeError, Profile, Summary};

use crate::fixture::{Agency, profile, quarantine, shipped};

fn text(formats: &str, rules: &str) -> String {
    format!(
        r#"
        source = "s"
        format = "csv"
        system = "housing"
        people = "p.csv"
        date_formats = [{formats}]
        [identity]
        record_id = "id"
        first_name = "first"
        last_name = "last"
        birth_date = {{ column = "dob", formats = [{formats}] }}
        [sharing]
        birth_year = false
        date_precision = "day"
        purposes = ["link", "measure"]
        consent_scope = "link"
        [[file]]
        name = "p.csv"
        {rules}
        "#
    )
}

fn encode(people: &str, profile_text: &str) -> Result<(Summary, Agency), EncodeError> {
    let agency = Agency::new();
    agency.file("p.csv", people);
    let summary = agency.encode(&profile(profile_text), &agency.raw())?;
    for rows in &summary.rows {
        assert_eq!(rows.read, rows.used + rows.skipped + rows.quarantined, "{}", rows.file);
    }
    Ok((summary, agency))
}

fn refused(people: &str, profile_text: &str) -> String {
    let error = encode(people, profile_text).err().expect("refused");
    assert!(error.is_input(), "{error}");
    error.to_string()
}

const SEEN: &str = "[[file.event]]\nkind = \"contact\"\ndate = \"seen\"";
const MONTH_FIRST: &str = "\"%m/%d/%Y\"";

fn people(rows: impl Iterator<Item = (String, String)>) -> String {
    let mut text = "id,first,last,dob,seen\n".to_owned();
    for (i, (dob, seen)) in rows.enumerate() {
        writeln!(text, "{i},Ana{i},Paz,{dob},{seen}").unwrap();
    }
    text
}

#[test]
fn a_file_in_the_other_order_of_day_and_month_is_refused() {
    // Twelve of 28 dates exist in either order, and none only as the profile has it.
    let days = || (1..=28).map(|day| format!("{day:02}/03/2025"));
    let births = people((1..=28).map(|day| (format!("{day:02}/03/1980"), "03/01/2025".to_owned())));
    let error = refused(&births, &text(MONTH_FIRST, SEEN));
    for word in ["p.csv", "`birth_date`", "16 of 28", "day and month"] {
        assert!(error.contains(word), "{word}: {error}");
    }
    let events = people(days().map(|day| (String::new(), day)));
    let error = refused(&events, &text(MONTH_FIRST, SEEN));
    assert!(error.contains("`seen`") && error.contains("16 of 28"), "{error}");
    let (summary, _) = encode(&events, &text("\"%d/%m/%Y\"", SEEN)).unwrap();
    assert_eq!((summary.events, summary.quarantined), (28, 0));
    assert!(summary.notes.is_empty(), "{:?}", summary.notes);
    // Who names both orders gets both.
    let (summary, _) = encode(&events, &text("\"%m/%d/%Y\", \"%d/%m/%Y\"", SEEN)).unwrap();
    assert_eq!(summary.events, 28);
}

#[test]
fn dates_of_two_orders_are_told_and_a_slip_is_not() {
    let mixed = people((0..60).map(|i| {
        let day = i % 28 + 1;
        let seen = if i % 2 == 0 { format!("{day:02}/03/2025") } else { format!("03/{day:02}/2025") };
        (String::new(), seen)
    }));
    let (summary, _) = encode(&mixed, &text(MONTH_FIRST, SEEN)).unwrap();
    let told = summary.notes.iter().any(|note| note.contains("`seen`") && note.contains("day and month"));
    assert!(told, "{:?}", summary.notes);
    let slips = people((0..60).map(|i| {
        let day = i % 28 + 1;
        (String::new(), if i < 2 { "13/03/2025".to_owned() } else { format!("03/{day:02}/2025") })
    }));
    let (summary, _) = encode(&slips, &text(MONTH_FIRST, SEEN)).unwrap();
    assert_eq!((summary.quarantined, summary.notes.len()), (2, 0), "{:?}", summary.notes);
}

#[test]
fn dates_in_a_format_that_the_profile_lacks_refuse_the_file() {
    let iso = people((1..=24).map(|day| (format!("1980-03-{day:02}"), "03/01/2025".to_owned())));
    let error = refused(&iso, &text(MONTH_FIRST, SEEN));
    assert!(error.contains("`birth_date`") && error.contains("24 of 24"), "{error}");
    let iso = people((1..=24).map(|day| (String::new(), format!("2025-03-{day:02}"))));
    let error = refused(&iso, &text(MONTH_FIRST, SEEN));
    assert!(error.contains("`seen`") && error.contains("24 of 24"), "{error}");
    // Nobody knows the day: that is no format.
    let unknown = people((1..=24).map(|i| {
        let dob = ["99/99/9999", "unknown", "00/00/0000"][i % 3].to_owned();
        (dob, "03/01/2025".to_owned())
    }));
    let (summary, _) = encode(&unknown, &text(MONTH_FIRST, SEEN)).unwrap();
    assert_eq!((summary.records, summary.by_rule["birth_date.unusable"]), (24, 24));
}

const STAGES: &str = "[file.known]\nstage = [1, 2, 3]\nlost = [1]\n[[file.event]]\nkind = \"need\"\ndate = \"seen\"\nwhen = { column = \"stage\", in = [1, 2] }\nservice = \"medical\"";

fn staged(stage: impl Fn(u32) -> &'static str) -> String {
    let mut text = "id,first,last,dob,seen,stage\n".to_owned();
    for i in 0..40 {
        writeln!(text, "{i},Ana{i},Paz,,2025-01-02,{}", stage(i)).unwrap();
    }
    text
}

#[test]
fn codes_that_conditions_ask_about_are_checked_against_a_known_list() {
    let iso = "\"%Y-%m-%d\"";
    let known = text(iso, STAGES);
    let (summary, agency) = encode(&staged(|i| if i == 7 { "1.5" } else { "1" }), &known).unwrap();
    assert_eq!((summary.events, summary.quarantined), (39, 0), "the row goes on");
    assert_eq!(summary.by_rule["code.unknown"], 1);
    let entries = quarantine(&summary);
    assert_eq!((entries[0].row, entries[0].field.as_str()), (8, "stage"));
    assert_eq!(entries[0].severity, domain::Severity::Warning);
    drop(agency);
    for code in ["1.5", "777", "Yes"] {
        let error = refused(&staged(|_| code), &known);
        assert!(error.contains("`stage`") && error.contains("40 of 40"), "{error}");
        assert!(!error.contains(code), "no value is quoted: {error}");
    }
    // Where only some rows hold a code at all, those count.
    let error = refused(&staged(|i| if i % 2 == 0 { "1.5" } else { "" }), &known);
    assert!(error.contains("20 of 20"), "{error}");
    let (summary, _) = encode(&staged(|i| if i % 2 == 0 { "3" } else { "NULL" }), &known).unwrap();
    assert!(summary.events == 0 && summary.by_rule.is_empty() && summary.notes.is_empty());
}

#[test]
fn without_a_list_the_summary_tells_of_a_column_that_no_rule_recognizes() {
    let unlisted = text("\"%Y-%m-%d\"", &STAGES[STAGES.find("[[file").unwrap()..]);
    let (summary, _) = encode(&staged(|_| "1.5"), &unlisted).unwrap();
    assert!(
        summary.notes.iter().any(|note| note.contains("`stage`") && note.contains("40")),
        "{:?}",
        summary.notes
    );
    let (summary, _) = encode(&staged(|i| if i == 3 { "2" } else { "9" }), &unlisted).unwrap();
    assert!(summary.notes.is_empty(), "{:?}", summary.notes);
}

const DELETED: &str = "[[file]]\nname = \"e.csv\"\nrecord = \"id\"\nskip_when = { column = \"deleted\", date = [\"%Y-%m-%d\"] }\n[[file.event]]\nkind = \"contact\"\ndate = \"seen\"";

#[test]
fn skipped_rows_are_counted_and_only_a_date_deletes() {
    let agency = Agency::new();
    agency.file("p.csv", "id,first,last,dob\n1,Ana,Paz,\n");
    let mut events = "id,seen,deleted\n".to_owned();
    for deleted in ["2025-06-01", "2025-06-01 10:00:00", "", "NULL", "\\N", "N/A", "0", "N"] {
        writeln!(events, "1,2025-01-02,{deleted}").unwrap();
    }
    agency.file("e.csv", &events);
    let summary = agency.encode(&profile(&text("\"%Y-%m-%d\"", DELETED)), &agency.raw()).unwrap();
    let rows = &summary.rows[1];
    assert_eq!((rows.read, rows.used, rows.skipped, rows.quarantined), (8, 4, 2, 2));
    assert_eq!(agency.manifest().rows_read[1], *rows, "the manifest says so too");
    let entries: Vec<_> = quarantine(&summary).into_iter().map(|e| (e.row, e.rule, e.field)).collect();
    let bad = |row| (row, "date.impossible".to_owned(), "deleted".to_owned());
    assert_eq!(entries, [bad(7), bad(8)]);
    // `present` takes a word for nothing as nothing.
    let present = text("\"%Y-%m-%d\"", &DELETED.replace("date = [\"%Y-%m-%d\"]", "present = true"));
    let summary = agency.encode(&profile(&present), &agency.raw()).unwrap();
    assert_eq!((summary.rows[1].used, summary.rows[1].skipped), (4, 4));
}

/// `Date Deleted`, as report writers make of it, let everybody leave who was deleted.
#[test]
fn a_column_that_tells_what_was_deleted_has_to_be_there() {
    let agency = Agency::new();
    agency.file("p.csv", "id,first,last,dob\n1,Ana,Paz,\n");
    let encode = |header: &str, optional: &str| {
        agency.file("e.csv", &format!("id,seen,{header}\n1,2025-01-02,2025-06-01\n1,2025-01-03,\n"));
        let rules = DELETED.replace("] }", &format!("]{optional} }}"));
        agency.encode(&profile(&text("\"%Y-%m-%d\"", &rules)), &agency.raw())
    };
    assert_eq!(encode("deleted", "").unwrap().rows[1].skipped, 1);
    for (header, hint) in
        [("delet_ed", "column 3 differs from it in one character"), ("gone", "`deleted` is missing")]
    {
        let error = encode(header, "").unwrap_err();
        let said = error.to_string();
        assert!(error.is_input() && said.contains(hint) && said.contains("e.csv"), "{said}");
        assert!(said.contains("`skip_when`") && said.contains("`optional = true`"), "{said}");
        let summary = encode(header, ", optional = true").unwrap();
        assert_eq!((summary.rows[1].used, summary.rows[1].skipped), (2, 0));
    }
    let nested = "skip_when = { any = [{ column = \"deleted\", present = true, optional = true }] }";
    let nested = format!("[[file]]\nname = \"e.csv\"\n{nested}");
    let error = Profile::parse(&text("\"%Y-%m-%d\"", &nested), std::path::Path::new("t.toml")).unwrap_err();
    assert!(error.to_string().contains("`skip_when` alone"), "{error}");
}

#[test]
fn every_column_that_a_shipped_profile_asks_is_listed() {
    for name in [
        "child_welfare",
        "community_provider",
        "criminal_justice",
        "hmis",
        "hotline",
        "housing",
        "human_services",
        "immigration_services",
        "labor_enforcement",
        "law_enforcement",
        "legal_services",
        "public_health",
    ] {
        for file in shipped(&format!("{name}.toml")).files {
            for (column, codes) in &file.known {
                assert!(codes.len() > 1, "{name} {column}");
                assert!(!file.allowed.contains_key(column), "{name}: `{column}` has two lists");
            }
        }
    }
}

#[test]
fn consents_of_which_most_cannot_be_read_refuse_the_file() {
    let coded = text(MONTH_FIRST, SEEN).replace(
        "consent_scope = \"link\"",
        "consent_scope = { column = \"last\", codes = { Y = \"link\" } }",
    );
    let rows = || (1..=24).map(|_| (String::new(), "03/01/2025".to_owned()));
    let error = refused(&people(rows()), &coded);
    assert!(error.contains("consent of 24 of 24") && !error.contains("Paz"), "{error}");
    let (summary, _) = encode(&people(rows()).replacen("Paz", "Y", 20), &coded).unwrap();
    // A word that the profile lacks may have been a no to all: nobody leaves on it.
    assert_eq!((summary.records, summary.withheld, summary.by_rule["consent.unknown"]), (20, 4, 4));
    assert!(
        summary
            .notes
            .iter()
            .any(|note| note.starts_with("p.csv: the consent in 4 rows") && note.contains("stays")),
        "{:?}",
        summary.notes
    );
}
