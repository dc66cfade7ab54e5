use proptest::prelude::*;

use super::*;
use crate::layout::project;

fn shares(weights: &[f64]) -> Vec<f64> {
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / sum).collect()
}

/// diag(p) − ppᵀ, one entry.
fn covariance(shares: &[f64], a: usize, b: usize) -> f64 {
    (if a == b { shares[a] } else { 0.0 }) - shares[a] * shares[b]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    /// The covariance that the coordinates stand for is the product of the attributes' own, levels that nobody has
    /// included.
    #[test]
    fn coordinates_stand_for_the_covariance_of_independent_answers(
        first in prop::collection::vec(0.01..1.0_f64, 2..6),
        second in prop::collection::vec(prop_oneof![Just(0.0), 0.01..1.0_f64], 3),
    ) {
        let second: Vec<f64> = second.into_iter().chain([0.5]).collect();
        let (first, second) = (shares(&first), shares(&second));
        let (one, other) = (Axis::new(&first), Axis::new(&second));
        let axes = [&one, &other];
        let spread = spreads(&axes);
        let cells = first.len() * second.len();
        let mut found = vec![0.0; cells * cells];
        for (at, variance) in spread.iter().enumerate() {
            let mut unit = vec![0.0; spread.len()];
            unit[at] = 1.0;
            let direction = residual(&unit, &axes);
            for a in 0..cells {
                for b in 0..cells {
                    found[a * cells + b] += variance * direction[a] * direction[b];
                }
            }
        }
        let of_cells = variances(&spread, &axes);
        for a in 0..cells {
            for b in 0..cells {
                let n = second.len();
                let wanted = covariance(&first, a / n, b / n) * covariance(&second, a % n, b % n);
                prop_assert!((found[a * cells + b] - wanted).abs() < 1e-12, "{a} {b}");
            }
            prop_assert!((of_cells[a] - found[a * cells + a]).abs() < 1e-12);
        }
    }

    /// Coordinates and residual undo each other and have the same length; margins have none.
    #[test]
    fn coordinates_undo_residuals(values in prop::collection::vec(-100.0..100.0_f64, 24)) {
        let axes = [Axis::new(&[0.9, 0.1]), Axis::new(&[0.2, 0.3, 0.5]), Axis::new(&[0.25; 4])];
        let axes: Vec<&Axis> = axes.iter().collect();
        let mut projected = values.clone();
        project(&mut projected, &[2, 3, 4]);
        let found = coordinates(&values, &axes);
        prop_assert_eq!(found.len(), 6);
        for (a, b) in residual(&found, &axes).iter().zip(&projected) {
            prop_assert!((a - b).abs() < 1e-10, "{} {}", a, b);
        }
        let length = |values: &[f64]| values.iter().map(|v| v * v).sum::<f64>();
        prop_assert!((length(&found) - length(&projected)).abs() < 1e-8 * (1.0 + length(&projected)));
    }
}

/// The largest domain there may be: what two answers have in common adds up to 1 − Σ p².
#[test]
fn two_hundred_and_fifty_six_levels_are_no_trouble() {
    let weights: Vec<f64> = (0..256_u32).map(|level| f64::from(level * level % 97 + 1)).collect();
    let shares = shares(&weights);
    let sum: f64 = spreads(&[&Axis::new(&shares)]).iter().sum();
    let wanted = 1.0 - shares.iter().map(|share| share * share).sum::<f64>();
    assert!((sum - wanted).abs() < 1e-12, "{sum} {wanted}");
}
