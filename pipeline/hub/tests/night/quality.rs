//! The quality report: what tonight's sources show against earlier nights, and that no value of a cell and
//! nothing that needs a network is in it.

use std::fs;

use chrono::NaiveDate;
use domain::{Freshness, QualityConfig, Severity};
use hub::{QualityReport, quality};

use crate::extract::{Cells, Extract, Night, REPORT, extract, texts};

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Takes an extract on a night, and looks at it.
fn look(night: &Night, on: &str, shelter: &Extract, config: &QualityConfig) -> QualityReport {
    night.deliver(shelter);
    quality(&night.run(), &night.work(), config, date(on), date(REPORT)).unwrap()
}

fn has(report: &QualityReport, tier: Severity, field: &str, rule: &str) -> bool {
    report.findings.iter().any(|f| f.tier == tier && f.field == field && f.rule == rule)
}

/// Findings that need an earlier night.
fn changes(report: &QualityReport) -> Vec<String> {
    let of_now = ["source.stale", "column.left_behind"];
    let told = report.findings.iter().filter(|f| !of_now.contains(&f.rule.as_str()));
    told.map(|f| format!("{} {}", f.field, f.rule)).collect()
}

#[test]
fn a_first_night_is_held_against_none_and_a_like_one_shows_nothing() {
    let night = Night::new(&["shelter"]);
    let config = QualityConfig::default();
    let first = look(&night, "2026-07-01", &extract("shelter", 400, 1_600), &config);
    assert!(first.held_against.is_empty());
    assert_eq!(changes(&first), Vec::<String>::new());
    assert_eq!((first.sources[0].records, first.sources[0].events), (400, 1_600));
    assert_eq!(first.sources[0].mixes["people.gender"]["female"], 200);
    assert_eq!(first.sources[0].identity["first_name"], 400);
    assert_eq!(first.sources[0].identity["ssn"], 0);
    assert!(
        has(&first, Severity::Warning, "events.date", "source.stale"),
        "134 days old: {:?}",
        first.findings
    );

    let second = look(&night, "2026-07-02", &extract("shelter", 404, 1_600), &config);
    assert_eq!(second.held_against, [date("2026-07-01")]);
    assert_eq!(changes(&second), Vec::<String>::new(), "four records more are no news");
    assert_eq!(second.sources[0].changed, date("2026-07-02"));
    let third = look(&night, "2026-07-03", &extract("shelter", 404, 1_600), &config);
    assert_eq!(third.sources[0].changed, date("2026-07-02"), "the extract is the same");
}

#[test]
fn what_changed_is_told_by_field_and_tier() {
    let night = Night::new(&["shelter"]);
    let config = QualityConfig::default();
    look(&night, "2026-07-01", &extract("shelter", 400, 1_600), &config);

    let dropped = look(&night, "2026-07-02", &extract("shelter", 280, 1_600), &config);
    assert!(has(&dropped, Severity::Error, "people", "volume.dropped"), "{:?}", dropped.findings);

    let mut changed = extract("shelter", 400, 1_600);
    let words = |word: &'static str| texts(std::iter::repeat_n(word, 400));
    *changed.people.at("gender") = words("unknown");
    *changed.people.at("disability") = words("any");
    let one_in_ten = |row: usize| row.is_multiple_of(10).then(|| crate::extract::token(0, row).to_vec());
    *changed.people.at("t_first_dob") = Cells::Bytes((0..400).map(one_in_ten).collect());
    *changed.people.at("t_soundex_date_parts") = Cells::Bytes(vec![None; 400]);
    changed.people.set("race_ethnicity", 7, Some("zebra"));
    let report = look(&night, "2026-07-03", &changed, &config);
    for (tier, field, rule) in [
        (Severity::Error, "people.gender", "unknown.rose"),
        (Severity::Error, "identity.birth_date", "identity.fell"),
        (Severity::Warning, "people.disability", "category.new"),
        (Severity::Warning, "people.disability", "category.gone"),
        (Severity::Warning, "people.disability", "mix.moved"),
        (Severity::Warning, "rows", "quarantine.word.unknown"),
    ] {
        assert!(has(&report, tier, field, rule), "{field} {rule}: {:#?}", report.findings);
    }
    assert!(report.findings.is_sorted_by_key(|f| match f.tier {
        Severity::High => 0,
        Severity::Error => 1,
        Severity::Warning => 2,
    }));

    let collapsed = look(&night, "2026-07-04", &extract("shelter", 60, 1_600), &config);
    assert!(has(&collapsed, Severity::High, "people", "volume.collapsed"), "{:?}", collapsed.findings);
    assert_eq!(unfit(&collapsed), ["shelter"], "a period is released once, and never on a part of an export");
}

#[test]
fn a_source_past_its_bound_stops_publishing_and_a_refused_one_stands_first() {
    let night = Night::new(&["shelter", "clinic"]);
    night.deliver(&extract("clinic", 60, 60));
    let config = QualityConfig {
        source: [("shelter".to_owned(), Freshness { warn_after_days: None, fail_after_days: Some(90) })]
            .into(),
        ..QualityConfig::default()
    };
    let made = |on: Option<&str>, tonight: &str| {
        let mut manifest = night.deliver(&extract("shelter", 60, 60));
        manifest.encoded_on = on.map(date);
        night.write_manifest(&manifest);
        quality(&night.run(), &night.work(), &config, date(tonight), date(REPORT)).unwrap()
    };
    // Its newest event is 134 days old: that is told, and one person's record must not decide.
    let report = made(Some("2026-04-01"), "2026-06-28");
    assert!(report.unfit.is_empty(), "{:?}", report.unfit);
    assert!(has(&report, Severity::Warning, "events.date", "source.stale"));
    // The same tables, encoded on other days: no new content, and each its own age.
    for (on, tonight) in [(Some("2026-03-31"), "2026-06-29"), (None, "2026-06-30")] {
        let report = made(on, tonight);
        assert_eq!(unfit(&report), ["shelter"], "{on:?}");
        assert!(has(&report, Severity::High, "extract", "source.too_old"));
        assert_eq!(
            report.sources.iter().find(|s| s.source == "shelter").unwrap().changed,
            date("2026-06-28")
        );
    }

    let mut named = extract("shelter", 60, 60);
    named.people.add("FirstName", texts((0..60).map(|_| "Keisha")));
    let report = look(&night, "2026-07-02", &named, &config);
    let first = &report.findings[0];
    assert_eq!(
        (first.tier, first.source.as_str(), first.rule.as_str()),
        (Severity::High, "shelter", "identified.column_name")
    );
    assert!(report.unfit.is_empty(), "what is refused is a gate of its own");
}

#[test]
fn a_source_without_events_or_with_most_rows_set_aside_is_nothing_to_release_from() {
    let night = Night::new(&["shelter"]);
    let config = QualityConfig::default();
    let empty = look(&night, "2026-07-01", &extract("shelter", 60, 0), &config);
    assert_eq!(unfit(&empty), ["shelter"]);

    let mut broken = extract("shelter", 60, 60);
    for row in 0..40 {
        broken.people.set("purposes", row, Some("zzz"));
    }
    let report = look(&night, "2026-07-02", &broken, &config);
    assert_eq!(unfit(&report), ["shelter"], "{:?}", report.findings);

    let mut mended = extract("shelter", 60, 60);
    mended.people.set("purposes", 0, Some("zzz"));
    assert!(look(&night, "2026-07-03", &mended, &config).unfit.is_empty(), "one row is a row");
}

/// A source of three events, or of three rows, is some person's: whether it has them may not decide a release.
#[test]
fn a_few_records_hold_nothing_back() {
    let night = Night::new(&["shelter"]);
    let config = QualityConfig { nights: 1, ..QualityConfig::default() };
    let headers_alone = || extract("shelter", 0, 0);
    assert_eq!(unfit(&look(&night, "2026-07-01", &headers_alone(), &config)), ["shelter"], "never an event");
    assert_eq!(unfit(&look(&night, "2026-07-02", &headers_alone(), &config)), ["shelter"], "still none");
    assert!(look(&night, "2026-07-03", &extract("shelter", 3, 3), &config).unfit.is_empty());
    for on in ["2026-07-04", "2026-07-05"] {
        let gone = look(&night, on, &headers_alone(), &config);
        assert!(gone.unfit.is_empty(), "{on}: {:?}", gone.unfit);
        assert!(has(&gone, Severity::High, "events", "events.none"), "told all the same");
    }
    let mut aside = extract("shelter", 3, 3);
    for row in 0..3 {
        aside.people.set("purposes", row, Some("zzz"));
    }
    assert!(look(&night, "2026-07-06", &aside, &config).unfit.is_empty());
}

fn unfit(report: &QualityReport) -> Vec<&str> {
    let mut sources: Vec<&str> = report.unfit.iter().map(|unfit| unfit.source.as_str()).collect();
    sources.dedup();
    sources
}

#[test]
fn a_night_run_again_writes_the_same_bytes_into_private_files_without_script_or_network() {
    let night = Night::new(&["shelter"]);
    let config = QualityConfig::default();
    look(&night, "2026-07-01", &extract("shelter", 300, 900), &config);
    let mut shelter = extract("shelter", 310, 900);
    shelter.people.set("gender", 3, Some("Keisha"));
    // A lone name refuses the source: none of it may show.
    look(&night, "2026-07-02", &shelter, &config);
    let (page, data) = QualityReport::paths(&night.work(), &night.config.id);
    let read = || (fs::read_to_string(&page).unwrap(), fs::read_to_string(&data).unwrap());
    let first = read();
    look(&night, "2026-07-02", &shelter, &config);
    assert_eq!(first, read());
    for text in [&first.0, &first.1] {
        assert!(!text.contains("Keisha"), "a cell's value");
    }
    for forbidden in ["<script", "http://", "https://", "src=", "url("] {
        assert!(!first.0.contains(forbidden), "{forbidden}");
    }
    assert!(first.0.contains("never to be published"));
    let report: QualityReport = serde_json::from_str(&first.1).unwrap();
    assert_eq!(report.night, date("2026-07-02"));
}

#[test]
fn an_unreadable_night_is_told_and_left_out() {
    let night = Night::new(&["shelter"]);
    let config = QualityConfig::default();
    look(&night, "2026-07-01", &extract("shelter", 300, 900), &config);
    let kept = night.work().join(night.config.id.as_str()).join("quality/2026-07-01.json");
    fs::write(&kept, "{").unwrap();
    let report = look(&night, "2026-07-02", &extract("shelter", 20, 900), &config);
    assert!(
        has(&report, Severity::Warning, "2026-07-01.json", "history.unreadable"),
        "{:?}",
        report.findings
    );
    assert!(report.held_against.is_empty());
}

/// Tokens that were lost on the way, where identity fields look as they did: linkage would find less and say nothing.
#[test]
fn columns_of_tokens_that_fell_or_hold_one_value_are_told() {
    let night = Night::new(&["shelter"]);
    let config = QualityConfig::default();
    let tokens = ["tokens.fell", "tokens.alike", "tokens.missing", "identity.fell"];
    let told = |report: &QualityReport| -> Vec<(String, String)> {
        let found = report.findings.iter().filter(|f| tokens.contains(&f.rule.as_str()));
        found.map(|f| (f.rule.clone(), f.field.clone())).collect()
    };
    let first = look(&night, "2026-07-01", &extract("shelter", 400, 1_600), &config);
    assert_eq!(told(&first), []);
    assert_eq!(first.sources[0].families["t_first_dob"], 400);

    // `t_soundex_date_parts` still proves the first name and the birth date.
    let mut half = extract("shelter", 400, 1_600);
    let Cells::Bytes(cells) = half.people.at("t_first_dob") else { panic!("tokens") };
    cells[200..].fill(None);
    let second = look(&night, "2026-07-02", &half, &config);
    assert_eq!(told(&second), [("tokens.fell".to_owned(), "people.t_first_dob".to_owned())]);
    let fell = second.findings.iter().find(|f| f.rule == "tokens.fell").unwrap();
    assert_eq!((fell.was.as_str(), fell.is.as_str()), ("100.0 %", "50.0 %"));

    let mut one = extract("shelter", 400, 1_600);
    let same = crate::extract::token(7, 7).to_vec();
    *one.people.at("t_first_dob") = Cells::Bytes(vec![Some(same); 400]);
    let third = look(&night, "2026-07-03", &one, &config);
    assert!(
        told(&third).contains(&("tokens.alike".to_owned(), "people.tokens".to_owned())),
        "{:?}",
        told(&third)
    );

    let emptied = |from: usize| {
        let mut shelter = extract("shelter", 400, 1_600);
        for (_, cells) in &mut shelter.people.columns {
            if let Cells::Bytes(cells) = cells {
                cells[from..].fill(None);
            }
        }
        shelter
    };
    let missing = |report: &QualityReport| {
        report.findings.iter().find(|f| f.rule == "tokens.missing").map(|f| (f.tier, f.is.clone())).unwrap()
    };
    let few = look(&night, "2026-07-04", &emptied(100), &config);
    let (tier, is) = missing(&few);
    assert!(tier == Severity::Warning && is.contains("300 records") && is.contains("75.0 %"), "{is}");
    assert!(few.unfit.is_empty());

    // Nearly all, which had them the night before: no release rests on that.
    look(&night, "2026-07-05", &extract("shelter", 400, 1_600), &config);
    let gone = look(&night, "2026-07-06", &emptied(20), &config);
    assert_eq!(missing(&gone).0, Severity::High);
    assert_eq!(unfit(&gone), ["shelter"]);

    // A source that never knew anybody is told, and holds nothing back.
    let night = Night::new(&["shelter"]);
    for on in ["2026-07-01", "2026-07-02"] {
        let never = look(&night, on, &emptied(0), &config);
        assert_eq!(missing(&never).0, Severity::High);
        assert!(never.unfit.is_empty());
    }
}
