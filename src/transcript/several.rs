//! The calls of one file, and where each stands in it.
//!
//! In: the text of a file. Out: its calls, one after the other, each read for itself, with the way from its text back to the
//! file's. What may begin a call is told by headlines and by what vendors write first and last; what begins one, by the
//! welcome behind it and by reading it. This file knows no layout's labels.

use super::decode::Decoded;
use super::front::short_headline;
use super::layout::{NOBODY_MET, read};
use super::lines::{Line, lines};
use super::rendered::{FIRST, begins};
use super::{Document, Metadata, Reading};
use crate::units::ByteSpan;
use serde::Serialize;
use std::collections::BTreeSet;

/// Where a call stands in the text of its file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Its number among the calls of the file, from 1; 0 for the only one.
    pub part: u32,
    /// Bytes of the file's text before it.
    pub start: usize,
    /// Lines of the file's text before it.
    pub lines: u32,
}

impl Place {
    /// Whether the call is all that its file holds.
    pub fn is_whole(&self) -> bool {
        self.part == 0
    }

    /// A span of the call's text as one of the file's.
    pub fn in_file(self, span: ByteSpan) -> ByteSpan {
        ByteSpan::new(span.start() + self.start, span.end() + self.start)
    }

    /// A span of the file's text as one of the call's; `None` for one that begins before the call.
    pub fn in_call(self, span: ByteSpan) -> Option<ByteSpan> {
        let start = span.start().checked_sub(self.start)?;
        Some(ByteSpan::new(start, start + span.len()))
    }

    /// Reads the text of the call as it was read in its file. Its turns and problems have the file's lines.
    pub fn read(self, text: &str, file_name: &str, given: &Metadata) -> Reading {
        // The name of a file of several calls is none's.
        let name = if self.is_whole() { file_name } else { "" };
        let mut reading = read(text, name, given);
        for turn in &mut reading.call.turns {
            turn.lines.first += self.lines;
            turn.lines.last += self.lines;
        }
        for problem in &mut reading.problems {
            problem.line += self.lines;
        }
        reading
    }
}

/// A call of a file.
#[derive(Clone, Debug)]
pub struct Part<'a> {
    /// Where it stands.
    pub place: Place,
    /// Its own text.
    pub text: &'a str,
    /// How it was understood; spans are those of its own text, lines those of the file.
    pub reading: Reading,
}

/// Whether a text may be that of several calls: to be sure they have to be read.
pub fn may_hold_several(text: &str) -> bool {
    starts_of(text).len() > 1
}

fn starts_of(text: &str) -> Vec<(usize, u32)> {
    if begins(text) {
        rendered(text)
    } else {
        marks(text)
    }
}

/// Reads every call of a file, in their order; together their texts are the file's. What was the matter with decoding stands
/// with the call of its line.
pub fn read_calls<'a>(decoded: &'a Decoded, file_name: &str, given: &Metadata) -> Vec<Part<'a>> {
    let text = decoded.text.as_str();
    let mut parts = Vec::new();
    for (place, text) in cut(text, &starts_of(text)) {
        let reading = place.read(text, file_name, given);
        parts.push(Part {
            place,
            text,
            reading,
        });
    }
    if parts.len() > 1 && !begins(text) {
        parts = confirmed(text, parts, file_name, given);
    }
    let any_met = parts.iter().any(|part| !says_nobody(&part.reading));
    for part in &mut parts {
        // Who speaks on one call of several need not speak on another.
        part.reading
            .problems
            .retain(|problem| !any_met || problem.message != NOBODY_MET);
    }
    for problem in decoded.problems.iter().rev() {
        let of = parts
            .iter()
            .rposition(|part| part.place.lines < problem.line);
        if let Some(part) = parts.get_mut(of.unwrap_or(0)) {
            part.reading.problems.insert(0, problem.clone());
        }
    }
    parts
}

fn says_nobody(reading: &Reading) -> bool {
    let mut problems = reading.problems.iter();
    problems.any(|problem| problem.message == NOBODY_MET)
}

/// The calls that begin at these bytes and lines of a text, the first one at its first.
fn cut<'a>(text: &'a str, starts: &[(usize, u32)]) -> Vec<(Place, &'a str)> {
    let ends = starts.iter().skip(1).map(|(start, _)| *start);
    let spans = starts.iter().zip(ends.chain([text.len()]));
    (1..)
        .zip(spans)
        .map(|(number, (&(start, lines), end))| {
            let part = if starts.len() == 1 { 0 } else { number };
            let place = Place { part, start, lines };
            (place, text.get(start..end).unwrap_or_default())
        })
        .collect()
}

/// Where the texts of our own begin that stand one after the other.
fn rendered(text: &str) -> Vec<(usize, u32)> {
    let mut found = vec![(0, 0)];
    let (mut from, mut line) = (0, 0);
    for (at, _) in text.match_indices(FIRST).skip(1) {
        let before = text.get(from..at).unwrap_or_default();
        if before.ends_with('\n') {
            line += u32::try_from(before.matches('\n').count()).unwrap_or(u32::MAX);
            found.push((at, line));
            from = at;
        }
    }
    found
}

/// Those of the parts that are calls, each with what stands behind it and is none.
fn confirmed<'a>(
    text: &'a str,
    parts: Vec<Part<'a>>,
    file_name: &str,
    given: &Metadata,
) -> Vec<Part<'a>> {
    let mut starts: Vec<(usize, u32)> = Vec::new();
    let mut open = false;
    let count = parts.len();
    for part in &parts {
        let is_call = is_call(&part.reading);
        // What stands in front of the first call belongs to it.
        if starts.is_empty() || open && is_call {
            starts.push((part.place.start, part.place.lines));
        }
        open |= is_call;
    }
    if starts.len() == count {
        return parts;
    }
    let again = |(place, text): (Place, &'a str)| Part {
        place,
        text,
        reading: place.read(text, file_name, given),
    };
    cut(text, &starts).into_iter().map(again).collect()
}

/// At least two people take turns.
fn is_call(reading: &Reading) -> bool {
    const FEWEST_TURNS: usize = 3;
    let speakers = reading
        .call
        .turns
        .iter()
        .filter_map(|turn| turn.speaker.as_ref());
    let names: BTreeSet<&String> = speakers.clone().collect();
    let is_speech = reading.call.document == Document::Transcript;
    is_speech && names.len() >= 2 && speakers.count() >= FEWEST_TURNS
}

/// How far behind its first line a call is welcomed to; rosters may stand between.
const BEFORE_WELCOME: usize = 12_000;

/// What opens a call, in lower case.
const WELCOMES: [&str; 10] = [
    "welcome",
    "good morning",
    "good afternoon",
    "good evening",
    "good day",
    "standing by",
    "ladies and gentlemen",
    "thank you for joining",
    "thanks for joining",
    "greetings",
];

/// Where calls may begin: the first line, and lines that name another call or follow a vendor's last one, each with a welcome
/// before the next.
fn marks(text: &str) -> Vec<(usize, u32)> {
    let mut found = vec![(0, 0)];
    let mut welcome = welcome(text, 0);
    for mark in candidates(text) {
        if welcome.is_some_and(|at| at < mark.0) {
            found.push(mark);
            welcome = self::welcome(text, mark.0);
        }
    }
    if welcome.is_none() && found.len() > 1 {
        found.pop();
    }
    found
}

/// The line near a place on which somebody welcomes.
fn welcome(text: &str, start: usize) -> Option<usize> {
    let end = text.floor_char_boundary(start + BEFORE_WELCOME);
    let near = text.get(start..end).unwrap_or_default();
    let mut at = start;
    near.split_inclusive('\n').find_map(|line| {
        let here = at;
        at += line.len();
        let lower = line.to_lowercase();
        WELCOMES
            .iter()
            .any(|welcome| lower.contains(welcome))
            .then_some(here)
    })
}

/// Lines that may be the first of another call, in their order.
fn candidates(text: &str) -> Vec<(usize, u32)> {
    let mut found = Vec::new();
    let mut page = Page::default();
    let mut last: Option<Metadata> = None;
    for (number, line) in (0..).zip(lines(text)).filter(|(_, line)| !line.is_blank()) {
        let here = (line.span.start(), number);
        found.extend(page.begins_at(&line).map(|start| (start, number)));
        if let Some(new) = short_headline(line.words()) {
            if last.as_ref().is_some_and(|last| is_other(last, &new)) {
                let names = new.company.is_some();
                found.push(if names { here } else { front(text, here) });
            }
            last = Some(new.or(last.unwrap_or_default()));
        }
    }
    found.retain(|(start, _)| *start > 0);
    found
}

/// Whether a headline names another call than the one before it.
pub(super) fn is_other(of: &Metadata, found: &Metadata) -> bool {
    let first_word = |name: &str| name.split(' ').next().map(str::to_lowercase);
    let company = |of: &Metadata| of.company.as_deref().and_then(first_word);
    let names = company(of).zip(company(found));
    names.is_some_and(|(own, other)| own != other) || found.period != of.period
}

/// How far a vendor's page has gone.
#[derive(Default)]
struct Page {
    /// Whether the last line was the page's last one.
    has_ended: bool,
    /// Whether the vendor's terms have begun.
    in_terms: bool,
    /// Whether the call has begun, behind its rosters.
    in_call: bool,
}

impl Page {
    /// Where on a line a page begins: at its first byte, or behind the last line of a file that did not end it.
    fn begins_at(&mut self, line: &Line<'_>) -> Option<usize> {
        const FIRST: &str = "Image source: The Motley Fool.";
        const LAST: &str = "All earnings call transcripts";
        const ROSTER: &str = "CORPORATE PARTICIPANTS";
        let words = line.words();
        let start = line.words_span().start();
        let follows = std::mem::take(&mut self.has_ended).then_some(start);
        let first = |mark: &str| words.strip_suffix(mark).map(|before| start + before.len());
        let roster = first(ROSTER).filter(|_| std::mem::take(&mut self.in_call));
        if words == "PRESENTATION" {
            self.in_call = true;
        } else if words.eq_ignore_ascii_case("disclaimer") {
            self.in_terms = true;
        } else if words == LAST || self.in_terms && is_copyright(words) {
            *self = Self {
                has_ended: true,
                ..Self::default()
            };
        }
        follows.or(roster).or_else(|| first(FIRST))
    }
}

/// The last line of a vendor's terms.
fn is_copyright(words: &str) -> bool {
    let vendors = ["Refinitiv", "Thomson Reuters", "LSEG"];
    let begins = ["©", "(c)", "Copyright"];
    begins.iter().any(|mark| words.starts_with(mark))
        && vendors.iter().any(|name| words.contains(name))
}

/// The first of the few lines above a headline that are no sentences: they may name the company that it does not.
fn front(text: &str, (start, number): (usize, u32)) -> (usize, u32) {
    const MOST: usize = 5;
    const LONGEST: usize = 80;
    let mut first = (start, number);
    let (mut at, mut left) = (start, MOST);
    let above = text.get(..start).unwrap_or_default();
    for (back, line) in (1..).zip(above.split_inclusive('\n').rev()) {
        at -= line.len();
        let words = line.trim();
        let is_sentence = words.ends_with(['.', '?', '!', ',', ':', ';', '"', '”']);
        if is_sentence || words.len() > LONGEST || left == 0 {
            break;
        }
        if !words.is_empty() {
            left -= 1;
            first = (at, number - back);
        }
    }
    first
}
