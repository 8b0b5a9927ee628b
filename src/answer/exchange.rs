//! The question behind an answer, and the answer to a question: who, and in what words.
//!
//! In: a call and one of its turns. Out: the sentence that asks, or the turn that answers and the sentence of it that says
//! most of what was asked here.

use crate::retrieve::{CallText, Terms};
use crate::units::{LineRange, TurnIndex};

/// The question behind an answer.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The turn that asks.
    pub turn: TurnIndex,
    /// Who asks.
    pub by: Option<String>,
    /// For whom.
    pub affiliation: Option<String>,
    /// The asking sentence, verbatim.
    pub text: String,
}

/// The sentence of a question turn that asks: of those with a question mark the one that shares most
/// with what was asked here, else the last.
pub(super) fn asked(source: &CallText, question: TurnIndex, terms: &Terms) -> Option<Asked> {
    let stored = source.turn(question)?;
    let mut best: Option<(f32, String)> = None;
    for span in source.cuts.sentences(&source.text, stored.turn.span) {
        let text = source.cuts.quoted(&source.text, span);
        let shared = terms.coverage(&terms.held_by(&text));
        let asks = text
            .trim_end_matches(['"', '”', ')'])
            .ends_with(['?', '？']);
        let score = if asks { 1.0 + shared } else { 0.0 };
        // Later sentences win ties: a question comes after its preamble.
        if best.as_ref().is_none_or(|(other, _)| score >= *other) {
            best = Some((score, text));
        }
    }
    let turn = &stored.turn;
    Some(Asked {
        turn: question,
        by: turn.speaker.clone(),
        affiliation: turn.affiliation.clone(),
        text: best?.1,
    })
}

/// The answer to a question.
#[derive(Clone, Debug)]
pub struct Answering {
    /// The turn that answers.
    pub turn: TurnIndex,
    /// Who answers.
    pub by: Option<String>,
    /// The sentence that says most of what was asked, verbatim.
    pub text: String,
    /// Its lines.
    pub lines: LineRange,
}

/// Words of a sentence from which it can stand for an answer: `OK.` says nothing.
const FEWEST_WORDS: usize = 4;

/// What answers a question turn: of the turns that do, the sentence that shares most with what was asked
/// here; the first of more than a few words where none shares anything.
pub(super) fn answering(
    source: &CallText,
    question: TurnIndex,
    terms: &Terms,
) -> Option<Answering> {
    let mut best: Option<(f32, Answering)> = None;
    let turns = source.turns.iter();
    for stored in turns.filter(|stored| stored.question == Some(question)) {
        for span in source.cuts.sentences(&source.text, stored.turn.span) {
            let text = source.cuts.quoted(&source.text, span);
            let mut shared = terms.coverage(&terms.held_by(&text));
            if text.split_whitespace().count() < FEWEST_WORDS {
                shared -= 1.0;
            }
            if best.as_ref().is_none_or(|(other, _)| shared > *other) {
                let answering = Answering {
                    turn: stored.turn.index,
                    by: stored.turn.speaker.clone(),
                    text,
                    lines: source.lines(&stored.turn, span),
                };
                best = Some((shared, answering));
            }
        }
    }
    best.map(|(_, answering)| answering)
}
