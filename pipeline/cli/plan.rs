//! `pathways plan`: what would be released, how exact, at what cost. Reads no data.

use std::collections::BTreeMap;

use comfy_table::Table;
use domain::{Breakdown, Config, Measure, Subject, Topic, Workload};
use release::{Plan, ReleaseKey, epsilon_for, rho_for};

use crate::city_ledger::{ledger_failure, ledger_path, open_ledger};
use crate::command::PlanArguments;
use crate::configuration::read_config;
use crate::failure::{Failure, Outcome};
use crate::terminal::{note, out, table, thousands};

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
        if !ledger_path(&config, city).exists() {
            note(&format!("{}: no ledger yet; `pathways init` makes it", city.id));
            continue;
        }
        let ledger = open_ledger(&config, city)?;
        let account = ledger.spent(year).map_err(ledger_failure)?;
        // A year keeps the cap that its first release set, unless the configuration lowers it.
        let cap = account.rho_cap.map_or(cap, |first| first.min(cap));
        let taken = account.rho_spent + account.rho_reserved;
        let key = ReleaseKey { year, period: config.release.period, revision: 0 };
        let verdict = if ledger.stored(key).map_err(ledger_failure)?.is_some() {
            "is finished and costs nothing again"
        } else if plan.rho() <= cap - taken {
            "fits"
        } else {
            "does not fit"
        };
        out(&format!("{}: {year} has taken rho {taken:.6} of {cap:.6}; this release {verdict}", city.id));
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
type Line = (Option<(Measure, bool, Vec<Breakdown>)>, String);

fn tables(workload: &Workload, plan: &Plan, all: bool) -> Table {
    let mut lines: BTreeMap<Line, (usize, f64)> = BTreeMap::new();
    for (index, marginal) in workload.tables().iter().enumerate() {
        let line = match (&marginal.subject, all) {
            (Some(subject), false) => {
                let pair = matches!(subject.topic, Some(Topic::Systems(..)));
                (Some((subject.measure, pair, subject.breakdowns.clone())), title(subject))
            }
            _ => (None, format!("{index:>4} {}", marginal.name)),
        };
        let (tables, error) = lines.entry(line).or_insert((0, 0.0));
        *tables += 1;
        *error = plan.predicted_standard_error(index).max(*error);
    }
    let mut out =
        table(["table", "tables", "standard error (people)", "smallest count told from zero"], 1..4);
    for ((_, name), (count, error)) in lines {
        out.add_row([name, count.to_string(), format!("{error:.1}"), format!("{:.0}", (Z95 * error).ceil())]);
    }
    out
}

fn title(subject: &Subject) -> String {
    let mut title = subject.measure.title().to_owned();
    if matches!(subject.topic, Some(Topic::Systems(..))) {
        title += ", pairs";
    }
    for (i, breakdown) in subject.breakdowns.iter().enumerate() {
        title = format!("{title} {} {}", if i == 0 { "by" } else { "and" }, breakdown.title());
    }
    title
}
