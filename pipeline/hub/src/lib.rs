//! The hub's half of a night: pull each agency's extract, refuse what breaks the contract or
//! identifies people, set bad rows aside, re-key every token, and, once linkage has told which
//! records are one person, turn their events into one row a person. The only room with polars.
//!
//! ```text
//!   extract ─ pull ─► inbox ─ check ─► rows, quarantine ─ rekey ─► store ─ load ─► Ingested
//!                                                                                   │ records()
//!                                        link_night (linkage) ◄─────────────────────┤
//!                                              │ person_of, for the next night kept │ events
//!                                                                └──► measure ◄─────┘
//!                                                                        └─► release::PersonTable
//! ```
//!
//! # Privacy
//! The hub holds no identifier, refuses those it meets, and holds no agency token beyond the
//! moment in which it re-keys it. Messages name place and rule and quote no value.

mod absent;
mod check;
mod common_tokens;
mod csv_shape;
mod day;
mod demographics;
mod event;
mod family_tokens;
mod faults;
mod file_metadata;
#[cfg(test)]
mod fixture;
mod identified;
mod ingest;
mod ingested;
mod keyed_id;
mod link_night;
mod link_report;
mod load;
mod manifest;
mod measure;
mod measure_cycling;
mod measure_entry;
mod measure_identification;
mod measure_missed;
mod measure_need;
mod measure_overlap;
mod measure_people;
mod measure_recognized;
mod measure_reentry;
mod measure_referral;
mod measure_screening;
mod measure_trafficking;
mod measure_wait;
mod person;
mod person_store;
mod plain_hash;
mod pseudonym;
mod pull;
mod quality;
mod quality_counts;
mod quality_page;
mod quality_rules;
mod question;
mod record;
mod records_builder;
mod refusal;
mod rekey;
mod report;
mod row_reader;
mod rule;
mod side_by_side;
mod store;
mod stored_table;
mod table_file;
mod table_writer;

pub use ingest::{ingest, is_taken};
pub use ingested::Ingested;
/// What the hub may know of a city's linkage key: enough to tell whether an extract was made with it.
pub use keys::KnownKey as ExpectedKey;
pub use link_night::{Linked, Relink, link_night};
pub use link_report::{LinkCounts, SourceLinks};
pub use manifest::check_manifest;
pub use measure::measure;
pub use quality::{QualityFinding, QualityReport, Unfit, quality};
pub use quality_counts::{Mix, SourceCounts};
pub use records_builder::RecordsBuilder;
pub use refusal::{HubError, Refusal};
pub use rekey::HubKey;
pub use report::{Report, RowCount, SourceReport};
