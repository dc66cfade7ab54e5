//! Law enforcement: `victims.csv`, a record a victim and incident.

use chrono::Datelike;

use crate::history::{Source, Visit};
use crate::population::names::shouted;
use crate::population::person::{Gender, Kinds};
use crate::recorder::Clerk;
use crate::recorder::answers::{End, Race, Record, What, told_gender, told_race};
use crate::recorder::book::File;
use crate::recorder::ids::{Space, row_id};

const OFFENSES: [&str; 14] =
    ["13A", "13B", "13B", "13B", "13C", "11A", "120", "210", "220", "220", "23H", "23H", "40A", "100"];

/// Writes victims.
pub(crate) fn write(clerk: &mut Clerk<'_, '_>, visits: &[Visit]) {
    for (k, visit) in visits.iter().enumerate() {
        victim(clerk, k as u64, visit);
    }
}

fn victim(clerk: &mut Clerk<'_, '_>, k: u64, visit: &Visit) {
    let date = visit.date;
    let identity = clerk.copy(Source::Law, date);
    let number = |k: u64, id: u64| format!("{:02}{:010}", date.year() % 100, row_id(Space::Incident, id, k));
    let incident = number(k, clerk.person.id);
    let (dice, person) = (&mut *clerk.dice, clerk.person);
    let sequence = if dice.chance(0.12) { "2" } else { "1" };
    let mut record = Record::new(Source::Law, format!("{incident}-{sequence}"), identity.birth());
    record.add(date, What::Entry);
    let offense = match visit.found {
        Some((_, found)) if found.sex => {
            record.add(date, What::Identification(Kinds::SEX));
            "64A"
        }
        Some((_, found)) if found.labor => {
            record.add(date, What::Identification(Kinds::LABOR));
            "64B"
        }
        _ => *dice.pick(&OFFENSES),
    };
    // The police form has neither "Middle Eastern" nor "multiple".
    let told = match told_race(person, 0.08, dice) {
        Some(Race::Mena | Race::Multiple) => None,
        other => other,
    };
    let race = match told {
        Some(Race::White) => "W",
        Some(Race::Black) => "B",
        Some(Race::Aian) => "I",
        Some(Race::Asian) => "A",
        Some(Race::Nhpi) => "P",
        Some(Race::Hispanic) => *dice.pick(&["W", "U", "U"]),
        Some(Race::Mena | Race::Multiple) | None => "U",
    };
    let hispanic = told == Some(Race::Hispanic);
    let ethnicity = match (hispanic, dice.chance(0.2)) {
        (true, _) => "H",
        (false, true) => "U",
        (false, false) => "N",
    };
    let gender = told_gender(person, false, 0.05, dice);
    record.answers.race = told;
    record.answers.indigenous = match race {
        "I" => Some(true),
        "U" => None,
        _ => Some(false),
    };
    record.answers.gender = gender;
    let referral = visit.notes.first().filter(|note| note.referral.is_some()).map(|note| note.service);
    if let Some(service) = referral {
        record.refer(date, service, End::Unknown);
    }
    let referred = referral.is_some() || dice.chance(0.1);
    let home = identity.address.as_ref();
    let row = [
        incident.as_str(),
        sequence,
        &date.format("%Y%m%d").to_string(),
        offense,
        &shouted(&identity.last),
        &shouted(&identity.first),
        &shouted(&identity.initial()),
        &identity.born.map_or(String::new(), |d| d.format("%Y%m%d").to_string()),
        match gender {
            Some(Gender::Female) => "F",
            Some(Gender::Male) => "M",
            _ => *dice.pick(&["U", ""]),
        },
        race,
        ethnicity,
        &identity.ssn.map_or(String::new(), |n| format!("{n:09}")),
        &home.map_or(String::new(), |a| a.line(identity.style).to_uppercase()),
        &home.map_or(String::new(), |a| a.zip.to_string()),
        &identity.phone.map_or(String::new(), |n| n.to_string()),
        if referred { "Y" } else { "N" },
        referral.map_or("", crate::service::Service::law_word),
    ]
    .map(str::to_owned);
    clerk.pages.row(File::Victims, &row);
    clerk.records.push(record);
    let Some(kind) = clerk.bad_row(&["impossible_date", "unknown_code", "duplicate_id"]) else { return };
    let mut bad = row.clone();
    if kind != "duplicate_id" {
        bad[0] = number(4_000 - k, person.id);
    }
    match kind {
        "impossible_date" => "20250230".clone_into(&mut bad[2]),
        "unknown_code" => "ZZZ".clone_into(&mut bad[16]),
        _ => {}
    }
    clerk.pages.spoilt(File::Victims, &bad, kind);
}
