//! `onrecord add`: sources → calls → passages → vectors → library, a call at a time.

use super::{Outcome, places, print};
use crate::cli::{Add, Places};
use crate::embed::{Embedder, PassageText};
use crate::error::{Error, Result};
use crate::index;
use crate::library::{Embedded, Library, NewCall};
use crate::output::{self, Progress, counted};
use crate::passage::{Fit, Passage, passages};
use crate::transcript::{Metadata, Reading, Source, find_sources, read};
use std::path::{Path, PathBuf};
use std::time::Instant;

pub(super) fn run(places: &Places, args: Add) -> Result<Outcome> {
    let found = find_sources(&args.paths);
    for (path, reason) in &found.skipped {
        output::note(&format!("left out {}: {reason}", output::shown_path(path)));
    }
    if found.files.is_empty() && found.failed.is_empty() {
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
        return Ok(Outcome::Failed);
    }
    let library = Library::open_or_create(&places.library_folder()?)?;
    let embedder = places.embedder(&library)?;
    let mut adding = Adding::new(library, &embedder, args.given.into(), &found.files);
    for file in &found.files {
        match adding.add(file) {
            Ok(report) => adding.report(file, &report)?,
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

/// Errors that the next file would meet too.
fn stops_everything(error: &Error) -> bool {
    !matches!(error, Error::Io { doing: READING, .. })
}

const READING: &str = "read a transcript";

/// What became of a file.
enum Report {
    Added {
        call: String,
        replaced: bool,
        summary: String,
        problems: usize,
    },
    AlreadyThere {
        call: String,
        elsewhere: Option<PathBuf>,
    },
    Skipped {
        reason: String,
    },
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
        }
    }

    fn add(&mut self, file: &Path) -> Result<Report> {
        let start = self.bytes_done;
        self.bytes_done += len(file);
        let report = self.add_source(file, start);
        self.progress.file_done(self.bytes_done);
        report
    }

    fn add_source(&mut self, file: &Path, start: u64) -> Result<Report> {
        let source = match Source::read(file).map_err(Error::io(READING))? {
            Ok(source) => source,
            Err(not_text) => {
                self.counts.skipped += 1;
                return Ok(Report::Skipped {
                    reason: not_text.to_string(),
                });
            }
        };
        if let Some(call) = self.library.call_with_source(&source.sha256)? {
            self.counts.already_there += 1;
            let elsewhere = (call.source_path != source.path).then_some(call.source_path);
            return Ok(Report::AlreadyThere {
                call: call.id.0,
                elsewhere,
            });
        }
        let text = &source.decoded.text;
        let mut reading = read(text, &source.file_name(), &self.given);
        reading
            .problems
            .splice(0..0, source.decoded.problems.iter().cloned());
        let size = len(file);
        let embedded = embed(self.embedder, &reading, text, |done, all| {
            let bytes = start + size * done.1 as u64 / all.max(1) as u64;
            let before = start + size * (done.1 - done.0) as u64 / all.max(1) as u64;
            self.progress.embedded(done.0, bytes - before);
        })?;
        if embedded.is_empty() {
            self.counts.skipped += 1;
            return Ok(Report::Skipped {
                reason: "it holds no speech".to_owned(),
            });
        }
        let replaced = !self.library.calls_at_path(&source.path)?.is_empty();
        let new = NewCall {
            source: &source,
            reading: &reading,
            passages: &embedded,
        };
        let id = self.library.add(&new, &places::record(self.embedder))?;
        let (turns, passages) = (reading.call.turns.len(), embedded.len());
        self.counts.added += 1;
        self.counts.turns += turns;
        self.counts.passages += passages;
        let layout = reading.call.layout;
        let summary = format!(
            "{layout}, {}, {}",
            counted(turns, "turn"),
            counted(passages, "passage")
        );
        Ok(Report::Added {
            call: id.0,
            replaced,
            summary,
            problems: reading.problems.len(),
        })
    }

    /// Says what became of a file, once it is safely stored.
    fn report(&self, file: &Path, report: &Report) -> Result<()> {
        let path = output::visible(&output::shown_path(file));
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
            Report::AlreadyThere { call, elsewhere } => {
                let elsewhere = elsewhere.as_ref().map(|other| output::shown_path(other));
                let from = elsewhere
                    .map(|other| format!(", from {other}"))
                    .unwrap_or_default();
                format!("{:<10}{path} → {call} (already there{from})\n", "kept")
            }
            Report::Skipped { reason } => format!("{:<10}{path}: {reason}\n", "skipped"),
        };
        self.progress.above(|| print(&line))
    }

    /// Brings the index up to date and sums up.
    fn finish(self) -> Result<()> {
        let refreshed = index::refresh(&self.library);
        self.progress.finish();
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
    for file in files {
        adding.add(file)?;
    }
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
    let bodies: Vec<PassageText> = passages
        .iter()
        .map(|passage| {
            let (text, sentences) = passage.body(text);
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
