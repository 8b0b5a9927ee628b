//! The oracle's view of the database: is what is stored still whole, and does it agree with itself?

use super::{CallSummary, Library};
use crate::embed::Embedding;
use crate::error::{Error, Result};
use crate::units::{ByteSpan, PassageId};
use std::collections::BTreeSet;

/// How thoroughly to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// The database's own quick check.
    Quick,
    /// Every page, every text, every slice, every vector.
    Full,
}

impl Library {
    /// What is wrong with the stored data, a sentence each; nothing when it is sound.
    ///
    /// # Errors
    /// Only where the database cannot be read at all.
    pub fn check(&self, depth: Depth) -> Result<Vec<String>> {
        let pragmas: &[&str] = match depth {
            Depth::Quick => &["PRAGMA quick_check"],
            Depth::Full => &["PRAGMA integrity_check", "PRAGMA foreign_key_check"],
        };
        let mut found = Vec::new();
        for pragma in pragmas {
            found.extend(self.complaints(pragma)?);
        }
        if depth == Depth::Full {
            let dimension = self.dimension()?;
            for call in self.calls()? {
                self.check_call(&call, dimension, &mut found)?;
            }
            found.extend(self.strays()?);
        }
        Ok(found)
    }

    fn complaints(&self, sql: &str) -> Result<Vec<String>> {
        let rows = || -> rusqlite::Result<Vec<String>> {
            let mut select = self.db.prepare(sql)?;
            let rows = select.query_map([], |row| {
                // `foreign_key_check` answers with the table; the others with a sentence.
                row.get::<_, String>(0)
            })?;
            rows.filter(|row| row.as_deref() != Ok("ok")).collect()
        };
        match rows() {
            Ok(rows) => Ok(rows),
            Err(error)
                if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseCorrupt) =>
            {
                Ok(vec![format!("`{sql}`: {error}")])
            }
            Err(error) => Err(self.failed(&error)),
        }
    }

    fn check_call(
        &self,
        call: &CallSummary,
        dimension: usize,
        found: &mut Vec<String>,
    ) -> Result<()> {
        let (_, text, turns) = match self.verified(call.row) {
            Ok(verified) => verified,
            Err(Error::LibraryDamaged { why, .. }) => {
                found.push(why);
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let mut end = 0;
        for (index, stored) in turns.iter().enumerate() {
            let span = stored.turn.span;
            let placed = stored.turn.index.0 as usize == index && span.start() >= end;
            if !placed || span.is_empty() || span.slice(&text).is_none() {
                found.push(format!("turn {index} of `{}` is out of place", call.id));
            }
            end = span.end();
        }
        for id in self.passages_of(call.row)? {
            if let Some(why) = self.check_passage(id, &text, &turns, dimension)? {
                found.push(format!("passage {} of `{}` {why}", id.0, call.id));
            }
        }
        Ok(())
    }

    fn check_passage(
        &self,
        id: PassageId,
        text: &str,
        turns: &[super::StoredTurn],
        dimension: usize,
    ) -> Result<Option<String>> {
        let passage = self.passage(id)?;
        if passage.sentences.is_empty() {
            return Ok(Some("has no sentences".to_owned()));
        }
        let mut end = 0;
        for sentence in &passage.sentences {
            let turn = turns
                .get(sentence.turn.0 as usize)
                .map(|stored| stored.turn.span);
            let inside = turn.is_some_and(|turn: ByteSpan| turn.contains(sentence.span));
            if !inside || sentence.span.start() < end || sentence.span.slice(text).is_none() {
                return Ok(Some(format!(
                    "has a sentence outside turn {}",
                    sentence.turn
                )));
            }
            end = sentence.span.end();
        }
        let vector = self.with_vector(id, |bytes| Embedding::from_le_bytes(bytes, dimension))?;
        if vector.is_none() {
            return Ok(Some("has no unit vector".to_owned()));
        }
        let vectors = self.sentence_vectors(id, dimension)?.len();
        let why = format!(
            "has {vectors} vectors for {} sentences",
            passage.sentences.len()
        );
        Ok((vectors != passage.sentences.len()).then_some(why))
    }

    /// Rows that hang on nothing.
    fn strays(&self) -> Result<Vec<String>> {
        let ids = |sql: &str| -> Result<BTreeSet<i64>> {
            let rows = || -> rusqlite::Result<BTreeSet<i64>> {
                self.db
                    .prepare(sql)?
                    .query_map([], |row| row.get(0))?
                    .collect()
            };
            rows().map_err(|error| self.failed(&error))
        };
        let passages = ids("SELECT id FROM passages")?;
        let mut found = Vec::new();
        for (table, key) in [
            ("passage_vectors", "passage"),
            ("sentence_vectors", "passage"),
        ] {
            let there = ids(&format!("SELECT {key} FROM {table}"))?;
            let odd = passages.symmetric_difference(&there).count();
            if odd > 0 {
                found.push(format!("`{table}` and the passages differ in {odd} rows"));
            }
        }
        Ok(found)
    }
}
