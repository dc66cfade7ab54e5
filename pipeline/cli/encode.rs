//! `pathways encode`: the agency's half.

use std::path::Path;

use agency::{AgencyKeys, EncodeError, Profile, Progress as Step, Summary};
use domain::CityId;

use crate::command::EncodeArguments;
use crate::failure::{Class, Failure, Outcome};
use crate::key_folder::{linkage_key, record_key};
use crate::progress::Progress;
use crate::terminal::{note, out, thousands};

pub(crate) fn encode(arguments: &EncodeArguments) -> Result<Outcome, Failure> {
    let progress = Progress::new();
    let summary = encode_source(
        &arguments.profile,
        &arguments.input,
        &arguments.city,
        &arguments.keys,
        &arguments.out,
        &progress,
    )?;
    drop(progress);
    for file in &summary.rows {
        out(&format!(
            "{:<28} {:>11} read = {:>11} used + {:>6} set aside",
            file.file,
            thousands(file.read),
            thousands(file.used),
            thousands(file.quarantined)
        ));
    }
    out(&format!(
        "{} records and {} events in {}",
        thousands(summary.records),
        thousands(summary.events),
        arguments.out.display()
    ));
    if summary.quarantined > 0 {
        note(&format!(
            "{} rows were set aside; the reasons, never the values, are in {}",
            thousands(summary.quarantined),
            summary.quarantine.display()
        ));
        return Ok(Outcome::DoneWithQuarantine);
    }
    Ok(Outcome::Done)
}

/// Encodes one source with the keys of `keys`, the agency's own folder.
pub(crate) fn encode_source(
    profile: &Path,
    input: &Path,
    city: &CityId,
    keys: &Path,
    out: &Path,
    progress: &Progress,
) -> Result<Summary, Failure> {
    let profile = Profile::read(profile).map_err(failure)?;
    let keys =
        AgencyKeys::read(&linkage_key(keys), &record_key(keys, &profile.source), city).map_err(failure)?;
    let source = profile.source.clone();
    let mut show = |step: Step| {
        let (Step::Reading { rows, .. } | Step::Writing { rows, .. }) = step;
        progress.doing(&format!("encode   {source}: {} rows", thousands(rows)));
    };
    agency::encode(&profile, input, &keys, city, out, &mut show).map_err(failure)
}

/// The exit-code class of an encoding that failed.
pub(crate) fn failure(error: EncodeError) -> Failure {
    let class = if error.is_key_error() {
        Class::Key
    } else if error.is_configuration() {
        Class::Usage
    } else if error.is_input() {
        Class::Gate
    } else {
        Class::Internal
    };
    Failure::new(class, error)
}
