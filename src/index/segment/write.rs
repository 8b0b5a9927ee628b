//! How a segment is written.

use super::{Contents, MAGIC, NONE, Section, Stamp, VERSION, record_len};
use crate::index::blocks::{BlockWriter, Damage};
use crate::index::graph::{Graph, LINKS, UPPER_LINKS};
use crate::index::passages::Entry;
use crate::index::rows::Rows;
use crate::index::sketch::{Centre, sketch_len};
use crate::index::words::{self, TermSource};
use crate::units::PassageId;
use std::io::{self, Write};
use std::ops::Range;

/// What a segment is made of.
pub(in crate::index) struct Draft {
    pub(in crate::index) ids: Range<PassageId>,
    pub(in crate::index) entries: Vec<Entry>,
    pub(in crate::index) rows: Rows,
    /// None for a segment that is scanned.
    pub(in crate::index) graph: Option<Graph>,
}

/// Why a segment could not be written.
#[derive(Debug)]
pub(in crate::index) enum Unwritten {
    /// The disk.
    Io(io::Error),
    /// A segment that this one is made from.
    Source(Damage),
}

impl From<io::Error> for Unwritten {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<Damage> for Unwritten {
    fn from(damage: Damage) -> Self {
        Self::Source(damage)
    }
}

/// Writes a segment.
pub(in crate::index) fn write<W: Write>(
    to: W,
    stamp: &Stamp,
    draft: &Draft,
    terms: &mut dyn TermSource,
) -> Result<(W, String), Unwritten> {
    let mut out = BlockWriter::new(to, stamp.salt(&draft.ids));
    out.write(MAGIC)?;
    out.write(&VERSION.to_le_bytes())?;
    let mut sections = [Section::default(); 7];
    let [
        passages,
        vectors,
        centre,
        sketches,
        upper,
        dictionary,
        postings,
    ] = &mut sections;
    passages.block = out.next_block()?;
    passages.len = draft.entries.len() * Entry::LEN;
    for entry in &draft.entries {
        out.write_whole(&entry.to_bytes())?;
    }
    vectors.block = out.next_block()?;
    let (records, ways) = (records(draft), upper_layers(draft.graph.as_ref()));
    for (place, mut record) in records {
        if draft.graph.is_some() {
            let way = ways.0.get(place as usize).copied().unwrap_or(NONE);
            record.extend(way.to_le_bytes());
        }
        out.write_whole(&record)?;
    }
    vectors.len = draft.rows.len() * record_len(stamp.dimension, draft.graph.is_some());
    if draft.graph.is_some() {
        write_sketches(&mut out, &draft.rows, [centre, sketches])?;
    }
    upper.block = out.next_block()?;
    upper.len = ways.1.len();
    out.write(&ways.1)?;
    postings.block = out.next_block()?;
    let lengths: Vec<u16> = draft.entries.iter().map(|entry| entry.words).collect();
    let lookup = words::write(&mut out, terms, &lengths, &mut postings.len)?;
    dictionary.block = out.next_block()?;
    dictionary.len = lookup.len();
    for block in lookup.blocks() {
        out.write_whole(block)?;
        out.next_block()?;
    }
    let contents = Contents {
        passages: draft.entries.len(),
        entry: draft.graph.as_ref().and_then(|graph| graph.entry),
        layers: draft
            .graph
            .as_ref()
            .map_or(0, |graph| graph.upper.len() + 1),
        words: draft
            .entries
            .iter()
            .map(|entry| u64::from(entry.words))
            .sum(),
        sections,
    };
    let seal = out.seal()?;
    out.write(seal.as_bytes())?;
    out.write(&contents.to_bytes())?;
    Ok((out.finish()?, seal))
}

/// The centre of the rows, and a sketch of each.
fn write_sketches<W: Write>(
    out: &mut BlockWriter<W>,
    rows: &Rows,
    [centre, sketches]: [&mut Section; 2],
) -> io::Result<()> {
    let middle = Centre::of(rows);
    let bytes: Vec<u8> = middle.0.iter().flat_map(|v| v.to_le_bytes()).collect();
    *centre = Section {
        block: out.next_block()?,
        len: bytes.len(),
    };
    out.write(&bytes)?;
    *sketches = Section {
        block: out.next_block()?,
        len: rows.len() * sketch_len(middle.0.len()),
    };
    for place in 0..u32::try_from(rows.len()).unwrap_or(NONE) {
        out.write_whole(&middle.sketch(rows.row(place)))?;
    }
    Ok(())
}

/// Each row's record but for the way up.
fn records(draft: &Draft) -> impl Iterator<Item = (u32, Vec<u8>)> {
    let places = 0..u32::try_from(draft.rows.len()).unwrap_or(NONE);
    places.map(|place| {
        let (scale, bytes) = draft.rows.row(place);
        let mut record = scale.to_le_bytes().to_vec();
        record.extend(bytes.iter().map(|byte| byte.cast_unsigned()));
        if let Some(graph) = &draft.graph {
            let near = graph.near(place).iter().copied();
            let padded = near.chain(std::iter::repeat(NONE)).take(LINKS);
            record.extend(padded.flat_map(u32::to_le_bytes));
        }
        (place, record)
    })
}

/// For each row the place of its upper neighbours, and these: for each row that has some, the count of its
/// layers (u32), and for each layer the count of its neighbours (u32) and [`UPPER_LINKS`] places.
fn upper_layers(graph: Option<&Graph>) -> (Vec<u32>, Vec<u8>) {
    let (mut ways, mut bytes) = (Vec::new(), Vec::new());
    let Some(graph) = graph else {
        return (ways, bytes);
    };
    for &place in graph
        .upper
        .first()
        .into_iter()
        .flat_map(|layer| layer.keys())
    {
        let at = place as usize;
        if ways.len() <= at {
            ways.resize(at + 1, NONE);
        }
        if let Some(way) = ways.get_mut(at) {
            *way = u32::try_from(bytes.len()).unwrap_or(NONE);
        }
        let layers: Vec<_> = graph
            .upper
            .iter()
            .map_while(|layer| layer.get(&place))
            .collect();
        bytes.extend(u32::try_from(layers.len()).unwrap_or(0).to_le_bytes());
        for near in layers {
            let near = near.get(..near.len().min(UPPER_LINKS)).unwrap_or_default();
            bytes.extend(u32::try_from(near.len()).unwrap_or(0).to_le_bytes());
            let padded = near
                .iter()
                .copied()
                .chain(std::iter::repeat(NONE))
                .take(UPPER_LINKS);
            bytes.extend(padded.flat_map(u32::to_le_bytes));
        }
    }
    (ways, bytes)
}
