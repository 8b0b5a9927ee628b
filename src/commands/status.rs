//! `onrecord status`: what the library holds and whether it can be used.

use super::{Outcome, print};
use crate::cli::{Places, Status};
use crate::embed;
use crate::error::Result;
use crate::index::Index;
use crate::library::{Library, SourceState, Totals};
use crate::output::{self, grouped};
use crate::quote::source_state;
use serde::Serialize;

#[derive(Serialize)]
struct StatusJson {
    schema: &'static str,
    version: &'static str,
    library: String,
    bytes: u64,
    totals: Totals,
    model: Option<ModelJson>,
    segments: usize,
    graphs: usize,
    sources_changed: usize,
    sources_missing: usize,
}

#[derive(Serialize)]
struct ModelJson {
    name: String,
    dimension: usize,
    fingerprint: String,
    path: String,
    found: bool,
    /// What would run it here; null where nothing can be said.
    kernel: Option<&'static str>,
}

pub(super) fn run(places: &Places, args: &Status) -> Result<Outcome> {
    let status = look(places, &places.open()?)?;
    print(&if args.json {
        output::to_pretty(&status)
    } else {
        text(&status)
    })?;
    Ok(Outcome::Done)
}

fn look(places: &Places, library: &Library) -> Result<StatusJson> {
    let states: Vec<SourceState> = library.calls()?.iter().map(source_state).collect();
    let count = |wanted| states.iter().filter(|state| **state == wanted).count();
    let model = library.model()?.map(|model| {
        let found = embed::find_model(places.model.as_deref(), Some(&model.path));
        ModelJson {
            name: model.name,
            dimension: model.dimension,
            fingerprint: model.fingerprint,
            path: found.as_ref().unwrap_or(&model.path).display().to_string(),
            kernel: found
                .as_ref()
                .ok()
                .and_then(|path| embed::kernel_for(Some(path)).ok()),
            found: found.is_ok(),
        }
    });
    let (segments, graphs) = Index::open(library)?.segment_count();
    Ok(StatusJson {
        schema: "onrecord.status/1",
        version: env!("CARGO_PKG_VERSION"),
        library: library.folder().display().to_string(),
        bytes: library.size_on_disk(),
        totals: library.totals()?,
        model,
        segments,
        graphs,
        sources_changed: count(SourceState::Changed),
        sources_missing: count(SourceState::Missing),
    })
}

fn text(status: &StatusJson) -> String {
    let totals = &status.totals;
    let number = |count: u64| grouped(usize::try_from(count).unwrap_or(usize::MAX));
    #[expect(clippy::cast_precision_loss, reason = "megabytes for people")]
    let megabytes = status.bytes as f64 / 1e6;
    let model = match &status.model {
        None => "none yet".to_owned(),
        Some(model) => {
            let found = if model.found {
                ""
            } else {
                " (not found there)"
            };
            format!(
                "{}, {} dimensions, at {}{found}",
                model.name, model.dimension, model.path
            )
        }
    };
    let sources = match (status.sources_changed, status.sources_missing) {
        (0, 0) => "all unchanged".to_owned(),
        (changed, missing) => format!("{} changed, {} missing", grouped(changed), grouped(missing)),
    };
    format!(
        "library   {} ({megabytes:.1} MB)\ncalls     {}\nturns     {}\npassages  {} ({} sentences)\n\
         sources   {sources}\nmodel     {model}\nindex     {}\n\
         kernel    {}\nprogram   onrecord {}\n",
        output::visible(&status.library),
        number(totals.calls),
        number(totals.turns),
        number(totals.passages),
        number(totals.sentences),
        match (status.segments, status.graphs) {
            (segments, 0) => format!("{}, scanned exactly", output::counted(segments, "segment")),
            (segments, graphs) => format!(
                "{}, {} with a graph",
                output::counted(segments, "segment"),
                grouped(graphs)
            ),
        },
        status
            .model
            .as_ref()
            .and_then(|model| model.kernel)
            .unwrap_or("none chosen yet"),
        status.version,
    )
}
