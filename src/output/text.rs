//! Answers for people: the quote first, then who, where, and what it answers.

use super::escape::{visible, visible_name};
use super::explain::{self, Detail};
use super::understood::{filters, missing, section_name};
use super::unsaid::never_said;
use super::{counted, width};
use crate::answer::{Answering, Asked, Coverage, Quote, Status};
use crate::library::{CallSummary, SourceState};
use crate::quote::{CheckedAnswer, CheckedQuote};
use crate::transcript::{Document, SpanOf, Turn};
use crate::units::{ByteSpan, LineRange};
use anstyle::{AnsiColor, Style};
use std::path::{Component, Path, PathBuf};

/// Other places of a quote's words that are listed.
pub(super) const PLACES: usize = 3;

const STRONG: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const GREEN: Style = AnsiColor::Green.on_default();
const YELLOW: Style = AnsiColor::Yellow.on_default();

/// An answer, for a terminal.
pub fn answer_text(answer: &CheckedAnswer, detail: Detail) -> String {
    let question = &answer.question;
    let mut out = String::new();
    let lacking = missing(question);
    if answer.status != Status::NotFound {
        for lacking in &lacking {
            out += &format!("{YELLOW}There is {lacking}.{YELLOW:#}\n\n");
        }
    }
    match answer.status {
        Status::Answered => {
            if let Some(why) = never_said(answer) {
                out += &wrapped(&format!("But {why}."), "", YELLOW);
                out.push('\n');
            }
        }
        Status::Weak => {
            out += &format!("{YELLOW}{}:{YELLOW:#}\n\n", no_answer(answer));
        }
        Status::NotFound => {
            out += &format!("{YELLOW}{}{YELLOW:#}\n", not_on_record(answer));
        }
    }
    let why = |quote: &Quote| match detail {
        Detail::Plain => String::new(),
        Detail::Explained => {
            let reasons = explain::reasons(quote, question);
            reasons
                .map(|reason| wrapped(&reason, "    ", FAINT))
                .concat()
        }
    };
    for (rank, checked) in (1..).zip(&answer.quotes) {
        out += &quote_text(rank, checked);
        out += &why(&checked.quote);
        out.push('\n');
    }
    if !answer.nearest.is_empty() {
        out += &format!("\n{FAINT}Nearest misses:{FAINT:#}\n\n");
        for (rank, checked) in (1..).zip(&answer.nearest) {
            out += &quote_text(rank, checked);
            let miss = explain::miss(&checked.quote, question);
            out += &wrapped(&miss, "    ", YELLOW);
            out += &why(&checked.quote);
            out.push('\n');
        }
    }
    for part in &answer.parts {
        out += &wrapped(&explain::part(part), "", Style::new());
    }
    if let Some(asked) = &answer.asked_about {
        out += &wrapped(&explain::asked_about(asked), "", Style::new());
    }
    out + &format!("{FAINT}{}{FAINT:#}\n", searched(answer))
}

/// That the quotes are only near.
pub(super) fn no_answer(answer: &CheckedAnswer) -> String {
    let why = never_said(answer).map(|why| format!(" ({why})"));
    format!("Closest passages, not an answer{}", why.unwrap_or_default())
}

/// That there is nothing, and why.
pub(super) fn not_on_record(answer: &CheckedAnswer) -> String {
    let why = match missing(&answer.question).as_slice() {
        [] => no_call(answer),
        lacking => format!(": {}", lacking.join("; ")),
    };
    format!("Not on record{why}.")
}

/// Where the filters leave no call at all, that is the answer.
fn no_call(answer: &CheckedAnswer) -> String {
    let Coverage {
        calls_searched,
        calls_in_library,
        ..
    } = answer.coverage;
    match (calls_searched, calls_in_library) {
        (_, 0) => ": the library is empty".to_owned(),
        (0, _) => format!(": no call matches {}", filters(&answer.question)),
        _ => {
            let why = never_said(answer);
            let why = why.unwrap_or_else(|| "nothing found comes near enough".to_owned());
            format!(": {why}")
        }
    }
}

/// What was searched, in one line.
pub(super) fn searched(answer: &CheckedAnswer) -> String {
    let coverage = answer.coverage;
    let calls = if coverage.calls_searched == coverage.calls_in_library {
        format!("{} searched", counted(coverage.calls_searched, "call"))
    } else {
        let all = counted(coverage.calls_in_library, "call");
        format!("{} of {all} searched", coverage.calls_searched)
    };
    let filters = filters(&answer.question);
    let filters = if filters.is_empty() {
        String::new()
    } else {
        format!(" ({filters})")
    };
    let sought = match answer.status {
        Status::NotFound if coverage.calls_searched > 0 => {
            format!(" for {}", visible(&answer.question.terms.join(", ")))
        }
        _ => String::new(),
    };
    format!(
        "confidence {:.2} · {calls}{sought}{filters}",
        answer.confidence
    )
}

fn quote_text(rank: usize, checked: &CheckedQuote) -> String {
    let quote = &checked.quote;
    let number = format!("{rank:>2}  ");
    let mut out = wrapped(&format!("“{}”", visible(&quote.text)), &number, STRONG);
    let who = [
        turn_heading(&own_firm_left_out(quote)),
        call_heading(&quote.call),
    ];
    let section = section_name(quote.turn.section);
    let who: Vec<_> = who
        .into_iter()
        .chain([section.to_owned()])
        .filter(|w| !w.is_empty())
        .collect();
    out += &wrapped(&who.join(" · "), "    ", Style::new());
    let (mark, style) = match source_note(&quote.call, checked.source) {
        None if lines_as_read(quote) => ("verified; lines as read".to_owned(), GREEN),
        None => ("verified".to_owned(), GREEN),
        Some(note) => (format!("verified against the stored text; {note}"), YELLOW),
    };
    let place = citation_place(quote);
    out += &format!("    {FAINT}{place}{FAINT:#}  {style}✓ {mark}{style:#}\n");
    for other in checked.also.iter().take(PLACES) {
        out += &wrapped(&also_text(quote, &other.quote), "    ", FAINT);
    }
    if let Some(more) = more_places(checked) {
        out += &wrapped(&more, "    ", FAINT);
    }
    if let Some(asked) = &quote.asked {
        out += &wrapped(&asked_text(asked), "    ", FAINT);
    }
    if let Some(answering) = &quote.answered {
        out += &wrapped(&answering_text(answering), "    ", FAINT);
    }
    out
}

/// How many further places of the same words are not listed.
pub(super) fn more_places(checked: &CheckedQuote) -> Option<String> {
    let more = checked.also.len().saturating_sub(PLACES);
    (more > 0).then(|| format!("and {} (`--json` lists them)", counted(more, "more place")))
}

/// Another place of the same words: in this call, or in another source.
fn also_text(quote: &Quote, other: &Quote) -> String {
    let place = citation_place(other);
    if quote.call.row == other.call.row {
        return format!("said again at {place}");
    }
    format!("also in {}, {place}", call_heading(&other.call))
}

fn answering_text(answering: &Answering) -> String {
    let by = answering
        .by
        .as_deref()
        .map(|by| format!(" by {}", visible(by)));
    format!(
        "answered{} on line {}: “{}”",
        by.unwrap_or_default(),
        answering.lines.first,
        visible(&answering.text)
    )
}

fn asked_text(asked: &Asked) -> String {
    let by = match (&asked.by, &asked.affiliation) {
        (Some(by), Some(firm)) => format!(" by {} ({})", visible(by), visible(firm)),
        (Some(by), None) => format!(" by {}", visible(by)),
        _ => String::new(),
    };
    format!("asked{by}: “{}”", visible(&asked.text))
}

/// Where a quote stands, as `FILE:LINE` or in bytes; `onrecord show` takes it.
pub fn citation_place(quote: &Quote) -> String {
    place(&quote.call, &quote.turn, (quote.span, quote.lines))
}

/// Whether a quote's lines are not those of its file, but of the text that was read from it, as `onrecord show` shows them.
pub(super) fn lines_as_read(quote: &Quote) -> bool {
    let is_file = quote.call.source_path != Path::new("-");
    is_file && quote.call.span_of == SpanOf::StoredText
}

/// Where words of a turn stand, as `FILE:LINE`, or in bytes of the call where it has no file of its own or
/// the line says nothing; `onrecord show` takes it.
pub(super) fn place(
    call: &CallSummary,
    turn: &Turn,
    (span, lines): (ByteSpan, LineRange),
) -> String {
    const LONG_LINE: usize = 5000;
    let one_line = turn.lines.first == turn.lines.last;
    let span = call.place.in_file(span);
    let (start, end) = (span.start(), span.end());
    if call.source_path == Path::new("-") {
        return format!("{}#{start}-{end}", call.id);
    }
    let path = visible_name(&shown_path(&call.source_path));
    if one_line && turn.span.len() > LONG_LINE {
        return format!("{path}#{start}-{end}");
    }
    format!("{path}:{lines}")
}

/// The file of a call, and of one call of several the line that it begins on.
pub fn source_place(call: &CallSummary) -> String {
    let path = shown_path(&call.source_path);
    if call.place.is_whole() {
        path
    } else {
        format!("{path}:{}", call.place.lines + 1)
    }
}

/// A path as short as it can be said from here: relative where that is shorter.
pub fn shown_path(path: &Path) -> String {
    let absolute = path.display().to_string();
    let relative = std::env::current_dir()
        .ok()
        .and_then(|here| relative(path, &here));
    relative
        .filter(|relative| relative.len() < absolute.len())
        .unwrap_or(absolute)
}

/// The way from one absolute folder to a path.
fn relative(path: &Path, from: &Path) -> Option<String> {
    if !(path.is_absolute() && from.is_absolute()) {
        return None;
    }
    let shared = path
        .components()
        .zip(from.components())
        .take_while(|(a, b)| a == b)
        .count();
    let up = from.components().skip(shared).map(|_| Component::ParentDir);
    let way: PathBuf = up.chain(path.components().skip(shared)).collect();
    Some(way.display().to_string())
}

/// Who speaks: name, then role and firm as far as they are known, and when in the recording.
pub fn turn_heading(turn: &Turn) -> String {
    let facts = [&turn.speaker, &turn.role, &turn.affiliation];
    let facts = facts.into_iter().flatten().map(|fact| visible(fact));
    let facts: Vec<String> = facts
        .chain(turn.time.map(|time| time.to_string()))
        .collect();
    facts.join(", ")
}

/// The turn without its speaker's firm where that is the company itself, which is named anyway.
fn own_firm_left_out(quote: &Quote) -> Turn {
    let mut turn = quote.turn.clone();
    if turn.affiliation == quote.call.metadata.company {
        turn.affiliation = None;
    }
    turn
}

/// Which call, and whether it is an article rather than one.
pub fn call_heading(call: &CallSummary) -> String {
    let article = if call.document == Document::Article {
        " (article)"
    } else {
        ""
    };
    // A period tells when a call was; without one its day does.
    let date = call
        .metadata
        .date
        .filter(|_| call.metadata.period.is_none());
    let date = date.map_or_else(String::new, |date| format!(" {date}"));
    visible(&call.display_name()) + &date + article
}

/// A sentence about a source that is not what was read, if so.
pub fn source_note(call: &CallSummary, state: SourceState) -> Option<&'static str> {
    match state {
        SourceState::Unchanged => None,
        SourceState::Changed => Some("the file has changed since it was read"),
        SourceState::Missing if call.source_path == Path::new("-") => {
            Some("it came from standard input")
        }
        SourceState::Missing => Some("the file is gone"),
    }
}

/// A paragraph with a hanging lead, in one style.
pub fn wrapped(text: &str, lead: &str, style: Style) -> String {
    let indent = " ".repeat(textwrap::core::display_width(lead));
    let options = textwrap::Options::new(width())
        .initial_indent(lead)
        .subsequent_indent(&indent)
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::wrap(text, options)
        .iter()
        .map(|line| format!("{style}{line}{style:#}\n"))
        .collect()
}
