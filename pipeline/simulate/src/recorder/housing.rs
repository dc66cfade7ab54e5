//! A housing authority: `members.csv`, `applications.csv`, `actions.csv`.

use chrono::NaiveDate;

use crate::days::shifted;
use crate::history::further::served;
use crate::history::{Source, Visit};
use crate::population::culture::race;
use crate::population::person::{Gender, Kinds, Status};
use crate::recorder::Clerk;
use crate::recorder::answers::{Disability, Race, Record, What, told, told_gender, told_races};
use crate::recorder::book::File;
use crate::recorder::identity::Identity;
use crate::recorder::ids::{Space, row_id, scattered};
use crate::service::Service;

/// Actions of form HUD-50058 that change nothing for the person: reexaminations, inspections, and the like.
const ROUTINE: [&str; 6] = ["2", "2", "3", "7", "12", "13"];

/// Writes the member, the applications and what followed.
pub(crate) fn write(clerk: &mut Clerk<'_, '_>, visits: &[Visit]) {
    let Some(first) = visits.first() else { return };
    let key = format!("{:010}", row_id(Space::Member, clerk.person.id, 0));
    let identity = clerk.copy(Source::Housing, first.date);
    let mut record = Record::new(Source::Housing, key.clone(), identity.birth());
    member(clerk, &key, &identity, &mut record);
    for (k, visit) in visits.iter().enumerate() {
        application(clerk, &key, k as u64, visit, &mut record);
    }
    clerk.records.push(record);
}

fn member(clerk: &mut Clerk<'_, '_>, key: &str, identity: &Identity, record: &mut Record) {
    let (dice, person) = (&mut *clerk.dice, clerk.person);
    let set = told_races(person, 0.04, dice);
    // The form has no box for Middle Eastern, and asks about Hispanic people apart.
    let boxes = set & !(race::MENA | race::HISPANIC);
    let hispanic = set & race::HISPANIC != 0;
    record.answers.race = if hispanic { Some(Race::Hispanic) } else { Race::of_set(boxes) };
    record.answers.indigenous = (boxes != 0).then_some(boxes & race::AIAN != 0);
    let gender = told_gender(person, false, 0.02, dice);
    record.answers.gender = gender;
    let (citizenship, foreign) = match (dice.chance(0.05), person.status) {
        (true, _) => (*dice.pick(&["PV", ""]), None),
        (_, Status::Citizen) => ("EC", Some(false)),
        (_, Status::Resident | Status::Asylum) => ("EN", None),
        (_, Status::Pending | Status::Undocumented) => ("IN", Some(true)),
    };
    record.answers.foreign = foreign;
    let disabled = told(person.physical || person.chronic || person.mental, 0.05, dice);
    record.answers.disability = disabled.map(|yes| if yes { Disability::Any } else { Disability::None });
    let tick = |of: u8| if boxes & of != 0 { "Y" } else { "N" };
    let home = identity.address.as_ref();
    let phone = identity.phone.map_or(String::new(), |n| n.to_string());
    clerk.pages.row(
        File::Members,
        &[
            key,
            &identity.last,
            &identity.first,
            &identity.initial(),
            &day(identity.born),
            match gender {
                Some(Gender::Female) => "F",
                Some(_) => "M",
                None => "",
            },
            tick(race::WHITE),
            tick(race::BLACK),
            tick(race::AIAN),
            tick(race::ASIAN),
            tick(race::NHPI),
            if hispanic { "1" } else { *clerk.dice.pick(&["2", "2", "2", ""]) },
            citizenship,
            match disabled {
                Some(true) => "Y",
                Some(false) => "N",
                None => "",
            },
            &identity.ssn.map_or(String::new(), |n| format!("{n:09}")),
            &home.map_or(String::new(), |a| a.line(identity.style)),
            &home.map_or(String::new(), |a| a.zip.to_string()),
            &phone,
        ],
    );
}

fn day(date: Option<NaiveDate>) -> String {
    date.map_or(String::new(), |d| d.format("%m/%d/%Y").to_string())
}

fn application(clerk: &mut Clerk<'_, '_>, member: &str, k: u64, visit: &Visit, record: &mut Record) {
    let applied = visit.date;
    let person = clerk.person;
    record.add(applied, What::Contact);
    record.add(applied, What::Need(Service::PermanentHousing));
    let preference = if visit.signs.any() {
        record.add(applied, What::Indicator(Kinds::UNKNOWN));
        "T"
    } else {
        match clerk.dice.weighted(&[0.25, 0.12, 0.1, 0.38, 0.15]) {
            0 => {
                record.add(applied, What::Need(Service::EmergencyShelter));
                "H"
            }
            1 => {
                record.add(applied, What::Need(Service::CrisisSafety));
                "V"
            }
            2 => "D",
            3 => "N",
            _ => "",
        }
    };
    let admitted = served(person, Service::PermanentHousing, applied, clerk.span, clerk.dice);
    let status = if admitted.is_some() { "H" } else { *clerk.dice.pick(&["W", "W", "R"]) };
    let number = format!("{:010}", row_id(Space::Application, person.id, k));
    clerk.pages.row(
        File::Applications,
        &[number.as_str(), member, &day(Some(applied)), preference, status, &day(admitted)],
    );
    let Some(admitted) = admitted else { return };
    let code = if clerk.dice.chance(0.1) { "4" } else { "1" };
    record.add(admitted, What::Entry);
    record.add(admitted, What::Service(Service::PermanentHousing));
    action(clerk, member, k * 20, admitted, code);
    let mut on = admitted;
    for j in 1..=clerk.dice.run(0.5, 6) as u64 {
        on = shifted(on, clerk.dice.between(60, 370));
        if on > clerk.span.end {
            return;
        }
        let code = if clerk.dice.chance(0.02) { "15" } else { *clerk.dice.pick(&ROUTINE) };
        if code != "15" {
            record.add(on, What::Contact);
        }
        action(clerk, member, k * 20 + j, on, code);
    }
    let ends = shifted(on, clerk.dice.between(30, 600));
    if ends <= clerk.span.end && clerk.dice.chance(0.4) {
        record.add(ends, What::Exit);
        let code = *clerk.dice.pick(&["6", "6", "5"]);
        action(clerk, member, k * 20 + 19, ends, code);
    }
}

fn action(clerk: &mut Clerk<'_, '_>, member: &str, k: u64, on: NaiveDate, code: &str) {
    let person = clerk.person.id;
    let program = *clerk.dice.pick(&["P", "VO", "VO", "CE"]);
    let number = format!("{:010}", row_id(Space::Action, person, k));
    let row = [number.as_str(), member, &day(Some(on)), code, program].map(str::to_owned);
    clerk.pages.row(File::Actions, &row);
    let Some(kind) = clerk.bad_row(&["impossible_date", "unknown_code", "orphan", "duplicate_id"]) else {
        return;
    };
    let mut bad = row;
    if kind != "duplicate_id" {
        bad[0] = format!("{:010}", row_id(Space::Action, person, 4_000 - k));
    }
    match kind {
        "impossible_date" => "02/30/2025".clone_into(&mut bad[2]),
        "unknown_code" => "77".clone_into(&mut bad[3]),
        "orphan" => bad[1] = format!("{:010}", scattered(Space::Member, 9_000_000_000 + person)),
        _ => {}
    }
    clerk.pages.spoilt(File::Actions, &bad, kind);
}
