//! From evidence to an answer: which sentences to quote, and whether they answer at all.
//!
//! In: [`Evidence`]. Out: an [`Answer`] whose quotes are windows of up to three contiguous sentences
//! of one turn, or the nearest misses. Pure. It writes no words of its own.

mod confidence;
mod order;

use crate::library::{CallSummary, StoredTurn};
use crate::passage::{Sentence, sentences};
use crate::question::{self, Question};
use crate::retrieve::{CallText, Candidate, Evidence, Terms};
use crate::transcript::{Document, Kind, Section, Turn};
use crate::units::{ByteSpan, LineRange, TurnIndex};
use serde::{Deserialize, Serialize};

/// Sentences in a quote. Speech announces first and says the fact in the next sentence: contiguous
/// windows of three find the fact where lone sentences find the announcement.
const WINDOW_SENTENCES: usize = 3;
/// Words above which a window takes no further sentence.
const WINDOW_WORDS: usize = 100;
/// What the best, second and third sentence of a window count: a neighbour adds to a window what it
/// says itself, and a window is mostly its best sentence.
const SENTENCE_WEIGHTS: [f32; WINDOW_SENTENCES] = [0.6, 0.3, 0.1];
/// How much of a sentence's score is its meaning; the rest is the question's words in it.
const MEANING: f32 = 0.7;
/// What a sentence with a figure is worth more where a figure is asked for.
const FIGURE: f32 = 0.1;
/// Figures are reported in what management says first, and talked about later.
const REPORT_FACTOR: f32 = 1.1;
/// What the last sentence of a line ends with, unless the line is a heading or an item.
const END_MARKS: [char; 11] = ['.', '!', '?', '…', ':', ';', '"', '”', ')', '。', '？'];
/// Words up to which a line without an end mark is taken for a heading.
const HEADING_WORDS: usize = 12;
/// How much of a quote's score is its passage's; the rest is the window's own.
const PASSAGE_SHARE: f32 = 0.6;
/// An analyst's turn usually asks what another turn says; sometimes the question is the evidence.
const ANALYST_FACTOR: f32 = 0.85;
/// The same where the question is who asked.
const ASKER_FACTOR: f32 = 1.3;
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
    /// The turn they were said in.
    pub turn: Turn,
    /// The words.
    pub text: String,
    /// Their place in the stored text.
    pub span: ByteSpan,
    /// Their lines.
    pub lines: LineRange,
    /// The passage they stand in.
    pub passage: ByteSpan,
    /// The passage's text.
    pub passage_text: String,
    /// The question that the turn answers.
    pub asked: Option<Asked>,
    /// Why the quote is here.
    pub score: ScoreParts,
}

/// The question behind an answer.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The turn that asks.
    pub turn: TurnIndex,
    /// Who asks.
    pub by: Option<String>,
    /// For whom.
    pub affiliation: Option<String>,
    /// The asking sentence, verbatim.
    pub text: String,
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

/// Chooses the quotes, at most `limit`, and says whether they answer.
pub fn answer(question: Question, evidence: &Evidence, limit: usize) -> Answer {
    let asking = Asking {
        terms: &evidence.terms,
        wants_asker: question.wants_asker,
        wants_figure: question.wants_figure,
        wants_outlook: question.wants_outlook,
    };
    let chosen = evidence
        .candidates
        .iter()
        .filter_map(|candidate| quote(candidate, evidence, &asking));
    let mut quotes: Vec<Quote> = chosen.collect();
    // A stable sort: equal scores keep the order of the candidates, which ends in ids.
    quotes.sort_by(|a, b| b.score.total.total_cmp(&a.score.total));
    order::drop_repeats(&mut quotes);
    order::cover(&mut quotes, evidence.parts);
    let (confidence, status) = confidence::judge(&question, &quotes, evidence);
    let weighed = quotes.len();
    quotes.truncate(if status == Status::NotFound {
        NEAREST.min(limit)
    } else {
        limit
    });
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
        coverage,
    }
}

/// The best window of a candidate, as a quote. `None` when the scope allows none of its turns.
fn quote(candidate: &Candidate, evidence: &Evidence, asking: &Asking<'_>) -> Option<Quote> {
    let source = evidence.texts.get(&candidate.passage.call)?;
    let window = best_window(candidate, source, evidence, asking)?;
    let text = window.span.slice(&source.text)?.to_owned();
    let stored = turn(source, window.turn)?;
    let passage = candidate
        .passage
        .sentences
        .iter()
        .map(|s| s.span)
        .reduce(ByteSpan::join)?;
    let passage_text = passage.slice(&source.text)?.to_owned();
    let notice = if is_notice(&passage_text) {
        NOTICE_FACTOR
    } else {
        1.0
    };
    let worth = PASSAGE_SHARE * candidate.score + (1.0 - PASSAGE_SHARE) * window.score;
    let total = notice * window.factor * worth;
    Some(Quote {
        part: candidate.part,
        call: source.call.clone(),
        turn: stored.turn.clone(),
        lines: source.lines.lines(window.span),
        span: window.span,
        text,
        passage,
        passage_text,
        asked: stored
            .question
            .and_then(|question| asked(source, question, &evidence.terms)),
        score: ScoreParts {
            total,
            dense: candidate.dense,
            lexical: candidate.lexical,
            sentence: window.cosine,
            coverage: window.coverage,
        },
    })
}

/// What a question makes of who speaks and of what is said.
struct Asking<'a> {
    terms: &'a Terms,
    wants_asker: bool,
    wants_figure: bool,
    wants_outlook: bool,
}

impl Asking<'_> {
    /// What a sentence is worth for its figure: one of the right kind, reported or expected as asked.
    fn figure(&self, sentence: &str) -> f32 {
        let of_kind = || question::is_outlook(sentence) == self.wants_outlook;
        if self.wants_figure && sentence.contains(|c: char| c.is_ascii_digit()) && of_kind() {
            FIGURE
        } else {
            0.0
        }
    }

    fn speaker_factor(&self, kind: Kind, section: Section) -> f32 {
        match (kind, section) {
            (Kind::Analyst, _) if self.wants_asker => ASKER_FACTOR,
            (Kind::Analyst, _) => ANALYST_FACTOR,
            (_, Section::Prepared) if self.wants_figure => REPORT_FACTOR,
            _ => 1.0,
        }
    }
}

/// Contiguous sentences of one turn.
struct Window {
    turn: TurnIndex,
    span: ByteSpan,
    cosine: f32,
    coverage: f32,
    score: f32,
    /// For who speaks.
    factor: f32,
}

/// The window that says most of what was asked; in a passage that holds a question and its answer,
/// the answer where it says nearly as much. Ties go to the longer one, then to the earlier.
fn best_window(
    candidate: &Candidate,
    source: &CallText,
    evidence: &Evidence,
    asking: &Asking<'_>,
) -> Option<Window> {
    let said: Vec<Said> = candidate
        .passage
        .sentences
        .iter()
        .zip(&candidate.sentences)
        .map(|(sentence, cosine)| Said::weigh(*sentence, *cosine, source, asking))
        .collect();
    let mut best: Option<Window> = None;
    for first in 0..said.len() {
        for len in (1..=WINDOW_SENTENCES).rev() {
            let window = said
                .get(first..first + len)
                .and_then(|said| window(said, source, evidence, asking));
            let worth = |window: &Window| window.factor * window.score;
            let better = |window: &Window| best.as_ref().is_none_or(|b| worth(window) > worth(b));
            if let Some(window) = window.filter(better) {
                best = Some(window);
            }
        }
    }
    best
}

/// A sentence, and how much it says of what was asked.
struct Said {
    sentence: Sentence,
    words: usize,
    cosine: f32,
    score: f32,
}

impl Said {
    fn weigh(sentence: Sentence, cosine: f32, source: &CallText, asking: &Asking<'_>) -> Self {
        let terms = asking.terms;
        let text = sentence.span.slice(&source.text).unwrap_or_default();
        let coverage = terms.coverage(&terms.held_by(text));
        let figure = asking.figure(text);
        let score = MEANING * cosine.max(0.0) + (1.0 - MEANING) * coverage + figure;
        Self {
            sentence,
            words: text.split_whitespace().count(),
            cosine,
            score,
        }
    }
}

/// The sentences as a window, where the scope allows their turn and they are not too many words.
fn window(
    said: &[Said],
    source: &CallText,
    evidence: &Evidence,
    asking: &Asking<'_>,
) -> Option<Window> {
    let (first, last) = (said.first()?.sentence, said.last()?.sentence);
    let stored = turn(source, first.turn)?;
    let Turn {
        speaker,
        kind,
        section,
        ..
    } = &stored.turn;
    let allowed = evidence
        .scope
        .allows_turn(speaker.as_deref(), *kind, *section);
    let short =
        said.len() == 1 || said.iter().map(|said| said.words).sum::<usize>() <= WINDOW_WORDS;
    let one_turn = said.iter().all(|said| said.sentence.turn == first.turn);
    let article = source.call.document == Document::Article;
    if !(allowed && short && one_turn) || (article && crosses_lines(said, &source.text)) {
        return None;
    }
    let span = first.span.join(last.span);
    let coverage = evidence
        .terms
        .coverage(&evidence.terms.held_by(span.slice(&source.text)?));
    let cosine = said.iter().map(|said| said.cosine).reduce(f32::max)?;
    let mut scores: Vec<f32> = said.iter().map(|said| said.score).collect();
    scores.sort_by(|a, b| b.total_cmp(a));
    let score = scores
        .iter()
        .zip(SENTENCE_WEIGHTS)
        .map(|(score, weight)| score * weight)
        .sum();
    Some(Window {
        turn: first.turn,
        span,
        cosine,
        coverage,
        score,
        factor: asking.speaker_factor(*kind, *section),
    })
}

/// Whether the sentences are a heading, or run from one line of an article into another that is no
/// continuation: a heading states nothing, an item of a list is a statement of its own, and read
/// together with the next line either says what nobody wrote.
fn crosses_lines(said: &[Said], text: &str) -> bool {
    let words = |said: &Said| said.sentence.span.slice(text).unwrap_or_default();
    let is_item = |said: &Said| words(said).starts_with(['-', '•', '*']);
    let unended = |said: &Said| !words(said).ends_with(END_MARKS);
    match said {
        [one] => unended(one) && !is_item(one) && one.words <= HEADING_WORDS,
        [first, rest @ ..] => {
            unended(first) || rest.iter().any(|said| unended(said) || is_item(said))
        }
        [] => true,
    }
}

fn turn(source: &CallText, index: TurnIndex) -> Option<&StoredTurn> {
    source.turns.get(usize::try_from(index.0).ok()?)
}

/// The sentence of a question turn that asks: of those with a question mark the one that shares most
/// with what was asked here, else the last.
fn asked(source: &CallText, question: TurnIndex, terms: &Terms) -> Option<Asked> {
    let stored = turn(source, question)?;
    let mut best: Option<(f32, &str)> = None;
    for span in sentences(&source.text, stored.turn.span) {
        let text = span.slice(&source.text)?;
        let shared = terms.coverage(&terms.held_by(text));
        let asks = text
            .trim_end_matches(['"', '”', ')'])
            .ends_with(['?', '？']);
        let score = if asks { 1.0 + shared } else { 0.0 };
        // Later sentences win ties: a question comes after its preamble.
        if best.is_none_or(|(other, _)| score >= other) {
            best = Some((score, text));
        }
    }
    let turn = &stored.turn;
    Some(Asked {
        turn: question,
        by: turn.speaker.clone(),
        affiliation: turn.affiliation.clone(),
        text: best?.1.to_owned(),
    })
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
    let passage = passage.to_lowercase();
    MARKS.iter().filter(|mark| passage.contains(**mark)).count() >= 2
}
