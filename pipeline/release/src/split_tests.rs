use proptest::prelude::*;

use super::*;
use crate::fixture::workload;
use crate::plan::Plan;

/// Greatest weight times variance over the tables of a plan.
fn worst(plan: &Plan) -> f64 {
    let tables = plan.workload().tables();
    (0..tables.len()).map(|t| tables[t].weight * plan.predicted_variance(t)).fold(0.0, f64::max)
}

fn weighted(sizes: &[usize], tables: &[&[usize]], weights: &[f64]) -> Workload {
    let plain = workload(sizes, tables);
    let mut tables = plain.tables().to_vec();
    tables.iter_mut().zip(weights).for_each(|(table, weight)| table.weight = *weight);
    Workload::new(plain.attributes().to_vec(), tables).expect("valid")
}

/// One table alone: its closed form is both the least total and the least greatest variance.
#[test]
fn of_one_table_the_worst_is_the_only() {
    let one = workload(&[3, 4, 5], &[&[0, 1, 2]]);
    let total = Plan::new(&one, Objective::TotalVariance, 0.1).expect("fits");
    let worst_table = Plan::new(&one, Objective::WorstTable, 0.1).expect("fits");
    assert!((worst(&total) / worst(&worst_table) - 1.0).abs() < 1e-6);
}

/// Two tables without a common attribute beside the total: the weighted variances come out alike.
#[test]
fn apart_tables_end_up_alike_by_weight() {
    let apart = weighted(&[3, 40], &[&[0], &[1]], &[1.0, 4.0]);
    let plan = Plan::new(&apart, Objective::WorstTable, 0.1).expect("fits");
    let ratio = plan.predicted_variance(0) / (4.0 * plan.predicted_variance(1));
    assert!((ratio - 1.0).abs() < 5e-3, "{ratio}");
    assert!((plan.rho() / 0.1 - 1.0).abs() < 1e-5);
}

/// Where there is room for it, the worst table is clearly better off than under the total.
#[test]
fn the_worst_table_gains_over_the_total() {
    let uneven = workload(&[2, 9, 8], &[&[0], &[0, 1, 2], &[1]]);
    let total = Plan::new(&uneven, Objective::TotalVariance, 0.1).expect("fits");
    let even = workload(&[10, 10, 2], &[&[0, 1], &[2]]);
    let lone = Plan::new(&even, Objective::TotalVariance, 0.1).expect("fits");
    for (plan, workload) in [(&total, &uneven), (&lone, &even)] {
        let best = Plan::new(workload, Objective::WorstTable, 0.1).expect("fits");
        assert!(worst(&best) <= worst(plan) * (1.0 + WORST_TABLE_GAP), "{} {}", worst(&best), worst(plan));
    }
    let best = Plan::new(&uneven, Objective::WorstTable, 0.1).expect("fits");
    assert!(worst(&best) < 0.99 * worst(&total), "{} {}", worst(&best), worst(&total));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    /// No split of ρ at all does better by more than the gap: here any exchange between two blocks.
    #[test]
    fn no_other_split_has_a_better_worst_table(weights in prop::collection::vec(0.2..5.0_f64, 4), factors in prop::collection::vec(0.5..2.0_f64, 11)) {
        let workload = weighted(&[3, 4, 5], &[&[0, 1], &[0, 1, 2], &[2], &[1]], &weights);
        let closure = Closure::new(&workload).expect("small");
        let greatest = |shares: &[f64]| {
            (0..4).map(|t| workload.tables()[t].weight * variance(&closure, shares, t)).fold(0.0, f64::max)
        };
        let found = shares(&workload, &closure, Objective::WorstTable, 0.1, None);
        let other: Vec<f64> = found.iter().zip(factors.iter().cycle()).map(|(s, f)| s * f).collect();
        prop_assert!(greatest(&normalised(other)) >= greatest(&found) * (1.0 - 1.1 * WORST_TABLE_GAP));
    }

    /// Where every residual keeps more than its least part, no other split leaves less of what they vary by.
    #[test]
    fn no_other_split_leaves_less(factors in prop::collection::vec(0.5..2.0_f64, 8)) {
        let workload = workload(&[3, 4, 5], &[&[0, 1, 2]]);
        let closure = Closure::new(&workload).expect("small");
        let (people, rho) = (2e4, 0.2);
        let closed = shares(&workload, &closure, Objective::TotalVariance, rho, None);
        let found = least_risk(&closure, &closed, rho, people);
        prop_assert!((found.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        prop_assert!(found.iter().zip(&closed).all(|(found, closed)| *found > 1.01 * LEAST_PART * closed));
        prop_assert!(found.last() < closed.last());
        let left = |shares: &[f64]| -> f64 {
            closure.blocks().iter().zip(shares).zip(&closed).map(|((block, share), closed)| {
                let s = block.sensitivity_factor();
                let noise = s / (2.0 * share * rho);
                let beyond = [f64::INFINITY, f64::INFINITY, PAIRS_BEYOND_CHANCE, MORE_BEYOND_CHANCE][block.order()];
                let varies = beyond * people / block.shape.iter().map(|n| *n as f64 + 1.0).product::<f64>();
                // The closed form's share goes with sqrt(v s).
                closed * closed / s / (1.0 / noise + 1.0 / varies)
            }).sum()
        };
        let other: Vec<f64> = found.iter().zip(&factors).map(|(s, f)| s * f).collect();
        prop_assert!(left(&normalised(other)) >= left(&found) * (1.0 - 1e-9));
    }

    /// The more people there are, or the more is spent, the more goes to high orders, up to the closed form.
    #[test]
    fn high_orders_get_what_noise_does_not_hide(people in 100.0..1e7_f64, rho in 0.001..3.0_f64) {
        let workload = workload(&[3, 4, 5], &[&[0, 1, 2]]);
        let closure = Closure::new(&workload).expect("small");
        let high = |people, rho| {
            *shares(&workload, &closure, Objective::BestEstimate, rho, Some(people)).last().expect("a block")
        };
        let most = *shares(&workload, &closure, Objective::TotalVariance, rho, None).last().expect("a block");
        let (few, more, dear) = (high(people, rho), high(2.0 * people, rho), high(people, 2.0 * rho));
        prop_assert!(few <= more * (1.0 + 1e-12) && few <= dear * (1.0 + 1e-12) && more <= most * (1.0 + 1e-12));
        prop_assert!(few >= 0.05 * most);
        prop_assert!((high(1e9, rho) / most - 1.0).abs() < 1e-3);
    }
}
