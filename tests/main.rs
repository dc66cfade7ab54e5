//! The program as its users run it: one binary, one module a concern.

mod attack;
mod bad_input;
mod calendar;
mod cautions;
mod custody;
mod evaluation;
mod kill;
mod leak;
mod night;
mod real_hmis;
mod release_input;
mod scratch;
mod sealed;
mod truth;
