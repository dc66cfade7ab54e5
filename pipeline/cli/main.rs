//! `pathways`: one program for data stewards, with one file a subcommand.
//!
//! ```text
//!   main ─ command (what was typed) ─┬─ encode, seal, keys the agency's half
//!                                    ├─ run ─ night ─ …    the hub's night, city by city
//!                                    ├─ plan, budget, compare, check, report
//!                                    └─ simulate, evaluate
//! ```

mod anchor;
mod budget;
mod calendar;
mod changed_since;
mod check;
mod city_ledger;
mod command;
mod compare;
mod configuration;
mod demo;
mod detail;
mod eligible_cities;
mod encode;
mod evaluate_attack;
mod evaluate_linkage;
mod evaluate_release;
mod evaluate_stability;
mod evaluation_keys;
mod failure;
mod folders;
mod frequency_attack;
mod init;
mod key_attack;
mod key_folder;
mod key_log;
mod keys_change;
mod keys_command;
mod linkage_sources;
mod lock;
mod measuring;
mod night;
mod plan;
mod progress;
mod pull;
mod report_linkage;
mod report_quality;
mod resource_use;
mod run;
mod scaffold;
mod seal_command;
mod simulate_command;
mod terminal;
mod token_columns;

use std::process::ExitCode;

use clap::Parser;

use command::{Command, EvaluateCommand, Pathways, ReportCommand};
use failure::Outcome;
use nix::sys::signal::{SigSet, Signal};

fn main() -> ExitCode {
    meet_file_limits_as_errors();
    let outcome = match Pathways::parse().command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Encode(arguments) => encode::encode(&arguments),
        Command::Seal(arguments) => seal_command::seal(&arguments),
        Command::Keys(arguments) => keys_command::keys(&arguments),
        Command::Init(arguments) => init::init(&arguments),
        Command::Check(arguments) => check::check(&arguments),
        Command::Plan(arguments) => plan::plan(&arguments),
        Command::Budget(arguments) => budget::budget(&arguments),
        Command::Compare(arguments) => compare::compare(&arguments),
        Command::Report(ReportCommand::Linkage(arguments)) => report_linkage::report(&arguments),
        Command::Report(ReportCommand::Quality(arguments)) => report_quality::report(&arguments),
        Command::Simulate(arguments) => simulate_command::simulate(&arguments),
        Command::Evaluate(EvaluateCommand::Linkage(arguments)) => evaluate_linkage::evaluate(&arguments),
        Command::Evaluate(EvaluateCommand::Stability(arguments)) => evaluate_stability::evaluate(&arguments),
        Command::Evaluate(EvaluateCommand::Attack(arguments)) => evaluate_attack::evaluate(&arguments),
        Command::Evaluate(EvaluateCommand::Release(arguments)) => evaluate_release::evaluate(&arguments),
    };
    match outcome {
        Ok(outcome) => outcome.exit_code(),
        Err(failure) => {
            terminal::note(&format!("pathways: {failure}"));
            Outcome::Failed(failure.class).exit_code()
        }
    }
}

/// A file that reaches its size limit (`ulimit -f`, a service's `LimitFSIZE`) is refused like a full disk: blocked, the
/// signal that would kill the program stays away, and the write fails with an error that has a place. Threads that start
/// later inherit it.
fn meet_file_limits_as_errors() {
    let mut limit = SigSet::empty();
    limit.add(Signal::SIGXFSZ);
    // Refused nowhere; if it were, a limit would kill the program between two steps, which it survives.
    let _ = limit.thread_block();
}
