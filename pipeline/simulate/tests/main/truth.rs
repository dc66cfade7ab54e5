//! The truth agrees with a reader that knows only the README and the contract.

use std::collections::BTreeMap;

use simulate::{Noise, Options, simulate};

use crate::reckoning;
use crate::sheets::rows;

/// Reads the raw files of a city back and reckons every person anew: nothing may differ.
#[test]
fn a_naive_reader_finds_the_same_persons() {
    for (city, noise) in [
        ("us-ga-atlanta", Noise::Default),
        ("us-il-chicago", Noise::Clean),
        ("us-mn-minneapolis", Noise::Dirty),
        ("us-or-elsewhere", Noise::Default),
    ] {
        let out = tempfile::tempdir().unwrap();
        let options = Options { people: 2_500, seed: 11, noise, ..Options::default() };
        let summary = simulate(&options, city, out.path()).unwrap();
        let read = reckoning::city(&summary.folder);
        let mine = reckoning::persons(&read, &summary.folder);
        let truth: BTreeMap<String, BTreeMap<String, String>> = rows(&summary.folder, "truth/persons.csv")
            .into_iter()
            .map(|mut row| (row.remove("person_id").unwrap(), row))
            .collect();
        assert_eq!(truth.len() as u64, summary.persons_in_table);
        for (id, row) in &truth {
            let other = mine.get(id).unwrap_or_else(|| panic!("{city}: person {id} is not in the table"));
            assert_eq!(row, other, "{city}: person {id}");
        }
        assert_eq!(mine.len(), truth.len(), "{city}: people that the truth leaves out");

        // What that reader had to set aside is exactly what was spoilt on purpose.
        let mut aside = read.aside.clone();
        aside.sort();
        let mut bad: Vec<(String, u64)> = rows(&summary.folder, "truth/bad_rows.csv")
            .into_iter()
            .map(|row| (row["file"].clone(), row["row"].parse().unwrap()))
            .collect();
        bad.sort();
        assert_eq!(aside, bad, "{city}");
        assert_eq!(bad.len() as u64, summary.bad_rows);
        let all: u64 = summary.files.iter().filter(|f| !f.file.starts_with("truth/")).map(|f| f.rows).sum();
        // Poisson with a mean near 15: outside 3..=40 has probability below 1e-4 (the seed is fixed).
        assert!((3..=40).contains(&bad.len()), "{city}: {} bad rows of {all}", bad.len());
    }
}

/// Every record and event row names a record that exists, but for the orphans.
#[test]
fn the_victim_service_provider_has_no_enrollment() {
    let out = tempfile::tempdir().unwrap();
    let summary =
        simulate(&Options { people: 400, ..Options::default() }, "us-il-chicago", out.path()).unwrap();
    let organizations = rows(&summary.folder, "homeless_services/Organization.csv");
    let provider: Vec<_> = organizations.iter().filter(|o| o["VictimServiceProvider"] == "1").collect();
    assert_eq!(provider.len(), 1);
    let projects = rows(&summary.folder, "homeless_services/Project.csv");
    let theirs: Vec<_> =
        projects.iter().filter(|p| p["OrganizationID"] == provider[0]["OrganizationID"]).collect();
    assert_eq!(theirs.len(), 1);
    for enrollment in rows(&summary.folder, "homeless_services/Enrollment.csv") {
        assert_ne!(enrollment["ProjectID"], theirs[0]["ProjectID"]);
    }
    let export = &rows(&summary.folder, "homeless_services/Export.csv")[0];
    assert_eq!((export["HashStatus"].as_str(), export["CSVVersion"].as_str()), ("1", "2026 v1"));
}
