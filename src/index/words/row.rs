//! The terms of a question on their way through the postings of a segment, window by window.
//!
//! **Source**: Turtle and Flood 1995, "Query evaluation: strategies and optimizations" (max score), with the
//! bounds of blocks (Ding and Suel 2011, "Faster top-k document retrieval using block-max indexes") taken
//! over a window of places.

use super::cursor::Cursor;
use super::quarters;
use crate::index::Weighted;
use crate::index::blocks::Checked;
use crate::index::passages::Entry;
use crate::index::segment::Segment;
use std::ops::Range;

/// How fast a frequency saturates.
const K1: f32 = 0.9;
/// What a passage's length counts.
pub(super) const B: f32 = 0.4;
/// A word of the header counts as a quarter of one of the body.
const QUARTERS: f32 = 4.0;
/// Places of a window from which on all postings of a term that only adds are read, one after the other: to look
/// for each place takes longer.
const MANY: usize = 64;
/// Places that are looked at together.
pub(super) const WINDOW: u32 = 2048;

/// A term's postings in a segment, in all its forms.
pub(in crate::index) struct Forms<'a> {
    cursors: Vec<Cursor<'a>>,
}

impl<'a> Forms<'a> {
    pub(in crate::index) fn new(segment: &'a Segment, stem: &str) -> Checked<Self> {
        let words = segment.words();
        let forms = words.forms(stem)?;
        let cursors = forms.iter().map(|found| Cursor::new(words, found.clone()));
        Ok(Self {
            cursors: cursors.collect::<Checked<_>>()?,
        })
    }

    /// Passages at some places, which come after all asked for before, that hold the term in their body; one
    /// with two forms counts twice.
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

    pub(super) fn seek(&mut self, place: u32) -> Checked<()> {
        self.cursors
            .iter_mut()
            .try_for_each(|cursor| cursor.seek(place))
    }

    /// The first place from `place` on that holds the term; none comes before those asked for before.
    pub(super) fn next(&mut self, place: u32) -> Checked<Option<u32>> {
        self.seek(place)?;
        Ok(self.cursors.iter().filter_map(Cursor::place).min())
    }

    /// How often the passage at a place holds the term, which the cursors have been brought to.
    pub(super) fn frequency(&self, place: u32) -> f32 {
        let here = self
            .cursors
            .iter()
            .filter(|cursor| cursor.place() == Some(place));
        let counts = here.map(Cursor::counts);
        let quarters: u32 = counts.map(|(body, header)| quarters(body, header)).sum();
        small(quarters) / QUARTERS
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

/// A passage of a window while it is weighed.
pub(super) struct Weighed {
    pub(super) place: u32,
    pub(super) entry: Entry,
    /// What its length counts.
    pub(super) norm: f32,
    pub(super) score: f32,
}

/// A term on its way through a segment.
struct Way<'a> {
    idf: f32,
    brings: bool,
    forms: Forms<'a>,
    /// What it can add to a score in the window.
    most: f32,
    /// What it and the terms before it in the row can add together.
    sum: f32,
    /// Whether it passed the window.
    is_passed: bool,
    /// How often each place of the window holds it, in quarters, where it passed it.
    quarters: Vec<u16>,
}

impl Way<'_> {
    /// Finds what it can add to the score of a passage of the window.
    fn bound(&mut self, window: &Range<u32>, average: f32) {
        let of =
            |times: f32, words: f32| 1.0 / (1.0 + K1 * ((1.0 - B) / times + B * words / average));
        let mut share = 0.0;
        for cursor in &mut self.forms.cursors {
            if let Some((most, least)) = cursor.most(window) {
                share += of(f32::from(most) / QUARTERS, f32::from(least));
            }
        }
        // Rounding must not put it below what a passage has.
        self.most = self.idf * (K1 + 1.0) * 1.0001 * share.min(1.0);
    }

    /// Passes the window, and notes which of its places hold the term; each goes to `visit`, from the beginning of
    /// the window.
    fn pass(&mut self, window: &Range<u32>, mut visit: impl FnMut(usize)) -> Checked<()> {
        self.is_passed = true;
        self.quarters.resize(WINDOW as usize, 0);
        for cursor in &mut self.forms.cursors {
            cursor.seek(window.start)?;
            cursor.each_before(window.end, |place, quarters| {
                let at = (place - window.start) as usize;
                if let Some(sum) = self.quarters.get_mut(at) {
                    *sum = sum.saturating_add(u16::try_from(quarters).unwrap_or(u16::MAX));
                    visit(at);
                }
            })?;
        }
        Ok(())
    }

    /// Adds it to the scores of places of the window, which it passed.
    fn add_passed(&self, start: u32, weighed: &mut [Weighed]) {
        for own in weighed {
            let at = (own.place - start) as usize;
            let quarters = self.quarters.get(at).copied().unwrap_or(0);
            own.score += weight(f32::from(quarters) / QUARTERS, self.idf, own.norm);
        }
    }

    /// The same where it did not: each place is looked for.
    fn add_sought(&mut self, weighed: &mut [Weighed]) -> Checked<()> {
        for own in weighed {
            self.forms.seek(own.place)?;
            own.score += weight(self.forms.frequency(own.place), self.idf, own.norm);
        }
        Ok(())
    }
}

/// The terms in a row: those that only add before those that bring, and then the least first.
pub(super) struct Row<'a> {
    ways: Vec<Way<'a>>,
    average: f32,
    window: Range<u32>,
    /// The first that brings passages in the window.
    bringing: usize,
    /// A bit for each place of the window, to put what they hold in order.
    holding: Vec<u64>,
}

impl<'a> Row<'a> {
    /// `average` words are in a passage.
    pub(super) fn new(segment: &'a Segment, terms: &[Weighted], average: f32) -> Checked<Self> {
        let mut order: Vec<&Weighted> = terms.iter().collect();
        order.sort_by(|a, b| a.brings.cmp(&b.brings).then(a.idf.total_cmp(&b.idf)));
        let way = |term: &Weighted| {
            Ok(Way {
                idf: term.idf,
                brings: term.brings,
                forms: Forms::new(segment, &term.stem)?,
                most: 0.0,
                sum: 0.0,
                is_passed: false,
                quarters: Vec::new(),
            })
        };
        Ok(Self {
            ways: order.into_iter().map(way).collect::<Checked<_>>()?,
            average,
            window: 0..0,
            bringing: 0,
            holding: vec![0; WINDOW as usize / 64],
        })
    }

    /// Goes on to a window of at most [`WINDOW`] places; gives the places in it that some term brings which can lift a
    /// passage above the threshold.
    pub(super) fn enter(
        &mut self,
        window: Range<u32>,
        threshold: f32,
        places: &mut Vec<u32>,
    ) -> Checked<()> {
        self.leave();
        self.window = window;
        let mut sum = 0.0;
        for way in &mut self.ways {
            way.bound(&self.window, self.average);
            sum += way.most;
            way.sum = sum;
        }
        let brings = |way: &Way<'_>| way.brings && way.sum > threshold;
        self.bringing = self.ways.iter().position(brings).unwrap_or(self.ways.len());
        for way in self.ways.iter_mut().skip(self.bringing) {
            way.pass(&self.window, |at| {
                if let Some(bits) = self.holding.get_mut(at / 64) {
                    *bits |= 1 << (at % 64);
                }
            })?;
        }
        places.clear();
        for (word, bits) in (0..).zip(&mut self.holding) {
            while *bits != 0 {
                places.push(self.window.start + word * 64 + bits.trailing_zeros());
                *bits &= *bits - 1;
            }
        }
        Ok(())
    }

    /// Forgets what the window holds.
    fn leave(&mut self) {
        for way in self.ways.iter_mut().filter(|way| way.is_passed) {
            way.quarters.fill(0);
            way.is_passed = false;
        }
    }

    /// Scores passages of the window, whose places rise; leaves those that can be above the threshold.
    pub(super) fn weigh(&mut self, weighed: &mut Vec<Weighed>, threshold: f32) -> Checked<()> {
        let bringing = self.bringing.min(self.ways.len());
        let (adding, bringing) = self.ways.split_at_mut(bringing);
        for way in bringing.iter() {
            way.add_passed(self.window.start, weighed);
        }
        for way in adding.iter_mut().rev() {
            weighed.retain(|own| own.score + way.sum > threshold);
            if weighed.len() >= MANY {
                way.pass(&self.window, |_| ())?;
                way.add_passed(self.window.start, weighed);
            } else {
                way.add_sought(weighed)?;
            }
        }
        Ok(())
    }
}

/// BM25 of a term, for a passage whose length counts as `norm`.
pub(super) fn weight(frequency: f32, idf: f32, norm: f32) -> f32 {
    idf * frequency * (K1 + 1.0) / (frequency + K1 * norm)
}

pub(super) fn small(count: u32) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}
