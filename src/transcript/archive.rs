//! Parts of ZIP archives, unpacked in memory and counted.
//!
//! In: an archive and the name of a part. Out: its bytes. The size that an archive states of itself
//! is not believed. This file knows nothing of what the parts are.

use super::extract::MOST_UNPACKED;
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// An archive in memory.
pub(super) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// What may still be unpacked.
    left: u64,
}

impl<'a> Archive<'a> {
    /// Opens an archive.
    ///
    /// # Errors
    /// When it is none.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, String> {
        let zip = ZipArchive::new(Cursor::new(bytes))
            .map_err(|error| format!("it is no sound archive: {error}"))?;
        Ok(Self {
            zip,
            left: MOST_UNPACKED,
        })
    }

    /// Whether it has a part of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.zip.index_for_name(name).is_some()
    }

    /// A part as text.
    ///
    /// # Errors
    /// When it is not there, is damaged, or unpacks to more than is allowed.
    pub(super) fn part(&mut self, name: &str) -> Result<String, String> {
        let part = self
            .zip
            .by_name(name)
            .map_err(|error| format!("its `{name}` cannot be read: {error}"))?;
        let mut bytes = Vec::new();
        let read = part.take(self.left + 1).read_to_end(&mut bytes);
        read.map_err(|error| format!("its `{name}` cannot be read: {error}"))?;
        self.left = self
            .left
            .checked_sub(bytes.len() as u64)
            .ok_or_else(|| format!("it unpacks to more than {} MiB", MOST_UNPACKED >> 20))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}
