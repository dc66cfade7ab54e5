//! The steward's report of a night: what arrived, what was refused and why, what was linked.
//!
//! # Privacy
//! Exact counts: for the steward alone, and never where `publish` could reach it.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;
use domain::{CityId, Manifest, QuarantinedRow, RowsRead, System};
use serde::{Deserialize, Serialize};

use crate::link_report::LinkCounts;
use crate::refusal::{HubError, Refusal};
use crate::store::{json, ndjson, private_folder, write_whole};

/// How the rows of a file ended: `read = accepted + quarantined`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RowCount {
    /// Rows in the file.
    pub read: u64,
    /// Rows taken.
    pub accepted: u64,
    /// Rows set aside, each with a reason.
    pub quarantined: u64,
}

impl RowCount {
    pub(crate) fn of(read: usize, accepted: usize, quarantined: usize) -> Self {
        Self { read: read as u64, accepted: accepted as u64, quarantined: quarantined as u64 }
    }

    /// Whether no row was lost.
    pub fn adds_up(self) -> bool {
        self.read == self.accepted + self.quarantined
    }
}

impl std::ops::Add for RowCount {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            read: self.read + other.read,
            accepted: self.accepted + other.accepted,
            quarantined: self.quarantined + other.quarantined,
        }
    }
}

/// One source that was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceReport {
    /// Source.
    pub source: String,
    /// System.
    pub system: System,
    /// The day on which the agency made the extract, by its manifest.
    #[serde(default)]
    pub encoded_on: Option<NaiveDate>,
    /// Rows of `people`.
    pub people: RowCount,
    /// Rows of `events`.
    pub events: RowCount,
    /// Rows set aside here, by rule.
    pub quarantined_by_rule: BTreeMap<String, u64>,
    /// Records that may not be linked at the report date: each counts as a person of its own.
    pub not_linkable: u64,
    /// Records that may not be counted.
    pub not_measured: u64,
    /// Events after the report date: kept, and not counted in this release.
    pub events_after_report_date: u64,
    /// Tokens re-keyed and kept.
    pub tokens: u64,
    /// Tokens not kept, for more than twenty of the source's people share each of them.
    pub tokens_too_common: u64,
    /// Records that may never be linked and came with tokens all the same: not kept here, and the agency let
    /// out what it may not.
    #[serde(default)]
    pub tokens_not_to_leave: u64,
    /// Records that may be linked, and came without any token.
    #[serde(default)]
    pub tokens_missing: u64,
    /// Token columns in which most records that have any hold one and the same, with how many do; they are not kept.
    #[serde(default)]
    pub tokens_alike: BTreeMap<String, u64>,
    /// Rows of each raw file, as the agency counted them.
    pub agency_rows: Vec<RowsRead>,
    /// Rows which the agency itself set aside.
    pub agency_quarantined: u64,
    /// Worth a look.
    pub warnings: Vec<String>,
}

impl SourceReport {
    pub(crate) fn new(manifest: &Manifest, quarantine: &[QuarantinedRow]) -> Self {
        let mut quarantined_by_rule = BTreeMap::new();
        for row in quarantine {
            *quarantined_by_rule.entry(row.rule.clone()).or_insert(0) += 1;
        }
        Self {
            source: manifest.agency.clone(),
            system: manifest.system,
            encoded_on: manifest.encoded_on,
            people: RowCount::default(),
            events: RowCount::default(),
            quarantined_by_rule,
            not_linkable: 0,
            not_measured: 0,
            events_after_report_date: 0,
            tokens: 0,
            tokens_too_common: 0,
            tokens_not_to_leave: 0,
            tokens_missing: 0,
            tokens_alike: BTreeMap::new(),
            agency_rows: manifest.rows_read.clone(),
            agency_quarantined: manifest.rows_quarantined,
            warnings: Vec::new(),
        }
    }
}

/// The steward's report of one city and night.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// City.
    pub city: CityId,
    /// Report date.
    pub report_date: NaiveDate,
    /// Sources accepted, by name.
    pub sources: Vec<SourceReport>,
    /// Sources refused, in the configuration's order.
    pub refused: Vec<Refusal>,
    /// Linkage, once it was done.
    pub links: Option<LinkCounts>,
    /// Sources whose extract had not changed and was not pulled again. Not written: a night run
    /// again writes the same report.
    #[serde(skip)]
    pub unchanged: Vec<String>,
    /// Rows set aside, by source, file and row; written to a file of its own.
    #[serde(skip)]
    pub quarantine: Vec<QuarantinedRow>,
}

impl Report {
    /// All rows of all accepted sources, people and events together.
    pub fn rows(&self) -> RowCount {
        self.sources.iter().fold(RowCount::default(), |sum, source| sum + source.people + source.events)
    }

    /// Writes `report.json` and `quarantine.ndjson` into `<work>/<city>/`.
    ///
    /// # Errors
    /// [`HubError::Io`] when the disk refuses.
    pub fn write(&self, work: &Path) -> Result<(), HubError> {
        let folder = work.join(self.city.as_str());
        private_folder(&folder)?;
        write_whole(&folder.join("quarantine.ndjson"), &ndjson(&self.quarantine))?;
        write_whole(&folder.join("report.json"), &json(self))
    }
}
