//! What the agency's half promises, from outside.

#![expect(clippy::unwrap_used, reason = "tests")]

mod absent_keys;
mod ages;
mod archives;
mod asked_codes;
mod bad_files;
mod bad_input;
mod changed_files;
mod conditions;

mod emptied;
mod first_profile;
mod fixture;
mod formats;
mod hashed_names;
mod hmis_samples;
mod hmis_variants;
mod joins;
mod json_shapes;
mod last_look;
mod leak;
mod left_behind;
mod linkage_records;
mod mapping;
mod mapping_further;
mod nested_columns;
mod odd_cells;
mod odd_dates;
mod odd_text;
mod profiles;
mod protection;
mod rare_dates;
mod releases;
mod shared_values;
mod sharing;
mod silent_columns;

mod simulated;
mod strange_ids;
mod stray_quotes;
mod throughput;
mod tokens;
mod tool_lines;
mod unreadable_rows;
