//! A company's own paper: `Ada Quill, CFO` on a line without a colon, the words below.
//!
//! Whoever has been named once so may be named shorter from then on: `Ada Quill` or `Ada` alone on a line,
//! or `Ada Quill: words`. The operator is often an inline label, and who asks is whom it has just called
//! up. A page's number may stand in the middle of a sentence. There is no heading over the questions;
//! where they begin is told by what happens.

use super::furniture::{furniture, page_numbers};
use super::label::{Labels, Opening, Place};
use super::lines::Line;
use super::names::{is_name, is_operator, key, last_word};
use super::people::{from_label, is_title, named};
use super::script::{Script, Sketch};
use super::{Participant, Section, roster, section};
use crate::units::ByteSpan;
use foldhash::HashMap;

/// A header has no more words than this.
const MOST_WORDS: usize = 12;

/// How many lines back an operator may have called somebody up.
const CALLED_WITHIN: usize = 8;

/// Whether the lines are such a paper: several people with titles, some of them again and again, and
/// an operator, or so many that they can be nothing else.
pub(super) fn recognises(lines: &[Line<'_>]) -> bool {
    let mut counts: HashMap<String, usize> = HashMap::default();
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
    let operators = lines.iter().filter(|line| operator(line).is_some()).take(2);
    let operators = operators.count();
    let all: usize = counts.values().sum();
    let again = counts.values().filter(|count| **count > 1).count();
    let several = all >= 3 && again >= 1 && counts.len() >= 2;
    several && (operators > 0 || again >= 2 && all >= 6 && below_quotes * 4 < all)
        || counts.len() >= 2 && operators > 1 && Paper::of(lines).is_spoken()
}

/// What a paper says of its people.
struct Paper<'a> {
    lines: &'a [Line<'a>],
    /// Everybody with a title, by key, and by first name where only one has it.
    known: HashMap<String, Participant>,
    labels: Labels,
}

/// What a line opens.
enum Opens {
    Turn(Participant, ByteSpan),
    /// Somebody on a list.
    Listed(Participant),
}

impl<'a> Paper<'a> {
    fn of(lines: &'a [Line<'a>]) -> Self {
        let mut known: HashMap<String, Participant> = HashMap::default();
        let mut first_names: HashMap<String, Vec<String>> = HashMap::default();
        for who in lines.iter().filter_map(|line| titled(line.words())) {
            let key = key(&who.name);
            let first = key.split(' ').next().unwrap_or_default().to_owned();
            if known.insert(key.clone(), who).is_none() {
                first_names.entry(first).or_default().push(key);
            }
        }
        for (first, keys) in first_names {
            if let [key] = keys.as_slice()
                && let Some(who) = known.get(key).cloned()
            {
                known.entry(first).or_insert(who);
            }
        }
        Self {
            lines,
            known,
            labels: Labels::find(lines, Place::Inline),
        }
    }

    /// Whether people speak under their titles, and again under shorter names or when they were called up.
    fn is_spoken(&self) -> bool {
        let (mut titles, mut again) = (0, 0);
        for (at, line) in self.lines.iter().enumerate() {
            let Some(Opens::Turn(who, _)) = self.opens(at) else {
                continue;
            };
            if titled(line.words()).is_some() {
                titles += 1;
            } else if self.known.contains_key(&key(&who.name)) || self.is_called(&who.name, at) {
                again += 1;
            }
        }
        titles >= 2 && again >= 3
    }

    /// Who begins to speak, or is listed, on the line at `at`.
    fn opens(&self, at: usize) -> Option<Opens> {
        let line = self.lines.get(at)?;
        let words = line.words();
        if let Some((name, span)) = operator(line) {
            return Some(Opens::Turn(named(name), span));
        }
        let end = ByteSpan::new(line.span.end(), line.span.end());
        if let Some(who) = titled(words) {
            let mut below = self.lines.get(at + 1..)?.iter();
            let below = below.find(|line| !line.is_blank());
            let is_listed = below.is_none_or(|line| {
                let below = line.words();
                let is_heading =
                    section::heading(below).is_some() || roster::heading(below).is_some();
                is_heading
                    || titled(below).is_some()
                    || operator(line).is_some_and(|(name, _)| name == below)
            });
            return Some(if is_listed {
                Opens::Listed(who)
            } else {
                Opens::Turn(who, end)
            });
        }
        if let Some(Opening { who, words }) = self.labels.opening(line) {
            let known = self.known.get(&key(&who.name)).cloned();
            return Some(Opens::Turn(
                known.unwrap_or_else(|| Participant::clone(who)),
                words,
            ));
        }
        if words.ends_with(['.', ':', '?', '!', ','])
            || words.split_whitespace().count() > MOST_WORDS
        {
            return None;
        }
        if let Some(who) = self.known.get(&key(words)) {
            return Some(Opens::Turn(who.clone(), end));
        }
        let who = from_label(words);
        (is_name(&who.name) && who.name.contains(' ') && self.is_called(&who.name, at))
            .then_some(Opens::Turn(who, end))
    }

    /// Whether an operator has called somebody up just before the line at `at`.
    fn is_called(&self, name: &str, at: usize) -> bool {
        let key = key(name);
        let last = last_word(&key);
        let before = self.lines.get(at.saturating_sub(CALLED_WITHIN)..at);
        let mut before = before.unwrap_or_default().iter().rev();
        let mut holds = false;
        before.any(|line| {
            holds |= line.words().to_lowercase().contains(last);
            holds && operator(line).is_some()
        })
    }
}

/// Reads such a paper.
pub(super) fn read(lines: &[Line<'_>]) -> Sketch {
    let pages = furniture(lines);
    let paper = Paper::of(lines);
    let first = (0..lines.len()).find(|&at| paper.opens(at).is_some());
    let first = first.unwrap_or(0);
    let numbered = page_numbers(lines);
    let mut script = Script::new(Section::Other);
    let mut roster = Vec::new();
    for (at, line) in lines.iter().enumerate().skip(first) {
        if pages.get(at) == Some(&true) || numbered.get(at) == Some(&true) {
            script.interrupt();
        } else if let Some(section) = section::heading(line.words()) {
            script.enter(section);
        } else if roster::heading(line.words()).is_some() {
            script.close();
        } else {
            match paper.opens(at) {
                Some(Opens::Turn(who, words)) => {
                    script.speaker(who);
                    script.words(words);
                }
                Some(Opens::Listed(who)) => {
                    script.close();
                    roster.push(who);
                }
                None => script.words(line.words_span()),
            }
        }
    }
    script.into_sketch(roster)
}

fn operator<'a>(line: &Line<'a>) -> Option<(&'a str, ByteSpan)> {
    let words = line.words();
    let end = line.words_span().end();
    let alone = words
        .trim_end_matches([' ', '-', '–', '—', '*'])
        .trim_start_matches('*');
    if is_operator(alone) {
        return Some((alone, ByteSpan::new(end, end)));
    }
    let (label, rest) = words.split_once(':')?;
    let spoken = rest.trim_start();
    is_operator(label).then(|| (label, ByteSpan::new(end - spoken.len(), end)))
}

/// Somebody with a title or a firm on a line that is nothing else.
fn titled(words: &str) -> Option<Participant> {
    let marks = [", ", " - ", " -- ", " – ", " — "];
    if words.ends_with(['.', ':', '?', '!', ',']) || !marks.iter().any(|mark| words.contains(mark))
    {
        return None;
    }
    let count = words.split_whitespace().count();
    if !(3..=MOST_WORDS).contains(&count) {
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
