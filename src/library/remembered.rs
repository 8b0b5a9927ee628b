//! Facts about a library as a whole that are measured once and kept, each under a name.

use super::Library;
use crate::error::Result;
use rusqlite::params;

/// Names of remembered facts begin with this, apart from those of the model.
const PREFIX: &str = "measured_";

impl Library {
    /// Keeps a fact, in the place of an earlier one of that name.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn remember(&mut self, name: &str, fact: &str) -> Result<()> {
        let key = format!("{PREFIX}{name}");
        self.write(|library| {
            let kept = library.db.execute(
                "INSERT INTO meta (key, value) VALUES (?1, ?2)
                 ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                params![key, fact],
            );
            kept.map(|_| ()).map_err(|error| library.failed(&error))
        })
    }

    /// A fact that was kept; `None` where there is none.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn remembered(&self, name: &str) -> Result<Option<String>> {
        self.meta(&format!("{PREFIX}{name}"))
    }
}
