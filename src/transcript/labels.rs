//! Labels before the words on one line: `Ada Quill: We begin.`, one line or more a turn.
//!
//! Meetings, hearings and many exports look like this. A colon in speech looks like it too, so the
//! text must bear the labels out: see [`super::label`].

use super::headings::read_labelled;
use super::label::{Labels, Place};
use super::lines::Line;
use super::script::{Sketch, change, speakers};
use super::{Document, Kind, Metadata, Participant};

/// Whether the lines are such a text: the labels name two people and open a good part of the lines,
/// and words follow them as words do, beginning with letters and not with figures.
pub(super) fn recognises(lines: &[Line<'_>], labels: &Labels) -> bool {
    let filled = lines.iter().filter(|line| !line.is_blank()).count();
    let spoken = |line: &Line<'_>| {
        let words = labels.opening(line).map(|found| found.words);
        let start = words.filter(|words| !words.is_empty()).and_then(|words| {
            line.text
                .get(words.start() - line.span.start()..)?
                .chars()
                .next()
        });
        start.is_some_and(|c| !c.is_ascii_digit() && c != '$')
    };
    let spoken = lines.iter().filter(|line| spoken(line)).count();
    // Lone capitalised words may be the topics of a list; a meeting has them on most lines.
    let fifths = if labels.has_names { 1 } else { 3 };
    labels.speakers >= 2 && labels.turns * 5 >= filled * fifths && spoken * 2 > labels.turns
}

/// Reads such a text.
pub(super) fn read(lines: &[Line<'_>], labels: &Labels) -> Sketch {
    let (script, roster) = read_labelled(lines, labels);
    let mut drafts = script.into_drafts();
    // A president of a society is no company's: officers are told apart only where analysts ask
    // them or an operator calls them up.
    let asks_or_calls = |who: &Participant| matches!(who.kind, Kind::Analyst | Kind::Operator);
    let is_call =
        roster.iter().any(asks_or_calls) || speakers(&drafts).any(|who| asks_or_calls(who));
    if !is_call {
        change(&mut drafts, |who| who.kind = Kind::Other);
    }
    Sketch {
        document: Document::Transcript,
        roster,
        drafts,
        metadata: Metadata::default(),
    }
}

/// The labels of such a text.
pub(super) fn find(lines: &[Line<'_>]) -> Labels {
    Labels::find(lines, Place::Inline)
}

#[cfg(test)]
mod tests {
    use super::super::layout::testing::{Seen, seen};
    use super::super::{Kind, Layout, Section};

    #[test]
    fn a_meeting_is_read_turn_by_turn() {
        let text = "Grad A: OK , we 're on .\nProfessor B: Yeah .\nGrad A: \nGrad A: Two things: bars , and\nmore bars .\n\
                    Professor B: At 10:30 , we go .\nGrad A: Q3: fine .\n";
        let seen = seen(text);
        assert_eq!(seen.layout, Layout::Labels);
        let expected = [
            "Grad A: OK , we 're on .",
            "Professor B: Yeah .",
            "Grad A: Two things: bars , and\nmore bars .",
            "Professor B: At 10:30 , we go .",
            "Grad A: Q3: fine .",
        ];
        assert_eq!(seen.turns(), expected);
        assert!(
            seen.call
                .turns
                .iter()
                .all(|turn| turn.kind == Kind::Other && turn.section == Section::Other)
        );
    }

    #[test]
    fn a_speaker_named_twice_in_a_row_has_two_turns() {
        let seen = seen("Ada Quill: Yes.\nAda Quill: And no.\nBo Crane: Why?\nBo Crane: When?\n");
        assert_eq!(seen.turns().len(), 4);
    }

    #[test]
    fn a_list_of_topics_is_no_meeting() {
        let text = "Iron: short.\nIt stays short for the year.\nSteel: fine.\nSteel sells well.\nIron: dear.\n\
                    Prices rose.\nSteel: cheap.\nPrices fell.\nIron: heavy.\nSteel: light.\nThat is all.\nNo more.\n";
        assert_eq!(seen(text).layout, Layout::Prose);
    }

    #[test]
    fn labels_without_words_are_counted_as_a_problem() {
        let seen = seen("Grad A: Yes .\nGrad B:\nGrad A: Well .\nGrad B: \nGrad B: No .\n");
        assert_eq!(seen.turns().len(), 3);
        let problem = &seen.problems[0];
        assert_eq!(
            (problem.line, problem.message.as_str()),
            (2, "2 labels have no words after them")
        );
    }

    #[test]
    fn a_member_keeps_the_office_that_was_named_once() {
        let text = "The Chair: Order.\nHon. Bo Crane (Minister of Anvils): Yes.\nHon. Bo Crane: Again, yes.\n\
                    Ms. Di Marsh (President of the Anvil Board): No.\n";
        let Seen { call, .. } = seen(text);
        assert_eq!(call.turns[2].role.as_deref(), Some("Minister of Anvils"));
        assert_eq!(call.turns[3].kind, Kind::Other);
        assert_eq!(call.participants.len(), 3);
    }

    #[test]
    fn a_call_with_inline_labels_has_kinds_and_sections() {
        let text = "Operator: Good day.\nAda Quill, CEO: Thanks.\nOperator: Bo Crane, please.\n\
                    Bo Crane, Analyst: How heavy?\nAda Quill, CEO: Very.\n";
        let Seen { call, .. } = seen(text);
        let found: Vec<_> = call
            .turns
            .iter()
            .map(|turn| (turn.kind, turn.section))
            .collect();
        let (prepared, questions) = (Section::Prepared, Section::Questions);
        let expected = [
            (Kind::Operator, prepared),
            (Kind::Executive, prepared),
            (Kind::Operator, questions),
            (Kind::Analyst, questions),
            (Kind::Executive, questions),
        ];
        assert_eq!(found, expected);
    }
}
