//! Tables that agree with each other and have nothing negative, as near as may be to tables that
//! don't quite.
//!
//! Tables that agree pair by pair need not be margins of any non-negative table at all, so what is
//! estimated table by table may contradict itself. In the residual basis every choice of residuals
//! makes tables that agree; of these choices the one is sought that has no negative cell and is
//! nearest to the estimates, each weighed by its noise.
//!
//! ```text
//!   residuals ─► tables ─► not below 0 ─► their residuals, averaged over the tables ─┐
//!       ▲──────────────────────────────────────────────────────────────────────────┘
//! ```
//!
//! # Privacy
//! Post-processing.
//!
//! # Source
//! GReM-LNN (Mullins et al., NeurIPS 2024), by the alternating direction method of multipliers.

use rayon::prelude::*;

use crate::closure::{Block, Closure};
use crate::layout::{for_each_cell, project, strides_within};
use crate::plan::Plan;

/// Rounds at most, and rounds after which tables that have become negative join in.
const ROUNDS: usize = 400;
const ROUNDS_TO_A_LOOK: usize = 10;

/// A cell may still miss zero by this share of an average cell; that much of the even table is
/// mixed in at the end.
const TOLERANCE: f64 = 1e-4;

/// Makes the tables of all blocks agree and non-negative, in place. `tables` holds one a block,
/// each near to agreeing with those below it.
pub(crate) fn reconcile(plan: &Plan, tables: &mut [Vec<f64>]) {
    let blocks = plan.closure().blocks();
    let people = tables[0][0];
    if people <= 0.0 {
        return;
    }
    let wanted: Vec<Vec<f64>> = blocks
        .iter()
        .zip(tables.iter())
        .map(|(block, table)| {
            let mut residual = table.clone();
            project(&mut residual, &block.shape);
            residual
        })
        .collect();
    let mut residuals = wanted.clone();
    let lattices: Vec<Lattice> =
        plan.closure().largest().into_iter().map(|own| Lattice::new(plan.closure(), own)).collect();
    let weights: Vec<f64> = (0..blocks.len()).map(|position| 1.0 / plan.variance(position)).collect();
    let mut states: Vec<Option<State>> = lattices.iter().map(|_| None).collect();
    for round in 0..ROUNDS {
        if round % ROUNDS_TO_A_LOOK == 0 {
            let made: Vec<Vec<f64>> = lattices.par_iter().map(|l| l.table(blocks, &residuals)).collect();
            let mut worst = 0.0_f64;
            for ((table, state), lattice) in made.into_iter().zip(&mut states).zip(&lattices) {
                let least = table.iter().copied().fold(f64::INFINITY, f64::min);
                let miss = -least * lattice.cells / people;
                worst = worst.max(miss);
                if miss > TOLERANCE && state.is_none() {
                    let clipped = table.iter().map(|x| x.max(0.0)).collect();
                    *state = Some(State { clipped, owed: vec![0.0; table.len()] });
                }
            }
            if worst <= TOLERANCE {
                break;
            }
        }
        step(blocks, &lattices, &weights, &wanted, &mut residuals, &mut states);
    }
    // What is still negative is lifted by mixing in the table that is the same everywhere, whose
    // residuals are zero: all tables alike, so they still agree.
    let made: Vec<Vec<f64>> = lattices.par_iter().map(|l| l.table(blocks, &residuals)).collect();
    let lowest = made.iter().zip(&lattices).flat_map(|(t, l)| t.iter().map(move |x| -x * l.cells / people));
    let lift = lowest.fold(0.0_f64, f64::max);
    let kept = 1.0 / (1.0 + lift);
    residuals.iter_mut().skip(1).flatten().for_each(|r| *r *= kept);
    for (position, table) in tables.iter_mut().enumerate() {
        *table = Lattice::new(plan.closure(), position).table(blocks, &residuals);
        for cell in table.iter_mut() {
            *cell = cell.max(0.0);
        }
    }
}

/// A table and the residuals that it is made of.
struct Lattice {
    /// Position of the table's own block.
    own: usize,
    cells: f64,
    /// Every subset's block, with its strides within the table.
    parts: Vec<(usize, Vec<usize>)>,
}

/// A table under way.
struct State {
    /// The table without what was below zero.
    clipped: Vec<f64>,
    /// What the rounds so far have left undone.
    owed: Vec<f64>,
}

impl Lattice {
    fn new(closure: &Closure, own: usize) -> Self {
        let blocks = closure.blocks();
        let block = &blocks[own];
        let parts = closure
            .subsets_of_block(own)
            .into_iter()
            .map(|a| (a, strides_within(&block.attributes, &blocks[a].attributes, &blocks[a].shape)))
            .collect();
        Self { own, cells: block.cells as f64, parts }
    }

    /// The table that residuals make.
    fn table(&self, blocks: &[Block], residuals: &[Vec<f64>]) -> Vec<f64> {
        let mut table = vec![0.0; blocks[self.own].cells];
        for (position, within) in &self.parts {
            let part = blocks[*position].cells as f64 / self.cells;
            let residual = &residuals[*position];
            for_each_cell(&blocks[self.own].shape, within, |cell, inner| {
                table[cell] += residual[inner] * part;
            });
        }
        table
    }

    /// The residuals that a table is made of, each beside its block.
    fn residuals(&self, blocks: &[Block], table: &[f64]) -> Vec<(usize, Vec<f64>)> {
        self.parts
            .iter()
            .map(|(position, within)| {
                let mut residual = vec![0.0; blocks[*position].cells];
                for_each_cell(&blocks[self.own].shape, within, |cell, inner| residual[inner] += table[cell]);
                project(&mut residual, &blocks[*position].shape);
                (*position, residual)
            })
            .collect()
    }
}

/// One round: residuals between what is wanted and what the clipped tables say, then clip again.
fn step(
    blocks: &[Block],
    lattices: &[Lattice],
    weights: &[f64],
    wanted: &[Vec<f64>],
    residuals: &mut [Vec<f64>],
    states: &mut [Option<State>],
) {
    let said: Vec<Vec<(usize, Vec<f64>)>> = lattices
        .par_iter()
        .zip(&*states)
        .map(|(lattice, state)| {
            let Some(state) = state else { return Vec::new() };
            let table: Vec<f64> = state.clipped.iter().zip(&state.owed).map(|(z, u)| z - u).collect();
            lattice.residuals(blocks, &table)
        })
        .collect();
    let mut sums: Vec<Option<(f64, Vec<f64>)>> = blocks.iter().map(|_| None).collect();
    for (lattice, said) in lattices.iter().zip(&said) {
        for (position, residual) in said {
            // A residual spread over a larger table counts there by the share of its cells.
            let weight = weights[lattice.own] * blocks[*position].cells as f64 / lattice.cells;
            let (total, sum) = sums[*position].get_or_insert_with(|| (0.0, vec![0.0; residual.len()]));
            *total += weight;
            sum.iter_mut().zip(residual).for_each(|(s, r)| *s += weight * r);
        }
    }
    // The total stays what it is.
    for (position, sum) in sums.into_iter().enumerate().skip(1) {
        if let Some((total, sum)) = sum {
            let own = weights[position];
            for ((residual, wanted), sum) in residuals[position].iter_mut().zip(&wanted[position]).zip(sum) {
                *residual = (own * wanted + sum) / (own + total);
            }
        }
    }
    let residuals = &*residuals;
    lattices.par_iter().zip(states).for_each(|(lattice, state)| {
        let Some(state) = state else { return };
        let table = lattice.table(blocks, residuals);
        for ((z, u), x) in state.clipped.iter_mut().zip(&mut state.owed).zip(table) {
            *z = (x + *u).max(0.0);
            *u += x - *z;
        }
    });
}

#[cfg(test)]
#[path = "agreement_tests.rs"]
mod tests;
