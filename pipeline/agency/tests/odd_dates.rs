//! Cells that hold a date and more, or a day on which nothing can have happened, or day and month the other way
//! round.

use std::fmt::Write;

use agency::{EncodeError, Summary};

use crate::fixture::{Agency, profile, quarantine};

fn text(formats: &str) -> String {
    format!(
        r#"
        source = "s"
        format = "csv"
        system = "hotline"
        people = "p.csv"
        date_formats = [{formats}]
        [identity]
        record_id = "id"
        first_name = "first"
        last_name = "last"
        birth_date = {{ column = "dob", formats = [{formats}] }}
        [sharing]
        birth_year = true
        date_precision = "day"
        purposes = ["link", "measure"]
        consent_scope = {{ column = "release", codes = {{ Y = "link" }} }}
        consent_end = "until"
        victim_service_provider = true
        [[file]]
        name = "p.csv"
        [[file.event]]
        kind = "contact"
        date = "on"
        "#
    )
}

const ISO: &str = "\"%Y-%m-%d\"";

fn encode(rows: &str, formats: &str) -> Result<(Agency, Summary), EncodeError> {
    let agency = Agency::new();
    agency.file("p.csv", &format!("id,first,last,dob,release,until,on\n{rows}"));
    let summary = agency.encode(&profile(&text(formats)), &agency.raw())?;
    for rows in &summary.rows {
        assert_eq!(rows.read, rows.used + rows.skipped + rows.quarantined, "{}", rows.file);
    }
    Ok((agency, summary))
}

/// `2029-01-01 revoked 2025-03-01` used to be read as the first of its dates.
#[test]
fn behind_a_date_only_a_time_of_day_may_stand() {
    for (behind, time) in [
        (" 10:30", true),
        ("T10:30:00.123456Z", true),
        (" 00:00:00.0", true),
        (" 12:00:00 AM", true),
        (" 10:30:00+02:00", true),
        (" revoked 2025-03-01", false),
        (" - 2020-01-01", false),
        ("Trevoked", false),
        (" or 2020", false),
        (" 99:99", false),
        (" 25:61", false),
        (" 10:30 revoked", false),
    ] {
        let row = format!("1,Ana,Ruiz,1990-05-01,Y,2029-01-01{behind},2025-01-02\n");
        let (agency, summary) = encode(&row, ISO).unwrap();
        assert_eq!(summary.tokens > 0, time, "{behind}");
        assert_eq!(summary.by_rule.contains_key("consent.unknown"), !time, "{behind}");
        assert_eq!(agency.people().column("consent_scope"), [if time { "link" } else { "count_only" }]);
        let row = format!("1,Ana,Ruiz,1990-05-01,Y,2029-01-01,2025-01-02{behind}\n");
        let (_, summary) = encode(&row, ISO).unwrap();
        assert_eq!((summary.events == 1, summary.quarantined == 0), (time, time), "{behind}");
        let row = format!("1,Ana,Ruiz,1990-05-01{behind},Y,2029-01-01,2025-01-02\n");
        let (_, summary) = encode(&row, ISO).unwrap();
        assert_eq!(summary.unusable.contains_key("birth_date"), !time, "{behind}");
    }
}

/// Behind a format with blanks in it no time was read.
#[test]
fn a_time_may_stand_behind_a_date_of_any_format() {
    for (formats, on) in [
        ("\"%d %b %Y\"", "02 Jan 2025 10:30"),
        ("\"%m/%d/%Y\"", "1/2/2025 9:05:00 PM"),
        ("\"%d.%m.%Y\"", "02.01.2025 10.30"),
        ("\"%Y%m%d\"", "20250102T103000Z"),
        ("\"%d-%b-%y\"", "02-JAN-25 12.00.00.000000 AM"),
        ("\"%d-%b-%Y\"", "02-OCT-2024"),
    ] {
        let (_, summary) = encode(&format!("1,Ana,Ruiz,,N,,{on}\n").replace(",N,", ",,"), formats).unwrap();
        assert_eq!((summary.events, summary.quarantined), (1, 0), "{on}");
    }
}

/// Someone born in 2067 or 1799 had tokens and no warning.
/// Two digits of a year were told as another order of day and month, which would have been no remedy.
#[test]
fn years_of_two_digits_are_another_format() {
    let mut rows = String::new();
    for i in 0..24 {
        writeln!(rows, "{i},Ana{i},Ruiz,04/{}/91,Y,01/01/2029,01/02/2025", 10 + i % 15).unwrap();
    }
    let error = encode(&rows, "\"%m/%d/%Y\"").err().map(|error| error.to_string()).unwrap_or_default();
    assert!(error.contains("24 of 24 dates do not exist") && !error.contains("other way"), "{error}");
}

#[test]
fn nobody_is_born_tomorrow_or_long_ago() {
    for (dob, possible) in [
        ("2026-01-15", true),
        ("2026-01-16", false),
        ("2067-07-06", false),
        ("1900-12-30", false),
        ("1901-01-16", true),
        ("1799-07-06", false),
    ] {
        let (agency, summary) = encode(&format!("1,Ana,Ruiz,{dob},Y,2029-01-01,2025-01-02\n"), ISO).unwrap();
        assert_eq!(summary.unusable.contains_key("birth_date"), !possible, "{dob}");
        let people = agency.people();
        assert_eq!(people.column("birth_year")[0].is_empty(), !possible, "{dob}");
        assert_eq!(people.column("t_first_dob")[0].is_empty(), !possible, "{dob}");
    }
    let births = |dob: &str| {
        let mut rows = String::new();
        for i in 0..24 {
            writeln!(rows, "{i},Ana{i},Ruiz,{dob}-{:02},Y,2029-01-01,2025-01-02", i + 1).unwrap();
        }
        encode(&rows, ISO).err().map(|error| error.to_string()).unwrap_or_default()
    };
    let error = births("2099-05");
    assert!(error.contains("`birth_date`") && error.contains("24 of 24"), "{error}");
    assert_eq!(births("1985-05"), "");
}

/// The hub sets aside what lies more than a year ahead; the agency should hear of it first.
#[test]
fn what_lies_more_than_a_year_ahead_has_not_happened() {
    for (on, rule) in [
        ("2026-12-31", None),
        ("2027-01-15", None),
        ("2027-01-20", Some("date.future")),
        ("2099-01-01", Some("date.future")),
        ("1899-12-31", Some("date.impossible")),
        // Databases and spreadsheets write it for no day.
        ("1900-01-01", Some("date.impossible")),
        ("1901-01-01", None),
    ] {
        let (_agency, summary) = encode(&format!("1,Ana,Ruiz,1990-05-01,Y,2029-01-01,{on}\n"), ISO).unwrap();
        let rules: Vec<_> = quarantine(&summary).into_iter().map(|entry| entry.rule).collect();
        assert_eq!(rules, rule.into_iter().collect::<Vec<_>>(), "{on}");
    }
    for year in ["2099", "1899"] {
        let mut rows = String::new();
        for i in 0..24 {
            writeln!(rows, "{i},Ana{i},Ruiz,1985-05-01,Y,2029-01-01,{year}-05-{:02}", i + 1).unwrap();
        }
        let error = encode(&rows, ISO).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains("`on`") && error.contains("24 of 24"), "{error}");
    }
}

/// Three births in ten as `%Y-%d-%m` gave 548 wrong tokens and no note.
#[test]
fn day_and_month_are_told_apart_behind_a_year_and_without_separators_too() {
    for (declared, other) in [("%Y-%m-%d", "%Y-%d-%m"), ("%Y%m%d", "%Y%d%m"), ("%m%d%Y", "%d%m%Y")] {
        let rows = |one_in: u32| {
            let mut rows = String::new();
            for i in 0..60_u32 {
                let day = chrono::NaiveDate::from_ymd_opt(1985, 3, 1 + i % 28).unwrap();
                let format = if i % one_in == 0 { other } else { declared };
                let seen = chrono::NaiveDate::from_ymd_opt(2025, 3, 1 + i % 28).unwrap();
                let (dob, on) = (day.format(format), seen.format(declared));
                writeln!(rows, "{i},Ana{i},Ruiz,{dob},,,{on}").unwrap();
            }
            encode(&rows, &format!("\"{declared}\""))
        };
        let (_, summary) = rows(3).unwrap();
        let told = |note: &String| note.contains("`birth_date`") && note.contains("the other way round");
        assert!(summary.notes.iter().any(told), "{declared}: {:?}", summary.notes);
        let error = rows(1).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains("`birth_date`") && error.contains("the other way"), "{declared}: {error}");
        let (_, summary) = rows(60).unwrap();
        assert!(!summary.notes.iter().any(told), "{declared}: {:?}", summary.notes);
    }
}

/// Below twenty rows a column in another format was lost without a word.
#[test]
fn a_small_file_of_which_no_date_can_be_read_is_refused() {
    let rows = |count: u32, dob: &str, good: u32| {
        let mut rows = String::new();
        for i in 0..count {
            let dob = if i < good { "1985-03-04" } else { dob };
            writeln!(rows, "{i},Ana{i},Ruiz,{dob},Y,2029-01-01,2025-01-02").unwrap();
        }
        encode(&rows, ISO).err().map(|error| error.to_string()).unwrap_or_default()
    };
    for dob in ["13/04/1985", "31149", "479692800"] {
        let error = rows(5, dob, 0);
        assert!(error.contains("`birth_date`") && error.contains("5 of 5"), "{dob}: {error}");
        assert_eq!(rows(4, dob, 0), "", "four may be slips");
        assert_eq!(rows(17, dob, 1), "", "one is right");
    }
    assert_eq!(rows(17, "99/99/9999", 0), "");
}

/// A contact, an exit and a service on the day of the exit, which may be blank.
fn encode_left(left: &str, also: &str) -> (String, Summary) {
    let (agency, summary) = leave(left, also);
    (agency.events().lines(&["kind"]).join(" "), summary)
}

fn leave(left: &str, also: &str) -> (Agency, Summary) {
    let text = text(ISO).replacen("date_precision", &format!("{also}\n        date_precision"), 1);
    let rules = text
        + r#"
        [[file.event]]
        kind = "exit"
        date = "left"
        when = { column = "left", present = true }
        [[file.event]]
        kind = "service"
        date = "left"
        service = "medical"
        when = { all = [{ column = "on", present = true }, { column = "left", present = true }] }
        "#;
    let agency = Agency::new();
    let header = "id,first,last,dob,release,until,on,left";
    agency.file("p.csv", &format!("{header}\n1,Ana,Ruiz,1990-05-01,Y,2029-01-01,2025-01-02,{left}\n"));
    let summary = agency.encode(&profile(&rules), &agency.raw()).unwrap();
    (agency, summary)
}

/// Open matters were set aside with all that happened in them, or ended in 1900.
#[test]
fn what_stands_for_no_day_is_blank_where_a_date_may_be_blank() {
    for left in ["1900-01-01", "1900-01-01 00:00:00", "1899-12-30", "0", "00-Jan-1900", "TBD", "9999-12-31"] {
        let (kinds, summary) = encode_left(left, "");
        assert_eq!((kinds.as_str(), summary.quarantined), ("contact", 0), "{left}");
        assert_eq!(summary.by_rule["date.no_day"], 1, "{left}");
        assert_eq!(summary.rows[0].used, 1);
    }
    let (kinds, summary) = encode_left("", "");
    assert!(kinds == "contact" && summary.by_rule.is_empty());
    assert_eq!(encode_left("2025-01-03", "").0, "contact exit service");
}

/// `2025-02-31` in a column that may be blank set the row aside, and with it all else that it told.
#[test]
fn a_day_that_may_be_blank_and_cant_be_read_takes_what_happened_then_alone() {
    for left in ["2025-02-31", "3/4/2025", "99", "see file", "2079-06-06", "1899-11-30"] {
        let (kinds, summary) = encode_left(left, "");
        assert_eq!((kinds.as_str(), summary.quarantined, summary.rows[0].used), ("contact", 0, 1), "{left}");
        assert_eq!(summary.by_rule["date.unusable"], 1, "{left}: two rules, one cell");
        let told = |note: &String| note.contains("1 cells of `left`") && note.contains("blanks = [");
        assert!(summary.notes.iter().any(told), "{left}: {:?}", summary.notes);
    }
    let (_agency, summary) = leave("2025-02-31", "");
    let entries = quarantine(&summary);
    assert_eq!((entries.len(), entries[0].field.as_str(), entries[0].row), (1, "left", 1));
    // The day may have been the first, when the person was younger.
    assert_eq!(encode_left("2025-02-31", "minimum_age = 18").1.withheld_by_rule["age.unknown"], 1);
    assert_eq!(encode_left("TBD", "minimum_age = 18").1.withheld, 0);
    // A day that has to be there still takes the row.
    let (_, summary) = encode("1,Ana,Ruiz,1990-05-01,Y,2029-01-01,2025-02-31\n", ISO).unwrap();
    assert_eq!((summary.by_rule["date.impossible"], summary.quarantined), (1, 1));
}
