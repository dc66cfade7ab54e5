//! The detector held against columns that it was not made from: real and simulated exports, and sets
//! written by hand.

#![expect(clippy::print_stderr, reason = "the rates are what these tests are for")]

mod eighth_set;
mod exports;
mod fifth_set;
mod fourth_set;
mod held_out;
mod made_up;
mod ninth_set;
mod rates;
mod seventh_set;
mod single_cells;
mod sixth_set;
mod tenth_set;
mod third_set;
