//! A release and its revision taken together: two independent measurements of the same tables, combined
//! by inverse variance. Post-processing, so free of privacy cost.

use crate::mechanism::MechanismError;
use crate::plan::{Noise, Plan, PlanError};
use crate::reconstruct::ResidualEstimates;
use crate::stored::StoredRelease;

/// The first measurement of a period, beside its revision.
pub(crate) struct Earlier {
    pub(crate) plan: Plan,
    pub(crate) noisy: Vec<i64>,
}

/// Estimates with the plan that tells their variances and covariances.
pub(crate) struct Combined {
    pub(crate) plan: Plan,
    pub(crate) estimates: ResidualEstimates,
}

impl Combined {
    /// The estimates of a release, and of both measurements where it is a revision.
    ///
    /// Residual blocks are independent of each other, and within a block the noise of a measurement
    /// has the same variance in every direction of its subspace. So the least variance that an
    /// unbiased mean of two answers can have is got block by block, with weights 1/σ², and the mean's
    /// own variance in every direction is 1/(1/σ₀² + 1/σ₁²): the closed forms for tables, rates and
    /// contrasts hold with that in the place of σ².
    pub(crate) fn of(stored: &StoredRelease) -> Self {
        let estimates = ResidualEstimates::new(&stored.plan, &stored.noisy);
        let Some(Earlier { plan, noisy }) = &stored.earlier else {
            return Self { plan: stored.plan.clone(), estimates };
        };
        let first = ResidualEstimates::new(plan, noisy);
        let weights: Vec<f64> = stored
            .plan
            .noise()
            .iter()
            .zip(plan.noise())
            .map(|(second, first)| weight_of_second(first.scale, second.scale))
            .collect();
        let estimates = first.towards(&estimates, &stored.plan, &weights);
        let plan = together(plan, &stored.plan).expect("two plans of the ledger have finite costs");
        Self { plan, estimates }
    }
}

/// The weight of the second answer in a mean of two with noise of these scales.
fn weight_of_second(first: f64, second: f64) -> f64 {
    let (first, second) = (first.powi(-2), second.powi(-2));
    second / (first + second)
}

/// The plan whose noise is that of the combined answers.
fn together(first: &Plan, second: &Plan) -> Result<Plan, PlanError> {
    let noise = first
        .noise()
        .iter()
        .zip(second.noise())
        .map(|(a, b)| {
            Ok(Noise {
                scale: (a.scale.powi(-2) + b.scale.powi(-2)).sqrt().recip(),
                rho: crate::mechanism::add_up([a.rho, b.rho])?,
            })
        })
        .collect::<Result<_, MechanismError>>()?;
    Plan::restore(second.workload().clone(), second.objective(), noise)
}

#[cfg(test)]
#[path = "combined_tests.rs"]
mod tests;
