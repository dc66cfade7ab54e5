//! Sums of errors, by size of the true count.

use serde::ser::{Serialize, SerializeMap, Serializer};

/// Names of the buckets of true counts, and the largest count in each.
const BUCKETS: [(&str, f64); 6] =
    [("0", 0.0), ("1-4", 4.0), ("5-19", 19.0), ("20-99", 99.0), ("100-499", 499.0), ("500+", f64::INFINITY)];

/// Errors of the best estimates, in people.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Errors {
    /// Mean absolute error.
    pub mae: f64,
    /// Root of the mean squared error.
    pub rmse: f64,
    /// Mean error.
    pub bias: f64,
}

/// Errors of the unbiased estimates, in people, with the share of intervals that hold the truth.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct UnbiasedErrors {
    /// Errors.
    #[serde(flatten)]
    pub errors: Errors,
    /// Share of untruncated 95 % intervals that hold the true count.
    pub coverage95: f64,
}

/// [`UnbiasedErrors`] over all cells and by true count.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct UnbiasedByCount {
    /// Over all cells.
    #[serde(flatten)]
    pub overall: UnbiasedErrors,
    /// By true count.
    pub by_true_count: ByTrueCount<UnbiasedErrors>,
}

/// [`Errors`] of the best estimates over all cells and by true count.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct BestByCount {
    /// Over all cells.
    #[serde(flatten)]
    pub overall: Errors,
    /// By true count.
    pub by_true_count: ByTrueCount<Errors>,
}

/// One value for each bucket of true counts, `0` to `500+`; errors are absent where no cell is.
#[derive(Debug, Clone, PartialEq)]
pub struct ByTrueCount<T>(pub [Bucket<T>; 6]);

/// One bucket.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Bucket<T> {
    /// Errors; absent where no cell has such a count.
    #[serde(flatten)]
    pub errors: Option<T>,
    /// Cells, each counted once.
    pub cells: usize,
}

impl<T: serde::Serialize> Serialize for ByTrueCount<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(BUCKETS.len()))?;
        for ((name, _), bucket) in BUCKETS.iter().zip(&self.0) {
            map.serialize_entry(name, bucket)?;
        }
        map.end()
    }
}

/// Sums over cells and trials, bucket by bucket.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally([Sums; 6]);

#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    count: u64,
    covered: u64,
    unbiased: ErrorSums,
    best: ErrorSums,
}

#[derive(Debug, Clone, Copy, Default)]
struct ErrorSums {
    absolute: f64,
    squared: f64,
    signed: f64,
}

impl Tally {
    /// One table of one trial.
    pub(crate) fn of_table(truth: &[f64], unbiased: &[f64], best: Option<&[f64]>, half_width: f64) -> Self {
        let mut tally = Self::default();
        for (cell, (truth, unbiased)) in truth.iter().zip(unbiased).enumerate() {
            let bucket =
                BUCKETS.iter().position(|(_, largest)| truth <= largest).unwrap_or(BUCKETS.len() - 1);
            let sums = &mut tally.0[bucket];
            sums.count += 1;
            sums.covered += u64::from((unbiased - truth).abs() <= half_width);
            sums.unbiased.take(unbiased - truth);
            if let Some(best) = best {
                sums.best.take(best[cell] - truth);
            }
        }
        tally
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(mine, theirs)| mine.add(theirs));
    }

    pub(crate) fn unbiased(&self) -> UnbiasedErrors {
        self.sum().unbiased_errors()
    }

    pub(crate) fn best(&self) -> Errors {
        self.sum().best_errors()
    }

    pub(crate) fn unbiased_by_count(&self, trials: usize) -> UnbiasedByCount {
        let bucket = |sums: &Sums| Bucket {
            errors: (sums.count > 0).then(|| sums.unbiased_errors()),
            cells: sums.count as usize / trials,
        };
        UnbiasedByCount {
            overall: self.unbiased(),
            by_true_count: ByTrueCount(self.0.each_ref().map(bucket)),
        }
    }

    pub(crate) fn best_by_count(&self, trials: usize) -> BestByCount {
        let bucket = |sums: &Sums| Bucket {
            errors: (sums.count > 0).then(|| sums.best_errors()),
            cells: sums.count as usize / trials,
        };
        BestByCount { overall: self.best(), by_true_count: ByTrueCount(self.0.each_ref().map(bucket)) }
    }

    fn sum(&self) -> Sums {
        let mut total = Sums::default();
        self.0.iter().for_each(|sums| total.add(sums));
        total
    }
}

impl Sums {
    fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.covered += other.covered;
        self.unbiased.add(&other.unbiased);
        self.best.add(&other.best);
    }

    fn unbiased_errors(&self) -> UnbiasedErrors {
        UnbiasedErrors {
            errors: self.unbiased.mean(self.count),
            coverage95: self.covered as f64 / self.count as f64,
        }
    }

    fn best_errors(&self) -> Errors {
        self.best.mean(self.count)
    }
}

impl ErrorSums {
    fn take(&mut self, error: f64) {
        self.absolute += error.abs();
        self.squared += error * error;
        self.signed += error;
    }

    fn add(&mut self, other: &Self) {
        self.absolute += other.absolute;
        self.squared += other.squared;
        self.signed += other.signed;
    }

    fn mean(&self, count: u64) -> Errors {
        let count = count as f64;
        Errors { mae: self.absolute / count, rmse: (self.squared / count).sqrt(), bias: self.signed / count }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_land_in_the_bucket_of_their_true_count() {
        let truth = [0.0, 1.0, 4.0, 5.0, 19.0, 20.0, 99.0, 100.0, 499.0, 500.0];
        let unbiased = truth.map(|t| t + 3.0);
        let best = truth.map(|t| t - 1.0);
        let mut tally = Tally::of_table(&truth, &unbiased, Some(&best), 3.0);
        let again = Tally::of_table(&truth, &truth.map(|t| t - 5.0), Some(&best), 3.0);
        tally.add(&again);
        let report = tally.unbiased_by_count(2);
        assert_eq!(report.by_true_count.0.map(|b| b.cells), [1, 2, 2, 2, 2, 1]);
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
        for found in [report.overall, report.by_true_count.0[0].errors.expect("a cell")] {
            close(found.errors.mae, 4.0);
            close(found.errors.rmse, 17.0_f64.sqrt());
            close(found.errors.bias, -1.0);
            close(found.coverage95, 0.5);
        }
        let best = tally.best_by_count(2).overall;
        close(best.mae, 1.0);
        close(best.bias, -1.0);
    }
}
