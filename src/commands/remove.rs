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
    let mut erased = true;
    for call in &calls {
        let passages = library.passages_of(call.row)?;
        erased &= library.remove(call.row)?;
        // A segment holds the vectors of what was removed; the next `add` builds it again.
        index::forget(&library, &passages)?;
        print(&format!(
            "removed   {} ({})\n",
            call.id,
            output::visible(&call.display_name())
        ))?;
    }
    if !erased {
        output::warning(
            "another process is reading the library; the removed bytes leave its log when it ends",
        );
    }
    Ok(Outcome::Done)
}
