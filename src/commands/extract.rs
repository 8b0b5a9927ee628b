//! The hidden command that a child process runs: a document on standard input, its text on standard
//! output, and how many pages of a PDF are read on standard error.

use super::{Outcome, print};
use crate::error::{Error, Result};
use crate::output;
use crate::transcript::{Container, GREETING, confine, extract_hearing};
use std::io::{self, Read};

pub(super) fn run(container: &str) -> Result<Outcome> {
    let failed = |why: String| Error::Io {
        doing: "read a document",
        cause: io::Error::new(io::ErrorKind::InvalidData, why),
    };
    confine().map_err(Error::io("limit the process"))?;
    let container =
        Container::from_word(container).ok_or_else(|| failed("no such container".to_owned()))?;
    let mut bytes = Vec::new();
    io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(Error::io("read a document"))?;
    let pages = |done: usize, all: usize| output::note(&format!("page {done} of {all}"));
    let text = extract_hearing(container, &bytes, &pages).map_err(failed)?;
    print(GREETING)?;
    print(&text)?;
    Ok(Outcome::Done)
}
