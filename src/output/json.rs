//! The JSON contract, described in `docs/JSON.md`. Text is never shortened.

use super::escape::is_hidden;
use super::explain::{Detail, lacking};
use super::understood::missing;
use crate::answer::{AskedAbout, Coverage, PartFound, Quote, ScoreParts, Status, Worth};
use crate::error::Error;
use crate::library::{CallSummary, SourceState, Totals};
use crate::passage::Cuts;
use crate::question::Question;
use crate::quote::{CheckedAnswer, CheckedQuote};
use crate::retrieve::Elsewhere;
use crate::transcript::{
    Call, Date, Document, Kind, Layout, Participant, Period, Problem, Section, SpanOf, Turn,
};
use crate::units::{ByteSpan, CallId, LineRange, Millis, TurnIndex};
use serde::Serialize;

/// A value as one line, with every character that could act on a terminal escaped.
pub fn to_line(value: &impl Serialize) -> String {
    escaped(serde_json::to_string(value)) + "\n"
}

/// A value over several lines, for people.
pub fn to_pretty(value: &impl Serialize) -> String {
    escaped(serde_json::to_string_pretty(value)) + "\n"
}

fn escaped(json: serde_json::Result<String>) -> String {
    // Only maps with keys that are not strings cannot be written; ours are structs.
    let json = json.unwrap_or_default();
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if is_hidden(c) || c == '\u{7f}' {
            let mut units = [0; 2];
            c.encode_utf16(&mut units)
                .iter()
                .for_each(|unit| out += &format!("\\u{unit:04x}"));
        } else {
            out.push(c);
        }
    }
    out
}

#[derive(Serialize)]
struct AnswerJson<'a> {
    schema: &'static str,
    question: &'a str,
    status: Status,
    confidence: f32,
    understood: Understood<'a>,
    quotes: Vec<QuoteJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    nearest: Vec<QuoteJson<'a>>,
    #[serde(skip_serializing_if = "<[PartFound]>::is_empty")]
    parts: &'a [PartFound],
    #[serde(skip_serializing_if = "Option::is_none")]
    asked_about: Option<&'a AskedAbout>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    never_said: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    said_by_others: Vec<ElsewhereJson<'a>>,
    coverage: Coverage,
}

#[derive(Serialize)]
struct Understood<'a> {
    company: Option<String>,
    period: Option<String>,
    speaker: Option<&'a str>,
    role: Option<Kind>,
    section: Option<Section>,
    #[serde(skip_serializing_if = "Option::is_none")]
    call: Option<&'a str>,
    missing: Vec<String>,
    parts: Vec<&'a str>,
    searched_for: String,
}

/// Where somebody else says what those who were searched do not.
#[derive(Serialize)]
struct ElsewhereJson<'a> {
    word: &'a str,
    speaker: Option<&'a str>,
    citation: String,
}

#[derive(Serialize)]
struct QuoteJson<'a> {
    rank: usize,
    text: &'a str,
    citation: String,
    call: CallJson<'a>,
    speaker: Option<&'a str>,
    role: Option<&'a str>,
    affiliation: Option<&'a str>,
    section: Section,
    turn: TurnIndex,
    time_ms: Option<Millis>,
    source: SourceJson<'a>,
    exchange: Option<ExchangeJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answered: Option<AnsweredJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also: Vec<PlaceJson<'a>>,
    score: ScoreParts,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<WhyJson<'a>>,
    passage: PassageJson<'a>,
}

/// Another place of a quote's words.
#[derive(Serialize)]
struct PlaceJson<'a> {
    text: &'a str,
    citation: String,
    call: CallJson<'a>,
    speaker: Option<&'a str>,
    turn: TurnIndex,
    source: SourceJson<'a>,
}

#[derive(Serialize)]
struct WhyJson<'a> {
    holds: &'a [String],
    lacks: Vec<&'a String>,
    worth: Worth,
}

#[derive(Serialize)]
struct CallJson<'a> {
    id: &'a CallId,
    document: Document,
    title: Option<&'a str>,
    company: Option<&'a str>,
    ticker: Option<&'a str>,
    period: Option<Period>,
    date: Option<Date>,
}

#[derive(Serialize)]
struct SourceJson<'a> {
    path: std::borrow::Cow<'a, str>,
    sha256: &'a str,
    span: ByteSpan,
    #[serde(skip_serializing_if = "is_whole")]
    pieces: &'a [ByteSpan],
    #[serde(skip_serializing_if = "is_source_file")]
    span_of: SpanOf,
    lines: LineRange,
    state: SourceState,
}

#[derive(Serialize)]
struct ExchangeJson<'a> {
    question_turn: TurnIndex,
    asked_by: Option<&'a str>,
    affiliation: Option<&'a str>,
    question: &'a str,
}

#[derive(Serialize)]
struct AnsweredJson<'a> {
    turn: TurnIndex,
    by: Option<&'a str>,
    lines: LineRange,
    text: &'a str,
}

#[derive(Serialize)]
struct PassageJson<'a> {
    text: &'a str,
    span: ByteSpan,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_source_file(span_of: &SpanOf) -> bool {
    *span_of == SpanOf::SourceFile
}

fn is_whole(pieces: &&[ByteSpan]) -> bool {
    pieces.len() < 2
}

/// Which question of a batch it is.
#[derive(Clone, Debug, Serialize)]
pub struct Asked {
    /// The line of the file, from 1.
    pub line: usize,
    /// What the line itself calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<serde_json::Value>,
}

/// An answer of a batch: the same, with `line` and `id`.
pub fn batch_json(asked: &Asked, answer: &CheckedAnswer, detail: Detail) -> impl Serialize {
    #[derive(Serialize)]
    struct BatchJson<'a, T> {
        #[serde(flatten)]
        asked: &'a Asked,
        #[serde(flatten)]
        answer: T,
    }
    let answer = answer_json(answer, detail);
    BatchJson { asked, answer }
}

/// An answer, as `onrecord.answer/1`.
pub fn answer_json(answer: &CheckedAnswer, detail: Detail) -> impl Serialize + '_ {
    let explained = (detail == Detail::Explained).then_some(&answer.question);
    AnswerJson {
        schema: "onrecord.answer/1",
        question: &answer.question.text,
        status: answer.status,
        confidence: answer.confidence,
        understood: understood(&answer.question),
        quotes: quotes_json(&answer.quotes, explained),
        nearest: quotes_json(&answer.nearest, explained),
        parts: &answer.parts,
        asked_about: answer.asked_about.as_ref(),
        never_said: &answer.never_said,
        said_by_others: answer.elsewhere.iter().map(elsewhere_json).collect(),
        coverage: answer.coverage,
    }
}

/// What the user set goes before what the question says.
fn understood(question: &Question) -> Understood<'_> {
    let (filter, said) = (&question.filter, &question.understood);
    let named = (!said.companies.is_empty()).then(|| said.companies.join(", "));
    let period = filter.period.map(|period| period.to_string());
    // All calls of a time, whosever they are, are one part without a name.
    let labels = said.parts.iter().map(|part| part.label.as_str());
    Understood {
        company: filter.company.clone().or(named),
        period: period.or_else(|| said.period.clone()),
        speaker: filter.speaker.as_deref().or(said.speaker.as_deref()),
        role: filter.role.or(said.role),
        section: filter.section.or(said.section),
        call: filter.call.as_deref().or(said.call.as_deref()),
        missing: missing(question),
        parts: labels.filter(|label| !label.is_empty()).collect(),
        searched_for: question.terms.join(" "),
    }
}

/// Quotes, with their reasons where a question is given.
fn quotes_json<'a>(
    quotes: &'a [CheckedQuote],
    explained: Option<&'a Question>,
) -> Vec<QuoteJson<'a>> {
    (1..)
        .zip(quotes)
        .map(|(rank, quote)| quote_json(rank, quote, explained))
        .collect()
}

fn quote_json<'a>(
    rank: usize,
    checked: &'a CheckedQuote,
    explained: Option<&'a Question>,
) -> QuoteJson<'a> {
    let quote = &checked.quote;
    QuoteJson {
        rank,
        text: &quote.text,
        citation: citation(quote),
        call: call_facts(&quote.call),
        speaker: quote.turn.speaker.as_deref(),
        role: quote.turn.role.as_deref(),
        affiliation: quote.turn.affiliation.as_deref(),
        section: quote.turn.section,
        turn: quote.turn.index,
        time_ms: quote.turn.time,
        source: source_json(checked),
        exchange: quote.asked.as_ref().map(|asked| ExchangeJson {
            question_turn: asked.turn,
            asked_by: asked.by.as_deref(),
            affiliation: asked.affiliation.as_deref(),
            question: &asked.text,
        }),
        answered: quote.answered.as_ref().map(|answering| AnsweredJson {
            turn: answering.turn,
            by: answering.by.as_deref(),
            lines: answering.lines,
            text: &answering.text,
        }),
        also: checked.also.iter().map(place_json).collect(),
        score: quote.score,
        why: explained.map(|question| WhyJson {
            holds: &quote.why.held,
            lacks: lacking(quote, question),
            worth: quote.why.worth,
        }),
        passage: PassageJson {
            text: &quote.passage_text,
            span: quote.passage,
        },
    }
}

fn place_json(checked: &CheckedQuote) -> PlaceJson<'_> {
    let quote = &checked.quote;
    PlaceJson {
        text: &quote.text,
        citation: citation(quote),
        call: call_facts(&quote.call),
        speaker: quote.turn.speaker.as_deref(),
        turn: quote.turn.index,
        source: source_json(checked),
    }
}

fn elsewhere_json(place: &Elsewhere) -> ElsewhereJson<'_> {
    ElsewhereJson {
        word: &place.word,
        speaker: place.turn.speaker.as_deref(),
        citation: cited(&place.call.id, place.span),
    }
}

fn citation(quote: &Quote) -> String {
    cited(&quote.call.id, quote.span)
}

fn cited(call: &CallId, span: ByteSpan) -> String {
    format!("{call}#{}-{}", span.start(), span.end())
}

fn source_json(checked: &CheckedQuote) -> SourceJson<'_> {
    let call = &checked.quote.call;
    SourceJson {
        path: call.source_path.to_string_lossy(),
        sha256: &call.source_sha256,
        span: checked.quote.span,
        pieces: &checked.quote.pieces,
        span_of: call.span_of,
        lines: checked.quote.lines,
        state: checked.source,
    }
}

fn call_facts(call: &CallSummary) -> CallJson<'_> {
    CallJson {
        id: &call.id,
        document: call.document,
        title: call.metadata.title.as_deref(),
        company: call.metadata.company.as_deref(),
        ticker: call.metadata.ticker.as_deref(),
        period: call.metadata.period,
        date: call.metadata.date,
    }
}

/// A question of a batch that could not be asked, as `onrecord.error/1`.
pub fn error_json<'a>(asked: &'a Asked, error: &Error) -> impl Serialize + use<'a> {
    #[derive(Serialize)]
    struct ErrorJson<'a> {
        schema: &'static str,
        #[serde(flatten)]
        asked: &'a Asked,
        error: String,
        cause: Option<String>,
        hint: Option<String>,
    }
    ErrorJson {
        schema: "onrecord.error/1",
        asked,
        error: error.to_string(),
        cause: error.cause(),
        hint: error.hint(),
    }
}

/// A call as it was read, as `onrecord.call/1`.
pub fn call_json<'a>(
    call: &'a Call,
    text: &'a str,
    problems: &'a [Problem],
) -> impl Serialize + 'a {
    #[derive(Serialize)]
    struct ReadJson<'a> {
        schema: &'static str,
        document: Document,
        title: Option<&'a str>,
        company: Option<&'a str>,
        ticker: Option<&'a str>,
        period: Option<Period>,
        calendar: Option<Period>,
        date: Option<Date>,
        hour: Option<&'a str>,
        layout: Layout,
        participants: &'a [Participant],
        turns: Vec<TurnJson<'a>>,
        problems: &'a [Problem],
    }
    let meta = &call.metadata;
    ReadJson {
        schema: "onrecord.call/1",
        document: call.document,
        title: meta.title.as_deref(),
        company: meta.company.as_deref(),
        ticker: meta.ticker.as_deref(),
        period: meta.period,
        calendar: meta.calendar,
        date: meta.date,
        hour: meta.hour.as_deref(),
        layout: call.layout,
        participants: &call.participants,
        turns: call
            .turns
            .iter()
            .map(|turn| turn_json(turn, text))
            .collect(),
        problems,
    }
}

#[derive(Serialize)]
struct TurnJson<'a> {
    index: TurnIndex,
    speaker: Option<&'a str>,
    role: Option<&'a str>,
    affiliation: Option<&'a str>,
    kind: Kind,
    section: Section,
    span: ByteSpan,
    lines: LineRange,
    time_ms: Option<Millis>,
    #[serde(skip_serializing_if = "<[ByteSpan]>::is_empty")]
    cuts: &'a [ByteSpan],
    #[serde(skip_serializing_if = "<[(usize, Millis)]>::is_empty")]
    times: &'a [(usize, Millis)],
    text: String,
}

fn turn_json<'a>(turn: &'a Turn, text: &str) -> TurnJson<'a> {
    TurnJson {
        index: turn.index,
        speaker: turn.speaker.as_deref(),
        role: turn.role.as_deref(),
        affiliation: turn.affiliation.as_deref(),
        kind: turn.kind,
        section: turn.section,
        span: turn.span,
        lines: turn.lines,
        time_ms: turn.time,
        cuts: &turn.cuts,
        times: &turn.times,
        text: Cuts::of([turn]).quoted(text, turn.span),
    }
}

/// The calls of a library, as `onrecord.calls/1`.
pub fn calls_json(calls: &[(CallSummary, Totals, SourceState)]) -> impl Serialize + '_ {
    #[derive(Serialize)]
    struct CallsJson<'a> {
        schema: &'static str,
        calls: Vec<ListedJson<'a>>,
    }
    #[derive(Serialize)]
    struct ListedJson<'a> {
        #[serde(flatten)]
        call: CallJson<'a>,
        layout: Layout,
        path: std::borrow::Cow<'a, str>,
        sha256: &'a str,
        state: SourceState,
        turns: u64,
        passages: u64,
    }
    let calls = calls.iter().map(|(call, totals, state)| ListedJson {
        call: call_facts(call),
        layout: call.layout,
        path: call.source_path.to_string_lossy(),
        sha256: &call.source_sha256,
        state: *state,
        turns: totals.turns,
        passages: totals.passages,
    });
    CallsJson {
        schema: "onrecord.calls/1",
        calls: calls.collect(),
    }
}
