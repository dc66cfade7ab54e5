//! Whether a column identifies people, by what it holds, whatever it is called: names, numbers,
//! addresses, birth dates, notes, and hashes that anybody can make again.
//!
//! ```text
//!   cells ─► Sketch (counts, sample of different values, certain cells) ─ judge ─► Finding or nothing
//! ```
//!
//! A column's decision rests on all it shows: how open its vocabulary is, how its digits and dates
//! are spread, what its words are; one cell decides only by a form that nothing else has. These are
//! nets, not proofs: what keeps identifiers out is the closed contract. The lists in `data/` are the
//! project's own.
//!
//! # Privacy
//! Sees cells, and tells kinds, counts and row numbers; never a value.

mod ages;
mod births;
mod calendar;
mod cell;
mod codes;
mod dates;
mod documents;
mod drawn;
mod fields;
mod fractions;
mod given;
mod guess;
mod handles;
mod hashes;
mod judge;
mod kind;
mod lexicon;
mod mailbox;
mod masked;
mod moments;
mod notes;
mod numbers;
mod person;
mod scrambled;
mod shares;
mod sketch;
mod spelled;
mod states;
mod street;
mod telephones;
mod values;
mod vocabulary;
mod words;
mod written;

pub use cell::{certain, lookalike};
pub use judge::judge;
pub use kind::{Basis, Finding, KINDS, Kind};
pub use sketch::Sketch;
