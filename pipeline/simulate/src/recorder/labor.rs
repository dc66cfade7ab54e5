//! Labor enforcement: `complaints.csv`, a record a complaint.

use chrono::{Datelike, NaiveDate};

use crate::days::{Birth, shifted};
use crate::history::{Outcome, Source, Visit};
use crate::population::names::unaccented;
use crate::population::person::{Gender, Kinds};
use crate::recorder::Clerk;
use crate::recorder::answers::{End, Race, Record, What, told, told_gender, told_race};
use crate::recorder::book::File;
use crate::recorder::ids::{Space, row_id};
use crate::service::Service;

const INDUSTRIES: [&str; 9] = [
    "Construction",
    "Restaurant",
    "Cleaning",
    "Agriculture",
    "Domestic work",
    "Hotel",
    "Landscaping",
    "Food processing",
    "Nail salon",
];

/// Writes complaints.
pub(crate) fn write(clerk: &mut Clerk<'_, '_>, visits: &[Visit]) {
    for (k, visit) in visits.iter().enumerate() {
        complaint(clerk, k as u64, visit);
    }
}

fn complaint(clerk: &mut Clerk<'_, '_>, k: u64, visit: &Visit) {
    let filed = visit.date;
    let identity = clerk.copy(Source::Labor, filed);
    let key = format!("{:010}", row_id(Space::Complaint, clerk.person.id, k));
    let birth = identity.born.map_or(Birth::Unknown, |d| Birth::Year(d.year()));
    let mut record = Record::new(Source::Labor, key.clone(), birth);
    let (dice, person) = (&mut *clerk.dice, clerk.person);
    let race = told_race(person, 0.15, dice);
    let gender = told_gender(person, true, 0.1, dice);
    let speaks = told(person.interpreter, 0.1, dice);
    record.answers.race = race;
    record.answers.indigenous = race.and_then(Race::indigenous);
    record.answers.gender = gender;
    record.answers.language = speaks;
    record.add(filed, What::Entry);
    let coercion = coercion(clerk, visit.signs.labor);
    if visit.signs.labor {
        record.add(filed, What::Indicator(Kinds::LABOR));
    }
    let dice = &mut *clerk.dice;
    let closed = match visit.found {
        Some((day, _)) => Some(day),
        None => Some(shifted(filed, dice.between(20, 260)))
            .filter(|day| *day <= clerk.span.end && dice.chance(0.85)),
    };
    if let Some(day) = closed {
        record.add(day, What::Exit);
    }
    let finding = match (visit.found, closed) {
        (Some(_), Some(day)) => {
            record.add(day, What::Identification(Kinds::LABOR));
            "Y"
        }
        (_, Some(_)) => *dice.pick(&["N", "N", ""]),
        _ => "",
    };
    let unpaid = visit.notes.iter().any(|note| note.service == Service::LegalOther);
    if unpaid {
        record.add(filed, What::Need(Service::LegalOther));
    }
    let (to, outcome, on) = referral(clerk, visit, &mut record);
    let middle = identity.initial();
    let full = if middle.is_empty() {
        format!("{} {}", identity.first, identity.last)
    } else {
        format!("{} {middle} {}", identity.first, identity.last)
    };
    let phone = identity.phone.map_or(String::new(), |n| {
        let text = n.to_string();
        format!("{}-{}-{}", &text[..3], &text[3..6], &text[6..])
    });
    let home = identity.address.as_ref();
    let day = |date: Option<NaiveDate>| date.map_or(String::new(), |d| d.to_string());
    let row = [
        key.as_str(),
        &unaccented(&full),
        &identity.born.map_or(String::new(), |d| d.year().to_string()),
        &phone,
        &identity.email.unwrap_or_default(),
        &home.map_or(String::new(), |a| a.line(identity.style)),
        home.map_or("", |_| clerk.city.title),
        &home.map_or(String::new(), |a| a.zip.to_string()),
        match gender {
            Some(Gender::Male) => "Male",
            Some(Gender::Female) => "Female",
            Some(Gender::Other) => "Nonbinary",
            None => "",
        },
        ethnicity(race, clerk.dice.chance(0.5)),
        match speaks {
            Some(true) if person.language.0 != "en" => person.language.2,
            Some(true) => "Spanish",
            Some(false) => "English",
            None => "",
        },
        &day(Some(filed)),
        &day(closed),
        *clerk.dice.pick(&INDUSTRIES),
        coercion[0],
        coercion[1],
        coercion[2],
        coercion[3],
        if unpaid { "Y" } else { *clerk.dice.pick(&["N", "N", ""]) },
        to,
        outcome,
        &day(on),
        finding,
    ]
    .map(str::to_owned);
    clerk.pages.row(File::Complaints, &row);
    clerk.records.push(record);
    spoil(clerk, &row, k);
}

/// The four signs of coercion, at least one where labor trafficking shows.
fn coercion(clerk: &mut Clerk<'_, '_>, shows: bool) -> [&'static str; 4] {
    let mut cells = ["N"; 4];
    if shows {
        cells[clerk.dice.below(4)] = "Y";
        for cell in &mut cells {
            if clerk.dice.chance(0.25) {
                *cell = "Y";
            }
        }
    }
    cells
}

/// Where the complainant was sent, how it ended and when.
fn referral(
    clerk: &mut Clerk<'_, '_>,
    visit: &Visit,
    record: &mut Record,
) -> (&'static str, &'static str, Option<NaiveDate>) {
    let referral = visit.notes.iter().find_map(|note| note.referral.map(|r| (note.service, r)));
    match referral {
        None => ("", "", None),
        Some((service, referral)) => {
            let outcome = match referral.outcome {
                Outcome::Attained => "Accepted",
                Outcome::ClientDeclined => "Declined",
                Outcome::ProviderDeclined | Outcome::Unknown => *clerk.dice.pick(&["Unknown", ""]),
            };
            let dated = matches!(outcome, "Accepted" | "Declined");
            record.refer(
                visit.date,
                service,
                match outcome {
                    "Accepted" => End::Attained(referral.on),
                    "Declined" => End::Declined,
                    _ => End::Unknown,
                },
            );
            (service.labor_word(), outcome, referral.on.filter(|_| dated))
        }
    }
}

fn ethnicity(race: Option<Race>, says_so: bool) -> &'static str {
    match race {
        Some(Race::Aian) => "Native American",
        Some(Race::Asian) => "Asian",
        Some(Race::Black) => "Black or African American",
        Some(Race::Hispanic) => "Hispanic/Latino",
        Some(Race::Mena) => "Middle Eastern",
        Some(Race::Nhpi) => "Pacific Islander",
        Some(Race::White) => "White",
        Some(Race::Multiple) => "Two or more",
        None if says_so => "Prefer not to say",
        None => "",
    }
}

fn spoil(clerk: &mut Clerk<'_, '_>, row: &[String; 23], k: u64) {
    let Some(kind) = clerk.bad_row(&["impossible_date", "unknown_code", "duplicate_id"]) else { return };
    let mut bad = row.clone();
    if kind != "duplicate_id" {
        bad[0] = format!("{:010}", row_id(Space::Complaint, clerk.person.id, 4_000 - k));
    }
    match kind {
        "impossible_date" => "2025-02-30".clone_into(&mut bad[11]),
        "unknown_code" => "Zeppelin".clone_into(&mut bad[19]),
        _ => {}
    }
    clerk.pages.spoilt(File::Complaints, &bad, kind);
}
