//! The agency's half.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use blake2::{Blake2b512, Digest as _};
use chrono::{DateTime, Utc};
use domain::Manifest;
use sha2::{Digest as _, Sha256};

use crate::archive::{MANIFEST, append};
use crate::error::SealError;
use crate::label::Label;
use crate::opening::Recipient;
use crate::signature::SigningKey;

/// Seals the extract in `folder` to `recipient` and writes it to `out`, whole or not at all, in the place of
/// what was there. Returns the label that it bears.
///
/// The extract is held against its manifest while it is read: one that is not whole is not sealed.
///
/// # Errors
/// [`SealError`] with place, rule and remedy.
///
/// # Privacy
/// Only manifest, people and events go in, with no name, owner or time of the agency's own machine.
pub fn seal(
    folder: &Path,
    key: &SigningKey,
    recipient: &Recipient,
    out: &Path,
    now: DateTime<Utc>,
) -> Result<Label, SealError> {
    let manifest_path = folder.join(MANIFEST);
    let bytes = std::fs::read(&manifest_path).map_err(SealError::io(&manifest_path))?;
    let manifest: Manifest = serde_json::from_slice(&bytes).map_err(|_| SealError::Extract {
        path: manifest_path.clone(),
        rule: "it is no manifest of an extract",
    })?;
    if manifest.city != *key.city() {
        return Err(SealError::City { path: manifest_path });
    }
    let label = Label {
        city: manifest.city.clone(),
        source: manifest.agency.clone(),
        epoch: manifest.key_epoch.clone(),
        fingerprint: manifest.key_fingerprint.clone(),
        sealed: now,
    };
    let comment = label.to_string();
    if Label::parse(&comment).map(|read| read.to_string()) != Some(comment.clone()) {
        return Err(SealError::Extract {
            path: manifest_path,
            rule: "its source, epoch or fingerprint holds a space",
        });
    }

    let parent = out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut aside =
        tempfile::Builder::new().prefix(".seal-").tempfile_in(parent).map_err(SealError::io(parent))?;
    let io = SealError::io(out);
    // The signature's lines go before what they sign, and their length is known.
    let room = SigningKey::signed_length(&comment);
    aside.write_all(&vec![b' '; room]).map_err(&io)?;
    let body = aside.as_file().try_clone().map_err(&io)?;
    let mut hashed = Hashed { inner: BufWriter::with_capacity(1 << 20, body), hash: Blake2b512::new() };
    let encryptor = age::Encryptor::with_recipients(std::iter::once(&recipient.0 as &dyn age::Recipient))
        .map_err(|_| SealError::Recipient)?;
    let encrypted = encryptor.wrap_output(&mut hashed).map_err(&io)?;
    let mut archive = tar::Builder::new(encrypted);
    append(&mut archive, MANIFEST, bytes.len() as u64, &mut &bytes[..]).map_err(&io)?;
    for entry in [&manifest.people, &manifest.events] {
        let path = folder.join(&entry.name);
        if Path::new(&entry.name).components().count() != 1 {
            return Err(SealError::Extract {
                path: folder.join(MANIFEST),
                rule: "it names a path where a file's name belongs",
            });
        }
        let file = File::open(&path).map_err(SealError::io(&path))?;
        let length = file.metadata().map_err(SealError::io(&path))?.len();
        let mut reader = Digested { inner: file, hash: Sha256::new() };
        append(&mut archive, &entry.name, length, &mut reader).map_err(SealError::io(&path))?;
        if hex::encode(reader.hash.finalize()) != entry.sha256 {
            return Err(SealError::Extract { path, rule: "its SHA-256 is not the manifest's" });
        }
    }
    archive.into_inner().and_then(age::stream::StreamWriter::finish).map_err(&io)?;
    let Hashed { mut inner, hash } = hashed;
    inner.flush().map_err(&io)?;
    drop(inner);
    let lines = key.sign(hash, &comment);
    debug_assert_eq!(lines.len(), room);
    let file = aside.as_file_mut();
    file.seek(SeekFrom::Start(0)).and_then(|_| file.write_all(lines.as_bytes())).map_err(&io)?;
    file.sync_all().map_err(&io)?;
    aside.persist(out).map_err(|e| io(e.error))?;
    Ok(label)
}

/// Hashes what is written.
struct Hashed<W> {
    inner: W,
    hash: Blake2b512,
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Hashes what is read.
struct Digested<R> {
    inner: R,
    hash: Sha256,
}

impl<R: Read> Read for Digested<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.hash.update(&buffer[..read]);
        Ok(read)
    }
}
