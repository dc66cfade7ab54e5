//! How long a night takes; run by hand: `cargo nextest run --release -p pathways-hub --run-ignored only --no-capture`.

use std::time::Instant;

use domain::{Breakdown, FAMILIES, Family, Period, Service, Word, standard_workload, token_column};
use hub::measure;

use crate::extract::{Cells, Night, REPORT, extract, token};

#[test]
#[expect(clippy::print_stderr, reason = "the measurement is its output")]
#[ignore = "a measurement, not a check"]
fn a_hundred_thousand_records_and_a_million_events() {
    let (people, events) = (100_000, 1_000_000);
    let night = Night::new(&["shelter"]);
    let mut shelter = extract("shelter", people, events);
    for (family, Family { most, .. }) in FAMILIES.iter().enumerate() {
        let cells = (0..people)
            .map(|i| Some((0..(*most).min(8)).flat_map(|t| token(family, i / 2 * 8 + t)).collect()));
        *shelter.people.at(&token_column(family)) = Cells::Bytes(cells.collect());
    }
    night.deliver(&shelter);
    drop(shelter);
    let start = Instant::now();
    let ingested = night.run();
    let report = &ingested.report().sources[0];
    let first = start.elapsed();
    let start = Instant::now();
    night.run();
    let again = start.elapsed();
    let (persons, _) = linkage::link(ingested.records(), linkage::Options::default()).unwrap();
    let workload = standard_workload(Service::ALL, Breakdown::ALL).unwrap();
    let start = Instant::now();
    let table =
        measure(&ingested, &persons.person_of, &workload, Period::Year(2025), REPORT.parse().unwrap())
            .unwrap();
    eprintln!(
        "{} records, {} events, {} tokens: ingest {first:.1?}, again {again:.1?}, measure {} persons {:.1?}",
        report.people.accepted,
        report.events.accepted,
        report.tokens,
        table.persons(),
        start.elapsed()
    );
}
