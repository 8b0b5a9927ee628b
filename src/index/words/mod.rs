//! The words of a segment's passages: which passages hold a word, how often, and where.
//!
//! In: texts. Out: postings, by stem. A posting is a passage's place in the segment, how often its body
//! and its header hold the word, and at which words of the body. Postings come in blocks of
//! [`POSTINGS`], so that what a search skips is not read.

mod cursor;
mod dictionary;
mod inverted;
mod merged;
mod phrase;
mod rank;
mod row;
mod stem;

pub(super) use dictionary::{Found, Words};
pub(super) use inverted::Inverted;
pub(super) use merged::Merged;
pub(super) use phrase::{is_held, said_at};
pub(super) use rank::Ranking;
pub(super) use row::Forms;
pub use stem::{Stems, has_words, is_form_of, is_pair, runs, words};

use super::blocks::{BlockWriter, Checked};
use super::segment::Unwritten;
use dictionary::Lookup;
use std::io::Write;

/// Postings in a block.
const POSTINGS: usize = 128;
/// Bytes of a block's [`Line`].
const LINE_LEN: usize = 12;
/// Frequencies are counted in quarters: a word of the header counts as one.
const QUARTERS: u32 = 4;

/// What the table says of a block, which stands before the blocks of a word that has several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Line {
    /// The last place in the block.
    last: u32,
    /// Where the block ends, from the end of the table.
    end: u32,
    /// The most quarters that a passage of the block counts.
    most: u16,
    /// The least words that a passage of it has for each time that it counts.
    least: u16,
}

/// All postings of a word, by place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Postings {
    pub(super) places: Vec<u32>,
    /// How often the body holds the word.
    pub(super) body: Vec<u16>,
    /// How often the header does.
    pub(super) header: Vec<u8>,
    /// Where in the body, for each posting as many as it counts.
    pub(super) positions: Vec<u16>,
}

/// Words with their postings, in ascending order of the words.
pub(super) trait TermSource {
    /// The next.
    ///
    /// # Errors
    /// When it stands in a segment that is damaged.
    fn next(&mut self) -> Checked<Option<(String, Postings)>>;
}

/// Writes postings; gives the dictionary that leads to them. `lengths` has the words of each passage's body.
pub(super) fn write<W: Write>(
    out: &mut BlockWriter<W>,
    terms: &mut dyn TermSource,
    lengths: &[u16],
    len: &mut usize,
) -> Result<Lookup, Unwritten> {
    let mut lookup = Lookup::default();
    while let Some((term, postings)) = terms.next()? {
        let bytes = postings.to_bytes(lengths);
        let found = Found {
            passages: postings.places.len(),
            in_body: postings.body.iter().filter(|count| **count > 0).count(),
            at: *len,
            len: bytes.len(),
        };
        out.write(&bytes)?;
        *len += bytes.len();
        lookup.push(&term, &found);
    }
    Ok(lookup)
}

impl Line {
    fn to_bytes(self) -> [u8; LINE_LEN] {
        let mut bytes = [0; LINE_LEN];
        let numbers = [self.last.to_le_bytes(), self.end.to_le_bytes()];
        let small = [self.most.to_le_bytes(), self.least.to_le_bytes()];
        let parts = numbers.as_flattened().iter().chain(small.as_flattened());
        for (to, from) in bytes.iter_mut().zip(parts) {
            *to = *from;
        }
        bytes
    }

    fn from_bytes(bytes: [u8; LINE_LEN]) -> Self {
        let (parts, _) = bytes.as_chunks::<4>();
        let &[last, end, [low, high, shortest @ ..]] = parts else {
            return Self::default();
        };
        Self {
            last: u32::from_le_bytes(last),
            end: u32::from_le_bytes(end),
            most: u16::from_le_bytes([low, high]),
            least: u16::from_le_bytes(shortest),
        }
    }
}

/// How often a passage counts a word, in quarters.
fn quarters(body: u32, header: u32) -> u32 {
    QUARTERS * body + header
}

impl Postings {
    fn to_bytes(&self, lengths: &[u16]) -> Vec<u8> {
        let (mut blocks, mut table) = (Vec::new(), Vec::new());
        let (mut before, mut positions) = (0, self.positions.as_slice());
        let counted = self.places.iter().zip(&self.body).zip(&self.header);
        let counted: Vec<_> = counted
            .map(|((place, body), header)| (*place, u32::from(*body), u32::from(*header).min(7)))
            .collect();
        for block in counted.chunks(POSTINGS) {
            let (mut most, mut least) = (0, u32::MAX);
            for (place, body, header) in block {
                put(&mut blocks, place - before);
                before = *place;
                let length = lengths.get(*place as usize).copied().unwrap_or(0);
                let quarters = quarters(*body, *header);
                most = most.max(quarters);
                least = least.min(u32::from(length) * QUARTERS / quarters.max(1));
            }
            for (_, body, header) in block {
                put(&mut blocks, body << 3 | header);
            }
            for (_, body, _) in block {
                let (own, rest) = positions.split_at(positions.len().min(*body as usize));
                let mut from = 0;
                for at in own {
                    put(&mut blocks, u32::from(*at) - from);
                    from = u32::from(*at);
                }
                positions = rest;
            }
            let line = Line {
                last: before,
                end: u32::try_from(blocks.len()).unwrap_or(u32::MAX),
                most: u16::try_from(most).unwrap_or(u16::MAX),
                least: u16::try_from(least).unwrap_or(u16::MAX),
            };
            table.extend(line.to_bytes());
        }
        if counted.len() > POSTINGS {
            table.extend(blocks);
            return table;
        }
        blocks
    }
}

/// Appends a number, seven bits a byte, lowest first.
fn put(to: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        to.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    to.push(number.to_le_bytes()[0]);
}

/// Takes a number from the front.
#[inline]
fn take(from: &mut &[u8]) -> Option<u32> {
    // Most have one byte.
    let (byte, rest) = from.split_first()?;
    if *byte < 0x80 {
        *from = rest;
        return Some(u32::from(*byte));
    }
    take_longer(from)
}

/// Fills `to` with numbers from the front.
fn take_all(from: &mut &[u8], to: &mut [u32]) -> Option<()> {
    const LONGER: u64 = 0x8080_8080_8080_8080;
    let (eights, left) = to.as_chunks_mut::<8>();
    for eight in eights {
        let bytes = from.first_chunk::<8>();
        if let Some(bytes) = bytes.filter(|bytes| u64::from_le_bytes(**bytes) & LONGER == 0) {
            // Eight of one byte each.
            for (number, byte) in eight.iter_mut().zip(bytes) {
                *number = u32::from(*byte);
            }
            *from = from.get(8..)?;
            continue;
        }
        for number in eight {
            *number = take(from)?;
        }
    }
    for number in left {
        *number = take(from)?;
    }
    Some(())
}

fn take_longer(from: &mut &[u8]) -> Option<u32> {
    let mut number = 0;
    for shift in (0..32).step_by(7) {
        let (byte, rest) = from.split_first()?;
        *from = rest;
        number |= u32::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_from_their_bytes() {
        let numbers = [0, 1, 127, 128, 16_383, 16_384, u32::MAX];
        let mut bytes = Vec::new();
        for number in numbers {
            put(&mut bytes, number);
        }
        let mut from = bytes.as_slice();
        assert!(
            numbers
                .iter()
                .all(|number| take(&mut from) == Some(*number))
        );
        assert_eq!(take(&mut from), None);
        for shorter in [0, 1, 7, 8, 9, 40] {
            let numbers = [vec![5; shorter], numbers.to_vec(), vec![6; 11]].concat();
            let mut bytes = Vec::new();
            for number in &numbers {
                put(&mut bytes, *number);
            }
            let (mut from, mut all) = (bytes.as_slice(), vec![0; numbers.len()]);
            take_all(&mut from, &mut all).unwrap();
            assert_eq!((all, from.len()), (numbers, 0));
            assert_eq!(take_all(&mut [3; 12].as_slice(), &mut [0; 13]), None);
        }
        assert_eq!(take(&mut [0x80; 9].as_slice()), None);
    }
}
