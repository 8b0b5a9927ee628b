//! Candidates for a question, by meaning and by words, with one score each.
//!
//! In: a question and its vector. Out: [`Evidence`], the best passages with the parts of their
//! scores, their sentences' own scores, and the texts they stand in. Ties go to the lower id.

mod fuse;
mod terms;

pub use terms::{Term, Terms};

use crate::embed::{Embedder, Embedding};
use crate::error::Result;
use crate::index::{self, Search};
use crate::library::{CallSummary, Library, Scope, StoredPassage, StoredTurn};
use crate::question::Question;
use crate::transcript::LineIndex;
use crate::units::{CallRow, PassageId};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Candidates taken from each side before fusion, and the range over which scores are levelled.
pub const POOL: usize = 200;
/// Candidates that an answer is chosen from, or more where more quotes are wanted.
const KEPT: usize = 40;

/// What was found for a question.
pub struct Evidence {
    /// Best first.
    pub candidates: Vec<Candidate>,
    /// The calls of the candidates.
    pub texts: BTreeMap<CallRow, CallText>,
    /// The question's words and how rare they are.
    pub terms: Terms,
    /// The scope that was searched.
    pub scope: Scope,
    /// Calls in the scope.
    pub calls_searched: usize,
    /// Calls in the library.
    pub calls_in_library: usize,
    /// What is wrong with the index, if anything.
    pub notes: Vec<String>,
}

/// A passage, and why it is here.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The passage.
    pub passage: StoredPassage,
    /// The fused score, higher is better, about 0 to 1.
    pub score: f32,
    /// Cosine of the passage with the question.
    pub dense: f32,
    /// BM25 of the passage for the question's words; 0 when it holds none.
    pub lexical: f32,
    /// Cosine of each sentence with the question.
    pub sentences: Vec<f32>,
}

/// A call as a quote needs it.
pub struct CallText {
    /// What it is.
    pub call: CallSummary,
    /// Its stored text.
    pub text: String,
    /// Its turns, in order.
    pub turns: Vec<StoredTurn>,
    /// Where its lines begin.
    pub lines: LineIndex,
}

impl CallText {
    /// Reads a call from the library, text and attribution checked.
    ///
    /// # Errors
    /// [`crate::error::Error::LibraryDamaged`] when they are not what was stored.
    pub fn read(library: &Library, row: CallRow) -> Result<Self> {
        let (call, text, turns) = library.verified(row)?;
        let lines = LineIndex::new(&text);
        Ok(Self {
            call,
            text,
            turns,
            lines,
        })
    }
}

/// Finds the passages that speak to a question, enough of them for `limit` quotes.
///
/// # Errors
/// [`crate::error::Error::QuestionTooLong`], an unknown `call` in the filter, and those of the
/// library.
pub fn retrieve(
    library: &Library,
    embedder: &Embedder,
    question: &Question,
    search: Search,
    limit: usize,
) -> Result<Evidence> {
    let vector = embedder.embed_question(&question.text)?;
    let scope = library.scope(&question.filter)?;
    let near = index::nearest(library, &vector, &scope, search, POOL)?;
    let by_words = library.lexical(&question.terms, &scope, POOL)?;
    let mut pool = fuse::pool(&near.hits, &by_words);
    for member in &mut pool {
        let vectors = library.sentence_vectors(member.passage, vector.values().len())?;
        member.sentences = vectors
            .iter()
            .map(|sentence| sentence.cosine(&vector))
            .collect();
        if member.dense.is_none() {
            member.dense = Some(cosine(library, member.passage, &vector)?);
        }
    }
    let ranked = fuse::rank(pool);
    let mut texts = BTreeMap::new();
    let mut candidates = Vec::new();
    for ranked in ranked.into_iter().take(limit.max(KEPT)) {
        let passage = library.passage(ranked.passage)?;
        if let Entry::Vacant(unread) = texts.entry(passage.call) {
            unread.insert(CallText::read(library, passage.call)?);
        }
        candidates.push(Candidate {
            passage,
            score: ranked.score,
            dense: ranked.dense,
            lexical: ranked.lexical,
            sentences: ranked.sentences,
        });
    }
    let calls_in_library = usize::try_from(library.totals(None)?.calls).unwrap_or(usize::MAX);
    Ok(Evidence {
        candidates,
        texts,
        terms: Terms::weigh(library, question)?,
        calls_searched: scope.calls.as_ref().map_or(calls_in_library, Vec::len),
        scope,
        calls_in_library,
        notes: near.notes,
    })
}

fn cosine(library: &Library, passage: PassageId, question: &Embedding) -> Result<f32> {
    Ok(library
        .passage_vector(passage, question.values().len())?
        .cosine(question))
}
