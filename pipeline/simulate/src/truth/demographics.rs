//! Breakdowns of a person from what the records answer.

use chrono::NaiveDate;

use crate::population::person::Gender;
use crate::recorder::answers::{Disability, Record};

/// Race, indigenous, age band, gender, LGBTQ youth, immigrant, language need, disability and
/// substance use of the person whose records these are, latest record first; the age from the
/// period's first day on.
pub(crate) fn words(records: &[Record], period_start: NaiveDate) -> [&'static str; 9] {
    let band = age_band(records, period_start);
    [
        race(records),
        indigenous(records),
        band,
        match latest(records, |r| r.answers.gender) {
            Some(Gender::Female) => "female",
            Some(Gender::Male) => "male",
            Some(Gender::Other) => "trans_nonbinary_other",
            None => "unknown",
        },
        lgbtq_youth(records, band),
        match latest(records, |r| r.answers.foreign) {
            Some(true) => "foreign_national",
            Some(false) => "us_citizen_or_lpr",
            None => "unknown",
        },
        yes_no(latest(records, |r| r.answers.language)),
        match records.iter().filter_map(|r| r.answers.disability).max() {
            Some(Disability::Any) => "any",
            Some(Disability::MentalOnly) => "mental_health_only",
            Some(Disability::None) => "none",
            None => "unknown",
        },
        yes_no(records.iter().filter_map(|r| r.answers.substance).max()),
    ]
}

fn yes_no(answer: Option<bool>) -> &'static str {
    match answer {
        Some(true) => "yes",
        Some(false) => "no",
        None => "unknown",
    }
}

fn latest<T>(records: &[Record], answer: impl Fn(&Record) -> Option<T>) -> Option<T> {
    records.iter().find_map(answer)
}

/// Two different known races make `multiple`.
fn race(records: &[Record]) -> &'static str {
    let mut known = records.iter().filter_map(|r| r.answers.race);
    match known.next() {
        None => "unknown",
        Some(first) if known.all(|other| other == first) => first.word(),
        Some(_) => "multiple",
    }
}

fn indigenous(records: &[Record]) -> &'static str {
    match records.iter().filter_map(|r| r.answers.indigenous).max() {
        Some(true) => "indigenous",
        Some(false) => "not_indigenous",
        None => "unknown",
    }
}

/// The band at the earliest event of the period at which a record knows the age; where there is
/// none, at the latest event before. On one day the record of the first source and key stands.
fn age_band(records: &[Record], period_start: NaiveDate) -> &'static str {
    let mut known: Vec<(NaiveDate, &str, &str, u32)> = Vec::new();
    for record in records {
        for (day, _) in &record.events {
            if let Some(years) = record.birth.age_on(*day) {
                known.push((*day, record.source.name(), &record.key, years));
            }
        }
    }
    known.sort_unstable();
    let since = known.iter().find(|(day, ..)| *day >= period_start);
    let last = known.last().and_then(|(last, ..)| known.iter().find(|(day, ..)| day == last));
    let best = since.or(last);
    match best.map(|(.., years)| *years) {
        Some(0..=12) => "under_13",
        Some(13..=17) => "13_17",
        Some(18..=24) => "18_24",
        Some(25..=39) => "25_39",
        Some(_) => "40_plus",
        None => "unknown",
    }
}

fn lgbtq_youth(records: &[Record], band: &str) -> &'static str {
    if matches!(band, "25_39" | "40_plus") {
        return "not_youth";
    }
    if band == "unknown" {
        return "not_collected";
    }
    let asked_young = |record: &Record| {
        let intake = record.events.first().map(|(day, _)| *day)?;
        let grown = record.birth.age_on(intake).is_some_and(|years| years >= 25);
        record.answers.lgbtq.filter(|_| !grown)
    };
    match latest(records, asked_young) {
        Some(true) => "lgbtq",
        Some(false) => "not_lgbtq",
        None => "not_collected",
    }
}
