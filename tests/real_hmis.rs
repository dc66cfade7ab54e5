//! The two real HMIS exports through `encode` and a run: every row is accounted for, and nobody is
//! merged on a field that is constant over the file.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::scratch::{Scratch, shared_data};

const CITY: &str = "us-wa-seattle";

/// Encodes an export and returns its manifest.
fn encoded(scratch: &Scratch, export: &Path, out: &str) -> Value {
    let said = scratch.encode("hmis", export, CITY, CITY, out);
    assert!(matches!(said.code, 0 | 3), "{said:?}");
    let text = fs::read_to_string(scratch.path(out).join("manifest.json")).expect("a manifest");
    serde_json::from_str(&text).expect("JSON")
}

fn lines(path: &Path) -> u64 {
    csv::Reader::from_path(path).expect("readable").records().count() as u64
}

#[test]
fn both_exports_are_encoded_and_released_with_every_row_accounted_for() {
    let Some(data) = shared_data() else { return };
    for (export, clients, period, report_date) in
        [("hmis_fy2024_testkit", 514, "2021", "2022-06-30"), ("hmis_fy2026_demo", 4146, "2021", "2022-06-30")]
    {
        let scratch = Scratch::new(&[CITY], 500);
        scratch.edit_config("period = \"2025\"", &format!("period = \"{period}\""));
        scratch.edit_config("report_date = \"2026-06-30\"", "report_date = \"2199-06-30\"");
        assert_eq!(scratch.run("run").code, 0, "keys and ledger are made, the release waits for its day");
        scratch.edit_config("report_date = \"2199-06-30\"", &format!("report_date = \"{report_date}\""));

        let folder = data.join(export);
        let manifest = encoded(&scratch, &folder, &format!("extracts/{CITY}/homeless_services"));
        for file in manifest["rows_read"].as_array().expect("a list") {
            let name = file["file"].as_str().expect("a name");
            let count = |what: &str| file[what].as_u64().unwrap_or_else(|| panic!("{export}/{name}: {what}"));
            let read = count("read");
            assert_eq!(read, count("used") + count("skipped") + count("quarantined"), "{export}/{name}");
            assert_eq!(read, lines(&folder.join(name)), "{export}/{name}");
        }
        for needed in
            ["Client.csv", "Enrollment.csv", "Exit.csv", "Services.csv", "Event.csv", "Disabilities.csv"]
        {
            assert!(manifest["rows_read"].to_string().contains(needed), "{needed} was not read");
        }
        assert_eq!(manifest["people"]["rows"], clients);

        // The hub's night over this one source.
        scratch.as_a_real_hub();
        let config = fs::read_to_string(scratch.config()).expect("configuration");
        let (head, tail) = config.split_once("[[city.source]]").expect("sources");
        let first = tail.split("[[city.source]]").next().expect("the first source");
        fs::write(scratch.config(), format!("{head}[[city.source]]{first}")).expect("written");
        let said = scratch.run("run");
        assert!(matches!(said.code, 0 | 3), "{said:?}");
        let report = fs::read_to_string(scratch.path(&format!("work/{CITY}/report.json"))).expect("a report");
        let report: Value = serde_json::from_str(&report).expect("JSON");
        let linked = report["links"]["persons"].as_u64().expect("persons");
        // Every client has an id of their own in these exports: almost nobody is two records.
        assert!(linked * 100 >= clients * 97, "{export}: {clients} clients became {linked} persons");
        assert!(
            scratch.release(CITY).parent().expect("a city").join("period=2021-year/release.json").is_file()
        );
    }
}
