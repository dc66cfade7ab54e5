//! The differential-privacy statement of a release: what was promised, to whom, at what cost, and
//! what was not. The words stand in `statement_words`.
//!
//! # Source
//! NIST SP 800-226; the OpenDP deployments registry; release method, sections 6 and 7.

use chrono::NaiveDate;
use domain::{LinkageMeasured, Objective};
use serde::{Deserialize, Serialize};

use crate::budget::epsilon_for;
use crate::ledger_error::LedgerError;
use crate::mechanism::add_up;
use crate::published::QueryStatement;

/// The statement of a release. Stored on the ledger with the vector, so that a release rendered
/// again says the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    /// `city/period/revision`, for example `us-ga-atlanta/2025/r0`.
    pub release_id: String,
    /// City slug.
    pub city: String,
    /// City name.
    pub city_name: String,
    /// Period.
    pub period: String,
    /// Revision; 0 is the first release of the period.
    pub revision: u32,
    /// As of which day people and events count.
    pub report_date: NaiveDate,
    /// The day on which the agencies' extracts were read and measured: the report date or later, or a revision's.
    pub read_on: NaiveDate,
    /// Fictitious data; must be said wherever a figure is shown.
    pub demo: bool,
    /// What the figures cost: this measurement, and the one that it revises where there is one.
    pub rho: f64,
    /// The same as ε at `delta`.
    pub epsilon: f64,
    /// δ.
    pub delta: f64,
    /// The privacy year and what it had cost once this release was charged.
    pub year: YearAccount,
    /// All privacy years together, once this release was charged.
    pub lifetime: LifetimeAccount,
    /// What the noise was optimised for.
    pub objective: Objective,
    /// Mechanism in words.
    pub mechanism: String,
    /// Library, its version, and the generator of its randomness.
    pub library: String,
    /// Unit of privacy and neighbouring relation, in plain words.
    pub unit: String,
    /// The assumption about linkage, in plain words.
    pub linkage_assumption: String,
    /// What a human loses whom linkage leaves as several rows.
    pub group_privacy: Vec<GroupLoss>,
    /// What was measured about linkage; absent where the city measured nothing.
    pub linkage_measured: Option<LinkageMeasured>,
    /// What is public: category lists, calendar, configuration.
    pub public_inputs: Vec<String>,
    /// Why this release lacks tables that the configuration names; absent where it has them all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tables_left_out: Option<String>,
    /// What is not protected and what intervals do not cover.
    pub caveats: Vec<String>,
    /// Post-processing and its bias.
    pub post_processing: String,
    /// Everything else that a reader of the promise asks.
    pub terms: Terms,
    /// Every residual query with its noise, from which ρ can be recomputed.
    pub queries: Vec<QueryStatement>,
    /// The measurement that this one revises: the figures rest on both.
    pub earlier: Option<EarlierMeasurement>,
    /// Version of this program.
    pub software: String,
    /// SHA-256 of the program that measured, hexadecimal; absent where it could not read itself.
    pub program_sha256: Option<String>,
    /// Head of the ledger's chain when the release was stored, hexadecimal.
    pub ledger_head: String,
}

impl Statement {
    /// This measurement alone: what the year paid for it. Of a revision it is less than `rho`.
    pub fn rho_of_this_measurement(&self) -> f64 {
        self.year.releases.last().map_or(self.rho, |paid| paid.rho)
    }

    /// Counts the first measurement into what a revision's figures cost: they rest on both vectors, and
    /// both are published.
    ///
    /// # Errors
    /// [`LedgerError`] when the two do not add up or convert.
    pub(crate) fn count_both(&mut self, mut first: EarlierMeasurement) -> Result<(), LedgerError> {
        first.epsilon = epsilon_for(first.rho, self.delta)?;
        self.rho = add_up([first.rho, self.rho])?;
        self.epsilon = epsilon_for(self.rho, self.delta)?;
        for loss in &mut self.group_privacy {
            loss.rho = f64::from(loss.rows).powi(2) * self.rho;
            loss.epsilon = epsilon_for(loss.rho, self.delta)?;
        }
        self.earlier = Some(first);
        Ok(())
    }
}

/// The privacy year's account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct YearAccount {
    /// The year.
    pub year: i32,
    /// ρ that the year may cost.
    pub rho_cap: f64,
    /// ε of the cap at δ.
    pub epsilon_cap: f64,
    /// ρ spent, this release included.
    pub rho_spent: f64,
    /// ε of what is spent, at δ.
    pub epsilon_spent: f64,
    /// The day from which on the year pays for nothing more, the earliest that any release of it has published;
    /// absent where none is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_on: Option<NaiveDate>,
    /// What the year has paid for, in order, this release last. The costs add up to `rho_spent`.
    pub releases: Vec<PaidRelease>,
}

/// A release that a year has paid for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PaidRelease {
    /// `city/period/revision`.
    pub release_id: String,
    /// ρ.
    pub rho: f64,
}

/// The account over all privacy years.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LifetimeAccount {
    /// ρ spent in all years, this release included: what a person pays who is in every release.
    pub rho_spent: f64,
    /// ε of what is spent, at δ.
    pub epsilon_spent: f64,
    /// ρ that all years may cost; absent where the city caps only each year.
    pub rho_cap: Option<f64>,
    /// ε of that cap at δ.
    pub epsilon_cap: Option<f64>,
}

/// What one release costs a human who is several rows of the person table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupLoss {
    /// Rows.
    pub rows: u32,
    /// ρ: the square of `rows` times the release's.
    pub rho: f64,
    /// ε at the release's δ.
    pub epsilon: f64,
    /// Where the number of rows comes from.
    pub why: String,
}

/// The measurement that a revision adds to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EarlierMeasurement {
    /// `city/period/revision`.
    pub release_id: String,
    /// The day on which its extracts were read and measured.
    pub read_on: NaiveDate,
    /// Its own cost, charged then; counted in the release's.
    pub rho: f64,
    /// The same as ε at δ.
    pub epsilon: f64,
    /// Its residual queries with their noise.
    pub queries: Vec<QueryStatement>,
}

/// The terms of the promise, in plain words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Terms {
    /// Which variant of differential privacy, and how ε follows from ρ.
    pub conversion: String,
    /// How much one person can add to the exact counts, and how that was chosen.
    pub contribution_bound: String,
    /// Who is trusted with what.
    pub trust_model: String,
    /// What the promise does not cover.
    pub not_protected: String,
    /// How costs compose over queries, releases and years.
    pub composition: String,
    /// When the budget is renewed.
    pub refresh: String,
    /// What a correction of the data does.
    pub corrections: String,
    /// Floating point, timing and other side channels.
    pub side_channels: String,
    /// What the error of a figure is, and what its interval covers.
    pub error: String,
    /// Why this ε, in the city's own words.
    pub why_epsilon: String,
    /// Where the digest of what was measured is.
    pub input_digest: String,
    /// How the claim is audited.
    pub audit: String,
}
