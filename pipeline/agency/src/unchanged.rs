//! Whether the files of an export are, when all is read, what they were when reading began.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{self, File, Metadata};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::SystemTime;

use crate::error::EncodeError;

/// Every file that was opened, as it was when it was opened first. A copy watches the same files.
#[derive(Clone, Default)]
pub(crate) struct Watch(Rc<RefCell<BTreeMap<PathBuf, Mark>>>);

/// What tells a file from what it was.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Mark {
    bytes: u64,
    modified: Option<SystemTime>,
}

impl Mark {
    fn of(metadata: &Metadata) -> Self {
        // Of a system that tells no time the size has to do.
        Self { bytes: metadata.len(), modified: metadata.modified().ok() }
    }
}

impl Watch {
    /// Opens a file and takes note of it, unless it is known.
    pub(crate) fn open(&self, path: &Path) -> Result<File, EncodeError> {
        let file = File::open(path).map_err(EncodeError::io(path))?;
        let metadata = file.metadata().map_err(EncodeError::io(path))?;
        self.0.borrow_mut().entry(path.to_owned()).or_insert(Mark::of(&metadata));
        Ok(file)
    }

    /// Refuses an export of which a file is not what it was, or not there any more: rows may be missing, or be of two
    /// exports.
    pub(crate) fn refuse_changed(&self) -> Result<(), EncodeError> {
        let marks = self.0.borrow();
        let is_same =
            |path: &PathBuf, mark: &Mark| fs::metadata(path).is_ok_and(|now| Mark::of(&now) == *mark);
        let Some((path, _)) = marks.iter().find(|(path, mark)| !is_same(path, mark)) else { return Ok(()) };
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Err(EncodeError::input(
            &name,
            "it changed while it was read",
            "wait until the export is done, and encode again",
        ))
    }
}
