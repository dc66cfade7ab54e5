//! Legal services: `clients.csv` and `matters.csv`.

use chrono::NaiveDate;

use crate::days::shifted;
use crate::history::{Source, Visit};
use crate::population::person::{Gender, Kinds, Status};
use crate::recorder::Clerk;
use crate::recorder::answers::{Asked, Race, Record, Reply, What, told, told_gender, told_race};
use crate::recorder::book::File;
use crate::recorder::identity::Identity;
use crate::recorder::ids::{Space, row_id, scattered};
use crate::service::Service;

/// Writes clients and matters.
pub(crate) fn write(clerk: &mut Clerk<'_, '_>, visits: &[Visit]) {
    if visits.is_empty() {
        return;
    }
    let split = clerk.split(visits.len());
    let mut row = 0;
    for (copy, part) in [&visits[..split], &visits[split..]].into_iter().enumerate() {
        let Some(first) = part.first() else { continue };
        let client = format!("{:010}", row_id(Space::LegalClient, clerk.person.id, copy as u64));
        let identity = clerk.copy(Source::Legal, first.date);
        let mut record = Record::new(Source::Legal, client.clone(), identity.birth());
        person(clerk, &client, &identity, &mut record);
        for visit in part {
            row += 1;
            matter(clerk, &client, row, visit, &mut record);
        }
        clerk.records.push(record);
    }
}

fn person(clerk: &mut Clerk<'_, '_>, client: &str, identity: &Identity, record: &mut Record) {
    let (dice, person) = (&mut *clerk.dice, clerk.person);
    let race = told_race(person, 0.12, dice);
    let gender = told_gender(person, true, 0.04, dice);
    let speaks = told(person.interpreter, 0.06, dice);
    let status = if dice.chance(0.07) {
        ""
    } else {
        match person.status {
            Status::Citizen => "USC",
            Status::Resident => "LPR",
            Status::Asylum => "Asylum",
            Status::Pending => "Pending",
            Status::Undocumented => "None",
        }
    };
    record.answers.race = race;
    record.answers.indigenous = race.and_then(Race::indigenous);
    record.answers.gender = gender;
    record.answers.language = speaks;
    record.answers.foreign = match status {
        "" => None,
        "USC" | "LPR" => Some(false),
        _ => Some(true),
    };
    let last = if identity.suffix.is_empty() {
        identity.last.clone()
    } else {
        format!("{} {}", identity.last, identity.suffix)
    };
    let phone = identity.phone.map_or(String::new(), |n| {
        let text = n.to_string();
        format!("{}.{}.{}", &text[..3], &text[3..6], &text[6..])
    });
    let home = identity.address.as_ref();
    clerk.pages.row(
        File::LegalClients,
        &[
            client,
            &identity.first,
            &last,
            &day(identity.born),
            match gender {
                Some(Gender::Female) => "F",
                Some(Gender::Male) => "M",
                Some(Gender::Other) => "NB",
                None => "",
            },
            match race {
                Some(Race::Aian) => "Native",
                Some(Race::Asian) => "Asian",
                Some(Race::Black) => "Black",
                Some(Race::Hispanic) => "Latinx",
                Some(Race::Mena) => "MENA",
                Some(Race::Nhpi) => "Pacific",
                Some(Race::White) => "White",
                Some(Race::Multiple) => "Mixed",
                None => "",
            },
            status,
            match speaks {
                Some(true) => "Yes",
                Some(false) => "No",
                None => "",
            },
            &phone,
            identity.email.as_deref().unwrap_or_default(),
            &home.map_or(String::new(), |a| a.line(identity.style)),
            &home.map_or(String::new(), |a| a.zip.to_string()),
        ],
    );
}

fn day(date: Option<NaiveDate>) -> String {
    date.map_or(String::new(), |d| d.format("%d-%b-%Y").to_string())
}

fn matter(clerk: &mut Clerk<'_, '_>, client: &str, k: u64, visit: &Visit, record: &mut Record) {
    let dice = &mut *clerk.dice;
    let opened = visit.date;
    record.add(opened, What::Entry);
    let service = visit.notes.first().map_or(Service::LegalOther, |note| note.service);
    let provided = visit.notes.first().and_then(|note| note.provided);
    record.add(opened, What::Need(service));
    if let Some(date) = provided {
        record.add(date, What::Service(service));
    }
    let exploited = visit.signs.any();
    let kind = match (service, exploited) {
        (Service::LegalImmigration, true) => *dice.pick(&["T_VISA", "T_VISA", "U_VISA", "ASYLUM"]),
        (Service::LegalImmigration, false) => *dice.pick(&["U_VISA", "ASYLUM", "ASYLUM"]),
        (_, true) => *dice.pick(&["WAGE", "VACATUR", "FAMILY", "HOUSING"]),
        (_, false) => *dice.pick(&["WAGE", "FAMILY", "FAMILY", "HOUSING", "HOUSING", "BENEFITS"]),
    };
    let mut screen = match (visit.signs.sex, visit.signs.labor) {
        (true, true) => "both",
        (true, false) => "sex",
        (false, true) => "labor",
        (false, false) => *dice.pick(&["no", "", ""]),
    };
    // A certification now and then reaches a file whose screening was never filled in.
    let unscreened = visit.found.is_some() && dice.chance(0.06);
    if unscreened {
        screen = "";
    }
    let signs = match screen {
        "both" => Kinds::SEX.and(Kinds::LABOR),
        "sex" => Kinds::SEX,
        "labor" => Kinds::LABOR,
        _ => Kinds::default(),
    };
    if !screen.is_empty() {
        record.add(opened, What::Screening(Asked::Sex, Reply::Answered));
        record.add(opened, What::Screening(Asked::Labor, Reply::Answered));
    }
    if signs.any() {
        record.add(opened, What::Indicator(signs));
    }
    let (certified, certified_on) = match visit.found {
        Some((date, _)) => {
            let kinds = if signs.any() { signs } else { Kinds::UNKNOWN };
            record.add(date, What::Identification(kinds));
            ("Y", Some(date))
        }
        None => (*dice.pick(&["N", "", ""]), None),
    };
    let last = [provided, certified_on].into_iter().flatten().max().unwrap_or(opened);
    let closed = shifted(opened, dice.between(40, 420)).max(last);
    let closed = (closed <= clerk.span.end && dice.chance(0.88)).then_some(closed);
    if let Some(date) = closed {
        record.add(date, What::Exit);
    }
    let row = [
        format!("{:010}", row_id(Space::Matter, clerk.person.id, k)).as_str(),
        client,
        &day(Some(opened)),
        &day(closed),
        kind,
        screen,
        certified,
        &day(certified_on),
        &day(provided),
    ]
    .map(str::to_owned);
    clerk.pages.row(File::Matters, &row);
    spoil(clerk, &row, k);
}

fn spoil(clerk: &mut Clerk<'_, '_>, row: &[String; 9], k: u64) {
    let Some(kind) = clerk.bad_row(&["impossible_date", "unknown_code", "orphan", "duplicate_id"]) else {
        return;
    };
    let mut bad = row.clone();
    if kind != "duplicate_id" {
        bad[0] = format!("{:010}", row_id(Space::Matter, clerk.person.id, 4_000 - k));
    }
    match kind {
        "impossible_date" => "31-Feb-2025".clone_into(&mut bad[2]),
        "unknown_code" => "XX".clone_into(&mut bad[4]),
        "orphan" => {
            bad[1] = format!("{:010}", scattered(Space::LegalClient, 9_000_000_000 + clerk.person.id));
        }
        _ => {}
    }
    clerk.pages.spoilt(File::Matters, &bad, kind);
}
