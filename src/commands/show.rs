//! `onrecord show`: read around a citation, with the numbers of the source's lines.

use super::{Outcome, print};
use crate::cli::{Places, Show};
use crate::error::{Error, Result};
use crate::library::{CallSummary, Library, StoredTurn};
use crate::output;
use crate::quote::source_state;
use crate::retrieve::CallText;
use crate::units::{ByteSpan, TurnIndex};
use anstyle::Style;

/// Bytes of a long turn that are shown on either side of the cited words.
const AROUND: usize = 1200;

/// Stands for lines that are not shown.
const LEFT_OUT: &str = "        […]\n";

pub(super) fn run(places: &Places, args: &Show) -> Result<Outcome> {
    let library = places.open()?;
    let (source, cited) = cited(&library, &args.citation)?;
    let call = &source.call;
    let state = source_state(call);
    let mut out = format!(
        "{}  {}\n{}\n",
        call.id,
        output::call_heading(call),
        output::visible(&output::source_place(call)),
    );
    if let Some(note) = output::source_note(call, state) {
        out += &format!("note: {note}; this is the stored text\n");
    }
    for stored in around(&source.turns, cited) {
        out.push('\n');
        out += &turn_text(&source, stored, cited);
    }
    print(&out)?;
    Ok(Outcome::Done)
}

/// The call and the words that a citation means.
pub(super) fn cited(library: &Library, text: &str) -> Result<(CallText, ByteSpan)> {
    let citation = Citation::parse(library, text)?;
    let source = CallText::read(library, citation.call.row)?;
    let span = cited_span(&source, citation.place, text)?;
    Ok((source, span))
}

/// A place in a call.
#[derive(Clone, Copy)]
enum Place {
    Start,
    Lines(u32, u32),
    Span(ByteSpan),
    Turn(TurnIndex),
}

struct Citation {
    call: CallSummary,
    place: Place,
}

impl Citation {
    /// `FILE:LINE`, `FILE:LINE-LINE`, `CALL#START-END`, `CALL@TURN`, or a call alone.
    fn parse(library: &Library, text: &str) -> Result<Self> {
        if let Some((call, range)) = text.rsplit_once('#')
            && let Some((start, end)) = pair::<usize>(range)
        {
            return Ok(Self {
                call: last_before(library, call, |call| call.place.start <= start)?,
                place: Place::Span(ByteSpan::new(start, end)),
            });
        }
        if let Some((call, turn)) = text.rsplit_once('@')
            && let Ok(turn) = turn.parse()
        {
            let place = Place::Turn(TurnIndex(turn));
            return Ok(Self {
                call: library.find_call(call)?,
                place,
            });
        }
        if let Some((call, lines)) = text.rsplit_once(':') {
            let range = pair::<u32>(lines).or_else(|| lines.parse().ok().map(|line| (line, line)));
            if let Some((first, last)) = range {
                return Ok(Self {
                    call: last_before(library, call, |call| call.place.lines < first)?,
                    place: Place::Lines(first, last),
                });
            }
        }
        Ok(Self {
            call: library.find_call(text)?,
            place: Place::Start,
        })
    }
}

/// The call of that name; of several in a file the last that begins before a place.
fn last_before(
    library: &Library,
    name: &str,
    begins_before: impl Fn(&CallSummary) -> bool,
) -> Result<CallSummary> {
    let calls = library.find_calls(name)?;
    let found = calls.into_iter().rfind(|call| begins_before(call));
    found.map_or_else(|| library.find_call(name), Ok)
}

/// Whether a text has the form of a citation with a place.
pub(super) fn is_place(text: &str) -> bool {
    let digits = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    let marked = |mark| {
        text.rsplit_once(mark)
            .is_some_and(|(_, place)| digits(place))
    };
    !text.contains(' ') && [':', '#', '@'].into_iter().any(marked)
}

fn pair<T: std::str::FromStr>(text: &str) -> Option<(T, T)> {
    let (first, last) = text.split_once('-')?;
    Some((first.parse().ok()?, last.parse().ok()?))
}

/// The words that a citation means.
fn cited_span(source: &CallText, place: Place, asked: &str) -> Result<ByteSpan> {
    let nowhere = |why: String| Error::NoSuchPlace {
        asked: asked.to_owned(),
        why,
    };
    let turns = || source.turns.iter().map(|stored| &stored.turn);
    match place {
        Place::Start => turns()
            .next()
            .map(|turn| ByteSpan::new(turn.span.start(), turn.span.start())),
        Place::Span(span) if span.is_empty() => {
            return Err(nowhere(
                "a place in bytes ends behind its beginning".to_owned(),
            ));
        }
        Place::Span(span) => {
            let own = source.call.place.in_call(span);
            own.filter(|own| own.slice(&source.text).is_some())
        }
        Place::Turn(index) => turns()
            .find(|turn| turn.index == index)
            .map(|turn| turn.span),
        Place::Lines(first, last) => {
            let on_lines = |turn: &&crate::transcript::Turn| {
                turn.lines.first <= last && turn.lines.last >= first
            };
            turns()
                .find(on_lines)
                .map(|turn| lines_of(source, turn.span, first, last))
        }
    }
    .ok_or_else(|| {
        let lines = source
            .turns
            .last()
            .map_or(0, |stored| stored.turn.lines.last);
        nowhere(format!(
            "nobody speaks there; `{}` has {} up to line {lines}, and {} bytes",
            source.call.id,
            output::counted(source.turns.len(), "turn"),
            source.call.place.start + source.text.len(),
        ))
    })
}

/// The part of a turn that stands on lines `first` to `last`.
fn lines_of(source: &CallText, turn: ByteSpan, first: u32, last: u32) -> ByteSpan {
    let Some(text) = turn.slice(&source.text) else {
        return turn;
    };
    let mut at = turn.start();
    let mut found: Option<ByteSpan> = None;
    for line in text.split_inclusive('\n') {
        let span = ByteSpan::new(at, at + line.len()).trimmed(&source.text);
        let number = source.line(at);
        if (first..=last).contains(&number) && !span.is_empty() {
            found = Some(found.map_or(span, |found| found.join(span)));
        }
        at += line.len();
    }
    found.unwrap_or(turn)
}

/// The exchange that the words belong to, or their turn and its neighbours.
fn around(turns: &[StoredTurn], cited: ByteSpan) -> Vec<&StoredTurn> {
    let at = turns.iter().position(|stored| {
        stored.turn.span.overlaps(cited) || stored.turn.span.start() >= cited.start()
    });
    let at = at.unwrap_or(turns.len().saturating_sub(1));
    let Some(stored) = turns.get(at) else {
        return Vec::new();
    };
    let question = stored.question.unwrap_or(stored.turn.index);
    let exchange: Vec<_> = turns
        .iter()
        .filter(|other| other.turn.index == question || other.question == Some(question))
        .collect();
    if exchange.len() > 1 {
        return exchange;
    }
    turns
        .iter()
        .skip(at.saturating_sub(1))
        .take(if at == 0 { 2 } else { 3 })
        .collect()
}

fn turn_text(source: &CallText, stored: &StoredTurn, cited: ByteSpan) -> String {
    const STRONG: Style = Style::new().bold();
    let turn = &stored.turn;
    let who = output::turn_heading(turn);
    let who = if who.is_empty() {
        "(no speaker)".to_owned()
    } else {
        who
    };
    let mut out = format!("{STRONG}{who}{STRONG:#}  @{}\n", turn.index);
    let shown = window(source, turn.span, cited);
    let mut left_out = shown.start() > turn.span.start();
    let mut at = shown.start();
    for line in shown
        .slice(&source.text)
        .unwrap_or_default()
        .split_inclusive('\n')
    {
        let span = ByteSpan::new(at, at + line.len()).trimmed(&source.text);
        at += line.len();
        if span.is_empty() {
            continue;
        }
        // The head and foot of a page are nobody's words.
        if turn.cuts.iter().any(|cut| cut.contains(span)) {
            left_out = true;
            continue;
        }
        if std::mem::take(&mut left_out) {
            out += LEFT_OUT;
        }
        let number = source.line(span.start());
        out += &marked_line(&source.text, span, cited, number);
    }
    if shown.end() < turn.span.end() {
        out += LEFT_OUT;
    }
    out
}

/// A line with its number; the cited words, if it holds any, after a mark of their own.
fn marked_line(text: &str, line: ByteSpan, cited: ByteSpan, number: u32) -> String {
    let lead = format!("{number:>6}  ");
    let plain = |span: ByteSpan| output::visible(span.slice(text).unwrap_or_default());
    if !line.overlaps(cited) {
        return output::wrapped(&plain(line), &lead, Style::new());
    }
    let start = cited.start().max(line.start());
    let end = cited.end().min(line.end());
    // What stood apart stands apart, and what touched the cited words still does.
    let space = |at: usize| if is_gap(text, at) { " " } else { "" };
    let marked = format!(
        "{}{}»{}«{}{}",
        plain(ByteSpan::new(line.start(), start)),
        start.checked_sub(1).map_or("", space),
        plain(ByteSpan::new(start, end)),
        space(end),
        plain(ByteSpan::new(end, line.end())),
    );
    output::wrapped(marked.trim(), &lead, Style::new())
}

/// The whole turn, or of a very long one what stands around the cited words.
fn window(source: &CallText, turn: ByteSpan, cited: ByteSpan) -> ByteSpan {
    let from = cited.start().clamp(turn.start(), turn.end());
    let to = cited.end().clamp(turn.start(), turn.end());
    let start = from.saturating_sub(AROUND).max(turn.start());
    let end = (to + AROUND).min(turn.end());
    if turn.len() <= 3 * AROUND {
        return turn;
    }
    let back = |at: usize| {
        (turn.start()..=at)
            .rev()
            .find(|at| is_gap(&source.text, *at))
    };
    let forth = |at: usize| (at..=turn.end()).find(|at| is_gap(&source.text, *at));
    let start = if start == turn.start() {
        start
    } else {
        back(start).unwrap_or(turn.start())
    };
    let end = if end == turn.end() {
        end
    } else {
        forth(end).unwrap_or(turn.end())
    };
    ByteSpan::new(start, end).trimmed(&source.text)
}

fn is_gap(text: &str, at: usize) -> bool {
    text.as_bytes().get(at).is_some_and(u8::is_ascii_whitespace)
}
