//! The records of a source, while their events are gathered.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};
use domain::{Breakdown, DatePrecision, FAMILIES, age_band};

use crate::age::Birth;
use crate::demographics::{Answers, CARRIED};
use crate::event_rules::Draft;
use crate::key_pair::Id;
use crate::sharing::{Consent, Scope};
use crate::token_set::TokenSet;

/// One record.
pub(crate) struct Record {
    pub(crate) id: Id,
    pub(crate) birth: Birth,
    pub(crate) consent: Consent,
    pub(crate) victim_service_provider: bool,
    pub(crate) answers: Answers,
    /// Dates of the first and the last event, exact.
    pub(crate) span: Option<(NaiveDate, NaiveDate)>,
}

/// One event.
pub(crate) struct Event {
    pub(crate) id: Id,
    pub(crate) record: u32,
    pub(crate) age_band: &'static str,
    pub(crate) draft: Draft,
}

/// All records, their tokens, and how raw record ids find them.
#[derive(Default)]
pub(crate) struct People {
    pub(crate) records: Vec<Record>,
    pub(crate) events: Vec<Event>,
    tokens: Vec<u8>,
    /// Where each record's tokens end.
    ends: Vec<usize>,
    counts: Vec<[u8; FAMILIES.len()]>,
    index: HashMap<String, u32>,
}

impl People {
    pub(crate) fn find(&self, raw_id: &str) -> Option<u32> {
        self.index.get(raw_id).copied()
    }

    pub(crate) fn contains(&self, raw_id: &str) -> bool {
        self.index.contains_key(raw_id)
    }

    pub(crate) fn add(&mut self, raw_id: String, record: Record, tokens: &TokenSet) -> u32 {
        let at = u32::try_from(self.records.len()).expect("a source has fewer than 2^32 records");
        self.index.insert(raw_id, at);
        self.records.push(record);
        self.tokens.extend_from_slice(&tokens.bytes);
        self.ends.push(self.tokens.len());
        self.counts.push(tokens.counts);
        at
    }

    pub(crate) fn add_event(&mut self, id: Id, record: u32, draft: Draft) {
        let owner = &mut self.records[record as usize];
        let date = draft.date;
        owner.span = Some(owner.span.map_or((date, date), |(a, b)| (a.min(date), b.max(date))));
        let age_band = age_band(owner.birth.age_at(date));
        self.events.push(Event { id, record, age_band, draft });
    }

    /// A record's tokens, end to end, and how many each family has.
    pub(crate) fn tokens(&self, record: usize) -> (&[u8], &[u8; FAMILIES.len()]) {
        let start = if record == 0 { 0 } else { self.ends[record - 1] };
        (&self.tokens[start..self.ends[record]], &self.counts[record])
    }
}

impl Record {
    pub(crate) fn scope(&self) -> Scope {
        match self.withheld() {
            Some(_) => Scope::None,
            None => self.consent.scope_for(self.victim_service_provider),
        }
    }

    /// Why the record stays at the agency, if it does.
    pub(crate) fn withheld(&self) -> Option<&'static str> {
        self.consent.withheld(self.span.and_then(|(first, _)| self.birth.age_at(first)))
    }

    /// The category of a carried breakdown; the youth question is closed for people who were 25 or
    /// older at their first event.
    pub(crate) fn category(&self, breakdown: usize) -> &'static str {
        let age = self.span.and_then(|(first, _)| self.birth.age_at(first));
        if CARRIED[breakdown] == Breakdown::LgbtqYouth && age.is_some_and(|age| age >= 25) {
            return "not_youth";
        }
        self.answers.category(breakdown)
    }

    pub(crate) fn minor_at_intake(&self) -> Option<bool> {
        let (first, _) = self.span?;
        self.birth.age_at(first).map(|age| age < 18)
    }
}

/// The date as exactly as it may leave: the first day of its month or quarter, if that is all.
pub(crate) fn coarsen(date: NaiveDate, precision: DatePrecision) -> NaiveDate {
    let month = match precision {
        DatePrecision::Day => return date,
        DatePrecision::Month => date.month(),
        DatePrecision::Quarter => (date.month() - 1) / 3 * 3 + 1,
    };
    NaiveDate::from_ymd_opt(date.year(), month, 1).expect("every month has a first day")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coarse_dates_stand_at_the_first_day_of_their_span() {
        let day = |m, d| NaiveDate::from_ymd_opt(2025, m, d).expect("a date");
        assert_eq!(coarsen(day(8, 17), DatePrecision::Day), day(8, 17));
        assert_eq!(coarsen(day(8, 17), DatePrecision::Month), day(8, 1));
        assert_eq!(coarsen(day(8, 17), DatePrecision::Quarter), day(7, 1));
        assert_eq!(coarsen(day(12, 31), DatePrecision::Quarter), day(10, 1));
    }
}
