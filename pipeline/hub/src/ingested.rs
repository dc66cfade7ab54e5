//! What a night has in hand: every source's records, tokens and events, in canonical order.

use std::ops::Range;

use domain::{
    Answer, CityId, EventKind, Exploitation, Manifest, QuarantinedRow, ReferralResult, ScreeningQuestion,
    Service, System,
};
use linkage::Records;
use rayon::prelude::*;

use crate::check::Checked;
use crate::event::EventRow;
use crate::family_tokens::FamilyTokens;
use crate::link_report::LinkCounts;
use crate::record::Record;
use crate::refusal::{HubError, Refusal};
use crate::report::{Report, SourceReport};

/// An event of a record, as far as measures read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) day: i32,
    pub(crate) kind: EventKind,
    /// Code of the age band.
    pub(crate) age_band: u8,
    pub(crate) question: Option<ScreeningQuestion>,
    pub(crate) answer: Option<Answer>,
    pub(crate) exploitation: Option<Exploitation>,
    pub(crate) service: Option<Service>,
    pub(crate) result: Option<ReferralResult>,
    pub(crate) result_day: Option<i32>,
}

/// A city's records in canonical order (source name, then record id), ready for linkage, with
/// their events and the report of how they came.
///
/// # Privacy
/// Holds people's events and demographics: no `Debug`, no serialization. [`crate::measure`] is the
/// way out, and it leads to `release` alone.
pub struct Ingested {
    records: Records,
    people: Vec<Record>,
    systems: Vec<System>,
    event_starts: Vec<u32>,
    events: Vec<Event>,
    /// Until all sources are there: then the tokens of all take their place at once, and none is moved again.
    waiting: Vec<Waiting>,
    report: Report,
}

/// One source as it goes into a night.
pub(crate) struct Source {
    pub(crate) system: System,
    pub(crate) one_record_per_person: bool,
    /// By record id.
    pub(crate) records: Vec<Record>,
    /// By family, then record.
    pub(crate) tokens: Vec<FamilyTokens>,
    /// For each record where its events start, with one entry more.
    pub(crate) event_starts: Vec<u32>,
    pub(crate) events: Vec<Event>,
}

impl Source {
    /// Records and events in canonical order; `None` when an event is of no record, or they are too many.
    pub(crate) fn new(
        manifest: &Manifest,
        records: Vec<Record>,
        tokens: Vec<FamilyTokens>,
        events: &[EventRow],
    ) -> Option<Self> {
        let (event_starts, events) = by_record(&records, events)?;
        let (system, one_record_per_person) = (manifest.system, manifest.one_record_per_person);
        Some(Self { system, one_record_per_person, records, tokens, event_starts, events })
    }

    /// A source that was just checked.
    pub(crate) fn of(manifest: &Manifest, checked: Checked) -> Option<Self> {
        Self::new(manifest, checked.records, checked.tokens, &checked.events)
    }
}

/// A source's tokens that have not taken their place among the city's.
struct Waiting {
    /// The source's records among the city's.
    records: Range<usize>,
    by_family: Vec<FamilyTokens>,
}

impl Waiting {
    /// Puts the tokens of each record into its place; one that may bring none has no room there.
    fn put(self, starts: &[u32], tokens: &mut [u64], families: &mut [u8]) {
        let mut by_family: Vec<_> =
            self.by_family.iter().map(|family| family.by_row(0..self.records.len())).collect();
        let mut at = 0;
        for room in starts.windows(2) {
            let may_link = room[0] < room[1];
            for (family, rows) in by_family.iter_mut().enumerate() {
                for token in rows.next().unwrap_or_default().iter().filter(|_| may_link) {
                    tokens[at] = *token;
                    families[at] = family as u8;
                    at += 1;
                }
            }
        }
    }
}

/// Both sides lie in order of the record id.
fn by_record(records: &[Record], rows: &[EventRow]) -> Option<(Vec<u32>, Vec<Event>)> {
    let mut starts = Vec::with_capacity(records.len() + 1);
    starts.push(0);
    let mut at = 0;
    for record in records {
        while rows.get(at).is_some_and(|row| row.record_id == record.id) {
            at += 1;
        }
        starts.push(u32::try_from(at).ok()?);
    }
    let event = |row: &EventRow| Event {
        day: row.day,
        kind: row.kind,
        age_band: row.age_band,
        question: row.question,
        answer: row.answer,
        exploitation: row.exploitation,
        service: row.service,
        result: row.result,
        result_day: row.result_day,
    };
    (at == rows.len()).then(|| (starts, rows.iter().map(event).collect()))
}

impl Ingested {
    /// Nothing yet.
    pub(crate) fn new(report: Report) -> Self {
        let records = Records { starts: vec![0], ..Records::default() };
        Self {
            records,
            people: Vec::new(),
            systems: Vec::new(),
            event_starts: vec![0],
            events: Vec::new(),
            waiting: Vec::new(),
            report,
        }
    }

    /// Adds a source; sources come in order of their names, and [`Ingested::gather`] after the last. Records
    /// that may not be linked on the report day bring no tokens, so they stay persons of their own.
    pub(crate) fn push(&mut self, name: &str, source: Source, report_day: i32) -> Result<(), HubError> {
        let too_many = |_| HubError::Records(linkage::RecordsError::TooMany);
        let index = u16::try_from(self.systems.len()).map_err(too_many)?;
        let base = u32::try_from(self.events.len()).map_err(too_many)?;
        u32::try_from(self.events.len() + source.events.len()).map_err(too_many)?;
        self.systems.push(source.system);
        self.records.source_names.push(name.to_owned());
        self.records.one_record_per_person.push(source.one_record_per_person);
        self.records.sources.resize(self.records.sources.len() + source.records.len(), index);
        let mut held = vec![0_usize; source.records.len()];
        for family in &source.tokens {
            family.counts().zip(&mut held).for_each(|(count, held)| *held += count);
        }
        let mut end = self.records.starts.last().map_or(0, |end| *end as usize);
        for (record, held) in source.records.iter().zip(held) {
            end += if record.may_link(report_day) { held } else { 0 };
            self.records.starts.push(u32::try_from(end).map_err(too_many)?);
        }
        let last = self.records.sources.len();
        let records = last - source.records.len()..last;
        self.waiting.push(Waiting { records, by_family: source.tokens });
        self.people.extend(source.records);
        self.event_starts.extend(source.event_starts[1..].iter().map(|start| base + start));
        self.events.extend(source.events);
        Ok(())
    }

    /// Puts every source's tokens where linkage looks for them: record by record, family by family.
    pub(crate) fn gather(&mut self) {
        let starts = &self.records.starts;
        let all = starts.last().map_or(0, |end| *end as usize);
        let (mut tokens, mut families) = (vec![0; all], vec![0; all]);
        let mut rest = (tokens.as_mut_slice(), families.as_mut_slice());
        let mut parts = Vec::with_capacity(self.waiting.len());
        for waiting in std::mem::take(&mut self.waiting) {
            let starts = &starts[waiting.records.start..=waiting.records.end];
            let held = (starts[starts.len() - 1] - starts[0]) as usize;
            let (tokens, tokens_rest) = rest.0.split_at_mut(held);
            let (families, families_rest) = rest.1.split_at_mut(held);
            rest = (tokens_rest, families_rest);
            parts.push((waiting, starts, tokens, families));
        }
        parts.into_par_iter().for_each(|(waiting, starts, tokens, families)| {
            waiting.put(starts, tokens, families);
        });
        (self.records.tokens, self.records.families) = (tokens, families);
    }

    /// The input of linkage: sources in order of name, records in order of id, tokens re-keyed.
    pub fn records(&self) -> &Records {
        &self.records
    }

    /// The city.
    pub fn city(&self) -> &CityId {
        &self.report.city
    }

    /// How everything came, for the steward.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// Notes in the report how a source came.
    pub(crate) fn note_source(
        &mut self,
        source: SourceReport,
        quarantine: Vec<QuarantinedRow>,
        unchanged: bool,
    ) {
        if unchanged {
            self.report.unchanged.push(source.source.clone());
        }
        self.report.sources.push(source);
        self.report.quarantine.extend(quarantine);
    }

    /// Notes in the report that a source was refused.
    pub(crate) fn note_refused(&mut self, refusal: Refusal) {
        self.report.refused.push(refusal);
    }

    /// Notes in the report what linkage made of the records.
    pub fn note_links(&mut self, counts: LinkCounts) {
        self.report.links = Some(counts);
    }

    pub(crate) fn check_persons(&self, person_of: &[u32]) -> Result<(), HubError> {
        let (expected, found) = (self.people.len(), person_of.len());
        if expected == found { Ok(()) } else { Err(HubError::Persons { expected, found }) }
    }

    pub(crate) fn people(&self) -> &[Record] {
        &self.people
    }

    /// The source of a record, and the system that it belongs to.
    pub(crate) fn source_of(&self, record: usize) -> (u16, System) {
        let source = self.records.sources[record];
        (source, self.systems[usize::from(source)])
    }

    pub(crate) fn events_of(&self, record: usize) -> &[Event] {
        &self.events[self.event_starts[record] as usize..self.event_starts[record + 1] as usize]
    }
}
