//! What a question asks about and nothing that was searched ever says.
//!
//! In: a question, where it was looked for, and what was found. Out: which of its words are missing there, who else says
//! them, and by how much the question comes nearer to what was found when they are left out of it. A word that is only
//! another for what is said there brings it nearer; one for what is not spoken of leads away from everything.

use super::Evidence;
use super::elsewhere::{Elsewhere, Sought};
use crate::embed::Embedder;
use crate::error::Result;
use crate::index::{Index, is_pair, words};
use crate::library::Scope;
use crate::question::{Names, Question};

/// Words that name what something is compared with, at most.
const COMPARED_WITH: usize = 3;
/// Candidates of each part that the shorter question is compared with.
const COMPARED: usize = 10;

/// Marks the terms that none of the scopes holds; what something is compared with need not be said there.
///
/// # Errors
/// Those of the library.
pub(super) fn mark(
    evidence: &mut Evidence,
    index: &Index<'_>,
    (question, scopes): (&Question, &[Scope]),
) -> Result<()> {
    let held = evidence.held(|_| true);
    let said = evidence.held(|turn| evidence.scope.allows(turn));
    let proper = evidence.terms.proper();
    let compared = compared(&question.text);
    let narrows = scopes.iter().any(Scope::narrows);
    let terms = &evidence.terms;
    let mut marked = terms.terms.clone();
    for (at, (term, (held, said))) in marked
        .iter_mut()
        .zip(held.into_iter().zip(said))
        .enumerate()
    {
        let sought = Sought::term(terms, at);
        let is_somewhere = |scopes: &[Scope]| Ok(sought.any(index, scopes)?.is_some());
        // What only one passage holds may still be no candidate.
        // A pair of letters may stand across two words: nobody need write it.
        // Nor need anybody say the name of somebody who speaks.
        let is_chance = is_pair(&term.word) || question.understood.spoken_by.contains(&term.word);
        let is_held = is_chance
            || if term.is_name {
                said || is_somewhere(scopes)?
            } else {
                held || is_held(index, scopes, &term.stem)?
            };
        let is_said = is_chance || said || (is_held && (!narrows || is_somewhere(scopes)?));
        term.is_unheard &= !is_chance;
        term.is_proper = proper.get(at) == Some(&true);
        term.is_compared = compared.contains(&term.word);
        term.is_missing = !term.is_compared && !is_held;
        term.is_unheard |= term.is_name && !is_held && !is_somewhere(&[Scope::default()])?;
        // What something is compared with need not be said there, but somewhere.
        term.is_unsaid = !is_said && (!term.is_compared || term.is_unheard);
    }
    evidence.terms.terms = marked;
    shorten(evidence, index, (&question.names, scopes))
}

/// A name may be said by its first word alone: then the others are not missing.
fn shorten(
    evidence: &mut Evidence,
    index: &Index<'_>,
    (names, scopes): (&Names, &[Scope]),
) -> Result<()> {
    for row in &names.rows {
        let terms = &evidence.terms.terms;
        let at = |word: &String| terms.iter().position(|term| term.word == *word);
        let Some((first, others)) = row.split_first() else {
            continue;
        };
        let lacking = others.iter().filter_map(at);
        let lacking = lacking.filter(|at| terms.get(*at).is_some_and(|term| term.is_missing));
        let lacking: Vec<usize> = lacking.collect();
        let (false, Some(first)) = (lacking.is_empty(), at(first)) else {
            continue;
        };
        let sought = Sought::name(&evidence.terms, first);
        if sought.any(index, scopes)?.is_none() {
            continue;
        }
        for at in lacking {
            if let Some(term) = evidence.terms.terms.get_mut(at) {
                (term.is_missing, term.is_unheard, term.idf) = (false, false, 0.0);
                term.is_unsaid = false;
            }
        }
    }
    Ok(())
}

/// Who says the missing words in the same calls, where only some speakers or a part of them were searched.
///
/// # Errors
/// Those of the library.
pub(super) fn said_by_others(
    evidence: &Evidence,
    index: &Index<'_>,
    scopes: &[Scope],
) -> Result<Vec<Elsewhere>> {
    if !scopes.iter().any(Scope::narrows) {
        return Ok(Vec::new());
    }
    let whole = |scope: &Scope| Scope {
        calls: scope.calls.clone(),
        ..Scope::default()
    };
    let whole: Vec<Scope> = scopes.iter().map(whole).collect();
    let mut found = Vec::new();
    for (at, term) in evidence.terms.terms.iter().enumerate() {
        if term.is_unsaid {
            found.extend(Sought::term(&evidence.terms, at).any(index, &whole)?);
        }
    }
    Ok(found)
}

/// The words after `than` and its like: what something is compared with.
fn compared(text: &str) -> Vec<String> {
    let words = words(text);
    let mut compared = Vec::new();
    for (at, pair) in words.windows(2).enumerate() {
        let [first, second] = pair else { continue };
        let skipped = match (first.as_str(), second.as_str()) {
            ("compare" | "compares" | "compared", "to" | "with") => 2,
            ("than" | "versus" | "vs" | "unlike", _) => 1,
            _ => continue,
        };
        compared.extend(words.iter().skip(at + skipped).take(COMPARED_WITH).cloned());
    }
    compared
}

fn is_held(index: &Index<'_>, scopes: &[Scope], stem: &str) -> Result<bool> {
    for scope in scopes {
        if index.holds(stem, scope)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// By how much the nearest sentence comes nearer, as a cosine, when missing words are left out of the question; 0 where none
/// is missing, or nothing but such words was asked.
///
/// # Errors
/// Those of the library.
pub(super) fn nearer_without(
    evidence: &Evidence,
    index: &Index<'_>,
    embedder: &Embedder,
    question: &Question,
) -> Result<f32> {
    let missing = evidence.terms.missing();
    let is_left = |typed: &&str| !words(typed).iter().any(|word| missing.contains(word));
    let left: Vec<&str> = question.text.split_whitespace().filter(is_left).collect();
    if missing.is_empty() || words(&left.join(" ")).is_empty() {
        return Ok(0.0);
    }
    let vector = embedder.embed_question(&left.join(" "))?;
    let (mut with, mut without) = (0.0_f32, 0.0_f32);
    for of_part in evidence.candidates.chunk_by(|a, b| a.part == b.part) {
        for candidate in of_part.iter().take(COMPARED) {
            with = candidate.sentences.iter().copied().fold(with, f32::max);
            let cosines = index
                .library()
                .sentence_cosines(candidate.passage.id, &vector)?;
            without = cosines.into_iter().fold(without, f32::max);
        }
    }
    Ok((without - with).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_something_is_compared_with_is_told_from_what_is_asked() {
        assert_eq!(
            compared("why does Nimbus grow slower than Anvil"),
            ["anvil"]
        );
        assert_eq!(
            compared("how does the robot compare with Anvil's new one in price"),
            ["anvil", "new", "one"]
        );
        assert_eq!(compared("when does Nimbus launch its airline"), [""; 0]);
    }
}
