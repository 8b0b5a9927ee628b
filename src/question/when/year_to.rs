//! Years by the day or the month that they end with: `the year ended December 31, 2024`.
//!
//! In: a question, or calls. Out: the month and year meant, and which year the company calls so.

use super::super::dated::Dated;
use super::super::text::{Word, words};
use super::quarters::{is_quarter_to, month};
use super::{Said, When, year_of};
use crate::transcript::{Date, PeriodPart};

/// `the year ended December 31, 2024`, `the twelve months ending March 2025`.
pub(super) fn year_ended(text: &str) -> Option<Said> {
    let words = words(text);
    (1..words.len()).find_map(|at| {
        words
            .get(at)
            .filter(|word| word.is_any(&["ended", "ending", "ends"]))?;
        let first = unit_before(&words, at)?;
        let rest = words
            .get(at + 1..)?
            .iter()
            .find(|word| !word.is_any(&["on", "in"]))?;
        let (month, year, end) = last_month(text, rest)?;
        let place = words.get(first)?.place.start..end;
        Some(Said {
            spoken: vec![year.to_string()],
            is_aim: true,
            ..Said::at(When::YearTo { month, year }, place)
        })
    })
}

/// Where the words for a year that stand before `at` begin.
fn unit_before(words: &[Word<'_>], at: usize) -> Option<usize> {
    let is = |back: usize, any: &[&str]| {
        let word = at.checked_sub(back).and_then(|at| words.get(at));
        word.is_some_and(|word| word.is_any(any))
    };
    if is(1, &["months"]) && is(2, &["twelve", "12"]) {
        return Some(at - 2);
    }
    if !is(1, &["year"]) {
        return is(1, &["fullyear", "fy"]).then_some(at - 1);
    }
    Some(at - 1 - usize::from(is(2, &["full", "fiscal", "financial", "calendar"])))
}

/// The month that ends with the day, or the month, that `from` begins, and where it ends in the text.
fn last_month(text: &str, from: &Word<'_>) -> Option<(u8, u16, usize)> {
    /// A year of whole weeks may run a few days into the next month.
    const FEW: u8 = 10;
    let start = from.place.start;
    let rest = text.get(start..)?;
    if let Some((day, place)) = Date::find_in(rest)
        && place.start == 0
    {
        let (month, year) = match (day.month(), day.day() <= FEW) {
            (1, true) => (12, day.year() - 1),
            (month, true) => (month - 1, day.year()),
            (month, false) => (month, day.year()),
        };
        return Some((month, year, start + place.end));
    }
    let words = words(rest);
    let year = words.get(1)?;
    Some((month(from)?, year_of(&year.norm)?, start + year.place.end))
}

/// What the company calls the year that ends with a month: as it called another that did. `None` where none did.
pub(in crate::question) fn year_to(month: u8, year: u16, calls: &[&Dated]) -> Option<u16> {
    let counted = |call: &&Dated| {
        let period = call.period?;
        let is_last = matches!(period.part(), PeriodPart::Quarter(4) | PeriodPart::Year);
        if !is_last || !is_quarter_to(call, month, None) {
            return None;
        }
        let held = call.date.map_or(period.year(), |date| {
            date.year() - u16::from(date.month() <= month)
        });
        (year + period.year()).checked_sub(held)
    };
    calls.iter().find_map(counted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::CallRow;

    #[test]
    fn a_year_is_told_by_its_last_month() {
        for (text, expected) in [
            ("wages for the year ended December 31, 2024", (12, 2024)),
            ("full year ended December 31, 2024 wages", (12, 2024)),
            ("wages, twelve months ended March 31, 2024", (3, 2024)),
            ("the fiscal year ending January 2025", (1, 2025)),
            ("the year ended February 2, 2025", (1, 2025)),
            ("the 12 months ended January 3, 2025", (12, 2024)),
        ] {
            let found = year_ended(text).map(|said| said.when);
            let (month, year) = expected;
            assert_eq!(found, Some(When::YearTo { month, year }), "{text}");
        }
        for text in [
            "the quarter ended December 31, 2024",
            "the year ended well",
            "how the year ended on the whole, and December 2024",
        ] {
            assert!(year_ended(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_year_is_called_as_the_company_calls_another() {
        let call = |period: &str, year, month| Dated {
            row: CallRow(1),
            company: None,
            period: period.parse().ok(),
            date: Date::new(year, month, 25),
        };
        let own = |call: Dated, month, year| year_to(month, year, &[&call]);
        assert_eq!(own(call("Q4 2024", 2025, 2), 1, 2026), Some(2025));
        assert_eq!(own(call("Q4 2024", 2024, 2), 1, 2024), Some(2024));
        assert_eq!(own(call("Q4 2024", 2025, 2), 12, 2024), Some(2024));
        assert_eq!(own(call("Q3 2024", 2025, 2), 12, 2024), None);
        assert_eq!(own(call("Q4 2024", 2025, 2), 6, 2024), None);
    }
}
