//! A month of a year: `in March 2022`, `since June 2024`, `the March 2022 quarter`.
//!
//! In: a question. Out: the days of calls, or the month for the calls to tell what it is to them.

use super::super::text::words;
use super::months::{AFTER, BEFORE, SINCE, UNTIL, is_compared_with, word_before};
use super::quarters::month;
use super::{Said, When, year_of};
use crate::transcript::Date;

/// The one month that the text names with its year; not where something is only compared with it.
pub(super) fn month_of_year(text: &str) -> Option<Said> {
    let words = words(text);
    let at_word = |at: usize| {
        let month = month(words.get(at)?)?;
        Some((at, month, year_of(&words.get(at + 1)?.norm)?))
    };
    let mut found = (0..words.len()).filter_map(at_word);
    let (at, month, year) = found.next()?;
    let start = words.get(at)?.place.start;
    if found.next().is_some() || is_compared_with(text, start) {
        return None;
    }
    let quarter = words.get(at + 2).filter(|word| word.norm == "quarter");
    let end = quarter.or(words.get(at + 1))?.place.end;
    let (lead, lead_place) = word_before(text, start);
    let first = Date::new(year, month, 1);
    let next = Date::new(year + u16::from(month == 12), month % 12 + 1, 1);
    let leads = |list: &[&str]| list.contains(&lead.as_str());
    let when = match quarter {
        Some(_) => When::QuarterTo {
            month,
            year: Some(year),
        },
        None if leads(SINCE) => When::Days {
            from: first,
            to: None,
        },
        None if leads(AFTER) => When::Days {
            from: next,
            to: None,
        },
        None if leads(BEFORE) => When::Days {
            from: None,
            to: first.and_then(Date::previous),
        },
        None if leads(UNTIL) => When::Days {
            from: None,
            to: next.and_then(Date::previous),
        },
        None => When::Month { month, year },
    };
    Some(Said::at(when, lead_place.start..end))
}
