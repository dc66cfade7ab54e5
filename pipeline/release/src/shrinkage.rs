//! How far to trust noisy residuals against guesses at a table, learned from all blocks of one
//! order together.
//!
//! Each residual is taken for one of the guesses' plus what chance puts there when people are drawn from it, plus a
//! deviation, normal with one of a grid of spreads, plus its noise. How common each guess and spread is among the
//! blocks of an order is estimated from them all (empirical Bayes); a block's own residual then says which of them it
//! is likely to be, and the estimate is the average over the guesses of the median of what is then believed of a cell
//! beside each, given that no cell is below zero.
//!
//! # Privacy
//! Computed from noisy answers alone: post-processing.
//!
//! # Source
//! Stephens, "False discovery rates: a new deal" (Biostatistics 2017), for blocks instead of numbers.

use crate::chance::{self, Axis};
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

/// Responsibilities below this are not worth computing with.
const NEGLIGIBLE: f64 = 1e-4;

/// Variances are multiplied up to here before their logarithm is taken.
const LARGE: f64 = 1e150;
const SMALL: f64 = 1e-150;

/// A guess at a block's table, and what the noisy residual says against it.
pub(crate) struct Guess {
    /// Non-negative, with the margins of the blocks below.
    pub(crate) table: Vec<f64>,
    /// The noisy residual less the table's own, in the coordinates of [`chance`].
    pub(crate) difference: Vec<f64>,
}

/// A block with its guesses; all blocks of an order have as many.
pub(crate) struct Candidates<'a> {
    /// The block's attributes.
    pub(crate) axes: Vec<&'a Axis>,
    /// Noise variance of every coordinate.
    pub(crate) noise: f64,
    /// People in an average cell.
    pub(crate) average: f64,
    /// Variance that chance gives to every coordinate.
    pub(crate) chance: Vec<f64>,
    pub(crate) guesses: Vec<Guess>,
}

/// How a deviation is spread over a residual's coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// There is none, and chance is none: the guess is the table.
    Nothing,
    /// Alike in all.
    Even,
    /// Its variance goes with what chance gives.
    Proportional,
    /// Its standard deviation does, as that of an interaction that multiplies.
    Multiplicative,
}

#[derive(Debug, Clone, Copy)]
struct Component {
    guess: usize,
    shape: Shape,
    spread: f64,
}

impl Component {
    /// Variance around the guess of a coordinate to which chance gives `chance`.
    fn variance(&self, block: &Candidates<'_>, chance: f64) -> f64 {
        match self.shape {
            Shape::Nothing => 0.0,
            Shape::Even => chance + self.spread * block.average * block.average,
            Shape::Proportional => chance + self.spread * block.average * chance,
            Shape::Multiplicative => chance + self.spread * chance * chance,
        }
    }

    /// The logarithm of the density of a block's residual, but for what all components share.
    fn log_density(&self, block: &Candidates<'_>) -> f64 {
        let (mut sum, mut product) = (0.0, 1.0_f64);
        for (chance, difference) in block.chance.iter().zip(&block.guesses[self.guess].difference) {
            let variance = block.noise + self.variance(block, *chance);
            product *= variance;
            if !(SMALL..LARGE).contains(&product) {
                sum += ln(product);
                product = 1.0;
            }
            sum += difference * difference / variance;
        }
        -0.5 * (sum + ln(product))
    }
}

/// What an order's blocks say about each other.
pub(crate) struct Shrinkage {
    components: Vec<Component>,
    shares: Vec<f64>,
}

impl Shrinkage {
    /// Learns from all blocks of an order; each has `guesses` guesses.
    pub(crate) fn learn(blocks: &[&Candidates<'_>], guesses: usize) -> Self {
        let mut components = Vec::new();
        for guess in 0..guesses {
            components.push(Component { guess, shape: Shape::Nothing, spread: 0.0 });
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
    pub(crate) fn estimate(&self, block: &Candidates<'_>) -> Vec<f64> {
        let mut likely = responsibilities(&self.densities(block), &self.shares);
        likely.iter_mut().filter(|likely| **likely < NEGLIGIBLE).for_each(|likely| *likely = 0.0);
        let all: f64 = likely.iter().sum();
        let mut estimate = vec![0.0; block.guesses[0].table.len()];
        for (position, guess) in block.guesses.iter().enumerate() {
            let own: Vec<(&Component, f64)> = self
                .components
                .iter()
                .zip(&likely)
                .filter(|(component, likely)| component.guess == position && **likely > 0.0)
                .map(|(component, likely)| (component, *likely))
                .collect();
            let share: f64 = own.iter().map(|(_, likely)| likely).sum();
            if share == 0.0 {
                continue;
            }
            // Mean and variance of each coordinate over all that is believed of it beside this guess.
            let (mut moved, mut doubt) = (Vec::new(), Vec::new());
            for (chance, difference) in block.chance.iter().zip(&guess.difference) {
                let (mut kept, mut square) = (0.0, 0.0);
                for (component, likely) in &own {
                    let variance = component.variance(block, *chance);
                    let part = variance / (variance + block.noise);
                    kept += likely / share * part;
                    square += likely / share * part * part;
                }
                moved.push(kept * difference);
                doubt.push(kept * block.noise + (square - kept * kept).max(0.0) * difference * difference);
            }
            let moved = chance::residual(&moved, &block.axes);
            let doubt = chance::variances(&doubt, &block.axes);
            for (((cell, count), moved), doubt) in estimate.iter_mut().zip(&guess.table).zip(moved).zip(doubt)
            {
                *cell += share / all * median_from_zero(count + moved, doubt.sqrt());
            }
        }
        estimate
    }

    /// Densities of a block under every component, the greatest of them one.
    fn densities(&self, block: &Candidates<'_>) -> Vec<f64> {
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
    if mean >= REACH * deviation {
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
