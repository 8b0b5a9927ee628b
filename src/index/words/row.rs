//! The terms of a question on their way through the postings of a segment, place by place.
//!
//! **Source**: Turtle and Flood 1995, "Query evaluation: strategies and optimizations" (max score).

use super::cursor::Cursor;
use crate::index::Weighted;
use crate::index::blocks::Checked;
use crate::index::segment::Segment;
use std::ops::Range;

/// How fast a frequency saturates.
pub(super) const K1: f32 = 0.9;
/// What the header counts next to the body.
const HEADER: f32 = 0.25;

/// A term's postings in a segment, in all its forms.
pub(in crate::index) struct Forms<'a> {
    cursors: Vec<Cursor<'a>>,
}

impl<'a> Forms<'a> {
    pub(in crate::index) fn new(segment: &'a Segment, stem: &str) -> Checked<Self> {
        let words = segment.words();
        let forms = words.forms(stem)?.into_iter();
        let cursors = forms.map(|found| Cursor::new(words, found));
        Ok(Self {
            cursors: cursors.collect::<Checked<_>>()?,
        })
    }

    /// Passages that hold the term in their body; one with two forms counts twice.
    pub(in crate::index) fn in_body(&self) -> u64 {
        self.cursors.iter().map(Cursor::in_body).sum()
    }

    /// The same of the passages at some places, which come after all asked for before.
    pub(in crate::index) fn in_body_at(&mut self, places: &Range<u32>) -> Checked<u64> {
        let mut count = 0;
        for cursor in &mut self.cursors {
            cursor.seek(places.start)?;
            while cursor.place().is_some_and(|place| places.contains(&place)) {
                count += u64::from(cursor.counts().0 > 0);
                cursor.advance()?;
            }
        }
        Ok(count)
    }

    fn place(&self) -> Option<u32> {
        self.cursors.iter().filter_map(Cursor::place).min()
    }

    pub(super) fn seek(&mut self, place: u32) -> Checked<()> {
        self.cursors
            .iter_mut()
            .try_for_each(|cursor| cursor.seek(place))
    }

    /// How often the passage at a place holds the term, which the cursors have been brought to.
    pub(super) fn frequency(&self, place: u32) -> f32 {
        let here = self
            .cursors
            .iter()
            .filter(|cursor| cursor.place() == Some(place));
        let counts = here.map(Cursor::counts);
        counts.fold(0.0, |sum, (body, header)| {
            sum + small(body) + HEADER * small(header)
        })
    }

    /// Where in the body of the passage at a place it stands, in order.
    pub(super) fn positions(&self, place: u32) -> Checked<Vec<u32>> {
        let mut all = Vec::new();
        for cursor in self
            .cursors
            .iter()
            .filter(|cursor| cursor.place() == Some(place))
        {
            all.extend(cursor.positions()?);
        }
        all.sort_unstable();
        Ok(all)
    }
}

/// A term on its way through a segment.
struct Way<'a> {
    idf: f32,
    forms: Forms<'a>,
    /// Where the forms stand; the last number there is, past the end.
    place: u32,
    /// What it and the terms before it in the row can add together.
    sum: f32,
}

impl Way<'_> {
    /// What it can add to a score.
    fn most(&self) -> f32 {
        self.idf * (K1 + 1.0)
    }

    fn seek(&mut self, place: u32) -> Checked<()> {
        if self.place < place {
            self.forms.seek(place)?;
            self.place = self.forms.place().unwrap_or(u32::MAX);
        }
        Ok(())
    }
}

/// The terms in a row: those that only add before those that bring, and then the least first.
pub(super) struct Row<'a> {
    ways: Vec<Way<'a>>,
    /// The first that brings passages.
    bringing: usize,
    /// What the passage at hand can have at most.
    most: f32,
}

impl<'a> Row<'a> {
    pub(super) fn new(segment: &'a Segment, terms: &[Weighted]) -> Checked<Self> {
        let mut order: Vec<&Weighted> = terms.iter().collect();
        order.sort_by(|a, b| a.brings.cmp(&b.brings).then(a.idf.total_cmp(&b.idf)));
        let (mut ways, mut bringing, mut sum) = (Vec::new(), 0, 0.0);
        for term in order {
            let forms = Forms::new(segment, &term.stem)?;
            let Some(place) = forms.place() else {
                continue;
            };
            bringing += usize::from(!term.brings);
            let mut way = Way {
                idf: term.idf,
                forms,
                place,
                sum: 0.0,
            };
            sum += way.most();
            way.sum = sum;
            ways.push(way);
        }
        Ok(Self {
            ways,
            bringing,
            most: 0.0,
        })
    }

    /// Those that cannot lift a passage above a threshold together bring none any more.
    pub(super) fn raise(&mut self, threshold: f32) {
        while self
            .ways
            .get(self.bringing)
            .is_some_and(|way| way.sum <= threshold)
        {
            self.bringing += 1;
        }
    }

    /// The first place that one of those brings which do.
    pub(super) fn next(&self) -> Option<u32> {
        let bringing = self.ways.get(self.bringing..).unwrap_or_default();
        let least = bringing.iter().map(|way| way.place).min();
        least.filter(|place| *place < u32::MAX)
    }

    /// Brings all that bring to a place; gives whether one of them stands there.
    pub(super) fn bring_to(&mut self, place: u32) -> Checked<bool> {
        let before = self
            .bringing
            .checked_sub(1)
            .and_then(|last| self.ways.get(last));
        self.most = before.map_or(0.0, |way| way.sum);
        let mut is_there = false;
        for way in self.ways.get_mut(self.bringing..).unwrap_or_default() {
            way.seek(place)?;
            if way.place == place {
                is_there = true;
                self.most += way.most();
            }
        }
        Ok(is_there)
    }

    /// What the passage at hand can have at most.
    pub(super) fn most(&self) -> f32 {
        self.most
    }

    /// The score of the passage at hand, or some score below the threshold where it is no higher.
    pub(super) fn score(&mut self, place: u32, norm: f32, threshold: f32) -> Checked<f32> {
        let mut score = 0.0;
        let bringing = self.bringing.min(self.ways.len());
        let (adding, bringing) = self.ways.split_at_mut(bringing);
        for way in bringing.iter().filter(|way| way.place == place) {
            score += weight(way.forms.frequency(place), way.idf, norm);
        }
        for way in adding.iter_mut().rev() {
            if score + way.sum <= threshold {
                break;
            }
            way.seek(place)?;
            if way.place == place {
                score += weight(way.forms.frequency(place), way.idf, norm);
            }
        }
        Ok(score)
    }

    /// Leaves a place.
    pub(super) fn pass(&mut self, place: u32) -> Checked<()> {
        let bringing = self.ways.get_mut(self.bringing..).unwrap_or_default();
        bringing.iter_mut().try_for_each(|way| way.seek(place + 1))
    }
}

pub(super) fn weight(frequency: f32, idf: f32, norm: f32) -> f32 {
    idf * frequency * (K1 + 1.0) / (frequency + K1 * norm)
}

pub(super) fn small(count: u32) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}
