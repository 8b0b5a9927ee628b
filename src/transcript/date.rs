//! The day of a call.
//!
//! In: text as people write dates. Out: a [`Date`] that exists, or none. `03/04/2025` is two days
//! in two countries, so it is none. This file knows nothing of calls.

use super::words::{Lexeme, lexemes};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

/// A day of the Gregorian calendar. Written and serialised as `2025-07-31`. Order: by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// The months as they are written in full; three letters are enough to tell them.
#[rustfmt::skip]
const MONTHS: [&str; 12] = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
];

/// The same in German, French, Spanish, Portuguese and Italian.
#[rustfmt::skip]
const ABROAD: [[&str; 12]; 5] = [
    ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"],
    ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"],
    ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"],
    ["janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro"],
    ["gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"],
];

impl Date {
    /// The day, if there is one.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            2 => 28 + u8::from(leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        let exists = (1900..2100).contains(&year) && (1..=12).contains(&month);
        (exists && (1..=days).contains(&day)).then_some(Self { year, month, day })
    }

    /// The day after.
    pub fn next(self) -> Option<Self> {
        let Self { year, month, day } = self;
        Self::new(year, month, day + 1)
            .or_else(|| Self::new(year, month + 1, 1))
            .or_else(|| Self::new(year + 1, 1, 1))
    }

    /// The day before.
    pub fn previous(self) -> Option<Self> {
        let Self { year, month, day } = self;
        let last_of = |year, month| (28..=31).rev().find_map(|day| Self::new(year, month, day));
        Self::new(year, month, day - 1)
            .or_else(|| last_of(year, month - 1))
            .or_else(|| last_of(year - 1, 12))
    }

    /// The day that is `days` after the first of January 1970.
    pub(super) fn of_epoch_day(days: i64) -> Option<Self> {
        // Source: Howard Hinnant, "chrono-compatible low-level date algorithms", civil_from_days.
        let shifted = days.checked_add(719_468)?;
        let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 {
            shifted_month + 3
        } else {
            shifted_month - 9
        };
        let year = year_of_era + era.checked_mul(400)? + i64::from(month <= 2);
        Self::new(
            u16::try_from(year).ok()?,
            u8::try_from(month).ok()?,
            u8::try_from(day).ok()?,
        )
    }

    /// The year.
    pub fn year(self) -> u16 {
        self.year
    }

    /// The month, from 1.
    pub fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1.
    pub fn day(self) -> u8 {
        self.day
    }

    /// The date that `text` is, and nothing besides.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        Self::find_in(text)
            .filter(|(_, place)| *place == (0..text.len()))
            .map(|(date, _)| date)
    }

    /// A day in its own form, as libraries hold it, many thousands of times.
    fn written(text: &str) -> Option<Self> {
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let mut numbers = text.splitn(3, '-').filter(|part| is_number(part));
        let (year, month, day) = (numbers.next()?, numbers.next()?, numbers.next()?);
        Self::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    /// The first date named in running text, and where.
    pub fn find_in(text: &str) -> Option<(Self, Range<usize>)> {
        if !text.bytes().any(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let words = lexemes(text);
        (0..words.len()).find_map(|first| {
            let from = words.get(first..)?;
            let (date, length) = year_first(from)
                .or_else(|| month_first(from))
                .or_else(|| day_first(from))?;
            Some((
                date,
                words.get(first)?.start..words.get(first + length - 1)?.end(),
            ))
        })
    }
}

/// `2025-07-31`, `2025/7/31`, `2025_07_31`.
fn year_first(words: &[Lexeme<'_>]) -> Option<(Date, usize)> {
    let [year, month, day] = words.first_chunk()?;
    let same_mark = month.gap == day.gap && ["-", "/", ".", "_"].contains(&day.gap);
    let number = |lexeme: &Lexeme<'_>| u8::try_from(lexeme.number(1..3)?).ok();
    let date = Date::new(year.number(4..5)?, number(month)?, number(day)?)?;
    same_mark.then_some((date, 3))
}

/// `July 31, 2025`, `Aug. 1, 2025`, `May 7th 2024`.
fn month_first(words: &[Lexeme<'_>]) -> Option<(Date, usize)> {
    let (day, taken) = day(words.get(1..)?)?;
    let year = words.get(1 + taken)?;
    let joined = is_gap(words.get(1)?.gap) && is_gap(year.gap);
    let date = Date::new(year.number(4..5)?, month(words.first()?)?, day)?;
    joined.then_some((date, 2 + taken))
}

/// `1 August 2025`, `1st of August, 2025`, `27-Apr-10`, `1 de agosto de 2025`.
fn day_first(words: &[Lexeme<'_>]) -> Option<(Date, usize)> {
    let (day, mut taken) = day(words)?;
    taken += usize::from(words.get(taken)?.is_any(&["of", "de"]));
    let month_word = words.get(taken)?;
    taken += usize::from(words.get(taken + 1)?.is_any(&["de", "del"]));
    let year = words.get(taken + 1)?;
    let joined = is_gap(month_word.gap) && is_gap(year.gap);
    // Two digits are a year only in the `27-Apr-10` of vendors' exports.
    let short = year
        .number(2..3)
        .filter(|_| month_word.gap == "-" && year.gap == "-");
    let full_year = year.number(4..5).or(short.map(|year| 2000 + year))?;
    let date = Date::new(full_year, month(month_word)?, day)?;
    joined.then_some((date, taken + 2))
}

/// The month that a word names, in full or cut to three letters or more (`Sept`).
fn month(word: &Lexeme<'_>) -> Option<u8> {
    let is_named = |month: &str| {
        let start = month.get(..word.text.len());
        word.text.len() >= 3 && start.is_some_and(|start| word.is(start))
    };
    let english = MONTHS.iter().position(|month| is_named(month));
    let index = english.or_else(|| {
        let mut languages = ABROAD.iter();
        languages.find_map(|months| months.iter().position(|month| word.is(month)))
    })?;
    u8::try_from(index + 1).ok()
}

/// A day of the month, with `st`, `nd`, `rd`, `th` or without, and how many words it takes.
fn day(words: &[Lexeme<'_>]) -> Option<(u8, usize)> {
    let day = u8::try_from(words.first()?.number(1..3)?).ok()?;
    let ordinal = words.get(1).is_some_and(|next| {
        next.gap.is_empty() && next.is_any(&["st", "nd", "rd", "th", "er", "º"])
    });
    Some((day, 1 + usize::from(ordinal)))
}

/// Whether nothing but the marks of a date stands between two of its parts.
fn is_gap(gap: &str) -> bool {
    !gap.is_empty() && gap.len() <= 3 && gap.chars().all(|c| " ,.-_\u{A0}".contains(c))
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// A text that is no date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotADate(String);

impl fmt::Display for NotADate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a date; write it like `2025-07-31`", self.0)
    }
}

impl std::error::Error for NotADate {}

impl FromStr for Date {
    type Err = NotADate;

    fn from_str(text: &str) -> Result<Self, NotADate> {
        let date = Self::written(text).or_else(|| Self::parse(text));
        date.ok_or_else(|| NotADate(text.to_owned()))
    }
}

impl TryFrom<String> for Date {
    type Error = NotADate;

    fn try_from(text: String) -> Result<Self, NotADate> {
        text.parse()
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_since_1970_are_days_of_the_calendar() {
        for (days, date) in [
            (0, "1970-01-01"),
            (19_782, "2024-02-29"),
            (20_300, "2025-07-31"),
        ] {
            assert_eq!(Date::of_epoch_day(days), Date::parse(date), "{date}");
        }
        assert_eq!(Date::of_epoch_day(i64::MAX), None);
    }

    #[test]
    fn a_date_is_read_however_it_is_written() {
        for text in [
            "2025-08-01",
            "2025/8/1",
            "Aug. 1, 2025",
            "August 1, 2025",
            "Aug 01, 2025",
            "August 1st, 2025",
            "1 August 2025",
            "1st of August 2025",
            "1 de agosto de 2025",
            "1 agosto 2025",
            "01-Aug-2025",
            "01-Aug-25",
            "1er août 2025",
        ] {
            assert_eq!(Date::parse(text), Date::new(2025, 8, 1), "{text}");
        }
        assert_eq!(Date::parse("Sept. 30, 2024"), Date::new(2024, 9, 30));
        assert_eq!(Date::parse("3 octobre 2024"), Date::new(2024, 10, 3));
    }

    #[test]
    fn days_that_do_not_exist_or_mean_two_things_are_refused() {
        for text in [
            "2025-02-29",
            "February 30, 2024",
            "2025-13-01",
            "03/04/2025",
            "August 2025",
            "Au 1, 2025",
            "August 1, 25",
            "",
            "Marching 1, 2025",
        ] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
        assert!(Date::new(2024, 2, 29).is_some());
        assert!(Date::new(1900, 2, 29).is_none());
        assert!(Date::new(2024, 0, 1).is_none());
    }

    #[test]
    fn the_first_date_in_running_text_is_found() {
        let text = "Our views as of today, July 31, 2025, may change by August 1, 2026.";
        let (date, place) = Date::find_in(text).unwrap();
        assert_eq!(
            (date.to_string().as_str(), text.get(place)),
            ("2025-07-31", Some("July 31, 2025"))
        );
    }

    #[test]
    fn dates_are_in_the_order_of_time_and_serialised_as_iso() {
        let [a, b] = ["2024-12-31", "2025-01-01"].map(|text| text.parse::<Date>().unwrap());
        assert!(a < b);
        assert_eq!(serde_json::to_string(&b).unwrap(), "\"2025-01-01\"");
    }
}
