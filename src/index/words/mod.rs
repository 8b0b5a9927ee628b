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

pub(super) use dictionary::Words;
pub(super) use inverted::Inverted;
pub(super) use merged::Merged;
pub(super) use phrase::is_said;
pub(super) use rank::Ranking;
pub(super) use row::Forms;
pub use stem::{Stems, is_form_of, words};

use super::blocks::{BlockWriter, Checked};
use super::segment::Unwritten;
use dictionary::{Found, Lookup};
use std::io::Write;

/// Postings in a block.
const POSTINGS: usize = 128;
/// Bytes of a block's line in the table that stands before the blocks of a word that needs several:
/// the last place in the block, and where the block ends, each u32.
const SKIP_LEN: usize = 8;

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

/// Writes postings; gives the dictionary that leads to them.
pub(super) fn write<W: Write>(
    out: &mut BlockWriter<W>,
    terms: &mut dyn TermSource,
    len: &mut usize,
) -> Result<Lookup, Unwritten> {
    let mut lookup = Lookup::default();
    while let Some((term, postings)) = terms.next()? {
        let bytes = postings.to_bytes();
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

impl Postings {
    fn to_bytes(&self) -> Vec<u8> {
        let (mut blocks, mut skips) = (Vec::new(), Vec::new());
        let (mut before, mut position) = (0, 0);
        let counted = self.places.iter().zip(&self.body).zip(&self.header);
        let counted: Vec<_> = counted
            .map(|((place, body), header)| (*place, *body, *header))
            .collect();
        for block in counted.chunks(POSTINGS) {
            for (place, _, _) in block {
                put(&mut blocks, place - before);
                before = *place;
            }
            for (_, body, header) in block {
                put(
                    &mut blocks,
                    u32::from(*body) << 3 | u32::from(*header).min(7),
                );
            }
            for (_, body, _) in block {
                let mut last = 0;
                for at in self
                    .positions
                    .iter()
                    .skip(position)
                    .take(usize::from(*body))
                {
                    put(&mut blocks, u32::from(*at) - last);
                    last = u32::from(*at);
                }
                position += usize::from(*body);
            }
            skips.extend(before.to_le_bytes());
            skips.extend(
                u32::try_from(blocks.len())
                    .unwrap_or(u32::MAX)
                    .to_le_bytes(),
            );
        }
        if counted.len() > POSTINGS {
            skips.extend(blocks);
            return skips;
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
fn take(from: &mut &[u8]) -> Option<u32> {
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
        assert_eq!(take(&mut [0x80; 9].as_slice()), None);
    }
}
