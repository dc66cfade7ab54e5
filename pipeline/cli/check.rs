//! `pathways check`: what would fail tonight.

use std::collections::BTreeSet;
use std::path::Path;

use domain::{CityConfig, Config, PullConfig, ReleaseConfig, SourceConfig};
use hub::{HubKey, check_manifest};
use release::Ledger;
use seal::OpeningKeys;
use transport::look;

use crate::anchor::holds_published;
use crate::calendar::{Agenda, Revise, Turn, not_expired, today};
use crate::city_ledger::{ledger_failure, open_ledger, published_folder};
use crate::command::ConfigArguments;
use crate::configuration::read_config;
use crate::failure::{Class, Failure, Outcome};
use crate::key_folder::KeyFolder;
use crate::keys_command::expected_key;
use crate::plan::plan_release;
use crate::pull::verifying_keys;
use crate::terminal::{out, thousands};

/// Below this much free space a night may not get to its end.
const LEAST_FREE_BYTES: u64 = 2 << 30;

pub(crate) fn check(arguments: &ConfigArguments) -> Result<Outcome, Failure> {
    let config = read_config(&arguments.config)?;
    let mut findings = Findings { worst: Outcome::Done, warned: false };
    out("configuration");
    findings.add("rules", Ok(format!("{} cities", config.cities.len())));
    for release in &config.releases {
        findings.add("tables", planned(&config, release));
    }
    for folder in [&config.out, &config.work] {
        findings.add("disk", disk(folder));
    }
    for city in &config.cities {
        out(&city.name);
        check_city(&config, city, &mut findings);
    }
    match findings.worst {
        Outcome::Failed(_) => out("something would fail tonight"),
        _ if findings.warned => out("ready, with a warning"),
        _ => out("ready"),
    }
    Ok(findings.worst)
}

struct Findings {
    worst: Outcome,
    warned: bool,
}

impl Findings {
    /// Something that a night would survive, and people should not leave as it is.
    fn warn(&mut self, what: &str, text: &str) {
        self.warned = true;
        out(&format!("  WARN  {what:<12} {text}"));
    }

    fn add(&mut self, what: &str, finding: Result<String, Failure>) {
        match finding {
            Ok(text) => out(&format!("  ok    {what:<12} {text}")),
            Err(failure) => {
                out(&format!("  FAIL  {what:<12} {failure}"));
                self.worst = self.worst.max(Outcome::Failed(failure.class));
            }
        }
    }
}

fn check_city(config: &Config, city: &CityConfig, findings: &mut Findings) {
    let folder = KeyFolder::of(&config.keys, &city.id);
    let made_by_run = |failure: Failure| {
        if config.demo && matches!(failure.class, Class::Key | Class::NotInitialised | Class::Gate) {
            Ok("not made yet; a demonstration's run makes it".to_owned())
        } else {
            Err(failure)
        }
    };
    let hub = HubKey::read(&folder.hub(), &city.id)
        .map(|key| format!("fingerprint {}", key.fingerprint()))
        .map_err(Failure::from);
    findings.add("hub key", hub.or_else(made_by_run));
    if city.sources.iter().any(|source| source.pull.is_some()) {
        let opening = OpeningKeys::read(&folder.opening(), &city.id)
            .map(|keys| format!("agencies seal to {}", keys.recipient()));
        findings.add("opening key", opening.map_err(Failure::from).or_else(made_by_run));
    }
    if let Some(text) = custody(config, &folder) {
        findings.warn("custody", &text);
    }
    let ledger = open_ledger(config, city).and_then(|ledger| {
        holds_published(&ledger, &published_folder(config, city))?;
        Ok(ledger)
    });
    match ledger {
        Err(failure) => findings.add("ledger", made_by_run(failure)),
        Ok(ledger) => {
            findings.add("ledger", whole(config, &ledger));
            findings.add("calendar", calendar(config, &ledger));
        }
    }
    match expected_key(&folder) {
        Err(failure) => findings.add("linkage key", made_by_run(failure)),
        Ok(expected) => {
            findings.add(
                "linkage key",
                Ok(format!("epoch {}, fingerprint {}", expected.epoch, expected.fingerprint)),
            );
            for source in &city.sources {
                if let Some(pull) = &source.pull {
                    findings.add("source", reachable(source, pull));
                    continue;
                }
                let arrived = check_manifest(source, &expected)
                    .map(|manifest| {
                        let rows = manifest.people.rows + manifest.events.rows;
                        format!("{}: an extract of {} rows", source.name, thousands(rows))
                    })
                    .map_err(|refusal| Failure::new(Class::Gate, refusal));
                findings.add("source", arrived.or_else(made_by_run));
            }
        }
    }
}

/// Whether a sealed extract is there to be pulled; looks, and pulls nothing.
fn reachable(source: &SourceConfig, pull: &PullConfig) -> Result<String, Failure> {
    verifying_keys(source, pull)?;
    let seen =
        look(pull).map_err(|failure| Failure::new(Class::Gate, format!("{}: {failure}", source.name)))?;
    Ok(format!("{}: a sealed extract of {} bytes is there", source.name, thousands(seen.bytes)))
}

/// What the hub's machine should not hold: with the agencies' key beside its own, it could test guesses.
fn custody(config: &Config, folder: &KeyFolder) -> Option<String> {
    let linkage = folder.linkage();
    (!config.demo && linkage.exists()).then(|| {
        format!(
            "{}: the agencies' linkage key lies on this machine, so the hub could test guesses against its tokens; move it to an \
             agency, and destroy this copy with `pathways keys destroy`",
            linkage.display()
        )
    })
}

fn whole(config: &Config, ledger: &Ledger) -> Result<String, Failure> {
    let years: BTreeSet<i32> = config.releases.iter().map(|release| release.period.year()).collect();
    let mut costs = Vec::new();
    for year in years {
        costs.push(format!(
            "{year} has cost rho {:.6}",
            ledger.spent(year).map_err(ledger_failure)?.rho_spent
        ));
    }
    Ok(format!("the chain is whole; {}", costs.join(", ")))
}

fn planned(config: &Config, release: &ReleaseConfig) -> Result<String, Failure> {
    let workload = config.workload().map_err(Failure::usage)?;
    let (_, plan) = plan_release(config, release, &workload)?;
    Ok(format!("{}: {} tables at rho {:.6}", release.period, workload.tables().len(), plan.rho()))
}

/// What tonight is for each release of a city.
fn calendar(config: &Config, ledger: &Ledger) -> Result<String, Failure> {
    let agenda = Agenda::of(config, ledger, today(), Revise::No)?;
    agenda.clock?;
    let mut turns = Vec::new();
    for item in &agenda.items {
        let period = item.release.period;
        turns.push(match item.turn {
            Turn::Finished => format!("{period} is finished"),
            Turn::Waits => format!("{period} waits for {}", item.release.report_date),
            Turn::Due | Turn::Revised => {
                not_expired(config, item.key.year, today())?;
                format!("{period} is due")
            }
        });
    }
    Ok(turns.join(", "))
}

fn disk(folder: &Path) -> Result<String, Failure> {
    let there = folder.ancestors().find(|path| path.exists()).unwrap_or(Path::new("."));
    let there = if there.as_os_str().is_empty() { Path::new(".") } else { there };
    let free = nix::sys::statvfs::statvfs(there)
        .map(|stat| stat.blocks_available() * stat.fragment_size())
        .map_err(|error| Failure::internal(format!("{}: {error}", folder.display())))?;
    if free < LEAST_FREE_BYTES {
        return Err(Failure::internal(format!(
            "{}: {} MiB are free, and a night wants 2,048; free some space",
            folder.display(),
            thousands(free >> 20)
        )));
    }
    Ok(format!("{}: {} MiB free", folder.display(), thousands(free >> 20)))
}
