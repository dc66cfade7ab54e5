//! Whether intervals of rates and of differences hold the truth.

use serde::Serialize;

use crate::interval::Z95;
use crate::layout::strides;
use crate::plan::Plan;
use crate::render::Rates;
use crate::tables_file::RateLevels;

/// How often 95 % intervals of derived figures hold the true figure.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct IntervalAccuracy {
    /// Figures in one release.
    pub rows: usize,
    /// Share of them, over all releases, that were withheld: no interval was stated.
    pub withheld: f64,
    /// Share of the stated intervals that hold the true figure; a rate among nobody has none, so
    /// an interval stated for it misses. Absent where none was stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coverage95: Option<f64>,
    /// Share of all rows whose interval did not miss: withheld ones count as held.
    pub held_or_withheld: f64,
    /// Share of all rows whose stated interval says nothing: a rate from 0 to 1.
    pub says_nothing: f64,
    /// Mean width of the stated intervals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_width: Option<f64>,
}

/// [`IntervalAccuracy`] of the rates out of so many people in truth.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RatesOfSize {
    /// Least people that such a rate is out of.
    pub from: u32,
    /// Most; absent in the last bucket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<u32>,
    /// Of these rates; absent where there are none.
    #[serde(flatten)]
    pub rates: Option<IntervalAccuracy>,
}

/// The least true denominator of each bucket.
const SIZES: [u32; 5] = [0, 1, 10, 30, 100];

/// Sums over rates, by true denominator.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct RateTally([IntervalTally; SIZES.len()]);

impl RateTally {
    pub(crate) fn add(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(mine, theirs)| mine.add(theirs));
    }

    /// Of all rates together.
    pub(crate) fn report(&self, trials: usize) -> Option<IntervalAccuracy> {
        let mut all = IntervalTally::default();
        self.0.iter().for_each(|tally| all.add(tally));
        all.report(trials)
    }

    pub(crate) fn by_denominator(&self, trials: usize) -> Vec<RatesOfSize> {
        let bucket = |(place, tally): (usize, &IntervalTally)| RatesOfSize {
            from: SIZES[place],
            to: SIZES.get(place + 1).map(|next| next - 1),
            rates: tally.report(trials),
        };
        self.0.iter().enumerate().map(bucket).collect()
    }

    fn of_size(&mut self, denominator: f64) -> &mut IntervalTally {
        let place = SIZES.iter().rposition(|least| f64::from(*least) <= denominator).unwrap_or(0);
        &mut self.0[place]
    }
}

/// Sums over rows and releases.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct IntervalTally {
    rows: u64,
    stated: u64,
    covered: u64,
    nothing: u64,
    width: f64,
}

impl IntervalTally {
    pub(crate) fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.stated += other.stated;
        self.covered += other.covered;
        self.nothing += other.nothing;
        self.width += other.width;
    }

    /// `None` where there were no such figures.
    pub(crate) fn report(&self, trials: usize) -> Option<IntervalAccuracy> {
        (self.rows > 0).then(|| IntervalAccuracy {
            rows: self.rows as usize / trials,
            withheld: (self.rows - self.stated) as f64 / self.rows as f64,
            held_or_withheld: 1.0 - (self.stated - self.covered) as f64 / self.rows as f64,
            coverage95: (self.stated > 0).then(|| self.covered as f64 / self.stated as f64),
            says_nothing: self.nothing as f64 / self.rows as f64,
            mean_width: (self.stated > 0).then(|| self.width / self.stated as f64),
        })
    }

    fn state(&mut self, low: f64, high: f64, holds: bool) {
        self.stated += 1;
        self.covered += u64::from(holds);
        self.width += high - low;
    }
}

/// The derived figures of one table.
pub(crate) struct Derived {
    rates: Option<(Rates, RateLevels)>,
    shape: Vec<usize>,
    /// Half the width of a difference of neighbours along each axis.
    half_widths: Vec<f64>,
}

impl Derived {
    pub(crate) fn new(plan: &Plan, table: usize, rate: Option<&RateLevels>) -> Self {
        let shape = plan.workload().shape(&plan.workload().tables()[table]);
        let half_width = |axis: usize| {
            let mut contrast = vec![0.0; shape[axis]];
            (contrast[0], contrast[1]) = (1.0, -1.0);
            Z95 * plan.covariance(table, axis, &contrast, &contrast).sqrt()
        };
        let half_widths = (0..shape.len()).map(half_width).collect();
        let rates = rate.map(|levels| {
            let rates = Rates::of_levels(
                plan,
                table,
                (levels.axis, None),
                vec![levels.numerator],
                levels.denominator.clone(),
            );
            (rates, levels.clone())
        });
        Self { rates, shape, half_widths }
    }

    /// The rates of one release: of the numerator level, in every group of the other dimensions.
    pub(crate) fn rates(&self, truth: &[f64], estimate: &[f64]) -> RateTally {
        let mut sizes = RateTally::default();
        let Some((rates, levels)) = &self.rates else { return sizes };
        let stride = strides(&self.shape)[levels.axis];
        for cell in 0..estimate.len() {
            let Some(rate) = rates.of_cell(cell, estimate) else { continue };
            let first = cell - levels.numerator * stride;
            let denominator: f64 = levels.denominator.iter().map(|l| truth[first + l * stride]).sum();
            let tally = sizes.of_size(denominator);
            tally.rows += 1;
            if let Some(interval) = rate.value {
                let true_rate = (denominator > 0.0).then(|| truth[cell] / denominator);
                // A true rate of 0 or 1 lies on the end of its interval, which rounding may miss.
                let holds =
                    true_rate.is_some_and(|r| r >= interval.low - 1e-12 && r <= interval.high + 1e-12);
                tally.state(interval.low, interval.high, holds);
                tally.nothing += u64::from(interval.low <= 0.0 && interval.high >= 1.0);
            }
        }
        sizes
    }

    /// The differences of one release between neighbouring categories, along every axis.
    pub(crate) fn differences(&self, truth: &[f64], estimate: &[f64]) -> IntervalTally {
        let mut tally = IntervalTally::default();
        let strides = strides(&self.shape);
        for (axis, (stride, half_width)) in strides.iter().zip(&self.half_widths).enumerate() {
            for cell in 0..estimate.len() {
                if cell / stride % self.shape[axis] + 1 == self.shape[axis] {
                    continue;
                }
                let (found, real) =
                    (estimate[cell] - estimate[cell + stride], truth[cell] - truth[cell + stride]);
                tally.rows += 1;
                tally.state(found - half_width, found + half_width, (found - real).abs() <= *half_width);
            }
        }
        tally
    }
}
