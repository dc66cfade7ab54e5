//! An extract into the hub's inbox: copied, and its bytes held against the manifest.
//!
//! The copy is what is read afterwards, so nobody can change a file between the check of its
//! digest and its use. The inbox is emptied as soon as the source is re-keyed or refused.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use domain::{FileEntry, Manifest, SourceConfig};
use sha2::{Digest, Sha256};

use crate::manifest::refuse_links;
use crate::refusal::{Halt, HubError, Refusal};
use crate::rule;
use crate::side_by_side::side_by_side;
use crate::store::{private_folder, remove_folder};

/// A source's folder in the inbox; removed, with what it holds, when dropped.
///
/// # Privacy
/// An extract holds the agencies' tokens, and a refused one may hold worse: neither stays.
pub(crate) struct Inbox {
    folder: PathBuf,
}

impl Inbox {
    /// An empty folder; what an interrupted night left there is removed.
    pub(crate) fn open(city_folder: &Path, source: &str) -> Result<Self, HubError> {
        let folder = city_folder.join("inbox").join(source);
        remove_folder(&folder)?;
        private_folder(&folder)?;
        Ok(Self { folder })
    }

    /// The folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Removes the folder; a failure to do so is a failure of the night.
    pub(crate) fn empty(self) -> Result<(), HubError> {
        remove_folder(&self.folder)
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        // Best effort on the way out of an error; `open` removes it otherwise.
        let _ = remove_folder(&self.folder);
    }
}

/// Copies both files of an extract into the inbox and checks their SHA-256.
pub(crate) fn pull(source: &SourceConfig, manifest: &Manifest, inbox: &Inbox) -> Result<(), Halt> {
    let entries = [&manifest.people, &manifest.events];
    side_by_side(entries, |entry| take(source, entry, inbox)).into_iter().collect()
}

fn take(source: &SourceConfig, entry: &FileEntry, inbox: &Inbox) -> Result<(), Halt> {
    let from = source.extract.join(&entry.name);
    refuse_links(source, &from, &rule::FILE_MISSING)?;
    let digest = copy(source, entry, &from, &inbox.folder().join(&entry.name))?;
    if digest == entry.sha256 {
        Ok(())
    } else {
        Err(Refusal::new(&source.name, &entry.name, &rule::FILE_DIGEST).into())
    }
}

/// Copies a file and returns the SHA-256 of what was copied.
fn copy(source: &SourceConfig, entry: &FileEntry, from: &Path, to: &Path) -> Result<String, Halt> {
    let unreadable = |_: io::Error| Refusal::new(&source.name, &entry.name, &rule::FILE_UNREADABLE);
    let mut reader = File::open(from).map_err(unreadable)?;
    let mut writer = File::create_new(to).map_err(HubError::io(to))?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0_u8; 1 << 20];
    loop {
        let read = reader.read(&mut buffer).map_err(unreadable)?;
        if read == 0 {
            break;
        }
        hasher.update(&buffer[..read]);
        writer.write_all(&buffer[..read]).map_err(HubError::io(to))?;
    }
    Ok(hex::encode(hasher.finalize()))
}

/// Removes what earlier nights may have left in a city's inbox for sources that are gone.
pub(crate) fn sweep(city_folder: &Path) -> Result<(), HubError> {
    let inbox = city_folder.join("inbox");
    match fs::symlink_metadata(&inbox) {
        Ok(_) => remove_folder(&inbox),
        Err(_) => Ok(()),
    }
}
