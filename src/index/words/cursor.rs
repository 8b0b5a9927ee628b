//! The postings of a word, one after the other, or from a place on.

use super::dictionary::{Found, Words};
use super::{LINE_LEN, Line, POSTINGS, Postings, quarters, take, take_all};
use crate::index::blocks::{Checked, Damage};
use std::ops::Range;

/// A posting of a word, and the way to the next.
pub(in crate::index) struct Cursor<'a> {
    words: Words<'a>,
    found: Found,
    /// A [`Line`] a block; empty where there is one block.
    table: Vec<u8>,
    /// The first block that may hold what was looked ahead for.
    ahead: usize,
    /// The block that is decoded.
    block: usize,
    bytes: Vec<u8>,
    places: Vec<u32>,
    counts: Vec<u32>,
    /// Where in `bytes` the positions begin.
    positions: usize,
    at: usize,
}

impl<'a> Cursor<'a> {
    /// At the first posting.
    pub(in crate::index) fn new(words: Words<'a>, found: Found) -> Checked<Self> {
        let blocks = found.passages.div_ceil(POSTINGS);
        let mut table = Vec::new();
        if blocks > 1 {
            words.read(&mut table, &found, 0..blocks * LINE_LEN)?;
        }
        let mut cursor = Self {
            words,
            found,
            table,
            ahead: 0,
            block: 0,
            bytes: Vec::new(),
            places: Vec::new(),
            counts: Vec::new(),
            positions: 0,
            at: 0,
        };
        cursor.decode(0)?;
        Ok(cursor)
    }

    fn blocks(&self) -> usize {
        self.found.passages.div_ceil(POSTINGS)
    }

    /// What the table says of a block, where there is one.
    fn line(&self, block: usize) -> Option<Line> {
        let bytes = self.table.get(block * LINE_LEN..)?.first_chunk()?;
        Some(Line::from_bytes(*bytes))
    }

    /// The first block from `block` on that ends at `place` or after it.
    fn block_from(&self, block: usize, place: u32) -> usize {
        let (mut low, mut high) = (block, self.blocks());
        // It is mostly near: steps double.
        let mut step = 1;
        while low + step < high {
            if self.line(low + step).is_some_and(|line| line.last >= place) {
                high = low + step + 1;
                break;
            }
            low += step;
            step *= 2;
        }
        while low < high {
            let middle = low.midpoint(high);
            if self.line(middle).is_some_and(|line| line.last < place) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// The most quarters that a passage at these places counts, and the least words that one has for each time;
    /// none of the places is before those asked for before. `None` where none of them holds the word.
    pub(super) fn most(&mut self, places: &Range<u32>) -> Option<(u16, u16)> {
        if self.place().is_none_or(|place| place >= places.end) {
            return None;
        }
        if self.table.is_empty() {
            let most = self.counts.iter().map(|both| quarters(both >> 3, both & 7));
            let most = most.max().unwrap_or(0);
            return Some((u16::try_from(most).unwrap_or(u16::MAX), 0));
        }
        self.ahead = self.block_from(self.ahead.max(self.block), places.start);
        let mut block = self.ahead;
        let (mut most, mut least) = (0, u16::MAX);
        while let Some(line) = self.line(block) {
            most = most.max(line.most);
            least = least.min(line.least);
            if line.last >= places.end - 1 {
                break;
            }
            block += 1;
        }
        (most > 0).then_some((most, least))
    }

    /// Hands the postings at places before `end` to `visit`, each with its quarters, and passes them.
    pub(super) fn each_before(&mut self, end: u32, mut visit: impl FnMut(u32, u32)) -> Checked<()> {
        loop {
            let places = self.places.get(self.at..).unwrap_or_default();
            let counts = self.counts.get(self.at..).unwrap_or_default();
            let here = places.partition_point(|place| *place < end);
            for (place, both) in places.iter().zip(counts).take(here) {
                visit(*place, quarters(both >> 3, both & 7));
            }
            self.at += here;
            if self.at < self.places.len() || self.block + 1 >= self.blocks() {
                return Ok(());
            }
            self.decode(self.block + 1)?;
        }
    }

    fn decode(&mut self, block: usize) -> Checked<()> {
        self.block = block;
        self.at = 0;
        self.places.clear();
        self.counts.clear();
        let left = self.found.passages.saturating_sub(block * POSTINGS);
        let count = left.min(POSTINGS);
        if count == 0 {
            return Ok(());
        }
        let before = block.checked_sub(1).and_then(|before| self.line(before));
        let (start, mut place) = before.map_or((0, 0), |line| (line.end as usize, line.last));
        let end = self.line(block).map(|line| line.end as usize);
        let end = end.unwrap_or(self.found.len - self.table.len().min(self.found.len));
        if end < start {
            return Err(broken());
        }
        let table = self.table.len();
        self.words
            .read(&mut self.bytes, &self.found, table + start..table + end)?;
        let mut rest = self.bytes.as_slice();
        self.places.resize(count, 0);
        self.counts.resize(count, 0);
        take_all(&mut rest, &mut self.places).ok_or_else(broken)?;
        for own in &mut self.places {
            place += *own;
            *own = place;
        }
        take_all(&mut rest, &mut self.counts).ok_or_else(broken)?;
        self.positions = self.bytes.len() - rest.len();
        Ok(())
    }

    /// The passage's place; `None` past the last.
    pub(in crate::index) fn place(&self) -> Option<u32> {
        self.places.get(self.at).copied()
    }

    /// How often the passage's body holds the word, and how often its header does.
    pub(in crate::index) fn counts(&self) -> (u32, u32) {
        let both = self.counts.get(self.at).copied().unwrap_or(0);
        (both >> 3, both & 7)
    }

    /// Where in the passage's body the word stands, in order.
    pub(in crate::index) fn positions(&self) -> Checked<Vec<u32>> {
        let mut rest = self.bytes.get(self.positions..).unwrap_or_default();
        let before: u32 = self.counts.iter().take(self.at).map(|both| both >> 3).sum();
        for _ in 0..before {
            take(&mut rest).ok_or_else(broken)?;
        }
        let mut position = 0;
        let positions = (0..self.counts().0).map(|_| {
            position += take(&mut rest)?;
            Some(position)
        });
        positions.collect::<Option<_>>().ok_or_else(broken)
    }

    /// Goes to the next posting.
    pub(in crate::index) fn advance(&mut self) -> Checked<()> {
        self.at += 1;
        if self.at >= self.places.len() && self.block + 1 < self.blocks() {
            self.decode(self.block + 1)?;
        }
        Ok(())
    }

    /// Goes to the first posting that is not before `place`; never back.
    pub(in crate::index) fn seek(&mut self, place: u32) -> Checked<()> {
        if self.place().is_none_or(|now| now >= place) {
            return Ok(());
        }
        if self.places.last().is_some_and(|last| *last < place) {
            let block = self.block_from(self.block + 1, place);
            if block >= self.blocks() {
                self.at = self.places.len();
                self.block = self.blocks().saturating_sub(1);
                self.places.clear();
                return Ok(());
            }
            self.decode(block)?;
        }
        let rest = self.places.get(self.at..).unwrap_or_default();
        self.at += rest.partition_point(|now| *now < place);
        Ok(())
    }

    /// All that follow, at their new places; those that have none are left out. `places` rises.
    pub(super) fn collect(
        mut self,
        to: &mut Postings,
        place_of: impl Fn(u32) -> Option<u32>,
    ) -> Checked<()> {
        while let Some(place) = self.place() {
            if self.at == 0 {
                self.collect_block(to, &place_of)?;
                self.at = self.places.len() - 1;
            } else if let Some(place) = place_of(place) {
                let (body, header) = self.counts();
                to.push(place, body, header);
                to.positions
                    .extend(self.positions()?.iter().map(|at| narrow(*at)));
            }
            self.advance()?;
        }
        Ok(())
    }

    /// A whole block at once: each position is decoded once.
    fn collect_block(
        &self,
        to: &mut Postings,
        place_of: &impl Fn(u32) -> Option<u32>,
    ) -> Checked<()> {
        let mut rest = self.bytes.get(self.positions..).unwrap_or_default();
        for (place, both) in self.places.iter().zip(&self.counts) {
            let place = place_of(*place);
            if let Some(place) = place {
                to.push(place, both >> 3, both & 7);
            }
            let mut position = 0;
            for _ in 0..both >> 3 {
                position += take(&mut rest).ok_or_else(broken)?;
                if place.is_some() {
                    to.positions.push(narrow(position));
                }
            }
        }
        Ok(())
    }
}

impl Postings {
    fn push(&mut self, place: u32, body: u32, header: u32) {
        self.places.push(place);
        self.body.push(narrow(body));
        self.header.push(u8::try_from(header).unwrap_or(u8::MAX));
    }
}

fn narrow(number: u32) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

fn broken() -> Damage {
    Damage::new("postings are broken")
}
