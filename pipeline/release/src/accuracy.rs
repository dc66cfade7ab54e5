//! How exact a release is: many releases of people whose true counts are known, through the very
//! code that releases.

use std::time::Instant;

use domain::{Objective, Workload};
use rayon::prelude::*;
use serde::Serialize;
use thiserror::Error;

use crate::accuracy_intervals::{Derived, IntervalAccuracy, IntervalTally, RateTally, RatesOfSize};
use crate::best::best_tables;
use crate::budget::{BudgetError, rho_for};
use crate::exact::{Exact, Marginals};
use crate::interval::Z95;
use crate::layout::{for_each_cell, strides_within};
use crate::mechanism::{MechanismError, measure};
use crate::persons::{PersonTable, PersonTableError};
use crate::plan::{Plan, PlanError, population_behind};
use crate::reconstruct::ResidualEstimates;
use crate::tables_file::RateLevels;
use crate::tally::{Errors, Tally, UnbiasedErrors};

/// What an evaluation found.
///
/// # Privacy
/// Compares with exact counts, so it is for labelled or fictitious people, never for publication.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AccuracyReport {
    /// Rows of the person table.
    pub persons: usize,
    /// ε of one release.
    pub epsilon: f64,
    /// δ.
    pub delta: f64,
    /// ρ of one release.
    pub rho: f64,
    /// Releases that were simulated.
    pub trials: usize,
    /// What the noise was optimised for.
    pub objective: Objective,
    /// Processor time; the caller fills it in.
    pub cpu_seconds: f64,
    /// Largest memory; the caller fills it in.
    pub peak_rss_bytes: u64,
    /// Where the time went.
    pub elapsed_seconds: ElapsedSeconds,
    /// Table by table.
    pub tables: Vec<TableAccuracy>,
    /// Every cell of every table, each counted once.
    pub all: OverallAccuracy,
}

/// Seconds by the clock that steps took, added over releases that may have run side by side.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct ElapsedSeconds {
    /// Counting the marginals, once.
    pub count: f64,
    /// Drawing noise, OpenDP's part.
    pub noise: f64,
    /// Estimates and comparing them.
    pub estimate: f64,
}

/// One table's accuracy.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TableAccuracy {
    /// Name.
    pub name: String,
    /// Cells.
    pub cells: usize,
    /// Standard error of a cell as the plan predicts it.
    pub predicted_standard_error: f64,
    /// Of the unbiased estimates.
    pub unbiased: UnbiasedErrors,
    /// Of the best estimates; absent where only unbiased ones were made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub best: Option<Errors>,
    /// Of the rates, where the table has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rates: Option<IntervalAccuracy>,
    /// Of the differences between neighbouring categories, along every dimension.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub differences: Option<IntervalAccuracy>,
}

/// Accuracy over all tables.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OverallAccuracy {
    /// Of the unbiased estimates.
    pub unbiased: crate::tally::UnbiasedByCount,
    /// Of the best estimates; absent where only unbiased ones were made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub best: Option<crate::tally::BestByCount>,
    /// Of all tables' rates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rates: Option<IntervalAccuracy>,
    /// Of the same by how many people they are out of in truth; empty without rates.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rates_by_denominator: Vec<RatesOfSize>,
    /// Of all tables' differences between neighbouring categories.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub differences: Option<IntervalAccuracy>,
}

/// What is to be evaluated.
#[derive(Debug, Clone, Copy)]
pub struct Evaluation<'a> {
    /// Attributes and tables.
    pub workload: &'a Workload,
    /// The rate of each table that has one; tables beyond the list have none.
    pub rates: &'a [Option<RateLevels>],
    /// ε of one release.
    pub epsilon: f64,
    /// δ of one release. The population that it suggests also decides how ρ is split under
    /// [`Objective::BestEstimate`].
    pub delta: f64,
    /// Releases to simulate.
    pub trials: usize,
    /// What the noise is optimised for.
    pub objective: Objective,
    /// Which estimates are made.
    pub estimates: Estimates,
}

/// Which estimates an evaluation makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Estimates {
    /// Unbiased and best.
    Both,
    /// Unbiased alone, for many thousands of releases.
    Unbiased,
}

/// An evaluation that can't be made.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum AccuracyError {
    /// No trial.
    #[error("an evaluation needs at least one trial; set --trials")]
    Trials,
    /// ε or δ.
    #[error(transparent)]
    Budget(#[from] BudgetError),
    /// Tables that can't be planned.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// People of other tables.
    #[error(transparent)]
    Persons(#[from] PersonTableError),
    /// No noise.
    #[error(transparent)]
    Mechanism(#[from] MechanismError),
}

/// Sums over all releases, of one table or of all.
#[derive(Default, Clone)]
struct Tallies {
    counts: Tally,
    rates: RateTally,
    differences: IntervalTally,
}

impl Tallies {
    fn add(&mut self, other: &Self) {
        self.counts.add(&other.counts);
        self.rates.add(&other.rates);
        self.differences.add(&other.differences);
    }
}

/// Releases `persons` `trials` times at (ε, δ) each and compares with the true counts.
///
/// # Errors
/// [`AccuracyError`] on parameters, tables or people that make no release.
///
/// # Privacy
/// The report is exact: only for people who are labelled or fictitious. It spends no budget
/// because nothing of it may be published.
pub fn evaluate(evaluation: &Evaluation<'_>, persons: PersonTable) -> Result<AccuracyReport, AccuracyError> {
    let Evaluation { workload, epsilon, delta, trials, objective, .. } = *evaluation;
    if trials == 0 {
        return Err(AccuracyError::Trials);
    }
    let rho = rho_for(epsilon, delta)?;
    let plan = Plan::for_population(workload, objective, rho, population_behind(delta))?;
    let rows = persons.persons();
    let started = Instant::now();
    let marginals = Exact::tabulate(&plan, persons)?;
    let count = started.elapsed().as_secs_f64();
    let truth: Vec<Vec<f64>> =
        (0..workload.tables().len()).map(|table| true_table(&plan, &marginals, table)).collect();
    let derived: Vec<Derived> = (0..truth.len())
        .map(|table| Derived::new(&plan, table, evaluation.rates.get(table).and_then(Option::as_ref)))
        .collect();
    let residuals = marginals.residuals(&plan);
    drop(marginals);
    let one_release = || -> Result<(Vec<Tallies>, ElapsedSeconds), MechanismError> {
        let started = Instant::now();
        let noisy = measure(&plan, &residuals)?;
        let drawn = started.elapsed().as_secs_f64();
        let estimates = ResidualEstimates::new(&plan, &noisy);
        let best = match evaluation.estimates {
            Estimates::Both => Some(best_tables(&plan, &estimates)),
            Estimates::Unbiased => None,
        };
        let of_table = |table: usize| {
            let (truth, derived) = (&truth[table], &derived[table]);
            let unbiased = estimates.table(&plan, table);
            let half_width = Z95 * plan.predicted_standard_error(table);
            let best = best.as_ref().map(|tables| &tables[table][..]);
            Tallies {
                counts: Tally::of_table(truth, &unbiased, best, half_width),
                rates: derived.rates(truth, &unbiased),
                differences: derived.differences(truth, &unbiased),
            }
        };
        let tallies = (0..truth.len()).into_par_iter().map(of_table).collect();
        let estimate = started.elapsed().as_secs_f64() - drawn;
        Ok((tallies, ElapsedSeconds { count: 0.0, noise: drawn, estimate }))
    };
    let (tallies, elapsed) = (0..trials)
        .into_par_iter()
        .map(|_| one_release())
        .try_reduce_with(|mut left, right| {
            left.0.iter_mut().zip(&right.0).for_each(|(l, r)| l.add(r));
            left.1.noise += right.1.noise;
            left.1.estimate += right.1.estimate;
            Ok(left)
        })
        .ok_or(AccuracyError::Trials)??;

    let mut overall = Tallies::default();
    for tally in &tallies {
        overall.add(tally);
    }
    let rates = overall.rates.report(trials);
    let both = evaluation.estimates == Estimates::Both;
    let tables = workload
        .tables()
        .iter()
        .zip(&tallies)
        .enumerate()
        .map(|(position, (table, tally))| TableAccuracy {
            name: table.name.clone(),
            cells: truth[position].len(),
            predicted_standard_error: plan.predicted_standard_error(position),
            unbiased: tally.counts.unbiased(),
            best: both.then(|| tally.counts.best()),
            rates: tally.rates.report(trials),
            differences: tally.differences.report(trials),
        })
        .collect();
    Ok(AccuracyReport {
        persons: rows,
        epsilon,
        delta,
        rho: plan.rho(),
        trials,
        objective,
        cpu_seconds: 0.0,
        peak_rss_bytes: 0,
        elapsed_seconds: ElapsedSeconds { count, ..elapsed },
        tables,
        all: OverallAccuracy {
            unbiased: overall.counts.unbiased_by_count(trials),
            best: both.then(|| overall.counts.best_by_count(trials)),
            rates_by_denominator: if rates.is_some() {
                overall.rates.by_denominator(trials)
            } else {
                Vec::new()
            },
            rates,
            differences: overall.differences.report(trials),
        },
    })
}

/// The true counts of a table, in its own layout.
fn true_table(plan: &Plan, marginals: &Exact<Marginals>, table: usize) -> Vec<f64> {
    let workload = plan.workload();
    let block = &plan.closure().blocks()[plan.closure().block_of_table(table)];
    let shape = workload.shape(&workload.tables()[table]);
    let within = strides_within(&workload.tables()[table].dimensions, &block.attributes, &block.shape);
    let counts = marginals.truth(block);
    let mut cells = vec![0.0; block.cells];
    for_each_cell(&shape, &within, |cell, inner| cells[cell] = counts[inner] as f64);
    cells
}

#[cfg(test)]
#[path = "accuracy_tests.rs"]
mod tests;
