//! The two keys an agency holds.

use std::path::{Path, PathBuf};

use domain::CityId;
use keys::{KeyError, KeyFile, KeyKind};

use crate::error::EncodeError;
use crate::keyed_hash::KeyedHash;

/// The city's linkage key and the agency's own record key. No `Debug`, no `Clone`.
pub struct AgencyKeys {
    /// Makes tokens; shared by the agencies of a city, never at the hub.
    pub linkage: KeyFile,
    /// Makes record and event ids; this agency's alone.
    pub record: KeyFile,
}

impl AgencyKeys {
    /// Reads both keys of a city.
    ///
    /// # Errors
    /// [`EncodeError::Key`] when one is missing, exposed, or of another kind or city.
    pub fn read(linkage: &Path, record: &Path, city: &CityId) -> Result<Self, EncodeError> {
        Ok(Self {
            linkage: KeyFile::read(linkage, KeyKind::Linkage, city)?,
            record: KeyFile::read(record, KeyKind::Record, city)?,
        })
    }

    /// Refuses keys of another city or source, or in each other's place.
    pub(crate) fn check(&self, city: &CityId, source: &str) -> Result<(), EncodeError> {
        for (key, expected) in [(&self.linkage, KeyKind::Linkage), (&self.record, KeyKind::Record)] {
            let path = PathBuf::from(format!("{expected} key"));
            if key.kind() != expected {
                return Err(KeyError::Kind { path, found: key.kind(), expected }.into());
            }
            if key.city() != city {
                return Err(KeyError::City { path, found: key.city().clone(), expected: city.clone() }.into());
            }
        }
        if let Some(found) = self.record.source().filter(|found| *found != source) {
            let path = PathBuf::from(format!("{source}.key"));
            let (found, expected) = (found.to_owned(), source.to_owned());
            return Err(KeyError::Source { path, found, expected }.into());
        }
        Ok(())
    }
}

/// 128 bits of HMAC-SHA256.
pub(crate) type Id = [u8; 16];

/// Makes record and event ids under the record key.
pub(crate) struct IdMaker {
    record: KeyedHash,
    event: KeyedHash,
    message: Vec<u8>,
}

impl IdMaker {
    pub(crate) fn new(key: &KeyFile) -> Self {
        let keyed = |purpose: &str| KeyedHash::new(&*key.derive(purpose));
        Self { record: keyed("record_id"), event: keyed("event_id"), message: Vec::new() }
    }

    pub(crate) fn record(&mut self, source: &str, raw: &str) -> Id {
        self.write(&[source.as_bytes(), raw.as_bytes()]);
        let id = self.record.id(&self.message);
        self.message.fill(0);
        id
    }

    pub(crate) fn event(&mut self, parts: &[&[u8]]) -> Id {
        self.write(parts);
        self.event.id(&self.message)
    }

    /// The parts are length-prefixed, so that no two lists of parts give one message.
    fn write(&mut self, parts: &[&[u8]]) {
        self.message.clear();
        for part in parts {
            self.message.extend_from_slice(&(part.len() as u64).to_le_bytes());
            self.message.extend_from_slice(part);
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A key that exists for a moment.
    pub(crate) fn linkage_key() -> KeyFile {
        let folder = tempfile::tempdir().expect("in a test");
        let city = CityId::new("us-ga-atlanta").expect("in a test");
        let path = folder.path().join("linkage.key");
        let secret = "1f".repeat(32);
        let text = format!("kind = \"linkage\"\ncity = \"{city}\"\nepoch = \"1\"\nsecret = \"{secret}\"\n");
        std::fs::write(&path, text).expect("in a test");
        #[cfg(unix)]
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600))
            .expect("in a test");
        KeyFile::read(&path, KeyKind::Linkage, &city).expect("in a test")
    }
}
