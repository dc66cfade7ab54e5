//! `pathways check`: what would fail tonight.

use std::path::Path;

use chrono::Utc;
use domain::{CityConfig, Config};
use hub::{HubKey, check_manifest};

use crate::anchor::holds_published;
use crate::city_ledger::{open_ledger, published_folder};
use crate::command::ConfigArguments;
use crate::configuration::read_config;
use crate::failure::{Class, Failure, Outcome};
use crate::key_folder::KeyFolder;
use crate::keys_command::expected_key;
use crate::plan::plan_release;
use crate::terminal::{out, thousands};

/// Below this much free space a night may not get to its end.
const LEAST_FREE_BYTES: u64 = 2 << 30;

pub(crate) fn check(arguments: &ConfigArguments) -> Result<Outcome, Failure> {
    let config = read_config(&arguments.config)?;
    let mut findings = Findings { worst: Outcome::Done };
    out("configuration");
    findings.add("rules", Ok(format!("{} cities", config.cities.len())));
    findings.add("tables", planned(&config));
    findings.add("calendar", calendar(&config));
    for folder in [&config.out, &config.work] {
        findings.add("disk", disk(folder));
    }
    for city in &config.cities {
        out(&city.name);
        check_city(&config, city, &mut findings);
    }
    match findings.worst {
        Outcome::Failed(_) => out("something would fail tonight"),
        _ => out("ready"),
    }
    Ok(findings.worst)
}

struct Findings {
    worst: Outcome,
}

impl Findings {
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
    let ledger = open_ledger(config, city).and_then(|ledger| {
        holds_published(&ledger, &published_folder(config, city))?;
        let spent =
            ledger.spent(config.release.period.year()).map_err(crate::city_ledger::ledger_failure)?.rho_spent;
        Ok(format!("the chain is whole; {} has cost rho {spent:.6}", config.release.period.year()))
    });
    findings.add("ledger", ledger.or_else(made_by_run));
    match expected_key(&folder) {
        Err(failure) => findings.add("linkage key", made_by_run(failure)),
        Ok(expected) => {
            findings.add(
                "linkage key",
                Ok(format!("epoch {}, fingerprint {}", expected.epoch, expected.fingerprint)),
            );
            for source in &city.sources {
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

fn planned(config: &Config) -> Result<String, Failure> {
    let workload = config.workload().map_err(Failure::usage)?;
    let (_, plan) = plan_release(config, &workload)?;
    Ok(format!("{} tables at rho {:.6}", workload.tables().len(), plan.rho()))
}

/// Whether the report date has passed.
pub(crate) fn calendar(config: &Config) -> Result<String, Failure> {
    let (today, report_date) = (Utc::now().date_naive(), config.release.report_date);
    if today < report_date {
        return Err(Failure::new(
            Class::Gate,
            format!(
                "the report date {report_date} has not come (today is {today}); a period is released once, so it waits \
                 until its follow-up is complete: run again then, or mend the clock"
            ),
        ));
    }
    Ok(format!("period {} as of {report_date}", config.release.period))
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
