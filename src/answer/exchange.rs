//! The question behind an answer: who asked, and in what words.
//!
//! In: a call and the turn that asks. Out: the sentence of it that asks.

use crate::passage::sentences;
use crate::retrieve::{CallText, Terms};
use crate::units::TurnIndex;

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
    let mut best: Option<(f32, &str)> = None;
    for span in sentences(&source.text, stored.turn.span) {
        let text = span.slice(&source.text)?;
        let shared = terms.coverage(&terms.held_by(text));
        let asks = text
            .trim_end_matches(['"', '”', ')'])
            .ends_with(['?', '？']);
        let score = if asks { 1.0 + shared } else { 0.0 };
        // Later sentences win ties: a question comes after its preamble.
        if best.is_none_or(|(other, _)| score >= other) {
            best = Some((score, text));
        }
    }
    let turn = &stored.turn;
    Some(Asked {
        turn: question,
        by: turn.speaker.clone(),
        affiliation: turn.affiliation.clone(),
        text: best?.1.to_owned(),
    })
}
