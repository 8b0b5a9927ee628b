//! Parse, run, render the error, exit code. Everything else is in the library.

use onrecord::error::Error;
use onrecord::{Outcome, output, run};
use std::io::ErrorKind;
use std::process::ExitCode;

fn main() -> ExitCode {
    match run() {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::NothingFound) => ExitCode::from(1),
        Ok(Outcome::Failed) => ExitCode::from(2),
        Ok(Outcome::TruthDamaged) => ExitCode::from(3),
        // Nobody reads on: what was asked for was done.
        Err(Error::Io { cause, .. }) if cause.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            output::error(&error);
            ExitCode::from(2)
        }
    }
}
