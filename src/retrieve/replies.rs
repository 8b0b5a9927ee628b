//! What answers the questions that were found: an analyst asks in the words of whoever asks here, and the answer takes them for
//! granted.
//!
//! In: the candidates of a part. Out: the passages that answer the best of those that ask, as candidates or with a better score.

use super::{Candidate, Evidence};
use crate::embed::Embedding;
use crate::error::Result;
use crate::library::Library;
use crate::transcript::Kind;
use crate::units::{PassageId, TurnIndex};

/// Candidates that are looked at for questions.
const ASKING: usize = 5;
/// Passages of an answer: it begins with what was asked for.
const OF_ANSWER: usize = 3;

/// Takes the answers to the best candidates of a part that ask something.
///
/// # Errors
/// Those of the library.
pub(super) fn add(
    evidence: &mut Evidence,
    library: &Library,
    vector: &Embedding,
    part: usize,
) -> Result<()> {
    let own = evidence
        .candidates
        .iter()
        .filter(|found| found.part == part);
    let asking: Vec<Candidate> = own.take(ASKING).cloned().collect();
    for asking in asking {
        let Some(turn) = asked_in(evidence, &asking) else {
            continue;
        };
        let mut last = asking.passage.id;
        for _ in 0..OF_ANSWER {
            let beside = library.beside(asking.passage.call, last)?;
            let Some(next) = beside.into_iter().find(|next| *next > last) else {
                break;
            };
            if !take(evidence, library, vector, (&asking, turn, next))? {
                break;
            }
            last = next;
        }
    }
    Ok(())
}

/// The turn that asks, where a candidate is an analyst's.
fn asked_in(evidence: &Evidence, candidate: &Candidate) -> Option<TurnIndex> {
    let source = evidence.texts.get(&candidate.passage.call)?;
    let turn = candidate.passage.sentences.last()?.turn;
    let stored = source.turn(turn)?;
    (stored.turn.kind == Kind::Analyst).then_some(turn)
}

/// Takes a passage, where it answers the turn.
fn take(
    evidence: &mut Evidence,
    library: &Library,
    vector: &Embedding,
    (asking, turn, next): (&Candidate, TurnIndex, PassageId),
) -> Result<bool> {
    // As good as the question, by its words; which of the two is quoted first is told by what they say.
    let score = asking.score;
    let mut own = evidence.candidates.iter_mut();
    if let Some(known) = own.find(|found| found.part == asking.part && found.passage.id == next) {
        known.score = known.score.max(score);
        return Ok(true);
    }
    let passage = library.passage(next)?;
    let (Some(source), [first, .., last] | [first @ last]) = (
        evidence.texts.get_mut(&passage.call),
        passage.sentences.as_slice(),
    ) else {
        return Ok(false);
    };
    source.add(library, first.turn..=last.turn)?;
    if source.turn(first.turn).and_then(|stored| stored.question) != Some(turn) {
        return Ok(false);
    }
    let spans = passage.sentences.iter().map(|sentence| sentence.span);
    let held = spans.map(|span| evidence.terms.held_by(&source.heard(span)));
    let held = held.collect();
    evidence.beyond.retain(|beyond| beyond.passage != next);
    evidence.candidates.push(Candidate {
        score,
        part: asking.part,
        dense: library.passage_cosine(next, vector)?,
        lexical: 0.0,
        sentences: library.sentence_cosines(next, vector)?,
        held,
        around: asking.around,
        passage,
    });
    Ok(true)
}
