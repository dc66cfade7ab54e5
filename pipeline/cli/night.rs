//! One city's night, stage by stage. Nothing is spent before everything that can fail has passed,
//! a period whose report date has not come is rehearsed, and one that the ledger has finished is rendered
//! from it, whatever tonight's data say.

use chrono::NaiveDate;
use domain::{CityConfig, Config};
use hub::{HubKey, Ingested, Linked, QualityReport, Relink, Report, link_night, quality};
use publish::{Published, publish};
use release::{Ledger, Release};

use crate::anchor::holds_published;
use crate::calendar::{Agenda, Item, Revise, Turn, first_key, not_expired, today};
use crate::changed_since::changed_since;
use crate::city_ledger::{ledger_failure, open_ledger, published_folder};
use crate::demo::{SetUp, set_up};
use crate::failure::{Class, Failure, Outcome};
use crate::key_folder::KeyFolder;
use crate::keys_command::expected_key;
use crate::lock::CityLock;
use crate::measuring::{Measuring, People};
use crate::progress::Progress;
use crate::pull::PullStage;
use crate::report_quality::in_short;
use crate::resource_use::ResourceUse;
use crate::terminal::{note, thousands};

/// What a city's night came to.
pub(crate) struct Night {
    pub(crate) outcome: Outcome,
    /// What is published, in the order of report dates.
    pub(crate) releases: Vec<(Release, Published)>,
    /// From extracts to persons.
    pub(crate) cost: StageCost,
}

/// CPU seconds of the stages that take most of a night.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct StageCost {
    /// Fetching, checking, re-keying and reading extracts.
    pub(crate) check: f64,
    /// From records to persons.
    pub(crate) link: f64,
}

/// How a night is run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Orders {
    pub(crate) relink: Relink,
    pub(crate) revise: Revise,
}

/// Runs a city's night. One agency that is refused stops the release, not the night; one release that is
/// refused stops no other.
pub(crate) fn night(
    config: &Config,
    city: &CityConfig,
    orders: Orders,
    progress: &Progress,
) -> Result<Night, Failure> {
    let _lock = CityLock::take(&config.work.join(city.id.as_str()))?;
    let SetUp { mut outcome, not_encoded } = match &config.simulate {
        Some(simulated) => set_up(config, simulated, city, progress)?,
        None => SetUp { outcome: Outcome::Done, not_encoded: Vec::new() },
    };
    let mut ledger = open_ledger(config, city)?;
    holds_published(&ledger, &published_folder(config, city))?;
    let agenda = Agenda::of(config, &ledger, today(), orders.revise)?;
    let (ingested, persons, cost) = ingest_and_link(config, city, agenda.as_of, orders.relink, progress)?;
    if ingested.report().rows().quarantined > 0 {
        outcome = outcome.max(Outcome::DoneWithQuarantine);
    }
    let looked = quality(&ingested, &config.work, &config.quality, today(), agenda.as_of)
        .map_err(Failure::internal)?;
    progress.done("quality", &format!("{}: {}", in_short(&looked), quality_page(config, city)));
    // What somebody asked for and can't have stops what is new, so that exit code 4 says what it means.
    let gate = agenda
        .clock
        .clone()
        .and_then(|()| agenda.not_revised.clone().map_or(Ok(()), Err))
        .and_then(|()| gate(city, ingested.report(), &not_encoded))
        .and_then(|()| fit(city, &looked));
    if let Err(failure) = &gate {
        progress.done("gate", &failure.to_string());
        outcome = outcome.max(Outcome::Failed(failure.class));
    }
    let people = People { ingested: &ingested, persons: &persons };
    let mut releases = Vec::new();
    for item in &agenda.items {
        match release_and_publish(config, city, &mut ledger, item, people, gate.is_ok(), progress) {
            Ok(release) => releases.extend(release),
            Err(failure) => {
                progress.done("stopped", &failure.to_string());
                outcome = outcome.max(Outcome::Failed(failure.class));
            }
        }
    }
    Ok(Night { outcome, releases, cost })
}

/// Takes one release's turn, and publishes what the ledger has of it.
fn release_and_publish(
    config: &Config,
    city: &CityConfig,
    ledger: &mut Ledger,
    item: &Item<'_>,
    people: People<'_>,
    may_measure: bool,
    progress: &Progress,
) -> Result<Option<(Release, Published)>, Failure> {
    let measuring = Measuring { config, city, item, people, progress };
    match item.turn {
        Turn::Waits => {
            measuring.rehearse(ledger)?;
            return Ok(None);
        }
        Turn::Due | Turn::Revised if may_measure => {
            not_expired(config, ledger, item.key.year, today())?;
            measuring.release_once(ledger)?;
        }
        Turn::Due | Turn::Revised => {}
        Turn::Finished => {
            progress.done(
                "release",
                &format!("{}: finished before: rendered from the ledger at no cost", item.release.period),
            );
        }
    }
    // What was measured tonight is read like what was measured before. A revision that could not be made
    // leaves the first release standing.
    let mut stored = ledger.stored(item.key).map_err(ledger_failure)?;
    if stored.is_none() {
        stored = ledger.stored(first_key(item.release)).map_err(ledger_failure)?;
    }
    let Some(stored) = stored else { return Ok(None) };
    if let Some(changed) = changed_since(config, city, item.release, &stored) {
        progress.done("unchanged", &changed);
    }
    let release = stored.render();
    let published = publish(&release, &config.out).map_err(Failure::internal)?;
    progress.done("publish", &published.folder.display().to_string());
    Ok(Some((release, published)))
}

fn ingest_and_link(
    config: &Config,
    city: &CityConfig,
    as_of: NaiveDate,
    relink: Relink,
    progress: &Progress,
) -> Result<(Ingested, Linked, StageCost), Failure> {
    let start = ResourceUse::now();
    let folder = KeyFolder::of(&config.keys, &city.id);
    let hub_key = HubKey::read(&folder.hub(), &city.id)?;
    let expected = expected_key(&folder)?;
    let pulled = PullStage { config, city, expected: &expected, hub_key: &hub_key, as_of }.run(progress)?;
    progress.doing("check and re-key the agencies' extracts");
    let mut ingested = hub::ingest(city, &config.work, &expected, &hub_key, as_of, &pulled.refused)
        .map_err(Failure::internal)?;
    drop(pulled);
    memory::give_back();
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
    let checked = ResourceUse::now();
    progress.doing("link records");
    let linked =
        link_night(&ingested, &config.work, &expected, &hub_key, relink).map_err(Failure::internal)?;
    memory::give_back();
    ingested.note_links(linked.counts.clone());
    ingested.report().write(&config.work).map_err(Failure::internal)?;
    let exact = format!(
        ": {} records are {} persons",
        thousands(ingested.records().len() as u64),
        thousands(linked.persons as u64)
    );
    progress.done("link", &("linked".to_owned() + &for_the_steward(config, city, &exact)));
    for source in linked.counts.sources.iter().filter(|source| source.fell()) {
        note(&format!(
            "  {}: far fewer of its records are linked to another source than before; see `pathways report linkage`",
            source.source
        ));
    }
    let link = ResourceUse::since(checked).cpu_seconds;
    let cost = StageCost { check: checked.cpu_seconds - start.cpu_seconds, link };
    Ok((ingested, linked, cost))
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

fn quality_page(config: &Config, city: &CityConfig) -> String {
    QualityReport::paths(&config.work, &city.id).0.display().to_string()
}

/// Every required source is one that a release may rest on.
fn fit(city: &CityConfig, looked: &QualityReport) -> Result<(), Failure> {
    let required = |source: &str| city.sources.iter().any(|s| s.required && s.name == source);
    let unfit: Vec<String> = looked
        .unfit
        .iter()
        .filter(|unfit| required(&unfit.source))
        .map(|unfit| format!("{} {}", unfit.source, unfit.why))
        .collect();
    if unfit.is_empty() {
        return Ok(());
    }
    Err(Failure::new(
        Class::Gate,
        format!(
            "nothing new is published: {}. A period is released once: deliver a whole and new extract and run again; where this \
             one is right, change its bound in [quality], or set `required = false` for it",
            unfit.join("; ")
        ),
    ))
}

/// What must hold of the sources before a period may be released for good.
fn gate(city: &CityConfig, report: &Report, not_encoded: &[String]) -> Result<(), Failure> {
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
