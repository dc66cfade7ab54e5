//! What it takes to promise tables a standard error.

use domain::{Objective, Workload};

use crate::plan::{Plan, PlanError};
use crate::portable::{exp, ln};

/// Room for the rounding of noise scales.
const ROUNDING: f64 = 1e-6;

/// Rounds in which a split that changes with ρ settles; one that does not needs one.
const ROUNDS: usize = 100;

/// Variance is taken to go with no lower and no higher a power of 1/ρ; with the first, where the split stays.
const LEAST_POWER: f64 = 0.5;
const GREATEST_POWER: f64 = 4.0;

/// A table whose cells are to have at most a standard error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Promise {
    /// Position in [`Workload::tables`].
    pub table: usize,
    /// Standard error of the unbiased estimate of any cell, in people; positive.
    pub standard_error: f64,
}

/// The ρ at which a plan for `objective` keeps every promise: what [`Plan::new`] (or, with
/// `people`, [`Plan::for_population`]) has to be given. It is the least but for rounding.
///
/// # Errors
/// [`PlanError::Promise`] when there is none, or one is not a positive number of people or for no
/// table; other [`PlanError`]s where the workload can't be planned.
pub fn rho_for_promises(
    workload: &Workload,
    objective: Objective,
    people: Option<f64>,
    promises: &[Promise],
) -> Result<f64, PlanError> {
    for promise in promises {
        let Some(table) = workload.tables().get(promise.table) else {
            return Err(PlanError::Promise {
                table: format!("number {}", promise.table),
                rule: "there is no such table",
            });
        };
        if !(promise.standard_error.is_finite() && promise.standard_error > 0.0) {
            return Err(PlanError::Promise {
                table: table.name.clone(),
                rule: "a promised standard error is a positive number of people",
            });
        }
    }
    // What was too little, what was enough, and the last that was tried with its worst excess.
    let (mut low, mut high, mut last) = (0.0_f64, f64::INFINITY, None);
    let (mut rho, mut power) = (1.0, 1.0);
    for _ in 0..ROUNDS {
        let plan = match people {
            Some(people) => Plan::for_population(workload, objective, rho, people)?,
            None => Plan::new(workload, objective, rho)?,
        };
        let excess = |p: &Promise| plan.predicted_variance(p.table) / p.standard_error.powi(2);
        let worst = promises.iter().map(excess).fold(0.0, f64::max);
        if worst == 0.0 {
            return Err(PlanError::Promise { table: String::new(), rule: "nothing is promised" });
        }
        if (1.0 - 4.0 * ROUNDING..=1.0).contains(&worst) {
            return Ok(rho);
        }
        if worst > 1.0 {
            low = low.max(rho);
        } else {
            high = high.min(rho);
        }
        if let Some((before, excess)) = last {
            power = (ln(excess / worst) / ln(rho / before)).clamp(LEAST_POWER, GREATEST_POWER);
        }
        last = Some((rho, worst));
        let next = rho * exp(ln(worst * (1.0 + ROUNDING)) / power);
        rho = if low < next && next < high {
            next
        } else if high.is_finite() {
            (low.max(high / 4.0) * high).sqrt()
        } else {
            2.0 * low
        };
    }
    // Promises that no ρ meets narrowly are kept by what was enough; if nothing was, by the double at the latest.
    Ok(if high.is_finite() { high } else { 2.0 * rho })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fixture::workload;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        /// Whatever the objective: at that ρ every promise is kept, and at a thousandth less one is not.
        #[test]
        fn promises_are_kept_and_no_more_is_spent(first in 1.0..50.0_f64, second in 1.0..50.0_f64, known: bool, which in 0..3_usize) {
            let workload = workload(&[3, 4, 5], &[&[0, 1, 2], &[1, 2], &[0]]);
            let objective = [Objective::TotalVariance, Objective::BestEstimate, Objective::WorstTable][which];
            let people = known.then_some(3000.0);
            let promises = [Promise { table: 0, standard_error: first }, Promise { table: 2, standard_error: second }];
            let rho = rho_for_promises(&workload, objective, people, &promises).expect("promised");
            let kept = |rho: f64| {
                let plan = match people {
                    Some(people) => Plan::for_population(&workload, objective, rho, people),
                    None => Plan::new(&workload, objective, rho),
                }.expect("fits");
                promises.iter().all(|p| plan.predicted_standard_error(p.table) <= p.standard_error)
            };
            prop_assert!(kept(rho));
            prop_assert!(!kept(rho * 0.999));
        }
    }

    #[test]
    fn half_the_error_costs_four_times() {
        let workload = workload(&[3, 4], &[&[0, 1]]);
        let rho = |standard_error| {
            let promise = Promise { table: 0, standard_error };
            rho_for_promises(&workload, Objective::TotalVariance, None, &[promise]).expect("promised")
        };
        assert!((rho(5.0) / rho(10.0) - 4.0).abs() < 1e-4);
    }

    #[test]
    fn promises_that_mean_nothing_are_refused() {
        let workload = workload(&[3, 4], &[&[0, 1]]);
        let refused = |promises: &[Promise]| {
            rho_for_promises(&workload, Objective::TotalVariance, None, promises)
                .expect_err("refused")
                .to_string()
        };
        assert!(refused(&[]).contains("nothing is promised"));
        assert!(refused(&[Promise { table: 7, standard_error: 1.0 }]).contains("number 7"));
        for standard_error in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(refused(&[Promise { table: 0, standard_error }]).contains("`t0`"));
        }
    }
}
