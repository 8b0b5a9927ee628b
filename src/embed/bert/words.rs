//! The rows of a model's words, read as they are needed: a question touches ten of thirty thousand.

use super::super::kernels::Buffer;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Mutex, OnceLock, PoisonError};

/// Rows that are read and checked together.
pub(in crate::embed) const BLOCK_ROWS: usize = 16;

/// A table `(words, hidden)`.
pub(in crate::embed) struct Words {
    hidden: usize,
    place: Place,
}

enum Place {
    Memory(Vec<f32>),
    Elsewhere(Blocks),
}

/// Blocks of rows, in a file or the like until they are needed.
struct Blocks {
    hidden: usize,
    count: usize,
    from: Mutex<Box<dyn ReadSeek>>,
    /// Where the first row lies there.
    start: u64,
    /// CRC-32 of each block.
    checksums: Vec<u32>,
    slots: Vec<OnceLock<Box<[f32]>>>,
    /// Reads the whole table from elsewhere.
    source: Source,
    /// That table, once a block was not as it was written.
    instead: OnceLock<Vec<f32>>,
}

type Source = Box<dyn Fn() -> io::Result<Vec<f32>> + Send + Sync>;

/// What blocks can be read from: a file, or memory that does not count as ours.
pub(in crate::embed) trait ReadSeek: Read + Seek + Send {}
impl<T: Read + Seek + Send> ReadSeek for T {}

impl Words {
    /// All in memory, from a row-major table.
    pub(in crate::embed) fn in_memory(table: Vec<f32>, hidden: usize) -> Self {
        let place = Place::Memory(table);
        Self { hidden, place }
    }

    /// `count` rows of numbers in a file or the like, from `start` on. Where a block of them is damaged,
    /// `source` gives the whole table.
    pub(in crate::embed) fn elsewhere(
        (count, hidden): (usize, usize),
        (from, start): (impl ReadSeek + 'static, u64),
        checksums: Vec<u32>,
        source: impl Fn() -> io::Result<Vec<f32>> + Send + Sync + 'static,
    ) -> Self {
        let place = Place::Elsewhere(Blocks {
            hidden,
            count,
            from: Mutex::new(Box::new(from)),
            start,
            checksums,
            slots: (0..count.div_ceil(BLOCK_ROWS))
                .map(|_| OnceLock::new())
                .collect(),
            source: Box::new(source),
            instead: OnceLock::new(),
        });
        Self { hidden, place }
    }

    /// The row of a word.
    ///
    /// # Errors
    /// For a word that the model does not know, and where neither the file nor the source can be read.
    pub(in crate::embed) fn row(&self, word: u32) -> io::Result<&[f32]> {
        let word = word as usize;
        let (rows, word_in_rows) = match &self.place {
            Place::Memory(table) => (table.as_slice(), word),
            Place::Elsewhere(blocks) => blocks.holding(word)?,
        };
        let start = word_in_rows * self.hidden;
        rows.get(start..start + self.hidden)
            .ok_or_else(|| unknown(word))
    }

    /// The whole table, if it is in memory.
    pub(in crate::embed) fn table(&self) -> Option<&[f32]> {
        match &self.place {
            Place::Memory(table) => Some(table),
            Place::Elsewhere(_) => None,
        }
    }
}

impl Blocks {
    /// Rows that hold a word's, and which of them it is.
    fn holding(&self, word: usize) -> io::Result<(&[f32], usize)> {
        if let Some(table) = self.instead.get() {
            return Ok((table, word));
        }
        let index = word / BLOCK_ROWS;
        let slot = self.slots.get(index).ok_or_else(|| unknown(word))?;
        if let Some(block) = slot.get() {
            return Ok((block, word % BLOCK_ROWS));
        }
        if let Ok(block) = self.read_block(index) {
            return Ok((slot.get_or_init(|| block), word % BLOCK_ROWS));
        }
        let table = (self.source)()?;
        Ok((self.instead.get_or_init(|| table), word))
    }

    fn read_block(&self, index: usize) -> io::Result<Box<[f32]>> {
        let first = index * BLOCK_ROWS;
        let mut block = Buffer::<f32>::zeroed(BLOCK_ROWS.min(self.count - first) * self.hidden);
        {
            let mut file = self.from.lock().unwrap_or_else(PoisonError::into_inner);
            file.seek(SeekFrom::Start(
                self.start + (first * self.hidden * 4) as u64,
            ))?;
            file.read_exact(block.bytes_mut())?;
        }
        if self.checksums.get(index) == Some(&crc32fast::hash(block.bytes())) {
            Ok(Box::from(&block[..]))
        } else {
            Err(io::Error::from(io::ErrorKind::InvalidData))
        }
    }
}

fn unknown(word: usize) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidInput,
        format!("the model knows no token {word}"),
    )
}
