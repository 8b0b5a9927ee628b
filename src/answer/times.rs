//! Whether words state a time: a day, a month, a year, so many weeks from now.
//!
//! In: a sentence. Out: yes or no.

use super::figures::MONTHS;
use crate::index::words;

/// Spans of time, and what tells when.
const TIMES: [&str; 30] = [
    "autumn",
    "date",
    "day",
    "days",
    "decade",
    "earlier",
    "half",
    "immediately",
    "later",
    "mid",
    "midyear",
    "month",
    "months",
    "now",
    "quarter",
    "quarters",
    "season",
    "shortly",
    "soon",
    "spring",
    "summer",
    "today",
    "tomorrow",
    "tonight",
    "week",
    "weeks",
    "winter",
    "year",
    "years",
    "yearend",
];

/// Whether a sentence says when.
pub(super) fn states(sentence: &str) -> bool {
    words(sentence).iter().any(|word| {
        let word = word.as_str();
        let is_year =
            word.len() == 4 && word.parse().is_ok_and(|year| (1950..2100).contains(&year));
        is_year
            || TIMES.contains(&word)
            || (MONTHS.contains(&word) && word != "may" && word != "march")
            || is_short(word)
    })
}

/// `Q3`, `H2`, `FY26`.
fn is_short(word: &str) -> bool {
    ["q", "h", "fy"].iter().any(|form| {
        let rest = word.strip_prefix(form);
        rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_a_year_or_weeks_from_now_are_times() {
        for text in [
            "It opens in October.",
            "by the end of 2026",
            "It will take several quarters.",
            "Q3",
            "as soon as we can",
        ] {
            assert!(states(text), "{text}");
        }
        for text in [
            "It may open.",
            "We march on.",
            "in the second hall",
            "3000 robots",
        ] {
            assert!(!states(text), "{text}");
        }
    }
}
