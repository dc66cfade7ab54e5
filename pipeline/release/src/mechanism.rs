//! The mechanism: OpenDP's discrete Gaussian on the integer residual queries. Every draw of noise
//! of this project happens in this file, and OpenDP makes it.

use opendp::core::Measurement;
use opendp::domains::{AtomDomain, VectorDomain};
use opendp::measurements::make_gaussian;
use opendp::measures::ZeroConcentratedDivergence;
use opendp::metrics::L2Distance;
use opendp::traits::InfAdd;
use rayon::prelude::*;
use thiserror::Error;

use crate::closure::Block;
use crate::exact::{Exact, Residuals};
use crate::plan::Plan;

/// What the mechanism is, in words, for the statement.
pub(crate) const MECHANISM: &str = "Residual measurement (ResidualPlanner, NeurIPS 2023): for every set of attributes in the closure of the published tables, the integer residual query plus discrete Gaussian noise of the listed scale, drawn independently for each coordinate (Canonne, Kamath, Steinke 2020). ρ-zCDP; ε at δ by OpenDP's conversion.";

/// Library, version and generator, for the statement.
pub(crate) const LIBRARY: &str = "OpenDP 0.16.0 (Rust), make_gaussian over vectors of 64-bit integers with L2 sensitivity; randomness from OpenSSL's generator; exact integer and rational sampling, so no floating-point number stands between the data and the noise. The sampler does not run in constant time: releases are batch jobs whose duration is not published.";

/// OpenDP refused. Holds neither its message nor a value: only which query.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MechanismError {
    /// A measurement could not be built or mapped.
    #[error(
        "OpenDP refuses the noise of a residual query over {attributes} attributes; check that epsilon, delta and share are in a usual range"
    )]
    Build {
        /// Attributes of the query.
        attributes: usize,
    },
    /// A draw failed.
    #[error(
        "OpenDP could not draw noise: the system's generator of randomness failed; nothing was stored, run again"
    )]
    Draw,
    /// Costs do not add up to a number.
    #[error("the costs of the residual queries add up to no finite ρ; spend less")]
    Sum,
}

type Gaussian =
    Measurement<VectorDomain<AtomDomain<i64>>, L2Distance<f64>, ZeroConcentratedDivergence, Vec<i64>>;

/// Answers every residual query with noise: one integer a cell of the closure, blocks in order.
///
/// # Privacy
/// Costs [`Plan::rho`] under adding or removing one person row. The caller must hold a receipt
/// for it, or must never let the answer out ([`crate::evaluate`]).
pub(crate) fn measure(plan: &Plan, exact: &Exact<Residuals>) -> Result<Vec<i64>, MechanismError> {
    let answers: Vec<Vec<i64>> = plan
        .closure()
        .blocks()
        .par_iter()
        .zip(plan.noise())
        .map(|(block, noise)| {
            // OpenDP's closures are not Send: each measurement is built where it runs.
            let measurement = gaussian(block, noise.scale)?;
            let exact = exact.block(block).to_vec();
            measurement.invoke(&exact).map_err(|_| MechanismError::Draw)
        })
        .collect::<Result<_, _>>()?;
    Ok(answers.concat())
}

/// The ρ of one residual query, by the map of the very measurement that will answer it.
pub(crate) fn cost(block: &Block, scale: f64) -> Result<f64, MechanismError> {
    gaussian(block, scale)?
        .map(&l2_sensitivity(block.squared_sensitivity()))
        .map_err(|_| MechanismError::Build { attributes: block.order() })
}

/// Adds costs with OpenDP's upward rounding.
pub(crate) fn add_up(costs: impl IntoIterator<Item = f64>) -> Result<f64, MechanismError> {
    costs.into_iter().try_fold(0.0_f64, |sum, rho| sum.inf_add(&rho).map_err(|_| MechanismError::Sum))
}

fn gaussian(block: &Block, scale: f64) -> Result<Gaussian, MechanismError> {
    make_gaussian(
        VectorDomain::new(AtomDomain::<i64>::default()).with_size(block.cells),
        L2Distance::<f64>::default(),
        scale,
        None,
    )
    .map_err(|_| MechanismError::Build { attributes: block.order() })
}

/// The square root of a squared sensitivity, rounded up to the next float unless it is exact.
fn l2_sensitivity(squared: u64) -> f64 {
    let root = (squared as f64).sqrt();
    let whole = root as u64;
    if root.fract() == 0.0 && whole.checked_mul(whole) == Some(squared) { root } else { root.next_up() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_map_gives_the_optimum_for_a_3_by_4_by_7_residual() {
        let block = Block { attributes: vec![0, 1, 2], shape: vec![3, 4, 7], cells: 84, offset: 0 };
        let rho = cost(&block, 84.0 * 2.5).expect("in range");
        assert!((rho - 0.034_285_714_285_714_3).abs() < 1e-15, "{rho:.18}");
        assert!(
            rho >= block.sensitivity_factor() / (2.0 * 2.5 * 2.5) * (1.0 - 1e-15),
            "never less than the truth"
        );
    }

    #[test]
    fn sensitivities_round_up() {
        assert_eq!(l2_sensitivity(1).to_bits(), 1.0_f64.to_bits());
        assert_eq!(l2_sensitivity(144).to_bits(), 12.0_f64.to_bits());
        for squared in [2, 3, 5, 42, 504, 999_999_999_999] {
            let root = l2_sensitivity(squared);
            assert!(root > (squared as f64).sqrt() || root * root >= squared as f64);
        }
    }

    #[test]
    fn costs_add_up_and_never_down() {
        let sum = add_up([0.1; 10]).expect("finite");
        assert!((1.0..1.0 + 1e-14).contains(&sum));
        assert_eq!(add_up([f64::MAX, f64::MAX]), Err(MechanismError::Sum));
    }

    #[test]
    fn the_statement_names_the_version_that_is_built_in() {
        let lock = include_str!("../../../Cargo.lock");
        let version =
            lock.split("name = \"opendp\"\nversion = \"").nth(1).and_then(|rest| rest.split('"').next());
        let version = version.expect("opendp is in the lock file");
        assert!(LIBRARY.starts_with(&format!("OpenDP {version} ")), "{version}");
    }

    #[test]
    fn nonsense_scales_are_refused() {
        let block = Block { attributes: vec![0], shape: vec![3], cells: 3, offset: 0 };
        assert!(matches!(cost(&block, -1.0), Err(MechanismError::Build { attributes: 1 })));
        assert!(matches!(cost(&block, f64::NAN), Err(MechanismError::Build { .. })));
    }
}
