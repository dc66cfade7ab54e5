//! What an attribute of the person table asks about a person, and with which cohort.

use chrono::NaiveDate;
use domain::{
    Attribute, Breakdown, Cohort, Measure, Period, Service, TRAFFICKING_TYPE, Word, measure_attribute,
};

use crate::day;
use crate::demographics::demographic;
use crate::measure_cycling::cycling;
use crate::measure_identification::identification;
use crate::measure_need::need;
use crate::measure_trafficking::trafficking_type;
use crate::person::{PersonEvent, Span};
use crate::record::Record;
use crate::refusal::HubError;

/// What an attribute asks about a person.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Question {
    TraffickingType,
    Demographic(Breakdown),
    Need(Service, Span),
    Identification(Span),
    Cycling(Span),
}

impl Question {
    /// The question of an attribute, whose categories must be the domain's own.
    pub(crate) fn of(
        attribute: &Attribute,
        period: Period,
        report_date: NaiveDate,
    ) -> Result<Self, HubError> {
        let cohort =
            |measure: Measure, service| span(period.cohort(measure.window_days(service), report_date));
        let named =
            |measure, service| measure_attribute(measure, service).is_some_and(|n| n == attribute.name);
        let service = Service::ALL.iter().copied().find(|s| named(Measure::UnmetNeed, Some(*s)));
        let (question, categories) = if attribute.name == TRAFFICKING_TYPE.0 {
            (Self::TraffickingType, TRAFFICKING_TYPE.1)
        } else if let Ok(breakdown) = Breakdown::from_word(&attribute.name) {
            (Self::Demographic(breakdown), breakdown.categories())
        } else if let Some(service) = service {
            (Self::Need(service, cohort(Measure::UnmetNeed, Some(service))), Measure::UnmetNeed.levels())
        } else if named(Measure::IdentificationGap, None) {
            (
                Self::Identification(cohort(Measure::IdentificationGap, None)),
                Measure::IdentificationGap.levels(),
            )
        } else if named(Measure::CyclingWithoutHelp, None) {
            (Self::Cycling(cohort(Measure::CyclingWithoutHelp, None)), Measure::CyclingWithoutHelp.levels())
        } else {
            (Self::TraffickingType, &[][..])
        };
        if attribute.categories == categories {
            Ok(question)
        } else {
            Err(HubError::Attribute { name: attribute.name.clone() })
        }
    }

    /// The code of a person's category.
    pub(crate) fn answer(self, records: &[&Record], events: &[PersonEvent]) -> u8 {
        match self {
            Self::TraffickingType => trafficking_type(events),
            Self::Demographic(breakdown) => demographic(breakdown, records, events),
            Self::Need(service, cohort) => need(events, service, cohort),
            Self::Identification(cohort) => identification(events, cohort),
            Self::Cycling(cohort) => cycling(events, cohort),
        }
    }
}

/// A cohort in day numbers.
pub(crate) fn span(cohort: Cohort) -> Span {
    Span { first: day::number(cohort.start), last: day::number(cohort.end) }
}

/// The code of a measure's level.
pub(crate) fn level(measure: Measure, name: &str) -> u8 {
    let at = measure.levels().iter().position(|l| *l == name);
    at.expect("the level is one of the measure's own") as u8
}
