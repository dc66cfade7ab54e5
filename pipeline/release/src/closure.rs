//! The closure of a workload: every subset of every table's attributes, the empty set included.

use std::collections::BTreeMap;
use std::ops::Range;

use domain::Workload;

use crate::plan::PlanError;

/// Cells that all marginals of a closure may have together: what one machine measures in minutes.
pub(crate) const MAX_CELLS: usize = 20_000_000;

/// Rows that a person table may have. With [`MAX_CELLS`] it bounds every exact integer below:
/// 2^32 persons times 2^25 cells stays under 2^57, far from the end of `i64`.
pub(crate) const MAX_PERSONS: u64 = 1 << 32;

/// Dimensions of one table; beyond it even binary attributes leave [`MAX_CELLS`] behind.
const MAX_DIMENSIONS: usize = 20;

const _: () = assert!((MAX_CELLS as u128) * (MAX_PERSONS as u128) < 1 << 57);

/// One set of attributes whose residual is measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    /// Attributes, ascending, as positions in the workload; empty for the total.
    pub(crate) attributes: Vec<usize>,
    /// Sizes of their domains.
    pub(crate) shape: Vec<usize>,
    /// Cells: the product of the sizes, which is also what the integer query is scaled by.
    pub(crate) cells: usize,
    /// Where the block begins in a flat vector over the closure.
    pub(crate) offset: usize,
}

impl Block {
    /// Number of attributes.
    pub(crate) fn order(&self) -> usize {
        self.attributes.len()
    }

    /// The block's part of a flat vector over the closure.
    pub(crate) fn range(&self) -> Range<usize> {
        self.offset..self.offset + self.cells
    }

    /// Squared L2 sensitivity of the integer residual query to one person: ∏ nᵢ(nᵢ − 1).
    ///
    /// It can't overflow: it lies below the square of [`MAX_CELLS`]. Proved at [`crate::Exact`].
    pub(crate) fn squared_sensitivity(&self) -> u64 {
        self.shape.iter().map(|n| (n * (n - 1)) as u64).product()
    }

    /// s = ∏ (1 − 1/nᵢ): squared sensitivity of the residual itself.
    pub(crate) fn sensitivity_factor(&self) -> f64 {
        self.shape.iter().map(|n| 1.0 - 1.0 / *n as f64).product()
    }
}

/// All blocks of a workload, by order and then by attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Closure {
    blocks: Vec<Block>,
    /// For each table of the workload the blocks of its subsets, ascending; the last is its own.
    tables: Vec<Vec<usize>>,
    cells: usize,
}

impl Closure {
    /// Enumerates the closure.
    ///
    /// # Errors
    /// [`PlanError::TooLarge`] when its cells would exceed [`MAX_CELLS`], naming the table that
    /// passes the limit.
    pub(crate) fn new(workload: &Workload) -> Result<Self, PlanError> {
        let sizes: Vec<usize> = workload.attributes().iter().map(|a| a.categories.len()).collect();
        // Keyed by order first, so that iteration goes from the total upwards.
        let mut sets: BTreeMap<(usize, Vec<usize>), usize> = BTreeMap::new();
        let mut total: u128 = 0;
        for table in workload.tables() {
            let too_large =
                |cells| PlanError::TooLarge { table: table.name.clone(), cells, limit: MAX_CELLS };
            let alone = table.dimensions.iter().fold(1_u128, |p, d| p.saturating_mul(sizes[*d] as u128 + 1));
            if alone > MAX_CELLS as u128 || table.dimensions.len() > MAX_DIMENSIONS {
                return Err(too_large(alone));
            }
            for set in subsets(&table.dimensions) {
                sets.entry((set.len(), set)).or_insert_with_key(|(_, set)| {
                    let cells = set.iter().map(|d| sizes[*d]).product::<usize>();
                    total += cells as u128;
                    cells
                });
            }
            if total > MAX_CELLS as u128 {
                return Err(too_large(total));
            }
        }
        let mut offset = 0;
        let mut blocks = Vec::with_capacity(sets.len());
        let mut positions = BTreeMap::new();
        for ((_, attributes), cells) in sets {
            positions.insert(attributes.clone(), blocks.len());
            let shape = attributes.iter().map(|d| sizes[*d]).collect();
            blocks.push(Block { attributes, shape, cells, offset });
            offset += cells;
        }
        let tables = workload
            .tables()
            .iter()
            .map(|table| {
                let mut members: Vec<usize> = subsets(&table.dimensions).map(|set| positions[&set]).collect();
                members.sort_unstable();
                members
            })
            .collect();
        Ok(Self { blocks, tables, cells: offset })
    }

    /// All blocks; the first is the total.
    pub(crate) fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// Cells of all blocks together.
    pub(crate) fn cells(&self) -> usize {
        self.cells
    }

    /// The blocks of a table's subsets, ascending; the last is the table's own.
    pub(crate) fn subsets_of_table(&self, table: usize) -> &[usize] {
        &self.tables[table]
    }

    /// The block over a table's own attributes.
    pub(crate) fn block_of_table(&self, table: usize) -> usize {
        *self.tables[table].last().expect("a table has at least the empty subset")
    }

    /// The positions of the blocks of each order, from the total upwards.
    pub(crate) fn orders(&self) -> Vec<Range<usize>> {
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for (position, block) in self.blocks.iter().enumerate() {
            match ranges.get_mut(block.order()) {
                Some(range) => range.end = position + 1,
                None => ranges.push(position..position + 1),
            }
        }
        ranges
    }

    /// The blocks that lie in no other: what the others are margins of.
    pub(crate) fn largest(&self) -> Vec<usize> {
        let mut largest = vec![true; self.blocks.len()];
        for (position, block) in self.blocks.iter().enumerate() {
            for axis in 0..block.order() {
                largest[self.facet(position, axis)] = false;
            }
        }
        (0..self.blocks.len()).filter(|position| largest[*position]).collect()
    }

    /// The blocks of all subsets of a block's attributes, its own the last.
    pub(crate) fn subsets_of_block(&self, block: usize) -> Vec<usize> {
        let mut members: Vec<usize> =
            subsets(&self.blocks[block].attributes).map(|set| self.position(&set)).collect();
        members.sort_unstable();
        members
    }

    /// The block over `attributes` without the one at `axis`: a facet. The closure is closed
    /// downwards, so it is there.
    pub(crate) fn facet(&self, block: usize, axis: usize) -> usize {
        let mut attributes = self.blocks[block].attributes.clone();
        attributes.remove(axis);
        self.position(&attributes)
    }

    fn position(&self, attributes: &[usize]) -> usize {
        self.blocks
            .binary_search_by(|b| (b.order(), &b.attributes[..]).cmp(&(attributes.len(), attributes)))
            .expect("a closure holds every subset of its sets")
    }
}

/// All subsets of a set, each ascending.
fn subsets(set: &[usize]) -> impl Iterator<Item = Vec<usize>> {
    let mut sorted = set.to_vec();
    sorted.sort_unstable();
    (0..1_u32 << sorted.len()).map(move |mask| {
        sorted.iter().enumerate().filter(|(bit, _)| mask >> bit & 1 == 1).map(|(_, a)| *a).collect()
    })
}

#[cfg(test)]
mod tests {
    use domain::{Attribute, Breakdown, Service, Table, Word, standard_workload};

    use super::*;

    fn workload(sizes: &[usize], tables: &[&[usize]]) -> Workload {
        let attributes = sizes
            .iter()
            .enumerate()
            .map(|(i, n)| Attribute {
                name: format!("a{i}"),
                categories: (0..*n).map(|c| c.to_string()).collect(),
            })
            .collect();
        let tables = tables
            .iter()
            .enumerate()
            .map(|(i, d)| Table { name: format!("t{i}"), dimensions: d.to_vec(), weight: 1.0, subject: None })
            .collect();
        Workload::new(attributes, tables).expect("valid")
    }

    #[test]
    fn every_subset_once_from_the_total_upwards() {
        let closure = Closure::new(&workload(&[2, 3, 4], &[&[2, 0], &[1, 0]])).expect("fits");
        let sets: Vec<&[usize]> = closure.blocks().iter().map(|b| &b.attributes[..]).collect();
        assert_eq!(sets, [&[][..], &[0], &[1], &[2], &[0, 1], &[0, 2]]);
        assert_eq!(closure.cells(), 1 + 2 + 3 + 4 + 6 + 8);
        assert_eq!(closure.subsets_of_table(0), [0, 1, 3, 5]);
        assert_eq!((closure.block_of_table(0), closure.block_of_table(1)), (5, 4));
        assert_eq!(closure.orders(), [0..1, 1..4, 4..6]);
        assert_eq!((closure.facet(5, 0), closure.facet(5, 1), closure.facet(1, 0)), (3, 1, 0));
        assert_eq!(closure.blocks()[5].squared_sensitivity(), 2 * 4 * 3);
    }

    #[test]
    fn the_standard_closure_is_small() {
        let workload = standard_workload(Service::ALL, Breakdown::ALL).expect("valid");
        let closure = Closure::new(&workload).expect("fits");
        assert!(closure.cells() < 25_000, "{}", closure.cells());
    }

    #[test]
    fn what_does_not_fit_is_refused_by_name() {
        let wide = workload(&[256; 4], &[&[0, 1], &[0, 1, 2, 3]]);
        let error = Closure::new(&wide).expect_err("2^32 cells");
        assert!(
            matches!(&error, PlanError::TooLarge { table, cells, .. } if table == "t1" && *cells > 1 << 32)
        );
        let many = workload(&[250; 3], &[&[0, 1, 2]]);
        assert!(error.to_string().contains("`t1`"));
        assert!(Closure::new(&many).is_ok(), "16 million cells still fit");
        let deep = workload(&[2; 40], &[&(0..40).collect::<Vec<_>>()]);
        assert!(Closure::new(&deep).is_err());
    }
}
