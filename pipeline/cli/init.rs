//! `pathways init`: a city's configuration, scaffolded; or the ledgers of a configuration's cities, made once. A
//! ledger that is lost later is a refusal, never a fresh budget.

use std::path::Path;

use crate::city_ledger::{create_ledger, ledger_path, open_and_witness_anew};
use crate::command::InitArguments;
use crate::configuration::read_config;
use crate::failure::{Failure, Outcome};
use crate::scaffold::scaffold;
use crate::terminal::{note, out};

pub(crate) fn init(arguments: &InitArguments) -> Result<Outcome, Failure> {
    match (&arguments.config, &arguments.city) {
        (Some(config), _) => create_ledgers(config),
        (None, Some(city)) => scaffold(city, arguments.into.as_deref()),
        (None, None) => Err(Failure::usage("init: name --config FILE or --city SLUG")),
    }
}

fn create_ledgers(config: &Path) -> Result<Outcome, Failure> {
    let config = read_config(config)?;
    let mut outcome = Outcome::Done;
    for city in &config.cities {
        let path = ledger_path(&config, city);
        if path.exists() {
            match open_and_witness_anew(&config, city) {
                Ok(_) => out(&format!(
                    "{}: the ledger {} is there already, whole, and its witness has seen all of it",
                    city.id,
                    path.display()
                )),
                Err(failure) => {
                    note(&format!("{}: {failure}", city.id));
                    outcome = outcome.max(Outcome::Failed(failure.class));
                }
            }
            continue;
        }
        match create_ledger(&config, city) {
            Ok(_) => {
                let path = path.display();
                out(&format!(
                    "{}: made the ledger {path}; back it up after every release, and never put an older copy back",
                    city.id
                ));
            }
            Err(failure) => {
                note(&format!("{}: {failure}", city.id));
                outcome = outcome.max(Outcome::Failed(failure.class));
            }
        }
    }
    Ok(outcome)
}
