//! Where a city's key files lie: the agencies' in one folder, the hub's in another, so that each
//! side can be given only its own.

use std::path::{Path, PathBuf};

use domain::CityId;

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

    /// The city's linkage key, held by its agencies.
    pub(crate) fn linkage(&self) -> PathBuf {
        linkage_key(&self.agency())
    }

    /// One agency's own record key.
    pub(crate) fn record(&self, source: &str) -> PathBuf {
        record_key(&self.agency(), source)
    }

    /// The hub's key.
    pub(crate) fn hub(&self) -> PathBuf {
        self.0.join("hub/hub.key")
    }

    /// The key that seals the ledger.
    pub(crate) fn ledger(&self) -> PathBuf {
        self.0.join("hub/ledger.key")
    }

    /// The public text by which the hub tells the linkage key.
    pub(crate) fn fingerprint(&self) -> PathBuf {
        self.0.join("hub/linkage.fingerprint")
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
