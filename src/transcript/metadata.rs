//! What a call is: its title, company, ticker, period and date.
//!
//! In: the lines before anybody speaks, the first words spoken, and the file's name. Out: the
//! [`Metadata`] that they state. The content is believed before the name of the file, and what
//! neither says stays unknown. This file knows nothing of turns.

use super::date::Date;
use super::period::{Period, PeriodPart};
use super::words::lexemes;
use super::{Metadata, Problem};

/// Words that say that a line names a call.
const CALL_WORDS: [&str; 8] = [
    "earnings",
    "call",
    "conference",
    "results",
    "transcript",
    "teleconference",
    "webcast",
    "presentation",
];

/// Capitals in file names that are no tickers.
const NOT_TICKERS: [&str; 8] = [
    "CALL", "NOTES", "MEMO", "BOARD", "DRAFT", "FINAL", "COPY", "Q",
];

/// The longest line that names a call.
const LONGEST_HEADLINE: usize = 160;

/// How far into the speech the operator still says which call this is, in bytes.
const OPENING: usize = 1500;

/// How far into the speech a disclaimer says what day it is, in bytes.
const DISCLAIMER: usize = 8000;

/// What the layout found, the lines and the words that may say more, and what stands beside them.
pub(super) struct Sources<'a> {
    /// What the layout itself found; it goes before everything else.
    pub(super) stated: Metadata,
    /// The lines before anybody speaks.
    pub(super) front: &'a [&'a str],
    /// From the first words on.
    pub(super) speech: &'a str,
    /// What a file beside the source says.
    pub(super) beside: Option<&'a Metadata>,
    /// The source's own name.
    pub(super) file_name: &'a str,
}

/// Gathers what the content, a file beside it and the file's name say, in this order. Facts on
/// which they disagree are named as problems.
pub(super) fn gather(sources: Sources<'_>) -> (Metadata, Vec<Problem>) {
    let named = file_metadata(sources.file_name);
    let content = sources
        .stated
        .or(front_matter(sources.front))
        .or(spoken(sources.speech, named.period));
    let beside = sources.beside.cloned().unwrap_or_default();
    let known = content.clone().or(beside.clone());
    let mut problems = disagreements(
        ("the text", &content),
        ("the file beside it", &beside),
        false,
    );
    let believed = if content.period.is_some() {
        "the text"
    } else {
        "the file beside it"
    };
    problems.extend(disagreements(
        (believed, &known),
        ("the file's name", &named),
        true,
    ));
    (known.or(named), problems)
}

/// Facts that two sources state differently; the first is believed. A name of a file is no
/// authority on days, since it may hold the day it was saved.
fn disagreements(
    (first, believed): (&str, &Metadata),
    (second, other): (&str, &Metadata),
    only_period: bool,
) -> Vec<Problem> {
    let shown = |metadata: &Metadata| {
        [
            metadata.period.map(|period| period.to_string()),
            metadata.date.map(|date| date.to_string()),
            metadata.ticker.clone(),
        ]
    };
    let pairs = shown(believed).into_iter().zip(shown(other));
    pairs
        .take(if only_period { 1 } else { 3 })
        .filter_map(|pair| match pair {
            (Some(said), Some(also)) if said != also => Some(Problem {
                line: 1,
                message: format!("{first} says {said} and {second} {also}; {first} is believed"),
            }),
            _ => None,
        })
        .collect()
}

/// The period that a title names.
pub(super) fn period_in(title: &str) -> Option<Period> {
    Period::find_in(title).map(|(period, _)| period)
}

/// Whether a line before the call only names it: a field, a headline, a vendor's reference.
pub(super) fn is_front_matter(line: &str) -> bool {
    field(line).is_some()
        || bloomberg_ticker(line).is_some()
        || (line.len() <= 80 && headline(line).is_some())
}

/// What the lines before the first speaker state.
fn front_matter(lines: &[&str]) -> Metadata {
    let mut fields = Metadata::default();
    let mut headlines = Metadata::default();
    let mut loose = Metadata::default();
    for line in lines.iter().filter(|line| line.len() <= LONGEST_HEADLINE) {
        if let Some((field, value)) = field(line) {
            fields = fields.or(field.read(value));
        } else if let Some(found) = headline(line) {
            // Of two headlines, the one that names the company is the title.
            let better = headlines.company.is_none() && found.company.is_some();
            headlines = if better {
                found.or(headlines)
            } else {
                headlines.or(found)
            };
        }
        let day = Date::find_in(line)
            .filter(|_| line.len() <= 60)
            .map(|(date, _)| date);
        let (name, symbol) = name_and_ticker(line);
        // `Nimbus Anvil, Inc. (NASDAQ: NIMB)` alone on its line.
        let named = symbol.filter(|_| line.trim_end().ends_with(')') && line.len() <= 80);
        loose = loose.or(Metadata {
            company: named.as_ref().and_then(|_| company(name, true)),
            ticker: bloomberg_ticker(line).or(named),
            date: day.or_else(|| event_day(line)),
            ..Metadata::default()
        });
    }
    let title = headlines.title.clone().or(fields.title.clone());
    Metadata {
        title,
        ..fields.or(headlines).or(loose)
    }
}

/// The day in an event's line, `NOVEMBER 07, 2024 / 10:00PM GMT, Q3 2024 …`.
fn event_day(line: &str) -> Option<Date> {
    let (date, place) = Date::find_in(line)?;
    (place.start == 0 && line.get(place.end..)?.starts_with(" / ")).then_some(date)
}

/// What a `Key: value` line is about.
#[derive(Clone, Copy)]
enum Field {
    Title,
    Company,
    Ticker,
    Period,
    Date,
    /// Known, and of no use here.
    Other,
}

impl Field {
    fn read(self, value: &str) -> Metadata {
        let mut found = Metadata::default();
        match self {
            Self::Title => {
                found.title = Some(value.to_owned());
                found.period = Period::find_in(value).map(|(period, _)| period);
            }
            Self::Company => found.company = Some(value.to_owned()),
            // `NIMB US Equity` is how one vendor writes it.
            Self::Ticker => found.ticker = ticker(value.split(' ').next().unwrap_or(value)),
            Self::Period => found.period = Period::find_in(value).map(|(period, _)| period),
            Self::Date => found.date = Date::find_in(value).map(|(date, _)| date),
            Self::Other => {}
        }
        found
    }
}

fn field(line: &str) -> Option<(Field, &str)> {
    let (key, value) = line.split_once([':', '：'])?;
    let field = match key.trim().to_lowercase().as_str() {
        "title" | "event" | "event title" | "event description" => Field::Title,
        "company" | "company name" => Field::Company,
        "ticker" | "company ticker" | "symbol" => Field::Ticker,
        "period" | "quarter" | "fiscal quarter" | "fiscal period" => Field::Period,
        "date" | "event date" | "call date" => Field::Date,
        "source" | "event type" | "time" | "event time" => Field::Other,
        _ => return None,
    };
    let value = value.trim();
    (!value.is_empty() && value.len() <= LONGEST_HEADLINE).then_some((field, value))
}

/// Reads a line such as `Nimbus Anvil (NIMB) Q2 2025: …`, `Nimbus Anvil Q2 2025 Earnings Call` or
/// `Q2 2025 Nimbus Anvil Inc Earnings Call`: a period, with a ticker or a word for a call.
fn headline(line: &str) -> Option<Metadata> {
    let line = line
        .trim()
        .trim_start_matches(['#', '*', ' '])
        .trim_end_matches('*');
    if line.len() > LONGEST_HEADLINE || line.ends_with('.') {
        return None;
    }
    let (period, place) = Period::find_in(line)?;
    let (before, after) = (line.get(..place.start)?, line.get(place.end..)?);
    let (date, after) = match Date::find_in(after) {
        Some((date, place)) => (Some(date), after.get(..place.start)?),
        None => (None, after),
    };
    let (name, ticker) = name_and_ticker(before);
    let names_call = lexemes(after).iter().any(|word| word.is_any(&CALL_WORDS));
    if ticker.is_none() && !names_call {
        return None;
    }
    let company =
        company(name, ticker.is_some()).or_else(|| company(before_call_words(after)?, false));
    Some(Metadata {
        title: Some(line.to_owned()),
        company,
        ticker,
        period: Some(period),
        date,
        told: None,
    })
}

/// Splits `Nimbus Anvil Inc. (NASDAQ: NIMB)`.
fn name_and_ticker(text: &str) -> (&str, Option<String>) {
    let split = text
        .split_once('(')
        .and_then(|(name, rest)| Some((name, ticker(rest.split_once(')')?.0)?)));
    split.map_or((text, None), |(name, ticker)| (name, Some(ticker)))
}

/// A company's name, where the text can be one. A ticker beside it makes that certain.
fn company(text: &str, certain: bool) -> Option<String> {
    let trimmed = text
        .trim()
        .trim_end_matches([',', ':', '-', '–', '—', '|', ' ']);
    let name = trimmed
        .strip_suffix("'s")
        .or(trimmed.strip_suffix("’s"))
        .unwrap_or(trimmed);
    let small = ["of", "and", "the", "de", "for", "in"];
    let is_word =
        |word: &str| !word.starts_with(char::is_lowercase) || small.contains(&word) || certain;
    let words = name.split_whitespace().count();
    let shaped =
        (1..=9).contains(&words) && name.contains(char::is_alphabetic) && !name.contains(':');
    (shaped && name.split_whitespace().all(is_word)).then(|| name.to_owned())
}

/// What stands before the `Earnings Call` at the end of a text, if something does.
fn before_call_words(text: &str) -> Option<&str> {
    let words = lexemes(text);
    let tail = words
        .iter()
        .rev()
        .take_while(|word| word.is_any(&CALL_WORDS))
        .last()?;
    let name = text.get(..tail.start)?.trim();
    // `Q2 2025 Financial Results` names nobody.
    (!name.eq_ignore_ascii_case("financial")).then_some(name)
}

/// A ticker without its exchange: `NIMB`, `NASDAQ: NIMB`.
fn ticker(text: &str) -> Option<String> {
    let symbol = text.rsplit([':', '：']).next().unwrap_or(text).trim();
    let capitals = symbol
        .chars()
        .all(|c| c.is_ascii_uppercase() || matches!(c, '.' | '-'));
    let shaped =
        capitals && symbol.len() <= 6 && symbol.starts_with(|c: char| c.is_ascii_uppercase());
    shaped.then(|| symbol.to_owned())
}

/// The ticker of a reference like `{NIMB US Equity EVT BB-1}`.
fn bloomberg_ticker(line: &str) -> Option<String> {
    let (_, reference) = line.split_once('{')?;
    let mut words = reference.split_whitespace();
    let (symbol, _country, class) = (words.next()?, words.next()?, words.next()?);
    ticker(symbol).filter(|_| class.trim_end_matches('}') == "Equity")
}

/// What the first speakers say: the period of a call that they welcome to, and the day it is.
///
/// Operators misspeak: where the opening names two periods, the one in the file's name is meant.
fn spoken(speech: &str, named: Option<Period>) -> Metadata {
    let opening = speech
        .get(..speech.floor_char_boundary(OPENING))
        .unwrap_or(speech);
    let periods = call_periods(opening);
    let period = named
        .filter(|named| periods.contains(named))
        .or(periods.first().copied());
    Metadata {
        period,
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

/// The date in `today, July 31, 2025`, `today's date, …`, `recorded on Thursday, July 31, 2025`.
fn today(speech: &str) -> Option<Date> {
    const BETWEEN: [&str; 12] = [
        "s",
        "date",
        "is",
        "on",
        "today",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    let head = speech
        .get(..speech.floor_char_boundary(DISCLAIMER))
        .unwrap_or(speech);
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
fn file_metadata(file_name: &str) -> Metadata {
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
    use super::*;

    /// Company, ticker, period and date as one line.
    fn short(found: &Metadata) -> String {
        let text = |value: &Option<String>| value.clone().unwrap_or("-".to_owned());
        let period = found.period.map(|period| period.to_string());
        let date = found.date.map(|date| date.to_string());
        [
            text(&found.company),
            text(&found.ticker),
            text(&period),
            text(&date),
        ]
        .join(" | ")
    }

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
    fn a_headline_names_company_ticker_and_period() {
        for (line, expected) in [
            (
                "Nimbus Anvil (NIMB) Q2 2025: Anvils Jump 25%",
                "Nimbus Anvil | NIMB | Q2 2025 | -",
            ),
            (
                "Nimbus Inc. (NASDAQ:NIMB) Q1 2025 Earnings Conference Call January 30, 2025 5:00 PM ET",
                "Nimbus Inc. | NIMB | Q1 2025 | 2025-01-30",
            ),
            (
                "Nimbus Anvil's Second Quarter 2025 Financial Results",
                "Nimbus Anvil | - | Q2 2025 | -",
            ),
            ("Q2 2025 Earnings Call", "- | - | Q2 2025 | -"),
        ] {
            assert_eq!(
                headline(line).map(|found| short(&found)).as_deref(),
                Some(expected),
                "{line}"
            );
        }
        assert_eq!(headline("Sales rose in Q2 2025"), None);
    }

    #[test]
    fn the_first_words_spoken_name_period_and_day() {
        let speech = "Welcome to Nimbus Anvil's second quarter 2025 earnings call. Our views are as of today, July 31, 2025.";
        assert_eq!(short(&spoken(speech, None)), "- | - | Q2 2025 | 2025-07-31");
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
            "- | - | Q3 2022 | -"
        );
        assert_eq!(
            short(&spoken(speech, Period::parse("Q3 2020"))),
            "- | - | Q3 2021 | -"
        );
    }

    fn gathered(front: &[&str], speech: &str, file_name: &str) -> (Metadata, Vec<Problem>) {
        let stated = Metadata::default();
        gather(Sources {
            stated,
            front,
            speech,
            beside: None,
            file_name,
        })
    }

    #[test]
    fn the_content_is_believed_before_the_file_name_and_the_difference_is_said() {
        let front = ["Nimbus Anvil Q1 2023 Earnings Call"];
        let (found, problems) = gathered(&front, "", "NIMB_2024_Q1.txt");
        assert_eq!(short(&found), "Nimbus Anvil | NIMB | Q1 2023 | -");
        let messages: Vec<_> = problems
            .iter()
            .map(|problem| problem.message.as_str())
            .collect();
        assert_eq!(
            messages,
            ["the text says Q1 2023 and the file's name Q1 2024; the text is believed"]
        );
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

    #[test]
    fn nothing_is_guessed() {
        let (found, problems) = gathered(&["Some notes"], "We met.", "notes.txt");
        assert_eq!((found, problems), (Metadata::default(), Vec::new()));
    }
}
