//! The ledger: what a city's privacy years have cost, and what was measured for it.
//!
//! ```text
//!   reserve ── durable ──► Receipt ── measure_and_store ──► StoredRelease ── render ──► Release
//!      │                   (a crash here wastes nothing: the next run adopts the reservation)
//!      └── finished already ──────────────────────────────► StoredRelease
//! ```

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use domain::{CityId, Period};
use rusqlite::{Connection, TransactionBehavior};

use crate::ledger_account::{Caps, LifetimeSpending, YearSpending, check_fits, lifetime, spending};
use crate::ledger_chain::{Entry, EntryKind, Seal, Sealed, append, last_of, verified};
use crate::ledger_error::LedgerError;
use crate::ledger_file;
use crate::ledger_key::LedgerKey;
use crate::ledger_witness;
use crate::plan::Plan;
use crate::stored::{self, StoredRelease, YearPromises};

/// One city's ledger: one SQLite file, append-only, its entries chained by a keyed seal.
///
/// # Privacy
/// Holds plans, costs and noisy answers: nothing exact. The clock decides nothing.
pub struct Ledger {
    pub(crate) db: Connection,
    pub(crate) key: LedgerKey,
    pub(crate) path: PathBuf,
}

/// A period is released once and revised at most once.
pub const LAST_REVISION: u32 = 1;

/// Which release: the ledger's key within a city.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReleaseKey {
    /// Privacy year that pays.
    pub year: i32,
    /// Period that is released.
    pub period: Period,
    /// Revision: 0 is the first release of the period, 1 the one that may follow.
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

impl Ledger {
    /// Makes the ledger of a city that never released anything. Only `init` and a demonstration
    /// may call it.
    ///
    /// # Errors
    /// [`LedgerError::Exists`] when there is one, [`LedgerError::Forgotten`] when there was one that
    /// spent, by its witness, [`LedgerError::Foreign`] when the key is another city's.
    pub fn create(path: &Path, key: LedgerKey, city: &CityId) -> Result<Self, LedgerError> {
        key_of_city(path, &key, city)?;
        ledger_witness::allows_a_new_ledger(path, key.witness())?;
        ledger_file::create(path, &key)?;
        Self::open(path, key, city)
    }

    /// Opens a ledger and verifies all of it.
    ///
    /// # Errors
    /// [`LedgerError::Missing`] when there is none (never a fresh budget), [`LedgerError::Foreign`]
    /// when it is another city's or sealed with another key, [`LedgerError::Altered`] when anything
    /// in it was changed, removed, inserted or reordered, [`LedgerError::Forgotten`] when it does not
    /// hold what the witness beside its key has seen (an old copy was put back),
    /// [`LedgerError::Unwitnessed`] when that witness is missing.
    pub fn open(path: &Path, key: LedgerKey, city: &CityId) -> Result<Self, LedgerError> {
        key_of_city(path, &key, city)?;
        // Read before the chain: another run may commit in between, and then the chain is ahead.
        let seen = ledger_witness::read(path, key.witness());
        let ledger = Self::open_whole(path, key)?;
        ledger.hold_against(seen?)?;
        Ok(ledger)
    }

    /// Opens a ledger although its witness may be missing or unreadable; one that can be read is held
    /// against as ever. Only `init` and a demonstration may call it, before [`Ledger::witness_anew`].
    ///
    /// # Errors
    /// As [`Ledger::open`], but for [`LedgerError::Unwitnessed`].
    pub fn open_even_unwitnessed(path: &Path, key: LedgerKey, city: &CityId) -> Result<Self, LedgerError> {
        key_of_city(path, &key, city)?;
        let seen = ledger_witness::read(path, key.witness());
        let ledger = Self::open_whole(path, key)?;
        match seen {
            Ok(None) | Err(LedgerError::Unwitnessed { .. }) => {}
            seen => ledger.hold_against(seen?)?,
        }
        Ok(ledger)
    }

    /// Makes the witness of this ledger anew. Whoever calls it says that this is the latest ledger.
    ///
    /// # Errors
    /// [`LedgerError`] when it can't be written.
    pub fn witness_anew(&self) -> Result<(), LedgerError> {
        self.show_to_witness()
    }

    /// Opens a ledger and verifies all of it but what its witness has seen.
    fn open_whole(path: &Path, key: LedgerKey) -> Result<Self, LedgerError> {
        let db = ledger_file::open(path, &key)?;
        let ledger = Self { db, key, path: path.to_owned() };
        stored::verify_all(&ledger)?;
        Ok(ledger)
    }

    /// Whose it is.
    pub fn city(&self) -> &CityId {
        self.key.city()
    }

    /// Sets budget aside for a release, durably, or finds what an earlier run left.
    ///
    /// A finished release is answered as it was stored, whatever the plan is now: a changed
    /// configuration never draws noise for it again.
    ///
    /// # Errors
    /// [`LedgerError::Cap`] on a cap that is no cap, [`LedgerError::Exhausted`] and [`LedgerError::LifetimeExhausted`] when the caps do not allow
    /// [`Plan::rho`], [`LedgerError::CapRaised`] and [`LedgerError::LifetimeRaised`] when one is above
    /// what the ledger has, [`LedgerError::OtherPlan`] when an interrupted run reserved for another
    /// plan, [`LedgerError::Unwritable`] when the witness can't be written,
    /// [`LedgerError::NothingToRevise`] and [`LedgerError::OtherTables`] for a revision of
    /// nothing or with other tables, [`LedgerError::Revisions`] for a second one.
    pub fn reserve(&mut self, release: ReleaseKey, plan: &Plan, caps: Caps) -> Result<Reserved, LedgerError> {
        caps.check()?;
        ledger_witness::writable(self.key.witness())?;
        let (path, key) = (&self.path, &self.key);
        let database = |error| LedgerError::Database { path: path.clone(), error };
        let transaction =
            self.db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(database)?;
        let chain = verified(&transaction, key, path)?;
        if let Some(stored) = find(&chain, EntryKind::Stored, release) {
            let stored = stored::load(&transaction, path, key.city(), &chain, stored)?;
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
        if release.revision > 0 {
            check_revises(&transaction, path, key, &chain, release, plan)?;
        }
        check_fits(&chain, release.year, plan, caps, &[])?;
        let last = last_of(&chain);
        let entry = Entry {
            sequence: last.entry.sequence + 1,
            kind: EntryKind::Reserved,
            year: release.year,
            period: release.period.to_string(),
            revision: release.revision,
            rho: plan.rho(),
            rho_cap: caps.year,
            lifetime_cap: caps.lifetime,
            plan: plan_digest.to_vec(),
            payload: Vec::new(),
        };
        let seal = append(&transaction, key, &entry, &last.seal).map_err(database)?;
        transaction.commit().map_err(database)?;
        self.show_to_witness()?;
        Ok(Reserved::Fresh(receipt(entry.sequence, seal)))
    }

    /// The stored release of a key, if it is finished.
    ///
    /// # Errors
    /// [`LedgerError`] when the ledger can't be read or was altered.
    pub fn stored(&self, release: ReleaseKey) -> Result<Option<StoredRelease>, LedgerError> {
        let chain = verified(&self.db, &self.key, &self.path)?;
        find(&chain, EntryKind::Stored, release)
            .map(|sealed| stored::load(&self.db, &self.path, self.key.city(), &chain, sealed))
            .transpose()
    }

    /// Whether a release is stored: nothing is ever measured for it again.
    ///
    /// # Errors
    /// [`LedgerError`] when the ledger can't be read or was altered.
    pub fn finished(&self, release: ReleaseKey) -> Result<bool, LedgerError> {
        let chain = verified(&self.db, &self.key, &self.path)?;
        Ok(find(&chain, EntryKind::Stored, release).is_some())
    }

    /// The latest day for which any stored release was read: a clock that stands before it was set back.
    ///
    /// # Errors
    /// [`LedgerError`] when the ledger can't be read or was altered.
    pub fn latest_reading(&self) -> Result<Option<NaiveDate>, LedgerError> {
        let chain = verified(&self.db, &self.key, &self.path)?;
        let mut latest = None;
        for sealed in chain.iter().filter(|sealed| sealed.entry.kind == EntryKind::Stored) {
            let stored = stored::load(&self.db, &self.path, self.key.city(), &chain, sealed)?;
            latest = latest.max(Some(stored.statement.read_on));
        }
        Ok(latest)
    }

    /// What a privacy year has cost.
    ///
    /// # Errors
    /// [`LedgerError`] when the ledger can't be read or was altered.
    pub fn spent(&self, year: i32) -> Result<YearSpending, LedgerError> {
        spending(&verified(&self.db, &self.key, &self.path)?, year)
    }

    /// What a privacy year's releases have published that no later configuration changes: the day from which on
    /// the year pays for nothing more, and its δ.
    ///
    /// # Errors
    /// [`LedgerError`] when the ledger can't be read or was altered.
    pub fn promised(&self, year: i32) -> Result<YearPromises, LedgerError> {
        stored::promised(&self.db, &self.path, &verified(&self.db, &self.key, &self.path)?, year)
    }

    /// Whether a plan would fit what is left of the year and of all years, as [`Ledger::reserve`] would find
    /// after others, each of a year and a ρ, had been reserved `before`. Reserves nothing.
    ///
    /// # Errors
    /// As [`Ledger::reserve`], for the caps.
    pub fn fits(
        &self,
        release: ReleaseKey,
        plan: &Plan,
        caps: Caps,
        before: &[(i32, f64)],
    ) -> Result<(), LedgerError> {
        caps.check()?;
        let chain = verified(&self.db, &self.key, &self.path)?;
        // What an interrupted run has reserved is paid for.
        if find(&chain, EntryKind::Reserved, release).is_some() {
            return Ok(());
        }
        check_fits(&chain, release.year, plan, caps, before)
    }

    /// What all privacy years together have cost.
    ///
    /// # Errors
    /// [`LedgerError`] when the ledger can't be read or was altered.
    pub fn spent_over_all_years(&self) -> Result<LifetimeSpending, LedgerError> {
        lifetime(&verified(&self.db, &self.key, &self.path)?)
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

/// The entry of the release that a stored revision revises.
pub(crate) fn find_earlier<'a>(chain: &'a [Sealed], revision: &Entry) -> Option<&'a Sealed> {
    chain.iter().find(|Sealed { entry, .. }| {
        entry.kind == EntryKind::Stored
            && (entry.year, &entry.period) == (revision.year, &revision.period)
            && entry.revision + 1 == revision.revision
    })
}

/// Checks that a revision has a finished first release with the same tables, and is the only one.
fn check_revises(
    db: &Connection,
    path: &Path,
    key: &LedgerKey,
    chain: &[Sealed],
    release: ReleaseKey,
    plan: &Plan,
) -> Result<(), LedgerError> {
    if release.revision > LAST_REVISION {
        return Err(LedgerError::Revisions { release: release.release_id(key.city()) });
    }
    let first = ReleaseKey { revision: 0, ..release };
    let id = first.release_id(key.city());
    let Some(sealed) = find(chain, EntryKind::Stored, first) else {
        return Err(LedgerError::NothingToRevise { release: id });
    };
    if stored::load(db, path, key.city(), chain, sealed)?.plan.workload() == plan.workload() {
        return Ok(());
    }
    Err(LedgerError::OtherTables { release: id })
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
