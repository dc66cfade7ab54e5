use domain::Objective;
use proptest::prelude::*;
use statrs::distribution::{ChiSquared, ContinuousCDF};

use super::*;
use crate::exact::Exact;
use crate::fixture::{persons, workload};
use crate::mechanism::measure;

/// Sums a table (in its own layout) over all dimensions but `kept`, in the order of `kept`.
fn margin(plan: &Plan, table: usize, cells: &[f64], kept: &[usize]) -> Vec<f64> {
    let dimensions = &plan.workload().tables()[table].dimensions;
    let shape = plan.workload().shape(&plan.workload().tables()[table]);
    let kept_shape: Vec<usize> =
        kept.iter().map(|a| plan.workload().attributes()[*a].categories.len()).collect();
    let mut sums = vec![0.0; kept_shape.iter().product()];
    for_each_cell(&shape, &strides_within(dimensions, kept, &kept_shape), |cell, sum| {
        sums[sum] += cells[cell];
    });
    sums
}

proptest! {
    /// Any two tables sum to the same over what they share, whatever the noise was.
    #[test]
    fn tables_agree_with_each_other(noise in prop::collection::vec(-1_000_000..1_000_000_i64, 400)) {
        let workload = workload(&[3, 4, 2, 5], &[&[1, 0, 3], &[0, 1, 2], &[3, 1], &[2]]);
        let plan = Plan::new(&workload, Objective::TotalVariance, 0.1).expect("small");
        let noisy: Vec<i64> = noise.iter().cycle().take(plan.closure().cells()).copied().collect();
        let estimates = ResidualEstimates::new(&plan, &noisy);
        let tables: Vec<Vec<f64>> = (0..4).map(|t| estimates.table(&plan, t)).collect();
        for (a, b, shared) in [(0, 1, &[0, 1][..]), (0, 2, &[3, 1]), (1, 3, &[2]), (0, 3, &[]), (1, 2, &[1])] {
            let left = margin(&plan, a, &tables[a], shared);
            let right = margin(&plan, b, &tables[b], shared);
            for (l, r) in left.iter().zip(&right) {
                prop_assert!((l - r).abs() < 1e-6 * (1.0 + l.abs() + 1e6), "{a} {b}: {l} {r}");
            }
        }
    }

    /// Without noise (which only a test can have) the tables are the exact counts.
    #[test]
    fn exact_answers_give_exact_tables(count in 0..500_usize, seed: u64) {
        let workload = workload(&[3, 4, 2], &[&[2, 0, 1], &[1]]);
        let plan = Plan::new(&workload, Objective::TotalVariance, 0.1).expect("small");
        let exact = Exact::tabulate(&plan, persons(&workload, count, seed)).expect("fits");
        let residuals = exact.residuals(&plan);
        let noiseless: Vec<i64> = plan.closure().blocks().iter().flat_map(|b| residuals.block(b)).copied().collect();
        let estimates = ResidualEstimates::new(&plan, &noiseless);
        let own = &plan.closure().blocks()[plan.closure().block_of_table(0)];
        let truth: Vec<f64> = exact.truth(own).iter().map(|c| *c as f64).collect();
        let table = estimates.table(&plan, 0);
        let sorted = margin(&plan, 0, &table, &[0, 1, 2]);
        for (a, b) in sorted.iter().zip(&truth) {
            prop_assert!((a - b).abs() < 1e-8, "{a} {b}");
        }
    }
}

/// Observed variance against the predicted one, for a cell of each table, for a numerator less a
/// multiple of its denominator (which tests the covariance that rates use), and for every block's
/// raw noise. Sums of squares of independent releases, over their predicted variance, follow the
/// chi-squared distribution (the discrete Gaussian's kurtosis is the Gaussian's to within 1e-6 at
/// these scales). Each of the 13 two-sided tests fails by chance once in 10^7 times, all together
/// less than once in 700,000 times.
#[test]
fn observed_variance_is_the_predicted_one() {
    const RELEASES: usize = 3000;
    let workload = workload(&[3, 4, 2], &[&[2, 0, 1], &[1, 0], &[2]]);
    let plan = Plan::new(&workload, Objective::TotalVariance, 0.05).expect("small");
    let exact = Exact::tabulate(&plan, persons(&workload, 1000, 5)).expect("fits");
    let residuals = exact.residuals(&plan);
    let noiseless: Vec<i64> =
        plan.closure().blocks().iter().flat_map(|b| residuals.block(b)).copied().collect();
    let truth = ResidualEstimates::new(&plan, &noiseless);
    let truth: Vec<Vec<f64>> = (0..3).map(|t| truth.table(&plan, t)).collect();

    let cells = [17, 5, 1];
    let mut cell_sums = [0.0; 3];
    let mut contrast_sum = 0.0;
    let mut block_sums = vec![0.0; plan.noise().len()];
    // Table 0 is laid out as (2, 3, 4): level l of its second dimension is 4 cells further.
    let contrast = |table: &[f64]| table[2] - 0.3 * (table[2] + table[6]);
    for _ in 0..RELEASES {
        let noisy = measure(&plan, &residuals).expect("drawn");
        for ((sum, block), noise) in block_sums.iter_mut().zip(plan.closure().blocks()).zip(plan.noise()) {
            let errors =
                noisy[block.range()].iter().zip(&noiseless[block.range()]).map(|(a, b)| (a - b) as f64);
            *sum += errors.map(|e| (e / noise.scale).powi(2)).sum::<f64>();
        }
        let estimates = ResidualEstimates::new(&plan, &noisy);
        for table in 0..3 {
            let estimate = estimates.table(&plan, table);
            cell_sums[table] += (estimate[cells[table]] - truth[table][cells[table]]).powi(2);
            if table == 0 {
                contrast_sum += (contrast(&estimate) - contrast(&truth[0])).powi(2);
            }
        }
    }
    let check = |name: &str, sum: f64, freedom: f64| {
        let p = ChiSquared::new(freedom).expect("positive").cdf(sum);
        assert!((5e-8..=1.0 - 5e-8).contains(&p), "{name}: ratio {}", sum / freedom);
    };
    for (table, sum) in cell_sums.iter().enumerate() {
        check("cell", sum / plan.predicted_variance(table), RELEASES as f64);
    }
    let (g, n) = ([1.0, 0.0, 0.0], [1.0, 1.0, 0.0]);
    let variance = plan.covariance(0, 1, &g, &g) - 0.6 * plan.covariance(0, 1, &g, &n)
        + 0.09 * plan.covariance(0, 1, &n, &n);
    check("contrast", contrast_sum / variance, RELEASES as f64);
    for (sum, block) in block_sums.iter().zip(plan.closure().blocks()) {
        check("block", *sum, (RELEASES * block.cells) as f64);
    }
}
