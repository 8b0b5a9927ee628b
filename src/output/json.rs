//! The JSON contract, described in `docs/JSON.md`. Text is never shortened.

use super::escape::is_hidden;
use super::explain::{Detail, lacking};
use super::understood::missing;
use crate::answer::{AskedAbout, Coverage, PartFound, Quote, ScoreParts, Status, Worth};
use crate::error::Error;
use crate::library::{CallSummary, SourceState};
use crate::question::Question;
use crate::quote::{CheckedAnswer, CheckedQuote};
use crate::retrieve::Elsewhere;
use crate::transcript::{Date, Document, Kind, Period, Place, Section, SpanOf};
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
pub(super) struct CallJson<'a> {
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
    pieces: Vec<ByteSpan>,
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

fn is_whole(pieces: &[ByteSpan]) -> bool {
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
            span: quote.call.place.in_file(quote.passage),
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
        citation: cited(&place.call, place.span),
    }
}

fn citation(quote: &Quote) -> String {
    cited(&quote.call, quote.span)
}

fn cited(call: &CallSummary, span: ByteSpan) -> String {
    let span = call.place.in_file(span);
    format!("{}#{}-{}", call.id, span.start(), span.end())
}

fn source_json(checked: &CheckedQuote) -> SourceJson<'_> {
    let call = &checked.quote.call;
    SourceJson {
        path: call.source_path.to_string_lossy(),
        sha256: &call.source_sha256,
        span: call.place.in_file(checked.quote.span),
        pieces: in_file(call.place, &checked.quote.pieces),
        span_of: call.span_of,
        lines: checked.quote.lines,
        state: checked.source,
    }
}

pub(super) fn in_file(place: Place, spans: &[ByteSpan]) -> Vec<ByteSpan> {
    spans.iter().map(|span| place.in_file(*span)).collect()
}

pub(super) fn call_facts(call: &CallSummary) -> CallJson<'_> {
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
