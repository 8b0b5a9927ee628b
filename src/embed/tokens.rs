//! Text to token ids with byte offsets, by the model's own tokenizer.
//!
//! In: `tokenizer.json`, or what was compiled from it, and texts. Out: ids and offsets, the same in
//! both cases. It does not know what a passage is.

use super::compiled::Compiled;
use super::folder::ModelFolder;
use super::wordpiece::WordPiece;
use crate::error::{Error, Result};
use crate::units::{ByteSpan, TokenCount};
use tokenizers::Tokenizer;

/// The model's tokenizer, without the truncation and padding that its file asks for: passages are
/// cut to fit before they come here, and a silent cut would make a vector of half a passage.
pub(super) enum Tokens {
    /// Any tokenizer, by the crate.
    General(Box<Tokenizer>),
    /// A BERT `WordPiece`, compiled.
    WordPiece(Box<WordPiece>),
}

/// One text as the model reads it.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Tokenised {
    /// Token ids, special ones included.
    pub(super) ids: Vec<u32>,
    /// The bytes of the text behind each id; empty for special tokens.
    pub(super) offsets: Vec<ByteSpan>,
}

impl Tokenised {
    pub(super) fn push(&mut self, id: u32, span: ByteSpan) {
        self.ids.push(id);
        self.offsets.push(span);
    }

    pub(super) fn truncate(&mut self, tokens: usize) {
        self.ids.truncate(tokens);
        self.offsets.truncate(tokens);
    }
}

impl Extend<(u32, ByteSpan)> for Tokenised {
    fn extend<I: IntoIterator<Item = (u32, ByteSpan)>>(&mut self, tokens: I) {
        for (id, span) in tokens {
            self.push(id, span);
        }
    }
}

impl Tokens {
    /// Loads `tokenizer.json` and checks that it belongs to the model.
    pub(super) fn load(folder: &ModelFolder, json: &[u8]) -> Result<Self> {
        let tokens = Self::from_json(json)
            .map_err(|why| folder.broken(format!("`tokenizer.json`: {why}")))?;
        // A table of words may be padded to a round number of rows.
        let (words, rows) = (tokens.words(), folder.architecture.words());
        if words > rows {
            return Err(folder.broken(format!(
                "`tokenizer.json`: it knows {words} tokens and the model {rows}"
            )));
        }
        Ok(tokens)
    }

    fn from_json(json: &[u8]) -> tokenizers::Result<Self> {
        let mut tokenizer = Tokenizer::from_bytes(json)?;
        tokenizer.with_padding(None).with_truncation(None)?;
        Ok(Self::General(Box::new(tokenizer)))
    }

    /// Loads what [`Compiled::from_json`] made of a `tokenizer.json`. Whether it belongs to the
    /// model is for the caller to check, by the hash of what it was made from.
    ///
    /// # Errors
    /// [`Error::ModelBroken`] for bytes that are not that, or cut.
    pub(super) fn from_compiled(blob: &[u8]) -> Result<Self> {
        let compiled =
            Compiled::read(blob).ok_or_else(|| broken("what was compiled from it is damaged"))?;
        let model = WordPiece::new(compiled).map_err(|error| broken(error.to_string()))?;
        Ok(Self::WordPiece(Box::new(model)))
    }

    /// How many tokens it knows: the rows that the model has to have.
    pub(super) fn words(&self) -> usize {
        match self {
            Self::General(tokenizer) => tokenizer.get_vocab_size(true),
            Self::WordPiece(model) => model.words(),
        }
    }

    /// The text's tokens. Ids and offsets have the same length, in the order of the text.
    pub(super) fn tokenise(&self, text: &str) -> Result<Tokenised> {
        let tokens = match self {
            Self::General(tokenizer) => general(tokenizer, text),
            Self::WordPiece(model) => model.tokenise(text),
        };
        tokens.map_err(|error| broken(error.to_string()))
    }

    /// How many tokens the text has, special ones included.
    pub(super) fn count(&self, text: &str) -> TokenCount {
        let counted = match self {
            Self::General(tokenizer) => {
                let encoding = tokenizer.encode_fast(text, true);
                encoding.map(|encoding| encoding.len())
            }
            Self::WordPiece(model) => model.tokenise(text).map(|tokens| tokens.ids.len()),
        };
        // A text that cannot be tokenised is found when it is embedded; here it counts by bytes.
        TokenCount(counted.unwrap_or(text.len()))
    }
}

fn general(tokenizer: &Tokenizer, text: &str) -> tokenizers::Result<Tokenised> {
    let encoding = tokenizer.encode(text, true)?;
    let special = encoding.get_special_tokens_mask();
    let offsets = encoding.get_offsets().iter().zip(special);
    let offsets = offsets.map(|(&(start, end), &special)| {
        if special == 1 {
            ByteSpan::default()
        } else {
            ByteSpan::new(start, end)
        }
    });
    Ok(Tokenised {
        ids: encoding.get_ids().to_vec(),
        offsets: offsets.collect(),
    })
}

fn broken(why: impl Into<String>) -> Error {
    Error::ModelBroken {
        model: "tokenizer.json".into(),
        why: why.into(),
    }
}

// Outside `src`, where nothing but the output room prints: they say which files they did not find.
#[cfg(test)]
#[path = "../../tests/unit/tokens.rs"]
mod tests;
