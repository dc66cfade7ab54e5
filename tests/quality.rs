//! The steward's quality report: every night writes it, beside the night's report and never where anything is
//! published, and a source that is too old holds the release back.

use std::fs;

use crate::scratch::{Scratch, pathways};

const CITY: &str = "us-mn-minneapolis";

fn report(scratch: &Scratch) -> String {
    let config = scratch.config();
    let said = pathways(&["report", "quality", "--config", config.to_str().expect("UTF-8")]);
    assert_eq!(said.code, 0, "{said:?}");
    said.out
}

#[test]
fn a_night_writes_a_quality_report_that_is_never_published() {
    let scratch = Scratch::new(&[CITY], 600);
    assert!(matches!(scratch.run("run").code, 0 | 3));
    let page = scratch.path(&format!("work/{CITY}/quality.html"));
    let first = fs::read_to_string(&page).expect("a page");
    assert!(first.contains("homeless_services") && first.contains("birth_date"));
    assert!(!scratch.files("out").keys().any(|path| path.to_string_lossy().contains("quality")));
    let shown = report(&scratch);
    assert!(shown.contains("quality.html") && shown.contains("not for publication"), "{shown}");
    assert!(shown.contains("homeless_services"), "{shown}");
    assert!(matches!(scratch.run("run").code, 0 | 3));
    assert_eq!(first, fs::read_to_string(&page).expect("a page"), "the same night, the same bytes");
}

#[test]
fn a_source_past_its_bound_holds_the_release_back() {
    let scratch = Scratch::new(&[CITY], 600);
    scratch.edit_config("[budget]", "[quality.source.legal_services]\nfail_after_days = 20\n\n[budget]");
    // A night that makes the extracts and releases nothing.
    scratch.edit_config("delta = 1e-6", "delta = 1e-6\nexpires_after_days = 1");
    assert_eq!(scratch.run("run").code, 5);
    assert!(!report(&scratch).contains("source.too_old"), "made for the report date");
    scratch.edit_config("expires_after_days = 1", "");
    let config = fs::read_to_string(scratch.config()).expect("a configuration");
    let line = config.lines().find(|line| line.starts_with("extract =") && line.contains("legal_services"));
    let folder = line.and_then(|line| line.split('"').nth(1)).expect("an extract");
    let manifest = scratch.path(folder).join("manifest.json");
    let text = fs::read_to_string(&manifest).expect("a manifest");
    let mut made: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert!(made["encoded_on"].is_string());
    made["encoded_on"] = "2026-06-09".into();
    fs::write(&manifest, made.to_string()).expect("written");
    let said = scratch.run("run");
    assert_eq!(said.code, 4, "{said:?}");
    assert!(said.err.contains("legal_services") && said.err.contains("fail_after_days"), "{}", said.err);
    assert!(!scratch.release(CITY).exists());
    assert!(report(&scratch).contains("source.too_old"));
}

#[test]
fn nonsense_in_the_thresholds_is_refused() {
    for (line, field) in [
        ("volume_drop = 1.5", "quality.volume_drop"),
        ("nights = 0", "quality.nights"),
        ("source.nobody.fail_after_days = 3", "quality.source"),
    ] {
        let scratch = Scratch::new(&[CITY], 200);
        scratch.edit_config("[budget]", &format!("[quality]\n{line}\n\n[budget]"));
        let said = scratch.run("check");
        assert_eq!(said.code, 2, "{said:?}");
        assert!(said.err.contains(field), "{}", said.err);
    }
}
