//! The extract folder: written aside, then put in place by renaming.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use domain::{EXTRACT_VERSION, FileEntry, Manifest, QuarantinedRow, TOKEN_SCHEME, Word};
use keys::KeyFile;
use serde::Serialize;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::error::EncodeError;
use crate::people::{People, coarsen};
use crate::profile::Profile;
use crate::profile_rules::Sharing;
use crate::sharing::Scope;
use crate::summary::Summary;
use crate::write_events::{precision, write_events};
use crate::write_people::{Common, may_link, write_people};

const PEOPLE: &str = "people.parquet";
const EVENTS: &str = "events.parquet";

/// Where the quarantine of the extract at `out` lies: beside it, since it stays at the agency.
pub(crate) fn quarantine_path(out: &Path) -> PathBuf {
    let mut name = out.file_name().unwrap_or_default().to_owned();
    name.push(".quarantine.json");
    out.with_file_name(name)
}

/// Writes people, events, manifest and quarantine, and fills the counts of `summary`.
pub(crate) fn write_extract(
    profile: &Profile,
    sharing: &Sharing,
    linkage: &KeyFile,
    people: &People,
    entries: &[QuarantinedRow],
    out: &Path,
    summary: &mut Summary,
) -> Result<(), EncodeError> {
    let parent = out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(EncodeError::io(parent))?;
    // Removed again if anything below fails.
    let aside = owners_folder(".encode-", parent)?;

    let common = Common {
        epoch: linkage.epoch(),
        sharing,
        may_link: sharing.purposes.iter().any(|purpose| purpose == "link"),
    };
    let leaves = |record: usize| people.records[record].scope() != Scope::None;
    let mut order: Vec<usize> = (0..people.records.len()).filter(|at| leaves(*at)).collect();
    order.sort_unstable_by_key(|at| people.records[*at].id);
    let mut events: Vec<usize> =
        (0..people.events.len()).filter(|at| leaves(people.events[*at].record as usize)).collect();
    events.sort_unstable_by_key(|at| people.events[*at].id);

    let people_path = aside.path().join(PEOPLE);
    summary.tokens = write_people(&people_path, people, &order, &common)?;
    let events_path = aside.path().join(EVENTS);
    write_events(&events_path, people, &events, sharing.date_precision)?;

    summary.records = order.len() as u64;
    summary.withheld = (people.records.len() - order.len()) as u64;
    for rule in people.records.iter().filter_map(crate::people::Record::withheld) {
        *summary.withheld_by_rule.entry(rule.to_owned()).or_default() += 1;
    }
    summary.events = events.len() as u64;
    for at in &order {
        if !may_link(&people.records[*at], &common) {
            summary.not_linkable += 1;
        } else if people.tokens(*at).0.is_empty() {
            summary.without_tokens += 1;
        }
    }
    for at in &events {
        *summary.events_by_kind.entry(people.events[*at].draft.kind.word().to_owned()).or_default() += 1;
    }
    let dates = events.iter().map(|at| {
        let event = &people.events[*at];
        coarsen(event.draft.date, precision(event, sharing.date_precision))
    });
    let (first, last) = (dates.clone().min(), dates.max());
    let entry = |name: &str, path: &Path, rows: usize| -> Result<FileEntry, EncodeError> {
        Ok(FileEntry { name: name.to_owned(), rows: rows as u64, sha256: sha256(path)? })
    };
    let manifest = Manifest {
        extract_version: EXTRACT_VERSION,
        city: summary.city.clone(),
        agency: profile.source.clone(),
        system: summary.system,
        token_scheme: TOKEN_SCHEME,
        key_epoch: linkage.epoch().to_owned(),
        key_fingerprint: linkage.fingerprint(),
        first_event: first,
        last_event: last,
        rows_read: summary.rows.clone(),
        rows_quarantined: summary.quarantined,
        one_record_per_person: profile.one_record_per_person,
        people: entry(PEOPLE, &people_path, order.len())?,
        events: entry(EVENTS, &events_path, events.len())?,
    };
    write_json(&aside.path().join("manifest.json"), &manifest)?;

    // The quarantine goes first: an extract in place always has its quarantine beside it.
    let waiting =
        tempfile::Builder::new().prefix(".encode-").tempfile_in(parent).map_err(EncodeError::io(parent))?;
    write_json(waiting.path(), &entries)?;
    let quarantine = quarantine_path(out);
    waiting.persist(&quarantine).map_err(|e| EncodeError::Io { path: quarantine.clone(), error: e.error })?;
    put_in_place(aside, out)
}

/// Renames the finished folder to `out`; what stood there before goes only once its place is taken.
fn put_in_place(aside: TempDir, out: &Path) -> Result<(), EncodeError> {
    let parent = out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let old = match fs::symlink_metadata(out) {
        Ok(metadata) if !metadata.is_dir() => {
            let error = io::Error::other("there is a file here that is no extract folder; move it away");
            return Err(EncodeError::Io { path: out.to_owned(), error });
        }
        Ok(_) if !is_extract(out)? => {
            let error = io::Error::other("the folder is not empty and holds no extract; name another");
            return Err(EncodeError::Io { path: out.to_owned(), error });
        }
        Ok(_) => {
            let old = owners_folder(".replaced-", parent)?;
            fs::rename(out, old.path().join("extract")).map_err(EncodeError::io(out))?;
            Some(old)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(EncodeError::Io { path: out.to_owned(), error }),
    };
    let aside = aside.keep();
    if let Err(error) = fs::rename(&aside, out) {
        if let Some(old) = &old {
            // Best effort: the old extract back in its place. The first error is the one to tell.
            drop(fs::rename(old.path().join("extract"), out));
        }
        drop(fs::remove_dir_all(&aside));
        return Err(EncodeError::Io { path: out.to_owned(), error });
    }
    Ok(())
}

/// A temporary folder that only its owner can enter.
fn owners_folder(prefix: &str, parent: &Path) -> Result<TempDir, EncodeError> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir_in(parent).map_err(EncodeError::io(parent))
}

/// Creates a file that only its owner can read.
pub(crate) fn owners_file(path: &Path) -> io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Whether a folder may be replaced: an extract, or empty.
fn is_extract(folder: &Path) -> Result<bool, EncodeError> {
    if folder.join("manifest.json").is_file() {
        return Ok(true);
    }
    Ok(fs::read_dir(folder).map_err(EncodeError::io(folder))?.next().is_none())
}

fn write_json(path: &Path, value: &impl Serialize) -> Result<(), EncodeError> {
    let io = EncodeError::io(path);
    let mut text = serde_json::to_vec_pretty(value)
        .map_err(|e| EncodeError::Io { path: path.to_owned(), error: io::Error::other(e) })?;
    text.push(b'\n');
    let write = || {
        let mut file = owners_file(path)?;
        file.write_all(&text)?;
        file.sync_all()
    };
    write().map_err(io)
}

fn sha256(path: &Path) -> Result<String, EncodeError> {
    let read = || {
        let (mut file, mut hash, mut buffer) = (File::open(path)?, Sha256::new(), vec![0_u8; 1 << 16]);
        loop {
            match file.read(&mut buffer)? {
                0 => return Ok(hex::encode(hash.finalize())),
                n => hash.update(&buffer[..n]),
            }
        }
    };
    read().map_err(EncodeError::io(path))
}
