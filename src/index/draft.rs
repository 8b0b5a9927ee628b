//! A segment from the library's own passages.

use super::passages::Entry;
use super::rows::Rows;
use super::segment::{self, Draft, Segment, Stamp};
use super::words::Inverted;
use crate::embed::{Embedding, Quantised};
use crate::error::{Error, Result};
use crate::library::{Library, SegmentRecord};
use crate::units::PassageId;
use std::ops::Range;

/// Ids of passages that are read at once, which bounds the memory that their words take to about
/// 150 MB.
const PIECE: i64 = 65_536;

/// A range of ids in pieces that can be read one after the other.
pub(super) fn pieces(ids: &Range<PassageId>) -> impl Iterator<Item = Range<PassageId>> + use<> {
    let (mut start, end) = (ids.start.0, ids.end.0);
    std::iter::from_fn(move || {
        let piece = start..end.min(start + PIECE);
        start = piece.end;
        (!piece.is_empty()).then_some(PassageId(piece.start)..PassageId(piece.end))
    })
}

impl Stamp {
    pub(super) fn of(library: &Library) -> Result<Self> {
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

/// What a segment over these ids holds, without a graph; `None` where there is no passage.
pub(super) fn draft(
    library: &Library,
    stamp: &Stamp,
    ids: &Range<PassageId>,
) -> Result<Option<(Draft, Inverted)>> {
    let mut rows = Rows::new(stamp.dimension);
    let mut entries = Vec::new();
    let mut words = Inverted::default();
    library.for_indexing(ids, |passage| {
        let vector = Embedding::from_le_bytes(&passage.vector, stamp.dimension);
        let broken =
            || library.damaged(format!("the vector of passage {} is broken", passage.id.0));
        let place = u32::try_from(entries.len()).unwrap_or(u32::MAX);
        let count = words.add(place, &passage.body, &passage.header);
        rows.push(&Quantised::new(&vector.ok_or_else(broken)?));
        entries.extend(Entry::new(&passage, ids.start, count));
        Ok(())
    })?;
    let draft = Draft {
        ids: ids.clone(),
        entries,
        rows,
        graph: None,
    };
    Ok((!draft.entries.is_empty()).then_some((draft, words)))
}

/// A segment over these ids that is nowhere but in memory.
pub(super) fn in_memory(
    library: &Library,
    stamp: &Stamp,
    ids: &Range<PassageId>,
) -> Result<Option<Segment>> {
    let Some((draft, words)) = draft(library, stamp, ids)? else {
        return Ok(None);
    };
    let failed = || Error::Io {
        doing: "put the index together",
        cause: std::io::Error::other("it does not fit in memory"),
    };
    let written = segment::write(Vec::new(), stamp, &draft, &mut words.into_terms());
    let (bytes, seal) = written.map_err(|_| failed())?;
    let record = SegmentRecord {
        ids: ids.clone(),
        file: String::new(),
        seal,
    };
    let segment = Segment::read(Box::new(bytes), stamp, &record);
    segment.map(Some).map_err(|_| failed())
}
