//! Text without speakers: a machine's transcript in one line, a note, anything else.
//!
//! It is nobody's: one turn a paragraph where there are paragraphs, and one for the whole where
//! there are none.

use super::furniture::furniture;
use super::lines::Line;
use super::script::{Script, Sketch};
use super::{Document, Metadata, Section};

/// What people say on calls and nobody writes in articles.
#[rustfmt::skip]
const SPOKEN: [&str; 16] = [
    "good morning", "good afternoon", "good evening", "good day", "ladies and gentlemen",
    "listen-only mode", "next question", "first question", "please go ahead",
    "thank you for joining", "thank you for standing by", "thank you for your question",
    "i would now like to", "turn the call over", "thanks for taking", "you may now disconnect",
];

/// How far into a text people may greet each other, in bytes.
const OPENING: usize = 256 << 10;

/// Reads any text.
pub(super) fn read(lines: &[Line<'_>]) -> Sketch {
    let mut script = Script::new(Section::Other);
    let blank_parts = lines.iter().any(Line::is_blank);
    let line_is_paragraph = !blank_parts && lines_are_paragraphs(lines);
    for (line, is_page) in lines.iter().zip(furniture(lines)) {
        if is_page {
            script.interrupt();
            continue;
        }
        if line.is_blank() || line_is_paragraph {
            script.close();
        }
        script.words(line.words_span());
    }
    let document = if is_spoken(lines) {
        Document::Transcript
    } else {
        Document::Article
    };
    Sketch {
        document,
        roster: Vec::new(),
        drafts: script.into_drafts(),
        metadata: Metadata::default(),
    }
}

/// Whether each line is a paragraph, and not a piece of a wrapped one: four in five end as
/// sentences do.
fn lines_are_paragraphs(lines: &[Line<'_>]) -> bool {
    let ends = |line: &&Line<'_>| {
        line.words()
            .ends_with(['.', '?', '!', '"', '”', ')', ':', '。', '？', '！'])
    };
    lines.len() > 1 && lines.iter().filter(ends).count() * 5 >= lines.len() * 4
}

/// Whether the text reads like a call: it holds two of the phrases that only speakers use.
fn is_spoken(lines: &[Line<'_>]) -> bool {
    let mut heard = [false; SPOKEN.len()];
    // Whoever greets does so early.
    let opening = lines.iter().take_while(|line| line.span.start() < OPENING);
    for line in opening {
        let end = line.text.floor_char_boundary(OPENING);
        let lower = line.text.get(..end).unwrap_or_default().to_lowercase();
        for (heard, phrase) in heard.iter_mut().zip(SPOKEN) {
            *heard = *heard || lower.contains(phrase);
        }
    }
    heard.iter().filter(|heard| **heard).count() >= 2
}

#[cfg(test)]
mod tests {
    use super::super::layout::testing::{Seen, seen};
    use super::super::{Document, Kind, Layout, Section};

    #[test]
    fn a_call_on_one_line_is_one_turn_of_nobody() {
        let text = "Good morning and welcome to the Nimbus Anvil call. Three points: iron. Our first question is Bo's.";
        let seen = seen(text);
        assert_eq!(
            (seen.layout, seen.call.document),
            (Layout::Prose, Document::Transcript)
        );
        assert_eq!(seen.turns(), [format!("-: {text}")]);
        let turn = &seen.call.turns[0];
        assert_eq!(
            (turn.kind, turn.section, turn.role.as_deref()),
            (Kind::Other, Section::Other, None)
        );
    }

    #[test]
    fn nobody_recognised_is_a_problem() {
        let Seen { problems, .. } = seen("Anvils are heavy.");
        assert_eq!(
            problems[0].message,
            "no speakers were recognised; the text is kept without them"
        );
    }

    #[test]
    fn paragraphs_are_turns_whether_blank_lines_part_them_or_not() {
        assert_eq!(
            seen("Anvils are\nheavy.\n\nHammers are light.").turns(),
            ["-: Anvils are\nheavy.", "-: Hammers are light."]
        );
        assert_eq!(
            seen("Anvils are heavy.\nHammers are light.").turns().len(),
            2
        );
        assert_eq!(
            seen("Anvils are\nheavy and hammers\nare light.")
                .turns()
                .len(),
            1
        );
    }

    #[test]
    fn written_text_is_an_article() {
        assert_eq!(
            seen("Anvils are heavy. The conference call was short.")
                .call
                .document,
            Document::Article
        );
    }
}
