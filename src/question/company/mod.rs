//! Whose calls a question is about: companies that the library holds, and those it does not.
//!
//! In: a question's words and the catalogue. Out: the companies named, each with the words that name
//! it, and the names of companies of which there is no call.

mod absent;
mod asked;
mod known;
mod lists;
mod names;
mod spelling;
mod tickers;

pub(super) use absent::{Absent, Kind as AbsentKind, absent, well_known};
pub(super) use lists::{LEGAL_FORMS, is_generic};
pub(super) use tickers::{names_of, tickers_of};

use super::catalogue::Catalogue;
use super::text::Word;
use crate::error::Result;
use crate::units::CallRow;
use names::{by_initials, by_ticker, in_one, in_two, named};
use spelling::nearly;
use std::ops::Range;

/// Whether the record, or these calls of it, mention a phrase at all.
pub(super) type Mentioned<'a> = &'a dyn Fn(&str, Option<&[CallRow]>) -> Result<bool>;

/// A company that a question names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) company: usize,
    pub(super) place: Range<usize>,
    /// As typed, where it was taken for a misspelling.
    pub(super) misspelt: Option<String>,
}

/// The companies of the library that the words name, in their order, each once.
pub(super) fn held(
    words: &[Word<'_>],
    known: &Catalogue,
    mentioned: Mentioned<'_>,
) -> Result<Vec<Held>> {
    let mut found: Vec<Held> = Vec::new();
    let all_lower = !words.iter().any(|word| word.is_capital() && !word.first);
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let (mut companies, mut length) = named(words, at, known, mentioned)?;
        let mut misspelt = None;
        if length == 0 {
            if let Some(company) = by_ticker(word, all_lower, known, mentioned)? {
                (companies, length) = (vec![company], 1);
            } else if let Some(company) = by_initials(word, known).or_else(|| in_one(word, known)) {
                (companies, length) = (vec![company], 1);
            } else if let Some(company) = in_two(words, at, known) {
                (companies, length) = (vec![company], 2);
            } else if let Some(near) = nearly(words, at, known, mentioned)? {
                (companies, length) = (vec![near.company], near.length);
                misspelt = Some(near.typed.to_owned());
            }
        }
        let end = forms_behind(words, at + length.max(1));
        if let (true, Some(last)) = (length > 0, words.get(end - 1)) {
            for company in companies {
                found.push(Held {
                    company,
                    place: word.place.start..last.place.end,
                    misspelt: misspelt.clone(),
                });
            }
        }
        at = if length > 0 { end } else { at + 1 };
    }
    Ok(subjects(words, found))
}

/// One past the legal forms that follow a name.
fn forms_behind(words: &[Word<'_>], mut at: usize) -> usize {
    while words.get(at).is_some_and(|word| word.is_any(LEGAL_FORMS))
        && words.get(at - 1).is_some_and(|before| !before.possessive)
    {
        at += 1;
    }
    at
}

/// Each company once; in `what does A say about B`, only A.
fn subjects(words: &[Word<'_>], mut found: Vec<Held>) -> Vec<Held> {
    let says = words.iter().position(|word| {
        word.is_any(&[
            "say", "said", "says", "think", "thinks", "mention", "mentions",
        ])
    });
    let about = says.and_then(|says| {
        let rest = words.get(says..)?;
        rest.iter()
            .find(|word| word.is_any(&["about", "of", "regarding", "on"]))
    });
    if let (Some(says), Some(about)) = (says.and_then(|says| words.get(says)), about)
        && found.iter().any(|held| held.place.end <= says.place.start)
    {
        found.retain(|held| held.place.start < about.place.start);
    }
    let mut seen = Vec::new();
    found.retain(|held| {
        let new = !seen.contains(&held.company);
        seen.push(held.company);
        new
    });
    found
}
