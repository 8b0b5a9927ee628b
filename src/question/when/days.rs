//! Days: `on July 31, 2025`, `since 2024-05-01`, `the quarter ended June 30, 2025`.
//!
//! In: a question. Out: the days that calls were held on, or the quarter that a day ends.

use super::super::text::words;
use super::months::{AFTER, BEFORE, SINCE, TO, UNTIL, word_before};
use super::{Said, When};
use crate::transcript::Date;

/// `on July 31, 2025`, `since 2024-05-01`, `between … and …`.
pub(super) fn days(text: &str) -> Option<Said> {
    let (first, place) = Date::find_in(text)?;
    let rest = text.get(place.end..)?;
    let second =
        Date::find_in(rest).map(|(date, at)| (date, at.start + place.end..at.end + place.end));
    let (lead, lead_place) = word_before(text, place.start);
    let (from, to, end) = match second {
        Some((second, at)) if is_join(text.get(place.end..at.start)?) => {
            (Some(first.min(second)), Some(first.max(second)), at.end)
        }
        _ if AFTER.contains(&lead.as_str()) => (first.next(), None, place.end),
        _ if BEFORE.contains(&lead.as_str()) => (None, first.previous(), place.end),
        _ if SINCE.contains(&lead.as_str()) => (Some(first), None, place.end),
        _ if UNTIL.contains(&lead.as_str()) => (None, Some(first), place.end),
        _ => (Some(first), Some(first), place.end),
    };
    Some(Said::at(When::Days { from, to }, lead_place.start..end))
}

fn is_join(between: &str) -> bool {
    let found = words(between);
    !found.is_empty() && found.len() <= 3 && found.iter().all(|word| word.is_any(TO))
}
