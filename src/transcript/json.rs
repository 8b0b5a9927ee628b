//! JSON transcripts: which program wrote it, and the way to that program's reader.
//!
//! In: a text that is JSON. Out: pieces of speech. Nobody's files name their writer, so it is told
//! by the keys that only one has; a list of objects with a speaker and words is read whoever wrote
//! it. Fields that are missing or of another type than usual are passed over.

use super::json_calls::{fmp, speaker_list};
use super::json_machines::{assembly_ai, aws, deepgram, fireflies, podcast, rev, whisper};
use super::people::with_title;
use super::rendered::{Piece, Pieces};
use super::time::{Clock, seconds};
use super::{Date, Layout, Participant, Problem};
use crate::units::Millis;
use serde_json::Value;
use std::borrow::Cow;

/// What a JSON document is.
pub(super) enum Json {
    /// A transcript of a known layout.
    Known(Value, Layout, &'static str),
    /// Sound JSON of no known shape.
    Unknown,
    /// Not JSON, for all that it begins like it.
    Broken(String),
}

/// The keys that hold words, the most certain first.
pub(super) const WORDS: [&str; 9] = [
    "text",
    "content",
    "body",
    "transcript",
    "sentence",
    "words",
    "speech",
    "utterance",
    "raw_text",
];
/// The keys that hold a speaker.
pub(super) const SPEAKER: [&str; 7] = [
    "speaker",
    "speaker_name",
    "speakerName",
    "speaker_label",
    "name",
    "participant",
    "speaker_id",
];
/// The keys that hold a start.
pub(super) const START: [&str; 7] = [
    "start",
    "start_time",
    "startTime",
    "timestamp",
    "ts",
    "offset",
    "time",
];
/// The keys that may hold a list of turns.
const LISTS: [&str; 10] = [
    "transcript",
    "transcript_split",
    "speakers",
    "turns",
    "utterances",
    "dialogue",
    "entries",
    "paragraphs",
    "segments",
    "data",
];

/// Whether a text can be JSON at all.
pub(super) fn may_be(text: &str) -> bool {
    let body = text.trim_start_matches(super::words::is_unseen);
    let mut inside = body.chars().skip(1).filter(|c| !c.is_whitespace());
    match body.as_bytes().first() {
        Some(b'{') => matches!(inside.next(), Some('"' | '}')),
        Some(b'[') => matches!(inside.next(), Some('{' | '[')),
        _ => false,
    }
}

/// Reads a text as JSON and finds out who wrote it.
pub(super) fn recognise(text: &str) -> Json {
    let body = text.trim_start_matches('\u{FEFF}');
    let value: Value = match serde_json::from_str(body) {
        Ok(value) => value,
        Err(error) => return Json::Broken(error.to_string()),
    };
    match writer(&value) {
        Some((layout, why)) => Json::Known(value, layout, why),
        None => Json::Unknown,
    }
}

/// Reads a document of a layout.
pub(super) fn read(value: &Value, layout: Layout) -> Pieces {
    match layout {
        Layout::Fmp => fmp(value),
        Layout::Fireflies => fireflies(value),
        Layout::RevJson => rev(value),
        Layout::AssemblyAi => assembly_ai(value),
        Layout::Deepgram => deepgram(value),
        Layout::Whisper => whisper(value),
        Layout::PodcastJson => podcast(value),
        Layout::AwsTranscribe => aws(value),
        _ => speaker_list(value),
    }
}

/// Who wrote a document, and what tells it.
fn writer(value: &Value) -> Option<(Layout, &'static str)> {
    let first = value
        .as_array()
        .and_then(|list| list.first())
        .unwrap_or(value);
    let has = |key: &str| first.get(key).is_some();
    let results = first.get("results");
    let in_results = |key: &str| results.is_some_and(|results| results.get(key).is_some());
    let item = |list: &str, key: &str| {
        first
            .get(list)
            .and_then(|list| list.get(0))
            .is_some_and(|item| item.get(key).is_some())
    };
    if has("monologues") {
        return Some((Layout::RevJson, "it has `monologues`"));
    }
    if in_results("channels") || in_results("utterances") {
        return Some((
            Layout::Deepgram,
            "its `results` have `channels` or `utterances`",
        ));
    }
    if in_results("transcripts") || in_results("audio_segments") || in_results("items") {
        return Some((Layout::AwsTranscribe, "its `results` have `items`"));
    }
    if sentences(first).is_some_and(|list| {
        list.iter()
            .any(|s| s.get("speaker_name").is_some() || s.get("raw_text").is_some())
    }) {
        return Some((Layout::Fireflies, "it has `sentences` with `speaker_name`"));
    }
    if item("segments", "body") || item("segments", "startTime") {
        return Some((
            Layout::PodcastJson,
            "its `segments` have a `body` and a `startTime`",
        ));
    }
    if item("segments", "text") && (item("segments", "start") || item("segments", "end")) {
        return Some((
            Layout::Whisper,
            "its `segments` have a `text` and a `start`",
        ));
    }
    if has("content")
        && (has("symbol") || has("quarter"))
        && first.get("content").is_some_and(Value::is_string)
    {
        return Some((
            Layout::Fmp,
            "it has a `content` with a `symbol` or a `quarter`",
        ));
    }
    let assembly = has("audio_url")
        || has("acoustic_model")
        || has("language_model")
        || has("audio_duration")
        || has("speech_model");
    if has("utterances") && (assembly || item("utterances", "words")) || has("text") && assembly {
        return Some((
            Layout::AssemblyAi,
            "it has `utterances` with `words`, or an `audio_duration`",
        ));
    }
    turns(value).map(|_| {
        (
            Layout::SpeakerJson,
            "it has a list of speakers with their words",
        )
    })
}

/// Fireflies' list of sentences, which may stand inside of an answer of its service.
pub(super) fn sentences(value: &Value) -> Option<&Vec<Value>> {
    let inner = value.pointer("/data/transcript").unwrap_or(value);
    inner
        .get("sentences")
        .or_else(|| value.is_array().then_some(value))?
        .as_array()
}

/// The list of turns of a document: itself, or under a key that says so.
pub(super) fn turns(value: &Value) -> Option<&Vec<Value>> {
    let is_turns = |list: &&Vec<Value>| {
        let fit = |item: &&Value| {
            words_of(item).is_some()
                && !matches!(field(item, &SPEAKER), None | Some(Value::Array(_)))
        };
        !list.is_empty() && list.iter().take(20).filter(fit).count() * 2 >= list.len().min(20)
    };
    let own = value.as_array().filter(is_turns);
    own.or_else(|| {
        LISTS
            .iter()
            .find_map(|key| value.get(key)?.as_array().filter(is_turns))
    })
    .or_else(|| {
        LISTS.iter().find_map(|key| {
            LISTS
                .iter()
                .find_map(|inner| value.get(key)?.get(inner)?.as_array().filter(is_turns))
        })
    })
}

/// The first of `keys` that an object has and that is not null.
pub(super) fn field<'a>(value: &'a Value, keys: &[&str]) -> Option<&'a Value> {
    keys.iter()
        .find_map(|key| value.get(key).filter(|value| !value.is_null()))
}

/// A text under the first of `keys` that holds one.
pub(super) fn text_of<'a>(value: &'a Value, keys: &[&str]) -> Option<&'a str> {
    keys.iter().find_map(|key| value.get(key)?.as_str())
}

/// The words of an entry: a text, or a list of paragraphs.
pub(super) fn words_of(value: &Value) -> Option<Cow<'_, str>> {
    if let Some(text) = text_of(value, &WORDS) {
        return Some(Cow::Borrowed(text));
    }
    let paragraphs = WORDS.iter().find_map(|key| {
        value
            .get(key)?
            .as_array()?
            .iter()
            .map(Value::as_str)
            .collect()
    });
    let paragraphs: Vec<&str> = paragraphs?;
    Some(Cow::Owned(paragraphs.join("\n")))
}

/// A time in seconds, as a number or as text, or as `0:12`.
pub(super) fn time_of(value: &Value, keys: &[&str]) -> Option<Millis> {
    match field(value, keys)? {
        Value::Number(number) => seconds(number.as_f64()?),
        Value::String(text) => match text.trim_end_matches('s').parse() {
            Ok(number) => seconds(number),
            Err(_) => Clock::exactly(text.trim()).map(|Clock(time)| time),
        },
        _ => None,
    }
}

/// Who speaks, from a name, a number or a letter, or an object with a name and a title.
pub(super) fn speaker(value: Option<&Value>) -> Option<Participant> {
    match value? {
        Value::String(name) => person(name),
        Value::Number(number) => person(&format!("Speaker {number}")),
        Value::Object(_) => {
            let value = value?;
            let mut who = person(text_of(value, &["name", "speaker_name", "label", "id"])?)?;
            if let Some(role) = text_of(value, &["title", "role"]) {
                who = with_title(
                    &who.name,
                    Some(role),
                    text_of(value, &["company", "affiliation"]),
                );
            }
            Some(who)
        }
        _ => None,
    }
}

fn person(name: &str) -> Option<Participant> {
    let name = name.trim();
    let lone = name.len() <= 2 && name.chars().all(|c| c.is_ascii_alphanumeric());
    match name {
        "" => None,
        // `A` and `0` are a machine's.
        _ if lone => Some(with_title(&format!("Speaker {name}"), None, None)),
        _ => {
            let spelled = super::captions::turned(name);
            Some(with_title(&spelled, None, None))
        }
    }
}

/// Objects with a speaker, words and a start, each a piece.
pub(super) fn push_items(found: &mut Pieces, list: &[Value], keys: [&[&str]; 3], opens: bool) {
    let [who, words, start] = keys;
    let mut silent = 0_usize;
    for item in list {
        match text_of(item, words) {
            Some(words) => found.push(Piece {
                who: speaker(field(item, who)),
                time: time_of(item, start),
                words: words.to_owned(),
                opens,
                ..Piece::default()
            }),
            None => silent += 1,
        }
    }
    if silent > 0 {
        let message = format!("entries without words: {silent}");
        found.problems.push(Problem { line: 1, message });
    }
}

/// A day as text, or as milliseconds or seconds since 1970.
pub(super) fn day(value: Option<&Value>) -> Option<Date> {
    match value? {
        Value::String(text) => Date::find_in(text).map(|(date, _)| date),
        Value::Number(number) => {
            let number = number.as_i64()?;
            let seconds = if number > 100_000_000_000 {
                number / 1000
            } else {
                number
            };
            Date::of_epoch_day(seconds.div_euclid(86_400))
        }
        _ => None,
    }
}
