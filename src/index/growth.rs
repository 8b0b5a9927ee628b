//! How the index keeps up with its library: files for new passages, and few files for many.
//!
//! New passages go to a segment of their own. Neighbouring segments of like size are merged, so that
//! their number grows with the logarithm of the library; see [`plan`]. Linking passages in a graph is
//! the dear part: what one call of [`refresh`] may spend on it is an [`Effort`].

use super::blocks::Damage;
use super::draft::{draft, pieces};
use super::graph::Graph;
use super::passages::Entry;
use super::plan::{self, Plan, Size};
use super::rows::Rows;
use super::segment::{self, Draft, Segment, Stamp, Unwritten};
use super::words::{Merged, TermSource};
use crate::error::{Error, Result};
use crate::library::{Library, Live, SegmentRecord};
use crate::units::PassageId;
use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

const WRITING: &str = "write the index";
const TIDYING: &str = "tidy the index";
/// Ids of a damaged file that is made again as soon as that is seen, within a few seconds.
const MENDED_AT_MOST: i64 = 65_536;

/// How much linking is worth now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// What is in proportion to so many passages that have just been added.
    Added(usize),
    /// Whatever there is to do.
    All,
}

/// What is going on, for those who wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Passages are read and their words collected: how many so far.
    Read(usize),
    /// So many of so many passages are linked, which takes about so many bytes of memory.
    Linked {
        /// Passages linked so far.
        done: usize,
        /// Passages to link.
        all: usize,
        /// Bytes.
        memory: usize,
    },
}

/// What [`refresh`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refreshed {
    /// Segments written.
    pub written: usize,
    /// Why segments that were listed had to be made again.
    pub repaired: Vec<String>,
}

pub(super) fn folder(library: &Library) -> PathBuf {
    library.folder().join("index")
}

/// Brings the index up to date: all passages in segments, few segments, and no file that is not listed.
///
/// # Errors
/// [`Error::Io`] where the folder cannot be written, and those of the library.
pub fn refresh(
    library: &mut Library,
    effort: Effort,
    said: &mut dyn FnMut(Step),
) -> Result<Refreshed> {
    let mut done = Refreshed::default();
    if library.live()?.end == PassageId(1) && !folder(library).exists() {
        return Ok(done);
    }
    fs_err::create_dir_all(folder(library)).map_err(Error::io(WRITING))?;
    // One process at a time: another one's half-written file is not ours to delete.
    let _writing = locked(&folder(library), "writing").map_err(Error::io(WRITING))?;
    delete_unlisted(library)?;
    let mut growth = Growth {
        stamp: Stamp::of(library)?,
        library,
        allowance: match effort {
            Effort::Added(passages) => plan::LINKED_AT_LEAST.max(4 * passages),
            Effort::All => usize::MAX,
        },
        said,
        done: &mut done,
    };
    while growth.step()? {}
    delete_unlisted(library)?;
    Ok(done)
}

struct Growth<'a> {
    library: &'a mut Library,
    stamp: Stamp,
    allowance: usize,
    said: &'a mut dyn FnMut(Step),
    done: &'a mut Refreshed,
}

impl Growth<'_> {
    /// Does one thing that is to do; gives whether there was one.
    fn step(&mut self) -> Result<bool> {
        let live = self.library.live()?;
        let mut open = Vec::new();
        for record in &live.segments {
            match Segment::open(&folder(self.library), &self.stamp, record) {
                Ok(segment) => open.push(segment),
                Err(damage) => {
                    self.done.repaired.push(damage.0);
                    self.library.replace_segments(&live, &record.ids, None)?;
                    return Ok(true);
                }
            }
        }
        for gap in gaps(&live) {
            // Where all has been removed there is nothing to answer for.
            if self.library.first_passage(&gap)?.is_some() {
                return self.fill(&live, &gap).map(|()| true);
            }
        }
        let sizes: Vec<Size> = open.iter().map(|segment| size(segment, &live)).collect();
        if let Some(at) = sizes.iter().position(Size::is_stale) {
            let plan = Plan {
                range: at..at + 1,
                links: false,
            };
            return self.merge(&live, &open, &plan).map(|()| true);
        }
        match plan::next(&sizes, self.allowance) {
            Some(plan) => self.merge(&live, &open, &plan).map(|()| true),
            None => Ok(false),
        }
    }

    /// Writes a segment of passages that are in none.
    fn fill(&mut self, live: &Live, gap: &Range<PassageId>) -> Result<()> {
        for ids in pieces(gap) {
            let library = &*self.library;
            // Removed while it is read: the list has changed then, and it is read again.
            let made = library.snapshot(|| draft(library, &self.stamp, &ids))?;
            let Some((draft, words)) = made else {
                self.library.replace_segments(live, &ids, None)?;
                continue;
            };
            (self.said)(Step::Read(draft.entries.len()));
            let record = self.write(&draft, &mut words.into_terms());
            let record = record.map_err(|error| error.into_error(self.library))?;
            if self.library.replace_segments(live, &ids, Some(&record))? {
                self.done.written += 1;
            }
        }
        Ok(())
    }

    /// Puts one segment in the place of several.
    fn merge(&mut self, live: &Live, open: &[Segment], plan: &Plan) -> Result<()> {
        let sources = open.get(plan.range.clone()).unwrap_or_default();
        let (Some(first), Some(last)) = (sources.first(), sources.last()) else {
            return Ok(());
        };
        let ids = first.ids.start..last.ids.end;
        let merged = self.merged(live, (sources, plan.links), &ids);
        let record = match merged {
            Ok(record) => record,
            Err(Failure::Segment(at, damage)) => {
                // It is made again from the library, and the merge is planned anew.
                let Some(broken) = sources.get(at) else {
                    return Ok(());
                };
                self.done.repaired.push(damage);
                self.library.replace_segments(live, &broken.ids, None)?;
                return Ok(());
            }
            Err(Failure::Io(error)) => return Err(Error::io(WRITING)(error)),
        };
        if self.library.replace_segments(live, &ids, record.as_ref())? {
            self.done.written += usize::from(record.is_some());
        }
        Ok(())
    }

    fn merged(
        &mut self,
        live: &Live,
        (sources, links): (&[Segment], bool),
        ids: &Range<PassageId>,
    ) -> std::result::Result<Option<SegmentRecord>, Failure> {
        let kept = Kept::new(live, sources, ids)?;
        if kept.entries.is_empty() {
            return Ok(None);
        }
        // The largest graph is grown by what the others hold.
        let linked =
            (0..sources.len()).filter(|at| sources.get(*at).is_some_and(Segment::is_linked));
        let base = linked.max_by_key(|at| sources.get(*at).map_or(0, Segment::len));
        let mut rows = Rows::new(self.stamp.dimension);
        let mut graph = None;
        for ((at, segment), places) in sources.iter().enumerate().zip(&kept.places) {
            let thawed = segment
                .thaw()
                .map_err(|damage| Failure::Segment(at, damage.0))?;
            for (place, _) in (0..).zip(places).filter(|(_, new)| new.is_some()) {
                let (scale, bytes) = thawed.0.row(place);
                rows.push_bytes(scale, bytes);
            }
            if base == Some(at) {
                graph = thawed.1.map(|graph| (graph, places));
            }
        }
        let graph = (links || graph.is_some()).then(|| self.linked(&kept.entries, &rows, graph));
        let draft = Draft {
            ids: ids.clone(),
            entries: kept.entries,
            rows,
            graph,
        };
        let words = sources.iter().map(Segment::words);
        let words = words.zip(kept.places.iter().map(Vec::as_slice)).collect();
        match self.write(&draft, &mut Merged::new(words)) {
            Ok(record) => Ok(Some(record)),
            Err(Unwritten::Io(error)) => Err(Failure::Io(error)),
            Err(Unwritten::Source(damage)) => Err(culprit(live, sources, &damage)),
        }
    }

    /// The graph over rows, grown from one that some of them come from, with their new places.
    fn linked(
        &mut self,
        entries: &[Entry],
        rows: &Rows,
        from: Option<(Graph, &Vec<Option<u32>>)>,
    ) -> Graph {
        let mut graph = Graph::empty(rows.len());
        if let Some((old, places)) = from {
            graph.take_over(rows, &old, places);
        }
        let members = (0..).zip(entries).filter(|(place, entry)| {
            entry.is_linked() && graph.near(*place).is_empty() && graph.entry != Some(*place)
        });
        let members: Vec<u32> = members.map(|(place, _)| place).collect();
        let (all, mut done) = (members.len(), 0);
        let memory = rows.len() * (self.stamp.dimension + 300);
        (self.said)(Step::Linked { done, all, memory });
        graph.grow(rows, &members, |more| {
            done += more;
            (self.said)(Step::Linked { done, all, memory });
        });
        self.allowance = self.allowance.saturating_sub(all);
        graph
    }

    /// Writes a segment under a temporary name, syncs it, renames it, and syncs the folder.
    fn write(
        &self,
        draft: &Draft,
        terms: &mut dyn TermSource,
    ) -> std::result::Result<SegmentRecord, Unwritten> {
        let folder = folder(self.library);
        let file = free_name(&folder, &draft.ids);
        let temporary = folder.join(&file).with_extension("tmp");
        let out = BufWriter::with_capacity(1 << 20, fs_err::File::create(&temporary)?);
        let (mut out, seal) = segment::write(out, &self.stamp, draft, terms)?;
        out.flush()?;
        out.get_ref().sync_all()?;
        fs_err::rename(&temporary, folder.join(&file))?;
        fs_err::File::open(&folder)?.sync_all()?;
        Ok(SegmentRecord {
            ids: draft.ids.clone(),
            file,
            seal,
        })
    }
}

/// Why segments could not be merged.
enum Failure {
    Io(io::Error),
    /// Which one is damaged, and how.
    Segment(usize, String),
}

/// Which of several segments is damaged.
fn culprit(live: &Live, sources: &[Segment], damage: &Damage) -> Failure {
    for (at, segment) in sources.iter().enumerate() {
        let record = live
            .segments
            .iter()
            .find(|record| record.ids == segment.ids);
        if let Some(Err(damage)) = record.map(|record| segment.verify(record)) {
            return Failure::Segment(at, damage.0);
        }
    }
    Failure::Io(io::Error::other(damage.0.clone()))
}

impl Unwritten {
    fn into_error(self, library: &Library) -> Error {
        match self {
            Self::Io(error) => Error::io(WRITING)(error),
            Self::Source(damage) => library.damaged(damage.0),
        }
    }
}

/// What merged segments keep.
struct Kept {
    entries: Vec<Entry>,
    /// For each segment the new places of its passages.
    places: Vec<Vec<Option<u32>>>,
}

impl Kept {
    fn new(
        live: &Live,
        sources: &[Segment],
        ids: &Range<PassageId>,
    ) -> std::result::Result<Self, Failure> {
        let mut kept = Self {
            entries: Vec::new(),
            places: Vec::new(),
        };
        for (at, segment) in sources.iter().enumerate() {
            let old = segment.passages().all();
            let old = old.map_err(|damage| Failure::Segment(at, damage.0))?;
            let mut places = Vec::with_capacity(old.len());
            for entry in old {
                let id = PassageId(segment.ids.start.0 + i64::from(entry.offset));
                let offset = u32::try_from(id.0 - ids.start.0).ok();
                let place = u32::try_from(kept.entries.len()).ok();
                let stays = !live.is_removed(id);
                let place = place.filter(|_| stays && offset.is_some());
                places.push(place);
                if place.is_some() {
                    kept.entries.push(Entry {
                        offset: offset.unwrap_or(0),
                        ..entry
                    });
                }
            }
            kept.places.push(places);
        }
        Ok(kept)
    }
}

/// What a segment's size is to a plan.
fn size(segment: &Segment, live: &Live) -> Size {
    let gone = live.removed.iter().map(|removed| {
        let (start, end) = (
            removed.start.max(segment.ids.start),
            removed.end.min(segment.ids.end),
        );
        usize::try_from(end.0 - start.0).unwrap_or(0)
    });
    Size {
        passages: segment.len(),
        removed: gone.sum(),
        is_linked: segment.is_linked(),
    }
}

/// Ranges of ids that no listed segment answers for.
fn gaps(live: &Live) -> impl Iterator<Item = Range<PassageId>> + use<> {
    let mut end = PassageId(1);
    let mut gaps = Vec::new();
    for record in &live.segments {
        gaps.push(end..record.ids.start);
        end = end.max(record.ids.end);
    }
    gaps.push(end..live.end);
    gaps.into_iter().filter(|gap| gap.start < gap.end)
}

/// A name that no file has.
fn free_name(folder: &Path, ids: &Range<PassageId>) -> String {
    let names = (1..).map(|n| format!("{:09}-{:09}-{n}.segment", ids.start.0, ids.end.0));
    let free = |name: &String| !folder.join(name).exists();
    names.into_iter().find(free).unwrap_or_default()
}

/// A lock that ends with its process.
fn locked(folder: &Path, name: &str) -> io::Result<fs_err::File> {
    let lock = fs_err::File::create(folder.join(name))?;
    lock.file().lock()?;
    Ok(lock)
}

/// Holds off the deletion of files until it is dropped, so that the files which a state of the library
/// lists can be opened. `None` where there is nothing to hold off.
pub fn reading(library: &Library) -> Option<impl Sized> {
    let lock = fs_err::File::open(folder(library).join("reading")).ok()?;
    lock.file().lock_shared().ok()?;
    Some(lock)
}

/// Deletes what no list names.
fn delete_unlisted(library: &Library) -> Result<()> {
    let folder = folder(library);
    let tidied = || -> io::Result<Vec<PathBuf>> {
        let entries = fs_err::read_dir(&folder)?;
        let paths = entries.map(|entry| entry.map(|entry| entry.path()));
        paths.collect()
    };
    let _reading = locked(&folder, "reading").map_err(Error::io(TIDYING))?;
    let listed = library.live()?.segments;
    for path in tidied().map_err(Error::io(TIDYING))? {
        let ending = path.extension().and_then(|ending| ending.to_str());
        let ours = matches!(ending, Some("segment" | "tmp"));
        let is_listed = listed.iter().any(|record| path.ends_with(&record.file));
        if ours && !is_listed {
            fs_err::remove_file(path).map_err(Error::io(TIDYING))?;
        }
    }
    Ok(())
}

/// Forgets every segment, and deletes the files.
///
/// # Errors
/// [`Error::Io`], and those of the library.
pub fn discard(library: &mut Library) -> Result<()> {
    if !folder(library).exists() {
        return forget(library);
    }
    let _writing = locked(&folder(library), "writing").map_err(Error::io(WRITING))?;
    forget(library)?;
    delete_unlisted(library)
}

/// Takes every segment off the list.
fn forget(library: &mut Library) -> Result<()> {
    loop {
        let live = library.live()?;
        let all = PassageId(0)..PassageId(i64::MAX);
        if library.replace_segments(&live, &all, None)? {
            return Ok(());
        }
    }
}

/// Takes files that are not what was written off the list, and makes them again; gives whether there were
/// any. Larger ones than are linked at once are left to `rebuild`.
///
/// # Errors
/// As [`refresh`].
pub fn mend(library: &mut Library) -> Result<bool> {
    let (live, stamp) = (library.live()?, Stamp::of(library)?);
    let mut mended = false;
    for record in &live.segments {
        let few = record.ids.end.0 - record.ids.start.0 <= MENDED_AT_MOST;
        let sound = Segment::open(&folder(library), &stamp, record)
            .and_then(|segment| segment.verify(record));
        if few && sound.is_err() {
            mended |= library.replace_segments(&live, &record.ids, None)?;
        }
    }
    if mended {
        refresh(library, Effort::Added(0), &mut |_| ())?;
    }
    Ok(mended)
}

/// What is wrong with the listed files, a sentence each; `thorough` reads all of each.
///
/// # Errors
/// Those of the library.
pub fn check(library: &Library, thorough: bool) -> Result<Vec<String>> {
    let (live, stamp) = (library.live()?, Stamp::of(library)?);
    let mut found = Vec::new();
    for record in &live.segments {
        let opened = Segment::open(&folder(library), &stamp, record);
        let checked = opened.and_then(|segment| {
            if thorough {
                segment.verify(record)?;
            }
            Ok(())
        });
        found.extend(checked.err().map(|damage| damage.0));
    }
    Ok(found)
}
