//! Companies that a question names and the library lacks.
//!
//! In: a question's words, and the places of it that are understood already. Out: names. A company is known to be
//! absent by its legal form, where a question says something of it and no passage ever mentions it, or where many people
//! know its name and it is asked for its own words or figures.

use super::super::catalogue::Catalogue;
use super::super::text::{Word, is_everybody, is_question_word};
use super::Mentioned;
use super::asked::{is_asked_about, is_listed, is_subject, says, speaks};
use super::known;
use super::lists::{EVERYDAY, LEGAL_FORMS};
use crate::error::Result;
use std::ops::Range;

/// A company that a question names and the library lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::question) struct Absent {
    pub(in crate::question) name: String,
    pub(in crate::question) place: Range<usize>,
    /// Whether it stands beside others that are asked about, by its legal form.
    pub(in crate::question) is_listed: bool,
    /// Whether it can be nothing but a company, by its legal form or because many people know it.
    pub(in crate::question) is_certain: bool,
    pub(in crate::question) kind: Kind,
}

/// What is absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::question) enum Kind {
    /// A company.
    Company,
    /// Two names that are to speak: a company or a person.
    Somebody,
    /// A name that is to speak and does not, but of which others speak.
    Mentioned,
}

impl Absent {
    fn new(name: &[Word<'_>], is_listed: bool, (kind, is_certain): (Kind, bool)) -> Option<Self> {
        let words: Vec<&str> = name.iter().map(|word| word.text).collect();
        let own = if has_own_ending(name) { "'s" } else { "" };
        Some(Self {
            name: words.join(" ") + own,
            place: name.first()?.place.start..name.last()?.place.end,
            is_listed,
            is_certain,
            kind,
        })
    }
}

/// Companies that the words name and the library lacks; `taken` are the places already understood, `named` those of
/// companies that are there.
pub(in crate::question) fn absent(
    words: &[Word<'_>],
    (taken, named): (&[Range<usize>], &[Range<usize>]),
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
        if let Some(end) = well_known_end(words, at, &free) {
            found.extend(unheld(words, (at..end, named), known, mentioned)?);
            at = end;
            continue;
        }
        let end = name_end(words, at, &free);
        let name = words.get(at..end).unwrap_or_default();
        let formed = name.last().is_some_and(|last| is_form(last));
        let core = name.len() - name.iter().rev().take_while(|word| is_form(word)).count();
        let is_nobody = matches!(name, [word] if is_everybody(word));
        let is_word = |word: &Word<'_>| word.norm.len() >= 2;
        let tells = core > 0 && name.iter().take(core).any(is_word) && !is_nobody;
        if tells {
            let phrase: Vec<&str> = name.iter().take(core).map(|word| word.text).collect();
            let phrase = phrase.join(" ");
            let spoken = mentioned(&phrase, None)?;
            let asked = formed || is_asked_about(words, at, end);
            let certain = formed && known.is_complete;
            let says = !formed && says(words, at, end);
            if asked && (certain || !spoken) {
                let is_listed = certain && is_listed(words, at..end, named);
                let is_somebody = says && name.len() > 1;
                let kind = [Kind::Company, Kind::Somebody][usize::from(is_somebody)];
                found.extend(Absent::new(name, is_listed, (kind, formed)));
            } else if says && known.is_complete {
                found.extend(Absent::new(name, false, (Kind::Mentioned, false)));
            }
        }
        at = end.max(at + 1);
    }
    Ok(found)
}

/// One past the words from `at` that are the name or the ticker of a company that many people know.
fn well_known_end(
    words: &[Word<'_>],
    at: usize,
    free: &dyn Fn(&Word<'_>) -> bool,
) -> Option<usize> {
    let length = well_known(words, at);
    let name = words.get(at..at + length)?;
    if length == 0 || !name.iter().all(free) {
        return None;
    }
    let forms = words.get(at + length..).unwrap_or_default();
    Some(at + length + forms.iter().take_while(|word| is_form(word)).count())
}

/// How many words from `at` are the name or the ticker of a company that many people know; 0 where none are.
pub(in crate::question) fn well_known(words: &[Word<'_>], at: usize) -> usize {
    let Some(word) = words.get(at) else { return 0 };
    if word.is_acronym() && known::is_ticker(&word.norm.to_uppercase()) {
        return 1;
    }
    let is_said = |length: &usize| {
        let Some(name) = words.get(at..at + length) else {
            return false;
        };
        let written: String = name.iter().map(|word| word.norm.as_str()).collect();
        let is_plain =
            name.len() > 1 || !word.is_any(EVERYDAY) || (word.is_capital() && !word.first);
        let mut lead = name.iter().rev().skip(1);
        (known::is_name(&written) || has_own_ending(name))
            && lead.all(|word| !word.possessive && !word.comma)
            && (is_plain || speaks(words, at, at + length))
    };
    (1..=known::LONGEST).rev().find(is_said).unwrap_or(0)
}

/// Whether the ending that shows an owner belongs to the name, as in `Lowe's`.
fn has_own_ending(name: &[Word<'_>]) -> bool {
    let written: String = name.iter().map(|word| word.norm.as_str()).collect();
    let is_owner = name.last().is_some_and(|last| last.possessive);
    is_owner && !known::is_name(&written) && known::is_name(&(written + "s"))
}

/// A company that many people know, where the library cannot mean anything else by its name than that there is no call of it.
/// Whom nobody mentions and nothing is asked of stays a word to look for.
fn unheld(
    words: &[Word<'_>],
    (place, named): (Range<usize>, &[Range<usize>]),
    known: &Catalogue,
    mentioned: Mentioned<'_>,
) -> Result<Option<Absent>> {
    let name = words.get(place.clone()).unwrap_or_default();
    let core = name.len() - name.iter().rev().take_while(|word| is_form(word)).count();
    let phrase: Vec<&str> = name.iter().take(core).map(|word| word.text).collect();
    let is_listed = !named.is_empty() && is_listed(words, place.clone(), named);
    // Whom the calls mention, as a customer or a rival, can be asked about.
    let is_asked = core < name.len() || is_listed || speaks(words, place.start, place.end);
    let is_meant = is_asked || is_subject(words, place.start, place.end);
    let is_absent = (known.is_complete && is_asked)
        || (!known.companies.is_empty()
            && is_meant
            // Without its ending the name may be any word: `low` is a form of `Lowe`.
            && (has_own_ending(name) || !mentioned(&phrase.join(" "), None)?));
    Ok(Absent::new(name, is_listed, (Kind::Company, true)).filter(|_| is_absent))
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
