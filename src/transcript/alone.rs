//! Names alone on lines, without any mark, the words below: interviews, tables of speakers, `**Ada Quill**` in Markdown,
//! `Ada Quill (Chief Financial Officer)`.
//!
//! What stands alone may be a heading, or a cell of a table. It is believed where two or more of them take turns again and
//! again, and sentences stand between.

use super::lines::Line;
use super::names::{has_honorific, is_name, is_numbered, is_operator};
use super::people::{from_label, is_title};
use super::script::{Script, Sketch};
use super::{Participant, Section};
use super::{roster, section};
use foldhash::HashMap;

/// The longest line that may be a name.
const LONGEST: usize = 60;

/// What people are called who have no name in an interview.
#[rustfmt::skip]
const PARTS: [&str; 12] = [
    "client", "expert", "interviewer", "interviewee", "host", "guest", "moderator", "respondent", "analyst",
    "question", "shareholder", "audience member",
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
    for (line, found) in lines.iter().zip(names(lines)) {
        match found {
            Some(found) => script.speaker(found.who()),
            None if line.is_blank() => {}
            None => script.words(line.words_span()),
        }
    }
    script.into_sketch(Vec::new())
}

/// What stands alone on a line and may name somebody.
#[derive(Clone, Copy)]
struct Alone<'a> {
    name: &'a str,
    /// What stands in parentheses behind it.
    title: Option<&'a str>,
    is_marked: bool,
    /// A firm or a title stands behind a comma, as in lists.
    is_listed: bool,
}

impl Alone<'_> {
    fn who(&self) -> Participant {
        match self.title {
            Some(title) => from_label(&format!("{} ({title})", self.name)),
            None => from_label(self.name),
        }
    }
}

fn name(words: &str) -> Option<Alone<'_>> {
    let marks = ['*', '_', '#', ' '];
    let bare = words.trim_matches(marks);
    // A title in parentheses may be as long as a name.
    if bare.len() > 2 * LONGEST || bare.ends_with(['.', '?', '!', ',', ';', ':']) {
        return None;
    }
    let titled = bare
        .strip_suffix(')')
        .and_then(|bare| bare.split_once(" ("))
        .or_else(|| bare.split_once(", "));
    let titled = titled.map(|(name, title)| (name.trim_end_matches(marks), title));
    let titled = titled.filter(|(name, title)| {
        is_full(name) && (title.starts_with(char::is_uppercase) || has_honorific(name))
    });
    let (bare, title) = titled.map_or((bare, None), |(name, title)| (name, Some(title)));
    let is_marked = words.starts_with(marks);
    let is_part = || {
        PARTS.iter().any(|part| bare.eq_ignore_ascii_case(part))
            || is_operator(bare)
            || is_numbered(bare)
    };
    let may_name = is_full(bare)
        || is_part()
        || is_title(bare) && bare.starts_with(char::is_uppercase)
        || is_marked && is_name(bare);
    let is_heading = || section::heading(bare).is_some() || roster::heading(bare).is_some();
    (bare.len() <= LONGEST && may_name && !is_heading()).then_some(Alone {
        name: bare,
        title,
        is_marked,
        is_listed: title.is_some() && !words.ends_with([')', '*', '_']),
    })
}

/// A name of two words or more, each with a capital.
fn is_full(name: &str) -> bool {
    let capital = |word: &str| word.starts_with(char::is_uppercase);
    name.contains(' ') && is_name(name) && name.split(' ').all(capital)
}

/// Who takes turns, on the lines that name them; nobody where nothing bears the names out.
fn names<'a>(lines: &[Line<'a>]) -> Vec<Option<Alone<'a>>> {
    let mut names: Vec<Option<Alone<'_>>> = lines.iter().map(|line| name(line.words())).collect();
    // Lines of names right below each other are a list.
    let is_named: Vec<bool> = names.iter().map(Option::is_some).collect();
    for (at, found) in names.iter_mut().enumerate() {
        let near = [at.checked_sub(1), Some(at + 1)].into_iter().flatten();
        let is_list = near
            .into_iter()
            .any(|near| is_named.get(near) == Some(&true));
        *found = found.filter(|found| !(found.is_listed && is_list));
    }
    let mut counts: HashMap<&str, usize> = HashMap::default();
    for found in names.iter().flatten() {
        *counts.entry(found.name).or_default() += 1;
    }
    counts.retain(|_, count| *count > 1);
    let (mut turns, mut taken, mut ended, mut filled) = (0, 0, 0, 0);
    let (mut last, mut before) = (None, "");
    let mut once = Vec::new();
    let (mut titled, mut marked, mut heads) = (0, 0, 0);
    for (at, (line, found)) in lines.iter().zip(&names).enumerate() {
        if line.is_blank() {
            continue;
        }
        filled += 1;
        let has_ended = before.ends_with(['.', '?', '!', '…', '"', '”']);
        if let Some(found) = found.filter(|found| counts.contains_key(found.name)) {
            turns += 1;
            titled += usize::from(found.title.is_some_and(is_title));
            marked += usize::from(found.is_marked);
            heads += usize::from(is_head(lines, at));
            taken += usize::from(last.is_some_and(|last| last != found.name));
            ended += usize::from(has_ended);
            last = Some(found.name);
        } else if let Some(found) = found.filter(|_| has_ended) {
            once.push((found, is_head(lines, at)));
        }
        before = line.words();
    }
    // Whoever speaks once is believed where the line looks as those of the others do.
    once.retain(|(found, is_head): &(Alone<'_>, bool)| {
        let looks =
            found.title.is_some() && titled > 1 || found.is_marked && marked * 4 >= turns * 3;
        looks && is_full(found.name) || *is_head && heads * 4 >= turns * 3
    });
    let is_talk = counts.len() + once.len() >= 2
        && turns + once.len() >= 4
        && turns * LINES_A_TURN >= filled
        && (taken + once.len() + 1) * 4 >= turns * 3
        && (ended + 1) * 4 >= turns * 3;
    counts.extend(once.into_iter().map(|(found, _)| (found.name, 1)));
    for found in &mut names {
        *found = found.filter(|found| is_talk && counts.contains_key(found.name));
    }
    names
}

/// Whether a paragraph begins with the line, and its words stand right below.
fn is_head(lines: &[Line<'_>], at: usize) -> bool {
    let is_blank = |at: usize| lines.get(at).is_none_or(Line::is_blank);
    at > 0 && is_blank(at - 1) && !is_blank(at + 1)
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
    fn whoever_speaks_once_is_heard_where_the_line_looks_like_the_others() {
        let text = "**Operator**\nGood day.\n\n**Ada Quill** (CEO)\nIron is dear.\n\n**Operator**\nBo, please.\n\n\
                    **Bo Crane** (Vale Bank)\nHow dear?\n\n**Ada Quill** (CEO)\nVery.\n";
        let seen = seen(text);
        let expected = [
            "Operator: Good day.",
            "Ada Quill: Iron is dear.",
            "Operator: Bo, please.",
            "Bo Crane: How dear?",
            "Ada Quill: Very.",
        ];
        assert_eq!(seen.turns(), expected);
        assert_eq!(seen.call.turns[1].role.as_deref(), Some("CEO"));
        assert_eq!(seen.call.turns[3].affiliation.as_deref(), Some("Vale Bank"));
        let plain = "Ada Quill (Group Finance Director)\nIron is dear.\n\nBo Crane (Vale Bank)\nHow dear?\n\n\
                     Ada Quill (Group Finance Director)\nVery.\n\nDi Marsh (Stone)\nAnd steel?\n\nAda Quill (Group Finance Director)\nNo.\n";
        assert_eq!(
            super::super::layout::testing::seen(plain).turns()[3],
            "Di Marsh: And steel?"
        );
    }

    #[test]
    fn whoever_speaks_once_in_a_paragraph_as_the_others_do_is_heard() {
        let text = "Ada Quill\nHow dear is iron?\n\nCy Marsh\nVery.\n\nAda Quill\nAnd steel?\n\nCy Marsh\nLess so.\n\n\
                    Di Thorn\nI object.\n\nShareholder\nSo do I.\n\nBo Crane, Vale Bank\nWhy?\n\nCy Marsh\nWe hear you.\n";
        let seen = seen(text);
        let expected = [
            "Ada Quill: How dear is iron?",
            "Cy Marsh: Very.",
            "Ada Quill: And steel?",
            "Cy Marsh: Less so.",
            "Di Thorn: I object.",
            "Shareholder: So do I.",
            "Bo Crane: Why?",
            "Cy Marsh: We hear you.",
        ];
        assert_eq!(seen.turns(), expected);
        assert_eq!(seen.call.turns[6].affiliation.as_deref(), Some("Vale Bank"));
    }

    #[test]
    fn a_list_of_people_and_firms_names_nobody_who_speaks() {
        let text = "Ada Quill, CEO\nCy Marsh, CFO\nBo Crane, Vale Bank\n\nBo Crane, Vale Bank\nHow dear?\n\nAda Quill\nVery.\n\n\
                    Bo Crane, Vale Bank\nAnd steel?\n\nAda Quill\nNo.\n";
        let seen = seen(text);
        let expected = [
            "Bo Crane: How dear?",
            "Ada Quill: Very.",
            "Bo Crane: And steel?",
            "Ada Quill: No.",
        ];
        assert_eq!(&seen.turns()[1..], expected);
    }

    #[test]
    fn rows_of_tables_and_headings_are_nobody() {
        let rows = "Total Assets\n12\nNet Income\n3\nTotal Assets\n14\nNet Income\n4\n";
        assert_eq!(seen(rows).layout, Layout::Prose);
        let headings = "Iron Prices\nThey rose.\nSteel Prices\nThey fell.\nZinc Prices\nNo.\nLead Prices\nYes.\n";
        assert_ne!(seen(headings).layout, Layout::Headings);
    }
}
