//! The nearest passages to a question: an exact scan, or HNSW segments where a library has grown.
//!
//! In: the library's vectors, and a question's. Out: passages by exact cosine, best first. The only
//! room that imports `hnsw_rs`. Everything under `index/` is derived: it can be deleted at any time,
//! and what is damaged is detected, said, and made again; answers come from the exact vectors.
//!
//! A segment covers a fixed range of passage ids, and is built from its vectors in the order of
//! their ids, one by one. So the same library gives the same segments, whenever they are made.

mod exact;
mod graph;
mod segment;

use crate::embed::Embedding;
use crate::error::{Error, Result};
use crate::library::{Library, Scope};
use crate::units::PassageId;
use segment::Segment;
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Ids in a segment: near the size from which a graph is faster than a scan; see
/// `docs/DECISIONS.md`.
pub const SEGMENT_IDS: i64 = 16_384;
/// Candidates that a walk keeps, for each passage wanted; the surplus is what recall is made of.
const WALK_SURPLUS: usize = 2;

/// A passage and its exact cosine with the question.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// The passage.
    pub passage: PassageId,
    /// In `[-1, 1]`, up to rounding.
    pub cosine: f32,
}

/// What a search gives.
#[derive(Clone, Debug, Default)]
pub struct Nearest {
    /// Best first, ties to the lower id.
    pub hits: Vec<Hit>,
    /// What was wrong with the index, if anything; the hits are right all the same.
    pub notes: Vec<String>,
}

/// How to search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Search {
    /// Segments where there are some and nothing is filtered, else the scan.
    Indexed,
    /// Always the scan: the oracle.
    Exact,
}

/// The `limit` passages of the scope that are nearest to `question`.
///
/// # Errors
/// Those of the library; a damaged index is a note, not an error.
pub fn nearest(
    library: &Library,
    question: &Embedding,
    scope: &Scope,
    search: Search,
    limit: usize,
) -> Result<Nearest> {
    let end = library.passages_end()?;
    let mut found = Nearest::default();
    let mut from = PassageId(0);
    if search == Search::Indexed && scope.is_whole() {
        let stamp = Stamp::of(library)?;
        for range in complete_ranges(end) {
            match Segment::read(&path(library, &range), &stamp, &range) {
                Ok(Some(segment)) => {
                    let near = segment.nearest(question, limit * WALK_SURPLUS);
                    found.hits.extend(rescore(library, question, &near)?);
                }
                Ok(None) => found
                    .hits
                    .extend(exact::scan(library, question, scope, range, limit)?),
                Err(why) => {
                    found.notes.push(why);
                    found
                        .hits
                        .extend(exact::scan(library, question, scope, range, limit)?);
                }
            }
        }
        from = complete_ranges(end).last().map_or(from, |range| range.end);
    }
    found
        .hits
        .extend(exact::scan(library, question, scope, from..end, limit)?);
    exact::sort(&mut found.hits, limit);
    Ok(found)
}

/// The exact cosines of candidates that are still there.
fn rescore(library: &Library, question: &Embedding, ids: &[PassageId]) -> Result<Vec<Hit>> {
    let dimension = question.values().len();
    let mut hits = Vec::with_capacity(ids.len());
    for &passage in ids {
        // Removed since the segment was built: the graph still leads through it.
        if library.holds(passage)? {
            let cosine = library.passage_vector(passage, dimension)?.cosine(question);
            hits.push(Hit { passage, cosine });
        }
    }
    Ok(hits)
}

/// What ties a segment to its library: neither a foreign one nor one of another model is read.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stamp {
    library: String,
    fingerprint: String,
    dimension: usize,
}

impl Stamp {
    fn of(library: &Library) -> Result<Self> {
        let model = library.model()?;
        let dimension = model.as_ref().map_or(0, |model| model.dimension);
        let fingerprint = model.map(|model| model.fingerprint).unwrap_or_default();
        Ok(Self {
            library: library.id()?,
            fingerprint,
            dimension,
        })
    }
}

/// Whether a segment holds passages that have been removed, or lacks some: then it is built again.
fn is_stale(library: &Library, segment: &Segment, range: &Range<PassageId>) -> Result<bool> {
    Ok(segment.records.len() != library.count_indexable(range)?)
}

/// What [`refresh`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refreshed {
    /// Segments built.
    pub built: usize,
    /// Why segments that were there had to be built again.
    pub repaired: Vec<String>,
}

/// Builds the segments that are missing or damaged, and deletes what belongs to none.
///
/// # Errors
/// [`Error::Io`] where the folder cannot be written, and those of the library.
pub fn refresh(library: &Library) -> Result<Refreshed> {
    let ranges: Vec<_> = complete_ranges(library.passages_end()?).collect();
    let folder = folder(library);
    let mut done = Refreshed::default();
    if ranges.is_empty() && !folder.exists() {
        return Ok(done);
    }
    let writing = "write the index";
    fs_err::create_dir_all(&folder).map_err(Error::io(writing))?;
    let _lock = lock(&folder).map_err(Error::io(writing))?;
    let stamp = Stamp::of(library)?;
    let mut wanted = Vec::new();
    for range in ranges {
        let path = path(library, &range);
        let state = Segment::read(&path, &stamp, &range);
        let fits = match &state {
            Ok(Some(segment)) => !is_stale(library, segment, &range)?,
            Ok(None) | Err(_) => false,
        };
        if !fits {
            done.repaired.extend(state.err());
            let segment = build(library, &stamp, &range)?;
            segment.write(&path).map_err(Error::io(writing))?;
            done.built += 1;
        }
        wanted.push(path);
    }
    delete_others(&folder, &wanted).map_err(Error::io("tidy the index"))?;
    Ok(done)
}

fn build(library: &Library, stamp: &Stamp, range: &Range<PassageId>) -> Result<Segment> {
    let mut vectors: Vec<(PassageId, Embedding)> = Vec::new();
    library.scan_vectors(&Scope::default(), range.clone(), |id, bytes| {
        let vector = Embedding::from_le_bytes(bytes, stamp.dimension);
        vectors.extend(vector.map(|vector| (id, vector)));
        Ok(())
    })?;
    Ok(graph::build(stamp.clone(), range.clone(), &vectors))
}

/// What is wrong with the segments on disk, a sentence each. One that is not there is not wrong: its
/// passages are scanned.
///
/// # Errors
/// Those of the library.
pub fn check(library: &Library) -> Result<Vec<String>> {
    let stamp = Stamp::of(library)?;
    let mut found = Vec::new();
    for range in complete_ranges(library.passages_end()?) {
        match Segment::read(&path(library, &range), &stamp, &range) {
            Ok(None) => {}
            Ok(Some(segment)) if !is_stale(library, &segment, &range)? => {}
            Ok(Some(_)) => found.push(format!("{} is out of date", file_name(&range))),
            Err(why) => found.push(why),
        }
    }
    Ok(found)
}

/// Segments on disk.
///
/// # Errors
/// Those of the library.
pub fn segment_count(library: &Library) -> Result<usize> {
    let ranges = complete_ranges(library.passages_end()?);
    Ok(ranges.filter(|range| path(library, range).exists()).count())
}

/// Deletes every segment.
///
/// # Errors
/// [`Error::Io`].
pub fn discard(library: &Library) -> Result<()> {
    delete_others(&folder(library), &[]).map_err(Error::io("tidy the index"))
}

/// Deletes the segments that hold any of these passages, as their removal asks for.
///
/// # Errors
/// [`Error::Io`].
pub fn forget(library: &Library, passages: &[PassageId]) -> Result<()> {
    let folder = folder(library);
    if !folder.exists() {
        return Ok(());
    }
    let tidying = "tidy the index";
    let _lock = lock(&folder).map_err(Error::io(tidying))?;
    let numbers: BTreeSet<i64> = passages.iter().map(|id| id.0 / SEGMENT_IDS).collect();
    for number in numbers {
        let range = PassageId(number * SEGMENT_IDS)..PassageId((number + 1) * SEGMENT_IDS);
        let path = path(library, &range);
        if path.exists() {
            fs_err::remove_file(path).map_err(Error::io(tidying))?;
        }
    }
    Ok(())
}

/// One process at a time writes and tidies: another one's half-written file is not ours to delete.
fn lock(folder: &Path) -> std::io::Result<fs_err::File> {
    let lock = fs_err::File::create(folder.join("lock"))?;
    lock.file().lock()?;
    Ok(lock)
}

/// The ranges that can gain no passage any more, because all ids in them have been given out.
fn complete_ranges(end: PassageId) -> impl Iterator<Item = Range<PassageId>> {
    let ranges = (0..).map(|n| PassageId(n * SEGMENT_IDS)..PassageId((n + 1) * SEGMENT_IDS));
    ranges.take_while(move |range| range.end <= end)
}

fn folder(library: &Library) -> PathBuf {
    library.folder().join("index")
}

fn path(library: &Library, range: &Range<PassageId>) -> PathBuf {
    folder(library).join(file_name(range))
}

fn file_name(range: &Range<PassageId>) -> String {
    format!("segment-{:06}.hnsw", range.start.0 / SEGMENT_IDS)
}

fn delete_others(folder: &Path, wanted: &[PathBuf]) -> std::io::Result<()> {
    let Ok(entries) = fs_err::read_dir(folder) else {
        return Ok(());
    };
    for entry in entries {
        let path = entry?.path();
        let ours = path
            .extension()
            .is_some_and(|ending| ending == "hnsw" || ending == "tmp");
        if ours && !wanted.contains(&path) {
            fs_err::remove_file(path)?;
        }
    }
    Ok(())
}
