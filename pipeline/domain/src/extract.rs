//! The extract contract, version 1: what an agency hands to the hub.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::city::CityId;
use crate::system::System;
use crate::token::FAMILIES;

/// Version of the extract contract.
pub const EXTRACT_VERSION: u32 = 1;

/// Version of the token families and of the normalization behind them.
pub const TOKEN_SCHEME: u32 = 5;

/// What a column of an extract holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// 32 lower-case hexadecimal digits: a keyed hash.
    KeyedId,
    /// A member of a closed list, named in the description.
    Word,
    /// A calendar date (Parquet DATE, CSV `YYYY-MM-DD`).
    Date,
    /// True or false.
    Flag,
    /// A whole number.
    Integer,
    /// A short text of the pipeline's own making (an epoch, a purpose list).
    Text,
}

/// One column of an extract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: ColumnKind,
    /// Whether every row must have it.
    pub required: bool,
    /// What it means, for `schemas/` and the data dictionary.
    pub description: &'static str,
}

const fn column(name: &'static str, kind: ColumnKind, required: bool, description: &'static str) -> Column {
    Column { name, kind, required, description }
}

/// Columns of `people` in order; one `t_<family>` column a token family follows them
/// ([`token_column`]): binary, null or a whole number of 16-byte tokens end to end.
pub const PEOPLE_COLUMNS: &[Column] = &[
    column("record_id", ColumnKind::KeyedId, true, "The record, under a key of this agency alone"),
    column("key_epoch", ColumnKind::Text, true, "Epoch of the linkage key"),
    column("token_scheme", ColumnKind::Integer, true, "Version of families and normalization"),
    column("birth_year", ColumnKind::Integer, false, "Only where the source may share it"),
    column("race_ethnicity", ColumnKind::Word, true, "breakdown race_ethnicity"),
    column("indigenous", ColumnKind::Word, true, "breakdown indigenous"),
    column("gender", ColumnKind::Word, true, "breakdown gender"),
    column("lgbtq_youth", ColumnKind::Word, true, "breakdown lgbtq_youth, by age at intake"),
    column("immigrant", ColumnKind::Word, true, "breakdown immigrant"),
    column("language_need", ColumnKind::Word, true, "breakdown language_need"),
    column("disability", ColumnKind::Word, true, "breakdown disability"),
    column("substance_use", ColumnKind::Word, true, "breakdown substance_use"),
    column("minor_at_intake", ColumnKind::Flag, false, "Under 18 at first event, computed at the agency"),
    column("victim_service_provider", ColumnKind::Flag, true, "The record is a victim service provider's"),
    column("purposes", ColumnKind::Text, true, "Space-separated: link, measure"),
    column("consent_scope", ColumnKind::Word, true, "link, count_only or none"),
    column("consent_start", ColumnKind::Date, false, "First day of consent; null: since ever"),
    column("consent_end", ColumnKind::Date, false, "Last day of consent; null: no end"),
    column(
        "as_of",
        ColumnKind::Date,
        false,
        "Date of the record's latest event; settles conflicting demographics",
    ),
];

/// Columns of `events`, in order.
pub const EVENT_COLUMNS: &[Column] = &[
    column("event_id", ColumnKind::KeyedId, true, "The event, under a key of this agency alone"),
    column("record_id", ColumnKind::KeyedId, true, "The record it belongs to"),
    column("date", ColumnKind::Date, true, "When; a coarse date stands at the first day of its span"),
    column("date_precision", ColumnKind::Word, true, "day, month or quarter"),
    column(
        "kind",
        ColumnKind::Word,
        true,
        "entry, contact, screening, indicator, identification, need, referral, service, exit",
    ),
    column("age_band", ColumnKind::Word, true, "Age at the event"),
    column("screening_question", ColumnKind::Word, false, "sex or labor; with kind screening"),
    column(
        "screening_answer",
        ColumnKind::Word,
        false,
        "no, yes, not_answered, not_collected; with kind screening",
    ),
    column(
        "trafficking_type",
        ColumnKind::Word,
        false,
        "sex, labor, both or unknown; with kind indicator and identification",
    ),
    column(
        "service_category",
        ColumnKind::Word,
        false,
        "One of the sixteen; with kind need, referral and service",
    ),
    column("referral_result", ColumnKind::Word, false, "With kind referral"),
    column("referral_result_date", ColumnKind::Date, false, "With kind referral"),
    column("outcome", ColumnKind::Text, false, "With kind exit: the profile's word for the destination"),
];

/// The column of `people` that holds a family's tokens.
pub fn token_column(family: usize) -> String {
    format!("t_{}", FAMILIES[family].name)
}

/// One file of an extract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// File name within the extract's folder; no path.
    pub name: String,
    /// Rows in it.
    pub rows: u64,
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
}

/// `manifest.json` of an extract.
///
/// # Privacy
/// Row counts are exact statistics: a manifest travels to the hub and no further.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`EXTRACT_VERSION`].
    pub extract_version: u32,
    /// The city whose key was used.
    pub city: CityId,
    /// The source's name.
    pub agency: String,
    /// The system it belongs to.
    pub system: System,
    /// [`TOKEN_SCHEME`].
    pub token_scheme: u32,
    /// Epoch of the linkage key.
    pub key_epoch: String,
    /// Fingerprint of the linkage key (16 hexadecimal digits).
    pub key_fingerprint: String,
    /// The day on which the extract was made; absent from older programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoded_on: Option<NaiveDate>,
    /// Date of the first event; null where there is none.
    pub first_event: Option<NaiveDate>,
    /// Date of the last event; null where there is none.
    pub last_event: Option<NaiveDate>,
    /// Rows read from the raw export, by file.
    pub rows_read: Vec<RowsRead>,
    /// Rows of raw files that were set aside at the agency.
    pub rows_quarantined: u64,
    /// Whether two records of the source are never one person.
    pub one_record_per_person: bool,
    /// `people`.
    pub people: FileEntry,
    /// `events`.
    pub events: FileEntry,
}

/// How the rows of one raw file ended: `read = used + skipped + quarantined`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowsRead {
    /// Raw file.
    pub file: String,
    /// Data rows in it.
    pub read: u64,
    /// Rows that were mapped (to none, one or several events).
    pub used: u64,
    /// Rows that mean nothing by the source's own word, as deleted ones.
    #[serde(default)]
    pub skipped: u64,
    /// Rows set aside with a reason.
    pub quarantined: u64,
}
