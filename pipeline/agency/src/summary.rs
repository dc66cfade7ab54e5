//! What an encoding did, in counts.

use std::collections::BTreeMap;
use std::path::PathBuf;

use domain::{CityId, RowsRead, System};
use serde::Serialize;

/// What [`crate::encode`] did. Counts only.
///
/// # Privacy
/// Counts of rows are exact statistics of the source: for the agency's own steward.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Source.
    pub source: String,
    /// City.
    pub city: CityId,
    /// System.
    pub system: System,
    /// Records in the extract.
    pub records: u64,
    /// Records that stay at the agency.
    pub withheld: u64,
    /// Why they stay: `consent.none`, `age.below_minimum`, `age.unknown`.
    pub withheld_by_rule: BTreeMap<String, u64>,
    /// What `[sharing]` excludes: identity fields, breakdowns, services.
    pub excluded: Vec<String>,
    /// Records in the extract that may not be linked, and so have no tokens.
    pub not_linkable: u64,
    /// Records that may be linked but have too few identity fields for any token.
    pub without_tokens: u64,
    /// Tokens in the extract.
    pub tokens: u64,
    /// Events in the extract.
    pub events: u64,
    /// Events by kind.
    pub events_by_kind: BTreeMap<String, u64>,
    /// How the rows of every raw file ended: `read = used + quarantined`.
    pub rows: Vec<RowsRead>,
    /// Raw rows set aside.
    pub quarantined: u64,
    /// Entries of the quarantine, warnings included, by rule.
    pub by_rule: BTreeMap<String, u64>,
    /// Identity cells that held nothing usable, by field.
    pub unusable: BTreeMap<String, u64>,
    /// Identity cells that held a value which too many records share, by field.
    pub placeholders: BTreeMap<String, u64>,
    /// Where the rows set aside are listed. Stays at the agency.
    pub quarantine: PathBuf,
}
