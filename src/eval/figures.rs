//! Scored questions → figures, each with its 95 % interval; two runs → what changed, and whether by
//! more than chance.

use super::{Gold, Scored};
use crate::answer::Status;
use serde::Serialize;
use std::collections::BTreeMap;

/// A share with what it was counted over.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// The share, from 0 to 1.
    pub value: f64,
    /// The 95 % interval.
    pub interval: [f64; 2],
    /// Questions, or gold quotes.
    pub of: usize,
}

/// All figures of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// Questions asked.
    pub questions: usize,
    /// Gold quotes among the first 5 passages, each gold quote once.
    pub recall_at_5: Figure,
    /// The same among the first 10.
    pub recall_at_10: Figure,
    /// Answerable questions whose first quote hits.
    pub hit_at_1: Figure,
    /// Answerable questions that one of the first three quotes hits.
    pub hit_at_3: Figure,
    /// What was said to the answerable questions.
    pub answerable: Said,
    /// What was said to the others.
    pub unanswerable: Said,
    /// Whether a confidence is how often its quotes are right.
    pub reliability: Vec<Bin>,
    /// How far confidences are from how often they are right, on average over the questions.
    pub calibration_error: f64,
}

/// How questions were met.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Said {
    /// Quotes that answer.
    pub answered: Figure,
    /// Closest passages.
    pub weak: Figure,
    /// Silence.
    pub not_found: Figure,
}

/// Questions of like confidence.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Bin {
    /// The mean confidence.
    pub confidence: f64,
    /// How many of them one of the first three quotes hits.
    pub right: Figure,
}

/// What another run did differently.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Compared {
    /// Questions in both runs.
    pub questions: usize,
    /// Right now, wrong before.
    pub won: usize,
    /// Wrong now, right before.
    pub lost: usize,
    /// How often chance alone would part them so far or farther (the exact sign test, two-sided).
    pub chance: f64,
}

/// Confidences are looked at in this many bins.
const BINS: usize = 10;
/// Quotes that a reader is taken to look at.
const LOOKED_AT: usize = 3;

/// The figures of a run.
pub fn summarise(scored: &[Scored]) -> Summary {
    let (unanswerable, answerable): (Vec<&Scored>, Vec<&Scored>) =
        scored.iter().partition(|scored| scored.unanswerable);
    let hit_within = |most| {
        let hits = answerable.iter().filter(|scored| hit(scored, most));
        Figure::of(hits.count(), answerable.len())
    };
    let reliability = reliability(scored);
    Summary {
        questions: scored.len(),
        recall_at_5: recall(&answerable, 5),
        recall_at_10: recall(&answerable, 10),
        hit_at_1: hit_within(1),
        hit_at_3: hit_within(LOOKED_AT),
        answerable: said(&answerable),
        unanswerable: said(&unanswerable),
        calibration_error: calibration_error(&reliability),
        reliability,
    }
}

fn hit(scored: &Scored, most: usize) -> bool {
    scored.hit.is_some_and(|rank| rank <= most)
}

/// Each gold quote counts once, however many questions ask for it: then as the share of them that
/// brought it.
fn recall(answerable: &[&Scored], most: usize) -> Figure {
    let mut asked: BTreeMap<&Gold, (usize, usize)> = BTreeMap::new();
    for gold in answerable.iter().flat_map(|scored| &scored.gold) {
        let (found, all) = asked.entry(&gold.gold).or_default();
        *found += usize::from(gold.rank.is_some_and(|rank| rank <= most));
        *all += 1;
    }
    let shares = asked.values().map(|(found, all)| ratio(*found, *all));
    Figure::mean(shares.sum(), asked.len())
}

fn said(questions: &[&Scored]) -> Said {
    let share = |status| {
        let met = questions.iter().filter(|scored| scored.status == status);
        Figure::of(met.count(), questions.len())
    };
    Said {
        answered: share(Status::Answered),
        weak: share(Status::Weak),
        not_found: share(Status::NotFound),
    }
}

fn reliability(scored: &[Scored]) -> Vec<Bin> {
    let mut bins: [Vec<&Scored>; BINS] = std::array::from_fn(|_| Vec::new());
    for scored in scored {
        let place = (0..BINS)
            .rev()
            .find(|place| f64::from(scored.confidence) >= ratio(*place, BINS))
            .unwrap_or(0);
        if let Some(bin) = bins.get_mut(place) {
            bin.push(scored);
        }
    }
    let filled = bins.iter().filter(|bin| !bin.is_empty());
    filled
        .map(|bin| {
            let sum: f64 = bin.iter().map(|scored| f64::from(scored.confidence)).sum();
            let right = bin.iter().filter(|scored| hit(scored, LOOKED_AT)).count();
            Bin {
                confidence: sum / count(bin.len()),
                right: Figure::of(right, bin.len()),
            }
        })
        .collect()
}

/// **Source**: Naeini, Cooper and Hauskrecht 2015, "Obtaining Well Calibrated Probabilities Using Bayesian
/// Binning", the expected calibration error.
fn calibration_error(bins: &[Bin]) -> f64 {
    let all = bins.iter().map(|bin| bin.right.of).sum();
    let off = |bin: &Bin| (bin.confidence - bin.right.value).abs() * ratio(bin.right.of, all);
    bins.iter().map(off).sum()
}

/// Compares two runs by their questions' ids: is a gold quote among the first three, is an unanswerable
/// question not answered?
pub fn compare(now: &[Scored], before: &[Scored]) -> Compared {
    let right = |scored: &Scored| {
        if scored.unanswerable {
            scored.status != Status::Answered
        } else {
            hit(scored, LOOKED_AT)
        }
    };
    let before: BTreeMap<&str, bool> = before
        .iter()
        .map(|scored| (scored.id.as_str(), right(scored)))
        .collect();
    let both = now
        .iter()
        .filter_map(|scored| Some((right(scored), *before.get(scored.id.as_str())?)));
    let (mut questions, mut won, mut lost) = (0, 0, 0);
    for (now, before) in both {
        questions += 1;
        won += usize::from(now && !before);
        lost += usize::from(before && !now);
    }
    Compared {
        questions,
        won,
        lost,
        chance: sign_test(won, lost),
    }
}

/// How likely it is that `won` and `lost` of a fair coin lie so far apart, or farther.
fn sign_test(won: usize, lost: usize) -> f64 {
    let all = won + lost;
    // In logarithms, because neither the ways nor the powers of two stay within numbers.
    let toss = std::f64::consts::LN_2 * count(all);
    let mut ways = 0.0;
    let mut tail = 0.0;
    for few in 0..=won.min(lost) {
        tail += f64::exp(ways - toss);
        ways += (count(all - few) / count(few + 1)).ln();
    }
    (2.0 * tail).min(1.0)
}

impl Figure {
    fn of(found: usize, of: usize) -> Self {
        Self::mean(count(found), of)
    }

    /// **Source**: Wilson 1927, "Probable Inference", for 95 %.
    fn mean(sum: f64, of: usize) -> Self {
        const Z: f64 = 1.96;
        if of == 0 {
            return Self {
                value: 0.0,
                interval: [0.0, 1.0],
                of,
            };
        }
        let n = count(of);
        let share = sum / n;
        let spread = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
        let (middle, scale) = (share + Z * Z / (2.0 * n), 1.0 + Z * Z / n);
        Self {
            value: share,
            interval: [
                ((middle - spread) / scale).max(0.0),
                ((middle + spread) / scale).min(1.0),
            ],
            of,
        }
    }
}

fn ratio(part: usize, of: usize) -> f64 {
    count(part) / count(of.max(1))
}

fn count(number: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts of questions")]
    let number = number as f64;
    number
}

#[cfg(test)]
mod tests {
    use super::super::GoldRank;
    use super::*;
    use crate::units::ByteSpan;

    fn scored(id: &str, hit: Option<usize>, ranks: &[(usize, Option<usize>)]) -> Scored {
        let gold = ranks.iter().map(|(place, rank)| GoldRank {
            gold: Gold {
                file: "a.txt".to_owned(),
                span: ByteSpan::new(*place, place + 10),
            },
            rank: *rank,
        });
        Scored {
            id: id.to_owned(),
            question: String::new(),
            unanswerable: ranks.is_empty(),
            status: Status::Answered,
            confidence: 0.7,
            hit,
            gold: gold.collect(),
        }
    }

    #[test]
    fn a_gold_quote_asked_often_counts_once() {
        let run = [
            scored("1", Some(1), &[(0, Some(1)), (50, None)]),
            scored("2", None, &[(0, None)]),
            scored("3", Some(4), &[(0, Some(6))]),
        ];
        let summary = summarise(&run);
        // The first gold was brought by one of three at 5, by two of three at 10; the second never.
        assert!((summary.recall_at_5.value - 1.0 / 6.0).abs() < 1e-9);
        assert!((summary.recall_at_10.value - 1.0 / 3.0).abs() < 1e-9);
        assert_eq!(summary.recall_at_5.of, 2);
        assert!((summary.hit_at_3.value - 1.0 / 3.0).abs() < 1e-9);
    }

    #[test]
    fn an_interval_holds_its_figure_and_narrows_with_more() {
        let (few, many) = (Figure::of(8, 10), Figure::of(800, 1000));
        assert!(few.interval[0] < 0.8 && 0.8 < few.interval[1]);
        assert!(few.interval[0] < many.interval[0] && many.interval[1] < few.interval[1]);
        let all = Figure::of(10, 10);
        assert!(all.interval[0] < 0.75 && (all.interval[1] - 1.0).abs() < 1e-9);
        assert!(Figure::of(0, 0).value.abs() < 1e-9);
    }

    #[test]
    fn a_run_compared_with_itself_wins_and_loses_nothing() {
        let run = [scored("1", Some(1), &[(0, None)]), scored("2", None, &[])];
        let same = compare(&run, &run);
        assert_eq!((same.questions, same.won, same.lost), (2, 0, 0));
        assert!((same.chance - 1.0).abs() < 1e-9);
        let worse = [scored("1", None, &[(0, None)])];
        let compared = compare(&worse, &run);
        assert_eq!((compared.questions, compared.won, compared.lost), (1, 0, 1));
    }

    #[test]
    fn confidence_that_is_right_as_often_as_it_says_has_no_error() {
        let bin = |confidence, right, of| Bin {
            confidence,
            right: Figure::of(right, of),
        };
        assert!(calibration_error(&[bin(0.25, 1, 4), bin(0.75, 3, 4)]) < 1e-9);
        let off = calibration_error(&[bin(0.25, 1, 4), bin(0.9, 0, 4)]);
        assert!((off - 0.45).abs() < 1e-9);
        assert!(calibration_error(&[]).abs() < 1e-9);
    }

    #[test]
    fn chance_is_what_a_coin_would_do() {
        assert!((sign_test(5, 0) - 0.0625).abs() < 1e-9);
        assert!((sign_test(3, 3) - 1.0).abs() < 1e-9);
        assert!(sign_test(900, 400) < 1e-9);
    }
}
