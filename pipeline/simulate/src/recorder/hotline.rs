//! A hotline: `contacts.ndjson`, a record a contact, linked on the caller's own release alone.

use chrono::Datelike;

use crate::days::{Birth, shifted};
use crate::history::further::{heard, one_word, referred};
use crate::history::{Outcome, Source, Visit};
use crate::population::person::Gender;
use crate::recorder::Clerk;
use crate::recorder::answers::{End, Race, Record, What, told, told_gender, told_race};
use crate::recorder::book::File;
use crate::recorder::ids::{Space, row_id};
use crate::service::Service;

const ASKED_FOR: [Service; 8] = [
    Service::EmergencyShelter,
    Service::CrisisSafety,
    Service::LegalOther,
    Service::LegalImmigration,
    Service::MentalHealth,
    Service::Transportation,
    Service::BasicNeeds,
    Service::Interpretation,
];

/// Writes contacts.
pub(crate) fn write(clerk: &mut Clerk<'_, '_>, visits: &[Visit]) {
    for (k, visit) in visits.iter().enumerate() {
        contact(clerk, k as u64, visit);
    }
}

fn contact(clerk: &mut Clerk<'_, '_>, k: u64, visit: &Visit) {
    let on = visit.date;
    let identity = clerk.copy(Source::Hotline, on);
    let key = format!("{:010}", row_id(Space::Contact, clerk.person.id, k));
    let year = identity.born.map(|born| born.year());
    let mut record = Record::new(Source::Hotline, key.clone(), year.map_or(Birth::Unknown, Birth::Year));
    let (dice, person) = (&mut *clerk.dice, clerk.person);
    let race = told_race(person, 0.35, dice);
    let gender = told_gender(person, true, 0.15, dice);
    let speaks = told(person.interpreter, 0.1, dice);
    record.answers.race = race;
    record.answers.indigenous = race.and_then(Race::indigenous);
    record.answers.gender = gender;
    record.answers.language = speaks;
    record.add(on, What::Contact);
    let (mut situation, mut level) = ("", *dice.pick(&["none", ""]));
    if visit.signs.any() {
        situation = one_word(visit.signs, ["sex", "labor", "sex_and_labor", "not_specified"]);
        level = *dice.pick(&["high", "high", "moderate"]);
        record.add(on, What::Indicator(visit.signs));
    }
    let needs = heard(person, &ASKED_FOR, on, 3, dice);
    for service in &needs {
        record.add(on, What::Need(*service));
    }
    let (mut to, mut result, mut result_on) = ("", "", None);
    if let Some(service) = needs.first().filter(|_| dice.chance(0.6)) {
        let referral = referred(person, *service, on, clerk.span, dice);
        to = service.hotline_code();
        result_on = referral.on;
        let end;
        (result, end) = match referral.outcome {
            Outcome::Attained => ("connected", End::Attained(referral.on)),
            Outcome::ClientDeclined => ("declined", End::Declined),
            Outcome::ProviderDeclined => ("full", End::Declined),
            Outcome::Unknown => (*dice.pick(&["unknown", ""]), End::Unknown),
        };
        record.refer(on, *service, end);
    }
    // Two callers in three release what they said, mostly for a year or more; some without an end, which
    // is no release.
    let release = dice.chance(0.65);
    let until = (release && !dice.chance(0.06)).then(|| shifted(on, dice.between(180, 1_100)));
    record.linkable = until.is_some_and(|until| until >= clerk.span.end);
    let named = dice.chance(0.75);
    let text = |date: Option<chrono::NaiveDate>| date.map_or(String::new(), |d| d.to_string());
    let home = identity.address.as_ref();
    let codes: Vec<&str> = needs.iter().map(|service| service.hotline_code()).collect();
    let about = if dice.chance(0.8) { "self" } else { "someone" };
    let row = [
        key.as_str(),
        &text(Some(on)),
        about,
        if named { identity.first.as_str() } else { "" },
        if named { identity.last.as_str() } else { "" },
        &identity.phone.map_or(String::new(), |n| n.to_string()),
        identity.email.as_deref().unwrap_or_default(),
        &year.map_or(String::new(), |year| year.to_string()),
        &home.map_or(String::new(), |a| a.zip.to_string()),
        match gender {
            Some(Gender::Female) => "woman",
            Some(Gender::Male) => "man",
            Some(Gender::Other) => "nonbinary",
            None => "",
        },
        match race {
            Some(Race::Aian) => "American Indian",
            Some(Race::Asian) => "Asian",
            Some(Race::Black) => "Black",
            Some(Race::Hispanic) => "Latino",
            Some(Race::Mena) => "Middle Eastern",
            Some(Race::Nhpi) => "Pacific Islander",
            Some(Race::White) => "White",
            Some(Race::Multiple) => "Multiracial",
            None => "",
        },
        match speaks {
            Some(true) if person.language.0 != "en" => person.language.2,
            Some(true) => "Spanish",
            Some(false) => "English",
            None => "",
        },
        situation,
        level,
        &codes.join("|"),
        to,
        result,
        &text(result_on),
        if release { "yes" } else { *dice.pick(&["no", ""]) },
        &text(until),
    ]
    .map(str::to_owned);
    clerk.pages.row(File::Contacts, &row);
    clerk.records.push(record);
    spoil(clerk, &row, k);
}

fn spoil(clerk: &mut Clerk<'_, '_>, row: &[String; 20], k: u64) {
    let Some(kind) = clerk.bad_row(&["impossible_date", "unknown_code", "duplicate_id"]) else { return };
    let mut bad = row.clone();
    if kind != "duplicate_id" {
        bad[0] = format!("{:010}", row_id(Space::Contact, clerk.person.id, 4_000 - k));
    }
    match kind {
        "impossible_date" => "2025-02-30".clone_into(&mut bad[1]),
        "unknown_code" => "QQ".clone_into(&mut bad[14]),
        _ => {}
    }
    clerk.pages.spoilt(File::Contacts, &bad, kind);
}
