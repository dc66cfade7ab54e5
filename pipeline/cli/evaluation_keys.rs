//! Keys made for one evaluation and gone with it, and those that an adversary might try instead.

use std::fs;
use std::path::PathBuf;

use domain::CityId;
use hub::HubKey;
use keys::{KeyFile, KeyKind};
use tempfile::TempDir;

use crate::failure::Failure;

const CITY: &str = "us-xx-evaluation";
const OTHER_CITY: &str = "us-xx-another";
const EPOCH: &str = "evaluation";
const OTHER_EPOCH: &str = "next";

/// The keys of a city that is evaluated; which keys they are can't change who is linked.
pub(crate) struct EvaluationKeys {
    folder: TempDir,
    /// The agencies'.
    pub(crate) linkage: KeyFile,
    /// The hub's.
    pub(crate) hub: HubKey,
}

impl EvaluationKeys {
    /// Makes them, by the code that makes real ones.
    pub(crate) fn make() -> Result<Self, Failure> {
        let folder = tempfile::tempdir().map_err(Failure::internal)?;
        let make = |kind: KeyKind| {
            KeyFile::create(&folder.path().join(format!("{kind}.key")), kind, &city(CITY)?, EPOCH)
                .map_err(Failure::from)
        };
        let (linkage, hub) = (make(KeyKind::Linkage)?, HubKey::new(make(KeyKind::Hub)?)?);
        Ok(Self { folder, linkage, hub })
    }

    /// A linkage key for the same city and epoch, of somebody who does not have the agencies'.
    pub(crate) fn another_linkage(&self) -> Result<KeyFile, Failure> {
        let path = self.folder.path().join("another.key");
        Ok(KeyFile::create(&path, KeyKind::Linkage, &city(CITY)?, EPOCH)?)
    }

    /// What stands for no linkage key: a secret of zeros. All else that a token depends on is public.
    pub(crate) fn zero_linkage(&self) -> Result<KeyFile, Failure> {
        self.variant("zero.key", CITY, |line| {
            let is_secret = line.starts_with("secret");
            if is_secret { format!("secret = \"{}\"", "0".repeat(64)) } else { line.to_owned() }
        })
    }

    /// The agencies' secret in another city, as if two cities had made the same one.
    pub(crate) fn same_secret_in_another_city(&self) -> Result<KeyFile, Failure> {
        self.variant("city.key", OTHER_CITY, |line| line.replace(CITY, OTHER_CITY))
    }

    /// The agencies' secret in another epoch, as if it had not been renewed.
    pub(crate) fn same_secret_in_another_epoch(&self) -> Result<KeyFile, Failure> {
        self.variant("epoch.key", CITY, |line| {
            if line.starts_with("epoch") { line.replace(EPOCH, OTHER_EPOCH) } else { line.to_owned() }
        })
    }

    /// The linkage key with its file's lines changed.
    fn variant(
        &self,
        name: &str,
        of_city: &str,
        change: impl Fn(&str) -> String,
    ) -> Result<KeyFile, Failure> {
        let (original, path): (PathBuf, PathBuf) =
            (self.folder.path().join("linkage.key"), self.folder.path().join(name));
        // A copy has the original's permissions; a key that others can read is refused.
        fs::copy(&original, &path).map_err(Failure::io(&path))?;
        let text = fs::read_to_string(&original).map_err(Failure::io(&original))?;
        let lines: Vec<String> = text.lines().map(change).collect();
        if lines.join("\n") == text.trim_end() {
            return Err(Failure::internal(format!(
                "{}: a key file has not the form that the evaluation changes; report this defect",
                original.display()
            )));
        }
        fs::write(&path, lines.join("\n")).map_err(Failure::io(&path))?;
        Ok(KeyFile::read(&path, KeyKind::Linkage, &city(of_city)?)?)
    }
}

fn city(slug: &str) -> Result<CityId, Failure> {
    CityId::new(slug).map_err(Failure::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_keys_are_one() {
        let keys = EvaluationKeys::make().expect("made");
        let mut fingerprints = vec![
            keys.linkage.fingerprint(),
            keys.another_linkage().expect("made").fingerprint(),
            keys.zero_linkage().expect("made").fingerprint(),
            keys.same_secret_in_another_city().expect("made").fingerprint(),
            keys.same_secret_in_another_epoch().expect("made").fingerprint(),
        ];
        fingerprints.sort();
        fingerprints.dedup();
        assert_eq!(fingerprints.len(), 5);
        assert_eq!(keys.same_secret_in_another_epoch().expect("made").epoch(), OTHER_EPOCH);
    }
}
