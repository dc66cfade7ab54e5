//! Measuring one release of one city, once and for good, or rehearsing it.

use std::io::Read;

use domain::{CityConfig, Config, Workload};
use hub::{Ingested, Linked};
use release::{Caps, Exact, Ledger, PersonTable, Plan, ReleaseContext, Reserved, epsilon_for};
use sha2::{Digest, Sha256};

use crate::calendar::{Item, Turn, expires_on, first_key, not_expired, today};
use crate::city_ledger::ledger_failure;
use crate::detail::detail;
use crate::failure::{Class, Failure};
use crate::plan::{caps, cost_before, measured_on, plan_release};
use crate::progress::Progress;

/// Tonight's people: what the hub took in, and who is who.
#[derive(Clone, Copy)]
pub(crate) struct People<'a> {
    pub(crate) ingested: &'a Ingested,
    pub(crate) persons: &'a Linked,
}

/// One release, its city and tonight's people.
pub(crate) struct Measuring<'a> {
    pub(crate) config: &'a Config,
    pub(crate) city: &'a CityConfig,
    pub(crate) item: &'a Item<'a>,
    pub(crate) people: People<'a>,
    pub(crate) progress: &'a Progress,
}

/// A release's plan, and for readers why tables are missing in it.
struct Planned {
    caps: Caps,
    plan: Plan,
    tables_left_out: Option<String>,
}

impl Measuring<'_> {
    /// Does all that a release does up to the noise, and says what it would cost and whether the year, after the
    /// releases before it, has it. Draws nothing, spends nothing, shows nothing of the counts.
    pub(crate) fn rehearse(&self, ledger: &Ledger) -> Result<(), Failure> {
        let Planned { caps, plan, .. } = self.first_plan(ledger)?;
        let workload = plan.workload();
        self.progress.doing("rehearse the release");
        drop(Exact::tabulate(&plan, self.persons(workload)?).map_err(Failure::internal)?);
        let (config, key, release) = (self.config, self.item.key, self.item.release);
        let before = cost_before(config, ledger, release)?;
        let paid = not_expired(config, ledger, key.year, measured_on(release))
            .and_then(|()| ledger.fits(key, &plan, caps, &before).map_err(ledger_failure));
        let errors = (0..workload.tables().len()).map(|table| plan.predicted_standard_error(table));
        self.progress.done(
            "rehearse",
            &format!(
                "{} waits for its report date {}: {} tables would cost epsilon {:.3}, with standard errors up to {:.1} \
                 people; {}",
                release.period,
                release.report_date,
                workload.tables().len(),
                epsilon_for(plan.rho(), config.budget.delta).map_err(Failure::internal)?,
                errors.fold(0.0, f64::max),
                paid.map_or_else(
                    |refused| format!("it would be refused: {refused}"),
                    |()| "the year has it".to_owned()
                ),
            ),
        );
        Ok(())
    }

    /// Reserves, measures, draws the noise and stores, or adopts what an interrupted night reserved.
    pub(crate) fn release_once(&self, ledger: &mut Ledger) -> Result<(), Failure> {
        let Planned { caps, plan, tables_left_out } = self.plan(ledger)?;
        let context = self.context(ledger, tables_left_out)?;
        self.progress.doing("measure persons");
        let table = self.persons(plan.workload())?;
        self.progress.done("measure", "one row a person");

        self.progress.doing("draw the noise");
        let exact = Exact::tabulate(&plan, table).map_err(Failure::internal)?;
        let stored = match ledger.reserve(self.item.key, &plan, caps).map_err(ledger_failure)? {
            Reserved::Finished(stored) => *stored,
            Reserved::Fresh(receipt) | Reserved::Adopted(receipt) => {
                ledger.measure_and_store(receipt, exact, &plan, &context).map_err(ledger_failure)?
            }
        };
        let statement = stored.statement();
        let own = statement.rho_of_this_measurement();
        self.progress.done(
            "release",
            &format!(
                "{}: cost epsilon {:.3} at delta {:e} (rho {own:.6}){}; noise drawn once by {}",
                statement.release_id,
                epsilon_for(own, statement.delta).map_err(Failure::internal)?,
                statement.delta,
                match &statement.earlier {
                    Some(first) =>
                        format!(", with {} together epsilon {:.3}", first.release_id, statement.epsilon),
                    None => String::new(),
                },
                statement.library.split(',').next().unwrap_or_default()
            ),
        );
        Ok(())
    }

    /// The plan of a period that was never released.
    fn first_plan(&self, ledger: &Ledger) -> Result<Planned, Failure> {
        let decided = detail(self.config, ledger, self.item.release)?;
        if let Some(because) = decided.because {
            self.progress.done("detail", &format!("{}: {because}", self.item.release.period));
        }
        let (caps, plan) = plan_release(self.config, self.item.release, decided.detail)?;
        Ok(Planned { caps, plan, tables_left_out: decided.left_out })
    }

    /// A revision has the tables of its first release, whatever the configuration says by now, and lacks what that
    /// one lacked.
    fn plan(&self, ledger: &Ledger) -> Result<Planned, Failure> {
        if self.item.turn != Turn::Revised {
            return self.first_plan(ledger);
        }
        let caps = caps(self.config)?;
        let first = ledger.stored(first_key(self.item.release)).map_err(ledger_failure)?;
        let (Some(first), Some(revision)) = (first, self.item.release.revision) else {
            return Err(Failure::new(
                Class::Gate,
                "there is no finished release to revise; run once without --revise",
            ));
        };
        let plan = first.revision_plan(caps.year * revision.share).map_err(Failure::usage)?;
        Ok(Planned { caps, plan, tables_left_out: first.statement().tables_left_out.clone() })
    }

    /// Cohorts and events go by the report date, of a revision too: it counts the same people again.
    fn persons(&self, workload: &Workload) -> Result<PersonTable, Failure> {
        let People { ingested, persons } = self.people;
        let release = self.item.release;
        hub::measure(ingested, &persons.person_of, workload, release.period, release.report_date)
            .map_err(Failure::internal)
    }

    fn context(&self, ledger: &Ledger, tables_left_out: Option<String>) -> Result<ReleaseContext, Failure> {
        let (budget, release) = (&self.config.budget, self.item.release);
        let due = match (self.item.turn, release.revision) {
            (Turn::Revised, Some(revision)) => revision.date,
            _ => release.report_date,
        };
        Ok(ReleaseContext {
            read_on: due.max(today()),
            revision: release.revision,
            year_expires: expires_on(self.config, ledger, self.item.key.year)?,
            tables_left_out,
            why_epsilon: budget.reason.clone(),
            linkage: self.config.linkage_measured.clone(),
            program_sha256: program_sha256(),
            ..ReleaseContext::new(&self.city.name, release.report_date, self.config.demo, budget.delta)
        })
    }
}

/// SHA-256 of this program's file, for whoever asks which program drew the noise.
fn program_sha256() -> Option<String> {
    let mut program = std::fs::File::open(std::env::current_exe().ok()?).ok()?;
    let (mut hash, mut buffer) = (Sha256::new(), vec![0_u8; 1 << 16]);
    loop {
        match program.read(&mut buffer).ok()? {
            0 => return Some(hex::encode(hash.finalize())),
            read => hash.update(&buffer[..read]),
        }
    }
}
