//! Puts a small file in its place whole: written aside, synced, then renamed there.

use std::fs;
use std::io::Write;
use std::path::Path;

use tempfile::Builder;

use crate::error::KeyError;

/// What to do about a file that has the name already.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Refuse.
    New,
    /// Take its place.
    Over,
}

/// Writes `bytes` to `path`; whoever is killed in between leaves the file absent or as it was.
pub(crate) fn place(path: &Path, bytes: &[u8], how: Place) -> Result<(), KeyError> {
    let io = KeyError::io(path);
    let folder = folder_of(path);
    // The temporary file is the owner's alone from the first byte on.
    let mut aside = Builder::new().prefix(".making-").tempfile_in(folder).map_err(&io)?;
    aside.write_all(bytes).and_then(|()| aside.as_file().sync_all()).map_err(&io)?;
    match how {
        Place::Over => aside.persist(path).map_err(|e| io(e.error))?,
        Place::New => aside.persist_noclobber(path).map_err(|e| match e.error.kind() {
            std::io::ErrorKind::AlreadyExists => KeyError::Exists { path: path.to_owned() },
            _ => io(e.error),
        })?,
    };
    sync_folder(folder)
}

/// The most links that lead to a key, one to the next; Linux follows as many.
#[cfg(unix)]
const MOST_LINKS: usize = 40;

/// Refuses a key's folder in which group or others may write: whoever may can take the key away, and put another there.
/// Of a link the folders of all that it leads to are the key's, too.
#[cfg(unix)]
pub(crate) fn refuse_open_folder(path: &Path) -> Result<(), KeyError> {
    use std::os::unix::fs::PermissionsExt;
    let mut path = path.to_owned();
    for _ in 0..=MOST_LINKS {
        let folder = folder_of(&path);
        let open = fs::metadata(folder).map_err(KeyError::io(folder))?.permissions().mode() & 0o022;
        if open != 0 {
            return Err(KeyError::OpenFolder { path: folder.to_owned() });
        }
        let Ok(target) = fs::read_link(&path) else { return Ok(()) };
        path = folder.join(target);
    }
    Ok(())
}

/// Elsewhere than on Unix, who may write is the folder's to say; see `schemas/README.md`.
#[cfg(not(unix))]
pub(crate) fn refuse_open_folder(_path: &Path) -> Result<(), KeyError> {
    Ok(())
}

/// The folder of a file, made for its owner alone where it is missing.
pub(crate) fn private_folder(path: &Path) -> Result<(), KeyError> {
    let folder = folder_of(path);
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(KeyError::io(folder))
}

pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes a rename or a removal last through a power cut.
#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) -> Result<(), KeyError> {
    fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(KeyError::io(folder))
}

/// Other systems don't sync folders.
#[cfg(not(unix))]
pub(crate) fn sync_folder(_folder: &Path) -> Result<(), KeyError> {
    Ok(())
}
