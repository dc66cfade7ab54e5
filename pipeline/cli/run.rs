//! `pathways run`: the night of every city of a configuration.

use std::time::Instant;

use domain::Config;
use publish::publish_overview;
use release::Release;

use crate::command::RunArguments;
use crate::configuration::read_config;
use crate::failure::{Failure, Outcome};
use crate::night::{Night, night};
use crate::progress::Progress;
use crate::terminal::{note, out, table, thousands};

pub(crate) fn run(arguments: &RunArguments) -> Result<Outcome, Failure> {
    let started = Instant::now();
    let config = read_config(&arguments.config)?;
    let progress = Progress::new();
    let mut outcome = Outcome::Done;
    let mut nights = Vec::new();
    for city in &config.cities {
        progress.heading(&city.name);
        match night(&config, city, arguments.relink.into(), &progress) {
            Ok(night) => {
                outcome = outcome.max(night.outcome);
                nights.push(night);
            }
            Err(failure) => {
                progress.done("stopped", &failure.to_string());
                outcome = outcome.max(Outcome::Failed(failure.class));
            }
        }
    }
    drop(progress);
    summarize(&config, &nights)?;
    note(&format!("took {:.1} s", started.elapsed().as_secs_f64()));
    Ok(outcome)
}

/// Writes the page over all cities and says what was published, what it cost, and where it is.
fn summarize(config: &Config, nights: &[Night]) -> Result<(), Failure> {
    let releases: Vec<&Release> = nights.iter().filter_map(|night| night.release.as_ref()).collect();
    if releases.is_empty() {
        note("nothing was published; the reasons stand above");
        return Ok(());
    }
    let mut table =
        table(["city", "period", "tables", "cells", "epsilon", "delta", "of the year", "folder"], 2..7);
    for night in nights {
        let (Some(release), Some(published)) = (&night.release, &night.published) else { continue };
        let statement = release.statement();
        let cells: usize = release.tables().iter().map(|table| table.cells.len()).sum();
        table.add_row([
            statement.city_name.clone(),
            statement.period.clone(),
            release.tables().len().to_string(),
            thousands(cells as u64),
            format!("{:.3}", statement.epsilon),
            format!("{:e}", statement.delta),
            format!("{:.0} %", 100.0 * statement.year.rho_spent / statement.year.rho_cap),
            published.folder.display().to_string(),
        ]);
    }
    out(&table.to_string());
    let overview = publish_overview(&releases, &config.out).map_err(Failure::internal)?;
    out(&format!("dashboard: {}", overview.display()));
    Ok(())
}
