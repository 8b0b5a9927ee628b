//! What a file's name says of a call: `NIMB_2025_Q2.txt`, `Q2 2025 Nimbus Anvil Inc Earnings Call.txt`.
//!
//! In: the name. Out: the [`Metadata`] that it states.

use super::Metadata;
use super::date::Date;
use super::front::{headline, ticker};
use super::period::Period;
use super::words::lexemes;

/// Capitals in file names that are no tickers.
const NOT_TICKERS: [&str; 8] = [
    "CALL", "NOTES", "MEMO", "BOARD", "DRAFT", "FINAL", "COPY", "Q",
];

/// The day in `minutes-20220316` and `…-20251217_120533-…`.
fn unparted_date(stem: &str) -> Option<Date> {
    let digits = |word: &str| word.len() == 8 && word.bytes().all(|byte| byte.is_ascii_digit());
    let words = lexemes(stem);
    let word = words.iter().find(|word| digits(word.text))?;
    let part = |from: usize, to: usize| word.text.get(from..to)?.parse::<u16>().ok();
    let small = |number: u16| u8::try_from(number).ok();
    Date::new(part(0, 4)?, small(part(4, 6)?)?, small(part(6, 8)?)?)
}

/// What a file's name states: `NIMB_2025_Q2.txt`, `Q2 2025 Nimbus Anvil Inc Earnings Call.txt`.
pub(super) fn file_metadata(file_name: &str) -> Metadata {
    let stem = match file_name.rsplit_once('.') {
        Some((stem, ending)) if ending.len() <= 10 && !ending.contains(' ') => stem,
        _ => file_name,
    };
    let date = Date::find_in(stem)
        .map(|(date, _)| date)
        .or_else(|| unparted_date(stem));
    let spaced = stem.replace('_', " ");
    if let Some(found) = headline(&spaced) {
        return found.or(Metadata {
            date,
            ..Metadata::default()
        });
    }
    let Some((period, place)) = Period::find_in(stem) else {
        return Metadata {
            date,
            ..Metadata::default()
        };
    };
    let marks = ['-', '_', ' ', '.'];
    let before = stem
        .get(..place.start)
        .unwrap_or_default()
        .trim_matches(marks);
    let after = stem
        .get(place.end..)
        .unwrap_or_default()
        .trim_matches(marks);
    let alone = if after.is_empty() { before } else { after };
    let ticker = ticker(alone).filter(|symbol| {
        (before.is_empty() || after.is_empty()) && !NOT_TICKERS.contains(&symbol.as_str())
    });
    Metadata {
        period: Some(period),
        ticker,
        date,
        ..Metadata::default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::front::testing::short;
    use super::*;

    #[test]
    fn a_file_name_is_read_as_far_as_it_says_something() {
        for (name, expected) in [
            ("NIMB_2025_Q2.txt", "- | NIMB | Q2 2025 | -"),
            ("NIMB-2024-Q1.txt", "- | NIMB | Q1 2024 | -"),
            ("N.A_2024_Q3.txt", "- | N.A | Q3 2024 | -"),
            (
                "Q3 2022 Nimbus & Anvil Inc (Ohio) Earnings Call.txt",
                "Nimbus & Anvil Inc (Ohio) | - | Q3 2022 | -",
            ),
            (
                "Q3 2022 Nimbus Anvil Trust Earnings.txt",
                "Nimbus Anvil Trust | - | Q3 2022 | -",
            ),
            (
                "Nimbus Anvil Q3 2022 Earnings Call.txt",
                "Nimbus Anvil | - | Q3 2022 | -",
            ),
            ("002_26733219928c7109.txt", "- | - | - | -"),
            ("2025-07-31 board meeting.txt", "- | - | - | 2025-07-31"),
            ("notes Q2 2025.txt", "- | - | Q2 2025 | -"),
            ("", "- | - | - | -"),
        ] {
            assert_eq!(short(&file_metadata(name)), expected, "{name}");
        }
    }

    #[test]
    fn a_day_in_a_file_name_needs_no_marks() {
        let day = |name| file_metadata(name).date.map(|date| date.to_string());
        assert_eq!(day("minutes-20220316.csv").as_deref(), Some("2022-03-16"));
        assert_eq!(
            day("Anvils-20251217_120533-Meeting.docx").as_deref(),
            Some("2025-12-17")
        );
        assert_eq!(day("id-99999999.txt"), None);
    }
}
