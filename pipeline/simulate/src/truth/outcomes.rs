//! Further measures of a person: recognized, screened, referred, waited, came back, overlapped.

use chrono::NaiveDate;

use crate::days::shifted;
use crate::history::Source;
use crate::population::person::Kinds;
use crate::recorder::answers::{Asked, End, Record, Reply, What};
use crate::service::Service;
use crate::truth::measures::events;
use crate::truth::{Clock, holds};

/// The earliest day on which something of a kind happened.
fn first(records: &[Record], wanted: impl Fn(&What) -> bool) -> Option<NaiveDate> {
    events(records).filter(|(_, what, _)| wanted(what)).map(|(day, ..)| day).min()
}

/// The earliest such day of a cohort.
fn first_in(
    records: &[Record],
    cohort: (NaiveDate, NaiveDate),
    wanted: impl Fn(&What) -> bool,
) -> Option<NaiveDate> {
    let days = events(records).filter(|(day, what, _)| holds(cohort, *day) && wanted(what));
    days.map(|(day, ..)| day).min()
}

/// Whether the first sign of one type led to an identification as of that type within 180 days.
pub(crate) fn recognized(records: &[Record], of: fn(Kinds) -> bool, clock: &Clock) -> &'static str {
    let sign = first(records, |what| matches!(what, What::Indicator(kinds) if of(*kinds)));
    let Some(sign) = sign.filter(|day| holds(clock.identification, *day)) else { return "not_in_cohort" };
    let found = first(records, |what| matches!(what, What::Identification(kinds) if of(*kinds)));
    if found.is_some_and(|day| day <= shifted(sign, 180)) { "recognized" } else { "not_recognized" }
}

/// Whether another agency than those that found the person first had met them in the year before.
pub(crate) fn missed_contact(records: &[Record], clock: &Clock) -> &'static str {
    let found = first(records, |what| matches!(what, What::Identification(_)));
    let Some(found) = found.filter(|day| holds(clock.people, *day)) else { return "not_in_cohort" };
    let finders: Vec<Source> = events(records)
        .filter(|(day, what, _)| *day == found && matches!(what, What::Identification(_)))
        .map(|(.., source)| source)
        .collect();
    let before = (shifted(found, -365), shifted(found, -1));
    let missed = events(records).any(|(day, _, source)| holds(before, day) && !finders.contains(&source));
    if missed { "contact_before" } else { "no_contact_before" }
}

/// The best reply to a question in the period.
pub(crate) fn screening(records: &[Record], asked: Asked, clock: &Clock) -> &'static str {
    let replies =
        events(records).filter(|(day, ..)| holds(clock.people, *day)).filter_map(|(_, what, _)| match what {
            What::Screening(about, reply) if *about == asked => Some(*reply),
            _ => None,
        });
    match replies.max() {
        None => "no_contact",
        Some(Reply::NotCollected) => "not_asked",
        Some(Reply::Refused) => "not_answered",
        Some(Reply::Answered) => "screened",
    }
}

/// How the first referral of the cohort ended within 90 days; of several that day, the best.
pub(crate) fn referral(records: &[Record], clock: &Clock) -> &'static str {
    let made = first_in(records, clock.need, |what| matches!(what, What::Referral(..)));
    let Some(made) = made else { return "no_referral" };
    let until = shifted(made, 90);
    let ends = || {
        events(records).filter(|(day, ..)| *day == made).filter_map(|(_, what, _)| match what {
            What::Referral(_, end) => Some(*end),
            _ => None,
        })
    };
    if ends().any(|end| matches!(end, End::Attained(Some(day)) if made <= day && day <= until)) {
        "completed"
    } else if ends().any(|end| match end {
        End::Attained(day) => day.is_some_and(|day| day > until),
        End::Declined => true,
        End::Unknown => false,
    }) {
        "not_completed"
    } else {
        "result_unknown"
    }
}

/// Days from the first need of the cohort to the first delivery, by the report date.
pub(crate) fn wait(records: &[Record], service: Service, clock: &Clock) -> &'static str {
    let need = first_in(records, clock.identification, |what| *what == What::Need(service));
    let Some(need) = need else { return "no_need" };
    let span = (need, clock.report);
    let delivered = events(records)
        .filter(|(day, what, _)| **what == What::Service(service) && holds(span, *day))
        .map(|(day, ..)| day);
    match delivered.min().map(|day| (day - need).num_days()) {
        None => "never",
        Some(..=7) => "days_0_7",
        Some(..=30) => "days_8_30",
        Some(..=90) => "days_31_90",
        Some(..=180) => "days_91_180",
        Some(_) => "over_180_days",
    }
}

/// Days from the first exit of the cohort to the first entry that is no move.
pub(crate) fn reentry(records: &[Record], clock: &Clock) -> &'static str {
    let left = first_in(records, clock.reentry, |what| *what == What::Exit);
    let Some(left) = left else { return "not_in_cohort" };
    let back = first_in(records, (shifted(left, 15), shifted(left, 730)), |what| *what == What::Entry);
    match back.map(|day| (day - left).num_days()) {
        None => "no_reentry",
        Some(..=30) => "back_15_30",
        Some(..=60) => "back_31_60",
        Some(..=90) => "back_61_90",
        Some(..=180) => "back_91_180",
        Some(..=365) => "back_181_365",
        Some(..=547) => "back_366_547",
        Some(_) => "back_548_730",
    }
}

/// Whose the earliest event is, of people first noticed in the period.
pub(crate) fn entry_point(records: &[Record], clock: &Clock) -> &'static str {
    let noticed = first(records, |what| matches!(what, What::Indicator(_) | What::Identification(_)));
    if !noticed.is_some_and(|day| holds(clock.people, day)) {
        return "not_in_cohort";
    }
    let Some(start) = first(records, |_| true) else { return "not_in_cohort" };
    let mut systems: Vec<&'static str> =
        events(records).filter(|(day, ..)| *day == start).map(|(.., source)| source.system()).collect();
    systems.sort_unstable();
    systems.dedup();
    if let [one] = systems[..] { one } else { "several_systems" }
}

/// Whether an agency of a system recorded anything in the period.
pub(crate) fn seen(records: &[Record], by: &str, clock: &Clock) -> &'static str {
    let seen = events(records).any(|(day, _, source)| source.system() == by && holds(clock.people, day));
    if seen { "seen" } else { "not_seen" }
}

/// Whether anybody recorded anything in the period.
pub(crate) fn recorded(records: &[Record], clock: &Clock) -> &'static str {
    if events(records).any(|(day, ..)| holds(clock.people, day)) { "in_period" } else { "other_period" }
}
