//! What may be known of a linkage key by those who don't hold it.

use std::fs;
use std::path::{Path, PathBuf};

use domain::CityId;
use serde::{Deserialize, Serialize};

use crate::error::KeyError;
use crate::file::KeyFile;
use crate::place::{Place, place, private_folder};

/// Enough to tell whether something was made with a city's linkage key, and nothing to make a token with.
/// It stands in a small public file: beside the key at an agency, beside the hub's own keys at the hub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownKey {
    /// City.
    pub city: CityId,
    /// Epoch of the linkage key.
    pub epoch: String,
    /// Fingerprint of the linkage key (16 hexadecimal digits).
    pub fingerprint: String,
}

impl KnownKey {
    /// What may be known of `key`.
    pub fn of(key: &KeyFile) -> Self {
        Self { city: key.city().clone(), epoch: key.epoch().to_owned(), fingerprint: key.fingerprint() }
    }

    /// Where the fingerprint of the key at `key` lies: `linkage.key` has `linkage.fingerprint`.
    pub fn beside(key: &Path) -> PathBuf {
        key.with_extension("fingerprint")
    }

    /// Reads a fingerprint file.
    ///
    /// # Errors
    /// [`KeyError::Io`] when it can't be read, [`KeyError::Format`] when it is none.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let text = fs::read_to_string(path).map_err(KeyError::io(path))?;
        toml::from_str(&text).map_err(|_| KeyError::Format { path: path.to_owned() })
    }

    /// Writes it, in the place of what was there; leaves a file that says the same as it is.
    ///
    /// # Errors
    /// [`KeyError::Io`] when it can't be written.
    pub fn write(&self, path: &Path) -> Result<(), KeyError> {
        if Self::read(path).is_ok_and(|there| there == *self) {
            return Ok(());
        }
        let text = toml::to_string(self).map_err(|e| KeyError::io(path)(std::io::Error::other(e)))?;
        private_folder(path)?;
        place(path, text.as_bytes(), Place::Over)
    }

    /// Refuses a key that is not the one whose fingerprint lies beside it, where one does.
    pub(crate) fn hold_against(path: &Path, key: &KeyFile) -> Result<(), KeyError> {
        let beside = Self::beside(path);
        if !beside.exists() {
            return Ok(());
        }
        let (expected, found) = (Self::read(&beside)?, Self::of(key));
        if expected == found {
            return Ok(());
        }
        let text = |known: &Self| format!("{} {}", known.epoch, known.fingerprint);
        Err(KeyError::Mistaken { path: path.to_owned(), found: text(&found), expected: text(&expected) })
    }
}
