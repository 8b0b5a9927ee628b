//! `onrecord remove`: a call leaves the library, and its bytes leave the files.

use super::{Outcome, print};
use crate::cli::{Places, Remove};
use crate::error::Result;
use crate::index;
use crate::output;

pub(super) fn run(places: &Places, args: &Remove) -> Result<Outcome> {
    let mut library = places.open()?;
    // All are found before one is removed: a misspelt name removes nothing.
    let mut calls = args
        .calls
        .iter()
        .map(|name| library.find_call(name))
        .collect::<Result<Vec<_>>>()?;
    calls.sort_by_key(|call| call.row);
    calls.dedup_by_key(|call| call.row);
    let (mut erased, mut heard) = (true, Ok(()));
    for call in &calls {
        let passages = library.passages_of(call.row)?;
        erased &= library.remove(call.row)?;
        // A segment holds the vectors of what was removed; the next `add` builds it again.
        index::forget(&library, &passages)?;
        let line = format!(
            "removed   {} ({})\n",
            call.id,
            output::visible(&call.display_name())
        );
        // Where nobody listens any more the work is done all the same.
        heard = heard.and(print(&line));
    }
    if !erased {
        output::warning(
            "another process is reading the library; the removed bytes leave its log when it ends",
        );
    }
    heard.map(|()| Outcome::Done)
}
