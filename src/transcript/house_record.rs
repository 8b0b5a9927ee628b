//! Records of a house whose members stand alone on lines, as Hansard's pages are copied: a name over its seat and party the first
//! time, `(Anvil North) (Lab)`, or an office over a name, and from then on the name alone.

use super::lines::Line;
use super::names::is_name;
use super::people::{named, with_title};
use super::script::{Script, Sketch};
use super::words::Words;
use super::{Kind, Participant, Section};
use foldhash::HashMap;

/// The longest name or office.
const LONGEST: usize = 80;

/// What the record says of those who want to speak.
const ROSE: &str = "Several hon. Members rose";

/// Who presides, and is never introduced.
static CHAIRS: Words<6> = Words::of([
    "mr speaker",
    "madam speaker",
    "mr deputy speaker",
    "madam deputy speaker",
    "the lord speaker",
    "the deputy speaker",
]);

/// Whether the lines are such a record: two members are introduced, and one of them speaks again.
pub(super) fn recognises(lines: &[Line<'_>]) -> bool {
    let members = members(lines);
    let speaks_again = |at: usize| {
        let is = |line: &Line<'_>| members.contains_key(line.words());
        let goes_on = |line: &Line<'_>| !line.is_blank();
        lines.get(at).is_some_and(is)
            && lines.get(at + 1).is_some_and(goes_on)
            && introduced(lines, at).is_none()
    };
    members.len() >= 2 && (0..lines.len()).any(speaks_again)
}

/// Reads such a record.
pub(super) fn read(lines: &[Line<'_>]) -> Sketch {
    let members = members(lines);
    let mut script = Script::new(Section::Other);
    let mut at = 0;
    let mut begun = false;
    while let Some(line) = lines.get(at) {
        let alone = || members.get(unnumbered(line.words())).cloned();
        let chair = || CHAIRS.has(line.words()).then(|| named(line.words()));
        if let Some((who, length)) = introduced(lines, at) {
            script.speaker(who);
            (begun, at) = (true, at + length);
            continue;
        } else if let Some(who) = alone().or_else(chair) {
            script.speaker(who);
            begun = true;
        } else if line.words().starts_with(ROSE) {
            script.interrupt();
        } else if begun {
            script.words(line.words_span());
        }
        at += 1;
    }
    script.into_sketch(Vec::new())
}

/// Everybody who is introduced, by name.
fn members(lines: &[Line<'_>]) -> HashMap<String, Participant> {
    let mut members = HashMap::default();
    for (who, _) in (0..lines.len()).filter_map(|at| introduced(lines, at)) {
        members.entry(who.name.clone()).or_insert(who);
    }
    members
}

/// Who is introduced at the line `at`, and on how many lines.
fn introduced(lines: &[Line<'_>], at: usize) -> Option<(Participant, usize)> {
    let line = unnumbered(lines.get(at)?.words());
    if line.len() > LONGEST {
        return None;
    }
    let (name, inner, length) = if let Some((name, rest)) = line.split_once(" (") {
        (name, rest.strip_suffix(')')?, 1)
    } else {
        let below = lines.get(at + 1)?.words();
        (line, below.strip_prefix('(')?.strip_suffix(')')?, 2)
    };
    let who = if name.starts_with("The ") {
        // `The hon. Member for Anvil North (Ada Quill)` is spoken of.
        let is_office = !name.contains("Member");
        (is_office && is_full_name(inner)).then(|| with_title(inner, Some(name), None))
    } else {
        let seat = inner.split_once(") (");
        let is_seat = |seat: &str| seat.starts_with(char::is_uppercase) && seat.len() <= LONGEST;
        let seat = seat.map(|(seat, _)| seat).filter(|seat| is_seat(seat));
        seat.filter(|_| is_full_name(name))
            .map(|seat| with_title(name, None, Some(seat)))
    };
    // A secretary of state is no company's.
    let of_house = |who| Participant {
        kind: Kind::Other,
        ..who
    };
    Some((of_house(who?), length))
}

/// What stands behind the number of a question: `1. Ada Quill`, `T1. Ada Quill`, `Q1. [900123] Ada Quill`.
fn unnumbered(words: &str) -> &str {
    let counted = words.strip_prefix(['T', 'Q']).unwrap_or(words);
    let rest = counted.trim_start_matches(|c: char| c.is_ascii_digit());
    let Some(name) = rest
        .strip_prefix(['.', ' '])
        .filter(|_| rest.len() < counted.len())
    else {
        return words;
    };
    let name = name.trim_start();
    let tabled = name.strip_prefix('[').and_then(|name| name.split_once(']'));
    let is_number = |number: &str| number.bytes().all(|byte| byte.is_ascii_digit());
    tabled
        .filter(|(number, _)| is_number(number))
        .map_or(name, |(_, name)| name.trim_start())
}

fn is_full_name(words: &str) -> bool {
    let mut parts = words.split(' ');
    words.contains(' ') && is_name(words) && parts.all(|word| word.starts_with(char::is_uppercase))
}

#[cfg(test)]
mod tests {
    use super::super::Layout;
    use super::super::layout::testing::seen;

    #[test]
    fn members_are_introduced_once_and_speak_under_their_names() {
        let text = "Anvils\nAda Quill\n(Anvil North) (Lab)\nIs iron dear?\nThe Minister for Anvils\n(Bo Crane)\nYes.\nAda Quill\nHow dear?\n\
                    Mr Speaker\nOrder.\nBo Crane\nVery.\n";
        let one_line = text.replace("\n(", " (");
        for text in [text, &one_line] {
            let seen = seen(text);
            assert_eq!(seen.layout, Layout::PublicBody);
            let expected = [
                "Ada Quill: Is iron dear?",
                "Bo Crane: Yes.",
                "Ada Quill: How dear?",
                "Mr Speaker: Order.",
                "Bo Crane: Very.",
            ];
            assert_eq!(seen.turns(), expected);
            let turns = &seen.call.turns;
            assert_eq!(turns[2].affiliation.as_deref(), Some("Anvil North"));
            assert_eq!(turns[4].role.as_deref(), Some("The Minister for Anvils"));
        }
    }

    #[test]
    fn a_list_of_members_is_no_record() {
        let text =
            "Ada Quill (Anvil North) (Lab)\nBo Crane (Nimbus) (Con)\nThey were there.\nAda Quill\n";
        assert_ne!(seen(text).layout, Layout::PublicBody);
    }
}
