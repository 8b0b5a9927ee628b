//! Passages and their vectors, as they were stored.

use super::Library;
use super::columns::{from_word, span};
use crate::embed::{Embedding, Quantised};
use crate::error::{Error, Result};
use crate::passage::Sentence;
use crate::transcript::{Kind, Section};
use crate::units::{CallRow, PassageId, TurnIndex};
use rusqlite::OptionalExtension;

/// A passage, without its words.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredPassage {
    /// Its row.
    pub id: PassageId,
    /// Its call.
    pub call: CallRow,
    /// What its speakers do.
    pub kind: Kind,
    /// Where in the call.
    pub section: Section,
    /// In the order of the text.
    pub sentences: Vec<Sentence>,
}

impl Library {
    /// The passages before and after one in its call, where there are such.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn beside(&self, call: CallRow, id: PassageId) -> Result<Vec<PassageId>> {
        let rows = || -> rusqlite::Result<Vec<PassageId>> {
            let sql = "SELECT max(id) FROM passages WHERE call = ?1 AND id < ?2
                       UNION ALL SELECT min(id) FROM passages WHERE call = ?1 AND id > ?2";
            let mut select = self.db.prepare_cached(sql)?;
            let beside = select.query_map([call.0, id.0], |row| row.get::<_, Option<i64>>(0))?;
            let beside = beside.filter_map(|id| id.map(|id| id.map(PassageId)).transpose());
            beside.collect()
        };
        rows().map_err(|error| self.failed(&error))
    }

    /// The ids of a call's passages, in the order of the text.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn passages_of(&self, call: CallRow) -> Result<Vec<PassageId>> {
        let rows = || -> rusqlite::Result<Vec<PassageId>> {
            self.db
                .prepare_cached("SELECT id FROM passages WHERE call = ?1 ORDER BY id")?
                .query_map([call.0], |row| row.get(0).map(PassageId))?
                .collect()
        };
        rows().map_err(|error| self.failed(&error))
    }

    /// A passage and the places of its sentences.
    ///
    /// # Errors
    /// [`crate::error::Error::LibraryDamaged`] when it is not there.
    pub fn passage(&self, id: PassageId) -> Result<StoredPassage> {
        let rows = || -> rusqlite::Result<Option<StoredPassage>> {
            let head = self
                .db
                .prepare_cached("SELECT call, kind, section FROM passages WHERE id = ?1")?
                .query_row([id.0], |row| {
                    Ok((CallRow(row.get(0)?), from_word(row, 1)?, from_word(row, 2)?))
                })
                .optional()?;
            let Some((call, kind, section)) = head else {
                return Ok(None);
            };
            let sentences = self
                .db
                .prepare_cached(
                    "SELECT turn, span_start, span_end FROM sentences
                     WHERE passage = ?1 ORDER BY position",
                )?
                .query_map([id.0], |row| {
                    Ok(Sentence {
                        turn: TurnIndex(row.get(0)?),
                        span: span(row, 1)?,
                    })
                })?
                .collect::<rusqlite::Result<_>>()?;
            Ok(Some(StoredPassage {
                id,
                call,
                kind,
                section,
                sentences,
            }))
        };
        let passage = rows().map_err(|error| self.failed(&error))?;
        passage.ok_or_else(|| self.damaged(format!("passage {} is missing", id.0)))
    }

    /// A passage's vector.
    ///
    /// # Errors
    /// [`crate::error::Error::LibraryDamaged`] when it is not a unit vector of `dimension` numbers.
    pub fn passage_vector(&self, id: PassageId, dimension: usize) -> Result<Embedding> {
        let vector = self.with_vector(id, |bytes| Embedding::from_le_bytes(bytes, dimension))?;
        vector.ok_or_else(|| self.broken(id))
    }

    fn broken(&self, id: PassageId) -> Error {
        self.damaged(format!("the vector of passage {} is broken", id.0))
    }

    /// The cosine of a passage's vector with a question's.
    ///
    /// # Errors
    /// As [`Library::passage_vector`].
    pub fn passage_cosine(&self, id: PassageId, question: &Embedding) -> Result<f32> {
        let cosine =
            self.with_vector(id, |stored| Embedding::cosine_of_stored(stored, question))?;
        cosine.ok_or_else(|| self.broken(id))
    }

    /// The quantised vectors of a passage's sentences, in their order.
    ///
    /// # Errors
    /// [`crate::error::Error::LibraryDamaged`] when they are cut.
    pub fn sentence_vectors(&self, id: PassageId, dimension: usize) -> Result<Vec<Quantised>> {
        self.each_sentence(id, dimension, Quantised::from_bytes)
    }

    /// The cosine of each of a passage's sentences with a question, in their order.
    ///
    /// # Errors
    /// As [`Library::sentence_vectors`].
    pub fn sentence_cosines(&self, id: PassageId, question: &Embedding) -> Result<Vec<f32>> {
        self.each_sentence(id, question.values().len(), |stored| {
            Quantised::cosine_of_stored(stored, question)
        })
    }

    fn each_sentence<T>(
        &self,
        id: PassageId,
        dimension: usize,
        parse: impl Fn(&[u8]) -> Option<T>,
    ) -> Result<Vec<T>> {
        let len = Quantised::stored_len(dimension);
        let sql = "SELECT vectors FROM sentence_vectors WHERE passage = ?1";
        let vectors = self.with_blob(sql, id, |bytes| {
            let vectors = bytes.chunks(len).map(|stored| {
                let whole = stored.len() == len;
                parse(stored).filter(|_| whole)
            });
            vectors.collect::<Option<Vec<_>>>()
        })?;
        vectors.ok_or_else(|| self.damaged(format!("the sentences of passage {} are broken", id.0)))
    }

    /// Runs `look` on the stored bytes of a passage's vector.
    pub(super) fn with_vector<T>(&self, id: PassageId, look: impl FnOnce(&[u8]) -> T) -> Result<T> {
        let sql = "SELECT vector FROM passage_vectors WHERE passage = ?1";
        self.with_blob(sql, id, look)
    }

    /// Bytes are looked at where they lie: a question looks at hundreds of them.
    fn with_blob<T>(&self, sql: &str, id: PassageId, look: impl FnOnce(&[u8]) -> T) -> Result<T> {
        let looked = || -> rusqlite::Result<Option<T>> {
            let mut select = self.db.prepare_cached(sql)?;
            let mut rows = select.query([id.0])?;
            let row = rows.next()?;
            row.map(|row| Ok(look(row.get_ref(0)?.as_blob()?)))
                .transpose()
        };
        let looked = looked().map_err(|error| self.failed(&error))?;
        looked.ok_or_else(|| self.damaged(format!("passage {} has no vectors", id.0)))
    }
}
