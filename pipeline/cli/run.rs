//! `pathways run`: the night of every city of a configuration.

use std::time::Instant;

use domain::{CityConfig, Config};
use publish::{is_published, overview_path, publish_overview};
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
    let mut stopped = Vec::new();
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
                stopped.push(city);
            }
        }
    }
    drop(progress);
    summarize(&config, &nights, &stopped)?;
    note(&cost(started.elapsed().as_secs_f64(), ResourceUse::now(), &nights));
    Ok(outcome)
}

/// What the run took, for whoever has to find a place and an hour for it.
fn cost(seconds: f64, used: ResourceUse, nights: &[Night]) -> String {
    // Folded from nought: an empty sum is minus nought.
    let check = nights.iter().fold(0.0, |sum, night| sum + night.cost.check);
    let link = nights.iter().fold(0.0, |sum, night| sum + night.cost.link);
    format!(
        "took {seconds:.1} s, {:.1} CPU s (check {check:.1}, link {link:.1}), {} MB at most",
        used.cpu_seconds,
        used.peak_rss_bytes / 1_000_000
    )
}

/// Writes the page over all cities and says what was published, what it cost, and where it is. A page that shows a
/// city whose night stopped stays as it is: what is published is not taken back by a lock or a ledger.
fn summarize(config: &Config, nights: &[Night], stopped: &[&CityConfig]) -> Result<(), Failure> {
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
    let page = overview_path(&config.out);
    let shown: Vec<&str> = stopped
        .iter()
        .filter(|city| page.exists() && is_published(&config.out, &city.id))
        .map(|city| city.name.as_str())
        .collect();
    if !shown.is_empty() {
        out(&format!(
            "dashboard: {} stays as it was, for it would lose {}, which stopped; each city's own page is in its folder",
            page.display(),
            shown.join(" and ")
        ));
        return Ok(());
    }
    let overview = publish_overview(&latest, &config.out).map_err(Failure::internal)?;
    out(&format!("dashboard: {}", overview.display()));
    Ok(())
}
