//! JSON of programs that turn recordings into text, and of meeting tools.
//!
//! In: a document. Out: pieces of speech with their times. The keys and units are each program's
//! own; this file knows nothing of how the document was told from others.

use super::json::{SPEAKER, day, field, push_items, sentences, speaker, text_of, time_of};
use super::rendered::{Piece, Pieces};
use super::time::seconds;
use super::{Layout, Participant};
use crate::units::Millis;
use serde_json::Value;

/// How far from where it is expected a word may stand in its text.
const NEAR: usize = 24;

/// The list at a path of keys, as `/results/channels`; a number is a place in a list.
fn list<'a>(value: &'a Value, path: &str) -> &'a [Value] {
    let mut keys = path.split('/').skip(1);
    let found = keys.try_fold(value, |value, key| match value {
        Value::Array(items) => items.get(key.parse::<usize>().ok()?),
        _ => value.get(key),
    });
    found.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Fireflies: sentences with names; seconds as numbers or texts.
pub(super) fn fireflies(value: &Value) -> Pieces {
    let mut found = Pieces::of(Layout::Fireflies);
    let inner = value.pointer("/data/transcript").unwrap_or(value);
    let title = text_of(inner, &["title"]).filter(|title| !title.trim().is_empty());
    found.metadata.title = title.map(str::to_owned);
    found.metadata.date = day(field(inner, &["date", "dateString"]));
    let sentences = sentences(value).map_or(&[][..], Vec::as_slice);
    let keys: [&[&str]; 3] = [
        &["speaker_name", "speaker_id"],
        &["text", "raw_text"],
        &["start_time"],
    ];
    push_items(&mut found, sentences, keys, false);
    found
}

/// Rev: monologues of elements that hold their own spaces.
pub(super) fn rev(value: &Value) -> Pieces {
    let mut found = Pieces::of(Layout::RevJson);
    let speakers = list(value, "/speakers");
    for monologue in list(value, "/monologues") {
        let elements = list(monologue, "/elements");
        let (mut words, mut times) = (String::new(), Vec::new());
        for element in elements {
            let time = time_of(element, &["ts"]);
            times.extend(time.map(|time| (words.len(), time)));
            words += text_of(element, &["value"]).unwrap_or_default();
        }
        let named = monologue
            .get("speaker_info")
            .and_then(|info| text_of(info, &["display_name"]));
        let id = monologue.get("speaker");
        let listed = speakers
            .iter()
            .find(|name| name.get("id").is_some() && name.get("id") == id);
        let who = match named
            .or_else(|| text_of(listed?, &["name"]))
            .filter(|name| !name.is_empty())
        {
            Some(name) => speaker(Some(&Value::from(name))),
            None => speaker(id),
        };
        found.push(Piece {
            who,
            time: times.first().map(|(_, time)| *time),
            words,
            opens: true,
            times,
            ..Piece::default()
        });
    }
    found
}

/// `AssemblyAI`: milliseconds, and no utterances where nobody was told apart.
pub(super) fn assembly_ai(value: &Value) -> Pieces {
    let mut found = Pieces::of(Layout::AssemblyAi);
    let start = |value: &Value| seconds(value.get("start")?.as_f64()? / 1000.0);
    for said in list(value, "/utterances") {
        let words = text_of(said, &["text"]).unwrap_or_default();
        found.push(Piece {
            who: speaker(said.get("speaker")),
            time: start(said),
            words: words.to_owned(),
            opens: true,
            times: times_in(words, list(said, "/words"), start),
            ..Piece::default()
        });
    }
    if found.said.is_empty() {
        whole(&mut found, text_of(value, &["text"]));
    }
    found
}

/// When each word of a text is said, by a list of its words.
fn times_in(
    text: &str,
    words: &[Value],
    start: impl Fn(&Value) -> Option<Millis>,
) -> Vec<(usize, Millis)> {
    let (mut at, mut times) = (0, Vec::new());
    for word in words {
        let spelled = text_of(word, &["punctuated_word", "word", "text"]).unwrap_or_default();
        let spelled = spelled.trim();
        // A word that is not the next one is not looked for: the text may spell it otherwise.
        let rest = text.get(at..).unwrap_or_default();
        let near = rest
            .get(..rest.floor_char_boundary(spelled.len() + NEAR))
            .unwrap_or_default();
        let Some(place) = near.find(spelled).filter(|_| !spelled.is_empty()) else {
            continue;
        };
        times.extend(start(word).map(|time| (at + place, time)));
        at += place + spelled.len();
    }
    times
}

/// A text without times, as one piece a sentence, so that it becomes paragraphs.
fn whole(found: &mut Pieces, text: Option<&str>) {
    for sentence in text.unwrap_or_default().split_inclusive(['.', '?', '!']) {
        found.push(Piece {
            words: sentence.to_owned(),
            ..Piece::default()
        });
    }
}

/// Deepgram: utterances where they were asked for, else paragraphs, else the words of the channels.
pub(super) fn deepgram(value: &Value) -> Pieces {
    let mut found = Pieces::of(Layout::Deepgram);
    let said = list(value, "/results/utterances");
    let keys: [&[&str]; 3] = [&["speaker"], &["transcript"], &["start"]];
    push_items(&mut found, said, keys, false);
    if found.said.len() == said.len() {
        for (piece, said) in found.said.iter_mut().zip(said) {
            let start = |word: &Value| time_of(word, &["start"]);
            piece.times = times_in(&piece.words, list(said, "/words"), start);
        }
    }
    if !found.said.is_empty() {
        return found;
    }
    for channel in list(value, "/results/channels") {
        for paragraph in list(channel, "/alternatives/0/paragraphs/paragraphs") {
            for sentence in list(paragraph, "/sentences") {
                found.push(Piece {
                    who: speaker(paragraph.get("speaker")),
                    time: time_of(sentence, &["start"]),
                    words: text_of(sentence, &["text"]).unwrap_or_default().to_owned(),
                    ..Piece::default()
                });
            }
        }
    }
    if found.said.is_empty() {
        for channel in list(value, "/results/channels") {
            words_of_channel(&mut found, channel);
        }
    }
    found
}

fn words_of_channel(found: &mut Pieces, channel: &Value) {
    let words = list(channel, "/alternatives/0/words");
    found.said.extend(of_words(words.iter().map(|word| Word {
        who: word.get("speaker"),
        time: time_of(word, &["start"]),
        text: text_of(word, &["punctuated_word", "word"]).unwrap_or_default(),
        joined: false,
    })));
    if words.is_empty() {
        let text = channel
            .pointer("/alternatives/0/transcript")
            .and_then(Value::as_str);
        whole(found, text);
    }
}

/// Whisper and `WhisperX`: segments, in which a speaker may be missing or change from word to word.
pub(super) fn whisper(value: &Value) -> Pieces {
    let mut found = Pieces::of(Layout::Whisper);
    let segments = list(value, "/segments");
    let told_apart = segments
        .iter()
        .any(|segment| segment.get("speaker").is_some());
    let mut last: Option<Participant> = None;
    for segment in segments {
        let words = list(segment, "/words");
        let changes = words.windows(2).any(|pair| matches!(pair, [a, b] if a.get("speaker") != b.get("speaker") && b.get("speaker").is_some() && a.get("speaker").is_some()));
        if changes {
            found.said.extend(of_words(words.iter().map(|word| Word {
                who: word.get("speaker"),
                time: time_of(word, &["start"]),
                text: text_of(word, &["word", "text"]).unwrap_or_default(),
                joined: false,
            })));
            last = found.said.last().and_then(|piece| piece.who.clone());
            continue;
        }
        let who = speaker(
            segment
                .get("speaker")
                .or_else(|| words.iter().find_map(|word| word.get("speaker"))),
        );
        // A segment without a speaker, where others have one, goes on with the last.
        let who = who.or_else(|| last.clone().filter(|_| told_apart));
        last.clone_from(&who);
        let text = text_of(segment, &["text"]).unwrap_or_default();
        found.push(Piece {
            who,
            time: time_of(segment, &["start"]),
            words: text.to_owned(),
            times: times_in(text, words, |word| time_of(word, &["start"])),
            ..Piece::default()
        });
    }
    found
}

/// Podcasts: segments of a sentence or of a single word.
pub(super) fn podcast(value: &Value) -> Pieces {
    let mut found = Pieces::of(Layout::PodcastJson);
    let keys: [&[&str]; 3] = [&SPEAKER, &["body", "text"], &["startTime", "start"]];
    push_items(&mut found, list(value, "/segments"), keys, false);
    // A segment without a speaker goes on with the last.
    let mut last: Option<Participant> = None;
    for piece in &mut found.said {
        piece.who = piece.who.take().or_else(|| last.clone());
        last.clone_from(&piece.who);
    }
    found
}

/// Amazon Transcribe: segments where it wrote them, else items with their speakers.
pub(super) fn aws(value: &Value) -> Pieces {
    let mut found = Pieces::of(Layout::AwsTranscribe);
    let segments = list(value, "/results/audio_segments");
    let keys: [&[&str]; 3] = [&["speaker_label"], &["transcript"], &["start_time"]];
    push_items(&mut found, segments, keys, false);
    if found.said.is_empty() {
        found.said = aws_items(value);
    }
    if found.said.is_empty() {
        whole(
            &mut found,
            value
                .pointer("/results/transcripts/0/transcript")
                .and_then(Value::as_str),
        );
    }
    found
}

fn aws_items(value: &Value) -> Vec<Piece> {
    // Who speaks from when on, for files whose items have no label.
    let segments = list(value, "/results/speaker_labels/segments");
    let starts: Vec<(Millis, &Value)> = segments
        .iter()
        .filter_map(|segment| {
            Some((
                time_of(segment, &["start_time"])?,
                segment.get("speaker_label")?,
            ))
        })
        .collect();
    let at = |time: Option<Millis>| {
        let place = starts.partition_point(|(start, _)| Some(*start) <= time);
        starts.get(place.checked_sub(1)?).map(|(_, label)| *label)
    };
    let items = list(value, "/results/items").iter();
    of_words(items.map(|item| {
        let time = time_of(item, &["start_time"]);
        Word {
            who: item.get("speaker_label").or_else(|| at(time)),
            time,
            text: item
                .pointer("/alternatives/0/content")
                .and_then(Value::as_str)
                .unwrap_or_default(),
            joined: text_of(item, &["type"]) == Some("punctuation"),
        }
    }))
}

/// A word by itself.
struct Word<'a> {
    who: Option<&'a Value>,
    time: Option<Millis>,
    text: &'a str,
    /// Whether it follows the word before without a space.
    joined: bool,
}

/// Words as sentences, each of one speaker.
fn of_words<'a>(words: impl Iterator<Item = Word<'a>>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut last: Option<&Value> = None;
    for word in words {
        let text = word.text.trim();
        // Punctuation is nobody's by itself.
        let same = word.joined || word.who == last || word.who.is_none();
        match pieces.last_mut() {
            Some(piece) if same && (word.joined || !piece.words.ends_with(['.', '?', '!'])) => {
                if !word.joined && !piece.words.is_empty() {
                    piece.words.push(' ');
                }
                piece.words += text;
            }
            _ => {
                let who = speaker(word.who).or_else(|| pieces.last()?.who.clone());
                pieces.push(Piece {
                    who,
                    time: word.time,
                    words: text.to_owned(),
                    ..Piece::default()
                });
            }
        }
        last = word.who.or(last);
    }
    pieces.retain(|piece| !piece.words.is_empty());
    pieces
}
