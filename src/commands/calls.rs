//! `onrecord calls`: what is there.

use super::{Outcome, print, suggest};
use crate::cli::{Calls, Places};
use crate::error::Result;
use crate::library::{CallSummary, Filter, SourceState, Totals};
use crate::output;
use crate::quote::source_state;

pub(super) fn run(places: &Places, args: Calls) -> Result<Outcome> {
    let library = places.open()?;
    let filter: Filter = args.filters.into();
    let scope = library.scope(&filter)?;
    let mut listed = Vec::new();
    for call in library.calls()? {
        let kept = scope
            .calls
            .as_ref()
            .is_none_or(|calls| calls.contains(&call.row));
        let whole = scope.speakers.is_none() && scope.role.is_none() && scope.section.is_none();
        let speaks = whole
            || library.turns(call.row)?.iter().any(|stored| {
                let turn = &stored.turn;
                scope.allows_turn(turn.speaker.as_deref(), turn.kind, turn.section)
            });
        if kept && speaks {
            let totals = library.totals(Some(call.row))?;
            let state = source_state(&call);
            listed.push((call, totals, state));
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

fn row((call, totals, state): &(CallSummary, Totals, SourceState)) -> Vec<String> {
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
        totals.turns.to_string(),
        totals.passages.to_string(),
        format!("{}{note}", output::source_place(call)),
    ]
}
