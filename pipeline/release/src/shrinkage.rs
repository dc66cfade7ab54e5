//! How far to trust noisy residuals against guesses at a table, learned from all blocks of one
//! order together.
//!
//! Each residual is taken for one of the guesses' plus a deviation, normal with one of a grid of
//! spreads, plus its noise. How common each guess and spread is among the blocks of an order is
//! estimated from them all (empirical Bayes); a block's own residual then says which of them it is
//! likely to be, and the estimate is the average of what each then expects: the median of what it
//! believes of a cell, given that no cell is below zero.
//!
//! # Privacy
//! Computed from noisy answers alone: post-processing.
//!
//! # Source
//! Stephens, "False discovery rates: a new deal" (Biostatistics 2017), for blocks instead of numbers.

use crate::portable::{exp, ln, normal_above};

/// Spreads are these, in squares of a cell's average count: 4^−9 to 16, and none.
const LEAST_POWER: i32 = -9;
const GREATEST_POWER: i32 = 2;

/// Rounds in which the shares of components are estimated.
const ROUNDS: usize = 200;

/// Blocks that are taken to have been seen of each component before any was: keeps an order of
/// very few blocks from certainty.
const SEEN_BEFORE: f64 = 0.01;

/// Standard deviations above zero from which a mean is a median too.
const REACH: f64 = 5.0;

/// Where less than this lies above zero, the cell is taken for empty.
const LEAST_TAIL: f64 = 1e-6;

/// Halvings until a median is known to a fraction of a thousandth of the deviation.
const HALVINGS: usize = 16;

/// Responsibilities below this are not worth computing an estimate for.
const NEGLIGIBLE: f64 = 1e-6;

/// A guess at a block's table, and what the noisy residual says against it.
pub(crate) struct Guess {
    /// Non-negative, with the margins of the blocks below.
    pub(crate) table: Vec<f64>,
    /// The noisy residual less the table's own.
    pub(crate) difference: Vec<f64>,
}

/// A block with its guesses; all blocks of an order have as many.
pub(crate) struct Candidates {
    /// Dimension of the residual's subspace: ∏ (nᵢ − 1).
    pub(crate) dimension: f64,
    /// Noise variance in every direction of it.
    pub(crate) variance: f64,
    /// People in an average cell.
    pub(crate) average: f64,
    pub(crate) guesses: Vec<Guess>,
}

/// How a deviation is spread over a table's cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Alike in all cells.
    Even,
    /// Its variance goes with the guess's count.
    Proportional,
    /// Its standard deviation does.
    Multiplicative,
}

#[derive(Debug, Clone, Copy)]
struct Component {
    guess: usize,
    shape: Shape,
    spread: f64,
}

impl Component {
    /// Variance of the deviation in a cell of which the guess says `count`.
    fn variance(&self, block: &Candidates, count: f64) -> f64 {
        match self.shape {
            Shape::Even => self.spread * block.average * block.average,
            Shape::Proportional => self.spread * block.average * count,
            Shape::Multiplicative => self.spread * count * count,
        }
    }

    /// The logarithm of the density of a block's residual, but for what all components share.
    fn log_density(&self, block: &Candidates) -> f64 {
        let guess = &block.guesses[self.guess];
        if self.shape == Shape::Even || self.spread == 0.0 {
            let variance = block.variance + self.variance(block, 0.0);
            let squares: f64 = guess.difference.iter().map(|d| d * d).sum();
            return -0.5 * (block.dimension * ln(variance) + squares / variance);
        }
        // Cells are taken for independent: their number stands for the dimension.
        let part = block.dimension / guess.table.len() as f64;
        let sum: f64 = guess
            .table
            .iter()
            .zip(&guess.difference)
            .map(|(count, difference)| {
                let variance = block.variance + self.variance(block, *count);
                part * ln(variance) + difference * difference / variance
            })
            .sum();
        -0.5 * sum
    }
}

/// What an order's blocks say about each other.
pub(crate) struct Shrinkage {
    components: Vec<Component>,
    shares: Vec<f64>,
}

impl Shrinkage {
    /// Learns from all blocks of an order; each has `guesses` guesses.
    pub(crate) fn learn(blocks: &[&Candidates], guesses: usize) -> Self {
        let mut components = Vec::new();
        for guess in 0..guesses {
            components.push(Component { guess, shape: Shape::Even, spread: 0.0 });
            for power in LEAST_POWER..=GREATEST_POWER {
                for shape in [Shape::Even, Shape::Proportional, Shape::Multiplicative] {
                    components.push(Component { guess, shape, spread: 4.0_f64.powi(power) });
                }
            }
        }
        let count = components.len() as f64;
        let mut shrinkage = Self { shares: vec![1.0 / count; components.len()], components };
        let densities: Vec<Vec<f64>> = blocks.iter().map(|block| shrinkage.densities(block)).collect();
        let seen = blocks.len() as f64 + SEEN_BEFORE * count;
        for _ in 0..ROUNDS {
            let mut sums = vec![SEEN_BEFORE; shrinkage.shares.len()];
            for densities in &densities {
                let likely = responsibilities(densities, &shrinkage.shares);
                sums.iter_mut().zip(likely).for_each(|(sum, r)| *sum += r);
            }
            shrinkage.shares = sums.into_iter().map(|sum| sum / seen).collect();
        }
        shrinkage
    }

    /// What is expected of a block's cells, before they are given margins.
    pub(crate) fn estimate(&self, block: &Candidates) -> Vec<f64> {
        let likely = responsibilities(&self.densities(block), &self.shares);
        let mut estimate = vec![0.0; block.guesses[0].table.len()];
        // Of the noise in a cell the part that lies in the residual's subspace.
        let part = block.dimension / estimate.len() as f64;
        for (component, share) in self.components.iter().zip(likely) {
            if share < NEGLIGIBLE {
                continue;
            }
            let guess = &block.guesses[component.guess];
            for ((cell, count), difference) in estimate.iter_mut().zip(&guess.table).zip(&guess.difference) {
                let variance = component.variance(block, *count);
                let kept = variance / (variance + block.variance);
                *cell += share
                    * median_from_zero(count + kept * difference, (kept * block.variance * part).sqrt());
            }
        }
        estimate
    }

    /// Densities of a block under every component, the greatest of them one.
    fn densities(&self, block: &Candidates) -> Vec<f64> {
        let logs: Vec<f64> = self.components.iter().map(|c| c.log_density(block)).collect();
        let greatest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        logs.into_iter().map(|log| exp(log - greatest)).collect()
    }
}

/// How likely each component is to be a block's, adding up to one.
fn responsibilities(densities: &[f64], shares: &[f64]) -> Vec<f64> {
    let sum: f64 = densities.iter().zip(shares).map(|(d, s)| d * s).sum();
    densities.iter().zip(shares).map(|(d, s)| d * s / sum).collect()
}

/// The median of a normal distribution's part above zero.
fn median_from_zero(mean: f64, deviation: f64) -> f64 {
    if mean > REACH * deviation {
        return mean;
    }
    let half = normal_above(-mean / deviation) / 2.0;
    if half < LEAST_TAIL {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, mean.max(0.0) + REACH * deviation);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if normal_above((middle - mean) / deviation) > half { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
#[path = "shrinkage_tests.rs"]
mod tests;
