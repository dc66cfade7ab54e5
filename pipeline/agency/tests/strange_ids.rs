//! Two files that write one id in two ways have nobody in common, and that is no empty month.

use std::fmt::Write;

use crate::fixture::{Agency, profile};

const PROFILE: &str = r#"
    source = "s"
    format = "csv"
    system = "hotline"
    people = "p.csv"
    [identity]
    record_id = "id"
    first_name = "first"
    last_name = "last"
    [sharing]
    birth_year = false
    date_precision = "day"
    purposes = ["link", "measure"]
    consent_scope = "link"
    [[file]]
    name = "p.csv"
    [[file]]
    name = "e.csv"
    record = "id"
    [[file.event]]
    kind = "contact"
    date = "on"
"#;

/// Twenty people, and forty events of ids that `written` writes.
fn encode(written: impl Fn(usize) -> String) -> Result<(u64, Vec<String>), String> {
    let (mut people, mut events) = ("id,first,last\n".to_owned(), "id,on\n".to_owned());
    for i in 0..40 {
        if i < 20 {
            writeln!(people, "{i},Ana,Paz").unwrap();
        }
        writeln!(events, "{},2025-01-{:02}", written(i % 20), 1 + i % 28).unwrap();
    }
    let agency = Agency::new();
    agency.file("p.csv", &people);
    agency.file("e.csv", &events);
    let summary = agency.encode(&profile(PROFILE), &agency.raw()).map_err(|error| error.to_string())?;
    Ok((summary.events, summary.notes))
}

#[test]
fn ids_that_are_written_otherwise_refuse_their_file() {
    let error = encode(|id| format!("{id:04}")).expect_err("zeros in front");
    assert!(error.contains("e.csv") && error.contains("40 of 40 rows") && error.contains("zeros"), "{error}");
    let (events, notes) = encode(|id| if id < 12 { format!("x{id}") } else { id.to_string() }).unwrap();
    assert_eq!(events, 16);
    assert!(notes.len() == 1 && notes[0].contains("24 of 40 rows"), "{notes:?}");
    assert_eq!(encode(|id| format!("=\"{id}\"")).unwrap(), (40, Vec::new()));
    assert_eq!(encode(|id| format!("\u{200b}{id}\u{feff}")).unwrap(), (40, Vec::new()));
}
