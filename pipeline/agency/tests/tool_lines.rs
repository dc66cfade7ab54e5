//! What programs write around the rows of a table is set aside with a reason, and makes nobody.

use crate::fixture::{Agency, base, profile, quarantine};

const PROFILE: &str = base!(
    r#"
    city = "town"
"#,
    "",
    r#"
    [[file]]
    name = "p.csv"
    [[file.event]]
    kind = "contact"
    date = "on"
"#
);
const HEADER: &str = "id,first,last,dob,town,on\n";
const PEOPLE: &str = "1,Ana,Ruiz,1990-05-01,Dunn,2025-02-01\n2,Eva,Sosa,1991-05-01,Dunn,2025-02-02\n";

/// The extract's tokens and events, and the rules of the rows set aside.
fn encode(identity: &str, text: &str) -> (Vec<String>, Vec<String>, Vec<String>) {
    let agency = Agency::new();
    agency.file("p.csv", text);
    let summary =
        agency.encode(&profile(&PROFILE.replace("record_id = \"id\"", identity)), &agency.raw()).unwrap();
    let rows = &summary.rows[0];
    assert_eq!(rows.read, rows.used + rows.skipped + rows.quarantined);
    let people = agency.people();
    let tokens: Vec<&str> = people.names().filter(|name| name.starts_with("t_")).collect();
    let rules = quarantine(&summary).iter().map(|row| format!("{} {}", row.row, row.rule)).collect();
    (people.lines(&tokens), agency.events().lines(&["date", "kind"]), rules)
}

#[test]
fn a_table_of_a_sql_tool_holds_the_people_it_holds_without_the_tools_lines() {
    let tool = format!(
        "{HEADER}---,-----,-----,----------,----,----------\nint,varchar(50),varchar(50),date,text,date\n{PEOPLE}\
         Total,,,2,,\n(2 rows affected),,,,,\n(2 rows affected)\nData as of 03/04/2026,,,,,\n"
    );
    for identity in ["record_id = \"id\"", ""] {
        let clean = encode(identity, &format!("{HEADER}{PEOPLE}"));
        let with = encode(identity, &tool);
        assert_eq!((&with.0, &with.1), (&clean.0, &clean.1), "{identity}");
        let expected =
            ["1 row.ruler", "2 row.types", "5 row.footer", "6 row.footer", "7 row.footer", "8 row.footer"];
        assert_eq!(with.2, expected, "{identity}");
    }
}

#[test]
fn labels_below_the_header_are_nobody() {
    let labels = "Client ID,First name,Last name,Date of birth,Town,Seen on\n";
    let import = "{\"\"ImportId\"\":\"\"Q\"\"}";
    let import = [import; 6].map(|cell| format!("\"{cell}\"")).join(",") + "\n";
    for identity in ["record_id = \"id\"", ""] {
        let clean = encode(identity, &format!("{HEADER}{PEOPLE}"));
        let with = encode(identity, &format!("{HEADER}{labels}{import}{PEOPLE}"));
        assert_eq!((&with.0, &with.1), (&clean.0, &clean.1), "{identity}");
        assert_eq!(with.2, ["1 row.labels", "2 row.labels"], "{identity}");
        // Somebody who is called so, and further down than a header reaches.
        let named = "3,First,Last,1990-05-01,Town,2025-02-01\n";
        assert!(encode(identity, &format!("{HEADER}{named}{PEOPLE}")).2.is_empty());
    }
}

/// Whatever a survey asks, its program's line below tells that nobody answers there.
#[test]
fn questions_above_what_a_survey_program_writes_of_each_column_are_nobody() {
    let questions =
        "Case,What is your given name?,And your family name?,When were you born?,Where do you live?,Today\n";
    let import = [r#""{""ImportId"":""Q""}""#; 6].join(",") + "\n";
    for identity in ["record_id = \"id\"", ""] {
        let clean = encode(identity, &format!("{HEADER}{PEOPLE}"));
        let with = encode(identity, &format!("{HEADER}{questions}{import}{PEOPLE}"));
        assert_eq!((&with.0, &with.1), (&clean.0, &clean.1), "{identity}");
        assert_eq!(with.2, ["1 row.labels", "2 row.labels"], "{identity}");
        // Somebody stands above such a line only where rows were sorted.
        let sorted = encode(identity, &format!("{HEADER}{PEOPLE}{import}"));
        assert_eq!((&sorted.0, sorted.2), (&clean.0, vec!["3 row.labels".to_owned()]), "{identity}");
    }
}

#[test]
fn an_export_of_nobody_is_empty_whatever_its_tool_draws() {
    let text = format!("{HEADER}---,---,---,---,---,---\n(0 rows affected)\n");
    let (people, events, rules) = encode("record_id = \"id\"", &text);
    assert!(people.is_empty() && events.is_empty());
    assert_eq!(rules, ["1 row.ruler", "2 row.footer"]);
}

/// A row that can't be read may narrow anybody's consent, and a file in which nobody can tell whose is refused; these
/// lines are nobody's.
#[test]
fn such_lines_narrow_nobodys_consent() {
    let text = PROFILE
        .replace(
            "record_id = \"id\"",
            "record_id = { columns = [\"id\", \"first\", \"last\"], join = \"-\" }",
        )
        .replace(
            "consent_scope = \"link\"",
            "consent_scope = { column = \"town\", codes = { Dunn = \"link\" } }",
        );
    let agency = Agency::new();
    agency.file("p.csv", &format!("{HEADER}--,--,--,--,--,--\n{PEOPLE}(2 rows affected)\n"));
    let summary = agency.encode(&profile(&text), &agency.raw()).unwrap();
    assert_eq!((summary.records, summary.not_linkable, summary.quarantined), (2, 0, 2));
    agency.file("p.csv", &format!("{HEADER}{PEOPLE}(2 rows and more)\n"));
    assert!(agency.encode(&profile(&text), &agency.raw()).is_err(), "a ragged row may be anybody's");
}

/// `Total,1,,` may be a total, or somebody of that name who takes a consent back.
#[test]
fn a_total_with_somebodys_id_narrows_their_consent() {
    let text = PROFILE
        .replace(
            "consent_scope = \"link\"",
            "consent_scope = { column = \"town\", codes = { Dunn = \"link\", no = \"none\" } }",
        )
        .replace("record_id = \"id\"", "record_id = \"no\"");
    let linkable = |footer: &str| {
        let agency = Agency::new();
        let people = PEOPLE.replace("1,Ana", ",1,Ana").replace("2,Eva", ",2,Eva");
        agency.file("p.csv", &format!("note,no,first,last,dob,town,on\n{people}{footer}"));
        let summary = agency.encode(&profile(&text), &agency.raw()).unwrap();
        assert_eq!(summary.by_rule["row.footer"], 1, "{footer}");
        summary.records - summary.not_linkable
    };
    assert_eq!(linkable("Total,2,,,,,\n"), 1);
    assert_eq!([linkable("Total,,,,,,2\n"), linkable("Total,400,,,,,\n"), linkable("Total,,,\n")], [2, 2, 2]);
}

/// A survey program's second line, without what it writes of each column below.
#[test]
fn questions_and_their_kinds_of_answers_are_nobody() {
    for line in [
        "Case,What is your given name?,And your family name?,When were you born?,Where do you live?,Today\n",
        ",Open-Ended Response,Open-Ended Response,Response,Response,\n",
    ] {
        let clean = encode("", &format!("{HEADER}{PEOPLE}"));
        let with = encode("", &format!("{HEADER}{line}{PEOPLE}"));
        assert_eq!(
            (&with.0, &with.1, with.2),
            (&clean.0, &clean.1, vec!["1 row.labels".to_owned()]),
            "{line}"
        );
    }
}
