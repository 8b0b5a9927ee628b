//! Text to vectors, by a local sentence model.
//!
//! In: passages with the spans of their sentences, and questions. Out: unit vectors, one a passage
//! and one a sentence, from a single forward pass. The only room that imports candle and
//! tokenizers; it knows nothing of calls or libraries.

mod architecture;
mod bert;
mod bundled;
mod compiled;
mod dense;
mod device;
mod encoder;
mod facts;
mod files;
mod folder;
#[expect(
    unsafe_code,
    reason = "instructions of the processor; each block says why it is sound"
)]
mod kernels;
mod locate;
mod opening;
mod own;
mod packed;
mod plan;
mod pooling;
pub(crate) mod read_at;
mod source;
mod stock;
mod tokens;
mod vector;
mod vocabulary;
mod weights;
mod wordpiece;
mod workers;

pub use device::Device;
pub use folder::ModelFolder;
pub(crate) use kernels::Buffer;
pub use kernels::{PLANES, Planes, Tier, dot_bytes, prefetch, signed, sum_where_set};
pub use locate::{DEFAULT_MODEL, checkout, data_folder, find_model};
pub use opening::pack;
pub use plan::kernel_for;
pub use pooling::Pooling;
pub use vector::{Embedding, Quantised, cosine_of_bytes, dot};
pub use workers::threads;

use crate::error::{Error, Result};
use crate::passage::PASSAGE_RULES;
use crate::transcript::sha256_hex;
use crate::units::{ByteSpan, TokenCount};
use encoder::{Encoder, States};
use packed::Hashes;
use plan::Plan;
use pooling::Head;
use source::Source;
use std::fmt::Write as _;
use stock::Stock;
use tokens::{Tokenised, Tokens};
use workers::Workers;

/// Texts in one batch at most, however short they are.
const BATCH_TEXTS: usize = 64;

/// Of English speech, to make of token ids the batches that their texts would have made.
const BYTES_IN_TWO_TOKENS: usize = 9;

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
    /// Loads the model in `path`, to run on `device`. `say` hears what the user should know: a packed
    /// file that was made again, a kernel that is not used.
    ///
    /// # Errors
    /// [`Error::Kernel`] where `$ONRECORD_KERNEL` asks for what is not there;
    /// [`Error::NoDevice`] for a device that is not there;
    /// [`Error::ModelBroken`] when a file is missing, cut, or does not fit the others;
    /// [`Error::ModelUnsupported`] for another kind of model.
    pub fn open(path: &std::path::Path, device: Device, say: fn(&str)) -> Result<Self> {
        let device = device.open()?;
        let folder = ModelFolder::read(path)?;
        let opened = match Plan::new(&folder, &device)? {
            Some(plan) => opening::open(&folder, &plan, say)?,
            None => None,
        };
        let (encoder, tokens, hashes) = if let Some(opened) = opened {
            (Encoder::Own(opened.own), opened.tokens, opened.hashes)
        } else {
            let source = Source::read(&folder, &device)?;
            let tokens = Tokens::load(&folder, &source.tokenizer)?;
            let stock = Stock::build(&folder, source.tensors, &device)?;
            (Encoder::Stock(stock), tokens, source.hashes)
        };
        let head = Head::load(&folder)?;
        let fingerprint = fingerprint(&folder, &head, &hashes)?;
        let workers = Workers::new().map_err(Error::io("start the threads that embed"))?;
        Ok(Self {
            skip: Skip::count(&folder, &tokens)?,
            head,
            tokens,
            encoder,
            fingerprint,
            workers,
            folder,
        })
    }

    /// What runs the model: a [`Tier`]'s name, or `stock` for candle's own.
    pub fn kernel(&self) -> &'static str {
        self.encoder.kernel()
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
        let batches = self.batches(passages.iter().map(|passage| passage.text.len()));
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

    /// Places of texts of these lengths, batch by batch. Neighbours in length share one, so that where
    /// texts are padded little of it is padding.
    fn batches(&self, lengths: impl Iterator<Item = usize>) -> Vec<Vec<usize>> {
        let mut order: Vec<(usize, usize)> = lengths.enumerate().collect();
        order.sort_by_key(|&(_, len)| len);
        let mut batches: Vec<Vec<usize>> = Vec::new();
        let mut bytes = 0;
        for (index, len) in order {
            bytes += len;
            match batches.last_mut() {
                Some(batch) if bytes <= self.encoder.batch_bytes() && batch.len() < BATCH_TEXTS => {
                    batch.push(index);
                }
                _ => {
                    batches.push(vec![index]);
                    bytes = len;
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
        let ids: Vec<&[u32]> = texts
            .iter()
            .map(|(_, input, _)| input.ids.as_slice())
            .collect();
        self.forward(&ids, |states| {
            let rows = texts.iter().enumerate();
            let pooled = rows.map(|(row, (index, input, passage))| {
                let sentences = &passage.sentences;
                Ok((*index, self.pool_passage(states, row, input, sentences)?))
            });
            pooled.collect()
        })
    }

    /// Refuses a text that is too long whatever its tokens are: a word is one at the least.
    ///
    /// # Errors
    /// [`Error::QuestionTooLong`] above the model's limit.
    pub fn expect_question(&self, question: &str) -> Result<()> {
        let limit = self.folder.max_tokens.0;
        let tokens = question.split_whitespace().count();
        if tokens > limit {
            return Err(Error::QuestionTooLong { tokens, limit });
        }
        Ok(())
    }

    /// Embeds a question, as it was asked.
    ///
    /// # Errors
    /// [`Error::QuestionTooLong`] above the model's limit: a cut question would be another one.
    pub fn embed_question(&self, question: &str) -> Result<Embedding> {
        self.expect_question(question)?;
        let limit = self.folder.max_tokens.0;
        let input = self
            .tokens
            .tokenise(&format!("{}{question}", self.folder.question_prompt))?;
        if input.ids.len() > limit {
            return Err(Error::QuestionTooLong {
                tokens: input.ids.len(),
                limit,
            });
        }
        self.forward(&[&input.ids], |states| {
            self.pool_text(states, 0, self.skip.question)
        })
    }

    fn pool_text(&self, states: &States<'_>, row: usize, skip: usize) -> Result<Embedding> {
        let pooled = self.head.text(states.text(row), skip);
        pooled.map_err(|error| self.folder.broken(error.to_string()))
    }

    fn forward<T>(
        &self,
        batch: &[&[u32]],
        look: impl FnOnce(&States<'_>) -> Result<T>,
    ) -> Result<T> {
        let limit = self.folder.max_tokens.0;
        if let Some(ids) = batch.iter().find(|ids| ids.len() > limit) {
            let why = format!("a passage has {} tokens and it reads {limit}", ids.len());
            return Err(self.folder.broken(why));
        }
        self.encoder
            .forward(batch, look)
            .map_err(|error| self.folder.broken(error.to_string()))?
    }

    fn pool_passage(
        &self,
        states: &States<'_>,
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
            let chosen = batch.iter().filter_map(|&i| Some((i, texts.get(i)?)));
            let (places, ids): (Vec<usize>, Vec<&[u32]>) =
                chosen.map(|(index, ids)| (index, ids.as_slice())).unzip();
            self.forward(&ids, |states| {
                let rows = places.into_iter().enumerate();
                rows.map(|(row, index)| {
                    let pooled = self.pool_text(states, row, self.skip.passage);
                    Ok((index, pooled?))
                })
                .collect()
            })
        };
        let batches = self.batches(texts.iter().map(|ids| ids.len() * BYTES_IN_TWO_TOKENS / 2));
        let mut embedded = Vec::with_capacity(texts.len());
        if let [only] = batches.as_slice() {
            // As a question is embedded: on the calling thread.
            embedded = embed(only)?;
        } else {
            self.workers.each(
                batches.len(),
                |batch| embed(batches.get(batch).map_or(&[], Vec::as_slice)),
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

fn fingerprint(folder: &ModelFolder, head: &Head, hashes: &Hashes) -> Result<String> {
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
    facts.push_str(head.fingerprint());
    if !folder.include_prompt {
        facts.push_str("prompts are not pooled\n");
    }
    Ok(sha256_hex(facts.as_bytes()))
}
