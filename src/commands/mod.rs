//! One file a command: what was meant, as a sequence of nouns.

mod add;
mod ask;
mod batch;
mod calls;
mod demo;
mod doctor;
mod eval;
mod extract;
mod formats;
mod given;
mod people;
mod places;
mod read;
mod rebuild;
mod reference;
mod remove;
mod show;
mod status;
mod watch;

use crate::cli::{Cli, Command};
use crate::embed;
use crate::error::{Error, Result};
use crate::library::{Filter, Library};
use crate::output;
use clap::Parser;

/// How a command ended, short of an error that stops it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Answered, or done. Exit code 0.
    Done,
    /// Nothing found; for `doctor`, something was repaired. Exit code 1.
    NothingFound,
    /// Some of it failed, and was said. Exit code 2.
    Failed,
    /// `doctor` found the stored calls damaged. Exit code 3.
    TruthDamaged,
}

/// Runs the command line of this process.
///
/// # Errors
/// Whatever stopped the command; see [`Error`].
pub fn run() -> Result<Outcome> {
    let Cli { places, command } = Cli::parse();
    embed::threads()?;
    match command {
        Command::Add(args) => add::run(&places, &args),
        Command::Ask(args) => match args.batch.clone() {
            Some(file) => batch::run(&places, args, &file),
            None => ask::run(&places, &args),
        },
        Command::Show(args) => show::run(&places, &args),
        Command::Read(args) => read::run(args),
        Command::Calls(args) => calls::run(&places, args),
        Command::People(args) => people::run(&places, args),
        Command::Remove(args) => remove::run(&places, &args),
        Command::Status(args) => status::run(&places, &args),
        Command::Doctor(args) => doctor::run(&places, &args),
        Command::Rebuild(args) => rebuild::run(&places, &args),
        Command::Eval(args) => eval::run(&places, &args),
        Command::Demo => demo::run(&places),
        Command::Completions(args) => reference::completions(args.shell),
        Command::Man => reference::man(),
        Command::Reference => reference::markdown(),
        Command::Formats => formats::run(),
        Command::Extract { container } => extract::run(&container),
        Command::Pack { to } => {
            embed::pack(&embed::find_model(places.model.as_deref(), None)?, &to)?;
            Ok(Outcome::Done)
        }
    }
}

/// Asks whether another name was meant, where nothing is called as a filter says.
fn suggest(library: &Library, filter: &Filter) -> Result<()> {
    if filter.date_from > filter.date_to && filter.date_to.is_some() {
        output::note("`--date-from` is after `--date-to`");
    }
    if let Some(name) = library.meant(filter)? {
        output::note(&format!("did you mean `{name}`?"));
    }
    Ok(())
}

/// Prints to standard output.
fn print(text: &str) -> Result<()> {
    output::print(text).map_err(Error::io("write the answer"))
}
