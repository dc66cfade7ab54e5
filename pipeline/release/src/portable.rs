//! Exponential and logarithm in plain arithmetic: a release renders to the same bytes on every
//! machine, which the system's mathematics library does not promise.

use std::f64::consts::{LN_2, SQRT_2};

/// Terms of the series below; each leaves less than one part in 10^15.
const TERMS: i32 = 16;

/// e^x; 0 far below and the largest finite value far above.
pub(crate) fn exp(x: f64) -> f64 {
    if x < -700.0 {
        return 0.0;
    }
    let x = x.min(700.0);
    let halvings = (x / LN_2).round();
    let rest = x - halvings * LN_2;
    // |rest| is at most ln 2 / 2, so the series ends quickly.
    let series = (1..=TERMS).rev().fold(1.0, |sum, term| 1.0 + rest * sum / f64::from(term));
    series * power_of_two(halvings as i64)
}

/// ln x for a positive, normal x.
pub(crate) fn ln(x: f64) -> f64 {
    let bits = x.to_bits();
    let mut exponent = i64::from((bits >> 52) as u32) - 1023;
    let mut mantissa = f64::from_bits(bits & ((1 << 52) - 1) | (1023 << 52));
    if mantissa > SQRT_2 {
        mantissa /= 2.0;
        exponent += 1;
    }
    // ln m = 2 artanh((m − 1)/(m + 1)), whose argument is at most 0.172.
    let part = (mantissa - 1.0) / (mantissa + 1.0);
    let square = part * part;
    let series = (0..TERMS).rev().fold(0.0, |sum, term| 1.0 / f64::from(2 * term + 1) + square * sum);
    2.0 * part * series + exponent as f64 * LN_2
}

/// The share of a standard normal distribution above `z`, to 10^-7.
///
/// # Source
/// Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.2.17.
pub(crate) fn normal_above(z: f64) -> f64 {
    const COEFFICIENTS: [f64; 5] =
        [0.319_381_530, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429];
    let part = 1.0 / (1.0 + 0.231_641_9 * z.abs());
    let series = COEFFICIENTS.iter().rev().fold(0.0, |sum, c| part * (c + sum));
    let tail = exp(-0.5 * z * z) / (2.0 * std::f64::consts::PI).sqrt() * series;
    if z < 0.0 { 1.0 - tail } else { tail }
}

/// Logarithm of the share of a standard normal distribution above `z`, to 10^-13 also where that share is tiny.
///
/// # Source
/// Abramowitz and Stegun 26.2.11 (series) and 26.2.14 (continued fraction).
pub(crate) fn ln_normal_above(z: f64) -> f64 {
    /// From here on the fraction is taken.
    const FAR: f64 = 2.0;
    const DEPTH: i32 = 48;
    let ln_density = -0.5 * z * z - 0.5 * ln(2.0 * std::f64::consts::PI);
    if z >= FAR {
        let fraction = (1..=DEPTH).rev().fold(z, |rest, term| z + f64::from(term) / rest);
        ln_density - ln(fraction)
    } else if z > -FAR {
        let series = (1..=DEPTH / 2).rev().fold(1.0, |sum, term| 1.0 + z * z * sum / f64::from(2 * term + 1));
        ln(0.5 - exp(ln_density) * z * series)
    } else {
        ln(1.0 - exp(ln_normal_above(-z)))
    }
}

fn power_of_two(exponent: i64) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn they_are_exponential_and_logarithm(x in -690.0..690.0_f64) {
            let there = exp(x);
            prop_assert!((there / x.exp() - 1.0).abs() < 1e-12, "{} {}", there, x.exp());
            prop_assert!((ln(there) - x).abs() < 1e-12 * (1.0 + x.abs()));
        }
    }

    #[test]
    fn the_normal_tail_is_that_of_the_tables() {
        use statrs::distribution::{ContinuousCDF, Normal};
        let normal = Normal::standard();
        for step in -800..=800 {
            let z = f64::from(step) / 100.0;
            assert!((normal_above(z) - normal.sf(z)).abs() < 2e-7, "{z}");
            assert!((ln_normal_above(z) - normal.sf(z).ln()).abs() < 1e-9, "{z}");
        }
    }

    #[test]
    fn the_ends_are_finite() {
        assert_eq!(exp(-1e9).to_bits(), 0.0_f64.to_bits());
        assert!(exp(1e9).is_finite());
        assert!(ln(1.0).abs() < 1e-15 && ln(f64::MIN_POSITIVE) < -700.0);
    }
}
