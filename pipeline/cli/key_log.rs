//! What was done to a side's keys: one JSON object a line, beside them. No secret.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use chrono::{SecondsFormat, Utc};
use domain::CityId;
use keys::KeyKind;
use serde::Serialize;

use crate::failure::Failure;

/// What was done to a key.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Deed {
    Made,
    Rotated,
    Destroyed,
}

#[derive(Serialize)]
struct Line<'a> {
    time: String,
    deed: Deed,
    city: &'a CityId,
    kind: KeyKind,
    file: String,
    epoch: &'a str,
    fingerprint: &'a str,
}

/// Adds a line to the log of the key folder that `key` lies in, and syncs it.
pub(crate) fn log(
    deed: Deed,
    side: &Path,
    key: &Path,
    kind: KeyKind,
    city: &CityId,
    (epoch, fingerprint): (&str, &str),
) -> Result<(), Failure> {
    let path = side.join("keys.log");
    let file = key.strip_prefix(side).unwrap_or(key).display().to_string();
    let time = Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true);
    let mut line = serde_json::to_string(&Line { time, deed, city, kind, file, epoch, fingerprint })
        .map_err(Failure::internal)?;
    line.push('\n');
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut log = options.open(&path).map_err(Failure::io(&path))?;
    log.write_all(line.as_bytes()).and_then(|()| log.sync_all()).map_err(Failure::io(&path))
}
