//! The best estimate: non-negative, mutually consistent tables, shrunk where the data shows
//! nothing. Biased by design: for reading, not for summing, and without an interval.
//!
//! ```text
//!   total ─► every attribute ─► every pair ─► every triple ─► …
//!   at each set: q = the table of maximum entropy that the sets below imply (IPF)
//!                q + weight · (noisy residual − residual of q) ─► not below 0 ─► margins again
//! ```
//!
//! # Privacy
//! Computed from noisy answers alone: post-processing.
//!
//! # Source
//! Release method, section 5: thresholded shrinkage after James and Stein (1961) of each residual
//! block towards a maximum-entropy prior (iterative proportional fitting, Deming and Stephan 1940).

use rayon::prelude::*;

use crate::layout::{for_each_cell, project, strides, strides_within};
use crate::plan::Plan;
use crate::reconstruct::ResidualEstimates;

/// Rounds of fitting; tables of three attributes mostly need fewer than ten.
const MAX_ROUNDS: usize = 300;

/// People by which a margin of three attributes may miss its target, at least; and as a share of
/// all people. A set may miss by four times what its facets may, or their misses would bar it.
const TOLERANCE: f64 = 1e-3;
const TOLERANCE_SHARE: f64 = 1e-8;
const TOLERANCE_GROWTH: f64 = 4.0;

/// A cell is not clipped below this share of what the prior says, so that the margins can be
/// reached by scaling.
const FLOOR_SHARE: f64 = 1e-3;

/// A block that still stands in the way after its own signal was halved to this is given up.
const LEAST_KEPT: f64 = 0.1;

/// The best estimate of every table of the workload, each in its own layout, in people.
pub(crate) fn best_tables(plan: &Plan, estimates: &ResidualEstimates) -> Vec<Vec<f64>> {
    let blocks = best_blocks(plan, estimates);
    (0..plan.workload().tables().len())
        .map(|table| {
            let own = plan.closure().block_of_table(table);
            let block = &plan.closure().blocks()[own];
            let dimensions = &plan.workload().tables()[table].dimensions;
            let shape = plan.workload().shape(&plan.workload().tables()[table]);
            let within = strides_within(dimensions, &block.attributes, &block.shape);
            let mut cells = vec![0.0; block.cells];
            for_each_cell(&shape, &within, |cell, inner| cells[cell] = blocks[own][inner]);
            cells
        })
        .collect()
}

/// The best table of every block, order by order.
///
/// Tables that agree pair by pair need not be margins of any non-negative table at all. Where
/// fitting shows that, the sets below give up half of their own signal, again and again if need
/// be (products of single margins always fit), and what stands above them is done again.
fn best_blocks(plan: &Plan, estimates: &ResidualEstimates) -> Vec<Vec<f64>> {
    let blocks = plan.closure().blocks();
    let mut kept = vec![1.0_f64; blocks.len()];
    let mut best: Vec<Option<Vec<f64>>> = vec![None; blocks.len()];
    loop {
        let mut misfits = Vec::new();
        for order in plan.closure().orders() {
            // Blocks of one order need only those below, so they can be done side by side.
            let missing: Vec<usize> = order.filter(|b| best[*b].is_none()).collect();
            let found: Vec<(usize, Option<Vec<f64>>)> =
                missing.into_par_iter().map(|b| (b, best_block(plan, estimates, &best, &kept, b))).collect();
            misfits.extend(found.iter().filter(|(_, table)| table.is_none()).map(|(b, _)| *b));
            for (position, table) in found {
                best[position] = table;
            }
            if !misfits.is_empty() {
                break;
            }
        }
        if misfits.is_empty() {
            return best.into_iter().flatten().collect();
        }
        for (position, block) in blocks.iter().enumerate() {
            let in_the_way =
                |m: &usize| *m != position && is_subset(&block.attributes, &blocks[*m].attributes);
            if block.order() >= 2 && misfits.iter().any(in_the_way) {
                kept[position] = if kept[position] > LEAST_KEPT { kept[position] / 2.0 } else { 0.0 };
                for (above, table) in best.iter_mut().enumerate() {
                    if is_subset(&block.attributes, &blocks[above].attributes) {
                        *table = None;
                    }
                }
            }
        }
    }
}

/// The best table of one block, given those below it; `None` when no table has their margins.
fn best_block(
    plan: &Plan,
    estimates: &ResidualEstimates,
    below: &[Option<Vec<f64>>],
    kept: &[f64],
    position: usize,
) -> Option<Vec<f64>> {
    let block = &plan.closure().blocks()[position];
    let residual = estimates.block(plan, position);
    if block.order() == 0 {
        return Some(vec![residual[0].max(0.0)]);
    }
    let margins = (0..block.order())
        .map(|axis| {
            let facet = below[plan.closure().facet(position, axis)].as_ref()?;
            Some(Margin::new(&block.shape, axis, facet))
        })
        .collect::<Option<Vec<_>>>()?;
    let mut prior = vec![1.0; block.cells];
    if fit(&mut prior, &margins) == Fit::Missed {
        // Below order three, and above sets that gave up all they had, the prior is a product,
        // which misses by rounding at most.
        let own_signal_below = plan.closure().blocks().iter().zip(kept).any(|(b, kept)| {
            (2..block.order()).contains(&b.order())
                && *kept > 0.0
                && is_subset(&b.attributes, &block.attributes)
        });
        if own_signal_below {
            return None;
        }
    }

    let mut difference = prior.clone();
    project(&mut difference, &block.shape);
    difference.iter_mut().zip(residual).for_each(|(t, r)| *t = r - *t);
    let mut weight = kept[position] * shrinkage_weight(&block.shape, &difference, plan.variance(position));
    // Clipping can leave zeros in places where no scaling helps; less of the signal does.
    while weight > FLOOR_SHARE {
        let mut table: Vec<f64> =
            prior.iter().zip(&difference).map(|(q, d)| (q + weight * d).max(FLOOR_SHARE * q)).collect();
        if fit(&mut table, &margins) == Fit::Reached {
            return Some(table);
        }
        weight /= 2.0;
    }
    Some(prior)
}

/// Whether all of `inner` (ascending) is in `outer` (ascending).
fn is_subset(inner: &[usize], outer: &[usize]) -> bool {
    inner.iter().all(|a| outer.binary_search(a).is_ok())
}

/// 1 − (d + 2·sqrt(2d)) / (‖r − t‖² / σ²), not below 0, with d = ∏ (nᵢ − 1) the dimension of the
/// residual's subspace: what a difference of pure noise would reach once in dozens of times.
fn shrinkage_weight(shape: &[usize], difference: &[f64], variance: f64) -> f64 {
    let d: f64 = shape.iter().map(|n| (n - 1) as f64).product();
    let signal = difference.iter().map(|x| x * x).sum::<f64>() / variance;
    if signal > 0.0 { (1.0 - (d + 2.0 * (2.0 * d).sqrt()) / signal).max(0.0) } else { 0.0 }
}

/// A margin that a table has to have: its sums along one axis.
struct Margin<'a> {
    lanes: usize,
    stride: usize,
    target: &'a [f64],
}

impl<'a> Margin<'a> {
    fn new(shape: &[usize], axis: usize, target: &'a [f64]) -> Self {
        Self { lanes: shape[axis], stride: strides(shape)[axis], target }
    }

    /// Scales every lane to its target; answers how far the worst one was from it.
    fn scale(&self, table: &mut [f64]) -> f64 {
        let mut worst = 0.0_f64;
        let chunk = self.lanes * self.stride;
        for (cells, targets) in table.chunks_exact_mut(chunk).zip(self.target.chunks_exact(self.stride)) {
            for (inner, target) in targets.iter().enumerate() {
                let sum: f64 = cells[inner..].iter().step_by(self.stride).sum();
                worst = worst.max((sum - target).abs());
                // A lane of zeros stays: where the target is not zero, the floor keeps the lane above it.
                let factor = if sum > 0.0 { target / sum } else { 0.0 };
                cells[inner..].iter_mut().step_by(self.stride).for_each(|cell| *cell *= factor);
            }
        }
        worst
    }
}

/// Whether a table reached its margins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    Reached,
    Missed,
}

/// Iterative proportional fitting: the table of these margins that is closest, in relative
/// entropy, to what it was.
fn fit(table: &mut [f64], margins: &[Margin<'_>]) -> Fit {
    let total: f64 = margins[0].target.iter().sum();
    let growth = TOLERANCE_GROWTH.powf(margins.len() as f64 - 3.0);
    let tolerance = growth * TOLERANCE.max(TOLERANCE_SHARE * total);
    for _ in 0..MAX_ROUNDS {
        // Each deviation is seen before it is mended, so a round without any has proved the table.
        let worst = margins.iter().map(|margin| margin.scale(table)).fold(0.0, f64::max);
        if worst < tolerance {
            return Fit::Reached;
        }
    }
    Fit::Missed
}

#[cfg(test)]
#[path = "best_tests.rs"]
mod tests;
