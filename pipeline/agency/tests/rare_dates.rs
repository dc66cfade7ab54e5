//! Dates that few rows are asked for: neither do their slips condemn a column, nor does a column that is wrong go
//! unseen, nor is what happened lost with its day.

use std::fmt::Write;

use agency::{EncodeError, Summary};

use crate::fixture::{Agency, base, profile, quarantine};

const PROFILE: &str = base!(
    "[[file]]\nname = \"p.csv\"\n[[file]]\nname = \"e.csv\"\nrecord = \"id\"\n[[file.event]]\nkind = \"entry\"\ndate = \"filed\"\n\
     [[file.event]]\nkind = \"identification\"\ndate = \"closed\"\nexploitation = \"labor\"\n\
     when = { column = \"finding\", in = [\"Y\"] }\n"
);

/// Complaints with a finding and a day on which they closed.
fn encode(profile_text: &str, rows: &[(&str, &str)]) -> (Agency, Result<Summary, EncodeError>) {
    let agency = Agency::new();
    agency.file("p.csv", "id,first,last,dob\n1,Ana,Paz,\n");
    let mut events = "id,filed,finding,closed\n".to_owned();
    for (i, (finding, closed)) in rows.iter().enumerate() {
        writeln!(events, "1,2025-01-{:02},{finding},{closed}", 1 + i % 28).unwrap();
    }
    agency.file("e.csv", &events);
    let encoded = agency.encode(&profile(profile_text), &agency.raw());
    (agency, encoded)
}

#[test]
fn slips_in_the_few_rows_that_are_asked_refuse_no_file() {
    let mut rows = vec![("N", "2025-03-01"); 60];
    for bad in ["2025-02-31", "12/31/2025"] {
        rows[..5].fill(("Y", bad));
        let summary = encode(PROFILE, &rows).1.unwrap();
        assert_eq!((summary.quarantined, summary.events), (5, 55), "{bad}");
        let told = "5 rows of `e.csv` that are set aside hold an identification";
        assert!(summary.notes.iter().any(|note| note.starts_with(told)), "{bad}: {:?}", summary.notes);
    }
    // Where the column holds nothing else, all of it is wrong.
    rows[5..].fill(("N", ""));
    let error = encode(PROFILE, &rows).1.unwrap_err().to_string();
    assert!(error.contains("column `closed` 5 of 5 dates"), "{error}");
    // What other rows hold there may be no date at all.
    rows[..5].fill(("Y", "2025-03-01"));
    rows[5..].fill(("N", "room 17"));
    assert_eq!(encode(PROFILE, &rows).1.unwrap().quarantined, 0);
}

#[test]
fn a_column_that_is_wrong_is_refused_though_few_rows_are_asked() {
    let mut rows = vec![("N", "3012025"); 40];
    rows[..4].fill(("Y", "3012025"));
    let error = encode(PROFILE, &rows).1.unwrap_err();
    assert!(error.is_input() && error.to_string().contains("column `closed` 40 of 40 dates"), "{error}");
    rows.fill(("N", "2025-03-01"));
    rows[0] = ("Y", "2025-31-03");
    assert_eq!(encode(PROFILE, &rows).1.unwrap().quarantined, 1);
    rows[1..].fill(("N", "2025-31-03"));
    let error = encode(PROFILE, &rows).1.unwrap_err().to_string();
    assert!(error.contains("the other way"), "{error}");
}

#[test]
fn what_happened_is_not_lost_with_its_day() {
    let otherwise = PROFILE.replace("exploitation =", "date_otherwise = \"filed\"\nexploitation =");
    let mut rows = vec![("N", "2025-03-01"); 40];
    let cells =
        [("", 0), ("Open", 1), ("pending", 1), ("1900-01-01", 1), ("2025-02-31", 1), ("2025-04-01", 0)];
    for (at, (cell, _)) in cells.iter().enumerate() {
        rows[at] = ("Y", cell);
    }
    let (agency, summary) = encode(&otherwise, &rows);
    let summary = summary.unwrap();
    assert_eq!((summary.quarantined, summary.events_by_kind["identification"]), (0, 6));
    let dates: Vec<_> = agency
        .events()
        .lines(&["kind", "date"])
        .into_iter()
        .filter(|line| line.contains("identification"))
        .collect();
    let on = |day: &str| dates.iter().filter(|line| line.ends_with(day)).count();
    assert_eq!(on("2025-04-01"), 1, "{dates:?}");
    assert!((1..=5).all(|day| on(&format!("2025-01-0{day}")) == 1), "{dates:?}");
    let warned: Vec<_> = quarantine(&summary).into_iter().map(|entry| (entry.row, entry.rule)).collect();
    let told = (1_u64..).zip(cells).filter(|(_, (_, told))| *told == 1);
    assert_eq!(warned, told.map(|(row, _)| (row, "date.otherwise".to_owned())).collect::<Vec<_>>());
    // Without it, the row goes with its day.
    assert_eq!(encode(PROFILE, &rows).1.unwrap().quarantined, 5);
}

#[test]
fn the_day_that_stands_for_another_is_no_birth_date() {
    let birth = PROFILE.replace("exploitation =", "date_otherwise = \"dob\"\nexploitation =");
    let error = agency::Profile::parse(&birth, std::path::Path::new("t.toml")).unwrap_err().to_string();
    assert!(error.contains("date_otherwise") && error.contains("birth"), "{error}");
}

/// What a row is set aside for has nothing to do with what it would have told.
#[test]
fn rows_set_aside_without_an_identification_are_no_note() {
    let rows = [("N", "2025-03-01"), ("Y", "2025-03-01"), ("N", "2025-03-01")];
    let with = |filed: &str, row: usize| {
        let agency = Agency::new();
        agency.file("p.csv", "id,first,last,dob\n1,Ana,Paz,\n");
        let lines = rows.iter().enumerate().map(|(at, (finding, closed))| {
            format!("1,{},{finding},{closed}\n", if at == row { filed } else { "2025-01-01" })
        });
        agency.file("e.csv", &format!("id,filed,finding,closed\n{}", lines.collect::<String>()));
        let summary = agency.encode(&profile(PROFILE), &agency.raw()).unwrap();
        (summary.quarantined, summary.notes.iter().any(|note| note.contains("hold an identification")))
    };
    assert_eq!(
        (with("2025-02-31", 0), with("2025-02-31", 1), with("2025-01-01", 1)),
        ((1, false), (1, true), (0, false))
    );
}
