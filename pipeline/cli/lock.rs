//! One run a city at a time.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::Path;

use crate::failure::{Class, Failure, unwritable};

/// Makes a folder that only its owner can enter: exact counts lie in it.
pub(crate) fn private_folder(folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|error| unwritable(folder, error))?;
    #[cfg(unix)]
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))
        .map_err(|error| unwritable(folder, error))?;
    Ok(())
}

/// Holds a city's lock until dropped. The operating system lets go of it when the process ends,
/// however it ends, so no lock is ever stale.
pub(crate) struct CityLock {
    _file: File,
}

impl CityLock {
    /// Takes the lock of the city whose work folder is `folder`.
    pub(crate) fn take(folder: &Path) -> Result<Self, Failure> {
        private_folder(folder)?;
        let path = folder.join("lock");
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|error| unwritable(&path, error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let holder = fs::read_to_string(&path).unwrap_or_default();
                return Err(Failure::new(
                    Class::Locked,
                    format!(
                        "{}: another run has this city ({}); wait for it to end",
                        path.display(),
                        holder.trim()
                    ),
                ));
            }
            Err(TryLockError::Error(error)) => return Err(Failure::io(&path)(error)),
        }
        let owner = format!("process {}", std::process::id());
        file.set_len(0)
            .and_then(|()| file.write_all(owner.as_bytes()))
            .map_err(|error| unwritable(&path, error))?;
        Ok(Self { _file: file })
    }
}
