//! Labels that end in a colon and name who speaks: `Operator:`, `Ada Quill, CFO:`, `Ada: text`.
//!
//! In: lines. Out: which lines open a turn, whose it is, and where its words begin. A colon alone
//! proves nothing, since speech is full of them, so labels are counted over the whole text first
//! and only those that the text bears out are believed. This file knows nothing of sections.

pub(super) use super::candidate::{Place, may_name};

use super::candidate::{Standing, candidate, colon, standing};
use super::captions::voice;
use super::lines::Line;
use super::names::{is_operator, key};
use super::people::from_label;
use super::script::{Draft, Speaker};
use super::words::lexemes;
use super::{Problem, front};
use crate::units::ByteSpan;
use foldhash::{HashMap, HashSet};
use std::cell::OnceCell;
use std::rc::Rc;

/// What a meeting's notes have before a colon.
#[rustfmt::skip]
const NOTED: [&str; 19] = [
    "action", "actions", "answer", "budget", "concern", "deadline", "decided", "decision", "decisions", "goal", "idea",
    "important", "issue", "question", "reason", "remember", "status", "today", "update",
];

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
    pub(super) who: &'a Speaker,
    /// The words on the label's own line; may be empty.
    pub(super) words: ByteSpan,
}

/// The labels that a text bears out.
pub(super) struct Labels {
    known: HashMap<String, Speaker>,
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
        let mut tallies = count(lines, place);
        name_again(&mut tallies);
        let is_lone = |tally: &Tally| tally.count == 1 && tally.standing != Standing::Certain;
        if let Some(title) = title(lines).filter(|title| tallies.get(title).is_some_and(is_lone)) {
            tallies.remove(title);
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
        let first = |of: &dyn Fn(&Tally) -> bool| {
            let found = tallies.values().filter(|tally| of(tally));
            found.map(|tally| tally.first).min().unwrap_or_default()
        };
        let likely = lines.get(first(&Tally::is_likely)..).unwrap_or_default();
        let filled = likely.iter().filter(|line| !line.is_blank()).count();
        let is_rule = turns(&Tally::is_firm) >= 4
            || (turns(&Tally::is_likely) >= 2
                && turns(&Tally::is_likely) * place.lines_a_turn() >= filled);
        let call = match place {
            Place::OwnLine => first(&Tally::is_firm),
            Place::Inline => 0,
        };
        let takes_turns = TakesTurns::of(lines, &tallies);
        let is_believed = |tally: &Tally| {
            tally.is_firm()
                || is_rule && tally.is_likely() && tally.first >= call
                || takes_turns.bears_out(tally)
        };
        let turns = turns(&is_believed);
        let believed = tallies.iter().filter(|(_, tally)| is_believed(tally));
        let has_names = believed
            .clone()
            .any(|(_, tally)| tally.standing != Standing::Word);
        let who = |label: &str, tally: &Tally| match tally.standing {
            Standing::Turned => voice(label),
            _ => from_label(label),
        };
        let known: HashMap<String, Speaker> = believed
            .map(|(label, tally)| ((*label).to_owned(), Rc::new(who(label, tally))))
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

/// How often each label stands in `place`.
fn count<'a>(lines: &[Line<'a>], place: Place) -> HashMap<&'a str, Tally> {
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
    tallies
}

/// Somebody who is named with a title once may have a label without it: `Ada Quill, CEO:` and `Ada Quill:`.
fn name_again(tallies: &mut HashMap<&str, Tally>) {
    let titled = tallies
        .iter()
        .filter(|(label, tally)| tally.standing == Standing::Certain && !is_operator(label));
    let titled: HashSet<String> = titled
        .map(|(label, _)| key(&from_label(label).name))
        .collect();
    for (label, tally) in tallies {
        if tally.standing == Standing::Name && titled.contains(&key(&from_label(label).name)) {
            tally.standing = Standing::Certain;
        }
    }
}

/// What looks like a label on the first line, over nothing but a day: `The Anvil Hour, Episode 9: Iron`.
fn title<'a>(lines: &[Line<'a>]) -> Option<&'a str> {
    let mut filled = lines.iter().filter(|line| !line.is_blank());
    let first = filled.next()?;
    let below = filled.next()?.words();
    let label = candidate(first)?.label;
    (front::is_day(below) || label.bytes().any(|byte| byte.is_ascii_digit())).then_some(label)
}

/// What looks like somebody's label inside of another's turn, and was not believed.
pub(super) fn doubtful(lines: &[Line<'_>], drafts: &[Draft]) -> Option<Problem> {
    let spoken = drafts.iter().filter(|draft| draft.who.is_some());
    let mut spans = spoken.map(|draft| draft.span).peekable();
    let mut found = (1..).zip(lines).filter_map(|(number, line)| {
        while spans
            .next_if(|span| span.end() <= line.span.start())
            .is_some()
        {}
        let next = spans.peek();
        if next.is_none_or(|span| span.start() >= line.words_span().start()) {
            return None;
        }
        let found = candidate(line).filter(|found| found.place == Place::Inline)?;
        let label = Some(found.label).filter(|_| is_spoken(line))?;
        let standing = standing(label)?;
        matches!(standing, Standing::Word | Standing::Name).then_some((number, label))
    });
    let (line, label) = found.next()?;
    let others = found.count();
    let more = match others {
        0 => " looks like a speaker, and is".to_owned(),
        1 => " and another line look like speakers, and are".to_owned(),
        _ => format!(" and {others} other lines look like speakers, and are"),
    };
    let message = format!("`{label}:`{more} read as words of whoever spoke before");
    Some(Problem { line, message })
}

/// Whether speakers under firm labels take turns with hardly anything between.
struct TakesTurns<'a, 'b> {
    lines: &'b [Line<'a>],
    is: bool,
    /// The words of all lines that begin with a small letter; gathered once, where a label asks for them.
    small: OnceCell<HashSet<&'a str>>,
}

impl<'a, 'b> TakesTurns<'a, 'b> {
    /// Looks at the lines that begin a paragraph, where there are blank ones between turns, or else at all.
    fn of(lines: &'b [Line<'a>], tallies: &HashMap<&str, Tally>) -> Self {
        let takes = |is: bool| Self {
            lines,
            is,
            small: OnceCell::new(),
        };
        let of = |line: &Line<'_>| candidate(line).and_then(|found| tallies.get(found.label));
        let is_once = |tally: &Tally| tally.standing == Standing::Word && !tally.is_firm();
        if !tallies.values().any(is_once) {
            return takes(false);
        }
        let firms = || tallies.values().filter(|tally| tally.is_firm());
        // Where people have full names, a word before a colon is none of them.
        let words = firms().filter(|tally| tally.standing == Standing::Word);
        if words.count() * 2 < firms().count() {
            return takes(false);
        }
        let first = firms().map(|tally| tally.first).min();
        let call = lines
            .get(first.unwrap_or(lines.len())..)
            .unwrap_or_default();
        let (mut firms, mut others) = (0, 0);
        let blocks = blocks(call);
        for line in &blocks {
            match of(line) {
                Some(tally) if tally.is_firm() => firms += 1,
                Some(_) if is_spoken(line) => others += 1,
                _ => {}
            }
        }
        let begun = blocks.len();
        takes(firms >= 4 && firms * 2 >= begun && (firms + others) * 4 >= begun * 3)
    }

    /// Whether a word that stands once before a colon is a speaker among those that take turns.
    fn bears_out(&self, tally: &Tally) -> bool {
        let line = self.lines.get(tally.first);
        let line = line.filter(|line| is_spoken(line) && self.is);
        let label = line.and_then(candidate).map(|found| found.label);
        tally.standing == Standing::Word && label.is_some_and(|label| !self.is_noun(label))
    }

    /// Whether a word heads what a meeting notes down, or stands in small letters as well.
    fn is_noun(&self, word: &str) -> bool {
        let lower = word.to_lowercase();
        NOTED.contains(&lower.as_str())
            || self
                .small
                .get_or_init(|| small_words(self.lines))
                .contains(lower.as_str())
    }
}

/// The words of all lines that begin with no capital.
fn small_words<'a>(lines: &[Line<'a>]) -> HashSet<&'a str> {
    let words = lines.iter().flat_map(|line| lexemes(line.text));
    let words = words.map(|word| word.text);
    words
        .filter(|word| !word.starts_with(|c: char| c.is_ascii_uppercase()))
        .collect()
}

/// The lines that begin a paragraph, or all where hardly any is blank.
fn blocks<'a, 'b>(lines: &'b [Line<'a>]) -> Vec<&'b Line<'a>> {
    let filled = lines.iter().filter(|line| !line.is_blank());
    let mut before = None;
    let begin = lines.iter().filter(|line| {
        let begins = before.is_none_or(Line::is_blank);
        before = Some(line);
        begins && !line.is_blank()
    });
    let begin: Vec<_> = begin.collect();
    if begin.len() * 3 > filled.clone().count() {
        begin
    } else {
        filled.collect()
    }
}

/// Whether a sentence follows a label on its line: three words or more that end as one does.
fn is_spoken(line: &Line<'_>) -> bool {
    let words = line.words();
    let rest = colon(words).and_then(|(at, _)| words.get(at..));
    rest.is_some_and(|rest| rest.split_whitespace().count() > 3)
        && words.ends_with(['.', '?', '!', '…', '"', '”', '—', '-', '。', '？', '！'])
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
    fn whoever_speaks_once_among_those_who_take_turns_is_a_speaker() {
        let text = "Ada: We begin the meeting.\nBo: Yes, please go on.\nAda: Iron is dear again.\nBo: How dear is it?\n\
                    Kai: I think it is twice the price.\nAda: No, it is not.\nBo: Fine, then that is all.\n";
        let expected = ["Ada", "Bo", "Ada", "Bo", "Kai", "Ada", "Bo"];
        assert_eq!(openings(text, Place::Inline), expected);
        let paragraphs = text.replace('\n', "\nAnd more of it.\n\n");
        assert_eq!(openings(&paragraphs, Place::Inline), expected);
        for item in [
            "Budget: 40k",
            "Decision: We buy no iron this year.",
            "Price: It is twice what it was.",
        ] {
            let noted = text.replace("Kai: I think it is twice the price.", item)
                + "Ada: The price, then.\n";
            assert_eq!(openings(&noted, Place::Inline).len(), 7, "{item}");
        }
    }

    #[test]
    fn many_labels_that_stand_once_are_read_in_the_time_of_few() {
        let word = |number: usize| {
            let letters = [number / 676, number / 26 % 26, number % 26];
            let letters =
                letters.map(|letter| char::from(b'a' + u8::try_from(letter % 26).unwrap()));
            format!("K{}", String::from_iter(letters))
        };
        let text: String = (0..40_000)
            .map(|at| match at % 4 {
                0 => "Ada: We begin the meeting.\n".to_owned(),
                2 => "Bo: Yes, please go on.\n".to_owned(),
                _ => format!("{}: I think it is so.\n", word(at / 2)),
            })
            .collect();
        let start = std::time::Instant::now();
        let turns = openings(&text, Place::Inline).len();
        assert_eq!(turns, 40_000);
        assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
    }

    #[test]
    fn a_person_named_with_a_title_once_has_labels_without_it() {
        let text = "# Nimbus Anvil\n\n**Operator:** Good day.\n\n**Ada Quill, CEO:** Iron is dear.\n\n**Operator:** Bo Crane.\n\n\
                    **Bo Crane:** How dear?\n\n**Ada Quill:** Very.\n";
        let expected = ["Operator", "Ada Quill", "Operator", "Bo Crane", "Ada Quill"];
        assert_eq!(openings(text, Place::Inline), expected);
    }

    #[test]
    fn a_title_over_a_day_is_nobody() {
        let text = "The Anvil Hour, Episode 9: Iron\nJune 3, 2025\n\nAda: We begin.\nBo: Yes.\nAda: Well.\nBo: No.\nAda: Why?\nBo: So.\n";
        assert_eq!(
            openings(text, Place::Inline),
            ["Ada", "Bo", "Ada", "Bo", "Ada", "Bo"]
        );
    }

    #[test]
    fn what_looks_like_a_label_and_is_none_is_said() {
        let speech = "And so it went on for a while.\n".repeat(4);
        let text = format!(
            "Ada Quill: Iron is dear.\n{speech}Bo Crane: Yes.\n{speech}Kai: I think it is not so.\n{speech}Ada Quill: No.\nBo Crane: Fine.\n"
        );
        let problems = super::super::layout::testing::seen(&text).problems;
        let found: Vec<_> = problems
            .iter()
            .map(|problem| (problem.line, problem.message.as_str()))
            .collect();
        let message = "`Kai:` looks like a speaker, and is read as words of whoever spoke before";
        assert_eq!(found, [(11, message)]);
    }

    #[test]
    fn a_press_release_has_no_speakers() {
        let text = "Net Sales: $5 million\nOperating Income: $2 million\nSome more text here.\nNet Sales: $9 million\n\
                    Contact Us: at the gate\nMore text still.\nAnd more.";
        assert_eq!(openings(text, Place::Inline), [""; 0]);
    }
}
