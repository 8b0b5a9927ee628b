//! The newest calls: `last quarter`, `the latest call`, `the last three quarters`.
//!
//! In: a question. Out: how many of the newest are meant.

use super::super::text::words;
use super::{Said, When, count, year_of};

/// What comes before that with which something is compared.
pub(super) const COMPARED: &[&str] = &[
    "than", "versus", "vs", "to", "with", "from", "over", "against", "and", "since",
];

/// `last quarter`, `the latest call`, `the last three quarters`; not where it is what is compared with.
pub(super) fn newest(text: &str) -> Option<Said> {
    let words = words(text);
    for (at, word) in words.iter().enumerate() {
        let recent = word.is_any(&["last", "latest", "newest", "past", "recent"]);
        let before = |back: usize| at.checked_sub(back).and_then(|at| words.get(at));
        let lead = (1..=3).find(|back| {
            before(*back).is_none_or(|word| !word.is_any(&["the", "most", "its", "their"]))
        });
        let compared = lead
            .and_then(before)
            .is_some_and(|word| word.is_any(COMPARED));
        if !recent || compared {
            continue;
        }
        let next = words.get(at + 1)?;
        let number = count(next);
        let unit = if number.is_some() {
            words.get(at + 2)
        } else {
            Some(next)
        };
        let mut end = at + 1 + usize::from(number.is_some());
        let unit = match unit {
            Some(unit) if unit.is_any(&["earnings", "quarterly", "conference", "reported"]) => {
                end += 1;
                words.get(end)
            }
            unit => unit,
        };
        // `the last two quarters of 2024` are of that year, not the newest.
        let year = words.get(end + 2).and_then(|word| year_of(&word.norm));
        let of_year = year.filter(|_| {
            words
                .get(end + 1)
                .is_some_and(|of| of.is_any(&["of", "in"]))
        });
        if of_year.is_none()
            && unit
                .is_some_and(|unit| unit.is_any(&["quarter", "quarters", "qtr", "call", "calls"]))
        {
            let from = words.get(at + 1 - lead.unwrap_or(1)).unwrap_or(word);
            let place = from.place.start..words.get(end)?.place.end;
            return Some(Said::at(When::Newest(number.unwrap_or(1)), place));
        }
    }
    None
}
