//! From a word to its postings: words in order, in blocks that each stand alone.

use super::super::blocks::{BODY, Checked, Damage};
use super::super::segment::{Section, Segment};
use super::stem::{beginnings, irregular, is_longer_form};
use super::{put, take};
use std::cmp::Ordering;
use std::ops::Range;
use std::rc::Rc;

/// Stems whose forms are kept.
const MOST_KEPT: usize = 4096;
/// Bytes of a word that are kept.
pub(super) const LONGEST: usize = 64;

/// Where the postings of a word are, from the beginning of all postings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::index) struct Found {
    /// Passages that hold it.
    pub(in crate::index) passages: usize,
    /// Those that hold it in their body.
    pub(in crate::index) in_body: usize,
    pub(super) at: usize,
    pub(super) len: usize,
}

/// A dictionary as it is written.
#[derive(Default)]
pub(in crate::index) struct Lookup {
    blocks: Vec<Vec<u8>>,
}

impl Lookup {
    /// Appends a word that comes after all before.
    pub(super) fn push(&mut self, term: &str, found: &Found) {
        let mut line = vec![u8::try_from(term.len()).unwrap_or(0)];
        line.extend(term.as_bytes());
        for number in [found.passages, found.in_body, found.at, found.len] {
            put_long(&mut line, number);
        }
        match self.blocks.last_mut() {
            Some(block) if block.len() + line.len() <= BODY => block.extend(line),
            _ => self.blocks.push(line),
        }
    }

    pub(in crate::index) fn blocks(&self) -> impl Iterator<Item = &[u8]> {
        self.blocks.iter().map(Vec::as_slice)
    }

    /// Bytes that it takes in the file.
    pub(in crate::index) fn len(&self) -> usize {
        self.blocks.len() * BODY
    }
}

/// Postings of more than 4 GiB have places that need more than 32 bits.
fn put_long(to: &mut Vec<u8>, number: usize) {
    let number = number as u64;
    let low = u32::try_from(number & 0x0fff_ffff).unwrap_or(0);
    put(to, low);
    put(to, u32::try_from(number >> 28).unwrap_or(u32::MAX));
}

fn take_long(from: &mut &[u8]) -> Option<usize> {
    let low = u64::from(take(from)?);
    usize::try_from(u64::from(take(from)?) << 28 | low).ok()
}

/// Takes a line; `None` at the end of a block.
fn take_line<'a>(from: &mut &'a [u8]) -> Option<(&'a str, Found)> {
    let (len, rest) = from.split_first()?;
    let (term, rest) = rest
        .split_at_checked(usize::from(*len))
        .filter(|_| *len > 0)?;
    *from = rest;
    let found = Found {
        passages: take_long(from)?,
        in_body: take_long(from)?,
        at: take_long(from)?,
        len: take_long(from)?,
    };
    Some((std::str::from_utf8(term).ok()?, found))
}

/// The words of a segment.
#[derive(Clone, Copy)]
pub(in crate::index) struct Words<'a> {
    pub(super) segment: &'a Segment,
    dictionary: Section,
    postings: Section,
}

impl<'a> Words<'a> {
    pub(in crate::index) fn new(
        segment: &'a Segment,
        dictionary: Section,
        postings: Section,
    ) -> Self {
        Self {
            segment,
            dictionary,
            postings,
        }
    }

    pub(super) fn block_count(&self) -> usize {
        self.dictionary.len / BODY
    }

    /// Hands the lines of a block to `visit` until it says stop; gives whether it did.
    pub(super) fn each_line(
        &self,
        block: usize,
        mut visit: impl FnMut(&str, Found) -> bool,
    ) -> Checked<bool> {
        let blocks = &self.segment.blocks;
        blocks.with(self.dictionary.block + block, |mut left| {
            while let Some((term, found)) = take_line(&mut left) {
                if visit(term, found) {
                    return true;
                }
            }
            false
        })
    }

    /// The block in which a word would stand.
    fn block_of(&self, term: &str) -> Checked<usize> {
        let (mut low, mut high) = (0, self.block_count());
        while low + 1 < high {
            let middle = low.midpoint(high);
            let mut order = Ordering::Equal;
            self.each_line(middle, |first, _| {
                order = first.cmp(term);
                true
            })?;
            if order == Ordering::Greater {
                high = middle;
            } else {
                low = middle;
            }
        }
        Ok(low)
    }

    /// The postings of a stem.
    pub(in crate::index) fn find(&self, term: &str) -> Checked<Option<Found>> {
        let mut place = None;
        if self.block_count() > 0 {
            self.each_line(self.block_of(term)?, |other, found| {
                if other == term {
                    place = Some(found);
                }
                other >= term
            })?;
        }
        Ok(place)
    }

    /// The postings of all forms of a stem, kept once they were looked up: a question asks for each stem several times.
    pub(in crate::index) fn forms(&self, stem: &str) -> Checked<Rc<[Found]>> {
        if let Some(known) = self.segment.forms.borrow().get(stem) {
            return Ok(known.clone());
        }
        let found: Rc<[Found]> = self.look_up(stem)?.into();
        let mut forms = self.segment.forms.borrow_mut();
        if forms.len() >= MOST_KEPT {
            forms.clear();
        }
        forms.insert(stem.to_owned(), found.clone());
        Ok(found)
    }

    fn look_up(&self, stem: &str) -> Checked<Vec<Found>> {
        let mut forms = Vec::new();
        for short in beginnings(stem).filter(|short| *short != stem) {
            forms.extend(self.find(short)?);
        }
        let apart = irregular(stem).iter();
        for form in apart.filter(|form| **form != stem && !is_longer_form(form, stem)) {
            forms.extend(self.find(form)?);
        }
        let mut block = if self.block_count() > 0 {
            self.block_of(stem)?
        } else {
            0
        };
        while block < self.block_count() {
            let past = self.each_line(block, |other, found| {
                if other == stem || other > stem && is_longer_form(stem, other) {
                    forms.push(found);
                }
                other > stem && !other.starts_with(stem)
            })?;
            if past {
                break;
            }
            block += 1;
        }
        Ok(forms)
    }

    /// Passages that hold a stem in their body, in any form; one with two forms counts twice.
    pub(in crate::index) fn in_body(&self, stem: &str) -> Checked<u64> {
        let forms = self.forms(stem)?;
        Ok(forms.iter().map(|found| found.in_body as u64).sum())
    }

    /// Postings of a stem, in any form.
    pub(in crate::index) fn postings(&self, stem: &str) -> Checked<u64> {
        let forms = self.forms(stem)?;
        Ok(forms.iter().map(|found| found.passages as u64).sum())
    }

    /// Bytes of the postings of a word, in the place of what `bytes` holds.
    pub(super) fn read(
        &self,
        bytes: &mut Vec<u8>,
        found: &Found,
        range: Range<usize>,
    ) -> Checked<()> {
        if range.end > found.len || found.at + found.len > self.postings.len {
            return Err(Damage::new("postings lead out of the file"));
        }
        let range = found.at + range.start..found.at + range.end;
        let blocks = &self.segment.blocks;
        blocks.bytes_into(bytes, self.postings.block, range)
    }
}
