//! `onrecord add`: sources → calls → passages → vectors → library, a call at a time.

use super::watch::{self, Watch};
use super::{Outcome, given, places, print};
use crate::cli::{Add, Places};
use crate::embed::{Embedder, PassageText};
use crate::error::{Error, Result};
use crate::index::{self, Effort};
use crate::library::{CallSummary, Embedded, Library, NewCall, SourceState};
use crate::output::{self, Progress, counted};
use crate::passage::{Cuts, Fit, Passage, passages};
use crate::quote::source_state;
use crate::retrieve::Background;
use crate::transcript::{
    Found, Metadata, NotText, Place, Reading, Source, find_sources_except, may_hold_several,
    read_calls,
};
use crate::units::CallRow;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

pub(super) fn run(places: &Places, args: &Add) -> Result<Outcome> {
    let given = given::given(args.given.clone())?;
    let mut watch = Watch::default();
    let found = sources(args)?;
    watch.settle(&found.files);
    let outcome = round(places, args, &given, found)?;
    if !args.watch {
        return Ok(outcome);
    }
    output::note("watching; interrupt to stop");
    loop {
        std::thread::sleep(watch::PAUSE);
        let mut found = sources(args)?;
        found.files = watch.changed(&found.files);
        // What is left out or cannot be opened was said before.
        (found.skipped, found.failed) = (Vec::new(), Vec::new());
        if !found.files.is_empty() {
            round(places, args, &given, found)?;
        }
    }
}

fn sources(args: &Add) -> Result<Found> {
    find_sources_except(&args.paths, &args.exclude).map_err(|why| Error::Io {
        doing: "understand `--exclude`",
        cause: io::Error::new(io::ErrorKind::InvalidInput, why),
    })
}

/// Adds what was found.
fn round(places: &Places, args: &Add, given: &Metadata, found: Found) -> Result<Outcome> {
    for (path, reason) in &found.skipped {
        output::note(&format!("left out {}: {reason}", output::shown_path(path)));
    }
    if found.files.is_empty() && found.failed.is_empty() && !args.watch {
        return Err(Error::NothingToDo {
            what: "there are no transcripts in what was named",
            hint: "name files or folders of plain text; `onrecord read FILE` shows how one is read",
        });
    }
    let mut failed = found.failed.len();
    for cause in found.failed {
        output::error(&Error::Io {
            doing: "read a transcript",
            cause,
        });
    }
    if found.files.is_empty() {
        return Ok(if failed > 0 {
            Outcome::Failed
        } else {
            Outcome::Done
        });
    }
    let library = Library::open_or_create(&places.library_folder()?)?;
    let embedder = places.embedder(&library)?;
    let mut adding = Adding::new(library, &embedder, given.clone(), &found.files);
    for file in &found.files {
        match adding.add(file) {
            // What was named is missed; in a folder there may be anything.
            Ok(added) => failed += usize::from(!added && args.paths.contains(file)),
            Err(error) if stops_everything(&error) => {
                adding.progress.finish();
                return Err(error);
            }
            Err(error) => {
                failed += 1;
                adding.progress.above(|| output::error(&error));
            }
        }
    }
    adding.finish()?;
    Ok(if failed > 0 {
        Outcome::Failed
    } else {
        Outcome::Done
    })
}

/// Whether a call was added with all that the user says now.
fn says_nothing_new(given: &Metadata, call: &CallSummary) -> bool {
    *given == call.given
}

fn skipped(reason: &str) -> Report {
    Report::Skipped {
        reason: reason.to_string(),
    }
}

/// Errors that the next file would meet too.
fn stops_everything(error: &Error) -> bool {
    !matches!(error, Error::Io { doing: READING, .. })
}

const READING: &str = "read a transcript";

/// What became of a file, or of one of its calls.
enum Report {
    Added {
        call: String,
        replaced: bool,
        summary: String,
        problems: usize,
    },
    AlreadyThere {
        call: String,
        from: Whence,
    },
    Skipped {
        reason: String,
    },
}

/// Where the source of a call that is already there was read from.
enum Whence {
    Here,
    /// Another file of the same bytes.
    Elsewhere(PathBuf),
    /// A file that is gone, or holds something else now; the call's source is now this one.
    Moved,
}

/// The work of one `add`.
pub(super) struct Adding<'a> {
    library: Library,
    embedder: &'a Embedder,
    given: Metadata,
    progress: Progress,
    started: Instant,
    bytes_done: u64,
    counts: Counts,
    unheard: Option<Error>,
    is_quiet: bool,
}

#[derive(Default)]
struct Counts {
    added: usize,
    already_there: usize,
    skipped: usize,
    turns: usize,
    passages: usize,
}

impl<'a> Adding<'a> {
    pub(super) fn new(
        library: Library,
        embedder: &'a Embedder,
        given: Metadata,
        files: &[PathBuf],
    ) -> Self {
        let progress = Progress::new(files.len(), files.iter().map(|file| len(file)).sum());
        let started = Instant::now();
        Self {
            library,
            embedder,
            given,
            progress,
            started,
            bytes_done: 0,
            counts: Counts::default(),
            unheard: None,
            is_quiet: false,
        }
    }

    /// Adds every call of a file, and says what became of each; gives whether there is one.
    fn add(&mut self, file: &Path) -> Result<bool> {
        let (before, len) = (self.counts.added, len(file));
        let found = self.add_source(file)?;
        if self.counts.added > before {
            self.bytes_done += len;
            self.progress.file_done(self.bytes_done);
        } else {
            self.progress.file_passed_over(len);
        }
        Ok(found)
    }

    fn add_source(&mut self, file: &Path) -> Result<bool> {
        let given = given::with_beside(&self.given, file);
        let source = match self.source(file, &given)? {
            Ok(source) => source,
            Err(not_text) => {
                self.report(file, None, &skipped(&not_text.to_string()));
                return Ok(false);
            }
        };
        if source.path.to_str().is_none() {
            let reason = "its path is not UTF-8; rename it, because a citation has to name it";
            self.report(file, None, &skipped(reason));
            return Ok(false);
        }
        let there = self.library.calls_with_source(&source.sha256)?;
        // What was said of it before holds, as far as nothing else is said now.
        let before = there.first().map(|call| call.given.clone());
        let given = given.or(before.unwrap_or_default());
        if let [call] = there.as_slice()
            && call.place.is_whole()
            && says_nothing_new(&given, call)
            && !may_hold_several(&source.decoded.text)
        {
            let report = self.already_there(call, &source)?;
            self.report(file, None, &report);
            return Ok(true);
        }
        self.add_calls(file, &source, &given, there)
    }

    /// Adds those calls of a source that are not `there`; gives whether it holds one.
    fn add_calls(
        &mut self,
        file: &Path,
        source: &Source,
        given: &Metadata,
        there: Vec<CallSummary>,
    ) -> Result<bool> {
        let parts = read_calls(&source.decoded, &source.file_name(), given);
        // Calls that an earlier version of this program told otherwise.
        let is_stale = |call: &CallSummary| parts.iter().all(|part| part.place != call.place);
        let (mut stale, there): (Vec<_>, Vec<_>) = there.into_iter().partition(is_stale);
        let changed = !stale.is_empty() || !self.others_at(source)?.is_empty();
        let mut found = false;
        for part in &parts {
            let known = there.iter().find(|call| call.place == part.place);
            let report = if let Some(call) = known.filter(|call| says_nothing_new(given, call)) {
                self.already_there(call, source)?
            } else {
                let others: Vec<CallRow> = stale.iter().chain(known).map(|call| call.row).collect();
                let new = NewCall {
                    source,
                    place: part.place,
                    text: part.text,
                    reading: &part.reading,
                    given,
                    passages: &[],
                    replaces: &others,
                };
                self.add_call(new, changed)?
            };
            if matches!(report, Report::Added { .. }) {
                stale.clear();
            }
            found |= !matches!(report, Report::Skipped { .. });
            self.report(file, Some(part.place), &report);
        }
        Ok(found)
    }

    /// Embeds a call and adds it; `changed` says that its file held something else before.
    fn add_call(&mut self, new: NewCall<'_>, changed: bool) -> Result<Report> {
        let (source, call) = (new.source, &new.reading.call);
        let size = len(&source.path);
        let share = |bytes: usize| size * bytes as u64 / source.decoded.text.len().max(1) as u64;
        let (start, own) = (
            self.bytes_done + share(new.place.start),
            share(new.text.len()),
        );
        let embedded = embed(self.embedder, new.reading, new.text, |done, all| {
            let bytes = start + own * done.1 as u64 / all.max(1) as u64;
            let before = start + own * (done.1 - done.0) as u64 / all.max(1) as u64;
            self.progress.embedded(done.0, bytes - before);
        })?;
        if embedded.is_empty() {
            return Ok(skipped("it holds no speech"));
        }
        let replaced = changed || !new.replaces.is_empty();
        let new = NewCall {
            passages: &embedded,
            ..new
        };
        let id = self.library.add(&new, &places::record(self.embedder))?;
        if replaced {
            // What was replaced is gone for good, as after `remove`.
            self.library.empty_log()?;
        }
        let (turns, passages) = (call.turns.len(), embedded.len());
        self.counts.added += 1;
        self.counts.turns += turns;
        self.counts.passages += passages;
        let summary = format!(
            "{}, {}, {}",
            call.layout,
            counted(turns, "turn"),
            counted(passages, "passage")
        );
        Ok(Report::Added {
            call: id.0,
            replaced,
            summary,
            problems: new.reading.problems.len(),
        })
    }

    /// A file's source, or why it is none; the bar says how far a document is read.
    fn source(
        &self,
        file: &Path,
        given: &Metadata,
    ) -> Result<std::result::Result<Source, NotText>> {
        let layout = given.told.as_ref().and_then(|told| told.layout);
        let progress = &self.progress;
        let pages = |done: usize, all: usize| progress.page(done, all);
        Source::read_hearing(file, layout, &pages).map_err(Error::io(READING))
    }

    /// A source whose bytes and facts the library has.
    fn already_there(&mut self, call: &CallSummary, source: &Source) -> Result<Report> {
        self.counts.already_there += 1;
        // What this file held before is no longer anywhere.
        for old in self.others_at(source)? {
            self.library.remove(old.row)?;
        }
        let from = if call.source_path == source.path {
            Whence::Here
        } else if source_state(call) == SourceState::Unchanged {
            Whence::Elsewhere(call.source_path.clone())
        } else {
            self.library.relocate(call.row, &source.path)?;
            Whence::Moved
        };
        Ok(Report::AlreadyThere {
            call: call.id.0.clone(),
            from,
        })
    }

    /// Calls that were read from the same file when it held something else.
    fn others_at(&self, source: &Source) -> Result<Vec<CallSummary>> {
        // Two texts from standard input are two calls.
        if source.path == Path::new("-") {
            return Ok(Vec::new());
        }
        let mut calls = self.library.calls_at_path(&source.path)?;
        calls.retain(|call| call.source_sha256 != source.sha256);
        Ok(calls)
    }

    /// Says what became of a file, or of the call at a place of it, once it is safely stored.
    fn report(&mut self, file: &Path, place: Option<Place>, report: &Report) {
        self.counts.skipped += usize::from(matches!(report, Report::Skipped { .. }));
        if self.is_quiet {
            return;
        }
        let mut path = output::visible_name(&output::shown_path(file));
        if let Some(place) = place.filter(|place| !place.is_whole()) {
            path += &format!(":{}", place.lines + 1);
        }
        let line = match report {
            Report::Added {
                call,
                replaced,
                summary,
                problems,
            } => {
                let verb = if *replaced { "replaced" } else { "added" };
                let problems = match problems {
                    0 => String::new(),
                    count => format!(", {} (`onrecord read`)", counted(*count, "problem")),
                };
                format!("{verb:<10}{path} → {call} ({summary}{problems})\n")
            }
            Report::AlreadyThere { call, from } => {
                let (verb, from) = match from {
                    Whence::Here => ("kept", String::new()),
                    Whence::Elsewhere(other) => (
                        "kept",
                        format!(
                            ", from {}",
                            output::visible_name(&output::shown_path(other))
                        ),
                    ),
                    Whence::Moved => ("moved", ", now read from here".to_owned()),
                };
                format!("{verb:<10}{path} → {call} (already there{from})\n")
            }
            Report::Skipped { reason } => format!("{:<10}{path}: {reason}\n", "skipped"),
        };
        let printed = self.progress.above(|| print(&line));
        // Where nobody listens any more the work is done all the same.
        self.unheard = self.unheard.take().or(printed.err());
    }

    /// Brings the index up to date and sums up.
    fn finish(mut self) -> Result<()> {
        let effort = Effort::Added(self.counts.passages);
        let progress = &mut self.progress;
        let refreshed = index::refresh(&mut self.library, effort, &mut |step| progress.index(step));
        if self.counts.added > 0 {
            Background::renew(&mut self.library)?;
        }
        self.progress.finish();
        if let Some(unheard) = self.unheard {
            return Err(unheard);
        }
        let counts = &self.counts;
        print(&format!(
            "{} added ({}, {}), {} already there, {} skipped, in {:.1} s\n",
            counted(counts.added, "call"),
            counted(counts.turns, "turn"),
            counted(counts.passages, "passage"),
            output::grouped(counts.already_there),
            output::grouped(counts.skipped),
            self.started.elapsed().as_secs_f32(),
        ))?;
        match refreshed {
            Ok(done) => done
                .repaired
                .iter()
                .for_each(|why| output::note(&format!("rebuilt: {why}"))),
            // The calls are safe; without an index the next question is only slower.
            Err(error) => output::warning(&format!("the index was not written: {error}")),
        }
        Ok(())
    }
}

/// Adds files that the program itself brings, without a word about each.
pub(super) fn add_quietly(
    library: Library,
    embedder: &Embedder,
    files: &[PathBuf],
) -> Result<Library> {
    let mut adding = Adding::new(library, embedder, Metadata::default(), files);
    adding.is_quiet = true;
    for file in files {
        adding.add(file)?;
    }
    let effort = Effort::Added(adding.counts.passages);
    index::refresh(&mut adding.library, effort, &mut |_| ())?;
    Background::renew(&mut adding.library)?;
    adding.progress.finish();
    Ok(adding.library)
}

/// Cuts a call into passages and embeds them; `progress` hears of the passages just done, all done
/// so far, and the total.
pub(super) fn embed(
    embedder: &Embedder,
    reading: &Reading,
    text: &str,
    mut progress: impl FnMut((usize, usize), usize),
) -> Result<Vec<Embedded>> {
    let count = |text: &str| embedder.count_tokens(text);
    let fit = Fit {
        limit: embedder.model().max_tokens,
        count: &count,
    };
    let passages: Vec<Passage> = passages(&reading.call, text, &fit);
    let cuts = Cuts::of(&reading.call.turns);
    let bodies: Vec<PassageText> = passages
        .iter()
        .map(|passage| {
            let (text, sentences) = passage.body(text, &cuts);
            PassageText { text, sentences }
        })
        .collect();
    let mut done = 0;
    let vectors = embedder.embed(&bodies, |more| {
        done += more;
        progress((more, done), bodies.len());
    })?;
    let pairs = passages.into_iter().zip(vectors);
    Ok(pairs
        .map(|(passage, vectors)| Embedded { passage, vectors })
        .collect())
}

fn len(file: &Path) -> u64 {
    fs_err::metadata(file).map_or(0, |entry| entry.len())
}
