//! What a page left inside of the rows of a table that was made of it: its running heads, and labels of speakers.
//!
//! In: pieces of speech, a row each. Out: the same words, the heads as pieces of their own that are nobody's, and what follows
//! a label as its speaker's. A label is a speaker of the table in capitals with a full stop; one who has no row of his own is
//! believed where the words beside it name him too. This file knows nothing of columns.

use super::people::named;
use super::rendered::{Piece, Pieces};
use super::script::Speaker;
use super::{Date, Problem};
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::rc::Rc;

/// What a central bank's page has at its head.
const HEAD: &str = " Press Conference";

/// The words beside a head that may stand on a line of their own.
const STATES: [&str; 2] = ["FINAL", "PRELIMINARY"];

/// A head stands in so many rows at the least.
const LEAST: usize = 3;

/// Parts what does not belong from the words of each row, and says how much that was.
pub(super) fn part(found: &mut Pieces) {
    let rows = std::mem::take(&mut found.said);
    let heads = Heads::of(&rows);
    let speakers = capitals(&rows);
    if heads.is_none() && speakers.is_empty() {
        found.said = rows;
        return;
    }
    let host = most(&rows);
    let (mut pages, mut leaks) = (0, Vec::<Leak>::new());
    let mut now: Option<Label> = None;
    // The first line is the table's head.
    let mut line = 2;
    for (at, row) in rows.iter().enumerate() {
        if now.as_ref().is_some_and(|label| !label.holds_at(at, row)) {
            now = None;
        } else if let (true, Some(leak)) = (now.is_some(), leaks.last_mut()) {
            leak.last = line;
        }
        let beside = rows.get(at..rows.len().min(at + 3)).unwrap_or_default();
        let places = |place: &str| {
            heads
                .as_ref()
                .map_or_else(Vec::new, |heads| heads.places(place))
        };
        let mut from = 0;
        for (place, name) in labels_in(&row.words, &speakers, beside) {
            found.push_parts(row, from..place.start, now.as_ref(), &places);
            leaks.push(Leak::new(name, row, line));
            now = Some(Label {
                who: Rc::new(named(name)),
                column: row.who.clone(),
                // Whoever answers has no label of his own where the column is his already.
                only_asks: row.who == host && row.who.as_ref().is_some_and(|who| who.name != name),
                asked: false,
                until: (row.who != host && is_named_again(name, &rows, at)).then_some(at + 2),
            });
            from = place.end;
        }
        let before = found.said.len();
        found.push_parts(row, from..row.words.len(), now.as_ref(), &places);
        pages += places(&row.words).len();
        if let (Some(label), true) = (&mut now, found.said.len() > before) {
            label.asked |= row
                .words
                .get(from..)
                .is_some_and(|words| words.contains('?'));
        }
        let ends = row.words.bytes().filter(|byte| *byte == b'\n').count();
        line += 1 + u32::try_from(ends).unwrap_or_default();
    }
    found.problems.extend(say(pages, &leaks));
}

fn say(pages: usize, leaks: &[Leak]) -> Vec<Problem> {
    let heads = (pages > 0).then(|| Problem {
        line: 1,
        message: format!("parts of page heads inside of rows: {pages}; they are nobody's"),
    });
    heads
        .into_iter()
        .chain(leaks.iter().map(Leak::problem))
        .collect()
}

/// Whether the next speaker of the column is whom a label in the row `at` names: then somebody else has spoken in between.
fn is_named_again(name: &str, rows: &[Piece], at: usize) -> bool {
    let column = rows.get(at).and_then(|row| row.who.as_ref());
    let mut below = rows.iter().skip(at + 1).map(|row| row.who.as_ref());
    let next = below.find(|who| *who != column).flatten();
    next.is_some_and(|who| who.name == name)
}

/// A label inside of a row, and what is read as its speaker's words.
struct Leak {
    name: String,
    column: Option<String>,
    line: u32,
    /// The last line that is read as theirs.
    last: u32,
}

impl Leak {
    fn new(name: &str, row: &Piece, line: u32) -> Self {
        Self {
            name: name.to_owned(),
            column: row.who.as_ref().map(|who| who.name.clone()),
            line,
            last: line,
        }
    }

    fn problem(&self) -> Problem {
        let Self {
            name, line, last, ..
        } = self;
        let of = self.column.as_deref().unwrap_or("nobody");
        let read = match last - line {
            0 => "what follows it there is".to_owned(),
            1 => format!("line {last} is"),
            _ => format!("lines {} to {last} are", line + 1),
        };
        let message =
            format!("`{name}.` stands inside of a row of {of}; {read} read as {name}'s words");
        Problem {
            line: *line,
            message,
        }
    }
}

impl Pieces {
    /// The part `range` of a row, with the heads in it as pieces of their own.
    fn push_parts(
        &mut self,
        row: &Piece,
        range: Range<usize>,
        now: Option<&Label>,
        heads: &dyn Fn(&str) -> Vec<Range<usize>>,
    ) {
        let who = now.map_or_else(|| row.who.clone(), |label| Some(Rc::clone(&label.who)));
        let words = row.words.get(range).unwrap_or_default();
        let mut from = 0;
        let mut piece = |range: Range<usize>, is_page: bool| {
            self.push(Piece {
                who: who.clone(),
                words: words.get(range).unwrap_or_default().trim().to_owned(),
                is_page,
                times: Vec::new(),
                ..row.clone()
            });
        };
        for head in heads(words) {
            piece(from..head.start, false);
            from = head.end;
            piece(head, true);
        }
        piece(from..words.len(), false);
    }
}

/// A label that was met inside of a row, and how far it holds.
struct Label {
    who: Speaker,
    /// Whom the rows are given to that it stands in.
    column: Option<Speaker>,
    only_asks: bool,
    asked: bool,
    /// The row from which on whoever the column names has the word again.
    until: Option<usize>,
}

impl Label {
    /// Up to the next speaker of the column, and for one row where that is the same one, whom nobody would name twice in a row; a
    /// question from the floor in the rows of whoever answers ends where it was asked.
    fn holds_at(&self, at: usize, row: &Piece) -> bool {
        let thanks = || row.words.len() < 40 && row.words.to_lowercase().contains("thank");
        row.who == self.column
            && self.until.is_none_or(|until| at < until)
            && (!self.only_asks || !self.asked || row.words.contains('?') || thanks())
    }
}

/// What comes most often, and how often; of several the last by the alphabet.
fn commonest<'a>(texts: impl Iterator<Item = &'a str>) -> Option<(&'a str, usize)> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for text in texts {
        *counts.entry(text).or_default() += 1;
    }
    counts
        .into_iter()
        .max_by_key(|(text, count)| (*count, *text))
}

/// Whom most rows are given to.
fn most(rows: &[Piece]) -> Option<Speaker> {
    let mut counts: HashMap<&Speaker, usize> = HashMap::new();
    for who in rows.iter().filter_map(|row| row.who.as_ref()) {
        *counts.entry(who).or_default() += 1;
    }
    let most = counts
        .into_iter()
        .max_by_key(|(who, count)| (*count, &who.name));
    most.map(|(who, _)| Rc::clone(who))
}

/// The names of a table that gives them all in capitals, two words or more each; none where it does not.
fn capitals(rows: &[Piece]) -> HashSet<&str> {
    let names = rows.iter().filter_map(|row| row.who.as_ref());
    let names: HashSet<&str> = names.map(|who| who.name.as_str()).collect();
    if names.len() < 2 || names.iter().any(|name| name.contains(char::is_lowercase)) {
        return HashSet::new();
    }
    names
        .into_iter()
        .filter(|name| name.contains(' '))
        .collect()
}

/// The labels inside of a row, and where each stands with its full stop.
fn labels_in<'a>(
    words: &'a str,
    speakers: &HashSet<&str>,
    beside: &[Piece],
) -> Vec<(Range<usize>, &'a str)> {
    let mut found = Vec::new();
    if speakers.is_empty() {
        return found;
    }
    let mut start = None;
    for (at, word) in words_of(words) {
        let stem = word.strip_suffix('.').unwrap_or(word);
        if stem.len() < 2 || !stem.chars().all(|c| c.is_uppercase() || "-'’".contains(c)) {
            start = None;
            continue;
        }
        let from = *start.get_or_insert(at);
        let name = words.get(from..at + stem.len()).unwrap_or_default();
        if word.ends_with('.') {
            start = None;
            let ends = at + word.len() == words.trim_end().len();
            if name.contains(' ') && (speakers.contains(name) || ends && is_named(name, beside)) {
                found.push((from..at + word.len(), name));
            }
        }
    }
    found
}

/// The words of a text, each with its first byte.
fn words_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive(char::is_whitespace)
        .filter_map(move |word| {
            let start = at;
            at += word.len();
            let word = word.trim_end();
            (!word.is_empty()).then_some((start, word))
        })
}

/// Whether the words beside a name in capitals have it in small letters as well.
fn is_named(name: &str, beside: &[Piece]) -> bool {
    let lower = name.to_lowercase();
    beside.iter().any(|row| {
        let words = row.words.to_lowercase();
        let mut places = words.match_indices(&lower);
        places.any(|(at, _)| row.words.get(at..at + name.len()) != Some(name))
    })
}

/// The parts of a page's head, as they stand in the words.
struct Heads {
    parts: Vec<String>,
}

impl Heads {
    fn of(rows: &[Piece]) -> Option<Self> {
        let words = || rows.iter().map(|row| row.words.as_str());
        let (head, count) = commonest(words().filter_map(head_in))?;
        if count < LEAST {
            return None;
        }
        let day_in = |words| Date::find_in(words).and_then(|(_, place)| words.get(place));
        let day = commonest(words().filter_map(day_in));
        let day = day.filter(|(_, of)| *of * 2 >= count && *of >= LEAST);
        let day = day.map(|(day, _)| day.to_owned());
        let head = head.to_owned();
        let states = STATES.iter().map(|&state| state.to_owned());
        let parts = std::iter::once(head).chain(day).chain(states).collect();
        Some(Self { parts })
    }

    /// Where parts of the head stand in a text, those beside each other as one.
    fn places(&self, words: &str) -> Vec<Range<usize>> {
        let bounds = |place: &Range<usize>| {
            let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            let before = words
                .get(..place.start)
                .and_then(|text| text.chars().next_back());
            let after = words.get(place.end..).and_then(|text| text.chars().next());
            !is_letter(before) && !is_letter(after)
        };
        let places = self
            .parts
            .iter()
            .flat_map(|part| words.match_indices(part.as_str()));
        let places = places.map(|(at, part)| at..at + part.len()).filter(bounds);
        let mut places: Vec<Range<usize>> = places.collect();
        places.sort_by_key(|place| place.start);
        let mut joined: Vec<Range<usize>> = Vec::new();
        for place in places {
            let touches = |last: &&mut Range<usize>| {
                let between = words.get(last.end..place.start);
                between.is_none_or(|between| between.trim().is_empty())
            };
            match joined.last_mut().filter(touches) {
                Some(last) => last.end = last.end.max(place.end),
                None => joined.push(place),
            }
        }
        joined
    }
}

/// `Chair Quill’s Press Conference`, from the office on.
fn head_in(words: &str) -> Option<&str> {
    let at = words.find(HEAD)?;
    let owner = words.get(..at)?;
    let (before, name) = owner.rsplit_once(' ')?;
    let office = before.rsplit(' ').next()?;
    let owns = name.ends_with("’s") || name.ends_with("'s");
    let is_office = ["Chair", "Chairman", "Chairwoman", "President", "Governor"].contains(&office);
    let start = before.len() - office.len();
    (owns && is_office).then(|| words.get(start..at + HEAD.len()))?
}

#[cfg(test)]
mod tests {
    use super::super::container::open;
    use super::super::layout::testing::seen;

    const ROWS: &str = "speaker,sentence\nCHAIR QUILL,Anvils are heavy.\n\
        CHAIR QUILL,\"Iron is June 3, 2025 dear, and it stays so for\"\nCHAIR QUILL,a Chair Quill’s Press Conference FINAL year.\n\
        CHAIR QUILL,\"Steel is June 3, 2025 dear, and\"\nCHAIR QUILL,so Chair Quill’s Press Conference FINAL is zinc.\n\
        BO CRANE,\"How June 3, 2025 dear?\"\nBO CRANE,And Chair Quill’s Press Conference FINAL why? CHAIR QUILL.\n\
        BO CRANE,It is the war.\nCHAIR QUILL,It is the coal.” DI MARSH.\nCHAIR QUILL,\"Di Marsh, of The Anvil.\"\n\
        CHAIR QUILL,Will it end?\nCHAIR QUILL,Thank you.\nCHAIR QUILL,I hope so.\nBO CRANE,GDP. rose.\n";

    #[test]
    fn heads_of_pages_are_cut_and_labels_open_turns() {
        let opened = open(ROWS.as_bytes().to_vec(), None).unwrap();
        let turns = seen(&opened.decoded.text).turns();
        let expected = [
            "CHAIR QUILL: Anvils are heavy.\nIron is […] dear, and it stays so for a […] year.\nSteel is […] dear, and so […] is zinc.",
            "BO CRANE: How […] dear?\nAnd […] why?",
            "CHAIR QUILL: It is the war.\nIt is the coal.”",
            "DI MARSH: Di Marsh, of The Anvil.\nWill it end?\nThank you.",
            "CHAIR QUILL: I hope so.",
            "BO CRANE: GDP. rose.",
        ];
        let turns: Vec<String> = turns
            .iter()
            .map(|turn| turn.replace("\n […] \n", " […] "))
            .collect();
        assert_eq!(turns, expected);
        let messages: Vec<_> = opened
            .decoded
            .problems
            .iter()
            .map(|problem| problem.message.as_str())
            .collect();
        assert_eq!(
            messages,
            [
                "parts of page heads inside of rows: 6; they are nobody's",
                "`CHAIR QUILL.` stands inside of a row of BO CRANE; line 9 is read as CHAIR QUILL's words",
                "`DI MARSH.` stands inside of a row of CHAIR QUILL; lines 11 to 13 are read as DI MARSH's words",
            ]
        );
    }

    #[test]
    fn whoever_is_broken_in_upon_goes_on_where_the_one_who_broke_in_has_the_next_rows() {
        let rows = "speaker,sentence\nCHAIR QUILL,Anvils are heavy.\nCHAIR QUILL,Iron is dear.\nCHAIR QUILL,So it stays.\nBO CRANE,\"Is iron dear, or— CHAIR QUILL.\"\n\
            BO CRANE,I forget.\nBO CRANE,Or is it steel that is dear?\nCHAIR QUILL,It is iron.\n";
        let opened = open(rows.as_bytes().to_vec(), None).unwrap();
        let expected = [
            "CHAIR QUILL: Anvils are heavy.\nIron is dear.\nSo it stays.",
            "BO CRANE: Is iron dear, or—",
            "CHAIR QUILL: I forget.",
            "BO CRANE: Or is it steel that is dear?",
            "CHAIR QUILL: It is iron.",
        ];
        assert_eq!(seen(&opened.decoded.text).turns(), expected);
        let problem = &opened.decoded.problems[0];
        assert_eq!(problem.line, 5);
        assert!(
            problem
                .message
                .contains("; line 6 is read as CHAIR QUILL's"),
            "{}",
            problem.message
        );
    }
}
