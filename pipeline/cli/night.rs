//! One city's night, stage by stage. Nothing is spent before everything that can fail has passed,
//! and a period that the ledger has finished is rendered from it, whatever tonight's data say.

use domain::{CityConfig, Config};
use hub::{HubKey, Ingested, Linked, Relink, Report, link_night};
use publish::{Published, publish};
use release::{Exact, Ledger, PersonTable, Release, ReleaseContext, ReleaseKey, Reserved, StoredRelease};

use crate::anchor::holds_published;
use crate::check::calendar;
use crate::city_ledger::{ledger_failure, open_ledger, published_folder};
use crate::demo::{SetUp, set_up};
use crate::failure::{Class, Failure, Outcome};
use crate::key_folder::KeyFolder;
use crate::keys_command::expected_key;
use crate::lock::CityLock;
use crate::plan::plan_release;
use crate::progress::Progress;
use crate::terminal::thousands;

/// What a city's night came to.
pub(crate) struct Night {
    pub(crate) outcome: Outcome,
    pub(crate) release: Option<Release>,
    pub(crate) published: Option<Published>,
}

/// Runs a city's night. One agency that is refused stops the release, not the night.
pub(crate) fn night(
    config: &Config,
    city: &CityConfig,
    relink: Relink,
    progress: &Progress,
) -> Result<Night, Failure> {
    let _lock = CityLock::take(&config.work.join(city.id.as_str()))?;
    let SetUp { mut outcome, not_encoded } = match &config.simulate {
        Some(simulated) => set_up(config, simulated, city, progress)?,
        None => SetUp { outcome: Outcome::Done, not_encoded: Vec::new() },
    };
    let mut ledger = open_ledger(config, city)?;
    holds_published(&ledger, &published_folder(config, city))?;
    let (ingested, persons) = ingest_and_link(config, city, relink, progress)?;
    if ingested.report().rows().quarantined > 0 {
        outcome = outcome.max(Outcome::DoneWithQuarantine);
    }
    let gate = gate(config, city, ingested.report(), &not_encoded);
    if let Err(failure) = &gate {
        progress.done("gate", &failure.to_string());
        outcome = outcome.max(Outcome::Failed(failure.class));
    }
    let period = config.release.period;
    let key = ReleaseKey { year: period.year(), period, revision: 0 };
    let stored = match (ledger.stored(key).map_err(ledger_failure)?, gate) {
        (Some(stored), _) => {
            progress.done("release", "finished before: rendered from the ledger at no cost");
            stored
        }
        (None, Err(_)) => return Ok(Night { outcome, release: None, published: None }),
        (None, Ok(())) => release_once(config, city, &mut ledger, key, (&ingested, &persons), progress)?,
    };
    let release = stored.render();
    let published = publish(&release, &config.out).map_err(Failure::internal)?;
    progress.done("publish", &published.folder.display().to_string());
    Ok(Night { outcome, release: Some(release), published: Some(published) })
}

fn ingest_and_link(
    config: &Config,
    city: &CityConfig,
    relink: Relink,
    progress: &Progress,
) -> Result<(Ingested, Linked), Failure> {
    let folder = KeyFolder::of(&config.keys, &city.id);
    let hub_key = HubKey::read(&folder.hub(), &city.id)?;
    let expected = expected_key(&folder)?;
    progress.doing("pull, check and re-key the agencies' extracts");
    let mut ingested = hub::ingest(city, &config.work, &expected, &hub_key, config.release.report_date)
        .map_err(Failure::internal)?;
    let report = ingested.report();
    for refusal in &report.refused {
        progress.done("refused", &refusal.to_string());
    }
    let rows = report.rows();
    progress.done(
        "check",
        &format!(
            "{} sources, {} refused: {} rows in = {} accepted + {} set aside",
            report.sources.len(),
            report.refused.len(),
            thousands(rows.read),
            thousands(rows.accepted),
            thousands(rows.quarantined)
        ),
    );
    progress.doing("link records");
    let linked =
        link_night(&ingested, &config.work, &expected, &hub_key, relink).map_err(Failure::internal)?;
    ingested.note_links(linked.counts.clone());
    ingested.report().write(&config.work).map_err(Failure::internal)?;
    let exact = format!(
        ": {} records are {} persons",
        thousands(ingested.records().len() as u64),
        thousands(linked.persons as u64)
    );
    progress.done("link", &("linked".to_owned() + &for_the_steward(config, city, &exact)));
    Ok((ingested, linked))
}

/// Exact counts of people are for the steward's report. A log travels by mail and journal, so it shows
/// them in a demonstration only, and says elsewhere where they are.
fn for_the_steward(config: &Config, city: &CityConfig, exact: &str) -> String {
    if config.demo {
        exact.to_owned()
    } else {
        format!("; counts are in {}", config.work.join(city.id.as_str()).join("report.json").display())
    }
}

/// What must hold before a period may be released for good.
fn gate(config: &Config, city: &CityConfig, report: &Report, not_encoded: &[String]) -> Result<(), Failure> {
    calendar(config)?;
    let refused: Vec<&str> = city
        .sources
        .iter()
        .filter(|source| source.required)
        .map(|source| source.name.as_str())
        .filter(|name| {
            report.refused.iter().any(|r| r.source == *name) || not_encoded.iter().any(|n| n == name)
        })
        .collect();
    if refused.is_empty() {
        return Ok(());
    }
    Err(Failure::new(
        Class::Gate,
        format!(
            "nothing new is published while {} is refused: a period is released once; mend the extract and run again, or \
             set `required = false` for it",
            refused.join(", ")
        ),
    ))
}

fn release_once(
    config: &Config,
    city: &CityConfig,
    ledger: &mut Ledger,
    key: ReleaseKey,
    (ingested, persons): (&Ingested, &Linked),
    progress: &Progress,
) -> Result<StoredRelease, Failure> {
    let workload = config.workload().map_err(Failure::usage)?;
    let (rho_cap, plan) = plan_release(config, &workload)?;
    progress.doing("measure persons");
    let report_date = config.release.report_date;
    let table: PersonTable = hub::measure(ingested, &persons.person_of, &workload, key.period, report_date)
        .map_err(Failure::internal)?;
    progress.done("measure", "one row a person");

    progress.doing("draw the noise");
    let exact = Exact::tabulate(&plan, table).map_err(Failure::internal)?;
    let stored = match ledger.reserve(key, &plan, rho_cap).map_err(ledger_failure)? {
        Reserved::Finished(stored) => *stored,
        Reserved::Fresh(receipt) | Reserved::Adopted(receipt) => {
            let context = ReleaseContext {
                city_name: city.name.clone(),
                report_date,
                demo: config.demo,
                delta: config.budget.delta,
            };
            ledger.measure_and_store(receipt, exact, &plan, &context).map_err(ledger_failure)?
        }
    };
    let statement = stored.statement();
    progress.done(
        "release",
        &format!(
            "cost epsilon {:.3} at delta {:e} (rho {:.6}); noise drawn once by {}",
            statement.epsilon,
            statement.delta,
            statement.rho,
            statement.library.split(',').next().unwrap_or_default()
        ),
    );
    Ok(stored)
}
