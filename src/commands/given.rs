//! What the user says of sources: flags, a file of speakers, and the files beside each source.

use crate::cli::Given;
use crate::error::{Error, Result};
use crate::output;
use crate::transcript::{Metadata, Told};
use std::io;
use std::path::{Path, PathBuf};

/// What the flags say.
pub(super) fn given(args: Given) -> Result<Metadata> {
    let speakers = match &args.speakers {
        None => Vec::new(),
        Some(file) => {
            let failed = Error::io("read the file of speakers");
            fs_err::read_to_string(file)
                .and_then(|text| {
                    Told::speakers(&text).map_err(|why| {
                        let message = format!("`{}`: {}", file.display(), why.trim_end());
                        io::Error::new(io::ErrorKind::InvalidData, message)
                    })
                })
                .map_err(failed)?
        }
    };
    let told = Told {
        layout: args.layout,
        speakers,
        beside: None,
    };
    Ok(Metadata {
        title: args.title,
        company: args.company,
        ticker: args.ticker.map(|ticker| ticker.to_uppercase()),
        period: args.period,
        date: args.date,
        told: told.boxed(),
        ..Metadata::default()
    })
}

/// `given`, and what the files beside `source` say: `NAME.toml`, then `call.toml` in its folder. One
/// that cannot be read is said, and does not stop the source.
pub(super) fn with_beside(given: &Metadata, source: &Path) -> Metadata {
    let mut told = given.told.as_deref().cloned().unwrap_or_default();
    for file in beside(source) {
        let Ok(text) = fs_err::read_to_string(&file) else {
            continue;
        };
        match Told::beside(&text) {
            Ok(found) => told = told.or(found),
            Err(why) => output::warning(&format!(
                "`{}` is passed over: {}",
                output::shown_path(&file),
                why.trim_end()
            )),
        }
    }
    Metadata {
        told: told.boxed(),
        ..given.clone()
    }
}

/// The files that may say what a source is, nearest first.
pub(super) fn beside(source: &Path) -> Vec<PathBuf> {
    if source == Path::new("-") {
        return Vec::new();
    }
    let named = source.with_extension("toml");
    let folder = source.with_file_name("call.toml");
    [named, folder]
        .into_iter()
        .filter(|file| file != source)
        .collect()
}
