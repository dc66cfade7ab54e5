//! A city with all eleven systems, human services twice: encoded, linked, measured, published.

use std::collections::BTreeSet;
use std::fs;

use crate::scratch::{FURTHER, SOURCES, Scratch, repository};
use crate::truth::{CITY, agrees_with_the_truth};

/// Rows by file and number.
type Rows = BTreeSet<(String, u64)>;

/// Rows that the simulator spoilt, and rows that the agencies set aside.
fn spoilt_and_set_aside(scratch: &Scratch) -> (Rows, Rows) {
    let text =
        fs::read_to_string(scratch.path(&format!("raw/{CITY}/truth/bad_rows.csv"))).expect("the truth");
    let cells = text.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
    let spoilt = cells.map(|row| (row[0].to_owned(), row[1].parse().expect("a row number"))).collect();
    let names = SOURCES.iter().map(|(name, _)| *name).chain(FURTHER.iter().map(|(name, ..)| *name));
    let mut aside = BTreeSet::new();
    for name in names {
        let path = scratch.path(&format!("extracts/{CITY}/{name}.quarantine.json"));
        let entries: Vec<serde_json::Value> =
            serde_json::from_slice(&fs::read(path).expect("a quarantine")).expect("JSON");
        for entry in entries.iter().filter(|entry| entry["severity"] == "error") {
            let file = entry["file"].as_str().expect("a file");
            aside.insert((format!("{name}/{file}"), entry["row"].as_u64().expect("a row")));
        }
    }
    (spoilt, aside)
}

#[test]
fn a_city_of_all_systems_is_published_and_agrees_with_its_truth() {
    let scratch = Scratch::new(&[CITY], 12_000);
    scratch.add_further_sources(CITY);
    scratch.edit_config("seed = 11", "seed = 11\nerrors = \"none\"");
    // The truth knows days. The clinic's profile lets out months, so here it is told not to.
    let profile = repository().join("schemas/sources/immigration_services.toml");
    let exact = scratch.path("immigration_services.toml");
    let text = fs::read_to_string(&profile).expect("a profile");
    assert!(text.contains("date_precision = \"month\""));
    fs::write(&exact, text.replace("date_precision = \"month\"", "date_precision = \"day\""))
        .expect("written");
    scratch.edit_config(profile.to_str().expect("UTF-8"), exact.to_str().expect("UTF-8"));

    let said = scratch.run("run");
    assert_eq!(said.code, 3, "rows were spoilt on purpose: {said:?}");
    let (spoilt, aside) = spoilt_and_set_aside(&scratch);
    assert_eq!(aside, spoilt, "set aside is what was spoilt, and nothing else");
    let further = |rows: &Rows| {
        rows.iter()
            .filter(|(file, _)| FURTHER.iter().any(|(name, ..)| file.starts_with(&format!("{name}/"))))
            .count()
    };
    assert!(further(&spoilt) >= 3, "{spoilt:?}");
    agrees_with_the_truth(&scratch);

    // Every system is a level of the entry point, and seen or not.
    let table = fs::read_to_string(scratch.release(CITY).join("tables/entry_point.csv")).expect("a table");
    for (_, system, _) in FURTHER {
        assert!(table.contains(system), "{system}");
    }
}

#[test]
fn the_shipped_profiles_of_all_systems_run_a_night_and_run_it_again() {
    let scratch = Scratch::new(&[CITY], 1_500);
    scratch.add_further_sources(CITY);
    let said = scratch.run("run");
    assert!(matches!(said.code, 0 | 3), "{said:?}");
    let release = scratch.release(CITY);
    let first = scratch.files("out");
    assert!(release.join("dashboard.html").is_file());
    assert!(matches!(scratch.run("run").code, 0 | 3));
    assert_eq!(first, scratch.files("out"), "a finished night again gives the same bytes");
}
