//! From a stored release to published tables: deterministic, from the ledger alone.

use domain::{Table, Workload, measure_attribute};

use crate::best::best_tables;
use crate::interval::{Ratio, interval95, reliability};
use crate::layout::{codes, strides};
use crate::plan::Plan;
use crate::published::{Cell, Dimension, NoisyResidual, Rate, Release, ReleasedTable};
use crate::reconstruct::ResidualEstimates;
use crate::stored::{Frame, StoredRelease};

impl StoredRelease {
    /// Renders tables, noisy answers and statement. The same stored release renders to the same
    /// release, whoever does it and however often.
    pub fn render(&self) -> Release {
        let estimates = ResidualEstimates::new(&self.plan, &self.noisy);
        let best = best_tables(&self.plan, &estimates);
        let tables = best
            .iter()
            .zip(&self.frames)
            .enumerate()
            .map(|(position, (best, frame))| released_table(&self.plan, &estimates, position, best, *frame))
            .collect();
        Release {
            statement: self.statement.clone(),
            tables,
            measurements: measurements(&self.plan, &self.noisy),
        }
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
            let (low, high) = interval95(*value, standard_error);
            Cell {
                codes: codes(cell, &shape),
                estimate: *value,
                low: low.max(0.0),
                high: high.max(0.0),
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

/// The rates of a table: numerator level over denominator levels along its measure's axis.
pub(crate) struct Rates {
    numerator: usize,
    denominator: Vec<usize>,
    stride: usize,
    levels: usize,
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
        let (numerator, denominator) = subject.measure.rate_levels()?;
        let attribute = workload.attribute_index(&measure_attribute(subject.measure, subject.service)?)?;
        let axis = table.dimensions.iter().position(|d| *d == attribute)?;
        let categories = &workload.attributes()[attribute].categories;
        let level = |name: &str| categories.iter().position(|c| c == name);
        let numerator = level(numerator)?;
        let denominator = denominator.iter().map(|name| level(name)).collect::<Option<Vec<_>>>()?;
        Some(Self::of_levels(plan, position, axis, numerator, denominator))
    }

    /// The rates of a level over levels along an axis of a table.
    pub(crate) fn of_levels(
        plan: &Plan,
        position: usize,
        axis: usize,
        numerator: usize,
        denominator: Vec<usize>,
    ) -> Self {
        let workload = plan.workload();
        let shape = workload.shape(&workload.tables()[position]);
        let levels = shape[axis];
        let indicator = |members: &[usize]| -> Vec<f64> {
            (0..levels).map(|l| f64::from(u8::from(members.contains(&l)))).collect()
        };
        let (g, n) = (indicator(&[numerator]), indicator(&denominator));
        Self {
            numerator,
            denominator,
            stride: strides(&shape)[axis],
            levels,
            numerator_variance: plan.covariance(position, axis, &g, &g),
            denominator_variance: plan.covariance(position, axis, &n, &n),
            covariance: plan.covariance(position, axis, &g, &n),
        }
    }

    /// The rate of the cell's group; `None` on the rows of other levels.
    pub(crate) fn of_cell(&self, cell: usize, estimate: &[f64]) -> Option<Rate> {
        let level = cell / self.stride % self.levels;
        if level != self.numerator {
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
            value: ratio.fieller95(),
        })
    }
}

/// Every coordinate of every noisy answer, with the names that an evaluator needs.
fn measurements(plan: &Plan, noisy: &[i64]) -> Vec<NoisyResidual> {
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
