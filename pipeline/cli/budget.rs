//! `pathways budget`: what each city's privacy years have cost.

use std::collections::BTreeSet;

use release::{Entry, EntryKind, epsilon_for};

use crate::calendar::{expires_on, today};
use crate::city_ledger::{ledger_failure, open_ledger};
use crate::command::ConfigArguments;
use crate::configuration::read_config;
use crate::failure::{Failure, Outcome};
use crate::plan::caps;
use crate::terminal::{note, out, table};

pub(crate) fn budget(arguments: &ConfigArguments) -> Result<Outcome, Failure> {
    let config = read_config(&arguments.config)?;
    let delta = config.budget.delta;
    let caps = caps(&config)?;
    let mut table = table(["city", "year", "period", "revision", "state", "rho", "epsilon at delta"], 5..7);
    let mut outcome = Outcome::Done;
    for city in &config.cities {
        let ledger = match open_ledger(&config, city) {
            Ok(ledger) => ledger,
            Err(failure) => {
                note(&format!("{}: {failure}", city.id));
                outcome = outcome.max(Outcome::Failed(failure.class));
                continue;
            }
        };
        let entries = ledger.entries().map_err(ledger_failure)?;
        for entry in &entries {
            let state = match entry.kind {
                EntryKind::Opened => continue,
                // A reservation that became a spend is told by the spend.
                EntryKind::Reserved
                    if entries.iter().any(|e| e.kind == EntryKind::Stored && same(e, entry)) =>
                {
                    continue;
                }
                EntryKind::Reserved => "reserved",
                EntryKind::Stored => "spent",
            };
            table.add_row([
                city.id.to_string(),
                entry.year.to_string(),
                entry.period.clone(),
                entry.revision.to_string(),
                state.to_owned(),
                format!("{:.6}", entry.rho),
                format!("{:.3}", epsilon_for(entry.rho, delta).map_err(Failure::internal)?),
            ]);
        }
        let epsilon = |rho: f64| -> Result<f64, Failure> {
            if rho > 0.0 { epsilon_for(rho, delta).map_err(Failure::internal) } else { Ok(0.0) }
        };
        let years = entries.iter().filter(|e| e.kind != EntryKind::Opened).map(|e| e.year);
        let years: BTreeSet<i32> = years.chain(config.releases.iter().map(|r| r.period.year())).collect();
        for year in years {
            let account = ledger.spent(year).map_err(ledger_failure)?;
            let (spent, cap) = (account.rho_spent, account.rho_cap.unwrap_or(caps.year));
            let day = expires_on(&config, &ledger, year)?;
            let expired = if day.is_some_and(|day| today() >= day) { ", expired" } else { "" };
            table.add_row([
                city.id.to_string(),
                year.to_string(),
                "all".into(),
                String::new(),
                format!("{:.0} % of the year{expired}", 100.0 * spent / cap),
                format!("{spent:.6}"),
                format!("{:.3} of {:.3}", epsilon(spent)?, epsilon(cap)?),
            ]);
        }
        let all = ledger.spent_over_all_years().map_err(ledger_failure)?;
        let cap = all.rho_cap.or(caps.lifetime);
        table.add_row([
            city.id.to_string(),
            "all".into(),
            "all".into(),
            String::new(),
            cap.map_or("no cap over years".to_owned(), |cap| {
                format!("{:.0} % of the cap over years", 100.0 * all.rho_spent / cap)
            }),
            format!("{:.6}", all.rho_spent),
            cap.map_or_else(
                || Ok(format!("{:.3}", epsilon(all.rho_spent)?)),
                |cap| Ok::<_, Failure>(format!("{:.3} of {:.3}", epsilon(all.rho_spent)?, epsilon(cap)?)),
            )?,
        ]);
    }
    out(&table.to_string());
    Ok(outcome)
}

/// Whether two entries are of one release.
fn same(a: &Entry, b: &Entry) -> bool {
    (a.year, &a.period, a.revision) == (b.year, &b.period, b.revision)
}
