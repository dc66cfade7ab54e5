//! The ledger: what a city's privacy years have cost, and what was measured for it.
//!
//! ```text
//!   reserve ── durable ──► Receipt ── measure_and_store ──► StoredRelease ── render ──► Release
//!      │                   (a crash here wastes nothing: the next run adopts the reservation)
//!      └── finished already ──────────────────────────────► StoredRelease
//! ```

use std::path::{Path, PathBuf};

use domain::{CityId, Period};
use rusqlite::{Connection, TransactionBehavior};

use crate::ledger_chain::{Entry, EntryKind, Seal, Sealed, append, last_of, verified};
use crate::ledger_error::LedgerError;
use crate::ledger_file;
use crate::ledger_key::LedgerKey;
use crate::mechanism::add_up;
use crate::plan::Plan;
use crate::stored::{self, StoredRelease};

/// One city's ledger: one SQLite file, append-only, its entries chained by a keyed seal.
///
/// # Privacy
/// Holds plans, costs and noisy answers: nothing exact. The clock decides nothing.
pub struct Ledger {
    pub(crate) db: Connection,
    pub(crate) key: LedgerKey,
    pub(crate) path: PathBuf,
}

/// Which release: the ledger's key within a city.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReleaseKey {
    /// Privacy year that pays.
    pub year: i32,
    /// Period that is released.
    pub period: Period,
    /// Revision; 0 is the first release of the period.
    pub revision: u32,
}

impl ReleaseKey {
    /// The public id of a release: `city/period/rN`.
    pub fn release_id(&self, city: &CityId) -> String {
        format!("{city}/{}/r{}", self.period, self.revision)
    }
}

/// Proof that a spend is durably recorded: what noise is drawn for.
///
/// # Privacy
/// Private fields, not `Clone`, taken by value: one receipt measures once. Budget first, durable,
/// then noise, so that a crash can waste budget but never privacy.
///
/// ```compile_fail
/// fn twice(receipt: release::Receipt) -> (release::Receipt, release::Receipt) {
///     (receipt.clone(), receipt)
/// }
/// ```
///
/// ```compile_fail
/// fn forge(year: i32) -> release::Receipt {
///     release::Receipt { year }
/// }
/// ```
///
/// One alone may be handed on:
/// ```
/// fn once(receipt: release::Receipt) -> release::Receipt {
///     receipt
/// }
/// ```
pub struct Receipt {
    pub(crate) release: ReleaseKey,
    pub(crate) sequence: u64,
    pub(crate) seal: Seal,
    pub(crate) plan_digest: [u8; 32],
}

/// What became of a reservation.
pub enum Reserved {
    /// Budget is set aside; measure now.
    Fresh(Receipt),
    /// An earlier run set it aside and stored nothing; this run measures for it at no further cost.
    Adopted(Receipt),
    /// The release was stored before; it costs nothing again.
    Finished(Box<StoredRelease>),
}

/// What a privacy year has cost so far.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct YearSpending {
    /// Privacy year.
    pub year: i32,
    /// ρ of all stored releases.
    pub rho_spent: f64,
    /// ρ of reservations for which nothing is stored yet.
    pub rho_reserved: f64,
    /// The year's cap, set by its first release; `None` before that.
    pub rho_cap: Option<f64>,
}

impl Ledger {
    /// Makes the ledger of a city that never released anything. Only `init` and a demonstration
    /// may call it.
    ///
    /// # Errors
    /// [`LedgerError::Exists`] when there is one, [`LedgerError::Foreign`] when the key is another
    /// city's.
    pub fn create(path: &Path, key: LedgerKey, city: &CityId) -> Result<Self, LedgerError> {
        key_of_city(path, &key, city)?;
        ledger_file::create(path, &key)?;
        Self::open(path, key, city)
    }

    /// Opens a ledger and verifies all of it.
    ///
    /// # Errors
    /// [`LedgerError::Missing`] when there is none (never a fresh budget), [`LedgerError::Foreign`]
    /// when it is another city's or sealed with another key, [`LedgerError::Altered`] when anything
    /// in it was changed, removed, inserted or reordered.
    pub fn open(path: &Path, key: LedgerKey, city: &CityId) -> Result<Self, LedgerError> {
        key_of_city(path, &key, city)?;
        let db = ledger_file::open(path, &key)?;
        let ledger = Self { db, key, path: path.to_owned() };
        stored::verify_all(&ledger)?;
        Ok(ledger)
    }

    /// Sets budget aside for a release, durably, or finds what an earlier run left.
    ///
    /// A finished release is answered as it was stored, whatever the plan is now: a changed
    /// configuration never draws noise for it again.
    ///
    /// # Errors
    /// [`LedgerError::Exhausted`] when the year's cap does not allow [`Plan::rho`],
    /// [`LedgerError::CapRaised`] when `rho_cap` is above what the year began with,
    /// [`LedgerError::OtherPlan`] when an interrupted run reserved for another plan.
    pub fn reserve(
        &mut self,
        release: ReleaseKey,
        plan: &Plan,
        rho_cap: f64,
    ) -> Result<Reserved, LedgerError> {
        if !(rho_cap.is_finite() && rho_cap > 0.0) {
            return Err(LedgerError::Cap);
        }
        let (path, key) = (&self.path, &self.key);
        let database = |error| LedgerError::Database { path: path.clone(), error };
        let transaction =
            self.db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(database)?;
        let chain = verified(&transaction, key, path)?;
        if let Some(stored) = find(&chain, EntryKind::Stored, release) {
            let stored = stored::load(&transaction, path, key.city(), stored)?;
            return Ok(Reserved::Finished(Box::new(stored)));
        }
        let plan_digest = plan.digest();
        let receipt = |sequence, seal| Receipt { release, sequence, seal, plan_digest };
        if let Some(Sealed { entry, seal }) = find(&chain, EntryKind::Reserved, release) {
            if entry.plan != plan_digest {
                return Err(LedgerError::OtherPlan { release: release.release_id(key.city()) });
            }
            return Ok(Reserved::Adopted(receipt(entry.sequence, *seal)));
        }
        let account = spending(&chain, release.year)?;
        if let Some(cap) = account.rho_cap
            && rho_cap > cap
        {
            return Err(LedgerError::CapRaised { year: release.year, cap });
        }
        let after = add_up([account.rho_spent, account.rho_reserved, plan.rho()])?;
        if after > rho_cap {
            return Err(LedgerError::Exhausted {
                year: release.year,
                cap: rho_cap,
                spent: account.rho_spent,
                reserved: account.rho_reserved,
                cost: plan.rho(),
            });
        }
        let last = last_of(&chain);
        let entry = Entry {
            sequence: last.entry.sequence + 1,
            kind: EntryKind::Reserved,
            year: release.year,
            period: release.period.to_string(),
            revision: release.revision,
            rho: plan.rho(),
            rho_cap,
            plan: plan_digest.to_vec(),
            payload: Vec::new(),
        };
        let seal = append(&transaction, key, &entry, &last.seal).map_err(database)?;
        transaction.commit().map_err(database)?;
        Ok(Reserved::Fresh(receipt(entry.sequence, seal)))
    }

    /// The stored release of a key, if it is finished.
    ///
    /// # Errors
    /// [`LedgerError`] when the ledger can't be read or was altered.
    pub fn stored(&self, release: ReleaseKey) -> Result<Option<StoredRelease>, LedgerError> {
        let chain = verified(&self.db, &self.key, &self.path)?;
        find(&chain, EntryKind::Stored, release)
            .map(|sealed| stored::load(&self.db, &self.path, self.key.city(), sealed))
            .transpose()
    }

    /// What a privacy year has cost.
    ///
    /// # Errors
    /// [`LedgerError`] when the ledger can't be read or was altered.
    pub fn spent(&self, year: i32) -> Result<YearSpending, LedgerError> {
        spending(&verified(&self.db, &self.key, &self.path)?, year)
    }

    /// Every entry, in order.
    ///
    /// # Errors
    /// [`LedgerError`] when the ledger can't be read or was altered.
    pub fn entries(&self) -> Result<Vec<Entry>, LedgerError> {
        Ok(verified(&self.db, &self.key, &self.path)?.into_iter().map(|sealed| sealed.entry).collect())
    }

    /// The seal of the last entry, hexadecimal.
    ///
    /// # Errors
    /// [`LedgerError`] when the ledger can't be read or was altered.
    pub fn head(&self) -> Result<String, LedgerError> {
        let chain = verified(&self.db, &self.key, &self.path)?;
        Ok(hex::encode(last_of(&chain).seal))
    }

    /// Whether an entry has this seal. A published release names the seal of its own entry
    /// ([`crate::Statement::ledger_head`]): when its city's ledger does not hold it, the ledger was
    /// cut, restored from an older copy, or made anew.
    ///
    /// # Errors
    /// [`LedgerError`] when the ledger can't be read or was altered.
    pub fn holds(&self, head: &str) -> Result<bool, LedgerError> {
        let chain = verified(&self.db, &self.key, &self.path)?;
        Ok(chain.iter().any(|sealed| hex::encode(sealed.seal) == head))
    }
}

/// The entry of a kind for a release.
pub(crate) fn find(chain: &[Sealed], kind: EntryKind, release: ReleaseKey) -> Option<&Sealed> {
    let period = release.period.to_string();
    chain.iter().find(|Sealed { entry, .. }| {
        entry.kind == kind
            && (entry.year, &entry.period, entry.revision) == (release.year, &period, release.revision)
    })
}

/// Adds up a year, with upward rounding.
pub(crate) fn spending(chain: &[Sealed], year: i32) -> Result<YearSpending, LedgerError> {
    let of = |kind| chain.iter().map(|s| &s.entry).filter(move |e| e.kind == kind && e.year == year);
    let release = |e: &Entry| (e.period.clone(), e.revision);
    let stored: Vec<_> = of(EntryKind::Stored).map(release).collect();
    let open = of(EntryKind::Reserved).filter(|e| !stored.contains(&release(e)));
    Ok(YearSpending {
        year,
        rho_spent: add_up(of(EntryKind::Stored).map(|e| e.rho))?,
        rho_reserved: add_up(open.map(|e| e.rho))?,
        rho_cap: of(EntryKind::Reserved).map(|e| e.rho_cap).next(),
    })
}

fn key_of_city(path: &Path, key: &LedgerKey, city: &CityId) -> Result<(), LedgerError> {
    if key.city() == city {
        return Ok(());
    }
    Err(LedgerError::Foreign { path: path.to_owned(), rule: "the ledger key is another city's" })
}

#[cfg(test)]
#[path = "ledger_tests.rs"]
mod tests;
