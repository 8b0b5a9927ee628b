//! A company's own paper: `Ada Quill, CFO` on a line without a colon, the words below.
//!
//! The operator is often an inline label. A page's number may stand in the middle of a sentence. There
//! is no heading over the questions; where they begin is told by what happens.

use super::furniture::{furniture, page_numbers};
use super::lines::Line;
use super::names::{is_name, is_operator, key};
use super::people::{from_label, is_title, named};
use super::script::{Script, Sketch};
use super::{Participant, Section, section};
use crate::units::ByteSpan;
use std::collections::HashMap;

/// A header has no more words than this.
const MOST_WORDS: usize = 12;

/// Whether the lines are such a paper: several people with titles, some of them again and again, and
/// an operator, or so many that they can be nothing else.
pub(super) fn recognises(lines: &[Line<'_>]) -> bool {
    let mut counts: HashMap<String, usize> = HashMap::new();
    let mut above = "";
    let mut below_quotes = 0_usize;
    for words in lines
        .iter()
        .map(Line::words)
        .filter(|words| !words.is_empty())
    {
        if let Some(who) = titled(words) {
            *counts.entry(key(&who.name)).or_default() += 1;
            // An article names a speaker below the words.
            below_quotes += usize::from(above.ends_with(['"', '”', '」']));
        }
        above = words;
    }
    let operator = lines.iter().any(|line| operator(line).is_some());
    let all: usize = counts.values().sum();
    let again = counts.values().filter(|count| **count > 1).count();
    let several = all >= 3 && again >= 1 && counts.len() >= 2;
    several && (operator || again >= 2 && all >= 6 && below_quotes * 4 < all)
}

/// Reads such a paper.
pub(super) fn read(lines: &[Line<'_>]) -> Sketch {
    let pages = furniture(lines);
    let first = lines
        .iter()
        .position(|line| operator(line).is_some() || titled(line.words()).is_some())
        .unwrap_or(0);
    let numbered = page_numbers(lines);
    let mut script = Script::new(Section::Other);
    for ((line, is_page), number) in lines.iter().zip(&pages).zip(&numbered).skip(first) {
        let words = line.words();
        if *is_page || *number {
            script.interrupt();
        } else if let Some(section) = section::heading(words) {
            script.enter(section);
        } else if let Some((name, span)) = operator(line) {
            script.speaker(named(name));
            script.words(span);
        } else if let Some(who) = titled(words) {
            script.speaker(who);
        } else {
            script.words(line.words_span());
        }
    }
    script.into_sketch(Vec::new())
}

fn operator<'a>(line: &Line<'a>) -> Option<(&'a str, ByteSpan)> {
    let words = line.words();
    let end = line.words_span().end();
    if is_operator(words) {
        return Some((words, ByteSpan::new(end, end)));
    }
    let (label, rest) = words.split_once(':')?;
    let spoken = rest.trim_start();
    is_operator(label).then(|| (label, ByteSpan::new(end - spoken.len(), end)))
}

/// Somebody with a title or a firm on a line that is nothing else.
fn titled(words: &str) -> Option<Participant> {
    if !words.contains(',') || words.ends_with(['.', ':', '?', '!', ',']) {
        return None;
    }
    let count = words.split_whitespace().count();
    if !(3..=MOST_WORDS).contains(&count) || !words.contains(", ") {
        return None;
    }
    let who = from_label(words);
    let full = is_name(&who.name)
        && who.name.contains(' ')
        && who
            .name
            .split(' ')
            .all(|word| word.starts_with(char::is_uppercase));
    let says = who
        .role
        .as_deref()
        .is_some_and(|role| is_title(role) && !role.starts_with(char::is_lowercase));
    (full && says).then_some(who)
}
