//! A night's first half for one city: every source pulled, checked, re-keyed and committed; a
//! source that is refused stops itself and no other.

use std::path::{Path, PathBuf};

use chrono::{Datelike, NaiveDate, Utc};
use domain::{CityConfig, Manifest, SourceConfig};

use crate::check::{Checked, check};
use crate::day;
use crate::family_tokens::FamilyTokens;
use crate::ingested::{Ingested, Source};
use crate::load::load;
use crate::manifest::{ExpectedKey, read_manifest};
use crate::pull::{Inbox, pull, sweep};
use crate::record::Purposes;
use crate::refusal::{Halt, HubError, Refusal};
use crate::rekey::HubKey;
use crate::report::{Report, SourceReport};
use crate::row_reader::Limits;
use crate::rule;
use crate::store::{self, Stored, private_folder};

/// Pulls a city's extracts, sets bad rows aside, re-keys every token, and assembles the records
/// for linkage.
///
/// Writes below `<work>/<city>/` only: `inbox/` while a source is being taken, `records/` for good.
/// An extract whose manifest did not change since it was taken is not pulled again, and a source
/// that the configuration no longer names is removed from the store. What was
/// refused is in [`Ingested::report`]; it contributes nothing, neither tonight's extract nor an
/// earlier one.
///
/// `not_pulled` names sources that could not be pulled tonight, and why. What an earlier night took of such
/// a source stands for linkage; the refusal is in the report, and keeps its city from releasing anything new.
///
/// # Errors
/// [`HubError`] when the hub's own disk or store fails, or a key is another city's. A source that breaks a rule is no error.
///
/// # Privacy
/// Agency tokens are in the inbox for as long as one source is being checked and never stored.
pub fn ingest(
    city: &CityConfig,
    work: &Path,
    expected: &ExpectedKey,
    hub_key: &HubKey,
    report_date: NaiveDate,
    not_pulled: &[Refusal],
) -> Result<Ingested, HubError> {
    for (key, of) in [("hub key", hub_key.city()), ("linkage key's fingerprint", &expected.city)] {
        if *of != city.id {
            return Err(HubError::City { key, city: city.id.clone() });
        }
    }
    let night = Night::of(city, work, expected, hub_key, report_date);
    private_folder(&night.folder)?;
    sweep(&night.folder)?;
    let names: Vec<&str> = city.sources.iter().map(|source| source.name.as_str()).collect();
    store::forget_others(&night.folder, &names)?;
    let report = Report {
        city: city.id.clone(),
        report_date,
        sources: Vec::new(),
        refused: not_pulled.to_vec(),
        links: None,
        unchanged: Vec::new(),
        quarantine: Vec::new(),
    };
    let mut ingested = Ingested::new(report);
    // By name, not in the configuration's order, so that the order of sources there changes nothing.
    let mut sources: Vec<&SourceConfig> = city.sources.iter().collect();
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    for source in sources {
        let taken = if not_pulled.iter().any(|refusal| refusal.source == source.name) {
            night.take_standing(source).map_err(Halt::Hub)
        } else {
            night.take(source).map(Some)
        };
        match taken {
            Ok(None) => {}
            Ok(Some(Taken { source: taken, stored, unchanged })) => {
                ingested.push(&source.name, taken, day::number(report_date))?;
                ingested.note_source(stored.report, stored.quarantine, unchanged);
            }
            Err(Halt::Refused(refusal)) => ingested.note_refused(refusal),
            Err(Halt::Hub(error)) => return Err(error),
        }
    }
    ingested.gather();
    Ok(ingested)
}

/// Whether a night with these keys and this report date would find what it needs of a source in the store.
/// Reads a manifest, and writes nothing.
pub fn is_taken(
    city: &CityConfig,
    work: &Path,
    expected: &ExpectedKey,
    hub_key: &HubKey,
    report_date: NaiveDate,
    source: &SourceConfig,
) -> bool {
    Night::of(city, work, expected, hub_key, report_date).standing(source).is_some()
}

/// A source that is in the store.
struct Taken {
    source: Source,
    stored: Stored,
    unchanged: bool,
}

struct Night<'a> {
    folder: PathBuf,
    expected: &'a ExpectedKey,
    hub_key: &'a HubKey,
    report_date: NaiveDate,
    /// The later of today and the report date; judges nothing but dates that lie too far ahead.
    newest: NaiveDate,
}

impl<'a> Night<'a> {
    fn of(
        city: &CityConfig,
        work: &Path,
        expected: &'a ExpectedKey,
        hub_key: &'a HubKey,
        report_date: NaiveDate,
    ) -> Self {
        let newest = report_date.max(Utc::now().date_naive());
        Self { folder: work.join(city.id.as_str()), expected, hub_key, report_date, newest }
    }

    /// What an earlier night took of a source, if its manifest is still the one that was taken then.
    fn standing(&self, source: &SourceConfig) -> Option<(Manifest, Stored)> {
        let manifest = read_manifest(source, self.expected, self.newest).ok()?;
        let stored = self.find(source, &manifest).ok()??;
        Some((manifest, stored))
    }

    fn take_standing(&self, source: &SourceConfig) -> Result<Option<Taken>, HubError> {
        let Some((manifest, stored)) = self.standing(source) else { return Ok(None) };
        let source = load(&stored.folder, &manifest, self.limits(source, &manifest))?;
        Ok(Some(Taken { source, stored, unchanged: true }))
    }

    fn take(&self, source: &SourceConfig) -> Result<Taken, Halt> {
        let manifest = read_manifest(source, self.expected, self.newest)?;
        if let Some(stored) = self.find(source, &manifest)? {
            let source = load(&stored.folder, &manifest, self.limits(source, &manifest))?;
            return Ok(Taken { source, stored, unchanged: true });
        }
        let inbox = Inbox::open(&self.folder, &source.name)?;
        pull(source, &manifest, &inbox)?;
        let checked =
            check(&source.name, &manifest, inbox.folder(), self.hub_key, self.limits(source, &manifest))?;
        let report = self.source_report(&manifest, &checked)?;
        let epoch = &manifest.key_epoch;
        let digest = self.digest(source, &manifest);
        let stored = store::commit(&self.folder, &source.name, &digest, &checked, epoch, report)?;
        inbox.empty()?;
        // What `load` would bring back; a test holds the two together.
        let source =
            Source::of(&manifest, checked).ok_or_else(|| HubError::Store { path: stored.folder.clone() })?;
        Ok(Taken { source, stored, unchanged: false })
    }

    /// What the store has of an extract, with the day on which tonight's was made.
    fn find(&self, source: &SourceConfig, manifest: &Manifest) -> Result<Option<Stored>, HubError> {
        let found = store::find(&self.folder, &source.name, &self.digest(source, manifest))?;
        Ok(found.map(|mut stored| {
            stored.report.encoded_on = manifest.encoded_on;
            stored
        }))
    }

    /// Over all that decides what is stored. An export that was encoded again on another day is none of it.
    fn digest(&self, source: &SourceConfig, manifest: &Manifest) -> String {
        let undated = Manifest { encoded_on: None, ..manifest.clone() };
        let manifest = serde_json::to_vec(&undated).expect("words, numbers and dates always serialise");
        let report_date = self.report_date.to_string();
        let purposes = Purposes::of(&source.purposes).words();
        let hub_key = self.hub_key.fingerprint();
        store::digest(&[&manifest, hub_key.as_bytes(), report_date.as_bytes(), purposes.as_bytes()])
    }

    fn limits(&self, source: &SourceConfig, manifest: &Manifest) -> Limits {
        Limits {
            purposes: Purposes::of(&source.purposes),
            declared: manifest
                .first_event
                .zip(manifest.last_event)
                .map(|(a, b)| (day::number(a), day::number(b))),
            report_day: day::number(self.report_date),
            newest_day: day::number(self.newest),
            newest_year: i64::from(self.newest.year()),
        }
    }

    fn source_report(&self, manifest: &Manifest, checked: &Checked) -> Result<SourceReport, Refusal> {
        let today = day::number(self.report_date);
        let count = |n: usize| n as u64;
        let report = SourceReport {
            people: checked.people_count,
            events: checked.event_count,
            not_linkable: count(checked.records.iter().filter(|r| !r.may_link(today)).count()),
            not_measured: count(checked.records.iter().filter(|r| !r.may_measure()).count()),
            events_after_report_date: count(checked.events.iter().filter(|e| e.day > today).count()),
            tokens: count(checked.tokens.iter().map(FamilyTokens::len).sum()),
            tokens_too_common: count(checked.tokens_too_common),
            tokens_not_to_leave: count(checked.tokens_not_to_leave),
            tokens_missing: count(checked.tokens_missing),
            tokens_alike: checked.tokens_alike.clone(),
            warnings: checked.warnings.clone(),
            ..SourceReport::new(manifest, &checked.quarantine)
        };
        // The promise is kept by construction; a source that broke it must not go on.
        if report.people.adds_up() && report.events.adds_up() {
            Ok(report)
        } else {
            Err(Refusal::new(&manifest.agency, "people and events", &rule::LOST))
        }
    }
}
