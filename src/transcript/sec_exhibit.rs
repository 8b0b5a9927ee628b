//! Transcripts that companies file with the SEC, `Exhibit 99.2` to a report: names in bold type, or labels with a colon.
//!
//! The text comes from a page whose bold names are kept as `**Ada Quill**`, or from plain text. Rosters may stand before the
//! call; a number and `Table of Contents` stand where a page ends. Statements on what is expected may follow the call.

use super::furniture::{furniture, page_numbers};
use super::headings::read_labelled;
use super::label::{Labels, Place};
use super::lines::Line;
use super::names::{is_name, is_operator, is_unknown, key};
use super::people::{from_label, is_legal_form, is_title, named};
use super::script::{Script, Sketch};
use super::words::lexemes;
use super::{Kind, Metadata, Participant, Section, company_paper, labels, roster, section};
use foldhash::HashSet;

/// How far down the exhibit's number stands, blank lines not counted.
const FRONT: usize = 40;

/// The longest line that holds nothing but the exhibit's number.
const LONGEST_NUMBER: usize = 40;

/// The longest header.
const LONGEST_HEADER: usize = 104;

/// Words of bold lines that name nobody.
#[rustfmt::skip]
const NOT_NAMES: [&str; 16] = [
    "statement", "statements", "contents", "contact", "contacts", "measures", "information", "about", "exhibit",
    "conference", "call", "transcript", "company", "financial", "results", "safe",
];

/// Whether the lines are such an exhibit: its number, and people who speak.
pub(super) fn recognises(lines: &[Line<'_>]) -> bool {
    let filled = lines.iter().filter(|line| !line.is_blank());
    let is_exhibit = filled.take(FRONT).any(|line| is_number(line.words()));
    is_exhibit && (in_bold(lines) || has_labels(lines) || company_paper::recognises(lines))
}

fn has_labels(lines: &[Line<'_>]) -> bool {
    labels::recognises(lines, &labels::find(lines))
}

/// `Exhibit 99.2`, `EX-99.1`.
fn is_number(words: &str) -> bool {
    let words = words.trim_matches(['*', '#', ' ']).to_ascii_lowercase();
    let number = words
        .strip_prefix("exhibit ")
        .or_else(|| words.strip_prefix("ex-"));
    words.len() <= LONGEST_NUMBER && number.is_some_and(|number| number.starts_with("99"))
}

/// Whether three headers or more are in bold type.
fn in_bold(lines: &[Line<'_>]) -> bool {
    let people = HashSet::default();
    let headers = lines
        .iter()
        .filter(|line| header(line.words(), &people, true).is_some());
    headers.take(3).count() == 3
}

/// Reads such an exhibit.
pub(super) fn read(lines: &[Line<'_>]) -> Sketch {
    let sketch = if in_bold(lines) {
        let (script, roster) = read_bold(lines);
        script.into_sketch(roster)
    } else if has_labels(lines) {
        // What names the filing and the call is no word of anybody's.
        let labels = Labels::find(lines, Place::Inline);
        let first = lines.iter().position(|line| labels.opening(line).is_some());
        let (script, roster) =
            read_labelled(lines.get(first.unwrap_or(0)..).unwrap_or(lines), &labels);
        script.into_sketch(roster)
    } else {
        company_paper::read(lines)
    };
    let metadata = Metadata {
        company: company(lines),
        ..Metadata::default()
    };
    Sketch { metadata, ..sketch }
}

/// The company that filed it: the first short line that ends in the form of one.
fn company(lines: &[Line<'_>]) -> Option<String> {
    let front = lines
        .iter()
        .map(Line::words)
        .filter(|words| !words.is_empty());
    let front = front
        .take(FRONT)
        .map(|words| words.trim_matches(['*', ' ']));
    let has_form = |words: &&str| {
        let last = words.rsplit([' ', ',']).next().unwrap_or_default();
        words.len() <= LONGEST_NUMBER * 2
            && words.contains(' ')
            && !words.contains(':')
            && is_legal_form(last)
    };
    front.into_iter().find(has_form).map(str::to_owned)
}

/// Where in the exhibit a line stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Front,
    Roster(Kind),
    Call,
    After,
}

fn read_bold(lines: &[Line<'_>]) -> (Script, Vec<Participant>) {
    let pages = furniture(lines);
    let numbers = page_numbers(lines);
    let mut script = Script::new(Section::Other);
    let mut people = Vec::new();
    let mut known = named_again(lines);
    // Where letters say who asks, nobody asks without one.
    let lettered = lines
        .iter()
        .any(|line| letter(line.words().trim_matches('*')).0.is_some());
    let mut part = Part::Front;
    for ((line, is_page), number) in lines.iter().zip(&pages).zip(&numbers) {
        let words = line.words();
        let bare = words.trim_matches('*').trim();
        if *is_page || *number {
            script.interrupt();
        } else if part == Part::After || part != Part::Call && line.is_blank() {
            // Nobody speaks here.
        } else if let Some(section) = section::heading(words) {
            part = Part::Call;
            script.enter(section);
        } else if let (true, Some(kind)) = (part != Part::Call, roster::heading(words)) {
            part = Part::Roster(kind);
        } else if let (Part::Roster(kind), false) = (part, is_operator(bare)) {
            let entry = roster::entry(&words.replace("**", ""), kind);
            known.extend(entry.iter().map(|who| key(&who.name)));
            people.extend(entry);
        } else if let Some(who) = header(words, &known, part == Part::Call && !lettered) {
            part = Part::Call;
            script.speaker(who);
        } else if is_caution(bare) {
            part = if part == Part::Call {
                Part::After
            } else {
                part
            };
            script.close();
        } else if part == Part::Call && words.len() > bare.len() && words.starts_with("**") {
            // A heading inside of a speech is nobody's.
            script.interrupt();
        } else if part == Part::Call {
            script.words(line.words_span());
        }
    }
    (script, people)
}

/// The heading over what a company says for its lawyers.
fn is_caution(words: &str) -> bool {
    words.len() <= LONGEST_HEADER
        && !words.ends_with('.')
        && words.starts_with(char::is_uppercase)
        && words.to_lowercase().ends_with("forward-looking statements")
}

/// The people of whom a bold name alone may be a header: those with a title or a letter somewhere, and whoever is named by
/// two bold lines. A heading inside of a speech stands there once.
fn named_again(lines: &[Line<'_>]) -> HashSet<String> {
    let (none, mut known, mut once) = (HashSet::default(), HashSet::default(), HashSet::default());
    for line in lines {
        if let Some(who) = header(line.words(), &none, false) {
            known.insert(key(&who.name));
        } else if let Some(who) = header(line.words(), &none, true)
            && !once.insert(key(&who.name))
        {
            known.insert(key(&who.name));
        }
    }
    known
}

/// Whoever a bold line names: a person with a title, of the roster, or after the letter of a question or an answer; in the
/// call a full name alone. Before it a company may have one.
fn header(words: &str, known: &HashSet<String>, in_call: bool) -> Option<Participant> {
    let bare = words.strip_prefix("**")?.strip_suffix("**")?.trim();
    if bare.len() > LONGEST_HEADER
        || section::heading(bare).is_some()
        || roster::heading(bare).is_some()
    {
        return None;
    }
    let bare = bare.trim_end_matches([':', ' ']);
    if is_operator(bare) || is_unknown(bare) {
        return Some(named(bare));
    }
    let (letter, label) = letter(bare);
    let mut who = from_label(label);
    let told = letter.is_some()
        || known.contains(&key(&who.name))
        || who.role.as_deref().is_some_and(is_title);
    let other = lexemes(&who.name)
        .iter()
        .any(|word| word.is_any(&NOT_NAMES));
    let full = who.name.contains(' ')
        && who
            .name
            .split(' ')
            .all(|word| !word.starts_with(char::is_lowercase));
    if !is_name(&who.name) || other || !(told || full && in_call && who.affiliation.is_none()) {
        return None;
    }
    if who.kind == Kind::Other {
        who.kind = letter.unwrap_or(Kind::Other);
    }
    Some(who)
}

/// The letter before a name, `Q - Bo Crane`, and what it says of the name.
fn letter(words: &str) -> (Option<Kind>, &str) {
    for (letter, kind) in [("Q", Kind::Analyst), ("A", Kind::Executive)] {
        let name = words.strip_prefix(letter).map(str::trim_start);
        let name = name.and_then(|rest| rest.strip_prefix(['-', '–', '—', '.', ':']));
        if let Some(name) = name {
            return (Some(kind), name.trim_start());
        }
    }
    (None, words)
}
