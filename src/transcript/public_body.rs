//! Records of public bodies: `CHAIR QUILL. Good afternoon.`, `Mr. CRANE. I yield.`
//!
//! A speaker is a name in capitals with an office or an honorific before it and a full stop after,
//! at the start of a line; at the start of a paragraph the name may be in small letters, `Senator Quill. Thank you.`
//! Page heads, headings and footnotes stand between. Testimony under oath is read by [`examination`], names alone on lines by [`house_record`].

use super::furniture::furniture;
use super::lines::Line;
use super::names::key;
use super::people::named;
use super::script::{Script, Sketch};
use super::{Section, examination, house_record};
use crate::units::ByteSpan;
use foldhash::HashMap;

/// The longest name with its office.
const LONGEST: usize = 60;

/// Words that stand before the name and are not in capitals.
#[rustfmt::skip]
const BEFORE: [&str; 14] = [
    "Mr.", "Ms.", "Mrs.", "Miss", "Dr.", "The", "Chair", "Chairman", "Chairwoman", "Senator", "Mx.", "Governor",
    "President", "Vice",
];

/// What stands before a name in small letters.
#[rustfmt::skip]
const MIXED: [&str; 22] = [
    "Mr.", "Ms.", "Mrs.", "Miss", "Dr.", "Chairman", "Chairwoman", "Chairperson", "Chair", "Senator", "Representative",
    "Congressman", "Congresswoman", "Secretary", "Governor", "Commissioner", "Director", "General", "Admiral", "Judge",
    "Ambassador", "Ranking",
];

/// The most words of such a name, its office among them.
const MOST_WORDS: usize = 6;

/// How far from the left a heading in the middle of a page stands at the least.
const MIDDLE: usize = 8;

/// Offices that stand for a name, in whatever letters.
const OFFICES: [&str; 6] = [
    "The Chairman",
    "The Chairwoman",
    "The Chairperson",
    "The Chair",
    "The Clerk",
    "The Presiding Officer",
];

/// Whether the lines are such a record.
pub(super) fn recognises(lines: &[Line<'_>]) -> bool {
    let mut counts: HashMap<String, usize> = HashMap::default();
    for (name, _) in labels(lines).flatten() {
        *counts.entry(key(name)).or_default() += 1;
    }
    let filled = lines.iter().filter(|line| !line.is_blank()).count();
    let all: usize = counts.values().sum();
    let again = counts.values().any(|count| *count > 1);
    all >= 3 && counts.len() >= 2 && all * 60 >= filled && again
        || examination::recognises(lines)
        || house_record::recognises(lines)
}

/// Reads such a record.
pub(super) fn read(lines: &[Line<'_>]) -> Sketch {
    if examination::recognises(lines) {
        return examination::read(lines);
    }
    if house_record::recognises(lines) {
        return house_record::read(lines);
    }
    let pages = furniture(lines);
    let first = labels(lines).position(|label| label.is_some()).unwrap_or(0);
    let mut script = Script::new(Section::Other);
    for ((line, is_page), label) in lines.iter().zip(&pages).zip(labels(lines)).skip(first) {
        if let Some((name, words)) = label {
            script.speaker(named(name));
            script.words(words);
        } else if *is_page || is_in_the_middle(line) {
            script.interrupt();
        } else {
            script.words(line.words_span());
        }
    }
    script.into_sketch(Vec::new())
}

/// A heading or a page's number: far from the left, and without small letters.
fn is_in_the_middle(line: &Line<'_>) -> bool {
    let lead = line.words_span().start() - line.span.start();
    lead >= MIDDLE && !line.words().contains(char::is_lowercase)
}

/// The label of each line that has one.
fn labels<'a>(lines: &[Line<'a>]) -> impl Iterator<Item = Option<(&'a str, ByteSpan)>> {
    let mut ended = true;
    lines.iter().map(move |line| {
        let words = line.words();
        let begins = ended || line.text.starts_with("  ");
        ended = words.is_empty() || words.ends_with(['.', '?', '!', ':', ']', ')', '"', '”']);
        label(line).or_else(|| mixed(line).filter(|_| begins))
    })
}

/// `Senator Quill. Thank you.`: an office or an honorific, a name in small letters, a full stop, and a sentence.
fn mixed<'a>(line: &Line<'a>) -> Option<(&'a str, ByteSpan)> {
    let words = line.words();
    let first = words.split(' ').next()?;
    if !MIXED.contains(&first) {
        return None;
    }
    let mut at = 0;
    for (count, word) in words.split_inclusive(' ').take(MOST_WORDS).enumerate() {
        at += word.len();
        let bare = word.trim_end();
        let stem = bare.trim_end_matches('.');
        let is_office = MIXED
            .iter()
            .any(|office| office.trim_end_matches('.') == stem);
        let fits = stem.starts_with(char::is_uppercase)
            || ["of", "de", "van", "von", "der", "la"].contains(&stem);
        if !fits || !stem.chars().all(|c| c.is_alphabetic() || "-'’".contains(c)) {
            return None;
        }
        if count > 0 && bare.ends_with('.') && !is_office && stem.chars().count() > 1 {
            let rest = words.get(at..)?.trim_start();
            let begins = rest.starts_with(|c: char| c.is_uppercase() || "\"“[(".contains(c));
            let end = line.words_span().end();
            let name = words.get(..at)?.trim_end().trim_end_matches('.');
            return begins.then(|| (name, ByteSpan::new(end - rest.len(), end)));
        }
    }
    None
}

/// The name at the start of a line, and the words after it.
fn label<'a>(line: &Line<'a>) -> Option<(&'a str, ByteSpan)> {
    let words = line.words();
    let end = line.words_span().end();
    let office = OFFICES
        .iter()
        .find_map(|office| words.strip_prefix(office).map(|rest| (*office, rest)));
    if let Some((office, rest)) = office.filter(|(_, rest)| rest.starts_with(". ")) {
        let rest = rest.trim_start_matches('.').trim_start();
        return Some((
            words.get(..office.len())?,
            ByteSpan::new(end - rest.len(), end),
        ));
    }
    // A script without capitals has no name in them.
    if !words.starts_with(|c: char| c.is_uppercase() || c.is_lowercase()) {
        return None;
    }
    let mut at = 0;
    for word in words.split_inclusive(' ') {
        at += word.len();
        if at > LONGEST {
            return None;
        }
        let bare = word.trim_end();
        let stem = bare.trim_end_matches(['.', ':']);
        let letters = stem.chars().filter(|c| c.is_alphabetic()).count();
        let small = stem.chars().filter(|c| c.is_lowercase()).count();
        let is_before = BEFORE
            .iter()
            .any(|before| bare.eq_ignore_ascii_case(before));
        // `McCRANE` has one small letter or two.
        let capital = letters > 1
            && small <= 2
            && small * 2 < letters
            && stem
                .chars()
                .all(|c| c.is_alphabetic() || "-'’.".contains(c));
        let initial = letters == 1 && bare.ends_with('.') && bare.starts_with(char::is_uppercase);
        if capital && !is_before && bare.ends_with('.') && !initial {
            let rest = words.get(at..).unwrap_or_default().trim_start();
            let name = words.get(..at)?.trim_end().trim_end_matches('.');
            // A lone word in capitals is an abbreviation: `GDP. It rose`.
            return name
                .contains(' ')
                .then(|| (name, ByteSpan::new(end - rest.len(), end)));
        }
        // `Ms. VALE of Dunmorrow.` names the seat as well.
        if bare == "of" && words.get(..at).is_some_and(|before| before.contains(' ')) {
            let place = words.get(at..)?;
            let end_of_place = place.find(". ").filter(|end| *end + at <= LONGEST)?;
            let capitals = place
                .get(..end_of_place)?
                .split(' ')
                .all(|word| word.starts_with(char::is_uppercase));
            let rest = place.get(end_of_place + 2..)?.trim_start();
            let name = words.get(..at + end_of_place)?;
            return capitals.then(|| (name, ByteSpan::new(end - rest.len(), end)));
        }
        if !is_before && !capital && !initial {
            return None;
        }
    }
    None
}
