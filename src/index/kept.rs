//! Blocks that were read, in the memory where they stay.
//!
//! In: blocks, as they are asked for. Out: the same blocks. They stand one after the other in large pages, in the order
//! in which they came: a walk looks at blocks from all over a file, and in memory of their own each would cost more
//! than to read it.

use super::blocks::{BLOCK, Checked};
use crate::embed::Buffer;

/// Blocks that are kept, 128 MiB of them at most: the sketches of a million passages take 13,000.
const MOST: usize = 32_768;
/// Blocks whose memory is asked for at once.
const SLAB: usize = 2048;
/// Bytes of a number of [`Buffer`].
const NUMBER: usize = 4;

/// The blocks of a file that are kept.
pub(super) struct Kept {
    /// The place of each block of the file, from 1; 0 for one that is not kept.
    places: Vec<u32>,
    /// The block in each place that was ever taken.
    blocks: Vec<usize>,
    slabs: Vec<Buffer<u32>>,
    /// The place that is taken next.
    next: usize,
}

impl Kept {
    /// For a file of so many blocks.
    pub(super) fn new(count: usize) -> Self {
        Self {
            places: vec![0; count],
            blocks: Vec::new(),
            slabs: Vec::new(),
            next: 0,
        }
    }

    /// A block, checksum included, where it is kept.
    pub(super) fn get(&self, block: usize) -> Option<&[u8]> {
        let place = (*self.places.get(block)? as usize).checked_sub(1)?;
        let at = place % SLAB * BLOCK;
        self.slabs.get(place / SLAB)?.bytes().get(at..at + BLOCK)
    }

    /// Keeps what `read` puts into the memory for a block, in the place of the one that came first where there is no
    /// room; nothing where it fails.
    pub(super) fn put(
        &mut self,
        block: usize,
        read: impl FnOnce(&mut [u8]) -> Checked<()>,
    ) -> Checked<()> {
        let place = self.next;
        if let Some(before) = self.blocks.get(place) {
            if let Some(known) = self.places.get_mut(*before) {
                *known = 0;
            }
        } else {
            self.blocks.push(block);
        }
        if self.slabs.len() <= place / SLAB {
            self.slabs.push(Buffer::zeroed(SLAB * BLOCK / NUMBER));
        }
        let at = place % SLAB * BLOCK;
        let slab = self.slabs.get_mut(place / SLAB).map(Buffer::bytes_mut);
        read(
            slab.and_then(|slab| slab.get_mut(at..at + BLOCK))
                .unwrap_or_default(),
        )?;
        if let (Some(known), Some(of)) = (self.places.get_mut(block), self.blocks.get_mut(place)) {
            *known = u32::try_from(place + 1).unwrap_or(0);
            *of = block;
        }
        self.next = (place + 1) % MOST;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::blocks::Damage;
    use super::*;

    /// What stands in a block for this test.
    fn of(block: usize) -> u8 {
        u8::try_from(block % 251).unwrap()
    }

    #[test]
    fn a_block_is_kept_until_the_room_is_needed_for_a_later_one() {
        let count = MOST + 10;
        let mut kept = Kept::new(count);
        for block in (0..count).rev() {
            assert!(kept.get(block).is_none());
            let read = |bytes: &mut [u8]| {
                bytes.fill(of(block));
                Ok(())
            };
            kept.put(block, read).unwrap();
            assert_eq!(kept.get(block), Some(&[of(block); BLOCK][..]));
        }
        for block in 0..MOST {
            assert_eq!(kept.get(block), Some(&[of(block); BLOCK][..]));
        }
        assert!((MOST..=count).all(|block| kept.get(block).is_none()));
    }

    #[test]
    fn what_cannot_be_read_is_not_kept() {
        let mut kept = Kept::new(2);
        let failed = kept.put(1, |_| Err(Damage::new("no")));
        assert!(failed.is_err() && kept.get(1).is_none());
        kept.put(0, |bytes| {
            bytes.fill(7);
            Ok(())
        })
        .unwrap();
        assert_eq!(kept.get(0), Some(&[7; BLOCK][..]));
        assert!(kept.get(1).is_none());
    }
}
