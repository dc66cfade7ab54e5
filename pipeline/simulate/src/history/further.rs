//! Visits to the agencies that are written on demand: housing authority, child welfare, immigration clinic, courts,
//! hotline, community organisation. They are drawn from a stream of their own, after everything else of a person,
//! so that a city without them has the same bytes as it ever had.

use chrono::NaiveDate;

use crate::days::shifted;
use crate::dice::Dice;
use crate::history::rates::{column, unmet, wanted};
use crate::history::signs::visible;
use crate::history::{FURTHER, History, Outcome, Referral, Source, Span, Visit};
use crate::population::person::{Kinds, Person};
use crate::service::Service;

/// Rates of one agency.
struct Agency {
    /// Share of people who are clients: general, sex, labor, both.
    clients: [f64; 4],
    /// Chance that a visit of a trafficked person shows signs.
    signs: f64,
    /// Chance that it leads to a finding.
    finds: f64,
    /// Least and most days from the visit to the finding.
    after: (i64, i64),
}

/// In the order of [`FURTHER`].
const AGENCIES: [Agency; 6] = [
    Agency { clients: [0.09, 0.14, 0.12, 0.16], signs: 0.12, finds: 0.0, after: (0, 0) },
    Agency { clients: [0.14, 0.5, 0.14, 0.45], signs: 0.55, finds: 0.5, after: (10, 60) },
    Agency { clients: [0.12, 0.4, 0.45, 0.5], signs: 0.6, finds: 0.3, after: (30, 320) },
    Agency { clients: [0.05, 0.25, 0.07, 0.2], signs: 0.3, finds: 0.1, after: (60, 400) },
    Agency { clients: [0.004, 0.16, 0.14, 0.2], signs: 0.8, finds: 0.0, after: (0, 0) },
    Agency { clients: [0.004, 0.3, 0.22, 0.35], signs: 0.4, finds: 0.45, after: (0, 0) },
];

/// Draws a person's visits, by source, then date.
pub(crate) fn further(person: &Person, lived: &History, span: Span, dice: &mut Dice) -> Vec<Visit> {
    let from = person.born.max(span.start);
    let signed = lived.visits.iter().filter(|visit| visit.signs.any() || visit.found.is_some());
    let pivot = signed.map(|visit| visit.date).min().unwrap_or_else(|| span.day(from, dice));
    let mut visits = Vec::new();
    for (source, agency) in FURTHER.into_iter().zip(&AGENCIES) {
        let mut clients = agency.clients[column(person.trafficked)];
        if source == Source::Immigration && !person.status.is_foreign() {
            clients *= 0.04;
        }
        if !dice.chance(clients) {
            continue;
        }
        let mut own = Vec::new();
        for _ in 0..=dice.run(0.35, 4) {
            let date = if person.trafficked.any() {
                shifted(pivot, dice.between(-220, 420))
            } else {
                span.day(from, dice)
            };
            let date = if date < from || date > span.end { span.day(from, dice) } else { date };
            if is_client(person, source, date) {
                own.push(visit(person, source, agency, date, span, dice));
            }
        }
        own.sort_by_key(|visit| visit.date);
        visits.extend(own);
    }
    visits
}

/// Whether somebody of this age can be the agency's client.
fn is_client(person: &Person, source: Source, on: NaiveDate) -> bool {
    let years = person.age(on);
    match source {
        Source::ChildWelfare => years < 18,
        Source::Justice => years >= 12,
        Source::Hotline | Source::Community | Source::Immigration => years >= 14,
        _ => true,
    }
}

fn visit(
    person: &Person,
    source: Source,
    agency: &Agency,
    date: NaiveDate,
    span: Span,
    dice: &mut Dice,
) -> Visit {
    let mut visit = Visit::new(source, date);
    let kinds = visible(person.trafficked, source);
    if kinds.any() && dice.chance(agency.signs) {
        visit.signs = kinds;
    }
    if kinds.any() && dice.chance(agency.finds) {
        let day = shifted(date, dice.between(agency.after.0, agency.after.1));
        visit.found = span.within(day).map(|day| (day, kinds));
    }
    visit
}

/// What becomes of a need at an agency that serves it itself: the day of delivery, if it comes.
pub(crate) fn served(
    person: &Person,
    service: Service,
    on: NaiveDate,
    span: Span,
    dice: &mut Dice,
) -> Option<NaiveDate> {
    let window = service.window_days();
    let without = dice.chance(unmet(person, service, person.age(on)));
    let days = match (without, dice.chance(0.2)) {
        (true, false) => return None,
        (true, true) => window + dice.between(5, 150),
        (false, _) => dice.between(0, window),
    };
    span.within(shifted(on, days))
}

/// What becomes of a referral.
pub(crate) fn referred(
    person: &Person,
    service: Service,
    on: NaiveDate,
    span: Span,
    dice: &mut Dice,
) -> Referral {
    let without = dice.chance(unmet(person, service, person.age(on)));
    let outcome = match (without, dice.below(4)) {
        (false, 0..=2) => Outcome::Attained,
        (true, 0) => Outcome::ClientDeclined,
        (true, 1) => Outcome::ProviderDeclined,
        _ => Outcome::Unknown,
    };
    let day = span.within(shifted(on, dice.between(0, 80)));
    match (outcome, day) {
        // Attained after the export is not known yet.
        (Outcome::Unknown, _) | (_, None) => Referral { outcome: Outcome::Unknown, on: None },
        (outcome, on) => Referral { outcome, on },
    }
}

/// Of some services those that the person needs and the agency hears of, at most `most`.
pub(crate) fn heard(
    person: &Person,
    services: &[Service],
    on: NaiveDate,
    most: usize,
    dice: &mut Dice,
) -> Vec<Service> {
    let years = person.age(on);
    let heard = services.iter().copied().filter(|s| dice.chance(0.7 * wanted(person, *s, years)));
    heard.take(most).collect()
}

/// One word for kinds: sex, labor, both, or neither.
pub(crate) fn one_word(kinds: Kinds, words: [&str; 4]) -> &str {
    match (kinds.sex, kinds.labor) {
        (true, true) => words[2],
        (true, false) => words[0],
        (false, true) => words[1],
        (false, false) => words[3],
    }
}
