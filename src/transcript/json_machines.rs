//! JSON of programs that turn recordings into text, and of meeting tools.
//!
//! In: a document. Out: pieces of speech with their times. The keys and units are each program's
//! own; this file knows nothing of how the document was told from others.

use super::Layout;
use super::json::{SPEAKER, day, field, person, push_items, sentences, speaker, text_of, time_of};
use super::json_value::Value;
use super::rendered::{Piece, Pieces};
use super::script::Speaker;
use super::time::seconds;
use crate::units::Millis;
use std::collections::HashMap;

/// How far from where it is expected a word may stand in its text.
const NEAR: usize = 24;

/// Fireflies: sentences with names; seconds as numbers or texts.
pub(super) fn fireflies(value: &Value<'_>) -> Pieces {
    let mut found = Pieces::of(Layout::Fireflies);
    let inner = value.at("/data/transcript").unwrap_or(value);
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
pub(super) fn rev(value: &Value<'_>) -> Pieces {
    let mut found = Pieces::of(Layout::RevJson);
    let speakers = value.list("/speakers").iter();
    let id_of = |value: Option<&Value<'_>>| value.map(|id| format!("{id:?}"));
    let speakers: HashMap<Option<String>, &Value<'_>> = speakers
        .filter(|speaker| speaker.get("id").is_some())
        .map(|speaker| (id_of(speaker.get("id")), speaker))
        .collect();
    for monologue in value.list("/monologues") {
        let elements = monologue.list("/elements");
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
        let listed = speakers.get(&id_of(id));
        let who = match named
            .or_else(|| text_of(listed?, &["name"]))
            .filter(|name| !name.is_empty())
        {
            Some(name) => person(name),
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

/// `AssemblyAI`: milliseconds; utterances, or the sentences or words of a service that was asked for no more.
pub(super) fn assembly_ai(value: &Value<'_>) -> Pieces {
    let mut found = Pieces::of(Layout::AssemblyAi);
    let start = |value: &Value<'_>| seconds(value.get("start")?.as_f64()? / 1000.0);
    // Sentences are the same words once more.
    let utterances = value.list("/utterances");
    let said = match utterances {
        [] => value.list("/sentences"),
        utterances => utterances,
    };
    for said in said {
        let words = text_of(said, &["text"]).unwrap_or_default();
        found.push(Piece {
            who: speaker(said.get("speaker")),
            time: start(said),
            words: words.to_owned(),
            opens: true,
            times: times_in(words, said.list("/words"), start),
            ..Piece::default()
        });
    }
    let words = value.list("/words").iter();
    if found.said.is_empty()
        && words
            .clone()
            .any(|word| word.get("speaker").is_some_and(|who| !who.is_null()))
    {
        found.said = of_words(words.map(|word| Word {
            who: word.get("speaker"),
            time: start(word),
            text: text_of(word, &["text"]).unwrap_or_default(),
            joined: false,
        }));
    }
    if found.said.is_empty() {
        whole(&mut found, text_of(value, &["text"]));
    }
    found
}

/// When each word of a text is said, by a list of its words.
fn times_in(
    text: &str,
    words: &[Value<'_>],
    start: impl Fn(&Value<'_>) -> Option<Millis>,
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
pub(super) fn deepgram(value: &Value<'_>) -> Pieces {
    let mut found = Pieces::of(Layout::Deepgram);
    let said = value.list("/results/utterances");
    let keys: [&[&str]; 3] = [&["speaker"], &["transcript"], &["start"]];
    push_items(&mut found, said, keys, false);
    let several = said
        .iter()
        .any(|said| said.get("channel").and_then(Value::as_u64) > Some(0));
    let is_heard = |said: &&Value<'_>| {
        let words = text_of(said, &["transcript"]);
        words.is_some_and(|words| !words.trim().is_empty())
    };
    if found.said.len() == said.iter().filter(is_heard).count() {
        for (piece, said) in found.said.iter_mut().zip(said.iter().filter(is_heard)) {
            if let Some(channel) = said
                .get("channel")
                .and_then(Value::as_u64)
                .filter(|_| several)
            {
                on_channel(std::slice::from_mut(piece), &channel.to_string());
            }
            let start = |word: &Value<'_>| time_of(word, &["start"]);
            piece.times = times_in(&piece.words, said.list("/words"), start);
        }
    }
    if !found.said.is_empty() {
        return found;
    }
    let channels = value.list("/results/channels");
    for (number, channel) in channels.iter().enumerate() {
        let before = found.said.len();
        for paragraph in channel.list("/alternatives/0/paragraphs/paragraphs") {
            for sentence in paragraph.list("/sentences") {
                found.push(Piece {
                    who: speaker(paragraph.get("speaker")),
                    time: time_of(sentence, &["start"]),
                    words: text_of(sentence, &["text"]).unwrap_or_default().to_owned(),
                    ..Piece::default()
                });
            }
        }
        if found.said.len() == before {
            words_of_channel(&mut found, channel);
        }
        if channels.len() > 1 {
            on_channel(
                found.said.get_mut(before..).unwrap_or_default(),
                &number.to_string(),
            );
        }
    }
    if channels.len() > 1 {
        found.said.sort_by_key(|piece| piece.time);
    }
    found
}

/// Whoever is heard on a channel of a recording that has several is told by it, where nothing else tells.
fn on_channel(said: &mut [Piece], channel: &str) {
    for piece in said.iter_mut().filter(|piece| piece.who.is_none()) {
        piece.who = person(&format!("Channel {channel}"));
    }
}

fn words_of_channel(found: &mut Pieces, channel: &Value<'_>) {
    let words = channel.list("/alternatives/0/words");
    found.said.extend(of_words(words.iter().map(|word| Word {
        who: word.get("speaker"),
        time: time_of(word, &["start"]),
        text: text_of(word, &["punctuated_word", "word"]).unwrap_or_default(),
        joined: false,
    })));
    if words.is_empty() {
        let text = channel
            .at("/alternatives/0/transcript")
            .and_then(Value::as_str);
        whole(found, text);
    }
}

/// Whisper and `WhisperX`: segments, in which a speaker may be missing, because the machine could not tell, or change from word to
/// word.
pub(super) fn whisper(value: &Value<'_>) -> Pieces {
    let mut found = Pieces::of(Layout::Whisper);
    for said in value.list("/transcription") {
        let start = said.at("/offsets/from").and_then(Value::as_u64);
        found.push(Piece {
            who: speaker(said.get("speaker")),
            time: start.map(Millis),
            words: text_of(said, &["text"]).unwrap_or_default().to_owned(),
            ..Piece::default()
        });
    }
    let segments = value
        .as_array()
        .map_or(value.list("/segments"), Vec::as_slice);
    for segment in segments {
        let words = segment.list("/words");
        let changes = words.windows(2).any(|pair| matches!(pair, [a, b] if a.get("speaker") != b.get("speaker") && b.get("speaker").is_some() && a.get("speaker").is_some()));
        if changes {
            found.said.extend(of_words(words.iter().map(|word| Word {
                who: word.get("speaker"),
                time: time_of(word, &["start"]),
                text: text_of(word, &["word", "text"]).unwrap_or_default(),
                joined: false,
            })));
            continue;
        }
        let who = speaker(
            segment
                .get("speaker")
                .or_else(|| words.iter().find_map(|word| word.get("speaker"))),
        );
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
pub(super) fn podcast(value: &Value<'_>) -> Pieces {
    let mut found = Pieces::of(Layout::PodcastJson);
    let keys: [&[&str]; 3] = [&SPEAKER, &["body", "text"], &["startTime", "start"]];
    push_items(&mut found, value.list("/segments"), keys, false);
    // A segment without a speaker goes on with the last.
    let mut last: Option<Speaker> = None;
    for piece in &mut found.said {
        piece.who = piece.who.take().or_else(|| last.clone());
        last.clone_from(&piece.who);
    }
    found
}

/// Amazon Transcribe: segments where it wrote them, else items with their speakers.
pub(super) fn aws(value: &Value<'_>) -> Pieces {
    let mut found = Pieces::of(Layout::AwsTranscribe);
    let segments = value.list("/results/audio_segments");
    let keys: [&[&str]; 3] = [&["speaker_label"], &["transcript"], &["start_time"]];
    push_items(&mut found, segments, keys, false);
    if found.said.is_empty() {
        found.said = aws_items(value);
    }
    if found.said.is_empty() {
        whole(
            &mut found,
            value
                .at("/results/transcripts/0/transcript")
                .and_then(Value::as_str),
        );
    }
    found
}

fn aws_items(value: &Value<'_>) -> Vec<Piece> {
    // Who speaks from when on, for files whose items have no label.
    let segments = value.list("/results/speaker_labels/segments");
    let starts: Vec<(Millis, &Value<'_>)> = segments
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
    let items = value.list("/results/items").iter();
    of_words(items.map(|item| {
        let time = time_of(item, &["start_time"]);
        Word {
            who: field(item, &["speaker_label", "channel_label"]).or_else(|| at(time)),
            time,
            text: item
                .at("/alternatives/0/content")
                .and_then(Value::as_str)
                .unwrap_or_default(),
            joined: text_of(item, &["type"]) == Some("punctuation"),
        }
    }))
}

/// Where services put the lists of what they recognised.
const PHRASES: [&str; 2] = ["/results", "/recognizedPhrases"];

/// What stands in an entry of such a list: a word, a phrase, a phrase.
const RECOGNISED: [&str; 3] = [
    "/alternatives/0/content",
    "/alternatives/0/transcript",
    "/nBest/0/display",
];

/// Whether a document is a list of recognised words or phrases: Speechmatics', Google's, Azure's.
pub(super) fn has_phrases(value: &Value<'_>) -> bool {
    let mut first = PHRASES.iter().filter_map(|path| value.list(path).first());
    first.any(|first| RECOGNISED.iter().any(|path| first.at(path).is_some()))
}

/// Speechmatics: words, with punctuation that is attached to the one before. Google and Azure: phrases; ticks are of 100
/// nanoseconds.
pub(super) fn phrases(value: &Value<'_>) -> Pieces {
    let mut found = Pieces::of(Layout::SpeakerJson);
    let [word, phrase, display] = RECOGNISED;
    let list = || PHRASES.iter().flat_map(|path| value.list(path));
    let text =
        |said: &Value<'_>, path: &str| said.at(path).and_then(Value::as_str).map(str::to_owned);
    found.said = of_words(list().filter_map(|said| {
        Some(Word {
            who: said.at("/alternatives/0/speaker"),
            time: time_of(said, &["start_time"]),
            text: said.at(word)?.as_str()?,
            joined: text_of(said, &["type"]) == Some("punctuation"),
        })
    }));
    for said in list() {
        let start = said.at("/alternatives/0/words/0");
        let who = start
            .and_then(|word| field(word, &["speakerLabel", "speakerTag"]))
            .or(said.get("speaker"));
        let ticks = said.get("offsetInTicks").and_then(Value::as_f64);
        let start = start.and_then(|word| time_of(word, &["startTime", "startOffset"]));
        found.push(Piece {
            who: speaker(who),
            time: start.or_else(|| seconds(ticks? / 1e7)),
            words: text(said, phrase)
                .or(text(said, display))
                .unwrap_or_default(),
            ..Piece::default()
        });
    }
    found
}

/// A word by itself.
struct Word<'a> {
    who: Option<&'a Value<'a>>,
    time: Option<Millis>,
    text: &'a str,
    /// Whether it follows the word before without a space.
    joined: bool,
}

/// Words as sentences, each of one speaker.
fn of_words<'a>(words: impl Iterator<Item = Word<'a>>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut last: Option<&Value<'_>> = None;
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
