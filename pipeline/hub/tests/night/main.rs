//! Whole extracts through the hub: what is taken, what is set aside, what is refused.

#![expect(clippy::unwrap_used, reason = "a test that can't set itself up has failed")]

mod accepted;
mod accounting;
mod extract;
mod linked;
mod not_an_extract;
mod quality;
mod quarantined;
mod refused;
mod speed;
