//! When a question is about: periods, years and days as people write them, alone, in lists, as ranges.
//!
//! In: a question. Out: a [`When`], and the words it was said with. Pure; whether any call is of then
//! is for others to see.

mod borrowed;
mod days;
mod each;
mod mentions;
mod month;
mod months;
mod newest;
mod quarters;
mod relative;
mod short;
mod year_to;
mod yearless;

use super::dated::{Dated, Months};
use super::text::Word;
use crate::transcript::{Date, PeriodPart};
use std::ops::Range;

/// When a question is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// Any of these stretches of months, as companies count their years.
    Months(Vec<Stretch>),
    /// The newest calls of each company.
    Newest(usize),
    /// Calls held on these days.
    Days {
        from: Option<Date>,
        to: Option<Date>,
    },
    /// Calls on the quarter that ends with this month; of this year, or the newest such.
    QuarterTo { month: u8, year: Option<u16> },
    /// Calls on the year that ends with this month, as the company counts its years.
    YearTo { month: u8, year: u16 },
    /// Calls held in this month, else those on the quarter that it lies in.
    Month { month: u8, year: u16 },
    /// This quarter of any year, where there are such calls.
    AnyYear(u8),
    /// Each period there is, by itself.
    Each,
    /// A time told by the newest call of each company.
    Relative(Relative),
}

/// Months that a call may report on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    /// In words, as `Q3 2024` or `after Q1 2024`.
    pub(super) label: String,
    pub(super) months: Months,
    /// Whether it is one period or year, and neither end is open.
    pub(super) is_one: bool,
    /// Whether it is said to be of the calendar, however a company counts.
    pub(super) is_calendar: bool,
}

/// What was said of time.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) when: When,
    /// The words it was said with.
    pub(super) places: Vec<Range<usize>>,
    /// Whether it is what something is expected for, as in `guidance for Q3 2024` and `the 2025 budget`.
    pub(super) is_aim: bool,
    /// Whether it is nothing but what something is compared with, as in `compared to 2019`.
    pub(super) is_compared: bool,
    /// Whether it is a time only by where it stands, as in `Lark 2025 wages` and `Lark wages 2025`.
    pub(super) is_bare: bool,
    /// The last month that a call of the companies asked about tells of.
    pub(super) heard: Option<i32>,
    /// The same time as people say it, for each place; as typed where there is none.
    pub(super) spoken: Vec<String>,
    /// What each place says, as [`Stretch::label`] names it; nothing where it is no stretch.
    pub(super) labels: Vec<String>,
}

impl Said {
    fn at(when: When, place: Range<usize>) -> Self {
        Self {
            when,
            places: std::iter::once(place).collect(),
            is_aim: false,
            is_compared: false,
            is_bare: false,
            heard: None,
            spoken: Vec::new(),
            labels: Vec::new(),
        }
    }

    /// Each place with the words that it is looked for by, where the time was understood as `label`.
    pub(super) fn as_spoken(&self, label: Option<&str>) -> Vec<(Range<usize>, String)> {
        // The calls tell which year it is that ends then.
        let told = label.filter(|_| matches!(self.when, When::YearTo { .. }));
        let spoken = self.spoken.iter();
        let spoken = spoken.map(|spoken| told.unwrap_or(spoken).to_owned());
        self.places.iter().cloned().zip(spoken).collect()
    }

    /// Those of them that say one of these stretches.
    pub(super) fn as_spoken_of(&self, labels: &[String]) -> Vec<(Range<usize>, String)> {
        let places = self.places.iter().cloned().zip(self.spoken.iter().cloned());
        let is_of = |(_, label): &(_, &String)| labels.contains(label);
        let of = places.zip(&self.labels).filter(is_of);
        of.map(|(spoken, _)| spoken).collect()
    }
}

impl Stretch {
    /// A whole year.
    pub(super) fn year(year: u16) -> Self {
        Self {
            label: year.to_string(),
            months: Months::of_year(year),
            is_one: true,
            is_calendar: false,
        }
    }
}

pub(super) use quarters::{label, month_label, quarter_end};
pub(super) use relative::Relative;
pub(super) use year_to::year_to;

/// What a question says of time, if anything; `names` are the places of the companies that it names.
pub(super) fn find(text: &str, names: &[Range<usize>]) -> Option<Said> {
    // `the March-quarter` is the March quarter.
    let text = &text.replace("-quarter", " quarter");
    newest::newest(text)
        .or_else(|| quarters::quarter_ended(text))
        .or_else(|| year_to::year_ended(text))
        .or_else(|| days::days(text))
        .or_else(|| quarters::quarter_to(text))
        .or_else(|| months::months(text, names))
        .or_else(|| month::month_of_year(text))
        .or_else(|| relative::relative(text))
        .or_else(|| yearless::yearless(text))
        .or_else(|| quarters::any_year(text))
        .or_else(|| each::each(text))
}

/// Whether a call is of then, as far as its own facts can say; the newest are chosen by others.
pub(super) fn keeps(when: &When, call: &Dated) -> bool {
    match when {
        When::Months(stretches) => call.months().is_some_and(|months| {
            stretches
                .iter()
                .any(|stretch| stretch.months.contains(months))
        }),
        When::Newest(_) | When::Relative(_) | When::Each => call.months().is_some(),
        When::Days { from, to } => call.date.is_some_and(|date| {
            from.is_none_or(|from| date >= from) && to.is_none_or(|to| date <= to)
        }),
        When::YearTo { month, year } => {
            let counted = year_to(*month, *year, &[call]);
            let year = Months::of_year(counted.unwrap_or(*year));
            call.months().is_some_and(|months| year.contains(months))
        }
        When::QuarterTo { month, year } => quarters::is_quarter_to(call, *month, *year),
        When::Month { month, year } => call
            .date
            .is_some_and(|date| (date.month(), date.year()) == (*month, *year)),
        When::AnyYear(quarter) => call
            .period
            .is_some_and(|period| period.part() == PeriodPart::Quarter(*quarter)),
    }
}

fn year_of(digits: &str) -> Option<u16> {
    let year: u16 = digits.parse().ok().filter(|_| digits.len() == 4)?;
    (1990..2100).contains(&year).then_some(year)
}

fn count(word: &Word<'_>) -> Option<usize> {
    const NUMBERS: [&str; 12] = [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    let named = NUMBERS.iter().position(|number| word.norm == *number);
    named
        .map(|at| at + 1)
        .or_else(|| word.norm.parse().ok().filter(|n| (1..=40).contains(n)))
}
