//! A segment: a range of passages, frozen in a file of our own, with their vectors, the graph over
//! these, and their words. `docs/SEGMENT.md` describes the file.
//!
//! In: a [`Draft`]. Out: a file that answers by positioned reads: nothing is loaded when it is opened,
//! and whatever is read is checked (see [`super::blocks`]).

mod write;

pub(super) use write::{Draft, Unwritten, write};

use super::blocks::{BODY, Blocks, Checked, Damage};
use super::graph::{Graph, LINKS, UPPER_LINKS};
use super::passages::Passages;
use super::rows::Rows;
use super::sketch::{Centre, sketch_len};
use super::words::{Found, Words};
use crate::embed::{read_at::ReadAt, signed};
use crate::library::SegmentRecord;
use crate::transcript::sha256_hex;
use crate::units::PassageId;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::rc::Rc;

const MAGIC: &[u8; 16] = b"onrecord-segment";
/// 1 was read whole into memory before it was believed, and held no words; 2 held no sketches, and no bounds of
/// postings; 3 took writing without blanks for one long word; 4 kept `O` of `O'Hern`.
const VERSION: u32 = 5;
/// In the place of a neighbour, or of a way up, that there is not.
pub(super) const NONE: u32 = u32::MAX;
const SEAL_LEN: usize = 64;

/// What ties a segment to its library: neither a foreign one nor one of another model is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) library: String,
    pub(super) fingerprint: String,
    pub(super) dimension: usize,
}

impl Stamp {
    /// What every checksum of a file includes.
    fn salt(&self, ids: &Range<PassageId>) -> u64 {
        let all = format!(
            "{} {} {} {}..{}",
            self.library, self.fingerprint, self.dimension, ids.start.0, ids.end.0
        );
        let hash = sha256_hex(all.as_bytes());
        let head = hash.get(..16).unwrap_or_default();
        u64::from_str_radix(head, 16).unwrap_or_default()
    }
}

/// A part of a file: its first block, and its length in bytes of bodies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) block: usize,
    pub(super) len: usize,
}

/// A segment's table of contents, which stands in its last block.
#[derive(Clone, Debug, Default, PartialEq)]
struct Contents {
    passages: usize,
    entry: Option<u32>,
    layers: usize,
    words: u64,
    sections: [Section; 7],
}

/// An open segment.
pub(super) struct Segment {
    pub(super) ids: Range<PassageId>,
    pub(super) blocks: Blocks,
    dimension: usize,
    contents: Contents,
    /// Whether it was scanned before.
    scanned: Cell<bool>,
    /// Where the postings of stems are that were looked up.
    pub(super) forms: RefCell<HashMap<String, Rc<[Found]>>>,
}

/// Bytes of a vector's record: scale, bytes, and with a graph the neighbours and the way up.
fn record_len(dimension: usize, linked: bool) -> usize {
    4 + dimension + if linked { (LINKS + 1) * 4 } else { 0 }
}

impl Segment {
    /// Opens the file that a library lists; only its first and last blocks are read.
    pub(super) fn open(folder: &Path, stamp: &Stamp, record: &SegmentRecord) -> Checked<Self> {
        let path = folder.join(&record.file);
        let named = |why: Damage| Damage::new(format!("`index/{}`: {}", record.file, why.0));
        let file = match fs_err::File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(named(Damage::new("it is not there")));
            }
            Err(error) => return Err(Damage::new(error.to_string())),
        };
        Self::read(Box::new(file), stamp, record).map_err(named)
    }

    /// A segment from a file, or from memory.
    pub(super) fn read(
        from: Box<dyn ReadAt>,
        stamp: &Stamp,
        record: &SegmentRecord,
    ) -> Checked<Self> {
        let mut head = [0; MAGIC.len() + 4];
        let read = from.read_at(&mut head, 0);
        read.map_err(|error| Damage::new(error.to_string()))?;
        let (magic, version) = head.split_at(MAGIC.len());
        if magic != MAGIC {
            return Err(Damage::new("it does not start like a segment"));
        }
        if version != VERSION.to_le_bytes() {
            return Err(Damage::new("it is of another version of the format"));
        }
        let blocks = Blocks::new(from, stamp.salt(&record.ids))?;
        let foreign =
            |why: Damage| Damage::new(format!("it is damaged, or of another library: {}", why.0));
        blocks.with(0, |_| ()).map_err(foreign)?;
        let contents = blocks.with(blocks.count().saturating_sub(1), |last| {
            let (seal, contents) = last.split_at(SEAL_LEN);
            if seal != record.seal.as_bytes() {
                return Err(Damage::new("it is not the file that was listed"));
            }
            let contents = Contents::from_bytes(contents);
            contents.ok_or_else(|| Damage::new("its table of contents makes no sense"))
        })??;
        Ok(Self {
            ids: record.ids.clone(),
            blocks,
            dimension: stamp.dimension,
            contents,
            scanned: Cell::new(false),
            forms: RefCell::default(),
        })
    }

    /// Reads the whole file and compares its seal.
    pub(super) fn verify(&self, record: &SegmentRecord) -> Checked<()> {
        let last = self.blocks.count().saturating_sub(1);
        let mut sums = Vec::new();
        self.blocks
            .each_sum(0..last, |sum| sums.extend_from_slice(sum))?;
        if sha256_hex(&sums) == record.seal {
            Ok(())
        } else {
            Err(Damage::new(format!(
                "`index/{}`: it is not sealed as it was listed",
                record.file
            )))
        }
    }

    /// Passages in it.
    pub(super) fn len(&self) -> usize {
        self.contents.passages
    }

    /// Words in all its passages.
    pub(super) fn word_count(&self) -> u64 {
        self.contents.words
    }

    /// Whether it has a graph.
    pub(super) fn is_linked(&self) -> bool {
        self.contents.layers > 0
    }

    /// Whether a scan of it is not the first, where it is small enough to be scanned whole: one without a graph.
    pub(super) fn is_scanned_again(&self) -> bool {
        !self.is_linked() && self.scanned.replace(true)
    }

    /// Where a walk begins, and how many layers are above the lowest.
    pub(super) fn entry(&self) -> Option<(u32, usize)> {
        Some((self.contents.entry?, self.contents.layers.saturating_sub(1)))
    }

    /// What is known of its passages.
    pub(super) fn passages(&self) -> Passages<'_> {
        let [passages, ..] = self.contents.sections;
        Passages::new(self, passages.block)
    }

    /// Its words.
    pub(super) fn words(&self) -> Words<'_> {
        let [.., dictionary, postings] = self.contents.sections;
        Words::new(self, dictionary, postings)
    }

    /// Vectors of a block.
    pub(super) fn records_in_block(&self) -> usize {
        BODY / self.record_len()
    }

    pub(super) fn record_len(&self) -> usize {
        record_len(self.dimension, self.is_linked())
    }

    /// The block that holds a row's record, and the record's place there.
    pub(super) fn record_place(&self, place: u32) -> (usize, usize) {
        let [_, vectors, ..] = self.contents.sections;
        let (place, in_block) = (place as usize, self.records_in_block());
        (
            vectors.block + place / in_block,
            place % in_block * self.record_len(),
        )
    }

    /// What its sketches are signs about.
    pub(super) fn centre(&self) -> Checked<Centre> {
        let [_, _, centre, ..] = self.contents.sections;
        let bytes = self.blocks.bytes(centre.block, 0, centre.len)?;
        let (values, _) = bytes.as_chunks::<4>();
        Ok(Centre(
            values.iter().map(|v| f32::from_le_bytes(*v)).collect(),
        ))
    }

    /// The block that holds a row's sketch, and the bytes of it there.
    pub(super) fn sketch_place(&self, place: u32) -> (usize, Range<usize>) {
        let [_, _, _, sketches, ..] = self.contents.sections;
        let len = sketch_len(self.dimension);
        let (place, in_block) = (place as usize, BODY / len);
        let at = place % in_block * len;
        (sketches.block + place / in_block, at..at + len)
    }

    /// A record's parts.
    pub(super) fn record<'a>(&self, bytes: &'a [u8]) -> Checked<Record<'a>> {
        Record::new(bytes, self.dimension).ok_or_else(|| Damage::new("a record is cut"))
    }

    /// The neighbours of a row in the layers above the lowest, the second layer first.
    pub(super) fn upper(&self, way: u32) -> Checked<Vec<Vec<u32>>> {
        let [_, _, _, _, upper, ..] = self.contents.sections;
        let numbers = |at: usize, count: usize| -> Checked<Vec<u32>> {
            if at + count * 4 > upper.len {
                return Err(Damage::new("a way up leads out of the file"));
            }
            let bytes = self.blocks.bytes(upper.block, at, count * 4)?;
            let (numbers, _) = bytes.as_chunks::<4>();
            Ok(numbers
                .iter()
                .map(|number| u32::from_le_bytes(*number))
                .collect())
        };
        let at = way as usize;
        let layers = numbers(at, 1)?.first().copied().unwrap_or(0) as usize;
        let all = numbers(at + 4, layers.min(self.contents.layers) * (1 + UPPER_LINKS))?;
        let near = |layer: &[u32]| {
            let (count, places) = layer.split_first()?;
            let places = places.get(..*count as usize)?;
            let known = places.iter().all(|place| (*place as usize) < self.len());
            known.then(|| places.to_vec())
        };
        let layers = all.chunks_exact(1 + UPPER_LINKS).map(near);
        layers
            .collect::<Option<_>>()
            .ok_or_else(|| Damage::new("a neighbour is not there"))
    }

    /// All its vectors, and its graph where it has one.
    pub(super) fn thaw(&self) -> Checked<(Rows, Option<Graph>)> {
        let mut rows = Rows::new(self.dimension);
        let mut graph = self.is_linked().then(|| Graph::empty(self.len()));
        let mut ways = Vec::new();
        let (first, in_block) = (self.record_place(0).0, self.records_in_block());
        self.blocks
            .each(first..first + self.len().div_ceil(in_block), |_, block| {
                for bytes in block.chunks_exact(self.record_len()).take(in_block) {
                    let place = u32::try_from(rows.len()).unwrap_or(NONE);
                    if place as usize >= self.len() {
                        break;
                    }
                    let record = self.record(bytes)?;
                    rows.push_bytes(record.scale, record.bytes());
                    if let Some(graph) = &mut graph {
                        let near: Vec<u32> = record.near(self.len())?.collect();
                        graph.link(place, &near);
                        ways.extend(record.way().map(|way| (place, way)));
                    }
                }
                Ok(())
            })?;
        if let Some(graph) = &mut graph {
            graph.entry = self.contents.entry;
            for (place, way) in ways {
                for (layer, near) in self.upper(way)?.into_iter().enumerate() {
                    if graph.upper.len() <= layer {
                        graph.upper.push(super::graph::Upper::new());
                    }
                    if let Some(layer) = graph.upper.get_mut(layer) {
                        layer.insert(place, near);
                    }
                }
            }
        }
        Ok((rows, graph))
    }
}

/// A vector as it stands in a block, with its neighbours in the lowest layer.
pub(super) struct Record<'a> {
    pub(super) scale: f32,
    vector: &'a [i8],
    links: &'a [u8],
}

impl<'a> Record<'a> {
    fn new(bytes: &'a [u8], dimension: usize) -> Option<Self> {
        let (scale, rest) = bytes.split_first_chunk::<4>()?;
        let (vector, links) = rest.split_at_checked(dimension)?;
        Some(Self {
            scale: f32::from_le_bytes(*scale),
            vector: signed(vector),
            links,
        })
    }

    /// The vector's bytes.
    pub(super) fn bytes(&self) -> &'a [i8] {
        self.vector
    }

    /// The neighbours, each of which is one of `rows` rows.
    pub(super) fn near(&self, rows: usize) -> Checked<impl Iterator<Item = u32> + use<'a>> {
        let (numbers, _) = self.links.as_chunks::<4>();
        let near = numbers.get(..LINKS).unwrap_or_default().iter();
        let near = near
            .map(|number| u32::from_le_bytes(*number))
            .take_while(|place| *place != NONE);
        if near.clone().any(|place| place as usize >= rows) {
            return Err(Damage::new("a neighbour is not there"));
        }
        Ok(near)
    }

    /// Where the neighbours in the upper layers are, for a row that has some.
    pub(super) fn way(&self) -> Option<u32> {
        let way = u32::from_le_bytes(*self.links.last_chunk::<4>()?);
        (way != NONE).then_some(way)
    }
}

impl Contents {
    fn to_bytes(&self) -> Vec<u8> {
        let small = |number: usize| (number as u64).to_le_bytes();
        let entry = self.entry.unwrap_or(NONE) as usize;
        let mut bytes = [self.passages, entry, self.layers].map(small).concat();
        bytes.extend(self.words.to_le_bytes());
        for section in self.sections {
            bytes.extend([section.block, section.len].map(small).as_flattened());
        }
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (numbers, _) = bytes.as_chunks::<8>();
        let mut numbers = numbers.iter().map(|number| u64::from_le_bytes(*number));
        let mut next = || numbers.next();
        let mut small = || next().and_then(|number| usize::try_from(number).ok());
        let (passages, entry, layers) = (small()?, small()?, small()?);
        let words = small()? as u64;
        let mut sections = [Section::default(); 7];
        for section in &mut sections {
            (section.block, section.len) = (small()?, small()?);
        }
        let entry = u32::try_from(entry).ok()?;
        let known = entry == NONE || (entry as usize) < passages;
        known.then_some(Self {
            passages,
            entry: (entry != NONE).then_some(entry),
            layers,
            words,
            sections,
        })
    }
}
