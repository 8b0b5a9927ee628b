//! `onrecord calls`: what is there.

use super::{Outcome, print, suggest};
use crate::cli::{Calls, Places};
use crate::error::Result;
use crate::library::{CallSummary, Filter, Size, SourceState, StoredTurn};
use crate::output;
use crate::quote::source_state;
use crate::units::CallRow;
use std::collections::HashSet;

pub(super) fn run(places: &Places, args: Calls) -> Result<Outcome> {
    let library = places.open()?;
    let filter: Filter = args.filters.into();
    let scope = library.scope(&filter)?;
    let kept: Option<HashSet<CallRow>> = scope
        .calls
        .as_ref()
        .map(|rows| rows.iter().copied().collect());
    let mut listed = Vec::new();
    for call in library.calls()? {
        if kept.as_ref().is_some_and(|kept| !kept.contains(&call.row)) {
            continue;
        }
        let speaks = |turns: Vec<StoredTurn>| turns.iter().any(|stored| scope.allows(&stored.turn));
        if !scope.narrows() || speaks(library.turns(call.row)?) {
            let size = library.size(call.row)?;
            let state = source_state(&call);
            listed.push((call, size, state));
        }
    }
    if args.json {
        print(&output::to_pretty(&output::calls_json(&listed)))?;
    } else if listed.is_empty() {
        output::note("no call matches");
        suggest(&library, &filter)?;
    } else {
        let rows: Vec<_> = listed.iter().map(row).collect();
        let head = [
            "call",
            "company or title",
            "period",
            "date",
            "turns",
            "passages",
            "source",
        ];
        print(&output::table(&head, &rows))?;
    }
    Ok(if listed.is_empty() {
        Outcome::NothingFound
    } else {
        Outcome::Done
    })
}

fn row((call, size, state): &(CallSummary, Size, SourceState)) -> Vec<String> {
    const WIDEST: usize = 40;
    let meta = &call.metadata;
    let name = meta
        .company
        .clone()
        .or_else(|| meta.title.clone())
        .unwrap_or_default();
    let name = match name.char_indices().nth(WIDEST) {
        Some((end, _)) => format!("{}…", name.get(..end).unwrap_or_default().trim_end()),
        None => name,
    };
    let note = output::source_note(call, *state)
        .map(|note| format!(" ({note})"))
        .unwrap_or_default();
    vec![
        call.id.0.clone(),
        name,
        meta.period
            .map(|period| period.to_string())
            .unwrap_or_default(),
        meta.date.map(|date| date.to_string()).unwrap_or_default(),
        size.turns.to_string(),
        size.passages.to_string(),
        format!("{}{note}", output::source_place(call)),
    ]
}
