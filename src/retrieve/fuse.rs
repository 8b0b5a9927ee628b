//! One score from three: words, the passage's meaning, the best sentence's meaning.
//!
//! Each is levelled to 0..1 over those that were brought, then four tenths of the score are words and the rest
//! is meaning; see `docs/DECISIONS.md`. Reciprocal rank fusion was never clearly better.

use crate::index::{Hit, WordHit};
use crate::units::PassageId;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

const WORDS: f32 = 0.4;
const PASSAGE: f32 = 0.25;
const SENTENCE: f32 = 0.35;
/// Passages that words alone bring: the others of them are further from the question than all that are kept.
const ALONE: usize = 50;

/// A passage that one side or both brought.
pub(super) struct Member {
    pub(super) passage: PassageId,
    pub(super) dense: Option<f32>,
    pub(super) lexical: Option<f32>,
    pub(super) sentences: Vec<f32>,
}

/// A passage with its score.
pub(super) struct Ranked {
    pub(super) passage: PassageId,
    pub(super) score: f32,
    pub(super) dense: f32,
    pub(super) lexical: f32,
    pub(super) sentences: Vec<f32>,
}

/// Both sides together, best first each; each passage once, by id.
pub(super) fn pool(near: &[Hit], by_words: &[WordHit]) -> Vec<Member> {
    let mut members: BTreeMap<PassageId, Member> = BTreeMap::new();
    let blank = |passage| Member {
        passage,
        dense: None,
        lexical: None,
        sentences: Vec::new(),
    };
    for hit in near {
        members
            .entry(hit.passage)
            .or_insert_with(|| blank(hit.passage))
            .dense = Some(hit.cosine);
    }
    let mut alone = 0;
    for hit in by_words {
        let member = match members.entry(hit.passage) {
            Entry::Occupied(near) => near.into_mut(),
            Entry::Vacant(far) if alone < ALONE => {
                alone += 1;
                far.insert(blank(hit.passage))
            }
            Entry::Vacant(_) => continue,
        };
        member.lexical = Some(hit.score);
    }
    members.into_values().collect()
}

/// Scores the pool, best first, ties to the lower id.
pub(super) fn rank(pool: Vec<Member>) -> Vec<Ranked> {
    let best_sentence = |member: &Member| member.sentences.iter().copied().reduce(f32::max);
    let dense = Level::over(pool.iter().filter_map(|member| member.dense));
    let sentence = Level::over(pool.iter().filter_map(best_sentence));
    // A passage without any of the words has a score of nothing, not of the worst match.
    let lexical = Level::over(pool.iter().filter_map(|member| member.lexical).chain([0.0]));
    let mut ranked: Vec<Ranked> = pool
        .into_iter()
        .map(|member| {
            let words = lexical.of(member.lexical.unwrap_or(0.0));
            let passage = member.dense.map_or(0.0, |cosine| dense.of(cosine));
            let best = best_sentence(&member).map_or(0.0, |cosine| sentence.of(cosine));
            Ranked {
                passage: member.passage,
                score: WORDS * words + PASSAGE * passage + SENTENCE * best,
                dense: member.dense.unwrap_or(0.0),
                lexical: member.lexical.unwrap_or(0.0),
                sentences: member.sentences,
            }
        })
        .collect();
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.passage.cmp(&b.passage)));
    ranked
}

/// Maps a range of scores onto 0..1.
struct Level {
    lowest: f32,
    highest: f32,
}

impl Level {
    fn over(scores: impl Iterator<Item = f32>) -> Self {
        let start = Self {
            lowest: f32::INFINITY,
            highest: f32::NEG_INFINITY,
        };
        scores.fold(start, |level, score| Self {
            lowest: level.lowest.min(score),
            highest: level.highest.max(score),
        })
    }

    /// Scores of a range without width are all the best, unless there is nothing in them.
    fn of(&self, score: f32) -> f32 {
        if self.highest == 0.0 {
            return 0.0;
        }
        let width = self.highest - self.lowest;
        if width > f32::EPSILON {
            ((score - self.lowest) / width).clamp(0.0, 1.0)
        } else {
            1.0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(id: i64, cosine: f32) -> Hit {
        Hit {
            passage: PassageId(id),
            cosine,
        }
    }

    fn word_hit(id: i64, score: f32) -> WordHit {
        WordHit {
            passage: PassageId(id),
            score,
        }
    }

    #[test]
    fn a_passage_that_both_sides_bring_wins() {
        let near = [hit(1, 0.9), hit(2, 0.8), hit(3, 0.1)];
        let ranked = rank(pool(&near, &[word_hit(2, 7.0), word_hit(4, 1.0)]));
        let order: Vec<_> = ranked.iter().map(|ranked| ranked.passage.0).collect();
        assert_eq!(order, [2, 1, 4, 3]);
    }

    #[test]
    fn ties_go_to_the_lower_id() {
        let ranked = rank(pool(&[hit(9, 0.5), hit(3, 0.5)], &[]));
        let order: Vec<_> = ranked.iter().map(|ranked| ranked.passage.0).collect();
        assert_eq!(order, [3, 9]);
    }

    #[test]
    fn a_single_candidate_has_a_finite_score() {
        let ranked = rank(pool(&[hit(1, 0.2)], &[]));
        assert!(ranked[0].score.is_finite());
        assert!(rank(Vec::new()).is_empty());
    }
}
