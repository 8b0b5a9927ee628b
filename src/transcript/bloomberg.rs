//! Bloomberg transcripts: `Q - Name {BIO …}` and `A - Name` on lines of their own, or `<Q - Name>:`
//! before the words.
//!
//! The presentation's speakers are names with a reference in braces, or names of the roster alone.
//! Every page has a head with the company and a foot with its number.

use super::bare::Known;
use super::furniture::furniture;
use super::lines::Line;
use super::names::is_name;
use super::people::{is_title, named};
use super::script::{Script, Sketch};
use super::{Kind, Participant, Section, front, roster, section};
use crate::units::ByteSpan;

/// The longest line that names somebody with a title.
const LONGEST_HEADER: usize = 120;

/// Whether the lines are such a transcript.
pub(super) fn recognises(lines: &[Line<'_>]) -> bool {
    let own = |line: &Line<'_>| {
        let words = line.words();
        words.contains("{BIO ")
            || words.starts_with("Bloomberg Transcript")
            || words.starts_with("<Q - ")
    };
    // Another vendor's older pages mark questions and answers alike, under other rosters.
    let other = |line: &Line<'_>| {
        ["Conference Call Participants", "Analysts", "Executives"].contains(&line.words())
    };
    let marked = lines
        .iter()
        .filter(|line| marked(line).is_some())
        .take(2)
        .count();
    marked == 2 && (lines.iter().any(own) || !lines.iter().any(other))
}

/// Reads such a transcript.
pub(super) fn read(lines: &[Line<'_>]) -> Sketch {
    let pages = furniture(lines);
    let first = lines
        .iter()
        .position(|line| section::heading(line.words()).is_some())
        .unwrap_or(0);
    let roster = people(lines.get(..first).unwrap_or_default());
    let known = Known::of(&roster);
    let mut script = Script::new(Section::Other);
    for (line, is_page) in lines.iter().zip(&pages).skip(first) {
        if line
            .words()
            .starts_with("This transcript may not be 100 percent accurate")
        {
            break;
        } else if *is_page || front::is_page_fact(line.words()) {
            script.interrupt();
        } else if let Some(section) = section::heading(line.words()) {
            script.enter(section);
        } else if let Some((name, kind, words)) = marked(line) {
            let mut who = known.speaker(name).unwrap_or_else(|| named(name));
            if who.kind == Kind::Other {
                who.kind = kind.unwrap_or(Kind::Other);
            }
            script.speaker(who);
            script.words(words);
        } else if let Some(who) = unmarked(line.words(), &known) {
            script.speaker(who);
        } else {
            script.words(line.words_span());
        }
    }
    script.into_sketch(roster)
}

/// The name on a line that is marked as a header, what the mark says, and the words after it.
fn marked<'a>(line: &Line<'a>) -> Option<(&'a str, Option<Kind>, ByteSpan)> {
    let words = line.words();
    let end = line.words_span().end();
    if let Some((label, rest)) = words
        .strip_prefix('<')
        .and_then(|inside| inside.split_once(">:"))
    {
        let (name, kind) = question_or_answer(label);
        let spoken = rest.trim_start();
        return is_name(name).then(|| (name, kind, ByteSpan::new(end - spoken.len(), end)));
    }
    let (name, braced) = match words.split_once(" {BIO ") {
        Some((name, rest)) if rest.ends_with('}') => (name, true),
        _ => (words, false),
    };
    let (name, kind) = question_or_answer(name);
    let is_header = (braced || kind.is_some() && name.contains(' ')) && is_name(name);
    is_header.then(|| (name, kind, ByteSpan::new(end, end)))
}

/// Somebody on the roster alone on a line, perhaps with the title.
fn unmarked(words: &str, known: &Known) -> Option<Participant> {
    let titled = || {
        let (name, title) = words
            .split_once(", ")
            .filter(|_| words.len() <= LONGEST_HEADER)?;
        let is_header = is_title(title) && !words.ends_with(['.', '?', '!', ',', ':']);
        let who = known.speaker(name).filter(|_| is_header)?;
        Some(Participant {
            role: who.role.or_else(|| Some(title.to_owned())),
            ..who
        })
    };
    known.speaker(words).or_else(titled)
}

fn question_or_answer(label: &str) -> (&str, Option<Kind>) {
    let strip = |mark: &str| {
        label
            .strip_prefix(mark)
            .map(|name| name.trim_start_matches(['-', '–', ' ']))
    };
    let marks = [
        ("Q - ", Kind::Analyst),
        ("Q – ", Kind::Analyst),
        ("A - ", Kind::Executive),
        ("A – ", Kind::Executive),
    ];
    marks
        .into_iter()
        .find_map(|(mark, kind)| Some((strip(mark)?.trim(), Some(kind))))
        .unwrap_or((label.trim(), None))
}

/// The people of the rosters, `Name, Title` or `Name - Title`.
fn people(lines: &[Line<'_>]) -> Vec<Participant> {
    let mut kind = None;
    let mut found = Vec::new();
    for line in lines {
        if let Some(next) = roster::heading(line.words()) {
            // The others on a call are those who ask.
            kind = Some(if next == Kind::Other {
                Kind::Analyst
            } else {
                next
            });
        } else if let Some(kind) = kind {
            found.extend(roster::entry(line.words(), kind));
        }
    }
    found
}
