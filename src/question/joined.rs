//! Words that one writes together and another apart, or in letters and in full, or that have two names: `lifecycle` and
//! `life cycle`, `EPS` and `earnings per share`, `buy back` and `repurchase`.
//!
//! In: the words to look for, and the calls to search. Out: the same, as these calls write them.

use super::terms::is_term;
use super::understand::Record;
use crate::error::Result;
use crate::units::CallRow;

/// Whether a phrase is said.
type Says<'a> = &'a dyn Fn(&str) -> Result<bool>;

/// Measures by their letters, and in full, and quarters. The first letters of other names are nobody's guess.
const IN_FULL: [(&str, &[&str]); 10] = [
    ("affo", &["adjusted", "funds", "operations"]),
    ("capex", &["capital", "expenditures"]),
    ("eps", &["earnings", "share"]),
    ("fcf", &["free", "cash", "flow"]),
    ("ffo", &["funds", "operations"]),
    ("noi", &["net", "operating", "income"]),
    ("q1", &["first"]),
    ("q2", &["second"]),
    ("q3", &["third"]),
    ("q4", &["fourth"]),
];

/// What buys shares back, as calls name it; the first where they do not speak of it at all.
const BUYS_BACK: [&str; 2] = ["repurchase", "buyback"];

/// The shortest part of a word that is taken apart.
const SHORTEST: usize = 3;

/// The terms, each as some passage of these calls writes it, where none writes it as asked.
///
/// # Errors
/// Those of the record.
pub(super) fn as_written(
    terms: &[String],
    calls: Option<&[CallRow]>,
    record: &dyn Record,
) -> Result<Vec<String>> {
    let says = |phrase: &str| record.mentions(phrase, calls);
    let mut written: Vec<String> = Vec::with_capacity(terms.len());
    let named = buyback(terms, &says)?;
    let mut rest = named.as_slice();
    while let Some((term, later)) = rest.split_first() {
        rest = later;
        if let Some((next, later)) = later.split_first()
            && is_together(term, next, &says)?
        {
            written.push(format!("{term}{next}"));
            rest = later;
        } else {
            written.extend(apart(term, &says)?);
        }
    }
    let mut seen = std::collections::HashSet::new();
    written.retain(|term| seen.insert(term.clone()));
    Ok(written)
}

/// A year as some passage of these calls writes it, where none writes it in full: `fiscal 25`.
///
/// # Errors
/// Those of the record.
pub(super) fn year_as_written(
    year: String,
    calls: Option<&[CallRow]>,
    record: &dyn Record,
) -> Result<String> {
    let digits = year.strip_prefix("20").filter(|_| year.len() == 4);
    let Some(digits) = digits.filter(|digits| digits.parse::<u8>().is_ok()) else {
        return Ok(year);
    };
    if record.mentions(&year, calls)? {
        return Ok(year);
    }
    for short in ["fy", "fiscal ", "fy "] {
        let short = format!("{short}{digits}");
        if record.mentions(&short, calls)? {
            return Ok(short);
        }
    }
    Ok(year)
}

/// Terms in which what buys shares back has the name that somebody says, the one that was asked for first. `Buy` and `back` apart say
/// nothing of it.
fn buyback(terms: &[String], says: Says<'_>) -> Result<Vec<String>> {
    let is_any = |term: &str, of: &[&str]| of.contains(&term);
    let buys = |term: &str| is_any(term, &["buy", "buys", "buying", "bought"]);
    let mut named = terms.to_vec();
    if let Some(at) = named.iter().position(|term| buys(term))
        && let Some(back) = named.iter().position(|term| term == "back")
        && (at + 1..=at + 2).contains(&back)
    {
        named.remove(back);
        if let Some(term) = named.get_mut(at) {
            BUYS_BACK[0].clone_into(term);
        }
    }
    for term in &mut named {
        let at = BUYS_BACK.iter().position(|name| term.starts_with(name));
        if let Some(at) = at
            && !says(term)?
        {
            let other = BUYS_BACK[1 - at];
            if says(other)? {
                other.clone_into(term);
            }
        }
    }
    Ok(named)
}

/// Whether two words are said as one and never side by side.
fn is_together(a: &str, b: &str, says: Says<'_>) -> Result<bool> {
    let is_long = a.len() >= SHORTEST && b.len() >= SHORTEST;
    Ok(is_long && says(&format!("{a}{b}"))? && !says(&format!("{a} {b}"))?)
}

/// A word that nobody says, as the two that somebody says side by side; letters in full.
fn apart(term: &str, says: Says<'_>) -> Result<Vec<String>> {
    let whole = || Ok(vec![term.to_owned()]);
    let is_word = term.chars().all(char::is_alphabetic);
    let in_full = IN_FULL.iter().find(|(letters, _)| *letters == term);
    let may_part = is_word && term.len() >= 2 * SHORTEST;
    if !(may_part || in_full.is_some()) || says(term)? {
        return whole();
    }
    if let Some((_, words)) = in_full {
        return Ok(words.iter().map(|word| (*word).to_owned()).collect());
    }
    for at in SHORTEST..=term.len() - SHORTEST {
        let Some((a, b)) = term.split_at_checked(at) else {
            continue;
        };
        let parts = [a, b].into_iter().filter(|part| is_term(part));
        let parts: Vec<String> = parts.map(str::to_owned).collect();
        if !parts.is_empty() && says(&format!("{a} {b}"))? {
            return Ok(parts);
        }
    }
    whole()
}
