//! Parts of a year without their year: `since Q2`, `in the first half`, `from Q1 to Q3`.
//!
//! In: a question. Out: the part, for the newest call to tell the year. A quarter alone, as in `in Q2`, is of any year.

use super::super::text::{Word, words};
use super::months::{AFTER, BEFORE, SINCE, UNTIL, is_range, word_before};
use super::newest::COMPARED;
use super::relative::{Part, Relative, Side};
use super::{Said, When};
use std::ops::Range;

/// What the parts of a year are called: a word, or two; then months from the first of the year, and how many.
const NAMED: [(&str, &str, i32, i32); 14] = [
    ("q1", "first quarter", 0, 3),
    ("q2", "second quarter", 3, 3),
    ("q3", "third quarter", 6, 3),
    ("q4", "fourth quarter", 9, 3),
    ("1q", "1st quarter", 0, 3),
    ("2q", "2nd quarter", 3, 3),
    ("3q", "3rd quarter", 6, 3),
    ("4q", "4th quarter", 9, 3),
    ("h1", "first half", 0, 6),
    ("h2", "second half", 6, 6),
    ("1h", "1st half", 0, 6),
    ("2h", "2nd half", 6, 6),
    ("", "front half", 0, 6),
    ("", "back half", 6, 6),
];

/// A part of a year as it stands in a question.
struct Named {
    part: Part,
    place: Range<usize>,
    /// Whether it is written in two letters.
    is_short: bool,
}

/// `since Q2`, `in the first half`, `from Q1 to Q3`.
pub(super) fn yearless(text: &str) -> Option<Said> {
    let found = named(&words(text));
    let [first, rest @ ..] = found.as_slice() else {
        return None;
    };
    let (lead, lead_place) = word_before(text, first.place.start);
    let said = |side: Side, end: usize| {
        let relative = Relative::Part(Part { side, ..first.part });
        Said::at(When::Relative(relative), lead_place.start..end)
    };
    if let Some(to) = rest.first() {
        let between = text.get(first.place.end..to.place.start)?;
        let side = Side::To(to.part.first, to.part.length);
        return is_range(between, &lead).then(|| said(side, to.place.end));
    }
    let open = [
        (SINCE, Side::Since),
        (AFTER, Side::After),
        (UNTIL, Side::Until),
        (BEFORE, Side::Before),
    ];
    let open = open
        .iter()
        .find(|(leads, _)| leads.contains(&lead.as_str()));
    if let Some((_, side)) = open {
        return Some(said(*side, first.place.end));
    }
    let is_half = first.part.length == 6;
    let timed = ["in", "for", "during", "of", "over", "throughout"].contains(&lead.as_str());
    let alone = first.is_short && !COMPARED.contains(&lead.as_str());
    // What is told of a half is told in these words, so they are looked for too.
    (is_half && (timed || alone)).then(|| Said {
        places: Vec::new(),
        ..said(Side::Within, first.place.end)
    })
}

fn named(words: &[Word<'_>]) -> Vec<Named> {
    let at_word = |(at, word): (usize, &Word<'_>)| {
        let next = words.get(at + 1);
        let pair = next.map(|next| format!("{} {}", word.norm, next.norm));
        let (short, _, first, length) = NAMED
            .iter()
            .find(|(short, long, ..)| word.norm == *short || pair.as_deref() == Some(long))?;
        let is_short = word.norm == *short;
        let last = if is_short { word } else { next? };
        Some(Named {
            part: Part {
                first: *first,
                length: *length,
                side: Side::Within,
            },
            place: word.place.start..last.place.end,
            is_short,
        })
    };
    words.iter().enumerate().filter_map(at_word).collect()
}
