//! Quarters by their last month, and quarters of any year: `the June quarter`, `in Q2`.
//!
//! In: a question, or a call. Out: which quarter is meant, and whether the call is on it.

use super::super::dated::{Dated, Months};
use super::super::text::{Word, words};
use super::months::word_before;
use super::newest::COMPARED;
use super::{Said, When, year_of};
use crate::transcript::Date;

#[rustfmt::skip]
const MONTHS: [&str; 12] = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
];

/// A quarter is reported in the three months after it; a call without a day is taken to count by the
/// calendar.
pub(super) fn is_quarter_to(call: &Dated, month: u8, year: Option<u16>) -> bool {
    let end = match (call.date, call.period) {
        (Some(date), _) => {
            let held = i32::from(date.year()) * 12 + i32::from(date.month()) - 1;
            (1..=3)
                .map(|later| held - later)
                .find(|end| end % 12 == i32::from(month) - 1)
        }
        (None, Some(period)) => {
            Some(Months::of(period).last).filter(|last| last % 12 == i32::from(month) - 1)
        }
        (None, None) => None,
    };
    end.is_some_and(|end| year.is_none_or(|year| end / 12 == i32::from(year)))
}

/// A quarter by its last month, in words.
pub(in crate::question) fn label(month: u8, year: Option<u16>) -> String {
    let month = usize::from(month)
        .checked_sub(1)
        .and_then(|at| MONTHS.get(at));
    let month = month.copied().unwrap_or_default();
    year.map_or(format!("{month} quarter"), |year| {
        format!("{month} quarter of {year}")
    })
}

/// A month of a year, in words.
pub(in crate::question) fn month_label(month: u8, year: u16) -> String {
    label(month, Some(year)).replace(" quarter of", "")
}

/// The month and year of one day that ends its month, and so may end a quarter.
pub(in crate::question) fn quarter_end(from: Option<Date>, to: Option<Date>) -> Option<(u8, u16)> {
    let day = from.filter(|_| from == to)?;
    let last = match day.month() {
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    (day.day() >= last).then(|| (day.month(), day.year()))
}

/// `the quarter ended June 30, 2025`, `the three months ended June 30, 2025`.
pub(super) fn quarter_ended(text: &str) -> Option<Said> {
    let (day, place) = Date::find_in(text)?;
    let before = words(text.get(..place.start)?);
    let mut back = before.iter().rev().filter(|word| !word.is_any(&["on"]));
    let ended = back.next()?.is_any(&["ended", "ending"]);
    let unit = back.next()?;
    let number = back.next();
    let first = match number.filter(|number| number.is_any(&["three", "3"])) {
        Some(number) if unit.is_any(&["months"]) => number,
        _ if unit.is_any(&["quarter"]) => unit,
        _ => return None,
    };
    let when = When::QuarterTo {
        month: day.month(),
        year: Some(day.year()),
    };
    ended.then(|| Said::at(when, first.place.start..place.end))
}

/// `the June quarter`, with or without its year.
pub(super) fn quarter_to(text: &str) -> Option<Said> {
    let words = words(text);
    for (at, word) in words.iter().enumerate() {
        let Some(month) = month(word) else { continue };
        let year_at = |at: usize| words.get(at).and_then(|word| year_of(&word.norm));
        let next = words.get(at + 1)?;
        let after_of = usize::from(
            words
                .get(at + 2)
                .is_some_and(|word| word.is_any(&["of", "in"])),
        );
        if next.is_any(&["quarter"]) {
            let year = year_at(at + 2 + after_of);
            let last = at + 1 + year.map_or(0, |_| after_of + 1);
            let place = word.place.start..words.get(last)?.place.end;
            return Some(Said::at(When::QuarterTo { month, year }, place));
        }
    }
    None
}

/// A month by its full name or three letters; `may` only with its capital.
pub(super) fn month(word: &Word<'_>) -> Option<u8> {
    let named = |month: &str| {
        word.norm == month
            || (word.norm.len() == 3 && month.starts_with(&word.norm) && word.is_capital())
    };
    let at = MONTHS
        .iter()
        .position(|month| named(&month.to_lowercase()))?;
    (at != 4 || word.is_capital()).then(|| u8::try_from(at + 1).ok())?
}

/// `in the second quarter`, `in Q2`, without a year; not where it is what is compared with.
pub(super) fn any_year(text: &str) -> Option<Said> {
    const NAMED: [([&str; 2], &str, u8); 4] = [
        (["q1", "1q"], "first", 1),
        (["q2", "2q"], "second", 2),
        (["q3", "3q"], "third", 3),
        (["q4", "4q"], "fourth", 4),
    ];
    let words = words(text);
    words.iter().enumerate().find_map(|(at, word)| {
        let next_is_quarter = words
            .get(at + 1)
            .is_some_and(|next| next.is_any(&["quarter"]));
        let quarter = NAMED.iter().find_map(|(short, long, quarter)| {
            let named = word.is_any(short) || (word.norm == *long && next_is_quarter);
            named.then_some(*quarter)
        })?;
        let (lead, place) = word_before(text, word.place.start);
        let last = words.get(at + usize::from(next_is_quarter))?;
        let timed = ["in", "for", "during", "of"].contains(&lead.as_str());
        // `Lark margins q3`; of several such quarters none is more meant than another.
        let short = |word: &Word<'_>| NAMED.iter().any(|(short, _, _)| word.is_any(short));
        let others = words.iter().filter(|word| short(word)).count() > 1;
        let alone = short(word) && !others && !COMPARED.contains(&lead.as_str());
        (timed || alone).then(|| Said::at(When::AnyYear(quarter), place.start..last.place.end))
    })
}
