//! Accuracy of linkage against a known truth; the truth never feeds a decision.

use std::collections::HashMap;

/// Precision, recall and their harmonic mean, each in 0..=1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scores {
    /// Of what was joined, what belongs together.
    pub precision: f64,
    /// Of what belongs together, what was joined.
    pub recall: f64,
    /// Harmonic mean.
    pub f1: f64,
}

/// Accuracy over all pairs of records, and B-cubed over records.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Accuracy {
    /// All pairs of records in one cluster against all pairs of one true person.
    pub pairs: Scores,
    /// B-cubed: averaged over records.
    ///
    /// # Source
    /// Bagga and Baldwin (1998).
    pub bcubed: Scores,
    /// True persons.
    pub persons: usize,
}

/// Compares found persons with true ones, record by record.
///
/// # Panics
/// When the two differ in length: both come from one list of records.
pub fn accuracy<T: Eq + std::hash::Hash>(found: &[u32], truth: &[T]) -> Accuracy {
    assert_eq!(found.len(), truth.len(), "both are by record");
    let mut clusters: HashMap<u32, u64> = HashMap::new();
    let mut persons: HashMap<&T, u64> = HashMap::new();
    let mut cells: HashMap<(u32, &T), u64> = HashMap::new();
    for (f, t) in found.iter().zip(truth) {
        *clusters.entry(*f).or_default() += 1;
        *persons.entry(t).or_default() += 1;
        *cells.entry((*f, t)).or_default() += 1;
    }
    let pairs_of = |n: &u64| n * (n - 1) / 2;
    let joined: u64 = clusters.values().map(pairs_of).sum();
    let belong: u64 = persons.values().map(pairs_of).sum();
    let right: u64 = cells.values().map(pairs_of).sum();
    // Sums in a fixed order, so that the last digits do not depend on the hasher.
    let mut precision: Vec<f64> = Vec::with_capacity(cells.len());
    let mut recall: Vec<f64> = Vec::with_capacity(cells.len());
    for ((f, t), n) in &cells {
        precision.push((n * n) as f64 / clusters[f] as f64);
        recall.push((n * n) as f64 / persons[t] as f64);
    }
    let mean = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        ratio(values.iter().sum(), found.len() as f64)
    };
    Accuracy {
        pairs: scores(ratio(right as f64, joined as f64), ratio(right as f64, belong as f64)),
        bcubed: scores(mean(precision), mean(recall)),
        persons: persons.len(),
    }
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole == 0.0 { 1.0 } else { part / whole }
}

fn scores(precision: f64, recall: f64) -> Scores {
    let f1 = if precision + recall == 0.0 { 0.0 } else { 2.0 * precision * recall / (precision + recall) };
    Scores { precision, recall, f1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hand_worked() {
        // Found {0,1,2}{3}; true {0,1}{2,3}: 3 pairs joined, 2 belong, 1 right.
        let a = accuracy(&[0, 0, 0, 1], &["x", "x", "y", "y"]);
        assert!((a.pairs.precision - 1.0 / 3.0).abs() < 1e-12);
        assert!((a.pairs.recall - 0.5).abs() < 1e-12);
        assert!((a.bcubed.precision - (2.0 * 2.0 / 3.0 + 1.0 / 3.0 + 1.0) / 4.0).abs() < 1e-12);
        assert!((a.bcubed.recall - (2.0 + 0.5 + 0.5) / 4.0).abs() < 1e-12);
        assert_eq!(a.persons, 2);
    }

    #[test]
    fn nothing_to_join_is_no_error() {
        let a = accuracy(&[0, 1], &["x", "y"]);
        assert!((a.pairs.f1 - 1.0).abs() < f64::EPSILON);
    }
}
