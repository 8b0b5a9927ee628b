//! What an index is made from, and which of its files are live.
//!
//! The list of segments is part of the truth: a commit here is what makes a file of the index count.

use super::calls::StoredTurn;
use super::columns::word;
use super::filter::Scope;
use super::{CallSummary, Library, StoredPassage};
use crate::error::Result;
use crate::passage::{Cuts, body};
use crate::transcript::{Kind, Section};
use crate::units::{CallRow, PassageId};
use rusqlite::{OptionalExtension, params};
use std::ops::Range;

/// A file of the index, as the library lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentRecord {
    /// The ids that it answers for: all passages with an id in here that were there when it was made.
    pub ids: Range<PassageId>,
    /// Its name in the index's folder.
    pub file: String,
    /// What the file's checksums sum up to.
    pub seal: String,
}

/// What an index answers with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Live {
    /// The listed files, by their ids.
    pub segments: Vec<SegmentRecord>,
    /// Ranges of ids that were removed and may still stand in a file, in order.
    pub removed: Vec<Range<PassageId>>,
    /// One past the highest id of a passage that is there.
    pub end: PassageId,
}

impl Live {
    /// Whether a passage was removed.
    pub fn is_removed(&self, id: PassageId) -> bool {
        let after = self.removed.partition_point(|range| range.start <= id);
        let last = after.checked_sub(1).and_then(|last| self.removed.get(last));
        last.is_some_and(|range| range.contains(&id))
    }

    /// The files and removals that have to do with these ids.
    fn within(&self, ids: &Range<PassageId>) -> (Vec<&SegmentRecord>, Vec<&Range<PassageId>>) {
        let meets = |other: &Range<PassageId>| other.start < ids.end && ids.start < other.end;
        let segments = self.segments.iter().filter(|record| meets(&record.ids));
        let removed = self.removed.iter().filter(|range| meets(range));
        (segments.collect(), removed.collect())
    }
}

/// A passage as an index wants it.
pub struct IndexedPassage {
    /// Its id.
    pub id: PassageId,
    /// What its speakers do on the call.
    pub kind: Kind,
    /// What each of those who speak in it does.
    pub kinds: Vec<Kind>,
    /// Where in the call.
    pub section: Section,
    /// What it says.
    pub body: String,
    /// Whose words they are, of which company and period.
    pub header: String,
    /// Its vector, as stored.
    pub vector: Vec<u8>,
}

impl Library {
    /// What the index answers with at this moment.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn live(&self) -> Result<Live> {
        let segments = || -> rusqlite::Result<Vec<SegmentRecord>> {
            self.db
                .prepare_cached("SELECT first, end, file, seal FROM segments ORDER BY first")?
                .query_map([], |row| {
                    Ok(SegmentRecord {
                        ids: PassageId(row.get(0)?)..PassageId(row.get(1)?),
                        file: row.get(2)?,
                        seal: row.get(3)?,
                    })
                })?
                .collect()
        };
        let removed = || -> rusqlite::Result<Vec<Range<PassageId>>> {
            self.db
                .prepare_cached("SELECT first, end FROM removed ORDER BY first")?
                .query_map([], |row| Ok(PassageId(row.get(0)?)..PassageId(row.get(1)?)))?
                .collect()
        };
        Ok(Live {
            segments: segments().map_err(|error| self.failed(&error))?,
            removed: removed().map_err(|error| self.failed(&error))?,
            end: self.passages_end()?,
        })
    }

    /// Puts a segment in the place of all that stand in `ids`; `None` takes those away. It was made from
    /// `seen`: where another process has listed or removed something in `ids` since, nothing is changed,
    /// and the answer is `false`.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn replace_segments(
        &mut self,
        seen: &Live,
        ids: &Range<PassageId>,
        segment: Option<&SegmentRecord>,
    ) -> Result<bool> {
        self.write(|library| {
            if library.live()?.within(ids) != seen.within(ids) {
                return Ok(false);
            }
            let replaced = || -> rusqlite::Result<()> {
                let db = &library.db;
                let range = params![ids.start.0, ids.end.0];
                db.execute("DELETE FROM segments WHERE first < ?2 AND end > ?1", range)?;
                // What was removed from beyond these ids stays on the list.
                db.execute(
                    "INSERT OR REPLACE INTO removed (first, end)
                     SELECT ?2, end FROM removed WHERE first < ?2 AND end > ?2",
                    range,
                )?;
                db.execute(
                    "UPDATE removed SET end = ?1 WHERE first < ?1 AND end > ?1",
                    [ids.start.0],
                )?;
                db.execute(
                    "DELETE FROM removed WHERE first >= ?1 AND first < ?2",
                    range,
                )?;
                if let Some(new) = segment {
                    db.execute(
                        "INSERT INTO segments (first, end, file, seal) VALUES (?1, ?2, ?3, ?4)",
                        params![new.ids.start.0, new.ids.end.0, new.file, new.seal],
                    )?;
                }
                Ok(())
            };
            replaced().map_err(|error| library.failed(&error))?;
            Ok(true)
        })
    }

    /// Hands each passage with an id in `ids` to `visit`, in ascending order.
    ///
    /// # Errors
    /// Those of the database, [`crate::error::Error::LibraryDamaged`] where a text is not what was
    /// stored, and those of `visit`.
    pub fn for_indexing(
        &self,
        ids: &Range<PassageId>,
        mut visit: impl FnMut(IndexedPassage) -> Result<()>,
    ) -> Result<()> {
        let mut next = ids.start;
        while let Some((first, row)) = self.first_passage(&(next..ids.end))? {
            let (call, text, turns) = self.verified(row)?;
            let cuts = Cuts::of(turns.iter().map(|stored| &stored.turn));
            // A call's passages have ids of their own, one after the other.
            for id in self.passages_of(row)? {
                if id < first || id >= ids.end {
                    continue;
                }
                let passage = self.passage(id)?;
                let spoken = spoken(&passage, &turns);
                visit(IndexedPassage {
                    id,
                    kind: passage.kind,
                    kinds: spoken.iter().map(|stored| stored.turn.kind).collect(),
                    section: passage.section,
                    body: body(&text, &cuts, &passage.sentences).0,
                    header: header(&call, spoken),
                    vector: self.with_vector(id, <[u8]>::to_vec)?,
                })?;
                next = PassageId(id.0 + 1);
            }
        }
        Ok(())
    }

    /// The first passage with an id in `ids`, and its call.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn first_passage(&self, ids: &Range<PassageId>) -> Result<Option<(PassageId, CallRow)>> {
        let first = || -> rusqlite::Result<Option<(PassageId, CallRow)>> {
            self.db
                .prepare_cached(
                    "SELECT id, call FROM passages WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT 1",
                )?
                .query_row([ids.start.0, ids.end.0], |row| {
                    Ok((PassageId(row.get(0)?), CallRow(row.get(1)?)))
                })
                .optional()
        };
        first().map_err(|error| self.failed(&error))
    }

    /// The ids of the passages of a scope's calls and speakers, in order; `None` for all. Role and
    /// section are not looked at, except that a speaker of the scope has to have its role.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn passage_ranges(&self, scope: &Scope) -> Result<Option<Vec<Range<PassageId>>>> {
        let ranges = match (&scope.speakers, &scope.calls) {
            (Some(speakers), calls) => self.spoken_ranges(speakers, calls.as_deref(), scope.role),
            (None, Some(calls)) => self.call_ranges(calls),
            (None, None) => return Ok(None),
        };
        let ranges = ranges.map_err(|error| self.failed(&error))?;
        Ok(Some(merged(ranges)))
    }

    fn call_ranges(&self, calls: &[CallRow]) -> rusqlite::Result<Vec<Range<PassageId>>> {
        let mut select = self.db.prepare_cached(
            "SELECT (SELECT min(id) FROM passages WHERE call = ?1),
                    (SELECT max(id) FROM passages WHERE call = ?1)",
        )?;
        let mut ranges = Vec::with_capacity(calls.len());
        for call in calls {
            let ends = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
            let (first, last): (Option<i64>, Option<i64>) = select.query_row([call.0], ends)?;
            if let (Some(first), Some(last)) = (first, last) {
                ranges.push(PassageId(first)..PassageId(last + 1));
            }
        }
        Ok(ranges)
    }

    fn spoken_ranges(
        &self,
        speakers: &[String],
        calls: Option<&[CallRow]>,
        role: Option<Kind>,
    ) -> rusqlite::Result<Vec<Range<PassageId>>> {
        let rows = |calls: &[CallRow]| -> Vec<i64> { calls.iter().map(|call| call.0).collect() };
        let calls = calls.map(|calls| serde_json::json!(rows(calls)).to_string());
        let mut select = self.db.prepare_cached(
            "SELECT DISTINCT p.id FROM turns t JOIN passages p
                 ON p.call = t.call AND t.turn BETWEEN p.first_turn AND p.last_turn
             WHERE t.speaker IN (SELECT value FROM json_each(?1))
               AND (?2 IS NULL OR t.call IN (SELECT value FROM json_each(?2)))
               AND (?3 IS NULL OR t.kind = ?3)
             ORDER BY p.id",
        )?;
        let bound = params![
            serde_json::json!(speakers).to_string(),
            calls,
            role.map(word::<Kind>)
        ];
        let rows = select.query_map(bound, |row| row.get(0))?;
        rows.map(|id| id.map(|id: i64| PassageId(id)..PassageId(id + 1)))
            .collect()
    }
}

/// The same ids in as few ranges as possible, in order.
fn merged(mut ranges: Vec<Range<PassageId>>) -> Vec<Range<PassageId>> {
    ranges.sort_by_key(|range| range.start);
    let mut merged: Vec<Range<PassageId>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if last.end >= range.start => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// The turns that a passage is taken from.
fn spoken<'a>(passage: &StoredPassage, turns: &'a [StoredTurn]) -> &'a [StoredTurn] {
    let place = |sentence: Option<&crate::passage::Sentence>| {
        sentence.map_or(0, |sentence| sentence.turn.0 as usize)
    };
    let first = place(passage.sentences.first());
    let last = place(passage.sentences.last());
    turns.get(first..=last).unwrap_or_default()
}

/// What a passage is about without saying so: company, period, speakers. Searched by words with a
/// low weight, never embedded (measured: an embedded header hurts questions that name nobody).
fn header(call: &CallSummary, turns: &[StoredTurn]) -> String {
    let meta = &call.metadata;
    let people = turns
        .iter()
        .flat_map(|stored| [stored.turn.speaker.clone(), stored.turn.role.clone()]);
    let period = meta.period.map(|period| period.to_string());
    let facts = [meta.company.clone(), meta.ticker.clone(), period];
    let facts: Vec<String> = facts.into_iter().chain(people).flatten().collect();
    facts.join(" · ")
}
