//! Sealed extracts: there and back, and everything that is refused.
#![expect(clippy::unwrap_used, reason = "a test that can't set itself up fails")]

mod fixture;
mod refused;
mod round_trip;
