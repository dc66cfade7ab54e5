//! `pathways seal`: an extract made ready to travel.

use std::fs;

use chrono::Utc;
use domain::Manifest;
use seal::{SealError, SigningKey};

use crate::command::SealArguments;
use crate::failure::{Class, Failure, Outcome};
use crate::key_folder::signing_key;
use crate::terminal::{note, out, thousands};

pub(crate) fn seal(arguments: &SealArguments) -> Result<Outcome, Failure> {
    let path = arguments.extract.join("manifest.json");
    let manifest = fs::read(&path).map_err(|error| {
        Failure::usage(format!("{}: {error}; name the folder that `pathways encode` wrote", path.display()))
    })?;
    let manifest: Manifest = serde_json::from_slice(&manifest).map_err(|_| {
        Failure::new(Class::Gate, format!("{}: it is no manifest of an extract", path.display()))
    })?;
    let key = SigningKey::read(&signing_key(&arguments.keys, &manifest.agency), &manifest.city)?;
    let recipient = arguments.to.parse().map_err(failure)?;
    let label =
        seal::seal(&arguments.extract, &key, &recipient, &arguments.out, Utc::now()).map_err(failure)?;
    let bytes = fs::metadata(&arguments.out).map_err(Failure::io(&arguments.out))?.len();
    out(&format!("{}: {} bytes, {label}", arguments.out.display(), thousands(bytes)));
    note(&format!("send this one file; the hub tells it by the public key {}", key.public()));
    Ok(Outcome::Done)
}

fn failure(error: SealError) -> Failure {
    let class = match error {
        SealError::Key(_) | SealError::City { .. } => Class::Key,
        SealError::Recipient => Class::Usage,
        SealError::Extract { .. } => Class::Gate,
        SealError::Io { .. } => Class::Internal,
    };
    Failure::new(class, error)
}
