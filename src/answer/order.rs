//! The order of quotes: nothing twice, and everything that was asked about.

use super::Quote;
use crate::index::words;
use crate::transcript::{Metadata, is_anonymous, may_be_one};
use foldhash::fast::FixedState;
use std::cmp::Ordering;
use std::collections::HashSet;
use std::hash::BuildHasher;

/// Words in a row by which two texts are compared.
const ROW: usize = 3;
/// The share of the shorter text's rows that the other holds, from which both say the same.
const SAME: f32 = 0.6;
/// Shorter texts are the same only word for word.
const FEWEST_WORDS: usize = 8;

/// Of quotes that say the same, the best is kept, and the others become its other places: a call from two
/// vendors, a recap beside its transcript, a statement that its speaker repeats.
pub(super) fn group(quotes: &mut Vec<Quote>) {
    let mut kept: Vec<(Said, Quote)> = Vec::with_capacity(quotes.len());
    for quote in quotes.drain(..) {
        let said = Said::new(&quote.text);
        let same = kept
            .iter_mut()
            .find(|(other, first)| may_repeat(first, &quote) && said.repeats(other));
        match same {
            Some((_, first)) => first.also.push(quote),
            None => kept.push((said, quote)),
        }
    }
    quotes.extend(kept.into_iter().map(|(_, quote)| quote));
}

/// Whether one could stand for the other: words of different times, companies or people are different
/// statements, even when they are the same words; so are those that answer different parts of the question.
fn may_repeat(first: &Quote, other: &Quote) -> bool {
    let (a, b) = (&first.call.metadata, &other.call.metadata);
    let one_call = first.call.row == other.call.row;
    let speakers = (&first.turn.speaker, &other.turn.speaker);
    let may_be_one_person = || match speakers {
        _ if one_call => speakers.0 == speakers.1,
        (Some(a), Some(b)) => is_anonymous(a) || is_anonymous(b) || may_be_one(a, b),
        _ => true,
    };
    first.part == other.part
        // A question that takes up the answer's words is not the answer.
        && first.turn.kind == other.turn.kind
        && agree(a.period.as_ref(), b.period.as_ref())
        && (one_call || agree(a.date.as_ref(), b.date.as_ref()))
        && may_be_one_person()
        && (one_call || may_be_one_company(a, b))
}

/// Whether two calls may be of one company, as far as both say whose they are: by the ticker, or by the first word of the name, since
/// one source writes `Nimbus Anvil` and another `Nimbus Anvil, Inc.`
fn may_be_one_company(a: &Metadata, b: &Metadata) -> bool {
    if let Some((a, b)) = a.ticker.as_ref().zip(b.ticker.as_ref()) {
        return a.eq_ignore_ascii_case(b);
    }
    let first = |metadata: &Metadata| {
        let company = metadata.company.as_deref()?;
        words(company).into_iter().find(|word| word != "the")
    };
    agree(first(a).as_ref(), first(b).as_ref())
}

/// Whether two facts are the same as far as both are known.
fn agree<T: PartialEq>(a: Option<&T>, b: Option<&T>) -> bool {
    a.zip(b).is_none_or(|(a, b)| a == b)
}

/// What a text says, for comparing.
struct Said {
    words: Vec<String>,
    /// Hashes of its rows of words, sorted, each once.
    rows: Vec<u64>,
}

impl Said {
    fn new(text: &str) -> Self {
        let words = words(text);
        let state = FixedState::default();
        let hashed = |row: &[String]| state.hash_one(row);
        let mut rows: Vec<u64> = words.windows(ROW).map(hashed).collect();
        rows.sort_unstable();
        rows.dedup();
        Self { words, rows }
    }

    /// Whether this says what `other` does, with the same figures.
    fn repeats(&self, other: &Self) -> bool {
        if self.words == other.words {
            return true;
        }
        let fewest = self.rows.len().min(other.rows.len());
        let few = self.words.len().min(other.words.len()) < FEWEST_WORDS;
        !few && share(shared(&self.rows, &other.rows), fewest) >= SAME && self.has_figures_of(other)
    }

    /// Whether the figures of the shorter are all in the longer.
    fn has_figures_of(&self, other: &Self) -> bool {
        let (short, long) = if self.words.len() <= other.words.len() {
            (self, other)
        } else {
            (other, self)
        };
        let is_figure = |word: &&String| word.contains(|c: char| c.is_ascii_digit());
        let mut figures = short.words.iter().filter(is_figure);
        figures.all(|figure| long.words.contains(figure))
    }
}

/// How many numbers two rising rows of them share.
fn shared(mut a: &[u64], mut b: &[u64]) -> usize {
    let mut shared = 0;
    while let ([one, after @ ..], [other, after_other @ ..]) = (a, b) {
        match one.cmp(other) {
            Ordering::Less => a = after,
            Ordering::Greater => b = after_other,
            Ordering::Equal => {
                shared += 1;
                (a, b) = (after, after_other);
            }
        }
    }
    shared
}

fn share(part: usize, of: usize) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "counts of words of a quote")]
    let share = part as f32 / of.max(1) as f32;
    share
}

/// Where several things are asked about, the best quote of each goes before the second of any.
pub(super) fn cover(quotes: &mut Vec<Quote>, parts: usize) {
    if parts < 2 {
        return;
    }
    // Two parts may share a call, and so a passage; it counts for the one that it serves better.
    let mut passages = HashSet::new();
    quotes.retain(|quote| passages.insert((quote.call.row, quote.passage)));
    let mut taken = vec![0_usize; parts];
    let mut order: Vec<(usize, Quote)> = Vec::with_capacity(quotes.len());
    for quote in quotes.drain(..) {
        let round = taken.get_mut(quote.part).map_or(0, |taken| {
            *taken += 1;
            *taken
        });
        order.push((round, quote));
    }
    // A stable sort: within a round the better quote stays first.
    order.sort_by_key(|(round, _)| *round);
    quotes.extend(order.into_iter().map(|(_, quote)| quote));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(a: &str, b: &str) -> bool {
        Said::new(a).repeats(&Said::new(b))
    }

    #[test]
    fn the_same_words_from_another_vendor_are_a_repeat_and_other_figures_are_not() {
        let text = "Brambleforge built 20 robots a week in the second hall, and gears were short.";
        assert!(same(
            text,
            "Brambleforge built 20 robots a week in the second hall — and gears were short"
        ));
        assert!(!same(
            text,
            "Brambleforge built 30 robots a week in the second hall, and gears were short."
        ));
        assert!(!same(text, "Gears were short in the second hall."));
        assert!(same("Yes.", "yes"));
        assert!(!same("Yes, we do.", "Yes, we did."));
    }

    #[test]
    fn names_of_one_company_are_told_from_those_of_two() {
        let of = |company: &str, ticker: Option<&str>| Metadata {
            company: Some(company.to_owned()),
            ticker: ticker.map(str::to_owned),
            ..Metadata::default()
        };
        let one = |a: &Metadata, b: &Metadata| may_be_one_company(a, b);
        let anvil = of("Nimbus Anvil", None);
        assert!(one(
            &anvil,
            &of("The Nimbus Anvil Corporation", Some("NMBA"))
        ));
        assert!(one(&anvil, &Metadata::default()));
        assert!(!one(&anvil, &of("Quillmark plc", None)));
        assert!(!one(
            &of("Vale Mining", Some("VLM")),
            &of("Vale Copper", Some("VLC"))
        ));
    }
}
