//! `pathways plan`: what would be released when, how exact, at what cost. Reads no data.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use comfy_table::Table;
use domain::{
    Breakdown, CityConfig, Config, Detail, Measure, Period, Promise, ReleaseConfig, Subject, Topic, Workload,
};
use release::{
    Caps, LAST_REVISION, Ledger, Plan, ReleaseKey, epsilon_for, population_behind, rho_for, rho_for_promises,
};

use crate::calendar::{first_key, not_expired, today};
use crate::city_ledger::{ledger_failure, ledger_path, open_ledger};
use crate::command::PlanArguments;
use crate::configuration::read_config;
use crate::detail::{Decided, detail};
use crate::failure::{Class, Failure, Outcome};
use crate::terminal::{note, out, table, thousands};

/// A true count of so many standard errors has an interval above zero four times in five: 1.96, and 0.84 for the
/// noise that may pull the estimate down. At 1.96 it is half of the time.
const TOLD_FROM_ZERO: f64 = 2.80;

pub(crate) fn plan(arguments: &PlanArguments) -> Result<Outcome, Failure> {
    let config = read_config(&arguments.config)?;
    let mut broken = Vec::new();
    for release in &config.releases {
        for (detail, cities) in details(&config, release)? {
            let workload = config.workload_of(detail).map_err(Failure::usage)?;
            let plan = split(&config, release, &workload)?;
            out(&format!(
                "{} as of {}: {:.0} % of the year {}{}",
                release.period,
                release.report_date,
                100.0 * release.share,
                release.period.year(),
                cities.map_or_else(String::new, |cities| format!(", {cities}"))
            ));
            out(&tables(&workload, &plan, arguments.all).to_string());
            let cells: usize =
                workload.tables().iter().map(|t| workload.shape(t).iter().product::<usize>()).sum();
            out(&format!("{} tables, {} cells a city", workload.tables().len(), thousands(cells as u64)));
            out(&format!("cost: {} a person and city", cost(&config, plan.rho())?));
            if let Some(revision) = release.revision {
                let rho = caps(&config)?.year * revision.share;
                out(&format!(
                    "a revision from {} on costs {} more, and would leave {:.0} % of each standard error",
                    revision.date,
                    cost(&config, rho)?,
                    100.0 * (plan.rho() / (plan.rho() + rho)).sqrt()
                ));
            }
            if promises(&config, release, &workload, &plan)? == Promised::Broken {
                broken.push((release.period, detail));
            }
        }
    }
    for city in &config.cities {
        account(&config, city, &broken)?;
    }
    Ok(if broken.is_empty() { Outcome::Done } else { Outcome::Failed(Class::Usage) })
}

/// How detailed a release is, as far as what was published tells, each with the cities that it is said of: `None`
/// where it is the same for all.
fn details(config: &Config, release: &ReleaseConfig) -> Result<Vec<(Detail, Option<String>)>, Failure> {
    let mut coarse = Vec::new();
    let mut full = Vec::new();
    for city in &config.cities {
        let decided = if config.tables.detail.is_some() && ledger_path(config, city).exists() {
            detail(config, &open_ledger(config, city)?, release)?.detail
        } else {
            Detail::Full
        };
        if decided == Detail::Full { &mut full } else { &mut coarse }.push(city.name.as_str());
    }
    Ok(match (full.is_empty(), coarse.is_empty()) {
        (_, true) => vec![(Detail::Full, None)],
        (true, false) => vec![(Detail::Coarse, None)],
        (false, false) => {
            vec![(Detail::Full, Some(full.join(", "))), (Detail::Coarse, Some(coarse.join(", ")))]
        }
    })
}

/// Whether a release's promised standard errors would be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Promised {
    /// All of them, or none was made.
    Kept,
    /// Not all: `check` and `run` refuse the release.
    Broken,
}

/// What may be spent, in ρ.
pub(crate) fn caps(config: &Config) -> Result<Caps, Failure> {
    let rho = |epsilon| rho_for(epsilon, config.budget.delta).map_err(Failure::usage);
    Ok(Caps {
        year: rho(config.budget.epsilon)?,
        lifetime: config.budget.lifetime_epsilon.map(rho).transpose()?,
    })
}

/// What may be spent, and the plan of one release.
///
/// # Errors
/// A refusal when a promised standard error would not be kept: a period is released once, so it can't
/// be made up for later.
pub(crate) fn plan_release(
    config: &Config,
    release: &ReleaseConfig,
    detail: Detail,
) -> Result<(Caps, Plan), Failure> {
    let full = config.workload().map_err(Failure::usage)?;
    let workload = config.workload_of(detail).map_err(Failure::usage)?;
    let plan = split(config, release, &workload)?;
    for promise in &release.promises {
        position(&full, promise)?;
        // What a small city leaves out can't be inexact.
        if position(&workload, promise).is_err() {
            continue;
        }
        let predicted = predicted(&workload, &plan, promise)?;
        if predicted > promise.standard_error {
            return Err(Failure::usage(format!(
                "release.promise: {}: `{}` is promised a standard error of {} and would have {predicted:.2}; \
                 `pathways plan` says what it takes: raise release.share or budget.epsilon, release less, or drop the \
                 promise",
                release.period, promise.table, promise.standard_error
            )));
        }
    }
    Ok((caps(config)?, plan))
}

fn split(config: &Config, release: &ReleaseConfig, workload: &Workload) -> Result<Plan, Failure> {
    let rho = caps(config)?.year * release.share;
    Plan::for_population(workload, release.objective, rho, population_behind(config.budget.delta))
        .map_err(Failure::usage)
}

/// How detailed a city's release will be, and the plan of it.
fn decided_plan(
    config: &Config,
    ledger: &Ledger,
    release: &ReleaseConfig,
) -> Result<(Decided, Plan), Failure> {
    let decided = detail(config, ledger, release)?;
    let workload = config.workload_of(decided.detail).map_err(Failure::usage)?;
    let plan = split(config, release, &workload)?;
    Ok((decided, plan))
}

fn cost(config: &Config, rho: f64) -> Result<String, Failure> {
    let delta = config.budget.delta;
    let epsilon = epsilon_for(rho, delta).map_err(Failure::internal)?;
    Ok(format!("rho {rho:.6} (epsilon {epsilon:.3} at delta {delta:e})"))
}

fn predicted(workload: &Workload, plan: &Plan, promise: &Promise) -> Result<f64, Failure> {
    Ok(plan.predicted_standard_error(position(workload, promise)?))
}

/// Where the promised table is in the workload.
fn position(workload: &Workload, promise: &Promise) -> Result<usize, Failure> {
    let table = workload.tables().iter().position(|table| table.name == promise.table);
    table.ok_or_else(|| Failure::usage(format!("release.promise: no table `{}`", promise.table)))
}

/// What the release's promises take, and whether the year has it.
fn promises(
    config: &Config,
    release: &ReleaseConfig,
    workload: &Workload,
    plan: &Plan,
) -> Result<Promised, Failure> {
    if release.promises.is_empty() {
        return Ok(Promised::Kept);
    }
    let mut lines =
        table(["promised table", "standard error", "promised", "rho it takes", "epsilon it takes"], 1..5);
    let mut needed = 0.0_f64;
    let full = config.workload().map_err(Failure::usage)?;
    for promise in &release.promises {
        position(&full, promise)?;
        // What a small city leaves out can't be inexact.
        if position(workload, promise).is_err() {
            continue;
        }
        let predicted = predicted(workload, plan, promise)?;
        let rho = rho_for_promises(
            workload,
            release.objective,
            Some(population_behind(config.budget.delta)),
            &[release::Promise {
                table: position(workload, promise)?,
                standard_error: promise.standard_error,
            }],
        )
        .map_err(Failure::usage)?;
        needed = needed.max(rho);
        lines.add_row([
            promise.table.clone(),
            format!("{predicted:.2}"),
            format!("{:.2}", promise.standard_error),
            format!("{rho:.6}"),
            // What nobody would spend, OpenDP does not convert.
            epsilon_for(rho, config.budget.delta).map_or("over 1000".to_owned(), |e| format!("{e:.3}")),
        ]);
    }
    out(&lines.to_string());
    if needed <= plan.rho() {
        out("all promises are kept");
        return Ok(Promised::Kept);
    }
    let year = release.period.year();
    let share = needed / caps(config)?.year;
    let same_year = config.releases.iter().filter(|other| other.period.year() == year);
    let all: f64 = same_year.map(|r| r.share + r.revision.map_or(0.0, |revision| revision.share)).sum();
    let left = 1.0 - (all - release.share);
    let share = (share * 1e4).ceil() / 1e4;
    let takes = format!("to keep all promises takes rho {needed:.6}, and the release has {:.6}", plan.rho());
    if share <= left {
        out(&format!("{takes}: set share = {share}; the year {year} has it"));
    } else {
        out(&format!(
            "{takes}: it would need {share} of the year {year}, which leaves it {left:.4}: the year does not have it; promise \
             less, release less, or, in a year of which nothing is released yet, raise budget.epsilon"
        ));
    }
    Ok(Promised::Broken)
}

/// What a city's years have taken, and whether what is still to come fits.
fn account(config: &Config, city: &CityConfig, broken: &[(Period, Detail)]) -> Result<(), Failure> {
    if !ledger_path(config, city).exists() {
        note(&format!("{}: no ledger yet; `pathways init` makes it", city.id));
        return Ok(());
    }
    let ledger = open_ledger(config, city)?;
    let caps = caps(config)?;
    let all = ledger.spent_over_all_years().map_err(ledger_failure)?;
    let mut before: Vec<(i32, f64)> = Vec::new();
    let mut taken: BTreeMap<i32, f64> = BTreeMap::new();
    for release in &config.releases {
        let year = release.period.year();
        let spent = ledger.spent(year).map_err(ledger_failure)?;
        // A year keeps the lowest cap that a release was charged under, unless the configuration lowers it.
        let cap = spent.rho_cap.map_or(caps.year, |lowest| lowest.min(caps.year));
        let taken = taken.entry(year).or_insert(spent.rho_spent + spent.rho_reserved);
        let key = first_key(release);
        let finished = |key| ledger.finished(key).map_err(ledger_failure);
        let verdict = if finished(ReleaseKey { revision: LAST_REVISION, ..key })? {
            "is finished and revised, and costs nothing again".to_owned()
        } else if finished(key)? {
            "is finished and costs nothing again".to_owned()
        } else if let Err(expired) = not_expired(config, &ledger, year, measured_on(release)) {
            expired.to_string()
        } else {
            let (decided, plan) = decided_plan(config, &ledger, release)?;
            if let Some(because) = &decided.because {
                out(&format!("{}: {}: {because}", city.id, release.period));
            }
            if broken.contains(&(release.period, decided.detail)) {
                out(&format!(
                    "{}: {} is refused as it stands: a promised standard error would not be kept",
                    city.id, release.period
                ));
                continue;
            }
            let verdict = match ledger.fits(key, &plan, caps, &before) {
                Ok(()) => format!("fits, after rho {taken:.6} of {cap:.6} in {year}"),
                Err(refused) => format!("does not fit: {}", ledger_failure(refused)),
            };
            *taken += plan.rho();
            before.push((year, plan.rho()));
            if today() < release.report_date {
                format!("{verdict}; it waits for {}", release.report_date)
            } else {
                format!("{verdict}; it is due")
            }
        };
        out(&format!("{}: {} {verdict}", city.id, release.period));
    }
    if let Some(lifetime) = caps.lifetime {
        let (spent, cap) = (cost(config, all.rho_spent.max(f64::MIN_POSITIVE))?, cost(config, lifetime)?);
        out(&format!("{}: over all years {spent} of {cap}", city.id));
    }
    Ok(())
}

/// The first day on which a release that is not stored yet can be measured.
pub(crate) fn measured_on(release: &ReleaseConfig) -> NaiveDate {
    release.report_date.max(today())
}

/// What the releases that come before one on the calendar and are not stored yet will have cost by then, each as a
/// year and a ρ.
pub(crate) fn cost_before(
    config: &Config,
    ledger: &Ledger,
    release: &ReleaseConfig,
) -> Result<Vec<(i32, f64)>, Failure> {
    let mut before = Vec::new();
    for other in config.releases.iter().take_while(|other| other.period != release.period) {
        let year = other.period.year();
        let stored = ledger.finished(first_key(other)).map_err(ledger_failure)?;
        if !stored && not_expired(config, ledger, year, measured_on(other)).is_ok() {
            before.push((year, decided_plan(config, ledger, other)?.1.rho()));
        }
    }
    Ok(before)
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
        table(["table", "tables", "standard error (people)", "count told from zero 4 times in 5"], 1..4);
    for ((_, name), (count, error)) in lines {
        out.add_row([
            name,
            count.to_string(),
            format!("{error:.1}"),
            format!("{:.0}", (TOLD_FROM_ZERO * error).ceil()),
        ]);
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
