//! How a release's ρ is split over its residuals: for each objective, and from public things alone.

use domain::{Objective, Workload};

use crate::closure::{Block, Closure};

/// Under [`Objective::BestEstimate`] a residual of a pair, and one of more attributes, is taken to vary by so many times
/// as much as chance alone would have it: attributes depend on each other, two more than three.
const PAIRS_BEYOND_CHANCE: f64 = 9.0;
const MORE_BEYOND_CHANCE: f64 = 3.0;

/// The least part of its closed-form share that such a residual keeps: classes of people are seen by all of them together.
const LEAST_PART: f64 = 0.2;

/// The part that residuals of three and more attributes keep where nothing is known of the population.
const USUAL_PART: f64 = 0.25;

/// Halvings until the shares that are left add up to one.
const HALVINGS: usize = 60;

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
        Objective::BestEstimate => for_best_estimate(closure, &closed_form(closure, &given), rho, people),
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

/// Takes from residuals of which noise would hide what little there is. Where the population is known single
/// attributes get up to the double, by as much as high orders lost: the deeper the noise, the more rests on them.
fn for_best_estimate(closure: &Closure, closed: &[f64], rho: f64, people: Option<f64>) -> Vec<f64> {
    let high = |shares: &[f64]| -> f64 {
        closure
            .blocks()
            .iter()
            .zip(shares)
            .filter(|(block, _)| block.order() >= 3)
            .map(|(_, share)| share)
            .sum()
    };
    let Some(people) = people else {
        let parts = closure.blocks().iter().map(|block| if block.order() < 3 { 1.0 } else { USUAL_PART });
        return normalised(closed.iter().zip(parts).map(|(share, part)| share * part).collect());
    };
    let mut shares = least_risk(closure, closed, rho, people);
    let before = high(closed);
    if before > 0.0 {
        let gain = (2.0 - high(&shares) / before).max(1.0);
        let single = closure.blocks().iter().zip(&mut shares).filter(|(block, _)| block.order() < 2);
        single.for_each(|(_, share)| *share *= gain);
    }
    normalised(shares)
}

/// The shares that minimise Σ_A v_A · (what is left of residual A's variance once its noisy answer is known), V_A
/// being what it is taken to vary by: σ_A² V_A / (σ_A² + V_A). With v_A as in the closed form that is t · (closed form's
/// share) − s_A / (2 V_A ρ), t such that all add up to one. Single attributes are known to vary without bound.
///
/// Chance has V_A = people · ∏ (1 − Σ pᵢ²) / (nᵢ − 1), p the shares of an attribute's levels; if any shares are as
/// likely as any other, that is people · ∏ 1 / (nᵢ + 1) on average.
///
/// # Source
/// Reverse water-filling (Cover and Thomas, Elements of Information Theory, 10.3).
fn least_risk(closure: &Closure, closed: &[f64], rho: f64, people: f64) -> Vec<f64> {
    let lost = |block: &Block| {
        let beyond = match block.order() {
            0 | 1 => return 0.0,
            2 => PAIRS_BEYOND_CHANCE,
            _ => MORE_BEYOND_CHANCE,
        };
        let chance = people / block.shape.iter().map(|n| *n as f64 + 1.0).product::<f64>();
        block.sensitivity_factor() / (2.0 * beyond * chance * rho)
    };
    let lost: Vec<f64> = closure.blocks().iter().map(lost).collect();
    let at = |t: f64| -> Vec<f64> {
        closed.iter().zip(&lost).map(|(share, lost)| (t * share - lost).max(LEAST_PART * share)).collect()
    };
    let (mut low, mut high) = (1.0, 1.0 + lost.iter().sum::<f64>());
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if at(middle).iter().sum::<f64>() < 1.0 { low = middle } else { high = middle }
    }
    at(high)
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
