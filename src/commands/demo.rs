//! `onrecord demo`: the sample calls in a library of their own, three answers, and a silence.

use super::ask::Asking;
use super::{Outcome, add, print};
use crate::cli::Places;
use crate::embed;
use crate::error::{Error, Result};
use crate::index::Search;
use crate::library::{Filter, Library};
use crate::output;
use crate::question::Question;
use crate::retrieve::Reach;
use std::path::{Path, PathBuf};

/// The samples travel in the program, so that the demo runs wherever the program does.
const SAMPLES: [(&str, &[u8]); 9] = [
    (
        "AMZN-2025-Q2-notes.txt",
        include_bytes!("../../data/AMZN-2025-Q2-notes.txt"),
    ),
    (
        "BFRG-2024-Q1.txt",
        include_bytes!("../../data/BFRG-2024-Q1.txt"),
    ),
    (
        "BFRG-2024-Q2.txt",
        include_bytes!("../../data/BFRG-2024-Q2.txt"),
    ),
    (
        "BFRG-2024-Q3.txt",
        include_bytes!("../../data/BFRG-2024-Q3.txt"),
    ),
    (
        "BFRG-2024-Q4.txt",
        include_bytes!("../../data/BFRG-2024-Q4.txt"),
    ),
    (
        "TWCS-2024-Q1.txt",
        include_bytes!("../../data/TWCS-2024-Q1.txt"),
    ),
    (
        "TWCS-2024-Q2.txt",
        include_bytes!("../../data/TWCS-2024-Q2.txt"),
    ),
    (
        "TWCS-2024-Q3.txt",
        include_bytes!("../../data/TWCS-2024-Q3.txt"),
    ),
    (
        "TWCS-2024-Q4.txt",
        include_bytes!("../../data/TWCS-2024-Q4.txt"),
    ),
];

/// Three that the samples answer, and one that they do not.
const QUESTIONS: [&str; 4] = [
    "what constrains AWS capacity",
    "what limits freezing capacity at Gullhaven",
    "who asked about domestic foundries",
    "what did management say about bitcoin on the balance sheet",
];

/// Quotes shown for each question.
const SHOWN: usize = 2;

pub(super) fn run(places: &Places) -> Result<Outcome> {
    let folder = demo_folder(places)?;
    let files = write_samples(&folder.join("transcripts"))?;
    let library = Library::open_or_create(&folder)?;
    let embedder = places.embedder(&library)?;
    let library = add::add_quietly(library, &embedder, &files)?;
    print(&format!(
        "{} in the demo library, {}\n",
        output::counted(files.len(), "sample call"),
        output::visible(&folder.display().to_string()),
    ))?;
    let reach = Reach {
        search: Search::Indexed,
        limit: SHOWN,
    };
    let mut asking = Asking::new(&library, &embedder, reach, true);
    for question in QUESTIONS {
        print(&format!("\n$ onrecord ask \"{question}\"\n\n"))?;
        let answer = asking.ask(Question::new(question, Filter::default())?)?;
        print(&output::answer_text(&answer, output::Detail::Plain))?;
    }
    print(&format!(
        "\nAsk your own: onrecord --library \"{0}\" ask \"…\"\n",
        output::visible(&folder.display().to_string())
    ))?;
    Ok(Outcome::Done)
}

fn demo_folder(places: &Places) -> Result<PathBuf> {
    if let Some(folder) = &places.library {
        return Ok(folder.clone());
    }
    embed::data_folder()
        .map(|data| data.join("demo"))
        .ok_or(Error::NothingToDo {
            what: "there is no place for the demo's library",
            hint: "name a folder with `--library`, or set `HOME`",
        })
}

fn write_samples(folder: &Path) -> Result<Vec<PathBuf>> {
    let write = || -> std::io::Result<Vec<PathBuf>> {
        fs_err::create_dir_all(folder)?;
        SAMPLES
            .iter()
            .map(|(name, bytes)| {
                let path = folder.join(name);
                if fs_err::read(&path).ok().as_deref() != Some(*bytes) {
                    fs_err::write(&path, bytes)?;
                }
                Ok(path)
            })
            .collect()
    };
    write().map_err(Error::io("write the sample calls"))
}
