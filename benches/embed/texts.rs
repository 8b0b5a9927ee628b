//! Passages of real transcripts as token ids, in the file that every engine reads.
//!
//! In: paths of transcripts. Out: `texts.json`. Passages are cut as `onrecord add` cuts them.

use crate::{Fallible, say};
use onrecord::embed::Embedder;
use onrecord::passage::{Fit, passages};
use onrecord::transcript::{Metadata, Source, find_sources, read};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Ten tokens with the model's two special ones (checked when the texts are written).
const QUESTION: &str = "what did management say about gross margin?";

/// What is in `texts.json`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Ids {
    pub(crate) texts: Vec<Vec<u32>>,
    pub(crate) question: Vec<u32>,
}

/// The chosen passages.
pub(crate) struct Texts {
    pub(crate) file: PathBuf,
    pub(crate) passages: usize,
    pub(crate) files: usize,
    pub(crate) tokens: usize,
    pub(crate) question_tokens: usize,
}

/// Takes `wanted` passages, evenly spread over all that the transcripts hold.
pub(crate) fn choose(
    transcripts: &[PathBuf],
    wanted: usize,
    model: &Path,
    work: &Path,
) -> Fallible<Texts> {
    say("cutting passages");
    let embedder = Embedder::open(model)?;
    let found = find_sources(transcripts);
    if let Some(error) = found.failed.into_iter().next() {
        return Err(error.into());
    }
    let mut all = Vec::new();
    for file in &found.files {
        all.extend(bodies(file, &embedder)?);
    }
    if all.len() < wanted {
        return Err(format!("the transcripts hold {} passages, not {wanted}", all.len()).into());
    }
    let chosen = (0..wanted).filter_map(|index| all.get(index * all.len() / wanted));
    let ids = Ids {
        texts: chosen
            .map(|text| embedder.token_ids(text))
            .collect::<Result<_, _>>()?,
        question: embedder.token_ids(QUESTION)?,
    };
    let file = work.join("texts.json");
    fs_err::write(&file, serde_json::to_vec(&ids)?)?;
    Ok(Texts {
        file,
        passages: ids.texts.len(),
        files: found.files.len(),
        tokens: ids.texts.iter().map(Vec::len).sum(),
        question_tokens: ids.question.len(),
    })
}

/// What would be embedded of one transcript.
fn bodies(file: &Path, embedder: &Embedder) -> Fallible<Vec<String>> {
    let source = Source::read(file)??;
    let text = &source.decoded.text;
    let reading = read(text, &source.file_name(), &Metadata::default());
    let count = |text: &str| embedder.count_tokens(text);
    let fit = Fit {
        limit: embedder.model().max_tokens,
        count: &count,
    };
    let cut = passages(&reading.call, text, &fit);
    Ok(cut.iter().map(|passage| passage.body(text).0).collect())
}
