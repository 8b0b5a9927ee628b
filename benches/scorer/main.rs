//! What was weighed for questions with known answers, for a scorer to be taught and judged on.
//!
//! In: a library, and questions with gold as `onrecord eval` reads them. Out: one JSON object a question,
//! with every candidate passage, its sentences, and all that the program knows of them. It ranks nothing:
//! `fit.py` beside it does.

use clap::Parser;
use onrecord::embed::{Device, Embedder, find_model};
use onrecord::eval::Gold;
use onrecord::index::Search;
use onrecord::library::{Filter, Library};
use onrecord::question::{Catalogue, Question};
use onrecord::retrieve::{CallText, Candidate, Evidence, Reach, retrieve};
use serde::Deserialize;
use serde_json::{Value, json};
use std::error::Error;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

type Fallible<T> = Result<T, Box<dyn Error>>;

/// Writes what was weighed for each question.
#[derive(Parser)]
struct Args {
    /// The library's folder
    library: PathBuf,
    /// Questions with gold, one a line
    questions: PathBuf,
    /// Ask each question of each call that its gold lies in
    #[arg(long)]
    within_call: bool,
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
    let catalogue = Catalogue::new(&library.calls()?);
    let mut out = BufWriter::new(io::stdout().lock());
    for line in fs_err::read_to_string(&args.questions)?.lines() {
        let line: Line = serde_json::from_str(line)?;
        for call in calls(&line, args.within_call) {
            let filter = Filter {
                call,
                ..Filter::default()
            };
            let weighed = weighed(&library, &embedder, &catalogue, (&line, filter))?;
            writeln!(out, "{weighed}")?;
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

fn weighed(
    library: &Library,
    embedder: &Embedder,
    catalogue: &Catalogue,
    (line, filter): (&Line, Filter),
) -> Fallible<Value> {
    let call = filter.call.clone();
    let scope = library.scope(&filter)?;
    let question = Question::new(&line.question, filter)?.understand(&scope, catalogue, library)?;
    let scopes = question.understood.scopes(&scope);
    let reach = Reach {
        search: Search::Exact,
        limit: usize::MAX,
    };
    let evidence = retrieve(library, embedder, &question, &scopes, reach)?;
    let terms = evidence.terms.terms.iter();
    let terms: Vec<Value> = terms
        .map(|term| json!([term.word, term.idf, term.is_unheard]))
        .collect();
    let gold = line.gold.iter();
    let gold = gold.filter(|gold| call.as_ref().is_none_or(|call| *call == gold.file));
    let candidates = evidence.candidates.iter();
    Ok(json!({
        "id": line.id,
        "question": line.question,
        "vector": embedder.embed_question(&line.question)?.values(),
        "unanswerable": line.unanswerable,
        "call": call,
        "gold": gold.collect::<Vec<_>>(),
        "terms": terms,
        "parts": scopes.len(),
        "calls": [evidence.calls_searched, evidence.calls_in_library],
        "is_absent": question.understood.is_absent,
        "companies": question.understood.companies,
        "speaker": question.understood.speaker,
        "wants": {
            "asker": question.wants_asker,
            "figure": question.wants_figure,
            "outlook": question.wants_outlook,
        },
        "candidates": candidates
            .map(|candidate| passage(candidate, &evidence))
            .collect::<Option<Vec<_>>>(),
    }))
}

fn passage(candidate: &Candidate, evidence: &Evidence) -> Option<Value> {
    let source: &CallText = evidence.texts.get(&candidate.passage.call)?;
    let sentences = candidate.passage.sentences.iter().zip(&candidate.sentences);
    let sentences = sentences.map(|(sentence, cosine)| {
        let text = sentence.span.slice(&source.text)?;
        let turn = source.turns.get(usize::try_from(sentence.turn.0).ok()?)?;
        let allowed = evidence.scope.allows_turn(
            turn.turn.speaker.as_deref(),
            turn.turn.kind,
            turn.turn.section,
        );
        Some(json!({
            "turn": sentence.turn,
            "answers": turn.question,
            "speaker": turn.turn.speaker,
            "kind": turn.turn.kind,
            "allowed": allowed,
            "span": sentence.span,
            "text": text,
            "cosine": cosine,
            "terms": evidence.terms.sequence(text),
        }))
    });
    Some(json!({
        "id": candidate.passage.id.0,
        "file": source.call.file_name(),
        "document": source.call.document,
        "company": source.call.metadata.company,
        "part": candidate.part,
        "kind": candidate.passage.kind,
        "section": candidate.passage.section,
        "score": candidate.score,
        "dense": candidate.dense,
        "lexical": candidate.lexical,
        "sentences": sentences.collect::<Option<Vec<_>>>()?,
    }))
}
