//! `pathways encode`: the agency's half, the same as the small program `pathways-encode`.

use std::path::Path;

use agency::{AgencyKeys, EncodeError, Encoding, Profile, Progress as Step, Summary};
use chrono::NaiveDate;
use domain::CityId;
use encode_program::{Bar, EncodeArguments, run};

use crate::failure::{Class, Failure, Outcome};
use crate::key_folder::{linkage_key, record_key};
use crate::progress::Progress;
use crate::terminal::{note, out, thousands};

pub(crate) fn encode(arguments: &EncodeArguments) -> Result<Outcome, Failure> {
    let bar = Bar::new();
    let encoded = run(arguments, &mut |step| bar.show(step)).map_err(failure)?;
    drop(bar);
    out(encoded.text.trim_end());
    if encoded.summary.quarantined > 0 {
        note(&format!(
            "{} rows were set aside; the reasons, never the values, are in {}",
            thousands(encoded.summary.quarantined),
            encoded.summary.quarantine.display()
        ));
        return Ok(Outcome::DoneWithQuarantine);
    }
    Ok(Outcome::Done)
}

/// Encodes one source with the keys of `keys`, the agency's own folder, on the day `day`: a fictitious city's
/// clients gave their consents for its own time.
pub(crate) fn encode_source(
    profile: &Path,
    input: &Path,
    city: &CityId,
    keys: &Path,
    out: &Path,
    day: NaiveDate,
    progress: &Progress,
) -> Result<Summary, Failure> {
    let name = out.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut show = |step: Step| {
        let (Step::Reading { rows, .. } | Step::Writing { rows, .. }) = step;
        progress.doing(&format!("encode   {name}: {} rows", thousands(rows)));
    };
    let profile = Profile::read(profile).map_err(failure)?;
    let record = record_key(keys, &profile.source);
    let keys = AgencyKeys::read(&linkage_key(keys), &record, city).map_err(failure)?;
    let encoding = Encoding { profile: &profile, input, keys: &keys, city, out, day: Some(day) };
    encoding.encode(&mut show).map_err(failure)
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
