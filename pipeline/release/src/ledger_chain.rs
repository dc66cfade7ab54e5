//! The chain of a ledger: entries, their seals, and the check that nothing was changed, removed,
//! inserted or reordered.

use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use rusqlite::{Connection, Row, params};
use sha2::{Digest, Sha256};

use crate::ledger_error::LedgerError;
use crate::ledger_file::refusal;
use crate::ledger_key::LedgerKey;

/// A seal: HMAC-SHA256.
pub(crate) type Seal = [u8; 32];

/// What an entry records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// The ledger was made.
    Opened,
    /// Budget was set aside for a release; nothing was measured yet.
    Reserved,
    /// The release was measured and stored, and its reservation became a spend.
    Stored,
}

impl EntryKind {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Reserved => "reserved",
            Self::Stored => "stored",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Opened, Self::Reserved, Self::Stored].into_iter().find(|kind| kind.word() == word)
    }
}

/// A line of the ledger.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Position in the chain, from 0.
    pub sequence: u64,
    /// What it records.
    pub kind: EntryKind,
    /// Privacy year; 0 where the ledger was made.
    pub year: i32,
    /// Period; empty where the ledger was made.
    pub period: String,
    /// Revision.
    pub revision: u32,
    /// ρ that is reserved or spent.
    pub rho: f64,
    /// The year's cap as it was then.
    pub rho_cap: f64,
    /// The cap over all years as it was then; `None` where the city had none.
    pub lifetime_cap: Option<f64>,
    /// SHA-256 of the plan.
    pub(crate) plan: Vec<u8>,
    /// SHA-256 of what is stored with the entry.
    pub(crate) payload: Vec<u8>,
}

/// An entry with its seal.
pub(crate) struct Sealed {
    pub(crate) entry: Entry,
    pub(crate) seal: Seal,
}

/// Seals an entry onto the seal before it.
pub(crate) fn seal(key: &LedgerKey, entry: &Entry, previous: &[u8]) -> Seal {
    keyed(
        key,
        &[
            b"pathways-ledger-entry-v2",
            &entry.sequence.to_le_bytes(),
            entry.kind.word().as_bytes(),
            &entry.year.to_le_bytes(),
            entry.period.as_bytes(),
            &entry.revision.to_le_bytes(),
            &entry.rho.to_bits().to_le_bytes(),
            &entry.rho_cap.to_bits().to_le_bytes(),
            // No cap and every cap have different lengths, and `keyed` writes the length.
            entry.lifetime_cap.map(|cap| cap.to_bits().to_le_bytes()).as_ref().map_or(&[][..], |bytes| bytes),
            &entry.plan,
            &entry.payload,
            previous,
        ],
    )
}

/// The digest of stored fields, each with its length, so that none can lend bytes to its neighbour.
pub(crate) fn digest(fields: &[&[u8]]) -> Vec<u8> {
    let mut hash = Sha256::new();
    for field in fields {
        hash.update((field.len() as u64).to_le_bytes());
        hash.update(field);
    }
    hash.finalize().to_vec()
}

/// Appends an entry and moves the head. Call inside a transaction.
pub(crate) fn append(
    db: &Connection,
    key: &LedgerKey,
    entry: &Entry,
    previous: &[u8],
) -> rusqlite::Result<Seal> {
    let seal = seal(key, entry, previous);
    db.execute(
        "INSERT INTO entry (sequence, kind, year, period, revision, rho, rho_cap, lifetime_cap, plan, payload, seal)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        params![
            entry.sequence.cast_signed(),
            entry.kind.word(),
            entry.year,
            entry.period,
            entry.revision,
            entry.rho,
            entry.rho_cap,
            entry.lifetime_cap,
            entry.plan,
            entry.payload,
            &seal[..]
        ],
    )?;
    let head = head_seal(key, entry.sequence, &seal);
    db.execute(
        "INSERT INTO head (id, sequence, seal) VALUES (1, ?1, ?2)
         ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, seal = excluded.seal",
        params![entry.sequence.cast_signed(), &head[..]],
    )?;
    Ok(seal)
}

/// Reads the chain and checks every seal and the head.
///
/// # Errors
/// [`LedgerError::Altered`] naming the first entry that does not fit.
pub(crate) fn verified(db: &Connection, key: &LedgerKey, path: &Path) -> Result<Vec<Sealed>, LedgerError> {
    let altered =
        |entry: usize, rule| LedgerError::Altered { path: path.to_owned(), entry: entry as u64, rule };
    let unreadable = |error: rusqlite::Error| refusal(path, error);
    // Entries and head are of one moment: without it, another run's commit between the two reads
    // would look like a cut tail.
    let _moment = db.is_autocommit().then(|| db.unchecked_transaction()).transpose().map_err(unreadable)?;
    let mut statement = db
        .prepare(
            "SELECT sequence, kind, year, period, revision, rho, rho_cap, lifetime_cap, plan, payload, seal
             FROM entry ORDER BY sequence",
        )
        .map_err(unreadable)?;
    let rows = statement.query_map([], read_row).map_err(unreadable)?;
    let mut chain: Vec<Sealed> = Vec::new();
    for (position, row) in rows.enumerate() {
        let (entry, stored) =
            row.map_err(unreadable)?.ok_or_else(|| altered(position, "the entry is malformed"))?;
        if entry.sequence != position as u64 {
            return Err(altered(position, "an entry is missing"));
        }
        let previous: &[u8] = chain.last().map_or(&[], |sealed| &sealed.seal);
        let seal = seal(key, &entry, previous);
        if seal[..] != stored[..] {
            return Err(altered(position, "the seal does not fit the entry and those before it"));
        }
        chain.push(Sealed { entry, seal });
    }
    let Some(last) = chain.last() else {
        return Err(altered(0, "the first entry is missing"));
    };
    let head: Vec<u8> =
        db.query_row("SELECT seal FROM head WHERE id = 1", [], |row| row.get(0)).map_err(|error| {
            match refusal(path, error) {
                LedgerError::Altered { .. } => altered(chain.len(), "the head is missing"),
                in_the_way => in_the_way,
            }
        })?;
    if head[..] != head_seal(key, last.entry.sequence, &last.seal)[..] {
        return Err(altered(chain.len(), "the head is not the last entry's: an entry was cut off"));
    }
    Ok(chain)
}

/// The last entry of a verified chain.
pub(crate) fn last_of(chain: &[Sealed]) -> &Sealed {
    chain.last().expect("a verified chain has its first entry")
}

fn head_seal(key: &LedgerKey, sequence: u64, seal: &Seal) -> Seal {
    keyed(key, &[b"pathways-ledger-head-v1", &sequence.to_le_bytes(), seal])
}

/// A keyed digest of what was measured, exact: it tells whether other people were measured, to nobody but
/// the holder of the key, and never leaves the ledger.
pub(crate) fn inputs_seal<'a>(key: &LedgerKey, exact: impl Iterator<Item = &'a [i64]>) -> Seal {
    let mut mac = mac(key);
    mac.update(b"pathways-ledger-inputs-v1");
    exact.flatten().for_each(|value| mac.update(&value.to_le_bytes()));
    mac.finalize().into_bytes().into()
}

fn mac(key: &LedgerKey) -> Hmac<Sha256> {
    Hmac::new_from_slice(key.chain()).expect("HMAC takes a key of any length")
}

fn keyed(key: &LedgerKey, fields: &[&[u8]]) -> Seal {
    let mut mac = mac(key);
    for field in fields {
        mac.update(&(field.len() as u64).to_le_bytes());
        mac.update(field);
    }
    mac.finalize().into_bytes().into()
}

/// An entry and its stored seal; `None` when a field does not make sense.
fn read_row(row: &Row<'_>) -> rusqlite::Result<Option<(Entry, Vec<u8>)>> {
    let (sequence, kind): (i64, String) = (row.get(0)?, row.get(1)?);
    let (Ok(sequence), Some(kind)) = (u64::try_from(sequence), EntryKind::from_word(&kind)) else {
        return Ok(None);
    };
    let entry = Entry {
        sequence,
        kind,
        year: row.get(2)?,
        period: row.get(3)?,
        revision: row.get(4)?,
        rho: row.get(5)?,
        rho_cap: row.get(6)?,
        lifetime_cap: row.get(7)?,
        plan: row.get(8)?,
        payload: row.get(9)?,
    };
    Ok(Some((entry, row.get(10)?)))
}
