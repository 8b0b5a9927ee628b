//! From evidence to an answer: which sentences to quote, and whether they answer at all.
//!
//! In: [`Evidence`]. Out: an [`Answer`] whose quotes are windows of up to four contiguous sentences
//! of one turn, or the nearest misses. Pure. It writes no words of its own.

mod confidence;
mod counts;
mod exchange;
mod figures;
mod order;
mod parts;
mod placed;
mod window;
mod worth;

pub use confidence::{Signs, signs};
pub use exchange::{Answering, Asked};
pub use parts::PartFound;
pub use placed::{AskedAbout, Placed, placed};
pub use worth::{Figures, Seen, Worth};

use crate::error::Result;
use crate::index::has_words;
use crate::library::CallSummary;
use crate::passage::quoted;
use crate::question::Question;
use crate::retrieve::{CallText, Candidate, Elsewhere, Evidence, Terms};
use crate::transcript::{Document, Turn};
use crate::units::{ByteSpan, LineRange};
use exchange::{answering, asked};
use serde::{Deserialize, Serialize};
use std::rc::Rc;
use window::{Asking, best_window};

/// Legal notices name every topic and state nothing.
const NOTICE_FACTOR: f32 = 0.3;
/// Misses shown when nothing answers.
const NEAREST: usize = 3;

/// Whether the record answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The quotes answer the question.
    Answered,
    /// The closest passages; they may not answer.
    Weak,
    /// Nothing on record answers.
    NotFound,
}

/// An answer: quotes, or silence with its reasons.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What was asked.
    pub question: Question,
    /// Whether the quotes answer it.
    pub status: Status,
    /// How sure that is, from 0 to 1.
    pub confidence: f32,
    /// Best first; empty when nothing answers.
    pub quotes: Vec<Quote>,
    /// When nothing answers, the quotes that came nearest.
    pub nearest: Vec<Quote>,
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

/// What was searched, and what was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// Calls that the filters left.
    pub calls_searched: usize,
    /// Calls in the library.
    pub calls_in_library: usize,
    /// Passages weighed and not quoted: of too little worth, or beyond the limit.
    pub below_threshold: usize,
}

/// Verbatim words and where they stand.
#[derive(Clone, Debug)]
pub struct Quote {
    /// Which of the things asked about it speaks to, from 0.
    pub part: usize,
    /// The call.
    pub call: CallSummary,
    /// The turn they were said in; its time is that of the words.
    pub turn: Turn,
    /// The words.
    pub text: String,
    /// Their place in the stored text.
    pub span: ByteSpan,
    /// Each piece of them: one, or those on either side of what `[…]` stands for.
    pub pieces: Vec<ByteSpan>,
    /// Their lines.
    pub lines: LineRange,
    /// The passage they stand in.
    pub passage: ByteSpan,
    /// The passage's text.
    pub passage_text: String,
    /// The question that the turn answers.
    pub asked: Option<Asked>,
    /// What answers the turn, where it is itself a question.
    pub answered: Option<Answering>,
    /// What the order went by.
    pub score: ScoreParts,
    /// Why the quote is here.
    pub why: Why,
    /// Where the same words stand too: other sources of the call, or the speaker once more.
    pub also: Vec<Quote>,
}

/// Why a quote is here.
#[derive(Clone, Debug)]
pub struct Why {
    /// What was seen of it.
    pub seen: Seen,
    /// What its place in the order is made of.
    pub worth: Worth,
    /// The question's words that it holds, as asked.
    pub held: Vec<String>,
}

/// The parts of a quote's score.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ScoreParts {
    /// What the order goes by.
    #[serde(rename = "final")]
    pub total: f32,
    /// Cosine of the passage.
    pub dense: f32,
    /// BM25 of the passage.
    pub lexical: f32,
    /// Cosine of the best quoted sentence.
    pub sentence: f32,
    /// Share of the question's words, by weight, that the quote holds.
    pub coverage: f32,
}

/// All that could be quoted, in the order of the answer.
pub fn weighed(question: &Question, evidence: &Evidence) -> Vec<Quote> {
    let asking = Asking::new(question, &evidence.terms);
    let candidates = evidence.candidates.iter();
    let chosen = candidates.filter_map(|candidate| quote(candidate, evidence, &asking));
    let mut quotes: Vec<Quote> = chosen.collect();
    // A stable sort: equal scores keep the order of the candidates, which ends in ids.
    quotes.sort_by(|a, b| b.score.total.total_cmp(&a.score.total));
    order::group(&mut quotes);
    order::cover(&mut quotes, evidence.parts);
    quotes
}

/// Chooses the quotes, at most `limit`, and says whether they answer.
pub fn choose(
    question: Question,
    mut quotes: Vec<Quote>,
    evidence: &Evidence,
    limit: usize,
) -> Answer {
    let all: Vec<&Quote> = quotes.iter().collect();
    let (confidence, status) = confidence::judge(&question, &all, evidence);
    let shown = if status == Status::NotFound {
        NEAREST.min(limit)
    } else {
        limit
    };
    let parts = parts::found(&question, &quotes, shown, evidence);
    let weighed = quotes.len();
    quotes.truncate(shown);
    let (quotes, nearest) = match status {
        Status::NotFound => (Vec::new(), quotes),
        Status::Answered | Status::Weak => (quotes, Vec::new()),
    };
    let coverage = Coverage {
        calls_searched: evidence.calls_searched,
        calls_in_library: evidence.calls_in_library,
        below_threshold: weighed - quotes.len(),
    };
    Answer {
        question,
        status,
        confidence,
        quotes,
        nearest,
        parts,
        asked_about: None,
        never_said: [evidence.unsaid.clone(), evidence.terms.unsaid()].concat(),
        elsewhere: evidence.elsewhere.clone(),
        coverage,
    }
}

/// The best window of a candidate, as a quote. `None` when the scope allows none of its turns, or nothing but `Right.`
fn quote(candidate: &Candidate, evidence: &Evidence, asking: &Asking<'_>) -> Option<Quote> {
    let source = evidence.texts.get(&candidate.passage.call)?;
    let window = best_window(candidate, source, evidence, asking)?;
    let pieces = source.cuts.pieces(&source.text, window.span);
    let text = quoted(&source.text, &pieces);
    if is_bare(&text) {
        return None;
    }
    let stored = source.turn(window.turn)?;
    let sentences = candidate.passage.sentences.iter();
    let passage = sentences.map(|s| s.span).reduce(ByteSpan::join)?;
    let passage_text = source.cuts.quoted(&source.text, passage);
    let seen = Seen {
        passage: candidate.score,
        window: window.score,
        speaker: window.factor,
        notice: if is_notice(&passage_text) || (!asking.wants_names && is_welcome(&text)) {
            NOTICE_FACTOR
        } else {
            1.0
        },
        brief: window.brief,
        wants_figure: asking.wants_figure,
        figures: window.figures,
        coverage: window.coverage,
        beside: window.beside,
        around: candidate.around,
        opening: if asking.wants_names {
            0.0
        } else {
            opening(source, window.span)
        },
        unnamed: unnamed(&evidence.terms, &text, &passage_text),
    };
    let worth = Worth::of(&seen);
    Some(Quote {
        part: candidate.part,
        call: source.call.clone(),
        turn: Turn {
            time: stored.turn.time_at(window.span.start()),
            ..stored.turn.clone()
        },
        lines: source.lines(&stored.turn, window.span),
        span: window.span,
        pieces,
        passage,
        passage_text,
        // See [`exchanges`].
        asked: None,
        answered: None,
        score: ScoreParts {
            total: worth.total(),
            dense: candidate.dense,
            lexical: candidate.lexical,
            sentence: window.cosine,
            coverage: window.coverage[0],
        },
        why: Why {
            seen,
            worth,
            held: words_held(&evidence.terms, &source.heard(window.span)),
        },
        text,
        also: Vec::new(),
    })
}

/// 1 where a text begins, 0 from where its opening is over; an article has none, because it begins with what matters.
fn opening(source: &CallText, span: ByteSpan) -> f32 {
    /// Bytes, and the share of the text, at most.
    const LONGEST: usize = 2_000;
    const SHARE: usize = 10;
    if source.call.document == Document::Article {
        return 0.0;
    }
    let length = LONGEST.min(source.text.len() / SHARE).max(1);
    let left = length.saturating_sub(span.start());
    #[expect(
        clippy::cast_precision_loss,
        reason = "a distance in a text, as a share of its opening"
    )]
    let opening = left as f32 / length as f32;
    opening
}

/// Adds to each quote that is shown what it answers, or what answers it; `read` gives its whole call.
///
/// # Errors
/// Those of `read`.
pub fn exchanges(
    answer: &mut Answer,
    terms: &Terms,
    mut read: impl FnMut(&CallSummary) -> Result<Rc<CallText>>,
) -> Result<()> {
    let mut shown = answer.quotes.iter_mut().chain(&mut answer.nearest);
    shown.try_for_each(|quote| exchange(quote, terms, &mut read))
}

fn exchange(
    quote: &mut Quote,
    terms: &Terms,
    read: &mut impl FnMut(&CallSummary) -> Result<Rc<CallText>>,
) -> Result<()> {
    let (source, turn) = (read(&quote.call)?, quote.turn.index);
    let question = source.turn(turn).and_then(|stored| stored.question);
    quote.asked = question.and_then(|question| asked(&source, question, terms));
    quote.answered = answering(&source, turn, terms);
    let mut also = quote.also.iter_mut();
    also.try_for_each(|also| exchange(also, terms, read))
}

/// The share, by rarity, of the names asked for that a quote does not hold, half of it where its passage does; 0 where none is
/// asked for.
fn unnamed(terms: &Terms, quote: &str, passage: &str) -> f32 {
    let names: Vec<bool> = terms.terms.iter().map(|term| term.is_proper).collect();
    let all = terms.coverage(&names);
    let lacking = |text: &str| {
        let held = terms.held_by(text).into_iter().zip(&names);
        let held: Vec<bool> = held.map(|(held, is_name)| held && *is_name).collect();
        1.0 - terms.coverage(&held) / all
    };
    if all > 0.0 {
        f32::midpoint(lacking(quote), lacking(passage))
    } else {
        0.0
    }
}

/// The question's words that a text holds.
fn words_held(terms: &Terms, text: &str) -> Vec<String> {
    let terms = terms.terms.iter().zip(terms.held_by(text));
    let held = terms.filter(|(_, held)| *held);
    held.map(|(term, _)| term.word.clone()).collect()
}

/// Whether a quote is no more than `Right.` or `Thank you.`
fn is_bare(text: &str) -> bool {
    const FEWEST_WORDS: usize = 3;
    !has_words(text, FEWEST_WORDS) && !text.contains(|c: char| c.is_ascii_digit())
}

/// Legal notices, instructions for dialling in, and the hand-over from one to the other.
fn is_notice(passage: &str) -> bool {
    const MARKS: [&str; 10] = [
        "forward-looking statement",
        "differ materially",
        "safe harbor",
        "listen-only mode",
        "risk factors",
        "non-gaap financial measures",
        "reconciliation",
        "undertake no obligation",
        "operator instructions",
        "being recorded",
    ];
    holds_two(passage, &MARKS)
}

/// Whether a quote welcomes to the call and says who is on it, which answers only who asks for names.
fn is_welcome(quote: &str) -> bool {
    #[rustfmt::skip]
    const MARKS: [&str; 12] = [
        "conference call", "earnings call", "earnings release", "investor relations", "joining me", "joining us",
        "on our call", "on the call", "on today's call", "press release", "with me today", "with us today",
    ];
    holds_two(quote, &MARKS)
}

fn holds_two(text: &str, marks: &[&str]) -> bool {
    let text = text.to_lowercase();
    marks.iter().filter(|mark| text.contains(**mark)).count() >= 2
}
