//! The quality report of a night: three tiers of findings a source and field, held against earlier
//! nights; as JSON and as a page, beside the night's report.
//!
//! ```text
//!   <work>/<city>/quality.json quality.html
//!   <work>/<city>/quality/<date>.json     one night's counts; what later nights are held against
//! ```
//!
//! # Privacy
//! Exact counts: for the steward alone, and never where `publish` could reach it.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{Datelike, NaiveDate};
use domain::{CityId, QualityConfig, Severity};
use serde::{Deserialize, Serialize};

use crate::day;
use crate::ingested::Ingested;
use crate::quality_counts::{SourceCounts, counts};
use crate::quality_page::page;
use crate::quality_rules::{Held, findings};
use crate::refusal::HubError;
use crate::store::{json, private_folder, write_whole};

/// Nights whose counts are kept.
const KEPT: usize = 400;

/// One thing worth a steward's look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QualityFinding {
    /// How grave.
    pub tier: Severity,
    /// Source.
    pub source: String,
    /// Field, `rows`, or the place that a refusal names.
    pub field: String,
    /// Rule id, such as `volume.dropped`.
    pub rule: String,
    /// What earlier nights showed.
    pub was: String,
    /// What tonight shows.
    pub is: String,
    /// What to do.
    pub remedy: String,
}

/// A source that came, and that no release may rest on: a period is released once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unfit {
    /// Source.
    pub source: String,
    /// What is wrong with it, to follow its name.
    pub why: String,
}

/// A night's quality.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QualityReport {
    /// City.
    pub city: CityId,
    /// The night.
    pub night: NaiveDate,
    /// The day that it looks back from.
    pub as_of: NaiveDate,
    /// Earlier nights that it was held against, the latest first.
    pub held_against: Vec<NaiveDate>,
    /// Findings, the gravest first, then by source and field.
    pub findings: Vec<QualityFinding>,
    /// Sources that nothing new may rest on, and why.
    pub unfit: Vec<Unfit>,
    /// What the sources hold.
    pub sources: Vec<SourceCounts>,
}

/// One night's counts, as they are kept.
#[derive(Debug, Serialize, Deserialize)]
struct KeptNight {
    night: NaiveDate,
    sources: Vec<SourceCounts>,
}

impl QualityReport {
    /// Findings of a tier.
    pub fn of(&self, tier: Severity) -> impl Iterator<Item = &QualityFinding> {
        self.findings.iter().filter(move |finding| finding.tier == tier)
    }

    /// Where a city's report lies, as a page and as JSON.
    pub fn paths(work: &Path, city: &CityId) -> (PathBuf, PathBuf) {
        let folder = work.join(city.as_str());
        (folder.join("quality.html"), folder.join("quality.json"))
    }
}

/// Judges a night's sources against earlier nights, and writes the report and the night's counts into
/// `<work>/<city>/`. A night run again replaces its own counts, and is held against the same earlier ones.
///
/// # Errors
/// [`HubError::Io`] when the disk refuses.
pub fn quality(
    ingested: &Ingested,
    work: &Path,
    config: &QualityConfig,
    night: NaiveDate,
    as_of: NaiveDate,
) -> Result<QualityReport, HubError> {
    let report = ingested.report();
    let folder = work.join(report.city.as_str());
    let history = folder.join("quality");
    private_folder(&history)?;
    let (kept, unreadable) = kept_nights(&history);
    let years = i32::try_from(config.far_past_years).unwrap_or(i32::MAX);
    let far_past = as_of.with_year(as_of.year().saturating_sub(years)).unwrap_or(NaiveDate::MIN);
    let mut sources = counts(ingested, day::number(as_of), day::number(far_past), night);
    for source in &mut sources {
        if report.unchanged.contains(&source.source) {
            // Tonight's own file counts too: it was written when the extract came.
            let before = kept.iter().find_map(|kept| find(&kept.sources, &source.source));
            source.changed = before.map_or(night, |before| before.changed);
        }
    }
    let earlier: Vec<&KeptNight> =
        kept.iter().filter(|kept| kept.night < night).take(config.nights).collect();
    let held: Vec<Held<'_>> = sources
        .iter()
        .map(|now| Held {
            now,
            before: earlier.iter().filter_map(|k| find(&k.sources, &now.source)).collect(),
            ever_had_events: kept
                .iter()
                .filter(|kept| kept.night < night)
                .any(|kept| find(&kept.sources, &now.source).is_some_and(|then| then.events > 0)),
        })
        .collect();
    let (mut found, unfit) = findings(report, &held, config, as_of);
    found.extend(unreadable.into_iter().map(|name| QualityFinding {
        tier: Severity::Warning,
        source: "history".to_owned(),
        field: name,
        rule: "history.unreadable".to_owned(),
        was: String::new(),
        is: "the counts of an earlier night can't be read, and tonight is not held against them".to_owned(),
        remedy: "delete that file, or restore it".to_owned(),
    }));
    found.sort_by(|a, b| {
        let key = |f: &QualityFinding| (rank(f.tier), f.source.clone(), f.field.clone(), f.rule.clone());
        key(a).cmp(&key(b))
    });
    let quality = QualityReport {
        city: report.city.clone(),
        night,
        as_of,
        held_against: earlier.iter().map(|kept| kept.night).collect(),
        findings: found,
        unfit,
        sources: sources.clone(),
    };
    let latest = |name: &str| earlier.first().and_then(|kept| find(&kept.sources, name));
    let html = page(&quality, &latest);
    let (at, data) = QualityReport::paths(work, &report.city);
    write_whole(&at, html.as_bytes())?;
    write_whole(&data, &json(&quality))?;
    write_whole(&history.join(format!("{night}.json")), &json(&KeptNight { night, sources }))?;
    forget_old(&history);
    Ok(quality)
}

pub(crate) fn rank(tier: Severity) -> u8 {
    match tier {
        Severity::High => 0,
        Severity::Error => 1,
        Severity::Warning => 2,
    }
}

fn find<'a>(sources: &'a [SourceCounts], name: &str) -> Option<&'a SourceCounts> {
    sources.iter().find(|source| source.source == name)
}

/// Kept nights, the latest first, and the names of those that can't be read.
fn kept_nights(history: &Path) -> (Vec<KeptNight>, Vec<String>) {
    let (mut kept, mut unreadable) = (Vec::new(), Vec::new());
    for name in kept_files(history) {
        let night = fs::read(history.join(&name)).ok().and_then(|text| serde_json::from_slice(&text).ok());
        match night {
            Some(night) => kept.push(night),
            None => unreadable.push(name),
        }
    }
    (kept, unreadable)
}

/// Names of the kept nights' files, the latest first: a date sorts as its text does.
fn kept_files(history: &Path) -> Vec<String> {
    let entries = fs::read_dir(history).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.strip_suffix(".json").is_some_and(|date| date.parse::<NaiveDate>().is_ok()))
        .collect();
    names.sort_unstable_by(|a, b| b.cmp(a));
    names
}

/// Past nights that nobody is held against any more go; a disk that refuses keeps them for another night.
fn forget_old(history: &Path) {
    for name in kept_files(history).into_iter().skip(KEPT) {
        let _ = fs::remove_file(history.join(name));
    }
}
