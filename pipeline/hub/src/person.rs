//! Linked persons: the records and events of each, as far as they may be counted.

use domain::{EventKind, Service, System};

use crate::ingested::{Event, Ingested};

/// An event of a person, with the system that recorded it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PersonEvent {
    pub(crate) system: System,
    pub(crate) event: Event,
}

impl PersonEvent {
    /// Whether it is a sign of trafficking or a record of it.
    pub(crate) fn speaks_of_trafficking(&self) -> bool {
        matches!(self.event.kind, EventKind::Indicator | EventKind::Identification)
    }

    /// Whether it is an event of a kind about a service.
    pub(crate) fn is(&self, kind: EventKind, service: Service) -> bool {
        self.event.kind == kind && self.event.service == Some(service)
    }
}

/// Days from first to last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) first: i32,
    pub(crate) last: i32,
}

impl Span {
    /// `day` and the `window` days after it.
    pub(crate) fn from(day: i32, window: u32) -> Self {
        Self { first: day, last: day.saturating_add_unsigned(window) }
    }

    pub(crate) fn contains(self, day: i32) -> bool {
        self.first <= day && day <= self.last
    }
}

/// Which records each person has: those that may be counted, in canonical order.
pub(crate) struct Persons {
    starts: Vec<u32>,
    records: Vec<u32>,
}

impl Persons {
    /// Groups the records that may be counted by person.
    pub(crate) fn group(ingested: &Ingested, person_of: &[u32]) -> Self {
        let counted =
            || person_of.iter().zip(ingested.people()).enumerate().filter(|(_, (_, r))| r.may_measure());
        let persons = person_of.iter().max().map_or(0, |last| *last as usize + 1);
        let mut starts = vec![0_u32; persons + 1];
        for (_, (person, _)) in counted() {
            starts[*person as usize + 1] += 1;
        }
        for person in 0..persons {
            starts[person + 1] += starts[person];
        }
        let mut next = starts.clone();
        let mut records = vec![0_u32; starts[persons] as usize];
        for (record, (person, _)) in counted() {
            let slot = &mut next[*person as usize];
            records[*slot as usize] = record as u32;
            *slot += 1;
        }
        Self { starts, records }
    }

    /// How many persons there are, those without a counted record included.
    pub(crate) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// A person's records, in canonical order (source name, then record id).
    pub(crate) fn records_of(&self, person: usize) -> &[u32] {
        &self.records[self.starts[person] as usize..self.starts[person + 1] as usize]
    }
}

/// A person's events up to a day, by day; on one day in the canonical order of their records.
pub(crate) fn events_until(ingested: &Ingested, records: &[u32], last_day: i32, into: &mut Vec<PersonEvent>) {
    into.clear();
    for record in records {
        let record = *record as usize;
        let system = ingested.system_of(record);
        let events = ingested.events_of(record).iter().filter(|event| event.day <= last_day);
        into.extend(events.map(|event| PersonEvent { system, event: *event }));
    }
    into.sort_by_key(|e| e.event.day);
}
