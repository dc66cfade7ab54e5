//! Measures of a person from what the records say happened.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::days::shifted;
use crate::history::Source;
use crate::recorder::answers::{Record, What};
use crate::service::Service;
use crate::truth::{Clock, holds};

pub(super) fn events(records: &[Record]) -> impl Iterator<Item = (NaiveDate, &What, Source)> {
    records.iter().flat_map(|r| r.events.iter().map(move |(day, what)| (*day, what, r.source)))
}

/// What kinds of trafficking anybody ever wrote down.
pub(crate) fn trafficking_type(records: &[Record]) -> &'static str {
    let mut kinds = crate::population::person::Kinds::default();
    for (_, what, _) in events(records) {
        if let What::Indicator(k) | What::Identification(k) = what {
            kinds = kinds.and(*k);
        }
    }
    match (kinds.sex, kinds.labor, kinds.unknown) {
        (true, true, _) => "both",
        (true, false, _) => "sex_only",
        (false, true, _) => "labor_only",
        (false, false, true) => "unknown",
        (false, false, false) => "none_recorded",
    }
}

/// Whether the first need of the cohort was met within the service's window.
pub(crate) fn need(records: &[Record], service: Service, clock: &Clock) -> &'static str {
    let cohort = if service == Service::EmergencyShelter { clock.shelter } else { clock.need };
    let first = events(records)
        .filter(|(day, what, _)| **what == What::Need(service) && holds(cohort, *day))
        .map(|(day, _, _)| day)
        .min();
    let Some(first) = first else { return "no_need" };
    let window = (first, shifted(first, service.window_days()));
    let met = events(records).any(|(day, what, _)| *what == What::Service(service) && holds(window, day));
    if met { "met" } else { "unmet" }
}

/// Whether anybody found the person to be trafficked within 180 days of the first sign.
pub(crate) fn identification(records: &[Record], clock: &Clock) -> &'static str {
    let of = |wanted: fn(&What) -> bool| {
        events(records).filter(|(_, what, _)| wanted(what)).map(|(day, _, _)| day).min()
    };
    let first = of(|what| matches!(what, What::Indicator(_)));
    let Some(first) = first.filter(|day| holds(clock.identification, *day)) else {
        return "not_in_cohort";
    };
    let found = of(|what| matches!(what, What::Identification(_)));
    if found.is_some_and(|day| day <= shifted(first, 180)) { "identified" } else { "not_identified" }
}

/// Three entries or more in two systems or more within a year of the first sign or finding, and no
/// service for trafficking survivors.
pub(crate) fn cycling(records: &[Record], clock: &Clock) -> &'static str {
    let first = events(records)
        .filter(|(_, what, _)| matches!(what, What::Indicator(_) | What::Identification(_)))
        .map(|(day, _, _)| day)
        .min();
    let Some(first) = first.filter(|day| holds(clock.cycling, *day)) else { return "not_in_cohort" };
    let year = (first, shifted(first, 365));
    let (mut entries, mut systems, mut helped) = (0, BTreeSet::new(), false);
    for (_, what, source) in events(records).filter(|(day, _, _)| holds(year, *day)) {
        match what {
            What::Entry => {
                entries += 1;
                systems.insert(source.system());
            }
            What::Service(service) => helped |= service.is_trafficking_help(),
            _ => {}
        }
    }
    let many = entries >= 3 && systems.len() >= 2;
    if many && !helped { "cycling" } else { "not_cycling" }
}
