//! A second guess at every table: people as a mixture of a few classes, within each of which all
//! attributes are independent. It borrows strength: a pair of attributes is foretold by what all
//! other pairs and triples say.
//!
//! ```text
//!   noisy residuals ─ a fold of blocks left out ─► classes ─► the tables of that fold, foretold
//!        └─────────── chi-squared of the foretold against what was left out: how many classes
//! ```
//!
//! Noise is independent from block to block, so a table foretold without its own block is wrong
//! independently of that block's noise, and how wrong it is can be seen. What chance puts into a block when people are
//! drawn from their classes cannot be foretold either, so it counts as noise.
//!
//! # Privacy
//! Computed from noisy answers alone: post-processing.
//!
//! # Source
//! Latent class analysis (Lazarsfeld and Henry 1968), fitted to noisy answers by descent (Adam,
//! Kingma and Ba 2015) as relaxed projections are (Aydore et al., ICML 2021).

use rayon::prelude::*;

use crate::closure::Block;
use crate::plan::Plan;
use crate::portable::exp;
use crate::reconstruct::ResidualEstimates;

/// Parts into which blocks are dealt; each is foretold from the others.
const FOLDS: usize = 8;

/// The fewest blocks of several attributes that classes are learned from: three a fold. Fewer foretell nothing of one
/// that is left out, and cost as many steps.
const LEAST_BLOCKS: usize = 3 * FOLDS;

/// Steps of the descent, and the size of all but the last half of those that look at every block. The first look at
/// pairs alone: they have few cells, and bring classes near to where they belong.
const STEPS_ON_PAIRS: usize = 200;
const STEPS: usize = 120;
const STEP_SIZE: f64 = 0.1;

/// Memories of the descent's mean and mean square gradient.
const MEAN_MEMORY: f64 = 0.9;
const SQUARE_MEMORY: f64 = 0.99;

/// How far classes start apart, and the pull back to one class (a normal prior on logits).
const START_SPREAD: f64 = 0.3;
const PULL: f64 = 1.0;

/// A level's share of people starts at no less than this.
const LEAST_SHARE: f64 = 0.002;

/// So many more classes in a row that foretell no better end the search for their number.
const FAILURES: usize = 2;

/// Cells that classes are fitted to at most; of a larger closure evenly spaced blocks are taken.
const MAX_FITTED_CELLS: usize = 400_000;

/// Attributes of the largest blocks that classes are fitted to.
const MAX_FITTED_ORDER: usize = 3;

/// Models, each of them blind to one fold of blocks.
pub(crate) struct Foretold {
    models: Vec<Classes>,
}

impl Foretold {
    /// Fits classes, as many as foretell best; `None` when independent attributes foretell as well.
    pub(crate) fn new(plan: &Plan, estimates: &ResidualEstimates) -> Option<Self> {
        let data = Data::new(plan, estimates);
        if data.targets.iter().filter(|t| t.attributes.len() > 1).count() < LEAST_BLOCKS {
            return None;
        }
        let one = data.one_class();
        let mut least: f64 = (0..FOLDS).map(|fold| data.misfit(&one, fold)).sum();
        let mut best = None;
        let mut failures = 0;
        for descend in [Data::descend::<4>, Data::descend::<8>, Data::descend::<16>, Data::descend::<32>] {
            let models: Vec<Classes> = (0..FOLDS).into_par_iter().map(|fold| descend(&data, fold)).collect();
            let misfit: f64 = models.iter().enumerate().map(|(fold, m)| data.misfit(m, fold)).sum();
            if misfit < least {
                least = misfit;
                best = Some(Self { models });
                failures = 0;
            } else {
                failures += 1;
                if failures == FAILURES {
                    break;
                }
            }
        }
        best
    }

    /// The table of a block as the model foretells it that never saw the block.
    pub(crate) fn table(&self, position: usize, block: &Block) -> Vec<f64> {
        self.models[fold(position)].table(block)
    }
}

/// The fold of a block: dealt by a mixing of bits (SplitMix64), so that no fold has a pattern.
fn fold(position: usize) -> usize {
    (mixed(position as u64) % FOLDS as u64) as usize
}

fn mixed(value: u64) -> u64 {
    let mut z = value.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Mean variance, over all directions, that chance gives one person's answer of these shares.
fn mean_spread(shares: &[f64]) -> f64 {
    (1.0 - shares.iter().map(|share| share * share).sum::<f64>()) / (shares.len() - 1) as f64
}

/// Shares of the classes, and in each the shares of every attribute's levels.
struct Classes {
    people: f64,
    weights: Vec<f64>,
    /// Level by level of all attributes, class by class.
    shares: Vec<f64>,
    offsets: Vec<usize>,
}

impl Classes {
    /// People in each cell of a block.
    fn table(&self, block: &Block) -> Vec<f64> {
        let classes = self.weights.len();
        // Cells of the attributes so far, class by class.
        let mut cells: Vec<f64> = self.weights.iter().map(|w| w * self.people).collect();
        for (attribute, levels) in block.attributes.iter().zip(&block.shape) {
            let first = self.offsets[*attribute] * classes;
            let shares = &self.shares[first..first + levels * classes];
            cells = cells
                .chunks_exact(classes)
                .flat_map(|cell| shares.chunks_exact(classes).map(move |level| (cell, level)))
                .flat_map(|(cell, level)| cell.iter().zip(level).map(|(c, l)| c * l))
                .collect();
        }
        cells.chunks_exact(classes).map(|cell| cell.iter().sum()).collect()
    }
}

/// A residual that classes are fitted to.
struct Target {
    fold: usize,
    /// Where each attribute's levels begin.
    attributes: Vec<usize>,
    shape: Vec<usize>,
    residual: Vec<f32>,
    /// One over the variance of noise and chance.
    precision: f32,
}

/// All that a fit looks at.
struct Data {
    people: f64,
    offsets: Vec<usize>,
    sizes: Vec<usize>,
    /// Logarithms of the noisy shares of each level, kept off zero.
    margins: Vec<f64>,
    targets: Vec<Target>,
}

impl Data {
    fn new(plan: &Plan, estimates: &ResidualEstimates) -> Self {
        let sizes: Vec<usize> = plan.workload().attributes().iter().map(|a| a.categories.len()).collect();
        let mut offsets = vec![0];
        for size in &sizes {
            offsets.push(offsets[offsets.len() - 1] + size);
        }
        let blocks = plan.closure().blocks();
        let people = estimates.block(plan, 0)[0].max(1.0);
        let fitted = |block: &Block| (1..=MAX_FITTED_ORDER).contains(&block.order());
        let cells: usize = blocks.iter().filter(|b| fitted(b)).map(|b| b.cells).sum();
        let spacing = cells.div_ceil(MAX_FITTED_CELLS).max(1);
        let mut margins: Vec<f64> =
            sizes.iter().flat_map(|size| std::iter::repeat_n(1.0 / *size as f64, *size)).collect();
        let mut targets = Vec::new();
        for (position, block) in blocks.iter().enumerate() {
            let residual = estimates.block(plan, position);
            if let [attribute] = block.attributes[..] {
                let margin = &mut margins[offsets[attribute]..offsets[attribute + 1]];
                margin.iter_mut().zip(residual).for_each(|(m, r)| *m = (*m + r / people).max(LEAST_SHARE));
            }
            if fitted(block) && (block.order() < 2 || position % spacing == 0) {
                targets.push(Target {
                    fold: fold(position),
                    attributes: block.attributes.iter().map(|a| offsets[*a]).collect(),
                    shape: block.shape.clone(),
                    residual: residual.iter().map(|r| *r as f32).collect(),
                    precision: (1.0 / plan.variance(position)) as f32,
                });
            }
        }
        for attribute in 0..sizes.len() {
            let margin = &mut margins[offsets[attribute]..offsets[attribute + 1]];
            let sum: f64 = margin.iter().sum();
            for share in margin {
                *share /= sum;
            }
        }
        for target in targets.iter_mut().filter(|target| target.attributes.len() >= 2) {
            let along = target.attributes.iter().zip(&target.shape);
            let chance: f64 = along.map(|(first, n)| mean_spread(&margins[*first..first + n])).product();
            target.precision = (1.0 / (1.0 / f64::from(target.precision) + people * chance)) as f32;
        }
        Self { people, offsets, sizes, margins, targets }
    }

    /// Everybody in one class: independent attributes.
    fn one_class(&self) -> Classes {
        Classes {
            people: self.people,
            weights: vec![1.0],
            shares: self.margins.clone(),
            offsets: self.offsets.clone(),
        }
    }

    /// Chi-squared of what a model foretells of a fold's pairs and triples.
    fn misfit(&self, model: &Classes, fold: usize) -> f64 {
        let classes = model.weights.len();
        let mut centered = model.shares.clone();
        for (attribute, size) in self.sizes.iter().enumerate() {
            for level in self.offsets[attribute]..self.offsets[attribute + 1] {
                centered[level * classes..(level + 1) * classes]
                    .iter_mut()
                    .for_each(|c| *c -= 1.0 / *size as f64);
            }
        }
        let of_target = |target: &Target| -> f64 {
            let mut cells: Vec<f64> = model.weights.iter().map(|w| w * model.people).collect();
            for (first, levels) in target.attributes.iter().zip(&target.shape) {
                let levels = &centered[first * classes..(first + levels) * classes];
                cells = cells
                    .chunks_exact(classes)
                    .flat_map(|cell| levels.chunks_exact(classes).map(move |level| (cell, level)))
                    .flat_map(|(cell, level)| cell.iter().zip(level).map(|(c, l)| c * l))
                    .collect();
            }
            let squares = cells.chunks_exact(classes).zip(&target.residual).map(|(cell, residual)| {
                let difference = cell.iter().sum::<f64>() - f64::from(*residual);
                difference * difference
            });
            squares.sum::<f64>() * f64::from(target.precision)
        };
        self.targets.iter().filter(|t| t.fold == fold && t.attributes.len() >= 2).map(of_target).sum()
    }

    /// Fits `K` classes to all blocks but those of a fold; single attributes are in every fit.
    fn descend<const K: usize>(&self, left_out: usize) -> Classes {
        let levels = self.margins.len();
        let seen: Vec<&Target> =
            self.targets.iter().filter(|t| t.fold != left_out || t.attributes.len() < 2).collect();
        let mut parameters = vec![0.0; levels * K + K];
        for (at, logit) in parameters.iter_mut().enumerate().take(levels * K) {
            // A sum of four uniform numbers: near enough to normal for a start.
            let bits = mixed(at as u64);
            let sum: f64 = (0..4).map(|part| f64::from((bits >> (16 * part)) as u16) / 65536.0 - 0.5).sum();
            *logit = START_SPREAD * sum * 3.0_f64.sqrt();
        }
        let (mut mean, mut square) = (vec![0.0; parameters.len()], vec![0.0; parameters.len()]);
        let (mut mean_left, mut square_left) = (1.0, 1.0);
        let pairs: Vec<&Target> = seen.iter().copied().filter(|t| t.attributes.len() <= 2).collect();
        for step in 0..STEPS_ON_PAIRS + STEPS {
            let seen = if step < STEPS_ON_PAIRS { &pairs } else { &seen };
            let left = (STEPS_ON_PAIRS + STEPS - step) as f64;
            let (weights, shares) = self.shares::<K>(&parameters);
            let gradient = self.gradient::<K>(seen, &parameters, &weights, &shares);
            mean_left *= MEAN_MEMORY;
            square_left *= SQUARE_MEMORY;
            let size = STEP_SIZE * (2.0 * left / STEPS as f64).min(1.0);
            for (((p, g), m), s) in parameters.iter_mut().zip(&gradient).zip(&mut mean).zip(&mut square) {
                *m += (1.0 - MEAN_MEMORY) * (g - *m);
                *s += (1.0 - SQUARE_MEMORY) * (g * g - *s);
                *p -= size * (*m / (1.0 - mean_left)) / ((*s / (1.0 - square_left)).sqrt() + 1e-8);
            }
        }
        let (weights, shares) = self.shares::<K>(&parameters);
        Classes { people: self.people, weights: weights.to_vec(), shares, offsets: self.offsets.clone() }
    }

    /// Shares of the classes and of the levels in them, from logits.
    fn shares<const K: usize>(&self, parameters: &[f64]) -> ([f64; K], Vec<f64>) {
        let levels = self.margins.len();
        let mut shares: Vec<f64> =
            (0..levels * K).map(|at| self.margins[at / K] * exp(parameters[at])).collect();
        for attribute in 0..self.sizes.len() {
            let own = &mut shares[self.offsets[attribute] * K..self.offsets[attribute + 1] * K];
            let mut sums = [0.0; K];
            own.chunks_exact(K).for_each(|level| (0..K).for_each(|k| sums[k] += level[k]));
            own.chunks_exact_mut(K).for_each(|level| (0..K).for_each(|k| level[k] /= sums[k]));
        }
        let mut weights = [0.0; K];
        (0..K).for_each(|k| weights[k] = exp(parameters[levels * K + k]));
        let sum: f64 = weights.iter().sum();
        for weight in &mut weights {
            *weight /= sum;
        }
        (weights, shares)
    }

    /// The gradient of half the chi-squared of `seen` and of the pull, in logits.
    fn gradient<const K: usize>(
        &self,
        seen: &[&Target],
        parameters: &[f64],
        weights: &[f64; K],
        shares: &[f64],
    ) -> Vec<f64> {
        let levels = self.margins.len();
        let mut centered = vec![[0.0_f32; K]; levels];
        for (attribute, size) in self.sizes.iter().enumerate() {
            for level in self.offsets[attribute]..self.offsets[attribute + 1] {
                for k in 0..K {
                    centered[level][k] = (shares[level * K + k] - 1.0 / *size as f64) as f32;
                }
            }
        }
        let mut scaled = [0.0_f32; K];
        (0..K).for_each(|k| scaled[k] = (weights[k] * self.people) as f32);
        let mut by_level = vec![[0.0_f32; K]; levels];
        let mut by_class = [0.0_f32; K];
        for target in seen {
            let sum = target.walk(&target.attributes, &target.shape, &scaled, 0, &centered, &mut by_level);
            (0..K).for_each(|k| by_class[k] += sum[k]);
        }
        let mut gradient = vec![0.0; parameters.len()];
        for attribute in 0..self.sizes.len() {
            let own = self.offsets[attribute]..self.offsets[attribute + 1];
            let mut along = [0.0; K];
            for level in own.clone() {
                for k in 0..K {
                    along[k] += shares[level * K + k] * f64::from(by_level[level][k]);
                }
            }
            for level in own {
                for k in 0..K {
                    let at = level * K + k;
                    gradient[at] =
                        shares[at] * (f64::from(by_level[level][k]) - along[k]) + PULL * parameters[at];
                }
            }
        }
        let along: f64 = (0..K).map(|k| weights[k] * self.people * f64::from(by_class[k])).sum();
        for k in 0..K {
            gradient[levels * K + k] = weights[k] * (self.people * f64::from(by_class[k]) - along);
        }
        gradient
    }
}

impl Target {
    /// Adds the gradient of half of this residual's chi-squared by every centered share to
    /// `by_level`; answers the gradient by what came in, `product`.
    fn walk<const K: usize>(
        &self,
        attributes: &[usize],
        shape: &[usize],
        product: &[f32; K],
        cell: usize,
        centered: &[[f32; K]],
        by_level: &mut [[f32; K]],
    ) -> [f32; K] {
        let mut back = [0.0; K];
        let (first, levels) = (attributes[0], shape[0]);
        if attributes.len() == 1 {
            for level in 0..levels {
                let own = &centered[first + level];
                let mut sums = [0.0_f32; 4];
                for k in 0..K {
                    sums[k % 4] += product[k] * own[k];
                }
                let foretold = (sums[0] + sums[1]) + (sums[2] + sums[3]);
                let error = (foretold - self.residual[cell * levels + level]) * self.precision;
                let slot = &mut by_level[first + level];
                for k in 0..K {
                    slot[k] += error * product[k];
                    back[k] += error * own[k];
                }
            }
            return back;
        }
        for level in 0..levels {
            let own = centered[first + level];
            let mut inner = [0.0; K];
            (0..K).for_each(|k| inner[k] = product[k] * own[k]);
            let at = cell * levels + level;
            let below = self.walk(&attributes[1..], &shape[1..], &inner, at, centered, by_level);
            let slot = &mut by_level[first + level];
            for k in 0..K {
                slot[k] += below[k] * product[k];
                back[k] += below[k] * own[k];
            }
        }
        back
    }
}

#[cfg(test)]
#[path = "latent_classes_tests.rs"]
mod tests;
