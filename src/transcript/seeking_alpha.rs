//! Seeking Alpha pages: two rosters with ` - ` and titles, then names alone on their lines.
//!
//! Titles stand on the rosters only. Before the rosters are the headline and the page's furniture,
//! after the call its copyright. Some years write `Q - Name` and `A - Name` among the questions.

use super::bare::{Known, may_be_stranger};
use super::furniture::furniture;
use super::lines::Line;
use super::names::{is_operator, key};
use super::script::{Script, Sketch};
use super::{Kind, Participant, Section, roster, section};
use foldhash::HashSet;

/// The longest line of a roster.
const LONGEST_ENTRY: usize = 160;

/// Whether the lines are such a page: both rosters, and after them names alone.
pub(super) fn recognises(lines: &[Line<'_>]) -> bool {
    let Some((people, first)) = rosters(lines) else {
        return false;
    };
    let has = |kind| people.iter().any(|who| who.kind == kind);
    let call = lines.get(first..).unwrap_or_default();
    let known = Known::of(&people);
    let alone = call
        .iter()
        .filter(|line| speaker(line.words(), &known).is_some());
    has(Kind::Executive) && alone.take(3).count() == 3
}

/// Reads such a page.
pub(super) fn read(lines: &[Line<'_>]) -> Sketch {
    let (roster, first) = rosters(lines).unwrap_or_default();
    let call = lines.get(first..).unwrap_or_default();
    let known = Known::of(&roster).and_called(call).and_repeated(call);
    let mut script = Script::new(Section::Prepared);
    // Whoever has just been named, below whom the title or the firm may be repeated.
    let mut named: Option<Participant> = None;
    let (mut above, mut is_asked) = ("", false);
    let filled = call.iter().zip(furniture(call));
    let mut filled = filled.filter(|(line, _)| !line.is_blank()).peekable();
    while let Some((line, is_page)) = filled.next() {
        let words = line.words();
        let above = std::mem::replace(&mut above, words);
        let below = filled.peek().map_or("", |(line, _)| line.words());
        let before = named.take();
        let said = before
            .iter()
            .flat_map(|who| [&who.role, &who.affiliation])
            .flatten();
        if said.into_iter().any(|said| said == words) {
            continue;
        }
        if ends_call(words) {
            break;
        }
        if is_page {
            script.interrupt();
        } else if let Some(section) = section::heading(words) {
            script.enter(section);
            is_asked = section == Section::Questions;
        } else if let Some(who) = speaker(words, &known) {
            named = Some(known.speaker(&who.name).unwrap_or_else(|| who.clone()));
            script.speaker(who);
        } else if is_asked && may_be_stranger(words, above, below) {
            // What stands alone before the questions may be a heading of a speech.
            script.speaker(super::people::named(words));
        } else {
            script.words(line.words_span());
        }
    }
    script.into_sketch(roster)
}

fn speaker(words: &str, known: &Known) -> Option<Participant> {
    let words = words.trim_matches('*').trim();
    let marked = [("Q - ", Kind::Analyst), ("A - ", Kind::Executive)];
    for (mark, kind) in marked {
        if let Some(name) = words.strip_prefix(mark) {
            let mut who = known.speaker(name.trim())?;
            if who.kind == Kind::Other {
                who.kind = kind;
            }
            return Some(who);
        }
    }
    known.speaker(words).or_else(|| titled(words, known))
}

/// A name with what stands beside it on the roster, as older pages repeat it.
fn titled(words: &str, known: &Known) -> Option<Participant> {
    let marks = [" - ", " – ", " — "];
    let (name, rest) = marks.iter().find_map(|mark| words.split_once(mark))?;
    let who = known.speaker(name.trim())?;
    let said = [&who.role, &who.affiliation];
    let repeats = said.into_iter().flatten().any(|known| known == rest.trim());
    repeats.then_some(who)
}

fn ends_call(words: &str) -> bool {
    [
        "Copyright policy:",
        "All transcripts on this site are",
        "To read the full transcript",
        "- Read more current",
        "Read more current",
    ]
    .iter()
    .any(|end| words.starts_with(end))
}

/// The people of both rosters, and the first line after them.
fn rosters(lines: &[Line<'_>]) -> Option<(Vec<Participant>, usize)> {
    let start = lines
        .iter()
        .position(|line| is_heading(line.words()).is_some())?;
    let mut people: Vec<Participant> = Vec::new();
    let mut seen: HashSet<String> = HashSet::default();
    let mut kind = Kind::Other;
    for (at, line) in lines.iter().enumerate().skip(start) {
        let words = line.words();
        if let Some(next) = is_heading(words) {
            kind = next;
            continue;
        }
        // A name alone may be an entry without a firm, but not a second time.
        let again = seen.contains(&key(words));
        if is_operator(words)
            || again
            || section::heading(words).is_some()
            || words.len() > LONGEST_ENTRY
        {
            return Some((people, at));
        }
        if let Some(mut who) = roster::entry(words, kind) {
            // Beside an analyst stands a firm, with a title or without.
            if kind == Kind::Analyst && who.affiliation.is_none() {
                who.affiliation = who.role.take();
            }
            seen.insert(key(&who.name));
            people.push(who);
        }
    }
    Some((people, lines.len()))
}

fn is_heading(words: &str) -> Option<Kind> {
    roster::heading(words).filter(|_| !words.ends_with(':'))
}
