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

/// `which analyst asked`, `what did the analysts from Larkspur ask`, `Larkspur's analyst on margins`.
pub(in crate::question) fn analysts(words: &[Word<'_>]) -> Option<Analysts> {
    let is_them = |word: &Word<'_>| word.is_any(&["analyst", "analysts"]);
    let at = words.iter().position(is_them)?;
    let behind = firm_behind(words, at);
    let firm = behind.clone().or_else(|| owner(words, at));
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
    let firm = words.get(at + 2..)?.iter();
    let length = firm.take_while(|word| word.is_capital()).count();
    (joins && length > 0).then_some(at + 2..at + 2 + length)
}

/// The capitals before `analyst` at `at`, the last of which owns it.
fn owner(words: &[Word<'_>], at: usize) -> Option<Range<usize>> {
    let before = words.get(..at)?;
    let is_name = |word: &&Word<'_>| word.is_capital() && !(word.first && is_question_word(word));
    let length = before.iter().rev().take_while(is_name).count();
    let owns = before.last()?.possessive;
    (owns && length > 0).then_some(at - length..at)
}

fn named(words: &[Word<'_>], firm: Range<usize>) -> Option<(String, Range<usize>)> {
    let firm = words.get(firm)?;
    let label: Vec<&str> = firm.iter().map(|word| word.text).collect();
    let (first, last) = (firm.first()?, firm.last()?);
    Some((label.join(" "), first.place.start..last.place.end))
}

/// The analysts of a firm, by name.
pub(in crate::question) fn of_firm(firm: &str, people: &[Person]) -> Vec<String> {
    let asked = norms(firm);
    // `JP Morgan` is `J.P. Morgan` and `JPMorgan`.
    let is_of = |person: &&Person| {
        let own = person.affiliation.as_deref().map(norms);
        own.is_some_and(|own| {
            asked.iter().all(|word| own.contains(word)) || own.concat().starts_with(&asked.concat())
        }) && person.kind != Kind::Executive
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
