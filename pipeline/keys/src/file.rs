//! Key files on disk.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use domain::CityId;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use crate::derive::{DerivedKey, derive, fingerprint};
use crate::error::KeyError;
use crate::known::KnownKey;
use crate::place::{Place, place, private_folder, refuse_open_folder};
use crate::rotate::next_path;

/// A key file holds four short lines; more is something else.
const MOST_BYTES: u64 = 4096;

/// What a key is for, and so who may hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// A city's agencies: makes linkage tokens. Never at the hub.
    Linkage,
    /// One agency: makes its record ids. Never anywhere else.
    Record,
    /// The hub: re-keys tokens. Never at an agency.
    Hub,
    /// The hub: seals the ledger's chain.
    Ledger,
    /// One agency: signs the extracts that it seals. Never anywhere else.
    Signing,
    /// The hub: opens what agencies sealed to it. Never at an agency.
    Opening,
}

impl std::fmt::Display for KeyKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Linkage => "linkage",
            Self::Record => "record",
            Self::Hub => "hub",
            Self::Ledger => "ledger",
            Self::Signing => "signing",
            Self::Opening => "opening",
        })
    }
}

/// A secret with its kind, city and epoch.
pub struct KeyFile {
    kind: KeyKind,
    city: CityId,
    epoch: String,
    source: Option<String>,
    owner: Option<u32>,
    secret: Zeroizing<Vec<u8>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    kind: KeyKind,
    city: CityId,
    epoch: String,
    /// Of a record key: whose it is. Keys of before have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    secret: String,
}

impl Drop for Text {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

impl KeyFile {
    /// Reads a key of a kind and city. A linkage key that has a fingerprint file beside it must be the
    /// key that the file names.
    ///
    /// # Errors
    /// [`KeyError`] when the file is missing, readable by others or in a folder that others can write, no key file, of another kind
    /// or city, or not the key that its fingerprint file names.
    pub fn read(path: &Path, kind: KeyKind, city: &CityId) -> Result<Self, KeyError> {
        let key = Self::read_alone(path, kind, city)?;
        if kind == KeyKind::Linkage {
            KnownKey::hold_against(path, &key)?;
        }
        Ok(key)
    }

    /// Reads a key without looking at what lies beside it.
    pub(crate) fn read_alone(path: &Path, kind: KeyKind, city: &CityId) -> Result<Self, KeyError> {
        let at = || path.to_owned();
        let mut file = File::open(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound if next_path(path).exists() => KeyError::HalfRotated { path: at() },
            io::ErrorKind::NotFound => KeyError::Missing { path: at(), kind },
            _ => KeyError::Io { path: at(), error },
        })?;
        // Of the open file, so that what is judged is what is read.
        refuse_exposed(path, &file)?;
        let owner = owner_of(path, &file)?;
        refuse_open_folder(path)?;
        let mut text = Zeroizing::new(String::with_capacity(MOST_BYTES as usize));
        match file.by_ref().take(MOST_BYTES).read_to_string(&mut text) {
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return Err(KeyError::Format { path: at() });
            }
            Err(error) => return Err(KeyError::Io { path: at(), error }),
            Ok(_) => {}
        }
        // The TOML reader's message would quote the line, and the line may hold the secret.
        let fields: Text = toml::from_str(&text).map_err(|_| KeyError::Format { path: at() })?;
        let secret =
            Zeroizing::new(hex::decode(&fields.secret).map_err(|_| KeyError::Format { path: at() })?);
        if secret.len() != 32 || check_epoch(&fields.epoch).is_err() {
            return Err(KeyError::Format { path: at() });
        }
        if fields.kind != kind {
            return Err(KeyError::Kind { path: at(), found: fields.kind, expected: kind });
        }
        if fields.city != *city {
            return Err(KeyError::City { path: at(), found: fields.city.clone(), expected: city.clone() });
        }
        let (epoch, source) = (fields.epoch.clone(), fields.source.clone());
        Ok(Self { kind, city: city.clone(), epoch, source, owner, secret })
    }

    /// Makes a key of 256 bits from the operating system's generator and writes it, readable by
    /// its owner alone: all of it or nothing, and never over a file that is there.
    ///
    /// # Errors
    /// [`KeyError::Epoch`] when `epoch` is none, [`KeyError::Exists`] when there is a file already,
    /// [`KeyError::Io`] when it can't be written.
    pub fn create(path: &Path, kind: KeyKind, city: &CityId, epoch: &str) -> Result<Self, KeyError> {
        check_epoch(epoch)?;
        if path.exists() {
            return Err(KeyError::Exists { path: path.to_owned() });
        }
        Self::generate(path, path, kind, city, epoch)
    }

    /// As [`Self::create`]; the file's name is free as far as the caller knows, and the key is to lie at `home`. A
    /// record key is its source's, after which the file is called.
    pub(crate) fn generate(
        path: &Path,
        home: &Path,
        kind: KeyKind,
        city: &CityId,
        epoch: &str,
    ) -> Result<Self, KeyError> {
        check_epoch(epoch)?;
        let io = KeyError::io(path);
        let mut secret = Zeroizing::new(vec![0_u8; 32]);
        getrandom::fill(&mut secret).map_err(|e| io(io::Error::other(e.to_string())))?;
        let stem = home.file_stem().filter(|_| kind == KeyKind::Record);
        let source = stem.map(|stem| stem.to_string_lossy().into_owned());
        let (epoch, secret_text) = (epoch.to_owned(), hex::encode(&*secret));
        let fields = Text {
            kind,
            city: city.clone(),
            epoch: epoch.clone(),
            source: source.clone(),
            secret: secret_text,
        };
        let text = Zeroizing::new(toml::to_string(&fields).map_err(|e| io(io::Error::other(e)))?);
        private_folder(path)?;
        refuse_open_folder(path)?;
        place(path, text.as_bytes(), Place::New)?;
        Ok(Self { kind, city: city.clone(), epoch, source, owner: None, secret })
    }

    /// Kind.
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// City.
    pub fn city(&self) -> &CityId {
        &self.city
    }

    /// Epoch.
    pub fn epoch(&self) -> &str {
        &self.epoch
    }

    /// The source whose record key it is, if the file says so.
    pub fn source(&self) -> Option<&str> {
        self.source.as_deref()
    }

    /// On Unix, the number of the user whose file it was read from, who can read it too, and put another in its place.
    pub fn owner(&self) -> Option<u32> {
        self.owner
    }

    /// Sixteen hexadecimal digits that tell this key from others; public.
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.secret, self.city.as_str(), &self.epoch)
    }

    /// A key for one purpose of this key's kind. The kind is part of the derivation.
    pub fn derive(&self, purpose: &str) -> DerivedKey {
        derive(&self.secret, self.city.as_str(), &self.epoch, &format!("{}/{purpose}", self.kind))
    }
}

/// Whether a text can be an epoch: 1 to 32 ASCII letters, digits and hyphens.
///
/// # Errors
/// [`KeyError::Epoch`] when it can't.
pub fn check_epoch(text: &str) -> Result<(), KeyError> {
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if (1..=32).contains(&text.len()) && plain { Ok(()) } else { Err(KeyError::Epoch) }
}

#[cfg(unix)]
fn refuse_exposed(path: &Path, file: &File) -> Result<(), KeyError> {
    use std::os::unix::fs::PermissionsExt;
    let open_to_others = file.metadata().map_err(KeyError::io(path))?.permissions().mode() & 0o077;
    if open_to_others == 0 { Ok(()) } else { Err(KeyError::Exposed { path: path.to_owned() }) }
}

#[cfg(unix)]
fn owner_of(path: &Path, file: &File) -> Result<Option<u32>, KeyError> {
    use std::os::unix::fs::MetadataExt;
    file.metadata().map(|metadata| Some(metadata.uid())).map_err(KeyError::io(path))
}

/// Elsewhere users have no numbers.
#[cfg(not(unix))]
fn owner_of(_path: &Path, _file: &File) -> Result<Option<u32>, KeyError> {
    Ok(None)
}

/// Elsewhere than on Unix, who may read a file is the folder's to say; see `schemas/README.md`.
#[cfg(not(unix))]
fn refuse_exposed(_path: &Path, _file: &File) -> Result<(), KeyError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn city(text: &str) -> CityId {
        CityId::new(text).expect("a slug")
    }

    #[test]
    fn what_is_made_is_read_back_and_never_overwritten() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keys/linkage.key");
        let atlanta = city("us-ga-atlanta");
        let made = KeyFile::create(&path, KeyKind::Linkage, &atlanta, "2026").expect("made");
        let read = KeyFile::read(&path, KeyKind::Linkage, &atlanta).expect("read");
        assert_eq!(made.fingerprint(), read.fingerprint());
        assert_eq!(made.fingerprint().len(), crate::FINGERPRINT_HEX);
        assert!(matches!(
            KeyFile::create(&path, KeyKind::Linkage, &atlanta, "2026"),
            Err(KeyError::Exists { .. })
        ));
    }

    #[test]
    fn each_mistake_has_its_own_message() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.key");
        let atlanta = city("us-ga-atlanta");
        assert!(matches!(KeyFile::read(&path, KeyKind::Hub, &atlanta), Err(KeyError::Missing { .. })));
        KeyFile::create(&path, KeyKind::Hub, &atlanta, "2026").expect("made");
        assert!(matches!(KeyFile::read(&path, KeyKind::Ledger, &atlanta), Err(KeyError::Kind { .. })));
        assert!(matches!(
            KeyFile::read(&path, KeyKind::Hub, &city("us-il-chicago")),
            Err(KeyError::City { .. })
        ));
        #[cfg(unix)]
        {
            use std::os::unix::fs::{PermissionsExt, symlink};
            fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("chmod");
            assert!(matches!(KeyFile::read(&path, KeyKind::Hub, &atlanta), Err(KeyError::Exposed { .. })));
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("chmod");
            for mode in [0o770, 0o702, 0o1777] {
                fs::set_permissions(folder.path(), fs::Permissions::from_mode(mode)).expect("chmod");
                let read = KeyFile::read(&path, KeyKind::Hub, &atlanta);
                assert!(matches!(read, Err(KeyError::OpenFolder { .. })), "{mode:o}");
                let other = folder.path().join("b.key");
                let made = KeyFile::create(&other, KeyKind::Hub, &atlanta, "2026");
                assert!(matches!(made, Err(KeyError::OpenFolder { .. })) && !other.exists(), "{mode:o}");
            }
            fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("chmod");
            assert!(KeyFile::read(&path, KeyKind::Hub, &atlanta).is_ok(), "others may look at its name");
            // A key that a link leads to lies where the link leads.
            let elsewhere = folder.path().join("elsewhere");
            fs::create_dir(&elsewhere).expect("made");
            fs::copy(&path, elsewhere.join("real.key")).expect("copied");
            symlink("real.key", elsewhere.join("link.key")).expect("linked");
            let linked = folder.path().join("linked.key");
            symlink("elsewhere/link.key", &linked).expect("linked");
            assert!(KeyFile::read(&linked, KeyKind::Hub, &atlanta).is_ok());
            fs::set_permissions(&elsewhere, fs::Permissions::from_mode(0o777)).expect("chmod");
            let read = KeyFile::read(&linked, KeyKind::Hub, &atlanta);
            assert!(matches!(read, Err(KeyError::OpenFolder { path }) if path.ends_with("elsewhere")));
        }
        let text = fs::read_to_string(&path).expect("text").replace("secret = \"", "secret = \"zz");
        fs::write(&path, &text).expect("written");
        let Err(error) = KeyFile::read(&path, KeyKind::Hub, &atlanta) else { panic!("accepted") };
        assert!(matches!(error, KeyError::Format { .. }));
        assert!(!error.to_string().contains(&text[text.len() - 20..text.len() - 4]));
    }

    /// A process killed while it makes a key leaves no key, or all of it. (It used to leave an empty file.)
    #[test]
    fn a_key_appears_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("linkage.key");
        let done = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            let seen = scope.spawn(|| {
                let mut seen = 0_u32;
                while !done.load(std::sync::atomic::Ordering::Relaxed) {
                    match KeyFile::read(&path, KeyKind::Linkage, &city("us-ga-atlanta")) {
                        Ok(_) => seen += 1,
                        Err(KeyError::Missing { .. }) => {}
                        Err(other) => panic!("{other}"),
                    }
                }
                seen
            });
            for _ in 0..300 {
                KeyFile::create(&path, KeyKind::Linkage, &city("us-ga-atlanta"), "2026").expect("made");
                fs::remove_file(&path).expect("removed");
            }
            done.store(true, std::sync::atomic::Ordering::Relaxed);
            seen.join().expect("never half a key");
        });
        assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 0);
    }

    #[test]
    fn a_record_key_says_whose_it_is_wherever_it_is_copied() {
        let folder = tempfile::tempdir().expect("a folder");
        let atlanta = city("us-ga-atlanta");
        let (housing, legal) = (folder.path().join("housing.key"), folder.path().join("legal.key"));
        KeyFile::create(&legal, KeyKind::Record, &atlanta, "2026").expect("made");
        fs::copy(&legal, &housing).expect("copied");
        let source = |path: &Path| {
            let key = KeyFile::read(path, KeyKind::Record, &atlanta).expect("read");
            key.source().map(str::to_owned)
        };
        assert_eq!(source(&housing).as_deref(), Some("legal"));
        crate::rotate(&housing, KeyKind::Record, &atlanta, "2027").expect("rotated");
        assert_eq!(source(&housing).as_deref(), Some("housing"), "a new key is its own");
        let text = fs::read_to_string(&legal).expect("text").replace("source = \"legal\"\n", "");
        fs::write(&legal, text).expect("written");
        assert_eq!(source(&legal), None, "a key of before says nothing");
        KeyFile::create(&folder.path().join("hub.key"), KeyKind::Hub, &atlanta, "1").expect("made");
        assert!(!fs::read_to_string(folder.path().join("hub.key")).expect("text").contains("source"));
    }

    #[test]
    fn a_mistaken_linkage_key_is_told_by_the_fingerprint_beside_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let atlanta = city("us-ga-atlanta");
        let path = folder.path().join("linkage.key");
        let key = KeyFile::create(&path, KeyKind::Linkage, &atlanta, "2026").expect("made");
        KnownKey::of(&key).write(&KnownKey::beside(&path)).expect("written");
        KeyFile::read(&path, KeyKind::Linkage, &atlanta).expect("the right one");
        fs::remove_file(&path).expect("removed");
        KeyFile::create(&path, KeyKind::Linkage, &atlanta, "2026").expect("made");
        assert!(matches!(KeyFile::read(&path, KeyKind::Linkage, &atlanta), Err(KeyError::Mistaken { .. })));
    }
}
