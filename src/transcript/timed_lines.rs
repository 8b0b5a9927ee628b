//! Names with times, as meeting tools and services that type up recordings export them.
//!
//! `Ada Quill  1:02` or `Ada Quill (00:12):` with the words below or beside, `[00:00:05] Ada: words`,
//! `00:00:05 Ada Quill`, `**Ada:** [00:00:05] words`, chats, `Ada:` with the time on the next line, a time alone, or a time as a heading over
//! `Ada: words`. Times inside of the words are those of what follows them.

use super::captions::{turned, voice};
use super::front::is_day;
use super::label::{Labels, Place};
use super::lines::Line;
use super::names::{is_name, is_numbered, is_unknown};
use super::people::{from_label, named};
use super::script::{Script, Sketch, Speaker};
use super::time::Clock;
use super::{Metadata, Participant, Section, chat, meet, roster};
use crate::units::{ByteSpan, Millis};
use foldhash::{HashMap, HashSet};
use std::rc::Rc;

/// The longest name of a device or a person.
const LONGEST_NAME: usize = 60;

/// Whether the lines are such an export: two lines with a time, and one in thirty at the least.
pub(super) fn recognises(lines: &[Line<'_>]) -> bool {
    let filled = lines.iter().filter(|line| !line.is_blank()).count();
    let found: Vec<Header<'_>> = lines.iter().filter_map(header).collect();
    let all = found.len();
    if has_names_over_hours(lines) {
        return true;
    }
    if all < 2 || all * 30 < filled {
        return false;
    }
    // Times alone are headings where labels follow them, or all there is.
    let named = found.iter().filter(|header| header.name.is_some()).count();
    named >= 2 || all * 4 >= filled || Labels::find(lines, Place::Inline).turns >= 2
}

/// Whether the lines are Google Meet's: what it says of itself, and a label or a time.
pub(super) fn is_google_meet(lines: &[Line<'_>]) -> bool {
    meet::is_named(lines) && Labels::find(lines, Place::Inline).turns > 0
}

/// Reads such an export.
pub(super) fn read(lines: &[Line<'_>]) -> Sketch {
    let notes = meet::notes(lines);
    let mut shapes = shapes(lines);
    // What stands before a tool's notes, and in them, is nobody's.
    let body = lines.get(notes.end..).unwrap_or_default();
    let shapes = shapes.split_off(notes.end.min(shapes.len()));
    let opens = |shape: &Shape<'_>| matches!(shape, Shape::Opens(_) | Shape::Notice(_));
    let is_named =
        |shape: &Shape<'_>| matches!(shape, Shape::Opens(header) if header.name.is_some());
    let named_headers = shapes.iter().any(is_named);
    let labels = Some(Labels::find(body, Place::Inline));
    // Labels count where the times are headings over them.
    let labels = labels.filter(|labels| !named_headers && labels.turns >= 2);
    let opening = |line: &Line<'_>| labels.as_ref().and_then(|labels| labels.opening(line));
    let first = shapes.iter().zip(body);
    let first = first
        .take_while(|(shape, line)| !opens(shape) && opening(line).is_none())
        .count();
    let mut script = Script::new(Section::Other);
    meet::read(lines.get(notes.clone()).unwrap_or_default(), &mut script);
    let mut people: HashMap<&str, Speaker> = HashMap::default();
    let mut clock = None;
    // Who sent what was left out; a line may follow that says what it was.
    let mut sent = None;
    for (line, shape) in body.iter().zip(shapes).skip(first) {
        let mut speaks = |script: &mut Script, header: Header<'_>, name| {
            let who = people.entry(name).or_insert_with(|| Rc::new(voice(name)));
            script.known_speaker_at(Rc::clone(who), Some(header.time));
        };
        match shape {
            _ if is_notice(line.words()) => script.close(),
            Shape::Nothing => {}
            Shape::Notice(header) => {
                script.close();
                sent = header.name.map(|name| (header, name));
            }
            Shape::Opens(header) => {
                (clock, sent) = (Some(header.time), None);
                match header.name {
                    Some(name) => speaks(&mut script, header, name),
                    None if labels.is_none() => script.nobody(clock),
                    // Whoever speaks goes on below the heading.
                    None => script.interrupt(),
                }
                script.words(header.words);
            }
            Shape::Words => {
                if let Some(found) = opening(line) {
                    script.known_speaker_at(Rc::clone(found.who), clock);
                    script.words(found.words);
                } else if !line.is_blank() {
                    if let Some((header, name)) = sent.take() {
                        speaks(&mut script, header, name);
                    }
                    script.words(chat::said(line.words_span(), line.words()));
                    stamps(line, &mut script);
                }
            }
        }
    }
    let front = lines.get(..notes.end + first).unwrap_or_default();
    let metadata = Metadata {
        title: title(front),
        date: chat::date(lines),
        ..Metadata::default()
    };
    Sketch {
        metadata,
        ..script.into_sketch(attendees(front))
    }
}

/// What a line is.
enum Shape<'a> {
    Opens(Header<'a>),
    /// What a chat says of what it left out, as a picture.
    Notice(Header<'a>),
    /// The time of a name that stands on the line above.
    Nothing,
    Words,
}

/// What each line is. A time alone that is later than the next one is the hour of something, not the recording's.
fn shapes<'a>(lines: &[Line<'a>]) -> Vec<Shape<'a>> {
    let mut shapes: Vec<Shape<'a>> = Vec::with_capacity(lines.len());
    // Where the last line with words stands, if it is a label that nothing follows.
    let mut label: Option<(usize, &str)> = None;
    for (at, line) in lines.iter().enumerate() {
        let words = line.words();
        let found = header(line);
        match (found, label.take()) {
            (Some(time), Some((above, name))) if time.name.is_none() && time.words.is_empty() => {
                let named = Header {
                    name: Some(name),
                    ..time
                };
                if let Some(place) = shapes.get_mut(above) {
                    *place = Shape::Opens(named);
                }
                shapes.push(Shape::Nothing);
            }
            (Some(found), _) if chat::is_notice(words) => shapes.push(Shape::Notice(found)),
            (Some(found), _) => shapes.push(Shape::Opens(found)),
            (None, before) => {
                let name = words.strip_suffix(':').map(|name| name.trim_matches('*'));
                let name = name.filter(|name| is_speaker(name));
                label = name
                    .map(|name| (at, name))
                    .or(before.filter(|_| words.is_empty()));
                shapes.push(Shape::Words);
            }
        }
    }
    hours_alone(lines, &mut shapes);
    names_above(lines, &mut shapes);
    names_beside(lines, &mut shapes);
    let mut next = None;
    for place in shapes.iter_mut().rev() {
        let Shape::Opens(header) = place else {
            continue;
        };
        if header.name.is_none() && next.is_some_and(|next| header.time > next) {
            *place = Shape::Words;
        } else {
            next = Some(header.time);
        }
    }
    shapes
}

/// Whether names stand alone over hours, one of them again, as a chat is copied: `Ada Quill` over `9:15 AM`. A list of what is
/// done at which hour has no name twice.
fn has_names_over_hours(lines: &[Line<'_>]) -> bool {
    let is_hour = |line: &Line<'_>| chat::hour_alone(line.words()).is_some_and(|(_, half)| half);
    let mut met = HashSet::default();
    let mut pairs = lines.windows(2);
    pairs.any(|pair| {
        let [above, hour] = pair else { return false };
        let name = Some(hour)
            .filter(|hour| is_hour(hour))
            .and_then(|_| alone(above.words()));
        name.is_some_and(|name| !met.insert(name))
    })
}

/// In a chat that was copied an hour alone is that of one more message of whoever wrote before; a name may stand above the first.
fn hours_alone<'a>(lines: &[Line<'a>], shapes: &mut [Shape<'a>]) {
    let beside = lines.iter().filter(|line| chat::is_copied(line.words()));
    let above = beside.take(2).count() < 2;
    if above && !has_names_over_hours(lines) {
        return;
    }
    let mut who: Option<Header<'a>> = None;
    let mut name: Option<(usize, &str)> = None;
    for (at, line) in lines.iter().enumerate() {
        let over = name.take();
        let end = line.words_span().end();
        let words = ByteSpan::new(end, end);
        let (place, header) = match (chat::hour_alone(line.words()), over, who) {
            (Some((clock, true)), Some((place, name)), _) if above => {
                let (name, time) = (Some(name), clock.0);
                if let Some(hour) = shapes.get_mut(at) {
                    *hour = Shape::Nothing;
                }
                (place, Header { name, time, words })
            }
            (Some((clock, has_half)), _, Some(header)) => {
                let time = chat::after(header.time, clock, has_half);
                (
                    at,
                    Header {
                        time,
                        words,
                        ..header
                    },
                )
            }
            _ => {
                match shapes.get(at) {
                    Some(Shape::Opens(header)) if header.name.is_some() => who = Some(*header),
                    Some(Shape::Words) => name = alone(line.words()).map(|name| (at, name)),
                    _ => {}
                }
                continue;
            }
        };
        who = Some(header);
        if let Some(place) = shapes.get_mut(place) {
            *place = Shape::Opens(header);
        }
    }
}

/// Finds names that stand above times without a colon, where nearly every time has one.
fn names_above<'a>(lines: &[Line<'a>], shapes: &mut [Shape<'a>]) {
    let (mut times, mut above) = (0_usize, None);
    let mut found: Vec<(usize, usize, Header<'a>)> = Vec::new();
    for (at, (line, shape)) in lines.iter().zip(shapes.iter()).enumerate() {
        match shape {
            Shape::Opens(header) if header.name.is_none() && header.words.is_empty() => {
                times += 1;
                let named = |(place, name)| {
                    (
                        place,
                        at,
                        Header {
                            name: Some(name),
                            ..*header
                        },
                    )
                };
                found.extend(above.take().map(named));
            }
            Shape::Words if line.is_blank() => {}
            Shape::Words => above = alone(line.words()).map(|name| (at, name)),
            _ => above = None,
        }
    }
    if found.len() < 2 || found.len() * 5 < times * 4 {
        return;
    }
    for (above, at, header) in found {
        if let Some(place) = shapes.get_mut(above) {
            *place = Shape::Opens(header);
        }
        if let Some(place) = shapes.get_mut(at) {
            *place = Shape::Nothing;
        }
    }
}

/// A full name that fills its line, perhaps with a firm behind a bar.
fn alone(words: &str) -> Option<&str> {
    let name = words.split(" | ").next()?.trim_matches(['*', ' ']);
    let full = name.contains(' ') && !name.ends_with('.') || is_numbered(name);
    (full && is_speaker(name)).then_some(name)
}

/// Where what stands behind the times of a text are names, and nothing else is, they are who speaks below.
fn names_beside<'a>(lines: &[Line<'a>], shapes: &mut [Shape<'a>]) {
    let name = |line: &Line<'a>, header: &Header<'a>| {
        let words = line.text.get(header.words.start() - line.span.start()..)?;
        let name = from_label(words.trim()).name.len();
        words.get(..name).filter(|name| is_speaker(name))
    };
    let mut names = Vec::new();
    for (at, (line, shape)) in lines.iter().zip(shapes.iter()).enumerate() {
        match shape {
            Shape::Opens(header) if header.name.is_none() && !header.words.is_empty() => {
                match name(line, header) {
                    Some(name) => names.push((at, name)),
                    None => return,
                }
            }
            Shape::Opens(_) => return,
            _ => {}
        }
    }
    let spoken = shapes.iter().zip(lines);
    let spoken = spoken.filter(|(shape, line)| matches!(shape, Shape::Words) && !line.is_blank());
    if names.len() < 2 || spoken.count() < names.len() {
        return;
    }
    for (at, name) in names {
        if let Some(Shape::Opens(header)) = shapes.get_mut(at) {
            let end = header.words.end();
            header.name = Some(name);
            header.words = ByteSpan::new(end, end);
        }
    }
}

/// The times between brackets in a line of words, each that of what follows it.
fn stamps(line: &Line<'_>, script: &mut Script) {
    let mut at = 0;
    while let Some(open) = line.text.get(at..).and_then(|rest| rest.find('[')) {
        at += open + 1;
        let after = line.text.get(at..).unwrap_or_default();
        if let Some((Clock(time), rest)) = Clock::at_start(after)
            && rest.starts_with(']')
        {
            script.time(line.span.end() - rest.len() + 1, time);
        }
    }
}

/// The people whom a tool lists under `Attendees`, on one line or on several.
fn attendees(front: &[Line<'_>]) -> Vec<Participant> {
    let listed = front
        .iter()
        .skip_while(|line| roster::heading(line.words()).is_none());
    let listed = listed
        .skip(1)
        .take_while(|line| line.words() != "Transcript");
    let names = listed
        .flat_map(|line| line.words().split([',', ';']))
        .map(str::trim);
    // A screen that is shared is no person.
    let people = names.filter(|name| is_name(name) && !name.ends_with("Presentation"));
    people.map(named).collect()
}

#[derive(Clone, Copy)]
struct Header<'a> {
    name: Option<&'a str>,
    time: Millis,
    words: ByteSpan,
}

/// The first line, where the export begins with one that is no header.
fn title(front: &[Line<'_>]) -> Option<String> {
    let mut filled = front
        .iter()
        .filter(|line| !meet::is_heading(line))
        .map(|line| line.words().trim_matches(['*', '#', ' ', '📖']));
    let first = filled.find(|words| {
        !words.is_empty() && !words.eq_ignore_ascii_case("Transcript") && !is_day(words)
    })?;
    (first.len() <= 160 && !is_notice(first)).then(|| first.to_owned())
}

/// What a tool says of itself.
fn is_notice(words: &str) -> bool {
    words.starts_with("Transcribed by https://")
        || words.starts_with(meet::LAST)
        || [" started transcription", " stopped transcription"]
            .iter()
            .any(|end| words.strip_suffix(end).is_some_and(is_capitalised))
        || words.starts_with(meet::FIRST)
        || words
            .strip_prefix("Meeting ended after ")
            .is_some_and(|after| after.starts_with(|c: char| c.is_ascii_digit()))
}

/// Whether each word begins with a capital, or with no letter, as in a name.
fn is_capitalised(words: &str) -> bool {
    !words
        .split(' ')
        .any(|word| word.starts_with(char::is_lowercase))
}

fn header<'a>(line: &Line<'a>) -> Option<Header<'a>> {
    let words = line.words();
    // Every time holds a colon; most lines of speech hold none.
    if !words.contains(':') {
        return None;
    }
    let end = line.words_span().end();
    let made = |(name, time, rest): (Option<&'a str>, Clock, &str)| {
        let spoken = rest.trim_start();
        let named = name.map(|name| name.trim_matches(['*', ' ']));
        let fits = named.is_none_or(is_speaker);
        fits.then(|| Header {
            name: named,
            time: time.0,
            words: ByteSpan::new(end - spoken.len(), end),
        })
    };
    if let Some((name, clock, rest)) = chat::header(words) {
        let spoken = rest.trim_start();
        return Some(Header {
            name,
            time: clock.0,
            words: chat::said(ByteSpan::new(end - spoken.len(), end), spoken),
        });
    }
    let unmarked = words.trim_start_matches(['*', '\\']);
    let opened = unmarked.strip_prefix(['[', '(']);
    if let Some((clock, rest)) = Clock::at_start(opened.unwrap_or(unmarked)) {
        let written = unmarked.len() - rest.len();
        let is_long = unmarked
            .get(..written)
            .is_some_and(|clock| clock.matches(':').count() == 2);
        return made(after_clock(clock, rest, (opened.is_some(), is_long))?);
    }
    made(before_clock(unmarked)?)
}

/// A name, a time, and words; no name where the line holds none.
type Parts<'a> = (Option<&'a str>, Clock, &'a str);

/// `[00:00:05] Ada: words`, `(00:05) words`, `00:00:05 Ada: words`, `0:21`, from behind the time.
fn after_clock(
    clock: Clock,
    rest: &str,
    (opened, clock_is_long): (bool, bool),
) -> Option<Parts<'_>> {
    let rest = if opened {
        let rest = after_end(rest).trim_start_matches('\\');
        rest.strip_prefix([']', ')'])?
    } else {
        rest
    };
    // `10:02:11 From Ada Quill to Everyone: words`, as a chat is saved.
    let chat = rest.trim_start().strip_prefix("From ");
    if let Some((sender, spoken)) = chat.and_then(|chat| chat.split_once(':')) {
        let name = sender.split(" to ").next().unwrap_or(sender).trim();
        return Some((Some(name), clock, spoken));
    }
    let spoken = rest.trim_start_matches(['-', '–', '|', ' ', '\t', '*']);
    let marked = rest.len() > spoken.len() && rest.trim_start().starts_with(['-', '–', '|']);
    let named = spoken.split_once(':');
    if let Some((name, spoken)) =
        named.filter(|(name, _)| is_speaker(name.trim_matches(['*', ' '])))
    {
        return Some((Some(name), clock, spoken.trim_start_matches('*')));
    }
    // `00:00:05 Ada Quill`, with hours, so that it is no hour of the day.
    let beside = || clock_is_long && alone(spoken).is_some();
    (opened || marked || spoken.is_empty() || beside()).then_some((None, clock, spoken))
}

/// What stands behind the second time of `00:05.000 --> 00:09.000` or `00:05 - 00:09`, if there is one.
fn after_end(rest: &str) -> &str {
    let bare = rest.trim_start();
    let marks = ["-->", "-", "–"];
    let end = marks.iter().find_map(|mark| bare.strip_prefix(mark));
    let end = end.and_then(|end| Clock::at_start(end.trim_start()));
    end.map_or(rest, |(_, rest)| rest)
}

/// A name, and a time behind it.
fn before_clock(unmarked: &str) -> Option<Parts<'_>> {
    // `**Ada:** [00:00:05] words`.
    if let Some((name, rest)) = unmarked.split_once(':')
        && let Some(opened) = rest
            .trim_start_matches(['*', ' ', '\\'])
            .strip_prefix(['[', '('])
        && let Some((clock, rest)) = Clock::at_start(opened)
        && let Some(rest) = rest.trim_start_matches('\\').strip_prefix([']', ')'])
        && is_speaker(name.trim_matches(['*', ' ']))
    {
        return Some((Some(name), clock, rest));
    }
    // `Ada Quill (00:12): words`, `Ada Quill [00:12]`.
    let window = unmarked
        .get(..unmarked.floor_char_boundary(LONGEST_NAME + 20))
        .unwrap_or_default();
    let marks = [(" (", ')'), (" [", ']')];
    for (open, close) in marks.into_iter().filter(|_| window.contains(['(', '['])) {
        let Some((name, after)) = window.split_once(open) else {
            continue;
        };
        if let Some((clock, _)) =
            Clock::at_start(after).filter(|(_, rest)| after_end(rest).starts_with(close))
        {
            let rest = unmarked.get(name.len() + open.len()..)?;
            let rest = rest.split_once(close)?.1.trim_start_matches([':', '*']);
            return Some((Some(name), clock, rest));
        }
    }
    // `Ada Quill  1:02`, `Quill, Ada 0:09`, `Kai: 0:00`, `Ada Quill - 0:12`, `[Ada Quill] 10:02:11`.
    let (name, time) = unmarked.rsplit_once([' ', '\t'])?;
    let clock = Clock::exactly(time)?;
    let name = name.trim_end_matches([':', ' ', '\t', '-', '–', '|']);
    let inside = name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'));
    Some((Some(inside.unwrap_or(name)), clock, ""))
}

fn is_speaker(name: &str) -> bool {
    let turned = turned(name);
    let shaped = is_name(&turned) && !turned.is_empty();
    name.len() <= LONGEST_NAME && (shaped || is_numbered(name) || is_unknown(name))
}
