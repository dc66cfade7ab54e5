//! When a night's quality report speaks up: thresholds, and how old a source may be.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::release_config::Broken;

/// `[quality]` of a configuration. Every threshold has a default: none of them decides privacy.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct QualityConfig {
    /// A source's newest event may lie this many days before the day that the night looks back from.
    pub warn_after_days: u32,
    /// An extract made longer ago than this counts as missing: nothing new is published while it is required.
    /// By the day that its manifest names, never by its events. Absent: never.
    pub fail_after_days: Option<u32>,
    /// A source that sends this share fewer rows than on earlier nights is an error.
    pub volume_drop: f64,
    /// And this share fewer is grave.
    pub volume_collapse: f64,
    /// A share of rows set aside by one rule that makes an error of a warning.
    pub quarantine_share: f64,
    /// How many points of 1 the share without an answer may rise, or the share with an identity field fall.
    pub share_change: f64,
    /// How far a field's mix of categories may move: half the sum of all changes of shares.
    pub mix_change: f64,
    /// Events this many years back are told of.
    pub far_past_years: u32,
    /// Earlier nights that tonight is held against.
    pub nights: usize,
    /// What holds for one source alone, by its name.
    pub source: BTreeMap<String, Freshness>,
}

/// How old one source may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Freshness {
    /// As [`QualityConfig::warn_after_days`].
    pub warn_after_days: Option<u32>,
    /// As [`QualityConfig::fail_after_days`].
    pub fail_after_days: Option<u32>,
}

impl Default for QualityConfig {
    fn default() -> Self {
        Self {
            warn_after_days: 35,
            fail_after_days: None,
            volume_drop: 0.2,
            volume_collapse: 0.6,
            quarantine_share: 0.01,
            share_change: 0.1,
            mix_change: 0.15,
            far_past_years: 10,
            nights: 7,
            source: BTreeMap::new(),
        }
    }
}

impl QualityConfig {
    /// Days after which a source is warned of, and after which it fails.
    pub fn freshness(&self, source: &str) -> (u32, Option<u32>) {
        let own = self.source.get(source);
        (
            own.and_then(|own| own.warn_after_days).unwrap_or(self.warn_after_days),
            own.and_then(|own| own.fail_after_days).or(self.fail_after_days),
        )
    }

    /// The first field that makes no sense, and the rule that it breaks.
    pub(crate) fn broken(&self, sources: &[&str]) -> Option<Broken> {
        let shares = [
            ("quality.volume_drop", self.volume_drop),
            ("quality.volume_collapse", self.volume_collapse),
            ("quality.quarantine_share", self.quarantine_share),
            ("quality.share_change", self.share_change),
            ("quality.mix_change", self.mix_change),
        ];
        if let Some((field, _)) = shares.iter().find(|(_, share)| !(*share > 0.0 && *share <= 1.0)) {
            return Some((field, "a share lies above 0 and at most at 1".to_owned()));
        }
        if self.nights == 0 {
            return Some(("quality.nights", "hold tonight against one night or more".to_owned()));
        }
        let stranger = self.source.keys().find(|name| !sources.contains(&name.as_str()))?;
        Some((
            "quality.source",
            format!("no city of this configuration has a source `{stranger}`; correct the name"),
        ))
    }
}
