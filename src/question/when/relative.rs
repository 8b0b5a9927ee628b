//! Times that are told by another: `a year ago`, `the previous quarter`, `last year`, `so far this year`.
//!
//! In: a question. Out: a [`Relative`] time, and by the newest call of a company the months that it is.

use super::super::dated::Months;
use super::super::text::{Word, words};
use super::newest::{COMPARED, is_compared};
use super::quarters;
use super::{Said, Stretch, When, count};
use crate::transcript::{Period, PeriodPart};

/// A time told by the newest call of a company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::question) enum Relative {
    /// The quarter of the newest call, and so many before.
    QuartersAgo(i32),
    /// The newest year that is over, as the company counts it.
    LastYear,
    /// The year of the newest call.
    ThisYear,
    /// A part of a year, from the newest year that has begun it.
    Part(Part),
}

/// A quarter or a half without its year: months from the first of the year, and what the words before make of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::question) struct Part {
    pub(super) first: i32,
    pub(super) length: i32,
    pub(super) side: Side,
}

/// Which months beside those of a part are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::question) enum Side {
    Within,
    Since,
    After,
    Until,
    Before,
    /// Up to a later part, which begins and lasts so many months.
    To(i32, i32),
}

impl Relative {
    /// The months meant where the newest call reports on `newest`.
    pub(in crate::question) fn stretch(&self, newest: Months) -> Stretch {
        let year = newest.last.div_euclid(12);
        let (label, months, is_one) = match self {
            Self::QuartersAgo(back) => {
                let last = newest.last - 3 * back;
                let first = last - 2;
                (None, Months { first, last }, true)
            }
            Self::LastYear => {
                let is_over = newest.last.rem_euclid(12) == 11;
                let first = (if is_over { year } else { year - 1 }) * 12;
                let last = first + 11;
                (None, Months { first, last }, true)
            }
            Self::ThisYear => {
                let (first, last) = (year * 12, newest.last);
                (Some(year.to_string()), Months { first, last }, false)
            }
            Self::Part(part) => part.of(newest),
        };
        Stretch {
            label: label.unwrap_or_else(|| named(months)),
            months,
            is_one,
            is_calendar: false,
        }
    }

    /// Whether the newest call still speaks of it, by comparing itself with it.
    pub(in crate::question) fn is_compared_with(&self) -> bool {
        match self {
            Self::QuartersAgo(back) => back % 4 == 0,
            Self::LastYear => true,
            Self::ThisYear | Self::Part(_) => false,
        }
    }
}

impl Part {
    fn of(self, newest: Months) -> (Option<String>, Months, bool) {
        const EVER: i32 = 12 * 9999;
        // What lies after a part can be asked about once it is over.
        let begun = match self.side {
            Side::After => self.first + self.length,
            _ => self.first,
        };
        let year = (newest.last - begun).div_euclid(12) * 12;
        let own = Months {
            first: year + self.first,
            last: year + self.first + self.length - 1,
        };
        let open = |word: &str, first: i32, last: i32| {
            let label = format!("{word} {}", named(own));
            (Some(label), Months { first, last }, false)
        };
        match self.side {
            Side::Within => (None, own, true),
            Side::Since => open("since", own.first, EVER),
            Side::After => open("after", own.last + 1, EVER),
            Side::Until => open("until", 0, own.last),
            Side::Before => open("before", 0, own.first - 1),
            Side::To(first, length) => {
                let next = if first < self.first { year + 12 } else { year };
                let to = Months {
                    first: next + first,
                    last: next + first + length - 1,
                };
                let label = format!("{} to {}", named(own), named(to));
                let (first, last) = (own.first, to.last);
                (Some(label), Months { first, last }, false)
            }
        }
    }
}

/// A quarter, a half or a year in words: a period, or a quarter that companies do not count by.
fn named(months: Months) -> String {
    let (year, from) = (months.first.div_euclid(12), months.first.rem_euclid(12));
    let length = months.last - months.first + 1;
    let number = |number: i32| u8::try_from(number).unwrap_or(0);
    let part = match length {
        3 if from % 3 == 0 => PeriodPart::Quarter(number(from / 3 + 1)),
        6 if from % 6 == 0 => PeriodPart::Half(number(from / 6 + 1)),
        12 if from == 0 => return year.to_string(),
        _ => {
            let (year, month) = (months.last.div_euclid(12), months.last.rem_euclid(12));
            return quarters::label(number(month + 1), u16::try_from(year).ok());
        }
    };
    let period = u16::try_from(year)
        .ok()
        .and_then(|year| Period::new(year, part));
    period.map_or_else(String::new, |period| period.to_string())
}

/// `a year ago`, `two quarters ago`, `the previous quarter`, `last year`, `so far this year`; not where it is what
/// something is compared with.
pub(super) fn relative(text: &str) -> Option<Said> {
    let words = words(text);
    (0..words.len()).find_map(|at| {
        let (relative, length) = at_word(&words, at)?;
        let first = article_before(&words, at);
        if is_compared(&words, first, COMPARED) {
            return None;
        }
        let place = words.get(first)?.place.start..words.get(at + length - 1)?.place.end;
        Some(Said::at(When::Relative(relative), place))
    })
}

/// What the words from `at` say of time, and how many it takes.
fn at_word(words: &[Word<'_>], at: usize) -> Option<(Relative, usize)> {
    let word = words.get(at)?;
    let is = |back: usize, any: &[&str]| words.get(at + back).is_some_and(|word| word.is_any(any));
    if is(0, &["ytd", "yeartodate"]) {
        return Some((Relative::ThisYear, 1));
    }
    if is(0, &["year"]) && is(1, &["to"]) && is(2, &["date"]) {
        return Some((Relative::ThisYear, 3));
    }
    let this_year = |from| is(from, &["this"]) && is(from + 1, &["year"]);
    let so_far = |from| is(from, &["so"]) && is(from + 1, &["far"]);
    if (so_far(0) && this_year(2)) || (this_year(0) && so_far(2)) {
        return Some((Relative::ThisYear, 4));
    }
    let before = &["previous", "prior", "preceding"];
    if is(0, before) && is(1, &["quarter"]) {
        return Some((Relative::QuartersAgo(1), 2));
    }
    let same = is(0, &["quarter", "period"]) && (1..=2).any(|back| is(back, &["last"]));
    if same && is(1, &["last"]) && is(2, &["year"]) {
        return Some((Relative::QuartersAgo(4), 3));
    }
    if is(0, &["yearago"]) && is(1, &["quarter", "period"]) {
        return Some((Relative::QuartersAgo(4), 2));
    }
    // `What was it for the full year?` asks for one that is over.
    if is(0, &["full", "whole", "entire"]) && is(1, &["year"]) {
        let past = |word: &Word<'_>| word.is_any(&["did", "had", "was", "were"]);
        let before = at.checked_sub(2).and_then(|lead| words.get(lead));
        let timed = before.is_some_and(|lead| lead.is_any(&["for", "in", "over"]));
        let is_over = timed && words.iter().any(past);
        return is_over.then_some((Relative::LastYear, 2));
    }
    if word.is_any(&["last"]) || word.is_any(before) {
        let fiscal = usize::from(is(1, &["fiscal", "full"]));
        let is_year = is(1 + fiscal, &["year"]);
        return is_year.then_some((Relative::LastYear, 2 + fiscal));
    }
    ago(words, at)
}

/// `a year ago`, `two quarters ago`, `six months ago`.
fn ago(words: &[Word<'_>], at: usize) -> Option<(Relative, usize)> {
    let (number, unit, ago) = (words.get(at)?, words.get(at + 1)?, words.get(at + 2)?);
    let number = if number.is_any(&["a", "an"]) {
        1
    } else {
        i32::try_from(count(number)?).ok()?
    };
    let quarters = match unit.norm.as_str() {
        "quarter" | "quarters" => number,
        "year" | "years" => 4 * number,
        "month" | "months" if number % 3 == 0 => number / 3,
        _ => return None,
    };
    let is_ago = ago.is_any(&["ago", "earlier"]);
    is_ago.then_some((Relative::QuartersAgo(quarters), 3))
}

/// The first of the words before `at` that belong to a time: `in the`, `from the`.
fn article_before(words: &[Word<'_>], at: usize) -> usize {
    let before = words.get(..at).unwrap_or_default().iter().rev();
    let of_it = before.take_while(|word| word.is_any(&["the", "its", "their", "same"]));
    at - of_it.count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told_by(newest: &str, relative: &Relative) -> String {
        relative.stretch(Months::of(newest.parse().unwrap())).label
    }

    #[test]
    fn a_relative_time_is_told_by_the_newest_call() {
        let part = |first, length, side| {
            Relative::Part(Part {
                first,
                length,
                side,
            })
        };
        let cases = [
            (Relative::QuartersAgo(1), "Q1 2024", "Q4 2023"),
            (Relative::QuartersAgo(4), "Q1 2024", "Q1 2023"),
            (Relative::LastYear, "Q3 2024", "2023"),
            (Relative::LastYear, "Q4 2024", "2024"),
            (Relative::ThisYear, "Q3 2024", "2024"),
            (part(3, 3, Side::Since), "Q1 2024", "since Q2 2023"),
            (part(3, 3, Side::Since), "Q2 2024", "since Q2 2024"),
            (part(3, 3, Side::After), "Q2 2024", "after Q2 2023"),
            (part(6, 6, Side::Within), "Q3 2024", "H2 2024"),
            (part(6, 6, Side::Within), "Q2 2024", "H2 2023"),
            (part(9, 3, Side::To(0, 3)), "Q1 2024", "Q4 2023 to Q1 2024"),
        ];
        for (relative, newest, expected) in cases {
            assert_eq!(
                told_by(newest, &relative),
                expected,
                "{relative:?} {newest}"
            );
        }
    }
}
