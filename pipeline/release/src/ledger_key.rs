//! The key that seals a ledger.

use std::path::{Path, PathBuf};

use domain::CityId;
use keys::{DerivedKey, KeyError, KeyFile, KeyKind};

use crate::ledger_witness;

/// A city's ledger key: seals the chain of its ledger. The hub's; not for any agency.
///
/// # Privacy
/// Without it nobody can write an entry that [`crate::Ledger::open`] would take. No `Clone`, no
/// `Debug`, no serialization; wiped when dropped.
pub struct LedgerKey {
    city: CityId,
    fingerprint: String,
    chain: DerivedKey,
    witness: PathBuf,
}

impl LedgerKey {
    /// Reads a city's ledger key.
    ///
    /// # Errors
    /// [`KeyError`] when the file is missing, readable by others, no key, or another city's.
    pub fn read(path: &Path, city: &CityId) -> Result<Self, KeyError> {
        Ok(Self::from_file(path, &KeyFile::read(path, KeyKind::Ledger, city)?))
    }

    /// Makes a city's ledger key and writes it, readable by its owner alone.
    ///
    /// # Errors
    /// [`KeyError`] when there is one already or it can't be written.
    pub fn create(path: &Path, city: &CityId, epoch: &str) -> Result<Self, KeyError> {
        Ok(Self::from_file(path, &KeyFile::create(path, KeyKind::Ledger, city, epoch)?))
    }

    /// Whose it is.
    pub fn city(&self) -> &CityId {
        &self.city
    }

    /// Tells this key from others; public.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The file beside the key that has seen the ledger's last entry; public.
    pub fn witness(&self) -> &Path {
        &self.witness
    }

    pub(crate) fn chain(&self) -> &[u8; 32] {
        &self.chain
    }

    fn from_file(path: &Path, file: &KeyFile) -> Self {
        Self {
            city: file.city().clone(),
            fingerprint: file.fingerprint(),
            chain: file.derive("ledger-chain"),
            witness: ledger_witness::beside(path),
        }
    }
}
