//! The pull stage: sealed extracts fetched from where agencies put them, opened, and ready to be taken in.
//!
//! ```text
//!   <work>/<city>/pulled/<source>/   taken.json           what was fetched and opened last
//!                                    extract/             opened; after the night only its manifest
//!                                    sealed.part          a download that broke
//! ```
//!
//! # Privacy
//! Agency tokens lie in `extract/` from the opening until the source is re-keyed, and no longer.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use domain::{CityConfig, Config, PullConfig, SourceConfig};
use hub::{ExpectedKey, HubKey, Refusal};
use seal::{Expected, Limits, OpenError, OpeningKeys, VerifyingKey};
use serde::{Deserialize, Serialize};
use transport::{Fetched, PullFailure, Record, fetch};

use crate::failure::Failure;
use crate::key_folder::KeyFolder;
use crate::lock::private_folder;
use crate::progress::Progress;
use crate::terminal::thousands;

/// What is remembered of a source's last sealed extract.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TakenRecord {
    record: Record,
    sealed: DateTime<Utc>,
}

/// The extracts that lie open; dropped, they are gone but for their manifests.
pub(crate) struct Pulled {
    open: Vec<PathBuf>,
    /// Sources that did not come, or came wrong.
    pub(crate) refused: Vec<Refusal>,
}

impl Drop for Pulled {
    fn drop(&mut self) {
        for extract in &self.open {
            // Best effort on the way out; the next night's sweep removes what is left.
            let _ = close(extract);
        }
    }
}

/// Whose night it is.
pub(crate) struct PullStage<'a> {
    pub(crate) config: &'a Config,
    pub(crate) city: &'a CityConfig,
    pub(crate) expected: &'a ExpectedKey,
    pub(crate) hub_key: &'a HubKey,
    pub(crate) as_of: NaiveDate,
}

impl PullStage<'_> {
    /// Pulls every source that is pulled. One that does not come stops itself and no other; what an earlier
    /// night took of it stands, and nothing new is released meanwhile.
    pub(crate) fn run(&self, progress: &Progress) -> Result<Pulled, Failure> {
        let mut pulled = Pulled { open: Vec::new(), refused: Vec::new() };
        let pulls = self.city.sources.iter().filter_map(|source| Some((source, source.pull.as_ref()?)));
        let pulls: Vec<(&SourceConfig, &PullConfig)> = pulls.collect();
        let names: Vec<&str> = pulls.iter().map(|(source, _)| source.name.as_str()).collect();
        forget_others(&self.config.work.join(self.city.id.as_str()).join("pulled"), &names)?;
        if pulls.is_empty() {
            return Ok(pulled);
        }
        let folder = KeyFolder::of(&self.config.keys, &self.city.id);
        let keys = OpeningKeys::read(&folder.opening(), &self.city.id)?;
        for (source, pull) in pulls {
            pulled.open.push(source.extract.clone());
            match self.pull(source, pull, &keys, progress)? {
                Ok(text) => progress.done("pull", &format!("{:<19}{text}", source.name)),
                Err(refusal) => pulled.refused.push(refusal),
            }
        }
        Ok(pulled)
    }

    fn pull(
        &self,
        source: &SourceConfig,
        pull: &PullConfig,
        keys: &OpeningKeys,
        progress: &Progress,
    ) -> Result<Result<String, Refusal>, Failure> {
        let signed_by = verifying_keys(source, pull)?;
        let home = source.extract.parent().unwrap_or(Path::new("."));
        private_folder(home)?;
        // A night that was killed may have left an extract open.
        close(&source.extract).map_err(Failure::io(&source.extract))?;
        let note = home.join("taken.json");
        let before: Option<TakenRecord> =
            fs::read(&note).ok().and_then(|text| serde_json::from_slice(&text).ok());
        // What the store lacks, after a change of keys or report date, is pulled again.
        let stands =
            hub::is_taken(self.city, &self.config.work, self.expected, self.hub_key, self.as_of, source);
        let known = before.as_ref().filter(|_| stands).map(|before| &before.record);
        let mut show = |done: u64, of: u64| {
            progress.doing(&format!(
                "pull     {}: {} of {} bytes",
                source.name,
                thousands(done),
                thousands(of)
            ));
        };
        let (path, record) = match fetch(pull, home, known, &mut show) {
            Ok(Fetched::Unchanged) => return Ok(Ok("unchanged, not pulled again".to_owned())),
            Ok(Fetched::Whole { path, record }) => (path, record),
            Err(failure) => return Ok(Err(not_fetched(source, failure))),
        };
        let expected = Expected {
            source: &source.name,
            key: self.expected,
            signed_by: &signed_by,
            newest: before.map(|before| before.sealed),
            now: Utc::now(),
        };
        progress.doing(&format!("open     {}", source.name));
        let limits = Limits { most_bytes: pull.most_bytes };
        let opened = seal::open(&path, &expected, keys, limits, &source.extract);
        fs::remove_file(&path).map_err(Failure::io(&path))?;
        match opened {
            Ok(opened) => {
                let bytes = record.seen.bytes;
                write_note(&note, &TakenRecord { record, sealed: opened.label.sealed })?;
                Ok(Ok(format!("{} bytes, sealed {}", thousands(bytes), opened.label.sealed)))
            }
            Err(OpenError::Refused(refusal)) => Ok(Err(Refusal {
                source: source.name.clone(),
                place: record.place,
                rule: refusal.rule.id.to_owned(),
                reason: refusal.rule.reason.to_owned(),
                remedy: refusal.rule.remedy.to_owned(),
            })),
            Err(error @ OpenError::Io { .. }) => Err(Failure::internal(error)),
        }
    }
}

/// The public keys that a configuration names for a source.
pub(crate) fn verifying_keys(source: &SourceConfig, pull: &PullConfig) -> Result<Vec<VerifyingKey>, Failure> {
    let read = |text: &String| text.parse::<VerifyingKey>();
    pull.signed_by
        .iter()
        .map(read)
        .collect::<Result<_, _>>()
        .map_err(|error| Failure::usage(format!("city.source.pull.signed_by of {}: {error}", source.name)))
}

fn not_fetched(source: &SourceConfig, failure: PullFailure) -> Refusal {
    let PullFailure { place, rule, detail } = failure;
    let reason =
        if detail.is_empty() { rule.reason.to_owned() } else { format!("{} ({detail})", rule.reason) };
    Refusal {
        source: source.name.clone(),
        place,
        rule: rule.id.to_owned(),
        reason,
        remedy: rule.remedy.to_owned(),
    }
}

/// Removes what was pulled of sources that are no longer pulled.
fn forget_others(home: &Path, names: &[&str]) -> Result<(), Failure> {
    if !home.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(home).map_err(Failure::io(home))? {
        let entry = entry.map_err(Failure::io(home))?;
        if !names.iter().any(|name| entry.file_name() == **name) {
            fs::remove_dir_all(entry.path()).map_err(Failure::io(&entry.path()))?;
        }
    }
    Ok(())
}

/// Removes all of an opened extract but its manifest, which tells the next night what was taken.
fn close(extract: &Path) -> std::io::Result<()> {
    let entries = match fs::read_dir(extract) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        if entry.file_name() != "manifest.json" {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Written beside its place and renamed there.
fn write_note(path: &Path, taken: &TakenRecord) -> Result<(), Failure> {
    let text = serde_json::to_vec_pretty(taken).map_err(Failure::internal)?;
    let aside = path.with_extension("partial");
    fs::write(&aside, text).map_err(Failure::io(&aside))?;
    fs::File::open(&aside).and_then(|file| file.sync_all()).map_err(Failure::io(&aside))?;
    fs::rename(&aside, path).map_err(Failure::io(path))
}
