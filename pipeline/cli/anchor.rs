//! Published releases anchor the ledger: each names the head of the chain it was stored under. A
//! ledger that does not hold that head was cut, put back from an old copy, or made anew, and would
//! spend again what was spent.

use std::fs;
use std::io;
use std::path::Path;

use release::Ledger;
use serde_json::Value;

use crate::city_ledger::ledger_failure;
use crate::failure::{Class, Failure};

/// Holds the ledger against every release that stands in `city_folder`.
///
/// # Errors
/// A failure when a standing release can't be read, or was stored under a head that the ledger does
/// not hold.
pub(crate) fn holds_published(ledger: &Ledger, city_folder: &Path) -> Result<(), Failure> {
    let entries = match fs::read_dir(city_folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Failure::io(city_folder)(error)),
    };
    for entry in entries {
        let folder = entry.map_err(Failure::io(city_folder))?.path();
        if !folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with("period=")) {
            continue;
        }
        let path = folder.join("release.json");
        let refuse = |rule: &str| {
            Err(Failure::new(
                Class::Ledger,
                format!(
                    "{}: {rule}; the city is stopped: restore the ledger or the release, or move the release away if it \
                     is not this city's",
                    path.display()
                ),
            ))
        };
        let Some(head) = published_head(&path) else {
            return refuse("this published release can't be read, so the ledger can't be held against it");
        };
        if !ledger.holds(&head).map_err(ledger_failure)? {
            return refuse(
                "this city's ledger does not know this published release, so it was cut, put back from an old copy, or \
                 made anew",
            );
        }
    }
    Ok(())
}

fn published_head(path: &Path) -> Option<String> {
    let release: Value = serde_json::from_str(&fs::read_to_string(path).ok()?).ok()?;
    release.pointer("/statement/ledger_head")?.as_str().map(str::to_owned)
}
