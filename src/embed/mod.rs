//! Text to vectors, by a local sentence model.
//!
//! In: passages with the spans of their sentences, and questions. Out: unit vectors, one a passage
//! and one a sentence, from a single forward pass. The only room that imports candle and
//! tokenizers; it knows nothing of calls or libraries.

mod architecture;
mod dense;
mod device;
mod encoder;
mod facts;
mod files;
mod folder;
mod locate;
mod pooling;
mod stock;
mod tokens;
mod vector;
mod weights;
mod workers;

pub use device::Device;
pub use folder::ModelFolder;
pub use locate::{DEFAULT_MODEL, checkout, data_folder, find_model};
pub use pooling::Pooling;
pub use vector::{Embedding, Quantised, dot};

use crate::error::{Error, Result};
use crate::passage::PASSAGE_RULES;
use crate::transcript::sha256_hex;
use crate::units::{ByteSpan, TokenCount};
use encoder::{Encoder, States};
use pooling::Head;
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
    head: Head,
    skip: Skip,
    fingerprint: String,
    workers: Workers,
}

/// Tokens at the beginning of a text that are a prompt which is not to be pooled.
struct Skip {
    question: usize,
    passage: usize,
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
    /// Loads the model in `path`, to run on `device`.
    ///
    /// # Errors
    /// [`Error::NoDevice`] for a device that is not there;
    /// [`Error::ModelBroken`] when a file is missing, cut, or does not fit the others;
    /// [`Error::ModelUnsupported`] for another kind of model.
    pub fn open(path: &std::path::Path, device: Device) -> Result<Self> {
        let device = device.open()?;
        let folder = ModelFolder::read(path)?;
        let json = folder.bytes("tokenizer.json")?;
        let weights = folder.files().weights("")?;
        // The hash reads every byte of the weights, as loading does: both cores share the work.
        let (encoder, tokens, hash) = std::thread::scope(|scope| {
            let hash = scope.spawn(|| sha256_hex(&weights));
            let tokens = Tokens::load(&folder, &json);
            let encoder = Encoder::load(&folder, &weights, &device);
            (encoder, tokens, hash.join())
        });
        let hash = hash.map_err(|_| folder.broken("its weights could not be hashed"))?;
        let tokens = tokens?;
        let head = Head::load(&folder)?;
        let fingerprint = fingerprint(&folder, &head, &hash, &json)?;
        let workers = Workers::new().map_err(Error::io("start the threads that embed"))?;
        Ok(Self {
            skip: Skip::count(&folder, &tokens)?,
            head,
            tokens,
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
        self.head
            .text(states.text(0), self.skip.question)
            .map_err(|error| self.folder.broken(error.to_string()))
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

    fn pool_passage(
        &self,
        states: &States,
        row: usize,
        input: &Tokenised,
        sentences: &[ByteSpan],
    ) -> Result<PassageVectors> {
        let states: Vec<_> = states.text(row).collect();
        let shift = self.folder.passage_prompt.len();
        let sentences = sentences
            .iter()
            .map(|sentence| ByteSpan::new(sentence.start() + shift, sentence.end() + shift));
        self.head
            .passage(&states, &input.offsets, sentences, self.skip.passage)
            .map_err(|error| self.folder.broken(error.to_string()))
    }
}

impl Skip {
    /// A prompt's tokens are counted alone, without the special token that ends a text.
    ///
    /// **Source**: `_get_prompt_length` of sentence-transformers.
    fn count(folder: &ModelFolder, tokens: &Tokens) -> Result<Self> {
        let count = |prompt: &str| {
            if folder.include_prompt || prompt.is_empty() {
                return Ok(0);
            }
            let offsets = tokens.tokenise(prompt)?.offsets;
            let ends = offsets.last().is_some_and(|last| last.is_empty());
            Ok(offsets.len() - usize::from(ends))
        };
        Ok(Self {
            question: count(&folder.question_prompt)?,
            passage: count(&folder.passage_prompt)?,
        })
    }
}

fn fingerprint(
    folder: &ModelFolder,
    head: &Head,
    weights_hash: &str,
    tokenizer: &[u8],
) -> Result<String> {
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
    facts.push_str(head.fingerprint());
    if !folder.include_prompt {
        facts.push_str("prompts are not pooled\n");
    }
    Ok(sha256_hex(facts.as_bytes()))
}
