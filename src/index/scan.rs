//! The scan over the allowed rows of a segment, in bytes.

use super::blocks::Checked;
use super::passages::Allowed;
use super::rows::Near;
use super::segment::Segment;
use super::walk::cosine;
use crate::embed::Quantised;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// How much a cosine of bytes may be off: the exact cosines decide between those that are nearer to each
/// other than this. The largest of 3.3 million, of 451 questions
/// with the passages of 76 calls, was off by 0.0031.
pub(super) const MARGIN: f32 = 0.004;

/// The allowed passages that may be among the `wanted` nearest, best first.
pub(super) fn scan(
    segment: &Segment,
    question: &Quantised,
    allowed: &Allowed,
    wanted: usize,
) -> Checked<Vec<Near>> {
    let passages = segment.passages();
    let (record_len, in_block) = (segment.record_len(), segment.records_in_block());
    let mut best = Best::new(wanted);
    for places in &allowed.places {
        let Some(last) = places.end.checked_sub(1) else {
            continue;
        };
        let first = segment.record_place(places.start).0;
        let mut place = places.start - places.start % u32::try_from(in_block).unwrap_or(1);
        segment
            .blocks
            .each(first..segment.record_place(last).0 + 1, |_, block| {
                for bytes in block.chunks_exact(record_len).take(in_block) {
                    if places.contains(&place) {
                        let near = Near {
                            cosine: cosine(&segment.record(bytes)?, question),
                            place,
                        };
                        if best.takes(near) && allowed.suits(passages.entry(place)?) {
                            best.add(near);
                        }
                    }
                    place += 1;
                }
                Ok(())
            })?;
    }
    Ok(best.into_sorted())
}

/// The best rows, and those that are behind the last of them by no more than the margin allows.
struct Best {
    wanted: usize,
    leading: BinaryHeap<Reverse<Near>>,
    close: Vec<Near>,
}

impl Best {
    fn new(wanted: usize) -> Self {
        Self {
            wanted,
            leading: BinaryHeap::new(),
            close: Vec::new(),
        }
    }

    fn floor(&self) -> f32 {
        match self.leading.peek() {
            Some(worst) if self.leading.len() >= self.wanted => worst.0.cosine - 2.0 * MARGIN,
            _ => f32::NEG_INFINITY,
        }
    }

    fn takes(&self, near: Near) -> bool {
        near.cosine >= self.floor()
    }

    fn add(&mut self, near: Near) {
        self.leading.push(Reverse(near));
        if self.leading.len() > self.wanted {
            self.close.extend(self.leading.pop().map(|worst| worst.0));
        }
        if self.close.len() > 4 * self.wanted.max(64) {
            let floor = self.floor();
            self.close.retain(|near| near.cosine >= floor);
        }
    }

    fn into_sorted(mut self) -> Vec<Near> {
        let floor = self.floor();
        self.close.retain(|near| near.cosine >= floor);
        let mut all: Vec<Near> = self
            .leading
            .into_iter()
            .map(|near| near.0)
            .chain(self.close)
            .collect();
        all.sort_unstable_by(|a, b| b.cmp(a));
        all
    }
}
