//! Adding, replacing and removing calls: one transaction each.

use super::calls::facts_sha256;
use super::columns::word;
use super::{CallSummary, Library, ModelRecord};
use crate::embed::{PassageVectors, Quantised};
use crate::error::Result;
use crate::passage::Passage;
use crate::transcript::{Call, Metadata, Place, Reading, Source, exchanges, sha256_hex};
use crate::units::{CallId, CallRow, PassageId, TurnIndex};
use rusqlite::{Connection, params};
use serde::Serialize;
use std::collections::HashMap;
use std::path::Path;

/// A passage with its vectors.
#[derive(Clone, Debug)]
pub struct Embedded {
    /// What was embedded.
    pub passage: Passage,
    /// What it became.
    pub vectors: PassageVectors,
}

/// Everything that is stored of a call.
#[derive(Clone, Copy)]
pub struct NewCall<'a> {
    /// Where it came from.
    pub source: &'a Source,
    /// Where in the source's text it stands.
    pub place: Place,
    /// Its own text.
    pub text: &'a str,
    /// How it was understood.
    pub reading: &'a Reading,
    /// What the user said of the call.
    pub given: &'a Metadata,
    /// Its passages, in the order of the text.
    pub passages: &'a [Embedded],
    /// Calls that it takes the place of, as when the user corrects its facts.
    pub replaces: &'a [CallRow],
}

impl Library {
    /// Stores a call, and replaces those that were read from the same file when it held something else. Adding the same
    /// place of the same bytes twice gives the call that is there.
    ///
    /// # Errors
    /// [`crate::error::Error::ModelMismatch`] where the library has another model's vectors,
    /// [`crate::error::Error::LibraryLocked`], [`crate::error::Error::NoSpace`]. Nothing is stored then.
    pub fn add(&mut self, new: &NewCall<'_>, model: &ModelRecord) -> Result<CallId> {
        self.write(|library| {
            // Two processes may begin to fill an empty library with two models: the first decides.
            library.expect_model(model)?;
            library.record_model(model)?;
            let replaced = |error| library.failed(&error);
            for row in new.replaces {
                delete_call(&library.db, *row).map_err(replaced)?;
            }
            // Another process may have added the same bytes while this one embedded them.
            let there = library.calls_with_source(&new.source.sha256)?.into_iter();
            let mut there = there.filter(|call| call.place.part == new.place.part);
            if let Some(there) = there.next() {
                return Ok(there.id);
            }
            delete_from_path(&library.db, new.source).map_err(replaced)?;
            let id = library.free_call_id(new)?;
            let stored = || -> rusqlite::Result<CallRow> {
                let db = &library.db;
                let row = insert_call(db, &id, new)?;
                insert_people(db, row, &new.reading.call, new.text)?;
                insert_problems(db, row, new.reading)?;
                insert_passages(db, row, new.passages)?;
                Ok(row)
            };
            library.seal(stored().map_err(|error| library.failed(&error))?)?;
            Ok(id)
        })
    }

    /// A public name that no other call has.
    fn free_call_id(&self, new: &NewCall<'_>) -> Result<CallId> {
        // Six digits of the hash, and more where two calls of one name share them.
        for digits in 6..=64 {
            let id = call_id(new, digits);
            if self.call_with_id(&id)?.is_none() {
                return Ok(id);
            }
        }
        Ok(call_id(new, 64))
    }

    /// Stores the hash over a call's facts and turns, as they read back.
    fn seal(&self, row: CallRow) -> Result<()> {
        let facts = facts_sha256(&self.call(row)?, &self.turns(row)?);
        let update = "UPDATE calls SET facts_sha256 = ?1 WHERE row = ?2";
        let sealed = self.db.execute(update, params![facts, row.0]);
        sealed.map(drop).map_err(|error| self.failed(&error))
    }

    /// Records that a call's source has moved to `path`.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn relocate(&mut self, call: CallRow, path: &Path) -> Result<()> {
        self.write(|library| {
            let update = "UPDATE calls SET source_path = ?1 WHERE row = ?2";
            let moved = library
                .db
                .execute(update, params![path.to_string_lossy(), call.0]);
            moved.map(drop).map_err(|error| library.failed(&error))
        })
    }

    /// Removes a call for good: its rows are overwritten with zeros, and the write-ahead log is emptied. Gives whether the log could be emptied at once; another
    /// process that is reading puts that off until the last one closes the library.
    ///
    /// # Errors
    /// Only those of the database. Either nothing is removed then, or only the log is not yet emptied.
    pub fn remove(&mut self, call: CallRow) -> Result<bool> {
        self.write(|library| {
            delete_call(&library.db, call).map_err(|error| library.failed(&error))
        })?;
        self.empty_log()
    }

    /// Empties the write-ahead log, so that deleted bytes leave it too. Gives whether that could be
    /// done at once.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn empty_log(&self) -> Result<bool> {
        let emptied = self
            .db
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));
        let busy: i64 = emptied.map_err(|error| self.failed(&error))?;
        Ok(busy == 0)
    }

    /// Reads and embeds every call again from its stored text, in one transaction: until it is done,
    /// others see the library as it was, and an interruption leaves it so. `model` becomes the
    /// library's model.
    ///
    /// # Errors
    /// Those of `again`, and those of the database; then nothing has changed.
    pub fn rebuild(
        &mut self,
        model: &ModelRecord,
        mut again: impl FnMut(&CallSummary, &str) -> Result<(Reading, Vec<Embedded>)>,
    ) -> Result<()> {
        self.write(|library| {
            library.execute("DELETE FROM meta WHERE key GLOB 'model_*'")?;
            library.record_model(model)?;
            for call in library.calls()? {
                let text = library.text(call.row)?;
                let (reading, passages) = again(&call, &text)?;
                let replaced = || -> rusqlite::Result<()> {
                    let db = &library.db;
                    delete_passages(db, call.row)?;
                    for table in ["turns", "problems", "participants"] {
                        db.execute(
                            &format!("DELETE FROM {table} WHERE call = ?1"),
                            [call.row.0],
                        )?;
                    }
                    update_facts(db, call.row, &reading.call)?;
                    insert_people(db, call.row, &reading.call, &text)?;
                    insert_problems(db, call.row, &reading)?;
                    insert_passages(db, call.row, &passages)
                };
                replaced().map_err(|error| library.failed(&error))?;
                library.seal(call.row)?;
            }
            Ok(())
        })
    }

    /// Runs `work` in one transaction that no other writer shares: all of it is kept, or none.
    pub(super) fn write<T>(&mut self, work: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        self.execute("BEGIN IMMEDIATE")?;
        let done = work(self).and_then(|done| self.execute("COMMIT").map(|()| done));
        // A full disk may have ended the transaction already; then there is nothing to roll back.
        if done.is_err() && !self.db.is_autocommit() {
            // The first error is the one to tell; closing the file rolls back as well.
            let _ = self.execute("ROLLBACK");
        }
        done
    }

    pub(super) fn execute(&self, sql: &str) -> Result<()> {
        self.db
            .execute_batch(sql)
            .map_err(|error| self.failed(&error))
    }

    fn record_model(&self, model: &ModelRecord) -> Result<()> {
        let facts = [
            ("model_fingerprint", model.fingerprint.clone()),
            ("model_name", model.name.clone()),
            ("model_path", model.path.to_string_lossy().into_owned()),
            ("model_dimension", model.dimension.to_string()),
        ];
        for (key, value) in facts {
            self.db
                .execute(
                    "INSERT OR IGNORE INTO meta (key, value) VALUES (?1, ?2)",
                    [key, &value],
                )
                .map_err(|error| self.failed(&error))?;
        }
        Ok(())
    }
}

/// As `amzn-2025-q2-1f3a9c`: the ticker, else the company, else the file's name; the period; the
/// first digits of the source's hash; of several calls of a file the number.
fn call_id(new: &NewCall<'_>, digits: usize) -> CallId {
    let (meta, source) = (&new.reading.call.metadata, new.source);
    let name = meta.ticker.clone().or_else(|| meta.company.clone());
    let name = name.unwrap_or_else(|| {
        let name = source.file_name();
        name.split('.').next().unwrap_or_default().to_owned()
    });
    let period = meta
        .period
        .map(|period| period.to_string())
        .unwrap_or_default();
    // `Q2 2025` sorts as `2025-q2`.
    let period: Vec<&str> = period.split_whitespace().rev().collect();
    let hash: String = source.sha256.chars().take(digits).collect();
    let part = Some(new.place.part).filter(|_| !new.place.is_whole());
    let part = part.map_or_else(String::new, |part| part.to_string());
    let parts = [slug(&name), slug(&period.join("-")), hash, part];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    CallId(parts.join("-"))
}

fn slug(text: &str) -> String {
    const LONGEST: usize = 32;
    let words = text
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    let words: Vec<_> = words.map(str::to_ascii_lowercase).collect();
    words
        .join("-")
        .chars()
        .take(LONGEST)
        .collect::<String>()
        .trim_matches('-')
        .to_owned()
}

fn delete_from_path(db: &Connection, source: &Source) -> rusqlite::Result<()> {
    // Two different texts from standard input are two calls.
    if source.path.as_os_str() == "-" {
        return Ok(());
    }
    let rows: Vec<i64> = db
        .prepare_cached("SELECT row FROM calls WHERE source_path = ?1 AND source_sha256 <> ?2")?
        .query_map(
            params![source.path.to_string_lossy(), source.sha256],
            |row| row.get(0),
        )?
        .collect::<rusqlite::Result<_>>()?;
    rows.into_iter()
        .try_for_each(|row| delete_call(db, CallRow(row)))
}

fn delete_call(db: &Connection, call: CallRow) -> rusqlite::Result<()> {
    delete_passages(db, call)?;
    db.execute("DELETE FROM calls WHERE row = ?1", [call.0])?;
    Ok(())
}

fn delete_passages(db: &Connection, call: CallRow) -> rusqlite::Result<()> {
    db.execute(
        "INSERT INTO removed (first, end) SELECT min(id), max(id) + 1 FROM passages
         WHERE call = ?1 HAVING count(*) > 0",
        [call.0],
    )?;
    db.execute("DELETE FROM passages WHERE call = ?1", [call.0])?;
    Ok(())
}

fn insert_call(db: &Connection, id: &CallId, new: &NewCall<'_>) -> rusqlite::Result<CallRow> {
    let (call, source) = (&new.reading.call, new.source);
    let meta = &call.metadata;
    db.prepare_cached(
        "INSERT INTO calls (id, document, layout, title, company, ticker, period, date,
             source_path, source_sha256, encoding, span_of, text_sha256, given, facts_sha256,
             calendar, hour, part, start, lines_before)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, '', ?15, ?16, ?17, ?18, ?19)",
    )?
    .execute(params![
        id.0,
        word(call.document),
        word(call.layout),
        meta.title,
        meta.company,
        meta.ticker,
        meta.period.map(|period| period.to_string()),
        meta.date.map(|date| date.to_string()),
        source.path.to_string_lossy(),
        source.sha256,
        source.decoded.encoding,
        word(source.decoded.span_of),
        sha256_hex(new.text.as_bytes()),
        serde_json::to_string(new.given).unwrap_or_default(),
        meta.calendar.map(|period| period.to_string()),
        meta.hour,
        new.place.part,
        as_i64(new.place.start),
        new.place.lines,
    ])?;
    let row = CallRow(db.last_insert_rowid());
    db.prepare_cached("INSERT INTO texts (call, text) VALUES (?1, ?2)")?
        .execute(params![row.0, new.text])?;
    Ok(row)
}

/// Replaces what a call is by what a new reading found.
fn update_facts(db: &Connection, row: CallRow, call: &Call) -> rusqlite::Result<()> {
    let meta = &call.metadata;
    db.prepare_cached(
        "UPDATE calls SET document = ?2, layout = ?3, title = ?4, company = ?5, ticker = ?6,
             period = ?7, date = ?8, calendar = ?9, hour = ?10 WHERE row = ?1",
    )?
    .execute(params![
        row.0,
        word(call.document),
        word(call.layout),
        meta.title,
        meta.company,
        meta.ticker,
        meta.period.map(|period| period.to_string()),
        meta.date.map(|date| date.to_string()),
        meta.calendar.map(|period| period.to_string()),
        meta.hour,
    ])?;
    Ok(())
}

/// The people of a call and what they say.
fn insert_people(db: &Connection, row: CallRow, call: &Call, text: &str) -> rusqlite::Result<()> {
    insert_participants(db, row, call)?;
    insert_turns(db, row, call, text)
}

fn insert_participants(db: &Connection, row: CallRow, call: &Call) -> rusqlite::Result<()> {
    let mut insert = db.prepare_cached(
        "INSERT INTO participants (call, position, name, role, affiliation, kind)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for (position, person) in (0_i64..).zip(&call.participants) {
        let kind = word(person.kind);
        insert.execute(params![
            row.0,
            position,
            person.name,
            person.role,
            person.affiliation,
            kind
        ])?;
    }
    Ok(())
}

fn insert_turns(db: &Connection, row: CallRow, call: &Call, text: &str) -> rusqlite::Result<()> {
    let mut question_of: HashMap<TurnIndex, TurnIndex> = HashMap::new();
    for exchange in exchanges(&call.turns, text) {
        question_of.extend(
            exchange
                .answers
                .iter()
                .map(|answer| (*answer, exchange.question)),
        );
    }
    let mut insert = db.prepare_cached(
        "INSERT INTO turns (call, turn, speaker, role, affiliation, kind, section,
             span_start, span_end, first_line, last_line, time_ms, question_turn, cuts, times)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    )?;
    for turn in &call.turns {
        insert.execute(params![
            row.0,
            turn.index.0,
            turn.speaker,
            turn.role,
            turn.affiliation,
            word(turn.kind),
            word(turn.section),
            as_i64(turn.span.start()),
            as_i64(turn.span.end()),
            turn.lines.first,
            turn.lines.last,
            turn.time
                .map(|time| i64::try_from(time.0).unwrap_or(i64::MAX)),
            question_of.get(&turn.index).map(|question| question.0),
            list(&turn.cuts),
            list(&turn.times),
        ])?;
    }
    Ok(())
}

fn insert_problems(db: &Connection, row: CallRow, reading: &Reading) -> rusqlite::Result<()> {
    let mut insert = db.prepare_cached(
        "INSERT INTO problems (call, position, line, message) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for (position, problem) in (0_i64..).zip(&reading.problems) {
        insert.execute(params![row.0, position, problem.line, problem.message])?;
    }
    Ok(())
}

fn insert_passages(db: &Connection, row: CallRow, passages: &[Embedded]) -> rusqlite::Result<()> {
    for Embedded { passage, vectors } in passages {
        let (first, last) = passage.turns();
        db.prepare_cached(
            "INSERT INTO passages (call, kind, section, first_turn, last_turn)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            row.0,
            word(passage.kind),
            word(passage.section),
            first.0,
            last.0
        ])?;
        let id = PassageId(db.last_insert_rowid());
        insert_sentences(db, id, passage)?;
        db.prepare_cached("INSERT INTO passage_vectors (passage, vector) VALUES (?1, ?2)")?
            .execute(params![id.0, vectors.passage.to_le_bytes()])?;
        let mut sentences = Vec::new();
        vectors
            .sentences
            .iter()
            .for_each(|v| Quantised::new(v).append_to(&mut sentences));
        db.prepare_cached("INSERT INTO sentence_vectors (passage, vectors) VALUES (?1, ?2)")?
            .execute(params![id.0, sentences])?;
    }
    Ok(())
}

fn insert_sentences(db: &Connection, id: PassageId, passage: &Passage) -> rusqlite::Result<()> {
    let mut insert = db.prepare_cached(
        "INSERT INTO sentences (passage, position, turn, span_start, span_end)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for (position, sentence) in (0_i64..).zip(&passage.sentences) {
        let (start, end) = (as_i64(sentence.span.start()), as_i64(sentence.span.end()));
        insert.execute(params![id.0, position, sentence.turn.0, start, end])?;
    }
    Ok(())
}

/// A list as JSON, `None` for an empty one.
fn list<T: Serialize>(items: &[T]) -> Option<String> {
    // Numbers can always be written.
    (!items.is_empty()).then(|| serde_json::to_string(items).unwrap_or_default())
}

fn as_i64(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
