//! Where a city's key files lie: the agencies' in one folder, the hub's in another, so that each
//! side can be given only its own.

use std::path::{Path, PathBuf};

use domain::CityId;
use keys::KnownKey;

/// The files of `<keys>/<city>/`.
pub(crate) struct KeyFolder(PathBuf);

impl KeyFolder {
    pub(crate) fn of(keys: &Path, city: &CityId) -> Self {
        Self(keys.join(city.as_str()))
    }

    /// The agencies' folder.
    pub(crate) fn agency(&self) -> PathBuf {
        self.0.join("agency")
    }

    /// The hub's folder.
    pub(crate) fn hub_side(&self) -> PathBuf {
        self.0.join("hub")
    }

    /// The city's linkage key, held by its agencies.
    pub(crate) fn linkage(&self) -> PathBuf {
        linkage_key(&self.agency())
    }

    /// One agency's own record key.
    pub(crate) fn record(&self, source: &str) -> PathBuf {
        record_key(&self.agency(), source)
    }

    /// The key with which one agency signs what it seals.
    pub(crate) fn signing(&self, source: &str) -> PathBuf {
        signing_key(&self.agency(), source)
    }

    /// The hub's key.
    pub(crate) fn hub(&self) -> PathBuf {
        self.hub_side().join("hub.key")
    }

    /// The key that opens what agencies sealed.
    pub(crate) fn opening(&self) -> PathBuf {
        self.hub_side().join("opening.key")
    }

    /// The key that seals the ledger.
    pub(crate) fn ledger(&self) -> PathBuf {
        self.hub_side().join("ledger.key")
    }

    /// The public text by which the hub tells the linkage key.
    pub(crate) fn fingerprint(&self) -> PathBuf {
        self.hub_side().join("linkage.fingerprint")
    }

    /// The same text, by which an agency tells a mistaken linkage key.
    pub(crate) fn agency_fingerprint(&self) -> PathBuf {
        KnownKey::beside(&self.linkage())
    }
}

/// The linkage key in an agency's key folder.
pub(crate) fn linkage_key(agency: &Path) -> PathBuf {
    agency.join("linkage.key")
}

/// A source's record key in an agency's key folder.
pub(crate) fn record_key(agency: &Path, source: &str) -> PathBuf {
    agency.join(format!("{source}.key"))
}

/// A source's signing key in an agency's key folder.
pub(crate) fn signing_key(agency: &Path, source: &str) -> PathBuf {
    agency.join(format!("{source}.signing.key"))
}
