//! Which rows of a large file are looked at before its records are read: those of the records whose ids hash lowest.
//!
//! Rows that are drawn by their place in the file, every tenth say, show nothing of what stands at the other places;
//! rows that are drawn by a hash of their record's id are the same in whatever order they stand, and however long they are.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::kept_cells::KeptCells;

/// The most rows that are looked at. Of more, between half of that and all of it are: enough to tell what one in
/// twenty share, and of a column that is filled in one row of twenty, too.
const MOST_ROWS: usize = 1 << 14;
/// Bytes of their cells.
const ROOM: usize = 24 << 20;

/// Rows of the records whose ids hash below a bound, which falls as rows come.
pub(crate) struct Sample {
    below: u64,
    rows: Vec<SampledRow>,
    bytes: Vec<u8>,
    most: usize,
}

struct SampledRow {
    hash: u64,
    number: u64,
    at: usize,
    length: usize,
}

impl Default for Sample {
    fn default() -> Self {
        Self { below: u64::MAX, rows: Vec::new(), bytes: Vec::new(), most: MOST_ROWS }
    }
}

/// What a record is drawn by: its id, or the row's number where that is its id.
pub(crate) fn draw(id: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

impl Sample {
    /// Whether the rows of a record that is drawn by `hash` are looked at, as far as can be told by now.
    pub(crate) fn wants(&self, hash: u64) -> bool {
        hash <= self.below
    }

    /// Takes the row `number`, which it wants. The bound falls by halves, and only where too much lies below it: so it ends where
    /// it would in any other order of the rows.
    pub(crate) fn take(&mut self, hash: u64, number: u64, cells: &KeptCells) {
        let at = self.bytes.len();
        cells.put_away(&mut self.bytes);
        self.rows.push(SampledRow { hash, number, at, length: self.bytes.len() - at });
        while self.rows.len() > self.most || self.bytes.len() > ROOM {
            self.below /= 2;
            let below = self.below;
            self.rows.retain(|row| row.hash <= below);
            let mut end = 0;
            for SampledRow { at, length, .. } in &mut self.rows {
                self.bytes.copy_within(*at..*at + *length, end);
                *at = end;
                end += *length;
            }
            self.bytes.truncate(end);
        }
    }

    /// The cells of each row that was kept, in the order in which they came, with what its record was drawn by and its number.
    pub(crate) fn rows(&self) -> impl Iterator<Item = ((u64, u64), &[u8])> {
        self.rows.iter().map(|row| ((row.hash, row.number), &self.bytes[row.at..row.at + row.length]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sampled(ids: impl Iterator<Item = u32>, long: Option<u32>) -> Vec<Vec<u8>> {
        let mut sample = Sample { most: 1_000, ..Sample::default() };
        let mut cells = KeptCells::default();
        for id in ids {
            let hash = draw(id);
            if sample.wants(hash) {
                cells.clear();
                cells.push(&id.to_string(), false);
                if long == Some(id) {
                    cells.push(&"x".repeat(4 << 20), false);
                }
                sample.take(hash, 1, &cells);
            }
        }
        let mut rows: Vec<Vec<u8>> = sample.rows().map(|(_, cells)| cells.to_vec()).collect();
        rows.sort();
        rows
    }

    #[test]
    fn the_same_rows_are_looked_at_in_any_order() {
        let in_order = sampled(0..50_000, None);
        assert!((500..=1_000).contains(&in_order.len()), "{}", in_order.len());
        assert!(sampled((0..50_000).rev(), None) == in_order);
        let turned = (0..50_000).map(|i| (i * 7_919 + 13) % 50_000);
        assert!(sampled(turned, None) == in_order);
    }

    #[test]
    fn a_small_file_is_looked_at_whole_however_long_a_row_of_it_is() {
        assert_eq!(sampled(0..1_000, Some(500)).len(), 1_000);
    }
}
