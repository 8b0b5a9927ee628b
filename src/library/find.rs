//! Which calls a name means: an id, the beginning of one, or a source's file.

use super::filter::alike;
use super::{CallSummary, Library};
use crate::error::{Error, Result};
use crate::transcript::sha256_hex;
use std::path::{Component, Path, PathBuf};

impl Library {
    /// Finds a call as [`Library::find_calls`] does.
    ///
    /// # Errors
    /// As there, and [`Error::AmbiguousCall`] with all calls of a file that holds several.
    pub fn find_call(&self, name: &str) -> Result<CallSummary> {
        let mut calls = self.find_calls(name)?;
        match calls.pop().filter(|_| calls.is_empty()) {
            Some(call) => Ok(call),
            None => Err(ambiguous(name, &self.find_calls(name)?)),
        }
    }

    /// Finds a call by its id or the beginning of it, or the calls of a source by its file name (with or without ending)
    /// or its path or the end of that; those of one source in the order of its text.
    ///
    /// # Errors
    /// [`Error::UnknownCall`], or [`Error::AmbiguousCall`] with the candidates.
    pub fn find_calls(&self, name: &str) -> Result<Vec<CallSummary>> {
        let calls = self.calls()?;
        // A source that is gone has no canonical path, but the one that it was read from.
        let path = fs_err::canonicalize(name).unwrap_or_else(|_| absolute(Path::new(name)));
        // A file of that name that is there is meant itself, not another file's call.
        let is_file = fs_err::metadata(&path).is_ok_and(|entry| entry.is_file());
        let bytes = is_file.then(|| fs_err::read(&path).ok()).flatten();
        let is_there = bytes.map(|bytes| sha256_hex(&bytes));
        let may_be = |call: &CallSummary| {
            let hash = is_there.as_ref();
            hash.is_none_or(|hash| *hash == call.source_sha256)
        };
        let stem = |call: &CallSummary| {
            call.source_path
                .file_stem()
                .is_some_and(|stem| stem.to_string_lossy() == name)
        };
        let end = Path::new(name)
            .components()
            .filter(|part| *part != Component::CurDir);
        let end: PathBuf = end.collect();
        let ways: [&dyn Fn(&CallSummary) -> bool; 5] = [
            &|call| call.id.0 == name,
            &|call| call.source_path == path,
            &|call| end.file_name().is_some() && call.source_path.ends_with(&end) && may_be(call),
            &stem,
            &|call| !name.is_empty() && call.id.0.starts_with(name),
        ];
        for (way, matches) in ways.iter().enumerate() {
            let mut found: Vec<CallSummary> =
                calls.iter().filter(|call| matches(call)).cloned().collect();
            let Some(first) = found.first() else { continue };
            // The beginning of an id is meant for one call.
            let by_source = way + 1 < ways.len();
            let of_one = found
                .iter()
                .all(|call| call.source_sha256 == first.source_sha256);
            if found.len() > 1 && !(by_source && of_one) {
                return Err(ambiguous(name, &found));
            }
            found.sort_by_key(|call| call.place.part);
            return Ok(found);
        }
        let alike =
            |call: &CallSummary| f64::max(alike(&call.id.0, name), alike(&call.file_name(), name));
        let mut near: Vec<(f64, String)> = calls
            .into_iter()
            .map(|call| (alike(&call), call.id.0))
            .collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0));
        let near = near.into_iter().map(|(_, id)| id).collect();
        Err(Error::UnknownCall {
            asked: name.to_owned(),
            near,
        })
    }
}

/// A path from the root, without `..`, whether or not there is anything.
fn absolute(path: &Path) -> PathBuf {
    let mut whole = PathBuf::new();
    for part in std::path::absolute(path).unwrap_or_default().components() {
        if part == Component::ParentDir {
            whole.pop();
        } else {
            whole.push(part);
        }
    }
    whole
}

fn ambiguous(asked: &str, calls: &[CallSummary]) -> Error {
    Error::AmbiguousCall {
        asked: asked.to_owned(),
        matches: calls.iter().map(|call| call.id.0.clone()).collect(),
    }
}
