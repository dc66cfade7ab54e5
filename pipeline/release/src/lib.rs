//! From a person table to a differentially private release, and the ledger that pays for it. The
//! only room with OpenDP, which draws every bit of noise.
//!
//! ```text
//!   Workload ─► Plan (noise of every residual, ρ, predicted errors; needs no data)
//!                 │
//!   PersonTable ─►│ Exact::tabulate ─► Exact<Marginals>
//!                 │                          │
//!   Ledger ─ reserve ─► Receipt ─────────────┤ measure_and_store: integers, noise, stored, spent
//!      │                                     ▼
//!      └─ finished already ─────────► StoredRelease ─ render ─► Release ─► publish
//! ```
//!
//! ```no_run
//! # fn night(workload: &domain::Workload, persons: release::PersonTable, key: release::LedgerKey,
//! #   city: &domain::CityId, context: &release::ReleaseContext) -> Result<(), Box<dyn std::error::Error>> {
//! use release::{Caps, Exact, Ledger, Plan, ReleaseKey, Reserved, rho_for};
//!
//! let cap = rho_for(4.0, 1e-6)?;
//! let plan = Plan::new(workload, domain::Objective::TotalVariance, cap * 0.25)?;
//! let mut ledger = Ledger::open("ledger.sqlite".as_ref(), key, city)?;
//! let year = ReleaseKey { year: 2025, period: domain::Period::Quarter(2025, 1), revision: 0 };
//! let stored = match ledger.reserve(year, &plan, Caps { year: cap, lifetime: None })? {
//!     Reserved::Finished(stored) => *stored,
//!     Reserved::Fresh(receipt) | Reserved::Adopted(receipt) => {
//!         let exact = Exact::tabulate(&plan, persons)?;
//!         ledger.measure_and_store(receipt, exact, &plan, context)?
//!     }
//! };
//! let release = stored.render();
//! # Ok(())
//! # }
//! ```

mod accuracy;
mod accuracy_intervals;
mod agreement;
#[cfg(test)]
mod audit;
mod best;
mod budget;
mod chance;
mod closure;
mod combined;
mod difference;
mod exact;
mod fitting;
#[cfg(test)]
mod fixture;
mod interval;
mod latent_classes;
mod layout;
mod ledger;
mod ledger_account;
mod ledger_chain;
mod ledger_error;
mod ledger_file;
mod ledger_key;
mod ledger_witness;
mod mechanism;
mod person_sum;
mod persons;
mod plan;
mod portable;
mod promise;
mod published;
mod ratio;
mod reconstruct;
mod render;
mod shrinkage;
mod split;
mod statement;
mod statement_words;
mod stored;
mod stored_fields;
mod tables_file;
mod tally;

pub use accuracy::{
    AccuracyError, AccuracyReport, ElapsedSeconds, Estimates, Evaluation, OverallAccuracy, TableAccuracy,
    evaluate,
};
pub use accuracy_intervals::{IntervalAccuracy, RatesOfSize};
pub use budget::{BudgetError, epsilon_for, rho_for};
pub use difference::{Difference, DifferenceError, Part, RatePart, Verdict};
pub use exact::{Exact, Marginals};
pub use ledger::{LAST_REVISION, Ledger, Receipt, ReleaseKey, Reserved};
pub use ledger_account::{Caps, LifetimeSpending, YearSpending};
pub use ledger_chain::{Entry, EntryKind};
pub use ledger_error::LedgerError;
pub use ledger_key::LedgerKey;
pub use mechanism::MechanismError;
pub use person_sum::{Sum, Unit, sum};
pub use persons::{PersonTable, PersonTableError};
pub use plan::{Plan, PlanError, population_behind};
pub use promise::{Promise, rho_for_promises};
pub use published::{
    Cell, Dimension, NoisyResidual, QueryStatement, Rate, RateInterval, Release, ReleasedTable, Reliability,
};
pub use ratio::{PICKED_AMONG, RATE_TOLD_FROM_ZERO};
pub use statement::{
    EarlierMeasurement, GroupLoss, LifetimeAccount, PaidRelease, Statement, Terms, YearAccount,
};
pub use stored::{ReleaseContext, StoredRelease, YearPromises};
pub use tables_file::{RateLevels, TablesFile, TablesFileError, parse_tables};
pub use tally::{BestByCount, Bucket, ByTrueCount, Errors, UnbiasedByCount, UnbiasedErrors};
