//! Analysts whose own words are wanted: `which analyst asked`, `what did the analysts from Larkspur ask`.
//!
//! In: a question's words, or a firm and people. Out: the words that ask for analysts, or the names of those of the firm.

use super::super::text::{Word, is_question_word};
use super::called::norms;
use super::phrase::HELPERS;
use super::{AT_A_FIRM, BEFORE_A_NAME};
use crate::library::Person;
use crate::transcript::Kind;
use std::ops::Range;

/// The analysts whose own words are wanted.
pub(in crate::question) struct Analysts {
    /// The words that say so.
    pub(in crate::question) place: Range<usize>,
    /// Whom they speak for, where that is said, and its place.
    pub(in crate::question) firm: Option<(String, Range<usize>)>,
}

/// `which analyst asked`, `what did the analysts from Larkspur ask`, `Larkspur's analyst on margins`, `the Bank of Larks analyst`,
/// `anyone from Larkspur ask`.
pub(in crate::question) fn analysts(words: &[Word<'_>]) -> Option<Analysts> {
    let is_them = |word: &Word<'_>| word.is_any(&["analyst", "analysts"]);
    let is_anyone = |at: &usize| {
        let is = |word: &Word<'_>| word.is_any(&["anybody", "anyone", "somebody", "someone"]);
        words.get(*at).is_some_and(is) && firm_behind(words, *at).is_some()
    };
    let at = words.iter().position(is_them);
    let at = at.or_else(|| (0..words.len()).find(is_anyone))?;
    let behind = firm_behind(words, at);
    let firm = behind.clone().or_else(|| firm_before(words, at));
    let next = behind.map_or(at + 1, |firm| firm.end);
    let near = words.get(next).is_some_and(|next| {
        let asks = next.is_any(&[
            "ask", "asked", "asks", "asking", "question", "raise", "raised", "want",
        ]);
        // `analysts on margins` may be what is said about them.
        asks || (firm.is_some() && next.is_any(&["about", "on"]))
    });
    let mut before = words.get(..at)?.iter().rev();
    let helped = before.next().is_some_and(|word| {
        word.is_any(HELPERS)
            || (word.is_any(BEFORE_A_NAME)
                && before.next().is_some_and(|word| word.is_any(HELPERS)))
    });
    (near || helped).then(|| {
        Some(Analysts {
            place: words.get(at)?.place.clone(),
            firm: firm.and_then(|firm| named(words, firm)),
        })
    })?
}

/// The capitals behind `analyst from` at `at`.
fn firm_behind(words: &[Word<'_>], at: usize) -> Option<Range<usize>> {
    let joins = words.get(at + 1)?.is_any(AT_A_FIRM);
    let from = at + 2;
    let length = (from..words.len())
        .take_while(|place| is_in_name(words, *place, from))
        .count();
    (joins && length > 0).then_some(from..from + length)
}

/// The capitals before `analyst` at `at`, the last of which owns it, or which stand behind an article.
fn firm_before(words: &[Word<'_>], at: usize) -> Option<Range<usize>> {
    let is_asked = |place: usize| {
        let mut word = words.get(place).into_iter();
        word.any(|word| word.first && is_question_word(word))
    };
    let in_name = |place: &usize| is_in_name(words, *place, 0) && !is_asked(*place);
    let length = (0..at).rev().take_while(in_name).count();
    let from = at - length;
    let owns = words.get(at.checked_sub(1)?)?.possessive;
    let is_one = || {
        let before = from.checked_sub(1).and_then(|before| words.get(before));
        before.is_some_and(|before| before.is_any(&["a", "an", "the"]))
    };
    (length > 0 && (owns || is_one())).then_some(from..at)
}

/// Whether a word is a capital, or stands between two: `Bank of America`.
fn is_in_name(words: &[Word<'_>], place: usize, from: usize) -> bool {
    let is_capital = |at: usize| at >= from && words.get(at).is_some_and(Word::is_capital);
    let joins = |word: &Word<'_>| word.is_any(&["of", "and"]);
    let is_between = || {
        words.get(place).is_some_and(joins)
            && place.checked_sub(1).is_some_and(is_capital)
            && is_capital(place + 1)
    };
    is_capital(place) || is_between()
}

fn named(words: &[Word<'_>], firm: Range<usize>) -> Option<(String, Range<usize>)> {
    let firm = words.get(firm)?;
    let label: Vec<&str> = firm.iter().map(|word| word.text).collect();
    let (first, last) = (firm.first()?, firm.last()?);
    Some((label.join(" "), first.place.start..last.place.end))
}

/// Banks that go by two names, written as one word.
const ALIASES: &[[&str; 2]] = &[
    ["bankofamerica", "bofa"],
    ["bankofmontreal", "bmo"],
    ["citi", "citigroup"],
    ["goldmansachs", "goldman"],
    ["keybanc", "keybank"],
    ["royalbankofcanada", "rbc"],
    ["tdcowen", "cowen"],
];

/// The analysts of a firm, by name.
pub(in crate::question) fn of_firm(firm: &str, people: &[Person]) -> Vec<String> {
    let asked = norms(firm);
    let whole = asked.concat();
    let mut aliases = ALIASES
        .iter()
        .filter(|names| names.contains(&whole.as_str()));
    let aliases: &[&str] = aliases.next().map_or(&[], |names| names.as_slice());
    // `JP Morgan` is `J.P. Morgan` and `JPMorgan`.
    let is_firm = |own: Vec<String>| {
        let joined = own.concat();
        asked.iter().all(|word| own.contains(word))
            || joined.starts_with(&whole)
            || aliases.iter().any(|alias| joined.starts_with(alias))
    };
    let is_of = |person: &&Person| {
        let own = person.affiliation.as_deref().map(norms);
        own.is_some_and(is_firm) && person.kind != Kind::Executive
    };
    let mut names: Vec<String> = people
        .iter()
        .filter(is_of)
        .map(|person| person.name.clone())
        .collect();
    names.sort();
    names.dedup();
    names
}
