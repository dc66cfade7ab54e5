//! Conditions and blanks of a profile, on small exports.

use crate::fixture::{Agency, profile, quarantine};

const PROFILE: &str = r#"
    source = "s"
    format = "csv"
    system = "hotline"
    people = "p.csv"
    blanks = ["N/A", "unknown", 99]
    [identity]
    record_id = "id"
    last_name = "last"
    birth_date = "dob"
    [sharing]
    birth_year = true
    date_precision = "day"
    purposes = ["link", "measure"]
    consent_scope = "link"
    [[demographics.gender]]
    value = { column = "sex", codes = { F = "female" }, blank = "unknown" }
    [[file]]
    name = "p.csv"
    [[file.event]]
    kind = "indicator"
    date = "on"
    exploitation = "labor"
    when = { columns = ["signs", "more"], contains = ["owes money", "P"], split = "|" }
    [[file.event]]
    kind = "need"
    date = "on"
    service = "medical"
    when = { age_known = false }
    [[file.event]]
    kind = "contact"
    date = "on"
    when = { all = [{ age_known = true }, { column = "sex", present = false }] }
"#;

#[test]
fn a_cell_of_several_values_an_unknown_age_and_blanks_are_told() {
    let agency = Agency::new();
    agency.file(
        "p.csv",
        "id,last,dob,sex,signs,more,on\n\
         1,Ruiz,1990-05-01,F,threats| Owes Money ,,2025-03-01\n\
         2,Sosa,N/A,UNKNOWN,owes moneys|threats,99,2025-03-02\n\
         3,Luna,1991-01-01,n/a,,x|p,2025-03-03\n\
         4,Unknown,,F,pp,,2025-03-04\n\
         99,Vega,1990-01-01,F,P,,2025-03-05\n\
         5,Roa,1992-02-02,F,P,,N/A\n",
    );
    let summary = agency.encode(&profile(PROFILE), &agency.raw()).unwrap();
    assert_eq!(
        agency.events().lines(&["date", "kind"]),
        [
            "2025-03-01 indicator",
            "2025-03-02 need",
            "2025-03-03 contact",
            "2025-03-03 indicator",
            "2025-03-04 need"
        ]
    );
    let set_aside: Vec<_> = quarantine(&summary).into_iter().map(|entry| (entry.row, entry.rule)).collect();
    let expected = [(5, "key.missing"), (6, "date.missing")].map(|(row, rule)| (row, rule.to_owned()));
    assert_eq!(set_aside, expected, "a blank birth date and a blank code are no fault");
}
