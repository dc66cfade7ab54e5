//! A city's keys, an extract, and archives that no `pathways seal` would write.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use domain::{CityId, FileEntry, Manifest, System};
use keys::{KeyFile, KeyKind, KnownKey};
use seal::{Expected, Limits, OpenError, Opened, OpeningKeys, SigningKey, VerifyingKey, open, seal};
use sha2::{Digest, Sha256};

pub(crate) const SOURCE: &str = "clinic";

/// When everything is sealed.
pub(crate) fn noon() -> DateTime<Utc> {
    "2026-11-25T12:00:00Z".parse().unwrap()
}

pub(crate) struct City {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) id: CityId,
    pub(crate) known: KnownKey,
    pub(crate) signing: SigningKey,
}

impl City {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let id = CityId::new("us-ga-atlanta").unwrap();
        let at = |name: &str| folder.path().join("keys").join(name);
        KeyFile::create(&at("clinic.signing.key"), KeyKind::Signing, &id, "2026").unwrap();
        KeyFile::create(&at("opening.key"), KeyKind::Opening, &id, "2026").unwrap();
        let signing = SigningKey::read(&at("clinic.signing.key"), &id).unwrap();
        let known = KnownKey {
            city: id.clone(),
            epoch: "2026".to_owned(),
            fingerprint: "00112233445566aa".to_owned(),
        };
        let city = Self { folder, id, known, signing };
        city.write_extract(b"people, encoded", b"events, encoded");
        city
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn opening(&self) -> OpeningKeys {
        OpeningKeys::read(&self.path("keys/opening.key"), &self.id).unwrap()
    }

    pub(crate) fn manifest(&self, people: &[u8], events: &[u8]) -> Manifest {
        let entry = |name: &str, bytes: &[u8]| FileEntry {
            name: name.to_owned(),
            rows: 1,
            sha256: hex::encode(Sha256::digest(bytes)),
        };
        Manifest {
            extract_version: 1,
            city: self.id.clone(),
            agency: SOURCE.to_owned(),
            system: System::PublicHealth,
            token_scheme: domain::TOKEN_SCHEME,
            key_epoch: self.known.epoch.clone(),
            key_fingerprint: self.known.fingerprint.clone(),
            encoded_on: None,
            first_event: None,
            last_event: None,
            rows_read: Vec::new(),
            rows_quarantined: 0,
            one_record_per_person: false,
            people: entry("people.parquet", people),
            events: entry("events.parquet", events),
        }
    }

    pub(crate) fn write_extract(&self, people: &[u8], events: &[u8]) {
        let folder = self.path("extract");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("people.parquet"), people).unwrap();
        fs::write(folder.join("events.parquet"), events).unwrap();
        let manifest = serde_json::to_vec_pretty(&self.manifest(people, events)).unwrap();
        fs::write(folder.join("manifest.json"), manifest).unwrap();
    }

    /// Seals the extract and returns the file.
    pub(crate) fn seal(&self) -> PathBuf {
        let out = self.path("clinic.sealed");
        let recipient = self.opening().recipient().parse().unwrap();
        seal(&self.path("extract"), &self.signing, &recipient, &out, noon()).unwrap();
        out
    }

    /// Seals any bytes as if they were a tar, signed by the agency's own key.
    pub(crate) fn seal_bytes(&self, tar: &[u8]) -> PathBuf {
        let recipient: age::x25519::Recipient = self.opening().recipient().parse().unwrap();
        let body = age::encrypt(&recipient, tar).unwrap();
        self.sign(&body, &label(noon()))
    }

    /// Any bytes under the agency's own signature.
    pub(crate) fn sign(&self, body: &[u8], label: &str) -> PathBuf {
        use blake2::Digest as _;
        use ed25519_dalek::Signer;
        let file = KeyFile::read(&self.path("keys/clinic.signing.key"), KeyKind::Signing, &self.id).unwrap();
        let key = ed25519_dalek::SigningKey::from_bytes(&file.derive("ed25519"));
        let id = hex::decode(file.fingerprint()).unwrap();
        let encode = |bytes: &[u8]| base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes);
        let signature = key.sign(&blake2::Blake2b512::digest(body)).to_bytes();
        let global = key.sign(&[&signature[..], label.as_bytes()].concat()).to_bytes();
        let lines = format!(
            "untrusted comment: pathways sealed extract 1\n{}\ntrusted comment: {label}\n{}\n",
            encode(&[&b"ED"[..], &id, &signature].concat()),
            encode(&global)
        );
        let out = self.path("clinic.sealed");
        fs::write(&out, [lines.as_bytes(), body].concat()).unwrap();
        out
    }

    /// A tar of these entries, the manifest first.
    pub(crate) fn tar(&self, entries: &[(&str, tar::EntryType, &[u8])]) -> Vec<u8> {
        let manifest = serde_json::to_vec(&self.manifest(b"p", b"e")).unwrap();
        let first = [("manifest.json", tar::EntryType::Regular, &manifest[..])];
        let mut archive = tar::Builder::new(Vec::new());
        for (name, kind, bytes) in first.iter().chain(entries) {
            let mut header = tar::Header::new_ustar();
            // By hand: the library refuses to write what an attacker would.
            header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
            header.set_size(bytes.len() as u64);
            header.set_entry_type(*kind);
            if kind.is_symlink() || kind.is_hard_link() {
                header.set_link_name("/etc/passwd").unwrap();
            }
            header.set_cksum();
            archive.append(&header, *bytes).unwrap();
        }
        archive.into_inner().unwrap()
    }

    pub(crate) fn open(&self, path: &Path) -> Result<Opened, OpenError> {
        self.open_as(path, &self.known, SOURCE, None, 1 << 30)
    }

    pub(crate) fn open_as(
        &self,
        path: &Path,
        key: &KnownKey,
        source: &str,
        newest: Option<DateTime<Utc>>,
        most_bytes: u64,
    ) -> Result<Opened, OpenError> {
        let signed_by: [VerifyingKey; 1] = [self.signing.public().parse().unwrap()];
        let expected = Expected { source, key, signed_by: &signed_by, newest, now: noon() };
        open(path, &expected, &self.opening(), Limits { most_bytes }, &self.path("out/extract"))
    }

    /// The rule that a refusal names; nothing of it is left behind.
    pub(crate) fn refused(&self, result: Result<Opened, OpenError>) -> &'static str {
        let left: Vec<_> = fs::read_dir(self.path("out")).into_iter().flatten().collect();
        assert!(left.is_empty(), "half an extract was left: {left:?}");
        match result {
            Err(OpenError::Refused(refusal)) => refusal.rule.id,
            other => panic!("{other:?}"),
        }
    }
}

/// What stands on everything that is sealed here.
pub(crate) fn label(sealed: DateTime<Utc>) -> String {
    let sealed = sealed.format("%Y-%m-%dT%H:%M:%SZ");
    format!("city=us-ga-atlanta source={SOURCE} epoch=2026 key=00112233445566aa sealed={sealed}")
}
