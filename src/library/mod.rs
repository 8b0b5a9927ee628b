//! The library: one folder, one `SQLite` file that is the truth.
//!
//! In: calls as they were read, with their passages and vectors. Out: calls, turns, passages,
//! candidates by words, vectors by id. The only room that imports rusqlite; it knows nothing of
//! models beyond a fingerprint, and nothing of ranking beyond the lexical index's own score.
//!
//! Each call is written in one transaction, with `synchronous = FULL`: a call that was reported as
//! added survives a power cut, and one that was not is wholly absent.

mod check;
mod filter;
mod read;
mod search;
mod write;

pub use check::Depth;
pub use filter::{Filter, Scope};
pub use read::{CallSummary, SourceState, StoredPassage, StoredTurn, Totals};
pub use search::LexicalHit;
pub use write::{Embedded, NewCall};

use crate::error::{Error, Result};
use rusqlite::{Connection, ErrorCode, OptionalExtension, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The bytes `onrc` in the database header say whose file this is.
const APPLICATION_ID: i64 = 0x6f6e_7263;
/// The newest layout that this program knows; one migration a version, in order.
const MIGRATIONS: [&str; 1] = [include_str!("schema.sql")];
/// Older ones can corrupt a database that two processes write to, or its word index.
const OLDEST_SQLITE: i32 = 3_054_000;
/// How long to wait for another writer; a call takes milliseconds to write, a rebuild minutes.
const PATIENCE: Duration = Duration::from_secs(20);

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
        fs_err::create_dir_all(folder).map_err(Error::io("make the library's folder"))?;
        Self::open_file(folder)
    }

    fn open_file(folder: &Path) -> Result<Self> {
        let file = folder.join(DATABASE);
        check_header(&file)?;
        let db = Connection::open(&file).map_err(|error| translate(folder, &error))?;
        let mut library = Self {
            folder: folder.to_owned(),
            db,
        };
        library
            .configure()
            .map_err(|error| translate(folder, &error))?;
        library.migrate()?;
        Ok(library)
    }

    fn configure(&self) -> rusqlite::Result<()> {
        debug_assert!(
            rusqlite::version_number() >= OLDEST_SQLITE,
            "the bundled SQLite is too old"
        );
        self.db.busy_timeout(patience())?;
        self.db.pragma_update(None, "journal_mode", "WAL")?;
        self.db.pragma_update(None, "synchronous", "FULL")?;
        self.db.pragma_update(None, "foreign_keys", true)?;
        self.db.pragma_update(None, "secure_delete", true)?;
        // A transcript is data: nothing in a damaged or hostile file may run functions or change
        // the schema behind our back.
        self.db.pragma_update(None, "trusted_schema", false)?;
        self.db.pragma_update(None, "cell_size_check", true)?;
        // Reads go through the page cache; a scan over all vectors copies nothing.
        self.db.pragma_update(None, "mmap_size", 1_i64 << 34)
    }

    fn migrate(&mut self) -> Result<()> {
        let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
        let folder = self.folder.clone();
        let failed = |error: rusqlite::Error| translate(&folder, &error);
        let version = |db: &Connection| db.pragma_query_value(None, "user_version", |r| r.get(0));
        let application = |db: &Connection| -> rusqlite::Result<i64> {
            db.pragma_query_value(None, "application_id", |r| r.get(0))
        };
        let found: i64 = version(&self.db).map_err(failed)?;
        let owner = application(&self.db).map_err(failed)?;
        if found > 0 && owner != APPLICATION_ID {
            let why = "it is a database of another program".to_owned();
            return Err(Error::LibraryForeign {
                file: self.folder.join(DATABASE),
                why,
            });
        }
        if found > known {
            let library = self.folder.clone();
            return Err(Error::LibraryNewer {
                library,
                version: found,
                known,
            });
        }
        if found == known {
            return Ok(());
        }
        let tx = self
            .db
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(failed)?;
        // Another process may have migrated while this one waited for the lock.
        let found: i64 = version(&tx).map_err(failed)?;
        if found == 0 && table_count(&tx).map_err(failed)? > 0 {
            let why = "it is a database of another program".to_owned();
            return Err(Error::LibraryForeign {
                file: self.folder.join(DATABASE),
                why,
            });
        }
        for migration in MIGRATIONS.iter().skip(usize::try_from(found).unwrap_or(0)) {
            tx.execute_batch(migration).map_err(failed)?;
        }
        tx.pragma_update(None, "application_id", APPLICATION_ID)
            .map_err(failed)?;
        tx.pragma_update(None, "user_version", known)
            .map_err(failed)?;
        tx.execute(
            "INSERT OR IGNORE INTO meta (key, value) VALUES ('library_id', lower(hex(randomblob(16))))",
            [],
        )
        .map_err(failed)?;
        tx.commit().map_err(failed)
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
    fn damaged(&self, why: impl Into<String>) -> Error {
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

fn translate(folder: &Path, error: &rusqlite::Error) -> Error {
    let library = folder.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            Error::LibraryLocked { library }
        }
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
