//! Companies that a question names and the library lacks.
//!
//! In: a question's words, and the places of it that are understood already. Out: names. A company is known to be
//! absent only by its legal form, or where a question says something of it and no passage ever mentions it.

use super::super::catalogue::Catalogue;
use super::super::text::{Word, is_question_word};
use super::Mentioned;
use super::lists::LEGAL_FORMS;
use crate::error::Result;
use std::ops::Range;

/// A company that a question names and the library lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::question) struct Absent {
    pub(in crate::question) name: String,
    pub(in crate::question) place: Range<usize>,
    /// Whether it stands beside others that are asked about, by its legal form.
    pub(in crate::question) is_listed: bool,
}

/// What a company does in a question; the word before it or behind it tells that it is asked about.
const DOES: &[&str] = &[
    "achieve",
    "announce",
    "buy",
    "earn",
    "experience",
    "expect",
    "generate",
    "give",
    "grow",
    "guide",
    "have",
    "increase",
    "launch",
    "lose",
    "make",
    "mention",
    "open",
    "pay",
    "plan",
    "post",
    "raise",
    "record",
    "report",
    "return",
    "say",
    "see",
    "sell",
    "spend",
    "talk",
    "think",
];

/// Companies that the words name and the library lacks; `taken` are the places already understood.
pub(in crate::question) fn absent(
    words: &[Word<'_>],
    taken: &[Range<usize>],
    known: &Catalogue,
    mentioned: Mentioned<'_>,
) -> Result<Vec<Absent>> {
    let mut found: Vec<Absent> = Vec::new();
    let free = |word: &Word<'_>| {
        taken
            .iter()
            .all(|place| word.place.end <= place.start || place.end <= word.place.start)
    };
    let mut at = 0;
    while at < words.len() {
        let end = name_end(words, at, &free);
        let name = words.get(at..end).unwrap_or_default();
        let formed = name.last().is_some_and(|last| is_form(last));
        let core = name.len() - name.iter().rev().take_while(|word| is_form(word)).count();
        let tells = core > 0 && name.iter().take(core).any(|word| word.norm.len() >= 2);
        if tells {
            let phrase: Vec<&str> = name.iter().take(core).map(|word| word.text).collect();
            let phrase = phrase.join(" ");
            let spoken = mentioned(&phrase)?;
            let asked = formed || is_asked_about(words, at, end);
            let certain = formed && known.is_complete;
            if asked && (certain || !spoken) {
                let (Some(first), Some(last)) = (name.first(), name.last()) else {
                    break;
                };
                found.push(Absent {
                    name: name
                        .iter()
                        .map(|word| word.text)
                        .collect::<Vec<_>>()
                        .join(" "),
                    place: first.place.start..last.place.end,
                    is_listed: certain && is_listed(words, at),
                });
            }
        }
        at = end.max(at + 1);
    }
    Ok(found)
}

fn is_form(word: &Word<'_>) -> bool {
    word.is_any(LEGAL_FORMS) && (word.is_capital() || word.norm == "plc")
}

/// One past a run of capitalised words that could be a company's name; `at` where there is none.
fn name_end(words: &[Word<'_>], at: usize, free: &dyn Fn(&Word<'_>) -> bool) -> usize {
    let begins = words.get(at).is_some_and(|word| {
        word.is_capital() && free(word) && !(word.first && is_question_word(word)) && !is_form(word)
    });
    if !begins {
        return at;
    }
    let mut end = at + 1;
    while let (Some(before), Some(word)) = (words.get(end - 1), words.get(end)) {
        let form = is_form(word);
        let small = word.is_any(&["of", "and", "for"])
            && words
                .get(end + 1)
                .is_some_and(|next| next.is_capital() && free(next))
            && has_form(words, end + 1);
        let stops = before.possessive || (before.comma && !form) || !free(word);
        if stops || !(word.is_capital() || form || small) {
            break;
        }
        end += 1;
    }
    end
}

/// Whether a legal form ends the run of capitals that goes on from here.
fn has_form(words: &[Word<'_>], from: usize) -> bool {
    let rest = words.get(from..).unwrap_or_default();
    let run = rest.iter().take_while(|word| word.is_capital());
    let mut before_comma = true;
    run.into_iter().any(|word| {
        let form = before_comma && is_form(word);
        before_comma &= !word.comma || form;
        form
    }) || rest.windows(2).take(4).any(|pair| match pair {
        [a, b] => a.is_capital() && a.comma && is_form(b),
        _ => false,
    })
}

/// Whether a name stands in a list or a comparison, as `Lark against Wren Ltd`; not in what one says of the other.
fn is_listed(words: &[Word<'_>], at: usize) -> bool {
    let before = words.get(..at).unwrap_or_default();
    // `at Lark or at Wren Ltd`.
    let before = match before.split_last() {
        Some((last, rest)) if last.is_any(&["at", "for", "of"]) => rest,
        _ => before,
    };
    let says = |word: &Word<'_>| word.is_any(&["say", "said", "says", "think", "about"]);
    let compares = |word: &Word<'_>| word.is_any(&["compare", "compares", "compared"]);
    before.last().is_some_and(|last| {
        let joins = &["against", "among", "and", "between", "or", "versus", "vs"];
        last.comma
            || last.is_any(joins)
            || (last.is_any(&["to", "with"]) && before.iter().any(compares))
    }) && !before.iter().any(says)
}

/// Whether something is asked of the name: it owns something, or does something.
fn is_asked_about(words: &[Word<'_>], at: usize, end: usize) -> bool {
    let owns = words.get(end - 1).is_some_and(|last| last.possessive);
    let does = words.get(end).is_some_and(|next| next.is_any(DOES));
    let before = at.checked_sub(1).and_then(|at| words.get(at));
    let helped =
        before.is_some_and(|word| word.is_any(&["did", "does", "has", "had", "will", "do"]));
    owns || (helped && does)
}
