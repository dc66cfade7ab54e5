//! What an attribute of the person table asks about a person, and with which cohort.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{
    Attribute, Breakdown, Cohort, Measure, MeasureRule, Period, TRAFFICKING_TYPE, Topic, Word, Workload,
};

use crate::day;
use crate::demographics::demographic;
use crate::measure_cycling::Cycling;
use crate::measure_entry::EntryPoint;
use crate::measure_identification::Identification;
use crate::measure_missed::MissedContact;
use crate::measure_need::Need;
use crate::measure_overlap::SeenBy;
use crate::measure_people::Recorded;
use crate::measure_recognized::Recognized;
use crate::measure_reentry::Reentry;
use crate::measure_referral::Referral;
use crate::measure_screening::Screening;
use crate::measure_trafficking::trafficking_type;
use crate::measure_wait::Wait;
use crate::person::{Person, Span};
use crate::refusal::HubError;

/// A measure's rule, set up for a release: it turns a person's events into a level.
pub(crate) trait Rule: Send + Sync {
    /// The code of the person's level.
    fn level(&self, person: &Person<'_>) -> u8;
}

/// What an attribute asks about a person.
pub(crate) enum Question {
    TraffickingType,
    /// A breakdown, and the day number on which the period begins.
    Demographic(Breakdown, i32),
    Measured(Box<dyn Rule>),
}

impl Question {
    /// The questions of a workload's attributes, whose categories must be the domain's own.
    pub(crate) fn all(
        workload: &Workload,
        period: Period,
        report_date: NaiveDate,
    ) -> Result<Vec<Self>, HubError> {
        let measured = measured(workload);
        let of = |attribute: &Attribute| {
            let (question, categories) = if attribute.name == TRAFFICKING_TYPE.0 {
                (Self::TraffickingType, TRAFFICKING_TYPE.1)
            } else if let Ok(breakdown) = Breakdown::from_word(&attribute.name) {
                (Self::Demographic(breakdown, day::number(period.start())), breakdown.categories())
            } else if let Some((measure, topic)) = measured.get(&attribute.name) {
                let setting = Setting::new(*measure, *topic, period, report_date);
                (Self::Measured(rule(&setting)?), measure.levels())
            } else {
                return None;
            };
            (attribute.categories == categories).then_some(question)
        };
        let refused = |attribute: &Attribute| HubError::Attribute { name: attribute.name.clone() };
        workload.attributes().iter().map(|a| of(a).ok_or_else(|| refused(a))).collect()
    }

    /// The code of a person's category.
    pub(crate) fn answer(&self, person: &Person<'_>) -> u8 {
        match self {
            Self::TraffickingType => trafficking_type(person),
            Self::Demographic(breakdown, start) => demographic(*breakdown, person, *start),
            Self::Measured(rule) => rule.level(person),
        }
    }
}

/// The measure and topic behind each attribute's name, as the workload's tables tell.
fn measured(workload: &Workload) -> BTreeMap<String, (Measure, Option<Topic>)> {
    let mut out = BTreeMap::new();
    for subject in workload.tables().iter().filter_map(|table| table.subject.as_ref()) {
        let topics = match subject.topic {
            Some(Topic::Systems(a, b)) => vec![Some(Topic::System(a)), Some(Topic::System(b))],
            topic => vec![topic],
        };
        for topic in topics {
            let names = subject.measure.attributes(topic);
            out.extend(names.into_iter().map(|name| (name, (subject.measure, topic))));
        }
    }
    out
}

/// The rule of a measure; `None` where the topic is not one of the measure's.
fn rule(setting: &Setting) -> Option<Box<dyn Rule>> {
    Some(match (setting.measure.rule(), setting.topic) {
        (MeasureRule::UnmetNeed, Some(Topic::Service(service))) => Box::new(Need::new(setting, service)),
        (MeasureRule::TimeToService, Some(Topic::Service(service))) => Box::new(Wait::new(setting, service)),
        (MeasureRule::RecognizedType, Some(Topic::Exploitation(of))) => {
            Box::new(Recognized::new(setting, of))
        }
        (MeasureRule::ScreeningCoverage, Some(Topic::Exploitation(of))) => {
            Box::new(Screening::new(setting, of))
        }
        (MeasureRule::SystemsOverlap, Some(Topic::System(system))) => Box::new(SeenBy::new(setting, system)),
        (MeasureRule::IdentificationGap, None) => Box::new(Identification::new(setting)),
        (MeasureRule::CyclingWithoutHelp, None) => Box::new(Cycling::new(setting)),
        (MeasureRule::Reentry, None) => Box::new(Reentry::new(setting)),
        (MeasureRule::MissedContact, None) => Box::new(MissedContact::new(setting)),
        (MeasureRule::ReferralCompletion, None) => Box::new(Referral::new(setting)),
        (MeasureRule::EntryPoint, None) => Box::new(EntryPoint::new(setting)),
        (MeasureRule::People, None) => Box::new(Recorded::new(setting)),
        _ => return None,
    })
}

/// What a rule needs to know of its measure in a release.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting {
    pub(crate) measure: Measure,
    pub(crate) topic: Option<Topic>,
    /// Days in which a person must enter.
    pub(crate) cohort: Span,
    /// Days of the window.
    pub(crate) window_days: u32,
}

impl Setting {
    fn new(measure: Measure, topic: Option<Topic>, period: Period, report_date: NaiveDate) -> Self {
        let cohort = span(period.cohort(measure.follow_up_days(topic), report_date));
        Self { measure, topic, cohort, window_days: measure.window_days(topic) }
    }

    /// The code of a level that the rule gives by name.
    pub(crate) fn level(&self, word: &str) -> u8 {
        let at = self.measure.levels().iter().position(|level| *level == word);
        at.expect("a definition is checked to have every level that its rule gives") as u8
    }

    /// First day, last day and code of each level that is a span of days.
    pub(crate) fn spans(&self) -> Vec<(Span, u8)> {
        let levels = self.measure.file().levels.iter();
        let span = |[first, last]: [u32; 2]| Span { first: first.cast_signed(), last: last.cast_signed() };
        levels.filter_map(|level| level.days.map(|days| (span(days), self.level(&level.word)))).collect()
    }
}

/// A cohort in day numbers.
pub(crate) fn span(cohort: Cohort) -> Span {
    Span { first: day::number(cohort.start), last: day::number(cohort.end) }
}
