//! What the agency's half promises, from outside.

#![expect(clippy::unwrap_used, reason = "tests")]

mod archives;
mod bad_input;
mod first_profile;
mod fixture;
mod formats;
mod hmis_samples;
mod hmis_variants;
mod leak;
mod linkage_records;
mod mapping;
mod mapping_further;
mod odd_text;
mod profiles;
mod sharing;
mod silent_columns;

mod simulated;
mod stray_quotes;
mod throughput;
mod tokens;
