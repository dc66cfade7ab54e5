//! A new key in the place of an old one, and the end of a key.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use domain::CityId;

use crate::error::KeyError;
use crate::file::{KeyFile, KeyKind, check_epoch};
use crate::place::{folder_of, private_folder, sync_folder};

/// Where a new key waits, complete, while the old one is moved out of its way.
pub(crate) fn next_path(path: &Path) -> PathBuf {
    with_suffix(path, "next")
}

/// Where the key at `path` of an earlier epoch lies once it is retired.
///
/// # Errors
/// [`KeyError::Epoch`] when `epoch` is none.
pub fn retired_path(path: &Path, epoch: &str) -> Result<PathBuf, KeyError> {
    check_epoch(epoch)?;
    let retired = folder_of(path).join("retired").join(path.file_name().unwrap_or_default());
    Ok(retired.with_extension(format!("{epoch}.key")))
}

/// The retired keys of the key at `path`, by file name.
///
/// # Errors
/// [`KeyError::Io`] when the folder can't be listed.
pub fn retired_keys(path: &Path) -> Result<Vec<PathBuf>, KeyError> {
    let folder = folder_of(path).join("retired");
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut found = Vec::new();
    for entry in fs::read_dir(&folder).map_err(KeyError::io(&folder))? {
        let path = entry.map_err(KeyError::io(&folder))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // An epoch has no dot, so `a.2026.key` is of `a.key` and `a.signing.2026.key` of `a.signing.key`.
        let epoch = name.strip_suffix(".key").and_then(|name| name.rsplit_once('.'));
        if epoch.is_some_and(|(of, _)| of == stem) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Refuses to retire a key where another lies, which may be the only copy of it.
fn refuse_over_another(retired: &Path, old: &KeyFile) -> Result<(), KeyError> {
    if fs::symlink_metadata(retired).is_err() {
        return Ok(());
    }
    let same = KeyFile::read_alone(retired, old.kind(), old.city())
        .is_ok_and(|there| there.fingerprint() == old.fingerprint());
    if same { Ok(()) } else { Err(KeyError::RetiredTaken { path: retired.to_owned() }) }
}

/// Makes a key of a new epoch in the place of the one at `path`, which is moved to the folder `retired`
/// beside it. Whenever it is cut off, the same call finishes it; a key of that very epoch that is there
/// already is left as it is.
///
/// # Errors
/// [`KeyError::Epoch`] before anything is looked at; [`KeyError`] as [`KeyFile::read`] and [`KeyFile::create`] give it; [`KeyError::EpochUsed`] when the epoch
/// has had a key that is retired; [`KeyError::RetiredTaken`] when another key lies where the old one would.
pub fn rotate(path: &Path, kind: KeyKind, city: &CityId, epoch: &str) -> Result<KeyFile, KeyError> {
    check_epoch(epoch)?;
    let next = next_path(path);
    if !path.exists() && next.exists() {
        // Cut off between the two renames.
        fs::rename(&next, path).map_err(KeyError::io(path))?;
        sync_folder(folder_of(path))?;
    }
    let old = KeyFile::read_alone(path, kind, city)?;
    if old.epoch() == epoch {
        return Ok(old);
    }
    let used = retired_path(path, epoch)?;
    if used.exists() {
        return Err(KeyError::EpochUsed { path: used, epoch: epoch.to_owned() });
    }
    let retired = retired_path(path, old.epoch())?;
    refuse_over_another(&retired, &old)?;
    if next.exists() {
        // Cut off before the old key was moved: the new one was never used.
        wipe(&next)?;
    }
    let new = KeyFile::generate(&next, path, kind, city, epoch)?;
    private_folder(&retired)?;
    fs::rename(path, &retired).map_err(KeyError::io(path))?;
    sync_folder(folder_of(&retired))?;
    fs::rename(&next, path).map_err(KeyError::io(path))?;
    sync_folder(folder_of(path))?;
    Ok(new)
}

/// Destroys the key at `path` if its fingerprint is the one named: its bytes are overwritten, then the file
/// is removed.
///
/// Overwriting reaches this file. Copies in backups, snapshots and a drive's spare blocks are beyond it.
///
/// # Errors
/// [`KeyError::OtherFingerprint`] when it is another key; [`KeyError`] when it can't be read or removed.
pub fn destroy(path: &Path, kind: KeyKind, city: &CityId, fingerprint: &str) -> Result<(), KeyError> {
    let key = KeyFile::read_alone(path, kind, city)?;
    if key.fingerprint() != fingerprint {
        return Err(KeyError::OtherFingerprint { path: path.to_owned() });
    }
    drop(key);
    wipe(path)
}

fn wipe(path: &Path) -> Result<(), KeyError> {
    let io = KeyError::io(path);
    let mut file = OpenOptions::new().write(true).open(path).map_err(&io)?;
    let length = usize::try_from(file.metadata().map_err(&io)?.len()).unwrap_or(usize::MAX).min(1 << 16);
    let mut noise = vec![0_u8; length];
    getrandom::fill(&mut noise).map_err(|e| io(std::io::Error::other(e.to_string())))?;
    for bytes in [noise, vec![0; length]] {
        file.seek(SeekFrom::Start(0)).map_err(&io)?;
        file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(&io)?;
    }
    drop(file);
    fs::remove_file(path).map_err(&io)?;
    sync_folder(folder_of(path))
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name: OsString = path.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(suffix);
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn atlanta() -> CityId {
        CityId::new("us-ga-atlanta").expect("a slug")
    }

    fn key_at(path: &Path) -> Result<String, KeyError> {
        KeyFile::read(path, KeyKind::Linkage, &atlanta()).map(|key| key.fingerprint())
    }

    fn retired(path: &Path, epoch: &str) -> PathBuf {
        retired_path(path, epoch).expect("an epoch")
    }

    /// `../x` used to panic, and others were blamed on a key file.
    #[test]
    fn a_text_that_is_no_epoch_is_refused_before_any_path_is_made_of_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("linkage.key");
        KeyFile::create(&path, KeyKind::Linkage, &atlanta(), "2026").expect("made");
        for text in ["../x", "a b", "2026/1", "a.b", "", "é", &"9".repeat(33)] {
            assert!(matches!(retired_path(&path, text), Err(KeyError::Epoch)), "{text}");
            let rotated = rotate(&path, KeyKind::Linkage, &atlanta(), text);
            assert!(matches!(rotated, Err(KeyError::Epoch)), "{text}");
            let made = KeyFile::create(&path, KeyKind::Linkage, &atlanta(), text);
            assert!(matches!(made, Err(KeyError::Epoch)), "{text}");
        }
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }

    #[test]
    fn a_rotation_retires_the_old_key_and_is_done_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("linkage.key");
        let old = KeyFile::create(&path, KeyKind::Linkage, &atlanta(), "2026").expect("made").fingerprint();
        let new = rotate(&path, KeyKind::Linkage, &atlanta(), "2027").expect("rotated").fingerprint();
        assert_ne!(old, new);
        assert_eq!(key_at(&path).expect("read"), new);
        assert_eq!(retired_keys(&path).expect("listed"), [retired(&path, "2026")]);
        assert_eq!(key_at(&retired(&path, "2026")).expect("read"), old);
        let again = rotate(&path, KeyKind::Linkage, &atlanta(), "2027").expect("done before");
        assert_eq!(again.fingerprint(), new);
        assert!(matches!(
            rotate(&path, KeyKind::Linkage, &atlanta(), "2026"),
            Err(KeyError::EpochUsed { .. })
        ));
    }

    /// Every state that a kill can leave: the new key complete and waiting, the old one in place or moved.
    #[test]
    fn a_rotation_cut_off_anywhere_is_finished_by_the_next() {
        for moved in [false, true] {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("linkage.key");
            let old = KeyFile::create(&path, KeyKind::Linkage, &atlanta(), "2026").expect("made");
            KeyFile::create(&next_path(&path), KeyKind::Linkage, &atlanta(), "2027").expect("made");
            if moved {
                let retired = retired(&path, "2026");
                private_folder(&retired).expect("a folder");
                fs::rename(&path, &retired).expect("moved");
                assert!(matches!(key_at(&path), Err(KeyError::HalfRotated { .. })));
            } else {
                assert_eq!(key_at(&path).expect("read"), old.fingerprint());
            }
            let new = rotate(&path, KeyKind::Linkage, &atlanta(), "2027").expect("finished");
            assert_eq!(key_at(&path).expect("read"), new.fingerprint());
            assert_eq!(key_at(&retired(&path, "2026")).expect("read"), old.fingerprint());
            assert!(!next_path(&path).exists());
        }
    }

    /// It used to be overwritten.
    #[test]
    fn a_key_that_lies_where_another_would_retire_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("linkage.key");
        let old = KeyFile::create(&path, KeyKind::Linkage, &atlanta(), "2026").expect("made").fingerprint();
        let there = retired(&path, "2026");
        let other =
            KeyFile::create(&there, KeyKind::Linkage, &atlanta(), "2026").expect("made").fingerprint();
        for _ in 0..2 {
            let refused = rotate(&path, KeyKind::Linkage, &atlanta(), "2027");
            assert!(matches!(refused, Err(KeyError::RetiredTaken { .. })));
            assert_eq!(
                (key_at(&path).expect("read"), key_at(&there).expect("read")),
                (old.clone(), other.clone())
            );
            assert!(!next_path(&path).exists());
        }
        fs::write(&there, "no key").expect("written");
        let refused = rotate(&path, KeyKind::Linkage, &atlanta(), "2027");
        assert!(matches!(refused, Err(KeyError::RetiredTaken { .. })));
        // A copy of the very key is no other.
        fs::copy(&path, &there).expect("copied");
        rotate(&path, KeyKind::Linkage, &atlanta(), "2027").expect("rotated");
        assert_eq!(key_at(&there).expect("read"), old);
    }

    #[test]
    fn retired_keys_of_one_name_are_not_anothers() {
        let folder = tempfile::tempdir().expect("a folder");
        let (record, signing) = (folder.path().join("a.key"), folder.path().join("a.signing.key"));
        KeyFile::create(&record, KeyKind::Record, &atlanta(), "1").expect("made");
        KeyFile::create(&signing, KeyKind::Signing, &atlanta(), "1").expect("made");
        rotate(&record, KeyKind::Record, &atlanta(), "2").expect("rotated");
        rotate(&signing, KeyKind::Signing, &atlanta(), "2").expect("rotated");
        assert_eq!(retired_keys(&record).expect("listed"), [folder.path().join("retired/a.1.key")]);
        assert_eq!(retired_keys(&signing).expect("listed"), [folder.path().join("retired/a.signing.1.key")]);
    }

    #[test]
    fn a_key_is_destroyed_by_its_own_fingerprint_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("hub.key");
        let key = KeyFile::create(&path, KeyKind::Hub, &atlanta(), "2026").expect("made");
        let secret = fs::read(&path).expect("read");
        // A second name of the same bytes shows what stood there last.
        let witness = folder.path().join("witness");
        fs::hard_link(&path, &witness).expect("linked");
        assert!(matches!(
            destroy(&path, KeyKind::Hub, &atlanta(), "0000000000000000"),
            Err(KeyError::OtherFingerprint { .. })
        ));
        assert_eq!(fs::read(&witness).expect("read"), secret);
        destroy(&path, KeyKind::Hub, &atlanta(), &key.fingerprint()).expect("destroyed");
        assert!(!path.exists());
        assert_eq!(fs::read(&witness).expect("read"), vec![0; secret.len()]);
    }
}
