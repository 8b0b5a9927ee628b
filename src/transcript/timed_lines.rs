//! Names with times, as meeting tools and services that type up recordings export them.
//!
//! `Ada Quill  1:02` or `Ada Quill (00:12):` with the words below or beside, `[00:00:05] Ada: words`,
//! a time alone, or a time as a heading over `Ada: words`. This file knows no tool by name.

use super::captions::turned;
use super::label::{Labels, Place};
use super::lines::Line;
use super::names::{is_name, is_numbered, is_unknown};
use super::people::named;
use super::script::{Script, Sketch};
use super::time::Clock;
use super::{Document, Metadata, Section};
use crate::units::{ByteSpan, Millis};

/// The longest name of a device or a person.
const LONGEST_NAME: usize = 60;

/// Whether the lines are such an export: two lines with a time, and one in thirty at the least.
pub(super) fn recognises(lines: &[Line<'_>]) -> bool {
    let filled = lines.iter().filter(|line| !line.is_blank()).count();
    let found: Vec<Header<'_>> = lines.iter().filter_map(header).collect();
    let all = found.len();
    if all < 2 || all * 30 < filled {
        return false;
    }
    // Times alone are headings where labels follow them, or all there is.
    let named = found.iter().filter(|header| header.name.is_some()).count();
    named >= 2 || all * 4 >= filled || Labels::find(lines, Place::Inline).turns >= 2
}

/// Reads such an export.
pub(super) fn read(lines: &[Line<'_>]) -> Sketch {
    let labels = Labels::find(lines, Place::Inline);
    let named_headers = lines
        .iter()
        .any(|line| header(line).is_some_and(|found| found.name.is_some()));
    let first = lines
        .iter()
        .position(|line| header(line).is_some())
        .unwrap_or(0);
    let mut script = Script::new(Section::Other);
    let mut clock = None;
    let headers = headers(lines);
    for (line, header) in lines.iter().zip(headers).skip(first) {
        if is_notice(line.words()) {
            script.close();
            continue;
        }
        match header {
            Some(Header {
                name: Some(name),
                time,
                words,
            }) => {
                script.speaker_at(named(&turned(name)), Some(time));
                script.words(words);
            }
            Some(Header { time, words, .. }) => {
                clock = Some(time);
                if named_headers || labels.turns < 2 {
                    script.nobody(Some(time));
                    script.words(words);
                }
            }
            None => match labels.opening(line).filter(|_| !named_headers) {
                Some(found) => {
                    script.speaker_at(found.who, clock);
                    script.words(found.words);
                }
                None => script.words(line.words_span()),
            },
        }
    }
    let metadata = Metadata {
        title: title(lines.get(..first).unwrap_or_default()),
        ..Metadata::default()
    };
    Sketch {
        document: Document::Transcript,
        roster: Vec::new(),
        drafts: script.into_drafts(),
        metadata,
    }
}

/// The header on each line. A time alone that is later than the next one is the hour of something,
/// not the recording's.
fn headers<'a>(lines: &[Line<'a>]) -> Vec<Option<Header<'a>>> {
    let mut found: Vec<Option<Header<'a>>> = lines.iter().map(header).collect();
    let mut next = None;
    for place in found.iter_mut().rev() {
        let Some(header) = place else { continue };
        if header.name.is_none() && next.is_some_and(|next| header.time > next) {
            *place = None;
        } else {
            next = Some(header.time);
        }
    }
    found
}

struct Header<'a> {
    name: Option<&'a str>,
    time: Millis,
    words: ByteSpan,
}

/// The first line, where the export begins with one that is no header.
fn title(front: &[Line<'_>]) -> Option<String> {
    let first = front
        .iter()
        .map(Line::words)
        .find(|words| !words.is_empty())?;
    (first.len() <= 160 && !is_notice(first))
        .then(|| first.trim_matches(['*', '#', ' ']).to_owned())
}

/// What a tool says of itself.
fn is_notice(words: &str) -> bool {
    words.starts_with("Transcribed by https://")
        || words.starts_with("Transcription ended after")
        || words.ends_with("started transcription")
        || words.ends_with("stopped transcription")
        || words.starts_with("This editable transcript was computer generated")
}

fn header<'a>(line: &Line<'a>) -> Option<Header<'a>> {
    let words = line.words();
    let end = line.words_span().end();
    let made = |name: Option<&'a str>, time: Clock, rest: &str| {
        let spoken = rest.trim_start();
        let named = name.map(|name| name.trim_matches(['*', ' ']));
        let fits = named.is_none_or(is_speaker);
        fits.then(|| Header {
            name: named,
            time: time.0,
            words: ByteSpan::new(end - spoken.len(), end),
        })
    };
    let unmarked = words.trim_start_matches('*');
    // `[00:00:05] Ada: words`, `(00:05) words`, `00:00:05 Ada: words`, `0:21`.
    let opened = unmarked.strip_prefix(['[', '(']);
    if let Some((clock, rest)) = Clock::at_start(opened.unwrap_or(unmarked)) {
        let rest = if opened.is_some() {
            rest.strip_prefix([']', ')'])?
        } else {
            rest
        };
        let rest = rest.trim_start_matches(['-', '–', ' ', '\t', '*']);
        if let Some((name, spoken)) = rest
            .split_once(':')
            .filter(|(name, _)| is_speaker(name.trim_matches(['*', ' '])))
        {
            return made(Some(name), clock, spoken.trim_start_matches('*'));
        }
        return (opened.is_some() || rest.is_empty())
            .then(|| made(None, clock, rest))
            .flatten();
    }
    // `Ada Quill (00:12): words`, `Ada Quill [00:12]`.
    let window = unmarked
        .get(..unmarked.floor_char_boundary(LONGEST_NAME + 20))
        .unwrap_or_default();
    for (open, close) in [(" (", ')'), (" [", ']')] {
        let Some((name, after)) = window.split_once(open) else {
            continue;
        };
        if let Some((clock, _)) = Clock::at_start(after).filter(|(_, rest)| rest.starts_with(close))
        {
            let rest = unmarked.get(name.len() + open.len()..)?;
            let rest = rest.split_once(close)?.1.trim_start_matches([':', '*']);
            return made(Some(name), clock, rest);
        }
    }
    // `Ada Quill  1:02`, `Quill, Ada 0:09`, `Kai: 0:00`.
    let (name, time) = unmarked.rsplit_once([' ', '\t'])?;
    let clock = Clock::exactly(time)?;
    made(Some(name.trim_end_matches([':', ' ', '\t'])), clock, "")
}

fn is_speaker(name: &str) -> bool {
    let turned = turned(name);
    let shaped = is_name(&turned) && !turned.is_empty();
    name.len() <= LONGEST_NAME && (shaped || is_numbered(name) || is_unknown(name))
}
