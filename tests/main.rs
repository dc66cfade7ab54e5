//! The program as its users run it: one binary, one module a concern.

mod all_systems;
mod attack;
mod bad_input;
mod calendar;
mod cautions;
mod configured;
mod custody;
mod evaluation;
mod kill;
mod leak;
mod night;
mod quality;
mod real_hmis;
mod release_input;
mod scaffold;
mod scratch;
mod sealed;
mod truth;
