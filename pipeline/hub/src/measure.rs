//! Linked persons into the person table: one row a person, one category for each attribute.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::{Measure, Period, Workload};
use rayon::prelude::*;
use release::PersonTable;

use crate::day;
use crate::ingested::Ingested;
use crate::person::{Person, Persons, Span, events_until};
use crate::question::{Question, span};
use crate::record::Record;
use crate::refusal::HubError;

/// Persons that one thread takes at a time.
const BATCH: usize = 4_096;

/// Measures every person with an event in the cohort of some measure.
///
/// Row order is the order of persons in `person_of`. Events after the report date do not exist for
/// it, nor do records without purpose or consent to be counted. The table's attributes are the
/// workload's: `trafficking_type`, breakdowns, and those of its tables' measures.
///
/// # Errors
/// [`HubError::Persons`] when `person_of` does not belong to these records,
/// [`HubError::Attribute`] when the workload has an attribute that the hub does not know.
///
/// # Privacy
/// Unit: a linked person of one city and period, in one row of the table whatever the number of
/// their records and events. The rows go into [`PersonTable`], which nothing but `release` reads.
pub fn measure(
    ingested: &Ingested,
    person_of: &[u32],
    workload: &Workload,
    period: Period,
    report_date: NaiveDate,
) -> Result<PersonTable, HubError> {
    Ok(PersonTable::new(workload, columns(ingested, person_of, workload, period, report_date)?)?)
}

pub(crate) fn columns(
    ingested: &Ingested,
    person_of: &[u32],
    workload: &Workload,
    period: Period,
    report_date: NaiveDate,
) -> Result<Vec<Vec<u8>>, HubError> {
    ingested.check_persons(person_of)?;
    let questions = Question::all(workload, period, report_date)?;
    let cohorts = all_cohorts(workload, period, report_date);
    let persons = Persons::group(ingested, person_of);
    let batches: Vec<usize> = (0..persons.len()).step_by(BATCH).collect();
    let last_day = day::number(report_date);
    let rows: Vec<Vec<u8>> = batches
        .into_par_iter()
        .map(|start| {
            let mut rows = Vec::new();
            let mut events = Vec::new();
            for person in start..persons.len().min(start + BATCH) {
                let records = persons.records_of(person);
                events_until(ingested, records, last_day, &mut events);
                if events.iter().any(|e| cohorts.iter().any(|cohort| cohort.contains(e.event.day))) {
                    let records: Vec<&Record> =
                        records.iter().map(|r| &ingested.people()[*r as usize]).collect();
                    let person = Person::new(&records, &events, last_day);
                    rows.extend(questions.iter().map(|question| question.answer(&person)));
                }
            }
            rows
        })
        .collect();
    let width = questions.len();
    let column =
        |at: usize| rows.iter().flat_map(|batch| batch.iter().skip(at).step_by(width).copied()).collect();
    Ok((0..width).map(column).collect())
}

/// The cohorts of all measures of the program and of the workload: who is in the table must not
/// depend on which of the program's tables are asked for.
fn all_cohorts(workload: &Workload, period: Period, report_date: NaiveDate) -> Vec<Span> {
    let asked = workload.tables().iter().filter_map(|table| table.subject.as_ref()).map(|s| s.measure);
    let measures: BTreeSet<Measure> = Measure::all().iter().copied().chain(asked).collect();
    let days: BTreeSet<u32> = measures.into_iter().flat_map(Measure::follow_ups).collect();
    let mut cohorts: Vec<Span> =
        days.into_iter().map(|days| span(period.cohort(days, report_date))).collect();
    cohorts.sort_unstable_by_key(|span| (span.first, span.last));
    cohorts.dedup();
    cohorts
}

#[cfg(test)]
mod tests {
    use Exploitation::{Both, Sex};
    use domain::{
        Answer, Attribute, Breakdown, Exploitation, ReferralResult, ScreeningQuestion, Service, System, Word,
        standard_workload,
    };
    use proptest::prelude::*;

    use super::*;
    use crate::fixture::{Draft, PERIOD, REPORT, about, categories_at, date, ingested, record, shelter};
    use crate::record::{Consent, Purposes};

    fn in_table(draft: &Draft, period: Period, report: &str) -> bool {
        !categories_at(std::slice::from_ref(draft), "trafficking_type", period, report).is_empty()
    }

    #[test]
    fn people_are_those_with_an_event_in_some_cohort() {
        // Year 2025 reported on 2026-06-30: windows up to 180 days give 2025, 365 days 2024, 730 days 2023.
        for (day, expected) in
            [("2022-12-31", false), ("2023-01-01", true), ("2025-12-31", true), ("2026-01-01", false)]
        {
            assert_eq!(in_table(&shelter().entry(day), PERIOD, REPORT), expected, "{day}");
        }
        // A quarter reported on the day after it: 2025-q4 for the period, q3 for 30 and 90 days, q2 for
        // 180 days, 2024-q4 for 365 and 2023-q4 for 730; the quarters between are nobody's.
        let quarter = Period::Quarter(2025, 4);
        for (day, expected) in [
            ("2025-12-31", true),
            ("2025-09-30", true),
            ("2025-04-01", true),
            ("2025-03-31", false),
            ("2025-01-01", false),
            ("2024-12-31", true),
            ("2024-10-01", true),
            ("2024-09-30", false),
            ("2023-12-31", true),
            ("2023-10-01", true),
            ("2023-09-30", false),
        ] {
            assert_eq!(in_table(&shelter().entry(day), quarter, "2026-01-01"), expected, "{day}");
        }
    }

    #[test]
    fn who_is_in_the_table_does_not_depend_on_the_tables() {
        // Left in 2023 and asked about people alone: still a row, in another period.
        let person = shelter().contact("2023-05-05", "unknown");
        assert_eq!(categories_at(&[person], "recorded", PERIOD, REPORT), vec!["other_period"]);
    }

    #[test]
    fn a_measure_has_the_cohort_whose_window_has_elapsed() {
        // One day before 180 days after 2025 have passed, the gap is 2024's.
        let person = shelter().indicated(Sex, "2025-12-31").entry("2025-12-31");
        let gap = |report| categories_at(std::slice::from_ref(&person), "identification", PERIOD, report);
        assert_eq!(gap("2026-06-29"), vec!["not_identified"]);
        assert_eq!(gap("2026-06-28"), vec!["not_in_cohort"]);
    }

    #[test]
    fn records_without_purpose_or_consent_to_be_counted_do_not_exist() {
        let silent = |change: fn(&mut Draft)| {
            let mut draft = record("clinic", System::PublicHealth, 2).indicated(Both, "2025-02-01");
            change(&mut draft);
            categories_at(&[shelter().entry("2025-01-01"), draft], "trafficking_type", PERIOD, REPORT)
        };
        assert_eq!(silent(|_| {}), vec!["both"]);
        assert_eq!(silent(|d| d.record.consent = Consent::CountOnly), vec!["both"]);
        assert_eq!(silent(|d| d.record.consent = Consent::None), vec!["none_recorded"]);
        assert_eq!(
            silent(|d| d.record.purposes = Purposes { link: true, measure: false }),
            vec!["none_recorded"]
        );
        let mut alone = shelter().entry("2025-01-01");
        alone.record.consent = Consent::None;
        assert!(!in_table(&alone, PERIOD, REPORT));
    }

    #[test]
    fn only_linkable_records_bring_tokens() {
        let mut drafts = [shelter().entry("2025-01-01"), record("clinic", System::PublicHealth, 2)];
        drafts[1].record.consent = Consent::CountOnly;
        let (ingested, _) = ingested(&drafts);
        ingested.records().validate().expect("fits");
        assert_eq!(ingested.records().starts, vec![0, 0, 1], "the clinic comes first and brings none");
    }

    #[test]
    fn what_the_hub_does_not_know_is_refused() {
        let (ingested, person_of) = ingested(&[shelter()]);
        let mut workload = about("cycling");
        assert!(
            measure(&ingested, &[], &workload, PERIOD, date(REPORT)).is_err(),
            "persons of other records"
        );
        for (name, categories) in [("shoe_size", vec!["a", "b"]), ("cycling", vec!["cycling", "not_cycling"])]
        {
            let categories = categories.into_iter().map(str::to_owned).collect();
            let attribute = Attribute { name: name.to_owned(), categories };
            let table = workload.tables()[0].clone();
            workload = Workload::new(vec![attribute], vec![table]).expect("valid");
            let error =
                measure(&ingested, &person_of, &workload, PERIOD, date(REPORT)).err().expect("refused");
            assert!(error.to_string().contains(name), "{error}");
        }
    }

    #[test]
    fn the_standard_workload_is_measured_whole() {
        let workload = standard_workload(Service::ALL, Breakdown::ALL).expect("valid");
        let people: Vec<Draft> = (0..10_000_u32)
            .map(|i| record("shelter", System::HomelessServices, u128::from(i)).of(i).entry("2025-01-01"))
            .collect();
        let (ingested, person_of) = ingested(&people);
        let table = measure(&ingested, &person_of, &workload, PERIOD, date(REPORT)).expect("fits");
        assert_eq!(table.persons(), 10_000, "every batch arrives");
    }

    fn some_day() -> impl Strategy<Value = String> {
        (2023..=2026_i32, 1..=12_u32, 1..=28_u32).prop_map(|(y, m, d)| format!("{y}-{m:02}-{d:02}"))
    }

    prop_compose! {
        fn some_record()(
            source in 0..3_usize, person in 0..6_u32, as_of in some_day(), gender in 0..4_usize, race in 0..9_usize,
            events in prop::collection::vec((some_day(), 0..9_u8, 0..16_usize, 0..4_usize), 0..8),
        ) -> Draft {
            let names = [("clinic", System::PublicHealth), ("shelter", System::HomelessServices), ("wages", System::LaborEnforcement)];
            let (source, system) = names[source];
            let draft = record(source, system, 0)
                .of(person)
                .dated(&as_of)
                .says(Breakdown::Gender, Breakdown::Gender.categories()[gender])
                .says(Breakdown::RaceEthnicity, Breakdown::RaceEthnicity.categories()[race]);
            events.into_iter().fold(draft, |draft, (day, kind, service, exploitation)| {
                let (service, exploitation) = (Service::ALL[service], Exploitation::ALL[exploitation]);
                match kind {
                    0 => draft.entry(&day),
                    1 => draft.need(service, &day),
                    2 => draft.served(service, &day),
                    3 => draft.indicated(exploitation, &day),
                    4 => draft.identified(exploitation, &day),
                    5 => draft.exit(&day),
                    6 => draft.screened(ScreeningQuestion::Sex, Answer::ALL[exploitation.code()], &day),
                    7 => draft.referred(service, &day, ReferralResult::ALL[exploitation.code()], Some(&day)),
                    _ => draft.contact(&day, "18_24"),
                }
            })
        }
    }

    proptest! {
        #[test]
        fn the_order_of_records_and_events_changes_nothing(
            (records, shuffled) in prop::collection::vec(some_record(), 1..14).prop_flat_map(|records| {
                let records: Vec<Draft> = (1..).zip(records).map(|(id, mut d)| { d.record.id = id; d }).collect();
                (Just(records.clone()), Just(records).prop_shuffle())
            })
        ) {
            let workload = standard_workload(Service::ALL, Breakdown::ALL).expect("valid");
            let all = |drafts: &[Draft]| {
                let (ingested, person_of) = ingested(drafts);
                columns(&ingested, &person_of, &workload, PERIOD, date(REPORT)).expect("measured")
            };
            let reversed: Vec<Draft> = shuffled.into_iter().map(|mut d| { d.events.reverse(); d }).collect();
            prop_assert_eq!(all(&records), all(&reversed));
        }

        #[test]
        fn taking_one_person_away_takes_at_most_one_row(
            records in prop::collection::vec(some_record(), 1..14), gone in 0..6_u32,
        ) {
            let records: Vec<Draft> = (1..).zip(records).map(|(id, mut d)| { d.record.id = id; d }).collect();
            let workload = standard_workload(Service::ALL, Breakdown::ALL).expect("valid");
            let rows = |drafts: &[Draft]| -> Vec<Vec<u8>> {
                let (ingested, person_of) = ingested(drafts);
                let columns = columns(&ingested, &person_of, &workload, PERIOD, date(REPORT)).expect("measured");
                (0..columns[0].len()).map(|row| columns.iter().map(|c| c[row]).collect()).collect()
            };
            let without: Vec<Draft> = records.iter().filter(|d| d.person != gone).cloned().collect();
            let (all, left) = (rows(&records), rows(&without));
            prop_assert!(all.len() - left.len() <= 1);
            // Every other person's row stays as it was, in its order.
            let mut rest = all.iter();
            prop_assert!(left.iter().all(|row| rest.any(|other| other == row)));
        }
    }
}
