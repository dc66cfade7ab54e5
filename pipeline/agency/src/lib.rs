//! The agency's half: a raw export goes in, an extract without identifiers comes out. The only
//! crate that sees a name, and the only one that holds the linkage key.
//!
//! ```text
//!   raw export ─ profile ─► identity fields ─ normalize ─ tokenize (HMAC) ─► people.parquet ─┐
//!       │                                                                                    ├─► extract
//!       ├──────── profile ─► events, demographics ───────────────────────► events.parquet ──┤
//!       └──────── rules ───► quarantine.json (stays at the agency)           manifest.json ──┘
//! ```
//!
//! # Privacy
//! What leaves is keyed hashes over at least two identity fields each, categories, and dates of
//! events. Exact dates make an extract a limited data set, not HIPAA's safe harbour; a profile
//! can coarsen them (`sharing.date_precision`). Types that hold identity have no `Debug`, and no
//! message or quarantine entry quotes a cell.

mod accounting;
mod age;
mod archive;
mod asked_codes;
mod bind;
mod birth_pieces;
mod bound_join;
mod clock_zero;
mod code_list;
mod column_doubt;
mod columns;
mod condition;
mod date_order;
mod dates;
mod demographics;
mod encode;
mod error;
mod event_rules;
mod first_pass;
mod fold;
mod gather;
mod hashed_cell;
mod hashed_hmis;
mod identity;
mod ids_in_row;
mod json_escapes;
mod json_lines;
mod json_number;
mod kept_cells;
mod key_pair;
mod keyed_hash;
mod known_codes;
mod label_line;
mod last_look;
mod lookup;
mod masked_cell;
#[cfg(feature = "measured")]
pub mod measured;
mod name;
mod name_notes;
mod near_name;
mod nickname;
mod no_day;
mod null_word;
mod number;
mod people;
mod placeholder;
mod possible_days;
mod profile;
mod profile_condition;
mod profile_dates;
mod profile_identity;
mod profile_rules;
mod profile_sharing;
mod profile_summary;
mod profile_value;
mod progress;
mod protection;
mod put_away;
mod raw_files;
mod raw_row;
mod read_csv;
mod read_ndjson;
mod read_parquet;
mod read_table;
mod records;
mod rounded_id;
mod row_lines;
mod same_person;
mod sample;
mod settle;
mod sharing;
mod skip;
mod spill;
mod street;
mod summary;
mod text_file;
mod time_of_day;
mod token_fields;
mod token_set;
mod tokenize;
mod tool_line;
mod unchanged;
mod utf8_watch;
mod whole_id;
mod write_columns;
mod write_events;
mod write_extract;
mod write_people;
mod write_table;

pub use encode::{Encoding, Prepared};
pub use error::EncodeError;
pub use key_pair::AgencyKeys;
pub use profile::{Format, Profile};
pub use profile_condition::Condition;
pub use profile_identity::{AgeColumn, Field, IdentityMap};
pub use profile_rules::{
    ConsentDay, DemographicRule, EventRule, FileRules, Join, Sharing, VictimServiceProviderRows,
};
pub use profile_value::{Code, Value};
pub use progress::Progress;
pub use records::{TokenizedRecords, read_for_linkage};
pub use summary::Summary;
pub use write_extract::Paper;
