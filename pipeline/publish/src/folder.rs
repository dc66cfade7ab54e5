//! A folder that appears whole or not at all.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::error::PublishError;

/// What became of the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// There was none before.
    New,
    /// The same bytes stood there already: nothing was touched.
    Unchanged,
    /// An earlier rendering or revision gave way.
    Replaced,
}

/// Writes `files` (path in the folder, bytes) so that a reader sees the old folder or the new one,
/// and never a part of either: a hidden sibling first, every file and folder synced, then renamed.
///
/// A folder with the same bytes is left alone. One with other bytes is first renamed to a hidden
/// sibling, so for an instant there is none; a run cut off there is mended by the next.
///
/// # Errors
/// [`PublishError::Disk`]; the old folder then still stands, or is put back.
pub(crate) fn write_whole(target: &Path, files: &[(String, Vec<u8>)]) -> Result<Outcome, PublishError> {
    let parent = target.parent().unwrap_or(Path::new("."));
    let partial = sibling(target, "partial");
    let replaced = sibling(target, "replaced");
    on(parent, fs::create_dir_all)?;
    if !target.exists() && replaced.exists() {
        rename(&replaced, target)?;
    }
    for stale in [&partial, &replaced] {
        if stale.exists() {
            on(stale, fs::remove_dir_all)?;
        }
    }
    if same(target, files) {
        return Ok(Outcome::Unchanged);
    }
    fill(&partial, files).inspect_err(|_| drop(fs::remove_dir_all(&partial)))?;
    let standing = target.exists();
    if standing {
        rename(target, &replaced)?;
    }
    if let Err(error) = rename(&partial, target) {
        if standing {
            rename(&replaced, target)?;
        }
        return Err(error);
    }
    sync(parent)?;
    if standing {
        on(&replaced, fs::remove_dir_all)?;
    }
    Ok(if standing { Outcome::Replaced } else { Outcome::New })
}

/// Writes one file so that a reader sees the old one or the new one.
///
/// # Errors
/// [`PublishError::Disk`]; the old file then still stands.
pub(crate) fn write_file(target: &Path, bytes: &[u8]) -> Result<(), PublishError> {
    let parent = target.parent().unwrap_or(Path::new("."));
    on(parent, fs::create_dir_all)?;
    let partial = sibling(target, "partial");
    write_synced(&partial, bytes)?;
    rename(&partial, target)?;
    sync(parent)
}

/// `<folder>/.<what>-<name>`: hidden, so that no reader's pattern matches it.
fn sibling(target: &Path, what: &str) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    target.with_file_name(format!(".{what}-{name}"))
}

fn fill(folder: &Path, files: &[(String, Vec<u8>)]) -> Result<(), PublishError> {
    on(folder, fs::create_dir)?;
    let mut folders = vec![folder.to_owned()];
    for (name, bytes) in files {
        let path = folder.join(name);
        if let Some(inner) = path.parent().filter(|inner| !folders.iter().any(|f| f == inner)) {
            on(inner, fs::create_dir_all)?;
            folders.push(inner.to_owned());
        }
        write_synced(&path, bytes)?;
    }
    folders.iter().rev().try_for_each(|f| sync(f))
}

fn same(folder: &Path, files: &[(String, Vec<u8>)]) -> bool {
    count(folder) == Some(files.len())
        && files.iter().all(|(name, bytes)| fs::read(folder.join(name)).is_ok_and(|found| found == *bytes))
}

/// How many files lie in a folder and below it; `None` where there is no such folder.
fn count(folder: &Path) -> Option<usize> {
    let mut files = 0;
    for entry in fs::read_dir(folder).ok()? {
        let entry = entry.ok()?;
        files += if entry.file_type().ok()?.is_dir() { count(&entry.path())? } else { 1 };
    }
    Some(files)
}

fn write_synced(path: &Path, bytes: &[u8]) -> Result<(), PublishError> {
    on(path, |path| {
        let mut file = File::create(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    })
}

fn sync(folder: &Path) -> Result<(), PublishError> {
    on(folder, |folder| File::open(folder)?.sync_all())
}

fn rename(from: &Path, to: &Path) -> Result<(), PublishError> {
    on(to, |to| fs::rename(from, to))
}

fn on<'p, T>(path: &'p Path, act: impl FnOnce(&'p Path) -> std::io::Result<T>) -> Result<T, PublishError> {
    act(path).map_err(|source| PublishError::Disk { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(text: &str) -> Vec<(String, Vec<u8>)> {
        vec![("a.txt".into(), text.into()), ("in/b.txt".into(), b"b".to_vec())]
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .expect("a folder")
            .map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn new_unchanged_replaced() {
        let out = tempfile::tempdir().expect("a folder");
        let target = out.path().join("city=x/period=y");
        assert_eq!(write_whole(&target, &files("1")).expect("written"), Outcome::New);
        assert_eq!(write_whole(&target, &files("1")).expect("written"), Outcome::Unchanged);
        fs::write(target.join("stray.txt"), "").expect("written");
        assert_eq!(write_whole(&target, &files("1")).expect("written"), Outcome::Replaced);
        assert_eq!(write_whole(&target, &files("2")).expect("written"), Outcome::Replaced);
        assert_eq!(fs::read_to_string(target.join("a.txt")).expect("read"), "2");
        assert_eq!(names(&out.path().join("city=x")), ["period=y"], "no partial or replaced folder stays");
    }

    #[test]
    fn a_write_that_fails_halfway_leaves_the_old_release_and_nothing_else() {
        let out = tempfile::tempdir().expect("a folder");
        let target = out.path().join("period=y");
        write_whole(&target, &files("old")).expect("written");
        // The second file wants to be a folder where the first is a file: the disk refuses it.
        let clash = vec![("a.txt".to_owned(), b"new".to_vec()), ("a.txt/b".to_owned(), Vec::new())];
        assert!(matches!(write_whole(&target, &clash), Err(PublishError::Disk { .. })));
        assert_eq!(fs::read_to_string(target.join("a.txt")).expect("read"), "old");
        assert_eq!(names(out.path()), ["period=y"]);
    }

    #[test]
    fn a_run_killed_before_or_between_the_renames_is_mended_by_the_next() {
        let out = tempfile::tempdir().expect("a folder");
        let target = out.path().join("period=y");
        fs::create_dir(out.path().join(".partial-period=y")).expect("made");
        fs::write(out.path().join(".partial-period=y/half"), "").expect("written");
        assert!(!target.exists(), "a partial release is not visible");
        fs::create_dir(out.path().join(".replaced-period=y")).expect("made");
        assert_eq!(write_whole(&target, &files("1")).expect("written"), Outcome::Replaced);
        assert_eq!(names(out.path()), ["period=y"]);
        assert_eq!(names(&target), ["a.txt", "in"]);
    }
}
