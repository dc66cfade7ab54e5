//! Conditions that find none of the codes they ask about are silent; the summary is not.

use std::fmt::Write;

use crate::fixture::{Agency, base, profile};

const PROFILE: &str = base!(
    "[[file]]\nname = \"p.csv\"\n[[file]]\nname = \"e.csv\"\nrecord = \"id\"\n[[file.event]]\nkind = \"indicator\"\ndate = \"on\"\n\
     exploitation = \"sex\"\nwhen = WHEN"
);
const PREFIX: &str = "{ columns = [\"DX1\", \"DX2\"], prefix = [\"T74.5\"] }";
const CONTAINS: &str = "{ column = \"DX1\", contains = [\"T74.51XA\"], split = \";\" }";

/// Encodes rows of diagnoses; gives the notes and the indicators.
fn encode(when: &str, rows: &[(&str, &str)]) -> (Vec<String>, u64) {
    let agency = Agency::new();
    agency.file("p.csv", "id,first,last,dob\n1,Ana,Paz,\n");
    let mut events = "id,on,DX1,DX2\n".to_owned();
    for (i, (one, two)) in rows.iter().enumerate() {
        writeln!(events, "1,2025-01-{:02},\"{one}\",\"{two}\"", 1 + i % 28).unwrap();
    }
    agency.file("e.csv", &events);
    let summary = agency.encode(&profile(&PROFILE.replace("WHEN", when)), &agency.raw()).unwrap();
    (summary.notes, summary.events)
}

#[test]
fn diagnoses_in_another_dress_are_told() {
    for dressed in ["ICD10:T74.51XA", "T74,51XA", "(T74.51XA)", "Confirmed - T74.51XA"] {
        for when in [PREFIX, CONTAINS] {
            let (notes, events) = encode(when, &[(dressed, ""); 24]);
            assert_eq!(events, 0);
            assert!(
                notes.len() == 1 && notes[0].starts_with("e.csv: none of the 24 codes of `DX1`"),
                "{notes:?}"
            );
            assert!(!notes[0].contains(dressed), "{notes:?}");
        }
    }
    let mut rows = [("J06.9", "R10"); 24];
    let (notes, _) = encode(PREFIX, &rows);
    assert!(notes.len() == 1 && notes[0].contains("48 codes of `DX1`, `DX2`"), "{notes:?}");
    assert!(encode(PREFIX, &rows[..9]).0.is_empty(), "too few to tell");
    rows[5].1 = "T7451XA";
    assert_eq!(encode(PREFIX, &rows), (Vec::new(), 1));
}

#[test]
fn several_codes_in_a_cell_are_told_though_some_stand_alone() {
    let mut rows = [("R10.9;T74.51XA", ""); 24];
    rows[3].0 = "T74.51XA";
    let (notes, events) = encode(PREFIX, &rows);
    assert_eq!(events, 1);
    assert!(
        notes.len() == 1 && notes[0].contains("of 24 cells of `DX1`, `DX2`") && notes[0].contains("1 alone"),
        "{notes:?}"
    );
    let (notes, events) = encode(CONTAINS, &rows);
    assert_eq!((notes.len(), events), (0, 24));
}
