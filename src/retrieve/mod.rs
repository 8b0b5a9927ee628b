//! Candidates for a question, by meaning and by words, with one score each.
//!
//! In: a question and its vector. Out: [`Evidence`], the best passages with the parts of their
//! scores, their sentences' own scores, and the texts they stand in. Ties go to the lower id.

mod around;
mod background;
mod call_text;
mod elsewhere;
mod fuse;
mod phrases;
mod replies;
mod terms;
mod without;

pub use background::Background;
pub use call_text::CallText;
pub use elsewhere::Elsewhere;
pub use phrases::says;
pub use terms::{Term, Terms};

use crate::embed::{Embedder, Embedding};
use crate::error::Result;
use crate::index::{Index, Search};
use crate::library::{Library, Scope, StoredPassage, StoredTurn};
use crate::question::Question;
use crate::transcript::Turn;
use crate::units::{CallRow, PassageId};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// Candidates taken from each side before fusion, and the range over which scores are levelled.
pub const POOL: usize = 150;
/// Candidates that an answer is chosen from, or more where more quotes are wanted.
const KEPT: usize = 40;

/// What was found for a question.
pub struct Evidence {
    /// Best first.
    pub candidates: Vec<Candidate>,
    /// Passages that were weighed and left out, for a question about one of them.
    pub beyond: Vec<Beyond>,
    /// The calls of the candidates, and of their turns those that the candidates stand in; not checked.
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
    /// Passages in the scope, about: calls differ in length.
    pub passages_searched: usize,
    /// How near passages are that do not answer.
    pub background: Background,
    /// Who says the words that those who were searched do not say.
    pub elsewhere: Vec<Elsewhere>,
    /// What stands between quotation marks in the question and nowhere searched.
    pub unsaid: Vec<String>,
    /// By how much the nearest sentence comes nearer, as a cosine, when the words that nothing searched holds are left out
    /// of the question.
    pub nearer_without: f32,
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
    /// Which of the question's terms each sentence holds.
    pub held: Vec<Vec<bool>>,
    /// How near the passages before and after are, as a share of the nearest candidate's cosine; 0 where a figure
    /// is asked for, which stands where it stands.
    pub around: f32,
}

/// A passage that was weighed and is not among the candidates.
#[derive(Clone, Copy, Debug)]
pub struct Beyond {
    /// The passage.
    pub passage: PassageId,
    /// Its rank in its part, from 1.
    pub rank: usize,
    /// Its fused score.
    pub score: f32,
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
    let calls_searched = calls_in(scopes).unwrap_or(calls_in_library);
    let passages = usize::try_from(index.passages()?).unwrap_or(usize::MAX);
    let mut evidence = Evidence {
        candidates: Vec::new(),
        beyond: Vec::new(),
        texts: BTreeMap::new(),
        terms: Terms::weigh(index, &question.terms, &question.names.exact)?,
        scope: scopes.first().cloned().unwrap_or_default(),
        parts: scopes.len(),
        calls_searched,
        calls_in_library,
        passages_searched: passages.saturating_mul(calls_searched) / calls_in_library.max(1),
        background: Background::of(library)?,
        elsewhere: Vec::new(),
        unsaid: Vec::new(),
        nearer_without: 0.0,
    };
    if question.understood.is_absent {
        evidence.calls_searched = 0;
        return Ok(evidence);
    }
    let vector = embedder.embed_question(&question.text)?;
    for (part, scope) in scopes.iter().enumerate() {
        let near = index.nearest(&vector, scope, reach.search, POOL)?;
        let by_words = index.by_words(&evidence.terms.weighted(), scope, POOL)?;
        let saying = phrases::saying(index, question, scope)?;
        let mut pool = fuse::pool(&near, &by_words);
        phrases::add(&mut pool, &saying);
        let mut ranked = fuse::rank(weighed(library, &vector, pool)?);
        phrases::lift(&mut ranked, &saying);
        let most = reach.limit.max(KEPT);
        evidence.keep((library, question, &vector), (part, ranked), most)?;
        if !question.wants_figure && !question.wants_asker {
            replies::add(&mut evidence, library, &vector, part)?;
        }
    }
    evidence.unsaid = phrases::unsaid(&evidence, index, (question, scopes))?;
    without::mark(&mut evidence, index, (question, scopes))?;
    evidence.elsewhere = without::said_by_others(&evidence, index, scopes)?;
    evidence.nearer_without = without::nearer_without(&evidence, index, embedder, question)?;
    Ok(evidence)
}

impl Evidence {
    /// Takes the best `most` of a part as candidates, and remembers the rest.
    fn keep(
        &mut self,
        (library, question, vector): (&Library, &Question, &Embedding),
        (part, mut ranked): (usize, Vec<fuse::Ranked>),
        most: usize,
    ) -> Result<()> {
        let left = ranked.split_off(most.min(ranked.len()));
        let left = (ranked.len() + 1..).zip(&left);
        self.beyond.extend(left.map(|(rank, left)| Beyond {
            passage: left.passage,
            rank,
            score: left.score,
        }));
        let passages = ranked.iter().map(|ranked| library.passage(ranked.passage));
        let passages = passages.collect::<Result<Vec<StoredPassage>>>()?;
        let calls: Vec<CallRow> = passages.iter().map(|passage| passage.call).collect();
        let around = if question.wants_figure {
            vec![0.0; ranked.len()]
        } else {
            around::around(library, vector, &ranked, &calls)?
        };
        for ((ranked, passage), around) in ranked.into_iter().zip(passages).zip(around) {
            let text = match self.texts.entry(passage.call) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(unread) => unread.insert(CallText::glance(library, passage.call)?),
            };
            if let [first, .., last] | [first @ last] = passage.sentences.as_slice() {
                text.add(library, first.turn..=last.turn)?;
            }
            let spans = passage.sentences.iter().map(|sentence| sentence.span);
            let held = spans.map(|span| self.terms.held_by(&text.heard(span)));
            let held = held.collect();
            self.candidates.push(Candidate {
                passage,
                part,
                score: ranked.score,
                dense: ranked.dense,
                lexical: ranked.lexical,
                sentences: ranked.sentences,
                held,
                around,
            });
        }
        Ok(())
    }
}

impl Evidence {
    /// Which of the question's terms any candidate holds, in words that `counts`.
    fn held(&self, counts: impl Fn(&Turn) -> bool) -> Vec<bool> {
        let mut any = vec![false; self.terms.terms.len()];
        for candidate in &self.candidates {
            let Some(source) = self.texts.get(&candidate.passage.call) else {
                continue;
            };
            for (sentence, held) in candidate.passage.sentences.iter().zip(&candidate.held) {
                let counts = |stored: &StoredTurn| counts(&stored.turn);
                if !source.turn(sentence.turn).is_some_and(counts) {
                    continue;
                }
                any.iter_mut()
                    .zip(held)
                    .for_each(|(any, held)| *any |= held);
            }
        }
        any
    }
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
    for member in &mut pool {
        member.sentences = library.sentence_cosines(member.passage, question)?;
        if member.dense.is_none() {
            member.dense = Some(library.passage_cosine(member.passage, question)?);
        }
    }
    Ok(pool)
}
