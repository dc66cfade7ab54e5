//! The configuration file, read and checked.

use std::fs;
use std::path::Path;

use domain::Config;

use crate::failure::{Class, Failure};
use crate::folders::lie_apart;

/// Reads a configuration.
pub(crate) fn read_config(path: &Path) -> Result<Config, Failure> {
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::usage(format!(
            "{}: {error}; name a configuration, for example configs/demo.toml",
            path.display()
        ))
    })?;
    let config = Config::parse(&text, path).map_err(Failure::usage)?;
    lie_apart(&config, path).map_err(Failure::usage)?;
    Ok(config)
}

/// A budget whose reason is blank, as a scaffold leaves it, or left out: somebody still has to decide.
///
/// # Errors
/// A gate, until the city says why its ε is what it is.
pub(crate) fn reasoned(config: &Config) -> Result<String, Failure> {
    match config.budget.reason.as_deref().map(str::trim) {
        None | Some("") => Err(Failure::new(
            Class::Gate,
            "budget.reason: say why epsilon is what it is; nothing is released until then, and it is published with every release",
        )),
        Some(_) => Ok(format!("epsilon {} a year", config.budget.epsilon)),
    }
}
