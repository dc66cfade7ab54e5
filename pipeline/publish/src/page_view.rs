//! What the page may show of a release: figures with their range, or the reason why not.

use std::collections::BTreeMap;

use domain::{Breakdown, Cohort, Measure, Service};
use release::{Cell, ReleasedTable, Reliability, Statement};

use crate::error::PublishError;
use crate::layout::{Layout, file_stem};
use crate::notes::{Z95, too_uncertain};

/// One city's release, indexed by what tables are about.
pub(crate) struct CityView<'a> {
    /// The statement.
    pub statement: &'a Statement,
    /// Where the release's files lie, relative to the page; empty or ending in `/`.
    pub files: String,
    tables: BTreeMap<Key, Layout<'a>>,
}

type Key = (Measure, Option<Service>, Option<Breakdown>);

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
}

/// A figure, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Shown<T> {
    /// May be shown.
    Figure(T),
    /// Not told from zero.
    TooFew,
    /// Its range is wider than half the scale.
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
            if index.insert((layout.measure, layout.service, layout.breakdown), layout).is_some() {
                return Err(PublishError::Table {
                    table: table.name.clone(),
                    rule: "another table is about the same",
                });
            }
        }
        Ok(Self { statement, files: files.to_owned(), tables: index })
    }

    /// Whether the release has a table.
    pub(crate) fn has(
        &self,
        measure: Measure,
        service: Option<Service>,
        breakdown: Option<Breakdown>,
    ) -> bool {
        self.tables.contains_key(&(measure, service, breakdown))
    }

    /// Services with a table of unmet need, in the public order.
    pub(crate) fn services(&self) -> Vec<Service> {
        self.tables
            .keys()
            .filter(|k| k.0 == Measure::UnmetNeed && k.2.is_none())
            .filter_map(|k| k.1)
            .collect()
    }

    /// Breakdowns of a measure, in the public order.
    pub(crate) fn breakdowns(&self, measure: Measure, service: Option<Service>) -> Vec<Breakdown> {
        self.tables.keys().filter(|k| k.0 == measure && k.1 == service).filter_map(|k| k.2).collect()
    }

    /// The measure's cohorts, with the service of each: windows differ between services.
    pub(crate) fn cohorts(&self, measure: Measure) -> Vec<(Option<Service>, Cohort)> {
        let of_measure = self.tables.iter().filter(|(k, _)| k.0 == measure && k.2.is_none());
        of_measure.map(|(k, layout)| (k.1, layout.table.cohort)).collect()
    }

    /// The link to the CSV that holds a measure's figures.
    pub(crate) fn csv(&self, measure: Measure, breakdown: Option<Breakdown>) -> String {
        format!("{}tables/{}.csv", self.files, file_stem(measure, breakdown))
    }

    /// People of a type, all or of one group.
    pub(crate) fn count(&self, trafficking_type: &str, group: Option<(Breakdown, &str)>) -> Shown<Count> {
        match self.cell(Measure::People, None, trafficking_type, "all", group) {
            None => Shown::NotReleased,
            Some((_, cell)) if cell.low <= 0.0 => Shown::TooFew,
            Some((_, cell)) => Shown::Figure(Count::of(cell)),
        }
    }

    /// The rate of a measure for a type, all or of one group.
    pub(crate) fn gap(
        &self,
        measure: Measure,
        service: Option<Service>,
        trafficking_type: &str,
        group: Option<(Breakdown, &str)>,
    ) -> Shown<Gap> {
        let Some((numerator, _)) = measure.rate_levels() else { return Shown::NotReleased };
        let Some((_, cell)) = self.cell(measure, service, trafficking_type, numerator, group) else {
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
                })
            }
        }
    }

    /// How far the estimate of a rate's numerator can be relied on, with its standard error.
    pub(crate) fn reliability(
        &self,
        measure: Measure,
        service: Option<Service>,
        trafficking_type: &str,
    ) -> Option<(Reliability, f64)> {
        let level = measure.rate_levels().map_or("all", |(numerator, _)| numerator);
        let (layout, cell) = self.cell(measure, service, trafficking_type, level, None)?;
        Some((cell.reliability, layout.table.standard_error))
    }

    fn cell(
        &self,
        measure: Measure,
        service: Option<Service>,
        trafficking_type: &str,
        level: &str,
        group: Option<(Breakdown, &str)>,
    ) -> Option<(&Layout<'a>, &'a Cell)> {
        let layout = self.tables.get(&(measure, service, group.map(|g| g.0)))?;
        let cell = layout.table.cells.iter().find(|cell| {
            layout.trafficking_type(cell) == trafficking_type
                && layout.level(cell) == level
                && layout.group(cell) == group.map(|g| g.1)
        })?;
        Some((layout, cell))
    }
}

impl Count {
    fn of(cell: &Cell) -> Self {
        Self { estimate: cell.estimate, low: cell.low, high: cell.high }
    }
}
