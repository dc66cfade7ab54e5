//! `pathways-encode`: an agency's export in, an extract without identifiers out, on the agency's own
//! computer.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use encode_program::{Bar, EncodeArguments, Ending, run};

/// Turn a raw export into an extract: keyed tokens and coded events, no identifier.
///
/// Runs on the agency's own computer and talks to nobody. The export may be of any size. What is left in
/// the end: the extract folder, which goes to the hub; beside it a summary of counts, which may be sent by
/// mail, and the list of rows that were set aside, which stays here.
#[derive(Debug, Parser)]
#[command(name = "pathways-encode", version, after_help = EXAMPLE)]
struct Program {
    #[command(flatten)]
    arguments: EncodeArguments,
}

const EXAMPLE: &str = "\
Example:
  pathways-encode --profile hmis.toml --input hmis_export.zip --city us-il-chicago \\
      --keys keys --out extract/homeless_services

Exit codes:
  0   done
  1   the disk failed, or the program has a defect; nothing was written
  2   usage, or the profile is at fault
  3   done, and rows were set aside with a reason
  4   the export was refused; nothing was written
  12  a key is missing or refused";

fn main() -> ExitCode {
    meet_file_limits_as_errors();
    let Program { arguments } = Program::parse();
    let bar = Bar::new();
    let encoded = run(&arguments, &mut |progress| bar.show(progress));
    drop(bar);
    let ending = match encoded {
        Ok(encoded) => {
            say(&mut io::stdout(), &encoded.text);
            say(&mut io::stderr(), &format!("The summary is in {}\n", encoded.text_file.display()));
            if encoded.summary.quarantined > 0 {
                let place = encoded.summary.quarantine.display();
                say(&mut io::stderr(), &format!("Rows set aside, with reasons, never values: {place}\n"));
            }
            encoded.ending()
        }
        Err(error) => {
            say(&mut io::stderr(), &format!("error: {error}\n"));
            Ending::of(&error)
        }
    };
    ExitCode::from(ending.code())
}

/// A file that reaches its size limit (a quota, `ulimit -f`) is refused like a full disk: blocked, the signal that would
/// kill the program stays away, and the write fails with an error that has a place. Threads that start later inherit it.
#[cfg(unix)]
fn meet_file_limits_as_errors() {
    use nix::sys::signal::{SigSet, Signal};
    let mut limit = SigSet::empty();
    limit.add(Signal::SIGXFSZ);
    // Refused nowhere; if it were, a limit would kill the program, which leaves nothing half-written.
    let _ = limit.thread_block();
}

/// Elsewhere than on Unix no limit comes as a signal.
#[cfg(not(unix))]
fn meet_file_limits_as_errors() {}

/// A closed pipe ends the reader's interest, not the work.
fn say(to: &mut dyn Write, text: &str) {
    let _ = to.write_all(text.as_bytes());
}
