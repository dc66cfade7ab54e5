//! Rates: a numerator out of a denominator, both noisy, with an interval that allows for being shown. Functions
//! of published numbers only.

use crate::interval::Z95;
use crate::portable::{ln, ln_normal_above};
use crate::published::RateInterval;

/// A rate whose denominator is at most so many of its standard errors is withheld.
///
/// Of a group of nobody a rate is shown by luck once in 30,000 times, so hardly ever in a release of thousands of
/// such groups; at three it would be once in 740, and several of them would stand in every release.
pub const RATE_TOLD_FROM_ZERO: f64 = 4.0;

/// A page picks the rate that it leads with from among so many: sixteen services for three types of trafficking.
pub const PICKED_AMONG: u32 = 48;

/// What an interval claims.
#[derive(Debug, Clone, Copy)]
struct Claim {
    /// The tail above the interval, as below it.
    tail: f64,
    /// The normal distribution's point that has the tail above it.
    z: f64,
}

/// To hold the rate 95 times in 100.
const BY_ITSELF: Claim = Claim { tail: 0.025, z: Z95 };

/// To hold it as often whichever of [`PICKED_AMONG`] rates was picked (Bonferroni's inequality).
const PICKED: Claim = Claim { tail: 0.025 / PICKED_AMONG as f64, z: 3.279_024_297_718_022 };

/// So far above the bound nothing is missing: less than one in 10^12 of the tail.
const FAR: f64 = 9.0;

/// How far outside of 0 to 1 an interval is followed; a difference of rates needs it beyond the ends that are shown.
const FURTHEST: f64 = 1.0;

/// Halvings that find an end of an interval.
const HALVINGS: usize = 40;

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
    /// The rate and its 95 % interval, cut to [0, 1]; see [`Ratio::uncut95`]. Where it is all of [0, 1] it is
    /// stated so: to withhold it would leave, of tiny groups, just the intervals that miss.
    pub(crate) fn interval95(&self) -> Option<RateInterval> {
        self.uncut95().map(RateInterval::cut)
    }

    /// The same for the rate that somebody picked from among [`PICKED_AMONG`] for what it says: 95 times in 100 all
    /// that are shown lie in their intervals, so the picked one does.
    ///
    /// # Source
    /// Bonferroni's inequality; Benjamini and Yekutieli 2005 (JASA 100) for why the usual interval fails here.
    pub(crate) fn picked95(&self) -> Option<RateInterval> {
        self.uncut(PICKED).map(RateInterval::cut)
    }

    /// The rate and its 95 % interval among the rates that are shown, followed to −1 and 2.
    ///
    /// `None` (withheld) where n is not told from zero, and where Fieller's interval lies outside of [0, 1], as
    /// noise can make it: nothing honest is left to say about the rate then.
    ///
    /// A rate r is tested by d = g − r n, which is normal around zero. If d and n go together, those groups are
    /// shown that the noise made large, and their d is too far on that side. Given n's part b that is independent
    /// of d, the rate is shown where d lies above a known bound, so on that side r is held as long as the
    /// tail beyond d is at least 2.5 % of the tail beyond the bound. The other side's tail only becomes smaller by
    /// being shown. So the interval holds any true rate of a group of at least one at least 95 times in 100
    /// that it is shown, however small the group. It is Fieller's where n lies far above what is withheld.
    ///
    /// # Source
    /// Fieller 1954 for d; Lee, Sun, Sun and Taylor 2016 (Annals of Statistics 44, section 5) for the normal law
    /// given a selection, here on the side alone that the selection favours.
    pub(crate) fn uncut95(&self) -> Option<RateInterval> {
        self.uncut(BY_ITSELF)
    }

    fn uncut(&self, claim: Claim) -> Option<RateInterval> {
        let z2 = claim.z * claim.z;
        if self.denominator <= self.bound() {
            return None;
        }
        // The ends of Fieller's interval are the roots of square · r² − 2 · linear · r + constant.
        let square = self.denominator.powi(2) - z2 * self.denominator_variance;
        let linear = self.numerator * self.denominator - z2 * self.covariance;
        let constant = self.numerator.powi(2) - z2 * self.numerator_variance;
        // g/n is in the set whatever the variances, so the discriminant is negative only by rounding.
        let root = (linear * linear - square * constant).max(0.0).sqrt();
        let (low, high) = ((linear - root) / square, (linear + root) / square);
        if high < 0.0 || low > 1.0 {
            return None;
        }
        Some(RateInterval {
            rate: self.numerator / self.denominator,
            low: self.followed(claim, low, [0.0, -FURTHEST]),
            high: self.followed(claim, high, [1.0, 1.0 + FURTHEST]),
        })
    }

    /// Up to here the denominator is not told from zero.
    fn bound(&self) -> f64 {
        RATE_TOLD_FROM_ZERO * self.denominator_variance.sqrt()
    }

    /// The end of the interval on the way from Fieller's end outwards over the stops. Between two stops what is
    /// held may have a gap; then all of it counts as held.
    fn followed(&self, claim: Claim, end: f64, stops: [f64; 2]) -> f64 {
        let outwards = stops[1] - stops[0];
        let mut held = end;
        for stop in stops.into_iter().filter(|stop| (stop - end) * outwards > 0.0) {
            if self.holds(claim, stop) {
                held = stop;
                continue;
            }
            let mut missed = stop;
            for _ in 0..HALVINGS {
                let middle = 0.5 * (held + missed);
                if self.holds(claim, middle) { held = middle } else { missed = middle }
            }
            break;
        }
        held
    }

    /// Whether r may be the true rate of what is shown.
    fn holds(&self, claim: Claim, r: f64) -> bool {
        let variance =
            self.numerator_variance - 2.0 * r * self.covariance + r * r * self.denominator_variance;
        let shared = self.covariance - r * self.denominator_variance;
        let deviation = (self.numerator - r * self.denominator) / variance.max(f64::MIN_POSITIVE).sqrt();
        // The side on which n is the larger.
        let favoured = if shared < 0.0 { -deviation } else { deviation };
        if favoured <= claim.z {
            return favoured >= -claim.z;
        }
        let above_bound = (self.denominator - self.bound()) * variance.sqrt() / shared.abs();
        if shared == 0.0 || above_bound > favoured + FAR {
            return false;
        }
        ln_normal_above(favoured) >= ln(claim.tail) + ln_normal_above(favoured - above_bound)
    }
}

#[cfg(test)]
#[path = "ratio_tests.rs"]
mod tests;
