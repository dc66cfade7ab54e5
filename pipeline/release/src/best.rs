//! The best estimate: non-negative, mutually consistent tables, shrunk where the data shows
//! nothing. Biased by design: for reading, not for summing, and without an interval.
//!
//! ```text
//!   total ─► every attribute ─► every pair ─► every triple ─► …
//!   at each order: guesses at each table ─► shrinkage, learned from all tables of the order
//!                  ─► not below 0 ─► margins of the order below again
//!   guesses: the table of maximum entropy that the tables below imply, and what latent classes
//!            foretell, given those margins, and what lies midway
//! ```
//!
//! # Privacy
//! Computed from noisy answers alone: post-processing.

use rayon::prelude::*;

use crate::agreement::reconcile;
use crate::chance::{self, Axis};
use crate::fitting::{Fit, Margin, fit};
use crate::latent_classes::Foretold;
use crate::layout::{for_each_cell, strides_within};
use crate::plan::Plan;
use crate::reconstruct::ResidualEstimates;
use crate::shrinkage::{Candidates, Guess, Shrinkage};

/// A cell is not clipped below this share of what the prior says, so that the margins can be
/// reached by scaling.
const FLOOR_SHARE: f64 = 1e-3;

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
fn best_blocks(plan: &Plan, estimates: &ResidualEstimates) -> Vec<Vec<f64>> {
    let foretold = Foretold::new(plan, estimates);
    let mut search = Search { plan, estimates, foretold: foretold.as_ref(), axes: even_axes(plan) };
    let mut best: Vec<Vec<f64>> = Vec::new();
    let mut all = Fit::Reached;
    for (order, positions) in plan.closure().orders().into_iter().enumerate() {
        if order == 2 {
            search.learn_axes(&best);
        }
        let search = &search;
        // Blocks of one order need only those below, so they can be done side by side.
        let candidates: Vec<(Candidates<'_>, Fit)> =
            positions.clone().into_par_iter().map(|position| search.candidates(&best, position)).collect();
        let seen: Vec<&Candidates<'_>> = candidates.iter().map(|(candidates, _)| candidates).collect();
        let shrinkage = Shrinkage::learn(&seen, search.guesses(order));
        let found: Vec<(Vec<f64>, Fit)> = positions
            .into_par_iter()
            .zip(&candidates)
            .map(|(position, (candidates, guessed))| {
                let (table, fit) = search.table(&best, position, &shrinkage, candidates);
                (table, if *guessed == Fit::Missed { Fit::Missed } else { fit })
            })
            .collect();
        for (table, fit) in found {
            best.push(table);
            if fit == Fit::Missed {
                all = Fit::Missed;
            }
        }
    }
    if all == Fit::Missed {
        reconcile(plan, &mut best);
    }
    best
}

/// What every step of the search looks at.
struct Search<'a> {
    plan: &'a Plan,
    estimates: &'a ResidualEstimates,
    foretold: Option<&'a Foretold>,
    /// What chance does along each attribute.
    axes: Vec<Axis>,
}

/// Axes of attributes of which nothing is known.
fn even_axes(plan: &Plan) -> Vec<Axis> {
    let sizes = plan.workload().attributes().iter().map(|attribute| attribute.categories.len());
    sizes.map(|n| Axis::new(&vec![1.0 / n as f64; n])).collect()
}

impl Search<'_> {
    /// Takes the shares of attributes' levels from their best tables.
    fn learn_axes(&mut self, best: &[Vec<f64>]) {
        for (block, table) in self.plan.closure().blocks().iter().zip(best) {
            let people: f64 = table.iter().sum();
            if let ([attribute], true) = (&block.attributes[..], people > 0.0) {
                let shares: Vec<f64> = table.iter().map(|cell| cell / people).collect();
                self.axes[*attribute] = Axis::new(&shares);
            }
        }
    }

    /// Guesses at each table of an order.
    fn guesses(&self, order: usize) -> usize {
        if order >= 2 && self.foretold.is_some() { 3 } else { 1 }
    }

    /// The guesses at a block's table, given those below it, and whether a table has their margins.
    /// Tables that agree pair by pair need not be margins of any; a guess then lies between them.
    fn candidates(&self, below: &[Vec<f64>], position: usize) -> (Candidates<'_>, Fit) {
        let block = &self.plan.closure().blocks()[position];
        let residual = self.estimates.block(self.plan, position);
        let people = self.estimates.block(self.plan, 0)[0].max(0.0);
        let mut tables = vec![vec![1.0; block.cells]];
        let mut reached = Fit::Reached;
        if block.order() == 0 {
            tables[0][0] = people;
        } else {
            let margins = self.margins(below, position);
            reached = fit(&mut tables[0], &margins);
            if let Some(foretold) = self.foretold.filter(|_| block.order() >= 2) {
                let mut table = foretold.table(position, block);
                fit(&mut table, &margins);
                let midway = tables[0].iter().zip(&table).map(|(a, b)| f64::midpoint(*a, *b)).collect();
                tables.extend([table, midway]);
            }
        }
        let axes: Vec<&Axis> = block.attributes.iter().map(|attribute| &self.axes[*attribute]).collect();
        let guess = |table: Vec<f64>| {
            let difference: Vec<f64> = residual.iter().zip(&table).map(|(r, t)| r - t).collect();
            // A table's margins have no coordinates: what is left is its residual.
            Guess { difference: chance::coordinates(&difference, &axes), table }
        };
        let candidates = Candidates {
            noise: self.plan.variance(position),
            average: people / block.cells as f64,
            chance: chance::spreads(&axes).into_iter().map(|spread| spread * people).collect(),
            guesses: tables.into_iter().map(guess).collect(),
            axes,
        };
        (candidates, reached)
    }

    /// The best table of one block, and whether it has the margins of those below.
    fn table(
        &self,
        below: &[Vec<f64>],
        position: usize,
        shrinkage: &Shrinkage,
        candidates: &Candidates<'_>,
    ) -> (Vec<f64>, Fit) {
        let prior = &candidates.guesses[0].table;
        if position == 0 {
            return (prior.clone(), Fit::Reached);
        }
        let estimate = shrinkage.estimate(candidates);
        let mut table: Vec<f64> =
            estimate.iter().zip(prior).map(|(cell, prior)| cell.max(FLOOR_SHARE * prior)).collect();
        let reached = fit(&mut table, &self.margins(below, position));
        (table, reached)
    }

    /// The margins that a block's table has to have.
    fn margins<'b>(&self, below: &'b [Vec<f64>], position: usize) -> Vec<Margin<'b>> {
        let closure = self.plan.closure();
        let block = &closure.blocks()[position];
        (0..block.order())
            .map(|axis| Margin::new(&block.shape, axis, &below[closure.facet(position, axis)]))
            .collect()
    }
}

#[cfg(test)]
#[path = "best_tests.rs"]
mod tests;
