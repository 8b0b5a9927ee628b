//! A tokenizer as bytes that are read in a fraction of a millisecond.
//!
//! In: `tokenizer.json`, once. Out: a blob of the settings that decide ids and the tokens in the
//! order of their ids; and from a blob, the same again. It does not check that a blob is the one
//! that was written: whoever stores it keeps its hash beside it. What it reads is whole and fits
//! together, or it reads nothing.
//!
//! Layout, numbers little-endian `u32`: `MAGIC`; the normaliser's switches; characters of the
//! longest word; id of the unknown token; ids before a text, ids after it, and for each added token
//! its id and its flags (each list with its count first); the number of tokens, a byte each for
//! their lengths, and their bytes to the end.

use super::vocabulary::CONTINUES;
use std::collections::HashMap;
use tokenizers::normalizers::{BertNormalizer, NormalizerWrapper};
use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::processors::PostProcessorWrapper;
use tokenizers::{AddedToken, Model as _, ModelWrapper, Tokenizer};

/// Says what the bytes are; its last character is the version of the layout.
const MAGIC: &[u8; 16] = b"onrecord tokens1";

/// What a compiled tokenizer knows.
pub(super) struct Compiled<'a> {
    /// What is done to a text before it is cut into words.
    pub(super) normalizer: BertNormalizer,
    /// A word of more characters than this is unknown.
    pub(super) longest_word: usize,
    /// Stands for a word that no tokens make up.
    pub(super) unknown: u32,
    /// Special tokens before every text.
    pub(super) before: Vec<u32>,
    /// Special tokens after every text.
    pub(super) after: Vec<u32>,
    /// Tokens that are found in the raw text, before anything else is done to it.
    pub(super) added: Vec<(u32, AddedToken)>,
    /// All tokens in the order of their ids, the added ones included.
    pub(super) tokens: TokenList<'a>,
}

/// Tokens in the order of their ids.
#[derive(Clone, Copy)]
pub(super) struct TokenList<'a> {
    /// Of each token, in bytes.
    pub(super) lengths: &'a [u8],
    /// One token after another.
    pub(super) bytes: &'a [u8],
}

impl Compiled<'_> {
    /// The blob of a `tokenizer.json`, or `None` where it is not a BERT `WordPiece` of the common
    /// form: tokens inside a word marked by `##`, no added token outside the vocabulary or matched
    /// after normalisation, and special tokens only before and after a text.
    pub(super) fn from_json(json: &[u8]) -> Option<Vec<u8>> {
        let mut tokenizer = Tokenizer::from_bytes(json).ok()?;
        tokenizer.with_padding(None).with_truncation(None).ok()?;
        let Some(NormalizerWrapper::BertNormalizer(normalizer)) = tokenizer.get_normalizer() else {
            return None;
        };
        let Some(PreTokenizerWrapper::BertPreTokenizer(_)) = tokenizer.get_pre_tokenizer() else {
            return None;
        };
        let ModelWrapper::WordPiece(model) = tokenizer.get_model() else {
            return None;
        };
        if model.continuing_subword_prefix.as_bytes() != CONTINUES {
            return None;
        }
        let vocabulary = model.get_vocab();
        let tokens = in_order(&vocabulary)?;
        let lengths = tokens.iter().map(|token| u8::try_from(token.len()).ok());
        let lengths: Vec<u8> = lengths.collect::<Option<_>>()?;
        let (before, after) = around(&tokenizer)?;
        let compiled = Compiled {
            normalizer: *normalizer,
            longest_word: model.max_input_chars_per_word,
            unknown: *vocabulary.get(&model.unk_token)?,
            before,
            after,
            added: added(&tokenizer)?,
            tokens: TokenList {
                lengths: &lengths,
                bytes: &tokens.concat(),
            },
        };
        compiled.write()
    }

    fn write(&self) -> Option<Vec<u8>> {
        let mut blob = MAGIC.to_vec();
        let mut number = |number: usize| -> Option<()> {
            blob.extend(u32::try_from(number).ok()?.to_le_bytes());
            Some(())
        };
        let BertNormalizer {
            clean_text,
            handle_chinese_chars,
            strip_accents,
            lowercase,
            ..
        } = self.normalizer;
        let strip_accents = strip_accents.unwrap_or(lowercase);
        number(switches([
            clean_text,
            handle_chinese_chars,
            strip_accents,
            lowercase,
        ]))?;
        number(self.longest_word)?;
        number(self.unknown as usize)?;
        for ids in [&self.before, &self.after] {
            number(ids.len())?;
            ids.iter().try_for_each(|id| number(*id as usize))?;
        }
        number(self.added.len())?;
        for (id, token) in &self.added {
            number(*id as usize)?;
            number(switches([
                token.single_word,
                token.lstrip,
                token.rstrip,
                token.special,
            ]))?;
        }
        number(self.tokens.len())?;
        blob.extend(self.tokens.lengths);
        blob.extend(self.tokens.bytes);
        Some(blob)
    }
}

impl<'a> Compiled<'a> {
    /// What a blob holds, or `None` where it is not one, is cut, or does not fit together.
    pub(super) fn read(blob: &'a [u8]) -> Option<Self> {
        let mut rest = Reader(blob.strip_prefix(MAGIC)?);
        let [clean, chinese, accents, lowercase] = rest.switches()?;
        let normalizer = BertNormalizer::new(clean, chinese, Some(accents), lowercase);
        let longest_word = rest.count()?;
        let unknown = rest.number()?;
        let (before, after) = (rest.ids()?, rest.ids()?);
        let count = rest.count()?;
        let flags: Vec<_> = (0..count)
            .map_while(|_| Some((rest.number()?, rest.switches()?)))
            .collect();
        let tokens = rest.tokens()?;
        let known = [&[unknown], &*before, &*after].concat();
        if flags.len() != count || known.iter().any(|id| tokens.get(*id).is_none()) {
            return None;
        }
        let added = flags.into_iter().map(|(id, flags)| {
            let [single_word, lstrip, rstrip, special] = flags;
            let content = std::str::from_utf8(tokens.get(id)?).ok()?;
            let token = AddedToken::from(content, special)
                .normalized(false)
                .single_word(single_word)
                .lstrip(lstrip)
                .rstrip(rstrip);
            (!content.is_empty()).then_some((id, token))
        });
        Some(Self {
            normalizer,
            longest_word,
            unknown,
            before,
            after,
            added: added.collect::<Option<_>>()?,
            tokens,
        })
    }
}

impl<'a> TokenList<'a> {
    /// How many.
    pub(super) fn len(&self) -> usize {
        self.lengths.len()
    }

    /// The bytes of one.
    fn get(&self, id: u32) -> Option<&'a [u8]> {
        let id = usize::try_from(id).ok()?;
        let before = self.lengths.get(..id)?.iter();
        let start: usize = before.map(|length| usize::from(*length)).sum();
        let length = usize::from(*self.lengths.get(id)?);
        self.bytes.get(start..start + length)
    }
}

/// The tokens in the order of their ids; `None` where an id has none, or more than one.
fn in_order(vocabulary: &HashMap<String, u32>) -> Option<Vec<&[u8]>> {
    let mut tokens: Vec<&[u8]> = vec![&[]; vocabulary.len()];
    for (token, id) in vocabulary {
        // An id that two tokens share leaves another without a token.
        *tokens.get_mut(usize::try_from(*id).ok()?)? = token.as_bytes();
    }
    let whole = tokens.iter().all(|token| !token.is_empty());
    whole.then_some(tokens)
}

/// The special tokens before and after a text, as a text shows them.
fn around(tokenizer: &Tokenizer) -> Option<(Vec<u32>, Vec<u32>)> {
    use PostProcessorWrapper::{Bert, Template};
    // Other kinds move offsets.
    let (None | Some(Bert(_) | Template(_))) = tokenizer.get_post_processor() else {
        return None;
    };
    let text = "a";
    let inside = tokenizer.encode(text, false).ok()?;
    let whole = tokenizer.encode(text, true).ok()?;
    let special = whole.get_special_tokens_mask();
    let before = special.iter().take_while(|special| **special == 1).count();
    let (before, rest) = whole.get_ids().split_at_checked(before)?;
    let after = rest.strip_prefix(inside.get_ids())?;
    let only_special = special.get(before.len() + inside.len()..)?;
    let plain = only_special.iter().all(|special| *special == 1);
    plain.then(|| (before.to_vec(), after.to_vec()))
}

/// The added tokens by id; `None` where one needs more than the raw text and the vocabulary.
fn added(tokenizer: &Tokenizer) -> Option<Vec<(u32, AddedToken)>> {
    let mut added: Vec<_> = tokenizer.get_added_tokens_decoder().into_iter().collect();
    added.sort_unstable_by_key(|(id, _)| *id);
    let model = tokenizer.get_model();
    let plain = added
        .iter()
        .all(|(id, token)| !token.normalized && model.token_to_id(&token.content) == Some(*id));
    plain.then_some(added)
}

/// Four switches as a number, the first one lowest.
fn switches(switches: [bool; 4]) -> usize {
    let bits = switches.iter().enumerate();
    bits.map(|(bit, on)| usize::from(*on) << bit).sum()
}

/// The bytes not yet read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_le_bytes(*number))
    }

    fn count(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    fn switches(&mut self) -> Option<[bool; 4]> {
        let number = self.number()?;
        (number < 16).then(|| [0, 1, 2, 3].map(|bit| number >> bit & 1 == 1))
    }

    fn ids(&mut self) -> Option<Vec<u32>> {
        let count = self.count()?;
        let ids: Vec<_> = (0..count).map_while(|_| self.number()).collect();
        (ids.len() == count).then_some(ids)
    }

    /// All tokens, which end where the bytes end.
    fn tokens(&mut self) -> Option<TokenList<'a>> {
        let count = self.count()?;
        let lengths = self.take(count)?;
        let bytes = self.take(self.0.len())?;
        let whole: usize = lengths.iter().map(|length| usize::from(*length)).sum();
        (whole == bytes.len()).then_some(TokenList { lengths, bytes })
    }
}
