//! Intervals of estimates, and how far a figure can be relied on. Functions of published
//! numbers only.

use crate::published::Reliability;

/// The normal distribution's 97.5 % point: intervals hold 95 %.
pub(crate) const Z95: f64 = 1.959_963_984_540_054;

/// A half-width of at most this share of the estimate is highly reliable.
const HIGH_SHARE: f64 = 0.1;

/// A half-width above this share of the estimate is of low reliability.
const LOW_SHARE: f64 = 0.5;

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

#[cfg(test)]
mod tests {
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
}
