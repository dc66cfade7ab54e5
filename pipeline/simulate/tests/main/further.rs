//! The further agencies: they change nothing of what the six write, and their files are there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use simulate::{Options, Sources, Summary, simulate};

fn city(sources: Sources, out: &Path) -> Summary {
    let options = Options { people: 4_000, seed: 5, sources, ..Options::default() };
    simulate(&options, "us-mn-minneapolis", out).unwrap()
}

#[test]
fn what_the_six_write_does_not_depend_on_the_others() {
    let (few, many) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let six = city(Sources::Six, few.path());
    let all = city(Sources::All, many.path());
    for file in six.files.iter().filter(|f| !f.file.starts_with("truth/")) {
        let read = |summary: &Summary| fs::read(summary.folder.join(&file.file)).unwrap();
        assert_eq!(read(&six), read(&all), "{}", file.file);
    }
    let names = |summary: &Summary| summary.files.iter().map(|f| f.file.clone()).collect::<BTreeSet<_>>();
    assert_eq!(names(&all).difference(&names(&six)).count(), 15);
    for file in all.files.iter().filter(|f| !names(&six).contains(&f.file)) {
        assert!(file.rows > 20, "{} has {} rows", file.file, file.rows);
    }
    // The rows spoilt in the six are the same ones; others are beside them.
    let bad = |summary: &Summary| {
        let text = fs::read_to_string(summary.folder.join("truth/bad_rows.csv")).unwrap();
        text.lines().map(str::to_owned).collect::<BTreeSet<_>>()
    };
    assert!(bad(&six).is_subset(&bad(&all)) && bad(&all).len() > bad(&six).len());
}

#[test]
fn a_record_without_a_release_is_a_person_of_its_own_in_the_truth() {
    let out = tempfile::tempdir().unwrap();
    let summary = city(Sources::All, out.path());
    let rows = crate::sheets::rows(&summary.folder, "truth/persons.csv");
    let alone: Vec<_> = rows.iter().filter(|row| row["person_id"].contains(':')).collect();
    let of = |source: &str| alone.iter().filter(|row| row["person_id"].contains(source)).count();
    assert!(
        of("hotline") > 20 && of("community_provider") > 5,
        "{} {}",
        of("hotline"),
        of("community_provider")
    );
    assert_eq!(of("hotline") + of("community_provider"), alone.len(), "only victim service providers");
    let mut entry: BTreeMap<&str, u32> = BTreeMap::new();
    for row in &rows {
        *entry.entry(&row["entry_point"]).or_default() += 1;
    }
    for system in ["housing", "immigration_services", "criminal_justice", "hotline", "community_provider"] {
        assert!(entry[system] > 0, "{system}: {entry:?}");
        assert!(rows.iter().any(|row| row[&format!("seen_{system}")] == "seen"), "{system}");
    }
    assert!(!entry.contains_key("child_welfare"), "child welfare is human services");
}
