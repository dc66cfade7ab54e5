//! The configuration file, read and checked.

use std::fs;
use std::path::Path;

use domain::Config;

use crate::failure::Failure;

/// Reads a configuration.
pub(crate) fn read_config(path: &Path) -> Result<Config, Failure> {
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::usage(format!(
            "{}: {error}; name a configuration, for example configs/demo.toml",
            path.display()
        ))
    })?;
    Config::parse(&text, path).map_err(Failure::usage)
}
