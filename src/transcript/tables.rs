//! Tables of speech: `speaker,sentence` and their like, with commas, semicolons or tabs.
//!
//! In: a text whose first line names columns. Out: pieces of speech, one a row, and the lines of rows that were not
//! understood. Quoted fields may hold line ends; a quote that is never closed ends with its line. This file knows nothing of
//! who made the table.

use super::people::{named, with_title};
use super::rendered::{Piece, Pieces};
use super::rows::{Row, Rows, Shape};
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

/// Bytes of the line that names the columns, at most.
const LONGEST_HEAD: usize = 2000;
/// The first rows, one of which has as many fields as the head or nearly so.
const FIRST_ROWS: usize = 8;

/// Whether the text is such a table, and by what it was told.
pub(super) fn recognise(text: &str) -> Option<String> {
    let (shape, columns) = head(text)?;
    let named = columns.speaker.is_some() || columns.start.is_some() || shape.count > 1;
    let fits = |row: Row| row.fields.len().abs_diff(shape.count) <= 1;
    let mut first = Rows::new(text, shape).skip(1).take(FIRST_ROWS);
    (named && first.any(fits)).then(|| {
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
    let Some((shape, columns)) = head(text) else {
        return found;
    };
    let mut odd = Odd::default();
    for row in Rows::new(text, shape).skip(1) {
        odd.meet(&row, columns.words);
        let row = row.fields;
        let field = |at: Option<usize>| at.and_then(|at| row.get(at)).map(|field| field.trim());
        let Some(words) = field(Some(columns.words)) else {
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
    found.problems = odd.problems();
    leaked::part(&mut found);
    found
}

/// The lines of rows that were not understood.
#[derive(Default)]
struct Odd {
    unclosed: Vec<u32>,
    long: Vec<u32>,
    wide: Vec<u32>,
    silent: Vec<u32>,
}

impl Odd {
    fn meet(&mut self, row: &Row, words: usize) {
        let is_short = row.fields.get(words).is_none();
        let is_silent = is_short && row.fields.iter().any(|field| !field.trim().is_empty());
        for (lines, is) in [
            (&mut self.unclosed, row.is_unclosed),
            (&mut self.long, row.is_long),
            (&mut self.wide, row.is_wide),
            (&mut self.silent, is_silent),
        ] {
            lines.extend(is.then_some(row.line));
        }
    }

    fn problems(self) -> Vec<Problem> {
        let kinds = [
            (
                self.unclosed,
                "a quotation mark that is never closed; its field ends with the line",
            ),
            (
                self.long,
                "quotation marks that are not doubled in a field of several lines; its end may be wrong",
            ),
            (
                self.wide,
                "more fields than the head names; those beyond it are not read",
            ),
            (self.silent, "a row without words; it is not read"),
        ];
        let problems = kinds.into_iter().filter_map(|(lines, what)| {
            let line = *lines.first()?;
            let more = match lines.len() - 1 {
                0 => String::new(),
                1 => "; so on another line".to_owned(),
                others => format!("; so on {others} other lines"),
            };
            let message = format!("{what}{more}");
            Some(Problem { line, message })
        });
        problems.collect()
    }
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

/// The shape of a table's rows, and the columns of use.
fn head(text: &str) -> Option<(Shape, Columns)> {
    let text = text.trim_start_matches('\u{FEFF}');
    // A table without a line end in sight is none, and so is one line of a million letters.
    let end = text
        .bytes()
        .take(LONGEST_HEAD)
        .position(|byte| matches!(byte, b'\n' | b'\r'));
    let first = text.get(..end.or((text.len() < LONGEST_HEAD).then_some(text.len()))?)?;
    let mark = [b'\t', b',', b';']
        .into_iter()
        .find(|&mark| first.bytes().any(|byte| byte == mark))?;
    let unknown = Shape {
        mark,
        count: usize::MAX,
        words: usize::MAX - 1,
    };
    let names: Vec<String> = Rows::new(first, unknown)
        .next()?
        .fields
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
    let shape = Shape {
        mark,
        count: names.len(),
        words: columns.words,
    };
    Some((shape, columns))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_are_not_understood_are_named_by_their_lines() {
        let text = "speaker,text,time\nAda Quill,\"Good morning.,0:01\nBo Crane,Well, yes,0:02\nCy Marsh\n\n\
                    Ada Quill,\"Two\nlines.\",0:04\nBo Crane,Oh, no,0:05\n";
        assert!(recognise(text).is_some());
        let found = read(text);
        let said: Vec<_> = found
            .said
            .iter()
            .map(|piece| piece.words.as_str())
            .collect();
        assert_eq!(said, ["\"Good morning.", "Well", "Two\nlines.", "Oh"]);
        let problems: Vec<_> = found
            .problems
            .iter()
            .map(|problem| (problem.line, problem.message.as_str()))
            .collect();
        assert_eq!(
            problems,
            [
                (
                    2,
                    "a quotation mark that is never closed; its field ends with the line"
                ),
                (
                    3,
                    "more fields than the head names; those beyond it are not read; so on another line"
                ),
                (4, "a row without words; it is not read"),
            ]
        );
    }

    #[test]
    fn a_table_is_told_where_its_first_row_has_commas_of_its_own() {
        let text = "speaker,text\nAda Quill,Well, yes, we did, all of us.\n";
        assert!(recognise(text).is_some());
        assert_eq!(read(text).said[0].words, "Well, yes, we did, all of us.");
        assert!(read(text).problems.is_empty());
        let text = "text,speaker\nWell, yes, we did,Ada Quill\nNo.,Bo Crane\n";
        assert!(recognise(text).is_some());
    }

    #[test]
    fn a_table_with_carriage_returns_alone_is_told_however_long_it_is() {
        let row = "Ada Quill,We sold anvils.\r";
        let text = format!("speaker,text\r{}", row.repeat(200));
        assert!(recognise(&text).is_some());
        assert_eq!(read(&text).said.len(), 200);
    }
}
