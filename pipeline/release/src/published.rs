//! What a release holds once it may be seen: the only thing a writer accepts.

use domain::{Cohort, Subject};
use serde::{Deserialize, Serialize};

use crate::statement::Statement;

/// A differentially private release of one city and period, rendered from a stored measurement.
///
/// # Privacy
/// Private fields and no public constructor: it can only be rendered from a vector that the
/// ledger stored when it charged the budget, so whatever is written from it is post-processing.
pub struct Release {
    pub(crate) statement: Statement,
    pub(crate) tables: Vec<ReleasedTable>,
    pub(crate) measurements: Vec<NoisyResidual>,
}

impl Release {
    /// The differential-privacy statement.
    pub fn statement(&self) -> &Statement {
        &self.statement
    }

    /// The tables, in the workload's order.
    pub fn tables(&self) -> &[ReleasedTable] {
        &self.tables
    }

    /// The noisy residual answers, for evaluators' own inference.
    pub fn measurements(&self) -> &[NoisyResidual] {
        &self.measurements
    }
}

/// One marginal with its estimates.
#[derive(Debug, Clone, PartialEq)]
pub struct ReleasedTable {
    /// Name.
    pub name: String,
    /// What it is about.
    pub subject: Option<Subject>,
    /// The days a person must enter in.
    pub cohort: Cohort,
    /// Days of follow-up.
    pub window_days: u32,
    /// The dimensions with their categories, in the order in which cells are laid out.
    pub dimensions: Vec<Dimension>,
    /// Standard error of every cell's estimate, in people.
    pub standard_error: f64,
    /// Cells, row-major: the last dimension varies fastest.
    pub cells: Vec<Cell>,
}

/// A dimension of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dimension {
    /// Attribute name.
    pub name: String,
    /// Categories, in order.
    pub categories: Vec<String>,
}

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// The category's position in each dimension.
    pub codes: Vec<u8>,
    /// Unbiased estimate, in people; may be negative.
    pub estimate: f64,
    /// Lower end of the 95 % interval, truncated at zero.
    pub low: f64,
    /// Upper end of the 95 % interval, above zero also where the estimate lies below.
    pub high: f64,
    /// Non-negative, consistent, biased: for reading, not for summing.
    pub best_estimate: f64,
    /// The rate, on the rows whose level is the measure's numerator.
    pub rate: Option<Rate>,
    /// A function of published numbers only.
    pub reliability: Reliability,
}

/// A rate: numerator level over the denominator levels of the same group.
#[derive(Debug, Clone, PartialEq)]
pub struct Rate {
    /// Unbiased estimate of the denominator, in people.
    pub denominator: f64,
    /// Standard error of the denominator.
    pub denominator_standard_error: f64,
    /// The rate and its 95 % interval among the rates that are shown, each in 0..=1; `None` where the
    /// denominator is not told from zero, so that the rate is withheld.
    pub value: Option<RateInterval>,
    /// The same with an interval that holds at once with those of [`PICKED_AMONG`](crate::PICKED_AMONG) rates: for
    /// one that is picked from among them for what it says.
    pub picked: Option<RateInterval>,
}

/// A rate with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateInterval {
    /// The rate.
    pub rate: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl RateInterval {
    /// Cut to [0, 1], the rate into the interval; an interval that is wholly outside is not cut.
    pub(crate) fn cut(self) -> Self {
        let (low, high) = (self.low.max(0.0), self.high.min(1.0));
        Self { rate: self.rate.clamp(low, high), low, high }
    }
}

/// How far a figure can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reliability {
    /// Half-width of the interval at most a tenth of the estimate.
    High,
    /// Between.
    Moderate,
    /// Half-width above half of the estimate, or an estimate not told from zero.
    Low,
}

/// One coordinate of one noisy residual query.
#[derive(Debug, Clone, PartialEq)]
pub struct NoisyResidual {
    /// The measurement: 0 the first, 1 the revision. Figures of a revised release rest on both.
    pub revision: u32,
    /// Attributes of the residual, joined by ` x `; `total` for the empty set.
    pub query: String,
    /// The categories of the coordinate, joined by ` x `; empty for the total.
    pub coordinate: String,
    /// The noisy integer answer, exactly as the mechanism gave it.
    pub value: i64,
    /// Scale of the discrete Gaussian noise on that integer.
    pub noise_scale: f64,
    /// ρ that the whole query cost.
    pub rho: f64,
}

/// One residual query of the mechanism.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QueryStatement {
    /// Attributes; empty for the total.
    pub attributes: Vec<String>,
    /// Sizes of their domains.
    pub sizes: Vec<usize>,
    /// Squared L2 sensitivity of the integer query to one person.
    pub squared_sensitivity: u64,
    /// Scale of the discrete Gaussian noise.
    pub noise_scale: f64,
    /// ρ, by OpenDP's map.
    pub rho: f64,
}
