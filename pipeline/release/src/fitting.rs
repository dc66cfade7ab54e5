//! Iterative proportional fitting: the table of given margins that is closest, in relative
//! entropy, to what it was.
//!
//! # Source
//! Deming and Stephan 1940.

use crate::layout::strides;

/// Rounds of fitting; tables of three attributes mostly need fewer than ten.
const MAX_ROUNDS: usize = 300;

/// People by which a margin of three attributes may miss its target, at least; and as a share of
/// all people. A set may miss by four times what its facets may, or their misses would bar it.
pub(crate) const TOLERANCE: f64 = 1e-3;
const TOLERANCE_SHARE: f64 = 1e-8;
const TOLERANCE_GROWTH: f64 = 4.0;

/// A margin that a table has to have: its sums along one axis.
pub(crate) struct Margin<'a> {
    lanes: usize,
    stride: usize,
    target: &'a [f64],
}

impl<'a> Margin<'a> {
    /// The margin of a table of `shape` that is left when `axis` is summed over.
    pub(crate) fn new(shape: &[usize], axis: usize, target: &'a [f64]) -> Self {
        Self { lanes: shape[axis], stride: strides(shape)[axis], target }
    }

    /// Scales every lane to its target; answers how far the worst one was from it.
    pub(crate) fn scale(&self, table: &mut [f64]) -> f64 {
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
pub(crate) enum Fit {
    Reached,
    Missed,
}

/// Scales a table to its margins in turn until it has them all.
pub(crate) fn fit(table: &mut [f64], margins: &[Margin<'_>]) -> Fit {
    let total: f64 = margins[0].target.iter().sum();
    let growth = TOLERANCE_GROWTH.powi(i32::try_from(margins.len()).unwrap_or(i32::MAX) - 3);
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
mod tests {
    use super::*;
    use crate::layout::{for_each_cell, strides_within};

    #[test]
    fn fitting_reaches_given_margins() {
        let truth: Vec<f64> = (0..24).map(|i| f64::from(i % 7) + 0.5).collect();
        let shape = [2, 3, 4];
        let margins: Vec<Vec<f64>> = (0..3)
            .map(|axis| {
                let kept: Vec<usize> = (0..3).filter(|a| *a != axis).collect();
                let kept_shape: Vec<usize> = kept.iter().map(|a| shape[*a]).collect();
                let mut sums = vec![0.0; kept_shape.iter().product()];
                for_each_cell(&shape, &strides_within(&[0, 1, 2], &kept, &kept_shape), |c, s| {
                    sums[s] += truth[c];
                });
                sums
            })
            .collect();
        let margins: Vec<Margin<'_>> =
            margins.iter().enumerate().map(|(axis, m)| Margin::new(&shape, axis, m)).collect();
        let mut table = vec![1.0; 24];
        assert_eq!(fit(&mut table, &margins), Fit::Reached);
        for margin in &margins {
            assert!(margin.scale(&mut table) < 2.0 * TOLERANCE);
        }
    }

    #[test]
    fn margins_that_differ_are_missed() {
        let (a, b) = (vec![3.0, 1.0], vec![1.0, 1.0]);
        let margins = [Margin::new(&[2, 2], 0, &a), Margin::new(&[2, 2], 1, &b)];
        assert_eq!(fit(&mut [1.0; 4], &margins), Fit::Missed);
    }
}
