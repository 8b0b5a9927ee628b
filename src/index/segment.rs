//! A segment: an HNSW graph and its quantised vectors, frozen in a file of our own.
//!
//! The file, all numbers little-endian: `onrecord-segment`, a version (u32), the library's id and the
//! model's fingerprint (each u32 length and UTF-8), the dimension (u32), the range of ids (two i64),
//! the count of points (u32); for each point its id (i64) and quantised vector; the count of layers
//! (u32), lowest first; for each layer the count of its points (u32), and for each of them its place
//! (u16), the count of its neighbours (u16) and their places (u16); last, SHA-256 of all before.
//! It is read whole and hashed before anything in it is believed.

use super::Stamp;
use crate::embed::{Embedding, Quantised};
use crate::transcript::sha256_hex;
use crate::units::PassageId;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashSet};
use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;

const MAGIC: &[u8] = b"onrecord-segment";
const VERSION: u32 = 1;
const HASH_LEN: usize = 64;

/// A point: which passage, and where it lies.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Record {
    pub(super) passage: PassageId,
    pub(super) vector: Quantised,
}

/// The neighbours of each point of a layer, by place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layer(pub(super) BTreeMap<u16, Vec<u16>>);

/// A graph over the passages of one range of ids.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Segment {
    pub(super) stamp: Stamp,
    pub(super) range: Range<PassageId>,
    /// In ascending order of ids; a point's place here is its name in the layers.
    pub(super) records: Vec<Record>,
    /// The lowest, which holds every point, first.
    pub(super) layers: Vec<Layer>,
}

impl Segment {
    /// About `limit` passages nearest to `question` by quantised distance, best first. The graph is
    /// walked with a beam of that width.
    ///
    /// **Source**: Malkov and Yashunin 2018, algorithms 2 and 5.
    pub(super) fn nearest(&self, question: &Embedding, limit: usize) -> Vec<PassageId> {
        let question = Quantised::new(question);
        let Some((lowest, upper)) = self.layers.split_first() else {
            return Vec::new();
        };
        let entry = self.layers.last().and_then(|layer| layer.0.keys().next());
        let Some(&entry) = entry else {
            return Vec::new();
        };
        let mut beam = vec![self.near(&question, entry)];
        for layer in upper.iter().rev() {
            beam = self.walk(layer, &question, &beam, 1);
        }
        let beam = self.walk(lowest, &question, &beam, limit);
        beam.iter()
            .filter_map(|near| Some(self.records.get(usize::from(near.place))?.passage))
            .collect()
    }

    /// The `width` points of a layer that a walk from `starts` finds nearest, best first.
    fn walk(
        &self,
        layer: &Layer,
        question: &Quantised,
        starts: &[Near],
        width: usize,
    ) -> Vec<Near> {
        let mut seen: HashSet<u16> = starts.iter().map(|near| near.place).collect();
        let mut open: BinaryHeap<Near> = starts.iter().copied().collect();
        let mut best: BinaryHeap<Reverse<Near>> = starts.iter().copied().map(Reverse).collect();
        while let Some(near) = open.pop() {
            if best.len() >= width && best.peek().is_some_and(|worst| near < worst.0) {
                break;
            }
            for &place in layer.0.get(&near.place).into_iter().flatten() {
                if !seen.insert(place) {
                    continue;
                }
                let next = self.near(question, place);
                if best.len() < width || best.peek().is_some_and(|worst| next > worst.0) {
                    open.push(next);
                    best.push(Reverse(next));
                    if best.len() > width {
                        best.pop();
                    }
                }
            }
        }
        let mut best: Vec<Near> = best.into_iter().map(|near| near.0).collect();
        best.sort_by(|a, b| b.cmp(a));
        best
    }

    fn near(&self, question: &Quantised, place: u16) -> Near {
        let record = self.records.get(usize::from(place));
        let cosine = record.map_or(-1.0, |record| record.vector.cosine_quantised(question));
        Near { cosine, place }
    }

    /// Writes the segment under a temporary name, syncs it, renames it, and syncs the folder.
    pub(super) fn write(&self, path: &Path) -> io::Result<()> {
        let temporary = path.with_extension("tmp");
        let bytes = self.to_bytes();
        let mut file = fs_err::File::create(&temporary)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        fs_err::rename(&temporary, path)?;
        if let Some(folder) = path.parent() {
            fs_err::File::open(folder)?.sync_all()?;
        }
        Ok(())
    }

    /// Reads the segment of that library and range. `None` where there is no file.
    ///
    /// The error is a sentence that says what is wrong with the file.
    pub(super) fn read(
        path: &Path,
        stamp: &Stamp,
        range: &Range<PassageId>,
    ) -> Result<Option<Self>, String> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let bytes = match fs_err::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.to_string()),
        };
        let (body, hash) = bytes
            .len()
            .checked_sub(HASH_LEN)
            .and_then(|end| bytes.split_at_checked(end))
            .ok_or_else(|| format!("{name} is cut short"))?;
        if sha256_hex(body).as_bytes() != hash {
            return Err(format!("{name} is damaged: its checksum does not match"));
        }
        let segment =
            Self::from_bytes(body).ok_or_else(|| format!("{name} is of another version"))?;
        if segment.stamp != *stamp || segment.range != *range {
            return Err(format!("{name} belongs to another library or model"));
        }
        Ok(Some(segment))
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer(MAGIC.to_vec());
        out.u32(VERSION as usize);
        out.text(&self.stamp.library);
        out.text(&self.stamp.fingerprint);
        out.u32(self.stamp.dimension);
        out.0.extend(self.range.start.0.to_le_bytes());
        out.0.extend(self.range.end.0.to_le_bytes());
        out.u32(self.records.len());
        for record in &self.records {
            out.0.extend(record.passage.0.to_le_bytes());
            record.vector.append_to(&mut out.0);
        }
        out.u32(self.layers.len());
        for layer in &self.layers {
            out.u32(layer.0.len());
            for (place, near) in &layer.0 {
                out.0.extend(place.to_le_bytes());
                out.0
                    .extend(u16::try_from(near.len()).unwrap_or(u16::MAX).to_le_bytes());
                out.0
                    .extend(near.iter().flat_map(|place| place.to_le_bytes()));
            }
        }
        let hash = sha256_hex(&out.0);
        out.0.extend(hash.as_bytes());
        out.0
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut from = Reader(bytes.strip_prefix(MAGIC)?);
        if from.u32()? != VERSION as usize {
            return None;
        }
        let library = from.text()?;
        let fingerprint = from.text()?;
        let dimension = from.u32()?;
        let range = PassageId(from.i64()?)..PassageId(from.i64()?);
        let count = from.u32()?;
        let mut records = Vec::new();
        for _ in 0..count {
            let passage = PassageId(from.i64()?);
            let vector = Quantised::from_bytes(from.take(Quantised::stored_len(dimension))?)?;
            records.push(Record { passage, vector });
        }
        let mut layers = Vec::new();
        for _ in 0..from.u32()? {
            let mut layer = BTreeMap::new();
            for _ in 0..from.u32()? {
                let place = from.u16()?;
                let near: Vec<u16> = (0..from.u16()?)
                    .map(|_| from.u16())
                    .collect::<Option<_>>()?;
                // A neighbour that is not there would be a walk into nothing.
                let known = |place: u16| usize::from(place) < records.len();
                if !known(place) || !near.iter().copied().all(known) {
                    return None;
                }
                layer.insert(place, near);
            }
            layers.push(Layer(layer));
        }
        let stamp = Stamp {
            library,
            fingerprint,
            dimension,
        };
        from.0.is_empty().then_some(Self {
            stamp,
            range,
            records,
            layers,
        })
    }
}

/// A point on a walk, ordered by nearness; ties go to the lower place, which is the lower id.
#[derive(Clone, Copy, PartialEq)]
struct Near {
    cosine: f32,
    place: u16,
}

impl Eq for Near {}

impl Ord for Near {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.cosine
            .total_cmp(&other.cosine)
            .then(other.place.cmp(&self.place))
    }
}

impl PartialOrd for Near {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

struct Writer(Vec<u8>);

impl Writer {
    fn u32(&mut self, number: usize) {
        self.0
            .extend(u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.u32(text.len());
        self.0.extend(text.as_bytes());
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Option<usize> {
        usize::try_from(u32::from_le_bytes(self.array()?)).ok()
    }

    fn i64(&mut self) -> Option<i64> {
        self.array().map(i64::from_le_bytes)
    }

    fn text(&mut self) -> Option<String> {
        let len = self.u32()?;
        String::from_utf8(self.take(len)?.to_vec()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::super::graph;
    use super::*;

    const DIMENSION: usize = 24;

    /// Unit vectors that repeat from run to run.
    fn vectors(count: i64) -> Vec<(PassageId, Embedding)> {
        let mut state = 1_u64;
        let mut number = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            f32::from(u16::try_from(state >> 48).unwrap()) / 32_768.0 - 1.0
        };
        let mut vector =
            || Embedding::normalised((0..DIMENSION).map(|_| number()).collect()).unwrap();
        (0..count).map(|id| (PassageId(id * 3), vector())).collect()
    }

    fn segment(count: i64) -> Segment {
        let stamp = Stamp {
            library: "l".into(),
            fingerprint: "f".into(),
            dimension: DIMENSION,
        };
        graph::build(stamp, PassageId(0)..PassageId(count * 3), &vectors(count))
    }

    #[test]
    fn the_walk_finds_what_the_scan_finds() {
        let points = vectors(1500);
        let segment = segment(1500);
        let mut missed = 0;
        for (_, question) in points.iter().step_by(50) {
            let mut exact: Vec<_> = points
                .iter()
                .map(|(id, v)| (v.cosine(question), *id))
                .collect();
            exact.sort_by(|a, b| b.0.total_cmp(&a.0));
            let near = segment.nearest(question, 100);
            missed += exact
                .iter()
                .take(10)
                .filter(|(_, id)| !near.contains(id))
                .count();
        }
        assert!(missed <= 3, "{missed} of 300 missed");
    }

    #[test]
    fn the_same_vectors_give_the_same_file() {
        assert_eq!(segment(300).to_bytes(), segment(300).to_bytes());
    }

    #[test]
    fn a_segment_comes_back_from_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("segment-000000.hnsw");
        let segment = segment(200);
        segment.write(&path).unwrap();
        let read = Segment::read(&path, &segment.stamp, &segment.range).unwrap();
        assert_eq!(read, Some(segment));
    }

    #[test]
    fn every_single_damage_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("segment-000000.hnsw");
        let segment = segment(40);
        let whole = segment.to_bytes();
        let read = |bytes: &[u8]| {
            fs_err::write(&path, bytes).unwrap();
            Segment::read(&path, &segment.stamp, &segment.range)
        };
        assert!(read(&whole).is_ok());
        for at in (0..whole.len()).step_by(7) {
            let mut flipped = whole.clone();
            flipped[at] ^= 1 << (at % 8);
            assert!(
                read(&flipped).is_err(),
                "a flipped bit at {at} was not found"
            );
            assert!(read(&whole[..at]).is_err(), "a cut at {at} was not found");
        }
        let other = Stamp {
            library: "another".into(),
            ..segment.stamp.clone()
        };
        fs_err::write(&path, &whole).unwrap();
        assert!(Segment::read(&path, &other, &segment.range).is_err());
    }
}
