//! The two keys an agency holds.

use std::path::{Path, PathBuf};

use domain::CityId;
use hmac::{Hmac, KeyInit, Mac};
use keys::{KeyError, KeyFile, KeyKind};
use sha2::Sha256;

use crate::error::EncodeError;

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

    /// Refuses keys of another city, or in each other's place.
    pub(crate) fn check(&self, city: &CityId) -> Result<(), EncodeError> {
        for (key, expected) in [(&self.linkage, KeyKind::Linkage), (&self.record, KeyKind::Record)] {
            let path = PathBuf::from(format!("{expected} key"));
            if key.kind() != expected {
                return Err(KeyError::Kind { path, found: key.kind(), expected }.into());
            }
            if key.city() != city {
                return Err(KeyError::City { path, found: key.city().clone(), expected: city.clone() }.into());
            }
        }
        Ok(())
    }
}

/// 128 bits of HMAC-SHA256.
pub(crate) type Id = [u8; 16];

/// Makes record and event ids under the record key.
pub(crate) struct IdMaker {
    record: Hmac<Sha256>,
    event: Hmac<Sha256>,
}

impl IdMaker {
    pub(crate) fn new(key: &KeyFile) -> Self {
        let mac = |purpose: &str| {
            Hmac::new_from_slice(&*key.derive(purpose)).expect("HMAC takes a key of any length")
        };
        Self { record: mac("record_id"), event: mac("event_id") }
    }

    pub(crate) fn record(&self, source: &str, raw: &str) -> Id {
        id(&self.record, &[source.as_bytes(), raw.as_bytes()])
    }

    pub(crate) fn event(&self, parts: &[&[u8]]) -> Id {
        id(&self.event, parts)
    }
}

/// The parts are length-prefixed, so that no two lists of parts give one message.
fn id(mac: &Hmac<Sha256>, parts: &[&[u8]]) -> Id {
    let mut mac = mac.clone();
    for part in parts {
        mac.update(&(part.len() as u64).to_le_bytes());
        mac.update(part);
    }
    let mut id = [0; 16];
    id.copy_from_slice(&mac.finalize().into_bytes()[..16]);
    id
}
