//! `pathways keys`: makes what is missing, shows fingerprints.

use std::fs;

use domain::{CityConfig, Config};
use hub::ExpectedKey;
use keys::{KeyError, KeyFile, KeyKind};

use crate::command::{KeysAction, KeysArguments, Side};
use crate::configuration::read_config;
use crate::failure::{Class, Failure, Outcome};
use crate::key_folder::KeyFolder;
use crate::terminal::{out, table};

pub(crate) fn keys(arguments: &KeysArguments) -> Result<Outcome, Failure> {
    match &arguments.action {
        KeysAction::Make { config, side, epoch } => {
            let config = read_config(config)?;
            for city in &config.cities {
                let made = make_missing(&config, city, *side, epoch)?;
                out(&format!("{}: {made} keys made", city.id));
            }
        }
        KeysAction::Show { config } => show(&read_config(config)?)?,
    }
    Ok(Outcome::Done)
}

/// Makes the keys that one side of a city lacks and returns how many; never touches one that is
/// there, and never the other side's.
pub(crate) fn make_missing(
    config: &Config,
    city: &CityConfig,
    side: Side,
    epoch: &str,
) -> Result<usize, Failure> {
    let folder = KeyFolder::of(&config.keys, &city.id);
    let wanted = match side {
        Side::Hub => vec![(folder.hub(), KeyKind::Hub), (folder.ledger(), KeyKind::Ledger)],
        Side::Agency => {
            let records = city.sources.iter().map(|source| (folder.record(&source.name), KeyKind::Record));
            std::iter::once((folder.linkage(), KeyKind::Linkage)).chain(records).collect()
        }
    };
    let mut made = 0;
    for (path, kind) in wanted {
        match KeyFile::create(&path, kind, &city.id, epoch) {
            Ok(_) => made += 1,
            Err(KeyError::Exists { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    if side == Side::Agency {
        write_fingerprint(&folder, city)?;
    }
    Ok(made)
}

/// Writes the public text by which the hub tells the linkage key; refuses to put another key of
/// the same epoch in the place of one that the hub may already know.
fn write_fingerprint(folder: &KeyFolder, city: &CityConfig) -> Result<(), Failure> {
    let linkage = KeyFile::read(&folder.linkage(), KeyKind::Linkage, &city.id)?;
    let expected = ExpectedKey {
        city: city.id.clone(),
        epoch: linkage.epoch().to_owned(),
        fingerprint: linkage.fingerprint(),
    };
    let path = folder.fingerprint();
    if path.exists() {
        let known = expected_key(folder)?;
        if known == expected {
            return Ok(());
        }
        if known.epoch == expected.epoch {
            return Err(Failure::new(
                Class::Key,
                format!(
                    "{}: another linkage key of epoch {} is known already; restore that key, or make one of a new epoch",
                    path.display(),
                    known.epoch
                ),
            ));
        }
    }
    let text = toml::to_string(&expected).map_err(Failure::internal)?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(Failure::io(folder))?;
    }
    fs::write(&path, text).map_err(Failure::io(&path))
}

/// The fingerprint by which a city's hub knows the agencies' key.
pub(crate) fn expected_key(folder: &KeyFolder) -> Result<ExpectedKey, Failure> {
    let path = folder.fingerprint();
    let text = fs::read_to_string(&path).map_err(|_| {
        Failure::new(
            Class::Key,
            format!(
                "{}: the hub does not know the linkage key's fingerprint; copy the file that `pathways keys make` \
                 wrote at the agency",
                path.display()
            ),
        )
    })?;
    toml::from_str(&text).map_err(|_| {
        Failure::new(
            Class::Key,
            format!("{}: not a fingerprint file (city, epoch, fingerprint); copy it again", path.display()),
        )
    })
}

fn show(config: &Config) -> Result<(), Failure> {
    let mut table = table(["city", "key", "held by", "epoch", "fingerprint"], 0..0);
    for city in &config.cities {
        let folder = KeyFolder::of(&config.keys, &city.id);
        let mut rows = vec![
            (folder.linkage(), KeyKind::Linkage, "the city's agencies".to_owned()),
            (folder.hub(), KeyKind::Hub, "the hub".to_owned()),
            (folder.ledger(), KeyKind::Ledger, "the hub".to_owned()),
        ];
        for source in &city.sources {
            rows.push((folder.record(&source.name), KeyKind::Record, source.name.clone()));
        }
        for (path, kind, holder) in rows {
            match KeyFile::read(&path, kind, &city.id) {
                Ok(key) => table.add_row([
                    city.id.to_string(),
                    kind.to_string(),
                    holder,
                    key.epoch().to_owned(),
                    key.fingerprint(),
                ]),
                // The other side's keys are rightly absent on this machine.
                Err(KeyError::Missing { .. }) => table.add_row([
                    city.id.to_string(),
                    kind.to_string(),
                    holder,
                    "–".into(),
                    "not here".into(),
                ]),
                Err(error) => return Err(error.into()),
            };
        }
    }
    out(&table.to_string());
    Ok(())
}
