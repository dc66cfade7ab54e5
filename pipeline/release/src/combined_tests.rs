use domain::{Cohort, Objective, Period};
use rayon::prelude::*;

use super::*;
use crate::exact::Exact;
use crate::fixture::{persons, workload};
use crate::ledger::ReleaseKey;
use crate::mechanism::measure;
use crate::statement_words::{Account, compose};
use crate::stored::{Frame, ReleaseContext};

const SIZES: [usize; 2] = [3, 4];

fn stored(plan: &Plan, noisy: Vec<i64>, earlier: Option<Earlier>) -> StoredRelease {
    let city = domain::CityId::new("us-mn-minneapolis").expect("a slug");
    let revision = u32::from(earlier.is_some());
    let key = ReleaseKey { year: 2025, period: Period::Year(2025), revision };
    let context = ReleaseContext::new("Minneapolis", "2026-06-30".parse().expect("a date"), false, 1e-6);
    let account = Account::of_one_release();
    let statement = compose(&city, key, plan, &context, account).expect("converts");
    let cohort: Cohort = Period::Year(2025).cohort(0, context.report_date);
    let frames = vec![Frame { cohort, window_days: 0 }; plan.workload().tables().len()];
    StoredRelease { plan: plan.clone(), noisy, frames, statement, earlier }
}

fn plan(rho: f64, objective: Objective) -> Plan {
    Plan::new(&workload(&SIZES, &[&[0, 1], &[1]]), objective, rho).expect("fits")
}

#[test]
fn the_more_exact_answer_weighs_more() {
    assert!((weight_of_second(2.0, 2.0) - 0.5).abs() < 1e-12);
    assert!((weight_of_second(2.0, 1.0) - 0.8).abs() < 1e-12);
    assert!((weight_of_second(1.0, 2.0) - 0.2).abs() < 1e-12);
}

/// Twice the same plan is one at twice the ρ: same variances, same covariances.
#[test]
fn two_equal_measurements_are_one_at_double_cost() {
    let half = plan(0.1, Objective::TotalVariance);
    let both = together(&half, &half).expect("finite");
    let whole = plan(0.2, Objective::TotalVariance);
    assert!((both.rho() / whole.rho() - 1.0).abs() < 1e-6);
    for table in 0..2 {
        let ratio = both.predicted_variance(table) / whole.predicted_variance(table);
        assert!((ratio - 1.0).abs() < 1e-6, "{ratio}");
    }
    let (a, b) = ([1.0, -1.0, 0.0], [0.0, 1.0, 1.0]);
    let ratio = both.covariance(0, 0, &a, &b) / whole.covariance(0, 0, &a, &b);
    assert!((ratio - 1.0).abs() < 1e-6, "{ratio}");
}

/// Combined estimates are unbiased with the variance that their plan predicts, and better than either.
///
/// The mean of 1,000 squared errors over their predicted variance has standard deviation 0.045, the mean
/// error over its own standard error is standard normal: six checks at 5.5 standard deviations fail by
/// luck less than once in two million runs.
#[test]
fn combined_estimates_have_the_predicted_error() {
    const TRIALS: usize = 1_000;
    let (first, second) = (plan(0.05, Objective::TotalVariance), plan(0.15, Objective::TotalVariance));
    let tabulate = |plan: &Plan| Exact::tabulate(plan, persons(plan.workload(), 3_000, 3)).expect("fits");
    let truth: Vec<f64> = {
        let exact = tabulate(&first);
        let block = &first.closure().blocks()[first.closure().block_of_table(0)];
        exact.truth(block).iter().map(|count| *count as f64).collect()
    };
    let (exact_first, exact_second) =
        (tabulate(&first).residuals(&first), tabulate(&second).residuals(&second));
    let drawn: Vec<([f64; 3], [f64; 3])> = (0..TRIALS)
        .into_par_iter()
        .map(|_| {
            let earlier =
                Earlier { plan: first.clone(), noisy: measure(&first, &exact_first).expect("drawn") };
            let noisy = measure(&second, &exact_second).expect("drawn");
            let Combined { plan, estimates } = Combined::of(&stored(&second, noisy, Some(earlier)));
            let errors: Vec<f64> = estimates.table(&plan, 0).iter().zip(&truth).map(|(e, t)| e - t).collect();
            let along = [1.0, -1.0, 0.0];
            let total = plan.noise()[0].scale.powi(2);
            // A cell, the difference of two cells of one column, and the table's total.
            (
                [errors[5], errors[1] - errors[5], errors.iter().sum()],
                [plan.predicted_variance(0), plan.covariance(0, 0, &along, &along), total],
            )
        })
        .collect();
    let combined_variances = drawn[0].1;
    let of = |figure: usize| drawn.iter().map(move |(errors, _)| errors[figure]);
    let sums = [0, 1, 2].map(|f| (of(f).sum::<f64>(), of(f).map(|e| e * e).sum::<f64>()));
    for ((sum, squares), variance) in sums.into_iter().zip(combined_variances) {
        let n = TRIALS as f64;
        assert!((sum / (n * variance).sqrt()).abs() < 5.5, "biased: {}", sum / n);
        assert!(
            (squares / (n * variance) - 1.0).abs() < 5.5 * (2.0 / n).sqrt(),
            "{}",
            squares / (n * variance)
        );
    }
    assert!(combined_variances[0] < first.predicted_variance(0).min(second.predicted_variance(0)));
}
