//! Quarters that take their year from a neighbour: `Q1 and Q3 2024`, `2024 Q1 to Q3`, `the first and third
//! quarter of 2024`.
//!
//! In: a question, and a quarter that it names with its year. Out: the quarters beside it, each a [`Mention`].

use super::super::dated::Months;
use super::super::text::{Word, words};
use super::mentions::Mention;
use super::year_of;
use crate::transcript::{Period, PeriodPart};
use std::ops::Range;

/// What stands between the quarters of a list or a range.
const JOINS: &[&str] = &[
    "and", "or", "to", "through", "thru", "until", "till", "versus", "vs",
];
/// Those that make a range.
const RANGES: &[&str] = &["to", "through", "thru", "until", "till"];
/// What may stand there too.
const FILLERS: &[&str] = &["the", "in", "of", "for"];
const MARKS: [char; 6] = ['-', '–', '—', '/', ',', '&'];

/// The quarters before and behind `mention` that have no year of their own, in no order.
pub(super) fn borrowed(text: &str, mention: &Mention) -> Vec<Mention> {
    let Months { first, last } = mention.months;
    if last - first != 2 {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut start = mention.place.start;
    while let Some(before) = before(text, start, mention) {
        start = before.place.start;
        found.push(before);
    }
    let mut end = mention.place.end;
    while let Some(behind) = behind(text, end, mention) {
        end = behind.place.end;
        found.push(behind);
    }
    found
}

fn before(text: &str, end: usize, mention: &Mention) -> Option<Mention> {
    let words = words(text.get(..end)?);
    let joins = words.iter().rev();
    let joins = joins
        .take_while(|word| word.is_any(JOINS) || word.is_any(FILLERS))
        .count();
    let (at, joins) = words.split_at_checked(words.len() - joins)?;
    let named = at.last()?;
    let ordinal = at.len().checked_sub(2).and_then(|ordinal| at.get(ordinal));
    let (quarter, place) = if named.is_any(&["quarter", "quarters"]) {
        let ordinal = ordinal?;
        (ordinal_of(ordinal)?, ordinal.place.start..named.place.end)
    } else {
        let quarter = short_of(named).or_else(|| ordinal_of(named))?;
        (quarter, named.place.clone())
    };
    let between = text.get(place.end..end)?;
    let is_joined = joins.iter().any(|word| word.is_any(JOINS)) || between.contains(MARKS);
    let is_range =
        joins.iter().any(|word| word.is_any(RANGES)) || between.contains(['-', '–', '—']);
    is_joined.then(|| of_year(mention, quarter, is_range, place))?
}

fn behind(text: &str, from: usize, mention: &Mention) -> Option<Mention> {
    let rest = text.get(from..)?;
    let words = words(rest);
    let lead = words.iter();
    let joins = lead
        .take_while(|word| word.is_any(JOINS) || word.is_any(FILLERS))
        .count();
    let named = words.get(joins)?;
    let next = words.get(joins + 1);
    let has_year = |word: Option<&Word<'_>>| {
        let digits = word.map(|word| word.norm.trim_start_matches("fy").to_owned());
        digits.is_some_and(|digits| year_of(&digits).is_some() || digits.starts_with("fiscal"))
    };
    let (quarter, end) = match next.filter(|next| next.is_any(&["quarter", "quarters"])) {
        Some(next) => (ordinal_of(named)?, next.place.end),
        None => (short_of(named)?, named.place.end),
    };
    let behind = words.iter().find(|word| word.place.start >= end);
    let after_of = words.iter().filter(|word| word.place.start >= end).nth(1);
    let of = behind.is_some_and(|word| word.is_any(FILLERS)) && has_year(after_of);
    let marked = rest.get(..named.place.start)?.contains(MARKS);
    let is_joined = words.iter().take(joins).any(|word| word.is_any(JOINS)) || marked;
    let own_year = has_year(behind) || of;
    (is_joined && !own_year).then(|| {
        of_year(
            mention,
            quarter,
            false,
            named.place.start + from..end + from,
        )
    })?
}

/// The quarter in the mention's year; a range that would run backwards begins in the year before.
fn of_year(mention: &Mention, quarter: u8, is_range: bool, place: Range<usize>) -> Option<Mention> {
    let year = u16::try_from(mention.months.first / 12).ok()?;
    let own = mention.months.first % 12 / 3 + 1;
    let year = if is_range && i32::from(quarter) > own {
        year - 1
    } else {
        year
    };
    let period = Period::new(year, PeriodPart::Quarter(quarter))?;
    Some(Mention {
        label: period.to_string(),
        months: Months::of(period),
        place,
        is_bare: false,
    })
}

fn short_of(word: &Word<'_>) -> Option<u8> {
    let digit = word.norm.strip_prefix('q')?.parse().ok()?;
    (1..=4).contains(&digit).then_some(digit)
}

fn ordinal_of(word: &Word<'_>) -> Option<u8> {
    const NAMES: [[&str; 2]; 4] = [
        ["first", "1st"],
        ["second", "2nd"],
        ["third", "3rd"],
        ["fourth", "4th"],
    ];
    let at = NAMES.iter().position(|names| word.is_any(names))?;
    u8::try_from(at + 1).ok()
}
