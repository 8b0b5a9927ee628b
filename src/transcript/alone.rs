//! Names alone on lines, without any mark, the words below: interviews, tables of speakers, `**Ada Quill**` in Markdown.
//!
//! What stands alone may be a heading, or a cell of a table. It is believed where two or more of them take turns again and
//! again, and sentences stand between.

use super::Section;
use super::lines::Line;
use super::names::{is_name, is_numbered, is_operator};
use super::people::{from_label, is_title};
use super::script::{Script, Sketch};
use super::{roster, section};
use foldhash::HashMap;

/// The longest line that may be a name.
const LONGEST: usize = 60;

/// What people are called who have no name in an interview.
const PARTS: [&str; 10] = [
    "client",
    "expert",
    "interviewer",
    "interviewee",
    "host",
    "guest",
    "moderator",
    "respondent",
    "analyst",
    "question",
];

/// A text has a turn in this many lines at the least.
const LINES_A_TURN: usize = 12;

/// Whether the lines are such a text.
pub(super) fn recognises(lines: &[Line<'_>]) -> bool {
    names(lines).iter().any(Option::is_some)
}

/// Reads such a text.
pub(super) fn read(lines: &[Line<'_>]) -> Sketch {
    let mut script = Script::new(Section::Other);
    for (line, name) in lines.iter().zip(names(lines)) {
        match name {
            Some(name) => script.speaker(from_label(name)),
            None if line.is_blank() => {}
            None => script.words(line.words_span()),
        }
    }
    script.into_sketch(Vec::new())
}

/// What stands alone on a line and may name somebody.
fn name(words: &str) -> Option<&str> {
    let bare = words.trim_matches(['*', '_', '#', ' ']);
    if bare.len() > LONGEST || bare.ends_with(['.', '?', '!', ',', ';', ':']) {
        return None;
    }
    let marked = bare.len() < words.len();
    let full = bare.contains(' ')
        && is_name(bare)
        && bare
            .split(' ')
            .all(|word| word.starts_with(char::is_uppercase));
    let is_part = || {
        PARTS.iter().any(|part| bare.eq_ignore_ascii_case(part))
            || is_operator(bare)
            || is_numbered(bare)
    };
    let may_name = full
        || is_part()
        || is_title(bare) && bare.starts_with(char::is_uppercase)
        || marked && is_name(bare);
    let is_heading = || section::heading(bare).is_some() || roster::heading(bare).is_some();
    (may_name && !is_heading()).then_some(bare)
}

/// Who takes turns, on the lines that name them; nobody where nothing bears the names out.
fn names<'a>(lines: &[Line<'a>]) -> Vec<Option<&'a str>> {
    let mut names: Vec<Option<&str>> = lines.iter().map(|line| name(line.words())).collect();
    let mut counts: HashMap<&str, usize> = HashMap::default();
    for found in names.iter().flatten() {
        *counts.entry(found).or_default() += 1;
    }
    counts.retain(|_, count| *count > 1);
    for found in &mut names {
        *found = found.filter(|name| counts.contains_key(name));
    }
    let (mut turns, mut taken, mut ended, mut filled) = (0, 0, 0, 0);
    let (mut last, mut before) = (None, "");
    for (line, found) in lines
        .iter()
        .zip(&names)
        .filter(|(line, _)| !line.is_blank())
    {
        filled += 1;
        if let Some(found) = *found {
            turns += 1;
            taken += usize::from(last.is_some_and(|last| last != found));
            ended += usize::from(before.ends_with(['.', '?', '!', '…', '"', '”']));
            last = Some(found);
        }
        before = line.words();
    }
    let is_talk = counts.len() >= 2
        && turns >= 4
        && turns * LINES_A_TURN >= filled
        && (taken + 1) * 4 >= turns * 3
        && (ended + 1) * 4 >= turns * 3;
    if !is_talk {
        names.fill(None);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::super::Layout;
    use super::super::layout::testing::seen;

    #[test]
    fn names_that_take_turns_open_turns() {
        let text = "# Anvils\n\n**Ada Quill**\n\nIron is dear.\n\nVery.\n\n**Bo Crane**\n\nHow dear?\n\n**Ada Quill**\n\nYes.\n\n**Bo Crane**\n\nNo.\n";
        let seen = seen(text);
        assert_eq!(seen.layout, Layout::Headings);
        let expected = [
            "-: # Anvils",
            "Ada Quill: Iron is dear.\n\nVery.",
            "Bo Crane: How dear?",
            "Ada Quill: Yes.",
            "Bo Crane: No.",
        ];
        assert_eq!(seen.turns(), expected);
    }

    #[test]
    fn rows_of_tables_and_headings_are_nobody() {
        let rows = "Total Assets\n12\nNet Income\n3\nTotal Assets\n14\nNet Income\n4\n";
        assert_eq!(seen(rows).layout, Layout::Prose);
        let headings = "Iron Prices\nThey rose.\nSteel Prices\nThey fell.\nZinc Prices\nNo.\nLead Prices\nYes.\n";
        assert_ne!(seen(headings).layout, Layout::Headings);
    }
}
