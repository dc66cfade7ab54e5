//! A city's ledger: where it lies, made once, opened whole, and the class of each of its refusals.

use std::fs;
use std::io;
use std::path::PathBuf;

use domain::{CityConfig, Config};
use release::{Ledger, LedgerError, LedgerKey};

use crate::anchor::holds_published;
use crate::failure::{Class, Failure};
use crate::key_folder::KeyFolder;
use crate::lock::private_folder;

/// Where a city's releases are published.
pub(crate) fn published_folder(config: &Config, city: &CityConfig) -> PathBuf {
    config.out.join(format!("city={}", city.id))
}

/// Where a city's ledger lies.
pub(crate) fn ledger_path(config: &Config, city: &CityConfig) -> PathBuf {
    config.work.join(city.id.as_str()).join("ledger.sqlite")
}

/// Creates a city's ledger; only `init` and a demonstration do.
pub(crate) fn create_ledger(config: &Config, city: &CityConfig) -> Result<Ledger, Failure> {
    let path = ledger_path(config, city);
    let published = published_folder(config, city);
    if published.exists() {
        return Err(Failure::new(
            Class::NotInitialised,
            format!(
                "{}: this city has published before, so a new ledger would forget what was spent; restore {} from your \
                 copy, or move the published releases away if they are not this city's",
                published.display(),
                path.display()
            ),
        ));
    }
    if let Some(folder) = path.parent() {
        private_folder(folder)?;
    }
    Ledger::create(&path, ledger_key(config, city)?, &city.id).map_err(ledger_failure)
}

/// Opens a city's ledger and verifies its chain.
pub(crate) fn open_ledger(config: &Config, city: &CityConfig) -> Result<Ledger, Failure> {
    Ledger::open(&ledger_path(config, city), ledger_key(config, city)?, &city.id).map_err(ledger_failure)
}

/// Opens a ledger whose witness may be missing, and makes that anew; only `init` and a demonstration do.
///
/// # Errors
/// As [`open_ledger`], and a refusal when a published release is not on the ledger: then it is not the latest.
pub(crate) fn open_and_witness_anew(config: &Config, city: &CityConfig) -> Result<Ledger, Failure> {
    let (path, key) = (ledger_path(config, city), ledger_key(config, city)?);
    let ledger = Ledger::open_even_unwitnessed(&path, key, &city.id).map_err(ledger_failure)?;
    holds_published(&ledger, &published_folder(config, city))?;
    ledger.witness_anew().map_err(ledger_failure)?;
    Ok(ledger)
}

/// Lets a demonstration whose work was removed begin again: its people are fictitious.
pub(crate) fn forget_the_witness(config: &Config, city: &CityConfig) -> Result<(), Failure> {
    let key = ledger_key(config, city)?;
    match fs::remove_file(key.witness()) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Failure::io(key.witness())(error)),
        _ => Ok(()),
    }
}

fn ledger_key(config: &Config, city: &CityConfig) -> Result<LedgerKey, Failure> {
    let path = KeyFolder::of(&config.keys, &city.id).ledger();
    Ok(LedgerKey::read(&path, &city.id)?)
}

/// The exit-code class of a ledger's refusal.
pub(crate) fn ledger_failure(error: LedgerError) -> Failure {
    let class = match error {
        LedgerError::Missing { .. } => Class::NotInitialised,
        LedgerError::Altered { .. }
        | LedgerError::Foreign { .. }
        | LedgerError::Forgotten { .. }
        | LedgerError::Unwitnessed { .. } => Class::Ledger,
        LedgerError::Exhausted { .. }
        | LedgerError::CapRaised { .. }
        | LedgerError::LifetimeExhausted { .. }
        | LedgerError::LifetimeRaised { .. } => Class::BudgetExhausted,
        LedgerError::OtherPlan { .. }
        | LedgerError::NothingToRevise { .. }
        | LedgerError::Revisions { .. }
        | LedgerError::OtherTables { .. } => Class::Gate,
        LedgerError::Cap | LedgerError::Plan(_) | LedgerError::Budget(_) => Class::Usage,
        _ => Class::Internal,
    };
    Failure::new(class, error)
}
