//! The passages that share most with a question's words.
//!
//! In: terms with their weights. Out: passages by BM25, and by which terms stand side by side. All
//! matches count, but what cannot come among the best is not looked at: once enough are found, a term
//! whose weight cannot lift a passage among them no longer brings any, it only adds to those of others.
//!
//! **Source**: Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework", §3.1 and §3.6
//! (fields are summed before the frequency saturates); Turtle and Flood 1995, "Query evaluation:
//! strategies and optimizations" (max score).

use super::cursor::Cursor;
use crate::index::blocks::Checked;
use crate::index::passages::Allowed;
use crate::index::segment::Segment;
use crate::index::{Broken, Searched, Weighted, WordHit};
use crate::units::PassageId;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::ops::Range;

const K1: f32 = 0.9;
const B: f32 = 0.4;
/// What the header counts next to the body.
const HEADER: f32 = 0.25;
/// What two neighbouring terms count side by side, next to a term.
const PAIR: f32 = 1.0;

/// A term's postings in a segment, in all its forms.
pub(in crate::index) struct Forms<'a> {
    cursors: Vec<Cursor<'a>>,
}

impl<'a> Forms<'a> {
    pub(in crate::index) fn new(segment: &'a Segment, stem: &str) -> Checked<Self> {
        let words = segment.words();
        let forms = words.forms(stem)?.into_iter();
        let cursors = forms.map(|found| Cursor::new(words, found));
        Ok(Self {
            cursors: cursors.collect::<Checked<_>>()?,
        })
    }

    /// Passages that hold the term in their body; one with two forms counts twice.
    pub(in crate::index) fn in_body(&self) -> u64 {
        self.cursors.iter().map(Cursor::in_body).sum()
    }

    /// The same of the passages at some places, which come after all asked for before.
    pub(in crate::index) fn in_body_at(&mut self, places: &Range<u32>) -> Checked<u64> {
        let mut count = 0;
        for cursor in &mut self.cursors {
            cursor.seek(places.start)?;
            while cursor.place().is_some_and(|place| places.contains(&place)) {
                count += u64::from(cursor.counts().0 > 0);
                cursor.advance()?;
            }
        }
        Ok(count)
    }

    fn place(&self) -> Option<u32> {
        self.cursors.iter().filter_map(Cursor::place).min()
    }

    fn seek(&mut self, place: u32) -> Checked<()> {
        self.cursors
            .iter_mut()
            .try_for_each(|cursor| cursor.seek(place))
    }

    /// How often the passage at a place holds the term, which the cursors have been brought to.
    fn frequency(&self, place: u32) -> f32 {
        let here = self
            .cursors
            .iter()
            .filter(|cursor| cursor.place() == Some(place));
        let counts = here.map(Cursor::counts);
        counts.fold(0.0, |sum, (body, header)| {
            sum + small(body) + HEADER * small(header)
        })
    }

    /// Where in the body of the passage at a place it stands, in order.
    fn positions(&self, place: u32) -> Checked<Vec<u32>> {
        let mut all = Vec::new();
        for cursor in self
            .cursors
            .iter()
            .filter(|cursor| cursor.place() == Some(place))
        {
            all.extend(cursor.positions()?);
        }
        all.sort_unstable();
        Ok(all)
    }
}

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
        let mut terms = Vec::new();
        for term in self.terms {
            terms.push((term.idf, Forms::new(segment, &term.stem)?, term.brings));
        }
        terms.retain(|(_, forms, _)| forms.place().is_some());
        // Those that only add, then the least first; `sums` has what the terms up to one can add together.
        terms.sort_by(|a, b| a.2.cmp(&b.2).then(a.0.total_cmp(&b.0)));
        let adding = terms.iter().filter(|(_, _, brings)| !brings).count();
        let mut terms: Vec<(f32, Forms<'_>)> = terms
            .into_iter()
            .map(|(idf, forms, _)| (idf, forms))
            .collect();
        let sums: Vec<f32> = terms
            .iter()
            .scan(0.0, |sum, (idf, _)| {
                *sum += idf * (K1 + 1.0);
                Some(*sum)
            })
            .collect();
        let mut from = 0;
        loop {
            let threshold = self.threshold();
            let needed = sums.partition_point(|sum| *sum <= threshold).max(adding);
            let Some(bringing) = terms.get(needed..).filter(|terms| !terms.is_empty()) else {
                return Ok(());
            };
            let next = bringing.iter().filter_map(|(_, forms)| forms.place()).min();
            let Some(place) = next
                .map(|place| place.max(from))
                .and_then(|next| allowed.next(next))
            else {
                return Ok(());
            };
            for (_, forms) in terms.get_mut(needed..).unwrap_or_default() {
                forms.seek(place)?;
            }
            let bringing = terms.get(needed..).unwrap_or_default();
            if bringing
                .iter()
                .all(|(_, forms)| forms.place() != Some(place))
            {
                from = place;
                continue;
            }
            from = place + 1;
            let entry = passages.entry(place)?;
            if allowed.suits(entry) {
                let norm = self.norm(entry.words);
                let score = score(&mut terms, needed, &sums, (place, norm, threshold))?;
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
            for (_, forms) in terms.get_mut(needed..).unwrap_or_default() {
                forms.seek(from)?;
            }
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

/// The score of the passage at a place, or some score below the threshold where it is no higher.
fn score(
    terms: &mut [(f32, Forms<'_>)],
    needed: usize,
    sums: &[f32],
    (place, norm, threshold): (u32, f32, f32),
) -> Checked<f32> {
    let mut score = 0.0;
    let (adding, bringing) = terms.split_at_mut(needed.min(terms.len()));
    for (idf, forms) in bringing {
        score += weight(forms.frequency(place), *idf, norm);
    }
    for (at, (idf, forms)) in adding.iter_mut().enumerate().rev() {
        if score + sums.get(at).copied().unwrap_or(0.0) <= threshold {
            break;
        }
        forms.seek(place)?;
        score += weight(forms.frequency(place), *idf, norm);
    }
    Ok(score)
}

fn weight(frequency: f32, idf: f32, norm: f32) -> f32 {
    idf * frequency * (K1 + 1.0) / (frequency + K1 * norm)
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

fn small(count: u32) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}
