//! Every period and year that a question names, each by itself.
//!
//! In: a question. Out: its [`Mention`]s, in order.

use super::super::dated::Months;
use super::super::text::{Word, words};
use super::super::wants::is_said_in_figures;
use super::borrowed::borrowed;
use super::short::short;
use super::{count, year_of};
use crate::transcript::{Period, PeriodPart};
use std::ops::Range;

/// A stretch of time named in the text.
pub(super) struct Mention {
    pub(super) label: String,
    pub(super) months: Months,
    pub(super) place: Range<usize>,
    /// Whether it is a time only by where it stands.
    pub(super) is_bare: bool,
}

/// What a year is `of`: other things of a year are things.
#[rustfmt::skip]
const OF_A_YEAR: &[&str] = &[
    "all", "beginning", "call", "calls", "course", "end", "half", "months", "most", "quarter", "quarters",
    "remainder", "rest", "start", "year",
];

/// What a year stands behind when it is a time; `a target of 2030 megawatts` is none.
#[rustfmt::skip]
pub(super) const BEFORE_A_YEAR: &[&str] = &[
    "in", "during", "for", "since", "after", "before", "from", "between", "to", "until", "through", "and", "fiscal",
    "year", "calendar", "late", "early", "mid", "following", "preceding", "throughout", "within", "yeartodate",
    "ytd", "or",
];

/// Words from a year to the figure that is of it.
const NEAR: usize = 3;

/// Every period and year that the text names, in its order; a year behind one of `names` is that company's.
pub(super) fn mentions(text: &str, names: &[Range<usize>]) -> Vec<Mention> {
    let mut found: Vec<Mention> = Vec::new();
    let mut from = 0;
    while let Some(rest) = text.get(from..) {
        // Of two that begin together the first of these.
        let next = [tight(rest), Period::find_in(rest), short(rest)];
        let next = next
            .into_iter()
            .flatten()
            .min_by_key(|(_, place)| place.start);
        let Some((period, place)) = next else { break };
        let place = place.start + from..place.end + from;
        from = place.end;
        found.push(Mention {
            label: period.to_string(),
            months: Months::of(period),
            place,
            is_bare: false,
        });
    }
    let years = years(text, names)
        .into_iter()
        .filter(|year| {
            let inside = |other: &Mention| {
                other.place.start < year.place.end && year.place.start < other.place.end
            };
            !found.iter().any(inside)
        })
        .collect::<Vec<_>>();
    found.extend(years);
    let lent: Vec<Mention> = found.iter().flat_map(|own| borrowed(text, own)).collect();
    for lent in lent {
        let inside =
            |own: &Mention| own.place.start < lent.place.end && lent.place.start < own.place.end;
        if !found.iter().any(inside) {
            found.push(lent);
        }
    }
    found.sort_by_key(|mention| mention.place.start);
    found
}

/// `2024-q4` in a list belongs to its own year, not to the next one: `2023-Q4, 2024-Q1`.
fn tight(text: &str) -> Option<(Period, Range<usize>)> {
    let bytes = text.as_bytes();
    (0..bytes.len()).find_map(|start| {
        let year = year_of(text.get(start..start + 4)?)?;
        let alone = start == 0 || !bytes.get(start - 1)?.is_ascii_alphanumeric();
        let gap = usize::from(b"-_/ ".contains(bytes.get(start + 4)?));
        let letter = bytes.get(start + 4 + gap)?.eq_ignore_ascii_case(&b'q');
        let quarter = char::from(*bytes.get(start + 5 + gap)?).to_digit(10)?;
        let end = start + 6 + gap;
        let ends = bytes
            .get(end)
            .is_none_or(|next| !next.is_ascii_alphanumeric());
        let period = Period::new(year, PeriodPart::Quarter(u8::try_from(quarter).ok()?))?;
        (alone && letter && ends).then_some((period, start..end))
    })
}

/// Bare years where they are times, and parts of years that no quarter tells: `late 2023`.
fn years(text: &str, names: &[Range<usize>]) -> Vec<Mention> {
    let words = words(text);
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let (part, digits) = match word.norm.split_at_checked(3) {
            Some(("mid", digits)) if digits.len() == 4 => ("mid", digits),
            _ => ("", word.norm.as_str()),
        };
        let Some(year) = year_of(digits) else {
            continue;
        };
        if let Some(some) = some_of_year(&words, at, year) {
            found.push(some);
            continue;
        }
        let before = at.checked_sub(1).and_then(|before| words.get(before));
        let part = before
            .filter(|word| word.is_any(&["late", "early", "mid"]))
            .map_or(part, |word| word.norm.as_str());
        let of = at.checked_sub(2).and_then(|of| words.get(of));
        let of_time = of.is_some_and(|of| of.is_any(OF_A_YEAR));
        // `2019 vs 2022`
        let of_two = of.is_some_and(|of| year_of(&of.norm).is_some());
        let leads = |word: &Word<'_>| {
            word.possessive
                || word.is_any(BEFORE_A_YEAR)
                || (word.norm == "of" && of_time)
                || (word.is_any(&["versus", "vs"]) && of_two)
        };
        // `Lark 2025 revenue guidance`.
        let behind = words.get(at + 1..).unwrap_or_default().iter().take(NEAR);
        let heads = behind
            .into_iter()
            .any(|word| is_said_in_figures(&word.norm))
            && before.is_some_and(Word::is_capital);
        let timed = before.is_none_or(leads) || heads || !part.is_empty();
        let listed = before.is_some_and(|word| word.comma && year_of(&word.norm).is_some());
        let is_bare = !timed && !listed;
        if is_bare && !stands_as_time(&words, at, names) {
            continue;
        }
        let all = Months::of_year(year);
        let (first, last) = match part {
            "early" => (0, 5),
            "mid" => (3, 8),
            "late" => (6, 11),
            _ => (0, 11),
        };
        let start = before
            .filter(|_| !part.is_empty() && !word.norm.starts_with("mid"))
            .map_or(word.place.start, |word| word.place.start);
        found.push(Mention {
            label: format!("{part} {year}").trim().to_owned(),
            months: Months {
                first: all.first + first,
                last: all.first + last,
            },
            place: start..word.place.end,
            is_bare,
        });
    }
    found
}

/// Whether a year is a time by where it stands: behind a company's name, or last, behind what is told in figures.
fn stands_as_time(words: &[Word<'_>], at: usize, names: &[Range<usize>]) -> bool {
    const JOINS: &[&str] = &["and", "or", "to", "versus", "vs"];
    const FLOWS: &[&str] = &["cashflow", "flow", "flows", "production", "volumes"];
    let Some(before) = at.checked_sub(1).and_then(|before| words.get(before)) else {
        return false;
    };
    let is_named = names.iter().any(|name| name.end == before.place.end);
    let is_figure = |at: usize| {
        let word = at.checked_sub(1).and_then(|before| words.get(before));
        word.is_some_and(|word| {
            let is_figure = is_said_in_figures(&word.norm) || word.is_any(FLOWS);
            is_figure && !word.is_capital()
        })
    };
    let is_year = |at: usize| {
        words
            .get(at)
            .is_some_and(|word| year_of(&word.norm).is_some())
    };
    let joins = |at: usize| words.get(at).is_some_and(|word| word.is_any(JOINS));
    // `Lark wages 2024 vs 2025`.
    let is_first = joins(at + 1) && is_year(at + 2);
    let ends = words.len() == at + 1;
    let is_second = ends && joins(at - 1) && at > 2 && is_year(at - 2) && is_figure(at - 2);
    let is_last = (ends || is_first) && is_figure(at);
    is_named || (!names.is_empty() && (is_last || is_second))
}

/// `the first two quarters of 2024`, `the last six months of 2024`: the year stands at `at`.
fn some_of_year(words: &[Word<'_>], at: usize, year: u16) -> Option<Mention> {
    let back = |by: usize| at.checked_sub(by).and_then(|at| words.get(at));
    let (of, unit, number, which) = (back(1)?, back(2)?, back(3)?, back(4)?);
    let length = match unit.norm.as_str() {
        "quarters" => 3,
        "months" => 1,
        _ => return None,
    };
    let length = i32::try_from(count(number)?).ok()? * length;
    let all = Months::of_year(year);
    let months = match which.norm.as_str() {
        "first" => Months {
            last: all.first + length - 1,
            ..all
        },
        "last" => Months {
            first: all.last - length + 1,
            ..all
        },
        _ => return None,
    };
    let is_some = of.is_any(&["of", "in"]) && length <= 12;
    is_some.then(|| Mention {
        label: format!("{} {} {} of {year}", which.norm, number.norm, unit.norm),
        months,
        is_bare: false,
        place: which.place.start..words.get(at).map_or(of.place.end, |year| year.place.end),
    })
}
