//! Measured once, stored for good: the noisy vector with everything that rendering it needs.

use std::path::Path;

use chrono::NaiveDate;
use domain::{CityId, Cohort, Objective, Table, Workload};
use rusqlite::{Connection, ErrorCode, TransactionBehavior, params};
use serde::{Deserialize, Serialize};

use crate::exact::{Exact, Marginals};
use crate::ledger::{Ledger, Receipt, ReleaseKey, spending};
use crate::ledger_chain::{Entry, EntryKind, Sealed, append, digest, last_of, verified};
use crate::ledger_error::LedgerError;
use crate::ledger_file::refusal;
use crate::mechanism::{add_up, measure};
use crate::plan::{Noise, Plan};
use crate::published::Statement;
use crate::statement::{Account, compose};

/// What a release's statement needs to know besides plan and ledger.
#[derive(Debug, Clone, PartialEq)]
pub struct ReleaseContext {
    /// The city's name, as a reader sees it.
    pub city_name: String,
    /// As of which day the data were read.
    pub report_date: NaiveDate,
    /// Fictitious data.
    pub demo: bool,
    /// δ of the city's year.
    pub delta: f64,
}

/// A release as the ledger stores it: noisy integers, plan, statement. Rendering it is free of
/// privacy cost and always gives the same.
///
/// # Privacy
/// Holds nothing exact. It can only come from a ledger.
pub struct StoredRelease {
    pub(crate) plan: Plan,
    pub(crate) noisy: Vec<i64>,
    pub(crate) frames: Vec<Frame>,
    pub(crate) statement: Statement,
}

/// When a table's people entered and for how long they were followed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Frame {
    pub(crate) cohort: Cohort,
    pub(crate) window_days: u32,
}

impl StoredRelease {
    /// What it says of itself.
    pub fn statement(&self) -> &Statement {
        &self.statement
    }
}

impl Ledger {
    /// Draws the noise and stores the noisy vector, statement and tables, and makes the reservation
    /// a spend, in one transaction; then reads back what was stored.
    ///
    /// # Errors
    /// [`LedgerError`] when receipt, counts and plan are not of one release, when another run was
    /// faster, or when drawing or storing fails. Nothing is stored then, and the next run may
    /// adopt the reservation.
    ///
    /// # Privacy
    /// Costs [`Plan::rho`] in zCDP, for adding or removing one person row. Takes receipt and counts
    /// by value: each is good for one measurement.
    #[expect(clippy::needless_pass_by_value, reason = "a receipt is good for one measurement")]
    pub fn measure_and_store(
        &mut self,
        receipt: Receipt,
        exact: Exact<Marginals>,
        plan: &Plan,
        context: &ReleaseContext,
    ) -> Result<StoredRelease, LedgerError> {
        let (path, key) = (&self.path, &self.key);
        let database = |error| LedgerError::Database { path: path.clone(), error };
        let Receipt { release, sequence, seal, plan_digest } = receipt;
        let release_id = release.release_id(key.city());
        if plan_digest != plan.digest() || *exact.plan_digest() != plan_digest {
            return Err(LedgerError::Mismatch { release: release_id });
        }
        let transaction =
            self.db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(database)?;
        let chain = verified(&transaction, key, path)?;
        let reservation = usize::try_from(sequence).ok().and_then(|s| chain.get(s));
        let Some(Sealed { entry: reservation, .. }) = reservation.filter(|r| r.seal == seal) else {
            return Err(LedgerError::Mismatch { release: release_id });
        };
        let rho_spent = add_up([spending(&chain, release.year)?.rho_spent, plan.rho()])?;
        let account = Account { rho_cap: reservation.rho_cap, rho_spent };
        let statement = compose(key.city(), release, plan, context, account)?;
        let frames: Vec<Frame> =
            plan.workload().tables().iter().map(|table| frame(table, release, context)).collect();

        let residuals = exact.residuals(plan);
        drop(exact);
        let noisy = measure(plan, &residuals)?;
        drop(residuals);

        let fields = Fields::new(plan, &noisy, &frames, &statement);
        let last = last_of(&chain);
        let entry = Entry {
            sequence: last.entry.sequence + 1,
            kind: EntryKind::Stored,
            payload: fields.digest(),
            ..reservation.clone()
        };
        let seal = append(&transaction, key, &entry, &last.seal)
            .and_then(|seal| fields.insert(&transaction, entry.sequence).map(|_| seal))
            .map_err(|error| match error.sqlite_error_code() {
                Some(ErrorCode::ConstraintViolation) => LedgerError::AlreadyStored { release: release_id },
                _ => database(error),
            })?;
        transaction.commit().map_err(database)?;
        // What is read back is what every later run will read, to the last bit.
        load(&self.db, &self.path, self.key.city(), &Sealed { entry, seal })
    }
}

/// Reads the stored release of an entry and checks it against the entry's seal.
pub(crate) fn load(
    db: &Connection,
    path: &Path,
    city: &CityId,
    sealed: &Sealed,
) -> Result<StoredRelease, LedgerError> {
    let Sealed { entry, seal } = sealed;
    let altered = |rule| LedgerError::Altered { path: path.to_owned(), entry: entry.sequence, rule };
    let fields = Fields::read(db, path, entry)?;
    let unreadable = || altered("what is stored with it can't be read by this version of the program");
    let (objective, workload): (Objective, Workload) =
        serde_json::from_str(&fields.workload).map_err(|_| unreadable())?;
    let frames: Vec<Frame> = serde_json::from_str(&fields.frames).map_err(|_| unreadable())?;
    let mut statement: Statement = serde_json::from_str(&fields.statement).map_err(|_| unreadable())?;
    let words = |bytes: &[u8]| -> Vec<[u8; 8]> { bytes.as_chunks().0.to_vec() };
    let answers: Vec<i64> = words(&fields.noisy).into_iter().map(i64::from_le_bytes).collect();
    let noise: Vec<f64> = words(&fields.noise).into_iter().map(f64::from_le_bytes).collect();
    let noise = noise.as_chunks().0.iter().map(|[scale, rho]| Noise { scale: *scale, rho: *rho }).collect();
    let plan = Plan::restore(workload, objective, noise)?;
    let fits = plan.noise().len() == plan.closure().blocks().len()
        && answers.len() == plan.closure().cells()
        && frames.len() == plan.workload().tables().len()
        && statement.city == city.as_str();
    if !fits {
        return Err(unreadable());
    }
    // Numbers come from the entry and the blobs, where they are exact; the seal of an entry can't
    // stand in what it seals.
    statement.rho = entry.rho;
    statement.queries = plan.queries();
    statement.ledger_head = hex::encode(seal);
    Ok(StoredRelease { plan, noisy: answers, frames, statement })
}

/// Checks everything stored against the chain.
pub(crate) fn verify_all(ledger: &Ledger) -> Result<(), LedgerError> {
    let chain = verified(&ledger.db, &ledger.key, &ledger.path)?;
    for sealed in chain.iter().filter(|s| s.entry.kind == EntryKind::Stored) {
        Fields::read(&ledger.db, &ledger.path, &sealed.entry)?;
    }
    Ok(())
}

/// A table's cohort and window.
fn frame(table: &Table, release: ReleaseKey, context: &ReleaseContext) -> Frame {
    let cohort = |days| release.period.cohort(days, context.report_date);
    let Some(subject) = &table.subject else { return Frame { cohort: cohort(0), window_days: 0 } };
    let follow_up_days = subject.measure.follow_up_days(subject.topic);
    Frame { cohort: cohort(follow_up_days), window_days: subject.measure.window_days(subject.topic) }
}

/// The columns of a stored release.
struct Fields {
    noisy: Vec<u8>,
    noise: Vec<u8>,
    workload: String,
    frames: String,
    statement: String,
}

impl Fields {
    fn new(plan: &Plan, noisy: &[i64], frames: &[Frame], statement: &Statement) -> Self {
        let json = |value: Result<String, serde_json::Error>| {
            value.expect("names, numbers and lists always serialise")
        };
        Self {
            noisy: noisy.iter().flat_map(|v| v.to_le_bytes()).collect(),
            noise: plan.noise().iter().flat_map(|n| [n.scale, n.rho]).flat_map(f64::to_le_bytes).collect(),
            workload: json(serde_json::to_string(&(plan.objective(), plan.workload()))),
            frames: json(serde_json::to_string(frames)),
            statement: json(serde_json::to_string(statement)),
        }
    }

    fn digest(&self) -> Vec<u8> {
        let Self { noisy, noise, workload, frames, statement } = self;
        digest(&[noisy, noise, workload.as_bytes(), frames.as_bytes(), statement.as_bytes()])
    }

    fn insert(&self, db: &Connection, sequence: u64) -> rusqlite::Result<usize> {
        db.execute(
            "INSERT INTO release (sequence, noisy, noise, workload, frames, statement)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                sequence.cast_signed(),
                self.noisy,
                self.noise,
                self.workload,
                self.frames,
                self.statement
            ],
        )
    }

    fn read(db: &Connection, path: &Path, entry: &Entry) -> Result<Self, LedgerError> {
        let altered = |rule| LedgerError::Altered { path: path.to_owned(), entry: entry.sequence, rule };
        let fields = db
            .query_row(
                "SELECT noisy, noise, workload, frames, statement FROM release WHERE sequence = ?1",
                [entry.sequence.cast_signed()],
                |row| {
                    Ok(Self {
                        noisy: row.get(0)?,
                        noise: row.get(1)?,
                        workload: row.get(2)?,
                        frames: row.get(3)?,
                        statement: row.get(4)?,
                    })
                },
            )
            .map_err(|error| match error {
                rusqlite::Error::QueryReturnedNoRows => altered("what was stored with it is missing"),
                error => refusal(path, error),
            })?;
        if fields.digest() == entry.payload {
            Ok(fields)
        } else {
            Err(altered("what is stored with it was changed"))
        }
    }
}
