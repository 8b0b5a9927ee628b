//! What the first speakers say of a call: which one it is, and what day.
//!
//! In: the text from the first words on. Out: the [`Metadata`] that it states. This file knows nothing of turns.

use super::date::Date;
use super::front::{CALL_WORDS, calendar};
use super::period::{Period, PeriodPart};
use super::words::lexemes;
use super::{Metadata, welcome};

/// How far into the speech the operator still says which call this is, in bytes.
const OPENING: usize = 1500;

/// How far into the speech a disclaimer says what day it is, in bytes.
const DISCLAIMER: usize = 8000;

/// What the first speakers say: the period of a call that they welcome to, and the day it is.
///
/// Operators misspeak: where the opening names two periods, the one in the file's name is meant.
pub(super) fn spoken(speech: &str, named: Option<Period>) -> Metadata {
    let opening = speech
        .get(..speech.floor_char_boundary(OPENING))
        .unwrap_or(speech);
    let periods = call_periods(opening);
    let period = named
        .filter(|named| periods.contains(named))
        .or(periods.first().copied());
    Metadata {
        company: welcome::company(speech),
        period,
        calendar: calendar(disclaimer(speech).lines()),
        date: today(speech),
        ..Metadata::default()
    }
}

/// The quarters and halves named beside a word for a call, in order.
fn call_periods(text: &str) -> Vec<Period> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some((period, place)) = text.get(from..).and_then(Period::find_in) {
        let (start, end) = (from + place.start, from + place.end);
        let around =
            text.floor_char_boundary(start.saturating_sub(60))..text.ceil_char_boundary(end + 60);
        let around = lexemes(text.get(around).unwrap_or_default());
        if period.part() != PeriodPart::Year && around.iter().any(|word| word.is_any(&CALL_WORDS)) {
            found.push(period);
        }
        from = end;
    }
    found
}

/// As far as a disclaimer may reach.
fn disclaimer(speech: &str) -> &str {
    speech
        .get(..speech.floor_char_boundary(DISCLAIMER))
        .unwrap_or(speech)
}

/// The date in `today, July 31, 2025`, `today's date, …`, `recorded on Thursday, July 31, 2025`.
fn today(speech: &str) -> Option<Date> {
    #[rustfmt::skip]
    const BETWEEN: [&str; 12] = [
        "s", "date", "is", "on", "today", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
        "sunday",
    ];
    let head = disclaimer(speech);
    let marks = lexemes(head)
        .into_iter()
        .filter(|word| word.is_any(&["today", "recorded"]));
    marks.map(|word| word.end()).find_map(|end| {
        let rest = head.get(end..head.floor_char_boundary(end + 60))?;
        let (date, place) = Date::find_in(rest)?;
        let between = lexemes(rest.get(..place.start)?);
        between
            .iter()
            .all(|word| word.is_any(&BETWEEN))
            .then_some(date)
    })
}

#[cfg(test)]
mod tests {
    use super::super::front::testing::short;
    use super::*;

    #[test]
    fn the_first_words_spoken_name_period_and_day() {
        let speech = "Welcome to Nimbus Anvil's second quarter 2025 earnings call. Our views are as of today, July 31, 2025.";
        assert_eq!(
            short(&spoken(speech, None)),
            "Nimbus Anvil | - | Q2 2025 | 2025-07-31"
        );
        let speech =
            "Our call is being recorded on Thursday, July 31st, 2025. Iron was short in Q2 2025.";
        assert_eq!(short(&spoken(speech, None)), "- | - | - | 2025-07-31");
        let speech =
            "Today we met on iron. The plan for fiscal year 2026 call is out since May 1, 2025.";
        assert_eq!(short(&spoken(speech, None)), "- | - | - | -");
    }

    #[test]
    fn where_an_operator_misspeaks_the_file_name_decides() {
        let speech = "Welcome to the third quarter 2021 call of Nimbus. Welcome to our third quarter 2022 call.";
        assert_eq!(
            short(&spoken(speech, Period::parse("Q3 2022"))),
            "Nimbus | - | Q3 2022 | -"
        );
        assert_eq!(
            short(&spoken(speech, Period::parse("Q3 2020"))),
            "Nimbus | - | Q3 2021 | -"
        );
    }
}
