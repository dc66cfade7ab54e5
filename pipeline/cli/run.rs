//! `pathways run`: the night of every city of a configuration.

use std::time::Instant;

use domain::Config;
use publish::publish_overview;
use release::Release;

use crate::calendar::Revise;
use crate::command::RunArguments;
use crate::configuration::{read_config, reasoned};
use crate::failure::{Failure, Outcome};
use crate::night::{Night, Orders, night};
use crate::progress::Progress;
use crate::resource_use::ResourceUse;
use crate::terminal::{note, out, table, thousands};

pub(crate) fn run(arguments: &RunArguments) -> Result<Outcome, Failure> {
    let started = Instant::now();
    let config = read_config(&arguments.config)?;
    reasoned(&config)?;
    let revise = if arguments.revise { Revise::Asked } else { Revise::No };
    if arguments.revise && config.releases.iter().all(|release| release.revision.is_none()) {
        return Err(Failure::usage(format!(
            "{}: --revise: no release has a revision; a finished period is measured again only if [release.revision] gives \
             it a date and a share of the budget",
            arguments.config.display()
        )));
    }
    let orders = Orders { relink: arguments.relink.into(), revise };
    let progress = Progress::new();
    let mut outcome = Outcome::Done;
    let mut nights = Vec::new();
    for city in &config.cities {
        progress.heading(&city.name);
        match night(&config, city, orders, &progress) {
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
    note(&cost(started.elapsed().as_secs_f64(), ResourceUse::now(), &nights));
    Ok(outcome)
}

/// What the run took, for whoever has to find a place and an hour for it.
fn cost(seconds: f64, used: ResourceUse, nights: &[Night]) -> String {
    let check: f64 = nights.iter().map(|night| night.cost.check).sum();
    let link: f64 = nights.iter().map(|night| night.cost.link).sum();
    format!(
        "took {seconds:.1} s, {:.1} CPU s (check {check:.1}, link {link:.1}), {} MB at most",
        used.cpu_seconds,
        used.peak_rss_bytes / 1_000_000
    )
}

/// Writes the page over all cities and says what was published, what it cost, and where it is.
fn summarize(config: &Config, nights: &[Night]) -> Result<(), Failure> {
    let mut table =
        table(["city", "period", "tables", "cells", "epsilon", "delta", "of the year", "folder"], 2..7);
    // The page over all cities shows each city's latest release.
    let mut latest: Vec<&Release> = Vec::new();
    for night in nights {
        latest.extend(night.releases.last().map(|(release, _)| release));
        for (release, published) in &night.releases {
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
    }
    if latest.is_empty() {
        note("nothing was published; the reasons stand above");
        return Ok(());
    }
    out(&table.to_string());
    let overview = publish_overview(&latest, &config.out).map_err(Failure::internal)?;
    out(&format!("dashboard: {}", overview.display()));
    Ok(())
}
