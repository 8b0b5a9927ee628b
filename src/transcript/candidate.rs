//! What a line says of itself that may be a label, before labels are counted.
//!
//! In: a line. Out: what stands before its colon, where the words begin, and how much the label says of itself.

use super::captions::turned;
use super::lines::Line;
use super::names::{has_honorific, is_name, is_numbered, is_operator, is_side, is_unknown};
use super::people::{from_label, is_title};
use super::section;
use super::words::{Words, is_unseen, lexemes};
use crate::units::ByteSpan;

/// The longest label; `Hon. Name (Minister of This, That and the Other):` is long.
const LONGEST_LABEL: usize = 160;

/// Words that stand before a colon and are not names of anybody.
#[rustfmt::skip]
static NOT_NAMES: Words<59> = Words::of([
    "agenda", "analysis", "attendees", "background", "bottom", "capital", "cash", "company",
    "conclusion", "contact", "date", "description", "email", "eps", "event", "example", "fax",
    "financial", "first", "forward", "guidance", "highlights", "income", "key", "line",
    "location", "margin", "net", "next", "note", "outlook", "overview", "participants", "period",
    "phone", "point", "points", "profit", "results", "revenue", "revenues", "risk", "risks",
    "safe", "sales", "second", "source", "steps", "subject", "summary", "takeaway", "takeaways",
    "third", "ticker", "time", "tip", "title", "topic", "witnesses",
]);

/// Where a text puts its labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The label fills its line, the words follow on the next.
    OwnLine,
    /// The words follow the label on its line.
    Inline,
}

/// A line that begins like a label.
pub(super) struct Candidate<'a> {
    pub(super) label: &'a str,
    pub(super) place: Place,
    /// The words after the label on its line.
    pub(super) rest: ByteSpan,
}

/// How much a label says of itself, before it is counted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Names a function on a call, or a name with a title: enough by itself.
    Certain,
    /// Has the shape of a full name.
    Name,
    /// Has the shape of a last name, a comma and a first name.
    Turned,
    /// One capitalised word.
    Word,
}

/// Splits a line at its first colon outside parentheses, where white space or the line's end
/// follows; a full-width colon needs none.
pub(super) fn candidate<'a>(line: &Line<'a>) -> Option<Candidate<'a>> {
    let body = unnumbered(line.text.trim_start_matches(is_around_label));
    if !body.starts_with(char::is_alphabetic) {
        return None;
    }
    let (at, colon) = colon(body)?;
    let after = body.get(at + colon.len_utf8()..)?.trim_start_matches('*');
    let words = after.trim_matches(is_unseen);
    let label = body.get(..at)?.trim_end_matches(is_around_label);
    // Papers head a call with `Moderator: Ada Quill`.
    if label.eq_ignore_ascii_case("moderator") && is_name(words) {
        return None;
    }
    if colon == ':' && !words.is_empty() && !after.starts_with(char::is_whitespace) {
        return None;
    }
    let start = line.span.end() - after.trim_start_matches(is_unseen).len();
    Some(Candidate {
        label,
        place: if words.is_empty() {
            Place::OwnLine
        } else {
            Place::Inline
        },
        rest: ByteSpan::new(start, start + words.len()),
    })
}

/// What stands behind the number of a question, where a committee's record counts them before the name: `Q12  Ada Quill: …`.
fn unnumbered(body: &str) -> &str {
    let Some(counted) = body.strip_prefix('Q') else {
        return body;
    };
    let rest = counted.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = counted.len() - rest.len();
    let rest = rest.trim_start_matches('.');
    let is_number = (1..=4).contains(&digits) && rest.starts_with(char::is_whitespace);
    if is_number {
        rest.trim_start_matches(is_around_label)
    } else {
        body
    }
}

/// White space, marks without width, the marks of bold type, and the brackets of `[SPEAKER_00]`.
fn is_around_label(c: char) -> bool {
    is_unseen(c) || matches!(c, '*' | '[' | ']')
}

/// The first colon of a line that is not inside parentheses, and where.
pub(super) fn colon(body: &str) -> Option<(usize, char)> {
    // Looking for bytes is cheaper than for a character, and most lines of speech have none.
    let head = body.as_bytes();
    let head = head.get(..LONGEST_LABEL + 4).unwrap_or(head);
    let is_wide = |three: &[u8]| matches!(three, [0xEF, 0xBC, 0x9A]);
    if !head.contains(&b':') && !head.windows(3).any(is_wide) {
        return None;
    }
    let mut depth = 0_usize;
    let within = body
        .char_indices()
        .take_while(|&(at, _)| at <= LONGEST_LABEL);
    within.into_iter().find(|&(_, c)| {
        match c {
            '(' | '（' => depth += 1,
            ')' | '）' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && matches!(c, ':' | '：')
    })
}

/// `Quill, Ada`: a last name and one or two first names, of which none is a title or a firm's form.
fn is_turned(label: &str) -> bool {
    let bare = label.split_once(" (").map_or(label, |(bare, _)| bare);
    let Some((last, first)) = bare.split_once(", ") else {
        return false;
    };
    let capital = |word: &str| word.starts_with(char::is_uppercase) && !word.contains('&');
    let single =
        !last.contains(' ') || last.split(' ').count() == 2 && last.starts_with(char::is_lowercase);
    let few = first.split(' ').count() <= 2 && first.split(' ').all(capital);
    single && few && !is_title(first) && turned(bare) != bare
}

/// Whether a label can be somebody's, by itself.
pub(super) fn may_name(label: &str) -> bool {
    standing(label).is_some()
}

/// What a label says of itself; `None` where it cannot be one.
pub(super) fn standing(label: &str) -> Option<Standing> {
    if section::heading(label).is_some() {
        return None;
    }
    if is_operator(label) || is_unknown(label) || is_numbered(label) || is_side(label) {
        return Some(Standing::Certain);
    }
    if is_turned(label) {
        return Some(Standing::Turned);
    }
    let who = from_label(label);
    if is_numbered(&who.name) || is_unknown(&who.name) {
        return Some(Standing::Certain);
    }
    if !is_name(&who.name)
        || lexemes(&who.name)
            .iter()
            .any(|word| NOT_NAMES.has(word.text))
    {
        return None;
    }
    let titled = who
        .role
        .as_deref()
        .is_some_and(|role| is_title(role) || !role.is_ascii());
    let one_word = !who.name.contains(char::is_whitespace);
    Some(match (titled, one_word) {
        (true, _) => Standing::Certain,
        (false, true) if who.name.is_ascii() => Standing::Word,
        _ if has_honorific(&who.name) => Standing::Certain,
        _ => Standing::Name,
    })
}
