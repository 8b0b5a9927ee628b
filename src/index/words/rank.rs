//! The passages that share most with a question's words.
//!
//! In: terms with their weights. Out: passages by BM25, and by which terms stand side by side. All
//! matches count, but what cannot come among the best is not looked at: once enough are found, a term
//! whose weight cannot lift a passage among them no longer brings any, it only adds to those of others.
//!
//! **Source**: Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework", §3.1 and §3.6
//! (fields are summed before the frequency saturates); Turtle and Flood 1995, "Query evaluation:
//! strategies and optimizations" (max score).

use super::row::{Forms, Row, small, weight};
use crate::index::blocks::Checked;
use crate::index::passages::Allowed;
use crate::index::segment::Segment;
use crate::index::{Broken, Searched, Weighted, WordHit};
use crate::units::PassageId;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

const B: f32 = 0.4;
/// What two neighbouring terms count side by side, next to a term.
const PAIR: f32 = 1.0;

/// The best passages so far, over one segment after the other, in the order of their ids.
pub(in crate::index) struct Ranking<'a> {
    terms: &'a [Weighted],
    /// Words in a passage, on average.
    average: f32,
    wanted: usize,
    best: BinaryHeap<Reverse<Member>>,
}

/// A passage among the best.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::index) struct Member {
    score: f32,
    passage: PassageId,
    segment: usize,
    place: u32,
    words: u16,
}

impl Eq for Member {}

impl Ord for Member {
    fn cmp(&self, other: &Self) -> Ordering {
        let ids = || other.passage.cmp(&self.passage);
        self.score.total_cmp(&other.score).then_with(ids)
    }
}

impl PartialOrd for Member {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<'a> Ranking<'a> {
    pub(in crate::index) fn new(terms: &'a [Weighted], average: f32, wanted: usize) -> Self {
        Self {
            terms,
            average: average.max(1.0),
            wanted,
            best: BinaryHeap::new(),
        }
    }

    fn norm(&self, words: u16) -> f32 {
        1.0 - B + B * f32::from(words) / self.average
    }

    /// What a passage has to exceed to come among the best.
    fn threshold(&self) -> f32 {
        match self.best.peek() {
            Some(Reverse(worst)) if self.best.len() >= self.wanted => worst.score,
            _ => 0.0,
        }
    }

    /// Looks at the allowed passages of a segment, whose ids are higher than those of the ones before.
    pub(in crate::index) fn search(
        &mut self,
        (number, segment): (usize, &Segment),
        allowed: &Allowed,
    ) -> Checked<()> {
        let passages = segment.passages();
        let mut row = Row::new(segment, self.terms)?;
        let mut from = 0;
        loop {
            let threshold = self.threshold();
            row.raise(threshold);
            let next = row.next().map(|place| place.max(from));
            let Some(place) = next.and_then(|next| allowed.next(next)) else {
                return Ok(());
            };
            if !row.bring_to(place)? {
                from = place;
                continue;
            }
            from = place + 1;
            // Whether it can come among the best at all is seen without looking at it.
            if row.most() > threshold {
                let entry = passages.entry(place)?;
                if allowed.suits(entry) {
                    let score = row.score(place, self.norm(entry.words), threshold)?;
                    if score > threshold {
                        self.best.push(Reverse(Member {
                            score,
                            passage: passages.id(place)?,
                            segment: number,
                            place,
                            words: entry.words,
                        }));
                        if self.best.len() > self.wanted {
                            self.best.pop();
                        }
                    }
                }
            }
            row.pass(place)?;
        }
    }

    /// The `limit` best, with what terms side by side add, best first, ties to the lower id.
    pub(in crate::index) fn finish(
        self,
        segments: &[Segment],
        limit: usize,
    ) -> Searched<Vec<WordHit>> {
        let mut members: Vec<Member> = self.best.iter().map(|member| member.0).collect();
        members.sort_unstable_by_key(|member| member.passage);
        let mut hits = Vec::with_capacity(members.len());
        for group in members.chunk_by(|a, b| a.segment == b.segment) {
            let number = group.first().map_or(0, |first| first.segment);
            if let Some(segment) = segments.get(number) {
                let scored = self.scored(segment, group);
                hits.extend(scored.map_err(|damage| Broken(number, damage))?);
            }
        }
        hits.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.passage.cmp(&b.passage)));
        hits.truncate(limit);
        Ok(hits)
    }

    /// Members of one segment, in order, with their whole scores.
    fn scored(&self, segment: &Segment, group: &[Member]) -> Checked<Vec<WordHit>> {
        let forms = self
            .terms
            .iter()
            .map(|term| Forms::new(segment, &term.stem));
        let mut forms = forms.collect::<Checked<Vec<_>>>()?;
        let mut hits = Vec::with_capacity(group.len());
        for member in group {
            let norm = self.norm(member.words);
            let mut score = 0.0;
            // In the order of the question, so that the sum does not depend on what was found when.
            for (term, forms) in self.terms.iter().zip(&mut forms) {
                forms.seek(member.place)?;
                score += weight(forms.frequency(member.place), term.idf, norm);
            }
            score += side_by_side(self.terms, &forms, member.place, norm)?;
            hits.push(WordHit {
                passage: member.passage,
                score,
            });
        }
        Ok(hits)
    }
}

/// What neighbouring terms add that stand side by side in the passage, or with one word between.
fn side_by_side(terms: &[Weighted], forms: &[Forms<'_>], place: u32, norm: f32) -> Checked<f32> {
    let mut before: Option<Vec<u32>> = None;
    let mut added = 0.0;
    for (at, (term, forms)) in terms.iter().zip(forms).enumerate() {
        let positions = forms.positions(place)?;
        if let Some(before) = &before {
            let follows = |position: &&u32| {
                let near = |gap: u32| {
                    position
                        .checked_sub(gap)
                        .is_some_and(|p| before.binary_search(&p).is_ok())
                };
                near(1) || near(2)
            };
            let pairs = positions.iter().filter(follows).count();
            let earlier = terms.get(at.saturating_sub(1)).map_or(0.0, |term| term.idf);
            let pairs = small(u32::try_from(pairs).unwrap_or(u32::MAX));
            added += PAIR * weight(pairs, earlier.midpoint(term.idf), norm);
        }
        before = Some(positions);
    }
    Ok(added)
}
