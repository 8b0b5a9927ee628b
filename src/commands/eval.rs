//! `onrecord eval`: questions with known answers → answers → figures.

use super::ask::Asking;
use super::{Outcome, batch, print};
use crate::cli::{Eval, Places};
use crate::error::{Error, Result};
use crate::eval::{self, Gold, Known, Scored};
use crate::index::Search;
use crate::library::CallSummary;
use crate::output;
use crate::retrieve::Reach;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::Path;

/// Quotes asked for: the figures look at no more than ten passages.
const QUOTES: usize = 10;

/// What a line holds besides a question and its filters.
#[derive(Deserialize)]
struct Line {
    id: Option<serde_json::Value>,
    #[serde(default)]
    unanswerable: bool,
    #[serde(default)]
    gold: Vec<Gold>,
}

pub(super) fn run(places: &Places, args: &Eval) -> Result<Outcome> {
    let lines = batch::read(&args.questions)?;
    if batch::numbered(&lines).next().is_none() {
        return Err(Error::NothingToDo {
            what: "there is no question in the file",
            hint: "a line is an object with \"question\" and \"gold\"; `onrecord eval --help` says more",
        });
    }
    let before = args.baseline.as_deref().map(baseline).transpose()?;
    let library = places.open()?;
    let embedder = places.embedder(&library)?;
    let files: BTreeSet<String> = library
        .calls()?
        .iter()
        .map(CallSummary::file_name)
        .collect();
    let reach = Reach {
        search: Search::Indexed,
        limit: QUOTES,
    };
    let mut asking = Asking::new(&library, &embedder, reach, !args.no_understand);
    let filter = args.filters.clone().into();
    let mut scored = Vec::new();
    for (number, line) in batch::numbered(&lines) {
        let question = batch::question(number, line, &filter)?;
        let known = known(number, line)?;
        for known in cases(known, args.within_call) {
            if let Some(absent) = known.gold.iter().find(|gold| !files.contains(&gold.file)) {
                output::warning(&format!(
                    "line {number}: the library has no call from `{}`",
                    absent.file
                ));
            }
            let mut question = question.clone();
            if let (true, Some(gold)) = (args.within_call, known.gold.first()) {
                if !files.contains(&gold.file) {
                    continue;
                }
                question.filter.call = Some(gold.file.clone());
            }
            scored.push(eval::score(&known, &asking.ask(question)?));
        }
    }
    let summary = eval::summarise(&scored);
    let compared = before.map(|before| eval::compare(&scored, &before));
    print(&if args.json {
        output::to_pretty(&output::eval_json(&scored, &summary, compared.as_ref()))
    } else {
        output::eval_text(&scored, &summary, compared.as_ref())
    })?;
    Ok(Outcome::Done)
}

fn known(number: usize, line: &str) -> Result<Known> {
    let line: Line = serde_json::from_str(line).map_err(|error| Error::BadQuestionLine {
        line: number,
        why: error.to_string(),
    })?;
    let id = line.id.map_or(number.to_string(), |id| {
        id.as_str().map_or(id.to_string(), str::to_owned)
    });
    Ok(Known {
        id,
        unanswerable: line.unanswerable,
        gold: line.gold,
    })
}

/// The question as it is, or once for each call that its gold lies in.
fn cases(known: Known, within_call: bool) -> Vec<Known> {
    if !within_call {
        return vec![known];
    }
    let files: BTreeSet<&String> = known.gold.iter().map(|gold| &gold.file).collect();
    files
        .into_iter()
        .map(|file| Known {
            id: format!("{} in {file}", known.id),
            gold: known
                .gold
                .iter()
                .filter(|gold| gold.file == *file)
                .cloned()
                .collect(),
            ..known
        })
        .collect()
}

/// The questions of an earlier run.
fn baseline(file: &Path) -> Result<Vec<Scored>> {
    #[derive(Deserialize)]
    struct Earlier {
        questions: Vec<Scored>,
    }
    let text = fs_err::read_to_string(file).map_err(Error::io("read the baseline"))?;
    let earlier: Option<Earlier> = serde_json::from_str(&text).ok();
    let none = Error::NothingToDo {
        what: "the baseline is no earlier run",
        hint: "save one by `onrecord eval QUESTIONS.jsonl --json > FILE`",
    };
    earlier.map(|earlier| earlier.questions).ok_or(none)
}
