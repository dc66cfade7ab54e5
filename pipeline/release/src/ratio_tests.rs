use proptest::prelude::*;

use super::*;
use crate::fixture::Stream;

/// What may be drawn: true denominator in standard errors, true rate, levels of the denominator.
#[derive(Debug, Clone, Copy)]
struct Group {
    denominator: f64,
    rate: f64,
    levels: f64,
}

impl Group {
    /// The covariances of a denominator that is a sum of like levels.
    fn ratio(self, numerator: f64, denominator: f64) -> Ratio {
        let share = 1.0 / self.levels;
        Ratio {
            numerator,
            denominator,
            numerator_variance: share,
            denominator_variance: 1.0,
            covariance: share,
        }
    }

    /// A draw from those that are shown.
    fn shown(self, stream: &mut Stream) -> Ratio {
        let noise = above(RATE_TOLD_FROM_ZERO - self.denominator, stream);
        let share = 1.0 / self.levels;
        let numerator = self.rate * self.denominator
            + share * noise
            + (share - share * share).sqrt() * above(f64::NEG_INFINITY, stream);
        self.ratio(numerator, self.denominator + noise)
    }
}

/// A standard normal number above a bound.
///
/// # Source
/// Box and Muller 1958; Robert 1995 (Statistics and Computing 5) for bounds above zero.
fn above(bound: f64, stream: &mut Stream) -> f64 {
    loop {
        let (u, v) = (1.0 - stream.next(), stream.next());
        if bound > 0.5 {
            let rate = f64::midpoint(bound, (bound * bound + 4.0).sqrt());
            let drawn = bound - u.ln() / rate;
            if v <= (-0.5 * (drawn - rate).powi(2)).exp() {
                return drawn;
            }
        } else {
            let drawn = (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos();
            if drawn > bound {
                return drawn;
            }
        }
    }
}

/// Of the rates that are shown at least 95 % hold, for every size of group down to one of 0.03 standard errors and
/// every true rate. Over 4,000 draws the share of an interval of exactly 95 % has a standard deviation of 0.0034, so it
/// falls under 93.5 % less than once in 10^5 times: in one of 162 such cells once in 700 runs, if all were at 95 % and
/// the seed were not fixed. Fieller's own interval holds less than that in 78 of them, of the smallest nothing.
#[test]
fn of_the_rates_that_are_shown_the_interval_holds() {
    let mut stream = Stream::new(23);
    for denominator in [0.03, 0.3, 1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 20.0] {
        for rate in [0.0, 0.1, 0.3, 0.5, 0.9, 1.0] {
            for levels in [2.0, 3.0, 6.0] {
                let group = Group { denominator, rate, levels };
                let (mut stated, mut held) = (0_u32, 0_u32);
                for _ in 0..4_000 {
                    if let Some(found) = group.shown(&mut stream).interval95() {
                        stated += 1;
                        held += u32::from(found.low <= rate + 1e-12 && rate <= found.high + 1e-12);
                    }
                }
                let share = f64::from(held) / f64::from(stated);
                assert!(share >= 0.935, "{group:?}: {share} of {stated}");
            }
        }
    }
}

/// Of 48 rates the one whose interval ends lowest at the highest place is picked, as a page picks what it leads with. Over
/// 1,500 draws a share of exactly 95 % has a standard deviation of 0.0056; the wide interval holds far more, the usual one
/// about three in four.
#[test]
fn of_the_rates_that_are_picked_the_wide_interval_holds() {
    let mut stream = Stream::new(31);
    for (denominator, rate) in [(5.0, 0.7), (8.0, 0.5), (12.0, 0.9)] {
        let group = Group { denominator, rate, levels: 3.0 };
        let (mut usual, mut wide) = (0_u32, 0_u32);
        for _ in 0..1_500 {
            let shown: Vec<Ratio> = (0..PICKED_AMONG).map(|_| group.shown(&mut stream)).collect();
            let picked = |of: fn(&Ratio) -> Option<RateInterval>| {
                let all = shown.iter().filter_map(of);
                all.max_by(|a, b| a.low.total_cmp(&b.low)).is_some_and(|r| r.low <= rate && rate <= r.high)
            };
            usual += u32::from(picked(Ratio::interval95));
            wide += u32::from(picked(Ratio::picked95));
        }
        assert!(wide >= 1_425, "{group:?}: {wide} of 1,500");
        assert!(
            usual < 1_350,
            "{group:?}: the usual interval held {usual} of 1,500, so the test tells nothing"
        );
    }
}

#[test]
fn the_claims_are_what_the_normal_law_says() {
    for claim in [BY_ITSELF, PICKED] {
        assert!((ln_normal_above(claim.z) - ln(claim.tail)).abs() < 1e-9, "{claim:?}");
    }
}

/// A difference of two such rates, the second of a group as small or of a large one. Over 2,000 draws an interval of
/// exactly 95 % falls under 93 % once in 25,000 times; there are 84 such cells.
#[test]
fn of_the_differences_that_are_shown_the_interval_holds() {
    let mut stream = Stream::new(29);
    for (size, other) in
        [(0.3, 0.3), (0.3, 12.0), (1.0, 1.0), (2.0, 12.0), (3.0, 3.0), (4.0, 12.0), (6.0, 6.0)]
    {
        for (first, second) in [(0.0, 0.0), (0.0, 0.5), (1.0, 0.0), (0.9, 0.1), (0.5, 0.5), (1.0, 1.0)] {
            for levels in [2.0, 6.0] {
                let one = Group { denominator: size, rate: first, levels };
                let two = Group { denominator: other, rate: second, levels };
                let (mut stated, mut held) = (0_u32, 0_u32);
                while stated < 2_000 {
                    let drawn = (one.shown(&mut stream).uncut95(), two.shown(&mut stream).uncut95());
                    let (Some(a), Some(b)) = drawn else { continue };
                    let (low, high) = crate::difference::between(a, b, 0.0);
                    stated += 1;
                    held += u32::from(low <= first - second + 1e-12 && first - second <= high + 1e-12);
                }
                let share = f64::from(held) / f64::from(stated);
                assert!(share >= 0.93, "{one:?} {two:?}: {share}");
            }
        }
    }
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
    assert!(ratio(39.5).interval95().is_none());
    assert!(ratio(-60.0).interval95().is_none());
    let told = ratio(40.5).interval95().expect("just told from zero");
    assert!(told.low <= 0.0 && told.high >= 1.0, "and not known at all");
    let known = ratio(80.0).interval95().expect("told from zero");
    assert!(known.high - known.low < 0.5);
    assert!(Ratio { numerator: -500.0, ..ratio(100.0) }.interval95().is_none(), "outside [0, 1]");
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
    let found = ratio.interval95().expect("told from zero");
    assert!((found.rate - 0.5).abs() < 1e-12);
    assert!((found.low - (0.5 - Z95 * 0.04)).abs() < 1e-12);
    assert!((found.high - (0.5 + Z95 * 0.04)).abs() < 1e-12);
}

proptest! {
    /// Never narrower than Fieller's, and the same once the denominator is far above what is withheld.
    #[test]
    fn it_holds_fiellers_interval(g in -50.0..500.0_f64, n in 1.0..600.0_f64, sd in 0.5..40.0_f64, rho in -0.9..0.9_f64) {
        let (vg, vn) = (sd * sd, 1.5 * sd * sd);
        let c = rho * (vg * vn).sqrt();
        let ratio = Ratio { numerator: g, denominator: n, numerator_variance: vg, denominator_variance: vn, covariance: c };
        let beyond = |r: f64| (g - r * n).powi(2) - Z95 * Z95 * (vg - 2.0 * r * c + r * r * vn);
        if let Some(found) = ratio.interval95() {
            prop_assert!(0.0 <= found.low && found.low <= found.rate && found.rate <= found.high && found.high <= 1.0);
            let rounding = 1e-6 * (n * n + g * g);
            for end in [found.low, found.high] {
                if end > 0.0 && end < 1.0 {
                    prop_assert!(beyond(end) >= -rounding, "{}", beyond(end));
                    if n > (RATE_TOLD_FROM_ZERO + 9.0) * vn.sqrt() {
                        prop_assert!(beyond(end) <= rounding, "{}", beyond(end));
                    }
                }
            }
        } else {
            prop_assert!(n <= RATE_TOLD_FROM_ZERO * vn.sqrt() || !(0.0..=1.0).contains(&(g / n)));
        }
    }
}
