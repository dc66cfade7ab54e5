use domain::{Attribute, Table};
use proptest::prelude::*;

use super::*;
use crate::fixture::workload;

/// A workload like that of the method's figures: type of 4 levels, 16 services of 3, breakdowns of
/// 9, 6, 4, 3, 4, 4, 3; each alone, type × service, type × breakdown, type × service × breakdown,
/// each marginal of weight one over its cells.
fn method_workload() -> Workload {
    let mut sizes = vec![4];
    sizes.extend([3; 16]);
    sizes.extend([9, 6, 4, 3, 4, 4, 3]);
    let mut tables: Vec<Vec<usize>> = (1..24).map(|a| vec![0, a]).collect();
    tables.extend((0..24).map(|a| vec![a]));
    for service in 1..17 {
        tables.extend((17..24).map(|breakdown| vec![0, service, breakdown]));
    }
    let attributes = sizes
        .iter()
        .enumerate()
        .map(|(i, n)| Attribute {
            name: format!("a{i}"),
            categories: (0..*n).map(|c| format!("c{c}")).collect(),
        })
        .collect();
    let tables = tables
        .into_iter()
        .enumerate()
        .map(|(i, dimensions)| {
            let cells: usize = dimensions.iter().map(|d| sizes[*d]).product();
            Table { name: format!("t{i}"), dimensions, weight: 1.0 / cells as f64, subject: None }
        })
        .collect();
    Workload::new(attributes, tables).expect("valid")
}

/// Least and greatest standard errors, against an independent calculation of the closed form (in
/// Python, from section 3 of the method alone). The method itself names 28-40, 15-21 and 8-11
/// people for a slightly smaller workload, which is where these lie.
#[test]
fn the_methods_figures_come_out() {
    for (rho, least, most) in
        [(0.0244, 27.0402, 39.6943), (0.0882, 14.2223, 20.8780), (0.3111, 7.5728, 11.1166)]
    {
        let plan = Plan::new(&method_workload(), Objective::TotalVariance, rho).expect("fits");
        let errors = (0..plan.workload().tables().len()).map(|t| plan.predicted_standard_error(t));
        let (low, high) = errors.fold((f64::INFINITY, 0.0_f64), |(low, high), e| (low.min(e), high.max(e)));
        assert!((low - least).abs() < 1e-3 && (high - most).abs() < 1e-3, "ρ {rho}: {low} to {high}");
    }
}

#[test]
fn a_plan_costs_no_more_than_asked_and_hardly_less() {
    for objective in [Objective::TotalVariance, Objective::BestEstimate] {
        for rho in [1e-6, 0.0244, 0.3111, 2.0, 50.0] {
            let plan = Plan::new(&method_workload(), objective, rho).expect("fits");
            assert!(plan.rho() <= rho && plan.rho() > rho * (1.0 - 1e-6), "{rho}: {}", plan.rho());
        }
    }
}

#[test]
fn the_best_estimates_plan_spends_a_quarter_on_high_orders() {
    let cost = |objective| {
        let plan = Plan::new(&method_workload(), objective, 0.1).expect("fits");
        let of = |high: bool| {
            plan.closure()
                .blocks()
                .iter()
                .zip(plan.noise())
                .filter(|(b, _)| (b.order() >= 3) == high)
                .map(|(_, n)| n.rho)
                .sum::<f64>()
        };
        of(true) / of(false)
    };
    let (total, best) = (cost(Objective::TotalVariance), cost(Objective::BestEstimate));
    assert!((best / total - 0.25).abs() < 1e-5, "{total} {best}");
}

#[test]
fn no_budget_is_refused_and_so_is_too_little() {
    let small = workload(&[3], &[&[0]]);
    for rho in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(Plan::new(&small, Objective::TotalVariance, rho), Err(PlanError::Rho));
    }
    let error = Plan::new(&small, Objective::TotalVariance, 1e-300).expect_err("noise beyond integers");
    assert!(matches!(&error, PlanError::NoiseTooLarge { table } if table == "t0"), "{error}");
}

#[test]
fn the_digest_tells_plans_apart() {
    let plan =
        |rho, objective| Plan::new(&workload(&[3, 4], &[&[0, 1]]), objective, rho).expect("fits").digest();
    let base = plan(0.1, Objective::TotalVariance);
    assert_eq!(base, plan(0.1, Objective::TotalVariance));
    assert_ne!(base, plan(0.2, Objective::TotalVariance));
    assert_ne!(base, plan(0.1, Objective::BestEstimate));
}

#[test]
fn rounding_goes_up_to_24_bits() {
    for value in [1.0, 0.1, 210.0, 1e9 + 0.3, 3.7e14] {
        let rounded = round_up_to_24_bits(value);
        assert!(rounded >= value && rounded <= value * (1.0 + 2e-7), "{value} {rounded}");
        assert_eq!(f64::from(rounded as f32).to_bits(), rounded.to_bits());
    }
}

proptest! {
    /// The closed form is optimal: moving cost between any two blocks never lowers the objective.
    #[test]
    fn no_exchange_between_two_blocks_does_better(from: prop::sample::Index, to: prop::sample::Index, part in 0.01..0.5_f64) {
        let plan = Plan::new(&workload(&[3, 4, 5], &[&[0, 1], &[0, 1, 2], &[2]]), Objective::TotalVariance, 0.1).expect("fits");
        let objective = |plan: &Plan| -> f64 {
            (0..3).map(|t| {
                let cells: usize = plan.workload().shape(&plan.workload().tables()[t]).iter().product();
                cells as f64 * plan.predicted_variance(t)
            }).sum()
        };
        let blocks = plan.noise().len();
        let (from, to) = (from.index(blocks), to.index(blocks));
        let mut moved = plan.clone();
        let shift = part * plan.noise[from].rho;
        for (block, change) in [(from, -shift), (to, shift)] {
            let noise = &mut moved.noise[block];
            let rho = noise.rho + change;
            noise.scale *= (noise.rho / rho).sqrt();
            noise.rho = rho;
        }
        prop_assert!(objective(&moved) >= objective(&plan) * (1.0 - 1e-6));
    }

    /// The covariance of functionals along an axis, against the sum over pairs of cells of
    /// Cov(x, y) = Σ_A σ_A² ∏_{i∈A} (δ(xᵢ, yᵢ) − 1/nᵢ) / ∏_{i∈B∖A} nᵢ².
    #[test]
    fn covariances_are_those_of_the_cells(a in prop::collection::vec(-2.0..2.0_f64, 4), b in prop::collection::vec(-2.0..2.0_f64, 4), group: prop::sample::Index) {
        let plan = Plan::new(&workload(&[3, 4, 5], &[&[2, 1, 0], &[0, 1]]), Objective::TotalVariance, 0.1).expect("fits");
        let (sizes, dimensions) = ([3.0, 4.0, 5.0], [2, 1, 0]);
        let covariance = |x: [usize; 3], y: [usize; 3]| -> f64 {
            plan.closure().subsets_of_table(0).iter().map(|position| {
                let block = &plan.closure().blocks()[*position];
                let factor: f64 = dimensions.iter().enumerate().map(|(axis, d)| {
                    let n: f64 = sizes[*d];
                    if block.attributes.contains(d) { f64::from(u8::from(x[axis] == y[axis])) - 1.0 / n } else { 1.0 / (n * n) }
                }).product();
                plan.variance(*position) * factor
            }).sum()
        };
        let group = group.index(15);
        let cell = |level| [group / 3, level, group % 3];
        let mut expected = 0.0;
        for (i, x) in a.iter().enumerate() {
            for (j, y) in b.iter().enumerate() {
                expected += x * y * covariance(cell(i), cell(j));
            }
        }
        let found = plan.covariance(0, 1, &a, &b);
        prop_assert!((found - expected).abs() < 1e-9 * (1.0 + plan.predicted_variance(0)), "{found} {expected}");
        let unit = [1.0, 0.0, 0.0, 0.0];
        prop_assert!((plan.covariance(0, 1, &unit, &unit) / plan.predicted_variance(0) - 1.0).abs() < 1e-12);
    }
}

/// What a night could measure and not render is refused while it costs nothing, with its size and the largest
/// table; what a ledger holds already is rendered all the same.
#[test]
fn more_than_a_night_can_render_is_refused_by_name() {
    let sizes = [250, 150, 100, 2];
    let fits = workload(&sizes, &[&[0, 1], &[0, 1, 3]]);
    let plan = Plan::new(&fits, Objective::TotalVariance, 0.1).expect("a hundred thousand cells");
    let large = workload(&sizes, &[&[0, 1], &[0, 1, 2], &[1, 2, 3]]);
    let refused = Plan::new(&large, Objective::TotalVariance, 0.1).expect_err("3,750,000 cells, twice");
    let PlanError::TooMuchToPublish { table, cells, rows, limit } = &refused else { panic!("{refused}") };
    assert_eq!((table.as_str(), *cells, *limit), ("t1", 3_750_000, MAX_ROWS));
    assert!(*rows > 2 * cells);
    for words in ["table `t1`", "3750000 cells", "4000000", "fewer"] {
        assert!(refused.to_string().contains(words), "{refused}");
    }
    let blocks = Closure::new(&large).expect("measurable").blocks().len();
    let noise = vec![plan.noise[0]; blocks];
    Plan::restore(large, Objective::TotalVariance, noise).expect("stored before");
}
