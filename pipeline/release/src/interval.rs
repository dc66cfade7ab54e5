//! Intervals of estimates, and how far a figure can be relied on. Functions of published
//! numbers only.

use crate::portable::{exp, ln, ln_normal_above};
use crate::published::Reliability;

/// The normal distribution's 97.5 % point: intervals hold 95 %.
pub(crate) const Z95: f64 = 1.959_963_984_540_054;

/// What an interval claims.
const CONFIDENCE: f64 = 0.95;

/// Steps to the upper end of an estimate below zero; six leave less than a millionth of a standard error.
const STEPS: usize = 8;

/// A half-width of at most this share of the estimate is highly reliable.
const HIGH_SHARE: f64 = 0.1;

/// A half-width above this share of the estimate is of low reliability.
const LOW_SHARE: f64 = 0.5;

/// The 95 % interval of an unbiased estimate, not truncated.
pub(crate) fn interval95(estimate: f64, standard_error: f64) -> (f64, f64) {
    (estimate - Z95 * standard_error, estimate + Z95 * standard_error)
}

/// The 95 % interval of a count, of which an estimate is known: cut at zero, and never empty.
///
/// An estimate below zero leaves zero as the lower end, so all of the 5 % stand above the upper end u: the noise fell at
/// least as far as it is known to have fallen, and u is held as long as that has a share of 5 % in it,
/// P(noise < estimate − u) = 5 % of P(noise < estimate). At zero that is the usual end, far below it about a
/// standard error; cut off, the usual interval would be nothing but zero once in forty empty cells. Of the
/// intervals of any true count at least 95 in 100 hold it.
///
/// # Source
/// Read 2002 (Journal of Physics G 28: the CLs technique), here for estimates below zero alone.
pub(crate) fn interval95_of_count(estimate: f64, standard_error: f64) -> (f64, f64) {
    let (low, high) = interval95(estimate, standard_error);
    if estimate >= 0.0 || standard_error <= 0.0 {
        return (low.max(0.0), high.max(0.0));
    }
    let below = -estimate / standard_error;
    let wanted = ln(1.0 - CONFIDENCE) + ln_normal_above(below);
    // The logarithm of the tail is concave: Newton's steps come down to the end from above.
    let mut end = below;
    for _ in 0..STEPS {
        let tail = ln_normal_above(end);
        let density = -0.5 * (end * end + ln(2.0 * std::f64::consts::PI));
        end += (tail - wanted) / exp(density - tail);
    }
    (0.0, (end - below) * standard_error)
}

/// How far an estimate can be relied on.
pub(crate) fn reliability(estimate: f64, standard_error: f64) -> Reliability {
    let half_width = Z95 * standard_error;
    if estimate <= 0.0 || half_width > LOW_SHARE * estimate {
        Reliability::Low
    } else if half_width <= HIGH_SHARE * estimate {
        Reliability::High
    } else {
        Reliability::Moderate
    }
}

#[cfg(test)]
mod tests {
    use statrs::distribution::{ContinuousCDF, Normal};

    use super::*;

    #[test]
    fn a_count_is_never_said_to_be_nothing_but_zero() {
        // By hand from tables of the normal distribution: 5 % of the tail below the estimate.
        for (estimate, end) in [(0.0, 1.960), (-1.0, 1.412), (-2.0, 1.052), (-3.0, 0.817), (-8.0, 0.361)] {
            let (low, high) = interval95_of_count(10.0 * estimate, 10.0);
            assert!(low.abs() < 1e-12 && (high - 10.0 * end).abs() < 0.01, "{estimate}: {low} to {high}");
        }
        let (_, just_below) = interval95_of_count(-1e-9, 1.0);
        assert!((just_below - Z95).abs() < 1e-6, "no step at zero: {just_below}");
        for estimate in [0.0, 5.0, 30.0] {
            let (low, high) = interval95(estimate, 10.0);
            assert_eq!(interval95_of_count(estimate, 10.0), (low.max(0.0), high), "as usual from zero on");
        }
        assert_eq!(interval95_of_count(-1.0, 0.0), (0.0, 0.0), "no noise, no doubt");
    }

    /// By the known noise, in steps of a thousandth of a standard error: no luck in it.
    #[test]
    fn intervals_of_counts_hold_every_true_count_95_times_in_100() {
        let normal = Normal::standard();
        let step = 1e-3;
        for truth in [0.0, 0.2, 0.5, 0.8, 1.0, 1.5, 1.96, 2.5, 4.0] {
            let held: f64 = (-8_000..8_000)
                .map(|at| f64::from(at) * step)
                .filter(|noise| {
                    let (low, high) = interval95_of_count(truth + noise, 1.0);
                    (low..=high).contains(&truth)
                })
                .map(|noise| normal.cdf(noise + step / 2.0) - normal.cdf(noise - step / 2.0))
                .sum();
            assert!(held > 0.9495, "{truth}: {held}");
        }
    }

    #[test]
    fn reliability_follows_the_half_width() {
        let se = 10.0 / Z95;
        assert_eq!(reliability(100.0, se), Reliability::High);
        assert_eq!(reliability(99.0, se), Reliability::Moderate);
        assert_eq!(reliability(20.0, se), Reliability::Moderate);
        assert_eq!(reliability(19.0, se), Reliability::Low);
        assert_eq!(reliability(0.0, se), Reliability::Low);
        assert_eq!(reliability(-200.0, se), Reliability::Low);
    }
}
