//! `pathways keys`: makes what is missing, shows fingerprints, rotates and destroys.

use std::path::PathBuf;

use domain::{CityConfig, Config};
use hub::ExpectedKey;
use keys::{KeyError, KeyFile, KeyKind, KnownKey, retired_keys};
use seal::{OpeningKeys, SigningKey};

use crate::command::{KeysAction, KeysArguments, Side};
use crate::configuration::read_config;
use crate::failure::{Class, Failure, Outcome};
use crate::key_folder::KeyFolder;
use crate::key_log::{Deed, log};
use crate::keys_change::{destroy, rotate};
use crate::terminal::{note, out, table};

pub(crate) fn keys(arguments: &KeysArguments) -> Result<Outcome, Failure> {
    match &arguments.action {
        KeysAction::Make { config, side, source, epoch } => {
            let config = read_config(config)?;
            refuse_unknown(&config, source)?;
            for city in &config.cities {
                let made = make_missing(&config, city, *side, source, epoch)?;
                out(&format!("{}: {made} keys made", city.id));
            }
        }
        KeysAction::Show { config } => show(&read_config(config)?)?,
        KeysAction::Rotate { key, epoch } => rotate(key, epoch)?,
        KeysAction::Destroy { key, epoch, fingerprint } => {
            destroy(key, epoch.as_deref(), fingerprint.as_deref())?;
        }
    }
    Ok(Outcome::Done)
}

fn refuse_unknown(config: &Config, sources: &[String]) -> Result<(), Failure> {
    let known = |name: &String| config.cities.iter().flat_map(|city| &city.sources).any(|s| s.name == *name);
    match sources.iter().find(|name| !known(name)) {
        None => Ok(()),
        Some(name) => {
            Err(Failure::usage(format!("--source {name}: the configuration has no source of this name")))
        }
    }
}

/// Makes the keys that one side of a city lacks and returns how many; never touches one that is
/// there, and never the other side's. Of the agencies' own keys, those of `sources` or of all.
pub(crate) fn make_missing(
    config: &Config,
    city: &CityConfig,
    side: Side,
    sources: &[String],
    epoch: &str,
) -> Result<usize, Failure> {
    let folder = KeyFolder::of(&config.keys, &city.id);
    let wanted: Vec<(PathBuf, KeyKind)> = match side {
        Side::Hub => vec![
            (folder.hub(), KeyKind::Hub),
            (folder.ledger(), KeyKind::Ledger),
            (folder.opening(), KeyKind::Opening),
        ],
        Side::Agency => {
            refuse_second_linkage(&folder)?;
            let own = city.sources.iter().filter(|s| sources.is_empty() || sources.contains(&s.name));
            let own = own.flat_map(|source| {
                [
                    (folder.record(&source.name), KeyKind::Record),
                    (folder.signing(&source.name), KeyKind::Signing),
                ]
            });
            std::iter::once((folder.linkage(), KeyKind::Linkage)).chain(own).collect()
        }
    };
    let home = match side {
        Side::Hub => folder.hub_side(),
        Side::Agency => folder.agency(),
    };
    let mut made = 0;
    for (path, kind) in wanted {
        match KeyFile::create(&path, kind, &city.id, epoch) {
            Ok(key) => {
                log(Deed::Made, &home, &path, kind, &city.id, (key.epoch(), &key.fingerprint()))?;
                made += 1;
            }
            Err(KeyError::Exists { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    if side == Side::Agency {
        write_fingerprint(&folder, city)?;
    }
    Ok(made)
}

/// An agency that was given the fingerprint of its city's linkage key waits for that key; making another
/// would give tokens that match nobody's.
fn refuse_second_linkage(folder: &KeyFolder) -> Result<(), Failure> {
    let known = folder.agency_fingerprint();
    if !known.exists() || folder.linkage().exists() {
        return Ok(());
    }
    Err(Failure::new(
        Class::Key,
        format!(
            "{}: the city has a linkage key, and it is not here; bring it from the agency that made it to {}, by a channel \
             that the hub can't read. If nobody has it any more, begin again: remove this file at one agency, make a key of an epoch \
             that the city never used (`--epoch`) there, and go on as after a rotation",
            known.display(),
            folder.linkage().display()
        ),
    ))
}

/// Writes the public text by which the hub tells the linkage key; refuses to put another key of
/// the same epoch in the place of one that the hub may already know.
pub(crate) fn write_fingerprint(folder: &KeyFolder, city: &CityConfig) -> Result<(), Failure> {
    let linkage = KeyFile::read(&folder.linkage(), KeyKind::Linkage, &city.id)?;
    let expected = ExpectedKey::of(&linkage);
    let path = folder.fingerprint();
    if path.exists() {
        let known = expected_key(folder)?;
        if known != expected && known.epoch == expected.epoch {
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
    expected.write(&path)?;
    Ok(expected.write(&folder.agency_fingerprint())?)
}

/// The fingerprint by which a city's hub knows the agencies' key.
pub(crate) fn expected_key(folder: &KeyFolder) -> Result<ExpectedKey, Failure> {
    let path = folder.fingerprint();
    KnownKey::read(&path).map_err(|error| {
        let text = match error {
            KeyError::Format { .. } => {
                "not a fingerprint file (city, epoch, fingerprint); copy it again".to_owned()
            }
            _ => "the hub does not know the linkage key's fingerprint; copy the file that `pathways keys make` \
                  wrote at the agency"
                .to_owned(),
        };
        Failure::new(Class::Key, format!("{}: {text}", path.display()))
    })
}

/// Shows every key that can be read; what is wrong with the others is said below, and fails the command.
fn show(config: &Config) -> Result<(), Failure> {
    let mut faults: Vec<KeyError> = Vec::new();
    let mut table = table(["city", "key", "held by", "epoch", "fingerprint", "public"], 0..0);
    for city in &config.cities {
        let folder = KeyFolder::of(&config.keys, &city.id);
        let mut keys = vec![
            (folder.linkage(), KeyKind::Linkage, "the city's agencies".to_owned()),
            (folder.hub(), KeyKind::Hub, "the hub".to_owned()),
            (folder.opening(), KeyKind::Opening, "the hub".to_owned()),
            (folder.ledger(), KeyKind::Ledger, "the hub".to_owned()),
        ];
        for source in &city.sources {
            keys.push((folder.record(&source.name), KeyKind::Record, source.name.clone()));
            keys.push((folder.signing(&source.name), KeyKind::Signing, source.name.clone()));
        }
        for (path, kind, holder) in keys {
            let mut row = |kind: String, epoch: &str, fingerprint: &str, public: String| {
                let (city, holder) = (city.id.to_string(), holder.clone());
                table.add_row([city, kind, holder, epoch.into(), fingerprint.into(), public]);
            };
            match KeyFile::read(&path, kind, &city.id) {
                Ok(key) => {
                    let public = public_of(&path, kind, &city.id).unwrap_or_else(|error| {
                        faults.push(error);
                        String::new()
                    });
                    row(kind.to_string(), key.epoch(), &key.fingerprint(), public);
                }
                // The other side's keys are rightly absent on this machine.
                Err(KeyError::Missing { .. }) => row(kind.to_string(), "–", "not here", String::new()),
                Err(error) => {
                    row(kind.to_string(), "–", "refused, see below", String::new());
                    faults.push(error);
                }
            }
            let retired = retired_keys(&path).unwrap_or_else(|error| {
                faults.push(error);
                Vec::new()
            });
            for retired in retired {
                let kind_of = format!("{kind}, retired");
                match KeyFile::read(&retired, kind, &city.id) {
                    Ok(key) => row(kind_of, key.epoch(), &key.fingerprint(), String::new()),
                    Err(error) => {
                        row(kind_of, "–", "refused, see below", String::new());
                        faults.push(error);
                    }
                }
            }
        }
    }
    out(&table.to_string());
    let Some(last) = faults.pop() else { return Ok(()) };
    for fault in faults {
        note(&format!("pathways: {}", Failure::from(fault)));
    }
    Err(last.into())
}

/// What the other side is given of a key: an agency's public key, the hub's recipient.
fn public_of(path: &std::path::Path, kind: KeyKind, city: &domain::CityId) -> Result<String, KeyError> {
    Ok(match kind {
        KeyKind::Signing => SigningKey::read(path, city)?.public(),
        KeyKind::Opening => OpeningKeys::read(path, city)?.recipient(),
        _ => String::new(),
    })
}
