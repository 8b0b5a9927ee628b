//! Records of public bodies: `CHAIR QUILL. Good afternoon.`, `Mr. CRANE. I yield.`
//!
//! A speaker is a name in capitals with an office or an honorific before it and a full stop after,
//! at the start of a line. Page heads and footnotes stand between.

use super::Section;
use super::furniture::furniture;
use super::lines::Line;
use super::names::key;
use super::people::named;
use super::script::{Script, Sketch};
use crate::units::ByteSpan;
use std::collections::HashMap;

/// The longest name with its office.
const LONGEST: usize = 60;

/// Words that stand before the name and are not in capitals.
const BEFORE: [&str; 14] = [
    "Mr.",
    "Ms.",
    "Mrs.",
    "Miss",
    "Dr.",
    "The",
    "Chair",
    "Chairman",
    "Chairwoman",
    "Senator",
    "Mx.",
    "Governor",
    "President",
    "Vice",
];

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
    let mut counts: HashMap<String, usize> = HashMap::new();
    let mut filled = 0;
    for line in lines.iter().filter(|line| !line.is_blank()) {
        filled += 1;
        if let Some((name, _)) = label(line) {
            *counts.entry(key(name)).or_default() += 1;
        }
    }
    let all: usize = counts.values().sum();
    all >= 3 && counts.len() >= 2 && all * 60 >= filled && counts.values().any(|count| *count > 1)
}

/// Reads such a record.
pub(super) fn read(lines: &[Line<'_>]) -> Sketch {
    let pages = furniture(lines);
    let first = lines
        .iter()
        .position(|line| label(line).is_some())
        .unwrap_or(0);
    let mut script = Script::new(Section::Other);
    for (line, is_page) in lines.iter().zip(&pages).skip(first) {
        if *is_page {
            script.interrupt();
        } else if let Some((name, words)) = label(line) {
            script.speaker(named(name));
            script.words(words);
        } else {
            script.words(line.words_span());
        }
    }
    script.into_sketch(Vec::new())
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
