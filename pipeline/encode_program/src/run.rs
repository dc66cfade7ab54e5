//! An encoding from its arguments to its summary.

use std::path::{Path, PathBuf};

use agency::{AgencyKeys, EncodeError, Encoding, Paper, Profile, Progress, Summary};

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

/// Encodes with the keys of the agency's own folder, `linkage.key` and `<source>.key`, and writes the summary beside
/// the extract: `<out>.summary.txt` to read or send, and `<out>.summary.json` of the same.
///
/// # Errors
/// [`EncodeError`]; extract, quarantine and summary are then as they were before.
///
/// # Privacy
/// A summary holds counts and names of files, columns and rules; no value, and no path.
pub fn run(arguments: &EncodeArguments, show: &mut dyn FnMut(Progress)) -> Result<Encoded, EncodeError> {
    let EncodeArguments { profile, input, city, keys, out } = arguments;
    let folder = keys;
    let profile = Profile::read(profile)?;
    let record_name = format!("{}.key", profile.source);
    let keys = AgencyKeys::read(&folder.join("linkage.key"), &folder.join(&record_name), city)?;
    let encoding = Encoding { profile: &profile, input, keys: &keys, city, out, day: None };
    let mut prepared = encoding.prepare(show)?;
    if !folder.join("linkage.fingerprint").exists() {
        prepared.summary.notes.push(
            "no `linkage.fingerprint` lies beside the linkage key, so that a mistaken one would not be noticed: ask whoever made the key \
             for it"
                .to_owned(),
        );
    }
    for (name, key) in [("linkage.key", &keys.linkage), (record_name.as_str(), &keys.record)] {
        if key.owner().is_some_and(is_anothers) {
            prepared.summary.notes.push(format!(
                "`{name}` belongs to another user of this computer than the one who encodes: that user knows the key, and can put another in \
                 its place; see that it is meant so, or `chown` it"
            ));
        }
    }
    let text = summary_text(&prepared.summary);
    let text_file = beside(out, ".summary.txt");
    let json_file = beside(out, ".summary.json");
    let letter = serde_json::to_string_pretty(&Letter::of(&prepared.summary))
        .map_err(|error| EncodeError::Io { path: json_file.clone(), error: error.into() })?;
    let summary = prepared.put_in_place(&[
        Paper { path: text_file.clone(), text: text.clone() },
        Paper { path: json_file, text: format!("{letter}\n") },
    ])?;
    Ok(Encoded { summary, text, text_file })
}

/// Whether a user is neither the one who runs this nor the system's own, who can read everything anyway.
#[cfg(unix)]
fn is_anothers(owner: u32) -> bool {
    owner != 0 && owner != nix::unistd::geteuid().as_raw()
}

/// Elsewhere keys tell no owner.
#[cfg(not(unix))]
fn is_anothers(_: u32) -> bool {
    false
}

fn beside(out: &Path, ending: &str) -> PathBuf {
    let mut name = out.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    out.with_file_name(name)
}
