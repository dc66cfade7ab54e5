//! What a night's sources hold, in counts: what later nights are held against.
//!
//! # Privacy
//! Exact counts, of each field by itself and never crossed: for the steward alone.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{Breakdown, Evidence, FAMILIES, System, Word, token_column};
use serde::{Deserialize, Serialize};

use crate::day;
use crate::ingested::{Event, Ingested};
use crate::record::demographics;
use crate::report::SourceReport;

/// How often each category of a field stands in a source.
pub type Mix = BTreeMap<String, u64>;

/// One source's night.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceCounts {
    /// Source.
    pub source: String,
    /// System.
    pub system: System,
    /// The day on which the agency made the extract.
    #[serde(default)]
    pub encoded_on: Option<NaiveDate>,
    /// Records accepted.
    pub records: u64,
    /// Records that may be linked.
    pub linkable: u64,
    /// Events accepted.
    pub events: u64,
    /// Rows read, people and events together.
    pub rows_read: u64,
    /// Rows set aside at the hub, by rule.
    pub set_aside: BTreeMap<String, u64>,
    /// Rows that the agency read, and set aside itself.
    pub agency_rows: (u64, u64),
    /// First and last day of an event.
    pub days: Option<(NaiveDate, NaiveDate)>,
    /// Events after the day that the night looks back from.
    pub future_events: u64,
    /// Events more than the configured number of years before it.
    pub far_past_events: u64,
    /// Linkable records by identity field: those with a token that rests on it.
    pub identity: Mix,
    /// Linkable records by family: those with a token of it, by the name of its column. Earlier versions kept none.
    #[serde(default)]
    pub families: Mix,
    /// Categories by field.
    pub mixes: BTreeMap<String, Mix>,
    /// The night on which the extract last changed.
    pub changed: NaiveDate,
}

/// Fields of events, with the category of each event that has the field.
type EventField = (&'static str, fn(&Event) -> Option<&'static str>);

const EVENT_FIELDS: [EventField; 7] = [
    ("kind", |e| Some(e.kind.word())),
    ("age_band", |e| Breakdown::AgeBand.categories().get(usize::from(e.age_band)).copied()),
    ("screening_question", |e| e.question.map(Word::word)),
    ("screening_answer", |e| e.answer.map(Word::word)),
    ("trafficking_type", |e| e.exploitation.map(Word::word)),
    ("service_category", |e| e.service.map(Word::word)),
    ("referral_result", |e| e.result.map(Word::word)),
];

/// The name of an identity field.
fn identity_word(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::First => "first_name",
        Evidence::Last => "last_name",
        Evidence::BirthDate => "birth_date",
        Evidence::Ssn => "ssn",
        Evidence::Phone => "phone",
        Evidence::Email => "email",
        Evidence::Address => "address",
        Evidence::Other => "other",
        Evidence::Sex => "sex",
        Evidence::BirthPlace => "birth_place",
        Evidence::Middle => "middle_name",
        Evidence::Occupation => "occupation",
    }
}

/// For each family the identity fields that its tokens rest on, one bit each.
fn fields_of_families() -> Vec<u16> {
    let position = |evidence: &Evidence| Evidence::ALL.iter().position(|e| e == evidence).unwrap_or(0);
    let bits = |family: &domain::Family| {
        let proven = family.parts.iter().flat_map(|part| part.proves());
        proven.fold(0, |bits, (evidence, _)| bits | 1 << position(evidence))
    };
    FAMILIES.iter().map(bits).collect()
}

/// Counts every source of a night, in order of name. `far_past` is the day before which an event lies far
/// back; `changed` is filled by the history.
pub(crate) fn counts(ingested: &Ingested, as_of: i32, far_past: i32, night: NaiveDate) -> Vec<SourceCounts> {
    let of_family = fields_of_families();
    let mut counters: Vec<Counter> = ingested.report().sources.iter().map(|_| Counter::new()).collect();
    let records = ingested.records();
    for (at, person) in ingested.people().iter().enumerate() {
        let (source, _) = ingested.source_of(at);
        let Some(counter) = counters.get_mut(usize::from(source)) else { continue };
        counter.records += 1;
        counter.linkable += u64::from(person.may_link(as_of));
        for (slot, breakdown) in demographics().enumerate() {
            counter.demographics[slot][usize::from(person.answer(breakdown))] += 1;
        }
        let families = &records.families[records.starts[at] as usize..records.starts[at + 1] as usize];
        let bits = families.iter().fold(0, |bits, family| bits | of_family[usize::from(*family)]);
        // Tokens of one family follow one another.
        for same in families.chunk_by(|one, other| one == other) {
            counter.families[usize::from(same[0])] += 1;
        }
        for (field, count) in counter.identity.iter_mut().enumerate() {
            *count += u64::from(bits >> field & 1);
        }
        for event in ingested.events_of(at) {
            counter.event(event, as_of, far_past);
        }
    }
    let reports = &ingested.report().sources;
    reports.iter().zip(counters).map(|(report, counter)| counter.told(report, night)).collect()
}

/// Counts of one source, by position, while they are made.
struct Counter {
    records: u64,
    linkable: u64,
    events: u64,
    demographics: Vec<[u64; 16]>,
    identity: [u64; Evidence::ALL.len()],
    families: [u64; FAMILIES.len()],
    fields: [Vec<(&'static str, u64)>; EVENT_FIELDS.len()],
    days: Option<(i32, i32)>,
    future: u64,
    far_past: u64,
}

impl Counter {
    fn new() -> Self {
        Self {
            records: 0,
            linkable: 0,
            events: 0,
            demographics: vec![[0; 16]; demographics().count()],
            identity: [0; Evidence::ALL.len()],
            families: [0; FAMILIES.len()],
            fields: std::array::from_fn(|_| Vec::new()),
            days: None,
            future: 0,
            far_past: 0,
        }
    }

    fn event(&mut self, event: &Event, as_of: i32, far_past: i32) {
        self.events += 1;
        self.future += u64::from(event.day > as_of);
        self.far_past += u64::from(event.day < far_past);
        let (first, last) = self.days.unwrap_or((event.day, event.day));
        self.days = Some((first.min(event.day), last.max(event.day)));
        for ((_, category), counts) in EVENT_FIELDS.iter().zip(&mut self.fields) {
            let Some(word) = category(event) else { continue };
            // A field has a dozen words, each of them one text of the program: its place tells it.
            match counts.iter_mut().find(|(known, _)| std::ptr::eq::<str>(*known, word)) {
                Some((_, count)) => *count += 1,
                None => counts.push((word, 1)),
            }
        }
    }

    fn told(self, report: &SourceReport, night: NaiveDate) -> SourceCounts {
        let mut mixes = BTreeMap::new();
        for (breakdown, counts) in demographics().zip(&self.demographics) {
            let mix: Mix = breakdown
                .categories()
                .iter()
                .zip(counts)
                .filter(|(_, count)| **count > 0)
                .map(|(category, count)| ((*category).to_owned(), *count))
                .collect();
            mixes.insert(format!("people.{}", breakdown.word()), mix);
        }
        for ((field, _), counts) in EVENT_FIELDS.iter().zip(self.fields) {
            let mut mix = Mix::new();
            for (word, count) in counts {
                *mix.entry(word.to_owned()).or_insert(0) += count;
            }
            mixes.insert(format!("events.{field}"), mix);
        }
        let date = |day| day::date(day);
        let agency_read = report.agency_rows.iter().map(|rows| rows.read).sum();
        SourceCounts {
            source: report.source.clone(),
            system: report.system,
            encoded_on: report.encoded_on,
            records: self.records,
            linkable: self.linkable,
            events: self.events,
            rows_read: report.people.read + report.events.read,
            set_aside: report.quarantined_by_rule.clone(),
            agency_rows: (agency_read, report.agency_quarantined),
            days: self.days.map(|(first, last)| (date(first), date(last))),
            future_events: self.future,
            far_past_events: self.far_past,
            identity: Evidence::ALL
                .iter()
                .zip(self.identity)
                .map(|(evidence, count)| (identity_word(*evidence).to_owned(), count))
                .collect(),
            families: (0..FAMILIES.len()).map(token_column).zip(self.families).collect(),
            mixes,
            changed: night,
        }
    }
}
