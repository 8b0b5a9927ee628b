//! Each of several things that were asked about: covered by quotes, or named as missing.
//!
//! In: all that could be quoted, in the order of the answer, and how much of it is shown. Out: a line for each
//! part. Nothing for a question about one thing.

use super::confidence::judge;
use super::{Quote, Status};
use crate::question::Question;
use crate::retrieve::Evidence;
use serde::Serialize;

/// One of the companies or periods asked about, and what there is on it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PartFound {
    /// Which.
    pub part: String,
    /// What its own quotes are, were it asked about alone.
    pub status: Status,
    /// The ranks of its quotes in the answer, from 1.
    pub quotes: Vec<usize>,
}

pub(super) fn found(
    question: &Question,
    quotes: &[Quote],
    shown: usize,
    evidence: &Evidence,
) -> Vec<PartFound> {
    let parts = &question.understood.parts;
    if parts.len() < 2 {
        return Vec::new();
    }
    let found = parts.iter().enumerate().map(|(at, part)| {
        let own: Vec<&Quote> = quotes.iter().filter(|quote| quote.part == at).collect();
        let ranks = (1..).zip(quotes.iter().take(shown));
        let ranks = ranks.filter(|(_, quote)| quote.part == at);
        PartFound {
            part: part.label.clone(),
            status: judge(question, &own, evidence).1,
            quotes: ranks.map(|(rank, _)| rank).collect(),
        }
    });
    found.collect()
}
