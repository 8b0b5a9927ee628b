//! Which calls a name means: an id, the beginning of one, or a source's file.

use super::filter::alike;
use super::{CallSummary, Library};
use crate::error::{Error, Result};

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
    /// or its path; those of one source in the order of its text.
    ///
    /// # Errors
    /// [`Error::UnknownCall`], or [`Error::AmbiguousCall`] with the candidates.
    pub fn find_calls(&self, name: &str) -> Result<Vec<CallSummary>> {
        let calls = self.calls()?;
        let path = fs_err::canonicalize(name).ok();
        let stem = |call: &CallSummary| {
            call.source_path
                .file_stem()
                .is_some_and(|stem| stem.to_string_lossy() == name)
        };
        // A source that is gone has no canonical path; its file's name still names the call.
        let last = std::path::Path::new(name)
            .file_name()
            .map(|last| last.to_string_lossy());
        let ways: [&dyn Fn(&CallSummary) -> bool; 6] = [
            &|call| call.id.0 == name,
            &|call| Some(&call.source_path) == path.as_ref(),
            &|call| call.file_name() == name,
            &|call| last.as_deref() == Some(&*call.file_name()),
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

fn ambiguous(asked: &str, calls: &[CallSummary]) -> Error {
    Error::AmbiguousCall {
        asked: asked.to_owned(),
        matches: calls.iter().map(|call| call.id.0.clone()).collect(),
    }
}
