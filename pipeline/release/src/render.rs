//! From a stored release to published tables: deterministic, from the ledger alone.

use domain::{Table, Workload};

use crate::best::best_tables;
use crate::combined::{Combined, Earlier};
use crate::interval::{interval95_of_count, reliability};
use crate::layout::{codes, strides};
use crate::plan::Plan;
use crate::published::{Cell, Dimension, NoisyResidual, Rate, Release, ReleasedTable};
use crate::ratio::Ratio;
use crate::reconstruct::ResidualEstimates;
use crate::stored::{Frame, StoredRelease};

impl StoredRelease {
    /// Renders tables, noisy answers and statement. The same stored release renders to the same
    /// release, whoever does it and however often.
    pub fn render(&self) -> Release {
        let Combined { plan, estimates } = Combined::of(self);
        let best = best_tables(&plan, &estimates);
        let tables = best
            .iter()
            .zip(&self.frames)
            .enumerate()
            .map(|(position, (best, frame))| released_table(&plan, &estimates, position, best, *frame))
            .collect();
        let mut measurements = measurements(&self.plan, &self.noisy, self.statement.revision);
        if let Some(Earlier { plan, noisy }) = &self.earlier {
            measurements.splice(0..0, self::measurements(plan, noisy, 0));
        }
        Release { statement: self.statement.clone(), tables, measurements }
    }
}

fn released_table(
    plan: &Plan,
    estimates: &ResidualEstimates,
    position: usize,
    best: &[f64],
    frame: Frame,
) -> ReleasedTable {
    let workload = plan.workload();
    let table = &workload.tables()[position];
    let shape = workload.shape(table);
    let standard_error = plan.predicted_standard_error(position);
    let estimate = estimates.table(plan, position);
    let rates = Rates::new(plan, position);
    let cells = estimate
        .iter()
        .zip(best)
        .enumerate()
        .map(|(cell, (value, best))| {
            let (low, high) = interval95_of_count(*value, standard_error);
            Cell {
                codes: codes(cell, &shape),
                estimate: *value,
                low,
                high,
                best_estimate: *best,
                rate: rates.as_ref().and_then(|rates| rates.of_cell(cell, &estimate)),
                reliability: reliability(*value, standard_error),
            }
        })
        .collect();
    ReleasedTable {
        name: table.name.clone(),
        subject: table.subject.clone(),
        cohort: frame.cohort,
        window_days: frame.window_days,
        dimensions: dimensions(workload, table),
        standard_error,
        cells,
    }
}

fn dimensions(workload: &Workload, table: &Table) -> Vec<Dimension> {
    table
        .dimensions
        .iter()
        .map(|d| &workload.attributes()[*d])
        .map(|attribute| Dimension { name: attribute.name.clone(), categories: attribute.categories.clone() })
        .collect()
}

/// The rates of a table: each numerator level over the denominator levels, along the axis of its
/// measure. A pair of systems has two: of those seen by the first, the share that the second saw.
pub(crate) struct Rates {
    numerators: Vec<usize>,
    denominator: Vec<usize>,
    stride: usize,
    levels: usize,
    /// Stride of the axis that conditions, which has the same levels.
    given: Option<usize>,
    numerator_variance: f64,
    denominator_variance: f64,
    covariance: f64,
}

impl Rates {
    /// `None` when the table has no measure with a rate.
    fn new(plan: &Plan, position: usize) -> Option<Self> {
        let workload = plan.workload();
        let table = &workload.tables()[position];
        let subject = table.subject.as_ref()?;
        let measure = subject.measure;
        if !measure.has_rate(subject.topic) {
            return None;
        }
        let places: Vec<usize> = measure
            .attributes(subject.topic)
            .iter()
            .map(|name| {
                let attribute = workload.attribute_index(name)?;
                table.dimensions.iter().position(|d| *d == attribute)
            })
            .collect::<Option<_>>()?;
        let (axis, given) = (*places.last()?, places.len().checked_sub(2).map(|before| places[before]));
        let categories = &workload.attributes()[table.dimensions[axis]].categories;
        let levels = |names: &[&str]| -> Option<Vec<usize>> {
            names.iter().map(|name| categories.iter().position(|c| c == name)).collect()
        };
        let (numerators, denominator) = (levels(measure.numerators())?, levels(measure.rate_levels()?.1)?);
        Some(Self::of_levels(plan, position, (axis, given), numerators, denominator))
    }

    /// The rates of levels over levels along an axis of a table, on the rows alone where the axis that is
    /// given, if any, has one of the numerators too.
    pub(crate) fn of_levels(
        plan: &Plan,
        position: usize,
        (axis, given): (usize, Option<usize>),
        numerators: Vec<usize>,
        denominator: Vec<usize>,
    ) -> Self {
        let workload = plan.workload();
        let shape = workload.shape(&workload.tables()[position]);
        let levels = shape[axis];
        let indicator = |members: &[usize]| -> Vec<f64> {
            (0..levels).map(|l| f64::from(u8::from(members.contains(&l)))).collect()
        };
        // One level of the denominator or another: the covariances are the same.
        let (g, n) = (indicator(&numerators[..1]), indicator(&denominator));
        let strides = strides(&shape);
        Self {
            numerators,
            denominator,
            stride: strides[axis],
            levels,
            given: given.map(|axis| strides[axis]),
            numerator_variance: plan.covariance(position, axis, &g, &g),
            denominator_variance: plan.covariance(position, axis, &n, &n),
            covariance: plan.covariance(position, axis, &g, &n),
        }
    }

    /// The rate of the cell's group; `None` on the rows of other levels.
    pub(crate) fn of_cell(&self, cell: usize, estimate: &[f64]) -> Option<Rate> {
        let level = cell / self.stride % self.levels;
        let condition = self.given.map(|stride| cell / stride % self.levels);
        if !self.numerators.contains(&level) || condition.is_some_and(|l| !self.numerators.contains(&l)) {
            return None;
        }
        let first = cell - level * self.stride;
        let denominator: f64 = self.denominator.iter().map(|l| estimate[first + l * self.stride]).sum();
        let ratio = Ratio {
            numerator: estimate[cell],
            denominator,
            numerator_variance: self.numerator_variance,
            denominator_variance: self.denominator_variance,
            covariance: self.covariance,
        };
        Some(Rate {
            denominator,
            denominator_standard_error: self.denominator_variance.sqrt(),
            value: ratio.interval95(),
            picked: ratio.picked95(),
        })
    }
}

/// Every coordinate of every noisy answer, with the names that an evaluator needs.
fn measurements(plan: &Plan, noisy: &[i64], revision: u32) -> Vec<NoisyResidual> {
    let attributes = plan.workload().attributes();
    let mut rows = Vec::with_capacity(noisy.len());
    for (block, noise) in plan.closure().blocks().iter().zip(plan.noise()) {
        let names: Vec<&str> = block.attributes.iter().map(|a| attributes[*a].name.as_str()).collect();
        let query = if names.is_empty() { "total".to_owned() } else { names.join(" x ") };
        for (cell, value) in noisy[block.range()].iter().enumerate() {
            let categories: Vec<&str> = codes(cell, &block.shape)
                .iter()
                .zip(&block.attributes)
                .map(|(code, a)| attributes[*a].categories[usize::from(*code)].as_str())
                .collect();
            rows.push(NoisyResidual {
                revision,
                query: query.clone(),
                coordinate: categories.join(" x "),
                value: *value,
                noise_scale: noise.scale,
                rho: noise.rho,
            });
        }
    }
    rows
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
