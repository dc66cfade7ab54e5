//! What a night has in hand: every source's records, tokens and events, in canonical order.

use domain::{
    Answer, CityId, EventKind, Exploitation, Manifest, QuarantinedRow, ReferralResult, ScreeningQuestion,
    Service, System,
};
use linkage::Records;

use crate::check::Checked;
use crate::event::EventRow;
use crate::link_report::LinkCounts;
use crate::record::Record;
use crate::refusal::{HubError, Refusal};
use crate::rekey::FamilyTokens;
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
    report: Report,
}

/// One source as it goes into a night.
pub(crate) struct Source {
    pub(crate) system: System,
    pub(crate) one_record_per_person: bool,
    /// By record id.
    pub(crate) records: Vec<Record>,
    /// For each record its row in `tokens`; empty where both are in one order.
    pub(crate) rows: Vec<usize>,
    /// By family, then row.
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
        rows: Vec<usize>,
        tokens: Vec<FamilyTokens>,
        events: &[EventRow],
    ) -> Option<Self> {
        let (event_starts, events) = by_record(&records, events)?;
        let (system, one_record_per_person) = (manifest.system, manifest.one_record_per_person);
        Some(Self { system, one_record_per_person, records, rows, tokens, event_starts, events })
    }

    /// A source that was just checked.
    pub(crate) fn of(manifest: &Manifest, checked: Checked) -> Option<Self> {
        Self::new(manifest, checked.records, checked.rows, checked.tokens, &checked.events)
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
            report,
        }
    }

    /// Adds a source; sources come in order of their names. Records that may not be linked on the
    /// report day bring no tokens, so they stay persons of their own.
    pub(crate) fn push(&mut self, name: &str, source: &Source, report_day: i32) -> Result<(), HubError> {
        let too_many = |_| HubError::Records(linkage::RecordsError::TooMany);
        let index = u16::try_from(self.systems.len()).map_err(too_many)?;
        let base = u32::try_from(self.events.len()).map_err(too_many)?;
        u32::try_from(self.events.len() + source.events.len()).map_err(too_many)?;
        self.systems.push(source.system);
        self.records.source_names.push(name.to_owned());
        self.records.one_record_per_person.push(source.one_record_per_person);
        for (at, record) in source.records.iter().enumerate() {
            let row = source.rows.get(at).copied().unwrap_or(at);
            if record.may_link(report_day) {
                for (family, tokens) in source.tokens.iter().enumerate() {
                    let tokens = tokens.of(row);
                    self.records.tokens.extend_from_slice(tokens);
                    self.records.families.extend(std::iter::repeat_n(family as u8, tokens.len()));
                }
            }
            self.records.starts.push(u32::try_from(self.records.tokens.len()).map_err(too_many)?);
            self.records.sources.push(index);
        }
        self.people.extend_from_slice(&source.records);
        self.event_starts.extend(source.event_starts[1..].iter().map(|start| base + start));
        self.events.extend_from_slice(&source.events);
        Ok(())
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
