//! The walk over a frozen graph: near neighbours of a question, by positioned reads.
//!
//! Which way to go is decided by sketches, which are small and stay in memory; only where the walk stops by is
//! the record read, which has the neighbours and the vector.
//!
//! **Source**: Malkov and Yashunin 2018, algorithms 2 and 5; Subramanya et al. 2019, "`DiskANN`", §3.3 (compressed
//! vectors lead, full ones are read with the neighbours).

use super::blocks::{BLOCK, Checked, Damage};
use super::passages::Allowed;
use super::rows::Near;
use super::segment::{Record, Segment};
use super::sketch::Asked;
use crate::embed::{Embedding, Quantised, cosine_of_bytes};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A question's vector, exact and in bytes.
#[derive(Clone, Copy)]
pub(super) struct Aim<'a> {
    pub(super) exact: &'a Embedding,
    pub(super) bytes: &'a Quantised,
}

/// The allowed passages of those that a walk of a width stops by, with their cosines of bytes, in no order:
/// about `width` that are nearest to the question.
pub(super) fn walk(
    segment: &Segment,
    aim: Aim<'_>,
    allowed: &Allowed,
    width: usize,
) -> Checked<Vec<Near>> {
    let Some((entry, layers)) = segment.entry() else {
        return Ok(Vec::new());
    };
    let mut walker = Walker {
        segment,
        question: aim.bytes,
        asked: Asked::new(aim.exact, &segment.centre()?),
        block: Box::new([0; BLOCK]),
    };
    let mut start = walker.estimate(entry)?;
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
    asked: Asked,
    block: Box<[u8; BLOCK]>,
}

impl Walker<'_> {
    /// How near a row is, by its sketch.
    fn estimate(&self, place: u32) -> Checked<Near> {
        let (block, at) = self.segment.sketch_place(place);
        let cosine = self.segment.blocks.with(block, |block| {
            block.get(at).and_then(|sketch| self.asked.cosine(sketch))
        })?;
        let cosine = cosine.ok_or_else(|| Damage::new("a sketch is cut"))?;
        Ok(Near { cosine, place })
    }

    /// Runs `look` on a row's record.
    fn look<T>(&mut self, place: u32, look: impl FnOnce(Record<'_>) -> Checked<T>) -> Checked<T> {
        let (block, at) = self.segment.record_place(place);
        let block = self.segment.blocks.once(block, &mut self.block)?;
        let bytes = block.get(at..at + self.segment.record_len());
        let bytes = bytes.ok_or_else(|| Damage::new("a record is cut"))?;
        look(self.segment.record(bytes)?)
    }

    /// The best neighbour in a layer above the lowest, where it is nearer.
    fn better(&mut self, from: Near, layer: usize) -> Checked<Option<Near>> {
        let Some(way) = self.look(from.place, |record| Ok(record.way()))? else {
            return Ok(None);
        };
        let mut best = from;
        let layers = self.segment.upper(way)?.into_iter();
        for place in layers.into_iter().nth(layer).unwrap_or_default() {
            best = best.max(self.estimate(place)?);
        }
        Ok((best > from).then_some(best))
    }

    fn lowest(&mut self, start: Near, allowed: &Allowed, width: usize) -> Checked<Vec<Near>> {
        let (passages, rows) = (self.segment.passages(), self.segment.len());
        let whole = allowed.is_whole(self.segment);
        let may_be_found = |place: u32| -> Checked<bool> {
            Ok(whole || (allowed.holds(place) && allowed.suits(passages.entry(place)?)))
        };
        let mut seen = Seen::new(rows);
        seen.add(start.place);
        let mut open = BinaryHeap::from([start]);
        // The best estimates of what may be found; what may not still leads to what may.
        let mut best: BinaryHeap<Reverse<Near>> = BinaryHeap::new();
        if may_be_found(start.place)? {
            best.push(Reverse(start));
        }
        let mut found = Vec::with_capacity(width);
        let (mut unseen, mut met) = (Vec::new(), Vec::new());
        while let Some(next) = open.pop() {
            if best.len() >= width && best.peek().is_some_and(|worst| next < worst.0) {
                break;
            }
            let question = self.question;
            let cosine = self.look(next.place, |record| {
                unseen.extend(record.near(rows)?.filter(|place| seen.add(*place)));
                Ok(cosine(&record, question))
            })?;
            if may_be_found(next.place)? {
                let place = next.place;
                found.push(Near { cosine, place });
            }
            // The memory of all is asked for before the first is waited for.
            for place in &unseen {
                let (block, at) = self.segment.sketch_place(*place);
                self.segment.blocks.soon(block, at);
            }
            for place in unseen.drain(..) {
                met.push(self.estimate(place)?);
            }
            for near in met.drain(..) {
                if best.len() >= width && best.peek().is_some_and(|worst| near <= worst.0) {
                    continue;
                }
                open.push(near);
                if may_be_found(near.place)? {
                    best.push(Reverse(near));
                    if best.len() > width {
                        best.pop();
                    }
                }
            }
        }
        Ok(found)
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
