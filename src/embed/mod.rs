//! Text to vectors, by a local sentence model.
//!
//! In: passages with the spans of their sentences, and questions. Out: unit vectors, one a passage
//! and one a sentence, from a single forward pass. The only room that imports candle and
//! tokenizers; it knows nothing of calls or libraries.

mod encoder;
mod folder;
mod locate;
mod stock;
mod tokens;
mod vector;
mod workers;

pub use folder::{ModelFolder, Pooling};
pub use locate::{DEFAULT_MODEL, checkout, data_folder, find_model};
pub use vector::{Embedding, Quantised, dot};

use crate::error::{Error, Result};
use crate::passage::PASSAGE_RULES;
use crate::transcript::sha256_hex;
use crate::units::{ByteSpan, TokenCount};
use encoder::{Encoder, States};
use std::fmt::Write as _;
use tokens::{Tokenised, Tokens};
use workers::Workers;

/// Texts in one forward pass: enough to fill the matrix products, few enough to stay small.
const BATCH_TEXTS: usize = 8;

/// A sentence model, loaded.
pub struct Embedder {
    folder: ModelFolder,
    tokens: Tokens,
    encoder: Encoder,
    fingerprint: String,
    workers: Workers,
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
        let json = folder.bytes("tokenizer.json")?;
        let weights = folder.bytes("model.safetensors")?;
        // The hash reads every byte of the weights, as loading does: both cores share the work.
        let (encoder, tokens, hash) = std::thread::scope(|scope| {
            let hash = scope.spawn(|| sha256_hex(&weights));
            let tokens = Tokens::load(&folder, &json);
            let encoder = Encoder::load(&folder, &weights);
            (encoder, tokens, hash.join())
        });
        let hash = hash.map_err(|_| folder.broken("its weights could not be hashed"))?;
        let fingerprint = fingerprint(&folder, &hash, &json)?;
        let workers = Workers::new().map_err(Error::io("start the threads that embed"))?;
        Ok(Self {
            tokens: tokens?,
            encoder: encoder?,
            fingerprint,
            workers,
            folder,
        })
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
        let prompt = &self.folder.passage_prompt;
        let inputs: Vec<Tokenised> = passages
            .iter()
            .map(|passage| self.tokens.tokenise(&format!("{prompt}{}", passage.text)))
            .collect::<Result<_>>()?;
        // Neighbours in length share a batch, so that little of it is padding.
        let mut order: Vec<usize> = (0..inputs.len()).collect();
        order.sort_by_key(|&index| inputs.get(index).map_or(0, |input| input.ids.len()));
        let batches: Vec<&[usize]> = order.chunks(BATCH_TEXTS).collect();
        let mut vectors: Vec<Option<PassageVectors>> = vec![None; passages.len()];
        self.workers.each(
            batches.len(),
            |batch| {
                self.embed_batch(
                    batches.get(batch).copied().unwrap_or_default(),
                    &inputs,
                    passages,
                )
            },
            |pooled: Result<Vec<(usize, PassageVectors)>>| {
                let pooled = pooled?;
                progress(pooled.len());
                for (index, vector) in pooled {
                    if let Some(slot) = vectors.get_mut(index) {
                        *slot = Some(vector);
                    }
                }
                Ok(())
            },
        )?;
        Ok(vectors.into_iter().flatten().collect())
    }

    /// One forward pass; the vectors with the places of their passages.
    fn embed_batch(
        &self,
        batch: &[usize],
        inputs: &[Tokenised],
        passages: &[PassageText],
    ) -> Result<Vec<(usize, PassageVectors)>> {
        let texts: Vec<_> = batch
            .iter()
            .filter_map(|&i| Some((i, inputs.get(i)?, passages.get(i)?)))
            .collect();
        let ids: Vec<&[u32]> = texts
            .iter()
            .map(|(_, input, _)| input.ids.as_slice())
            .collect();
        let states = self.forward(&ids)?;
        let pooled = texts
            .iter()
            .enumerate()
            .map(|(row, (index, input, passage))| {
                Ok((
                    *index,
                    self.pool_passage(&states, row, input, &passage.sentences)?,
                ))
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

    /// What the model reads of a passage: its token ids, prompt and special tokens included.
    ///
    /// # Errors
    /// [`Error::ModelBroken`] when the tokenizer fails on it.
    pub fn token_ids(&self, text: &str) -> Result<Vec<u32>> {
        let prompt = &self.folder.passage_prompt;
        Ok(self.tokens.tokenise(&format!("{prompt}{text}"))?.ids)
    }

    /// Embeds texts that are token ids already, in the order given: the encoder alone, to be measured.
    ///
    /// # Errors
    /// As [`Embedder::embed`].
    pub fn embed_ids(&self, texts: &[Vec<u32>]) -> Result<Vec<Embedding>> {
        let embed = |batch: &[usize]| -> Result<Vec<(usize, Embedding)>> {
            let ids: Vec<&[u32]> = batch
                .iter()
                .filter_map(|&index| texts.get(index).map(Vec::as_slice))
                .collect();
            let states = self.forward(&ids)?;
            let rows = batch.iter().zip(&ids).enumerate();
            rows.map(|(row, (&index, ids))| Ok((index, self.pool_text(&states, row, ids.len())?)))
                .collect()
        };
        let mut order: Vec<usize> = (0..texts.len()).collect();
        order.sort_by_key(|&index| texts.get(index).map_or(0, Vec::len));
        let mut embedded = Vec::with_capacity(texts.len());
        if let [only] = order.as_slice() {
            // As a question is embedded: on the calling thread.
            embedded = embed(&[*only])?;
        } else {
            let batches: Vec<&[usize]> = order.chunks(BATCH_TEXTS).collect();
            self.workers.each(
                batches.len(),
                |batch| embed(batches.get(batch).copied().unwrap_or_default()),
                |vectors: Result<Vec<(usize, Embedding)>>| {
                    embedded.extend(vectors?);
                    Ok(())
                },
            )?;
        }
        embedded.sort_by_key(|(index, _)| *index);
        Ok(embedded.into_iter().map(|(_, vector)| vector).collect())
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

fn fingerprint(folder: &ModelFolder, weights_hash: &str, tokenizer: &[u8]) -> Result<String> {
    let mut facts = String::new();
    // Writing to a `String` cannot fail.
    let _ = write!(
        facts,
        "weights {weights_hash}\ntokenizer {}\npooling {:?}\nlimit {}\nquestion {:?}\npassage {:?}\nrules {PASSAGE_RULES}\nconfig {}\n",
        sha256_hex(tokenizer),
        folder.pooling,
        folder.max_tokens.0,
        folder.question_prompt,
        folder.passage_prompt,
        sha256_hex(&folder.bytes("config.json")?),
    );
    Ok(sha256_hex(facts.as_bytes()))
}
