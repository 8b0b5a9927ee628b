//! A quote is a slice: checked against the stored text and the source at the moment it is printed.
//!
//! In: a quote's text and span. Out: the state of its source. A quote that is not the stored text at
//! its span is never printed.

use crate::answer::{Answer, AskedAbout, Coverage, PartFound, Quote, Status};
use crate::error::{Error, Result};
use crate::library::{CallSummary, Library, SourceState, StoredTurn};
use crate::passage::ELISION;
use crate::question::Question;
use crate::retrieve::{CallText, Elsewhere};
use crate::transcript::{SpanOf, Turn, sha256_hex};
use crate::units::{ByteSpan, CallRow};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::SystemTime;

/// Calls and sources that are kept for the next question.
const MOST_KEPT: usize = 256;
/// Bytes of sources that are kept at most, but for the last one read.
const MOST_BYTES: usize = 64 << 20;

/// A quote that was checked, and the state of its source then.
#[derive(Clone, Debug)]
pub struct CheckedQuote {
    /// The quote.
    pub quote: Quote,
    /// Whether its source is still what was read.
    pub source: SourceState,
    /// Where the same words stand too, checked alike.
    pub also: Vec<CheckedQuote>,
}

/// An answer whose every quote was checked. The only kind that is printed.
#[derive(Clone, Debug)]
pub struct CheckedAnswer {
    /// What was asked.
    pub question: Question,
    /// Whether the quotes answer it.
    pub status: Status,
    /// How sure that is, from 0 to 1.
    pub confidence: f32,
    /// Best first.
    pub quotes: Vec<CheckedQuote>,
    /// When nothing answers, what came nearest.
    pub nearest: Vec<CheckedQuote>,
    /// Where several things were asked about, each of them.
    pub parts: Vec<PartFound>,
    /// The passage that somebody asked about by its citation.
    pub asked_about: Option<AskedAbout>,
    /// The question's words that nothing searched holds in any form.
    pub never_said: Vec<String>,
    /// Who else says such words in the calls that were searched.
    pub elsewhere: Vec<Elsewhere>,
    /// What was searched.
    pub coverage: Coverage,
}

/// Checks quotes, and reads each call and each source once.
#[derive(Default)]
pub struct Verifier {
    sources: BTreeMap<PathBuf, Option<Source>>,
    calls: BTreeMap<CallRow, Rc<CallText>>,
}

struct Source {
    bytes: Vec<u8>,
    sha256: String,
    /// When it was written to before it was read, and its length.
    stamp: Option<(SystemTime, u64)>,
}

impl Verifier {
    /// Checks every quote of an answer against the library and the files, as they are now.
    ///
    /// # Errors
    /// [`Error::LibraryDamaged`] when a quote is not the stored text; the answer is not printed then.
    pub fn check(&mut self, library: &Library, answer: Answer) -> Result<CheckedAnswer> {
        for place in &answer.elsewhere {
            let stored = self.call(library, &place.call)?;
            let is_theirs = |stored: &StoredTurn| stored.turn == place.turn;
            if !stored.turn(place.turn.index).is_some_and(is_theirs) {
                return Err(credited_otherwise(library, &place.call));
            }
        }
        Ok(CheckedAnswer {
            quotes: self.check_all(library, answer.quotes)?,
            nearest: self.check_all(library, answer.nearest)?,
            parts: answer.parts,
            asked_about: answer.asked_about,
            never_said: answer.never_said,
            elsewhere: answer.elsewhere,
            question: answer.question,
            status: answer.status,
            confidence: answer.confidence,
            coverage: answer.coverage,
        })
    }

    fn check_all(&mut self, library: &Library, quotes: Vec<Quote>) -> Result<Vec<CheckedQuote>> {
        let checked = quotes.into_iter().map(|mut quote| {
            let source = self.check_quote(library, &quote)?;
            let also = self.check_all(library, std::mem::take(&mut quote.also))?;
            Ok(CheckedQuote {
                quote,
                source,
                also,
            })
        });
        checked.collect()
    }

    fn check_quote(&mut self, library: &Library, quote: &Quote) -> Result<SourceState> {
        let stored = self.call(library, &quote.call)?;
        let is_theirs = |stored: &StoredTurn| {
            // Within a turn each sentence has a time of its own.
            let time = quote.turn.time;
            quote.turn
                == Turn {
                    time,
                    ..stored.turn.clone()
                }
        };
        if !stored.turn(quote.turn.index).is_some_and(is_theirs) {
            return Err(credited_otherwise(library, &quote.call));
        }
        if !(quote.turn.span.contains(quote.span)
            && quote.pieces.iter().all(|piece| quote.span.contains(*piece)))
        {
            let why = format!(
                "a quote of `{}` is outside its speaker's turn",
                quote.call.id
            );
            return Err(library.damaged(why));
        }
        let quoted = (quote.text.as_str(), quote.pieces.as_slice());
        self.verify(library.folder(), &quote.call, &stored.text, quoted)
    }

    /// A call whose text and attribution were checked, as they are now.
    ///
    /// # Errors
    /// [`Error::LibraryDamaged`] when they are not what was stored.
    pub fn call(&mut self, library: &Library, call: &CallSummary) -> Result<Rc<CallText>> {
        if let Some(known) = self.calls.get(&call.row)
            && known.call == *call
        {
            return Ok(Rc::clone(known));
        }
        if self.calls.len() >= MOST_KEPT {
            self.calls.clear();
        }
        let read = Rc::new(CallText::read(library, call.row)?);
        self.calls.insert(call.row, Rc::clone(&read));
        Ok(read)
    }

    /// Checks that a text is made of the slices of `stored` at its pieces, with `[…]` between, and, where the source is plain
    /// UTF-8 text and unchanged, of the file's bytes too. Gives the state of the source: a file that has
    /// changed or gone does not take the quote with it.
    ///
    /// # Errors
    /// [`Error::LibraryDamaged`] when it is not.
    pub fn verify(
        &mut self,
        library: &Path,
        call: &CallSummary,
        stored: &str,
        (text, pieces): (&str, &[ByteSpan]),
    ) -> Result<SourceState> {
        let damaged = |why: String| Error::LibraryDamaged {
            library: library.to_owned(),
            why,
        };
        let slices = pieces.iter().map(|piece| piece.slice(stored));
        let slices: Option<Vec<&str>> = slices.collect();
        let said = slices.filter(|slices| text == slices.join(&format!(" {ELISION} ")));
        let Some(said) = said else {
            return Err(damaged(format!(
                "a quote of `{}` is not its stored text",
                call.id
            )));
        };
        let Some(source) = self.source(call) else {
            return Ok(SourceState::Missing);
        };
        if source.sha256 != call.source_sha256 {
            return Ok(SourceState::Changed);
        }
        let mut pairs = pieces.iter().zip(said);
        let in_file = |(piece, said): (&ByteSpan, &str)| {
            let piece = call.place.in_file(*piece);
            source.bytes.get(piece.start()..piece.end()) == Some(said.as_bytes())
        };
        if call.span_of == SpanOf::SourceFile && !pairs.all(in_file) {
            return Err(damaged(format!(
                "a quote of `{}` is not in its source",
                call.id
            )));
        }
        Ok(SourceState::Unchanged)
    }

    /// The file of a call: as it was read before, unless it was another call's then or has been written to since.
    fn source(&mut self, call: &CallSummary) -> Option<&Source> {
        let path = &call.source_path;
        let known = self.sources.get(path).and_then(Option::as_ref);
        let stamp = stamp(path);
        let is_same =
            |source: &Source| source.sha256 == call.source_sha256 && source.stamp == stamp;
        if !known.is_some_and(is_same) {
            let read = read_source(path).map(|bytes| Source {
                sha256: sha256_hex(&bytes),
                bytes,
                stamp,
            });
            let held = self
                .sources
                .values()
                .flatten()
                .map(|source| source.bytes.len());
            if self.sources.len() >= MOST_KEPT || held.sum::<usize>() > MOST_BYTES {
                self.sources.clear();
            }
            self.sources.insert(path.clone(), read);
        }
        self.sources.get(path)?.as_ref()
    }
}

/// Whether a call's source is still what was read.
pub fn source_state(call: &CallSummary) -> SourceState {
    match read_source(&call.source_path) {
        None => SourceState::Missing,
        Some(bytes) if sha256_hex(&bytes) == call.source_sha256 => SourceState::Unchanged,
        Some(_) => SourceState::Changed,
    }
}

/// What is stored of who said something is not what was read before.
fn credited_otherwise(library: &Library, call: &CallSummary) -> Error {
    let why = format!(
        "a quote of `{}` is credited otherwise than was stored",
        call.id
    );
    library.damaged(why)
}

/// When a file was last written to, and its length.
fn stamp(path: &Path) -> Option<(SystemTime, u64)> {
    let facts = fs_err::metadata(path).ok()?;
    Some((facts.modified().ok()?, facts.len()))
}

fn read_source(path: &Path) -> Option<Vec<u8>> {
    // A pipe or device in the place of the file could keep us waiting for ever.
    let is_file = fs_err::metadata(path).ok()?.is_file();
    is_file.then(|| fs_err::read(path).ok())?
}
