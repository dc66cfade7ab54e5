//! What happens to a person: visits to agencies, signs of trafficking, needs and their fate.

pub(crate) mod further;
pub(crate) mod need;
pub(crate) mod plan;
pub(crate) mod rates;
pub(crate) mod signs;
pub(crate) mod stay;

use chrono::NaiveDate;

use crate::city::City;
use crate::dice::Dice;
use crate::population::person::{Kinds, Person};
use crate::service::Service;
use stay::Stay;

/// The agencies: the six that every city has, and six that are written on demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    Homeless,
    Health,
    Human,
    Labor,
    Legal,
    Law,
    Housing,
    ChildWelfare,
    Immigration,
    Justice,
    Hotline,
    Community,
}

/// The agencies that every city has, in the order of the tables.
pub(crate) const SOURCES: [Source; 6] =
    [Source::Homeless, Source::Health, Source::Human, Source::Labor, Source::Legal, Source::Law];

/// The agencies that are written on demand.
pub(crate) const FURTHER: [Source; 6] = [
    Source::Housing,
    Source::ChildWelfare,
    Source::Immigration,
    Source::Justice,
    Source::Hotline,
    Source::Community,
];

/// The systems of the agencies of a city, with the further ones or without.
pub(crate) fn systems(further: bool) -> Vec<&'static str> {
    let more = if further { FURTHER.as_slice() } else { &[] };
    let mut systems = Vec::new();
    for source in SOURCES.iter().chain(more) {
        if !systems.contains(&source.system()) {
            systems.push(source.system());
        }
    }
    systems
}

impl Source {
    /// The city system it belongs to: child welfare is human services.
    pub(crate) fn system(self) -> &'static str {
        match self {
            Self::ChildWelfare => Self::Human.name(),
            other => other.name(),
        }
    }

    /// Folder and name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Homeless => "homeless_services",
            Self::Health => "public_health",
            Self::Human => "human_services",
            Self::Labor => "labor_enforcement",
            Self::Legal => "legal_services",
            Self::Law => "law_enforcement",
            Self::Housing => "housing",
            Self::ChildWelfare => "child_welfare",
            Self::Immigration => "immigration_services",
            Self::Justice => "criminal_justice",
            Self::Hotline => "hotline",
            Self::Community => "community_provider",
        }
    }
}

/// First and last day of events.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    pub(crate) start: NaiveDate,
    pub(crate) end: NaiveDate,
}

impl Span {
    /// A uniform day, not before `from`.
    pub(crate) fn day(self, from: NaiveDate, dice: &mut Dice) -> NaiveDate {
        let from = from.max(self.start).min(self.end);
        crate::days::shifted(from, dice.between(0, (self.end - from).num_days()))
    }

    /// `date`, if it lies in the span.
    pub(crate) fn within(self, date: NaiveDate) -> Option<NaiveDate> {
        (self.start <= date && date <= self.end).then_some(date)
    }
}

/// How a referral ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Attained,
    ClientDeclined,
    ProviderDeclined,
    Unknown,
}

/// A referral made at a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Referral {
    pub(crate) outcome: Outcome,
    pub(crate) on: Option<NaiveDate>,
}

/// A need that was written down at a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) service: Service,
    /// When the same agency delivered it, where its files tie delivery to the need.
    pub(crate) provided: Option<NaiveDate>,
    pub(crate) referral: Option<Referral>,
}

/// A visit to an agency.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    pub(crate) source: Source,
    pub(crate) date: NaiveDate,
    /// What the agency saw signs of.
    pub(crate) signs: Kinds,
    /// When it found the person to be trafficked, and how.
    pub(crate) found: Option<(NaiveDate, Kinds)>,
    pub(crate) notes: Vec<Note>,
    /// For shelters: the day on which the stay must end, because the signs come up at its end.
    pub(crate) leaves: Option<NaiveDate>,
}

impl Visit {
    pub(crate) fn new(source: Source, date: NaiveDate) -> Self {
        Self { source, date, signs: Kinds::default(), found: None, notes: Vec::new(), leaves: None }
    }
}

/// A service delivered by an agency whose files do not tie it to a need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Delivery {
    pub(crate) source: Source,
    pub(crate) service: Service,
    pub(crate) date: NaiveDate,
}

/// What happened to one person.
#[derive(Debug, Clone, Default)]
pub(crate) struct History {
    /// By source, then date; those of homeless services have become stays.
    pub(crate) visits: Vec<Visit>,
    pub(crate) stays: Vec<Stay>,
    pub(crate) deliveries: Vec<Delivery>,
}

/// Lives a person's history. `head` holds the shelter stays of the head of the household, which a
/// child of theirs shares.
pub(crate) fn history(
    person: &Person,
    city: &City,
    span: Span,
    head: Option<&[Stay]>,
    dice: &mut Dice,
) -> History {
    let follows = head.is_some_and(|stays| !stays.is_empty()) && dice.chance(0.75);
    let mut members = plan::memberships(person, city, span, dice);
    let mut visits = plan::visits(person, &mut members, follows, span, dice);
    visits.sort_by_key(|visit| (visit.date, visit.source));
    let mut deliveries = need::note(person, &mut visits, members, span, dice);
    visits.sort_by_key(|visit| (visit.source, visit.date));
    let own = visits.iter().take_while(|visit| visit.source == Source::Homeless).count();
    let sheltered: Vec<Visit> = visits.drain(..own).collect();
    let mut stays = match head {
        Some(stays) if follows => stay::shared(stays, person, dice),
        _ => Vec::new(),
    };
    stays.extend(stay::stays(&sheltered, &mut deliveries, person, span, dice));
    stays.sort_by_key(|stay| stay.entry);
    // Nothing can be delivered in a shelter's system to somebody who never stayed there.
    deliveries.retain(|d| match d.source {
        Source::Homeless => stays.iter().any(|stay| stay.entry <= d.date),
        source => visits.iter().any(|visit| visit.source == source),
    });
    History { visits, stays, deliveries }
}
