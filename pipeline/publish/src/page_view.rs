//! What the page may show of a release: figures with their range, or the reason why not.

use std::collections::BTreeMap;

use domain::{Breakdown, Cohort, Each, Measure, MeasureRule, ScreeningQuestion, Service, Topic};
use release::{Cell, Difference, RateInterval, ReleasedTable, Reliability, Statement};

use crate::differences::labor_less_sex;
use crate::error::PublishError;
use crate::layout::{Layout, file_stem};
use crate::notes::{Z95, too_uncertain};
use crate::page_text::TYPES;

/// One city's release, indexed by what tables are about.
pub(crate) struct CityView<'a> {
    /// The statement.
    pub statement: &'a Statement,
    /// Where the release's files lie, relative to the page; empty or ending in `/`.
    pub files: String,
    tables: BTreeMap<Key, Layout<'a>>,
}

type Key = (What, Vec<Breakdown>);

/// What a figure is about: a measure and, where it has several attributes, which.
pub(crate) type What = (Measure, Option<Topic>);

/// The name of the measure that the page leads with.
pub(crate) const UNMET_NEED: &str = "unmet_need";
/// The name of the measure that counts people.
pub(crate) const PEOPLE: &str = "people";

/// A count of people that may be shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Count {
    /// Unbiased estimate.
    pub estimate: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A rate that may be shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Gap {
    /// The share.
    pub rate: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// People in the numerator.
    pub affected: Count,
    /// People that the rate is out of.
    pub out_of: Count,
    /// How far the numerator's count can be relied on.
    pub reliability: Reliability,
}

/// A figure, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Shown<T> {
    /// May be shown.
    Figure(T),
    /// Not told from zero.
    TooFew,
    /// A share's range is wider than half the scale; half of a count's is more than half of the count.
    TooUncertain,
    /// The release has no such figure.
    NotReleased,
}

impl<T> Shown<T> {
    /// The figure, if it may be shown.
    pub(crate) fn figure(self) -> Option<T> {
        match self {
            Self::Figure(figure) => Some(figure),
            _ => None,
        }
    }
}

impl Gap {
    /// Width of the interval.
    pub(crate) fn width(&self) -> f64 {
        self.high - self.low
    }
}

impl<'a> CityView<'a> {
    /// Indexes a release.
    ///
    /// # Errors
    /// [`PublishError::Table`] when a table contradicts its subject, or two are about the same.
    pub(crate) fn new(
        statement: &'a Statement,
        tables: &'a [ReleasedTable],
        files: &str,
    ) -> Result<Self, PublishError> {
        let mut index = BTreeMap::new();
        for table in tables {
            let layout = Layout::of(table)?;
            let key = ((layout.measure, layout.topic), layout.breakdowns.to_vec());
            if index.insert(key, layout).is_some() {
                return Err(PublishError::Table {
                    table: table.name.clone(),
                    rule: "another table is about the same",
                });
            }
        }
        Ok(Self { statement, files: files.to_owned(), tables: index })
    }

    /// The measure of a name, if the release has one.
    pub(crate) fn measure(&self, name: &str) -> Option<Measure> {
        self.tables.keys().map(|((measure, _), _)| *measure).find(|measure| measure.name() == name)
    }

    /// Measures of the release, in the public order.
    pub(crate) fn measures(&self) -> Vec<Measure> {
        let mut measures: Vec<Measure> = self.tables.keys().map(|((measure, _), _)| *measure).collect();
        measures.dedup();
        measures
    }

    /// What the page can ask of a measure, in the public order.
    pub(crate) fn whats(&self, measure: Measure) -> Vec<What> {
        let keys = self.tables.keys().filter(|(what, by)| what.0 == measure && by.is_empty());
        let mut whats: Vec<What> = keys.map(|(what, _)| *what).collect();
        // Labor before sex trafficking: it is the one that goes unseen.
        if measure.each() == Each::Exploitation {
            whats.reverse();
        }
        whats
    }

    /// Unmet need of a service; `None` where it is no part of the release.
    pub(crate) fn unmet(&self, service: Service) -> Option<What> {
        let what = (self.measure(UNMET_NEED)?, Some(Topic::Service(service)));
        self.has(what, None).then_some(what)
    }

    /// Whether the release has a table.
    pub(crate) fn has(&self, what: What, breakdown: Option<Breakdown>) -> bool {
        self.layout(what, breakdown).is_some()
    }

    /// Services with a table of unmet need, in the public order.
    pub(crate) fn services(&self) -> Vec<Service> {
        let whats = self.measure(UNMET_NEED).map_or_else(Vec::new, |measure| self.whats(measure));
        whats.into_iter().filter_map(|(_, topic)| topic?.service()).collect()
    }

    /// Breakdowns that any measure is crossed with, in the public order.
    pub(crate) fn breakdowns(&self) -> Vec<Breakdown> {
        let mut all: Vec<Breakdown> = self
            .tables
            .keys()
            .filter_map(|(_, by)| if let [one] = by[..] { Some(one) } else { None })
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The measure's cohorts, with the topic of each: windows differ between services.
    pub(crate) fn cohorts(&self, measure: Measure) -> Vec<(Option<Topic>, Cohort)> {
        let of_measure = self.tables.iter().filter(|((what, by), _)| what.0 == measure && by.is_empty());
        of_measure.map(|((what, _), layout)| (what.1, layout.table.cohort)).collect()
    }

    /// The link to the CSV that holds a measure's figures.
    pub(crate) fn csv(&self, measure: Measure, breakdown: Option<Breakdown>) -> String {
        format!("{}tables/{}.csv", self.files, file_stem(measure, breakdown.as_slice()))
    }

    /// People at a level of a measure without a rate, or in a level of any: all of a type, or of one
    /// group. Of a pair of systems, those at the level of both.
    pub(crate) fn count(
        &self,
        what: What,
        level: &str,
        trafficking_type: &str,
        group: Option<(Breakdown, &str)>,
    ) -> Shown<Count> {
        match self.cell(what, trafficking_type, level, group) {
            None => Shown::NotReleased,
            Some((_, cell)) if cell.low <= 0.0 => Shown::TooFew,
            // The files say not to read it by itself, and a page has nothing else to read it with.
            Some((_, cell)) if cell.reliability == Reliability::Low => Shown::TooUncertain,
            Some((_, cell)) => Shown::Figure(Count::of(cell)),
        }
    }

    /// People recorded in the period.
    pub(crate) fn people(&self, trafficking_type: &str, group: Option<(Breakdown, &str)>) -> Shown<Count> {
        let Some(measure) = self.measure(PEOPLE) else { return Shown::NotReleased };
        self.count((measure, None), "in_period", trafficking_type, group)
    }

    /// The rate that a page leads with, for a type, all or of one group.
    pub(crate) fn gap(
        &self,
        what: What,
        trafficking_type: &str,
        group: Option<(Breakdown, &str)>,
    ) -> Shown<Gap> {
        let Some((numerator, _)) = what.0.rate_levels() else { return Shown::NotReleased };
        self.share(what, numerator, trafficking_type, group)
    }

    /// The rate of a level of the numerator.
    pub(crate) fn share(
        &self,
        what: What,
        level: &str,
        trafficking_type: &str,
        group: Option<(Breakdown, &str)>,
    ) -> Shown<Gap> {
        let Some((_, cell)) = self.cell(what, trafficking_type, level, group) else {
            return Shown::NotReleased;
        };
        let Some(rate) = &cell.rate else { return Shown::NotReleased };
        match rate.value {
            None => Shown::TooFew,
            Some(value) if too_uncertain(value) => Shown::TooUncertain,
            Some(value) => {
                let half = Z95 * rate.denominator_standard_error;
                Shown::Figure(Gap {
                    rate: value.rate,
                    low: value.low,
                    high: value.high,
                    affected: Count::of(cell),
                    out_of: Count {
                        estimate: rate.denominator,
                        low: (rate.denominator - half).max(0.0),
                        high: (rate.denominator + half).max(0.0),
                    },
                    reliability: cell.reliability,
                })
            }
        }
    }

    /// A rate that is picked from among others for what it says, with the range that allows for that.
    pub(crate) fn picked(&self, what: What, trafficking_type: &str) -> Option<Gap> {
        let gap = self.gap(what, trafficking_type, None).figure()?;
        let (numerator, _) = what.0.rate_levels()?;
        let (_, cell) = self.cell(what, trafficking_type, numerator, None)?;
        let wide = cell.rate.as_ref()?.picked?;
        Some(Gap { low: wide.low, high: wide.high, ..gap })
    }

    /// What the rate that a page leads with comes to among people with signs of labor trafficking only, beside that
    /// among people with signs of sex trafficking only; `None` where one of the two is withheld.
    pub(crate) fn labor_less_sex(&self, labor: What, sex: What) -> Option<Difference> {
        let (labor, sex) = (self.layout(labor, None)?, self.layout(sex, None)?);
        let level = labor.levels_with_a_rate().first()?;
        labor_less_sex(self.statement, labor, sex, level).ok()?
    }

    /// The interval that is published of a rate that a page leads with, whether the page shows it or not.
    pub(crate) fn interval(&self, what: What, trafficking_type: &str) -> Option<RateInterval> {
        let (numerator, _) = what.0.rate_levels()?;
        let (_, cell) = self.cell(what, trafficking_type, numerator, None)?;
        cell.rate.as_ref()?.value
    }

    /// How far the estimate of a rate's numerator can be relied on, with its standard error.
    pub(crate) fn reliability(&self, what: What, trafficking_type: &str) -> Option<(Reliability, f64)> {
        let (level, _) = what.0.rate_levels()?;
        let (layout, cell) = self.cell(what, trafficking_type, level, None)?;
        Some((cell.reliability, layout.table.standard_error))
    }

    /// How far the count of a level can be relied on.
    pub(crate) fn reliability_of(
        &self,
        what: What,
        level: &str,
        trafficking_type: &str,
    ) -> Option<Reliability> {
        self.cell(what, trafficking_type, level, None).map(|(_, cell)| cell.reliability)
    }

    fn layout(&self, what: What, breakdown: Option<Breakdown>) -> Option<&Layout<'a>> {
        self.tables.get(&(what, breakdown.as_slice().to_vec()))
    }

    fn cell(
        &self,
        what: What,
        trafficking_type: &str,
        level: &str,
        group: Option<(Breakdown, &str)>,
    ) -> Option<(&Layout<'a>, &'a Cell)> {
        let layout = self.layout(what, group.map(|g| g.0))?;
        let cell = layout.table.cells.iter().find(|cell| {
            layout.trafficking_type(cell) == trafficking_type
                && layout.level(cell) == level
                && layout.other_level(cell).is_none_or(|other| other == level)
                && layout.groups(cell).next() == group.map(|g| g.1)
        })?;
        Some((layout, cell))
    }
}

/// Whether a measure's share is told level by level: how soon, through which system.
pub(crate) fn has_several_levels(measure: Measure) -> bool {
    measure.numerators().len() > 1
}

/// Whether a figure is told for people without any sign of trafficking too: what is asked of or
/// happens to everybody.
fn concerns_everybody(measure: Measure) -> bool {
    matches!(
        measure.rule(),
        MeasureRule::ScreeningCoverage | MeasureRule::ReferralCompletion | MeasureRule::Reentry
    )
}

/// The types that a figure can be about: signs of the kind of exploitation, and nobody's signs where
/// it concerns everybody.
pub(crate) fn types_of((measure, topic): What) -> Vec<&'static str> {
    match topic {
        _ if concerns_everybody(measure) => ["none_recorded"].into_iter().chain(TYPES).collect(),
        Some(Topic::Exploitation(ScreeningQuestion::Sex)) => vec!["sex_only", "both"],
        Some(Topic::Exploitation(ScreeningQuestion::Labor)) => vec!["labor_only", "both"],
        _ => TYPES.to_vec(),
    }
}

/// A pair of systems is counted, not ranked by shares.
pub(crate) fn is_counted(measure: Measure) -> bool {
    measure.rate_levels().is_none() || measure.each() == Each::System
}

impl Count {
    fn of(cell: &Cell) -> Self {
        Self { estimate: cell.estimate, low: cell.low, high: cell.high }
    }
}
