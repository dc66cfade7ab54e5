//! The simulator's files against its README, its truth and its error model.
#![expect(clippy::unwrap_used, reason = "a test that can't read its own files has failed")]

mod care_sources;
mod further;
mod hmis_source;
mod justice_sources;
mod outcomes;
mod quotas;
mod reckoning;
mod reproduction;
mod sheets;
mod truth;
