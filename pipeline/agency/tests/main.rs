//! What the agency's half promises, from outside.

#![expect(clippy::unwrap_used, reason = "tests")]

mod archives;
mod bad_input;
mod fixture;
mod formats;
mod hmis_samples;
mod hmis_variants;
mod leak;
mod linkage_records;
mod mapping;
mod odd_text;
mod profiles;
mod simulated;
mod throughput;
mod tokens;
