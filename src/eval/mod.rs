//! How well questions with known answers are answered.
//!
//! In: questions with gold spans, and the checked answers to them. Out: per question what was hit and
//! how early, and over all of them figures with 95 % intervals. Pure; it asks nothing and prints
//! nothing.

mod figures;

pub use figures::{Bin, Compared, Figure, Summary, compare, summarise};

use crate::answer::Status;
use crate::quote::{CheckedAnswer, CheckedQuote};
use crate::units::ByteSpan;
use serde::{Deserialize, Serialize};

/// Words that answer a question: a file by its name, and a span of its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Gold {
    /// The source file's own name.
    pub file: String,
    /// The words' place in it.
    pub span: ByteSpan,
}

/// A question whose answer is known.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its name, for comparing two runs.
    pub id: String,
    /// Whether nothing on record answers it.
    pub unanswerable: bool,
    /// What answers it.
    pub gold: Vec<Gold>,
}

/// A question, asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scored {
    /// The question's id.
    pub id: String,
    /// As asked.
    pub question: String,
    /// Whether nothing on record answers it.
    pub unanswerable: bool,
    /// What the program said.
    pub status: Status,
    /// How sure it was.
    pub confidence: f32,
    /// The rank of the first quote that hits, from 1.
    pub hit: Option<usize>,
    /// For each gold, the rank of the first passage that holds it, from 1.
    pub gold: Vec<GoldRank>,
}

/// A gold span, and how early it came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GoldRank {
    /// The words.
    #[serde(flatten)]
    pub gold: Gold,
    /// The rank among the passages of the answer, from 1.
    pub rank: Option<usize>,
}

/// Scores an answer. Only what is shown as an answer counts: nearest misses do not.
pub fn score(known: &Known, answer: &CheckedAnswer) -> Scored {
    let is_hit = |quote: &CheckedQuote| {
        let gold = known.gold.iter();
        gold.into_iter()
            .any(|gold| is_in(gold, quote) && hits(in_file(quote, quote.quote.span), gold.span))
    };
    // A quote stands for its other places too.
    let hit = answer
        .quotes
        .iter()
        .position(|quote| is_hit(quote) || quote.also.iter().any(is_hit));
    let passages = passages(&answer.quotes);
    let gold = known.gold.iter().map(|gold| {
        let one = |quote: &CheckedQuote| {
            is_in(gold, quote) && hits(in_file(quote, quote.quote.passage), gold.span)
        };
        let holds = |quote: &&CheckedQuote| one(quote) || quote.also.iter().any(one);
        GoldRank {
            gold: gold.clone(),
            rank: passages.iter().position(holds).map(|at| at + 1),
        }
    });
    Scored {
        id: known.id.clone(),
        question: answer.question.text.clone(),
        unanswerable: known.unanswerable,
        status: answer.status,
        confidence: answer.confidence,
        hit: hit.map(|at| at + 1),
        gold: gold.collect(),
    }
}

/// The quotes with each passage once, at its first.
fn passages(quotes: &[CheckedQuote]) -> Vec<&CheckedQuote> {
    let mut passages: Vec<&CheckedQuote> = Vec::new();
    for quote in quotes {
        let place = |quote: &CheckedQuote| (quote.quote.call.row, quote.quote.passage);
        if passages.iter().all(|other| place(other) != place(quote)) {
            passages.push(quote);
        }
    }
    passages
}

fn is_in(gold: &Gold, quote: &CheckedQuote) -> bool {
    quote.quote.call.file_name() == gold.file
}

fn in_file(quote: &CheckedQuote, span: ByteSpan) -> ByteSpan {
    quote.quote.call.place.in_file(span)
}

/// Whether words at `span` hit a gold span: they cover at least half of it, or lie inside it.
pub fn hits(span: ByteSpan, gold: ByteSpan) -> bool {
    let shared = span
        .end()
        .min(gold.end())
        .saturating_sub(span.start().max(gold.start()));
    !span.is_empty() && (gold.contains(span) || (shared > 0 && 2 * shared >= gold.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_gold_or_a_part_of_it_is_a_hit() {
        let gold = ByteSpan::new(100, 200);
        assert!(hits(ByteSpan::new(50, 150), gold));
        assert!(!hits(ByteSpan::new(50, 149), gold));
        assert!(hits(ByteSpan::new(110, 120), gold));
        assert!(hits(ByteSpan::new(0, 500), gold));
        assert!(!hits(ByteSpan::new(200, 300), gold));
        assert!(!hits(ByteSpan::new(120, 120), gold));
    }
}
