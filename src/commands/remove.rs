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
    calls.dedup_by_key(|call| call.row);
    let mut erased = true;
    for call in &calls {
        erased &= library.remove(call.row)?;
        print(&format!(
            "removed   {} ({})\n",
            call.id,
            output::visible(&call.display_name())
        ))?;
    }
    // Segments hold vectors of what was removed; the next `add` builds them again.
    index::discard(&library)?;
    if !erased {
        output::warning(
            "another process is reading the library; the removed bytes leave its log when it ends",
        );
    }
    Ok(Outcome::Done)
}
