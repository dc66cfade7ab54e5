//! City identifiers.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A city's slug: `us-<state>-<name>`, lower case ASCII, for example `us-il-chicago`.
///
/// Slugs name folders and key files, so nothing that could leave a folder gets through.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CityId(String);

/// A text that is no city slug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a city is written `us-<two-letter state>-<name>` in lower case ASCII letters, digits and hyphens")]
pub struct CityIdError;

impl CityId {
    /// Reads a slug.
    ///
    /// # Errors
    /// [`CityIdError`] when the text is no slug.
    pub fn new(text: &str) -> Result<Self, CityIdError> {
        let mut parts = text.splitn(3, '-');
        let country = parts.next().unwrap_or_default();
        let state = parts.next().unwrap_or_default();
        let name = parts.next().unwrap_or_default();
        let plain = |s: &str| s.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let letters = |s: &str| s.len() == 2 && s.bytes().all(|b| b.is_ascii_lowercase());
        let valid = letters(country)
            && letters(state)
            && (2..=60).contains(&name.len())
            && plain(name)
            && !name.starts_with('-')
            && !name.ends_with('-');
        if valid { Ok(Self(text.to_owned())) } else { Err(CityIdError) }
    }

    /// The slug.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for CityId {
    type Error = CityIdError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text)
    }
}

impl From<CityId> for String {
    fn from(city: CityId) -> Self {
        city.0
    }
}

impl std::fmt::Display for CityId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_slugs_and_refuses_paths() {
        assert!(CityId::new("us-il-chicago").is_ok());
        assert!(CityId::new("us-ca-san-francisco").is_ok());
        for bad in ["", "chicago", "us-il-", "us-il-../x", "US-il-chicago", "us-il-chi/cago", "us-il--x"] {
            assert!(CityId::new(bad).is_err(), "{bad:?}");
        }
    }
}
