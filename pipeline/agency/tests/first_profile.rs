//! The worked example of `schemas/sources/README.md` does what the page says of it.

use std::fs;

use crate::fixture::{Agency, profile, quarantine, repository};

/// The first fenced block of a language after the example's heading.
fn block(page: &str, language: &str) -> String {
    let (_, example) = page.split_once("## Your first profile").unwrap();
    let (_, after) = example.split_once(&format!("```{language}\n")).unwrap();
    after.split_once("```").unwrap().0.to_owned()
}

#[test]
fn the_first_profile_encodes_its_export_as_the_page_says() {
    let page = fs::read_to_string(repository().join("schemas/sources/README.md")).unwrap();
    let agency = Agency::new();
    let export = agency.file("intakes.csv", &block(&page, "csv"));
    let summary = agency.encode(&profile(&block(&page, "toml")), &export).unwrap();
    let rows = &summary.rows[0];
    assert_eq!((rows.read, rows.used, rows.quarantined), (3, 2, 1));
    let set_aside = quarantine(&summary);
    assert_eq!((set_aside[0].row, set_aside[0].rule.as_str()), (3, "date.impossible"));
    let by_kind: Vec<_> = summary.events_by_kind.iter().map(|(kind, n)| (kind.as_str(), *n)).collect();
    assert_eq!(
        by_kind,
        [("entry", 2), ("exit", 1), ("indicator", 1), ("need", 3), ("screening", 2), ("service", 1)]
    );
}

#[test]
fn every_shipped_profile_has_its_section() {
    let page = fs::read_to_string(repository().join("schemas/sources/README.md")).unwrap();
    let (_, sections) = page.split_once("## What counts as what").unwrap();
    let (sections, _) = sections.split_once("\n## ").unwrap();
    let mut profiles = 0;
    for entry in fs::read_dir(repository().join("schemas/sources")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "toml") {
            profiles += 1;
            assert!(page.contains(&format!("]({})", path.file_name().unwrap().to_str().unwrap())));
        }
    }
    assert_eq!(sections.matches("\n### ").count(), profiles, "a section for each");
    for section in sections.split("\n### ").skip(1) {
        for word in ["indicator", "identification", "need", "service"] {
            assert!(section.contains(word), "{word}: {section}");
        }
    }
}
