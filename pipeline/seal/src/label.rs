//! What is written on the outside of a sealed extract, under the signature.

use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};
use domain::CityId;

/// City, source, key and time of a sealed extract: enough to refuse a mistaken one before any work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// City.
    pub city: CityId,
    /// Source.
    pub source: String,
    /// Epoch of the linkage key that made the tokens.
    pub epoch: String,
    /// Fingerprint of that key.
    pub fingerprint: String,
    /// When it was sealed, by the agency's clock, to the second.
    pub sealed: DateTime<Utc>,
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sealed = self.sealed.to_rfc3339_opts(SecondsFormat::Secs, true);
        let Self { city, source, epoch, fingerprint, .. } = self;
        write!(f, "city={city} source={source} epoch={epoch} key={fingerprint} sealed={sealed}")
    }
}

impl Label {
    /// Reads a label in the one form that [`fmt::Display`] gives it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(' ');
        let mut next = |name: &str| parts.next()?.strip_prefix(name)?.strip_prefix('=');
        let label = Self {
            city: CityId::new(next("city")?).ok()?,
            source: next("source")?.to_owned(),
            epoch: next("epoch")?.to_owned(),
            fingerprint: next("key")?.to_owned(),
            sealed: DateTime::parse_from_rfc3339(next("sealed")?).ok()?.to_utc(),
        };
        (label.to_string() == text).then_some(label)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_has_one_form() {
        let text =
            "city=us-ga-atlanta source=clinic epoch=2026 key=00112233445566aa sealed=2026-11-25T22:01:02Z";
        let label = Label::parse(text).expect("a label");
        assert_eq!(label.to_string(), text);
        assert_eq!(label.source, "clinic");
        for other in [
            &text[1..],
            &text.replace(" source", "  source"),
            &text.replace('Z', "+00:00"),
            &format!("{text} more=1"),
            &text.replace("us-ga-atlanta", "../.."),
            "",
        ] {
            assert_eq!(Label::parse(other), None, "{other}");
        }
    }
}
