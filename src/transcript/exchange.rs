//! Questions and the turns that answer them.
//!
//! In: the turns of a call and its text. Out: exchanges, in order. Where nobody is known to ask or to answer for a living, as in
//! an interview or a meeting, a turn that ends with a question mark asks. This file knows nothing of layouts.

use super::{Kind, Section, Turn};
use crate::units::TurnIndex;

/// A question, and what was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The turn that asks.
    pub question: TurnIndex,
    /// The turns of the company that answer, in order; at least one.
    pub answers: Vec<TurnIndex>,
}

/// A turn of more words than this asks something, question mark or not.
const MOST_WORDS_OF_COURTESY: usize = 20;

/// The exchanges of a call whose turns are spans of `text`.
///
/// A question is an analyst's turn, or, among the questions, that of anybody who is neither the
/// operator nor of the company. It is answered by the company's turns up to the next question or
/// the operator. A follow-up is a question of its own; a mere `Thank you` is none, and the company
/// goes on answering the question before. Where everybody is alike, a turn that ends with a question mark asks, and those after
/// it answer, up to the next such turn or the next of whoever asked.
pub fn exchanges(turns: &[Turn], text: &str) -> Vec<Exchange> {
    if turns.iter().all(|turn| turn.kind == Kind::Other) {
        return among_equals(turns, text);
    }
    let mut found: Vec<Exchange> = Vec::new();
    let mut asked: Option<&Turn> = None;
    for turn in turns {
        match turn.kind {
            Kind::Operator => asked = None,
            Kind::Executive => {
                let Some(question) = asked else { continue };
                match found
                    .last_mut()
                    .filter(|last| last.question == question.index)
                {
                    Some(exchange) => exchange.answers.push(turn.index),
                    None => found.push(Exchange {
                        question: question.index,
                        answers: vec![turn.index],
                    }),
                }
            }
            Kind::Analyst | Kind::Other => {
                let may_ask = turn.kind == Kind::Analyst || turn.section == Section::Questions;
                let goes_on = asked.is_some_and(|before| continues(before, turn, &found));
                if may_ask && turn.speaker.is_some() && !goes_on && !is_courtesy(turn, text) {
                    asked = Some(turn);
                }
            }
        }
    }
    found
}

/// The exchanges of people of whom nobody is known to ask.
fn among_equals(turns: &[Turn], text: &str) -> Vec<Exchange> {
    let mut found: Vec<Exchange> = Vec::new();
    let mut asked: Option<&Turn> = None;
    for turn in turns.iter().filter(|turn| turn.speaker.is_some()) {
        if let Some(question) = asked.filter(|question| question.speaker != turn.speaker) {
            match found.last_mut() {
                Some(last) if last.question == question.index => last.answers.push(turn.index),
                _ => found.push(Exchange {
                    question: question.index,
                    answers: vec![turn.index],
                }),
            }
        } else {
            asked = None;
        }
        if asks_at_last(turn, text) {
            asked = Some(turn);
        }
    }
    found
}

/// Whether a turn ends with a question mark.
fn asks_at_last(turn: &Turn, text: &str) -> bool {
    let words = turn.span.slice(text).unwrap_or_default();
    words
        .trim_end_matches(['"', '”', '»', ')', ' '])
        .ends_with(['?', '？'])
}

/// Whether a turn only goes on with the question before it, of the same speaker and unanswered.
fn continues(before: &Turn, turn: &Turn, found: &[Exchange]) -> bool {
    let answered = found
        .last()
        .is_some_and(|last| last.question == before.index);
    before.speaker == turn.speaker && !answered
}

/// Whether a turn asks nothing: few words without a question mark, or a check of the line.
fn is_courtesy(turn: &Turn, text: &str) -> bool {
    let Some(words) = turn.span.slice(text) else {
        return true;
    };
    let few = words
        .split_whitespace()
        .nth(MOST_WORDS_OF_COURTESY)
        .is_none();
    few && (!words.contains(['?', '？']) || words.contains("hear me"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{ByteSpan, LineRange};

    /// Exchanges as `[question, answers…]` of turns given by kind, speaker and words.
    fn check(turns: &[(Kind, &str, &str)], expected: &[&[u32]]) {
        let mut text = String::new();
        let mut made = Vec::new();
        for (index, &(kind, speaker, words)) in (0..).zip(turns) {
            let start = text.len();
            text.push_str(words);
            made.push(Turn {
                index: TurnIndex(index),
                speaker: Some(speaker.to_owned()),
                role: None,
                affiliation: None,
                kind,
                section: Section::Questions,
                span: ByteSpan::new(start, text.len()),
                lines: LineRange { first: 1, last: 1 },
                time: None,
                cuts: Vec::new(),
                times: Vec::new(),
            });
        }
        let found = exchanges(&made, &text);
        let flat: Vec<Vec<u32>> = found
            .iter()
            .map(|x| {
                std::iter::once(x.question)
                    .chain(x.answers.iter().copied())
                    .map(|i| i.0)
                    .collect()
            })
            .collect();
        assert_eq!(flat, expected);
    }

    use Kind::{Analyst, Executive, Operator, Other};

    #[test]
    fn among_equals_a_turn_that_ends_with_a_question_mark_is_answered() {
        check(
            &[
                (Other, "Ada", "How many hives were lost?"),
                (Other, "Bo", "Sixty-one."),
                (Other, "Cy", "Of ninety."),
                (Other, "Ada", "That is a lot. Why?"),
                (Other, "Bo", "The cold? Or mites?"),
                (Other, "Ada", "Mites."),
                (Other, "Cy", "And rain."),
            ],
            &[&[0, 1, 2], &[3, 4], &[4, 5, 6]],
        );
        check(&[(Other, "Ada", "Right?"), (Other, "Ada", "Right.")], &[]);
    }

    #[test]
    fn the_company_answers_until_the_next_question_or_the_operator() {
        let turns = [
            (Operator, "Operator", "Bo, please."),
            (Analyst, "Bo", "How heavy?"),
            (Executive, "Ada", "Very."),
            (Executive, "Cy", "Indeed."),
            (Analyst, "Bo", "And how large?"),
            (Executive, "Ada", "Large."),
            (Operator, "Operator", "That was all."),
            (Executive, "Ada", "Goodbye."),
        ];
        check(&turns, &[&[1, 2, 3], &[4, 5]]);
    }

    #[test]
    fn a_mere_thank_you_asks_nothing() {
        let turns = [
            (Analyst, "Bo", "How heavy?"),
            (Executive, "Ada", "Very, and"),
            (Analyst, "Bo", "Got it. Thank you."),
            (Executive, "Ada", "growing."),
        ];
        check(&turns, &[&[0, 1, 3]]);
        check(
            &[
                (Analyst, "Bo", "Hi. Can you hear me?"),
                (Executive, "Ada", "Yes."),
            ],
            &[],
        );
    }

    #[test]
    fn a_question_in_two_turns_is_one_question() {
        let turns = [
            (Analyst, "Bo", "How heavy?"),
            (Analyst, "Bo", "Or large?"),
            (Executive, "Ada", "Both."),
        ];
        check(&turns, &[&[0, 2]]);
    }

    #[test]
    fn somebody_unknown_may_ask_among_the_questions() {
        check(
            &[
                (Other, "Unknown speaker", "How heavy?"),
                (Executive, "Ada", "Very."),
            ],
            &[&[0, 1]],
        );
    }
}
