//! Human services: `clients.txt`, `cases.txt`, `needs.txt`.

use chrono::NaiveDate;

use crate::days::shifted;
use crate::history::{Source, Visit};
use crate::population::culture::race;
use crate::population::names::shouted;
use crate::population::person::{Gender, Kinds, Status};
use crate::recorder::Clerk;
use crate::recorder::answers::{Disability, Race, Record, What, told, told_gender, told_race};
use crate::recorder::book::File;
use crate::recorder::identity::Identity;
use crate::recorder::ids::{Space, row_id, scattered};

const PROGRAMS: [&str; 6] =
    ["CHILD WELFARE", "ADULT PROTECTIVE", "FAMILY SUPPORT", "TANF", "REFUGEE", "YOUTH SERVICES"];
const PROVIDERS: [&str; 5] =
    ["COUNTY OFFICE", "NORTH CENTER", "RIVER HOUSE", "FAMILY PLACE", "OUTREACH TEAM"];

/// Writes clients, cases and needs.
pub(crate) fn write(clerk: &mut Clerk<'_, '_>, visits: &[Visit]) {
    if visits.is_empty() {
        return;
    }
    let split = clerk.split(visits.len());
    let mut row = 0;
    for (copy, part) in [&visits[..split], &visits[split..]].into_iter().enumerate() {
        let Some(first) = part.first() else { continue };
        let client = format!("{:010}", row_id(Space::HumanClient, clerk.person.id, copy as u64));
        let identity = clerk.copy(Source::Human, first.date);
        let mut record = Record::new(Source::Human, client.clone(), identity.birth());
        person(clerk, &client, &identity, &mut record);
        for visit in part {
            row += 1;
            case(clerk, &client, row, visit, &mut record);
        }
        clerk.records.push(record);
    }
}

fn person(clerk: &mut Clerk<'_, '_>, client: &str, identity: &Identity, record: &mut Record) {
    let (dice, person) = (&mut *clerk.dice, clerk.person);
    let race = told_race(person, 0.07, dice);
    let (race_word, indigenous) = match race {
        Some(Race::Aian) => ("AM INDIAN/ALASKA NATIVE", Some(true)),
        Some(Race::Asian) => ("ASIAN", Some(false)),
        Some(Race::Black) => ("BLACK", Some(false)),
        Some(Race::Hispanic) => ("HISPANIC", Some(false)),
        Some(Race::Mena) => ("MIDDLE EASTERN", Some(false)),
        Some(Race::Nhpi) => ("PACIFIC ISLANDER", Some(false)),
        Some(Race::White) => ("WHITE", Some(false)),
        Some(Race::Multiple) if person.race & race::AIAN != 0 => ("MULTIRACIAL-AM INDIAN", Some(true)),
        Some(Race::Multiple) => ("MULTIRACIAL", None),
        None => (*dice.pick(&["UNKNOWN", ""]), None),
    };
    let gender = told_gender(person, true, 0.03, dice);
    let citizenship = if dice.chance(0.12) {
        *dice.pick(&["U", ""])
    } else {
        match person.status {
            Status::Citizen => "C",
            Status::Resident => "P",
            Status::Asylum | Status::Pending | Status::Undocumented => "N",
        }
    };
    let speaks = told(person.interpreter, 0.05, dice);
    let language = match speaks {
        Some(true) if person.language.0 != "en" => person.language.1,
        Some(true) => "SPANISH",
        Some(false) => "ENGLISH",
        None => *dice.pick(&["UNKNOWN", ""]),
    };
    let disabled = told(person.physical || person.chronic || person.mental, 0.15, dice);
    let lgbtq = told(person.lgbtq, if person.age(clerk.span.end) < 26 { 0.3 } else { 0.7 }, dice);
    record.answers.race = race;
    record.answers.indigenous = indigenous;
    record.answers.gender = gender;
    record.answers.foreign = match citizenship {
        "C" | "P" => Some(false),
        "N" => Some(true),
        _ => None,
    };
    record.answers.language = speaks;
    record.answers.disability = disabled.map(|yes| if yes { Disability::Any } else { Disability::None });
    record.answers.lgbtq = if gender == Some(Gender::Other) { Some(true) } else { lgbtq };
    let middle = identity.middle.as_deref().map_or(String::new(), |m| format!(" {}", shouted(m)));
    let suffix = if identity.suffix.is_empty() {
        String::new()
    } else {
        format!(" {}", identity.suffix.to_uppercase())
    };
    let name = format!("{}{suffix}, {}{middle}", shouted(&identity.last), shouted(&identity.first));
    let ssn = identity
        .ssn
        .map_or(String::new(), |n| format!("{:03}-{:02}-{:04}", n / 1_000_000, n / 10_000 % 100, n % 10_000));
    let home = identity.address.as_ref();
    let part = |text: Option<String>| text.unwrap_or_default();
    clerk.pages.row(
        File::HumanClients,
        &[
            client,
            &name,
            &compact(identity.born),
            match gender {
                Some(Gender::Male) => "1",
                Some(Gender::Female) => "2",
                Some(Gender::Other) => "3",
                None => *clerk.dice.pick(&["9", ""]),
            },
            race_word,
            &ssn,
            &part(home.map(|a| a.number.to_string())),
            &part(home.map(|a| a.street(identity.style).to_uppercase())),
            &part(home.map(|a| a.unit_text(identity.style).to_uppercase())),
            &part(home.map(|_| clerk.city.title.to_uppercase())),
            &part(home.map(|a| a.zip.to_string())),
            citizenship,
            language,
            yes_no(disabled, "U"),
            yes_no(lgbtq, ""),
        ],
    );
}

fn yes_no(answer: Option<bool>, unknown: &'static str) -> &'static str {
    match answer {
        Some(true) => "Y",
        Some(false) => "N",
        None => unknown,
    }
}

fn compact(date: Option<NaiveDate>) -> String {
    date.map_or(String::new(), |d| d.format("%Y%m%d").to_string())
}

fn case(clerk: &mut Clerk<'_, '_>, client: &str, k: u64, visit: &Visit, record: &mut Record) {
    let opened = visit.date;
    record.add(opened, What::Entry);
    // A finding speaks of the kinds that the case was flagged for.
    let flagged = match visit.found {
        Some((_, found)) => visit.signs.and(found),
        None => visit.signs,
    };
    let flag = match (flagged.sex, flagged.labor, flagged.unknown) {
        (true, true, _) => "BOTH",
        (true, false, _) => "SEX",
        (false, true, _) => "LAB",
        (false, false, true) => "UNK",
        (false, false, false) => "",
    };
    // The form has one box: a kind that was written down hides an unknown one.
    let flagged = Kinds { unknown: flag == "UNK", ..flagged };
    let (mut finding, mut finding_date) = ("", None);
    if flagged.any() {
        record.add(opened, What::Indicator(flagged));
        if let Some((day, _)) = visit.found {
            (finding, finding_date) = ("SUBST", Some(day));
            record.add(day, What::Identification(flagged));
        } else if clerk.dice.chance(0.35) {
            let day = shifted(opened, clerk.dice.between(5, 60));
            if day <= clerk.span.end {
                (finding, finding_date) = ("UNSUB", Some(day));
            }
        }
    }
    let closed = shifted(opened, clerk.dice.between(20, 300)).max(finding_date.unwrap_or(opened));
    let closed = (closed <= clerk.span.end && clerk.dice.chance(0.9)).then_some(closed);
    if let Some(day) = closed {
        record.add(day, What::Exit);
    }
    let number = format!("{:010}", row_id(Space::HumanCase, clerk.person.id, k));
    let program = *clerk.dice.pick(&PROGRAMS);
    clerk.pages.row(
        File::HumanCases,
        &[
            number.as_str(),
            client,
            &compact(Some(opened)),
            &compact(closed),
            program,
            flag,
            finding,
            &compact(finding_date),
        ],
    );
    for (i, note) in visit.notes.iter().enumerate() {
        record.add(opened, What::Need(note.service));
        if let Some(day) = note.provided {
            record.add(day, What::Service(note.service));
        }
        let id = k * 20 + i as u64;
        let provider = if note.provided.is_some() { *clerk.dice.pick(&PROVIDERS) } else { "" };
        let row = [
            format!("{:010}", row_id(Space::HumanNeed, clerk.person.id, id)).as_str(),
            &number,
            client,
            &compact(Some(opened)),
            note.service.human_word(),
            &compact(note.provided),
            provider,
        ]
        .map(str::to_owned);
        clerk.pages.row(File::HumanNeeds, &row);
        spoil(clerk, &row, id);
    }
}

fn spoil(clerk: &mut Clerk<'_, '_>, row: &[String; 7], id: u64) {
    let Some(kind) = clerk.bad_row(&["impossible_date", "unknown_code", "orphan", "duplicate_id"]) else {
        return;
    };
    let mut bad = row.clone();
    if kind != "duplicate_id" {
        bad[0] = format!("{:010}", row_id(Space::HumanNeed, clerk.person.id, 2_000 + id % 2_000));
    }
    match kind {
        "impossible_date" => "20251345".clone_into(&mut bad[3]),
        "unknown_code" => "ZZZ".clone_into(&mut bad[4]),
        "orphan" => {
            bad[2] = format!("{:010}", scattered(Space::HumanClient, 9_000_000_000 + clerk.person.id));
        }
        _ => {}
    }
    clerk.pages.spoilt(File::HumanNeeds, &bad, kind);
}
