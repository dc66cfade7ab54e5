//! A value that too many records share is nobody's, whatever else stands in the file and in whatever order.

use std::fmt::Write;

use agency::Summary;

use crate::fixture::{Agency, profile};

const HEADER: &str = "id,first,last,ssn,phone,note\n";

const PATIENTS: &str = r#"
    source = "s"
    format = "csv"
    system = "public_health"
    people = "p.csv"
    [identity]
    record_id = "id"
    first_name = "first"
    last_name = "last"
    ssn = "ssn"
    phone = "phone"
    [sharing]
    birth_year = false
    date_precision = "day"
    purposes = ["link", "measure"]
    consent_scope = "link"
    [[file]]
    name = "p.csv"
"#;

/// A patient; of those who share, with the clinic's own number and telephone.
fn patient(id: usize, shares: bool) -> String {
    let (ssn, phone) = if shares { (536_228_765, 900_000) } else { (400_010_001 + 7 * id, id) };
    format!("{id},Ana{id},Paz{id},{ssn},312{:07},\n", 2_000_000 + phone)
}

fn encode(rows: &str) -> (Agency, Summary) {
    let agency = Agency::new();
    let file = agency.file("p.csv", &format!("{HEADER}{rows}"));
    let summary = agency.encode(&profile(PATIENTS), &file).unwrap();
    (agency, summary)
}

fn tokens(agency: &Agency) -> Vec<String> {
    let people = agency.people();
    let columns: Vec<&str> = people.names().filter(|name| name.starts_with("t_")).collect();
    people.lines(&[&["record_id"][..], &columns].concat())
}

#[test]
fn a_row_that_is_too_long_changes_nothing_but_itself() {
    let rows: Vec<String> = (0..350).map(|id| patient(id, id % 5 < 2)).collect();
    let (clean, summary) = encode(&rows.concat());
    assert_eq!((summary.placeholders["ssn"], summary.placeholders["phone"]), (140, 140));

    let long = format!("999,Eva,Sosa,,,{}\n", "x".repeat(5 << 20));
    let (with, summary) = encode(&format!("{}{long}{}", rows[..200].concat(), rows[200..].concat()));
    assert_eq!(summary.by_rule["row.too_long"], 1);
    assert_eq!((summary.placeholders["ssn"], summary.placeholders["phone"]), (140, 140));
    assert!(tokens(&with) == tokens(&clean));
}

#[test]
fn the_order_of_rows_changes_nothing() {
    // More than are looked at, and so long that rows by number would be picked.
    let count = 50_001;
    let (shared, own): (Vec<_>, Vec<_>) =
        (0..count).map(|id| (id % 3 == 0, patient(id, id % 3 == 0))).partition(|(shares, _)| *shares);
    let text = |rows: &[(bool, String)]| rows.iter().map(|(_, row)| row.as_str()).collect::<String>();
    let mut in_turn = String::new();
    for (row, others) in shared.iter().zip(own.chunks(2)) {
        write!(in_turn, "{}{}", row.1, text(others)).unwrap();
    }
    let (first, summary) = encode(&in_turn);
    assert_eq!(summary.placeholders["ssn"], shared.len() as u64);
    assert_eq!(summary.placeholders["phone"], shared.len() as u64);
    for rows in [text(&shared) + &text(&own), text(&own) + &text(&shared)] {
        assert!(tokens(&encode(&rows).0) == tokens(&first));
    }
}

/// Letters that no other number has: digits are no part of a name.
fn letters(mut number: usize) -> String {
    let mut text = String::new();
    for _ in 0..4 {
        text.push(char::from(b'a' + (number % 20) as u8));
        number /= 20;
    }
    text
}

/// A row with a name, a number and a telephone of its own.
fn named(id: usize, name: &str) -> String {
    format!("{id},{name},{},312{:07},\n", 400_010_001 + 7 * id, 2_000_000 + id)
}

fn own(id: usize) -> String {
    named(id, &format!("Ana{0},Paz{0}", letters(id)))
}

/// One name in 6 % of a file, each time with a number of another, gave every one of them the tokens of one name.
#[test]
fn a_name_that_nobody_listed_is_nobodys_from_one_in_twenty_on() {
    let people = |nobodys: usize| -> String {
        (0..400).map(|id| if id < nobodys { named(id, "Zebulon,Quarrington") } else { own(id) }).collect()
    };
    let (with, summary) = encode(&people(24));
    assert_eq!(
        summary.placeholders.into_iter().collect::<Vec<_>>(),
        [("first_and_last_name".to_owned(), 24)]
    );
    let blank = people(24).replace("Zebulon,Quarrington", ",");
    assert!(tokens(&with) == tokens(&encode(&blank).0), "as though the cells were blank");
    assert!(encode(&people(19)).1.placeholders.is_empty());
}

/// A client with a row for each of many visits, under one id.
#[test]
fn who_comes_often_keeps_name_and_numbers() {
    let several = PATIENTS.to_owned() + "several_rows = true\n";
    let rows: String = (0..300).map(|row| own(if row % 3 == 0 { 0 } else { row })).collect();
    let agency = Agency::new();
    let file = agency.file("p.csv", &format!("{HEADER}{rows}"));
    let summary = agency.encode(&profile(&several), &file).unwrap();
    assert_eq!((summary.records, summary.placeholders.len()), (201, 0));
    let once: String = (0..300).filter(|id| id % 3 > 0 || *id == 0).map(own).collect();
    assert!(tokens(&agency) == tokens(&encode(&once).0));
}
