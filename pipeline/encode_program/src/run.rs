//! An encoding from its arguments to its summary.

use std::fs;
use std::path::{Path, PathBuf};

use agency::{AgencyKeys, EncodeError, Profile, Progress, Summary};
use domain::CityId;

use crate::arguments::EncodeArguments;
use crate::ending::Ending;
use crate::summary_text::{Letter, summary_text};

/// What an encoding came to.
#[derive(Debug)]
pub struct Encoded {
    /// Counts.
    pub summary: Summary,
    /// The summary as it was written beside the extract, and may be sent.
    pub text: String,
    /// Where it was written.
    pub text_file: PathBuf,
}

impl Encoded {
    /// How the program ends.
    pub fn ending(&self) -> Ending {
        if self.summary.quarantined > 0 { Ending::DoneWithQuarantine } else { Ending::Done }
    }
}

/// Encodes, and writes the summary beside the extract: `<out>.summary.txt` to read or send, and
/// `<out>.summary.json` of the same.
///
/// # Errors
/// [`EncodeError`]; nothing is half-written.
///
/// # Privacy
/// A summary holds counts and names of files, columns and rules; no value, and no path.
pub fn run(arguments: &EncodeArguments, show: &mut dyn FnMut(Progress)) -> Result<Encoded, EncodeError> {
    let EncodeArguments { profile, input, city, keys, out } = arguments;
    let mut summary = encode_source(profile, input, city, keys, out, show)?;
    if !keys.join("linkage.fingerprint").exists() {
        summary.notes.push(
            "no `linkage.fingerprint` lies beside the linkage key, so that a mistaken one would not be noticed: ask whoever made the key \
             for it"
                .to_owned(),
        );
    }
    let text = summary_text(&summary);
    let text_file = beside(out, ".summary.txt");
    write(&text_file, &text)?;
    let json_file = beside(out, ".summary.json");
    let letter = serde_json::to_string_pretty(&Letter::of(&summary))
        .map_err(|error| EncodeError::Io { path: json_file.clone(), error: error.into() })?;
    write(&json_file, &format!("{letter}\n"))?;
    Ok(Encoded { summary, text, text_file })
}

/// Encodes one source with the keys of `keys`, the agency's own folder: `linkage.key` and
/// `<source>.key`.
///
/// # Errors
/// [`EncodeError`]; nothing is half-written.
pub fn encode_source(
    profile: &Path,
    input: &Path,
    city: &CityId,
    keys: &Path,
    out: &Path,
    show: &mut dyn FnMut(Progress),
) -> Result<Summary, EncodeError> {
    let profile = Profile::read(profile)?;
    let record = keys.join(format!("{}.key", profile.source));
    let keys = AgencyKeys::read(&keys.join("linkage.key"), &record, city)?;
    agency::encode(&profile, input, &keys, city, out, show)
}

fn beside(out: &Path, ending: &str) -> PathBuf {
    let mut name = out.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    out.with_file_name(name)
}

fn write(path: &Path, text: &str) -> Result<(), EncodeError> {
    fs::write(path, text).map_err(|error| EncodeError::Io { path: path.to_owned(), error })
}
