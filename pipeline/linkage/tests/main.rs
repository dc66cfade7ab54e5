//! Linkage as its callers use it.

#![expect(clippy::unwrap_used, reason = "a test that can't set itself up has failed")]

#[path = "link/fixture.rs"]
mod fixture;
#[path = "link/incremental.rs"]
mod incremental;
#[path = "link/persons.rs"]
mod persons;
#[path = "link/sources.rs"]
mod sources;
#[path = "link/stability.rs"]
mod stability;
