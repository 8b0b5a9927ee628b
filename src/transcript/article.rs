//! Somebody's article about a call: headings, paragraphs, and now and then a speaker's own words.
//!
//! A run of text under its heading is nobody's turn. A paragraph in quotation marks with a line
//! below that names a person and a title is that person's.

use super::lines::Line;
use super::names::is_name;
use super::people::{from_label, is_title};
use super::script::{Script, Sketch};
use super::{Document, Metadata, Participant, Section};
use crate::units::ByteSpan;

/// The longest heading.
const LONGEST_HEADING: usize = 80;
const MOST_WORDS_OF_HEADING: usize = 12;

/// Whether the lines are such an article: headings over paragraphs, or quotes with their speakers.
pub(super) fn recognises(lines: &[Line<'_>]) -> bool {
    let lines = filled(lines);
    let headings = (0..lines.len())
        .filter(|&at| is_heading(&lines, at))
        .count();
    let quotes = (0..lines.len())
        .filter(|&at| quote(&lines, at).is_some())
        .count();
    let paragraphs = lines
        .iter()
        .filter(|line| line.text.len() > LONGEST_HEADING)
        .count();
    quotes >= 1 && paragraphs >= 1 || headings >= 2 && paragraphs >= 2
}

/// Reads such an article.
pub(super) fn read(lines: &[Line<'_>]) -> Sketch {
    let lines = filled(lines);
    let mut script = Script::new(Section::Other);
    // The heading waits for its first paragraph: one that has none frames quotes or other
    // headings, and says nothing by itself.
    let mut heading: Option<ByteSpan> = None;
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        if let Some((words, who)) = quote(&lines, at) {
            script.speaker(who);
            script.words(words);
            script.close();
            (heading, at) = (None, at + 2);
            continue;
        }
        if is_heading(&lines, at) {
            script.close();
            heading = Some(heading.unwrap_or(line.words_span()));
        } else {
            if let Some(heading) = heading.take() {
                script.words(heading);
            }
            script.words(line.words_span());
        }
        at += 1;
    }
    let metadata = Metadata {
        title: title(&lines),
        ..Metadata::default()
    };
    Sketch {
        document: Document::Article,
        roster: Vec::new(),
        drafts: script.into_drafts(),
        metadata,
    }
}

fn filled<'a>(lines: &[Line<'a>]) -> Vec<Line<'a>> {
    lines
        .iter()
        .copied()
        .filter(|line| !line.is_blank())
        .collect()
}

/// The first line, where it stands over the text as a title does.
fn title(lines: &[Line<'_>]) -> Option<String> {
    let (first, second) = (lines.first()?.words(), lines.get(1)?.words());
    let is_title = first.len() <= 200 && !first.ends_with('.') && second.len() > first.len();
    is_title.then(|| first.trim_start_matches(['#', ' ']).to_owned())
}

/// Whether the line at `at` is a heading: short, a capital or a number first, no mark of a sentence
/// at its end, no item of a list, and something after it.
fn is_heading(lines: &[Line<'_>], at: usize) -> bool {
    let Some(line) = lines.get(at).map(Line::words) else {
        return false;
    };
    let begins = line.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit() || c == '#');
    let ends_like_a_sentence = line.ends_with(['.', '!', '?', ':', ';', ',', '…', '”', '"']);
    line.len() <= LONGEST_HEADING
        && line.split_whitespace().count() <= MOST_WORDS_OF_HEADING
        && begins
        && !ends_like_a_sentence
        && at + 1 < lines.len()
        && quote(lines, at.saturating_sub(1)).is_none()
}

/// The words of the quoted paragraph at `at`, without its marks, and whose they are.
fn quote(lines: &[Line<'_>], at: usize) -> Option<(ByteSpan, Participant)> {
    let (paragraph, below) = (lines.get(at)?, lines.get(at + 1)?.words());
    let body = paragraph.words().strip_prefix(['"', '“', '「'])?;
    let inner = body.strip_suffix(['"', '”', '」'])?;
    let who = from_label(below.trim_start_matches(['-', '–', '—', '―', ' ']));
    let is_named =
        is_name(&who.name) && who.role.as_deref().is_some_and(is_title) && !below.ends_with('.');
    let start = paragraph.words_span().end() - body.len();
    let start = start + (inner.len() - inner.trim_start().len());
    let words = ByteSpan::new(start, start + inner.trim().len());
    (is_named && !inner.trim().is_empty()).then_some((words, who))
}

#[cfg(test)]
mod tests {
    use super::super::layout::testing::{Seen, seen};
    use super::super::{Document, Kind, Layout};

    const TEXT: &str = "Nimbus Anvil (NIMB) Q2 2025: Anvils Jump 25%, Extending the Iron Age for Everyone\n\
        Anvils surged 25% to 195 tonnes, and the iron that they are made of stays short for the rest of the year, managers said.\n\
        Summary\n- Iron Limits: demand outstrips supply.\n- Margin: up.\nExecutive Commentary\n\
        \"We have more demand than iron. It's \"early\" still.\"\nAda Quill, Chief Executive Officer\n\
        “Shipping costs were up 6%.”\n— Bo Crane, Chief Financial Officer\nStrategic Positioning\n1. Iron and Steel\n\
        The iron backlog, up 25% year over year, signals robust multi-year demand for anvils and for hammers of every kind.\n";

    #[test]
    fn a_heading_and_its_paragraphs_are_a_turn() {
        let seen = seen(TEXT);
        assert_eq!(
            (seen.layout, seen.call.document),
            (Layout::Article, Document::Article)
        );
        let turns = seen.turns();
        assert_eq!(turns.len(), 5, "{turns:#?}");
        assert!(turns[0].starts_with("-: Nimbus Anvil (NIMB) Q2 2025"));
        assert_eq!(
            turns[1],
            "-: Summary\n- Iron Limits: demand outstrips supply.\n- Margin: up."
        );
        assert!(turns[4].starts_with("-: Strategic Positioning\n1. Iron and Steel\nThe iron"));
    }

    #[test]
    fn a_quoted_paragraph_is_its_speakers() {
        let seen = seen(TEXT);
        assert_eq!(
            seen.turns()[2],
            "Ada Quill: We have more demand than iron. It's \"early\" still."
        );
        assert_eq!(seen.turns()[3], "Bo Crane: Shipping costs were up 6%.");
        let quoted = &seen.call.turns[3];
        assert_eq!(
            (quoted.role.as_deref(), quoted.kind),
            (Some("Chief Financial Officer"), Kind::Executive)
        );
        assert!(seen.problems.is_empty(), "{:?}", seen.problems);
    }

    #[test]
    fn the_title_gives_the_metadata() {
        let Seen { call, .. } = seen(TEXT);
        assert!(
            call.metadata
                .title
                .unwrap()
                .starts_with("Nimbus Anvil (NIMB) Q2 2025:")
        );
        assert_eq!(call.metadata.company.as_deref(), Some("Nimbus Anvil"));
        assert_eq!(call.metadata.ticker.as_deref(), Some("NIMB"));
        assert_eq!(call.metadata.period.unwrap().to_string(), "Q2 2025");
    }
}
