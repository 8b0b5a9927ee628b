//! `onrecord ask`: question → evidence → answer → checked quotes → output.

use super::{Outcome, places, print};
use crate::answer::{Status, answer};
use crate::cli::{Ask, Form, Places};
use crate::embed::Embedder;
use crate::error::Result;
use crate::index::Search;
use crate::library::Library;
use crate::output;
use crate::question::Question;
use crate::quote::{CheckedAnswer, Verifier};
use crate::retrieve::retrieve;

pub(super) fn run(places: &Places, args: Ask) -> Result<Outcome> {
    let question = Question::new(&args.question.join(" "), args.filters.into())?;
    let library = places.open()?;
    let embedder = places.embedder(&library)?;
    let search = if args.exact {
        Search::Exact
    } else {
        Search::Indexed
    };
    let mut asking = Asking::new(&library, &embedder, search, args.limit.get());
    let answer = asking.ask(question)?;
    let Form {
        json,
        jsonl,
        markdown,
    } = args.form;
    print(&match () {
        () if json => output::to_pretty(&output::answer_json(&answer)),
        () if jsonl => output::to_line(&output::answer_json(&answer)),
        () if markdown => output::answer_markdown(&answer),
        () => output::answer_text(&answer),
    })?;
    Ok(outcome(answer.status))
}

/// Exit code 1 says that nothing on record answers.
pub(super) fn outcome(status: Status) -> Outcome {
    match status {
        Status::Answered | Status::Weak => Outcome::Done,
        Status::NotFound => Outcome::NothingFound,
    }
}

/// Asks one question after another of the same library.
pub(super) struct Asking<'a> {
    library: &'a Library,
    embedder: &'a Embedder,
    search: Search,
    limit: usize,
    verifier: Verifier,
    notes: Vec<String>,
}

impl<'a> Asking<'a> {
    pub(super) fn new(
        library: &'a Library,
        embedder: &'a Embedder,
        search: Search,
        limit: usize,
    ) -> Self {
        let (verifier, notes) = (Verifier::default(), Vec::new());
        Self {
            library,
            embedder,
            search,
            limit,
            verifier,
            notes,
        }
    }

    /// Answers a question. What is wrong with the index is said once.
    pub(super) fn ask(&mut self, question: Question) -> Result<CheckedAnswer> {
        let (library, embedder) = (self.library, self.embedder);
        // One committed state, whatever others add, replace or remove meanwhile.
        let (answer, notes) = library.snapshot(|| {
            library.expect_model(&places::record(embedder))?;
            let evidence = retrieve(library, embedder, &question, self.search, self.limit)?;
            let answer = answer(question, &evidence, self.limit);
            Ok((self.verifier.check(library, answer)?, evidence.notes))
        })?;
        for note in notes {
            if !self.notes.contains(&note) {
                output::warning(&format!(
                    "{note}; answered by exact scan (`onrecord doctor` repairs it)"
                ));
                self.notes.push(note);
            }
        }
        Ok(answer)
    }
}
