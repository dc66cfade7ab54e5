//! An immigration legal clinic: `clients.tsv` and `cases.tsv`.

use chrono::NaiveDate;

use crate::days::shifted;
use crate::history::further::{heard, one_word, referred, served};
use crate::history::{Outcome, Source, Visit};
use crate::population::person::{Gender, Kinds, Status};
use crate::recorder::Clerk;
use crate::recorder::answers::{Asked, End, Race, Record, Reply, What, told, told_gender, told_race};
use crate::recorder::book::File;
use crate::recorder::identity::Identity;
use crate::recorder::ids::{Space, row_id, scattered};
use crate::service::Service;

/// Services that the clinic sends people to.
const ELSEWHERE: [Service; 7] = [
    Service::CrisisSafety,
    Service::MentalHealth,
    Service::EmergencyShelter,
    Service::Medical,
    Service::Employment,
    Service::BasicNeeds,
    Service::LegalOther,
];

/// Writes the client and the cases.
pub(crate) fn write(clerk: &mut Clerk<'_, '_>, visits: &[Visit]) {
    let mut k = 0;
    let split = if visits.is_empty() { 0 } else { clerk.split(visits.len()) };
    for (copy, part) in [&visits[..split], &visits[split..]].into_iter().enumerate() {
        let Some(first) = part.first() else { continue };
        let key = format!("{:010}", row_id(Space::ImmigrationClient, clerk.person.id, copy as u64));
        let identity = clerk.copy(Source::Immigration, first.date);
        let mut record = Record::new(Source::Immigration, key.clone(), identity.birth());
        client(clerk, &key, &identity, &mut record);
        for visit in part {
            case(clerk, &key, k, visit, &mut record);
            k += 1;
        }
        clerk.records.push(record);
    }
}

fn client(clerk: &mut Clerk<'_, '_>, key: &str, identity: &Identity, record: &mut Record) {
    let (dice, person) = (&mut *clerk.dice, clerk.person);
    let race = told_race(person, 0.15, dice);
    let gender = told_gender(person, true, 0.03, dice);
    let speaks = told(person.interpreter, 0.05, dice);
    let lgbtq = told(person.lgbtq, 0.4, dice);
    let status = if dice.chance(0.05) {
        ""
    } else {
        match person.status {
            Status::Citizen => "citizen",
            Status::Resident => "resident",
            Status::Asylum => "asylee",
            Status::Pending => "pending",
            Status::Undocumented => "none",
        }
    };
    record.answers.race = race;
    record.answers.indigenous = race.and_then(Race::indigenous);
    record.answers.gender = gender;
    record.answers.language = speaks;
    record.answers.lgbtq = if gender == Some(Gender::Other) { Some(true) } else { lgbtq };
    record.answers.foreign = (!status.is_empty()).then(|| person.status.is_foreign());
    let phone = identity.phone.map_or(String::new(), |n| {
        let text = n.to_string();
        format!("{}.{}.{}", &text[..3], &text[3..6], &text[6..])
    });
    let yes_no = |answer: Option<bool>| match answer {
        Some(true) => "yes",
        Some(false) => "no",
        None => "",
    };
    let home = identity.address.as_ref();
    clerk.pages.row(
        File::ImmigrationClients,
        &[
            key,
            &identity.last,
            &identity.first,
            &day(identity.born),
            match gender {
                Some(Gender::Female) => "woman",
                Some(Gender::Male) => "man",
                Some(Gender::Other) => "nonbinary",
                None => "",
            },
            match race {
                Some(Race::Aian) => "indigenous",
                Some(Race::Asian) => "asian",
                Some(Race::Black) => "black",
                Some(Race::Hispanic) => "latino",
                Some(Race::Mena) => "arab",
                Some(Race::Nhpi) => "pacific",
                Some(Race::White) => "white",
                Some(Race::Multiple) => "mixed",
                None => "",
            },
            status,
            yes_no(speaks),
            yes_no(lgbtq),
            &phone,
            identity.email.as_deref().unwrap_or_default(),
            &home.map_or(String::new(), |a| a.line(identity.style)),
            &home.map_or(String::new(), |a| a.zip.to_string()),
        ],
    );
}

fn day(date: Option<NaiveDate>) -> String {
    date.map_or(String::new(), |d| d.to_string())
}

/// What the clinic's screen says: the cells `screened` and `exploitation`.
fn screen(clerk: &mut Clerk<'_, '_>, visit: &Visit, record: &mut Record) -> (&'static str, &'static str) {
    let intake = visit.date;
    let kinds = match visit.found {
        Some((_, found)) => visit.signs.and(found),
        None => visit.signs,
    };
    let word = one_word(kinds, ["sex", "labor", "both", "none"]);
    let (screened, reply) = match (word, clerk.dice.below(10)) {
        ("none", 0..=3) => ("yes", Some(Reply::Answered)),
        ("none", 4) => ("declined", Some(Reply::Refused)),
        ("none", 5..=6) => ("no", Some(Reply::NotCollected)),
        ("none", _) => ("", None),
        _ => ("yes", Some(Reply::Answered)),
    };
    if let Some(reply) = reply {
        record.add(intake, What::Screening(Asked::Sex, reply));
        record.add(intake, What::Screening(Asked::Labor, reply));
    }
    if screened != "yes" {
        return (screened, "");
    }
    let told = Kinds { unknown: false, ..kinds };
    if told.any() {
        record.add(intake, What::Indicator(told));
    }
    (screened, word)
}

fn case(clerk: &mut Clerk<'_, '_>, client: &str, k: u64, visit: &Visit, record: &mut Record) {
    let (intake, person) = (visit.date, clerk.person);
    record.add(intake, What::Entry);
    record.add(intake, What::Need(Service::LegalImmigration));
    let (screened, exploitation) = screen(clerk, visit, record);
    let kinds = match exploitation {
        "sex" => Kinds::SEX,
        "labor" => Kinds::LABOR,
        "both" => Kinds::SEX.and(Kinds::LABOR),
        _ => Kinds::UNKNOWN,
    };
    let relief = match (visit.found.is_some(), visit.signs.any()) {
        (true, _) => *clerk.dice.pick(&["T_VISA", "T_VISA", "CONTINUED_PRESENCE", "ASYLUM"]),
        (false, true) => *clerk.dice.pick(&["T_VISA", "U_VISA", "ASYLUM", "SIJ"]),
        (false, false) => {
            *clerk.dice.pick(&["ASYLUM", "ASYLUM", "U_VISA", "VAWA", "SIJ", "NATURALIZATION", "OTHER"])
        }
    };
    let trafficking = matches!(relief, "T_VISA" | "CONTINUED_PRESENCE");
    let (mut certified, mut granted) = (None, None);
    if let Some((found, _)) = visit.found {
        record.add(found, What::Identification(kinds));
        if trafficking && clerk.dice.chance(0.5) {
            granted = Some(found);
        } else {
            certified = Some(found);
        }
    } else if !trafficking && clerk.dice.chance(0.2) {
        // Another relief that was granted finds nobody to be trafficked.
        granted = clerk.span.within(shifted(intake, clerk.dice.between(120, 500)));
    }
    let represented = served(person, Service::LegalImmigration, intake, clerk.span, clerk.dice);
    if let Some(on) = represented {
        record.add(on, What::Service(Service::LegalImmigration));
    }
    let interpreted = (person.interpreter && clerk.dice.chance(0.6)).then_some(intake);
    if let Some(on) = interpreted {
        record.add(on, What::Need(Service::Interpretation));
        record.add(on, What::Service(Service::Interpretation));
    }
    let sent = heard(person, &ELSEWHERE, intake, 1, clerk.dice).first().copied();
    let (mut to, mut result, mut result_on) = ("", "", None);
    if let Some(service) = sent {
        let referral = referred(person, service, intake, clerk.span, clerk.dice);
        to = service.immigration_word();
        result_on = referral.on;
        let end;
        (result, end) = match referral.outcome {
            Outcome::Attained => ("received", End::Attained(referral.on)),
            Outcome::ClientDeclined => ("refused", End::Declined),
            Outcome::ProviderDeclined => ("turned_away", End::Declined),
            Outcome::Unknown => (*clerk.dice.pick(&["unknown", ""]), End::Unknown),
        };
        record.refer(intake, service, end);
    }
    let last = [represented, certified, granted].into_iter().flatten().max().unwrap_or(intake);
    let closed = clerk.span.within(shifted(last, clerk.dice.between(20, 500)));
    if let Some(on) = closed {
        record.add(on, What::Exit);
    }
    let row = [
        format!("{:010}", row_id(Space::ImmigrationCase, person.id, k)).as_str(),
        client,
        &day(Some(intake)),
        relief,
        screened,
        exploitation,
        &day(represented),
        &day(certified),
        &day(granted),
        &day(interpreted),
        to,
        result,
        &day(result_on),
        &day(closed),
    ]
    .map(str::to_owned);
    clerk.pages.row(File::ImmigrationCases, &row);
    let Some(kind) = clerk.bad_row(&["impossible_date", "unknown_code", "orphan", "duplicate_id"]) else {
        return;
    };
    let mut bad = row;
    if kind != "duplicate_id" {
        bad[0] = format!("{:010}", row_id(Space::ImmigrationCase, person.id, 4_000 - k));
    }
    match kind {
        "impossible_date" => "2025-02-30".clone_into(&mut bad[2]),
        "unknown_code" => "X_VISA".clone_into(&mut bad[3]),
        "orphan" => {
            bad[1] = format!("{:010}", scattered(Space::ImmigrationClient, 9_000_000_000 + person.id));
        }
        _ => {}
    }
    clerk.pages.spoilt(File::ImmigrationCases, &bad, kind);
}
