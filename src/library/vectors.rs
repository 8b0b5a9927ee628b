//! All vectors of a scope, for a scan that needs no index.

use super::columns::word;
use super::filter::Scope;
use super::{Library, ModelRecord};
use crate::error::Result;
use crate::transcript::Kind;
use crate::units::{CallRow, PassageId};
use rusqlite::{Connection, named_params};

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
