//! Calls and their turns, as they were stored.

use super::Library;
use super::columns::{from_json, from_word, optional_json, optional_word, span};
use crate::error::Result;
use crate::transcript::{
    Document, Kind, Layout, Metadata, Period, Place, SpanOf, Turn, sha256_hex,
};
use crate::units::{CallId, CallRow, LineRange, Millis, TurnIndex};
use rusqlite::{OptionalExtension, Row, params};
use serde::Serialize;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

/// A call without its text.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CallSummary {
    /// Its row.
    #[serde(skip)]
    pub row: CallRow,
    /// Its public name.
    pub id: CallId,
    /// Transcript or article.
    pub document: Document,
    /// How it was read.
    pub layout: Layout,
    /// What it is.
    pub metadata: Metadata,
    /// The source file, absolute; `-` for standard input.
    #[serde(skip)]
    pub source_path: PathBuf,
    /// SHA-256 of the source's bytes.
    pub source_sha256: String,
    /// How the bytes were decoded.
    pub encoding: String,
    /// Whether spans are those of the file or of the stored text.
    pub span_of: SpanOf,
    /// SHA-256 of the stored text.
    pub text_sha256: String,
    /// What the user said of the call when it was added.
    pub given: Metadata,
    /// Where in the source's text it stands.
    #[serde(skip_serializing_if = "Place::is_whole")]
    pub place: Place,
    /// SHA-256 over these facts, path aside, and over the turns.
    #[serde(skip)]
    pub facts_sha256: String,
}

/// A call, as a question may name it.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// Its row.
    pub row: CallRow,
    /// Company, ticker, period and date; nothing else.
    pub metadata: Metadata,
    /// Its source's name, without ending.
    pub name: String,
}

impl CallSummary {
    /// The source file's own name.
    pub fn file_name(&self) -> String {
        let name = self.source_path.file_name();
        name.map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    }

    /// How the call is named to a reader: company and period, else the title, else the file.
    pub fn display_name(&self) -> String {
        let meta = &self.metadata;
        match (&meta.company, meta.period) {
            (Some(company), Some(period)) => format!("{company} {period}"),
            (Some(company), None) => company.clone(),
            (None, period) => {
                let title = meta.title.clone().or_else(|| meta.ticker.clone());
                let title = title.unwrap_or_else(|| self.file_name());
                let said = Period::find_in(&title).map(|(period, _)| period);
                match period.filter(|period| said != Some(*period)) {
                    Some(period) => format!("{title} {period}"),
                    None => title,
                }
            }
        }
    }
}

/// A turn, and the question it answers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StoredTurn {
    /// The turn.
    pub turn: Turn,
    /// The question's turn, when this one answers one.
    pub question: Option<TurnIndex>,
}

/// Somebody who speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// As the call writes it.
    pub name: String,
    /// The office, as the call writes it.
    pub role: Option<String>,
    /// Whom they speak for, as the call writes it.
    pub affiliation: Option<String>,
    /// What they do on the call.
    pub kind: Kind,
}

/// Whether a source is still what was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceState {
    /// The same bytes.
    Unchanged,
    /// Other bytes.
    Changed,
    /// No file, or it cannot be read.
    Missing,
}

/// How much is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Calls.
    pub calls: u64,
    /// Turns.
    pub turns: u64,
    /// Passages.
    pub passages: u64,
    /// Sentences.
    pub sentences: u64,
}

/// How much of a call is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Turns.
    pub turns: u64,
    /// Passages.
    pub passages: u64,
}

const CALL_COLUMNS: &str = "row, id, document, layout, title, company, ticker, period, date, \
                            source_path, source_sha256, encoding, span_of, text_sha256, \
                            given, facts_sha256, calendar, hour, part, start, lines_before";

impl Library {
    /// All calls, by ticker or company, then period, date and id; those without either last.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn calls(&self) -> Result<Vec<CallSummary>> {
        let mut calls = self.calls_where("1", &[])?;
        calls.sort_by_cached_key(|call| order(&call.metadata, &call.id));
        Ok(calls)
    }

    /// What a question may name of each call, in the order of [`Library::calls`]; less than half as dear as
    /// those.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn named(&self) -> Result<Vec<Named>> {
        let rows = || -> rusqlite::Result<Vec<(Named, CallId)>> {
            let sql = "SELECT row, id, company, ticker, period, date, source_path FROM calls ORDER BY row";
            let mut select = self.db.prepare_cached(sql)?;
            let named = |row: &Row<'_>| {
                let metadata = Metadata {
                    company: row.get(2)?,
                    ticker: row.get(3)?,
                    period: optional_word(row, 4)?,
                    date: optional_word(row, 5)?,
                    ..Metadata::default()
                };
                let row_of = CallRow(row.get(0)?);
                let path: String = row.get(6)?;
                let name = Path::new(&path).file_stem();
                let name = name.map(|name| name.to_string_lossy());
                Ok((
                    Named {
                        row: row_of,
                        metadata,
                        name: name.unwrap_or_default().into_owned(),
                    },
                    CallId(row.get(1)?),
                ))
            };
            select.query_map([], named)?.collect()
        };
        let mut calls = rows().map_err(|error| self.failed(&error))?;
        calls.sort_by_cached_key(|(call, id)| order(&call.metadata, id));
        Ok(calls.into_iter().map(|(call, _)| call).collect())
    }

    fn calls_where(&self, condition: &str, values: &[&str]) -> Result<Vec<CallSummary>> {
        let sql = format!("SELECT {CALL_COLUMNS} FROM calls WHERE {condition} ORDER BY row");
        let mut select = self
            .db
            .prepare_cached(&sql)
            .map_err(|error| self.failed(&error))?;
        let rows = select.query_map(rusqlite::params_from_iter(values), call_summary);
        let rows: rusqlite::Result<Vec<_>> = rows.and_then(Iterator::collect);
        rows.map_err(|error| self.failed(&error))
    }

    /// The calls whose source had these bytes, in the order of adding.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn calls_with_source(&self, sha256: &str) -> Result<Vec<CallSummary>> {
        self.calls_where("source_sha256 = ?1", &[sha256])
    }

    /// The call of that public name.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn call_with_id(&self, id: &CallId) -> Result<Option<CallSummary>> {
        Ok(self.calls_where("id = ?1", &[&id.0])?.pop())
    }

    /// The calls that were read from this path.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn calls_at_path(&self, path: &std::path::Path) -> Result<Vec<CallSummary>> {
        self.calls_where("source_path = ?1", &[&path.to_string_lossy()])
    }

    /// The call of that row.
    ///
    /// # Errors
    /// [`crate::error::Error::LibraryDamaged`] when there is none.
    pub fn call(&self, row: CallRow) -> Result<CallSummary> {
        let call = self.calls_where("row = ?1", &[&row.0.to_string()])?.pop();
        call.ok_or_else(|| self.damaged(format!("call {} is missing", row.0)))
    }

    /// The stored text of a call.
    ///
    /// # Errors
    /// [`crate::error::Error::LibraryDamaged`] when it is not there.
    pub fn text(&self, call: CallRow) -> Result<String> {
        let text = self
            .db
            .prepare_cached("SELECT text FROM texts WHERE call = ?1")
            .and_then(|mut select| select.query_row([call.0], |row| row.get(0)).optional());
        let text: Option<String> = text.map_err(|error| self.failed(&error))?;
        text.ok_or_else(|| self.damaged(format!("the text of call {} is missing", call.0)))
    }

    /// A call with its text and turns, each checked against the hash that was stored with it: what is
    /// quoted, and to whom it is credited, is what was added.
    ///
    /// # Errors
    /// [`crate::error::Error::LibraryDamaged`] when it is not.
    pub fn verified(&self, row: CallRow) -> Result<(CallSummary, String, Vec<StoredTurn>)> {
        let (call, text, turns) = (self.call(row)?, self.text(row)?, self.turns(row)?);
        if sha256_hex(text.as_bytes()) != call.text_sha256 {
            return Err(self.damaged(format!("the text of `{}` is not what was stored", call.id)));
        }
        if facts_sha256(&call, &turns) != call.facts_sha256 {
            let why = format!(
                "who speaks in `{}`, or what it is, is not what was stored",
                call.id
            );
            return Err(self.damaged(why));
        }
        Ok((call, text, turns))
    }

    /// The turns of a call, in order.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn turns(&self, call: CallRow) -> Result<Vec<StoredTurn>> {
        self.turns_in(call, TurnIndex(0)..=TurnIndex(u32::MAX))
    }

    /// Some turns of a call, in order.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn turns_in(
        &self,
        call: CallRow,
        turns: RangeInclusive<TurnIndex>,
    ) -> Result<Vec<StoredTurn>> {
        let (first, last) = (turns.start().0, turns.end().0);
        let rows = || -> rusqlite::Result<Vec<StoredTurn>> {
            self.db
                .prepare_cached(
                    "SELECT turn, speaker, role, affiliation, kind, section, span_start, span_end,
                         first_line, last_line, time_ms, question_turn, cuts, times
                     FROM turns WHERE call = ?1 AND turn BETWEEN ?2 AND ?3 ORDER BY turn",
                )?
                .query_map(params![call.0, first, last], stored_turn)?
                .collect()
        };
        rows().map_err(|error| self.failed(&error))
    }

    /// Every name that speaks, each once.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn speakers(&self) -> Result<Vec<String>> {
        let rows = || -> rusqlite::Result<Vec<String>> {
            self.db
                .prepare_cached("SELECT DISTINCT speaker FROM turns WHERE speaker IS NOT NULL")?
                .query_map([], |row| row.get(0))?
                .collect()
        };
        rows().map_err(|error| self.failed(&error))
    }

    /// Who speaks in these calls, or in any; each name, office, affiliation and kind once.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn people(&self, calls: Option<&[CallRow]>) -> Result<Vec<Person>> {
        let sql = "SELECT DISTINCT speaker, role, affiliation, kind FROM turns
             WHERE speaker IS NOT NULL AND (?1 IS NULL OR call IN (SELECT value FROM json_each(?1)))";
        let calls = calls.map(|calls| {
            let rows: Vec<i64> = calls.iter().map(|call| call.0).collect();
            serde_json::Value::from(rows).to_string()
        });
        let person = |row: &Row<'_>| {
            Ok(Person {
                name: row.get(0)?,
                role: row.get(1)?,
                affiliation: row.get(2)?,
                kind: from_word(row, 3)?,
            })
        };
        let rows = || -> rusqlite::Result<Vec<Person>> {
            let mut select = self.db.prepare_cached(sql)?;
            select.query_map([calls], person)?.collect()
        };
        rows().map_err(|error| self.failed(&error))
    }

    /// Calls in the library.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn call_count(&self) -> Result<usize> {
        let count = self
            .db
            .query_row("SELECT count(*) FROM calls", [], |row| row.get(0));
        count.map_err(|error| self.failed(&error))
    }

    /// How much is stored in the library.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn totals(&self) -> Result<Totals> {
        let count = |sql: &str| self.db.query_row(sql, [], |row| row.get(0));
        let totals = || -> rusqlite::Result<Totals> {
            Ok(Totals {
                calls: count("SELECT count(*) FROM calls")?,
                turns: count("SELECT count(*) FROM turns")?,
                passages: count("SELECT count(*) FROM passages")?,
                sentences: count("SELECT count(*) FROM sentences")?,
            })
        };
        totals().map_err(|error| self.failed(&error))
    }

    /// How much of a call is stored.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn size(&self, call: CallRow) -> Result<Size> {
        let count = |sql: &str| -> rusqlite::Result<u64> {
            let mut select = self.db.prepare_cached(sql)?;
            select.query_row([call.0], |row| row.get(0))
        };
        let size = || -> rusqlite::Result<Size> {
            Ok(Size {
                turns: count("SELECT count(*) FROM turns WHERE call = ?1")?,
                passages: count("SELECT count(*) FROM passages WHERE call = ?1")?,
            })
        };
        size().map_err(|error| self.failed(&error))
    }
}

/// SHA-256 over all that a quote is credited to: what the call is, and who says what where.
pub(super) fn facts_sha256(call: &CallSummary, turns: &[StoredTurn]) -> String {
    // Neither holds a map, so both can always be written.
    let facts = serde_json::to_vec(&(call, turns)).unwrap_or_default();
    sha256_hex(&facts)
}

/// How calls are ordered: one company may be written in several ways; its ticker is not.
fn order(metadata: &Metadata, id: &CallId) -> impl Ord + use<> {
    let name = metadata.ticker.as_ref().or(metadata.company.as_ref());
    (
        name.map_or("\u{10ffff}".to_owned(), |name| name.to_lowercase()),
        metadata.period,
        metadata.date,
        id.clone(),
    )
}

fn call_summary(row: &Row<'_>) -> rusqlite::Result<CallSummary> {
    let path: String = row.get(9)?;
    Ok(CallSummary {
        row: CallRow(row.get(0)?),
        id: CallId(row.get(1)?),
        document: from_word(row, 2)?,
        layout: from_word(row, 3)?,
        metadata: Metadata {
            title: row.get(4)?,
            company: row.get(5)?,
            ticker: row.get(6)?,
            period: optional_word(row, 7)?,
            calendar: optional_word(row, 16)?,
            date: optional_word(row, 8)?,
            hour: row.get(17)?,
            told: None,
        },
        source_path: path.into(),
        source_sha256: row.get(10)?,
        encoding: row.get(11)?,
        span_of: from_word(row, 12)?,
        text_sha256: row.get(13)?,
        given: from_json(row, 14)?,
        place: Place {
            part: row.get(18)?,
            start: row.get(19)?,
            lines: row.get(20)?,
        },
        facts_sha256: row.get(15)?,
    })
}

fn stored_turn(row: &Row<'_>) -> rusqlite::Result<StoredTurn> {
    let time: Option<i64> = row.get(10)?;
    let question: Option<u32> = row.get(11)?;
    Ok(StoredTurn {
        turn: Turn {
            index: TurnIndex(row.get(0)?),
            speaker: row.get(1)?,
            role: row.get(2)?,
            affiliation: row.get(3)?,
            kind: from_word(row, 4)?,
            section: from_word(row, 5)?,
            span: span(row, 6)?,
            lines: LineRange {
                first: row.get(8)?,
                last: row.get(9)?,
            },
            time: time.and_then(|time| u64::try_from(time).ok()).map(Millis),
            cuts: optional_json(row, 12)?.unwrap_or_default(),
            times: optional_json(row, 13)?.unwrap_or_default(),
        },
        question: question.map(TurnIndex),
    })
}
