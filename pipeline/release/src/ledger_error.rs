//! Why a ledger refuses.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::budget::BudgetError;
use crate::mechanism::MechanismError;
use crate::plan::PlanError;

/// Why a ledger refuses. An error always leaves the ledger as it was.
#[derive(Debug, Error)]
pub enum LedgerError {
    /// There is none. Never a fresh budget.
    #[error(
        "{path}: there is no ledger, so nothing is known of what was spent; restore it from your copy, or run `pathways init` for a city that never released anything"
    )]
    Missing {
        /// File.
        path: PathBuf,
    },
    /// There is one already.
    #[error(
        "{path}: a ledger is already there and is never replaced; move it away only if this city never released anything"
    )]
    Exists {
        /// File.
        path: PathBuf,
    },
    /// Another city's, or another key.
    #[error("{path}: {rule}; name this city's own ledger and ledger key")]
    Foreign {
        /// File.
        path: PathBuf,
        /// What does not belong.
        rule: &'static str,
    },
    /// Changed by something else than this program.
    #[error(
        "{path}, entry {entry}: {rule}; the ledger was altered or damaged and the city is stopped: restore it from your copy and compare its head with the last published release"
    )]
    Altered {
        /// File.
        path: PathBuf,
        /// Entry, counted from 0.
        entry: u64,
        /// What does not fit.
        rule: &'static str,
    },
    /// Not what its witness has seen.
    #[error(
        "{path}: this ledger does not hold entry {entry} as {witness} has seen it: it was put back from an old copy, cut, or made anew, and what was spent since would be spent again; the city is stopped: restore the newest copy of the ledger"
    )]
    Forgotten {
        /// File.
        path: PathBuf,
        /// The witness's file.
        witness: PathBuf,
        /// The last entry that the witness has seen, counted from 0.
        entry: u64,
    },
    /// Nothing to hold it against.
    #[error(
        "{witness}: the witness of {path} is missing or is none, so an old copy of the ledger would not show; put the witness back from a copy of the keys' folder (an older one will do), or run `pathways init --config`, which makes it anew, if this is certainly the latest ledger"
    )]
    Unwitnessed {
        /// File.
        path: PathBuf,
        /// The witness's file.
        witness: PathBuf,
    },
    /// A witness that can't see what is to come.
    #[error(
        "{witness}: {error}; what is spent must be written there as well as on the ledger, so nothing was reserved: let this user write in the keys' folder (mount it writable, and free some space), and run again"
    )]
    Unwritable {
        /// The witness's file.
        witness: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The year can't pay.
    #[error(
        "privacy year {year}: this release costs ρ = {cost:.6}, and of the cap of {cap:.6} already {spent:.6} is spent and {reserved:.6} reserved; wait for the next year, or release less"
    )]
    Exhausted {
        /// Year.
        year: i32,
        /// Cap.
        cap: f64,
        /// Spent.
        spent: f64,
        /// Reserved and not yet spent.
        reserved: f64,
        /// What the release would cost.
        cost: f64,
    },
    /// A cap above one that a release of the year was charged under.
    #[error(
        "privacy year {year}: its cap is ρ = {cap:.6} since an earlier release of it, and a cap is never raised within a year; set the budget back"
    )]
    CapRaised {
        /// Year.
        year: i32,
        /// Cap on the ledger.
        cap: f64,
    },
    /// All years together can't pay.
    #[error(
        "over all years: this release costs ρ = {cost:.6}, and of the lifetime cap of {cap:.6} already {spent:.6} is spent and {reserved:.6} reserved; this city has no more to spend on the people it holds: release less, or nothing"
    )]
    LifetimeExhausted {
        /// Cap.
        cap: f64,
        /// Spent.
        spent: f64,
        /// Reserved and not yet spent.
        reserved: f64,
        /// What the release would cost.
        cost: f64,
    },
    /// A cap over all years that is above the ledger's, or left out.
    #[error(
        "over all years: the cap is ρ = {cap:.6} since an earlier release, and is never raised or left out; set budget.lifetime_epsilon back"
    )]
    LifetimeRaised {
        /// Cap on the ledger.
        cap: f64,
    },
    /// A cap or cost that is no number.
    #[error("a cap, of the year or of all years, must be a positive, finite ρ; set the budget so")]
    Cap,
    /// A revision before its release.
    #[error(
        "{release}: this release is not finished, so there is nothing to revise; run once without a revision"
    )]
    NothingToRevise {
        /// Release.
        release: String,
    },
    /// A second revision.
    #[error("{release}: a period is revised at most once; what is published stays")]
    Revisions {
        /// Release.
        release: String,
    },
    /// A revision with other tables.
    #[error(
        "{release}: a revision measures the tables of the first release, and these are others; leave the tables as they were"
    )]
    OtherTables {
        /// Release.
        release: String,
    },
    /// A reservation waits for another plan.
    #[error(
        "{release}: an interrupted run reserved budget for other tables or another budget; run once with the configuration of that run, which costs nothing more, and change it afterwards"
    )]
    OtherPlan {
        /// Release.
        release: String,
    },
    /// Receipt, exact counts and plan do not belong together.
    #[error(
        "{release}: receipt, counts and plan are not of one release; this is a defect of the program: report it"
    )]
    Mismatch {
        /// Release.
        release: String,
    },
    /// Somebody else stored it in between.
    #[error(
        "{release}: another run stored this release in the meantime; run again to publish what it stored"
    )]
    AlreadyStored {
        /// Release.
        release: String,
    },
    /// The plan that was stored can't be made again.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// No noise, no release.
    #[error(transparent)]
    Mechanism(#[from] MechanismError),
    /// ρ and ε do not convert.
    #[error(transparent)]
    Budget(#[from] BudgetError),
    /// The database.
    #[error("{path}: {error}; nothing was stored: mend the disk or wait for the other run, then run again")]
    Database {
        /// File.
        path: PathBuf,
        /// What SQLite says. Ledgers hold noisy and public values only.
        error: rusqlite::Error,
    },
    /// The disk.
    #[error(
        "{path}: {error}; let this user read and write there (a folder mounted writable, with space left), and run again"
    )]
    Io {
        /// File.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}
