//! Whatever is done to an extract, rows in are rows accepted plus rows set aside.

use domain::{EVENT_COLUMNS, FAMILIES, PEOPLE_COLUMNS, token_column};
use proptest::prelude::*;

use crate::extract::{Cells, Draft, Extract, Format, Night, extract};

/// One way to spoil one cell.
fn spoil(table: &mut Draft, name: &str, row: usize, how: u8) {
    let rows = table.rows();
    match table.at(name) {
        Cells::Text(cells) => {
            let other = cells[(row + 1) % rows].clone();
            cells[row] = match how % 5 {
                0 => None,
                1 => Some(String::new()),
                2 => Some("zz?".to_owned()),
                3 => Some("unknown".to_owned()),
                _ => other,
            };
        }
        Cells::Day(cells) => {
            cells[row] = [None, Some(0), Some(19_800), Some(40_000), Some(-30_000)][usize::from(how % 5)];
        }
        Cells::Integer(cells) => {
            cells[row] = [None, Some(1), Some(-5), Some(1_900), Some(2_100)][usize::from(how % 5)];
        }
        Cells::Flag(cells) => cells[row] = [None, Some(true), Some(false)][usize::from(how % 3)],
        Cells::Bytes(cells) => {
            cells[row] = match how % 4 {
                0 => None,
                1 => Some(vec![how; 16]),
                2 => Some(vec![how; 17]),
                _ => Some(vec![how; 16 * 40]),
            };
        }
    }
}

fn people_names() -> Vec<String> {
    let mut names: Vec<String> = PEOPLE_COLUMNS.iter().map(|c| c.name.to_owned()).collect();
    names.extend((0..FAMILIES.len()).map(token_column));
    names
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost(
        csv in any::<bool>(),
        people in prop::collection::vec((0..18_usize, 0..PEOPLE_COLUMNS.len() + FAMILIES.len(), any::<u8>()), 0..12),
        events in prop::collection::vec((0..60_usize, 0..13_usize, any::<u8>()), 0..20),
        people_rows in prop::collection::vec(0..18_usize, 0..24),
        event_rows in prop::collection::vec(0..60_usize, 0..80),
    ) {
        let night = Night::new(&["shelter"]);
        let mut shelter = extract("shelter", 18, 60);
        let names = people_names();
        for (row, column, how) in people {
            spoil(&mut shelter.people, &names[column], row, how);
        }
        for (row, column, how) in events {
            spoil(&mut shelter.events, EVENT_COLUMNS[column].name, row, how);
        }
        // Rows left out, repeated and in any order.
        shelter.people = shelter.people.take(&people_rows);
        shelter.events = shelter.events.take(&event_rows);
        let format = if csv { Format::Csv } else { Format::Parquet };
        night.deliver(&Extract { format, ..shelter });
        let ingested = night.run();
        let report = ingested.report();
        prop_assert_eq!(report.sources.len() + report.refused.len(), 1, "taken or refused, never neither");
        if let Some(source) = report.sources.first() {
            prop_assert_eq!(source.people.read, people_rows.len() as u64);
            prop_assert_eq!(source.events.read, event_rows.len() as u64);
            prop_assert!(source.people.adds_up() && source.events.adds_up());
            let set_aside = source.people.quarantined + source.events.quarantined;
            prop_assert_eq!(set_aside, report.quarantine.len() as u64);
            prop_assert_eq!(source.people.accepted, ingested.records().len() as u64);
            let mut rows: Vec<_> = report.quarantine.iter().map(|q| (q.file.clone(), q.row)).collect();
            rows.dedup();
            prop_assert_eq!(rows.len(), report.quarantine.len(), "a row is set aside once");
        }
        prop_assert!(ingested.records().validate().is_ok());
    }
}
