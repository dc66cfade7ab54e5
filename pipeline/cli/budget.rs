//! `pathways budget`: what each city's privacy years have cost.

use release::{Entry, EntryKind, epsilon_for, rho_for};

use crate::city_ledger::{ledger_failure, open_ledger};
use crate::command::ConfigArguments;
use crate::configuration::read_config;
use crate::failure::{Failure, Outcome};
use crate::terminal::{note, out, table};

pub(crate) fn budget(arguments: &ConfigArguments) -> Result<Outcome, Failure> {
    let config = read_config(&arguments.config)?;
    let delta = config.budget.delta;
    let cap = rho_for(config.budget.epsilon, delta).map_err(Failure::usage)?;
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
        let year = config.release.period.year();
        let account = ledger.spent(year).map_err(ledger_failure)?;
        let (spent, cap) = (account.rho_spent, account.rho_cap.unwrap_or(cap));
        table.add_row([
            city.id.to_string(),
            year.to_string(),
            "all".into(),
            String::new(),
            format!("{:.0} % of the year", 100.0 * spent / cap),
            format!("{spent:.6}"),
            format!(
                "{:.3} of {}",
                epsilon_for(spent, delta).map_err(Failure::internal)?,
                config.budget.epsilon
            ),
        ]);
    }
    out(&table.to_string());
    Ok(outcome)
}

/// Whether two entries are of one release.
fn same(a: &Entry, b: &Entry) -> bool {
    (a.year, &a.period, a.revision) == (b.year, &b.period, b.revision)
}
