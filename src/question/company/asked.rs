//! What a question asks of a name: whether it is to speak, to give its figures, or is one of several.
//!
//! In: a question's words, and where a name lies among them. Out: yes or no.

use super::super::text::{Word, is_everybody, is_question_word};
use super::super::wants::is_said_in_figures;
use std::ops::Range;

/// What a company does in a question; the word before it or behind it tells that it is asked about.
#[rustfmt::skip]
const DOES: &[&str] = &[
    "achieve", "announce", "buy", "earn", "experience", "expect", "generate", "give", "grow", "guide", "have",
    "increase", "launch", "lose", "make", "mention", "open", "pay", "plan", "post", "raise", "record", "report",
    "return", "say", "see", "sell", "spend", "talk", "think",
];

/// What a company does with words and figures of its own.
const SAYS: &[&str] = &[
    "achieve", "comment", "do", "earn", "expect", "forecast", "generate", "grow", "guide",
    "mention", "perform", "post", "report", "say", "talk", "think",
];

/// What only somebody does who speaks.
const SPEAKS: &[&str] = &["comment", "mention", "say", "talk", "think"];

/// What is a company's own, besides figures.
#[rustfmt::skip]
const OWN: &[&str] = &[
    "call", "calls", "ceo", "cfo", "comments", "earnings", "forecast", "guidance", "management", "outlook", "plans",
    "quarter", "remarks", "results", "strategy", "view", "views",
];

const HELPERS: &[&str] = &["did", "do", "does", "had", "has", "will"];

/// Words from a name to what is its own.
const NEAR: usize = 4;

/// Whether a name stands in a list or a comparison, as `Lark against Wren Ltd`; not in what one says of the other.
/// `taken` are the places of names that are there.
pub(super) fn is_listed(words: &[Word<'_>], place: Range<usize>, taken: &[Range<usize>]) -> bool {
    let joins = &["against", "among", "and", "between", "or", "versus", "vs"];
    let before = words.get(..place.start).unwrap_or_default();
    let says = |word: &Word<'_>| word.is_any(&["say", "said", "says", "think", "about"]);
    if before.iter().any(says) {
        return false;
    }
    // `Wren and Lark`.
    let behind = words.get(place.end - 1..).unwrap_or_default();
    let is_taken = |word: &Word<'_>| taken.iter().any(|place| place.contains(&word.place.start));
    let leads = match behind {
        [last, next, ..] if last.comma => is_taken(next),
        [_, join, next, ..] => join.is_any(joins) && is_taken(next),
        _ => false,
    };
    // `at Lark or at Wren Ltd`.
    let before = match before.split_last() {
        Some((last, rest)) if last.is_any(&["at", "for", "of"]) => rest,
        _ => before,
    };
    let compares = |word: &Word<'_>| word.is_any(&["compare", "compares", "compared"]);
    leads
        || before.last().is_some_and(|last| {
            last.comma
                || last.is_any(joins)
                || (last.is_any(&["to", "with"]) && before.iter().any(compares))
        })
}

/// Whether something is asked of the name: it owns something, or does something.
pub(super) fn is_asked_about(words: &[Word<'_>], at: usize, end: usize) -> bool {
    let owns = words.get(end - 1).is_some_and(|last| last.possessive);
    let does = words.get(end).is_some_and(|next| next.is_any(DOES));
    let before = at.checked_sub(1).and_then(|at| words.get(at));
    let helped = before.is_some_and(|word| word.is_any(HELPERS));
    owns || (helped && does)
}

/// Whether a name is what a question is about: it begins it, or stands behind its first verb (`Is Lark profitable`, `why
/// did Lark`), or something is asked of it.
pub(super) fn is_subject(words: &[Word<'_>], at: usize, end: usize) -> bool {
    const VERBS: &[&str] = &[
        "are", "can", "did", "do", "does", "had", "has", "have", "is", "was", "were", "will",
    ];
    let lead = words.get(..at).unwrap_or_default();
    let begins = match lead {
        [] => true,
        [verb] => verb.is_any(VERBS),
        [asks, verb] => is_question_word(asks) && verb.is_any(VERBS),
        _ => false,
    };
    begins || is_asked_about(words, at, end)
}

/// Whether a name is asked for its words: `did Lark say`, not `did Management say`.
pub(super) fn says(words: &[Word<'_>], at: usize, end: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| words.get(at));
    let helped = before.is_some_and(|word| word.is_any(HELPERS));
    let named = words.get(at..end).unwrap_or_default();
    helped
        && !named.iter().any(is_everybody)
        && words.get(end).is_some_and(|next| next.is_any(SPEAKS))
}

/// Whether a name is asked for its own words or figures: `did Lark say`, `Lark EPS`, `the outlook of Lark`, `according to
/// Lark`.
pub(super) fn speaks(words: &[Word<'_>], at: usize, end: usize) -> bool {
    let before = |back: usize| at.checked_sub(back).and_then(|at| words.get(at));
    let next = words.get(end);
    let helped = before(1).is_some_and(|word| word.is_any(HELPERS));
    let says = helped && next.is_some_and(|word| word.is_any(SAYS));
    let told = before(1).is_some_and(|to| to.norm == "to")
        && before(2).is_some_and(|word| word.norm == "according");
    let ends = next.is_none_or(|word| word.is_any(&["during", "for", "in", "last", "this"]));
    let of = ends && before(1).is_some_and(|word| word.is_any(&["at", "by", "for", "of"]));
    owns_figures(words, end) || says || told || (of && (2..2 + NEAR).filter_map(before).any(is_own))
}

/// Whether what stands behind a name is its own: `Lark's gross margin`, `Lark Q2 results`.
fn owns_figures(words: &[Word<'_>], end: usize) -> bool {
    const STOPS: &[&str] = &[
        "and", "are", "did", "do", "does", "for", "from", "in", "is", "of", "on", "to", "was",
        "were", "with",
    ];
    let behind = words.get(end..).unwrap_or_default().iter().take(NEAR);
    let mut near = behind.take_while(|word| !word.is_any(STOPS));
    near.any(is_own)
}

fn is_own(word: &Word<'_>) -> bool {
    word.is_any(OWN) || is_said_in_figures(&word.norm)
}
