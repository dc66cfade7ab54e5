//! A profile that takes the birth date for something that happened is found out before anything is written,
//! whatever the column is called.

use std::fmt::Write;

use agency::EncodeError;

use crate::fixture::{Agency, profile};

const PROFILE: &str = r#"
    source = "s"
    format = "csv"
    system = "hotline"
    people = "p.csv"
    [identity]
    record_id = "id"
    BIRTH
    [sharing]
    birth_year = false
    date_precision = "PRECISION"
    purposes = ["link", "measure"]
    consent_scope = "link"
    CONSENT
    [[file]]
    name = "p.csv"
    [[file]]
    name = "e.csv"
    record = "id"
    [[file.event]]
    kind = "contact"
    date = "DATE"
"#;

/// An export of so many people, three contacts each; one contact of each is on the day they are born.
fn encoded(people: u32, birth: &str, consent: &str, date: &str, precision: &str) -> Result<u64, EncodeError> {
    let agency = Agency::new();
    let (mut rows, mut events) = ("id,dob,signed,given\n".to_owned(), "id,on,seen,day\n".to_owned());
    for i in 0..people {
        let born = format!("{}-{:02}-{:02}", 1950 + i * 7 % 60, 1 + i % 12, 1 + i % 28);
        writeln!(rows, "{i},{born},2025-01-{:02},{born}", 1 + i % 28).unwrap();
        for contact in 0..3 {
            let on = format!("2025-{:02}-{:02}", 1 + (i + contact) % 12, 1 + i % 28);
            let day = if contact == 0 { &born } else { &on };
            writeln!(events, "{i},{on},{born},{day}").unwrap();
        }
    }
    agency.file("p.csv", &rows);
    agency.file("e.csv", &events);
    let text = PROFILE.replace("BIRTH", birth).replace("CONSENT", consent);
    let text = text.replace("\"DATE\"", &format!("\"{date}\"")).replace("PRECISION", precision);
    let done = agency.encode(&profile(&text), &agency.raw()).map(|summary| summary.events);
    assert_eq!(agency.out().exists(), done.is_ok(), "nothing is written where it is refused");
    done
}

const BIRTH: &str = "birth_date = \"dob\"";

#[test]
fn birth_dates_for_dates_of_events_are_refused() {
    let message = encoded(40, BIRTH, "", "seen", "day").unwrap_err().to_string();
    for words in ["e.csv", "120 of 120", "`contact`", "source profile"] {
        assert!(message.contains(words), "{message}");
    }
    assert!(!message.contains("19"), "no date is quoted: {message}");
    assert!(encoded(40, BIRTH, "", "on", "day").is_ok());
    assert!(encoded(40, BIRTH, "", "day", "day").is_ok(), "a third of them: children are born");
    assert!(encoded(40, BIRTH, "", "seen", "month").is_ok(), "a month is no birth date");
    assert!(encoded(1, BIRTH, "", "seen", "day").is_ok(), "three may be chance");
}

#[test]
fn birth_dates_for_days_of_consent_are_refused() {
    let message = encoded(40, BIRTH, "consent_start = \"given\"", "on", "day").unwrap_err().to_string();
    assert!(message.contains("p.csv") && message.contains("`consent_start`"), "{message}");
    assert!(encoded(40, BIRTH, "consent_start = \"signed\"", "on", "day").is_ok());
}

#[test]
fn where_no_birth_date_is_known_their_spread_tells() {
    let message = encoded(400, "", "", "seen", "day").unwrap_err().to_string();
    assert!(message.contains("events.parquet") && message.contains("`date`"), "{message}");
    assert!(encoded(400, "", "", "on", "day").is_ok());
    assert!(encoded(400, "", "", "seen", "month").is_ok());
}
