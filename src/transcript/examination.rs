//! Testimony under oath: `Q.` and `A.` before the words, and labels in capitals for all others.
//!
//! Who asks stands on a line `BY MS. QUILL:`; the witness is named on the cover, or called one. Lines may be
//! numbered: then each begins with a number, which is nobody's word. This file decides nothing about other
//! records.

use super::lines::Line;
use super::people::named;
use super::script::{Script, Sketch};
use super::{Kind, Participant, Section};
use crate::units::ByteSpan;

/// What the cover says before the name of the witness.
const COVER: [&str; 4] = [
    "DEPOSITION OF ",
    "TESTIMONY OF ",
    "EXAMINATION OF ",
    "INTERVIEW OF ",
];

/// The longest label.
const LONGEST: usize = 40;

/// The most lines of a page.
const MOST_LINES: u32 = 60;

/// What a line begins with.
enum Opens<'a> {
    Question,
    Answer,
    /// A label in capitals.
    Label(&'a str),
    /// A line that says who asks from here on.
    Asks(&'a str),
}

/// Whether the lines are such a record: three questions and as many answers.
pub(super) fn recognises(lines: &[Line<'_>]) -> bool {
    let (mut questions, mut answers) = (0, 0);
    for line in lines {
        match opens(unnumbered(line.words())) {
            Some((Opens::Question, _)) => questions += 1,
            Some((Opens::Answer, _)) => answers += 1,
            _ => {}
        }
    }
    questions >= 3 && answers >= 3
}

/// Reads such a record.
pub(super) fn read(lines: &[Line<'_>]) -> Sketch {
    let filled = lines.iter().filter(|line| !line.is_blank());
    let (all, numbered) = filled.fold((0, 0), |(all, numbered), line| {
        let words = line.words();
        (all + 1, numbered + usize::from(unnumbered(words) != words))
    });
    let is_numbered = numbered * 2 > all;
    let witness = lines.iter().find_map(|line| {
        let words = unnumbered(line.words());
        let name = COVER.iter().find_map(|cover| words.split_once(cover))?.1;
        let name = name.trim_end_matches([',', '.', ' ']);
        (name.len() <= LONGEST).then_some(name)
    });
    let sworn = lines.iter().any(|line| line.words().contains("WITNESS"));
    let witness = witness.unwrap_or(if sworn { "THE WITNESS" } else { "Answer" });
    let mut asks = "Question";
    let mut script = Script::new(Section::Other);
    let mut begun = false;
    for line in lines {
        let words = if is_numbered {
            unnumbered(line.words())
        } else {
            line.words()
        };
        let end = line.words_span().end();
        let span = |rest: &str| ByteSpan::new(end - rest.len(), end);
        if is_numbered {
            script.interrupt();
        }
        match opens(words) {
            Some((Opens::Asks(name), _)) => {
                (asks, begun) = (name, true);
                script.close();
            }
            Some((opened, rest)) => {
                begun = true;
                let who = match opened {
                    Opens::Question => asker(asks),
                    Opens::Answer | Opens::Label("THE WITNESS") => answerer(witness),
                    Opens::Label(name) | Opens::Asks(name) => named(name),
                };
                script.speaker(who);
                script.words(span(rest));
            }
            None if begun && !words.is_empty() => script.words(span(words)),
            None => {}
        }
    }
    script.into_sketch(Vec::new())
}

fn asker(name: &str) -> Participant {
    Participant {
        kind: Kind::Analyst,
        ..named(name)
    }
}

fn answerer(name: &str) -> Participant {
    Participant {
        kind: Kind::Executive,
        ..named(name)
    }
}

/// The words after the number of a line.
fn unnumbered(words: &str) -> &str {
    let digits = words.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = words.split_at_checked(digits).unwrap_or(("", words));
    match number.parse::<u32>() {
        Ok(1..=MOST_LINES) if rest.is_empty() || rest.starts_with([' ', '\t']) => rest.trim_start(),
        _ => words,
    }
}

/// What a line opens, and the words after.
fn opens(words: &str) -> Option<(Opens<'_>, &str)> {
    for (mark, opened) in [("Q", Opens::Question), ("A", Opens::Answer)] {
        let rest = words
            .strip_prefix(mark)
            .map(|rest| rest.trim_start_matches(['.', ':']));
        if let Some(rest) =
            rest.filter(|rest| rest.starts_with(['\t', ' ']) && rest.len() + 2 <= words.len())
        {
            let marked = words
                .as_bytes()
                .get(1)
                .is_some_and(|byte| matches!(byte, b'.' | b':'));
            let spaced = rest.starts_with("  ") || rest.starts_with('\t');
            return (marked || spaced).then(|| (opened, rest.trim_start()));
        }
    }
    let (label, rest) = words.split_once(':')?;
    if let Some(name) = label.strip_prefix("BY ") {
        return rest.trim().is_empty().then_some((Opens::Asks(name), ""));
    }
    let is_label = label.len() <= LONGEST
        && ["MR. ", "MS. ", "MRS. ", "MISS ", "DR. ", "THE "]
            .iter()
            .any(|lead| label.starts_with(lead))
        && !label.contains(char::is_lowercase);
    is_label.then(|| (Opens::Label(label), rest.trim_start()))
}
