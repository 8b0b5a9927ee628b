//! Companies by names that are misspelt.
//!
//! In: a question's words from one on. Out: the one company whose name is a slip away, where nobody says the
//! word as it stands.

use super::super::catalogue::{Catalogue, Name};
use super::super::text::Word;
use super::Mentioned;
use super::names::EVERYDAY;
use crate::error::Result;

/// The company whose single-word name a capitalised word misspells, and how many words name it; not a word that
/// anybody says.
pub(super) fn nearly(
    words: &[Word<'_>],
    at: usize,
    known: &Catalogue,
    mentioned: Mentioned<'_>,
) -> Result<Option<(usize, usize)>> {
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
    let close = |name: &&Name| {
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
        [only] if !mentioned(&word.norm)? => Ok(Some((*only, taken(words, at, known, *only)))),
        _ => Ok(None),
    }
}

/// How many words from `at` are the misspelt name and the rest of it: `Brambelforge Robotics`.
fn taken(words: &[Word<'_>], at: usize, known: &Catalogue, company: usize) -> usize {
    let rest_is_said = |name: &&Name| {
        let said = words.get(at + 1..at + name.words.len());
        said.is_some_and(|said| {
            said.iter()
                .map(|word| &word.norm)
                .eq(name.words.iter().skip(1))
        })
    };
    let near = |name: &&Name| {
        let lead = words.get(at).zip(name.words.first());
        lead.is_some_and(|(word, own)| distance(&word.norm, own, 2))
    };
    let own = known.names.values().flatten();
    let own = own.filter(|name| name.company == company);
    let lengths = own.filter(near).filter(rest_is_said);
    lengths.map(|name| name.words.len()).max().unwrap_or(1)
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
