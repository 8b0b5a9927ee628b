//! Each period there is, whenever that was: `over time`, `quarter by quarter`, `in each quarter`.
//!
//! In: a question. Out: that, and the words it was said with.

use super::super::text::words;
use super::{Said, When};

/// Words that ask for one period after the other.
const EACH: &[&[&str]] = &[
    &["over", "time"],
    &["quarter", "by", "quarter"],
    &["from", "quarter", "to", "quarter"],
    &["in", "each", "quarter"],
    &["in", "every", "quarter"],
    &["on", "each", "call"],
    &["on", "every", "call"],
    &["each", "quarter"],
    &["every", "quarter"],
];

/// `over time`, `quarter by quarter`, `in each quarter`.
pub(super) fn each(text: &str) -> Option<Said> {
    let words = words(text);
    EACH.iter().find_map(|each| {
        let mut rows = words.windows(each.len());
        let row = rows.find(|row| row.iter().map(|word| &word.norm).eq(each.iter()))?;
        let (first, last) = (row.first()?, row.last()?);
        Some(Said::at(When::Each, first.place.start..last.place.end))
    })
}
