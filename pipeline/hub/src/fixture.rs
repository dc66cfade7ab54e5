//! People made by hand for the tests of measures.

use chrono::NaiveDate;
use domain::{
    Answer, Attribute, Breakdown, CityId, EventKind, Exploitation, Period, ReferralResult, ScreeningQuestion,
    Service, System, Table, Word, Workload, standard_workload,
};

use crate::day;
use crate::family_tokens::FamilyTokens;
use crate::ingested::{Event, Ingested, Source};
use crate::measure::columns;
use crate::record::{Consent, Purposes, Record};
use crate::report::Report;

/// The period and report date of the tests: cohorts 2025 for windows up to 180 days, 2024 for 365,
/// 2023 for 730.
pub(crate) const PERIOD: Period = Period::Year(2025);
pub(crate) const REPORT: &str = "2026-06-30";

pub(crate) fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// A record with its events, and whose it is.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) source: &'static str,
    pub(crate) system: System,
    pub(crate) person: u32,
    pub(crate) record: Record,
    pub(crate) events: Vec<Event>,
}

/// A record of the first person at a source.
pub(crate) fn record(source: &'static str, system: System, id: u128) -> Draft {
    let purposes = Purposes { link: true, measure: true };
    let record = Record { id, purposes, consent: Consent::Link, ..Record::blank() };
    Draft { source, system, person: 0, record, events: Vec::new() }
}

/// A record at a shelter.
pub(crate) fn shelter() -> Draft {
    record("shelter", System::HomelessServices, 1)
}

impl Draft {
    pub(crate) fn of(self, person: u32) -> Self {
        Self { person, ..self }
    }

    pub(crate) fn dated(mut self, text: &str) -> Self {
        self.record.as_of = Some(day::number(date(text)));
        self
    }

    pub(crate) fn says(mut self, breakdown: Breakdown, word: &str) -> Self {
        self.record.answers[Word::code(breakdown)] = breakdown.code(word).expect("a category");
        self
    }

    fn event(mut self, kind: EventKind, text: &str, set: impl FnOnce(&mut Event)) -> Self {
        let age_band = Breakdown::AgeBand.code("unknown").expect("a category");
        let mut event = Event {
            day: day::number(date(text)),
            kind,
            age_band,
            question: None,
            answer: None,
            exploitation: None,
            service: None,
            result: None,
            result_day: None,
        };
        set(&mut event);
        self.events.push(event);
        self
    }

    pub(crate) fn contact(self, text: &str, band: &str) -> Self {
        let code = Breakdown::AgeBand.code(band).expect("a category");
        self.event(EventKind::Contact, text, |e| e.age_band = code)
    }

    pub(crate) fn entry(self, text: &str) -> Self {
        self.event(EventKind::Entry, text, |_| {})
    }

    pub(crate) fn exit(self, text: &str) -> Self {
        self.event(EventKind::Exit, text, |_| {})
    }

    pub(crate) fn screened(self, question: ScreeningQuestion, answer: Answer, text: &str) -> Self {
        self.event(EventKind::Screening, text, |e| {
            e.question = Some(question);
            e.answer = Some(answer);
        })
    }

    pub(crate) fn need(self, service: Service, text: &str) -> Self {
        self.event(EventKind::Need, text, |e| e.service = Some(service))
    }

    pub(crate) fn served(self, service: Service, text: &str) -> Self {
        self.event(EventKind::Service, text, |e| e.service = Some(service))
    }

    pub(crate) fn referred(
        self,
        service: Service,
        text: &str,
        result: ReferralResult,
        on: Option<&str>,
    ) -> Self {
        self.event(EventKind::Referral, text, |e| {
            e.service = Some(service);
            e.result = Some(result);
            e.result_day = on.map(|on| day::number(date(on)));
        })
    }

    pub(crate) fn indicated(self, exploitation: Exploitation, text: &str) -> Self {
        self.event(EventKind::Indicator, text, |e| e.exploitation = Some(exploitation))
    }

    pub(crate) fn identified(self, exploitation: Exploitation, text: &str) -> Self {
        self.event(EventKind::Identification, text, |e| e.exploitation = Some(exploitation))
    }
}

/// Drafts in canonical order as the hub would hold them, and the person of each.
pub(crate) fn ingested(drafts: &[Draft]) -> (Ingested, Vec<u32>) {
    let mut drafts = drafts.to_vec();
    drafts.sort_by_key(|d| (d.source, d.record.id));
    let mut all = Ingested::new(Report {
        city: CityId::new("us-ga-atlanta").expect("a slug"),
        report_date: date(REPORT),
        sources: Vec::new(),
        refused: Vec::new(),
        links: None,
        unchanged: Vec::new(),
        quarantine: Vec::new(),
    });
    for source in drafts.chunk_by(|a, b| a.source == b.source) {
        let mut loaded = Source {
            system: source[0].system,
            one_record_per_person: false,
            records: Vec::new(),
            tokens: Vec::new(),
            event_starts: vec![0],
            events: Vec::new(),
        };
        let mut tokens = FamilyTokens::with_rows(source.len());
        for draft in source {
            loaded.records.push(draft.record);
            tokens.push([draft.record.id as u64]);
            let mut events = draft.events.clone();
            events.sort_by_key(|e| (e.day, e.kind));
            loaded.events.extend(events);
            loaded.event_starts.push(loaded.events.len() as u32);
        }
        loaded.tokens.push(tokens);
        all.push(source[0].source, loaded, day::number(date(REPORT))).expect("small");
    }
    all.gather();
    (all, drafts.iter().map(|d| d.person).collect())
}

/// A workload of one attribute of the standard one.
pub(crate) fn about(name: &str) -> Workload {
    let standard = standard_workload(Service::ALL, Breakdown::ALL).expect("valid");
    let at = standard.attribute_index(name).expect("a standard attribute");
    let attributes: Vec<Attribute> = vec![standard.attributes()[at].clone()];
    let subject =
        standard.tables().iter().find(|t| t.dimensions.contains(&at)).and_then(|t| t.subject.clone());
    let table = Table { name: "t".to_owned(), dimensions: vec![0], weight: 1.0, subject };
    Workload::new(attributes, vec![table]).expect("valid")
}

/// The category of every person in the table, in order, for a period and report date.
pub(crate) fn categories_at(drafts: &[Draft], name: &str, period: Period, report: &str) -> Vec<String> {
    let (ingested, person_of) = ingested(drafts);
    let workload = about(name);
    let columns = columns(&ingested, &person_of, &workload, period, date(report)).expect("measured");
    columns[0].iter().map(|code| workload.attributes()[0].categories[usize::from(*code)].clone()).collect()
}

/// The category of the only person, who must be in the table.
pub(crate) fn category(drafts: &[Draft], name: &str) -> String {
    let all = categories_at(drafts, name, PERIOD, REPORT);
    assert_eq!(all.len(), 1, "one person in the table");
    all[0].clone()
}
