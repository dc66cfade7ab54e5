//! What an encoding did, in counts.

use std::collections::BTreeMap;
use std::path::PathBuf;

use domain::{CityId, DatePrecision, RowsRead, System};
use serde::Serialize;

use crate::accounting::are_no_slips;
use crate::profile_rules::Sharing;
use crate::profile_value::Value;

/// Of fewer records nobody can say what too many share.
const LEAST_NAMES: u64 = 100;

/// Of fewer records it may well be that nobody gave a consent.
const LEAST_CONSENTS: u64 = 5;

/// What [`crate::Encoding::encode`] did. Counts only.
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
    /// How the rows of every raw file ended: `read = used + skipped + quarantined`.
    pub rows: Vec<RowsRead>,
    /// Raw rows set aside.
    pub quarantined: u64,
    /// Entries of the quarantine, warnings included, by rule.
    pub by_rule: BTreeMap<String, u64>,
    /// Records whose cell held something, by identity field.
    #[serde(skip)]
    pub(crate) filled: BTreeMap<String, u64>,
    /// Records whose cell held something of which nothing usable is left, by identity field.
    pub unusable: BTreeMap<String, u64>,
    /// Records whose cell held a value which too many share, by identity field.
    pub placeholders: BTreeMap<String, u64>,
    /// Records that count as a victim service provider's because no row says in as many words whether they are.
    #[serde(skip)]
    pub(crate) providers_unclear: u64,
    /// Records whose consent to be linked is not in force on the day of the encoding.
    #[serde(skip)]
    pub(crate) consents_lapsed: u64,
    /// Records that would be linked, but that a row that can't be read may hold a narrower consent of theirs.
    #[serde(skip)]
    pub(crate) consents_unread: u64,
    /// Whether exact days leave.
    #[serde(skip)]
    pub(crate) days_leave: bool,
    /// Whether rows say whether their records may be linked.
    #[serde(skip)]
    pub(crate) consent_by_row: bool,
    /// What whoever made the export should know.
    pub notes: Vec<String>,
    /// Where the rows set aside are listed. Stays at the agency.
    pub quarantine: PathBuf,
}

impl Summary {
    pub(crate) fn new(source: &str, city: &CityId, system: System, quarantine: PathBuf) -> Self {
        Self {
            source: source.to_owned(),
            city: city.clone(),
            system,
            records: 0,
            withheld: 0,
            withheld_by_rule: BTreeMap::new(),
            excluded: Vec::new(),
            not_linkable: 0,
            without_tokens: 0,
            tokens: 0,
            events: 0,
            events_by_kind: BTreeMap::new(),
            rows: Vec::new(),
            quarantined: 0,
            by_rule: BTreeMap::new(),
            filled: BTreeMap::new(),
            unusable: BTreeMap::new(),
            placeholders: BTreeMap::new(),
            providers_unclear: 0,
            consents_lapsed: 0,
            consents_unread: 0,
            days_leave: true,
            consent_by_row: false,
            notes: Vec::new(),
            quarantine,
        }
    }

    /// Takes note of what may leave.
    pub(crate) fn know(&mut self, sharing: &Sharing) {
        self.excluded = sharing.excluded();
        self.days_leave = sharing.date_precision == DatePrecision::Day;
        self.consent_by_row = sharing.purposes.iter().any(|purpose| purpose == "link")
            && matches!(sharing.consent_scope, Value::Mapped { .. });
    }

    /// Notes what the counts don't say by themselves.
    pub(crate) fn note(&mut self, hashed: bool) {
        for (field, cells) in &self.unusable {
            let filled = self.filled.get(field).copied().unwrap_or_default();
            if are_no_slips(*cells, filled) {
                self.notes.push(format!(
                    "{cells} of {filled} records that fill it hold nothing usable as `{field}`: look whether it is the right \
                     column, or columns have shifted"
                ));
            }
        }
        // Whole columns of one city or one street are as it should be.
        for field in ["first_name", "last_name"] {
            let count = |counts: &BTreeMap<String, u64>| counts.get(field).copied().unwrap_or_default();
            let (cells, filled) = (count(&self.placeholders), count(&self.filled));
            if filled >= LEAST_NAMES && are_no_slips(cells, filled) {
                self.notes.push(format!(
                    "{cells} of {filled} records that fill it share their `{field}` with too many others for it to be a name: look \
                     whether a word stands beside each of them"
                ));
            }
        }
        if hashed {
            self.notes.push(
                "names or numbers of the export are hashed. Without a key, as HMIS does it, that protects nobody: keep it as carefully as \
                 one with clear names. A hashed name meets no clear one but by HMIS's own rule; export clear ones where you may"
                    .to_owned(),
            );
        }
        if self.providers_unclear > 0 {
            self.notes.push(format!(
                "{} records count as a victim service provider's, and leave without tokens, because no row says cleanly that \
                 they are not",
                self.providers_unclear
            ));
        }
        if self.consents_lapsed > 0 {
            self.notes.push(format!(
                "{} records leave without tokens because their consent is not in force today{}",
                self.consents_lapsed,
                if self.days_leave {
                    ""
                } else {
                    "; where no days leave, it is from the first whole month or quarter to the last one"
                }
            ));
        }
        if self.consents_unread > 0 {
            self.notes.push(format!(
                "{} records leave without tokens because a row of theirs can't be read, and may hold a narrower consent",
                self.consents_unread
            ));
        }
        if self.consent_by_row && self.records >= LEAST_CONSENTS && self.not_linkable == self.records {
            self.notes.push(format!(
                "none of {} records leaves with tokens, because none has a consent to be linked: look whether the columns of consent are \
                 filled, its last day too where a client's release needs one, and whether their codes are the profile's",
                self.records
            ));
        }
        if self.records + self.withheld == 0 {
            self.notes.push("the export holds no record".to_owned());
        }
    }
}
