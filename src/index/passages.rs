//! What a segment knows of each passage: its id, its length, and what a filter asks for.

use super::blocks::{BODY, Checked, Damage};
use super::segment::Segment;
use crate::library::{IndexedPassage, Scope};
use crate::transcript::{Kind, Section};
use crate::units::PassageId;
use std::ops::Range;

/// A passage in a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its id, from the first of the segment.
    pub(super) offset: u32,
    /// Words in its body, or the most that there is room for.
    pub(super) words: u16,
    /// What is asked of it by a filter; see [`Marks`].
    pub(super) marks: u8,
}

/// Bits of [`Entry::marks`].
struct Marks;

impl Marks {
    /// The operator's words: they announce every topic of a call and state none.
    const OPERATOR: u8 = 1 << 7;

    /// Whether somebody of that kind speaks in it.
    fn kind(kind: Kind) -> u8 {
        match kind {
            Kind::Executive => 1,
            Kind::Analyst => 1 << 1,
            Kind::Operator => 1 << 2,
            Kind::Other => 1 << 3,
        }
    }

    fn section(section: Section) -> u8 {
        match section {
            Section::Prepared => 1 << 4,
            Section::Questions => 1 << 5,
            Section::Other => 1 << 6,
        }
    }
}

impl Entry {
    /// Bytes in the file.
    pub(super) const LEN: usize = 8;

    pub(super) fn new(passage: &IndexedPassage, first: PassageId, words: usize) -> Option<Self> {
        let kinds = passage.kinds.iter().map(|kind| Marks::kind(*kind));
        let mut marks = kinds.fold(Marks::section(passage.section), |marks, kind| marks | kind);
        if passage.kind == Kind::Operator {
            marks |= Marks::OPERATOR;
        }
        Some(Self {
            offset: u32::try_from(passage.id.0 - first.0).ok()?,
            words: u16::try_from(words).unwrap_or(u16::MAX),
            marks,
        })
    }

    /// Whether it is linked in the graph: what the operator says is found only when it is asked for.
    pub(super) fn is_linked(self) -> bool {
        self.marks & Marks::OPERATOR == 0
    }

    pub(super) fn to_bytes(self) -> [u8; Self::LEN] {
        let mut bytes = [0; Self::LEN];
        let parts = [
            &self.offset.to_le_bytes()[..],
            &self.words.to_le_bytes(),
            &[self.marks],
        ];
        for (to, from) in bytes.iter_mut().zip(parts.concat()) {
            *to = from;
        }
        bytes
    }

    fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
        let number = u64::from_le_bytes(bytes);
        #[expect(clippy::cast_possible_truncation, reason = "the parts of the number")]
        let parts = (number as u32, (number >> 32) as u16, (number >> 48) as u8);
        Self {
            offset: parts.0,
            words: parts.1,
            marks: parts.2,
        }
    }
}

/// The passages of a segment, by their places.
#[derive(Clone, Copy)]
pub(super) struct Passages<'a> {
    segment: &'a Segment,
    block: usize,
}

impl<'a> Passages<'a> {
    const IN_BLOCK: usize = BODY / Entry::LEN;

    pub(super) fn new(segment: &'a Segment, block: usize) -> Self {
        Self { segment, block }
    }

    /// The passage at a place.
    pub(super) fn entry(&self, place: u32) -> Checked<Entry> {
        let place = place as usize;
        let block = self.block + place / Self::IN_BLOCK;
        let at = place % Self::IN_BLOCK * Entry::LEN;
        let entry = self.segment.blocks.with(block, |block| {
            let bytes = block.get(at..)?.first_chunk()?;
            Some(Entry::from_bytes(*bytes))
        })?;
        entry.ok_or_else(|| Damage::new("a passage is cut"))
    }

    /// Appends the passages at `places`, which rise: a block of them is looked up once.
    pub(super) fn entries(&self, places: &[u32], to: &mut Vec<Entry>) -> Checked<()> {
        let block_of = |place: u32| place as usize / Self::IN_BLOCK;
        let wanted = to.len() + places.len();
        for group in places.chunk_by(|a, b| block_of(*a) == block_of(*b)) {
            let block = self.block + group.first().map_or(0, |place| block_of(*place));
            self.segment.blocks.with(block, |block| {
                let (entries, _) = block.as_chunks::<{ Entry::LEN }>();
                let at = |place: &u32| entries.get(*place as usize % Self::IN_BLOCK);
                to.extend(
                    group
                        .iter()
                        .map_while(at)
                        .map(|bytes| Entry::from_bytes(*bytes)),
                );
            })?;
        }
        if to.len() == wanted {
            Ok(())
        } else {
            Err(Damage::new("a passage is cut"))
        }
    }

    /// The id of the passage at a place.
    pub(super) fn id(&self, place: u32) -> Checked<PassageId> {
        Ok(self.id_of(self.entry(place)?))
    }

    /// The id of a passage.
    pub(super) fn id_of(&self, entry: Entry) -> PassageId {
        PassageId(self.segment.ids.start.0 + i64::from(entry.offset))
    }

    /// All, in order.
    pub(super) fn all(&self) -> Checked<Vec<Entry>> {
        let mut entries = Vec::with_capacity(self.segment.len());
        let blocks = self.segment.len().div_ceil(Self::IN_BLOCK);
        self.segment
            .blocks
            .each(self.block..self.block + blocks, |_, block| {
                let (chunks, _) = block.as_chunks::<{ Entry::LEN }>();
                let left = self.segment.len() - entries.len();
                entries.extend(
                    chunks
                        .iter()
                        .take(left)
                        .map(|bytes| Entry::from_bytes(*bytes)),
                );
                Ok(())
            })?;
        Ok(entries)
    }

    /// The places of the passages with ids in a range.
    pub(super) fn places(&self, ids: &Range<PassageId>) -> Checked<Range<u32>> {
        Ok(self.first_from(ids.start)?..self.first_from(ids.end)?)
    }

    /// The place of the first passage with an id of at least `id`.
    fn first_from(&self, id: PassageId) -> Checked<u32> {
        let (mut low, mut high) = (0, u32::try_from(self.segment.len()).unwrap_or(u32::MAX));
        // Where no passage was left out, an id is its place.
        let gapless = u32::try_from(id.0 - self.segment.ids.start.0).unwrap_or(0);
        if gapless < high && self.id(gapless)? == id {
            return Ok(gapless);
        }
        while low < high {
            let middle = low.midpoint(high);
            if self.id(middle)? < id {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }
}

/// Which passages of a segment are searched.
pub(super) struct Allowed {
    /// Places, in order.
    pub(super) places: Vec<Range<u32>>,
    kind: u8,
    section: u8,
    with_operator: bool,
}

impl Allowed {
    /// `ids` are those of the scope's calls and speakers; `removed` ones are left out.
    pub(super) fn new(
        segment: &Segment,
        scope: &Scope,
        ids: Option<&[Range<PassageId>]>,
        removed: &[Range<PassageId>],
    ) -> Checked<Self> {
        let passages = segment.passages();
        let whole = [segment.ids.clone()];
        let mut places = Vec::new();
        for ids in ids.unwrap_or(&whole) {
            if ids.start < segment.ids.end && segment.ids.start < ids.end {
                places.push(passages.places(ids)?);
            }
        }
        for removed in removed {
            if removed.start < segment.ids.end && segment.ids.start < removed.end {
                places = without(&places, &passages.places(removed)?);
            }
        }
        Ok(Self {
            places,
            kind: scope.role.map_or(0, Marks::kind),
            section: scope.section.map_or(0, Marks::section),
            with_operator: scope.role == Some(Kind::Operator),
        })
    }

    /// How many places there are, whatever their marks.
    pub(super) fn len(&self) -> usize {
        self.places.iter().map(ExactSizeIterator::len).sum()
    }

    /// Whether every passage that is linked may be found.
    pub(super) fn is_whole(&self, segment: &Segment) -> bool {
        self.len() == segment.len() && !self.asks_marks()
    }

    /// Whether more is asked than that the operator does not speak.
    pub(super) fn asks_marks(&self) -> bool {
        self.kind != 0 || self.section != 0
    }

    /// Whether a passage's marks are those that are asked for.
    pub(super) fn suits(&self, entry: Entry) -> bool {
        (self.with_operator || entry.is_linked())
            && entry.marks & self.kind == self.kind
            && entry.marks & self.section == self.section
    }

    /// The first allowed place that is not before `place`.
    pub(super) fn next(&self, place: u32) -> Option<u32> {
        let at = self.places.partition_point(|range| range.end <= place);
        self.places.get(at).map(|range| range.start.max(place))
    }

    /// Whether a place is allowed.
    pub(super) fn holds(&self, place: u32) -> bool {
        self.next(place) == Some(place)
    }
}

/// Ranges without the places of `taken`.
fn without(ranges: &[Range<u32>], taken: &Range<u32>) -> Vec<Range<u32>> {
    let parts = ranges.iter().flat_map(|range| {
        let before = range.start..range.end.min(taken.start).max(range.start);
        let after = range.start.max(taken.end).min(range.end)..range.end;
        [before, after]
    });
    parts.filter(|range| !range.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_comes_back_from_its_bytes() {
        let entry = Entry {
            offset: 70_000,
            words: 300,
            marks: 0x85,
        };
        assert_eq!(Entry::from_bytes(entry.to_bytes()), entry);
        assert!(!entry.is_linked());
    }

    #[test]
    fn taking_places_away_splits_ranges() {
        let ranges = [0..10, 20..30];
        assert_eq!(without(&ranges, &(5..25)), [0..5, 25..30]);
        assert_eq!(without(&ranges, &(2..4)), [0..2, 4..10, 20..30]);
        assert_eq!(without(&ranges, &(12..15)), ranges);
        assert_eq!(without(&ranges, &(0..40)), []);
    }
}
