//! Secrets from files that nobody else can read.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::de::DeserializeOwned;

use crate::fault::Fault;
use crate::rule;

/// Refuses a secret file that is missing or that others can read.
pub(crate) fn private(path: &Path) -> Result<File, Fault> {
    let refuse = |why: &str| Fault::stop(&rule::SECRET, format!("{}: {why}", path.display()));
    let file = File::open(path).map_err(|error| refuse(&error.kind().to_string()))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = file.metadata().map_err(|error| refuse(&error.kind().to_string()))?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(refuse("group or others can read it"));
        }
    }
    Ok(file)
}

/// Reads a small TOML file of secrets; a message never quotes it.
pub(crate) fn read<T: DeserializeOwned>(path: &Path, form: &str) -> Result<T, Fault> {
    let mut text = String::new();
    let refuse = |_| Fault::stop(&rule::SECRET, format!("{}: it holds {form}", path.display()));
    private(path)?.take(1 << 16).read_to_string(&mut text).map_err(refuse)?;
    toml::from_str(&text).map_err(|_| refuse(std::io::Error::other("form")))
}
