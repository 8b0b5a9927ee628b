//! Testimony under oath: `Q.` and `A.` before the words, and labels in capitals for all others; and briefings, where reporters
//! ask after a `Q` and labels in capitals answer.
//!
//! Who asks stands on a line `BY MS. QUILL:` or `Cross-examined by MS QUILL`; the witness is named where one is sworn or on the cover,
//! or called one. Lines may be numbered: then each begins with a number, which is nobody's word. This file decides nothing about other
//! records.

use super::lines::Line;
use super::people::named;
use super::script::{Script, Sketch};
use super::{Kind, Participant, Section};
use crate::units::ByteSpan;
use foldhash::HashMap;

/// What the cover says before the name of the witness.
const COVER: [&str; 4] = [
    "DEPOSITION OF ",
    "TESTIMONY OF ",
    "EXAMINATION OF ",
    "INTERVIEW OF ",
];

/// The longest label.
const LONGEST: usize = 40;

/// The most words of a name.
const MOST_WORDS: usize = 5;

/// The longest line that says that somebody was sworn.
const LONGEST_OATH: usize = 120;

/// The most lines of a page.
const MOST_LINES: u32 = 60;

/// What stands before a name that asks from here on.
#[rustfmt::skip]
const ASKS: [&str; 12] = [
    "examined by ", "cross-examined by ", "re-examined by ", "further examined by ", "further cross-examined by ",
    "examination by ", "cross-examination by ", "direct examination by ", "redirect examination by ",
    "recross-examination by ", "re-examination by ", "examination-in-chief by ",
];

/// What labels in capitals begin with.
#[rustfmt::skip]
const LEADS: [&str; 27] = [
    "MR. ", "MR ", "MS. ", "MS ", "MRS. ", "MRS ", "MISS ", "DR. ", "DR ", "THE ", "HIS HONOUR", "HER HONOUR", "JUDGE ",
    "LORD ", "LADY ", "SIR ", "DAME ", "PRESIDENT ", "VICE PRESIDENT ", "SECRETARY ", "GENERAL ", "GOVERNOR ", "SENATOR ",
    "AMBASSADOR ", "ADMIRAL ", "ADMINISTRATOR ", "DIRECTOR ",
];

/// Somebody who asks at a briefing.
const REPORTER: &str = "Unnamed reporter";

/// What a line begins with.
#[derive(Clone, Copy)]
enum Opens<'a> {
    Question,
    Answer,
    /// A label in capitals that says by itself that it is one.
    Label(&'a str),
    /// Words in capitals before a colon.
    Capitals(&'a str),
    /// A line that says who asks from here on.
    Asks(&'a str),
    /// A line that says who answers from here on.
    Sworn(&'a str),
}

/// What a record has, over all its lines.
#[derive(Default)]
struct Counts<'a> {
    questions: usize,
    /// With one space behind the `Q`.
    loose: usize,
    answers: usize,
    labels: usize,
    capitals: HashMap<&'a str, usize>,
}

impl<'a> Counts<'a> {
    fn of(lines: &[Line<'a>]) -> Self {
        let mut counts = Self::default();
        for line in lines {
            match opens(unnumbered(line.words())) {
                Some((Opens::Question, _)) => counts.questions += 1,
                None if question(line.words()).is_some() => counts.loose += 1,
                Some((Opens::Answer, _)) => counts.answers += 1,
                Some((Opens::Label(_), _)) => counts.labels += 1,
                Some((Opens::Capitals(name), _)) => {
                    *counts.capitals.entry(name).or_default() += 1;
                }
                _ => {}
            }
        }
        counts
    }

    /// Whether reporters ask those whom labels name: `Q    Is it?`, `MS. QUILL:  It is.`
    fn is_briefing(&self) -> bool {
        self.questions + self.loose >= 3 && self.answers < 3 && self.labels >= 3
    }

    fn is_record(&self) -> bool {
        self.questions >= 3 && self.answers >= 3 || self.is_briefing()
    }

    /// Whether words in capitals are a label, once somebody has spoken.
    fn bears_out(&self, name: &str) -> bool {
        self.is_briefing() || self.capitals.get(name).is_some_and(|count| *count > 1)
    }
}

/// Whether the lines are such a record: three questions and as many answers, or as many labels in capitals.
pub(super) fn recognises(lines: &[Line<'_>]) -> bool {
    Counts::of(lines).is_record()
}

/// The witness whom the cover names, or says that there is one.
fn witness<'a>(lines: &[Line<'a>]) -> &'a str {
    let witness = lines.iter().find_map(|line| {
        let words = unnumbered(line.words());
        let name = COVER.iter().find_map(|cover| words.split_once(cover))?.1;
        let name = name.trim_end_matches([',', '.', ' ']);
        (name.len() <= LONGEST).then_some(name)
    });
    let sworn = lines.iter().any(|line| line.words().contains("WITNESS"));
    witness.unwrap_or(if sworn { "THE WITNESS" } else { "Answer" })
}

/// Reads such a record.
pub(super) fn read(lines: &[Line<'_>]) -> Sketch {
    let filled = lines.iter().filter(|line| !line.is_blank());
    let (all, numbered) = filled.fold((0, 0), |(all, numbered), line| {
        let words = line.words();
        (all + 1, numbered + usize::from(unnumbered(words) != words))
    });
    let is_numbered = numbered * 2 > all;
    // Where nearly every line has a number, what has none stands at a page's ends.
    let is_ruled = numbered * 3 >= all * 2;
    let counts = Counts::of(lines);
    let is_briefing = counts.is_briefing();
    let mut witness = witness(lines);
    let mut asks = if is_briefing { REPORTER } else { "Question" };
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
        if is_ruled && begun && words == line.words() {
            continue;
        }
        let capitals = |name: &str| begun && counts.bears_out(name);
        let opened = opens(words).filter(|(opened, _)| match opened {
            Opens::Capitals(name) => capitals(name),
            _ => true,
        });
        match opened.or_else(|| question(words).filter(|_| is_briefing)) {
            Some((Opens::Asks(name), _)) => {
                (asks, begun) = (name, true);
                script.close();
            }
            Some((Opens::Sworn(name), _)) => {
                witness = name;
                script.close();
            }
            Some((opened, rest)) => {
                begun = true;
                script.speaker(match opened {
                    Opens::Question => asker(asks),
                    Opens::Answer | Opens::Label("THE WITNESS") => answerer(witness),
                    Opens::Label(name) | Opens::Capitals(name) if is_briefing => answerer(name),
                    Opens::Label(name)
                    | Opens::Capitals(name)
                    | Opens::Asks(name)
                    | Opens::Sworn(name) => named(name),
                });
                script.words(span(rest));
            }
            None if is_briefing && is_end(words) => script.close(),
            None if begun && !words.is_empty() => script.words(span(words)),
            None => {}
        }
    }
    script.into_sketch(Vec::new())
}

/// `Q Is it?`, where `Q` is known to open what reporters ask.
fn question(words: &str) -> Option<(Opens<'_>, &str)> {
    let rest = words.strip_prefix("Q ")?;
    let begins = rest.starts_with(|c: char| c.is_uppercase() || "\"“([—".contains(c));
    begins.then_some((Opens::Question, rest))
}

/// `END 1:47 P.M. EDT`.
fn is_end(words: &str) -> bool {
    words.starts_with("END") && words.len() < 40 && !words.contains(char::is_lowercase)
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
        let spoken = rest.filter(|rest| {
            let is_marked = rest.len() + 2 <= words.len();
            rest.starts_with("  ") || rest.starts_with('\t') || is_marked && rest.starts_with(' ')
        });
        if let Some(rest) = spoken {
            return Some((opened, rest.trim_start()));
        }
    }
    if let Some(name) = examines(words) {
        return Some((Opens::Asks(name), ""));
    }
    if let Some(name) = sworn(words) {
        return Some((Opens::Sworn(name), ""));
    }
    let (label, rest) = words.split_once(':')?;
    if let Some(name) = label.strip_prefix("BY ") {
        return rest.trim().is_empty().then_some((Opens::Asks(name), ""));
    }
    if !is_capital(label) {
        return None;
    }
    let rest = rest.trim_start();
    if LEADS.iter().any(|lead| label.starts_with(lead)) {
        return Some((Opens::Label(label), rest));
    }
    let is_name = label
        .chars()
        .all(|c| c.is_alphabetic() || " .'’-".contains(c));
    (is_name && label.contains(' ') && !rest.is_empty()).then_some((Opens::Capitals(label), rest))
}

/// Whether words may be a name in capitals.
fn is_capital(words: &str) -> bool {
    words.len() <= LONGEST && !words.contains(char::is_lowercase)
}

/// Who asks from here on: `Cross-examined by MS QUILL`.
fn examines(words: &str) -> Option<&str> {
    let name = ASKS.iter().find_map(|lead| {
        let (head, name) = words.split_at_checked(lead.len())?;
        head.eq_ignore_ascii_case(lead).then_some(name)
    })?;
    let name = name.trim_end_matches([':', ' ']);
    let fits = name.starts_with(char::is_uppercase)
        && name.split(' ').count() <= MOST_WORDS
        && name.len() <= LONGEST
        && !name.ends_with('.')
        && name
            .chars()
            .all(|c| c.is_alphabetic() || " .'’-".contains(c));
    fits.then_some(name)
}

/// Who answers from here on: `CAPTAIN ADA QUILL, sworn`.
fn sworn(words: &str) -> Option<&str> {
    let (name, rest) = words.split_once(", ")?;
    let swears = || {
        let lower = rest.to_lowercase();
        lower.contains("sworn") || lower.contains("affirmed")
    };
    let fits = is_capital(name) && name.contains(' ') && words.len() <= LONGEST_OATH;
    (fits
        && name
            .chars()
            .all(|c| c.is_alphabetic() || " .'’-".contains(c))
        && swears())
    .then_some(name)
}
