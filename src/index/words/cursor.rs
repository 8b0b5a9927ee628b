//! The postings of a word, one after the other, or from a place on.

use super::dictionary::{Found, Words};
use super::{POSTINGS, Postings, SKIP_LEN, take};
use crate::index::blocks::{Checked, Damage};

/// A posting of a word, and the way to the next.
pub(in crate::index) struct Cursor<'a> {
    words: Words<'a>,
    found: Found,
    /// Last place and end of each block; empty where there is one block.
    skips: Vec<(u32, usize)>,
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
        let mut skips = Vec::new();
        if blocks > 1 {
            let table = words.bytes(&found, 0, blocks * SKIP_LEN)?;
            let (numbers, _) = table.as_chunks::<4>();
            let mut numbers = numbers.iter().map(|number| u32::from_le_bytes(*number));
            while let (Some(last), Some(end)) = (numbers.next(), numbers.next()) {
                skips.push((last, end as usize));
            }
        }
        let mut cursor = Self {
            words,
            found,
            skips,
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
        let table = self.skips.len() * SKIP_LEN;
        let (start, mut place) = match block
            .checked_sub(1)
            .and_then(|before| self.skips.get(before))
        {
            Some((last, end)) => (*end, *last),
            None => (0, 0),
        };
        let end = match self.skips.get(block) {
            Some((_, end)) => *end,
            None => self.found.len,
        };
        let len = end.checked_sub(start).ok_or_else(broken)?;
        self.bytes = self.words.bytes(&self.found, table + start, len)?;
        let mut rest = self.bytes.as_slice();
        for _ in 0..count {
            place += take(&mut rest).ok_or_else(broken)?;
            self.places.push(place);
        }
        for _ in 0..count {
            self.counts.push(take(&mut rest).ok_or_else(broken)?);
        }
        self.positions = self.bytes.len() - rest.len();
        Ok(())
    }

    /// Passages that hold the word in their body.
    pub(in crate::index) fn in_body(&self) -> u64 {
        self.found.in_body as u64
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
        if self.at >= self.places.len() && (self.block + 1) * POSTINGS < self.found.passages {
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
            let later = self.skips.get(self.block + 1..).unwrap_or_default();
            let skipped = later.partition_point(|(last, _)| *last < place);
            if skipped >= later.len() {
                self.at = self.places.len();
                self.block = self.found.passages.div_ceil(POSTINGS).saturating_sub(1);
                self.places.clear();
                return Ok(());
            }
            self.decode(self.block + 1 + skipped)?;
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
