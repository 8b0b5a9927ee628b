//! A file in blocks that are checked whenever they are read.
//!
//! In: bytes, one after the other. Out: the same bytes, from any place, or the news that they are not
//! what was written. A block holds [`BODY`] bytes and the CRC-32 of them, of its own number, and of the
//! file's salt: a block that was moved within the file or came from another one does not pass. It knows
//! nothing of what the bytes mean.

use super::kept::Kept;
use crate::embed::{prefetch, read_at::ReadAt};
use crate::transcript::sha256_hex;
use crc32fast::Hasher;
use std::cell::RefCell;
use std::io::{self, Write};
use std::ops::Range;

/// Bytes of a block on disk.
pub(super) const BLOCK: usize = 4096;
/// Bytes of a block that are for use; the rest is the checksum.
pub(super) const BODY: usize = BLOCK - 4;
/// Blocks that are read at once where many follow each other.
const RUN: usize = 32;

/// Why a file could not be read.
#[derive(Debug)]
pub(super) struct Damage(pub(super) String);

/// What reading from a file in blocks gives.
pub(super) type Checked<T> = Result<T, Damage>;

impl Damage {
    pub(super) fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}

/// The checksum of a block.
fn checksum(salt: u64, number: usize, body: &[u8]) -> u32 {
    let mut hasher = Hasher::new();
    hasher.update(body);
    hasher.update(&salt.to_le_bytes());
    hasher.update(&(number as u64).to_le_bytes());
    hasher.finalize()
}

/// Writes blocks, in order.
pub(super) struct BlockWriter<W> {
    to: W,
    salt: u64,
    body: Vec<u8>,
    written: usize,
    /// The checksums of all blocks.
    sums: Vec<u8>,
}

impl<W: Write> BlockWriter<W> {
    pub(super) fn new(to: W, salt: u64) -> Self {
        let body = Vec::with_capacity(BODY);
        Self {
            to,
            salt,
            body,
            written: 0,
            sums: Vec::new(),
        }
    }

    /// Appends bytes; they may lie across blocks.
    pub(super) fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let (now, rest) = bytes.split_at(bytes.len().min(BODY - self.body.len()));
            self.body.extend_from_slice(now);
            bytes = rest;
            if self.body.len() == BODY {
                self.end_block()?;
            }
        }
        Ok(())
    }

    /// Appends bytes that stay inside one block: what is left of this one is left empty if need be.
    pub(super) fn write_whole(&mut self, bytes: &[u8]) -> io::Result<()> {
        debug_assert!(bytes.len() <= BODY);
        if self.body.len() + bytes.len() > BODY {
            self.end_block()?;
        }
        self.write(bytes)
    }

    /// The number of the block that the next byte goes to, at the beginning of it.
    pub(super) fn next_block(&mut self) -> io::Result<usize> {
        if !self.body.is_empty() {
            self.end_block()?;
        }
        Ok(self.written)
    }

    fn end_block(&mut self) -> io::Result<()> {
        self.body.resize(BODY, 0);
        let sum = checksum(self.salt, self.written, &self.body).to_le_bytes();
        self.sums.extend_from_slice(&sum);
        self.to.write_all(&self.body)?;
        self.to.write_all(&sum)?;
        self.body.clear();
        self.written += 1;
        Ok(())
    }

    /// SHA-256 over the checksums of all blocks so far.
    pub(super) fn seal(&mut self) -> io::Result<String> {
        self.next_block()?;
        Ok(sha256_hex(&self.sums))
    }

    /// Ends the last block, and gives what was written to.
    pub(super) fn finish(mut self) -> io::Result<W> {
        self.next_block()?;
        Ok(self.to)
    }
}

/// A block without its checksum.
fn body(block: &[u8]) -> &[u8] {
    block.get(..BODY).unwrap_or_default()
}

/// Reads blocks, from anywhere.
pub(super) struct Blocks {
    from: Box<dyn ReadAt>,
    salt: u64,
    count: usize,
    kept: RefCell<Kept>,
}

impl Blocks {
    /// The file's length has to be that of whole blocks.
    pub(super) fn new(from: Box<dyn ReadAt>, salt: u64) -> Checked<Self> {
        let len = from
            .size()
            .map_err(|error| Damage::new(error.to_string()))?;
        let len = usize::try_from(len).unwrap_or(usize::MAX);
        if len % BLOCK != 0 {
            return Err(Damage::new("it is cut"));
        }
        let count = len / BLOCK;
        Ok(Self {
            from,
            salt,
            count,
            kept: RefCell::new(Kept::new(count)),
        })
    }

    /// Blocks in the file.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Runs `look` on the body of a block; it must not ask for another.
    pub(super) fn with<T>(&self, number: usize, look: impl FnOnce(&[u8]) -> T) -> Checked<T> {
        if let Some(block) = self.kept.borrow().get(number) {
            return Ok(look(body(block)));
        }
        let mut kept = self.kept.borrow_mut();
        kept.put(number, |bytes| self.read(number, bytes))?;
        Ok(look(kept.get(number).map(body).unwrap_or_default()))
    }

    /// Asks for bytes of a block that will be looked at soon, where it is kept.
    pub(super) fn soon(&self, number: usize, bytes: Range<usize>) {
        if let Some(block) = self.kept.borrow().get(number) {
            prefetch(block.get(bytes).unwrap_or_default());
        }
    }

    /// The body of a block that will hardly be wanted again: it is read into `bytes`, and not kept.
    pub(super) fn once<'b>(&self, number: usize, bytes: &'b mut [u8; BLOCK]) -> Checked<&'b [u8]> {
        self.read(number, bytes)?;
        Ok(bytes.get(..BODY).unwrap_or_default())
    }

    /// Hands the bodies of blocks to `visit`, in order, without keeping them.
    pub(super) fn each(
        &self,
        numbers: Range<usize>,
        mut visit: impl FnMut(usize, &[u8]) -> Checked<()>,
    ) -> Checked<()> {
        let mut bytes = vec![0; RUN * BLOCK];
        for from in numbers.clone().step_by(RUN) {
            let to = (from + RUN).min(numbers.end);
            let Some(bytes) = bytes.get_mut(..(to - from) * BLOCK) else {
                continue;
            };
            self.read(from, bytes)?;
            for (number, block) in (from..).zip(bytes.chunks_exact(BLOCK)) {
                visit(number, block.get(..BODY).unwrap_or_default())?;
            }
        }
        Ok(())
    }

    /// Hands the checksums of blocks to `visit`, in order, once they are right.
    pub(super) fn each_sum(
        &self,
        numbers: Range<usize>,
        mut visit: impl FnMut(&[u8]),
    ) -> Checked<()> {
        let mut bytes = vec![0; BLOCK];
        for number in numbers {
            self.read(number, &mut bytes)?;
            visit(bytes.get(BODY..).unwrap_or_default());
        }
        Ok(())
    }

    /// Reads and checks blocks that follow each other.
    fn read(&self, first: usize, bytes: &mut [u8]) -> Checked<()> {
        let offset = (first * BLOCK) as u64;
        let read = self.from.read_at(bytes, offset);
        read.map_err(|error| Damage::new(format!("block {first} cannot be read: {error}")))?;
        for (number, block) in (first..).zip(bytes.chunks_exact(BLOCK)) {
            let (body, sum) = block.split_at(BODY);
            if checksum(self.salt, number, body).to_le_bytes() != sum {
                return Err(Damage::new(format!(
                    "block {number} is not what its checksum says"
                )));
            }
        }
        Ok(())
    }

    /// `len` bytes from `at` on, counted over bodies from the beginning of block `first`.
    pub(super) fn bytes(&self, first: usize, at: usize, len: usize) -> Checked<Vec<u8>> {
        let mut bytes = Vec::with_capacity(len.min(1 << 20));
        self.bytes_into(&mut bytes, first, at..at + len)?;
        Ok(bytes)
    }

    /// The same, in the place of what `bytes` holds.
    pub(super) fn bytes_into(
        &self,
        bytes: &mut Vec<u8>,
        first: usize,
        range: Range<usize>,
    ) -> Checked<()> {
        bytes.clear();
        let (mut block, mut offset) = (first + range.start / BODY, range.start % BODY);
        while bytes.len() < range.len() {
            let wanted = (range.len() - bytes.len()).min(BODY - offset);
            self.with(block, |body| {
                bytes.extend_from_slice(body.get(offset..offset + wanted).unwrap_or_default());
            })?;
            (block, offset) = (block + 1, 0);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(bytes: &[u8], salt: u64) -> Vec<u8> {
        let mut writer = BlockWriter::new(Vec::new(), salt);
        writer.write(bytes).unwrap();
        writer.finish().unwrap()
    }

    #[test]
    fn bytes_come_back_from_any_place() {
        let bytes: Vec<u8> = (0..10_000_u32).flat_map(u32::to_le_bytes).collect();
        let blocks = Blocks::new(Box::new(written(&bytes, 7)), 7).unwrap();
        for (at, len) in [(0, 4), (4090, 8), (0, 40_000), (12_300, 9_000)] {
            assert_eq!(blocks.bytes(0, at, len).unwrap(), bytes[at..at + len]);
        }
        let mut all = Vec::new();
        let take = |_, body: &[u8]| {
            all.extend_from_slice(body);
            Ok(())
        };
        blocks.each(0..blocks.count(), take).unwrap();
        assert_eq!(all[..bytes.len()], bytes);
        assert!(blocks.with(blocks.count(), |_| ()).is_err());
    }

    #[test]
    fn a_block_that_was_changed_moved_or_brought_from_elsewhere_does_not_pass() {
        let bytes: Vec<u8> = (0..5_000_u32).flat_map(u32::to_le_bytes).collect();
        let whole = written(&bytes, 7);
        let fails = |file: Vec<u8>| {
            Blocks::new(Box::new(file), 7)
                .unwrap()
                .with(1, |_| ())
                .is_err()
        };
        assert!(!fails(whole.clone()));
        for at in (BLOCK..2 * BLOCK).step_by(61) {
            let mut flipped = whole.clone();
            flipped[at] ^= 1 << (at % 8);
            assert!(fails(flipped));
        }
        let mut swapped = whole.clone();
        swapped.copy_within(2 * BLOCK..3 * BLOCK, BLOCK);
        assert!(fails(swapped));
        let mut zeroed = whole.clone();
        zeroed[BLOCK..2 * BLOCK].fill(0);
        assert!(fails(zeroed));
        assert!(fails(written(&bytes, 8)));
        assert!(Blocks::new(Box::new(whole[..BLOCK + 5].to_vec()), 7).is_err());
    }
}
