//! One cell among ten thousand clean ones, columns of other types than text, and what a sketch tells.

use detector::{Basis, Kind, Sketch, judge, lookalike};
use proptest::prelude::*;

const NEWEST_DAY: i64 = 20_634;

fn sketch<'a>(cells: impl Iterator<Item = &'a str>) -> Sketch {
    let mut sketch = Sketch::new();
    cells.for_each(|cell| sketch.text(cell));
    sketch
}

#[test]
fn one_note_among_ten_thousand_codes_is_found() {
    for (note, kind) in [
        ("call Jane Doe 312-555-0142", Kind::Phone),
        ("Jane Doe", Kind::Name),
        ("DOE, JANE", Kind::Name),
        ("123-45-6789", Kind::Ssn),
        ("j.doe@post.example", Kind::Email),
        ("412 N Oak Ave Apt 3", Kind::Address),
        ("ssn 123456789", Kind::Ssn),
    ] {
        let codes = ["SHEL", "MED", "no", "yes", "Case management", "99"];
        let column =
            sketch((0..10_000).map(|row| if row == 5_311 { note } else { codes[row % codes.len()] }));
        let finding = judge(&column, NEWEST_DAY).expect(note);
        assert_eq!(
            (finding.kind, finding.basis),
            (kind, Basis::Cells { count: 1, first_row: 5_312 }),
            "{note}"
        );
    }
    let column = sketch((0..10_000).map(|row| if row == 77 { "123456789" } else { "8" }));
    assert_eq!(judge(&column, NEWEST_DAY).map(|f| f.kind), Some(Kind::Ssn));
}

#[test]
fn numbers_dates_and_bytes_are_judged_like_their_texts() {
    let mut births = Sketch::new();
    (0..500).for_each(|n| births.date(n * 41 - 3_000));
    assert_eq!(judge(&births, NEWEST_DAY).map(|f| f.kind), Some(Kind::BirthDate));

    let mut visits = Sketch::new();
    (0..500).for_each(|n| visits.date(20_634 - n * n % 900));
    assert_eq!(judge(&visits, NEWEST_DAY), None);

    let mut numbers = Sketch::new();
    (0..500_i64).for_each(|n| numbers.integer(1_000_000 + n * 555_576_401 % 899_000_000));
    assert_eq!(judge(&numbers, NEWEST_DAY).map(|f| f.kind), Some(Kind::Ssn), "numbers lose leading zeros");

    let mut names = Sketch::new();
    ["Jane", "Omar", "Linh", "Maria"].iter().cycle().take(90).for_each(|name| names.bytes(name.as_bytes()));
    assert_eq!(judge(&names, NEWEST_DAY).map(|f| f.kind), Some(Kind::Name));

    let mut packed = Sketch::new();
    (0..90_u32).for_each(|n| packed.bytes(&[0, 159, n as u8, 146, 150]));
    assert_eq!(judge(&packed, NEWEST_DAY).map(|f| f.kind), Some(Kind::Opaque));

    let mut empty = Sketch::new();
    (0..90).for_each(|_| empty.null());
    assert_eq!((judge(&empty, NEWEST_DAY), empty.rows(), empty.filled()), (None, 90, 0));
}

#[test]
fn a_sketch_prints_no_cell() {
    let column = sketch(["Jane Doe", "Omar Farah"].into_iter());
    let finding = judge(&column, NEWEST_DAY);
    let printed = format!("{column:?} {finding:?}");
    assert!(!printed.contains("Jane") && !printed.contains("Omar"), "{printed}");
}

#[test]
fn order_and_repeats_of_rows_change_nothing() {
    let cells: Vec<String> = (0..9_000).map(|n| format!("{:09}", n * 55_557_641_u64 % 899_000_000)).collect();
    let forward = judge(&sketch(cells.iter().map(String::as_str)), NEWEST_DAY);
    let backward = judge(&sketch(cells.iter().rev().map(String::as_str)), NEWEST_DAY);
    assert_eq!(forward, backward);
    assert_eq!(forward.map(|f| f.kind), Some(Kind::Ssn));
}

proptest! {
    #[test]
    fn no_text_makes_it_stumble(cells in prop::collection::vec("\\PC{0,40}", 0..30)) {
        let _ = judge(&sketch(cells.iter().map(String::as_str)), NEWEST_DAY);
        for cell in &cells {
            let _ = lookalike(cell);
        }
    }

    #[test]
    fn no_date_like_text_makes_it_stumble(cells in prop::collection::vec("[0-9/: .T-]{0,24}", 0..30)) {
        let _ = judge(&sketch(cells.iter().map(String::as_str)), NEWEST_DAY);
    }

    #[test]
    fn every_keyed_id_passes(id in "[0-9a-f]{32}") {
        prop_assert!(lookalike(&id).is_none());
    }
}
