//! Where the library and the model are, and opening both.

use crate::cli::{Places, Where};
use crate::embed::{self, Device, Embedder};
use crate::error::{Error, Result};
use crate::library::{Library, ModelRecord};
use clap::ValueEnum;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::thread;

impl Places {
    /// `--library`, else `$ONRECORD_LIBRARY`, else the nearest `.onrecord` upward, else the library
    /// in the user's data folder.
    pub(crate) fn library_folder(&self) -> Result<PathBuf> {
        if let Some(folder) = &self.library {
            return Ok(folder.clone());
        }
        if let Some(folder) = std::env::var_os("ONRECORD_LIBRARY").filter(|f| !f.is_empty()) {
            return Ok(folder.into());
        }
        let here = std::env::current_dir().map_err(Error::io("find the current folder"))?;
        let above = here.ancestors().map(|folder| folder.join(".onrecord"));
        if let Some(folder) = above.into_iter().find(|folder| folder.is_dir()) {
            return Ok(folder);
        }
        embed::data_folder()
            .map(|data| data.join("library"))
            .ok_or(Error::NothingToDo {
                what: "there is no place for a library",
                hint: "name a folder with `--library`, or set `HOME`",
            })
    }

    /// Opens the library that is there.
    pub(crate) fn open(&self) -> Result<Library> {
        Library::open(&self.library_folder()?)
    }

    /// Loads the model for a library, and refuses one that its vectors do not come from.
    pub(crate) fn embedder(&self, library: &Library) -> Result<Embedder> {
        self.embedder_beside(library, || ())
            .map(|(embedder, ())| embedder)
    }

    /// Loads the model that was named, or the library's own, whether or not they agree.
    pub(crate) fn any_embedder(&self, library: &Library) -> Result<Embedder> {
        self.any_embedder_beside(library, || ())
            .map(|(embedder, ())| embedder)
    }

    /// The same as [`Places::embedder`], while something else is done that does not need it.
    pub(crate) fn embedder_beside<T>(
        &self,
        library: &Library,
        other: impl FnOnce() -> T,
    ) -> Result<(Embedder, T)> {
        let (embedder, done) = self.any_embedder_beside(library, other)?;
        library.expect_model(&record(&embedder))?;
        Ok((embedder, done))
    }

    fn any_embedder_beside<T>(
        &self,
        library: &Library,
        other: impl FnOnce() -> T,
    ) -> Result<(Embedder, T)> {
        let recorded = library.model()?.map(|model| model.path);
        let model = embed::find_model(self.model.as_deref(), recorded.as_deref())?;
        let device = self.device()?;
        let (opened, done) = thread::scope(|scope| {
            let opening = scope.spawn(|| Embedder::open(&model, device, crate::output::warning));
            let done = other();
            (opening.join(), done)
        });
        let embedder = opened.unwrap_or_else(|panic| resume_unwind(panic))?;
        Ok((embedder, done))
    }

    /// `--device`, else `$ONRECORD_DEVICE`, else the processor.
    fn device(&self) -> Result<Device> {
        if let Some(typed) = self.device {
            return Ok(typed.into());
        }
        let Some(named) = std::env::var_os("ONRECORD_DEVICE").filter(|d| !d.is_empty()) else {
            return Ok(Device::default());
        };
        let named = named.to_string_lossy();
        let device = Where::from_str(&named, false).map_err(|_| Error::NoDevice {
            device: named.into_owned(),
            why: "`$ONRECORD_DEVICE` is none of `cpu`, `cuda`, `metal`".to_owned(),
            hint: "set it to one of them, or unset it".to_owned(),
        })?;
        Ok(device.into())
    }
}

/// What a library remembers of a model.
pub(crate) fn record(embedder: &Embedder) -> ModelRecord {
    let model = embedder.model();
    ModelRecord {
        name: model.name.clone(),
        path: model.path.clone(),
        fingerprint: embedder.fingerprint().to_owned(),
        dimension: model.dimension(),
    }
}
