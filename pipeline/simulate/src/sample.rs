//! The small cities that ship with the program.

use std::fs;
use std::path::Path;

use crate::city::sample_slugs;
use crate::city_run::simulate;
use crate::options::{Options, SimulateError, Sources, Summary};

/// People in each city of six agencies.
pub const SAMPLE_PEOPLE: u32 = 800;

/// The city of all systems, and its people.
const WHOLE: (&str, u32) = ("us-xx-springfield", 250);

/// Their seed.
pub const SAMPLE_SEED: u64 = 2025;

/// Writes `sample_data`: small cities of six agencies, one of all systems, and a README that says that they are
/// fictitious.
///
/// # Errors
/// [`SimulateError`] when a file can't be written.
pub fn write_sample(out: &Path) -> Result<Vec<Summary>, SimulateError> {
    let options = Options { people: SAMPLE_PEOPLE, seed: SAMPLE_SEED, ..Options::default() };
    let six = sample_slugs().map(|slug| (slug, options));
    let all = (WHOLE.0, Options { people: WHOLE.1, sources: Sources::All, ..options });
    let mut summaries = Vec::new();
    for (city, options) in six.chain([all]) {
        summaries.push(simulate(&options, city, out)?);
    }
    let path = out.join("README.md");
    fs::write(&path, readme()).map_err(|source| SimulateError::Write { path, source })?;
    Ok(summaries)
}

fn readme() -> String {
    let (whole, people) = WHOLE;
    let first = sample_slugs().next().unwrap_or(whole);
    format!(
        "# Sample data: fictitious\n\n\
         Nobody in these files exists. Names, birth dates, numbers, addresses and everything that\n\
         happens are made up by `pathways simulate`. Any likeness to a person is chance.\n\n\
         Three cities of {SAMPLE_PEOPLE} people each, 42 months from January 2023, six agencies a city with\n\
         their own formats and errors, and under `<city>/truth/` what is true of them (which records\n\
         are one person, and every measure for 2025 as of 2026-06-30). A fourth, `{whole}`, has\n\
         {people} people and all eleven systems, human services twice. Columns, codes and error model:\n\
         `pipeline/simulate/README.md`.\n\n\
         Made by, for every city, and for the fourth:\n\n\
         \x20   pathways simulate --city {first} --people {SAMPLE_PEOPLE} --seed {SAMPLE_SEED} --out sample_data\n\
         \x20   pathways simulate --city {whole} --people {people} --seed {SAMPLE_SEED} --sources all --out sample_data\n"
    )
}
