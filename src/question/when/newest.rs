//! The newest calls: `last quarter`, `the latest call`, `the last three quarters`, `over the past year`.
//!
//! In: a question. Out: how many of the newest are meant.

use super::super::text::{Word, words};
use super::{Said, When, count, year_of};

/// What comes before that with which something is compared.
pub(super) const COMPARED: &[&str] = &[
    "than", "versus", "vs", "to", "with", "from", "over", "against", "and", "since",
];
/// The same before several: `over the last three quarters` is when, `over last quarter` what it is compared with.
const SEVERAL_COMPARED: &[&str] = &["than", "versus", "vs", "to", "with", "against"];

/// `last quarter`, `the latest call`, `the last three quarters`; not where it is what is compared with.
pub(super) fn newest(text: &str) -> Option<Said> {
    let words = words(text);
    (0..words.len()).find_map(|at| {
        let recent = ["last", "latest", "newest", "past", "recent", "this"];
        words.get(at).filter(|word| word.is_any(&recent))?;
        let (calls, end) = newest_from(&words, at)?;
        let articles = words.get(..at).unwrap_or_default().iter().rev();
        let articles =
            articles.take_while(|word| word.is_any(&["the", "most", "its", "their", "these"]));
        let first = at - articles.count();
        if is_compared(
            &words,
            first,
            if calls > 1 {
                SEVERAL_COMPARED
            } else {
                COMPARED
            },
        ) {
            return None;
        }
        let place = words.get(first)?.place.start..words.get(end)?.place.end;
        Some(Said::at(When::Newest(calls), place))
    })
}

/// Whether what begins at `at` is what something is compared with.
pub(super) fn is_compared(words: &[Word<'_>], at: usize, by: &[&str]) -> bool {
    let before = at.checked_sub(1).and_then(|before| words.get(before));
    before.is_some_and(|word| word.is_any(by))
}

/// How many calls the words from `last` at `at` mean, and the last of these words.
fn newest_from(words: &[Word<'_>], at: usize) -> Option<(usize, usize)> {
    /// Quarters in a year, and months in a quarter.
    const QUARTERS: usize = 4;
    const MONTHS: usize = 3;
    let number = words.get(at + 1).and_then(count);
    let mut end = at + 1 + usize::from(number.is_some());
    if words
        .get(end)?
        .is_any(&["earnings", "quarterly", "conference", "reported", "fiscal"])
    {
        end += 1;
    }
    // `the last two quarters of 2024` are of that year, not the newest.
    let of = words
        .get(end + 1)
        .is_some_and(|of| of.is_any(&["of", "in"]));
    if of
        && words
            .get(end + 2)
            .is_some_and(|word| year_of(&word.norm).is_some())
    {
        return None;
    }
    let before = at.checked_sub(2).and_then(|before| words.get(before));
    let spans = words.get(at)?.is_any(&["past"])
        || before.is_some_and(|word| word.is_any(&["over", "during", "in", "within"]));
    // `in the last fiscal year` is a year that is over.
    let spans = spans
        && words
            .get(end - 1)
            .is_some_and(|word| !word.is_any(&["fiscal"]));
    let is_this = words.get(at)?.is_any(&["this"]);
    let calls = match (words.get(end)?.norm.as_str(), number) {
        ("quarter", None) => 1,
        _ if is_this => return None,
        ("quarter" | "quarters" | "qtr" | "qtrs" | "call" | "calls", number) => number.unwrap_or(1),
        ("year" | "years", Some(years)) => QUARTERS * years,
        // `over the last year`; `last year` is a year.
        ("year", None) if spans => QUARTERS,
        ("months", Some(months)) if months % MONTHS == 0 => months / MONTHS,
        _ => return None,
    };
    Some((calls, end))
}
