//! Text to the tokens of a BERT `WordPiece` model, with byte offsets.
//!
//! In: a text. Out: what the `tokenizers` crate gives for it, id for id and byte for byte, mostly
//! without its help. It knows nothing of models or files.
//!
//! Plain words, which are nearly all words of a transcript, are cut here from the lowercased bytes.
//! Any other goes through the crate's own normaliser and pre-tokeniser, by itself. That is exact,
//! because a separator (space, tab, line feed, carriage return) keeps apart what stands on its two
//! sides: it ends a word, and it is a character that no combining mark is moved across when accents
//! are taken off. Added tokens may span separators; a text in which one occurs goes through the
//! crate as a whole.

use super::compiled::Compiled;
use super::tokens::Tokenised;
use super::vocabulary::{Place, Vocabulary};
use crate::units::ByteSpan;
use std::borrow::Cow;
use std::ops::Range;
use tokenizers::models::wordlevel::WordLevel;
use tokenizers::normalizers::BertNormalizer;
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;
use tokenizers::{AddedVocabulary, OffsetType, PreTokenizer as _, Token};

const SEPARATORS: [char; 4] = [' ', '\t', '\n', '\r'];

/// Whether a character can be cut here: ASCII that is seen, and the dashes, typographic quotes and
/// dots of the block of general punctuation, each of which is a word by itself, as it stands.
fn is_plain(c: char) -> bool {
    matches!(c, '!'..='~' | '\u{2010}'..='\u{2027}')
}

/// A loaded model.
pub(super) struct WordPiece {
    vocabulary: Vocabulary,
    words: usize,
    normalizer: BertNormalizer,
    longest_word: usize,
    unknown: u32,
    before: Vec<u32>,
    after: Vec<u32>,
    added: AddedVocabulary,
    /// The added tokens' texts, and the bytes that they begin with.
    literals: Vec<String>,
    first_bytes: Vec<u8>,
}

impl WordPiece {
    /// Makes a compiled tokenizer ready for use.
    pub(super) fn new(compiled: Compiled<'_>) -> tokenizers::Result<Self> {
        // The crate asks a model for the ids of added tokens; one that knows only these will do.
        let known = compiled.added.iter();
        let known = known.map(|(id, token)| (token.content.clone(), *id));
        let model = WordLevel::builder().vocab(known.collect()).build()?;
        let literals: Vec<String> = compiled
            .added
            .iter()
            .map(|(_, token)| token.content.clone())
            .collect();
        let firsts = literals.iter().filter_map(|text| text.bytes().next());
        let mut first_bytes: Vec<u8> = firsts.collect();
        first_bytes.sort_unstable();
        first_bytes.dedup();
        let mut added = AddedVocabulary::new();
        let tokens = compiled.added.into_iter().map(|(_, token)| token);
        added.add_tokens(tokens, &model, Some(&compiled.normalizer))?;
        Ok(Self {
            vocabulary: Vocabulary::new(compiled.tokens.lengths, compiled.tokens.bytes),
            words: compiled.tokens.len(),
            normalizer: compiled.normalizer,
            longest_word: compiled.longest_word,
            unknown: compiled.unknown,
            before: compiled.before,
            after: compiled.after,
            added,
            literals,
            first_bytes,
        })
    }

    /// How many tokens it knows.
    pub(super) fn words(&self) -> usize {
        self.words
    }

    /// The text's tokens, special ones included.
    pub(super) fn tokenise(&self, text: &str) -> tokenizers::Result<Tokenised> {
        let mut tokens = Tokenised::default();
        let special = |id: &u32| (*id, ByteSpan::default());
        tokens.extend(self.before.iter().map(special));
        if self.has_literal(text) {
            self.cut_by_the_crate(text, 0, &mut tokens)?;
        } else {
            self.cut(text, &mut tokens)?;
        }
        tokens.extend(self.after.iter().map(special));
        Ok(tokens)
    }

    fn has_literal(&self, text: &str) -> bool {
        let mut first_bytes = self.first_bytes.iter();
        first_bytes.any(|byte| text.as_bytes().contains(byte))
            && self.literals.iter().any(|literal| text.contains(literal))
    }

    fn cut(&self, text: &str, tokens: &mut Tokenised) -> tokenizers::Result<()> {
        let bytes = if self.normalizer.lowercase {
            Cow::from(text.as_bytes().to_ascii_lowercase())
        } else {
            Cow::from(text.as_bytes())
        };
        let mut start = 0;
        for chunk in text.split(SEPARATORS) {
            if chunk.chars().all(is_plain) {
                self.cut_plain(&bytes, chunk, start, tokens);
            } else {
                self.cut_by_the_crate(chunk, start, tokens)?;
            }
            // Every separator is one byte.
            start += chunk.len() + 1;
        }
        Ok(())
    }

    /// Cuts plain characters that begin at `start` in `bytes`.
    fn cut_plain(&self, bytes: &[u8], chunk: &str, start: usize, tokens: &mut Tokenised) {
        let mut word = start;
        for (at, c) in chunk.char_indices() {
            // What is plain and not this is punctuation.
            if !c.is_ascii_alphanumeric() {
                let at = start + at;
                let next = at + c.len_utf8();
                self.cut_word(bytes, word..at, tokens);
                self.cut_word(bytes, at..next, tokens);
                word = next;
            }
        }
        self.cut_word(bytes, word..start + chunk.len(), tokens);
    }

    /// Cuts any text that begins at `start`, added tokens included.
    fn cut_by_the_crate(
        &self,
        text: &str,
        start: usize,
        tokens: &mut Tokenised,
    ) -> tokenizers::Result<()> {
        let mut words = self
            .added
            .extract_and_normalize(Some(&self.normalizer), text);
        BertPreTokenizer.pre_tokenize(&mut words)?;
        words.tokenize(|word| {
            let mut cut = Tokenised::default();
            let word = word.get();
            self.cut_word(word.as_bytes(), 0..word.len(), &mut cut);
            let cut = cut.ids.into_iter().zip(cut.offsets);
            let token = |(id, span): (_, ByteSpan)| {
                Token::new(id, String::new(), (span.start(), span.end()))
            };
            Ok(cut.map(token).collect())
        })?;
        let encoding = words.into_encoding(None, 0, OffsetType::Byte)?;
        let ids = encoding.get_ids().iter().copied();
        let spans = encoding.get_offsets().iter();
        let spans = spans.map(|(from, to)| ByteSpan::new(start + from, start + to));
        tokens.extend(ids.zip(spans));
        Ok(())
    }

    /// Cuts one normalised word into the longest tokens, from left to right.
    ///
    /// **Source**: `WordPiece` as `tokenizers` has it (`models/wordpiece`): a word that is too long,
    /// or of which any part is unknown, is unknown as a whole.
    fn cut_word(&self, text: &[u8], word: Range<usize>, tokens: &mut Tokenised) {
        let before = tokens.ids.len();
        let mut at = word.start;
        let mut place = Place::Start;
        let mut whole = !self.is_too_long(text.get(word.clone()).unwrap_or_default());
        while whole && at < word.end {
            let longest = self.vocabulary.longest(text, at..word.end, place);
            whole = longest.is_some();
            if let Some((id, length)) = longest {
                tokens.push(id, ByteSpan::new(at, at + length));
                at += length;
                place = Place::Inside;
            }
        }
        if !whole {
            tokens.truncate(before);
            tokens.push(self.unknown, ByteSpan::new(word.start, word.end));
        }
    }

    fn is_too_long(&self, word: &[u8]) -> bool {
        let is_first = |byte: &&u8| **byte & 0b1100_0000 != 0b1000_0000;
        word.len() > self.longest_word && word.iter().filter(is_first).count() > self.longest_word
    }
}
