//! `onrecord ask`: question → evidence → answer → checked quotes → output.

use super::{Outcome, places, print, show, suggest};
use crate::answer::{AskedAbout, Status, choose, exchanges, placed, weighed};
use crate::cli::{Ask, Form, Places};
use crate::embed::Embedder;
use crate::error::{Error, Result};
use crate::index::{self, Index, Search};
use crate::library::{Library, StoredPassage};
use crate::output::{self, Detail};
use crate::question::{Catalogue, Question};
use crate::quote::{CheckedAnswer, Verifier};
use crate::retrieve::{CallText, Reach, retrieve};
use crate::units::ByteSpan;

pub(super) fn run(places: &Places, args: &Ask) -> Result<Outcome> {
    if let ([first, _, ..], Some("")) = (args.question.as_slice(), args.explain.as_deref())
        && show::is_place(first)
    {
        return Err(Error::NothingToDo {
            what: "a citation stands where the question begins",
            hint: "write `--explain=CITATION`, without a space",
        });
    }
    let question = Question::new(&args.question.join(" "), args.filters.clone().into())?;
    let library = places.open()?;
    let (embedder, seen) = places.embedder_beside(&library, || Seen::now(&library))?;
    let reach = reach(args);
    let mut asking = Asking::new(&library, &embedder, reach, !args.no_understand);
    // What was wrong is found again, and said, when it is asked.
    asking.seen = seen.ok();
    asking.about = args.explain.clone().filter(|citation| !citation.is_empty());
    let answer = asking.ask(question)?;
    let detail = detail(args);
    let Form {
        json,
        jsonl,
        markdown,
    } = args.form;
    print(&match () {
        () if json => output::to_pretty(&output::answer_json(&answer, detail)),
        () if jsonl => output::to_line(&output::answer_json(&answer, detail)),
        () if markdown => output::answer_markdown(&answer),
        () => output::answer_text(&answer, detail),
    })?;
    if answer.coverage.calls_searched == 0 {
        suggest(&library, &answer.question.filter)?;
    }
    asking.mend(places);
    Ok(outcome(answer.status))
}

/// Exit code 1 says that nothing on record answers.
pub(super) fn outcome(status: Status) -> Outcome {
    match status {
        Status::Answered | Status::Weak => Outcome::Done,
        Status::NotFound => Outcome::NothingFound,
    }
}

/// Whether to say why, as typed.
pub(super) fn detail(args: &Ask) -> Detail {
    if args.explain.is_some() {
        Detail::Explained
    } else {
        Detail::Plain
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
    /// A passage that is asked about, by its citation.
    about: Option<String>,
    /// What the library held at this version of it.
    seen: Option<Seen<'a>>,
    notes: Vec<String>,
}

/// A library at one version of it.
struct Seen<'a> {
    version: i64,
    catalogue: Catalogue,
    index: Index<'a>,
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
            about: None,
            seen: None,
            notes: Vec::new(),
        }
    }

    /// Answers a question. What is wrong with the index is said once.
    pub(super) fn ask(&mut self, question: Question) -> Result<CheckedAnswer> {
        let (library, embedder, limit) = (self.library, self.embedder, self.reach.limit);
        // One committed state, whatever others add, replace or remove meanwhile.
        let answer = library.snapshot(|| {
            library.expect_model(&places::record(embedder))?;
            embedder.expect_question(&question.text)?;
            let scope = library.scope(&question.filter)?;
            let seen = seen(&mut self.seen, library)?;
            let question = if self.understand {
                question.understand(&scope, &seen.catalogue, &seen.index)?
            } else {
                question
            };
            let scopes = question.understood.scopes(&scope);
            let evidence = retrieve(&seen.index, embedder, &question, &scopes, self.reach)?;
            let quotes = weighed(&question, &evidence);
            let about = self.about.as_deref();
            let cited = about
                .map(|citation| Cited::read(library, citation))
                .transpose()?;
            let all = cited.is_some().then(|| quotes.clone());
            let mut answer = choose(question, quotes, &evidence, limit);
            if let (Some(cited), Some(all)) = (cited, all) {
                let shown = answer.quotes.len() + answer.nearest.len();
                answer.asked_about = Some(AskedAbout {
                    placed: placed(cited.place(), (&all, shown), &scopes, &evidence),
                    citation: cited.citation,
                });
            }
            let verifier = &mut self.verifier;
            exchanges(&mut answer, &evidence.terms, |call| {
                verifier.call(library, call)
            })?;
            verifier.check(library, answer)
        })?;
        let notes = self.seen.as_ref().map(|seen| seen.index.notes());
        for note in notes.unwrap_or_default() {
            if !self.notes.contains(&note) {
                output::warning(&format!("{note}; answered from the stored calls instead"));
                self.notes.push(note);
            }
        }
        Ok(answer)
    }
}

/// A passage that is asked about.
struct Cited {
    citation: String,
    source: CallText,
    passages: Vec<StoredPassage>,
    span: ByteSpan,
}

impl Cited {
    fn read(library: &Library, citation: &str) -> Result<Self> {
        let (source, span) = show::cited(library, citation)?;
        let passages = library.passages_of(source.call.row)?.into_iter();
        let passages = passages.map(|id| library.passage(id));
        Ok(Self {
            citation: citation.to_owned(),
            passages: passages.collect::<Result<_>>()?,
            source,
            span,
        })
    }

    fn place(&self) -> (&CallText, &[StoredPassage], ByteSpan) {
        (&self.source, &self.passages, self.span)
    }
}

impl Asking<'_> {
    /// Makes files of the index again that turned out to be damaged, once the answers are out.
    pub(super) fn mend(self, places: &Places) {
        if self.notes.is_empty() {
            return;
        }
        drop(self.seen);
        match places
            .open()
            .and_then(|mut library| index::mend(&mut library))
        {
            Ok(true) => output::note("the index was made again"),
            Ok(false) => output::note("`onrecord doctor` makes the index again"),
            // The answers are right all the same.
            Err(error) => output::warning(&format!("the index was not made again: {error}")),
        }
    }
}

impl<'a> Seen<'a> {
    fn now(library: &'a Library) -> Result<Self> {
        let version = library.version()?;
        let _reading = index::reading(library);
        Ok(Self {
            version,
            catalogue: Catalogue::new(&library.named()?),
            index: Index::open(library)?,
        })
    }
}

/// What the library holds now, read again only when it has changed.
fn seen<'a, 'l>(kept: &'a mut Option<Seen<'l>>, library: &'l Library) -> Result<&'a Seen<'l>> {
    let version = library.version()?;
    let current = match kept.take().filter(|seen| seen.version == version) {
        Some(current) => current,
        None => Seen::now(library)?,
    };
    Ok(kept.insert(current))
}
