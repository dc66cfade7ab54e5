//! The small cities that ship with the program.

use std::fs;
use std::path::Path;

use crate::city_run::simulate;
use crate::options::{Options, SimulateError, Summary};

/// Cities of the sample.
pub const SAMPLE_CITIES: [&str; 3] = ["us-ga-atlanta", "us-il-chicago", "us-mn-minneapolis"];

/// People in each of them.
pub const SAMPLE_PEOPLE: u32 = 800;

/// Their seed.
pub const SAMPLE_SEED: u64 = 2025;

/// Writes `sample_data`: three small cities and a README that says that they are fictitious.
///
/// # Errors
/// [`SimulateError`] when a file can't be written.
pub fn write_sample(out: &Path) -> Result<Vec<Summary>, SimulateError> {
    let options = Options { people: SAMPLE_PEOPLE, seed: SAMPLE_SEED, ..Options::default() };
    let mut summaries = Vec::with_capacity(SAMPLE_CITIES.len());
    for city in SAMPLE_CITIES {
        summaries.push(simulate(&options, city, out)?);
    }
    let path = out.join("README.md");
    fs::write(&path, readme()).map_err(|source| SimulateError::Write { path, source })?;
    Ok(summaries)
}

fn readme() -> String {
    format!(
        "# Sample data: fictitious\n\n\
         Nobody in these files exists. Names, birth dates, numbers, addresses and everything that\n\
         happens are made up by `pathways simulate`. Any likeness to a person is chance.\n\n\
         Three cities of {SAMPLE_PEOPLE} people each, 42 months from January 2023, six agencies a city with\n\
         their own formats and errors, and under `<city>/truth/` what is true of them (which records\n\
         are one person, and every measure for 2025 as of 2026-06-30). Columns, codes and error model:\n\
         `pipeline/simulate/README.md`.\n\n\
         Made by, for every city:\n\n\
         \x20   pathways simulate --city us-ga-atlanta --people {SAMPLE_PEOPLE} --seed {SAMPLE_SEED} --out sample_data\n"
    )
}
