//! A demonstration's set-up: fictitious raw exports, keys, extracts, ledgers. Nothing of this file
//! runs without `demo = true`, and each step is skipped when what it makes is there already.

use std::fs;
use std::path::Path;

use chrono::{Months, NaiveDate};
use domain::{CityConfig, Config, Period, ReleaseConfig, SimulateConfig, SourceConfig};

use crate::city_ledger::{create_ledger, forget_the_witness, ledger_path, open_and_witness_anew};
use crate::command::Side;
use crate::encode::encode_source;
use crate::failure::{Failure, Outcome};
use crate::key_folder::KeyFolder;
use crate::keys_command::make_missing;
use crate::progress::Progress;
use crate::simulate_command::{demo_options, rows_of, write_city};
use crate::terminal::thousands;

/// Epoch of a demonstration's keys.
const EPOCH: &str = "demo";

/// What the set-up came to.
pub(crate) struct SetUp {
    /// Whether rows were set aside, or an export refused, at the agencies.
    pub(crate) outcome: Outcome,
    /// Sources whose export could not be encoded tonight.
    pub(crate) not_encoded: Vec<String>,
}

/// Makes whatever the city lacks. An agency whose export is refused stops itself and no other.
pub(crate) fn set_up(
    config: &Config,
    simulated: &SimulateConfig,
    city: &CityConfig,
    progress: &Progress,
) -> Result<SetUp, Failure> {
    let made = make_missing(config, city, Side::Hub, &[], EPOCH)?
        + make_missing(config, city, Side::Agency, &[], EPOCH)?;
    if made > 0 {
        progress.done("keys", "made the city's demonstration keys");
    }
    simulate_once(config, simulated, city, progress)?;
    let mut set_up = SetUp { outcome: Outcome::Done, not_encoded: Vec::new() };
    for source in &city.sources {
        let outcome = encode_once(config, city, source, progress).unwrap_or_else(|failure| {
            progress.done("refused", &format!("{}: {failure}", source.name));
            set_up.not_encoded.push(source.name.clone());
            Outcome::Failed(failure.class)
        });
        set_up.outcome = set_up.outcome.max(outcome);
    }
    if ledger_path(config, city).exists() {
        open_and_witness_anew(config, city)?;
    } else {
        forget_the_witness(config, city)?;
        create_ledger(config, city)?;
        progress.done("ledger", "created");
    }
    Ok(set_up)
}

/// What a demonstration's cities are simulated for: the first privacy year that is released, whole if
/// several of its periods are.
fn simulated_for(config: &Config) -> (Period, NaiveDate) {
    let first = &config.releases[0];
    let year = first.period.year();
    let same_year: Vec<&ReleaseConfig> = config.releases.iter().filter(|r| r.period.year() == year).collect();
    let period = if same_year.len() == 1 { first.period } else { Period::Year(year) };
    let report_date = same_year.iter().map(|r| r.report_date).max().unwrap_or(first.report_date);
    // Nothing happens after the last month of events: who exports later has nothing more to tell, and nobody exports
    // on a day that may lie far ahead.
    let usual = simulate::Options::default();
    let last = usual.start.checked_add_months(Months::new(usual.months)).and_then(|day| day.pred_opt());
    (period, last.map_or(report_date, |last| report_date.min(last)))
}

fn simulate_once(
    config: &Config,
    simulated: &SimulateConfig,
    city: &CityConfig,
    progress: &Progress,
) -> Result<(), Failure> {
    let (period, report_date) = simulated_for(config);
    let sources = simulate::Sources::that_write(city.sources.iter().map(|source| source.name.as_str()));
    let mut wanted = format!(
        "people = {}\nseed = {}\nerrors = \"{:?}\"\nperiod = \"{}\"\nreport_date = \"{}\"\nsoftware = \"{}\"\n",
        simulated.people,
        simulated.seed,
        simulated.errors,
        period,
        report_date,
        env!("CARGO_PKG_VERSION")
    );
    if sources == simulate::Sources::All {
        wanted.push_str("sources = \"all\"\n");
    }
    let folder = simulated.into.join(city.id.as_str());
    let stamp = folder.join("simulated.toml");
    if fs::read_to_string(&stamp).is_ok_and(|made| made == wanted) {
        return Ok(());
    }
    if folder.exists() {
        if !stamp.exists() {
            return Err(Failure::usage(format!(
                "{}: this folder was not made by a demonstration, so it is left alone; name another in simulate.into",
                folder.display()
            )));
        }
        fs::remove_dir_all(&folder).map_err(Failure::io(&folder))?;
    }
    progress.doing("simulate a fictitious city");
    // A stamp that fits nothing comes first: a run cut off while it simulates leaves a folder that the next
    // one knows for a demonstration's, and makes anew.
    fs::create_dir_all(&folder).map_err(Failure::io(&folder))?;
    fs::write(&stamp, "unfinished\n").map_err(Failure::io(&stamp))?;
    let options = demo_options(simulated, sources, period, report_date);
    let summary = write_city(&options, &city.id, &simulated.into)?;
    fs::write(&stamp, wanted).map_err(Failure::io(&stamp))?;
    let people = thousands(u64::from(simulated.people));
    progress.done("simulate", &format!("{people} fictitious people, {} rows", thousands(rows_of(&summary))));
    Ok(())
}

/// Encodes a source unless its extract was made from these raw files by these keys and profile.
fn encode_once(
    config: &Config,
    city: &CityConfig,
    source: &SourceConfig,
    progress: &Progress,
) -> Result<Outcome, Failure> {
    let (Some(profile), Some(raw)) = (&source.profile, &source.raw) else {
        // A demonstration may also take an extract that somebody else encoded.
        return Ok(Outcome::Done);
    };
    let keys = KeyFolder::of(&config.keys, &city.id).agency();
    let manifest = source.extract.join("manifest.json");
    if newer(&manifest, &[raw, profile, &keys]) {
        return Ok(Outcome::Done);
    }
    let summary =
        encode_source(profile, raw, &city.id, &keys, &source.extract, simulated_for(config).1, progress)?;
    progress.done(
        "encode",
        &format!(
            "{:<19}{:>9} records {:>11} events {:>5} rows set aside",
            source.name,
            thousands(summary.records),
            thousands(summary.events),
            thousands(summary.quarantined)
        ),
    );
    Ok(if summary.quarantined > 0 { Outcome::DoneWithQuarantine } else { Outcome::Done })
}

/// Whether `made` exists and is no older than any file in or at `sources`.
fn newer(made: &Path, sources: &[&std::path::PathBuf]) -> bool {
    let Ok(made) = fs::metadata(made).and_then(|m| m.modified()) else { return false };
    sources.iter().all(|path| latest(path).is_some_and(|changed| changed <= made))
}

fn latest(path: &Path) -> Option<std::time::SystemTime> {
    let metadata = fs::metadata(path).ok()?;
    if !metadata.is_dir() {
        return metadata.modified().ok();
    }
    fs::read_dir(path).ok()?.filter_map(Result::ok).filter_map(|entry| latest(&entry.path())).max()
}
