//! `onrecord people`: who speaks in the calls of the library.

use super::{Outcome, print, suggest};
use crate::cli::{People, Places};
use crate::error::Result;
use crate::library::{CallSummary, Filter, Library, StoredTurn};
use crate::output;
use crate::transcript::{Kind, is_anonymous, kind_reason};
use serde::Serialize;
use std::collections::BTreeMap;

/// The list as it is printed with `--json`, as `onrecord.people/1`.
#[derive(Serialize)]
struct PeopleJson<'a> {
    schema: &'static str,
    people: &'a [Listed],
}

/// Somebody who speaks, in one call or in several.
#[derive(Serialize)]
struct Listed {
    name: String,
    kind: Kind,
    /// By what the kind was told.
    told_by: &'static str,
    role: Option<String>,
    affiliation: Option<String>,
    /// The calls' ids, in their order.
    calls: Vec<String>,
    turns: usize,
}

pub(super) fn run(places: &Places, args: People) -> Result<Outcome> {
    let library = places.open()?;
    let filter = args.filters.into();
    let people = listed(&library, &filter)?;
    if args.json {
        let schema = "onrecord.people/1";
        print(&output::to_pretty(&PeopleJson {
            schema,
            people: &people,
        }))?;
    } else if people.is_empty() {
        output::note("nobody matches");
        suggest(&library, &filter)?;
    } else {
        let rows: Vec<_> = people.iter().map(row).collect();
        print(&output::table(
            &["who", "kind", "role", "affiliation", "turns", "calls"],
            &rows,
        ))?;
    }
    Ok(if people.is_empty() {
        Outcome::NothingFound
    } else {
        Outcome::Done
    })
}

/// Everybody in the scope of a filter, by name. A name without a person behind it, as `Unknown
/// speaker` or `Speaker 2`, is somebody else in every call.
fn listed(library: &Library, filter: &Filter) -> Result<Vec<Listed>> {
    let scope = library.scope(filter)?;
    let mut people: BTreeMap<(String, String), Listed> = BTreeMap::new();
    for call in library.calls()? {
        if scope
            .calls
            .as_ref()
            .is_some_and(|calls| !calls.contains(&call.row))
        {
            continue;
        }
        for StoredTurn { turn, .. } in library.turns(call.row)? {
            let Some(name) = &turn.speaker else { continue };
            if !scope.allows_turn(Some(name), turn.kind, turn.section) {
                continue;
            }
            let person = people
                .entry(key(name, turn.kind, &call))
                .or_insert_with(|| Listed {
                    name: name.clone(),
                    kind: turn.kind,
                    told_by: kind_reason(&turn),
                    role: None,
                    affiliation: None,
                    calls: Vec::new(),
                    turns: 0,
                });
            person.role = person.role.take().or(turn.role.clone());
            person.affiliation = person.affiliation.take().or(turn.affiliation.clone());
            if person.kind == Kind::Other && turn.kind != Kind::Other {
                (person.kind, person.told_by) = (turn.kind, kind_reason(&turn));
            }
            person.turns += 1;
            if person.calls.last() != Some(&call.id.0) {
                person.calls.push(call.id.0.clone());
            }
        }
    }
    Ok(people.into_values().collect())
}

/// What tells one person from the next: the name, and for one without a person behind it the call.
/// Operators are nobody in particular, and one line is enough for all of them.
fn key(name: &str, kind: Kind, call: &CallSummary) -> (String, String) {
    let apart = is_anonymous(name) && kind != Kind::Operator;
    let of = if apart {
        call.id.0.clone()
    } else {
        String::new()
    };
    (name.to_lowercase(), of)
}

fn row(person: &Listed) -> Vec<String> {
    let kind = match person.kind {
        Kind::Executive => "executive",
        Kind::Analyst => "analyst",
        Kind::Operator => "operator",
        Kind::Other => "other",
    };
    let fact = |fact: &Option<String>| fact.clone().unwrap_or_default();
    let kind = if person.told_by.is_empty() {
        kind.to_owned()
    } else {
        format!("{kind} ({})", person.told_by)
    };
    let calls = match person.calls.as_slice() {
        [only] => only.clone(),
        several => output::counted(several.len(), "call"),
    };
    vec![
        person.name.clone(),
        kind,
        fact(&person.role),
        fact(&person.affiliation),
        person.turns.to_string(),
        calls,
    ]
}
