//! Measured once, stored for good: the noisy vector with everything that rendering it needs.

use std::path::Path;

use chrono::NaiveDate;
use domain::{CityId, Cohort, LinkageMeasured, Objective, RevisionConfig, Table, Workload};
use rusqlite::{Connection, ErrorCode, TransactionBehavior};
use serde::{Deserialize, Serialize};

use crate::combined::Earlier;
use crate::exact::{Exact, Marginals};
use crate::ledger::{Ledger, Receipt, ReleaseKey, find_earlier};
use crate::ledger_account::{lifetime, spending};
use crate::ledger_chain::{Entry, EntryKind, Sealed, append, inputs_seal, last_of, verified};
use crate::ledger_error::LedgerError;
use crate::mechanism::{add_up, measure};
use crate::plan::{Noise, Plan, PlanError};
use crate::statement::{EarlierMeasurement, PaidRelease, Statement};
use crate::statement_words::{Account, compose};
use crate::stored_fields::Fields;

/// What a release's statement needs to know besides plan and ledger.
#[derive(Debug, Clone, PartialEq)]
pub struct ReleaseContext {
    /// The city's name, as a reader sees it.
    pub city_name: String,
    /// Up to which day events count.
    pub report_date: NaiveDate,
    /// Fictitious data.
    pub demo: bool,
    /// δ of the city's year.
    pub delta: f64,
    /// The day on which the agencies' extracts were read for this measurement: the report date or later.
    pub read_on: NaiveDate,
    /// The revision that may follow.
    pub revision: Option<RevisionConfig>,
    /// After which day the privacy year pays for nothing any more.
    pub year_expires: Option<NaiveDate>,
    /// Why tables that the configuration names are not measured: a function of what was published before.
    pub tables_left_out: Option<String>,
    /// Why this ε, in the city's own words.
    pub why_epsilon: Option<String>,
    /// What was measured about linkage.
    pub linkage: Option<LinkageMeasured>,
    /// SHA-256 of the program, hexadecimal.
    pub program_sha256: Option<String>,
}

impl ReleaseContext {
    /// A first release of which nothing more is known.
    pub fn new(city_name: &str, report_date: NaiveDate, demo: bool, delta: f64) -> Self {
        Self {
            city_name: city_name.to_owned(),
            report_date,
            demo,
            delta,
            read_on: report_date,
            revision: None,
            year_expires: None,
            tables_left_out: None,
            why_epsilon: None,
            linkage: None,
            program_sha256: None,
        }
    }
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
    /// The first measurement, where this is a revision: the figures rest on both.
    pub(crate) earlier: Option<Earlier>,
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

    /// What it measured.
    pub fn workload(&self) -> &Workload {
        self.plan.workload()
    }

    /// The plan of a revision: the same tables and objective at `rho`, whatever the configuration says
    /// by now.
    ///
    /// # Errors
    /// [`PlanError`] when `rho` makes no plan.
    pub fn revision_plan(&self, rho: f64) -> Result<Plan, PlanError> {
        Plan::new(self.plan.workload(), self.plan.objective(), rho)
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
        let with_this = |spent| add_up([spent, plan.rho()]);
        let account = Account {
            rho_cap: reservation.rho_cap,
            rho_spent: with_this(spending(&chain, release.year)?.rho_spent)?,
            lifetime_cap: reservation.lifetime_cap,
            lifetime_spent: with_this(lifetime(&chain)?.rho_spent)?,
            paid_before: paid_before(&chain, key.city(), release.year),
        };
        let statement = compose(key.city(), release, plan, context, account)?;
        let frames: Vec<Frame> =
            plan.workload().tables().iter().map(|table| frame(table, release, context)).collect();

        let residuals = exact.residuals(plan);
        drop(exact);
        let noisy = measure(plan, &residuals)?;
        let inputs = inputs_seal(key, plan.closure().blocks().iter().map(|block| residuals.block(block)));
        drop(residuals);

        let fields = Fields::new(plan, &noisy, &frames, &statement, inputs);
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
        self.show_to_witness()?;
        // What is read back is what every later run will read, to the last bit.
        load(&self.db, &self.path, self.key.city(), &chain, &Sealed { entry, seal })
    }
}

/// What the year had paid for before, release by release.
fn paid_before(chain: &[Sealed], city: &CityId, year: i32) -> Vec<PaidRelease> {
    let stored = |e: &&Entry| e.kind == EntryKind::Stored && e.year == year;
    let paid =
        |e: &Entry| PaidRelease { release_id: format!("{city}/{}/r{}", e.period, e.revision), rho: e.rho };
    chain.iter().map(|sealed| &sealed.entry).filter(stored).map(paid).collect()
}

/// Reads the stored release of an entry and checks it against the entry's seal.
pub(crate) fn load(
    db: &Connection,
    path: &Path,
    city: &CityId,
    chain: &[Sealed],
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
    let mut earlier = None;
    if entry.revision > 0 {
        let first =
            find_earlier(chain, entry).ok_or_else(|| altered("the release that it revises is missing"))?;
        let first = load(db, path, city, chain, first)?;
        if first.plan.workload() != plan.workload() {
            return Err(altered("it does not have the tables of the release that it revises"));
        }
        statement.count_both(first.as_earlier())?;
        earlier = Some(Earlier { plan: first.plan, noisy: first.noisy });
    }
    Ok(StoredRelease { plan, noisy: answers, frames, statement, earlier })
}

impl StoredRelease {
    /// What the statement of a revision says of the measurement that it adds to.
    fn as_earlier(&self) -> EarlierMeasurement {
        EarlierMeasurement {
            release_id: self.statement.release_id.clone(),
            read_on: self.statement.read_on,
            rho: self.statement.rho,
            epsilon: self.statement.epsilon,
            queries: self.statement.queries.clone(),
        }
    }
}

/// What the stored releases of a year have published that binds the year's further ones.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct YearPromises {
    /// The earliest day from which on the year pays for nothing more; `None` where none was named.
    pub expires_on: Option<NaiveDate>,
    /// δ of the year's first release.
    pub delta: Option<f64>,
}

/// Reads what the year has promised. Releases of older programs say the expiry in words alone.
pub(crate) fn promised(
    db: &Connection,
    path: &Path,
    chain: &[Sealed],
    year: i32,
) -> Result<YearPromises, LedgerError> {
    let mut promised = YearPromises::default();
    let stored = |entry: &&Entry| entry.kind == EntryKind::Stored && entry.year == year;
    for entry in chain.iter().map(|sealed| &sealed.entry).filter(stored) {
        let fields = Fields::read(db, path, entry)?;
        let statement: Statement =
            serde_json::from_str(&fields.statement).map_err(|_| LedgerError::Altered {
                path: path.to_owned(),
                entry: entry.sequence,
                rule: "what is stored with it can't be read by this version of the program",
            })?;
        let day = statement.year.expires_on.or_else(|| expiry_in_words(&statement.terms.refresh));
        promised.expires_on = promised.expires_on.into_iter().chain(day).min();
        promised.delta = promised.delta.or(Some(statement.delta));
    }
    Ok(promised)
}

/// "From 2026-07-20 on the year 2025 pays for nothing more".
fn expiry_in_words(refresh: &str) -> Option<NaiveDate> {
    refresh.split("From ").find_map(|rest| rest.split_once(" on the year ")?.0.parse().ok())
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
