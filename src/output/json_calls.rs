//! Calls in JSON: as they were read, and as a library lists them.

use super::json::{CallJson, call_facts, in_file};
use crate::library::{CallSummary, Size, SourceState};
use crate::passage::Cuts;
use crate::transcript::{
    Date, Document, Kind, Layout, Part, Participant, Period, Place, Problem, Section, Turn,
};
use crate::units::{ByteSpan, LineRange, Millis, TurnIndex};
use serde::Serialize;

/// A call as it was read, as `onrecord.call/1`.
pub fn call_json<'a>(part: &'a Part<'a>) -> impl Serialize + 'a {
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
        #[serde(skip_serializing_if = "Option::is_none")]
        part: Option<u32>,
        participants: &'a [Participant],
        turns: Vec<TurnJson<'a>>,
        problems: &'a [Problem],
    }
    let (call, meta) = (&part.reading.call, &part.reading.call.metadata);
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
        part: number(part.place),
        participants: &call.participants,
        turns: call
            .turns
            .iter()
            .map(|turn| turn_json(turn, part))
            .collect(),
        problems: &part.reading.problems,
    }
}

/// The number of one call of several.
fn number(place: Place) -> Option<u32> {
    (!place.is_whole()).then_some(place.part)
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cuts: Vec<ByteSpan>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    times: Vec<(usize, Millis)>,
    text: String,
}

fn turn_json<'a>(turn: &'a Turn, part: &Part<'_>) -> TurnJson<'a> {
    let times = turn.times.iter();
    TurnJson {
        index: turn.index,
        speaker: turn.speaker.as_deref(),
        role: turn.role.as_deref(),
        affiliation: turn.affiliation.as_deref(),
        kind: turn.kind,
        section: turn.section,
        span: part.place.in_file(turn.span),
        lines: turn.lines,
        time_ms: turn.time,
        cuts: in_file(part.place, &turn.cuts),
        times: times
            .map(|(at, time)| (at + part.place.start, *time))
            .collect(),
        text: Cuts::of([turn]).quoted(part.text, turn.span),
    }
}

/// The calls of a library, as `onrecord.calls/1`.
pub fn calls_json(calls: &[(CallSummary, Size, SourceState)]) -> impl Serialize + '_ {
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
        #[serde(skip_serializing_if = "Option::is_none")]
        part: Option<u32>,
        path: std::borrow::Cow<'a, str>,
        sha256: &'a str,
        state: SourceState,
        turns: u64,
        passages: u64,
    }
    let calls = calls.iter().map(|(call, size, state)| ListedJson {
        call: call_facts(call),
        layout: call.layout,
        part: number(call.place),
        path: call.source_path.to_string_lossy(),
        sha256: &call.source_sha256,
        state: *state,
        turns: size.turns,
        passages: size.passages,
    });
    CallsJson {
        schema: "onrecord.calls/1",
        calls: calls.collect(),
    }
}
