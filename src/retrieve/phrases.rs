//! What a question puts between quotation marks: it is looked for as it stands, before all else.
//!
//! In: phrases, and where to look. Out: the passages that say them, and the ranked passages with these first.

use super::Evidence;
use super::fuse::{Member, Ranked};
use crate::error::Result;
use crate::index::{Index, words};
use crate::library::Scope;
use crate::question::Question;
use crate::units::PassageId;

/// Passages that say a phrase, at most.
const MOST: usize = 200;

/// What saying the phrases is worth: more than all else together.
const SAID: f32 = 1.0;

/// The passages of a scope that say each of the phrases that any says there; by id. None without phrases.
///
/// # Errors
/// Those of the library.
pub(super) fn saying(
    index: &Index<'_>,
    question: &Question,
    scope: &Scope,
) -> Result<Vec<PassageId>> {
    let mut all: Option<Vec<PassageId>> = None;
    for phrase in &question.quoted {
        let said = index.saying(phrase, scope, MOST)?;
        all = match all {
            _ if said.is_empty() => all,
            None => Some(said),
            Some(mut all) => {
                all.retain(|passage| said.contains(passage));
                Some(all)
            }
        };
    }
    Ok(all.unwrap_or_default())
}

/// Whether a text holds the words of a phrase, one after the other.
pub fn says(text: &str, phrase: &str) -> bool {
    let (text, phrase) = (words(text), words(phrase));
    !phrase.is_empty() && text.windows(phrase.len()).any(|some| some == phrase)
}

/// The phrases that none of those who were searched says. Passages may be of several people: where only some are searched, it is
/// told by the sentence.
///
/// # Errors
/// Those of the library.
pub(super) fn unsaid(
    evidence: &Evidence,
    index: &Index<'_>,
    (question, scopes): (&Question, &[Scope]),
) -> Result<Vec<String>> {
    let narrows = scopes.iter().any(Scope::narrows);
    let mut unsaid = Vec::new();
    for phrase in &question.quoted {
        let mut is_said = false;
        for scope in scopes {
            is_said |= index.mentions(phrase, scope)?;
        }
        is_said &= !narrows || evidence.says(phrase);
        if !is_said {
            unsaid.push(phrase.clone());
        }
    }
    Ok(unsaid)
}

impl Evidence {
    /// Whether a sentence of a candidate says a phrase, of somebody who was searched.
    fn says(&self, phrase: &str) -> bool {
        self.candidates.iter().any(|candidate| {
            let Some(source) = self.texts.get(&candidate.passage.call) else {
                return false;
            };
            let mut sentences = candidate.passage.sentences.iter();
            sentences.any(|sentence| {
                let stored = source.turn(sentence.turn);
                stored.is_some_and(|stored| self.scope.allows(&stored.turn))
                    && says(&source.heard(sentence.span), phrase)
            })
        })
    }
}

/// Adds the passages that say the phrases where neither meaning nor words brought them.
pub(super) fn add(pool: &mut Vec<Member>, saying: &[PassageId]) {
    for passage in saying {
        if !pool.iter().any(|member| member.passage == *passage) {
            pool.push(Member {
                passage: *passage,
                dense: None,
                lexical: None,
                sentences: Vec::new(),
            });
        }
    }
}

/// Puts those that say the phrases first, in the order that they have.
pub(super) fn lift(ranked: &mut [Ranked], saying: &[PassageId]) {
    for ranked in &mut *ranked {
        if saying.contains(&ranked.passage) {
            ranked.score += SAID;
        }
    }
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score));
}
