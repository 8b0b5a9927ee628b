//! `WebVTT` and `SubRip` captions: cues with times, and whatever their writer did about speakers.
//!
//! In: a text. Out: pieces of speech. Writers differ and few keep to the standard, so nothing is
//! refused: a voice is a `<v Name>` tag, a `Name:` that the file bears out, a `(Name)` on a line of
//! its own, or unknown after `>>` and `-`. This file knows nothing of meetings or calls.

use super::label::{Labels, Place};
use super::lines::{Line, lines};
use super::markup::{Mark, marks};
use super::names::{is_name, is_numbered, is_unknown, key};
use super::people::{from_label, named};
use super::rendered::{Piece, Pieces};
use super::script::Speaker;
use super::time::Clock;
use super::words::is_digits;
use super::{Layout, Participant, Problem};
use crate::units::{ByteSpan, Millis};
use foldhash::HashMap;
use std::borrow::Cow;
use std::rc::Rc;

/// What stands between the times of a cue.
const ARROW: &str = "-->";

/// Whether the text is of captions, and which; and by what it was told.
pub(super) fn recognise(text: &str) -> Option<(Layout, &'static str)> {
    let body = text.trim_start_matches(super::words::is_unseen);
    let after = body.strip_prefix("WEBVTT");
    if after.is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace)) {
        return Some((Layout::WebVtt, "it begins with `WEBVTT`"));
    }
    let mut filled = lines(body).filter(|line| !line.is_blank());
    let first = filled.next()?;
    let timed = if is_digits(first.words()) {
        filled.next()?
    } else {
        first
    };
    timing(timed.text).map(|_| (Layout::Srt, "it begins with the times of a cue"))
}

/// Reads captions.
pub(super) fn read(text: &str, layout: Layout) -> Pieces {
    let mut found = Pieces::of(layout);
    let lines: Vec<Line<'_>> = lines(text).collect();
    found.metadata.title = title(&lines);
    let cues = cues(&lines, layout, &mut found.problems);
    // Captions made by a machine show each line until the next is full, and once more above it.
    let all_roll = text.contains("<c>") || roll(&cues);
    let names = names_of(&cues);
    let mut spoken: Vec<Spoken<'_>> = Vec::with_capacity(cues.len());
    let mut voiced = HashMap::default();
    let mut before: Option<String> = None;
    for cue in &cues {
        let mut last = None;
        let begins = spoken.len();
        // Captions that roll up show the line before once more.
        let rolls = all_roll || cue.payload.len() > 1;
        for (at, line) in cue.payload.iter().enumerate() {
            let from = spoken.len();
            voices(line.text, cue.time, (&mut spoken, &mut voiced));
            last = rolls.then(|| words_from(&spoken, from));
            let of = spoken.get(from..).unwrap_or_default();
            let is_same = of.iter().all(|said| said.voice == Voice::Same);
            if at == 0 && is_same && last.is_some() && last == before {
                spoken.truncate(from);
            } else if at == 0
                && let Some(said) = spoken.get_mut(from)
            {
                said.first = true;
            }
        }
        before = last;
        let who = cue.name.and_then(|name| names.get(name));
        if let (Some(who), Some(said)) = (who, spoken.get_mut(begins))
            && said.voice == Voice::Same
        {
            said.voice = Voice::Named(Rc::clone(who));
        }
    }
    told_by_labels(&mut spoken);
    pieces(spoken, &mut found);
    found
}

/// Whether most cues of several lines begin with the last line of the one before.
fn roll(cues: &[Cue<'_>]) -> bool {
    let (mut long, mut rolled) = (0_usize, 0_usize);
    for pair in cues.windows(2) {
        let [before, cue] = pair else { continue };
        if let [first, _, ..] = cue.payload.as_slice() {
            long += 1;
            let above = before.payload.last().map(Line::words);
            rolled += usize::from(above == Some(first.words()));
        }
    }
    rolled >= 2 && rolled * 2 > long
}

/// What was said from a place on, in one line.
fn words_from(spoken: &[Spoken<'_>], from: usize) -> String {
    let said = spoken.iter().skip(from).map(|said| said.words.as_ref());
    said.collect::<Vec<_>>().join(" ")
}

/// The people after whom cues are named: `1 "Ada Quill" (4711)`, or a name alone, where it stands above several cues.
fn names_of<'a>(cues: &[Cue<'a>]) -> HashMap<&'a str, Speaker> {
    let mut counts: HashMap<&str, usize> = HashMap::default();
    for name in cues.iter().filter_map(|cue| cue.name) {
        *counts.entry(name).or_default() += 1;
    }
    let again = counts
        .iter()
        .any(|(name, count)| *count > 1 && may_be_named(name));
    let who = |name: &'a str| {
        let bare = Some(name).filter(|name| again && may_be_named(name));
        Some((name, Rc::new(voice(numbered_name(name).or(bare)?))))
    };
    counts.into_keys().filter_map(who).collect()
}

/// The name in `1 "Ada Quill" (4711)`.
fn numbered_name(name: &str) -> Option<&str> {
    let (number, rest) = name.split_once(" \"")?;
    let (quoted, id) = rest.rsplit_once('"')?;
    let id = id.trim().trim_start_matches('(').trim_end_matches(')');
    (!number.is_empty() && is_digits(number) && is_digits(id)).then_some(quoted)
}

/// Whether the name of a cue can be somebody's.
fn may_be_named(name: &str) -> bool {
    is_name(name) || is_numbered(name) || is_unknown(name)
}

/// The pieces of what was spoken: a voice holds until another is named, or its end is marked.
fn pieces(spoken: Vec<Spoken<'_>>, found: &mut Pieces) {
    let mut who: Option<Speaker> = None;
    let mut ended = false;
    for Spoken {
        voice, time, words, ..
    } in spoken
    {
        let mut opens = false;
        match voice {
            Voice::Named(named) => (who, ended) = (Some(named), false),
            Voice::Other => (who, ended, opens) = (None, false, true),
            Voice::Ended => ended = true,
            Voice::Same => {}
        }
        if !words.trim().is_empty() && ended {
            (who, ended) = (None, false);
        }
        found.push(Piece {
            who: who.clone(),
            time,
            words: words.into_owned(),
            opens,
            ..Piece::default()
        });
    }
}

/// Who says a line of a cue.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Voice {
    Named(Speaker),
    /// Somebody else than before, unnamed.
    Other,
    /// The voice before was ended, and no other named.
    Ended,
    Same,
}

struct Spoken<'a> {
    voice: Voice,
    time: Option<Millis>,
    words: Cow<'a, str>,
    /// Whether a cue begins with it.
    first: bool,
}

struct Cue<'a> {
    time: Option<Millis>,
    /// What stands above its times, unless it is a number.
    name: Option<&'a str>,
    payload: Vec<Line<'a>>,
}

/// The title that may follow `WEBVTT` on its line.
fn title(lines: &[Line<'_>]) -> Option<String> {
    let rest = lines.first()?.words().strip_prefix("WEBVTT")?.trim();
    let title = rest.trim_start_matches(['-', '–', '—', ' ']);
    (title.len() < rest.len() && !title.is_empty()).then(|| title.to_owned())
}

/// The start of a cue.
enum Start {
    At(Millis),
    /// It has one that cannot be read.
    Broken,
}

/// The start of a line `00:01.000 --> 00:05.000 …`.
fn timing(line: &str) -> Option<Start> {
    // Most lines are told by one byte.
    if !line.as_bytes().contains(&b'>') {
        return None;
    }
    let (start, end) = line.split_once(ARROW)?;
    // `[00:00.000 --> 00:04.000] words` is a line of a text.
    if start.trim_start().starts_with('[') {
        return None;
    }
    let start = Clock::exactly(start.trim());
    let end = Clock::at_start(end.trim());
    // One time of two may be broken; words may hold an arrow.
    match start {
        Some(Clock(time)) => Some(Start::At(time)),
        None => end.map(|_| Start::Broken),
    }
}

/// All cues. A payload ends where the next cue begins, since some hold blank lines; what stands
/// right above a cue's times after a blank line is its name.
fn cues<'a>(lines: &[Line<'a>], layout: Layout, problems: &mut Vec<Problem>) -> Vec<Cue<'a>> {
    let mut cues: Vec<Cue<'a>> = Vec::new();
    let mut blank = true;
    let mut aside = false;
    // What stands before the first cue.
    let mut front = Vec::new();
    for (number, line) in (1..).zip(lines) {
        if let Some(start) = timing(line.text) {
            let time = match start {
                Start::At(time) => Some(time),
                Start::Broken => None,
            };
            let name = match cues.last_mut() {
                Some(last) => take_name(&mut last.payload),
                None => front
                    .pop()
                    .filter(|_| front.last().is_some_and(Line::is_blank)),
            };
            front.clear();
            if time.is_none() {
                let message = "the time of a cue was not understood".to_owned();
                problems.push(Problem {
                    line: number,
                    message,
                });
            }
            cues.push(Cue {
                time,
                name: name
                    .map(|name| name.words())
                    .filter(|name| !is_digits(name)),
                payload: Vec::new(),
            });
            aside = false;
        } else {
            aside = match (blank, line.is_blank()) {
                (_, true) => false,
                (true, _) => layout == Layout::WebVtt && is_aside(line.text),
                _ => aside,
            };
            if !aside {
                let above = cues.last_mut().map_or(&mut front, |last| &mut last.payload);
                above.push(*line);
            }
        }
        blank = line.is_blank();
    }
    for cue in &mut cues {
        cue.payload.retain(|line| !line.is_blank());
    }
    cues
}

/// Whether a block begins that nobody is shown.
fn is_aside(line: &str) -> bool {
    let mut kinds = ["NOTE", "STYLE", "REGION"].iter();
    kinds.any(|kind| {
        let rest = line.strip_prefix(kind);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
    })
}

/// Whether a line says something, so that it is no name of a cue: a sentence ends with it, or it is long, or several words in small
/// letters.
fn is_speech(words: &str) -> bool {
    const LONGEST_NAME: usize = 6;
    const FEW: usize = 2;
    let count = words.split_whitespace().count();
    let ends = count > 1 && words.ends_with(['.', '?', '!', ',', ';', '…', '。', '？', '！']);
    ends || count > LONGEST_NAME || count > FEW && words.starts_with(char::is_lowercase)
}

/// Takes away the name of the next cue at the end of a payload.
fn take_name<'a>(payload: &mut Vec<Line<'a>>) -> Option<Line<'a>> {
    let is_name = match payload.as_slice() {
        [.., above, last] => above.is_blank() && !last.is_blank() && !is_speech(last.words()),
        [last] => is_digits(last.words()),
        [] => false,
    };
    let is_index = |line: &Line<'_>| !line.is_blank() && is_digits(line.words());
    let takes = is_name || payload.len() > 1 && payload.last().is_some_and(is_index);
    payload.pop_if(|_| takes)
}

/// Splits a payload's line at its voice tags, and takes all other tags away. `voiced` holds whom a tag was found to name.
fn voices<'a>(
    line: &'a str,
    time: Option<Millis>,
    (spoken, voiced): (&mut Vec<Spoken<'a>>, &mut HashMap<&'a str, Option<Speaker>>),
) {
    let mut say = |voice: Voice, words: Cow<'a, str>| {
        let words = match words {
            Cow::Borrowed(words) => Cow::Borrowed(words.trim()),
            Cow::Owned(words) => Cow::Owned(words.trim().to_owned()),
        };
        if voice != Voice::Same || !words.is_empty() {
            spoken.push(Spoken {
                voice,
                time,
                words,
                first: false,
            });
        }
    };
    if !line.contains(['<', '&']) {
        return say(Voice::Same, Cow::Borrowed(line));
    }
    let mut voice = Voice::Same;
    let mut words = Cow::Borrowed("");
    for mark in marks(line) {
        let next = match mark {
            Mark::Text(text) if words.is_empty() => {
                words = text;
                continue;
            }
            Mark::Text(text) => {
                words += text;
                continue;
            }
            Mark::Tag(tag) if tag.trim() == "/v" => Voice::Ended,
            Mark::Tag(tag) => {
                let named = voiced
                    .entry(tag)
                    .or_insert_with(|| voice_tag(tag).map(Rc::new));
                match named {
                    Some(name) => Voice::Named(Rc::clone(name)),
                    None => continue,
                }
            }
        };
        say(
            std::mem::replace(&mut voice, next),
            std::mem::take(&mut words),
        );
    }
    say(voice, words);
}

/// The name in `v Ada Quill` and `v.loud Ada Quill`.
fn voice_tag(tag: &str) -> Option<Participant> {
    let (kind, name) = tag.split_once([' ', '\t'])?;
    let name = super::markup::plain_text(name.trim());
    ((kind == "v" || kind.starts_with("v.")) && !name.is_empty()).then(|| voice(&name))
}

/// Whom a name in captions names; a firm may stand behind it, `Quill, Ada (Nimbus Anvil)` or `Ada Quill | Nimbus Anvil`.
pub(super) fn voice(name: &str) -> Participant {
    let bare = turned(name);
    let beside = name
        .strip_suffix(')')
        .and_then(|name| name.split_once(" ("));
    match beside.filter(|_| bare.ends_with(')') || bare.contains(" (")) {
        Some((name, inner)) if inner.contains(char::is_alphabetic) => {
            from_label(&format!("{} ({inner})", turned(name)))
        }
        _ if bare.contains(" | ") => from_label(&bare),
        _ => named(&bare),
    }
}

/// `Quill, Ada (External)` as `Ada Quill`; other names as they are.
pub(super) fn turned(name: &str) -> String {
    let bare = name.trim();
    let bare = bare
        .strip_suffix("(External)")
        .or(bare.strip_suffix("(Guest)"))
        .unwrap_or(bare)
        .trim();
    match bare.split_once(", ") {
        Some((last, first)) if is_last_name(last) && is_name(first) && !first.contains(',') => {
            let suffix =
                ["Jr", "Jr.", "Sr", "Sr.", "II", "III", "MD", "PhD", "CFA"].contains(&first);
            if suffix {
                bare.to_owned()
            } else {
                format!("{first} {last}")
            }
        }
        _ => bare.to_owned(),
    }
}

/// `Quill`, `van Quill`.
fn is_last_name(last: &str) -> bool {
    let without = last
        .split_once(' ')
        .filter(|(first, _)| first.starts_with(char::is_lowercase));
    is_name(without.map_or(last, |(_, rest)| rest))
}

/// Somebody else speaks from `>>` on, in a file with voice tags; a name in capitals may follow.
fn told_by_marks(spoken: &mut [Spoken<'_>]) {
    for said in spoken {
        let marked = said.words.strip_prefix(">>").map(str::trim_start);
        let Some(words) = marked.filter(|_| said.voice == Voice::Same) else {
            continue;
        };
        let (voice, words) = match shouted(words) {
            Some((name, words)) => (Voice::Named(Rc::new(voice(name))), words.to_owned()),
            None => (Voice::Other, words.to_owned()),
        };
        (said.voice, said.words) = (voice, Cow::Owned(words));
    }
}

/// A name in capitals before a colon, and the words after.
fn shouted(words: &str) -> Option<(&str, &str)> {
    let found = loose_label(words)?;
    let capitals = found.0.contains(' ') && !found.0.contains(char::is_lowercase);
    (capitals && is_name(found.0)).then_some(found)
}

/// Finds the speakers that stand in the words, in a file without voice tags.
fn told_by_labels(spoken: &mut Vec<Spoken<'_>>) {
    let is_named = |said: &Spoken<'_>| matches!(said.voice, Voice::Named(_));
    if spoken.iter().any(is_named) {
        return told_by_marks(spoken);
    }
    let mut buffer = String::new();
    let mut starts = Vec::new();
    for said in spoken.iter() {
        let words = said.words.trim_start_matches(['>', '-', ' ']);
        starts.push((buffer.len(), buffer.len() + words.len()));
        buffer += words;
        buffer.push('\n');
    }
    let span = |&(start, end): &(usize, usize)| {
        let text = buffer.get(start..end).unwrap_or_default();
        Line::new(text, ByteSpan::new(start, end))
    };
    let lines: Vec<Line<'_>> = starts.iter().map(span).collect();
    let labels = Labels::find(&lines, Place::Inline);
    let names = in_parentheses(&lines);
    let everywhere = labels_everywhere(spoken, &lines, &labels);
    let old = std::mem::take(spoken);
    for (said, line) in old.into_iter().zip(&lines) {
        let turn =
            said.words.starts_with(">>") || said.words == "-" || said.words.starts_with("- ");
        let loose = || loose_label(line.words()).filter(|_| everywhere && said.first);
        // `>> ADA QUILL: words` is a name by its mark and its capitals.
        let shouted = || shouted(line.words()).filter(|_| turn);
        let (voice, words) = if let Some(found) = labels.opening(line) {
            let words = found.words.slice(&buffer).unwrap_or_default();
            let who = Participant {
                name: turned(&found.who.name),
                ..Participant::clone(found.who)
            };
            (Voice::Named(Rc::new(who)), Cow::Owned(words.to_owned()))
        } else if let Some((name, words)) = loose().or_else(shouted) {
            (
                Voice::Named(Rc::new(voice(name))),
                Cow::Owned(words.to_owned()),
            )
        } else if let Some(name) =
            parenthesised(line.words()).filter(|name| names.contains_key(&key(name)))
        {
            (Voice::Named(Rc::new(named(name))), Cow::Borrowed(""))
        } else if turn {
            (Voice::Other, Cow::Owned(line.text.to_owned()))
        } else {
            (said.voice, said.words)
        };
        spoken.push(Spoken {
            voice,
            time: said.time,
            words,
            first: said.first,
        });
    }
}

/// Whether the program that wrote the file put a label before every cue: then even `iPhone (2):` is
/// one.
fn labels_everywhere(spoken: &[Spoken<'_>], lines: &[Line<'_>], labels: &Labels) -> bool {
    let cues = || spoken.iter().zip(lines).filter(|(said, _)| said.first);
    let believed = cues()
        .filter(|(_, line)| labels.opening(line).is_some())
        .count();
    let all_have_one = cues()
        .all(|(_, line)| labels.opening(line).is_some() || loose_label(line.words()).is_some());
    let mut names: Vec<&str> = cues()
        .filter_map(|(_, line)| Some(loose_label(line.words())?.0))
        .collect();
    names.sort_unstable();
    names.dedup();
    let few = believed > 0 && names.len() * 2 <= cues().count();
    all_have_one && (few || believed * 5 >= cues().count() * 4)
}

fn loose_label(words: &str) -> Option<(&str, &str)> {
    let (name, words) = words.split_once(": ")?;
    let shaped = (1..=40).contains(&name.len()) && !name.contains(['.', '?', '!']);
    shaped.then_some((name, words))
}

/// Names in parentheses on lines of their own, where they are more than a stage direction.
fn in_parentheses(lines: &[Line<'_>]) -> HashMap<String, usize> {
    let mut counts: HashMap<String, usize> = HashMap::default();
    for name in lines.iter().filter_map(|line| parenthesised(line.words())) {
        *counts.entry(key(name)).or_default() += 1;
    }
    // `(Ada Quill)` is a name by its two capitals; `(Ada)` could be `(Laughter)`.
    counts.retain(|name, count| name.contains(' ') && (*count > 1 || name.split(' ').count() == 2));
    counts
}

fn parenthesised(words: &str) -> Option<&str> {
    let name = words.strip_prefix('(')?.strip_suffix(')')?;
    let capitals = name
        .split(' ')
        .all(|word| word.starts_with(char::is_uppercase));
    (is_name(name) && capitals).then_some(name)
}
