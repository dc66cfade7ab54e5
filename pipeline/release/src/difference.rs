//! Differences between groups, cities or periods, with intervals: functions of published numbers only.

use thiserror::Error;

use crate::interval::Z95;
use crate::layout::{for_each_cell, project, strides_within};
use crate::published::{Cell, RateInterval, ReleasedTable};
use crate::ratio::Ratio;
use crate::statement::Statement;

/// Some cells of one table of one release, added up.
#[derive(Debug, Clone)]
pub struct Part<'a> {
    pub(crate) statement: &'a Statement,
    table: &'a ReleasedTable,
    /// 1 for each cell of the part, 0 for the others.
    picked: Vec<f64>,
    /// The part of each residual query in the variance, by the query's place in the statement.
    terms: Vec<Term>,
}

/// What one residual query adds: the picked cells on the query's own cells, projected and scaled, so that
/// σ² times the product of two parts' terms is their covariance.
#[derive(Debug, Clone)]
struct Term {
    query: usize,
    along: Vec<f64>,
}

/// How one figure compares with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The interval lies above zero.
    Higher,
    /// The interval lies below zero.
    Lower,
    /// The interval covers zero.
    NoClearDifference,
}

impl Verdict {
    /// The words that a reader sees.
    pub fn words(self) -> &'static str {
        match self {
            Self::Higher => "higher",
            Self::Lower => "lower",
            Self::NoClearDifference => "no clear difference",
        }
    }

    fn of(low: f64, high: f64) -> Self {
        if low > 0.0 {
            Self::Higher
        } else if high < 0.0 {
            Self::Lower
        } else {
            Self::NoClearDifference
        }
    }
}

/// A difference of two figures with its 95 % interval, which covers the privacy noise only.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// The first less the second: people, or a share from −1 to 1.
    pub estimate: f64,
    /// Standard error; of a difference of rates `None`, whose interval is not symmetric.
    pub standard_error: Option<f64>,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// What it comes to.
    pub verdict: Verdict,
}

/// Figures that can't be compared or added.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DifferenceError {
    /// A release and its own revision, or one release in two copies that differ.
    #[error(
        "{first} and {second} rest on the same measurement, so their difference says nothing; compare one of them with another period or city"
    )]
    SharedMeasurement {
        /// The first release.
        first: String,
        /// The second.
        second: String,
    },
    /// A sum of nothing, or of one release twice.
    #[error("a sum over releases needs each release once; name different cities or periods")]
    Sum,
}

impl<'a> Part<'a> {
    /// The cells of `table` that are `wanted`. Statement and table are of one release.
    pub fn of(statement: &'a Statement, table: &'a ReleasedTable, wanted: impl Fn(&Cell) -> bool) -> Self {
        let picked: Vec<f64> = table.cells.iter().map(|cell| f64::from(u8::from(wanted(cell)))).collect();
        let shape: Vec<usize> = table.dimensions.iter().map(|d| d.categories.len()).collect();
        let outer: Vec<usize> = (0..shape.len()).collect();
        let place = |name: &String| table.dimensions.iter().position(|d| d.name == *name);
        let mut terms = Vec::new();
        for (query, stated) in statement.queries.iter().enumerate() {
            let Some(inner) = stated.attributes.iter().map(place).collect::<Option<Vec<usize>>>() else {
                continue;
            };
            let cells: usize = stated.sizes.iter().product();
            let mut along = vec![0.0; cells];
            let within = strides_within(&outer, &inner, &stated.sizes);
            for_each_cell(&shape, &within, |cell, inner| along[inner] += picked[cell]);
            project(&mut along, &stated.sizes);
            let ratio = cells as f64 / picked.len() as f64;
            for value in &mut along {
                *value *= ratio;
            }
            terms.push(Term { query, along });
        }
        Self { statement, table, picked, terms }
    }

    /// Unbiased estimate, in people.
    pub fn estimate(&self) -> f64 {
        self.table.cells.iter().zip(&self.picked).map(|(cell, picked)| cell.estimate * picked).sum()
    }

    /// Standard error of the estimate, in people.
    pub fn standard_error(&self) -> f64 {
        self.covariance(self).sqrt()
    }

    /// This less another, with what the two have of the same noise.
    ///
    /// # Errors
    /// [`DifferenceError::SharedMeasurement`] when they are of a release and its revision.
    pub fn less(&self, other: &Part<'_>) -> Result<Difference, DifferenceError> {
        let both = self.shared_covariance(other)?;
        let variance = self.covariance(self) + other.covariance(other) - 2.0 * both;
        let standard_error = variance.max(0.0).sqrt();
        let estimate = self.estimate() - other.estimate();
        let (low, high) = (estimate - Z95 * standard_error, estimate + Z95 * standard_error);
        Ok(Difference {
            estimate,
            standard_error: Some(standard_error),
            low,
            high,
            verdict: Verdict::of(low, high),
        })
    }

    /// Covariance of two parts, of one release or of two.
    fn shared_covariance(&self, other: &Part<'_>) -> Result<f64, DifferenceError> {
        let (a, b) = (self.statement, other.statement);
        if (&a.release_id, &a.ledger_head) == (&b.release_id, &b.ledger_head) {
            return Ok(self.covariance(other));
        }
        if (&a.city, &a.period) == (&b.city, &b.period) {
            return Err(DifferenceError::SharedMeasurement {
                first: a.release_id.clone(),
                second: b.release_id.clone(),
            });
        }
        // Every measurement draws noise of its own.
        Ok(0.0)
    }

    /// Σ over the residual queries that both tables have of σ² ⟨a, b⟩.
    pub(crate) fn covariance(&self, other: &Part<'_>) -> f64 {
        let mut sum = 0.0;
        let mut others = other.terms.iter().peekable();
        for term in &self.terms {
            while others.next_if(|other| other.query < term.query).is_some() {}
            if let Some(other) = others.next_if(|other| other.query == term.query) {
                let dot: f64 = term.along.iter().zip(&other.along).map(|(a, b)| a * b).sum();
                sum += self.variance(term.query) * dot;
            }
        }
        sum
    }

    /// σ² of a residual: of a revised release that of both measurements together.
    fn variance(&self, query: usize) -> f64 {
        let stated = &self.statement.queries[query];
        let precision = |scale: f64| scale.powi(-2);
        let earlier =
            self.statement.earlier.as_ref().map_or(0.0, |e| precision(e.queries[query].noise_scale));
        let cells: usize = stated.sizes.iter().product();
        1.0 / ((precision(stated.noise_scale) + earlier) * (cells as f64).powi(2))
    }
}

/// A rate: a numerator out of a denominator of the same release.
#[derive(Debug, Clone)]
pub struct RatePart<'a> {
    /// Who is counted.
    pub numerator: Part<'a>,
    /// Out of whom.
    pub denominator: Part<'a>,
}

impl RatePart<'_> {
    /// The rate with its interval among the rates that are shown; `None` where it is withheld, as where
    /// the denominator is not told from zero.
    pub fn rate(&self) -> Option<RateInterval> {
        self.ratio().interval95()
    }

    fn ratio(&self) -> Ratio {
        let (g, n) = (&self.numerator, &self.denominator);
        Ratio {
            numerator: g.estimate(),
            denominator: n.estimate(),
            numerator_variance: g.covariance(g),
            denominator_variance: n.covariance(n),
            covariance: g.covariance(n),
        }
    }

    /// This rate less another; `None` where one of them is withheld.
    ///
    /// The interval recovers the spread of each rate from its own interval, not cut to 0 and 1, and takes the
    /// correlation of the two into account, so it stays honest where rates are near 0 or 1 and where a
    /// group is shown that noise made large.
    ///
    /// # Errors
    /// [`DifferenceError::SharedMeasurement`] when they are of a release and its revision.
    ///
    /// # Source
    /// Zou and Donner 2008 (MOVER), with the correlation of the linearised rates.
    pub fn less(&self, other: &RatePart<'_>) -> Result<Option<Difference>, DifferenceError> {
        self.numerator.shared_covariance(&other.numerator)?;
        let (Some(first), Some(second)) = (self.ratio().uncut95(), other.ratio().uncut95()) else {
            return Ok(None);
        };
        let (shown, others) = (first.cut().rate, second.cut().rate);
        let correlation = self.correlation(shown, other, others)?;
        let (low, high) = between(first, second, correlation);
        let estimate = shown - others;
        // The rates are cut to 0 and 1 one by one, which can put their difference past an end.
        let (low, high) = (low.min(estimate), high.max(estimate));
        Ok(Some(Difference { estimate, standard_error: None, low, high, verdict: Verdict::of(low, high) }))
    }

    /// Correlation of g − r n and g′ − r′ n′.
    fn correlation(&self, rate: f64, other: &RatePart<'_>, others: f64) -> Result<f64, DifferenceError> {
        let own = cross(self, rate, self, rate)?;
        let theirs = cross(other, others, other, others)?;
        let product = own * theirs;
        if product <= 0.0 {
            return Ok(0.0);
        }
        Ok((cross(self, rate, other, others)? / product.sqrt()).clamp(-1.0, 1.0))
    }
}

/// The interval of a difference of two rates by the spreads of their own, cut to [−1, 1].
pub(crate) fn between(first: RateInterval, second: RateInterval, correlation: f64) -> (f64, f64) {
    let spread = |mine: f64, theirs: f64| {
        (mine * mine + theirs * theirs - 2.0 * correlation * mine * theirs).max(0.0).sqrt()
    };
    let uncut = first.rate - second.rate;
    let low = uncut - spread(first.rate - first.low, second.high - second.rate);
    let high = uncut + spread(first.high - first.rate, second.rate - second.low);
    (low.max(-1.0), high.min(1.0))
}

/// Covariance of g − r n and g′ − s n′.
fn cross(a: &RatePart<'_>, r: f64, b: &RatePart<'_>, s: f64) -> Result<f64, DifferenceError> {
    Ok(a.numerator.shared_covariance(&b.numerator)?
        - s * a.numerator.shared_covariance(&b.denominator)?
        - r * a.denominator.shared_covariance(&b.numerator)?
        + r * s * a.denominator.shared_covariance(&b.denominator)?)
}

#[cfg(test)]
#[path = "difference_tests.rs"]
mod tests;
