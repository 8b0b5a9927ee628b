//! Text to token ids with byte offsets, by the model's own tokenizer.

use super::folder::ModelFolder;
use crate::error::{Error, Result};
use crate::units::{ByteSpan, TokenCount};
use tokenizers::Tokenizer;

/// The model's tokenizer, without the truncation and padding that its file asks for: passages are
/// cut to fit before they come here, and a silent cut would make a vector of half a passage.
pub(super) struct Tokens {
    tokenizer: Tokenizer,
}

/// One text as the model reads it.
pub(super) struct Tokenised {
    /// Token ids, special ones included.
    pub(super) ids: Vec<u32>,
    /// The bytes of the text behind each id; empty for special tokens.
    pub(super) offsets: Vec<ByteSpan>,
}

impl Tokens {
    /// Loads `tokenizer.json` and checks that it belongs to the model.
    pub(super) fn load(folder: &ModelFolder, json: &[u8]) -> Result<Self> {
        let broken = |why: String| folder.broken(format!("`tokenizer.json`: {why}"));
        let mut tokenizer =
            Tokenizer::from_bytes(json).map_err(|error| broken(error.to_string()))?;
        tokenizer.with_padding(None);
        tokenizer
            .with_truncation(None)
            .map_err(|error| broken(error.to_string()))?;
        // A table of words may be padded to a round number of rows.
        let words = tokenizer.get_vocab_size(true);
        let rows = folder.architecture.words();
        if words > rows {
            return Err(broken(format!(
                "it knows {words} tokens and the model {rows}"
            )));
        }
        Ok(Self { tokenizer })
    }

    /// The text's tokens. Ids and offsets have the same length, in the order of the text.
    pub(super) fn tokenise(&self, text: &str) -> Result<Tokenised> {
        let encoding = self
            .tokenizer
            .encode(text, true)
            .map_err(|error| Error::ModelBroken {
                model: "tokenizer.json".into(),
                why: error.to_string(),
            })?;
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

    /// How many tokens the text has, special ones included.
    pub(super) fn count(&self, text: &str) -> TokenCount {
        // A text that cannot be tokenised is found when it is embedded; here it counts by bytes.
        let counted = self.tokenizer.encode_fast(text, true);
        TokenCount(counted.map_or(text.len(), |encoding| encoding.len()))
    }
}
