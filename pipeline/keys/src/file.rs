//! Key files on disk.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use domain::CityId;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use zeroize::{Zeroize, Zeroizing};

use crate::derive::{DerivedKey, derive, fingerprint};

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
}

impl std::fmt::Display for KeyKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Linkage => "linkage",
            Self::Record => "record",
            Self::Hub => "hub",
            Self::Ledger => "ledger",
        })
    }
}

/// A secret with its kind, city and epoch.
pub struct KeyFile {
    kind: KeyKind,
    city: CityId,
    epoch: String,
    secret: Zeroizing<Vec<u8>>,
}

/// Why a key can't be used.
#[derive(Debug, Error)]
pub enum KeyError {
    /// There is no such file.
    #[error("{path}: there is no {kind} key; make one with `pathways keys make`, or put the file in place")]
    Missing {
        /// File.
        path: PathBuf,
        /// Kind that was looked for.
        kind: KeyKind,
    },
    /// Others than the owner can read it.
    #[error(
        "{path}: group or others can read this key; run `chmod 600` on it, and rotate it if it may have been read"
    )]
    Exposed {
        /// File.
        path: PathBuf,
    },
    /// Not a key file.
    #[error(
        "{path}: not a key file of this project (kind, city, epoch and 64 hexadecimal digits of secret); restore it from your copy"
    )]
    Format {
        /// File.
        path: PathBuf,
    },
    /// A key of another kind.
    #[error("{path}: this is a {found} key where a {expected} key is needed; name the right file")]
    Kind {
        /// File.
        path: PathBuf,
        /// Kind it has.
        found: KeyKind,
        /// Kind it should have.
        expected: KeyKind,
    },
    /// A key of another city.
    #[error(
        "{path}: this key belongs to {found}, not to {expected}; cities never share keys: name {expected}'s own"
    )]
    City {
        /// File.
        path: PathBuf,
        /// City it has.
        found: CityId,
        /// City it should have.
        expected: CityId,
    },
    /// There is a file already.
    #[error("{path}: a key is already there and is never overwritten; move it away first")]
    Exists {
        /// File.
        path: PathBuf,
    },
    /// The disk.
    #[error("{path}: {error}")]
    Io {
        /// File.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    kind: KeyKind,
    city: CityId,
    epoch: String,
    secret: String,
}

impl Drop for Text {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

impl KeyFile {
    /// Reads a key of a kind and city.
    ///
    /// # Errors
    /// [`KeyError`] when the file is missing, readable by others, no key file, or of another kind
    /// or city.
    pub fn read(path: &Path, kind: KeyKind, city: &CityId) -> Result<Self, KeyError> {
        let at = || path.to_owned();
        let text = Zeroizing::new(fs::read_to_string(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => KeyError::Missing { path: at(), kind },
            _ => KeyError::Io { path: at(), error },
        })?);
        refuse_exposed(path)?;
        // The TOML reader's message would quote the line, and the line may hold the secret.
        let fields: Text = toml::from_str(&text).map_err(|_| KeyError::Format { path: at() })?;
        let secret =
            Zeroizing::new(hex::decode(&fields.secret).map_err(|_| KeyError::Format { path: at() })?);
        if secret.len() != 32 || !is_epoch(&fields.epoch) {
            return Err(KeyError::Format { path: at() });
        }
        if fields.kind != kind {
            return Err(KeyError::Kind { path: at(), found: fields.kind, expected: kind });
        }
        if fields.city != *city {
            return Err(KeyError::City { path: at(), found: fields.city.clone(), expected: city.clone() });
        }
        Ok(Self { kind, city: city.clone(), epoch: fields.epoch.clone(), secret })
    }

    /// Makes a key of 256 bits from the operating system's generator and writes it, readable by
    /// its owner alone.
    ///
    /// # Errors
    /// [`KeyError::Exists`] when there is a file already, [`KeyError::Format`] when `epoch` is not
    /// 1 to 32 ASCII letters, digits or hyphens, [`KeyError::Io`] when it can't be written.
    pub fn create(path: &Path, kind: KeyKind, city: &CityId, epoch: &str) -> Result<Self, KeyError> {
        let io = |error| KeyError::Io { path: path.to_owned(), error };
        if !is_epoch(epoch) {
            return Err(KeyError::Format { path: path.to_owned() });
        }
        let mut secret = Zeroizing::new(vec![0_u8; 32]);
        getrandom::fill(&mut secret).map_err(|e| io(io::Error::other(e.to_string())))?;
        let fields =
            Text { kind, city: city.clone(), epoch: epoch.to_owned(), secret: hex::encode(&*secret) };
        let text = Zeroizing::new(toml::to_string(&fields).map_err(|e| io(io::Error::other(e)))?);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(io)?;
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => KeyError::Exists { path: path.to_owned() },
            _ => io(error),
        })?;
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(io)?;
        Ok(Self { kind, city: city.clone(), epoch: epoch.to_owned(), secret })
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

    /// Sixteen hexadecimal digits that tell this key from others; public.
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.secret, self.city.as_str(), &self.epoch)
    }

    /// A key for one purpose of this key's kind. The kind is part of the derivation.
    pub fn derive(&self, purpose: &str) -> DerivedKey {
        derive(&self.secret, self.city.as_str(), &self.epoch, &format!("{}/{purpose}", self.kind))
    }
}

fn is_epoch(text: &str) -> bool {
    (1..=32).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

#[cfg(unix)]
fn refuse_exposed(path: &Path) -> Result<(), KeyError> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = fs::metadata(path).map_err(|error| KeyError::Io { path: path.to_owned(), error })?;
    let open_to_others = metadata.permissions().mode() & 0o077;
    if open_to_others == 0 { Ok(()) } else { Err(KeyError::Exposed { path: path.to_owned() }) }
}

#[cfg(not(unix))]
fn refuse_exposed(_path: &Path) -> Result<(), KeyError> {
    Ok(())
}

#[cfg(test)]
mod tests {
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
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("chmod");
            assert!(matches!(KeyFile::read(&path, KeyKind::Hub, &atlanta), Err(KeyError::Exposed { .. })));
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("chmod");
        }
        let text = fs::read_to_string(&path).expect("text").replace("secret = \"", "secret = \"zz");
        fs::write(&path, &text).expect("written");
        let Err(error) = KeyFile::read(&path, KeyKind::Hub, &atlanta) else { panic!("accepted") };
        assert!(matches!(error, KeyError::Format { .. }));
        assert!(!error.to_string().contains(&text[text.len() - 20..text.len() - 4]));
    }
}
