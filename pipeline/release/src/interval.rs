//! Intervals of estimates and rates, and how far a figure can be relied on. Functions of published
//! numbers only.

use crate::published::{RateInterval, Reliability};

/// The normal distribution's 97.5 % point: intervals hold 95 %.
pub(crate) const Z95: f64 = 1.959_963_984_540_054;

/// A half-width of at most this share of the estimate is highly reliable.
const HIGH_SHARE: f64 = 0.1;

/// A half-width above this share of the estimate is of low reliability.
const LOW_SHARE: f64 = 0.5;

/// A rate whose denominator is at most so many of its standard errors is withheld. At two, of groups of
/// next to nobody one in forty would pass by luck, and in a release of many such groups they would be a large
/// part of what is stated; at three it is one in 740.
pub const RATE_TOLD_FROM_ZERO: f64 = 3.0;

/// The 95 % interval of an unbiased estimate, not truncated.
pub(crate) fn interval95(estimate: f64, standard_error: f64) -> (f64, f64) {
    (estimate - Z95 * standard_error, estimate + Z95 * standard_error)
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

/// Numerator and denominator of a rate with their variances and covariance.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ratio {
    /// Unbiased estimate of the numerator g.
    pub(crate) numerator: f64,
    /// Unbiased estimate of the denominator n.
    pub(crate) denominator: f64,
    /// Variance of g.
    pub(crate) numerator_variance: f64,
    /// Variance of n.
    pub(crate) denominator_variance: f64,
    /// Covariance of g and n.
    pub(crate) covariance: f64,
}

impl Ratio {
    /// The rate and its 95 % interval {r : (g − r n)² ≤ z² (v_g − 2 r c + r² v_n)}, cut to [0, 1].
    ///
    /// `None` (withheld) where n is not told from zero: below z standard errors the set is not an
    /// interval, and below three it is one by luck too often. Also where the whole set lies outside [0, 1], as noise can make it: nothing
    /// honest is left to say about the rate then.
    ///
    /// # Source
    /// Fieller 1954; release method, section 5.
    pub(crate) fn fieller95(&self) -> Option<RateInterval> {
        let z2 = Z95 * Z95;
        // The set's ends are the roots of square · r² − 2 · linear · r + constant.
        let square = self.denominator.powi(2) - z2 * self.denominator_variance;
        if self.denominator <= RATE_TOLD_FROM_ZERO * self.denominator_variance.sqrt() {
            return None;
        }
        let linear = self.numerator * self.denominator - z2 * self.covariance;
        let constant = self.numerator.powi(2) - z2 * self.numerator_variance;
        // g/n is in the set whatever the variances, so the discriminant is negative only by rounding.
        let root = (linear * linear - square * constant).max(0.0).sqrt();
        let (low, high) = ((linear - root) / square, (linear + root) / square);
        if high < 0.0 || low > 1.0 {
            return None;
        }
        let (low, high) = (low.max(0.0), high.min(1.0));
        Some(RateInterval { rate: (self.numerator / self.denominator).clamp(low, high), low, high })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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

    #[test]
    fn a_denominator_near_zero_withholds_the_rate() {
        let ratio = |denominator| Ratio {
            numerator: 10.0,
            denominator,
            numerator_variance: 25.0,
            denominator_variance: 100.0,
            covariance: 25.0,
        };
        assert!(ratio(29.5).fieller95().is_none());
        assert!(ratio(-60.0).fieller95().is_none());
        let told = ratio(30.5).fieller95().expect("just told from zero");
        assert!(told.high - told.low > 0.4, "and hardly known");
        assert!(Ratio { numerator: -500.0, ..ratio(100.0) }.fieller95().is_none(), "outside [0, 1]");
    }

    #[test]
    fn without_covariance_and_denominator_noise_it_is_the_plain_interval() {
        let ratio = Ratio {
            numerator: 50.0,
            denominator: 100.0,
            numerator_variance: 16.0,
            denominator_variance: 0.0,
            covariance: 0.0,
        };
        let found = ratio.fieller95().expect("told from zero");
        assert!((found.rate - 0.5).abs() < 1e-12);
        assert!((found.low - (0.5 - Z95 * 0.04)).abs() < 1e-12);
        assert!((found.high - (0.5 + Z95 * 0.04)).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn ends_satisfy_fiellers_equation(g in -50.0..500.0_f64, n in 1.0..600.0_f64, sd in 0.5..40.0_f64, rho in -0.9..0.9_f64) {
            let (vg, vn) = (sd * sd, 1.5 * sd * sd);
            let c = rho * (vg * vn).sqrt();
            let ratio = Ratio { numerator: g, denominator: n, numerator_variance: vg, denominator_variance: vn, covariance: c };
            if let Some(found) = ratio.fieller95() {
                prop_assert!(0.0 <= found.low && found.low <= found.rate && found.rate <= found.high && found.high <= 1.0);
                for end in [found.low, found.high] {
                    if end > 0.0 && end < 1.0 {
                        let left = (g - end * n).powi(2);
                        let right = Z95 * Z95 * (vg - 2.0 * end * c + end * end * vn);
                        prop_assert!((left - right).abs() <= 1e-6 * (left + right + n * n), "{left} {right}");
                    }
                }
            } else {
                prop_assert!(n <= RATE_TOLD_FROM_ZERO * vn.sqrt() || !(0.0..=1.0).contains(&(g / n)));
            }
        }
    }
}
