//! Whose calls a question is about: companies that the library holds, and those it does not.
//!
//! In: a question's words and the catalogue. Out: the companies named, each with the words that name
//! it, and the names of companies of which there is no call. A word that merely looks like a name
//! names nothing: a company is known to be absent only by its legal form, or where a question says
//! something of it and no passage ever mentions it.

use super::catalogue::{Catalogue, LEGAL_FORMS, NO_TICKERS};
use super::text::Word;
use crate::error::Result;
use std::ops::Range;

/// Whether the record mentions a phrase at all.
pub(super) type Mentioned<'a> = &'a dyn Fn(&str) -> Result<bool>;

/// A company that a question names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) company: usize,
    pub(super) place: Range<usize>,
    /// As typed, where it was taken for a misspelling.
    pub(super) misspelt: Option<String>,
}

/// A company that a question names and the library lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Absent {
    pub(super) name: String,
    pub(super) place: Range<usize>,
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
/// Company names that are also words of every day: alone in lower case they name nothing.
const EVERYDAY: &[&str] = &[
    "allegiant",
    "ally",
    "amber",
    "apple",
    "ball",
    "block",
    "box",
    "bumble",
    "capri",
    "carnival",
    "chase",
    "coach",
    "compass",
    "delta",
    "dominion",
    "dover",
    "eagle",
    "etsy",
    "fastly",
    "gap",
    "genius",
    "hershey",
    "humana",
    "insulet",
    "intuit",
    "kroger",
    "lemonade",
    "linde",
    "loews",
    "masco",
    "match",
    "meta",
    "nice",
    "notion",
    "nova",
    "oracle",
    "peloton",
    "progressive",
    "prudential",
    "root",
    "science",
    "shell",
    "snap",
    "snowflake",
    "sprout",
    "square",
    "stride",
    "sunrun",
    "target",
    "toast",
    "trade",
    "unity",
    "upstart",
    "visa",
    "wish",
    "zoom",
];

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
        let (companies, length) = match named(words, at, known, mentioned)? {
            (companies, 0) => by_ticker(word, all_lower, known, mentioned)?
                .map_or((companies, 0), |company| (vec![company], 1)),
            named => named,
        };
        let mut misspelt = None;
        let (companies, length) = if length == 0 {
            let close = nearly(words, at, known, mentioned)?;
            misspelt = close.map(|_| word.text.to_owned());
            close.map_or((companies, 0), |company| (vec![company], 1))
        } else {
            (companies, length)
        };
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

/// The companies that the words from `at` name, by the longest name that fits, and how many words it takes.
fn named(
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
    let fits = |name: &&super::catalogue::Name| {
        let said = words.get(at..at + name.words.len());
        said.is_some_and(|said| {
            said.iter().map(|word| &word.norm).eq(&name.words)
                && said.iter().rev().skip(1).all(|word| !word.possessive)
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
    if companies.len() > MOST_SHARING || (length == 1 && !is_name(words, at, whole, mentioned)?) {
        return none;
    }
    Ok((companies, length))
}

/// Whether a single word stands there as a name, and as this one.
fn is_name(words: &[Word<'_>], at: usize, whole: bool, mentioned: Mentioned<'_>) -> Result<bool> {
    let Some(word) = words.get(at) else {
        return Ok(false);
    };
    let capital = word.is_capital() && !(word.first && word.is_any(EVERYDAY));
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
    let other = match behind.filter(|behind| behind.is_capital() && !behind.is_any(LEGAL_FORMS)) {
        Some(behind) if !whole || words.get(at + 2).is_some_and(|w| w.is_any(LEGAL_FORMS)) => {
            words
                .get(at + 2)
                .is_some_and(|word| word.is_any(LEGAL_FORMS))
                || !mentioned(&behind.norm)?
        }
        _ => false,
    };
    Ok(!led && !other)
}

/// A ticker in capitals or with its dollar sign; in lower case only where nobody ever says the word.
fn by_ticker(
    word: &Word<'_>,
    all_lower: bool,
    known: &Catalogue,
    mentioned: Mentioned<'_>,
) -> Result<Option<usize>> {
    let ticker = word.text.to_uppercase();
    let Some(company) = known.tickers.get(&ticker) else {
        return Ok(None);
    };
    let plain = word.text == ticker && ticker.len() >= 2 && !NO_TICKERS.contains(&ticker.as_str());
    let lower = all_lower && ticker.len() >= 3 && !NO_TICKERS.contains(&ticker.as_str());
    Ok((plain || (lower && !mentioned(&word.norm)?)).then_some(*company))
}

/// The company whose single-word name a capitalised word misspells; not a word that anybody says.
fn nearly(
    words: &[Word<'_>],
    at: usize,
    known: &Catalogue,
    mentioned: Mentioned<'_>,
) -> Result<Option<usize>> {
    const SHORTEST: usize = 5;
    let Some(word) = words
        .get(at)
        .filter(|word| word.is_capital() || word.possessive)
    else {
        return Ok(None);
    };
    if word.norm.len() < SHORTEST || word.is_any(EVERYDAY) {
        return Ok(None);
    }
    let close = |name: &&super::catalogue::Name| {
        let [only] = name.words.as_slice() else {
            return false;
        };
        let most = if only.len() >= 9 { 2 } else { 1 };
        only.len() >= SHORTEST && distance(&word.norm, only, most)
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
        [only] if !mentioned(&word.norm)? => Ok(Some(*only)),
        _ => Ok(None),
    }
}

/// Whether two words are no more than `most` letters apart: one too many, one missing, one other, or
/// two neighbours exchanged.
///
/// **Source**: the optimal string alignment distance, Boytsov 2011, "Indexing methods for approximate
/// dictionary searching", §2.2.
fn distance(a: &str, b: &str, most: usize) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > most || a.first() != b.first() {
        return false;
    }
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for (i, from) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, to) in b.iter().enumerate() {
            let cell = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX - 1);
            let above = rows.last().map_or(&[][..], Vec::as_slice);
            let mut cost = (cell(above, j) + usize::from(from != to))
                .min(cell(above, j + 1) + 1)
                .min(cell(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(to) && b.get(j - 1) == Some(from);
            if let (true, Some(before)) = (swapped, rows.get(i.wrapping_sub(1))) {
                cost = cost.min(cell(before, j - 1) + 1);
            }
            row.push(cost);
        }
        rows.push(row);
    }
    rows.last()
        .and_then(|row| row.last())
        .is_some_and(|cost| *cost <= most)
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

/// Companies that the words name and the library lacks; `taken` are the places already understood.
pub(super) fn absent(
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

pub(super) fn is_question_word(word: &Word<'_>) -> bool {
    word.is_any(&[
        "a",
        "an",
        "and",
        "any",
        "are",
        "at",
        "can",
        "compare",
        "could",
        "describe",
        "did",
        "do",
        "does",
        "during",
        "explain",
        "find",
        "for",
        "from",
        "give",
        "had",
        "has",
        "have",
        "how",
        "if",
        "in",
        "is",
        "list",
        "on",
        "please",
        "quote",
        "show",
        "since",
        "summarise",
        "summarize",
        "tell",
        "the",
        "was",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "whose",
        "why",
        "will",
        "with",
        "would",
    ])
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_a_letter_is_near_and_another_word_is_not() {
        assert!(distance("skechers", "sketchers", 1));
        assert!(distance("brambelforge", "brambleforge", 2));
        assert!(!distance("lark", "park", 1));
        assert!(!distance("glimmer", "glitter", 1));
    }
}
