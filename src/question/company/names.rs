//! Companies by their names and tickers, as they are written.
//!
//! In: a question's words from one on. Out: the companies that they name, and how many words it takes. A word
//! that merely looks like a name names nothing.

use super::super::catalogue::{Catalogue, Name};
use super::super::text::Word;
use super::Mentioned;
use super::asked::speaks;
use super::known as well_known;
use super::lists::{EVERYDAY, LEGAL_FORMS, NO_TICKERS};
use crate::error::Result;
use crate::units::CallRow;

/// The companies that the words from `at` name, by the longest name that fits, and how many words it takes.
pub(super) fn named(
    words: &[Word<'_>],
    at: usize,
    known: &Catalogue,
    mentioned: Mentioned<'_>,
) -> Result<(Vec<usize>, usize)> {
    /// A beginning that more companies share names none of them.
    const MOST_SHARING: usize = 3;
    let none = Ok((Vec::new(), 0));
    let Some(word) = words.get(at) else {
        return none;
    };
    let Some(names) = known.names.get(&word.norm) else {
        return none;
    };
    let fits = |name: &&Name| {
        let said = words.get(at..at + name.words.len());
        said.is_some_and(|said| {
            is_said(said, &name.words) && said.iter().rev().skip(1).all(|word| !word.possessive)
        })
    };
    let longest = names.iter().filter(fits).map(|name| name.words.len()).max();
    let Some(length) = longest else { return none };
    let whole = names
        .iter()
        .any(|name| name.words.len() == length && name.whole && fits(&name));
    let mut companies: Vec<usize> = names
        .iter()
        .filter(|name| name.words.len() == length && fits(name) && (name.whole || !whole))
        .map(|name| name.company)
        .collect();
    companies.dedup();
    let is_one = length == 1;
    if companies.len() > MOST_SHARING
        || (is_one
            && !is_name(words, at, whole, mentioned)?
            && !is_short_name(words, at, known, &companies, mentioned)?)
    {
        return none;
    }
    Ok((companies, length))
}

/// Whether words are those of a name; the last of several may have lost its apostrophe: `Lark Mills margins`.
fn is_said(said: &[Word<'_>], name: &[String]) -> bool {
    let (Some((last, lead)), Some((own, name))) = (said.split_last(), name.split_last()) else {
        return false;
    };
    let bare = last.norm.strip_suffix('s').filter(|_| !lead.is_empty());
    lead.iter().map(|word| &word.norm).eq(name) && (last.norm == *own || bare == Some(own.as_str()))
}

/// The company whose one-word name somebody writes as two: `Saffron Bee` for `Saffronbee`.
pub(super) fn in_two(words: &[Word<'_>], at: usize, known: &Catalogue) -> Option<usize> {
    let (a, b) = (words.get(at)?, words.get(at + 1)?);
    let names = known.names.get(&format!("{}{}", a.norm, b.norm))?;
    let whole = names.iter().find(|name| name.whole)?;
    (a.is_capital() && b.is_capital() && !a.possessive && !a.comma).then_some(whole.company)
}

/// The company whose name of several words somebody writes as one: `LarkMills` for `Lark Mills`.
pub(super) fn in_one(word: &Word<'_>, known: &Catalogue) -> Option<usize> {
    let is_joined = |name: &&Name| {
        let mut rest = Some(word.norm.as_str());
        for part in &name.words {
            rest = rest.and_then(|rest| rest.strip_prefix(part.as_str()));
        }
        name.words.len() > 1 && rest == Some("")
    };
    let companies = known.names.values().flatten().filter(is_joined);
    // Of two that are written so the first one added, whatever the order of a map.
    companies.map(|name| name.company).min()
}

/// Whether a word in lower case stands for the one company whose longer name it begins: where it owns something, or hardly any
/// call of others ever says it.
fn is_short_name(
    words: &[Word<'_>],
    at: usize,
    known: &Catalogue,
    companies: &[usize],
    mentioned: Mentioned<'_>,
) -> Result<bool> {
    const SHORTEST: usize = 5;
    let ([company], Some(word)) = (companies, words.get(at)) else {
        return Ok(false);
    };
    if word.is_capital() || word.is_any(EVERYDAY) {
        return Ok(false);
    }
    // What many people know by that name is named by it in any case.
    if well_known::is_name(&word.norm) {
        return Ok(true);
    }
    let is_long = word.norm.len() >= SHORTEST;
    Ok(
        match said_by_others(&word.norm, *company, known, mentioned)? {
            _ if word.possessive && is_long => true,
            Others::Say => false,
            Others::HardlySay => is_long || word.norm.len() >= LEAST_LETTERS,
            Others::AreFew => is_long,
        },
    )
}

/// Letters of a ticker or a part of a name that is recognised in lower case.
const LEAST_LETTERS: usize = 3;

/// What the calls of other companies tell of a word.
enum Others {
    /// Some say it.
    Say,
    /// Hardly any says it.
    HardlySay,
    /// None says it, but they are too few to tell.
    AreFew,
}

/// Whether calls of others than a company say a word, by some of them.
fn said_by_others(
    word: &str,
    company: usize,
    known: &Catalogue,
    mentioned: Mentioned<'_>,
) -> Result<Others> {
    /// Calls that are looked at, one in how many of them may say it, and how many are enough to tell.
    const SAMPLE: usize = 40;
    const FEW: usize = 20;
    const ENOUGH: usize = 8;
    let others = known.calls.iter();
    let others = others.filter(|call| call.company != Some(company));
    let others: Vec<CallRow> = others.map(|call| call.row).collect();
    let asked = others.iter().step_by(others.len().div_ceil(SAMPLE).max(1));
    let (mut all, mut saying) = (0, 0);
    for call in asked {
        all += 1;
        saying += usize::from(mentioned(word, Some(&[*call]))?);
        if saying * FEW > SAMPLE {
            return Ok(Others::Say);
        }
    }
    Ok(match (saying * FEW <= all, all >= ENOUGH) {
        (false, _) => Others::Say,
        (true, true) => Others::HardlySay,
        (true, false) => Others::AreFew,
    })
}

/// Whether a single word stands there as a name, and as this one.
fn is_name(words: &[Word<'_>], at: usize, whole: bool, mentioned: Mentioned<'_>) -> Result<bool> {
    let Some(word) = words.get(at) else {
        return Ok(false);
    };
    // `Apple pie` may be no company; `Apple Q2 EPS` is one.
    let is_plain = !(word.first && word.is_any(EVERYDAY)) || speaks(words, at, at + 1);
    let capital = word.is_capital() && is_plain;
    let formed = words
        .get(at + 1)
        .is_some_and(|next| next.is_any(LEGAL_FORMS));
    let web = word.text.contains('.');
    if !(capital || formed || web || (whole && !word.is_any(EVERYDAY) && word.norm.len() > 2)) {
        return Ok(false);
    }
    // `Simon & Schuster`, `White Castle`: another name that shares a word with this one.
    let before = at.checked_sub(1).and_then(|at| words.get(at));
    let led = before.is_some_and(|before| {
        before.is_capital() && !before.first && !before.comma && !before.possessive && !whole
    });
    let behind = words
        .get(at + 1)
        .filter(|_| !word.possessive && !word.comma && !formed);
    // `Lark CFO` and `Lark EPS` are still Lark.
    let is_name = |behind: &&Word<'_>| {
        behind.is_capital()
            && !behind.is_any(LEGAL_FORMS)
            && (!behind.is_acronym() || word.is_acronym())
    };
    let other = match behind.filter(is_name) {
        Some(behind) if !whole || words.get(at + 2).is_some_and(|w| w.is_any(LEGAL_FORMS)) => {
            words
                .get(at + 2)
                .is_some_and(|word| word.is_any(LEGAL_FORMS))
                || !mentioned(&behind.norm, None)?
        }
        _ => false,
    };
    Ok(!led && !other)
}

/// The one company that letters in capitals are the initials of: `GLD` or `GLDI` for Glimmer Lake Dairies, Inc.
pub(super) fn by_initials(word: &Word<'_>, known: &Catalogue) -> Option<usize> {
    match known.initials.get(&word.norm).map(Vec::as_slice) {
        Some([company]) if word.is_acronym() => Some(*company),
        _ => None,
    }
}

/// A ticker in capitals, with its dollar sign, or as a name; in lower case only where hardly any call of others ever says the
/// word, or nobody at all.
pub(super) fn by_ticker(
    word: &Word<'_>,
    all_lower: bool,
    known: &Catalogue,
    mentioned: Mentioned<'_>,
) -> Result<Option<usize>> {
    let ticker = word.text.to_uppercase();
    let Some(company) = known.tickers.get(&ticker).copied() else {
        return Ok(None);
    };
    let is_plain = word.text == ticker && ticker.len() >= 2;
    let is_long = ticker.len() >= LEAST_LETTERS;
    // `Oxy`: where people call a company by its ticker they write it as a name.
    let as_name = is_long && word.is_capital() && (!word.first || word.possessive);
    if NO_TICKERS.contains(&ticker.as_str()) || !(is_plain || is_long) {
        return Ok(None);
    }
    let is_named = is_plain
        || as_name
        || match said_by_others(&word.norm, company, known, mentioned)? {
            Others::Say => false,
            Others::HardlySay => !word.is_any(EVERYDAY),
            Others::AreFew => all_lower && !mentioned(&word.norm, None)?,
        };
    Ok(is_named.then_some(company))
}
