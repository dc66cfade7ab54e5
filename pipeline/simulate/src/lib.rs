//! Fictitious cities with known truth: the raw exports of six agencies, or of twelve that cover all
//! eleven city systems, each in its own format and with its own errors, and a truth file that says which records are one person and what every measure
//! says of that person. The formats, the meaning of every code and the error model are in this
//! crate's `README.md`. Nobody in these files exists.
//!
//! ```text
//!   Options ─► population ─► history ─► recorder ─► raw exports
//!              (who)         (what       │
//!                            happened)   └─ truth ─► records, persons, bad rows
//! ```
//!
//! It shares no code and no table with the rooms that read its files: a linker that inverts its
//! own simulator proves nothing.

mod city;
mod city_run;
mod days;
mod dice;
mod history;
mod options;
mod population;
mod recorder;
mod sample;
mod service;
mod truth;

pub use city_run::simulate;
pub use options::{FileSize, Noise, Options, SimulateError, Sources, Summary};
pub use sample::{SAMPLE_PEOPLE, SAMPLE_SEED, write_sample};
