//! Motley Fool pages since 2025: who is on the call, a summary that the page makes, and the call with labels before the words.
//!
//! The roster has the title first, `Chief Executive Officer — Ada Quill`, and no analysts. What the page says of the call before it
//! begins is nobody's words.

use super::bare::Known;
use super::date::Date;
use super::label::{Labels, Place};
use super::lines::Line;
use super::motley::{is_advert, is_colophon, unmarked};
use super::names::is_name;
use super::people::with_title;
use super::script::{Script, Sketch};
use super::{Metadata, Participant, Section, hour};

/// The heading over the call.
const CALL: &str = "Full Conference Call Transcript";

/// Other headings of the page.
const HEADINGS: [&str; 7] = [
    "Date",
    "Call participants",
    "Takeaways",
    "Summary",
    "Risks",
    "Industry glossary",
    CALL,
];

/// Between a title and a name.
const MARKS: [&str; 3] = [" — ", " – ", " - "];

/// Whether the lines are such a page.
pub(super) fn recognises(lines: &[Line<'_>]) -> bool {
    lines.iter().any(|line| heading(line) == Some(CALL))
}

/// The page's own heading that a line is.
fn heading(line: &Line<'_>) -> Option<&'static str> {
    let words = unmarked(line.words().trim_start_matches('#'));
    let is = |heading: &&&str| words.eq_ignore_ascii_case(heading);
    HEADINGS.iter().find(is).copied()
}

/// Reads such a page.
pub(super) fn read(lines: &[Line<'_>]) -> Sketch {
    let first = lines.iter().position(|line| heading(line) == Some(CALL));
    let (front, call) = lines.split_at(first.map_or(0, |first| first + 1));
    let roster: Vec<Participant> = under(front, "Call participants")
        .filter_map(entry)
        .collect();
    let known = Known::of(&roster);
    let labels = Labels::find(call, Place::Inline);
    let mut script = Script::new(Section::Other);
    for line in call {
        let words = line.words();
        if is_colophon(words) || words.starts_with("Where to invest ") {
            break;
        } else if is_advert(words) {
            script.interrupt();
        } else if let Some(found) = labels.opening(line) {
            let who = known.speaker(&found.who.name);
            script.speaker(who.unwrap_or_else(|| Participant::clone(found.who)));
            script.words(found.words);
        } else {
            script.words(line.words_span());
        }
    }
    // Above stands when the page was published.
    let mut held = under(front, "Date").map(Line::words);
    let day = held.find_map(|words| Some((Date::find_in(words)?.0, hour::find_in(words))));
    let (date, hour) = day.unzip();
    let metadata = Metadata {
        date,
        hour: hour.flatten().map(str::to_owned),
        ..Metadata::default()
    };
    Sketch {
        metadata,
        ..script.into_sketch(roster)
    }
}

/// The lines under a heading of the page, up to the next one.
fn under<'a, 'b>(lines: &'b [Line<'a>], named: &str) -> impl Iterator<Item = &'b Line<'a>> {
    let at = lines
        .iter()
        .position(|line| heading(line).is_some_and(|is| is == named));
    let after = lines.get(at.map_or(lines.len(), |at| at + 1)..);
    let after = after.unwrap_or_default().iter();
    after.take_while(|line| heading(line).is_none())
}

/// Somebody on the roster, by a title, a mark and a name.
fn entry(line: &Line<'_>) -> Option<Participant> {
    let words = line.words().trim_start_matches(['-', '•', '*', ' ']);
    let (title, name) = MARKS.iter().find_map(|mark| words.rsplit_once(mark))?;
    let (title, name) = (unmarked(title), unmarked(name));
    is_name(name).then(|| with_title(name, Some(title), None))
}
