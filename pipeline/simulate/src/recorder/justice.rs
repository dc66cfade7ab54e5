//! Courts and jail: `persons.csv`, `bookings.csv`, `cases.csv`, `programs.csv`.

use chrono::NaiveDate;

use crate::days::shifted;
use crate::history::further::{heard, one_word, referred, served};
use crate::history::{Outcome, Source, Visit};
use crate::population::names::shouted;
use crate::population::person::{Gender, Kinds};
use crate::recorder::Clerk;
use crate::recorder::answers::{Asked, End, Race, Record, Reply, What, told_gender, told_race};
use crate::recorder::book::File;
use crate::recorder::identity::Identity;
use crate::recorder::ids::{Space, row_id, scattered};
use crate::service::Service;

const CHARGES: [&str; 6] = ["THEFT", "DRUG", "ASSAULT", "TRESPASS", "FRAUD", "OTHER"];

/// Services that courts send people to.
const PROGRAMS: [Service; 6] = [
    Service::SubstanceUse,
    Service::MentalHealth,
    Service::CaseManagement,
    Service::Employment,
    Service::TransitionalHousing,
    Service::Education,
];

/// Writes the person, the bookings, the cases and the programs.
pub(crate) fn write(clerk: &mut Clerk<'_, '_>, visits: &[Visit]) {
    let Some(first) = visits.first() else { return };
    let key = format!("{:010}", row_id(Space::Defendant, clerk.person.id, 0));
    let identity = clerk.copy(Source::Justice, first.date);
    let mut record = Record::new(Source::Justice, key.clone(), identity.birth());
    person(clerk, &key, &identity, &mut record);
    for (k, visit) in visits.iter().enumerate() {
        let k = k as u64;
        booking(clerk, &key, k, visit.date, &mut record);
        case(clerk, &key, k, visit, &mut record);
        program(clerk, &key, k, visit.date, &mut record);
    }
    clerk.records.push(record);
}

fn day(date: Option<NaiveDate>) -> String {
    date.map_or(String::new(), |d| d.format("%m/%d/%Y").to_string())
}

fn person(clerk: &mut Clerk<'_, '_>, key: &str, identity: &Identity, record: &mut Record) {
    let (dice, person) = (&mut *clerk.dice, clerk.person);
    // One box, without "Middle Eastern" and "multiple".
    let race = match told_race(person, 0.05, dice) {
        Some(Race::Mena | Race::Multiple) => None,
        other => other,
    };
    let gender = told_gender(person, false, 0.02, dice);
    record.answers.race = race;
    record.answers.indigenous = race.and_then(Race::indigenous);
    record.answers.gender = gender;
    let initial = identity.initial();
    let middle = if initial.is_empty() { String::new() } else { format!(" {}", shouted(&initial)) };
    let home = identity.address.as_ref();
    clerk.pages.row(
        File::Defendants,
        &[
            key,
            &format!("{}, {}{middle}", shouted(&identity.last), shouted(&identity.first)),
            &day(identity.born),
            match gender {
                Some(Gender::Female) => "F",
                Some(_) => "M",
                None => "",
            },
            match race {
                Some(Race::White) => "W",
                Some(Race::Black) => "B",
                Some(Race::Aian) => "I",
                Some(Race::Asian) => "A",
                Some(Race::Nhpi) => "P",
                Some(Race::Hispanic) => "H",
                _ => *clerk.dice.pick(&["U", ""]),
            },
            &identity.ssn.map_or(String::new(), |n| format!("{n:09}")),
            &home.map_or(String::new(), |a| a.line(identity.style).to_uppercase()),
            &home.map_or(String::new(), |a| a.zip.to_string()),
        ],
    );
}

fn booking(clerk: &mut Clerk<'_, '_>, key: &str, k: u64, on: NaiveDate, record: &mut Record) {
    record.add(on, What::Entry);
    let days = if clerk.dice.chance(0.7) { clerk.dice.between(0, 4) } else { clerk.dice.between(5, 200) };
    let released = clerk.span.within(shifted(on, days));
    if let Some(day) = released {
        record.add(day, What::Exit);
    }
    let number = format!("{:010}", row_id(Space::Booking, clerk.person.id, k));
    clerk.pages.row(File::Bookings, &[number.as_str(), key, &day(Some(on)), &day(released)]);
}

/// A question's cell, and what it says.
fn asked(
    clerk: &mut Clerk<'_, '_>,
    shows: bool,
    kind: (Asked, Kinds),
    on: NaiveDate,
    record: &mut Record,
) -> &'static str {
    let (cell, reply) = match (shows, clerk.dice.below(10)) {
        (true, _) => ("Y", Some(Reply::Answered)),
        (false, 0..=2) => ("N", Some(Reply::Answered)),
        (false, 3) => ("R", Some(Reply::Refused)),
        (false, _) => ("", None),
    };
    if let Some(reply) = reply {
        record.add(on, What::Screening(kind.0, reply));
    }
    if shows {
        record.add(on, What::Indicator(kind.1));
    }
    cell
}

fn case(clerk: &mut Clerk<'_, '_>, key: &str, k: u64, visit: &Visit, record: &mut Record) {
    let person = clerk.person;
    let Some(filed) = clerk.span.within(shifted(visit.date, clerk.dice.between(0, 6))) else { return };
    record.add(filed, What::Contact);
    let sold = person.trafficked.sex && clerk.dice.chance(0.3);
    let charge = if sold || clerk.dice.chance(0.02) { "PROSTITUTION" } else { *clerk.dice.pick(&CHARGES) };
    let sex = asked(clerk, visit.signs.sex, (Asked::Sex, Kinds::SEX), filed, record);
    let labor = asked(clerk, visit.signs.labor, (Asked::Labor, Kinds::LABOR), filed, record);
    // The record's own birth date decides, wrong or not.
    let minor = record.birth.age_on(filed).is_some_and(|years| years < 18);
    if charge == "PROSTITUTION" && minor && sex != "Y" {
        record.add(filed, What::Indicator(Kinds::SEX));
    }
    let (mut moved, mut vacated, mut ground) = (None, None, "");
    if let Some((found, kinds)) = visit.found.filter(|(day, _)| *day > filed) {
        moved = Some(shifted(filed, (found - filed).num_days() / 2));
        vacated = Some(found);
        ground = one_word(kinds, ["SEX", "LABOR", "BOTH", ""]);
        record.add(found, What::Identification(kinds));
        record.add(found, What::Service(Service::LegalOther));
    } else if clerk.dice.chance(0.06) {
        moved = clerk.span.within(shifted(filed, clerk.dice.between(30, 300)));
        // Vacated for another reason, which finds nobody to be trafficked.
        vacated = moved.and_then(|on| served(person, Service::LegalOther, on, clerk.span, clerk.dice));
        if let Some(on) = vacated {
            ground = "OTHER";
            record.add(on, What::Service(Service::LegalOther));
        }
    }
    if let Some(on) = moved {
        record.add(on, What::Need(Service::LegalOther));
    }
    let number = format!("{:010}", row_id(Space::CourtCase, person.id, k));
    let (filed, moved, vacated) = (day(Some(filed)), day(moved), day(vacated));
    clerk
        .pages
        .row(File::CourtCases, &[number.as_str(), key, &filed, charge, sex, labor, &moved, &vacated, ground]);
}

fn program(clerk: &mut Clerk<'_, '_>, key: &str, k: u64, on: NaiveDate, record: &mut Record) {
    let person = clerk.person;
    for (i, service) in heard(person, &PROGRAMS, on, 2, clerk.dice).into_iter().enumerate() {
        let referral = referred(person, service, on, clerk.span, clerk.dice);
        let (result, end) = match referral.outcome {
            Outcome::Attained => ("ENROLLED", End::Attained(referral.on)),
            Outcome::ClientDeclined => ("REFUSED", End::Declined),
            Outcome::ProviderDeclined => ("DENIED", End::Declined),
            Outcome::Unknown => (*clerk.dice.pick(&["PENDING", ""]), End::Unknown),
        };
        record.refer(on, service, end);
        let id = k * 4 + i as u64;
        let row = [
            format!("{:010}", row_id(Space::Program, person.id, id)).as_str(),
            key,
            &day(Some(on)),
            service.program_word(),
            result,
            &day(referral.on),
        ]
        .map(str::to_owned);
        clerk.pages.row(File::Programs, &row);
        let Some(kind) = clerk.bad_row(&["impossible_date", "unknown_code", "orphan", "duplicate_id"]) else {
            continue;
        };
        let mut bad = row;
        if kind != "duplicate_id" {
            bad[0] = format!("{:010}", row_id(Space::Program, person.id, 4_000 - id));
        }
        match kind {
            "impossible_date" => "02/30/2025".clone_into(&mut bad[2]),
            "unknown_code" => "ZEPPELIN".clone_into(&mut bad[3]),
            "orphan" => bad[1] = format!("{:010}", scattered(Space::Defendant, 9_000_000_000 + person.id)),
            _ => {}
        }
        clerk.pages.spoilt(File::Programs, &bad, kind);
    }
}
