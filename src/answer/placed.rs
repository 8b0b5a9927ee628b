//! Where a passage stood that somebody expected in an answer, and why it is not shown.
//!
//! In: the passage, all that could be quoted, and what was searched. Out: [`Placed`]. Pure.

use super::Quote;
use crate::library::{Scope, StoredPassage};
use crate::retrieve::{CallText, Evidence};
use crate::transcript::Kind;
use crate::units::ByteSpan;
use serde::Serialize;

/// What became of a passage.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Placed {
    /// It is quoted.
    Shown {
        /// The quote's rank.
        rank: usize,
    },
    /// It is another place of a quote that says the same.
    Repeats {
        /// The quote's rank.
        rank: usize,
    },
    /// It came after what is shown.
    Later {
        /// Where it would stand.
        rank: usize,
        /// Of how many.
        of: usize,
        /// What it is worth, and what the last one shown is.
        worth: [f32; 2],
    },
    /// Its words and meaning were too far off for its sentences to be looked at.
    Behind {
        /// Its rank among the passages that were weighed.
        rank: usize,
        /// How many were.
        of: usize,
    },
    /// None of its sentences may be quoted alone or together: headings, or words of others.
    Unquotable,
    /// It is neither among the nearest nor among those that share most words.
    Far,
    /// Its call was not searched.
    OtherCall,
    /// Its speakers or its part of the call were left out by a filter.
    Filtered,
    /// The operator's words are searched only when the operator is asked for.
    Operator,
    /// No passage holds these words: they are no speech, or a heading.
    NoPassage,
}

/// A passage that was asked about by its citation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AskedAbout {
    /// As it was asked.
    pub citation: String,
    /// What became of it.
    #[serde(flatten)]
    pub placed: Placed,
}

/// Where the passage of a call that holds `cited` stood; `shown` quotes of `quotes` are shown.
pub fn placed(
    (source, passages, cited): (&CallText, &[StoredPassage], ByteSpan),
    (quotes, shown): (&[Quote], usize),
    scopes: &[Scope],
    evidence: &Evidence,
) -> Placed {
    let row = source.call.row;
    let of_call = |quote: &Quote| quote.call.row == row && quote.passage.overlaps(cited);
    let exact = |quote: &Quote| quote.call.row == row && quote.span.overlaps(cited);
    // A passage that two parts share may be quoted for either.
    let found = quotes.iter().position(exact);
    if let Some(at) = found.or_else(|| quotes.iter().position(of_call)) {
        let worth = |at: usize| quotes.get(at).map_or(0.0, |quote| quote.score.total);
        return if at < shown {
            Placed::Shown { rank: at + 1 }
        } else {
            Placed::Later {
                rank: at + 1,
                of: quotes.len(),
                worth: [worth(at), worth(shown.saturating_sub(1))],
            }
        };
    }
    if let Some(at) = quotes
        .iter()
        .position(|quote| quote.also.iter().any(of_call))
    {
        return Placed::Repeats { rank: at + 1 };
    }
    let holds = |passage: &&StoredPassage| {
        let mut sentences = passage.sentences.iter();
        sentences.any(|sentence| sentence.span.overlaps(cited))
    };
    let Some(passage) = passages.iter().find(holds) else {
        return Placed::NoPassage;
    };
    unquoted(passage, source, scopes, evidence)
}

/// Why a passage became no quote.
fn unquoted(
    passage: &StoredPassage,
    source: &CallText,
    scopes: &[Scope],
    evidence: &Evidence,
) -> Placed {
    let searched = |scope: &&Scope| {
        let calls = scope.calls.as_ref();
        calls.is_none_or(|calls| calls.contains(&passage.call))
    };
    let scopes: Vec<&Scope> = scopes.iter().filter(searched).collect();
    if scopes.is_empty() || evidence.calls_searched == 0 {
        return Placed::OtherCall;
    }
    let allowed = |scope: &&&Scope| {
        let mut turns = passage
            .sentences
            .iter()
            .filter_map(|sentence| source.turn(sentence.turn));
        turns.any(|stored| {
            let turn = &stored.turn;
            scope.allows_turn(turn.speaker.as_deref(), turn.kind, turn.section)
        })
    };
    let of = evidence.candidates.len() + evidence.beyond.len();
    if scopes.iter().find(allowed).is_none() {
        Placed::Filtered
    } else if passage.kind == Kind::Operator
        && scopes
            .iter()
            .all(|scope| scope.role != Some(Kind::Operator))
    {
        Placed::Operator
    } else if let Some(beyond) = evidence
        .beyond
        .iter()
        .find(|beyond| beyond.passage == passage.id)
    {
        Placed::Behind {
            rank: beyond.rank,
            of,
        }
    } else if evidence
        .candidates
        .iter()
        .any(|candidate| candidate.passage.id == passage.id)
    {
        Placed::Unquotable
    } else {
        Placed::Far
    }
}
