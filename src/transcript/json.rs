//! JSON transcripts: which program wrote it, and the way to that program's reader.
//!
//! In: a text that is JSON. Out: pieces of speech. Nobody's files name their writer, so it is told
//! by the keys that only one has; a list of objects with a speaker and words is read whoever wrote
//! it. Fields that are missing or of another type than usual are passed over.

use super::json_calls::{fmp, speaker_list};
use super::json_machines::{
    assembly_ai, aws, deepgram, fireflies, has_phrases, phrases, podcast, rev, whisper,
};
use super::json_value::Value;
use super::people::with_title;
use super::rendered::{Piece, Pieces};
use super::script::Speaker;
use super::time::{Clock, seconds};
use super::{Date, Layout, Problem};
use crate::units::Millis;
use foldhash::HashMap;
use std::borrow::Cow;
use std::rc::Rc;

/// What a JSON document is.
pub(super) enum Json<'a> {
    /// A transcript of a known layout.
    Known(Value<'a>, Layout, &'static str),
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
pub(super) const START: [&str; 8] = [
    "start",
    "start_time",
    "startTime",
    "timestamp",
    "ts",
    "offset",
    "time",
    "start_timestamp",
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
pub(super) fn recognise(text: &str) -> Json<'_> {
    let value = match document(text) {
        Ok(value) => value,
        Err(error) => return Json::Broken(error.to_string()),
    };
    match writer(&value) {
        Some((layout, why)) => Json::Known(value, layout, why),
        None => Json::Unknown,
    }
}

/// The document in a text; documents one after the other, as one a line, are a list.
pub(super) fn document(text: &str) -> serde_json::Result<Value<'_>> {
    let body = text.trim_start_matches('\u{FEFF}');
    let documents = serde_json::Deserializer::from_str(body).into_iter();
    let mut documents: Vec<Value<'_>> = documents.collect::<Result<_, _>>()?;
    Ok(match documents.len() {
        1 => documents.swap_remove(0),
        _ => Value::List(documents),
    })
}

/// Reads every call of a document: each entry of a list that is a document of `layout` by itself, else all as one.
pub(super) fn read_all(value: &Value<'_>, layout: Layout) -> Vec<Pieces> {
    let list = value.as_array().filter(|list| !is_turns(list));
    let is_call = |item: &&Value<'_>| {
        item.as_array().is_none() && writer(item).is_some_and(|(own, _)| own == layout)
    };
    let entries: &[Value<'_>] = list.map_or(&[], Vec::as_slice);
    // Lists of captions are long, and none of their entries is a call.
    let entries = if entries.iter().take(20).any(|item| is_call(&item)) {
        entries
    } else {
        &[]
    };
    let mut calls: Vec<Pieces> = entries
        .iter()
        .filter(is_call)
        .map(|call| read(call, layout))
        .collect();
    let others = entries.len() - calls.len();
    let Some(first) = calls.first_mut() else {
        return vec![read(value, layout)];
    };
    if others > 0 {
        let message = format!("entries that are no call: {others}");
        first.problems.push(Problem { line: 1, message });
    }
    calls
}

/// Reads a document of a layout.
fn read(value: &Value<'_>, layout: Layout) -> Pieces {
    match layout {
        Layout::Fmp => fmp(value),
        Layout::Fireflies => fireflies(value),
        Layout::RevJson => rev(value),
        Layout::AssemblyAi => assembly_ai(value),
        Layout::Deepgram => deepgram(value),
        Layout::Whisper => whisper(value),
        Layout::PodcastJson => podcast(value),
        Layout::AwsTranscribe => aws(value),
        _ if has_phrases(value) => phrases(value),
        _ => speaker_list(value),
    }
}

/// What only one program writes: its layout, paths of which one is there, and what that says.
const WRITTEN: [(Layout, &[&str], &str); 7] = [
    (Layout::RevJson, &["/monologues"], "it has `monologues`"),
    (
        Layout::Deepgram,
        &["/results/channels", "/results/utterances"],
        "its `results` have `channels` or `utterances`",
    ),
    (
        Layout::AwsTranscribe,
        &[
            "/results/transcripts",
            "/results/audio_segments",
            "/results/items",
        ],
        "its `results` have `items`",
    ),
    (
        Layout::PodcastJson,
        &["/segments/0/body", "/segments/0/startTime"],
        "its `segments` have a `body` and a `startTime`",
    ),
    (
        Layout::Whisper,
        &["/transcription/0/offsets"],
        "its `transcription` has `offsets`",
    ),
    (Layout::AssemblyAi, &["/utterances/0/words"], BY_ASSEMBLY_AI),
    (
        Layout::SpeakerJson,
        &["/results/0/alternatives/0", "/recognizedPhrases/0/nBest/0"],
        "it has a list of recognised phrases or words",
    ),
];
const BY_ASSEMBLY_AI: &str = "it has `utterances` with `words`, or an `audio_duration`";

/// Who wrote a document, and what tells it.
fn writer(value: &Value<'_>) -> Option<(Layout, &'static str)> {
    let list = value.as_array();
    let first = list.and_then(|list| list.first()).unwrap_or(value);
    let any = |keys: &[&str]| keys.iter().any(|key| first.get(key).is_some());
    let named = |s: &Value<'_>| s.get("speaker_name").is_some() || s.get("raw_text").is_some();
    if sentences(first).is_some_and(|list| list.iter().any(named)) {
        return Some((Layout::Fireflies, "it has `sentences` with `speaker_name`"));
    }
    let mut written = WRITTEN.iter();
    let written = written.find(|(_, paths, _)| paths.iter().any(|path| first.at(path).is_some()));
    if let Some(&(layout, _, why)) = written {
        return Some((layout, why));
    }
    let segment = first
        .at("/segments/0")
        .filter(|segment| segment.get("text").is_some());
    if segment.is_some_and(|segment| field(segment, &["start", "end"]).is_some()) {
        return Some((
            Layout::Whisper,
            "its `segments` have a `text` and a `start`",
        ));
    }
    // A list of captions, as those write it who fetch them.
    let is_caption = |item: &Value<'_>| {
        item.get("text").is_some() && item.get("start").is_some() && field(item, &SPEAKER).is_none()
    };
    if list.is_some() && is_caption(first) {
        return Some((Layout::Whisper, "its entries have a `text` and a `start`"));
    }
    if any(&["symbol", "quarter"])
        && first
            .get("content")
            .is_some_and(|content| content.as_str().is_some())
    {
        return Some((
            Layout::Fmp,
            "it has a `content` with a `symbol` or a `quarter`",
        ));
    }
    let assembly = [
        "audio_url",
        "acoustic_model",
        "language_model",
        "audio_duration",
        "speech_model",
    ];
    if any(&assembly) && any(&["utterances", "text", "sentences"]) {
        return Some((Layout::AssemblyAi, BY_ASSEMBLY_AI));
    }
    turns(value).or_else(|| turns(first)).map(|_| {
        (
            Layout::SpeakerJson,
            "it has a list of speakers with their words",
        )
    })
}

/// Fireflies' list of sentences, which may stand inside of an answer of its service.
pub(super) fn sentences<'a>(value: &'a Value<'a>) -> Option<&'a Vec<Value<'a>>> {
    let inner = value.at("/data/transcript").unwrap_or(value);
    inner.get("sentences").unwrap_or(value).as_array()
}

/// The list of turns of a document: itself, or under a key that says so.
pub(super) fn turns<'a>(value: &'a Value<'a>) -> Option<&'a Vec<Value<'a>>> {
    let is_turns = |list: &&'a Vec<Value<'a>>| is_turns(list);
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

/// Whether at least half of the first entries have a speaker and words.
fn is_turns(list: &[Value<'_>]) -> bool {
    let fit = |item: &&Value<'_>| {
        words_of(item).is_some() && !matches!(said_by(item), None | Some(Value::List(_)))
    };
    !list.is_empty() && list.iter().take(20).filter(fit).count() * 2 >= list.len().min(20)
}

/// Whoever says an entry: a speaker, or the side of a meeting that a device recorded.
pub(super) fn said_by<'a>(item: &'a Value<'a>) -> Option<&'a Value<'a>> {
    let side = || item.get("source").filter(|source| side(source).is_some());
    field(item, &SPEAKER).or_else(side)
}

/// Who is heard on a side of a meeting, as the tools that record them apart call them.
fn side(source: &Value<'_>) -> Option<&'static str> {
    match source.as_str()? {
        "microphone" => Some("Me"),
        "system" => Some("Them"),
        _ => None,
    }
}

/// The first of `keys` that an object has and that is not null.
pub(super) fn field<'a>(value: &'a Value<'a>, keys: &[&str]) -> Option<&'a Value<'a>> {
    keys.iter()
        .find_map(|key| value.get(key).filter(|value| !value.is_null()))
}

/// A text under the first of `keys` that holds one.
pub(super) fn text_of<'a>(value: &'a Value<'a>, keys: &[&str]) -> Option<&'a str> {
    keys.iter().find_map(|key| value.get(key)?.as_str())
}

/// The words of an entry: a text, or a list of paragraphs.
pub(super) fn words_of<'a>(value: &'a Value<'a>) -> Option<Cow<'a, str>> {
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
pub(super) fn time_of(value: &Value<'_>, keys: &[&str]) -> Option<Millis> {
    match field(value, keys)? {
        Value::Number(number) => seconds(number.as_f64()?),
        Value::Text(text) => match text.trim_end_matches('s').parse() {
            Ok(number) => seconds(number),
            Err(_) => Clock::exactly(text.trim()).map(|Clock(time)| time),
        },
        _ => None,
    }
}

/// Those who speak in a document, by what it calls them; each is made out once.
#[derive(Default)]
pub(super) struct Speakers<'a>(HashMap<&'a str, Option<Speaker>>);

impl<'a> Speakers<'a> {
    /// Who speaks, as [`speaker`] tells.
    pub(super) fn of(&mut self, value: Option<&'a Value<'a>>) -> Option<Speaker> {
        match value.and_then(Value::as_str) {
            Some(name) => self.0.entry(name).or_insert_with(|| speaker(value)).clone(),
            None => speaker(value),
        }
    }
}

/// Who speaks, from a name, a number or a letter, or an object with a name and a title.
pub(super) fn speaker(value: Option<&Value<'_>>) -> Option<Speaker> {
    match value? {
        Value::Text(name) => match value.and_then(side) {
            Some(side) => Some(Rc::new(with_title(side, None, None))),
            None => person(name),
        },
        Value::Number(number) => person(&format!("Speaker {number}")),
        Value::Object(_) => {
            let value = value?;
            let who = person(text_of(value, &["name", "speaker_name", "label", "id"])?)?;
            let Some(role) = text_of(value, &["title", "role"]) else {
                return Some(who);
            };
            let firm = text_of(value, &["company", "affiliation"]);
            Some(Rc::new(with_title(&who.name, Some(role), firm)))
        }
        _ => None,
    }
}

/// Who speaks, by a name or what a machine calls somebody.
pub(super) fn person(name: &str) -> Option<Speaker> {
    let name = name.trim();
    let lone = name.len() <= 2 && name.chars().all(|c| c.is_ascii_alphanumeric());
    let name = match name {
        "" => return None,
        // `A` and `0` are a machine's.
        _ if lone => format!("Speaker {name}"),
        _ if name.starts_with("ch_") => name.replacen("ch_", "Channel ", 1),
        _ => super::captions::turned(name),
    };
    Some(Rc::new(with_title(&name, None, None)))
}

/// Objects with a speaker, words and a start, each a piece.
pub(super) fn push_items(found: &mut Pieces, list: &[Value<'_>], keys: [&[&str]; 3], opens: bool) {
    let [who, words, start] = keys;
    let mut speakers = Speakers::default();
    let mut silent = 0_usize;
    for item in list {
        match text_of(item, words) {
            Some(words) => found.push(Piece {
                who: speakers.of(field(item, who)),
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
pub(super) fn day(value: Option<&Value<'_>>) -> Option<Date> {
    match value? {
        Value::Text(text) => Date::find_in(text).map(|(date, _)| date),
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
