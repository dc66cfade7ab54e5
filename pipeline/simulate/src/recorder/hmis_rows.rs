//! HMIS rows below an enrollment: services, referrals, living situations, exits.

use chrono::NaiveDate;

use crate::days::shifted;
use crate::history::stay::{Project, Stay};
use crate::history::{Delivery, Note, Outcome};
use crate::population::person::Kinds;
use crate::recorder::Clerk;
use crate::recorder::answers::{Asked, End, Reply, What};
use crate::recorder::hmis::{Chart, stamp};
use crate::recorder::hmis_client::is_asked;
use crate::recorder::ids::{ROWS_PER_PERSON, Space, row_id, scattered};
use crate::service::Service;

/// A bed night.
pub(crate) fn night(clerk: &mut Clerk<'_, '_>, chart: &mut Chart, enrollment: &str, date: NaiveDate) {
    chart.record.add(date, What::Service(Service::EmergencyShelter));
    service(clerk, chart, enrollment, date, ("200", "200", ""));
}

/// A delivered service; what HMIS has no code for can't be shown.
pub(crate) fn delivered(clerk: &mut Clerk<'_, '_>, chart: &mut Chart, enrollment: &str, delivery: Delivery) {
    let codes: &[(&str, &str)] = match delivery.service {
        Service::CaseManagement => &[("142", "8"), ("141", "6")],
        Service::CrisisSafety => &[("142", "29")],
        Service::LegalOther => &[("142", "7")],
        Service::Medical => &[("142", "14")],
        Service::MentalHealth => &[("141", "4")],
        Service::SubstanceUse => &[("142", "17"), ("141", "5")],
        Service::Employment => &[("142", "6")],
        Service::Education => &[("142", "5")],
        Service::BasicNeeds => &[("141", "12")],
        Service::Childcare => &[("142", "10")],
        _ => return,
    };
    let (record_type, provided) = *clerk.dice.pick(codes);
    if record_type == "142" {
        // An RHY service connection stands in a plan that saw the need.
        chart.record.add(delivery.date, What::Need(delivery.service));
    }
    chart.record.add(delivery.date, What::Service(delivery.service));
    service(clerk, chart, enrollment, delivery.date, (record_type, provided, ""));
}

/// One row of `Services.csv`: record type, type provided, referral outcome.
fn service(
    clerk: &mut Clerk<'_, '_>,
    chart: &mut Chart,
    enrollment: &str,
    date: NaiveDate,
    codes: (&str, &str, &str),
) {
    let id = chart.next(clerk.person.id);
    let write = |clerk: &mut Clerk<'_, '_>,
                 id: &str,
                 to: &str,
                 on: &str,
                 codes: (&str, &str, &str),
                 bad: Option<&'static str>| {
        let stamp = stamp(date);
        let cells = [
            ("ServicesID", id),
            ("EnrollmentID", to),
            ("PersonalID", chart.personal.as_str()),
            ("DateProvided", on),
            ("RecordType", codes.0),
            ("TypeProvided", codes.1),
            ("ReferralOutcome", codes.2),
            ("DateCreated", &stamp),
            ("DateUpdated", &stamp),
            ("UserID", "1"),
            ("ExportID", "1"),
        ];
        match bad {
            None => clerk.pages.hmis("Services.csv", &cells),
            Some(kind) => clerk.pages.spoilt_hmis("Services.csv", &cells, kind),
        }
    };
    let on = date.to_string();
    write(clerk, &id, enrollment, &on, codes, None);
    let Some(kind) = clerk.bad_row(&["impossible_date", "unknown_code", "duplicate_id"]) else { return };
    let other = scattered(Space::HmisRow, clerk.person.id * ROWS_PER_PERSON + 4_000 - chart.rows.min(1_900));
    match kind {
        "impossible_date" => {
            write(clerk, &other.to_string(), enrollment, "2025-02-31", codes, Some(kind));
        }
        "unknown_code" => {
            write(clerk, &other.to_string(), enrollment, &on, ("999", codes.1, ""), Some(kind));
        }
        _ => write(clerk, &id, enrollment, &on, codes, Some(kind)),
    }
}

/// The referral of a note: a coordinated-entry event, or a PATH referral.
pub(crate) fn referral(
    clerk: &mut Clerk<'_, '_>,
    chart: &mut Chart,
    enrollment: &str,
    entry: NaiveDate,
    note: &Note,
) {
    let Some(referral) = note.referral else { return };
    let path = match note.service {
        Service::MentalHealth => Some("1"),
        Service::SubstanceUse => Some("2"),
        Service::Medical => Some("3"),
        Service::Employment => Some("4"),
        Service::Education => Some("5"),
        _ => None,
    };
    let ended = |attained_on| match referral.outcome {
        Outcome::Attained => End::Attained(attained_on),
        Outcome::ClientDeclined | Outcome::ProviderDeclined => End::Declined,
        Outcome::Unknown => End::Unknown,
    };
    if let Some(code) = path {
        // A PATH referral has one date for all.
        chart.record.refer(entry, note.service, ended(Some(entry)));
        let outcome = match referral.outcome {
            Outcome::Attained => "1",
            Outcome::ClientDeclined | Outcome::ProviderDeclined => "2",
            Outcome::Unknown => *clerk.dice.pick(&["3", ""]),
        };
        service(clerk, chart, enrollment, entry, ("161", code, outcome));
        return;
    }
    let codes: &[&str] = match note.service {
        Service::EmergencyShelter => &["10"],
        Service::TransitionalHousing => &["11"],
        Service::PermanentHousing => &["12", "13", "13", "14", "14", "15", "17", "18"],
        Service::CaseManagement => &["5"],
        Service::BasicNeeds => &["1", "16"],
        _ => return,
    };
    chart.record.refer(entry, note.service, ended(referral.on));
    let code = *clerk.dice.pick(codes);
    let result = match referral.outcome {
        Outcome::Attained => "1",
        Outcome::ClientDeclined => "2",
        Outcome::ProviderDeclined => "3",
        Outcome::Unknown => "",
    };
    let on = referral.on.filter(|_| !result.is_empty()).map_or(String::new(), |d| d.to_string());
    let id = chart.next(clerk.person.id);
    let (date, stamp) = (entry.to_string(), stamp(entry));
    clerk.pages.hmis(
        "Event.csv",
        &[
            ("EventID", &id),
            ("EnrollmentID", enrollment),
            ("PersonalID", &chart.personal),
            ("EventDate", &date),
            ("Event", code),
            ("ReferralResult", result),
            ("ResultDate", &on),
            ("DateCreated", &stamp),
            ("DateUpdated", &stamp),
            ("UserID", "1"),
            ("ExportID", "1"),
        ],
    );
}

/// Contacts of outreach and coordinated entry.
pub(crate) fn living_situations(clerk: &mut Clerk<'_, '_>, chart: &mut Chart, enrollment: &str, stay: &Stay) {
    if stay.accompanied || !matches!(stay.project, Project::Outreach | Project::Coordinated) {
        return;
    }
    let last = stay.exit.unwrap_or(clerk.span.end);
    let mut day = stay.entry;
    for _ in 0..=clerk.dice.run(0.4, 2) {
        if day > last {
            return;
        }
        chart.record.add(day, What::Contact);
        let id = chart.next(clerk.person.id);
        let (date, stamp) = (day.to_string(), stamp(day));
        let situation = if stay.from_street { "116" } else { "435" };
        clerk.pages.hmis(
            "CurrentLivingSituation.csv",
            &[
                ("CurrentLivingSitID", &id),
                ("EnrollmentID", enrollment),
                ("PersonalID", &chart.personal),
                ("InformationDate", &date),
                ("CurrentLivingSituation", situation),
                ("DateCreated", &stamp),
                ("DateUpdated", &stamp),
                ("UserID", "1"),
                ("ExportID", "1"),
            ],
        );
        day = shifted(day, clerk.dice.between(5, 40));
    }
}

/// An exit, with R15 and R16 of adults and heads of household.
pub(crate) fn exit(
    clerk: &mut Clerk<'_, '_>,
    chart: &mut Chart,
    enrollment: &str,
    k: u64,
    stay: &Stay,
    day: NaiveDate,
) {
    chart.record.add(day, What::Exit);
    let asked = is_asked(clerk.person, stay.accompanied, day);
    let sex = if asked { sex_answers(clerk, stay, day) } else { [""; 5] };
    let labor = if asked { labor_answers(clerk, stay) } else { [""; 4] };
    if asked {
        chart.record.add(day, What::Screening(Asked::Sex, reply(&sex[..1])));
        chart.record.add(day, What::Screening(Asked::Labor, reply(&labor[..2])));
    }
    let minor = chart.record.birth.age_on(day).is_some_and(|years| years < 18);
    if sex[3] == "1" || (sex[0] == "1" && minor) {
        chart.record.add(day, What::Indicator(Kinds::SEX));
    }
    if (labor[0] == "1" || labor[1] == "1") && labor[2] == "1" {
        chart.record.add(day, What::Indicator(Kinds::LABOR));
    }
    let id =
        row_id(Space::HmisEnrollment, clerk.person.id, 1_000 + k % 1_000 + k / 2_000 * 2_000).to_string();
    let destination = *clerk.dice.pick(&["116", "101", "302", "410", "422", "423", "435", "30", "8", "99"]);
    let (date, stamp) = (day.to_string(), stamp(day));
    clerk.pages.hmis(
        "Exit.csv",
        &[
            ("ExitID", &id),
            ("EnrollmentID", enrollment),
            ("PersonalID", &chart.personal),
            ("ExitDate", &date),
            ("Destination", destination),
            ("ExchangeForSex", sex[0]),
            ("ExchangeForSexPastThreeMonths", sex[1]),
            ("CountOfExchangeForSex", sex[2]),
            ("AskedOrForcedToExchangeForSex", sex[3]),
            ("AskedOrForcedToExchangeForSexPastThreeMonths", sex[4]),
            ("WorkplaceViolenceThreats", labor[0]),
            ("WorkplacePromiseDifference", labor[1]),
            ("CoercedToContinueWork", labor[2]),
            ("LaborExploitPastThreeMonths", labor[3]),
            ("DateCreated", &stamp),
            ("DateUpdated", &stamp),
            ("UserID", "1"),
            ("ExportID", "1"),
        ],
    );
}

/// What came of questions of one kind: a yes or no to any is an answer, else a refusal of any a refusal.
fn reply(cells: &[&str]) -> Reply {
    let any = |codes: [&str; 2]| cells.iter().any(|cell| codes.contains(cell));
    if any(["0", "1"]) {
        Reply::Answered
    } else if any(["8", "9"]) {
        Reply::Refused
    } else {
        Reply::NotCollected
    }
}

/// R15.1, A, B, C, D.
fn sex_answers(clerk: &mut Clerk<'_, '_>, stay: &Stay, day: NaiveDate) -> [&'static str; 5] {
    let dice = &mut *clerk.dice;
    let recent = *dice.pick(&["0", "1"]);
    let count = *dice.pick(&["1", "2", "3", "4", "8", "99"]);
    if stay.signs.sex {
        // Under 18 no force is needed, and some workers do not ask on.
        if clerk.person.age(day) < 17 && dice.chance(0.25) {
            return ["1", recent, count, "0", ""];
        }
        return ["1", recent, count, "1", recent];
    }
    let grown = clerk.person.age(day) >= 20;
    match dice.weighted(&[0.7, 0.03, 0.03, 0.22, if grown { 0.02 } else { 0.0 }]) {
        0 => ["0", "", "", "", ""],
        1 => ["8", "", "", "", ""],
        2 => ["9", "", "", "", ""],
        3 => ["99", "", "", "", ""],
        _ => ["1", recent, count, "0", ""],
    }
}

/// R16.1, 2, A, B.
fn labor_answers(clerk: &mut Clerk<'_, '_>, stay: &Stay) -> [&'static str; 4] {
    let dice = &mut *clerk.dice;
    if stay.signs.labor {
        let recent = *dice.pick(&["0", "1"]);
        return match dice.below(3) {
            0 => ["1", "0", "1", recent],
            1 => ["0", "1", "1", recent],
            _ => ["1", "1", "1", recent],
        };
    }
    match dice.weighted(&[0.62, 0.05, 0.28, 0.05]) {
        0 => ["0", "0", "", ""],
        1 => ["8", "9", "", ""],
        2 => ["99", "99", "", ""],
        _ => *dice.pick(&[["1", "0", "0", "0"], ["0", "1", "0", "0"], ["99", "1", "0", "0"]]),
    }
}
