//! The scan over the allowed rows of a segment, in bytes.

use super::blocks::Checked;
use super::passages::Allowed;
use super::rows::Near;
use super::segment::Segment;
use super::walk::cosine;
use crate::embed::Quantised;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

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
    let in_block = u32::try_from(segment.records_in_block()).unwrap_or(1);
    let mut scan = Scan {
        segment,
        question,
        allowed,
        nears: Vec::new(),
        best: Best::new(wanted),
    };
    // What is scanned whole again and again is not read each time.
    let keeps = segment.is_scanned_again();
    for places in &allowed.places {
        let Some(last) = places.end.checked_sub(1) else {
            continue;
        };
        let blocks = segment.record_place(places.start).0..segment.record_place(last).0 + 1;
        let mut rows = (places.start - places.start % in_block..).step_by(in_block as usize);
        let mut first = || rows.next().unwrap_or(places.end);
        if keeps {
            for number in blocks {
                let measured = |block: &[u8]| scan.measure(first(), block, places);
                segment.blocks.with(number, measured)??;
                scan.take()?;
            }
        } else {
            segment.blocks.each(blocks, |_, block| {
                scan.measure(first(), block, places)?;
                scan.take()
            })?;
        }
    }
    Ok(scan.best.into_sorted())
}

/// A scan on its way.
struct Scan<'a> {
    segment: &'a Segment,
    question: &'a Quantised,
    allowed: &'a Allowed,
    /// The rows of a block.
    nears: Vec<Near>,
    best: Best,
}

impl Scan<'_> {
    /// Measures the rows of a block that are at `places`; `first` is the place of its first.
    fn measure(&mut self, first: u32, block: &[u8], places: &Range<u32>) -> Checked<()> {
        let in_block = self.segment.records_in_block();
        let records = block.chunks_exact(self.segment.record_len()).take(in_block);
        for (place, bytes) in (first..).zip(records) {
            if places.contains(&place) {
                let cosine = cosine(&self.segment.record(bytes)?, self.question);
                self.nears.push(Near { cosine, place });
            }
        }
        Ok(())
    }

    /// Takes what was measured, where it may be among the nearest.
    fn take(&mut self) -> Checked<()> {
        let passages = self.segment.passages();
        for near in self.nears.drain(..) {
            if self.best.takes(near) && self.allowed.suits(passages.entry(near.place)?) {
                self.best.add(near);
            }
        }
        Ok(())
    }
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
