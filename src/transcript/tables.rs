//! Tables of speech: `speaker,sentence` and their like, with commas, semicolons or tabs.
//!
//! In: a text whose first line names columns. Out: pieces of speech, one a row. Quoted fields may
//! hold line ends; a quote that is never closed ends with its line. This file knows nothing of who
//! made the table.

use super::people::{named, with_title};
use super::rendered::{Piece, Pieces};
use super::time::{Clock, seconds};
use super::{Layout, Participant, Problem, leaked};
use crate::units::Millis;
use std::rc::Rc;

const SPEAKER: [&str; 9] = [
    "speaker",
    "speaker_name",
    "speaker name",
    "name",
    "person",
    "participant",
    "speakername",
    "transcriptpersonname",
    "who",
];
const WORDS: [&str; 11] = [
    "sentence",
    "text",
    "words",
    "content",
    "transcript",
    "utterance",
    "componenttext",
    "speech",
    "paragraph",
    "body",
    "message",
];
const ROLE: [&str; 4] = ["role", "title", "speaker_title", "position"];
const FIRM: [&str; 4] = ["affiliation", "firm", "company_of_speaker", "organization"];
const START: [&str; 7] = [
    "start",
    "start_time",
    "starttime",
    "time",
    "timestamp",
    "begin",
    "offset",
];

/// The columns that are of use.
struct Columns {
    words: usize,
    speaker: Option<usize>,
    role: Option<usize>,
    firm: Option<usize>,
    start: Option<usize>,
    /// Whether the times are whole milliseconds, as in Whisper's tables.
    millis: bool,
}

/// Whether the text is such a table, and by what it was told.
pub(super) fn recognise(text: &str) -> Option<String> {
    let (mark, columns, count) = head(text)?;
    let second = Rows::new(text, mark).nth(1)?;
    let named = columns.speaker.is_some() || columns.start.is_some() || count > 1;
    (named && second.len().abs_diff(count) <= 1).then(|| {
        let what = if columns.speaker.is_some() {
            "speakers and words"
        } else {
            "words"
        };
        format!("its first line names columns, among them {what}")
    })
}

/// Reads such a table.
pub(super) fn read(text: &str) -> Pieces {
    let mut found = Pieces::of(Layout::Csv);
    let Some((mark, columns, _)) = head(text) else {
        return found;
    };
    let mut missing = 0_usize;
    for row in Rows::new(text, mark).skip(1) {
        let field = |at: Option<usize>| at.and_then(|at| row.get(at)).map(|field| field.trim());
        let Some(words) = field(Some(columns.words)) else {
            missing += usize::from(row.iter().any(|field| !field.trim().is_empty()));
            continue;
        };
        let name = field(columns.speaker).filter(|name| !name.is_empty());
        let who = name.map(|name| Rc::new(person(name, field(columns.role), field(columns.firm))));
        let time = field(columns.start).and_then(|time| start(time, columns.millis));
        found.push(Piece {
            opens: who.is_none(),
            who,
            time,
            words: words.to_owned(),
            ..Piece::default()
        });
    }
    if missing > 0 {
        let message = format!("rows without words: {missing}");
        found.problems.push(Problem { line: 1, message });
    }
    leaked::part(&mut found);
    found
}

fn person(name: &str, role: Option<&str>, firm: Option<&str>) -> Participant {
    if role.is_none() && firm.is_none() {
        return named(name);
    }
    with_title(name, role, firm)
}

fn start(time: &str, millis: bool) -> Option<Millis> {
    match Clock::exactly(time) {
        Some(Clock(time)) => Some(time),
        None => seconds(time.parse::<f64>().ok()? / if millis { 1000.0 } else { 1.0 }),
    }
}

/// The mark between fields, the columns of use, and how many there are.
fn head(text: &str) -> Option<(u8, Columns, usize)> {
    let first = text
        .trim_start_matches('\u{FEFF}')
        .lines()
        .next()
        .filter(|line| line.len() < 2000)?;
    let mark = [b'\t', b',', b';']
        .into_iter()
        .find(|&mark| first.bytes().any(|byte| byte == mark))?;
    let names: Vec<String> = Rows::new(first, mark)
        .next()?
        .iter()
        .map(|name| name.trim().to_lowercase())
        .collect();
    let find = |known: &[&str]| {
        known
            .iter()
            .find_map(|known| names.iter().position(|name| name == known))
    };
    let columns = Columns {
        words: find(&WORDS)?,
        speaker: find(&SPEAKER),
        role: find(&ROLE),
        firm: find(&FIRM),
        start: find(&START),
        millis: mark == b'\t' && names == ["start", "end", "text"],
    };
    Some((mark, columns, names.len()))
}

/// The rows of a table.
struct Rows<'a> {
    rest: &'a str,
    mark: u8,
    /// A quotation mark was never closed: from here on they are text, so that the end of the text
    /// is searched once.
    unclosed: bool,
}

impl<'a> Rows<'a> {
    fn new(text: &'a str, mark: u8) -> Self {
        Self {
            rest: text.trim_start_matches('\u{FEFF}'),
            mark,
            unclosed: false,
        }
    }

    /// The field at the start of what is left, whether it was the last of its row.
    fn field(&mut self) -> (String, bool) {
        let bytes = self.rest.as_bytes();
        if bytes.first() == Some(&b'"') && !self.unclosed {
            if let Some((field, after)) = quoted(self.rest, self.mark) {
                self.rest = after;
                return (field, self.ended());
            }
            self.unclosed = true;
        }
        let mark = self.mark;
        let end = bytes
            .iter()
            .position(|&byte| byte == mark || byte == b'\n' || byte == b'\r')
            .unwrap_or(bytes.len());
        let (field, after) = self.rest.split_at(end);
        self.rest = after;
        (field.to_owned(), self.ended())
    }

    /// Steps over the mark or the line's end; whether the row has ended.
    fn ended(&mut self) -> bool {
        match self.rest.as_bytes().first() {
            Some(&byte) if byte == self.mark => {
                self.rest = self.rest.get(1..).unwrap_or_default();
                false
            }
            _ => {
                let line_end = self
                    .rest
                    .strip_prefix("\r\n")
                    .or(self.rest.strip_prefix(['\n', '\r']));
                self.rest = line_end.unwrap_or(self.rest);
                true
            }
        }
    }
}

/// A field in quotation marks and what follows it; `None` where the marks are never closed before a
/// mark or a line's end, and are text then.
fn quoted(text: &str, mark: u8) -> Option<(String, &str)> {
    let mut field = String::new();
    let mut rest = text.get(1..)?;
    loop {
        let (before, after) = rest.split_once('"')?;
        field += before;
        match after.as_bytes().first() {
            Some(b'"') => {
                field.push('"');
                rest = after.get(1..)?;
            }
            Some(&byte) if byte != mark && byte != b'\n' && byte != b'\r' => {
                // A mark inside of a field that was not doubled.
                field.push('"');
                rest = after;
            }
            _ => return Some((field, after)),
        }
    }
}

impl Iterator for Rows<'_> {
    type Item = Vec<String>;

    fn next(&mut self) -> Option<Vec<String>> {
        if self.rest.is_empty() {
            return None;
        }
        let mut row = Vec::new();
        loop {
            let (field, ended) = self.field();
            row.push(field);
            if ended {
                return Some(row);
            }
        }
    }
}
