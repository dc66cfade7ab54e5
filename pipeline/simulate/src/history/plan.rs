//! Which agencies a person goes to, and when.

use chrono::NaiveDate;

use crate::city::City;
use crate::days::shifted;
use crate::dice::Dice;
use crate::history::rates::column;
use crate::history::{SOURCES, Source, Span, Visit, signs};
use crate::population::person::{Person, Role};

/// Whether the person is a client, by source.
pub(crate) type Members = [bool; 6];

/// Weights of being known to 1, 2, … 5 agencies: people in general, trafficked people.
const HOW_MANY: [[f64; 5]; 2] = [[0.53, 0.26, 0.14, 0.055, 0.015], [0.1, 0.27, 0.32, 0.21, 0.1]];

/// Weights of the sources, in order: general, sex, labor, both.
const WHERE: [[f64; 6]; 4] = [
    [17.0, 34.0, 26.0, 5.0, 8.0, 14.0],
    [28.0, 26.0, 26.0, 1.5, 10.0, 16.0],
    [15.0, 20.0, 22.0, 27.0, 20.0, 8.0],
    [24.0, 22.0, 22.0, 14.0, 16.0, 14.0],
];

/// Youngest client of each source.
pub(crate) const YOUNGEST: [u32; 6] = [16, 0, 0, 15, 14, 10];

/// Draws the agencies that know a person.
pub(crate) fn memberships(person: &Person, city: &City, span: Span, dice: &mut Dice) -> Members {
    let kind = column(person.trafficked);
    let years = person.age(span.start);
    let mut weights: [f64; 6] = std::array::from_fn(|i| {
        let young = years < YOUNGEST[i];
        if young { 0.0 } else { WHERE[kind][i] * city.sources[i] }
    });
    if person.status.is_foreign() {
        weights[Source::Legal as usize] *= 1.8;
        weights[Source::Law as usize] *= 0.5;
    }
    if person.substance || person.mental {
        weights[Source::Homeless as usize] *= 1.5;
    }
    let wanted = 1 + dice.weighted(&HOW_MANY[usize::from(kind > 0)]);
    let mut members = [false; 6];
    for _ in 0..wanted {
        if weights.iter().sum::<f64>() <= 0.0 {
            break;
        }
        let i = dice.weighted(&weights);
        members[i] = true;
        weights[i] = 0.0;
    }
    members
}

/// Draws the visits. Signs of trafficking may make the person a client elsewhere too.
pub(crate) fn visits(
    person: &Person,
    members: &mut Members,
    follows: bool,
    span: Span,
    dice: &mut Dice,
) -> Vec<Visit> {
    let from = person.born.max(span.start);
    let mut visits = Vec::new();
    let pivot = span.day(from, dice);
    if person.trafficked.any() {
        signs::show(person, pivot, members, &mut visits, span, dice);
    }
    for source in SOURCES {
        let i = source as usize;
        if !members[i] || (follows && source == Source::Homeless) {
            continue;
        }
        let many = matches!(source, Source::Labor | Source::Law);
        if person.trafficked.any() {
            let has = visits.iter().any(|visit| visit.source == source);
            let more = usize::from(person.adrift && !many);
            let count = usize::from(!has) + more + dice.run(if many { 0.18 } else { 0.52 }, 6);
            for _ in 0..count {
                let date = shifted(pivot, dice.between(-260, 460));
                let date = if date < from || date > span.end { span.day(from, dice) } else { date };
                push(person, source, date, pivot, &mut visits, dice);
            }
        } else {
            let mut date = span.day(from, dice);
            visits.push(Visit::new(source, date));
            for _ in 0..dice.run(if many { 0.12 } else { 0.42 }, 6) {
                let gap = -(1.0 - dice.unit()).ln() * 140.0;
                date = shifted(date, 1 + gap as i64);
                if date > span.end {
                    break;
                }
                visits.push(Visit::new(source, date));
            }
        }
    }
    if visits.is_empty() && !follows {
        // Too young for every agency that was drawn: a clinic knows them.
        members[Source::Health as usize] = true;
        visits.push(Visit::new(Source::Health, pivot));
    }
    visits
}

/// A visit of a trafficked person; after the first sign others may see signs too.
fn push(
    person: &Person,
    source: Source,
    date: NaiveDate,
    pivot: NaiveDate,
    visits: &mut Vec<Visit>,
    dice: &mut Dice,
) {
    let mut visit = Visit::new(source, date);
    if date > pivot && dice.chance(0.33) {
        visit.signs = signs::visible(person.trafficked, source);
    }
    visits.push(visit);
}

/// Whether the person is asked at a shelter's door on their own account.
pub(crate) fn stands_alone(person: &Person, on: NaiveDate) -> bool {
    person.age(on) >= 18 || (person.role != Role::Child && person.age(on) >= 16)
}
