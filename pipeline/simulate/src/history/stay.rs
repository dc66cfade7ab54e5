//! Stays in the homeless system: what becomes an HMIS enrollment.

use chrono::NaiveDate;

use crate::days::shifted;
use crate::dice::Dice;
use crate::history::{Delivery, Note, Source, Span, Visit};
use crate::population::person::{Kinds, Person};
use crate::service::Service;

/// HMIS project types that the cities run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Project {
    ShelterEntryExit,
    ShelterNightly,
    Transitional,
    Supportive,
    Outreach,
    DayShelter,
    Prevention,
    Rapid,
    Coordinated,
}

impl Project {
    /// Code of list 2.02.6.
    pub(crate) fn code(self) -> u32 {
        match self {
            Self::ShelterEntryExit => 0,
            Self::ShelterNightly => 1,
            Self::Transitional => 2,
            Self::Supportive => 3,
            Self::Outreach => 4,
            Self::DayShelter => 11,
            Self::Prevention => 12,
            Self::Rapid => 13,
            Self::Coordinated => 14,
        }
    }
}

/// One stay: an enrollment.
#[derive(Debug, Clone)]
pub(crate) struct Stay {
    pub(crate) project: Project,
    pub(crate) entry: NaiveDate,
    pub(crate) exit: Option<NaiveDate>,
    /// Slept in a place not meant for it before.
    pub(crate) from_street: bool,
    pub(crate) move_in: Option<NaiveDate>,
    pub(crate) nights: Vec<NaiveDate>,
    /// Household of people who came together.
    pub(crate) party: u64,
    /// Came with the head of a household.
    pub(crate) accompanied: bool,
    pub(crate) signs: Kinds,
    pub(crate) notes: Vec<Note>,
}

impl Stay {
    /// Whether it is a stay in an emergency shelter.
    pub(crate) fn is_shelter(&self) -> bool {
        matches!(self.project, Project::ShelterEntryExit | Project::ShelterNightly)
    }
}

/// The stays that visits to shelters became. Deliveries of housing become stays of their own and
/// leave the list.
pub(crate) fn stays(
    visits: &[Visit],
    deliveries: &mut Vec<Delivery>,
    person: &Person,
    span: Span,
    dice: &mut Dice,
) -> Vec<Stay> {
    let mut stays: Vec<Stay> = Vec::new();
    let party = |n: usize| person.id * 64 + n as u64;
    for visit in visits {
        let shelter = visit.notes.iter().find(|note| note.service == Service::EmergencyShelter);
        let bed = take(deliveries, Service::EmergencyShelter, visit.date, shifted(visit.date, 29));
        let project = match (shelter, bed) {
            (_, Some(day)) if day == visit.date && dice.chance(0.6) => Project::ShelterEntryExit,
            (_, Some(_)) => Project::ShelterNightly,
            (Some(_), None) => *dice.pick(&[Project::Outreach, Project::DayShelter, Project::Coordinated]),
            (None, None) => *dice.pick(&[
                Project::Coordinated,
                Project::Prevention,
                Project::DayShelter,
                Project::Outreach,
            ]),
        };
        let exit = visit.leaves.or_else(|| {
            let long = dice.between(3, if project == Project::ShelterNightly { 80 } else { 160 });
            let day = shifted(visit.date, long.max(bed.map_or(0, |b| (b - visit.date).num_days())));
            (day <= span.end && dice.chance(0.92)).then_some(day)
        });
        let mut nights = Vec::new();
        if let (Project::ShelterNightly, Some(first)) = (project, bed) {
            let last = exit.unwrap_or(span.end).min(shifted(first, 9));
            let mut night = first;
            while night <= last && nights.len() < 5 {
                nights.push(night);
                night = shifted(night, dice.between(1, 4));
            }
            if nights.is_empty() {
                nights.push(first);
            }
        }
        stays.push(Stay {
            project,
            entry: visit.date,
            exit,
            from_street: shelter.is_some(),
            move_in: None,
            nights,
            party: party(stays.len()),
            accompanied: false,
            signs: visit.signs,
            notes: visit.notes.clone(),
        });
    }
    // So is a bed that no stay above shows.
    while let Some(night) = take(deliveries, Service::EmergencyShelter, span.start, span.end) {
        let leaves = shifted(night, 1);
        stays.push(Stay {
            project: Project::ShelterNightly,
            entry: night,
            exit: (leaves <= span.end).then_some(leaves),
            from_street: false,
            move_in: None,
            nights: vec![night],
            party: party(stays.len()),
            accompanied: false,
            signs: Kinds::default(),
            notes: Vec::new(),
        });
    }
    // A home or a transitional unit is a stay of its own.
    let housed: Vec<Delivery> = deliveries.iter().copied().filter(|d| is_housing(*d)).collect();
    deliveries.retain(|d| !is_housing(*d));
    let known = stays.iter().map(|s| s.entry).min();
    for delivery in housed {
        let Some(known) = known else { continue };
        let permanent = delivery.service == Service::PermanentHousing;
        let entry = if permanent {
            shifted(delivery.date, -dice.between(0, 25)).max(known).min(delivery.date)
        } else {
            delivery.date
        };
        let leaves = shifted(delivery.date, dice.between(60, 500));
        stays.push(Stay {
            project: match (permanent, dice.chance(0.3)) {
                (true, true) => Project::Supportive,
                (true, false) => Project::Rapid,
                (false, _) => Project::Transitional,
            },
            entry,
            exit: (leaves <= span.end).then_some(leaves),
            from_street: false,
            move_in: permanent.then_some(delivery.date),
            nights: Vec::new(),
            party: party(stays.len()),
            accompanied: false,
            signs: Kinds::default(),
            notes: Vec::new(),
        });
    }
    stays
}

fn is_housing(delivery: Delivery) -> bool {
    delivery.source == Source::Homeless
        && matches!(delivery.service, Service::TransitionalHousing | Service::PermanentHousing)
}

/// Takes the first delivery by a shelter of `service` in the days given; a shelter's bed is shown
/// by the stay and not by a row of its own.
fn take(
    deliveries: &mut Vec<Delivery>,
    service: Service,
    from: NaiveDate,
    to: NaiveDate,
) -> Option<NaiveDate> {
    let at = deliveries.iter().position(|d| {
        d.source == Source::Homeless && d.service == service && from <= d.date && d.date <= to
    })?;
    Some(deliveries.remove(at).date)
}

/// The stays of a child who came with the head of the household.
pub(crate) fn shared(head: &[Stay], child: &Person, dice: &mut Dice) -> Vec<Stay> {
    let most = 1 + dice.run(0.7, 8);
    head.iter()
        .filter(|stay| stay.entry > child.born)
        .take(most)
        .map(|stay| Stay { accompanied: true, signs: Kinds::default(), notes: Vec::new(), ..stay.clone() })
        .collect()
}
