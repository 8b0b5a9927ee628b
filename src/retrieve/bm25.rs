//! BM25 with constants of our own, over passages that the word index brought.
//!
//! In: the question's terms and the words of a passage and its header. Out: a score. The index's own
//! BM25 is fixed at k1 1.2 and b 0.75, and cannot see that words stand side by side.
//!
//! **Source**: Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework", §3.1 and §3.6
//! (fields are summed before the frequency saturates).

use super::terms::Terms;

const K1: f32 = 0.9;
const B: f32 = 0.4;
/// What the header counts next to the body.
const HEADER: f32 = 0.25;
/// What two neighbouring terms count side by side, next to a term.
const PAIR: f32 = 1.0;

/// The words of a passage.
pub(super) struct Words {
    pub(super) body: String,
    pub(super) header: String,
}

/// How much each passage shares with the terms, in their order.
pub(super) fn score(terms: &Terms, passages: &[Words]) -> Vec<f32> {
    let counted: Vec<Counted> = passages
        .iter()
        .map(|words| Counted::new(terms, words))
        .collect();
    let all: usize = counted.iter().map(|counted| counted.length).sum();
    let average = number(all) / number(counted.len().max(1));
    let score = |counted: &Counted| {
        let norm = 1.0 - B + B * number(counted.length) / average.max(1.0);
        let weigh =
            |frequency: f32, idf: f32| idf * frequency * (K1 + 1.0) / (frequency + K1 * norm);
        let mut score = 0.0;
        for (at, term) in terms.terms.iter().enumerate() {
            let of = |counts: &[u16]| counts.get(at).copied().map_or(0.0, f32::from);
            score += weigh(of(&counted.body) + HEADER * of(&counted.header), term.idf);
            if let Some(next) = terms.terms.get(at + 1) {
                score += PAIR * weigh(of(&counted.pairs), term.idf.midpoint(next.idf));
            }
        }
        score
    };
    counted.iter().map(score).collect()
}

/// How often a passage holds each term, and each two neighbouring terms side by side.
struct Counted {
    body: Vec<u16>,
    header: Vec<u16>,
    pairs: Vec<u16>,
    length: usize,
}

impl Counted {
    fn new(terms: &Terms, words: &Words) -> Self {
        let of_none = || vec![0_u16; terms.terms.len()];
        let (mut body, mut header, mut pairs) = (of_none(), of_none(), of_none());
        let said = terms.sequence(&words.body);
        let length = said.len();
        let mut before: [Option<usize>; 2] = [None, None];
        for term in said {
            if let Some(term) = term {
                add(&mut body, term);
                // Side by side, or with one word between.
                if before.contains(&term.checked_sub(1)) && term > 0 {
                    add(&mut pairs, term - 1);
                }
            }
            before = [term, before[0]];
        }
        for term in terms.sequence(&words.header).into_iter().flatten() {
            add(&mut header, term);
        }
        Self {
            body,
            header,
            pairs,
            length,
        }
    }
}

fn add(counts: &mut [u16], at: usize) {
    if let Some(count) = counts.get_mut(at) {
        *count = count.saturating_add(1);
    }
}

fn number(count: usize) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "counts of words")]
    let number = count as f32;
    number
}
