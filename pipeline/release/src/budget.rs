//! Between the two ways to say how much privacy a release costs: ρ of zCDP, which adds up, and
//! (ε, δ), which people compare. Both ways go through OpenDP's privacy curve.

use opendp::combinators::ConcentratedMeasure;
use opendp::measures::{PrivacyProfile, ZeroConcentratedDivergence};
use thiserror::Error;

/// Parameters that make no guarantee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BudgetError {
    /// ε or ρ.
    #[error("epsilon and rho must be positive and finite; set them so")]
    Cost,
    /// δ.
    #[error("delta must lie above 0 and below 1, and should lie below 1 over the population; set it so")]
    Delta,
    /// OpenDP can't convert.
    #[error(
        "OpenDP cannot convert these privacy parameters; choose an epsilon between 0.001 and 1000 and a delta above 1e-100"
    )]
    Conversion,
}

/// The smallest ε at which a ρ-zCDP release is (ε, δ)-differentially private.
///
/// # Errors
/// [`BudgetError`] on parameters out of range.
///
/// # Source
/// Canonne, Kamath, Steinke 2020, by OpenDP's conversion from zCDP to its privacy curve.
pub fn epsilon_for(rho: f64, delta: f64) -> Result<f64, BudgetError> {
    check(rho, delta)?;
    let epsilon = curve(rho)?.epsilon(delta).map_err(|_| BudgetError::Conversion)?;
    if epsilon.is_finite() { Ok(epsilon) } else { Err(BudgetError::Conversion) }
}

/// The largest ρ whose release is (ε, δ)-differentially private, rounded down: `epsilon_for` of
/// the answer is never above `epsilon`.
///
/// # Errors
/// [`BudgetError`] on parameters out of range.
pub fn rho_for(epsilon: f64, delta: f64) -> Result<f64, BudgetError> {
    check(epsilon, delta)?;
    // δ at ε grows with ρ, so the bisection can look at δ, which costs one evaluation of the curve.
    let within =
        |rho: f64| curve(rho)?.delta(epsilon).map(|d| d <= delta).map_err(|_| BudgetError::Conversion);
    let (mut low, mut high) = (0.0, epsilon);
    while within(high)? {
        (low, high) = (high, high * 2.0);
        if !high.is_finite() {
            return Err(BudgetError::Conversion);
        }
    }
    loop {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            break;
        }
        if within(middle)? {
            low = middle;
        } else {
            high = middle;
        }
    }
    // The two searches may part by a rounding; the promise is about ε.
    for _ in 0..64 {
        if low > 0.0 && epsilon_for(low, delta)? <= epsilon {
            return Ok(low);
        }
        low *= 1.0 - 1e-14;
    }
    Err(BudgetError::Conversion)
}

fn curve(rho: f64) -> Result<PrivacyProfile, BudgetError> {
    ZeroConcentratedDivergence::convert(rho).map_err(|_| BudgetError::Conversion)
}

fn check(cost: f64, delta: f64) -> Result<(), BudgetError> {
    if !(cost.is_finite() && cost > 0.0) {
        return Err(BudgetError::Cost);
    }
    if delta > 0.0 && delta < 1.0 { Ok(()) } else { Err(BudgetError::Delta) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        for (epsilon, rho) in [(1.0, 0.0244), (2.0, 0.0882), (4.0, 0.3111)] {
            let found = rho_for(epsilon, 1e-6).expect("in range");
            assert!((found - rho).abs() < 5e-5, "ε {epsilon}: {found}");
        }
        // US Census redistricting: ρ = 2.56 is about ε = 17 at δ = 1e-10.
        let census = epsilon_for(2.56, 1e-10).expect("in range");
        assert!((16.0..18.0).contains(&census), "{census}");
    }

    #[test]
    fn there_and_back_never_gains() {
        for epsilon in [0.01, 0.1, 0.5, 1.0, 3.7, 12.0] {
            for delta in [1e-12, 1e-6, 1e-3] {
                let rho = rho_for(epsilon, delta).expect("in range");
                let back = epsilon_for(rho, delta).expect("in range");
                assert!(back <= epsilon && back > epsilon * 0.999_999, "{epsilon} {delta}: {back}");
            }
        }
    }

    #[test]
    fn what_makes_no_guarantee_is_refused() {
        for epsilon in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(rho_for(epsilon, 1e-6), Err(BudgetError::Cost));
        }
        for delta in [0.0, 1.0, -1e-6, f64::NAN] {
            assert_eq!(rho_for(1.0, delta), Err(BudgetError::Delta));
            assert_eq!(epsilon_for(1.0, delta), Err(BudgetError::Delta));
        }
    }
}
