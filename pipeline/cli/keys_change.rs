//! `pathways keys rotate` and `destroy`.

use std::io::{self, BufRead, IsTerminal};
use std::path::PathBuf;

use domain::{CityConfig, Config};
use keys::{KeyFile, KeyKind, retired_path};

use crate::command::{KeyArguments, KeyChoice};
use crate::configuration::read_config;
use crate::failure::{Class, Failure};
use crate::key_folder::KeyFolder;
use crate::key_log::{Deed, log};
use crate::keys_command::write_fingerprint;
use crate::terminal::{note, out};

/// One key of one city.
struct Chosen<'a> {
    city: &'a CityConfig,
    folder: KeyFolder,
    /// The side's folder, where the log lies.
    home: PathBuf,
    path: PathBuf,
    kind: KeyKind,
}

pub(crate) fn rotate(arguments: &KeyArguments, epoch: &str) -> Result<(), Failure> {
    let config = read_config(&arguments.config)?;
    let key = choose(&config, arguments)?;
    let before = key.path.exists().then(|| KeyFile::read(&key.path, key.kind, &key.city.id).ok()).flatten();
    let new = keys::rotate(&key.path, key.kind, &key.city.id, epoch)?;
    let unchanged = before.is_some_and(|before| before.fingerprint() == new.fingerprint());
    if key.kind == KeyKind::Linkage {
        // Also when the rotation itself was finished before: it may have been cut off here.
        keys::KnownKey::of(&new).write(&key.folder.agency_fingerprint())?;
        write_fingerprint(&key.folder, key.city)?;
    }
    if unchanged {
        out(&format!("{}: {} key: already of epoch {epoch}; nothing was rotated", key.city.id, key.kind));
        return Ok(());
    }
    log(Deed::Rotated, &key.home, &key.path, key.kind, &key.city.id, (new.epoch(), &new.fingerprint()))?;
    out(&format!(
        "{}: {} key of epoch {}, fingerprint {}",
        key.city.id,
        key.kind,
        new.epoch(),
        new.fingerprint()
    ));
    note(what_follows(key.kind));
    Ok(())
}

/// What people have to do once a key was rotated.
fn what_follows(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Linkage => {
            "bring linkage.key and linkage.fingerprint to the city's other agencies, by a channel that the hub can't read, and \
             linkage.fingerprint to the hub. Each agency then encodes its whole export again; until it has, the hub refuses its \
             extract. Destroy the retired key when all have"
        }
        KeyKind::Record => {
            "encode the whole export again. Record ids are new, so the hub can't tell that they are the same records: persons \
             known from this agency alone get new pseudonyms"
        }
        KeyKind::Signing => {
            "give the hub the new public key (`pathways keys show`); it may list both in `signed_by` until extracts signed by \
             the old one have been pulled"
        }
        KeyKind::Hub => {
            "the next night pulls every extract again and links anew; persons keep their records together, and get new pseudonyms"
        }
        KeyKind::Opening => {
            "give the agencies the new recipient (`pathways keys show`). Extracts sealed to the old one are opened with the \
             retired key until it is destroyed"
        }
        KeyKind::Ledger => "",
    }
}

pub(crate) fn destroy(
    arguments: &KeyArguments,
    epoch: Option<&str>,
    fingerprint: Option<&str>,
) -> Result<(), Failure> {
    let config = read_config(&arguments.config)?;
    let key = choose(&config, arguments)?;
    let retired = epoch.map(|epoch| retired_path(&key.path, epoch)).transpose()?.filter(|path| path.exists());
    let path = retired.unwrap_or_else(|| key.path.clone());
    let found = KeyFile::read(&path, key.kind, &key.city.id)?;
    if epoch.is_some_and(|epoch| epoch != found.epoch()) {
        return Err(Failure::new(
            Class::Key,
            format!(
                "{}: this {} key is of epoch {}, and no retired one is of the epoch that was named; `pathways keys show` lists them",
                path.display(),
                key.kind,
                found.epoch()
            ),
        ));
    }
    let typed = match fingerprint {
        Some(fingerprint) => fingerprint.to_owned(),
        None => ask(&path, &found)?,
    };
    let epoch = found.epoch().to_owned();
    drop(found);
    keys::destroy(&path, key.kind, &key.city.id, typed.trim())?;
    log(Deed::Destroyed, &key.home, &path, key.kind, &key.city.id, (&epoch, typed.trim()))?;
    out(&format!("{}: {} key of epoch {epoch} destroyed", key.city.id, key.kind));
    note("copies in backups and snapshots are beyond this program: destroy them too");
    if key.kind == KeyKind::Linkage && path == key.path {
        note(
            "nothing can be encoded here until the city's linkage key is here again; if no agency has it any more, `pathways keys make` \
             says how to begin again",
        );
    }
    Ok(())
}

/// Asks for the fingerprint at a terminal, so that no key is destroyed by slip.
fn ask(path: &std::path::Path, key: &KeyFile) -> Result<String, Failure> {
    let input = io::stdin();
    if !input.is_terminal() {
        return Err(Failure::usage(format!(
            "{}: to destroy the {} key of epoch {}, name its fingerprint in --fingerprint",
            path.display(),
            key.kind(),
            key.epoch()
        )));
    }
    note(&format!(
        "{}: the {} key of epoch {} will be destroyed for good. Type its fingerprint ({}) to go on:",
        path.display(),
        key.kind(),
        key.epoch(),
        key.fingerprint()
    ));
    let mut line = String::new();
    input.lock().read_line(&mut line).map_err(Failure::internal)?;
    Ok(line)
}

fn choose<'a>(config: &'a Config, arguments: &KeyArguments) -> Result<Chosen<'a>, Failure> {
    let city = match (&arguments.city, &config.cities[..]) {
        (Some(id), cities) => cities.iter().find(|city| city.id == *id).ok_or_else(|| {
            Failure::usage(format!("--city {id}: the configuration has no city of this name"))
        })?,
        (None, [only]) => only,
        (None, _) => {
            return Err(Failure::usage(
                "--city: the configuration has several cities; name the one whose key it is",
            ));
        }
    };
    let folder = KeyFolder::of(&config.keys, &city.id);
    let source = || {
        let name = arguments.source.as_deref().ok_or_else(|| {
            Failure::usage("--source: name the source whose key it is; each agency has its own")
        })?;
        city.sources
            .iter()
            .find(|source| source.name == name)
            .map(|source| source.name.as_str())
            .ok_or_else(|| Failure::usage(format!("--source {name}: {} has no source of this name", city.id)))
    };
    let (path, kind, home) = match arguments.key {
        KeyChoice::Linkage => (folder.linkage(), KeyKind::Linkage, folder.agency()),
        KeyChoice::Record => (folder.record(source()?), KeyKind::Record, folder.agency()),
        KeyChoice::Signing => (folder.signing(source()?), KeyKind::Signing, folder.agency()),
        KeyChoice::Hub => (folder.hub(), KeyKind::Hub, folder.hub_side()),
        KeyChoice::Opening => (folder.opening(), KeyKind::Opening, folder.hub_side()),
    };
    Ok(Chosen { city, folder, home, path, kind })
}
