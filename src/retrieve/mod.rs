//! Candidates for a question, by meaning and by words, with one score each.
//!
//! In: a question and its vector. Out: [`Evidence`], the best passages with the parts of their
//! scores, their sentences' own scores, and the texts they stand in. Ties go to the lower id.

mod fuse;
mod terms;

pub use terms::{Term, Terms};

use crate::embed::{Embedder, Embedding};
use crate::error::Result;
use crate::index::{Index, Search};
use crate::library::{CallSummary, Library, Scope, StoredPassage, StoredTurn};
use crate::question::Question;
use crate::transcript::LineIndex;
use crate::units::{CallRow, PassageId};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

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
    /// The scope that was searched; where several things were asked about, that of the first.
    pub scope: Scope,
    /// Things that were asked about, each searched by itself; at least 1.
    pub parts: usize,
    /// Calls in the scope.
    pub calls_searched: usize,
    /// Calls in the library.
    pub calls_in_library: usize,
}

/// A passage, and why it is here.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The passage.
    pub passage: StoredPassage,
    /// Which of the things asked about it speaks to, from 0.
    pub part: usize,
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

/// How far to look.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    /// By the index or by scan.
    pub search: Search,
    /// Quotes wanted.
    pub limit: usize,
}

/// Finds the passages that speak to a question, enough of them for the quotes wanted, in each of the
/// scopes.
///
/// # Errors
/// [`crate::error::Error::QuestionTooLong`], and those of the library.
pub fn retrieve(
    index: &Index<'_>,
    embedder: &Embedder,
    question: &Question,
    scopes: &[Scope],
    reach: Reach,
) -> Result<Evidence> {
    let library = index.library();
    let calls_in_library = library.call_count()?;
    let mut evidence = Evidence {
        candidates: Vec::new(),
        texts: BTreeMap::new(),
        terms: Terms::weigh(index, &question.terms)?,
        scope: scopes.first().cloned().unwrap_or_default(),
        parts: scopes.len(),
        calls_searched: calls_in(scopes).unwrap_or(calls_in_library),
        calls_in_library,
    };
    if question.understood.is_absent {
        evidence.calls_searched = 0;
        return Ok(evidence);
    }
    let vector = embedder.embed_question(&question.text)?;
    for (part, scope) in scopes.iter().enumerate() {
        let near = index.nearest(&vector, scope, reach.search, POOL)?;
        let by_words = index.by_words(&evidence.terms.weighted(), scope, POOL)?;
        let ranked = fuse::rank(weighed(library, &vector, fuse::pool(&near, &by_words))?);
        for ranked in ranked.into_iter().take(reach.limit.max(KEPT)) {
            let passage = library.passage(ranked.passage)?;
            if let Entry::Vacant(unread) = evidence.texts.entry(passage.call) {
                unread.insert(CallText::read(library, passage.call)?);
            }
            evidence.candidates.push(Candidate {
                passage,
                part,
                score: ranked.score,
                dense: ranked.dense,
                lexical: ranked.lexical,
                sentences: ranked.sentences,
            });
        }
    }
    Ok(evidence)
}

/// The calls of all scopes, each once; `None` where one of them is the whole library.
fn calls_in(scopes: &[Scope]) -> Option<usize> {
    let calls: Option<Vec<&Vec<CallRow>>> = scopes.iter().map(|s| s.calls.as_ref()).collect();
    let calls: BTreeSet<&CallRow> = calls?.into_iter().flatten().collect();
    Some(calls.len())
}

/// The pool with each sentence's own cosine, and the passage's where only words brought it.
fn weighed(
    library: &Library,
    question: &Embedding,
    mut pool: Vec<fuse::Member>,
) -> Result<Vec<fuse::Member>> {
    let dimension = question.values().len();
    for member in &mut pool {
        let vectors = library.sentence_vectors(member.passage, dimension)?;
        member.sentences = vectors
            .iter()
            .map(|sentence| sentence.cosine(question))
            .collect();
        if member.dense.is_none() {
            member.dense = Some(cosine(library, member.passage, question)?);
        }
    }
    Ok(pool)
}

fn cosine(library: &Library, passage: PassageId, question: &Embedding) -> Result<f32> {
    Ok(library
        .passage_vector(passage, question.values().len())?
        .cosine(question))
}
