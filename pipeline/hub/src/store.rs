//! The hub's own copy of its sources: re-keyed, checked, committed whole or not at all.
//!
//! ```text
//!   <work>/<city>/records/<source>/<digest>/  people.parquet events.parquet quarantine.ndjson source.json
//! ```
//!
//! The digest is of the manifest and of all that decides how it is read, so that an extract that
//! did not change is not pulled again. A commit is one rename of a complete, synced folder.
//!
//! # Privacy
//! Holds no agency token: only the hub's own, and record ids under the agencies' record keys.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use domain::QuarantinedRow;
use sha2::{Digest, Sha256};

use crate::check::Checked;
use crate::refusal::HubError;
use crate::report::SourceReport;
use crate::side_by_side::side_by_side;
use crate::stored_table::{write_events, write_people};

/// Part of every digest: a change to what the store holds makes every source be pulled again.
const STORE_FORMAT: &str = "pathways/hub-store/4";

const REPORT: &str = "source.json";
const QUARANTINE: &str = "quarantine.ndjson";

/// A committed source.
pub(crate) struct Stored {
    pub(crate) folder: PathBuf,
    pub(crate) report: SourceReport,
    pub(crate) quarantine: Vec<QuarantinedRow>,
}

/// The name of a commit: over the manifest's bytes, the hub's key, and the report date.
pub(crate) fn digest(parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    hasher.update(STORE_FORMAT);
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hex::encode(&hasher.finalize()[..16])
}

/// The commit of a source under a digest, where there is one.
pub(crate) fn find(city_folder: &Path, source: &str, digest: &str) -> Result<Option<Stored>, HubError> {
    let folder = source_folder(city_folder, source).join(digest);
    if !folder.is_dir() {
        return Ok(None);
    }
    let unreadable = || HubError::Store { path: folder.clone() };
    let report = fs::read(folder.join(REPORT)).map_err(|_| unreadable())?;
    let report = serde_json::from_slice(&report).map_err(|_| unreadable())?;
    let lines = BufReader::new(File::open(folder.join(QUARANTINE)).map_err(|_| unreadable())?).lines();
    let quarantine = lines
        .map(|line| serde_json::from_str(&line.map_err(|_| unreadable())?).map_err(|_| unreadable()))
        .collect::<Result<_, _>>()?;
    Ok(Some(Stored { folder, report, quarantine }))
}

/// Commits a source, and removes what it replaces.
pub(crate) fn commit(
    city_folder: &Path,
    source: &str,
    digest: &str,
    checked: &Checked,
    epoch: &str,
    report: SourceReport,
) -> Result<Stored, HubError> {
    let home = source_folder(city_folder, source);
    private_folder(&home)?;
    let partial = home.join("partial");
    remove_folder(&partial)?;
    private_folder(&partial)?;
    let (people, events) = (partial.join("people.parquet"), partial.join("events.parquet"));
    for written in side_by_side(0..2, |table| match table {
        0 => write_people(&people, checked, epoch),
        _ => write_events(&events, checked),
    }) {
        written?;
    }
    write_synced(&partial.join(QUARANTINE), &ndjson(&checked.quarantine))?;
    write_synced(&partial.join(REPORT), &json(&report))?;
    let folder = home.join(digest);
    remove_folder(&folder)?;
    fs::rename(&partial, &folder).map_err(HubError::io(&folder))?;
    sync_folder(&home)?;
    for entry in fs::read_dir(&home).map_err(HubError::io(&home))? {
        let other = entry.map_err(HubError::io(&home))?.path();
        if other != folder {
            remove_folder(&other)?;
        }
    }
    Ok(Stored { folder, report, quarantine: checked.quarantine.clone() })
}

/// Removes the commits of sources that are not among `names`: what a city no longer lists, its hub
/// no longer holds.
pub(crate) fn forget_others(city_folder: &Path, names: &[&str]) -> Result<(), HubError> {
    let records = city_folder.join("records");
    let Ok(entries) = fs::read_dir(&records) else { return Ok(()) };
    for entry in entries {
        let entry = entry.map_err(HubError::io(&records))?;
        if !names.iter().any(|name| entry.file_name() == **name) {
            remove_folder(&entry.path())?;
        }
    }
    Ok(())
}

fn source_folder(city_folder: &Path, source: &str) -> PathBuf {
    city_folder.join("records").join(source)
}

/// One JSON object a line.
pub(crate) fn ndjson(rows: &[QuarantinedRow]) -> Vec<u8> {
    let mut text = Vec::new();
    for row in rows {
        text.extend(serde_json::to_vec(row).expect("a struct of texts and numbers has a JSON form"));
        text.push(b'\n');
    }
    text
}

/// JSON, indented, with a final newline.
pub(crate) fn json(value: &impl serde::Serialize) -> Vec<u8> {
    let mut text = serde_json::to_vec_pretty(value).expect("a struct with text keys has a JSON form");
    text.push(b'\n');
    text
}

/// Writes a file beside its place and renames it there, so that a reader sees all of it or none.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), HubError> {
    let partial = path.with_extension("partial");
    match fs::remove_file(&partial) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(HubError::io(&partial)(error));
        }
        _ => {}
    }
    write_synced(&partial, bytes)?;
    fs::rename(&partial, path).map_err(HubError::io(path))?;
    path.parent().map_or(Ok(()), sync_folder)
}

pub(crate) fn write_synced(path: &Path, bytes: &[u8]) -> Result<(), HubError> {
    let mut file = File::create_new(path).map_err(HubError::io(path))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(HubError::io(path))
}

/// Makes a rename last through a power cut.
pub(crate) fn sync_folder(path: &Path) -> Result<(), HubError> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(HubError::io(path))
}

/// A folder that only its owner enters, with those above it.
pub(crate) fn private_folder(path: &Path) -> Result<(), HubError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(HubError::io(path))?;
    // Somebody else may have made the folder before, open to others.
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o700))
        .map_err(HubError::io(path))?;
    Ok(())
}

/// Removes a folder with what it holds; a link in its place is removed, not followed.
pub(crate) fn remove_folder(path: &Path) -> Result<(), HubError> {
    let Ok(metadata) = fs::symlink_metadata(path) else { return Ok(()) };
    let removed = if metadata.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    removed.map_err(HubError::io(path))
}
