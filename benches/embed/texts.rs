//! Passages of real transcripts as token ids, in the file that every engine reads.
//!
//! In: paths of transcripts. Out: `texts.json`. Passages are cut as `onrecord add` cuts them.

use crate::figures::count;
use crate::{Fallible, say};
use onrecord::embed::{Device, Embedder};
use onrecord::passage::{Cuts, Fit, passages};
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
    /// On average.
    pub(crate) tokens: f64,
    pub(crate) question_tokens: usize,
}

/// Takes `wanted` passages of at least `shortest` tokens, evenly spread over all that the transcripts
/// hold. The last argument is the model's folder and the one to write to.
pub(crate) fn choose(
    transcripts: &[PathBuf],
    wanted: usize,
    shortest: usize,
    (model, work): (&Path, &Path),
) -> Fallible<Texts> {
    say("cutting passages");
    let embedder = Embedder::open(model, Device::Cpu, say)?;
    let found = find_sources(transcripts);
    if let Some(error) = found.failed.into_iter().next() {
        return Err(error.into());
    }
    let mut all = Vec::new();
    for file in &found.files {
        for body in bodies(file, &embedder)? {
            all.push(embedder.token_ids(&body)?);
        }
    }
    say(&format!(
        "{} passages of {:.1} tokens",
        all.len(),
        mean(&all)
    ));
    all.retain(|ids| ids.len() >= shortest);
    if all.len() < wanted {
        return Err(format!(
            "the transcripts hold {} such passages, not {wanted}",
            all.len()
        )
        .into());
    }
    let chosen = (0..wanted).filter_map(|index| all.get(index * all.len() / wanted).cloned());
    let ids = Ids {
        texts: chosen.collect(),
        question: embedder.token_ids(QUESTION)?,
    };
    let file = work.join("texts.json");
    fs_err::write(&file, serde_json::to_vec(&ids)?)?;
    Ok(Texts {
        file,
        passages: ids.texts.len(),
        files: found.files.len(),
        tokens: mean(&ids.texts),
        question_tokens: ids.question.len(),
    })
}

fn mean(texts: &[Vec<u32>]) -> f64 {
    count(texts.iter().map(Vec::len).sum()) / count(texts.len())
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
    let cuts = Cuts::of(&reading.call.turns);
    let bodies = cut.iter().map(|passage| passage.body(text, &cuts).0);
    Ok(bodies.collect())
}
