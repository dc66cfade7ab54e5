//! The plan of a release: how much noise each residual gets, and how exact the tables will be.
//! It needs no data, so everything here can be shown before anything is released.

use domain::{Objective, Workload};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::closure::{Block, Closure};
use crate::mechanism::{MechanismError, add_up, cost};
use crate::portable::ln;
use crate::published::QueryStatement;
use crate::split::shares;

/// The largest noise scale; forty standard deviations of it stay far from the end of `i64`.
const MAX_NOISE_SCALE: f64 = (1_u64 << 50) as f64;

/// Rows that a release may have: one for every cell of every table, and one for every noisy answer. With all sheets
/// in memory at once 4.2 million took a night 5.3 GB; they are written one at a time since.
const MAX_ROWS: usize = 4_000_000;

/// Held back of the requested ρ, so that OpenDP's upward rounding never passes it.
const ROUNDING_RESERVE: f64 = 1.0 / (1_u64 << 40) as f64;

/// A workload with the noise of every residual query.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    workload: Workload,
    closure: Closure,
    objective: Objective,
    noise: Vec<Noise>,
    rho: f64,
}

/// The noise of one residual query.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Noise {
    /// Scale of the discrete Gaussian on the integer query.
    pub(crate) scale: f64,
    /// Cost by OpenDP's map.
    pub(crate) rho: f64,
}

/// A plan that can't be made.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum PlanError {
    /// Too many cells.
    #[error(
        "table `{table}`: with it the tables and all their margins have {cells} cells, above the limit of {limit}; use fewer dimensions or fewer categories"
    )]
    TooLarge {
        /// The table that passes the limit.
        table: String,
        /// Cells.
        cells: u128,
        /// Limit.
        limit: usize,
    },
    /// What could be measured and paid for, and not be rendered.
    #[error(
        "the tables and their noisy answers have {rows} rows, above the limit of {limit}: they could be paid for, and not be published; the largest, table `{table}`, has {cells} cells: use fewer services, groups, pairs or levels"
    )]
    TooMuchToPublish {
        /// The largest table.
        table: String,
        /// Its cells.
        cells: usize,
        /// Rows of all tables and noisy answers.
        rows: usize,
        /// Limit.
        limit: usize,
    },
    /// ρ out of range.
    #[error("a release costs a positive, finite ρ; set epsilon, delta and share so that it does")]
    Rho,
    /// So little ρ for a table that the noise would not fit an integer.
    #[error(
        "table `{table}`: its share of ρ is so small that its noise does not fit a 64-bit integer; give it more weight beside the others, release fewer tables or spend more"
    )]
    NoiseTooLarge {
        /// A table that needs it.
        table: String,
    },
    /// A promise that can't be kept or means nothing.
    #[error("promised standard error, table `{table}`: {rule}; mend the promise, or take it away")]
    Promise {
        /// The table.
        table: String,
        /// What is wrong.
        rule: &'static str,
    },
    /// OpenDP refuses.
    #[error(transparent)]
    Mechanism(#[from] MechanismError),
}

impl Plan {
    /// Splits `rho` over the residuals of a workload.
    ///
    /// [`Objective::TotalVariance`] minimises Σ_B w_B · cells of B · variance of a cell of B, with
    /// w_B the table's weight; [`Objective::WorstTable`] the greatest w_B · variance of a cell of B;
    /// [`Objective::BestEstimate`] leaves residuals of three and more attributes a quarter of the
    /// first's share ([`Plan::for_population`] fits it better). What the plan costs ([`Plan::rho`])
    /// is OpenDP's own figure and never above `rho`.
    ///
    /// # Errors
    /// [`PlanError`] when the closure or what is published is too large, `rho` is not positive and finite, or the noise
    /// would not fit an integer.
    ///
    /// # Source
    /// ResidualPlanner (Xiao, He, Zhang, Kifer, NeurIPS 2023).
    pub fn new(workload: &Workload, objective: Objective, rho: f64) -> Result<Self, PlanError> {
        Self::split(workload, objective, rho, None)
    }

    /// As [`Plan::new`], with a public idea of how many people there are: under
    /// [`Objective::BestEstimate`] residuals of two and more attributes get the less of ρ, the
    /// deeper they would drown in noise. Other objectives do not look at it.
    ///
    /// # Errors
    /// As [`Plan::new`].
    ///
    /// # Privacy
    /// `people` must be public: [`population_behind`] of δ, or a figure from outside the data.
    pub fn for_population(
        workload: &Workload,
        objective: Objective,
        rho: f64,
        people: f64,
    ) -> Result<Self, PlanError> {
        Self::split(workload, objective, rho, Some(people))
    }

    fn split(
        workload: &Workload,
        objective: Objective,
        rho: f64,
        people: Option<f64>,
    ) -> Result<Self, PlanError> {
        if !(rho.is_finite() && rho > 0.0) {
            return Err(PlanError::Rho);
        }
        let closure = Closure::new(workload)?;
        check_rows(workload, &closure)?;
        let shares = shares(workload, &closure, objective, rho, people);
        let mut noise = Vec::with_capacity(shares.len());
        for (block, share) in closure.blocks().iter().zip(shares) {
            let rho = share * rho * (1.0 - ROUNDING_RESERVE);
            let sigma = (block.sensitivity_factor() / (2.0 * rho)).sqrt();
            // 24 significant bits, rounded up: costs nothing that could be seen, and the rational
            // arithmetic of the exact sampler is faster on short fractions.
            let scale = round_up_to_24_bits(sigma * block.cells as f64);
            if scale > MAX_NOISE_SCALE {
                return Err(PlanError::NoiseTooLarge { table: a_table_with(workload, &closure, block) });
            }
            noise.push(Noise { scale, rho: cost(block, scale)? });
        }
        Self::with_noise(workload.clone(), closure, objective, noise)
    }

    /// The plan again, from what the ledger stored.
    pub(crate) fn restore(
        workload: Workload,
        objective: Objective,
        noise: Vec<Noise>,
    ) -> Result<Self, PlanError> {
        let closure = Closure::new(&workload)?;
        Self::with_noise(workload, closure, objective, noise)
    }

    fn with_noise(
        workload: Workload,
        closure: Closure,
        objective: Objective,
        noise: Vec<Noise>,
    ) -> Result<Self, PlanError> {
        let rho = add_up(noise.iter().map(|n| n.rho))?;
        Ok(Self { workload, closure, objective, noise, rho })
    }

    /// The workload.
    pub fn workload(&self) -> &Workload {
        &self.workload
    }

    /// What the noise is optimised for.
    pub fn objective(&self) -> Objective {
        self.objective
    }

    /// What measuring costs in zCDP: OpenDP's map over every query, added with upward rounding.
    pub fn rho(&self) -> f64 {
        self.rho
    }

    /// Cells of all residual queries together: how many draws of noise a release takes.
    pub fn measured_cells(&self) -> usize {
        self.closure.cells()
    }

    /// Variance of the unbiased estimate of any cell of a table (a position in
    /// [`Workload::tables`]), in people squared. It is the same for all cells.
    ///
    /// Var_B = Σ_{A⊆B} σ_A² · s_A / ∏_{i∈B∖A} nᵢ²
    ///
    /// # Panics
    /// When the workload has no such table.
    pub fn predicted_variance(&self, table: usize) -> f64 {
        let cells = self.closure.blocks()[self.closure.block_of_table(table)].cells as f64;
        self.closure
            .subsets_of_table(table)
            .iter()
            .map(|a| {
                let block = &self.closure.blocks()[*a];
                self.variance(*a) * block.sensitivity_factor() * (block.cells as f64 / cells).powi(2)
            })
            .sum()
    }

    /// Standard error of the unbiased estimate of any cell of a table, in people.
    ///
    /// # Panics
    /// When the workload has no such table.
    pub fn predicted_standard_error(&self, table: usize) -> f64 {
        self.predicted_variance(table).sqrt()
    }

    /// Covariance of Σ a(l)·cell and Σ b(l)·cell, where l is the level along `axis` of the table
    /// and all other levels are the same in both: what a rate's interval needs.
    pub(crate) fn covariance(&self, table: usize, axis: usize, a: &[f64], b: &[f64]) -> f64 {
        let attribute = self.workload.tables()[table].dimensions[axis];
        let n = a.len() as f64;
        let dot: f64 = a.iter().zip(b).map(|(x, y)| x * y).sum();
        let sums = a.iter().sum::<f64>() * b.iter().sum::<f64>();
        let cells = self.closure.blocks()[self.closure.block_of_table(table)].cells as f64;
        self.closure
            .subsets_of_table(table)
            .iter()
            .map(|position| {
                let block = &self.closure.blocks()[*position];
                // Along the axis: the residual's own covariance I − 11ᵀ/n if it has the axis, and
                // all ones (whose 1/n² is in the cell ratio) if it does not.
                let (others, along) = if block.attributes.contains(&attribute) {
                    (block.sensitivity_factor() / (1.0 - 1.0 / n), dot - sums / n)
                } else {
                    (block.sensitivity_factor(), sums)
                };
                self.variance(*position) * others * along * (block.cells as f64 / cells).powi(2)
            })
            .sum()
    }

    /// σ² of a residual: its noise variance in every direction of its subspace.
    pub(crate) fn variance(&self, block: usize) -> f64 {
        (self.noise[block].scale / self.closure.blocks()[block].cells as f64).powi(2)
    }

    /// The closure.
    pub(crate) fn closure(&self) -> &Closure {
        &self.closure
    }

    /// The noise of each block.
    pub(crate) fn noise(&self) -> &[Noise] {
        &self.noise
    }

    /// Every residual query, as the statement lists it.
    pub(crate) fn queries(&self) -> Vec<QueryStatement> {
        let name = |a: &usize| self.workload.attributes()[*a].name.clone();
        self.closure
            .blocks()
            .iter()
            .zip(&self.noise)
            .map(|(block, noise)| QueryStatement {
                attributes: block.attributes.iter().map(name).collect(),
                sizes: block.shape.clone(),
                squared_sensitivity: block.squared_sensitivity(),
                noise_scale: noise.scale,
                rho: noise.rho,
            })
            .collect()
    }

    /// SHA-256 over everything public that decides what is measured: workload, objective, noise.
    pub(crate) fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        let workload = serde_json::to_vec(&self.workload).expect("names, numbers and lists always serialise");
        hash.update((workload.len() as u64).to_le_bytes());
        hash.update(&workload);
        hash.update(format!("{:?}", self.objective));
        for noise in &self.noise {
            hash.update(noise.scale.to_bits().to_le_bytes());
            hash.update(noise.rho.to_bits().to_le_bytes());
        }
        hash.finalize().into()
    }
}

/// The number of people n for which a δ is 1 / (n ln n), as δ is usually chosen; 0 for a δ that is
/// for nobody. A function of a public parameter, so it may decide how noise is split.
pub fn population_behind(delta: f64) -> f64 {
    // n ← 1 / (δ ln n) alternates around the answer and closes in on it.
    let mut people = 1.0 / delta;
    for _ in 0..200 {
        let next = 1.0 / (delta * ln(people.max(std::f64::consts::E)));
        people = (people * next).sqrt();
    }
    if people.is_finite() { people } else { 0.0 }
}

/// The least number of 24 significant bits that is not below `value`.
fn round_up_to_24_bits(value: f64) -> f64 {
    let nearest = value as f32;
    if f64::from(nearest) < value { f64::from(nearest.next_up()) } else { f64::from(nearest) }
}

/// Refuses before anything is charged what a night could not render. What is stored already is not held against it.
fn check_rows(workload: &Workload, closure: &Closure) -> Result<(), PlanError> {
    let cells = |table: usize| closure.blocks()[closure.block_of_table(table)].cells;
    let tables = 0..workload.tables().len();
    let rows = tables.clone().map(cells).sum::<usize>() + closure.cells();
    match tables.max_by_key(|table| cells(*table)) {
        Some(largest) if rows > MAX_ROWS => Err(PlanError::TooMuchToPublish {
            table: workload.tables()[largest].name.clone(),
            cells: cells(largest),
            rows,
            limit: MAX_ROWS,
        }),
        _ => Ok(()),
    }
}

fn a_table_with(workload: &Workload, closure: &Closure, block: &Block) -> String {
    let holds = |t: &usize| closure.subsets_of_table(*t).iter().any(|b| closure.blocks()[*b] == *block);
    let table = (0..workload.tables().len()).find(holds).expect("every block comes from a table");
    workload.tables()[table].name.clone()
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
