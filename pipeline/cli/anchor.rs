//! Published releases anchor the ledger: each names the head of the chain it was stored under. A
//! ledger that does not hold that head was cut, put back from an old copy, or made anew, and would
//! spend again what was spent.

use std::fs;
use std::path::Path;

use release::Ledger;
use serde_json::Value;

use crate::failure::{Class, Failure};
use crate::init::ledger_failure;

/// Holds the ledger against every release that stands in `city_folder`.
///
/// # Errors
/// A failure when a standing release was stored under a head that the ledger does not hold.
pub(crate) fn holds_published(ledger: &Ledger, city_folder: &Path) -> Result<(), Failure> {
    let Ok(entries) = fs::read_dir(city_folder) else { return Ok(()) };
    for path in entries.filter_map(Result::ok).map(|entry| entry.path().join("release.json")) {
        let Some(head) = published_head(&path) else { continue };
        if !ledger.holds(&head).map_err(ledger_failure)? {
            return Err(Failure::new(
                Class::Internal,
                format!(
                    "{}: this city's ledger does not know this published release, so it was cut, put back from an old \
                     copy, or made anew; the city is stopped: restore the ledger, or move the release away if it is not \
                     this city's",
                    path.display()
                ),
            ));
        }
    }
    Ok(())
}

fn published_head(path: &Path) -> Option<String> {
    let statement: Value = serde_json::from_str(&fs::read_to_string(path).ok()?).ok()?;
    let head = statement.get("ledger_head").or_else(|| statement.pointer("/statement/ledger_head"))?;
    head.as_str().map(str::to_owned)
}
