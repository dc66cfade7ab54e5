//! The exact world: marginals of the person table and their integer residual queries. Nothing in
//! here leaves without noise.

use rayon::prelude::*;

use crate::closure::{Block, Closure};
use crate::layout::{for_each_cell, for_each_lane, strides, strides_within};
use crate::persons::{PersonTable, PersonTableError};
use crate::plan::Plan;

/// Rows that are counted table by table before the next rows are read, so that they stay in cache.
const ROWS_AT_ONCE: usize = 4096;

/// Something exact about people. Measuring it is its only use.
///
/// # Privacy
/// No getter, no `Debug`, no `Clone`, no serialization. Neighbours are person tables with one row
/// more or less.
///
/// **Sensitivity.** For a set A of attributes with domain sizes nᵢ let m be its exact marginal, and
/// let the integer residual query be w = (⊗ᵢ (nᵢ I − 1 1ᵀ)) m. Adding or removing a row whose
/// codes on A are x changes m by the unit vector eₓ = ⊗ᵢ e(xᵢ), up to sign, and w, which is linear,
/// by ⊗ᵢ (nᵢ e(xᵢ) − 1). A factor holds nᵢ − 1 once and −1 in its other nᵢ − 1 places; its squared
/// length is (nᵢ − 1)² + (nᵢ − 1) = nᵢ (nᵢ − 1). The squared length of a Kronecker product is the
/// product of those of its factors, so the whole moves by exactly
///
/// > ‖Δw‖² = ∏ᵢ nᵢ (nᵢ − 1), whichever row it is,
///
/// and for the empty set (the total) by 1. This is the squared L2 sensitivity that the plan states
/// for each query and that OpenDP's map is given.
///
/// **Integers.** With at most 2^32 rows and 20 million cells every entry, intermediate ones
/// included, stays below rows · ∏ nᵢ < 2^57 (along an axis that is not transformed yet, each row
/// is counted once). Both bounds are checked before anything is counted, so no overflow depends on
/// data; the profile's overflow checks stand behind them.
///
/// ```compile_fail
/// # use domain::{Attribute, Objective, Table, Workload};
/// # let categories = vec!["a".to_owned(), "b".to_owned()];
/// # let attributes = vec![Attribute { name: "x".to_owned(), categories }];
/// # let table = Table { name: "t".to_owned(), dimensions: vec![0], weight: 1.0, subject: None };
/// # let workload = Workload::new(attributes, vec![table])?;
/// # let persons = release::PersonTable::new(&workload, vec![vec![0, 1, 1]])?;
/// # let plan = release::Plan::new(&workload, Objective::TotalVariance, 0.1)?;
/// let exact = release::Exact::tabulate(&plan, persons)?;
/// println!("{exact:?}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// ```compile_fail
/// # use domain::{Attribute, Objective, Table, Workload};
/// # let categories = vec!["a".to_owned(), "b".to_owned()];
/// # let attributes = vec![Attribute { name: "x".to_owned(), categories }];
/// # let table = Table { name: "t".to_owned(), dimensions: vec![0], weight: 1.0, subject: None };
/// # let workload = Workload::new(attributes, vec![table])?;
/// # let persons = release::PersonTable::new(&workload, vec![vec![0, 1, 1]])?;
/// # let plan = release::Plan::new(&workload, Objective::TotalVariance, 0.1)?;
/// let exact = release::Exact::tabulate(&plan, persons)?;
/// let kept = exact.clone();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The same without their last lines compiles:
/// ```
/// # use domain::{Attribute, Objective, Table, Workload};
/// # let categories = vec!["a".to_owned(), "b".to_owned()];
/// # let attributes = vec![Attribute { name: "x".to_owned(), categories }];
/// # let table = Table { name: "t".to_owned(), dimensions: vec![0], weight: 1.0, subject: None };
/// # let workload = Workload::new(attributes, vec![table])?;
/// # let persons = release::PersonTable::new(&workload, vec![vec![0, 1, 1]])?;
/// # let plan = release::Plan::new(&workload, Objective::TotalVariance, 0.1)?;
/// let exact = release::Exact::tabulate(&plan, persons)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Exact<T> {
    value: T,
    plan_digest: [u8; 32],
}

/// Counts of every cell of every marginal of a closure.
pub struct Marginals(Vec<i64>);

/// Integer residual answers of every block of a closure.
pub(crate) struct Residuals(Vec<i64>);

impl Exact<Marginals> {
    /// Counts all marginals of a plan in one pass over the rows, on all cores.
    ///
    /// Only the largest sets are counted; the others are their sums. Counts are integers, so the
    /// result does not depend on how rows were split.
    ///
    /// # Errors
    /// [`PersonTableError::OtherWorkload`] when the table was made for other attributes.
    pub fn tabulate(plan: &Plan, persons: PersonTable) -> Result<Self, PersonTableError> {
        let sizes: Vec<usize> = plan.workload().attributes().iter().map(|a| a.categories.len()).collect();
        if sizes != persons.sizes() {
            return Err(PersonTableError::OtherWorkload);
        }
        let closure = plan.closure();
        let parents = cheapest_parents(closure);
        let mut counts = count_largest(closure, &parents, &persons);
        drop(persons);
        // Blocks stand by order, so a parent (one attribute more) is always done before its child.
        for (position, block) in closure.blocks().iter().enumerate().rev() {
            if let Some(parent) = parents[position] {
                let parent = &closure.blocks()[parent];
                let within = strides_within(&parent.attributes, &block.attributes, &block.shape);
                let (lower, upper) = counts.split_at_mut(parent.offset);
                let sums = &mut lower[block.range()];
                for_each_cell(&parent.shape, &within, |cell, sum| sums[sum] += upper[cell]);
            }
        }
        Ok(Self { value: Marginals(counts), plan_digest: plan.digest() })
    }

    /// The counts of a block, for comparing estimates with a truth that is known anyway.
    pub(crate) fn truth(&self, block: &Block) -> &[i64] {
        &self.value.0[block.range()]
    }

    /// The integer residual answers (⊗ (nᵢ I − 1 1ᵀ)) m of every block.
    pub(crate) fn residuals(&self, plan: &Plan) -> Exact<Residuals> {
        let mut values = self.value.0.clone();
        for block in plan.closure().blocks() {
            transform(&mut values[block.range()], &block.shape);
        }
        Exact { value: Residuals(values), plan_digest: self.plan_digest }
    }
}

impl Exact<Residuals> {
    /// The answers of a block, for the mechanism.
    pub(crate) fn block(&self, block: &Block) -> &[i64] {
        &self.value.0[block.range()]
    }
}

impl<T> Exact<T> {
    /// Digest of the plan that it was counted for.
    pub(crate) fn plan_digest(&self) -> &[u8; 32] {
        &self.plan_digest
    }
}

/// Applies n I − 1 1ᵀ along every axis: n times each cell, less its lane's sum.
fn transform(values: &mut [i64], shape: &[usize]) {
    let strides = strides(shape);
    for axis in 0..shape.len() {
        let (n, stride) = (shape[axis], strides[axis]);
        for_each_lane(shape, axis, |start| {
            let sum: i64 = (0..n).map(|k| values[start + k * stride]).sum();
            for k in 0..n {
                let cell = &mut values[start + k * stride];
                *cell = i64::from(n as u32) * *cell - sum;
            }
        });
    }
}

/// For every block the smallest block with one attribute more that holds it; `None` for the
/// largest sets, which have to be counted.
fn cheapest_parents(closure: &Closure) -> Vec<Option<usize>> {
    let mut parents: Vec<Option<usize>> = vec![None; closure.blocks().len()];
    for (position, block) in closure.blocks().iter().enumerate() {
        for axis in 0..block.order() {
            let parent = &mut parents[closure.facet(position, axis)];
            if parent.is_none_or(|known| block.cells < closure.blocks()[known].cells) {
                *parent = Some(position);
            }
        }
    }
    parents
}

/// Counts the sets without a parent; everything else stays zero.
fn count_largest(closure: &Closure, parents: &[Option<usize>], persons: &PersonTable) -> Vec<i64> {
    let largest: Vec<&Block> =
        closure.blocks().iter().zip(parents).filter(|(_, p)| p.is_none()).map(|(b, _)| b).collect();
    let rows = persons.persons();
    let threads = rayon::current_num_threads().max(1);
    let share = rows.div_ceil(threads).max(1);
    let ranges: Vec<_> = (0..rows).step_by(share).map(|start| start..(start + share).min(rows)).collect();
    ranges
        .into_par_iter()
        .map(|range| {
            let mut counts = vec![0_i64; closure.cells()];
            let mut cells = vec![0_usize; ROWS_AT_ONCE];
            for start in range.clone().step_by(ROWS_AT_ONCE) {
                let end = (start + ROWS_AT_ONCE).min(range.end);
                for block in &largest {
                    let cells = &mut cells[..end - start];
                    cells.fill(0);
                    for (attribute, n) in block.attributes.iter().zip(&block.shape) {
                        let codes = &persons.column(*attribute)[start..end];
                        for (cell, code) in cells.iter_mut().zip(codes) {
                            *cell = *cell * n + usize::from(*code);
                        }
                    }
                    let counts = &mut counts[block.range()];
                    for cell in cells.iter() {
                        counts[*cell] += 1;
                    }
                }
            }
            counts
        })
        .reduce_with(|mut left, right| {
            left.iter_mut().zip(right).for_each(|(l, r)| *l += r);
            left
        })
        .unwrap_or_else(|| vec![0; closure.cells()])
}

#[cfg(test)]
#[path = "exact_tests.rs"]
mod tests;
