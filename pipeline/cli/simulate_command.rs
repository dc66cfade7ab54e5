//! `pathways simulate`: fictitious raw exports with known truth.

use domain::{CityId, Period, SimulateConfig, SimulatedErrors};

use crate::command::SimulateArguments;
use crate::failure::{Failure, Outcome};
use crate::terminal::{out, thousands};

pub(crate) fn simulate(arguments: &SimulateArguments) -> Result<Outcome, Failure> {
    let noise = noise(arguments.noise.into());
    for city in &arguments.city {
        let options = simulate::Options {
            people: arguments.people,
            seed: arguments.seed,
            noise,
            sources: arguments.sources.into(),
            ..Default::default()
        };
        let summary = write_city(&options, city, &arguments.out)?;
        out(&format!(
            "{city}: {} people, {} records, {} rows in {}",
            thousands(u64::from(arguments.people)),
            thousands(summary.records),
            thousands(rows_of(&summary)),
            arguments.out.join(city.as_str()).display()
        ));
    }
    Ok(Outcome::Done)
}

/// Writes one city under `into`.
pub(crate) fn write_city(
    options: &simulate::Options,
    city: &CityId,
    into: &std::path::Path,
) -> Result<simulate::Summary, Failure> {
    simulate::simulate(options, city.as_str(), into).map_err(Failure::internal)
}

/// Data rows of all files that the simulator wrote.
pub(crate) fn rows_of(summary: &simulate::Summary) -> u64 {
    summary.files.iter().map(|file| file.rows).sum()
}

/// Options of a demonstration: the truth is written for the period that the run releases.
pub(crate) fn demo_options(
    simulated: &SimulateConfig,
    sources: simulate::Sources,
    period: Period,
    report_date: chrono::NaiveDate,
) -> simulate::Options {
    simulate::Options {
        people: simulated.people,
        seed: simulated.seed,
        noise: noise(simulated.errors),
        report_date,
        period_start: period.start(),
        period_end: period.end(),
        sources,
        ..Default::default()
    }
}

fn noise(errors: SimulatedErrors) -> simulate::Noise {
    match errors {
        SimulatedErrors::None => simulate::Noise::None,
        SimulatedErrors::Clean => simulate::Noise::Clean,
        SimulatedErrors::Default => simulate::Noise::Default,
        SimulatedErrors::Dirty => simulate::Noise::Dirty,
    }
}
