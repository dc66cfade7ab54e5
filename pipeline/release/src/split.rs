//! How a release's ρ is split over its residuals: for each objective, and from public things alone.

use domain::{Objective, Workload};

use crate::closure::Closure;

/// Under [`Objective::BestEstimate`] residuals of three and more attributes get their closed-form
/// share where an average cell is this many standard errors of the residual, and less in
/// proportion where it is fewer: what noise hides is worth little to an estimate that shrinks.
const FULL_SHARE_AT: f64 = 60.0;

/// The least part of its closed-form share that such a residual keeps, and the part that it keeps
/// where nothing is known of the population.
const LEAST_PART: f64 = 0.1;
const USUAL_PART: f64 = 0.25;

/// How near the worst table's bound is to the best that is possible.
const WORST_TABLE_GAP: f64 = 1e-3;
const WORST_TABLE_ROUNDS: usize = 20_000;

/// The share of ρ of every block, adding up to one.
///
/// `people` is a public idea of how many people there are, for [`Objective::BestEstimate`].
pub(crate) fn shares(
    workload: &Workload,
    closure: &Closure,
    objective: Objective,
    rho: f64,
    people: Option<f64>,
) -> Vec<f64> {
    let given: Vec<f64> = workload
        .tables()
        .iter()
        .enumerate()
        .map(|(position, table)| table.weight * cells_of(closure, position))
        .collect();
    match objective {
        Objective::TotalVariance => closed_form(closure, &given),
        Objective::BestEstimate => for_best_estimate(closure, closed_form(closure, &given), rho, people),
        Objective::WorstTable => closed_form(closure, &worst_table(workload, closure)),
    }
}

/// Shares in proportion to sqrt(v_A s_A), which minimise Σ_B weight_B · variance of a cell of B.
///
/// # Source
/// Release method, section 3: v_A = s_A · Σ_{B⊇A} weight_B / ∏_{i∈B∖A} nᵢ².
fn closed_form(closure: &Closure, weights: &[f64]) -> Vec<f64> {
    let mut v = vec![0.0; closure.blocks().len()];
    for (position, weight) in weights.iter().enumerate() {
        let cells = cells_of(closure, position);
        for a in closure.subsets_of_table(position) {
            v[*a] += weight * (closure.blocks()[*a].cells as f64 / cells).powi(2);
        }
    }
    let roots = closure.blocks().iter().zip(&v).map(|(block, v)| block.sensitivity_factor() * v.sqrt());
    normalised(roots.collect())
}

/// Takes from high orders, and where the population is known gives single attributes up to the
/// double: the deeper the noise, the more of an estimate rests on them.
fn for_best_estimate(closure: &Closure, mut shares: Vec<f64>, rho: f64, people: Option<f64>) -> Vec<f64> {
    let (mut before, mut after) = (0.0, 0.0);
    for (block, share) in closure.blocks().iter().zip(&mut shares) {
        if block.order() < 3 {
            continue;
        }
        let standard_error = (block.sensitivity_factor() / (2.0 * rho * *share)).sqrt();
        before += *share;
        *share *= people.map_or(USUAL_PART, |people| {
            (people / block.cells as f64 / standard_error / FULL_SHARE_AT).clamp(LEAST_PART, 1.0)
        });
        after += *share;
    }
    if people.is_some() && before > 0.0 {
        let gain = 2.0 - after / before;
        let single = closure.blocks().iter().zip(&mut shares).filter(|(block, _)| block.order() < 2);
        single.for_each(|(_, share)| *share *= gain);
    }
    normalised(shares)
}

/// The weights whose closed form has the smallest greatest w_B · Var_B, w_B the tables' own weights.
///
/// The closed form minimises Σ_B λ_B Var_B, so for μ_B = λ_B / w_B adding up to one it bounds the
/// greatest w_B · Var_B of any split from below by its own average Σ_B μ_B (w_B Var_B). Tables above
/// that average gain weight, tables below lose it, until greatest and average are one.
fn worst_table(workload: &Workload, closure: &Closure) -> Vec<f64> {
    let tables = workload.tables();
    let mut parts = vec![1.0 / tables.len() as f64; tables.len()];
    let weights =
        |parts: &[f64]| -> Vec<f64> { parts.iter().zip(tables).map(|(p, t)| p * t.weight).collect() };
    let mut best = (f64::INFINITY, weights(&parts));
    for _ in 0..WORST_TABLE_ROUNDS {
        let lambda = weights(&parts);
        let shares = closed_form(closure, &lambda);
        let weighted: Vec<f64> = tables
            .iter()
            .enumerate()
            .map(|(position, table)| table.weight * variance(closure, &shares, position))
            .collect();
        let greatest = weighted.iter().copied().fold(0.0, f64::max);
        let average: f64 = parts.iter().zip(&weighted).map(|(p, w)| p * w).sum();
        if greatest < best.0 {
            best = (greatest, lambda);
        }
        if greatest <= average * (1.0 + WORST_TABLE_GAP) {
            break;
        }
        parts.iter_mut().zip(&weighted).for_each(|(p, w)| *p *= w / average);
        parts = normalised(parts);
    }
    best.1
}

/// Variance of a cell of a table when ρ is a half: Σ_{A⊆B} (s_A / share_A) · s_A / ∏_{i∈B∖A} nᵢ².
fn variance(closure: &Closure, shares: &[f64], table: usize) -> f64 {
    let cells = cells_of(closure, table);
    closure
        .subsets_of_table(table)
        .iter()
        .map(|a| {
            let block = &closure.blocks()[*a];
            let part = block.sensitivity_factor() * block.cells as f64 / cells;
            part * part / shares[*a]
        })
        .sum()
}

fn cells_of(closure: &Closure, table: usize) -> f64 {
    closure.blocks()[closure.block_of_table(table)].cells as f64
}

fn normalised(mut values: Vec<f64>) -> Vec<f64> {
    let sum: f64 = values.iter().sum();
    for value in &mut values {
        *value /= sum;
    }
    values
}

#[cfg(test)]
#[path = "split_tests.rs"]
mod tests;
