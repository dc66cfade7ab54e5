//! Public health: `encounters.csv`, and whose they are.

use chrono::NaiveDate;

use crate::history::{Delivery, Note, Outcome, Source, Visit};
use crate::population::person::Kinds;
use crate::recorder::Clerk;
use crate::recorder::answers::{Asked, End, Record, Reply, What};
use crate::recorder::book::File;
use crate::recorder::ids::{Space, row_id, scattered};
use crate::recorder::patient::patient;
use crate::service::Service;

const ASKED: [Asked; 2] = [Asked::Sex, Asked::Labor];

const EVERYDAY: [&str; 14] = [
    "J06.9", "R07.9", "S61.419A", "M54.50", "Z00.00", "N39.0", "R10.9", "J45.909", "E11.9", "I10", "L03.115",
    "Z32.01", "A64", "K02.9",
];

/// Writes patients and encounters; deliveries become clinic visits.
pub(crate) fn write(clerk: &mut Clerk<'_, '_>, visits: &[Visit], deliveries: &[Delivery]) {
    if visits.is_empty() {
        return;
    }
    let split = clerk.split(visits.len());
    let mut row = 0;
    for (copy, part) in [&visits[..split], &visits[split..]].into_iter().enumerate() {
        let Some(first) = part.first() else { continue };
        let mrn = format!("{:010}", row_id(Space::Patient, clerk.person.id, copy as u64));
        let identity = clerk.copy(Source::Health, first.date);
        let mut record = Record::new(Source::Health, mrn.clone(), identity.birth());
        patient(clerk, &mrn, &identity, &mut record);
        for visit in part {
            let same_day: Vec<Service> =
                own(deliveries).filter(|d| copy == 0 && d.date == visit.date).map(|d| d.service).collect();
            row += 1;
            encounter(clerk, &mrn, row, visit, &same_day, &mut record);
        }
        if copy == 0 {
            let mut days: Vec<NaiveDate> =
                own(deliveries).map(|d| d.date).filter(|day| part.iter().all(|v| v.date != *day)).collect();
            days.sort_unstable();
            days.dedup();
            for day in days {
                let services: Vec<Service> =
                    own(deliveries).filter(|d| d.date == day).map(|d| d.service).collect();
                row += 1;
                delivery(clerk, &mrn, row, day, &services, &mut record);
            }
        }
        clerk.records.push(record);
    }
}

fn own(deliveries: &[Delivery]) -> impl Iterator<Item = &Delivery> {
    deliveries.iter().filter(|d| d.source == Source::Health)
}

/// An encounter: what came up, by diagnosis or by the screening questions.
fn encounter(
    clerk: &mut Clerk<'_, '_>,
    mrn: &str,
    k: u64,
    visit: &Visit,
    delivered: &[Service],
    record: &mut Record,
) {
    let dice = &mut *clerk.dice;
    let adult = clerk.person.age(visit.date) >= 18;
    let date = visit.date;
    let kind = if visit.signs.any() {
        *dice.pick(&["ED", "ED", "OP", "IP"])
    } else {
        *dice.pick(&["ED", "OP", "OP", "OP", "ED", "OP", "OP", "IP", "ED", "OP"])
    };
    record.add(date, if kind == "OP" { What::Contact } else { What::Entry });
    let mut dx: Vec<String> = Vec::new();
    let suffix = *dice.pick(&["A", "D"]);
    if let Some((_, found)) = visit.found {
        for (has, part, adult_code, child_code) in
            [(found.sex, Kinds::SEX, "T74.51X", "T74.52X"), (found.labor, Kinds::LABOR, "T74.61X", "T74.62X")]
        {
            if has {
                dx.push(format!("{}{suffix}", if adult { adult_code } else { child_code }));
                record.add(date, What::Identification(part));
            }
        }
    }
    let mut screens = [""; 2];
    for (i, (has, part, adult_code, child_code)) in [
        (visit.signs.sex, Kinds::SEX, "T76.51X", "T76.52X"),
        (visit.signs.labor, Kinds::LABOR, "T76.61X", "T76.62X"),
    ]
    .into_iter()
    .enumerate()
    {
        let by_screen = dice.chance(0.45);
        if has && (by_screen || dx.len() > 2) {
            screens[i] = "Y";
            record.add(date, What::Screening(ASKED[i], Reply::Answered));
            record.add(date, What::Indicator(part));
        } else {
            if has {
                dx.push(format!("{}{suffix}", if adult { adult_code } else { child_code }));
                record.add(date, What::Indicator(part));
            }
            screens[i] = match dice.weighted(&[0.6, 0.33, 0.07]) {
                0 => "",
                1 => "N",
                _ => "R",
            };
            if let Some(reply) = reply(screens[i]) {
                record.add(date, What::Screening(ASKED[i], reply));
            }
        }
    }
    if dx.len() < 3 {
        dx.push((*dice.pick(&EVERYDAY)).to_owned());
    }
    dx.resize(3, String::new());
    for note in &visit.notes {
        record.add(date, What::Need(note.service));
    }
    for service in delivered {
        record.add(date, What::Service(*service));
    }
    let referral = visit.notes.iter().find_map(|note| note.referral.map(|r| (note.service, r)));
    let (to, result, on) = match referral {
        None => ("", "", String::new()),
        Some((service, referral)) => {
            let result = match referral.outcome {
                Outcome::Attained => "C",
                Outcome::ClientDeclined => "D",
                Outcome::ProviderDeclined | Outcome::Unknown => *dice.pick(&["U", ""]),
            };
            let dated = matches!(result, "C" | "D");
            record.refer(date, service, ended(result, referral.on));
            let on = referral.on.filter(|_| dated).map_or(String::new(), american);
            (service.health_code(), result, on)
        }
    };
    let id = format!("{:010}", row_id(Space::Encounter, clerk.person.id, k));
    let needs = codes(visit.notes.iter().map(|note: &Note| note.service));
    let services = codes(delivered.iter().copied());
    let row = [
        id.as_str(),
        mrn,
        &american(date),
        kind,
        &dx[0],
        &dx[1],
        &dx[2],
        screens[0],
        screens[1],
        &needs,
        &services,
        to,
        result,
        &on,
    ]
    .map(str::to_owned);
    clerk.pages.row(File::Encounters, &row);
    spoil(clerk, &row, k);
}

/// A clinic visit at which something was delivered.
fn delivery(
    clerk: &mut Clerk<'_, '_>,
    mrn: &str,
    k: u64,
    day: NaiveDate,
    services: &[Service],
    record: &mut Record,
) {
    record.add(day, What::Contact);
    for service in services {
        record.add(day, What::Service(*service));
    }
    let id = format!("{:010}", row_id(Space::Encounter, clerk.person.id, k));
    let dx = *clerk.dice.pick(&EVERYDAY);
    let services = codes(services.iter().copied());
    let row = [id.as_str(), mrn, &american(day), "OP", dx, "", "", "", "", "", &services, "", "", ""]
        .map(str::to_owned);
    clerk.pages.row(File::Encounters, &row);
}

/// What a screening's cell says; `None` where nobody asked.
fn reply(cell: &str) -> Option<Reply> {
    match cell {
        "" => None,
        "R" => Some(Reply::Refused),
        _ => Some(Reply::Answered),
    }
}

/// How a referral ended, by its cells.
fn ended(result: &str, on: Option<NaiveDate>) -> End {
    match result {
        "C" => End::Attained(on),
        "D" => End::Declined,
        _ => End::Unknown,
    }
}

fn codes(services: impl Iterator<Item = Service>) -> String {
    let mut codes: Vec<&str> = services.map(Service::health_code).collect();
    codes.dedup();
    codes.join(";")
}

fn american(date: NaiveDate) -> String {
    date.format("%m/%d/%Y").to_string()
}

/// Now and then a bad row follows.
fn spoil(clerk: &mut Clerk<'_, '_>, row: &[String; 14], k: u64) {
    let Some(kind) = clerk.bad_row(&["impossible_date", "unknown_code", "orphan", "duplicate_id"]) else {
        return;
    };
    let mut bad = row.clone();
    if kind != "duplicate_id" {
        bad[0] = format!("{:010}", row_id(Space::Encounter, clerk.person.id, 4_000 - k));
    }
    match kind {
        "impossible_date" => "02/31/2025".clone_into(&mut bad[2]),
        "unknown_code" => "QQ".clone_into(&mut bad[9]),
        "orphan" => bad[1] = format!("{:010}", scattered(Space::Patient, 9_000_000_000 + clerk.person.id)),
        _ => {}
    }
    clerk.pages.spoilt(File::Encounters, &bad, kind);
}
