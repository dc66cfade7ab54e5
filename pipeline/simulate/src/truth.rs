//! The truth of a city: which records are one person, and what the measures say of that person,
//! by this crate's own reading of the definitions in its README.

pub(crate) mod demographics;
pub(crate) mod measures;
pub(crate) mod outcomes;

use chrono::NaiveDate;

use crate::days::cohort;
use crate::history::systems;
use crate::options::Options;
use crate::recorder::answers::{Asked, Record, What};
use crate::service::SERVICES;

/// Report date and the cohorts of every measure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    pub(crate) report: NaiveDate,
    pub(crate) period_start: NaiveDate,
    /// Cohorts for windows of 0, 30, 90, 180, 365 and 730 days.
    pub(crate) people: (NaiveDate, NaiveDate),
    pub(crate) shelter: (NaiveDate, NaiveDate),
    pub(crate) need: (NaiveDate, NaiveDate),
    pub(crate) identification: (NaiveDate, NaiveDate),
    pub(crate) cycling: (NaiveDate, NaiveDate),
    pub(crate) reentry: (NaiveDate, NaiveDate),
}

impl Clock {
    pub(crate) fn new(options: &Options) -> Self {
        let of = |days| cohort(options.period_start, options.period_end, days, options.report_date);
        Self {
            report: options.report_date,
            period_start: options.period_start,
            people: of(0),
            shelter: of(30),
            need: of(90),
            identification: of(180),
            cycling: of(365),
            reentry: of(730),
        }
    }

    fn all(&self) -> [(NaiveDate, NaiveDate); 6] {
        [self.people, self.shelter, self.need, self.identification, self.cycling, self.reentry]
    }
}

/// Whether a day lies in a cohort, both ends included.
pub(crate) fn holds(cohort: (NaiveDate, NaiveDate), day: NaiveDate) -> bool {
    cohort.0 <= day && day <= cohort.1
}

/// Whether any agency wrote down a sign or a finding of trafficking.
pub(crate) fn is_trafficked(records: &[Record]) -> bool {
    let sign = |what: &What| matches!(what, What::Indicator(_) | What::Identification(_));
    records.iter().flat_map(|record| &record.events).any(|(_, what)| sign(what))
}

/// The rows of `persons.csv` that a person makes: one of all records that may be linked, and one of each that may
/// not, which is counted as a person of its own.
pub(crate) fn rows(person: u64, records: &[Record], clock: &Clock, further: bool) -> Vec<Vec<String>> {
    let (linkable, alone): (Vec<Record>, Vec<Record>) =
        records.iter().cloned().partition(|record| record.linkable);
    let mut rows: Vec<Vec<String>> = row(person.to_string(), linkable, clock, further).into_iter().collect();
    rows.extend(alone.into_iter().filter_map(|record| {
        let name = format!("{person}:{}:{}", record.source.name(), record.key);
        row(name, vec![record], clock, further)
    }));
    rows
}

/// A row of `persons.csv`; `None` when nothing happened in any cohort.
fn row(person: String, mut records: Vec<Record>, clock: &Clock, further: bool) -> Option<Vec<String>> {
    for record in &mut records {
        record.events.retain(|(day, _)| *day <= clock.report);
        record.events.sort_by_key(|(day, _)| *day);
    }
    records.retain(|record| !record.events.is_empty());
    // Latest first; ties by source name, then by key.
    records.sort_by(|a, b| {
        let last = |r: &Record| r.events.last().map(|(day, _)| *day);
        last(b)
            .cmp(&last(a))
            .then_with(|| a.source.name().cmp(b.source.name()))
            .then_with(|| a.key.cmp(&b.key))
    });
    let present = records
        .iter()
        .flat_map(|record| &record.events)
        .any(|(day, _)| clock.all().into_iter().any(|cohort| holds(cohort, *day)));
    if !present {
        return None;
    }
    let mut row = vec![person, measures::trafficking_type(&records).to_owned()];
    row.extend(demographics::words(&records, clock.period_start).map(str::to_owned));
    for service in SERVICES {
        row.push(measures::need(&records, service, clock).to_owned());
    }
    for service in SERVICES {
        row.push(outcomes::wait(&records, service, clock).to_owned());
    }
    for system in systems(further) {
        row.push(outcomes::seen(&records, system, clock).to_owned());
    }
    let others = [
        measures::identification(&records, clock),
        outcomes::recognized(&records, |kinds| kinds.labor, clock),
        outcomes::recognized(&records, |kinds| kinds.sex, clock),
        measures::cycling(&records, clock),
        outcomes::missed_contact(&records, clock),
        outcomes::screening(&records, Asked::Labor, clock),
        outcomes::screening(&records, Asked::Sex, clock),
        outcomes::referral(&records, clock),
        outcomes::reentry(&records, clock),
        outcomes::entry_point(&records, clock),
        outcomes::recorded(&records, clock),
    ];
    row.extend(others.map(str::to_owned));
    Some(row)
}
