//! Labels that end in a colon and name who speaks: `Operator:`, `Ada Quill, CFO:`, `Ada: text`.
//!
//! In: lines. Out: which lines open a turn, whose it is, and where its words begin. A colon alone
//! proves nothing, since speech is full of them, so labels are counted over the whole text first
//! and only those that the text bears out are believed. This file knows nothing of sections.

use super::Participant;
use super::captions::{turned, voice};
use super::lines::Line;
use super::names::{has_honorific, is_name, is_numbered, is_operator, is_side, is_unknown, key};
use super::people::{from_label, is_title};
use super::section;
use super::words::{Words, is_unseen, lexemes};
use crate::units::ByteSpan;
use foldhash::HashMap;

/// The longest label; `Hon. Name (Minister of This, That and the Other):` is long.
const LONGEST_LABEL: usize = 160;

/// Words that stand before a colon and are not names of anybody.
#[rustfmt::skip]
static NOT_NAMES: Words<58> = Words::of([
    "agenda", "analysis", "attendees", "background", "bottom", "capital", "cash", "company",
    "conclusion", "contact", "date", "description", "email", "eps", "event", "example", "fax",
    "financial", "first", "forward", "guidance", "highlights", "income", "key", "line",
    "location", "margin", "net", "next", "note", "outlook", "overview", "participants", "period",
    "phone", "point", "points", "profit", "results", "revenue", "revenues", "risk", "risks",
    "safe", "sales", "second", "source", "steps", "subject", "summary", "takeaway", "takeaways",
    "third", "ticker", "time", "tip", "title", "topic",
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
struct Candidate<'a> {
    label: &'a str,
    place: Place,
    /// The words after the label on its line.
    rest: ByteSpan,
}

impl Place {
    /// The most lines to a turn of a short text whose labels are all the evidence there is.
    fn lines_a_turn(self) -> usize {
        match self {
            Self::OwnLine => 3,
            Self::Inline => 1,
        }
    }
}

/// How often a label stands in the text, and on which line first.
struct Tally {
    standing: Standing,
    count: usize,
    first: usize,
}

/// How much a label says of itself, before it is counted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// Names a function on a call, or a name with a title: enough by itself.
    Certain,
    /// Has the shape of a full name.
    Name,
    /// Has the shape of a last name, a comma and a first name.
    Turned,
    /// One capitalised word.
    Word,
}

impl Tally {
    /// How often a label must stand in a text to be believed by itself.
    fn firm_at(&self) -> usize {
        match self.standing {
            Standing::Certain => 1,
            Standing::Name | Standing::Turned => 2,
            Standing::Word => 3,
        }
    }

    fn is_firm(&self) -> bool {
        self.count >= self.firm_at()
    }

    /// Enough where labels are the rule.
    fn is_likely(&self) -> bool {
        self.count + 1 >= self.firm_at()
    }
}

/// What opens a turn.
pub(super) struct Opening<'a> {
    /// Who speaks, as the label says.
    pub(super) who: &'a Participant,
    /// The words on the label's own line; may be empty.
    pub(super) words: ByteSpan,
}

/// The labels that a text bears out.
pub(super) struct Labels {
    known: HashMap<String, Participant>,
    /// Lines that they open.
    pub(super) turns: usize,
    /// How many different people they name.
    pub(super) speakers: usize,
    /// Whether one of them is more than a capitalised word.
    pub(super) has_names: bool,
}

impl Labels {
    /// Counts the labels of `lines` that stand in `place`, and keeps those that can be believed.
    pub(super) fn find(lines: &[Line<'_>], place: Place) -> Self {
        let mut tallies: HashMap<&str, Tally> = HashMap::default();
        // A label says the same of itself on every line; it is looked at once.
        let mut standings: HashMap<&str, Option<Standing>> = HashMap::default();
        for (at, line) in lines.iter().enumerate() {
            let Some(found) = candidate(line) else {
                continue;
            };
            let known = standings.entry(found.label);
            let Some(standing) = *known.or_insert_with_key(|label| standing(label)) else {
                continue;
            };
            // An operator may be labelled inline where all others have lines of their own.
            if place == Place::Inline || found.place == place || is_operator(found.label) {
                let first = Tally {
                    standing,
                    count: 0,
                    first: at,
                };
                tallies.entry(found.label).or_insert(first).count += 1;
            }
        }
        let turns = |of: &dyn Fn(&Tally) -> bool| -> usize {
            tallies
                .values()
                .filter(|tally| of(tally))
                .map(|tally| tally.count)
                .sum()
        };
        // Where labels are the rule, a name that speaks once is believed too; not before the call,
        // where a heading over a list may look like one.
        let filled = lines.iter().filter(|line| !line.is_blank()).count();
        let is_rule = turns(&Tally::is_firm) >= 4
            || (turns(&Tally::is_likely) >= 2
                && turns(&Tally::is_likely) * place.lines_a_turn() >= filled);
        let firms = tallies.values().filter(|tally| tally.is_firm());
        let call = firms
            .map(|tally| tally.first)
            .min()
            .filter(|_| place == Place::OwnLine)
            .unwrap_or(0);
        let is_believed =
            |tally: &Tally| tally.is_firm() || is_rule && tally.is_likely() && tally.first >= call;
        let turns = turns(&is_believed);
        let believed = tallies.iter().filter(|(_, tally)| is_believed(tally));
        let has_names = believed
            .clone()
            .any(|(_, tally)| tally.standing != Standing::Word);
        let who = |label: &str, tally: &Tally| match tally.standing {
            Standing::Turned => voice(label),
            _ => from_label(label),
        };
        let known: HashMap<String, Participant> = believed
            .map(|(label, tally)| ((*label).to_owned(), who(label, tally)))
            .collect();
        let mut speakers: Vec<String> = known.values().map(|who| key(&who.name)).collect();
        speakers.sort_unstable();
        speakers.dedup();
        Self {
            known,
            turns,
            speakers: speakers.len(),
            has_names,
        }
    }

    /// The turn that `line` opens, if it does.
    pub(super) fn opening(&self, line: &Line<'_>) -> Option<Opening<'_>> {
        let candidate = candidate(line)?;
        let who = self.known.get(candidate.label)?;
        Some(Opening {
            who,
            words: candidate.rest,
        })
    }
}

/// Splits a line at its first colon outside parentheses, where white space or the line's end
/// follows; a full-width colon needs none.
fn candidate<'a>(line: &Line<'a>) -> Option<Candidate<'a>> {
    let body = line.text.trim_start_matches(is_around_label);
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

/// White space, marks without width, the marks of bold type, and the brackets of `[SPEAKER_00]`.
fn is_around_label(c: char) -> bool {
    is_unseen(c) || matches!(c, '*' | '[' | ']')
}

/// The first colon of a line that is not inside parentheses, and where.
fn colon(body: &str) -> Option<(usize, char)> {
    // Looking for a byte is cheaper than for a character, and most lines of speech have none.
    if !body
        .bytes()
        .take(LONGEST_LABEL + 4)
        .any(|byte| matches!(byte, b':' | 0xEF))
    {
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
fn standing(label: &str) -> Option<Standing> {
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

#[cfg(test)]
mod tests {
    use super::super::lines::lines;
    use super::*;

    /// The speakers of the turns that the lines of `text` open.
    fn openings(text: &str, place: Place) -> Vec<String> {
        let lines: Vec<_> = lines(text).collect();
        let labels = Labels::find(&lines, place);
        lines
            .iter()
            .filter_map(|line| labels.opening(line))
            .map(|found| found.who.name.clone())
            .collect()
    }

    #[test]
    fn a_colon_in_speech_opens_no_turn() {
        let text = "Ada Quill: Three things: price, cost, time.\nRevenue: up.\nBo Crane: At 10:30 it rose.\n\
                    Q3: flat.\nAda Quill: See https://anvil.example: it is there.\nHere is why: cost.\nBo Crane: Fine.";
        assert_eq!(
            openings(text, Place::Inline),
            ["Ada Quill", "Bo Crane", "Ada Quill", "Bo Crane"]
        );
    }

    #[test]
    fn a_sentence_that_ends_in_a_colon_is_no_label() {
        let text = "Operator:\nWelcome.\nAda Quill, CEO:\nThere are two points:\nFirst, cost.\nOne Example:\nPrice.";
        assert_eq!(openings(text, Place::OwnLine), ["Operator", "Ada Quill"]);
    }

    #[test]
    fn full_width_punctuation_is_punctuation() {
        let text =
            "接线员：\n大家好。\n安迪·风，总裁：\n谢谢。\n接线员：\n下一个。\n接线员：\n再见。";
        assert_eq!(
            openings(text, Place::OwnLine),
            ["接线员", "安迪·风", "接线员", "接线员"]
        );
    }

    #[test]
    fn a_name_in_long_parentheses_may_hold_a_colon() {
        let text = "Hon. Bo Crane (Minister of Anvils: Light and Heavy): Yes.\nThe Chair: Next.\nThe Chair: Order.";
        assert_eq!(
            openings(text, Place::Inline),
            ["Hon. Bo Crane", "The Chair", "The Chair"]
        );
    }

    #[test]
    fn bold_labels_are_labels() {
        let text =
            "**Ada Quill:** Hello.\n**Bo Crane**: Hello.\n**Ada Quill:** Bye.\n**Bo Crane**: Bye.";
        assert_eq!(
            openings(text, Place::Inline),
            ["Ada Quill", "Bo Crane", "Ada Quill", "Bo Crane"]
        );
        let lines: Vec<_> = lines(text).collect();
        let words = Labels::find(&lines, Place::Inline)
            .opening(&lines[0])
            .unwrap()
            .words;
        assert_eq!(words.slice(text), Some("Hello."));
    }

    #[test]
    fn a_press_release_has_no_speakers() {
        let text = "Net Sales: $5 million\nOperating Income: $2 million\nSome more text here.\nNet Sales: $9 million\n\
                    Contact Us: at the gate\nMore text still.\nAnd more.";
        assert_eq!(openings(text, Place::Inline), [""; 0]);
    }
}
