//! `pathways plan`: what would be released, how exact, at what cost. Reads no data.

use std::collections::BTreeMap;

use comfy_table::{CellAlignment, Table};
use domain::{Breakdown, Config, Measure, Word, Workload};
use release::{Plan, epsilon_for, rho_for};

use crate::command::PlanArguments;
use crate::failure::{Failure, Outcome};
use crate::init::{ledger_path, open_ledger};
use crate::run::read_config;
use crate::terminal::{note, out, thousands};

/// Half-width of a 95 % interval in standard errors.
const Z95: f64 = 1.96;

pub(crate) fn plan(arguments: &PlanArguments) -> Result<Outcome, Failure> {
    let config = read_config(&arguments.config)?;
    let workload = config.workload().map_err(Failure::usage)?;
    let (cap, plan) = plan_release(&config, &workload)?;

    out(&tables(&workload, &plan, arguments.all).to_string());
    let cells: usize = workload.tables().iter().map(|t| workload.shape(t).iter().product::<usize>()).sum();
    out(&format!("{} tables, {} cells a city", workload.tables().len(), thousands(cells as u64)));
    let delta = config.budget.delta;
    let epsilon = epsilon_for(plan.rho(), delta).map_err(Failure::internal)?;
    out(&format!("cost: rho {:.6} (epsilon {epsilon:.3} at delta {delta:e}) a person and city", plan.rho()));
    for city in &config.cities {
        let year = config.release.period.year();
        let spent = if ledger_path(&config, city).exists() {
            open_ledger(&config, city)?.spent(year).map_err(crate::init::ledger_failure)?.rho_spent
        } else {
            note(&format!("{}: no ledger yet; `pathways init` makes it", city.id));
            0.0
        };
        let left = cap - spent;
        let verdict =
            if plan.rho() <= left { "fits" } else { "does not fit: already released, or exhausted" };
        out(&format!("{}: {year} has cost rho {spent:.6} of {cap:.6}; this release {verdict}", city.id));
    }
    Ok(Outcome::Done)
}

/// The year's ρ and the plan of one release.
pub(crate) fn plan_release(config: &Config, workload: &Workload) -> Result<(f64, Plan), Failure> {
    let cap = rho_for(config.budget.epsilon, config.budget.delta).map_err(Failure::usage)?;
    let plan =
        Plan::new(workload, config.release.objective, cap * config.release.share).map_err(Failure::usage)?;
    Ok((cap, plan))
}

/// How a line of the table is sorted, and what it says.
type Line = (Option<(usize, Option<usize>)>, String);

fn tables(workload: &Workload, plan: &Plan, all: bool) -> Table {
    let mut lines: BTreeMap<Line, (usize, f64)> = BTreeMap::new();
    for (index, table) in workload.tables().iter().enumerate() {
        let line = match (&table.subject, all) {
            (Some(subject), false) => (
                Some((subject.measure.code(), subject.breakdown.map(Word::code))),
                title(subject.measure, subject.breakdown),
            ),
            _ => (None, format!("{index:>4} {}", table.name)),
        };
        let (tables, error) = lines.entry(line).or_insert((0, 0.0));
        *tables += 1;
        *error = plan.predicted_standard_error(index).max(*error);
    }
    let mut out = Table::new();
    out.set_header(["table", "tables", "standard error (people)", "smallest count told from zero"]);
    for column in 1..4 {
        if let Some(column) = out.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    for ((_, name), (count, error)) in lines {
        out.add_row([name, count.to_string(), format!("{error:.1}"), format!("{:.0}", (Z95 * error).ceil())]);
    }
    out
}

fn title(measure: Measure, breakdown: Option<Breakdown>) -> String {
    match breakdown {
        None => measure.title().to_owned(),
        Some(breakdown) => format!("{} by {}", measure.title(), breakdown.title()),
    }
}
