//! The two keys an agency holds.

use std::path::{Path, PathBuf};

use domain::CityId;
use keys::{KeyError, KeyFile, KeyKind};

use crate::error::EncodeError;
use crate::keyed_hash::{BLOCK, HashState, KeyedHash, pad_behind};

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
    waiting: Waiting,
}

/// Messages that are hashed side by side: of one alone each block waits for the one before.
#[derive(Default)]
struct Waiting {
    /// Each message in blocks of its own, padded.
    blocks: Vec<u8>,
    /// How many blocks each has.
    lengths: Vec<usize>,
    states: Vec<HashState>,
}

/// Messages of events that wait at most.
const MOST_WAITING: usize = 64;

impl IdMaker {
    pub(crate) fn new(key: &KeyFile) -> Self {
        let keyed = |purpose: &str| KeyedHash::new(&*key.derive(purpose));
        let (record, event) = (keyed("record_id"), keyed("event_id"));
        Self { record, event, message: Vec::new(), waiting: Waiting::default() }
    }

    pub(crate) fn record(&mut self, source: &str, raw: &str) -> Id {
        self.write(&[source.as_bytes(), raw.as_bytes()]);
        let id = self.record.id(&self.message);
        self.message.fill(0);
        id
    }

    /// Takes in what an event says. Its id comes with the next [`Self::events`]; where many wait, with this call.
    pub(crate) fn event(&mut self, parts: &[&[u8]], ids: &mut Vec<Id>) {
        self.waiting.push(parts);
        if self.waiting.lengths.len() == MOST_WAITING {
            self.events(ids);
        }
    }

    /// The ids of the events that wait, in their order.
    pub(crate) fn events(&mut self, ids: &mut Vec<Id>) {
        self.waiting.hash(&self.event);
        ids.extend(self.waiting.states.iter().map(HashState::id));
        self.waiting.clear();
    }

    fn write(&mut self, parts: &[&[u8]]) {
        self.message.clear();
        write(parts, &mut self.message);
    }
}

/// Appends a message of parts: each after its length, so that no two lists of parts give one.
fn write(parts: &[&[u8]], message: &mut Vec<u8>) {
    for part in parts {
        message.extend_from_slice(&(part.len() as u64).to_le_bytes());
        message.extend_from_slice(part);
    }
}

impl Waiting {
    fn clear(&mut self) {
        self.blocks.clear();
        self.lengths.clear();
        self.states.clear();
    }

    fn push(&mut self, parts: &[&[u8]]) {
        let from = self.blocks.len();
        write(parts, &mut self.blocks);
        self.lengths.push(pad_behind(&mut self.blocks, from));
    }

    /// Leaves what the messages are hashed to in their states.
    fn hash(&mut self, key: &KeyedHash) {
        let (blocks, _) = self.blocks.as_chunks_mut::<BLOCK>();
        self.states.resize(self.lengths.len(), key.inner());
        let longest = self.lengths.iter().copied().max().unwrap_or_default();
        for step in 0..longest {
            let mut from = 0;
            for (state, length) in self.states.iter_mut().zip(&self.lengths) {
                if step < *length {
                    state.take_in(&blocks[from + step]);
                }
                from += length;
            }
        }
        for (state, block) in self.states.iter_mut().zip(blocks.iter_mut()) {
            state.write(block);
            *state = key.outer();
        }
        for (state, block) in self.states.iter_mut().zip(blocks.iter()) {
            state.take_in(block);
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn events_that_wait_get_the_ids_that_they_get_alone(
            events in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 0..150)
        ) {
            let mut ids = IdMaker::new(&linkage_key());
            let (mut together, mut alone) = (Vec::new(), Vec::new());
            for event in &events {
                ids.event(&[event, b"e"], &mut together);
            }
            ids.events(&mut together);
            for event in &events {
                ids.write(&[event, b"e"]);
                alone.push(ids.event.id(&ids.message));
            }
            prop_assert_eq!(together, alone);
        }
    }

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
