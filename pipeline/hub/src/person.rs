//! Linked persons: the records and events of each, as far as they may be counted.

use domain::{EventKind, Exploitation, ScreeningQuestion, Service, System, Word};

use crate::ingested::{Event, Ingested};
use crate::record::Record;

/// An event of a person, with the agency that recorded it and the agency's system.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PersonEvent {
    pub(crate) source: u16,
    pub(crate) system: System,
    pub(crate) event: Event,
}

impl PersonEvent {
    /// Whether it is a sign of trafficking or a record of it.
    pub(crate) fn speaks_of_trafficking(&self) -> bool {
        matches!(self.event.kind, EventKind::Indicator | EventKind::Identification)
    }

    /// Whether it is a sign of a type, or an identification as of that type: one of both types is of
    /// each, one of unknown type of neither.
    pub(crate) fn speaks_of(&self, kind: EventKind, question: ScreeningQuestion) -> bool {
        let of = match question {
            ScreeningQuestion::Sex => Exploitation::Sex,
            ScreeningQuestion::Labor => Exploitation::Labor,
        };
        self.event.kind == kind && self.event.exploitation.is_some_and(|e| e == of || e == Exploitation::Both)
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

/// What a rule sees of a person: records that may be counted, in canonical order, and their events
/// up to the report date, by day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Person<'a> {
    pub(crate) records: &'a [&'a Record],
    pub(crate) events: &'a [PersonEvent],
    /// Bits of the kinds of events and of the services needed: most people have few, so that most
    /// rules are answered without a look at the events.
    kinds: u16,
    needs: u16,
    /// The report date.
    pub(crate) report_day: i32,
}

impl<'a> Person<'a> {
    pub(crate) fn new(records: &'a [&'a Record], events: &'a [PersonEvent], report_day: i32) -> Self {
        let (mut kinds, mut needs) = (0, 0);
        for PersonEvent { event, .. } in events {
            kinds |= 1 << event.kind.code();
            if let (EventKind::Need, Some(service)) = (event.kind, event.service) {
                needs |= 1 << service.code();
            }
        }
        Self { records, events, kinds, needs, report_day }
    }

    /// Whether the person has an event of a kind.
    pub(crate) fn has(&self, kind: EventKind) -> bool {
        self.kinds >> kind.code() & 1 == 1
    }

    /// Whether any agency ever recorded a sign of trafficking or an identification.
    pub(crate) fn has_sign(&self) -> bool {
        self.has(EventKind::Indicator) || self.has(EventKind::Identification)
    }

    /// The first need of a service in a span.
    pub(crate) fn first_need(&self, service: Service, within: Span) -> Option<&'a PersonEvent> {
        if self.needs >> service.code() & 1 == 0 {
            return None;
        }
        self.events.iter().find(|e| e.is(EventKind::Need, service) && within.contains(e.event.day))
    }

    /// The first sign or identification ever, where it lies in a span.
    pub(crate) fn first_sign(&self, within: Span) -> Option<&'a PersonEvent> {
        if !self.has_sign() {
            return None;
        }
        self.events.iter().find(|e| e.speaks_of_trafficking()).filter(|e| within.contains(e.event.day))
    }

    /// Events in a span.
    pub(crate) fn within(&self, span: Span) -> impl Iterator<Item = &'a PersonEvent> {
        let start = self.events.partition_point(|e| e.event.day < span.first);
        self.events[start..].iter().take_while(move |e| e.event.day <= span.last)
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
        let (source, system) = ingested.source_of(record);
        let events = ingested.events_of(record).iter().filter(|event| event.day <= last_day);
        into.extend(events.map(|event| PersonEvent { source, system, event: *event }));
    }
    into.sort_by_key(|e| e.event.day);
}
