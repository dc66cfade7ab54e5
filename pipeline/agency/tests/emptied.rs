//! What a file no longer tells is told: days on which clocks begin, files of a header alone, codes in another dress.

use std::fmt::Write;

use agency::Summary;

use crate::fixture::{Agency, base, profile};

const PROFILE: &str = base!(
    "[[file]]\nname = \"p.csv\"\n[[file]]\nname = \"e.csv\"\nrecord = \"id\"\n[[file.event]]\nkind = \"entry\"\ndate = \"on\"\n\
     [[file.event]]\nkind = \"exit\"\ndate = \"left\"\nwhen = { column = \"left\", present = true }\n\
     [file.allowed]\nasked = [0, 1]\n"
);

fn encode(rows: impl Iterator<Item = (&'static str, &'static str)>) -> Summary {
    let agency = Agency::new();
    agency.file("p.csv", "id,first,last,dob\n1,Ana,Paz,\n");
    let mut events = "id,on,left,asked\n".to_owned();
    for (i, (left, asked)) in rows.enumerate() {
        writeln!(events, "1,2025-01-{:02},{left},{asked}", 1 + i % 28).unwrap();
    }
    agency.file("e.csv", &events);
    agency.encode(&profile(PROFILE), &agency.raw()).unwrap()
}

#[test]
fn days_with_which_clocks_begin_are_told_where_they_are_many() {
    for day in ["1970-01-01", "1901-01-01"] {
        let with = |many: usize| {
            let summary = encode((0..60).map(|i| (if i < many { day } else { "2025-03-01" }, "0")));
            assert_eq!(summary.events_by_kind["exit"], 60);
            summary.notes
        };
        assert!(with(4).is_empty(), "{:?}", with(4));
        let notes = with(12);
        assert!(notes.len() == 1 && notes[0].starts_with("e.csv: 12 dates of `exit`"), "{notes:?}");
    }
    let summary = encode((0..60).map(|_| ("1970-01-02", "0")));
    assert!(summary.notes.is_empty(), "{:?}", summary.notes);
}

#[test]
fn rows_that_a_dressed_code_sets_aside_are_told_though_most_are_not() {
    let with = |many: usize| encode((0..90).map(|i| ("", if i < many { "1 - Yes" } else { "0" })));
    let summary = with(24);
    assert_eq!((summary.quarantined, summary.notes.len()), (24, 1), "{:?}", summary.notes);
    let note = &summary.notes[0];
    assert!(note.starts_with("e.csv: 24 of 90 rows hold a code of `asked`"), "{note}");
    assert!(with(3).notes.is_empty());
}

#[test]
fn a_word_beside_every_name_is_told() {
    let rules = profile(
        &base!("[[file]]\nname = \"p.csv\"\n")
            .replace("first_name = \"first\"\nlast_name = \"last\"", "full_name = \"name\""),
    );
    let notes = |beside: &str| {
        let agency = Agency::new();
        let mut people = "id,name,dob\n".to_owned();
        for i in 0..400_u32 {
            let letter = |n: u32| char::from(b'a' + (n % 26) as u8);
            let last: String = [i, i / 26, i * 7, i * 11].map(letter).iter().collect();
            writeln!(people, "{i},Ana Ru{last}{beside},19{:02}-05-01", 50 + i % 50).unwrap();
        }
        agency.file("p.csv", &people);
        agency.encode(&rules, &agency.raw()).unwrap().notes
    };
    for none in ["", " aka Bo", " (minor)"] {
        assert!(notes(none).iter().all(|note| !note.contains("`last_name`")), "{none}: {:?}", notes(none));
    }
    let told = notes(" annex");
    assert!(told.iter().any(|note| note.contains("400 of 400") && note.contains("`last_name`")), "{told:?}");
}

#[test]
fn a_file_of_identities_without_an_id_is_refused() {
    let rules = profile(
        &base!("[[file]]\nname = \"p.csv\"\n")
            .replace("record_id = \"id\"", "record_id = { columns = [\"id\", \"seq\"], join = \"-\" }"),
    );
    let encode = |sequences: [&str; 6]| {
        let agency = Agency::new();
        let mut people = "id,seq,first,last,dob\n".to_owned();
        for (i, sequence) in sequences.iter().enumerate() {
            writeln!(people, "{i},{sequence},Ana,Ruiz,1990-05-01").unwrap();
        }
        agency.file("p.csv", &people);
        agency.encode(&rules, &agency.raw()).map_err(|error| error.to_string())
    };
    let error = encode([""; 6]).unwrap_err();
    assert!(error.contains("p.csv: none of 6 rows has an id"), "{error}");
    let summary = encode(["", "", "", "", "", "1"]).unwrap();
    assert_eq!((summary.records, summary.by_rule["key.missing"]), (1, 5));
}
