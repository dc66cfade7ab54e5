//! From noisy integers to unbiased, mutually consistent tables.

use crate::layout::{for_each_cell, project, strides_within};
use crate::plan::Plan;

/// Noisy residuals: unbiased, each in its own subspace. Post-processing, so free of privacy cost.
pub(crate) struct ResidualEstimates {
    values: Vec<f64>,
}

impl ResidualEstimates {
    /// Divides the integer answers by ∏ nᵢ and projects them onto their subspace, which takes away
    /// the noise in directions where the answer is known to be zero.
    pub(crate) fn new(plan: &Plan, noisy: &[i64]) -> Self {
        let mut values: Vec<f64> = noisy.iter().map(|v| *v as f64).collect();
        for block in plan.closure().blocks() {
            let values = &mut values[block.range()];
            let scale = block.cells as f64;
            for value in values.iter_mut() {
                *value /= scale;
            }
            project(values, &block.shape);
        }
        Self { values }
    }

    /// A mean of these and `others`, block by block: `weights` are those of `others`.
    pub(crate) fn towards(&self, others: &Self, plan: &Plan, weights: &[f64]) -> Self {
        let mut values = self.values.clone();
        for (block, weight) in plan.closure().blocks().iter().zip(weights) {
            for (value, other) in values[block.range()].iter_mut().zip(&others.values[block.range()]) {
                *value += weight * (other - *value);
            }
        }
        Self { values }
    }

    /// The residual of one block.
    pub(crate) fn block(&self, plan: &Plan, block: usize) -> &[f64] {
        &self.values[plan.closure().blocks()[block].range()]
    }

    /// The unbiased estimate of a table of the workload, in its own layout:
    /// m̂_B = Σ_{A⊆B} r_A, spread over B∖A and divided by ∏_{i∈B∖A} nᵢ.
    ///
    /// Any two tables sum to the same totals over what they share: summing over an axis takes away
    /// every residual that has it (it has no margins) and leaves each other one as the smaller
    /// table spreads it.
    pub(crate) fn table(&self, plan: &Plan, table: usize) -> Vec<f64> {
        let dimensions = &plan.workload().tables()[table].dimensions;
        let shape = plan.workload().shape(&plan.workload().tables()[table]);
        let cells: usize = shape.iter().product();
        let mut estimate = vec![0.0; cells];
        for position in plan.closure().subsets_of_table(table) {
            let block = &plan.closure().blocks()[*position];
            let within = strides_within(dimensions, &block.attributes, &block.shape);
            let residual = self.block(plan, *position);
            let part = block.cells as f64 / cells as f64;
            for_each_cell(&shape, &within, |cell, inner| estimate[cell] += residual[inner] * part);
        }
        estimate
    }
}

#[cfg(test)]
#[path = "reconstruct_tests.rs"]
mod tests;
