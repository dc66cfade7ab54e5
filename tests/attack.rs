//! What one human's absence changes, and what an adversary gains: `evaluate stability` and
//! `evaluate attack`.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::scratch::{SOURCES, Said, pathways, repository, shared_data};

const FEBRL: &str = "configs/linkage/febrl.toml";

/// Runs an evaluation, and reads its report where it wrote one.
fn evaluated(what: &str, arguments: &[String]) -> (Said, Value) {
    let folder = TempDir::new().expect("a folder");
    let json = folder.path().join("report.json");
    let mut all = vec!["evaluate", what];
    all.extend(arguments.iter().map(String::as_str));
    all.extend(["--json", json.to_str().expect("UTF-8")]);
    let said = pathways(&all);
    let report =
        fs::read_to_string(json).map_or(Value::Null, |text| serde_json::from_str(&text).expect("JSON"));
    (said, report)
}

fn source(option: &str, name: &str, file: &Path, profile: &str) -> [String; 2] {
    [option.to_owned(), format!("{name}={}:{}", file.display(), repository().join(profile).display())]
}

/// The six sources of a sample city.
fn sample(option: &str, city: &str) -> Vec<String> {
    let folder = repository().join("sample_data").join(city);
    let of = |(name, profile): &(&str, &str)| {
        source(option, name, &folder.join(name), &format!("schemas/sources/{profile}.toml"))
    };
    SOURCES.iter().flat_map(of).collect()
}

fn whole(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("a count is missing: {value}"))
}

/// A report without what depends on the machine.
fn without_use(mut report: Value) -> Value {
    for key in ["link", "stability"] {
        report.as_object_mut().expect("an object").remove(key).expect("its use of the machine");
    }
    report
}

fn stability(file: &Path, more: &[&str]) -> (Said, Value) {
    let mut arguments = source("--source", "febrl1", file, FEBRL).to_vec();
    arguments.extend(["--truth", "truth_id"].iter().chain(more).map(|word| (*word).to_owned()));
    evaluated("stability", &arguments)
}

#[test]
fn nobodys_absence_changes_much_and_the_report_adds_up() {
    let Some(data) = shared_data() else { return };
    let file = data.join("linkage/febrl1.csv");
    let (said, report) = stability(&file, &["--humans", "300", "--seed", "5"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.out.contains("measured, not proved"), "{said:?}");
    assert_eq!(report["status"], "measured, not proved");
    assert_eq!((whole(&report["humans"]), whole(&report["humans_taken_away"])), (500, 300));
    for column in ["persons_changed", "split", "rows_apart"] {
        let counts = report[column]["humans_by_count"].as_object().expect("counts");
        assert_eq!(counts.values().map(whole).sum::<u64>(), 300, "{column}");
        let sum: u64 =
            counts.iter().map(|(count, n)| count.parse::<u64>().expect("a count") * whole(n)).sum();
        let mean = report[column]["mean"].as_f64().expect("a mean");
        assert!((mean - sum as f64 / 300.0).abs() < 1e-9, "{column}: {mean}");
        assert!(report[column]["p99"].as_u64() <= report[column]["maximum"].as_u64());
    }
    // Whoever is there has a row, and without that row the tables differ.
    for column in ["split", "rows_apart"] {
        assert!(report[column]["humans_by_count"].get("0").is_none(), "{column}");
    }
    assert!(report["unchanged_share"].as_f64() > Some(0.95), "{report}");
    let (_, again) = stability(&file, &["--humans", "300", "--seed", "5"]);
    assert_eq!(without_use(again), without_use(report), "keys are new, persons are not");
    let (said, all) = stability(&file, &["--humans", "9000"]);
    assert!(said.err.contains("500 humans"), "{said:?}");
    assert_eq!(whole(&all["humans_taken_away"]), 500);
}

#[test]
fn a_row_that_two_humans_share_counts_as_changed() {
    let Some(data) = shared_data() else { return };
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("lied.csv");
    // Every record is said to be a human of its own: whoever goes leaves the other's row changed.
    let text = fs::read_to_string(data.join("linkage/febrl1.csv")).expect("a set");
    let mut lied = String::new();
    for (i, line) in text.lines().enumerate() {
        let cells = line.rsplit_once(',').expect("cells").0;
        let truth = if i == 0 { "truth_id".to_owned() } else { i.to_string() };
        writeln!(lied, "{cells},{truth}").expect("a String takes all");
    }
    fs::write(&path, lied).expect("written");
    let (said, report) = stability(&path, &["--humans", "1000"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(report["unchanged_share"].as_f64() < Some(0.15), "{report}");
    assert!(whole(&report["totals"]["reduced"]) > 850, "{report}");
    assert_eq!(
        report["totals"]["own"].as_u64().zip(report["totals"]["shared"].as_u64()).map(|(o, s)| o + s),
        Some(1000)
    );
}

#[test]
fn wrong_keys_gain_nothing_on_the_sample_cities() {
    let mut arguments = sample("--source", "us-ga-atlanta");
    arguments.extend(sample("--public", "us-mn-minneapolis"));
    let (said, report) = evaluated("attack", &arguments);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.out.contains("the bar of 0.1 % is for 100,000 records"), "{said:?}");
    assert_eq!(report["passed"], true);
    assert_eq!(report["frequency"]["public"], "another population");
    let tokens = whole(&report["tokens"]);
    assert!(tokens > 20_000, "{tokens}");
    let guesses = report["guesses"].as_array().expect("guesses");
    assert_eq!(guesses.len(), 6);
    for guess in guesses {
        // Who has both keys can test guesses: it shows that a match would be seen.
        let both = guess["linkage_key"] == "the agencies'" && guess["hub_key"] == "the hub's";
        assert_eq!(whole(&guess["matches"]), if both { tokens } else { 0 }, "{guess}");
        assert!(whole(&guess["tried"]) >= tokens);
    }
    let other = report["other_keys"].as_array().expect("other keys");
    assert_eq!(other.len(), 2);
    for links in other {
        assert_eq!((whole(&links["shared_tokens"]), whole(&links["linked_pairs"])), (0, 0), "{links}");
    }
    let families = report["frequency"]["families"].as_array().expect("families");
    let of_families =
        |at: &str| families.iter().map(|f| whole(f.pointer(at).expect("a count"))).collect::<Vec<_>>();
    assert!(of_families("/distinct_tokens").iter().sum::<u64>() <= tokens);
    let decoded = of_families("/by_rank/decoded");
    let any = whole(&report["frequency"]["by_rank"]["decoded"]);
    assert!(decoded.iter().max() <= Some(&any) && any <= decoded.iter().sum(), "{any} of {decoded:?}");
}

/// So many that of 450 people nobody has more records in one than the hub keeps tokens of.
const TELLING_SOURCES: usize = 23;

/// Files of people whose numbers of records all differ: exact frequencies tell everything.
fn telling_frequencies(people: usize) -> Vec<String> {
    let header = "record_id,given_name,surname,street_number,address_1,suburb,postcode,state,date_of_birth\n";
    let mut files = vec![header.to_owned(); TELLING_SOURCES];
    let word = |mut n: usize, length: usize| {
        let mut word = String::new();
        for i in 0..length {
            let letters: &[u8] = if i % 2 == 0 { b"bdfgklmnprstvz" } else { b"aeiou" };
            word.push(char::from(letters[n % letters.len()]));
            n /= letters.len();
        }
        word
    };
    for person in 1..=people {
        let (first, last) = (word(person * 7_919, 8), word(person * 104_729, 8));
        let born = format!("{}{:02}{:02}", 1930 + person % 70, 1 + person % 12, 1 + person % 28);
        for record in 0..person {
            writeln!(files[record % TELLING_SOURCES], "{person}-{record},{first},{last},,,,,,{born}")
                .expect("a String takes all");
        }
    }
    files
}

#[test]
fn frequencies_that_tell_everything_fail_at_a_citys_scale_alone() {
    let folder = TempDir::new().expect("a folder");
    for (people, code) in [(60, 0), (450, 4)] {
        let mut arguments = Vec::new();
        for (number, text) in telling_frequencies(people).into_iter().enumerate() {
            let file = folder.path().join(format!("{people}-{number}.csv"));
            fs::write(&file, text).expect("written");
            arguments.extend(source("--source", &format!("telling{number:02}"), &file, FEBRL));
        }
        let (said, report) = evaluated("attack", &arguments);
        assert_eq!(said.code, code, "{said:?}");
        assert_eq!(whole(&report["records"]), (people * (people + 1) / 2) as u64);
        assert_eq!(report["passed"], code == 0);
        for way in ["by_rank", "by_unique_frequency"] {
            assert_eq!(report["frequency"][way]["share"].as_f64(), Some(1.0), "{way}");
        }
        let families = report["frequency"]["families"].as_array().expect("families");
        let first_dob = families.iter().find(|f| f["family"] == "first_dob").expect("the family");
        assert_eq!(whole(&first_dob["top_frequency"]), people as u64);
        // Of those whom at most 50 records hold, all are decoded: 1 + 2 + … + 50.
        let caps = report["frequency"]["under_caps"].as_array().expect("caps");
        let fifty = caps.iter().find(|cap| whole(&cap["most_records"]) == 50).expect("the cap");
        assert_eq!(whole(&fifty["by_unique_frequency"]["decoded"]), 1_275);
        assert_eq!(said.err.contains("frequency analysis"), code == 4, "{said:?}");
    }
}

#[test]
fn a_source_that_is_no_source_is_refused() {
    for (what, option) in [("attack", "--public"), ("attack", "--source"), ("stability", "--source")] {
        let mut arguments = sample("--source", "us-ga-atlanta");
        arguments.extend([option.to_owned(), "nonsense".to_owned()]);
        if what == "stability" {
            arguments.extend(["--truth", "truth", "--humans", "1"].map(str::to_owned));
        }
        let (said, _) = evaluated(what, &arguments);
        assert_eq!(said.code, 2, "{said:?}");
        assert!(said.err.contains(&format!("{option} nonsense: write NAME=FILE:PROFILE")), "{said:?}");
    }
}
