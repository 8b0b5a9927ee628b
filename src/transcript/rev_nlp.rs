//! Rev's `.nlp` files: a token a line, `token|speaker|ts|endTs|punctuation|…`.
//!
//! In: a text. Out: pieces of speech, one a sentence. This file knows nothing of calls.

use super::people::named;
use super::rendered::{Piece, Pieces};
use super::script::Speaker;
use super::time::seconds;
use super::{Layout, Problem};
use foldhash::HashMap;
use std::rc::Rc;

/// Whether the text is such a file.
pub(super) fn recognises(text: &str) -> bool {
    text.trim_start_matches('\u{FEFF}')
        .starts_with("token|speaker|")
}

/// Reads such a file.
pub(super) fn read(text: &str) -> Pieces {
    let mut found = Pieces::of(Layout::RevNlp);
    let mut rows = text.trim_start_matches('\u{FEFF}').lines();
    let names: Vec<&str> = rows.next().unwrap_or_default().split('|').collect();
    let place = |name: &str| names.iter().position(|known| *known == name);
    let (start, mark) = (place("ts"), place("punctuation"));
    let mut sentence = Piece::default();
    let mut speaker: Option<&str> = None;
    let mut speakers: HashMap<&str, Option<Speaker>> = HashMap::default();
    let mut fields: Vec<&str> = Vec::new();
    for (number, row) in (2..).zip(rows) {
        fields.clear();
        fields.extend(split(row));
        let [token, who, ..] = fields.as_slice() else {
            if !row.trim().is_empty() {
                let message = "a token without a speaker was left out".to_owned();
                found.problems.push(Problem {
                    line: number,
                    message,
                });
            }
            continue;
        };
        let field = |at: Option<usize>| {
            at.and_then(|at| fields.get(at))
                .copied()
                .unwrap_or_default()
        };
        let ended = sentence.words.ends_with(['.', '?', '!']);
        if ended || speaker != Some(who) {
            found.push(std::mem::take(&mut sentence));
            let of = || (!who.is_empty()).then(|| Rc::new(named(&format!("Speaker {who}"))));
            sentence
                .who
                .clone_from(speakers.entry(who).or_insert_with(of));
            sentence.time = field(start).parse().ok().and_then(seconds);
            speaker = Some(who);
        }
        if !sentence.words.is_empty() {
            sentence.words.push(' ');
        }
        sentence.words += token;
        sentence.words += field(mark);
    }
    found.push(sentence);
    found
}

/// The fields of a row: a few bytes each, too few for a search that has to be set up first.
fn split(row: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(row);
    std::iter::from_fn(move || {
        let row = rest?;
        let end = row.bytes().position(|byte| byte == b'|');
        rest = end.and_then(|end| row.get(end + 1..));
        row.get(..end.unwrap_or(row.len()))
    })
}
