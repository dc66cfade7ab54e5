//! The manifest of an extract: read, and held against what the configuration expects.

use std::fs;
use std::io::Read;
use std::path::Path;

use chrono::{Days, NaiveDate, Utc};
use detector::{Kind, certain};
use domain::{EXTRACT_VERSION, FileEntry, Manifest, RowsRead, Rule, SourceConfig, TOKEN_SCHEME};
pub(crate) use keys::KnownKey as ExpectedKey;

use crate::identified::rule_of;
use crate::refusal::Refusal;
use crate::rule;

/// The name of the manifest's file.
pub(crate) const MANIFEST: &str = "manifest.json";

/// A manifest is a few hundred bytes for each raw file; more than this is something else.
const MOST_BYTES: u64 = 1 << 20;

/// Reads the manifest of a source's extract and holds it against the configuration and the city's
/// key; reads no row and writes nothing.
///
/// # Errors
/// [`Refusal`] as a night would give it.
pub fn check_manifest(source: &SourceConfig, expected: &ExpectedKey) -> Result<Manifest, Refusal> {
    read_manifest(source, expected, Utc::now().date_naive())
}

/// Reads a source's manifest and checks it; `today` is the day after which none can have been made.
pub(crate) fn read_manifest(
    source: &SourceConfig,
    expected: &ExpectedKey,
    today: NaiveDate,
) -> Result<Manifest, Refusal> {
    let refuse = |rule: &Rule| Refusal::new(&source.name, MANIFEST, rule);
    refuse_links(source, &source.extract, &rule::FOLDER_MISSING)?;
    let path = source.extract.join(MANIFEST);
    // What lies there instead of an extract comes first: it may have to be deleted.
    refuse_others(source)?;
    refuse_links(source, &path, &rule::MANIFEST_MISSING)?;
    let mut bytes = Vec::new();
    fs::File::open(&path)
        .and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|_| refuse(&rule::FILE_UNREADABLE))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(refuse(&rule::MANIFEST_UNREADABLE));
    }
    // The reader's own message may quote what it found, so only its position is kept.
    let unreadable = |error: serde_json::Error| {
        let place = match error.line() {
            0 => MANIFEST.to_owned(),
            line => format!("{MANIFEST}, line {line}"),
        };
        Refusal::new(&source.name, place, &rule::MANIFEST_UNREADABLE)
    };
    // The version first: another version's manifest may well have other fields.
    let value: serde_json::Value = serde_json::from_slice(&bytes).map_err(unreadable)?;
    if let Some(version) = value.get("extract_version").and_then(serde_json::Value::as_u64)
        && version != u64::from(EXTRACT_VERSION)
    {
        return Err(refuse(&rule::EXTRACT_VERSION).expecting(&EXTRACT_VERSION.to_string()));
    }
    let manifest: Manifest = serde_json::from_slice(&bytes).map_err(unreadable)?;
    check(source, expected, &manifest)?;
    check_day(source, &manifest, today)?;
    Ok(manifest)
}

fn check(source: &SourceConfig, expected: &ExpectedKey, manifest: &Manifest) -> Result<(), Refusal> {
    let refuse =
        |rule: &Rule, expected: &str| Err(Refusal::new(&source.name, MANIFEST, rule).expecting(expected));
    if manifest.city != expected.city {
        return refuse(&rule::CITY, expected.city.as_str());
    }
    if manifest.agency != source.name {
        return refuse(&rule::AGENCY, &source.name);
    }
    if manifest.system != source.system {
        return refuse(&rule::SYSTEM, domain::Word::word(source.system));
    }
    if manifest.token_scheme != TOKEN_SCHEME {
        return refuse(&rule::TOKEN_SCHEME, &TOKEN_SCHEME.to_string());
    }
    if manifest.key_epoch != expected.epoch {
        return refuse(&rule::KEY_EPOCH, &expected.epoch);
    }
    if manifest.key_fingerprint != expected.fingerprint {
        return refuse(&rule::KEY_FINGERPRINT, &expected.fingerprint);
    }
    for (table, entry) in [("people", &manifest.people), ("events", &manifest.events)] {
        check_entry(source, table, entry)?;
    }
    check_rows(source, manifest)
}

/// A day of leeway: the agency goes by its own time zone, the hub by UTC.
fn check_day(source: &SourceConfig, manifest: &Manifest, today: NaiveDate) -> Result<(), Refusal> {
    let latest = today.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
    if manifest.encoded_on.is_none_or(|made| made <= latest) {
        return Ok(());
    }
    let place = format!("{MANIFEST}, encoded_on");
    Err(Refusal::new(&source.name, place, &rule::MANIFEST_AHEAD).expecting(&format!("{latest} or before")))
}

/// The agency's own account adds up, and its files' names identify nobody: both go into the steward's report.
fn check_rows(source: &SourceConfig, manifest: &Manifest) -> Result<(), Refusal> {
    let refuse = |rule: &Rule| Err(Refusal::new(&source.name, format!("{MANIFEST}, rows_read"), rule));
    // Names of files are words, so a name or an address in one proves nothing.
    let numbers = |kind: &Kind| matches!(kind, Kind::Ssn | Kind::Phone | Kind::Email);
    if let Some(kind) = manifest.rows_read.iter().find_map(|rows| certain(&rows.file).filter(numbers)) {
        return refuse(rule_of(kind));
    }
    let adds_up = |rows: &RowsRead| {
        u128::from(rows.used) + u128::from(rows.skipped) + u128::from(rows.quarantined)
            == u128::from(rows.read)
    };
    let set_aside: u128 = manifest.rows_read.iter().map(|rows| u128::from(rows.quarantined)).sum();
    if manifest.rows_read.iter().all(adds_up) && set_aside == u128::from(manifest.rows_quarantined) {
        Ok(())
    } else {
        refuse(&rule::MANIFEST_ROWS)
    }
}

/// Whatever else lies in the folder may be what the extract was made from. Its name is not shown, for a
/// person's may be in it.
fn refuse_others(source: &SourceConfig) -> Result<(), Refusal> {
    const KNOWN: [&str; 5] = [MANIFEST, "people.parquet", "people.csv", "events.parquet", "events.csv"];
    // What file managers leave behind in every folder.
    const HARMLESS: [&str; 3] = [".DS_Store", "Thumbs.db", "desktop.ini"];
    let place = source.extract.display().to_string();
    let entries = fs::read_dir(&source.extract)
        .map_err(|_| Refusal::new(&source.name, &place, &rule::FILE_UNREADABLE))?;
    let others = entries
        .filter(|entry| {
            entry
                .as_ref()
                .is_ok_and(|entry| !KNOWN.iter().chain(&HARMLESS).any(|known| *entry.file_name() == **known))
        })
        .count();
    match others {
        0 => Ok(()),
        1 => Err(Refusal::new(&source.name, format!("{place}: one other file"), &rule::FOLDER_OTHER)),
        _ => Err(Refusal::new(&source.name, format!("{place}: {others} other files"), &rule::FOLDER_OTHER)),
    }
}

/// A closed list of names is what keeps paths out: `../x`, `/etc/x` and `a\b` are not in it.
fn check_entry(source: &SourceConfig, table: &str, entry: &FileEntry) -> Result<(), Refusal> {
    let place = format!("{MANIFEST}, {table}");
    if entry.name != format!("{table}.parquet") && entry.name != format!("{table}.csv") {
        return Err(Refusal::new(&source.name, place, &rule::FILE_NAME));
    }
    let hex = entry.sha256.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    if entry.sha256.len() != 64 || !hex {
        return Err(Refusal::new(&source.name, place, &rule::DIGEST_FORM));
    }
    Ok(())
}

/// Refuses what is missing or a link; the name shown is the last part of the path, or the
/// configuration's own folder.
pub(crate) fn refuse_links(source: &SourceConfig, path: &Path, missing: &Rule) -> Result<(), Refusal> {
    let place = if path == source.extract {
        path.display().to_string()
    } else {
        path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
    };
    let metadata = fs::symlink_metadata(path).map_err(|error| {
        let rule =
            if error.kind() == std::io::ErrorKind::NotFound { missing } else { &rule::FILE_UNREADABLE };
        Refusal::new(&source.name, place.clone(), rule)
    })?;
    if metadata.is_symlink() {
        return Err(Refusal::new(&source.name, place, &rule::SYMLINK));
    }
    let (right, otherwise) = if path == source.extract {
        (metadata.is_dir(), &rule::FOLDER_FILE)
    } else {
        (metadata.is_file(), missing)
    };
    if right { Ok(()) } else { Err(Refusal::new(&source.name, place, otherwise)) }
}
