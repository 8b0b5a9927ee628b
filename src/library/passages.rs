//! Passages and their vectors, as they were stored.

use super::Library;
use super::columns::{from_word, span};
use crate::embed::{Embedding, Quantised};
use crate::error::Result;
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
        let bytes = self.blob("SELECT vector FROM passage_vectors WHERE passage = ?1", id)?;
        Embedding::from_le_bytes(&bytes, dimension)
            .ok_or_else(|| self.damaged(format!("the vector of passage {} is broken", id.0)))
    }

    /// The cosine of a passage's vector with a question's.
    ///
    /// # Errors
    /// As [`Library::passage_vector`].
    pub fn passage_cosine(&self, id: PassageId, question: &Embedding) -> Result<f32> {
        Ok(self
            .passage_vector(id, question.values().len())?
            .cosine(question))
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
        let bytes = self.blob(
            "SELECT vectors FROM sentence_vectors WHERE passage = ?1",
            id,
        )?;
        let len = Quantised::stored_len(dimension);
        let vectors = bytes.chunks(len).map(|stored| {
            let whole = stored.len() == len;
            parse(stored).filter(|_| whole)
        });
        vectors
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| self.damaged(format!("the sentences of passage {} are broken", id.0)))
    }

    pub(super) fn blob(&self, sql: &str, id: PassageId) -> Result<Vec<u8>> {
        let select = self.db.prepare_cached(sql);
        let bytes: rusqlite::Result<Option<Vec<u8>>> =
            select.and_then(|mut select| select.query_row([id.0], |row| row.get(0)).optional());
        let bytes = bytes.map_err(|error| self.failed(&error))?;
        bytes.ok_or_else(|| self.damaged(format!("passage {} has no vectors", id.0)))
    }
}
