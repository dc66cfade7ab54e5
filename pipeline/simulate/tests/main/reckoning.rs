//! The measures reckoned naively from records read back, by the contract's words.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::{Days, NaiveDate};

use crate::outcomes::outcomes;
use crate::sheets::{City, Record, rows, services};
use crate::{care_sources, hmis_source, justice_sources};

/// A city read back from its raw files.
pub(crate) fn city(folder: &Path) -> City {
    let mut city = City::default();
    hmis_source::hmis(&mut city, folder);
    care_sources::health(&mut city, folder);
    care_sources::human(&mut city, folder);
    justice_sources::labor(&mut city, folder);
    justice_sources::legal(&mut city, folder);
    justice_sources::law(&mut city, folder);
    city
}

fn d(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Every person's row for 2025 as of 2026-06-30, by the truth's linkage.
pub(crate) fn persons(city: &City, folder: &Path) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut people: BTreeMap<String, Vec<&Record>> = BTreeMap::new();
    let mut linked = BTreeSet::new();
    for row in rows(folder, "truth/records.csv") {
        let ((source, key), record) = city
            .records
            .get_key_value(&(leak(&row["source"]), row["record_key"].clone()))
            .expect("the truth names only records that exist");
        linked.insert((*source, key.clone()));
        people.entry(row["person_id"].clone()).or_default().push(record);
    }
    assert_eq!(linked.len(), city.records.len(), "every record belongs to somebody");
    people.into_iter().filter_map(|(id, records)| row(&records).map(|row| (id, row))).collect()
}

pub(crate) const SOURCES: [&str; 6] = [
    "homeless_services",
    "public_health",
    "human_services",
    "labor_enforcement",
    "legal_services",
    "law_enforcement",
];

fn leak(source: &str) -> &'static str {
    SOURCES.into_iter().find(|s| *s == source).unwrap()
}

/// Day, kind, what it is about, day of attainment, source, what came of it.
pub(crate) type Fact<'a> = (NaiveDate, &'static str, &'a str, Option<NaiveDate>, &'static str, &'static str);

fn row(records: &[&Record]) -> Option<BTreeMap<String, String>> {
    let mut facts: Vec<Fact<'_>> = Vec::new();
    for r in records {
        for e in &r.events {
            assert!(e.day <= d("2026-06-30") && e.day >= d("2023-01-01"), "events lie in the span");
            facts.push((e.day, e.kind, e.about.as_str(), e.attained, r.source, e.came));
        }
    }
    // 2025 for windows up to 180 days, 2024 for a year's, 2023 for two years'.
    if !facts.iter().any(|f| f.0 >= d("2023-01-01") && f.0 <= d("2025-12-31")) {
        return None;
    }
    let mut out = BTreeMap::new();
    let mut put = |name: &str, value: &str| {
        out.insert(name.to_owned(), value.to_owned());
    };
    let signs = |f: &&Fact<'_>| f.1 == "indicator" || f.1 == "identification";
    let about: BTreeSet<&str> = facts.iter().filter(signs).map(|f| f.2).collect();
    let sex = about.contains("sex") || about.contains("both");
    let labor = about.contains("labor") || about.contains("both");
    put(
        "trafficking_type",
        match (sex, labor, about.is_empty()) {
            (true, true, _) => "both",
            (true, false, _) => "sex_only",
            (false, true, _) => "labor_only",
            (false, false, true) => "none_recorded",
            (false, false, false) => "unknown",
        },
    );
    breakdowns(records, &mut put);
    for [service, ..] in services() {
        put(&format!("need_{service}"), need(&facts, &service));
    }
    put("identification", identification(&facts));
    put("cycling", cycling(&facts));
    outcomes(&facts, &mut put);
    Some(out)
}

pub(crate) fn in_year(day: NaiveDate, year: i32) -> bool {
    chrono::Datelike::year(&day) == year
}

fn need(facts: &[Fact<'_>], service: &str) -> &'static str {
    let days = if service == "emergency_shelter" { 30 } else { 90 };
    let first =
        facts.iter().filter(|f| f.1 == "need" && f.2 == service && in_year(f.0, 2025)).map(|f| f.0).min();
    let Some(first) = first else { return "no_need" };
    let last = first + Days::new(days);
    let within = |day: NaiveDate| day >= first && day <= last;
    let met = facts.iter().any(|f| f.2 == service && within(f.0) && f.1 == "service");
    if met { "met" } else { "unmet" }
}

fn identification(facts: &[Fact<'_>]) -> &'static str {
    let first = |kind: &str| facts.iter().filter(|f| f.1 == kind).map(|f| f.0).min();
    match first("indicator") {
        Some(t) if in_year(t, 2025) => match first("identification") {
            Some(i) if i <= t + Days::new(180) => "identified",
            _ => "not_identified",
        },
        _ => "not_in_cohort",
    }
}

fn cycling(facts: &[Fact<'_>]) -> &'static str {
    let signs = facts.iter().filter(|f| f.1 == "indicator" || f.1 == "identification");
    let Some(a) = signs.map(|f| f.0).min().filter(|a| in_year(*a, 2024)) else { return "not_in_cohort" };
    let year: Vec<_> = facts.iter().filter(|f| f.0 >= a && f.0 <= a + Days::new(365)).collect();
    let help = [
        "case_management",
        "crisis_safety",
        "legal_immigration",
        "legal_other",
        "mental_health",
        "transitional_housing",
    ];
    let entries: Vec<_> = year.iter().filter(|f| f.1 == "entry").collect();
    let systems: BTreeSet<_> = entries.iter().map(|f| f.4).collect();
    let helped = year.iter().any(|f| f.1 == "service" && help.contains(&f.2));
    if entries.len() >= 3 && systems.len() >= 2 && !helped { "cycling" } else { "not_cycling" }
}

fn breakdowns(records: &[&Record], put: &mut impl FnMut(&str, &str)) {
    let as_of = |r: &Record| r.events.iter().map(|e| e.day).max();
    let mut order: Vec<&&Record> = records.iter().filter(|r| !r.events.is_empty()).collect();
    order.sort_by_key(|r| (std::cmp::Reverse(as_of(r)), r.source, r.key.clone()));
    let known = |what: &str| -> Vec<&str> {
        order.iter().filter_map(|r| r.says.get(what)).map(String::as_str).collect()
    };
    let races: BTreeSet<&str> = known("race_ethnicity").into_iter().collect();
    put(
        "race_ethnicity",
        match races.len() {
            0 => "unknown",
            1 => races.first().unwrap(),
            _ => "multiple",
        },
    );
    // Any answer of these beats the ones after it.
    let first_of = |what: &str, wins: &[&str]| -> String {
        let said = known(what);
        wins.iter().find(|w| said.contains(w)).map_or("unknown", |w| w).to_owned()
    };
    put("indigenous", &first_of("indigenous", &["indigenous", "not_indigenous"]));
    put("disability", &first_of("disability", &["any", "mental_health_only", "none"]));
    put("substance_use", &first_of("substance_use", &["yes", "no"]));
    for what in ["gender", "immigrant", "language_need"] {
        put(what, known(what).first().unwrap_or(&"unknown"));
    }
    let mut ages: Vec<(NaiveDate, i32, &str, &str)> = Vec::new();
    for r in &order {
        for e in &r.events {
            if let Some(age) = r.birth.age(e.day) {
                ages.push((e.day, age, r.source, &r.key));
            }
        }
    }
    // The earliest event from the period on comes first, then the latest before it.
    ages.sort_by_key(|(day, _, source, key)| {
        let days = (*day - NaiveDate::from_ymd_opt(2025, 1, 1).unwrap()).num_days();
        (days < 0, days.abs(), *source, *key)
    });
    let band = match ages.first().map(|a| a.1) {
        None => "unknown",
        Some(..=12) => "under_13",
        Some(..=17) => "13_17",
        Some(..=24) => "18_24",
        Some(..=39) => "25_39",
        Some(_) => "40_plus",
    };
    put("age_band", band);
    let young = |r: &&&&Record| {
        let intake = r.events.iter().map(|e| e.day).min().unwrap();
        r.birth.age(intake).is_none_or(|age| age < 25)
    };
    let lgbtq = order.iter().filter(young).find_map(|r| r.says.get("lgbtq_youth"));
    put(
        "lgbtq_youth",
        match band {
            "25_39" | "40_plus" => "not_youth",
            "unknown" => "not_collected",
            _ => lgbtq.map_or("not_collected", String::as_str),
        },
    );
}
