//! The files of a model folder, and the errors about them. In: a folder. Out: bytes, JSON, or an
//! error that names the folder; what the files mean is for others to know.

use super::bundled;
use crate::error::{Error, Result};
use serde::de::DeserializeOwned;
use std::path::Path;

/// A model folder.
#[derive(Clone, Copy)]
pub(super) struct Files<'a>(pub(super) &'a Path);

impl Files<'_> {
    pub(super) fn has(self, name: &str) -> bool {
        bundled::file(self.0, name).is_some() || self.0.join(name).exists()
    }

    pub(super) fn bytes(self, name: &str) -> Result<Vec<u8>> {
        if let Some(bytes) = bundled::file(self.0, name) {
            return Ok(bytes.to_owned());
        }
        fs_err::read(self.0.join(name)).map_err(|cause| self.broken(cause.to_string()))
    }

    /// Weights in another form than one safetensors file are refused by their name.
    pub(super) fn expect_weights(self, folder: &str) -> Result<()> {
        let inside = |name: &str| {
            let folder = folder.trim_end_matches('/');
            let slash = if folder.is_empty() { "" } else { "/" };
            format!("{folder}{slash}{name}")
        };
        let wanted = inside("model.safetensors");
        if !self.has(&wanted) {
            for other in ["model.safetensors.index.json", "pytorch_model.bin"] {
                if self.has(&inside(other)) {
                    return Err(self.unsupported(format!(
                        "its weights are in `{}`; supported: all of them in `{wanted}`",
                        inside(other)
                    )));
                }
            }
        }
        Ok(())
    }

    pub(super) fn json<T: DeserializeOwned>(self, name: &str) -> Result<T> {
        serde_json::from_slice(&self.bytes(name)?)
            .map_err(|error| self.broken(format!("`{name}` is not what it should be: {error}")))
    }

    /// `None` where there is no such file.
    pub(super) fn optional<T: DeserializeOwned>(self, name: &str) -> Result<Option<T>> {
        self.has(name).then(|| self.json(name)).transpose()
    }

    pub(super) fn broken(self, why: impl Into<String>) -> Error {
        Error::ModelBroken {
            model: self.0.to_owned(),
            why: why.into(),
        }
    }

    pub(super) fn unsupported(self, why: impl Into<String>) -> Error {
        Error::ModelUnsupported {
            model: self.0.to_owned(),
            why: why.into(),
        }
    }
}
