//! `onrecord ask`: question → evidence → answer → checked quotes → output.

use super::{Outcome, places, print};
use crate::answer::{Status, answer};
use crate::cli::{Ask, Form, Places};
use crate::embed::Embedder;
use crate::error::Result;
use crate::index::Search;
use crate::library::Library;
use crate::output;
use crate::question::{Catalogue, Question};
use crate::quote::{CheckedAnswer, Verifier};
use crate::retrieve::{Reach, retrieve};

pub(super) fn run(places: &Places, args: &Ask) -> Result<Outcome> {
    let question = Question::new(&args.question.join(" "), args.filters.clone().into())?;
    let library = places.open()?;
    let embedder = places.embedder(&library)?;
    let reach = reach(args);
    let mut asking = Asking::new(&library, &embedder, reach, !args.no_understand);
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

/// How far to look, as typed.
pub(super) fn reach(args: &Ask) -> Reach {
    Reach {
        search: if args.exact {
            Search::Exact
        } else {
            Search::Indexed
        },
        limit: args.limit.get(),
    }
}

/// Asks one question after another of the same library.
pub(super) struct Asking<'a> {
    library: &'a Library,
    embedder: &'a Embedder,
    reach: Reach,
    understand: bool,
    verifier: Verifier,
    /// What the library held at this version of it.
    catalogue: Option<(i64, Catalogue)>,
    notes: Vec<String>,
}

impl<'a> Asking<'a> {
    pub(super) fn new(
        library: &'a Library,
        embedder: &'a Embedder,
        reach: Reach,
        understand: bool,
    ) -> Self {
        Self {
            library,
            embedder,
            reach,
            understand,
            verifier: Verifier::default(),
            catalogue: None,
            notes: Vec::new(),
        }
    }

    /// Answers a question. What is wrong with the index is said once.
    pub(super) fn ask(&mut self, question: Question) -> Result<CheckedAnswer> {
        let (library, embedder) = (self.library, self.embedder);
        // One committed state, whatever others add, replace or remove meanwhile.
        let (answer, notes) = library.snapshot(|| {
            library.expect_model(&places::record(embedder))?;
            let scope = library.scope(&question.filter)?;
            let question = if self.understand {
                question.understand(&scope, catalogue(&mut self.catalogue, library)?, library)?
            } else {
                question
            };
            let scopes = question.understood.scopes(&scope);
            let evidence = retrieve(library, embedder, &question, &scopes, self.reach)?;
            let answer = answer(question, &evidence, self.reach.limit);
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

/// What the library holds now, read again only when it has changed.
fn catalogue<'a>(
    kept: &'a mut Option<(i64, Catalogue)>,
    library: &Library,
) -> Result<&'a Catalogue> {
    let version = library.version()?;
    let current = kept.take().filter(|(of, _)| *of == version);
    let current = match current {
        Some(current) => current,
        None => (version, Catalogue::new(&library.calls()?)),
    };
    Ok(&kept.insert(current).1)
}
