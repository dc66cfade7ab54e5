//! A ledger's file: its schema, how it is made, how it is opened.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, params};

use crate::ledger_chain::{Entry, EntryKind, append, digest, verified};
use crate::ledger_error::LedgerError;
use crate::ledger_key::LedgerKey;

/// Written into every ledger; another number is another format.
const FORMAT: i64 = 2;

/// How long a run waits for another that holds the ledger.
const BUSY_WAIT: Duration = Duration::from_secs(20);

/// Entries are only ever added. The triggers stop accidents; the seals show everything else.
const SCHEMA: &str = "
CREATE TABLE about (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    format INTEGER NOT NULL,
    city TEXT NOT NULL,
    key_fingerprint TEXT NOT NULL
) STRICT;
CREATE TABLE entry (
    sequence INTEGER PRIMARY KEY CHECK (sequence >= 0),
    kind TEXT NOT NULL CHECK (kind IN ('opened', 'reserved', 'stored')),
    year INTEGER NOT NULL,
    period TEXT NOT NULL,
    revision INTEGER NOT NULL CHECK (revision IN (0, 1)),
    rho REAL NOT NULL CHECK (rho > 0 OR kind = 'opened'),
    rho_cap REAL NOT NULL CHECK (rho_cap >= rho),
    lifetime_cap REAL CHECK (lifetime_cap >= rho),
    plan BLOB NOT NULL,
    payload BLOB NOT NULL,
    seal BLOB NOT NULL CHECK (length(seal) = 32)
) STRICT;
CREATE UNIQUE INDEX one_reservation ON entry (year, period, revision) WHERE kind = 'reserved';
CREATE UNIQUE INDEX one_release ON entry (year, period, revision) WHERE kind = 'stored';
CREATE TABLE release (
    sequence INTEGER PRIMARY KEY REFERENCES entry (sequence),
    noisy BLOB NOT NULL,
    noise BLOB NOT NULL,
    workload TEXT NOT NULL,
    frames TEXT NOT NULL,
    statement TEXT NOT NULL,
    inputs BLOB NOT NULL CHECK (length(inputs) = 32)
) STRICT;
CREATE TABLE head (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    sequence INTEGER NOT NULL,
    seal BLOB NOT NULL CHECK (length(seal) = 32)
) STRICT;
CREATE TRIGGER entry_stays BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;
CREATE TRIGGER entry_remains BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'entries are never removed'); END;
CREATE TRIGGER release_stays BEFORE UPDATE ON release BEGIN SELECT RAISE(ABORT, 'releases are never changed'); END;
CREATE TRIGGER release_remains BEFORE DELETE ON release BEGIN SELECT RAISE(ABORT, 'releases are never removed'); END;
";

/// Makes a ledger beside its final name and links it there, so that there is either a whole
/// ledger or none, and never a second one in the place of a first.
pub(crate) fn create(path: &Path, key: &LedgerKey) -> Result<(), LedgerError> {
    let io = |error| LedgerError::Io { path: path.to_owned(), error };
    if path.exists() {
        return Err(LedgerError::Exists { path: path.to_owned() });
    }
    let folder = folder_of(path);
    fs::create_dir_all(&folder).map_err(io)?;
    let draft = path.with_extension(format!("draft-{}", std::process::id()));
    match fs::remove_file(&draft) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io(error)),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&draft).map_err(io)?;
    let made = write_first_entry(&draft, key).and_then(|()| {
        fs::hard_link(&draft, path).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => LedgerError::Exists { path: path.to_owned() },
            _ => io(error),
        })
    });
    fs::remove_file(&draft).map_err(io)?;
    made?;
    File::open(&folder).and_then(|folder| folder.sync_all()).map_err(io)
}

/// Opens a ledger that is there and checks that it is this city's and this key's.
pub(crate) fn open(path: &Path, key: &LedgerKey) -> Result<Connection, LedgerError> {
    if !path.exists() {
        return Err(LedgerError::Missing { path: path.to_owned() });
    }
    let db = connect(path).map_err(|error| refusal(path, error))?;
    let about = db.query_row("SELECT format, city, key_fingerprint FROM about WHERE id = 1", [], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
    });
    let (format, city, fingerprint) = about.map_err(|error| refusal(path, error))?;
    let foreign = |rule| LedgerError::Foreign { path: path.to_owned(), rule };
    if city != key.city().as_str() {
        return Err(foreign("this ledger is another city's"));
    }
    if fingerprint != key.fingerprint() {
        return Err(foreign("this ledger is sealed with another key"));
    }
    if format != FORMAT {
        return Err(foreign("this ledger was written by another version of the program"));
    }
    let chain = verified(&db, key, path)?;
    if chain[0].entry.kind != EntryKind::Opened || chain[0].entry.payload != first_payload(key) {
        return Err(LedgerError::Altered {
            path: path.to_owned(),
            entry: 0,
            rule: "the first entry is not this ledger's",
        });
    }
    Ok(db)
}

/// What a failed read means: a file that is no sound ledger, or a disk or lock in the way.
pub(crate) fn refusal(path: &Path, error: rusqlite::Error) -> LedgerError {
    let in_the_way = matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::SystemIoFailure
                | ErrorCode::CannotOpen
                | ErrorCode::DiskFull
                | ErrorCode::PermissionDenied
                | ErrorCode::ReadOnly
                | ErrorCode::OutOfMemory
        )
    );
    if in_the_way {
        LedgerError::Database { path: path.to_owned(), error }
    } else {
        LedgerError::Altered { path: path.to_owned(), entry: 0, rule: "the file is not a readable ledger" }
    }
}

fn write_first_entry(path: &Path, key: &LedgerKey) -> Result<(), LedgerError> {
    let database = |error| LedgerError::Database { path: path.to_owned(), error };
    let mut db = connect(path).map_err(database)?;
    let transaction = db.transaction().map_err(database)?;
    let entry = Entry {
        sequence: 0,
        kind: EntryKind::Opened,
        year: 0,
        period: String::new(),
        revision: 0,
        rho: 0.0,
        rho_cap: 0.0,
        lifetime_cap: None,
        plan: Vec::new(),
        payload: first_payload(key),
    };
    transaction
        .execute_batch(SCHEMA)
        .and_then(|()| {
            transaction.execute(
                "INSERT INTO about (id, format, city, key_fingerprint) VALUES (1, ?1, ?2, ?3)",
                params![FORMAT, key.city().as_str(), key.fingerprint()],
            )
        })
        .and_then(|_| append(&transaction, key, &entry, &[]))
        .and_then(|_| transaction.commit())
        .map_err(database)?;
    db.close().map_err(|(_, error)| database(error))
}

fn first_payload(key: &LedgerKey) -> Vec<u8> {
    digest(&[&FORMAT.to_le_bytes(), key.city().as_str().as_bytes(), key.fingerprint().as_bytes()])
}

/// A connection whose commits are on the disk when they return.
fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let db = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    db.busy_timeout(BUSY_WAIT)?;
    // A rollback journal keeps the ledger one file. EXTRA is FULL that also makes the journal's
    // removal durable; with FULL alone a power cut could undo a commit, and budget with it.
    db.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    db.pragma_update(None, "synchronous", "EXTRA")?;
    db.pragma_update(None, "fullfsync", true)?;
    db.pragma_update(None, "foreign_keys", true)?;
    db.pragma_update(None, "trusted_schema", false)?;
    Ok(db)
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}
