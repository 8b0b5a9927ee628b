//! What no turn holds of a text, where that is more than a page carries beside its call.
//!
//! In: lines and drafts of turns. Out: problems, one for each stretch of sentences that is nobody's and whose reader did not
//! say why: a second call behind the first, speech under a heading that ends a call. This file knows no layout's line shapes.

use super::front::short_headline;
use super::lines::Line;
use super::motley::is_advert;
use super::script::Draft;
use super::several::is_other;
use super::{Layout, Metadata, Problem};

/// Sentences of fewer words in one stretch are what pages say of themselves.
const FEWEST: usize = 40;

/// A line is a sentence from so many words on, and without an end mark from so many.
const SENTENCE: usize = 8;
const WRAPPED: usize = 25;

/// What a vendor says of itself goes on for so many words at the most.
const NOTICE: usize = 300;

/// How such a notice begins, or what stands in its first line, in lower case.
const NOTICES: [&str; 8] = [
    "disclaimer",
    "copyright",
    "©",
    "reserves the right",
    "the information herein",
    "may not be 100 percent",
    "is a transcript of this conference call",
    "computer generated",
];

/// The stretches of speech that are in no turn.
pub(super) fn problems(lines: &[Line<'_>], drafts: &[Draft], layout: Layout) -> Vec<Problem> {
    if layout.is_rendered() || drafts.is_empty() {
        return Vec::new();
    }
    let mut spans = drafts
        .iter()
        .map(|draft| draft.span)
        .filter(|span| !span.is_empty());
    let mut next = spans.next();
    let mut stretch = Stretch::default();
    let mut found = Vec::new();
    // What pages of some vendors have above a call is theirs.
    let mut is_counted = has_bare_front(layout);
    for (number, line) in (1..).zip(lines) {
        while let Some(span) = next.filter(|span| span.end() <= line.span.start()) {
            found.extend(std::mem::take(&mut stretch).problem());
            is_counted = true;
            next = spans.next();
            debug_assert!(next.is_none_or(|next| next.start() >= span.start()));
        }
        let is_held = next.is_some_and(|span| span.start() < line.span.end());
        if is_held {
            found.extend(std::mem::take(&mut stretch).problem());
            is_counted = true;
        } else if is_counted && !line.is_blank() {
            stretch.add(number, line.words());
        }
    }
    found.extend(stretch.problem());
    found
}

/// A headline of another call than `of`, once somebody has spoken.
pub(super) fn another_call(lines: &[Line<'_>], drafts: &[Draft], of: &Metadata) -> Option<Problem> {
    of.company.as_ref()?;
    let first = drafts.iter().find(|draft| draft.who.is_some())?;
    let after = lines.partition_point(|line| line.span.end() <= first.span.start());
    let mut lines = (1..).zip(lines).skip(after);
    lines.find_map(|(line, found)| {
        let words = found.words();
        let new = short_headline(words).filter(|new| new.company.is_some())?;
        is_other(of, &new).then(|| Problem {
            line,
            message: format!("`{words}` names another call, and no call begins there"),
        })
    })
}

/// Whether a line begins what a vendor says of itself. All but one of the beginnings have nine Latin letters or more, which
/// lines of Chinese have not.
fn holds_notice(words: &str) -> bool {
    const FEWEST_LETTERS: usize = 9;
    let letters = words.bytes().filter(u8::is_ascii_alphabetic);
    if letters.take(FEWEST_LETTERS).count() < FEWEST_LETTERS && !words.contains('©') {
        return false;
    }
    let lower = words.to_lowercase();
    NOTICES.iter().any(|notice| lower.contains(notice))
}

/// Whether a layout's reader passes over nothing but headlines and lists before the call.
fn has_bare_front(layout: Layout) -> bool {
    matches!(
        layout,
        Layout::Labels
            | Layout::Headings
            | Layout::CompanyPaper
            | Layout::SpeakerMarks
            | Layout::TimedLines
    )
}

/// Lines between two turns, or after the last one.
#[derive(Default)]
struct Stretch {
    first: u32,
    last: u32,
    words: usize,
    /// Of them, words of sentences.
    spoken: usize,
    /// Words of a notice that may still follow.
    notice: usize,
}

impl Stretch {
    fn add(&mut self, number: u32, words: &str) {
        let count = words.split_whitespace().count();
        if holds_notice(words) {
            self.notice = NOTICE;
        }
        if self.notice > 0 {
            self.notice = self.notice.saturating_sub(count);
            return;
        }
        if is_advert(words) {
            return;
        }
        self.first = if self.words == 0 { number } else { self.first };
        self.last = number;
        self.words += count;
        let ends = words.ends_with(['.', '?', '!', '"', '”', '。', '？', '！']);
        if count >= WRAPPED || count >= SENTENCE && ends {
            self.spoken += count;
        }
    }

    fn problem(self) -> Option<Problem> {
        let Self {
            first,
            last,
            words,
            spoken,
            ..
        } = self;
        (spoken >= FEWEST).then(|| Problem {
            line: first,
            message: format!(
                "{words} words on the lines {first} to {last} are in nobody's turn, and no call of their own begins there"
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::layout::testing::seen;

    fn call(of: &str, period: &str) -> String {
        let speech =
            "Anvils are heavy, and we sell more of them than anybody else does in this trade. "
                .repeat(4);
        format!(
            "{of}\n(\nNIMB\n)\n{period} Earnings Call\nPrepared Remarks:\nOperator\nGood day.\nAda Quill\n--\nChief Executive Officer\n{speech}\n\
             Duration: 9 minutes\nCall participants:\nAda Quill\n--\nChief Executive Officer\nAll earnings call transcripts\n"
        )
    }

    #[test]
    fn a_second_call_behind_the_first_is_said_with_its_lines_and_words() {
        assert_eq!(seen(&call("Nimbus", "Q1 2024")).problems, []);
        let two = call("Nimbus", "Q1 2024") + &call("Brindle", "Q2 2024");
        let problems = seen(&two).problems;
        let [problem] = problems.as_slice() else {
            panic!("{problems:?}")
        };
        assert_eq!(problem.line, 13);
        assert!(
            problem
                .message
                .contains("words on the lines 13 to 36 are in nobody's turn"),
            "{}",
            problem.message
        );
    }

    #[test]
    fn a_headline_of_another_call_among_the_turns_is_said() {
        let call = |of: &str| {
            format!(
                "{of} Earnings Call\nOperator: Good day.\nAda Quill, CEO: Thanks.\nOperator: Next.\nAda Quill, CEO: Bye.\n"
            )
        };
        let messages = |text: &str| -> Vec<String> {
            seen(text)
                .problems
                .into_iter()
                .map(|problem| problem.message)
                .collect()
        };
        assert_eq!(
            messages(&(call("Nimbus Anvil Q1 2024") + &call("Nimbus Anvil Q1 2024"))),
            [""; 0]
        );
        assert_eq!(
            messages(&(call("Nimbus Anvil Q1 2024") + &call("Nimbus Anvil Q2 2024"))),
            ["`Nimbus Anvil Q2 2024 Earnings Call` names another call, and no call begins there"]
        );
    }
}
