//! How exact a release is: many releases of people whose true counts are known, through the very
//! code that releases.

use domain::{Objective, Workload};
use rayon::prelude::*;
use serde::Serialize;
use thiserror::Error;

use crate::best::best_tables;
use crate::budget::{BudgetError, rho_for};
use crate::exact::Exact;
use crate::interval::Z95;
use crate::layout::{for_each_cell, strides_within};
use crate::mechanism::{MechanismError, measure};
use crate::persons::{PersonTable, PersonTableError};
use crate::plan::{Plan, PlanError, population_behind};
use crate::reconstruct::ResidualEstimates;
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
    /// Table by table.
    pub tables: Vec<TableAccuracy>,
    /// Every cell of every table, each counted once.
    pub all: OverallAccuracy,
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
    /// Of the best estimates.
    pub best: Errors,
}

/// Accuracy over all tables.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OverallAccuracy {
    /// Of the unbiased estimates.
    pub unbiased: crate::tally::UnbiasedByCount,
    /// Of the best estimates.
    pub best: crate::tally::BestByCount,
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

/// Releases `persons` `trials` times at (ε, δ) each and compares with the true counts.
///
/// # Errors
/// [`AccuracyError`] on parameters, tables or people that make no release.
///
/// # Privacy
/// The report is exact: only for people who are labelled or fictitious. It spends no budget
/// because nothing of it may be published.
pub fn evaluate(
    workload: &Workload,
    persons: PersonTable,
    epsilon: f64,
    delta: f64,
    trials: usize,
    objective: Objective,
) -> Result<AccuracyReport, AccuracyError> {
    if trials == 0 {
        return Err(AccuracyError::Trials);
    }
    let rho = rho_for(epsilon, delta)?;
    let plan = Plan::for_population(workload, objective, rho, population_behind(delta))?;
    let rows = persons.persons();
    let marginals = Exact::tabulate(&plan, persons)?;
    let truth: Vec<Vec<f64>> = (0..workload.tables().len())
        .map(|table| {
            let block = &plan.closure().blocks()[plan.closure().block_of_table(table)];
            let shape = workload.shape(&workload.tables()[table]);
            let within =
                strides_within(&workload.tables()[table].dimensions, &block.attributes, &block.shape);
            let mut cells = vec![0.0; block.cells];
            for_each_cell(&shape, &within, |cell, inner| cells[cell] = marginals.truth(block)[inner] as f64);
            cells
        })
        .collect();
    let residuals = marginals.residuals(&plan);
    let half_widths: Vec<f64> =
        (0..truth.len()).map(|table| Z95 * plan.predicted_standard_error(table)).collect();

    let tallies: Vec<Tally> = (0..trials)
        .into_par_iter()
        .map(|_| {
            let estimates = ResidualEstimates::new(&plan, &measure(&plan, &residuals)?);
            let best = best_tables(&plan, &estimates);
            let tallies = best.iter().enumerate().map(|(table, best)| {
                Tally::of_table(&truth[table], &estimates.table(&plan, table), best, half_widths[table])
            });
            Ok::<Vec<Tally>, MechanismError>(tallies.collect())
        })
        .try_reduce_with(|mut left, right| {
            left.iter_mut().zip(&right).for_each(|(l, r)| l.add(r));
            Ok(left)
        })
        .ok_or(AccuracyError::Trials)??;

    let mut overall = Tally::default();
    for tally in &tallies {
        overall.add(tally);
    }
    let tables = workload
        .tables()
        .iter()
        .zip(&tallies)
        .enumerate()
        .map(|(position, (table, tally))| TableAccuracy {
            name: table.name.clone(),
            cells: truth[position].len(),
            predicted_standard_error: plan.predicted_standard_error(position),
            unbiased: tally.unbiased(),
            best: tally.best(),
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
        tables,
        all: OverallAccuracy {
            unbiased: overall.unbiased_by_count(trials),
            best: overall.best_by_count(trials),
        },
    })
}

#[cfg(test)]
#[path = "accuracy_tests.rs"]
mod tests;
