//! What a ledger was last seen to hold: the number and the seal of its last entry, in a small file
//! beside the ledger's key. A restore of the ledger, or of the folder that it lies in, does not bring
//! that file back, so an old copy shows at once, wherever its releases are by now.
//!
//! ```text
//!   commit ── durable ──► witness written anew (partial file, fsync, rename, under the ledger's lock)
//!      └─ killed in between: the ledger is ahead, and the next opening writes the witness
//!   open ── witness read first, then the chain: it must hold the entry that the witness has seen
//! ```

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rusqlite::{ErrorCode, Transaction, TransactionBehavior};

use crate::ledger::Ledger;
use crate::ledger_chain::{Seal, last_of, verified};
use crate::ledger_error::LedgerError;

/// The entry that a witness has seen last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Witness {
    /// Its position in the chain.
    pub(crate) sequence: u64,
    seal: Seal,
}

/// Where the witness of a ledger lies: beside its key.
pub(crate) fn beside(key: &Path) -> PathBuf {
    key.with_extension("witness")
}

/// Reads a witness; `None` when there is none.
///
/// # Errors
/// [`LedgerError::Unwitnessed`] when it is no witness, [`LedgerError::Io`] when the disk refuses.
pub(crate) fn read(ledger: &Path, witness: &Path) -> Result<Option<Witness>, LedgerError> {
    let text = match fs::read_to_string(witness) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => String::new(),
        Err(error) => return Err(LedgerError::Io { path: witness.to_owned(), error }),
    };
    let unwitnessed = || LedgerError::Unwitnessed { path: ledger.to_owned(), witness: witness.to_owned() };
    let (sequence, seal) = text.trim_end().split_once(' ').ok_or_else(unwitnessed)?;
    let mut bytes: Seal = [0; 32];
    hex::decode_to_slice(seal, &mut bytes).map_err(|_| unwitnessed())?;
    Ok(Some(Witness { sequence: sequence.parse().map_err(|_| unwitnessed())?, seal: bytes }))
}

/// Whether a witness can be written: before anything is set aside that it has to see.
///
/// # Errors
/// [`LedgerError::Unwritable`] when its folder takes no file.
pub(crate) fn writable(witness: &Path) -> Result<(), LedgerError> {
    let probe = witness.with_extension(format!("witness-probe-{}", std::process::id()));
    let gone = |error: &io::Error| error.kind() == io::ErrorKind::NotFound;
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(&probe)
        .and_then(|_| fs::remove_file(&probe).or_else(|error| if gone(&error) { Ok(()) } else { Err(error) }))
        .map_err(|error| LedgerError::Unwritable { witness: witness.to_owned(), error })
}

/// Refuses to begin a ledger anew where one was seen to hold more than its first entry; a witness of no
/// more than that is nothing to hold on to.
pub(crate) fn allows_a_new_ledger(ledger: &Path, witness: &Path) -> Result<(), LedgerError> {
    match read(ledger, witness)? {
        Some(seen) if seen.sequence > 0 && !ledger.exists() => Err(LedgerError::Forgotten {
            path: ledger.to_owned(),
            witness: witness.to_owned(),
            entry: seen.sequence,
        }),
        Some(seen) if seen.sequence == 0 && !ledger.exists() => {
            fs::remove_file(witness).map_err(|error| LedgerError::Io { path: witness.to_owned(), error })
        }
        _ => Ok(()),
    }
}

impl Ledger {
    /// Holds the ledger against what its witness has seen, and lets the witness see the rest.
    ///
    /// # Errors
    /// [`LedgerError::Forgotten`] when the chain does not hold the witness's entry,
    /// [`LedgerError::Unwitnessed`] when there is no witness and more than the first entry.
    pub(crate) fn hold_against(&self, seen: Option<Witness>) -> Result<(), LedgerError> {
        let chain = verified(&self.db, &self.key, &self.path)?;
        let (path, witness) = (self.path.clone(), self.key.witness().to_owned());
        match seen {
            None if chain.len() > 1 => return Err(LedgerError::Unwitnessed { path, witness }),
            None => {}
            Some(seen) => {
                let there = usize::try_from(seen.sequence).ok().and_then(|at| chain.get(at));
                if there.is_none_or(|sealed| sealed.seal != seen.seal) {
                    return Err(LedgerError::Forgotten { path, witness, entry: seen.sequence });
                }
            }
        }
        let last = last_of(&chain);
        if seen == Some(Witness { sequence: last.entry.sequence, seal: last.seal }) {
            return Ok(());
        }
        self.show_to_witness()
    }

    /// Lets the witness see the last entry. Under the ledger's lock, so that of two programs the later
    /// entry stays; one that waits for a third which measures leaves it to that one's own commit.
    ///
    /// # Errors
    /// [`LedgerError`] when the witness can't be written. What was committed stays, and the next opening
    /// tries again before anything else is done.
    pub(crate) fn show_to_witness(&self) -> Result<(), LedgerError> {
        let database = |error| LedgerError::Database { path: self.path.clone(), error };
        let lock = match Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate) {
            Ok(lock) => lock,
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => return Ok(()),
            Err(error) => return Err(database(error)),
        };
        let (sequence, seal): (i64, Seal) = lock
            .query_row("SELECT sequence, seal FROM entry ORDER BY sequence DESC LIMIT 1", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .map_err(database)?;
        let path = self.key.witness();
        write(path, &format!("{sequence} {}\n", hex::encode(seal)))
            .map_err(|error| LedgerError::Io { path: path.to_owned(), error })
    }
}

/// Writes a file that appears whole or not at all, and is on the disk when this returns.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let draft = path.with_extension("witness-draft");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&draft, path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
#[path = "ledger_witness_tests.rs"]
mod tests;
