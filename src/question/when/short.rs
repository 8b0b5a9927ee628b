//! Periods in the shorthand of analysts: `2Q 24`, `Q 2 2024`, `1Q-24`, `Q1/24`, `3QFY24`, `9M24`.
//!
//! In: a question. Out: the first such period, and its place.

use super::super::text::{Word, words};
use super::year_of;
use crate::transcript::{Period, PeriodPart};
use std::ops::Range;

/// Words that one period may be written in: `Q 2 2024`, `2 Q FY 24`.
const MOST: usize = 4;

/// The first period so written.
pub(super) fn short(text: &str) -> Option<(Period, Range<usize>)> {
    let words = words(text);
    (0..words.len()).find_map(|at| {
        let rows = (1..=MOST).rev().filter_map(|length| {
            let row = words.get(at..at + length)?;
            let next = words.get(at + length);
            in_row(text, row, next)
        });
        rows.take(1).next()
    })
}

fn in_row(text: &str, row: &[Word<'_>], next: Option<&Word<'_>>) -> Option<(Period, Range<usize>)> {
    let (first, last) = (row.first()?, row.last()?);
    let touch = |pair: &[Word<'_>]| match pair {
        [one, other] => text
            .get(one.place.end..other.place.start)
            .is_some_and(|gap| ["", " ", "/", "–", " '", " ’", "'", "’"].contains(&gap)),
        _ => false,
    };
    if !row.windows(2).all(touch) {
        return None;
    }
    let joined: String = row.iter().map(|word| word.norm.as_str()).collect();
    let (part, rest) = part(&joined).or_else(|| year_first(&joined))?;
    let (is_marked, digits) = match rest.strip_prefix("fy") {
        Some(digits) => (true, digits),
        None => (false, rest),
    };
    let year = match digits.len() {
        2 => 2000 + digits.parse::<u16>().ok()?,
        _ => year_of(digits)?,
    };
    let is_apart = row.len() > 1 && digits.len() == 2 && !is_marked;
    if is_apart && is_amount(text, last, next) {
        return None;
    }
    Some((Period::new(year, part)?, first.place.start..last.place.end))
}

/// Whether two digits count something: `Q2 24 stores`, `Q3 25%`.
fn is_amount(text: &str, digits: &Word<'_>, next: Option<&Word<'_>>) -> bool {
    const UNITS: &[&str] = &[
        "basis", "billion", "bps", "cents", "days", "million", "months", "new", "of", "percent",
        "points", "stores", "units", "weeks", "years",
    ];
    let behind = text.get(digits.place.end..).unwrap_or_default();
    let year: u8 = digits.norm.parse().unwrap_or(0);
    // Calls are of these years.
    !(15..=35).contains(&year)
        || behind.starts_with('%')
        || next.is_some_and(|next| next.is_any(UNITS))
}

/// `24Q3`.
fn year_first(joined: &str) -> Option<(PeriodPart, &str)> {
    let (year, quarter) = joined.split_at_checked(2)?;
    let (part, rest) = part(quarter)?;
    rest.is_empty().then_some((part, year))
}

/// The part of a year that a word without blanks begins with, and what is left of it.
fn part(joined: &str) -> Option<(PeriodPart, &str)> {
    // What is said of the first nine months is said with the third quarter.
    const PARTS: [(&str, PeriodPart); 15] = [
        ("q1", PeriodPart::Quarter(1)),
        ("q2", PeriodPart::Quarter(2)),
        ("q3", PeriodPart::Quarter(3)),
        ("q4", PeriodPart::Quarter(4)),
        ("1q", PeriodPart::Quarter(1)),
        ("2q", PeriodPart::Quarter(2)),
        ("3q", PeriodPart::Quarter(3)),
        ("4q", PeriodPart::Quarter(4)),
        ("h1", PeriodPart::Half(1)),
        ("h2", PeriodPart::Half(2)),
        ("1h", PeriodPart::Half(1)),
        ("2h", PeriodPart::Half(2)),
        ("6m", PeriodPart::Half(1)),
        ("9m", PeriodPart::Quarter(3)),
        ("12m", PeriodPart::Year),
    ];
    PARTS
        .iter()
        .find_map(|(typed, part)| Some((*part, joined.strip_prefix(typed)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_in_shorthand_is_read() {
        for (text, expected) in [
            ("lark 2Q 24 wages", "Q2 2024"),
            ("lark Q 2 2024 wages", "Q2 2024"),
            ("1Q-24 wages", "Q1 2024"),
            ("Q1/24 wages", "Q1 2024"),
            ("Q3 '24 wages", "Q3 2024"),
            ("wages 3QFY24", "Q3 2024"),
            ("wages 3Q FY 2024", "Q3 2024"),
            ("9M24 wages", "Q3 2024"),
            ("9M 2024 wages", "Q3 2024"),
            ("1H 24 wages", "H1 2024"),
            ("24Q3 wages", "Q3 2024"),
        ] {
            let found = short(text).map(|(period, _)| period.to_string());
            assert_eq!(found.as_deref(), Some(expected), "{text}");
        }
        for text in [
            "Q2 24 stores",
            "Q3 25% growth",
            "Q2 $24",
            "Q2 wages 24",
            "in 2Q",
            "3M 24",
        ] {
            assert!(short(text).is_none(), "{text}");
        }
    }
}
