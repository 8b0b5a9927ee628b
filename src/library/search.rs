//! Candidates for a question: by words from the word index, and all vectors of a scope for a scan.

use super::columns::word;
use super::filter::Scope;
use super::{Library, ModelRecord};
use crate::error::Result;
use crate::transcript::Kind;
use crate::units::{CallRow, PassageId};
use rusqlite::{Connection, OptionalExtension, named_params};

/// A passage that shares words with the question.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LexicalHit {
    /// The passage.
    pub passage: PassageId,
    /// BM25, higher is better.
    pub score: f32,
}

/// Passages of a scope. The operator's words are found only when the operator is asked for: they
/// announce every topic of a call and state none.
const IN_SCOPE: &str = "
    (:role = 'operator' OR p.kind != 'operator')
    AND (:calls IS NULL OR p.call IN (SELECT value FROM json_each(:calls)))
    AND (:section IS NULL OR p.section = :section)
    AND ((:role IS NULL AND :speakers IS NULL) OR EXISTS (
        SELECT 1 FROM turns t
        WHERE t.call = p.call AND t.turn BETWEEN p.first_turn AND p.last_turn
          AND (:role IS NULL OR t.kind = :role)
          AND (:speakers IS NULL OR t.speaker IN (SELECT value FROM json_each(:speakers)))))";

/// A scope as the values of [`IN_SCOPE`].
struct Bound {
    role: Option<String>,
    section: Option<String>,
    calls: Option<String>,
    speakers: Option<String>,
}

impl Bound {
    fn new(scope: &Scope) -> Self {
        let rows = |rows: &Vec<CallRow>| -> Vec<i64> { rows.iter().map(|row| row.0).collect() };
        let json = |value: serde_json::Value| value.to_string();
        Self {
            role: scope.role.map(word::<Kind>),
            section: scope.section.map(word),
            calls: scope.calls.as_ref().map(|calls| json(rows(calls).into())),
            speakers: scope
                .speakers
                .as_ref()
                .map(|names| json(names.clone().into())),
        }
    }
}

impl Library {
    /// The `limit` passages of the scope that share most words with `terms`, best first, ties to the
    /// lower id. Terms are words, not syntax: each is quoted.
    ///
    /// The score is `SQLite`'s BM25 (k1 1.2, b 0.75) with the header at a quarter of the body's weight.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn lexical(
        &self,
        terms: &[String],
        scope: &Scope,
        limit: usize,
    ) -> Result<Vec<LexicalHit>> {
        let quoted: Vec<_> = terms.iter().filter_map(|term| quoted(term)).collect();
        if quoted.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT p.id, -bm25(words, 1.0, 0.25) AS score
             FROM words JOIN passages p ON p.id = words.rowid
             WHERE words MATCH :match AND {IN_SCOPE}
             ORDER BY score DESC, p.id LIMIT :limit"
        );
        let bound = Bound::new(scope);
        let rows = || -> rusqlite::Result<Vec<LexicalHit>> {
            self.db
                .prepare_cached(&sql)?
                .query_map(
                    named_params! {
                        ":match": quoted.join(" OR "),
                        ":limit": i64::try_from(limit).unwrap_or(i64::MAX),
                        ":role": bound.role, ":section": bound.section,
                        ":calls": bound.calls, ":speakers": bound.speakers,
                    },
                    |row| {
                        #[expect(clippy::cast_possible_truncation, reason = "a score, not a count")]
                        let bm25 = row.get::<_, f64>(1)? as f32;
                        Ok(LexicalHit {
                            passage: PassageId(row.get(0)?),
                            score: bm25,
                        })
                    },
                )?
                .collect()
        };
        rows().map_err(|error| self.failed(&error))
    }

    /// In how many passages of the library a term occurs, in any of its forms.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn document_frequency(&self, term: &str) -> Result<u64> {
        let Some(quoted) = quoted(term) else {
            return Ok(0);
        };
        let count = "SELECT count(*) FROM words WHERE words MATCH ?1";
        let count = self.db.prepare_cached(count);
        count
            .and_then(|mut count| count.query_row([format!("body : {quoted}")], |row| row.get(0)))
            .map_err(|error| self.failed(&error))
    }

    /// Whether any passage says these words, one after the other, in any of their forms.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn mentions(&self, phrase: &str) -> Result<bool> {
        let Some(quoted) = quoted(phrase) else {
            return Ok(false);
        };
        let any = self
            .db
            .prepare_cached("SELECT 1 FROM words WHERE words MATCH ?1 LIMIT 1");
        any.and_then(|mut any| any.exists([format!("body : {quoted}")]))
            .map_err(|error| self.failed(&error))
    }

    /// A number that changes with every change that another process commits to the library.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn version(&self) -> Result<i64> {
        self.db
            .pragma_query_value(None, "data_version", |row| row.get(0))
            .map_err(|error| self.failed(&error))
    }

    /// Calls `visit` with the vector of each passage in the scope, in ascending order of ids, as
    /// stored bytes (see [`crate::embed::Embedding::from_le_bytes`]).
    ///
    /// # Errors
    /// Those of the database, and those of `visit`.
    pub fn scan_vectors(
        &self,
        scope: &Scope,
        ids: std::ops::Range<PassageId>,
        mut visit: impl FnMut(PassageId, &[u8]) -> Result<()>,
    ) -> Result<()> {
        let sql = format!(
            "SELECT p.id, v.vector FROM passages p JOIN passage_vectors v ON v.passage = p.id
             WHERE p.id >= :first AND p.id < :end AND {IN_SCOPE} ORDER BY p.id"
        );
        let bound = Bound::new(scope);
        let mut select = self
            .db
            .prepare_cached(&sql)
            .map_err(|error| self.failed(&error))?;
        let mut rows = select
            .query(named_params! {
                ":first": ids.start.0, ":end": ids.end.0,
                ":role": bound.role, ":section": bound.section,
                ":calls": bound.calls, ":speakers": bound.speakers,
            })
            .map_err(|error| self.failed(&error))?;
        while let Some(row) = rows.next().map_err(|error| self.failed(&error))? {
            let id = row
                .get(0)
                .map(PassageId)
                .map_err(|error| self.failed(&error))?;
            let bytes = row.get_ref(1).map_err(|error| self.failed(&error))?;
            let bytes = bytes
                .as_blob()
                .map_err(|error| self.damaged(error.to_string()))?;
            visit(id, bytes)?;
        }
        Ok(())
    }

    /// One past the highest id of a passage that is there.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn passages_end(&self) -> Result<PassageId> {
        let last = |db: &Connection| db.query_row("SELECT max(id) FROM passages", [], |r| r.get(0));
        let last: Option<i64> = last(&self.db).map_err(|error| self.failed(&error))?;
        Ok(PassageId(last.unwrap_or(0) + 1))
    }

    /// What a passage says and what its header says, as they are searched.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn words_of(&self, id: PassageId) -> Result<(String, String)> {
        let select = self
            .db
            .prepare_cached("SELECT body, header FROM words WHERE rowid = ?1");
        let both = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let words: rusqlite::Result<Option<(String, String)>> =
            select.and_then(|mut select| select.query_row([id.0], both).optional());
        Ok(words
            .map_err(|error| self.failed(&error))?
            .unwrap_or_default())
    }

    /// The words under which a passage is found; empty when there are none.
    ///
    /// # Errors
    /// Only those of the database.
    pub(super) fn indexed_words(&self, id: PassageId) -> Result<String> {
        let select = self
            .db
            .prepare_cached("SELECT body FROM words WHERE rowid = ?1");
        let words: rusqlite::Result<Option<String>> =
            select.and_then(|mut select| select.query_row([id.0], |row| row.get(0)).optional());
        Ok(words
            .map_err(|error| self.failed(&error))?
            .unwrap_or_default())
    }

    /// How many passages with ids in `ids` a segment would hold.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn count_indexable(&self, ids: &std::ops::Range<PassageId>) -> Result<usize> {
        let mut count = 0;
        self.scan_vectors(&Scope::default(), ids.clone(), |_, _| {
            count += 1;
            Ok(())
        })?;
        Ok(count)
    }

    /// Whether a passage is still there.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn holds(&self, id: PassageId) -> Result<bool> {
        let select = self
            .db
            .prepare_cached("SELECT 1 FROM passages WHERE id = ?1");
        select
            .and_then(|mut select| select.exists([id.0]))
            .map_err(|error| self.failed(&error))
    }

    /// Numbers in a vector of this library; 0 while it is empty.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn dimension(&self) -> Result<usize> {
        Ok(self
            .model()?
            .map_or(0, |ModelRecord { dimension, .. }| dimension))
    }
}

/// A term as a string of the query language, or `None` when it holds nothing that is indexed.
fn quoted(term: &str) -> Option<String> {
    let indexed = term.chars().any(char::is_alphanumeric);
    indexed.then(|| format!("\"{}\"", term.replace('"', "\"\"")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_is_never_syntax() {
        assert_eq!(quoted("NEAR").as_deref(), Some("\"NEAR\""));
        assert_eq!(quoted("a\"b*").as_deref(), Some("\"a\"\"b*\""));
        assert_eq!(quoted("\"*-"), None);
    }
}
