//! A simulated city, read with the shipped profiles: every row that was spoilt on purpose is set
//! aside, and no other. Run by hand over a city's folder:
//! `PATHWAYS_SIMULATED_CITY=<folder> cargo nextest run --release -p pathways-agency --run-ignored only simulated`

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use domain::Severity;

use crate::fixture::{Agency, quarantine, shipped};

#[test]
#[ignore = "needs a simulated city"]
fn simulated_bad_rows_and_no_others_are_set_aside() {
    let city = PathBuf::from(std::env::var_os("PATHWAYS_SIMULATED_CITY").unwrap());
    let text = fs::read_to_string(city.join("truth/bad_rows.csv")).unwrap();
    let spoilt: BTreeSet<(String, u64)> = text
        .lines()
        .skip(1)
        .map(|line| line.split(',').collect::<Vec<_>>())
        .map(|cells| (cells[0].to_owned(), cells[1].parse().unwrap()))
        .collect();
    let mut aside = BTreeSet::new();
    for (folder, profile) in [
        ("homeless_services", "hmis.toml"),
        ("public_health", "public_health.toml"),
        ("human_services", "human_services.toml"),
        ("labor_enforcement", "labor_enforcement.toml"),
        ("legal_services", "legal_services.toml"),
        ("law_enforcement", "law_enforcement.toml"),
    ] {
        let agency = Agency::new();
        let summary = agency.encode(&shipped(profile), &city.join(folder)).unwrap();
        #[expect(clippy::print_stderr, reason = "the counts are what the run is for")]
        {
            eprintln!("{}", serde_json::to_string(&summary).unwrap());
        }
        let entries = quarantine(&summary);
        let errors = entries.iter().filter(|entry| entry.severity == Severity::Error);
        aside.extend(errors.map(|entry| (format!("{folder}/{}", entry.file), entry.row)));
    }
    assert!(!spoilt.is_empty());
    assert_eq!(aside, spoilt);
}
