//! What was weighed for questions with known answers, for a scorer to be taught and judged on.
//!
//! In: a library, and questions with gold as `onrecord eval` reads them. Out: one JSON object a question,
//! with everything that could be quoted and what was seen of it. `fit.py` and `sure.py` beside it teach and judge,
//! `ablate.py` takes one part away at a time.

use clap::Parser;
use onrecord::answer::{Quote, signs, weighed};
use onrecord::embed::{Device, Embedder, find_model};
use onrecord::eval::Gold;
use onrecord::index::{Index, Search};
use onrecord::library::{Filter, Library};
use onrecord::question::{Catalogue, Question};
use onrecord::retrieve::{POOL, Reach, retrieve};
use serde::Deserialize;
use serde_json::{Value, json};
use std::error::Error;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

type Fallible<T> = Result<T, Box<dyn Error>>;

/// Writes what was weighed for each question.
#[derive(Parser)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "switches as they are typed, each by itself"
)]
struct Args {
    /// The library's folder
    library: PathBuf,
    /// Questions with gold, one a line
    questions: PathBuf,
    /// Ask each question of each call that its gold lies in
    #[arg(long)]
    within_call: bool,
    /// Leave names and times in the questions as words
    #[arg(long)]
    no_understand: bool,
    /// Write all that was pooled, for `ablate.py`, not only what an answer is chosen from
    #[arg(long)]
    deep: bool,
    /// What cargo adds
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Deserialize)]
struct Line {
    id: String,
    question: String,
    #[serde(default)]
    unanswerable: bool,
    gold: Vec<Gold>,
}

fn main() -> Fallible<()> {
    let args = Args::parse();
    let library = Library::open(&args.library)?;
    let recorded = library.model()?.map(|model| model.path);
    let model = find_model(None, recorded.as_deref())?;
    let embedder = Embedder::open(&model, Device::default(), |_| {})?;
    let catalogue = Catalogue::new(&library.named()?);
    let index = Index::open(&library)?;
    let mut out = BufWriter::new(io::stdout().lock());
    for line in fs_err::read_to_string(&args.questions)?.lines() {
        let line: Line = serde_json::from_str(line)?;
        for call in calls(&line, args.within_call) {
            let filter = Filter {
                call,
                ..Filter::default()
            };
            let asked = asked(&index, &embedder, &catalogue, (&line, filter, &args))?;
            writeln!(out, "{asked}")?;
        }
    }
    Ok(())
}

/// The calls to ask of by themselves, or all at once.
fn calls(line: &Line, within_call: bool) -> Vec<Option<String>> {
    if !within_call {
        return vec![None];
    }
    let mut files: Vec<_> = line.gold.iter().map(|gold| gold.file.clone()).collect();
    files.sort();
    files.dedup();
    files.into_iter().map(Some).collect()
}

fn asked(
    index: &Index<'_>,
    embedder: &Embedder,
    catalogue: &Catalogue,
    (line, filter, args): (&Line, Filter, &Args),
) -> Fallible<Value> {
    let call = filter.call.clone();
    let scope = index.library().scope(&filter)?;
    let mut question = Question::new(&line.question, filter)?;
    if !args.no_understand {
        question = question.understand(&scope, catalogue, index)?;
    }
    let scopes = question.understood.scopes(&scope);
    let reach = Reach {
        search: Search::Exact,
        limit: if args.deep { 2 * POOL } else { 10 },
    };
    let evidence = retrieve(index, embedder, &question, &scopes, reach)?;
    let quotes = weighed(&question, &evidence);
    let gold = line.gold.iter();
    let gold = gold.filter(|gold| call.as_ref().is_none_or(|call| *call == gold.file));
    Ok(json!({
        "id": line.id,
        "question": line.question,
        "unanswerable": line.unanswerable,
        "call": call,
        "gold": gold.collect::<Vec<_>>(),
        "parts": scopes.len(),
        "signs": signs(&question, &quotes.iter().collect::<Vec<_>>(), &evidence),
        "is_absent": question.understood.is_absent,
        "quotes": quotes.iter().map(dumped).collect::<Vec<_>>(),
    }))
}

fn dumped(quote: &Quote) -> Value {
    json!({
        "file": quote.call.file_name(),
        "part": quote.part,
        "span": quote.span,
        "passage": quote.passage,
        "seen": quote.why.seen,
        "score": quote.score,
        "worth": quote.why.worth,
    })
}
