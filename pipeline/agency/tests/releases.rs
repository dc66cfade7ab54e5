//! What counts as a release, and as a day on which a row was deleted.

use std::path::Path;

use agency::Profile;

use crate::fixture::{Agency, profile};
use crate::protection::CONSENTS;

#[test]
fn nothing_but_a_clients_own_release_links_at_a_victim_service_provider() {
    let with = |scope: &str, end: &str, provider: bool| {
        CONSENTS
            .replace("END", &format!("\"{end}\""))
            .replace("PROVIDER", &provider.to_string())
            .replace(r#"codes = { Y = "link", N = "none" }, blank = "count_only""#, scope)
    };
    let place = Path::new("p.toml");
    for scope in [
        r#"codes = { Y = "link" }, blank = "link""#,
        r#"codes = { Y = "link" }, blank = "count_only", other = "link""#,
    ] {
        let refused = Profile::parse(&with(scope, "until", true), place).unwrap_err().to_string();
        assert!(refused.contains("sharing.consent_scope") && refused.contains("count_only"), "{refused}");
        assert!(Profile::parse(&with(scope, "until", false), place).is_ok(), "others may");
    }
    // One column that holds the last day of a release, or nothing.
    let day =
        with(r#"codes = { never = "count_only" }, blank = "count_only", other = "link""#, "release", true);
    let agency = Agency::new();
    agency.file("p.csv", "id,first,last,dob,on,release,since,until\n\
        1,Ana,Ruiz,1990-05-01,2025-08-17,2029-01-01,,\n2,Eva,Sosa,1991-05-01,2025-08-17,,,\n3,Mia,Luna,1992-05-01,2025-08-17,refused,,\n");
    agency.encode(&profile(&day), &agency.raw()).unwrap();
    let mut people = agency.people().lines(&["birth_year", "consent_scope"]);
    people.sort();
    assert_eq!(people, ["1990 link", "1991 count_only", "1992 count_only"]);
}

#[test]
fn days_that_stand_for_none_delete_no_row() {
    let text = CONSENTS.replace("END", "\"until\"").replace("PROVIDER", "false");
    let text = text.replace(
        "name = \"p.csv\"",
        "name = \"p.csv\"\nskip_when = { column = \"gone\", date = [\"%Y-%m-%d\"] }",
    );
    let agency = Agency::new();
    let row =
        |id: usize, gone: &str| format!("{id},Ana{id},Ruiz,1990-05-01,2025-08-17,Y,,2029-01-01,{gone}\n");
    let deleted = ["", "1899-12-30", "1900-01-01", "2099-12-31", "0000-00-00", "2025-09-01"];
    let rows: String = deleted.iter().enumerate().map(|(id, gone)| row(id + 1, gone)).collect();
    agency.file("p.csv", &format!("id,first,last,dob,on,release,since,until,gone\n{rows}"));
    let summary = agency.encode(&profile(&text), &agency.raw()).unwrap();
    let of_file = &summary.rows[0];
    assert_eq!((of_file.used, of_file.skipped, of_file.quarantined), (1, 1, 4));
    assert_eq!(summary.by_rule["date.impossible"], 4);

    // Of most rows nobody could tell: the file said nothing, and replaced the extract.
    for gone in ["1900-01-01", "0", "FALSE", "3/4/2025"] {
        let rows: String = (1..40).map(|id| row(id, if id < 30 { gone } else { "" })).collect();
        agency.file("p.csv", &format!("id,first,last,dob,on,release,since,until,gone\n{rows}"));
        let error = agency.encode(&profile(&text), &agency.raw()).unwrap_err();
        let said = error.to_string();
        assert!(
            error.is_input() && said.contains("p.csv: of 29 of 39 rows") && said.contains("skip_when"),
            "{said}"
        );
        assert!(gone.len() == 1 || !said.contains(gone), "{said}");
    }
    let rows: String = (1..40).map(|id| row(id, if id < 30 { "2025-09-01" } else { "" })).collect();
    agency.file("p.csv", &format!("id,first,last,dob,on,release,since,until,gone\n{rows}"));
    let summary = agency.encode(&profile(&text), &agency.raw()).unwrap();
    assert!(
        summary.notes.iter().any(|note| note.contains("29 of 39 rows are skipped")),
        "{:?}",
        summary.notes
    );
}
