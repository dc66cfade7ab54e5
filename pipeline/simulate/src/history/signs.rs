//! Signs of trafficking: which agency sees them first, and whether any finds the person.

use chrono::NaiveDate;

use crate::days::shifted;
use crate::dice::Dice;
use crate::history::plan::{Members, YOUNGEST, stands_alone};
use crate::history::rates::identified;
use crate::history::{SOURCES, Source, Span, Visit};
use crate::population::person::{Kinds, Person};

/// How readily each source is the first to see signs: of sex trafficking, of labor trafficking,
/// of trafficking of a kind that it does not write down.
const FIRST: [[f64; 6]; 3] =
    [[0.32, 0.3, 0.26, 0.0, 0.12, 0.0], [0.14, 0.17, 0.17, 0.34, 0.18, 0.0], [0.0, 0.0, 1.0, 0.0, 0.0, 0.0]];

/// How readily each source finds a person to be trafficked: sex, labor.
const FINDS: [[f64; 6]; 2] = [[0.0, 0.24, 0.26, 0.0, 0.14, 0.36], [0.0, 0.14, 0.2, 0.3, 0.26, 0.1]];

/// What of a person's trafficking a source's files have a place for.
pub(crate) fn visible(kinds: Kinds, source: Source) -> Kinds {
    match source {
        Source::Labor => Kinds { labor: kinds.labor, ..Kinds::default() },
        Source::Law => Kinds::default(),
        Source::Human | Source::Hotline | Source::Community => kinds,
        // A preference on a waiting list says that it was trafficking, and no more.
        Source::Housing => Kinds { unknown: kinds.any(), ..Kinds::default() },
        Source::ChildWelfare => Kinds { sex: kinds.sex, ..Kinds::default() },
        Source::Homeless | Source::Health | Source::Legal | Source::Immigration | Source::Justice => {
            Kinds { unknown: false, ..kinds }
        }
    }
}

/// Adds the visits at which signs are first seen, and those that find the person.
pub(crate) fn show(
    person: &Person,
    first: NaiveDate,
    members: &mut Members,
    visits: &mut Vec<Visit>,
    span: Span,
    dice: &mut Dice,
) {
    let kinds = person.trafficked;
    let years = person.age(first);
    // Some are found outright, by the police mostly, with no sign written down before.
    if !kinds.unknown && years >= 10 && dice.chance(0.07) {
        let part = if kinds.sex { Kinds::SEX } else { Kinds::LABOR };
        let mut visit = Visit::new(Source::Law, first);
        visit.found = Some((first, part));
        members[Source::Law as usize] = true;
        visits.push(visit);
        if kinds.sex && kinds.labor {
            see(person, Kinds::LABOR, later(first, 200, span, dice), members, visits, span, dice);
        }
        return;
    }
    let mut parts = Vec::new();
    for (has, part) in [(kinds.sex, Kinds::SEX), (kinds.labor, Kinds::LABOR), (kinds.unknown, Kinds::UNKNOWN)]
    {
        if has {
            parts.push(part);
        }
    }
    if parts.len() == 2 && dice.chance(0.4) {
        parts.reverse();
    }
    let at = see(person, parts[0], first, members, visits, span, dice);
    if let Some(second) = parts.get(1) {
        if at != Source::Labor && dice.chance(0.45) {
            let last = visits.len() - 1;
            visits[last].signs = visible(kinds, at);
        } else {
            see(person, *second, later(first, 200, span, dice), members, visits, span, dice);
        }
    }
    let found = if dice.chance(identified(person, years)) {
        Some(if dice.chance(0.28) { first } else { shifted(first, dice.between(3, 172)) })
    } else {
        dice.chance(0.2).then(|| shifted(first, dice.between(190, 560)))
    };
    if let Some(day) = found.and_then(|day| span.within(day)) {
        find(person, first, day, members, visits, dice);
    }
}

fn later(from: NaiveDate, most: i64, span: Span, dice: &mut Dice) -> NaiveDate {
    shifted(from, dice.between(0, most)).min(span.end)
}

/// A visit at which one kind of sign is written down on `day`; says where.
fn see(
    person: &Person,
    part: Kinds,
    day: NaiveDate,
    members: &mut Members,
    visits: &mut Vec<Visit>,
    span: Span,
    dice: &mut Dice,
) -> Source {
    let row = &FIRST[if part.sex { 0 } else { 1 + usize::from(part.unknown) }];
    let years = person.age(day);
    let from = person.born.max(span.start);
    let mut weights: [f64; 6] = std::array::from_fn(|i| {
        let barred = years < YOUNGEST[i];
        if barred { 0.0 } else { row[i] * if members[i] { 4.0 } else { 1.0 } }
    });
    if !stands_alone(person, day) || (day - from).num_days() < 8 {
        weights[Source::Homeless as usize] = 0.0;
    }
    let source = SOURCES[dice.weighted(&weights)];
    members[source as usize] = true;
    let mut visit = Visit::new(source, day);
    visit.signs = part;
    if source == Source::Homeless {
        // Shelters ask when the person leaves.
        visit.leaves = Some(day);
        visit.date = shifted(day, -dice.between(2, 90)).max(from);
    }
    visits.push(visit);
    source
}

/// A visit that finds the person to be trafficked on `day`.
fn find(
    person: &Person,
    first: NaiveDate,
    day: NaiveDate,
    members: &mut Members,
    visits: &mut Vec<Visit>,
    dice: &mut Dice,
) {
    let kinds = person.trafficked;
    let years = person.age(day);
    let as_labor = kinds.labor && (!kinds.sex || dice.chance(0.22));
    let row = &FINDS[usize::from(as_labor)];
    let mut weights: [f64; 6] = std::array::from_fn(|i| {
        if years < YOUNGEST[i] || kinds.unknown { 0.0 } else { row[i] * if members[i] { 5.0 } else { 1.0 } }
    });
    weights[Source::Human as usize] += 0.01;
    let source = SOURCES[dice.weighted(&weights)];
    members[source as usize] = true;
    let part = match (as_labor, kinds.unknown) {
        (_, true) => Kinds::UNKNOWN,
        (true, _) => Kinds::LABOR,
        (false, _) => Kinds::SEX,
    };
    let part = if kinds.sex && kinds.labor && dice.chance(0.35) { kinds } else { part };
    let part = if matches!(source, Source::Labor | Source::Law) && part == kinds && kinds.sex && kinds.labor {
        if source == Source::Labor { Kinds::LABOR } else { Kinds::SEX }
    } else {
        part
    };
    let opened = match source {
        Source::Human | Source::Legal | Source::Labor => shifted(day, -dice.between(0, 60)).max(first),
        _ => day,
    };
    let mut visit = Visit::new(source, opened);
    visit.found = Some((day, part));
    visit.signs = match source {
        Source::Human | Source::Labor | Source::Legal => part,
        _ => Kinds::default(),
    };
    visits.push(visit);
}
