//! Analysts whose own words are wanted: `which analyst asked`, `what did the analysts from Larkspur ask`.
//!
//! In: a question's words, or a firm and people. Out: the words that ask for analysts, or the names of those of the firm.

use super::super::text::Word;
use super::called::norms;
use super::phrase::HELPERS;
use super::{AT_A_FIRM, BEFORE_A_NAME};
use crate::library::Person;
use std::ops::Range;

/// The analysts whose own words are wanted.
pub(in crate::question) struct Analysts {
    /// The words that say so.
    pub(in crate::question) place: Range<usize>,
    /// Whom they speak for, where that is said, and its place.
    pub(in crate::question) firm: Option<(String, Range<usize>)>,
}

/// `which analyst asked`, `what did the analysts from Larkspur ask`.
pub(in crate::question) fn analysts(words: &[Word<'_>]) -> Option<Analysts> {
    let at = words
        .iter()
        .position(|word| word.is_any(&["analyst", "analysts"]))?;
    let joined = words.get(at + 1).is_some_and(|word| word.is_any(AT_A_FIRM));
    let firm = words.get(at + 2..).unwrap_or_default();
    let length = firm.iter().take_while(|word| word.is_capital()).count();
    let firm = firm.get(..length).filter(|_| joined && length > 0);
    let behind = at + 1 + firm.map_or(0, |firm| firm.len() + 1);
    let near = words.get(behind).is_some_and(|next| {
        next.is_any(&[
            "ask", "asked", "asks", "asking", "question", "raise", "raised", "want",
        ])
    });
    let mut before = words.get(..at)?.iter().rev();
    let helped = before.next().is_some_and(|word| {
        word.is_any(HELPERS)
            || (word.is_any(BEFORE_A_NAME)
                && before.next().is_some_and(|word| word.is_any(HELPERS)))
    });
    let named = |firm: &[Word<'_>]| {
        let label: Vec<&str> = firm.iter().map(|word| word.text).collect();
        let (first, last) = (firm.first()?, firm.last()?);
        Some((label.join(" "), first.place.start..last.place.end))
    };
    (near || helped).then(|| {
        Some(Analysts {
            place: words.get(at)?.place.clone(),
            firm: firm.and_then(named),
        })
    })?
}

/// The analysts of a firm, by name.
pub(in crate::question) fn of_firm(firm: &str, people: &[Person]) -> Vec<String> {
    let asked = norms(firm);
    let is_of = |person: &&Person| {
        let own = person.affiliation.as_deref().map(norms);
        own.is_some_and(|own| asked.iter().all(|word| own.contains(word)))
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
