//! LSEG `StreetEvents` text editions: blocks under rules of `=`, speakers with numbers between rules of `-`.
//!
//! Rosters hold ` * Name` over `Firm - Title`. The numbers begin anew among the questions. Definitions and the vendor's terms
//! stand after the call, under rules of `-` and without a number. The XML of the vendor holds the same text.

use super::lines::Line;
use super::lseg_xml::{is_rule, speaker};
use super::people::{is_title, with_title};
use super::script::{Script, Sketch};
use super::{Kind, Participant, Section, roster, section};

/// Whether the lines are such an edition: two speakers with numbers under rules.
pub(super) fn recognises(lines: &[Line<'_>]) -> bool {
    let heads = lines.windows(2).filter(|pair| {
        matches!(pair, [rule, line] if is_rule(rule.text, b'-') && speaker(line.words()).is_some())
    });
    heads.take(2).count() == 2
}

/// The block of an edition that a line stands in.
#[derive(Clone, Copy)]
enum Block {
    /// The cover, and whatever is not known.
    Other,
    Roster(Kind),
    Speech,
}

/// Reads such an edition.
pub(super) fn read(lines: &[Line<'_>]) -> Sketch {
    let mut script = Script::new(Section::Other);
    let mut people: Vec<Participant> = Vec::new();
    let mut block = Block::Other;
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        at += 1;
        let next = lines.get(at).map(Line::words).unwrap_or_default();
        if is_rule(line.text, b'=') {
            if let Some(found) = headed_by(next) {
                block = found;
                at += 1;
            }
            match section::heading(next) {
                Some(section) => script.enter(section),
                None => script.close(),
            }
        } else if is_rule(line.text, b'-') {
            if let Some(who) = speaker(next) {
                script.speaker(who);
                at += 1;
            } else if is_end(next) {
                block = Block::Other;
            }
        } else {
            match block {
                Block::Other => {}
                Block::Roster(kind) => enlist(&mut people, line.words(), kind),
                Block::Speech => script.words(line.words_span()),
            }
        }
    }
    script.into_sketch(people)
}

/// The block that a line under a rule of `=` heads; the vendor spells one of them `Participiants`.
fn headed_by(words: &str) -> Option<Block> {
    if section::heading(words).is_some() {
        return Some(Block::Speech);
    }
    let spelled = words.replace("Participiants", "Participants");
    roster::heading(&spelled).map(Block::Roster)
}

/// What stands after the call.
pub(super) fn is_end(words: &str) -> bool {
    ["Definitions", "Disclaimer"].contains(&words) || words.starts_with("Copyright ")
}

/// One line of a roster: `* Name`, or the firm and the title of the name above.
fn enlist(people: &mut Vec<Participant>, words: &str, kind: Kind) {
    if let Some(name) = words.strip_prefix("* ") {
        people.push(Participant {
            kind,
            ..with_title(name, None, None)
        });
    } else if let Some(who) = people.last_mut().filter(|_| !words.is_empty()) {
        let (firm, title) = match words.rsplit_once(" - ") {
            Some((firm, title)) => (Some(firm), Some(title)),
            None if is_title(words) => (None, Some(words)),
            None => (Some(words), None),
        };
        *who = Participant {
            kind,
            ..with_title(&who.name, title, firm)
        };
    }
}
