//! `onrecord remove`: a call leaves the library, and its bytes leave the files.

use super::{Outcome, print};
use crate::cli::{Places, Remove};
use crate::error::Result;
use crate::index::{self, Effort};
use crate::output;

pub(super) fn run(places: &Places, args: &Remove) -> Result<Outcome> {
    let mut library = places.open()?;
    // All are found before one is removed: a misspelt name removes nothing.
    let found = args.calls.iter().map(|name| library.find_calls(name));
    let mut calls = found.collect::<Result<Vec<_>>>()?.concat();
    calls.sort_by_key(|call| call.row);
    calls.dedup_by_key(|call| call.row);
    let (mut erased, mut heard) = (true, Ok(()));
    for call in &calls {
        erased &= library.remove(call.row)?;
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
    // Small files of the index are made again without it.
    index::refresh(&mut library, Effort::Added(0), &mut |_| ())?;
    if !library.live()?.removed.is_empty() {
        output::note(
            "its words and vectors stay in a large file of the index, where nothing finds them, until that is \
             next merged; `onrecord rebuild --index` takes them out now",
        );
    }
    heard.map(|()| Outcome::Done)
}
