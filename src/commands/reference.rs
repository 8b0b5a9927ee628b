//! What the command line says of itself: completions, the manual page, the reference.

use super::{Outcome, print};
use crate::cli::Cli;
use crate::error::{Error, Result};
use clap::CommandFactory;

pub(super) fn completions(shell: clap_complete::Shell) -> Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "onrecord", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Done)
}

pub(super) fn man() -> Result<Outcome> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command())
        .render(&mut page)
        .map_err(Error::io("write the manual page"))?;
    print(&String::from_utf8_lossy(&page))?;
    Ok(Outcome::Done)
}

/// The text of `docs/COMMANDS.md`.
pub(super) fn markdown() -> Result<Outcome> {
    let mut cli = Cli::command().term_width(96);
    cli.build();
    let mut page = String::from(
        "# Commands\n\nMade by `onrecord reference`; a test compares. Run `onrecord COMMAND --help` for the same.\n",
    );
    page += &format!("\n## onrecord\n\n```text\n{}```\n", cli.render_long_help());
    for command in cli
        .get_subcommands_mut()
        .filter(|command| !command.is_hide_set())
    {
        if command.get_name() != "help" {
            let name = command.get_name().to_owned();
            page += &format!(
                "\n## onrecord {name}\n\n```text\n{}```\n",
                command.render_long_help()
            );
        }
    }
    let lines: Vec<_> = page.lines().map(str::trim_end).collect();
    print(&(lines.join("\n") + "\n"))?;
    Ok(Outcome::Done)
}
