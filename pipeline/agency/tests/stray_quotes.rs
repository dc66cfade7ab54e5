//! A quote without its twin costs the rows that it makes unreadable, each of them counted, and no other.

use std::fmt::Write;

use crate::fixture::{Agency, profile, quarantine};

const HEADER: &str = "id,first,last,dob,note\n";

fn text(quote: &str) -> String {
    format!(
        r#"
        source = "s"
        format = "csv"
        system = "hotline"
        {quote}
        [identity]
        record_id = "id"
        first_name = "first"
        last_name = "last"
        birth_date = "dob"
        [sharing]
        birth_year = false
        date_precision = "day"
        purposes = ["link", "measure"]
        consent_scope = "link"
        "#
    )
}

/// Rows read and records, and the rows set aside with their rules.
fn read(rows: &str) -> (u64, u64, Vec<(u64, String)>) {
    let agency = Agency::new();
    let input = agency.file("p.csv", &format!("{HEADER}{rows}"));
    let summary = agency.encode(&profile(&text("")), &input).unwrap();
    assert_eq!(summary.rows[0].read, summary.rows[0].used + summary.rows[0].quarantined);
    let aside = quarantine(&summary).into_iter().map(|e| (e.row, e.rule)).collect();
    (summary.rows[0].read, summary.records, aside)
}

/// Ten rows, of which some begin their second cell with what `opens` says.
fn ten(opens: impl Fn(u32) -> &'static str) -> String {
    let mut rows = String::new();
    for i in 1..=10 {
        writeln!(rows, "C{i},{}Ana{i},Paz,1990-05-0{},", opens(i), i % 9 + 1).unwrap();
    }
    rows
}

fn aside(rows: std::ops::RangeInclusive<u64>) -> Vec<(u64, String)> {
    rows.map(|row| (row, "row.stray_quote".to_owned())).collect()
}

#[test]
fn rows_between_two_stray_quotes_are_counted_and_set_aside() {
    let quote_at = |rows: &'static [u32]| move |i| if rows.contains(&i) { "\"" } else { "" };
    assert_eq!(read(&ten(quote_at(&[3, 8]))), (10, 4, aside(3..=8)));
    assert_eq!(read(&ten(quote_at(&[3, 4]))), (10, 8, aside(3..=4)), "adjacent rows");
    assert_eq!(
        read(&ten(|i| match i {
            3 => "\"",
            4 => "Bo \"Al\" ",
            _ => "",
        })),
        (10, 8, aside(3..=4))
    );
    let quoted = ten(quote_at(&[3])).replace("Ana8,Paz", "\"Ana, 8\",Paz");
    assert_eq!(read(&quoted), (10, 4, aside(3..=8)), "a quoted cell closes what a stray quote opened");
}

#[test]
fn a_cell_of_whole_rows_is_no_cell() {
    // Opened in the second cell of row 3 and closed behind the second of row 8: five cells, all well-formed.
    let rows = ten(|i| if i == 3 { "\"" } else { "" }).replace("Ana8,", "Ana8\",");
    assert_eq!(read(&rows), (10, 4, aside(3..=8)));
    // Of another width it is ragged, and every line of it counts.
    let rows = ten(|i| if i == 3 { "\"" } else { "" }).replace("C8,Ana8,Paz,", "C8,Ana8,Paz\",");
    let (read, records, aside) = read(&rows);
    assert_eq!((read, records, aside.len()), (10, 4, 6));
    assert!(aside.iter().all(|(_, rule)| rule == "row.ragged"), "{aside:?}");
}

#[test]
fn rows_of_a_file_that_quotes_everything_lose_one_row_a_quote() {
    let mut rows = String::new();
    for i in 1..=10 {
        writeln!(rows, "\"C{i}\",\"Ana{i}\",\"Paz\",\"\",\"\"").unwrap();
    }
    assert_eq!(read(&rows).1, 10);
    for (good, bad) in [("\"Ana4\"", "\"\"Ana4\""), ("\"Ana4\"", "\"An\"a4\""), ("\"Ana4\"", "\"Ana4")] {
        assert_eq!(read(&rows.replace(good, bad)), (10, 9, aside(4..=4)), "{bad}");
    }
}

#[test]
fn notes_of_several_lines_are_notes() {
    let rows =
        "1,Ana,Paz,1990-05-01,\"came twice,\nsaid \"\"no\"\", and left\n\n\"\n2,Eva,Sosa,1991-01-01,\"a\"\n";
    assert_eq!(read(rows), (2, 2, vec![]));
}

#[test]
fn a_quote_that_is_never_closed_refuses_the_file_and_names_the_row() {
    let agency = Agency::new();
    let rows = ten(|i| if i == 7 { "\"" } else { "" });
    let input = agency.file("p.csv", &format!("{HEADER}{rows}"));
    let error = agency.encode(&profile(&text("")), &input).expect_err("open").to_string();
    assert!(error.contains("row 7") && error.contains("twin") && !error.contains("Ana"), "{error}");
    let input = agency.file("p.csv", &format!("\"{HEADER}{rows}"));
    let error = agency.encode(&profile(&text("")), &input).expect_err("header").to_string();
    assert!(error.contains("header") && !error.contains("Ana"), "{error}");
}

#[test]
fn lines_of_a_row_that_is_too_long_are_counted() {
    let filler = "x".repeat(5 << 20);
    let rows = format!(
        "{}C11,\"{filler}\nC12,Mia,Luna,1990-01-01,\",a,b,c\nC13,Eva,Sosa,1991-01-01,\n",
        ten(|_| "")
    );
    let (read, records, aside) = read(&rows);
    assert_eq!((read, records), (13, 11));
    assert_eq!(aside, [(11, "row.too_long".to_owned()), (12, "row.too_long".to_owned())]);
}

#[test]
fn a_header_in_quotes_shows_that_quotes_quote() {
    let agency = Agency::new();
    let quoted = "\"id\",\"first\",\"last\",\"dob\"\n\"1\",\"Ana\",\"Paz, Ruiz\",\"1990-05-01\"\n";
    let input = agency.file("p.csv", quoted);
    let summary = agency.encode(&profile(&text("quote = false")), &input).unwrap();
    assert_eq!((summary.records, summary.quarantined), (1, 0));
}

#[test]
fn a_pipe_export_that_was_saved_with_commas_quotes_as_such_files_do() {
    let agency = Agency::new();
    let pipes = text("delimiter = \"|\"\n        quote = false");
    let input = agency.file("p.csv", "id,first,last,dob\n1,Ana,\"Paz, Ruiz\",1990-05-01\n");
    let summary = agency.encode(&profile(&pipes), &input).unwrap();
    assert_eq!((summary.records, summary.quarantined), (1, 0));
    let input = agency.file("p.csv", "id|first|last|dob\n1|\"Ana|Paz|1990-05-01\n");
    let summary = agency.encode(&profile(&pipes), &input).unwrap();
    assert_eq!((summary.records, summary.quarantined), (1, 0), "where quotes mean nothing one is a letter");
}
