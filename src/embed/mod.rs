//! Text to vectors, by a local sentence model.
//!
//! In: passages with the spans of their sentences, and questions. Out: unit vectors, one a passage
//! and one a sentence, from a single forward pass. The only room that imports candle and
//! tokenizers; it knows nothing of calls or libraries.

mod bert;
mod encoder;
mod folder;
#[expect(unsafe_code, reason = "instructions of the processor; each block says why it is sound")]
mod kernels;
mod locate;
mod own;
mod packed;
mod source;
mod stock;
mod tokens;
mod vector;
mod workers;

pub use folder::{ModelFolder, Pooling};
pub use kernels::Tier;
pub use locate::{DEFAULT_MODEL, checkout, data_folder, find_model};
pub use vector::{Embedding, Quantised, dot};

use crate::error::{Error, Result};
use crate::passage::PASSAGE_RULES;
use crate::transcript::sha256_hex;
use crate::units::{ByteSpan, TokenCount};
use encoder::{Encoder, States};
use packed::Hashes;
use source::Source;
use std::fmt::Write as _;
use stock::Stock;
use tokens::{Tokenised, Tokens};
use workers::Workers;

/// Texts in one batch at most, however short they are.
const BATCH_TEXTS: usize = 64;

/// A sentence model, loaded.
pub struct Embedder {
    folder: ModelFolder,
    tokens: Tokens,
    encoder: Encoder,
    fingerprint: String,
    workers: Workers,
    notes: Vec<String>,
}

/// A text to embed, and the spans of its sentences in it.
#[derive(Clone, Debug)]
pub struct PassageText {
    /// The words.
    pub text: String,
    /// In the order of the text.
    pub sentences: Vec<ByteSpan>,
}

/// What a passage becomes.
#[derive(Clone, Debug)]
pub struct PassageVectors {
    /// The whole passage.
    pub passage: Embedding,
    /// Each sentence, read in the passage's context: the mean of the token states over its span.
    ///
    /// **Source**: Günther et al. 2024, "Late Chunking", §3; special tokens take no part.
    pub sentences: Vec<Embedding>,
}

impl Embedder {
    /// Loads the model in `path`.
    ///
    /// # Errors
    /// [`Error::ModelBroken`] when a file is missing, cut, or does not fit the others;
    /// [`Error::ModelUnsupported`] for another kind of model.
    pub fn open(path: &std::path::Path) -> Result<Self> {
        let folder = ModelFolder::read(path)?;
        let tiers = own::tiers()?;
        let (opened, notes) = match own::shape(&folder.bert) {
            Some(shape) if !tiers.is_empty() => own::open(&folder, shape, &tiers)?,
            _ => (None, Vec::new()),
        };
        let (encoder, tokens, hashes, notes) = match opened {
            Some(opened) => {
                (Encoder::Own(opened.own), opened.tokens, opened.hashes, opened.notes)
            }
            None => {
                let source = Source::read(&folder)?;
                let stock = Stock::load(&folder, &source.weights)?;
                let tokens = Tokens::load(&folder, &source.tokenizer)?;
                (Encoder::Stock(stock), tokens, source.hashes(), notes)
            }
        };
        let fingerprint = fingerprint(&folder, &hashes)?;
        let workers = Workers::new().map_err(Error::io("start the threads that embed"))?;
        Ok(Self { folder, tokens, encoder, fingerprint, workers, notes })
    }

    /// What runs the model: a [`Tier`]'s name, or `stock` for candle's own.
    pub fn kernel(&self) -> &'static str {
        self.encoder.kernel()
    }

    /// What the user should know about the model's weights; to be asked for when the work is done.
    pub fn notes(&self) -> Vec<String> {
        let later = match &self.encoder {
            Encoder::Own(own) => own.complaint(),
            Encoder::Stock(_) => None,
        };
        self.notes.iter().cloned().chain(later).collect()
    }

    /// What the model folder says about itself.
    pub fn model(&self) -> &ModelFolder {
        &self.folder
    }

    /// SHA-256 over all that decides a stored vector: weights, tokenizer, pooling, prompts, limit,
    /// and the rules that cut passages.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Counts the tokens that a passage would have, prompt and special tokens included.
    pub fn count_tokens(&self, text: &str) -> TokenCount {
        if self.folder.passage_prompt.is_empty() {
            return self.tokens.count(text);
        }
        self.tokens
            .count(&format!("{}{text}", self.folder.passage_prompt))
    }

    /// Embeds passages. The vectors come in the order of the passages and do not depend on which
    /// others came along; `progress` hears of each batch how many passages it held.
    ///
    /// # Errors
    /// [`Error::ModelBroken`] when a passage is longer than the model reads (passages are cut before
    /// they come here) or when the model gives numbers that are not finite.
    pub fn embed(
        &self,
        passages: &[PassageText],
        mut progress: impl FnMut(usize),
    ) -> Result<Vec<PassageVectors>> {
        let batches = self.batches(passages);
        let mut vectors: Vec<Option<PassageVectors>> = vec![None; passages.len()];
        self.workers.each(
            batches.len(),
            |batch| self.embed_batch(batches.get(batch).map_or(&[], Vec::as_slice), passages),
            |embedded: Result<Vec<(usize, PassageVectors)>>| {
                let embedded = embedded?;
                progress(embedded.len());
                for (index, vector) in embedded {
                    if let Some(slot) = vectors.get_mut(index) {
                        *slot = Some(vector);
                    }
                }
                Ok(())
            },
        )?;
        Ok(vectors.into_iter().flatten().collect())
    }

    /// Places of passages, batch by batch. Neighbours in length share one, so that where texts are
    /// padded little of it is padding.
    fn batches(&self, passages: &[PassageText]) -> Vec<Vec<usize>> {
        let len = |index: usize| passages.get(index).map_or(0, |passage| passage.text.len());
        let mut order: Vec<usize> = (0..passages.len()).collect();
        order.sort_by_key(|&index| len(index));
        let mut batches: Vec<Vec<usize>> = Vec::new();
        let mut bytes = 0;
        for index in order {
            bytes += len(index);
            match batches.last_mut() {
                Some(batch) if bytes <= self.encoder.batch_bytes() && batch.len() < BATCH_TEXTS => {
                    batch.push(index);
                }
                _ => {
                    batches.push(vec![index]);
                    bytes = len(index);
                }
            }
        }
        batches
    }

    /// One forward pass; the vectors with the places of their passages.
    fn embed_batch(
        &self,
        batch: &[usize],
        passages: &[PassageText],
    ) -> Result<Vec<(usize, PassageVectors)>> {
        let prompt = &self.folder.passage_prompt;
        let mut texts = Vec::with_capacity(batch.len());
        for &index in batch {
            if let Some(passage) = passages.get(index) {
                let tokens = self.tokens.tokenise(&format!("{prompt}{}", passage.text))?;
                texts.push((index, tokens, passage));
            }
        }
        let ids: Vec<&[u32]> = texts.iter().map(|(_, input, _)| input.ids.as_slice()).collect();
        let states = self.forward(&ids)?;
        let pooled = texts.iter().enumerate().map(|(row, (index, input, passage))| {
            Ok((*index, self.pool_passage(&states, row, input, &passage.sentences)?))
        });
        pooled.collect()
    }

    /// Embeds a question, as it was asked.
    ///
    /// # Errors
    /// [`Error::QuestionTooLong`] above the model's limit: a cut question would be another one.
    pub fn embed_question(&self, question: &str) -> Result<Embedding> {
        // A token is at least a byte long, and a word is at least one token: a text far above the
        // limit need not be tokenised to know that it is.
        let limit = self.folder.max_tokens.0;
        let words = question.split_whitespace().count();
        if words > limit {
            return Err(Error::QuestionTooLong {
                tokens: words,
                limit,
            });
        }
        let input = self
            .tokens
            .tokenise(&format!("{}{question}", self.folder.question_prompt))?;
        if input.ids.len() > limit {
            return Err(Error::QuestionTooLong {
                tokens: input.ids.len(),
                limit,
            });
        }
        let states = self.forward(&[&input.ids])?;
        self.pool_text(&states, 0, input.ids.len())
    }

    fn forward(&self, batch: &[&[u32]]) -> Result<States> {
        let limit = self.folder.max_tokens.0;
        if let Some(ids) = batch.iter().find(|ids| ids.len() > limit) {
            let why = format!("a passage has {} tokens and it reads {limit}", ids.len());
            return Err(self.folder.broken(why));
        }
        self.encoder
            .forward(batch)
            .map_err(|error| self.folder.broken(error.to_string()))
    }

    fn pool_text(&self, states: &States, row: usize, tokens: usize) -> Result<Embedding> {
        let used = match self.folder.pooling {
            Pooling::Mean => tokens,
            Pooling::Cls => 1,
        };
        mean(states.text(row).take(used), self.folder.dimension())
            .ok_or_else(|| self.folder.broken("it gives vectors without direction"))
    }

    fn pool_passage(
        &self,
        states: &States,
        row: usize,
        input: &Tokenised,
        sentences: &[ByteSpan],
    ) -> Result<PassageVectors> {
        let passage = self.pool_text(states, row, input.ids.len())?;
        let shift = self.folder.passage_prompt.len();
        let sentences = sentences.iter().map(|sentence| {
            let span = ByteSpan::new(sentence.start() + shift, sentence.end() + shift);
            let rows = states.text(row).zip(&input.offsets);
            let rows = rows.filter(|(_, offset)| !offset.is_empty() && span.contains(**offset));
            let pooled = mean(rows.map(|(state, _)| state), self.folder.dimension());
            // A sentence of characters that the tokenizer drops has no states of its own.
            pooled.unwrap_or_else(|| passage.clone())
        });
        let sentences = sentences.collect();
        Ok(PassageVectors { passage, sentences })
    }
}

fn mean<'a>(rows: impl Iterator<Item = &'a [f32]>, dimension: usize) -> Option<Embedding> {
    let mut sums = vec![0.0_f32; dimension];
    for row in rows {
        for (sum, value) in sums.iter_mut().zip(row) {
            *sum += value;
        }
    }
    // The scale of a mean is lost in the unit length.
    Embedding::normalised(sums)
}

fn fingerprint(folder: &ModelFolder, hashes: &Hashes) -> Result<String> {
    let mut facts = String::new();
    // Writing to a `String` cannot fail.
    let _ = write!(
        facts,
        "weights {}\ntokenizer {}\npooling {:?}\nlimit {}\nquestion {:?}\npassage {:?}\nrules {PASSAGE_RULES}\nconfig {}\n",
        hashes.weights,
        hashes.tokenizer,
        folder.pooling,
        folder.max_tokens.0,
        folder.question_prompt,
        folder.passage_prompt,
        sha256_hex(&folder.bytes("config.json")?),
    );
    Ok(sha256_hex(facts.as_bytes()))
}
