//! The walk over a frozen graph: near neighbours of a question, by positioned reads.
//!
//! **Source**: Malkov and Yashunin 2018, algorithms 2 and 5.

use super::blocks::{Checked, Damage};
use super::passages::Allowed;
use super::rows::Near;
use super::segment::{Record, Segment};
use crate::embed::{Quantised, cosine_of_bytes};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::rc::Rc;

/// About `width` allowed passages nearest to the question, by quantised cosines, best first.
pub(super) fn walk(
    segment: &Segment,
    question: &Quantised,
    allowed: &Allowed,
    width: usize,
) -> Checked<Vec<Near>> {
    let Some((entry, layers)) = segment.entry() else {
        return Ok(Vec::new());
    };
    let walker = Walker { segment, question };
    let mut start = walker.near(entry)?;
    for layer in (0..layers).rev() {
        while let Some(better) = walker.better(start, layer)? {
            start = better;
        }
    }
    walker.lowest(start, allowed, width)
}

struct Walker<'a> {
    segment: &'a Segment,
    question: &'a Quantised,
}

impl Walker<'_> {
    /// Runs `look` on a row's record.
    fn look<T>(&self, place: u32, look: impl FnOnce(Record<'_>) -> Checked<T>) -> Checked<T> {
        let (block, at) = self.segment.record_place(place);
        let block: Rc<[u8]> = self.segment.blocks.block(block)?;
        let bytes = block.get(at..at + self.segment.record_len());
        let bytes = bytes.ok_or_else(|| Damage::new("a record is cut"))?;
        look(self.segment.record(bytes)?)
    }

    fn near(&self, place: u32) -> Checked<Near> {
        self.look(place, |record| {
            let cosine = cosine(&record, self.question);
            Ok(Near { cosine, place })
        })
    }

    /// The best neighbour in a layer above the lowest, where it is nearer.
    fn better(&self, from: Near, layer: usize) -> Checked<Option<Near>> {
        let Some(way) = self.look(from.place, |record| Ok(record.way()))? else {
            return Ok(None);
        };
        let mut best = from;
        for place in self
            .segment
            .upper(way)?
            .into_iter()
            .nth(layer)
            .unwrap_or_default()
        {
            best = best.max(self.near(place)?);
        }
        Ok((best > from).then_some(best))
    }

    fn lowest(&self, start: Near, allowed: &Allowed, width: usize) -> Checked<Vec<Near>> {
        let passages = self.segment.passages();
        let whole = allowed.is_whole(self.segment);
        let mut seen = Seen::new(self.segment.len());
        seen.add(start.place);
        let mut open = BinaryHeap::from([start]);
        let mut best: BinaryHeap<Reverse<Near>> = BinaryHeap::new();
        let mut found = vec![start];
        loop {
            for next in found.drain(..) {
                let room = best.len() < width;
                if !room && best.peek().is_some_and(|worst| next <= worst.0) {
                    continue;
                }
                open.push(next);
                // What may not be found still leads to what may.
                if whole
                    || (allowed.holds(next.place) && allowed.suits(passages.entry(next.place)?))
                {
                    best.push(Reverse(next));
                    if best.len() > width {
                        best.pop();
                    }
                }
            }
            let Some(near) = open.pop() else {
                break;
            };
            if best.len() >= width && best.peek().is_some_and(|worst| near < worst.0) {
                break;
            }
            let neighbours: Vec<u32> = self.look(near.place, |record| {
                Ok(record.near(self.segment.len())?.collect())
            })?;
            for place in neighbours.into_iter().filter(|place| seen.add(*place)) {
                found.push(self.near(place)?);
            }
        }
        Ok(best
            .into_sorted_vec()
            .into_iter()
            .map(|near| near.0)
            .collect())
    }
}

/// The cosine of a record with the question.
pub(super) fn cosine(record: &Record<'_>, question: &Quantised) -> f32 {
    cosine_of_bytes(
        (record.scale, record.bytes()),
        (question.scale(), question.bytes()),
    )
}

/// A bit for each row.
struct Seen(Vec<u64>);

impl Seen {
    fn new(rows: usize) -> Self {
        Self(vec![0; rows.div_ceil(64)])
    }

    /// Whether it is seen for the first time.
    fn add(&mut self, place: u32) -> bool {
        let bit = 1 << (place % 64);
        match self.0.get_mut(place as usize / 64) {
            Some(bits) if *bits & bit == 0 => {
                *bits |= bit;
                true
            }
            _ => false,
        }
    }
}
