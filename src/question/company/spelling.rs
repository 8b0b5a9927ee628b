//! Companies by names that are misspelt.
//!
//! In: a question's words from one on. Out: the one company whose name is a slip away, where nobody says the
//! word as it stands.

use super::super::catalogue::{Catalogue, Name};
use super::super::slip::{is_close, is_slip};
use super::super::text::Word;
use super::Mentioned;
use super::lists::EVERYDAY;
use crate::error::Result;

/// A company that words nearly name.
pub(super) struct Near<'a> {
    pub(super) company: usize,
    /// How many words name it.
    pub(super) length: usize,
    /// The word that is a slip, as typed.
    pub(super) typed: &'a str,
}

/// The company that the words from `at` misspell; not where anybody says the word as it stands.
pub(super) fn nearly<'a>(
    words: &[Word<'a>],
    at: usize,
    known: &Catalogue,
    mentioned: Mentioned<'_>,
) -> Result<Option<Near<'a>>> {
    let near = match in_several(words, at, known) {
        None => in_one(words, at, known),
        near => near,
    };
    match near {
        Some(near) if !mentioned(near.typed, None)? => Ok(Some(near)),
        _ => Ok(None),
    }
}

/// `Home Deopt`: one word of a longer name is a slip, and the others are as they should be, whatever their case.
fn in_several<'a>(words: &[Word<'a>], at: usize, known: &Catalogue) -> Option<Near<'a>> {
    let near = |name: &Name| {
        let said = words.get(at..at + name.words.len())?;
        let mut off = said.iter().zip(&name.words);
        let mut off = off.by_ref().filter(|(word, own)| word.norm != **own);
        let (word, own) = off.next()?;
        let is_one = name.words.len() > 1 && off.next().is_none();
        (is_one && is_slip(&word.norm, own)).then_some(Near {
            company: name.company,
            length: name.words.len(),
            typed: word.text,
        })
    };
    let found: Vec<Near<'_>> = known.names.values().flatten().filter_map(near).collect();
    let length = found.iter().map(|near| near.length).max()?;
    let mut longest = found.into_iter().filter(|near| near.length == length);
    let first = longest.next()?;
    longest
        .all(|other| other.company == first.company)
        .then_some(first)
}

/// The company whose single-word name a word misspells that is capitalised, owns something, or is long.
fn in_one<'a>(words: &[Word<'a>], at: usize, known: &Catalogue) -> Option<Near<'a>> {
    /// Letters of a word in lower case that is no other word's slip, where nobody says it.
    const LONG: usize = 7;
    let may_name = |word: &&Word<'_>| {
        (word.is_capital() || word.possessive || word.norm.len() >= LONG) && !word.is_any(EVERYDAY)
    };
    let word = words.get(at).filter(may_name)?;
    let close = |name: &&Name| match name.words.as_slice() {
        [only] => is_slip(&word.norm, only),
        _ => false,
    };
    let mut companies: Vec<usize> = known
        .names
        .values()
        .flatten()
        .filter(close)
        .map(|name| name.company)
        .collect();
    companies.sort_unstable();
    companies.dedup();
    match companies.as_slice() {
        [only] => Some(Near {
            company: *only,
            length: taken(words, at, known, *only),
            typed: word.text,
        }),
        _ => None,
    }
}

/// How many words from `at` are the misspelt name and the rest of it: `Brambelforge Robotics`.
fn taken(words: &[Word<'_>], at: usize, known: &Catalogue, company: usize) -> usize {
    let rest_is_said = |name: &&Name| {
        let said = words.get(at + 1..at + name.words.len());
        said.is_some_and(|said| {
            said.iter()
                .map(|word| &word.norm)
                .eq(name.words.iter().skip(1))
        })
    };
    let near = |name: &&Name| {
        let lead = words.get(at).zip(name.words.first());
        lead.is_some_and(|(word, own)| is_close(&word.norm, own, 2))
    };
    let own = known.names.values().flatten();
    let own = own.filter(|name| name.company == company);
    let lengths = own.filter(near).filter(rest_is_said);
    lengths.map(|name| name.words.len()).max().unwrap_or(1)
}
