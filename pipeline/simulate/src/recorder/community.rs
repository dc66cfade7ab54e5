//! A community organisation by HTCDS 2.0: `persons.csv`, `cases.csv`, `support_plans.csv`.

use chrono::NaiveDate;

use crate::days::shifted;
use crate::history::further::{heard, served};
use crate::history::{Source, Visit};
use crate::population::person::{Gender, Kinds, Person, Status};
use crate::recorder::Clerk;
use crate::recorder::answers::{Record, What, told, told_gender};
use crate::recorder::book::File;
use crate::recorder::identity::Identity;
use crate::recorder::ids::{Space, row_id, scattered};
use crate::service::Service;

/// Services that the standard has a type of plan for, and the types.
const PLANS: [(Service, &[&str]); 6] = [
    (Service::Education, &["Education", "RightsBasedTraining"]),
    (Service::BasicNeeds, &["Financial"]),
    (Service::Medical, &["Health"]),
    (Service::CaseManagement, &["SocialCare", "LabourExploitationRehabilitation"]),
    (Service::LegalOther, &["Legal"]),
    (Service::MentalHealth, &["SexualExploitationRehabilitation"]),
];

/// Writes the person, the cases and the plans.
pub(crate) fn write(clerk: &mut Clerk<'_, '_>, visits: &[Visit]) {
    let Some(first) = visits.first() else { return };
    let key = format!("P{:010}", row_id(Space::Survivor, clerk.person.id, 0));
    let identity = clerk.copy(Source::Community, first.date);
    let mut record = Record::new(Source::Community, key.clone(), identity.birth());
    person(clerk, &key, &identity, first.date, &mut record);
    for (k, visit) in visits.iter().enumerate() {
        case(clerk, &key, k as u64, visit, &mut record);
        plans(clerk, &key, k as u64, visit.date, &mut record);
    }
    clerk.records.push(record);
}

fn person(clerk: &mut Clerk<'_, '_>, key: &str, identity: &Identity, since: NaiveDate, record: &mut Record) {
    let (dice, person) = (&mut *clerk.dice, clerk.person);
    let gender = told_gender(person, true, 0.08, dice);
    let speaks = told(person.interpreter, 0.08, dice);
    record.answers.gender = gender;
    record.answers.language = speaks;
    let citizenship = match (dice.chance(0.1), person.status) {
        (true, _) => "",
        (false, Status::Citizen) => "US",
        (false, _) => *dice.pick(&["MX", "GT", "HN", "PH", "CN", "IN"]),
    };
    record.answers.foreign = (citizenship == "US").then_some(false);
    let release = dice.chance(0.7);
    let until = (release && !dice.chance(0.05)).then(|| shifted(since, dice.between(365, 1_200)));
    record.linkable = until.is_some_and(|until| until >= clerk.span.end);
    let home = identity.address.as_ref();
    let row = [
        key,
        &identity.first,
        identity.middle.as_deref().unwrap_or_default(),
        &identity.last,
        &identity.born.map_or(String::new(), |d| d.to_string()),
        match gender {
            Some(Gender::Female) => "Feminine",
            Some(Gender::Male) => "Masculine",
            Some(Gender::Other) => {
                *dice.pick(&["NonConforming", "TransgenderFeminine", "TransgenderMasculine"])
            }
            None => *dice.pick(&["NonSpecifiedUnknown", ""]),
        },
        match speaks {
            Some(true) => language(person),
            Some(false) => "eng",
            None => "",
        },
        citizenship,
        &identity.phone.map_or(String::new(), |n| format!("+1{n}")),
        identity.email.as_deref().unwrap_or_default(),
        &home.map_or(String::new(), |a| a.line(identity.style)),
        home.map_or("", |_| clerk.city.title),
        &home.map_or(String::new(), |a| a.zip.to_string()),
        if release { "true" } else { *dice.pick(&["false", ""]) },
        &until.map_or(String::new(), |d| d.to_string()),
    ];
    clerk.pages.row(File::Survivors, &row);
}

/// ISO 639-2 code of the language in which somebody needs help.
fn language(person: &Person) -> &'static str {
    match person.language.0 {
        "so" => "som",
        "hmn" => "hmn",
        "vi" => "vie",
        "zh" => "zho",
        "am" => "amh",
        "fr" => "fra",
        "ar" => "ara",
        "pl" => "pol",
        _ => "spa",
    }
}

fn case(clerk: &mut Clerk<'_, '_>, key: &str, k: u64, visit: &Visit, record: &mut Record) {
    let on = visit.date;
    record.add(on, What::Entry);
    let (status, kinds) = match visit.found {
        Some((_, kinds)) => ("ActualVictimOfTrafficking", kinds),
        None if visit.signs.any() => ("PossibleVictimOfTrafficking", visit.signs),
        None => (*clerk.dice.pick(&["NotAVictimOfTrafficking", ""]), Kinds::default()),
    };
    let mut types = Vec::new();
    if kinds.labor {
        types.push(*clerk.dice.pick(&["ForcedLabour", "ForcedLabour", "Servitude", "ForcedBegging"]));
    }
    if kinds.sex {
        types.push("SexualExploitation");
    }
    if kinds.unknown {
        types.extend(clerk.dice.chance(0.5).then_some("ForcedMarriage"));
    }
    if kinds.any() {
        record.add(
            on,
            if visit.found.is_some() { What::Identification(kinds) } else { What::Indicator(kinds) },
        );
    }
    let number = format!("C{:010}", row_id(Space::ProviderCase, clerk.person.id, k));
    let state = *clerk.dice.pick(&["Active", "FollowUp", "Closed", "ClosedReferred"]);
    clerk
        .pages
        .row(File::ProviderCases, &[number.as_str(), key, state, &on.to_string(), status, &types.join(";")]);
}

fn plans(clerk: &mut Clerk<'_, '_>, key: &str, k: u64, on: NaiveDate, record: &mut Record) {
    let person = clerk.person;
    let services = PLANS.map(|(service, _)| service);
    for (i, service) in heard(person, &services, on, 4, clerk.dice).into_iter().enumerate() {
        let Some((_, types)) = PLANS.iter().find(|(of, _)| *of == service) else { continue };
        record.add(on, What::Need(service));
        let ended = served(person, service, on, clerk.span, clerk.dice);
        if let Some(day) = ended {
            record.add(day, What::Service(service));
        }
        let id = k * 8 + i as u64;
        let row = [
            format!("S{:010}", row_id(Space::Plan, person.id, id)).as_str(),
            key,
            *clerk.dice.pick(types),
            &on.to_string(),
            &ended.map_or(String::new(), |d| d.to_string()),
        ]
        .map(str::to_owned);
        clerk.pages.row(File::Plans, &row);
        let Some(kind) = clerk.bad_row(&["impossible_date", "unknown_code", "orphan", "duplicate_id"]) else {
            continue;
        };
        let mut bad = row;
        if kind != "duplicate_id" {
            bad[0] = format!("S{:010}", row_id(Space::Plan, person.id, 4_000 - id));
        }
        match kind {
            "impossible_date" => "2025-02-30".clone_into(&mut bad[3]),
            "unknown_code" => "Zeppelin".clone_into(&mut bad[2]),
            "orphan" => bad[1] = format!("P{:010}", scattered(Space::Survivor, 9_000_000_000 + person.id)),
            _ => {}
        }
        clerk.pages.spoilt(File::Plans, &bad, kind);
    }
}
