//! Where a word is said: a passage that holds it, and who speaks there.
//!
//! In: a word of a question, and scopes. Out: the first place found that holds it, in the text itself: the index knows
//! words only by their stems.

use super::call_text::CallText;
use super::terms::{Terms, is_capital};
use crate::error::Result;
use crate::index::{Index, Weighted, runs, words};
use crate::library::{CallSummary, Scope};
use crate::transcript::Turn;
use crate::units::{ByteSpan, CallRow, LineRange};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Passages that are looked at for a word.
const MOST: usize = 200;

/// A place where a word is said that those who were searched do not say.
#[derive(Clone, Debug)]
pub struct Elsewhere {
    /// The word, as asked.
    pub word: String,
    /// The call.
    pub call: CallSummary,
    /// The turn it is said in.
    pub turn: Turn,
    /// The sentence that holds it.
    pub span: ByteSpan,
    /// Its lines.
    pub lines: LineRange,
}

/// A word of a question that is looked for.
pub(super) struct Sought<'a> {
    terms: &'a Terms,
    at: usize,
    /// Whether only the word itself will do, with a capital.
    is_name: bool,
}

impl<'a> Sought<'a> {
    /// A term, in any form of it.
    pub(super) fn term(terms: &'a Terms, at: usize) -> Self {
        let is_name = false;
        Self { terms, at, is_name }
    }

    /// A term as a name.
    pub(super) fn name(terms: &'a Terms, at: usize) -> Self {
        let is_name = true;
        Self { terms, at, is_name }
    }

    /// A place in any of the scopes that holds it.
    pub(super) fn any(&self, index: &Index<'_>, scopes: &[Scope]) -> Result<Option<Elsewhere>> {
        let mut texts = BTreeMap::new();
        for scope in scopes {
            if let Some(found) = self.within(index, scope, &mut texts)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn within(
        &self,
        index: &Index<'_>,
        scope: &Scope,
        texts: &mut BTreeMap<CallRow, CallText>,
    ) -> Result<Option<Elsewhere>> {
        let Some(term) = self.terms.terms.get(self.at) else {
            return Ok(None);
        };
        let library = index.library();
        let weighted = Weighted {
            stem: term.stem.clone(),
            idf: 1.0,
            brings: true,
        };
        for hit in index.by_words(&[weighted], scope, MOST)? {
            let passage = library.passage(hit.passage)?;
            let text = match texts.entry(passage.call) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(unread) => unread.insert(CallText::glance(library, passage.call)?),
            };
            for sentence in &passage.sentences {
                text.add(library, sentence.turn..=sentence.turn)?;
                let Some(stored) = text.turn(sentence.turn) else {
                    continue;
                };
                let turn = &stored.turn;
                if scope.allows(turn) && self.is_in(&text.heard(sentence.span), &term.word) {
                    return Ok(Some(Elsewhere {
                        word: term.word.clone(),
                        call: text.call.clone(),
                        turn: turn.clone(),
                        span: sentence.span,
                        lines: text.lines(turn, sentence.span),
                    }));
                }
            }
        }
        Ok(None)
    }

    fn is_in(&self, text: &str, word: &str) -> bool {
        let is_it = |run: &str| is_capital(run) && words(run).iter().any(|own| own == word);
        let held = self.terms.held_by(text);
        held.get(self.at) == Some(&true) && (!self.is_name || runs(text).any(is_it))
    }
}
