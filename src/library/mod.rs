//! The library: one folder, one `SQLite` file that is the truth.
//!
//! In: calls as they were read, with their passages and vectors. Out: calls, turns, passages, vectors
//! by id, and which files of the index are live. The only room that imports rusqlite; it knows nothing
//! of models beyond a fingerprint, and nothing of ranking.
//!
//! Each call is written in one transaction, with `synchronous = FULL`: a call that was reported as
//! added survives a power cut, and one that was not is wholly absent.

mod calls;
mod check;
mod columns;
mod filter;
mod find;
mod indexing;
mod passages;
mod remembered;
mod vectors;
mod write;

pub use calls::{CallSummary, Named, Person, Size, SourceState, StoredTurn, Totals};
pub use check::Depth;
pub use filter::{Filter, Scope};
pub use indexing::{IndexedPassage, Live, SegmentRecord};
pub use passages::StoredPassage;
pub use write::{Embedded, NewCall};

use crate::error::{Error, Result};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The bytes `onrc` in the database header say whose file this is.
const APPLICATION_ID: i64 = 0x6f6e_7263;
/// The newest layout that this program knows; one migration a version, in order.
const MIGRATIONS: [&str; 5] = [
    include_str!("schema.sql"),
    include_str!("schema_2.sql"),
    include_str!("schema_3.sql"),
    include_str!("schema_4.sql"),
    include_str!("schema_5.sql"),
];
/// Older ones can corrupt a database that two processes write to, or its word index.
const OLDEST_SQLITE: i32 = 3_054_000;
/// How long to wait for another writer; a call takes milliseconds to write, a rebuild minutes.
const PATIENCE: Duration = Duration::from_secs(20);

/// Statements that are kept once they are read.
const STATEMENTS: usize = 64;

const DATABASE: &str = "library.db";

/// An open library.
pub struct Library {
    folder: PathBuf,
    db: Connection,
}

/// The model that a library was built with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelRecord {
    /// The model's name, for messages.
    pub name: String,
    /// Where it was.
    pub path: PathBuf,
    /// What decides its vectors.
    pub fingerprint: String,
    /// Numbers in a vector.
    pub dimension: usize,
}

impl Library {
    /// Opens the library in `folder`.
    ///
    /// # Errors
    /// [`Error::LibraryNotFound`] where there is none, [`Error::LibraryForeign`] for another file of
    /// that name, [`Error::LibraryNewer`] for one of a later version.
    pub fn open(folder: &Path) -> Result<Self> {
        if !folder.join(DATABASE).is_file() {
            return Err(Error::LibraryNotFound {
                library: folder.to_owned(),
            });
        }
        Self::open_file(folder)
    }

    /// Opens the library in `folder`, or makes an empty one.
    ///
    /// # Errors
    /// As [`Library::open`], and [`Error::Io`] where the folder cannot be made.
    pub fn open_or_create(folder: &Path) -> Result<Self> {
        let making = "make the library's folder";
        if !folder.is_dir() {
            fs_err::create_dir_all(folder).map_err(Error::io(making))?;
            // The folder's own entry survives a power cut too.
            let parent = folder
                .canonicalize()
                .ok()
                .and_then(|path| path.parent().map(Path::to_owned));
            if let Some(parent) = parent {
                let synced = fs_err::File::open(parent).and_then(|parent| parent.sync_all());
                synced.map_err(Error::io(making))?;
            }
        }
        Self::open_file(folder)
    }

    fn open_file(folder: &Path) -> Result<Self> {
        let file = folder.join(DATABASE);
        check_header(&file)?;
        let read_only = is_read_only(&file);
        let db = if read_only {
            open_read_only(&file)
        } else {
            Connection::open(&file)
        };
        let mut library = Self {
            folder: folder.to_owned(),
            db: db.map_err(|error| translate(folder, &error))?,
        };
        // Whose file it is comes first: nothing of another program's is touched.
        let version = library.owned_version()?;
        let configured = if read_only {
            library.configure_reading()
        } else {
            library.configure()
        };
        configured.map_err(|error| translate(folder, &error))?;
        if version < known_version() {
            library.migrate()?;
        }
        Ok(library)
    }

    fn configure(&self) -> rusqlite::Result<()> {
        // Five vectors fill a page of this size nearly, but two leave a quarter of the usual one empty. It
        // holds only for a file that is made now.
        self.db.pragma_update(None, "page_size", 8192)?;
        self.db.pragma_update(None, "journal_mode", "WAL")?;
        self.db.pragma_update(None, "synchronous", "FULL")?;
        self.db.pragma_update(None, "foreign_keys", true)?;
        self.db.pragma_update(None, "secure_delete", true)?;
        self.configure_reading()
    }

    fn configure_reading(&self) -> rusqlite::Result<()> {
        // More than there are, so that none is read twice.
        self.db.set_prepared_statement_cache_capacity(STATEMENTS);
        // In KiB: ten thousand passages, so that question after question reads few pages twice.
        self.db.pragma_update(None, "cache_size", -65_536)?;
        // A statement is planned once, not again for every value that is bound to it.
        self.db
            .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        // A transcript is data: nothing in a damaged or hostile file may run functions or change
        // the schema behind our back.
        self.db.pragma_update(None, "trusted_schema", false)?;
        self.db.pragma_update(None, "cell_size_check", true)
    }

    /// The version of the schema, 0 for an empty file.
    fn owned_version(&self) -> Result<i64> {
        let pragma = |name| {
            self.db
                .pragma_query_value(None, name, |row| row.get::<_, i64>(0))
        };
        let facts = || -> rusqlite::Result<(i64, i64, i64)> {
            self.db.busy_timeout(patience())?;
            Ok((
                pragma("user_version")?,
                pragma("application_id")?,
                table_count(&self.db)?,
            ))
        };
        let (version, owner, tables) = facts().map_err(|error| self.failed(&error))?;
        let empty = version == 0 && tables == 0;
        if !empty && owner != APPLICATION_ID {
            let why = "it is a database of another program".to_owned();
            return Err(Error::LibraryForeign {
                file: self.folder.join(DATABASE),
                why,
            });
        }
        let known = known_version();
        if version > known {
            return Err(Error::LibraryNewer {
                library: self.folder.clone(),
                version,
                known,
            });
        }
        if rusqlite::version_number() < OLDEST_SQLITE {
            let why = format!(
                "SQLite {} is too old to be trusted with it",
                rusqlite::version()
            );
            return Err(Error::Database {
                library: self.folder.clone(),
                why,
            });
        }
        Ok(version)
    }

    fn migrate(&mut self) -> Result<()> {
        // A table that others hang on may be made anew; within a transaction this could not be said.
        self.execute("PRAGMA foreign_keys = OFF")?;
        let migrated = self.write(|library| {
            // Another process may have migrated while this one waited for the lock.
            let found = usize::try_from(library.owned_version()?).unwrap_or(0);
            for migration in MIGRATIONS.iter().skip(found) {
                library.execute(migration)?;
            }
            library.execute(&format!(
                "PRAGMA application_id = {APPLICATION_ID};
                 PRAGMA user_version = {};
                 INSERT OR IGNORE INTO meta (key, value)
                     VALUES ('library_id', lower(hex(randomblob(16))));",
                known_version(),
            ))
        });
        migrated.and(self.execute("PRAGMA foreign_keys = ON"))
    }

    /// Runs `read` on one committed state: what others add, replace or remove meanwhile is not seen.
    ///
    /// # Errors
    /// Those of `read`, and those of the database.
    pub fn snapshot<T>(&self, read: impl FnOnce() -> Result<T>) -> Result<T> {
        self.execute("BEGIN")?;
        let done = read();
        // Nothing was written, so there is nothing that an end could lose.
        let ended = self.execute("COMMIT");
        done.and_then(|done| ended.map(|()| done))
    }

    /// The library's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Bytes that the library takes on disk, log and index included.
    pub fn size_on_disk(&self) -> u64 {
        let folders = [self.folder.clone(), self.folder.join("index")];
        let entries = folders
            .iter()
            .filter_map(|folder| fs_err::read_dir(folder).ok())
            .flatten();
        let files = entries.flatten().filter_map(|entry| entry.metadata().ok());
        files
            .filter(std::fs::Metadata::is_file)
            .map(|file| file.len())
            .sum()
    }

    /// A random name given when the library was made; derived files carry it.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn id(&self) -> Result<String> {
        Ok(self.meta("library_id")?.unwrap_or_default())
    }

    /// The model that the vectors come from; `None` for an empty library.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn model(&self) -> Result<Option<ModelRecord>> {
        let Some(fingerprint) = self.meta("model_fingerprint")? else {
            return Ok(None);
        };
        let dimension = self
            .meta("model_dimension")?
            .and_then(|text| text.parse().ok());
        Ok(Some(ModelRecord {
            name: self.meta("model_name")?.unwrap_or_default(),
            path: self.meta("model_path")?.unwrap_or_default().into(),
            fingerprint,
            dimension: dimension.unwrap_or(0),
        }))
    }

    /// Refuses a model other than the one the vectors come from.
    ///
    /// # Errors
    /// [`Error::ModelMismatch`].
    pub fn expect_model(&self, model: &ModelRecord) -> Result<()> {
        match self.model()? {
            Some(record) if record.fingerprint != model.fingerprint => {
                let same_name = record.name == model.name;
                Err(Error::ModelMismatch {
                    library: self.folder.clone(),
                    built_with: if same_name {
                        "another version of it, or by other passage rules".to_owned()
                    } else {
                        format!("`{}` ({} dimensions)", record.name, record.dimension)
                    },
                    model: format!("the model `{}`", model.name),
                })
            }
            _ => Ok(()),
        }
    }

    fn meta(&self, key: &str) -> Result<Option<String>> {
        let row = self
            .db
            .prepare_cached("SELECT value FROM meta WHERE key = ?1");
        row.and_then(|mut row| row.query_row([key], |row| row.get(0)).optional())
            .map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &rusqlite::Error) -> Error {
        translate(&self.folder, error)
    }

    /// For stored values that contradict the schema's promises.
    pub(crate) fn damaged(&self, why: impl Into<String>) -> Error {
        Error::LibraryDamaged {
            library: self.folder.clone(),
            why: why.into(),
        }
    }
}

/// `$ONRECORD_PATIENCE_MS`, for scripts that would rather hear at once that a library is locked.
fn patience() -> Duration {
    let set = std::env::var("ONRECORD_PATIENCE_MS")
        .ok()
        .and_then(|text| text.parse().ok());
    set.map_or(PATIENCE, Duration::from_millis)
}

fn known_version() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

fn table_count(db: &Connection) -> rusqlite::Result<i64> {
    db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
}

/// A file of that name that no database starts like is left alone.
fn check_header(file: &Path) -> Result<()> {
    use std::io::Read;
    const MAGIC: &[u8] = b"SQLite format 3\0";
    let Ok(mut opened) = fs_err::File::open(file) else {
        return Ok(());
    };
    let mut head = Vec::new();
    opened
        .by_ref()
        .take(16)
        .read_to_end(&mut head)
        .map_err(Error::io("read the library"))?;
    if head.is_empty() || head == MAGIC {
        return Ok(());
    }
    let why = "it does not start like a database".to_owned();
    Err(Error::LibraryForeign {
        file: file.to_owned(),
        why,
    })
}

/// Whether the file is there and this user may only read it, as in a folder that a team shares.
fn is_read_only(file: &Path) -> bool {
    use std::io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
    let opened = std::fs::OpenOptions::new().write(true).open(file);
    opened.is_err_and(|error| matches!(error.kind(), PermissionDenied | ReadOnlyFilesystem))
}

/// Opens a file that may only be read. Its log cannot be kept beside it, so where there is none the file is taken as it
/// stands; what another user writes meanwhile is told by the texts' hashes.
///
/// **Source**: <https://sqlite.org/uri.html#uriimmutable>
fn open_read_only(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let log = file.with_extension("db-wal");
    if fs_err::metadata(log).is_ok_and(|log| log.len() > 0) {
        return Connection::open_with_flags(file, flags);
    }
    let path = file.to_string_lossy();
    let path = path
        .replace('%', "%25")
        .replace('?', "%3f")
        .replace('#', "%23");
    let uri = format!("file:{path}?immutable=1");
    Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI)
}

fn translate(folder: &Path, error: &rusqlite::Error) -> Error {
    use rusqlite::Error as Sql;
    let library = folder.to_owned();
    // A value that is not what the schema promises was not written by us.
    if let Sql::FromSqlConversionFailure(..)
    | Sql::IntegralValueOutOfRange(..)
    | Sql::InvalidColumnType(..)
    | Sql::Utf8Error(..) = error
    {
        return Error::LibraryDamaged {
            library,
            why: error.to_string(),
        };
    }
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            Error::LibraryLocked { library }
        }
        Some(ErrorCode::ReadOnly) => Error::Database {
            library,
            why: "this user may only read it".to_owned(),
        },
        Some(ErrorCode::DiskFull) => Error::NoSpace { library },
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Error::LibraryDamaged {
            library,
            why: error.to_string(),
        },
        _ => Error::Database {
            library,
            why: error.to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_that_may_only_be_read_is_read_in_any_folder() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("a team's 100% #1?");
        let id = Library::open_or_create(&folder).unwrap().id().unwrap();
        let db = open_read_only(&folder.join(DATABASE)).unwrap();
        let library = Library { folder, db };
        library.configure_reading().unwrap();
        assert_eq!(library.id().unwrap(), id);
        assert!(library.execute("DELETE FROM meta").is_err());
    }
}
