//! What Google Meet says of itself, and the notes that it puts before the words: `Summary`, `Details`, `Suggested next steps`.
//!
//! In: lines. Out: where the notes stand, and their paragraphs as words of nobody. This file knows nothing of labels or times.

use super::lines::Line;
use super::script::Script;
use std::ops::Range;

/// What the tool says of itself, before and after the words.
pub(super) const FIRST: &str = "This editable transcript was computer generated";
pub(super) const LAST: &str = "Transcription ended after";

/// The headings of its notes, in lower case.
const NOTES: [&str; 7] = [
    "summary",
    "details",
    "decisions",
    "next steps",
    "suggested next steps",
    "action items",
    "notes",
];

/// Whether some line is what the tool says of itself.
pub(super) fn is_named(lines: &[Line<'_>]) -> bool {
    let says = |line: &Line<'_>| {
        let words = line.words();
        words.starts_with(FIRST) || words.starts_with(LAST)
    };
    lines.iter().any(says)
}

/// The notes, from their first heading up to the line `Transcript`; nothing where there are none.
pub(super) fn notes(lines: &[Line<'_>]) -> Range<usize> {
    let is_heading =
        |line: &Line<'_>| is_heading(line) && !bare(line).eq_ignore_ascii_case("notes");
    let first = lines.iter().position(is_heading);
    let last = lines
        .iter()
        .position(|line| bare(line).eq_ignore_ascii_case("transcript"));
    match (first, last) {
        (Some(first), Some(last)) if first < last && is_named(lines) => first..last,
        _ => 0..0,
    }
}

/// Writes the notes down: a turn of nobody for each paragraph.
pub(super) fn read(notes: &[Line<'_>], script: &mut Script) {
    for line in notes {
        if line.is_blank() || is_heading(line) {
            script.close();
        } else {
            script.words(line.words_span());
        }
    }
    script.close();
}

/// Whether a line heads a part of the notes.
pub(super) fn is_heading(line: &Line<'_>) -> bool {
    NOTES.contains(&bare(line).to_lowercase().as_str())
}

/// A line without the marks of a heading.
fn bare<'a>(line: &Line<'a>) -> &'a str {
    line.words()
        .trim_matches(|c: char| matches!(c, '*' | '#' | ' ' | '📖' | '📝'))
}
