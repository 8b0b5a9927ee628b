//! The passages that share most with a question's words.
//!
//! In: terms with their weights. Out: passages by BM25, and by which terms stand side by side. All
//! matches count, but what cannot come among the best is not looked at: once enough are found, a term
//! that cannot lift a passage among them brings none from where it cannot, it only adds to those of others.
//!
//! **Source**: Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework", §3.1 and §3.6
//! (fields are summed before the frequency saturates); Turtle and Flood 1995, "Query evaluation:
//! strategies and optimizations" (max score).

use super::row::{B, Forms, Row, WINDOW, Weighed, small, weight};
use crate::index::blocks::Checked;
use crate::index::passages::Allowed;
use crate::index::segment::Segment;
use crate::index::{Broken, Searched, Weighted, WordHit};
use crate::units::PassageId;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

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
        let mut row = Row::new(segment, self.terms, self.average)?;
        let (mut places, mut entries) = (Vec::new(), Vec::new());
        let mut weighed = Vec::new();
        for of in &allowed.places {
            for start in of.clone().step_by(WINDOW as usize) {
                let window = start..of.end.min(start.saturating_add(WINDOW));
                row.enter(window, self.threshold(), &mut places)?;
                entries.clear();
                passages.entries(&places, &mut entries)?;
                let all = places.iter().zip(&entries);
                let suits = all.filter(|(_, entry)| allowed.suits(**entry));
                weighed.clear();
                weighed.extend(suits.map(|(place, entry)| Weighed {
                    place: *place,
                    entry: *entry,
                    norm: self.norm(entry.words),
                    score: 0.0,
                }));
                row.weigh(&mut weighed, self.threshold())?;
                for weighed in &weighed {
                    if weighed.score > self.threshold() {
                        self.take(Member {
                            score: weighed.score,
                            passage: passages.id_of(weighed.entry),
                            segment: number,
                            place: weighed.place,
                            words: weighed.entry.words,
                        });
                    }
                }
            }
        }
        Ok(())
    }

    fn take(&mut self, member: Member) {
        self.best.push(Reverse(member));
        if self.best.len() > self.wanted {
            self.best.pop();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::passages::Entry;
    use crate::index::rows::Rows;
    use crate::index::segment::{self, Draft, Stamp};
    use crate::index::words::Inverted;
    use crate::library::{IndexedPassage, Scope, SegmentRecord};
    use crate::transcript::{Kind, Section};
    use std::collections::BTreeMap;

    const WORDS: [&str; 6] = ["wind", "tower", "blade", "grid", "copper", "permit"];

    /// The body of passage `number`: words that get rarer, more of some than of others, and filler of
    /// some length.
    fn body(number: usize) -> String {
        let mut state = (number as u64 + 7).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut next = |below: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 33) % below
        };
        let mut words = Vec::new();
        for (rank, word) in (0..).zip(WORDS) {
            if next(2 << rank) == 0 {
                words.extend(std::iter::repeat_n(
                    word,
                    1 + usize::try_from(next(3)).unwrap(),
                ));
            }
        }
        words.extend(std::iter::repeat_n(
            "zzz",
            usize::try_from(next(60)).unwrap(),
        ));
        words.join(" ")
    }

    fn segment(bodies: &[String]) -> Segment {
        let ids = PassageId(1)..PassageId(i64::try_from(bodies.len()).unwrap() + 1);
        let stamp = Stamp {
            library: String::new(),
            fingerprint: String::new(),
            dimension: 0,
        };
        let mut words = Inverted::default();
        let entries = (0_u32..).zip(bodies).map(|(place, body)| {
            let count = words.add(place, body, "");
            let passage = IndexedPassage {
                id: PassageId(i64::from(place) + 1),
                kind: Kind::Executive,
                kinds: vec![Kind::Executive],
                section: Section::Prepared,
                vector: Vec::new(),
                body: String::new(),
                header: String::new(),
            };
            Entry::new(&passage, ids.start, count).unwrap()
        });
        let draft = Draft {
            entries: entries.collect(),
            ids: ids.clone(),
            rows: Rows::new(0),
            graph: None,
        };
        let written = segment::write(Vec::new(), &stamp, &draft, &mut words.into_terms());
        let (bytes, seal) = written.unwrap();
        let file = String::new();
        Segment::read(Box::new(bytes), &stamp, &SegmentRecord { ids, file, seal }).unwrap()
    }

    #[test]
    fn what_is_passed_over_is_not_among_the_best() {
        let bodies: Vec<String> = (0..9000).map(body).collect();
        let segment = segment(&bodies);
        let counts: Vec<BTreeMap<&str, f32>> = bodies
            .iter()
            .map(|body| {
                let mut counts = BTreeMap::new();
                body.split_whitespace()
                    .for_each(|word| *counts.entry(word).or_default() += 1.0);
                counts
            })
            .collect();
        let words: usize = bodies
            .iter()
            .map(|body| body.split_whitespace().count())
            .sum();
        let average = f32::from(u16::try_from(words / bodies.len()).unwrap());
        let terms: Vec<Weighted> = (1_u8..)
            .zip(WORDS)
            .map(|(rank, word)| Weighted {
                stem: super::super::Stems::default().stem(word),
                idf: f32::from(rank),
                brings: true,
            })
            .collect();
        for asked in [0..1, 0..3, 2..6, 0..6] {
            let terms = &terms[asked.clone()];
            let mut ranking = Ranking::new(terms, average, 50);
            let allowed = Allowed::new(&segment, &Scope::default(), None, &[]).unwrap();
            ranking.search((0, &segment), &allowed).unwrap();
            let mut best: Vec<_> = ranking
                .best
                .iter()
                .map(|m| (m.0.score, m.0.place))
                .collect();
            best.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            let naive = |counts: &BTreeMap<&str, f32>| {
                let norm = 1.0 - B + B * counts.values().sum::<f32>() / average;
                let scores = WORDS[asked.clone()].iter().zip(terms).map(|(word, term)| {
                    weight(counts.get(word).copied().unwrap_or(0.0), term.idf, norm)
                });
                scores.sum::<f32>()
            };
            let mut all: Vec<(f32, u32)> = counts.iter().map(naive).zip(0..).collect();
            all.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            for (found, expected) in best.iter().zip(&all) {
                assert!(
                    (found.0 - expected.0).abs() < 1e-4,
                    "{asked:?}: {found:?} {expected:?}"
                );
            }
            assert_eq!(best.len(), 50);
        }
    }
}
