//! What the lines before a call say of it: fields, headlines, a vendor's reference.
//!
//! In: lines. Out: the [`Metadata`] that they state. This file knows nothing of turns.

use super::Metadata;
use super::date::Date;
use super::hour;
use super::people::{has_legal_form, is_title};
use super::period::{Period, PeriodPart};
use super::words::{Lexeme, lexemes};

/// Words that say that a line names a call.
pub(super) const CALL_WORDS: [&str; 8] = [
    "earnings",
    "call",
    "conference",
    "results",
    "transcript",
    "teleconference",
    "webcast",
    "presentation",
];

/// The same in other languages, before the period.
#[rustfmt::skip]
const CALLS_ABROAD: [&str; 11] = [
    "telefonkonferenz", "analystenkonferenz", "quartalszahlen", "halbjahreszahlen", "conferencia", "resultados",
    "teleconferência", "conférence", "résultats", "conferenza", "risultati",
];

/// Within so many lines a title and a firm may stand without a word for a call.
const TITLES: usize = 4;

/// The longest line that names a call.
const LONGEST_HEADLINE: usize = 160;
const LONGEST_AMONG_SPEECH: usize = 100;

/// How far into a line the end of a quarter may be said.
const LONGEST_STATEMENT: usize = 8000;

/// Whether a line before the call only names it: a field, a headline, a vendor's reference.
pub(super) fn is_front_matter(line: &str) -> bool {
    field(line).is_some()
        || bloomberg_ticker(line).is_some()
        || (line.len() <= 80 && headline(line).is_some())
}

/// Whether a line is a fact of the call that some pages repeat at their head.
pub(super) fn is_page_fact(line: &str) -> bool {
    let keys = [
        "company name:",
        "company ticker:",
        "event description:",
        "event date:",
        "date:",
    ];
    let is_fact = |key: &str| {
        let head = line.get(..key.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(key))
    };
    line.len() <= LONGEST_HEADLINE && keys.iter().any(|key| is_fact(key)) && field(line).is_some()
}

/// Whether a line says nothing but a day, perhaps with an hour.
pub(super) fn is_day(line: &str) -> bool {
    let found = Date::find_in(line).filter(|_| line.len() <= 60);
    found.is_some_and(|(_, place)| {
        place.start <= 12 && line.len() - place.end <= 30 && !line.ends_with('.')
    })
}

/// What the lines before the first speaker state.
pub(super) fn front_matter(lines: &[&str]) -> Metadata {
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
        let event = exchange_event(line);
        // `Nimbus Anvil, Inc. (NASDAQ: NIMB)` alone on its line.
        let named = symbol.filter(|_| line.trim_end().ends_with(')') && line.len() <= 80);
        loose = loose.or(Metadata {
            company: named.as_ref().and_then(|_| company(name, true)),
            title: event.map(|(_, title)| title.to_owned()),
            ticker: bloomberg_ticker(line)
                .or(event.and_then(|(symbol, _)| ticker(symbol)))
                .or(named),
            date: day.or_else(|| event_day(line)),
            hour: hour::find_in(line).map(str::to_owned),
            ..Metadata::default()
        });
    }
    let over_day = over_day(lines);
    if headlines.company.is_none() {
        loose.company = loose.company.or_else(|| firm_above(lines));
    }
    let titles = [&headlines.title, &fields.title, &loose.title, &over_day];
    let title = titles.into_iter().find_map(Clone::clone);
    Metadata {
        title,
        calendar: calendar(lines.iter().copied()),
        ..fields.or(headlines).or(loose)
    }
}

/// The line over a day among the first ones: it says what the day is of.
fn over_day(lines: &[&str]) -> Option<String> {
    let filled = lines.iter().filter(|line| !line.is_empty());
    let first: Vec<&str> = filled.take(TITLES).copied().collect();
    let (title, _) = first
        .iter()
        .zip(first.iter().skip(1))
        .find(|(_, below)| is_day(below))?;
    // A letter's head is no title, nor is a moderator.
    let key = title.split_once(':').map(|(key, _)| key);
    let is_key = |key: &str| is_title(key) || ["From", "To", "Cc", "Sent"].contains(&key);
    let says =
        !key.is_some_and(is_key) && title.len() <= 100 && !is_day(title) && !has_legal_form(title);
    let bare = title.trim_start_matches(['#', '*', ' ']);
    (says && field(title).is_none()).then(|| bare.trim_end_matches(['*', ' ']).to_owned())
}

/// A firm with its legal form alone on one of the first lines: `Nimbus Anvil Inc.`
fn firm_above(lines: &[&str]) -> Option<String> {
    let first = lines.iter().filter(|line| !line.is_empty()).take(TITLES);
    let is_firm = |line: &&&str| {
        let mut words = line.split_whitespace().rev().skip(1);
        let capitals = words.all(|word| !word.starts_with(char::is_lowercase));
        line.len() <= 60 && capitals && !is_title(line) && has_legal_form(line)
    };
    let mut firms = first.filter(is_firm);
    firms.find_map(|line| company(line, true))
}

/// The quarter of the calendar that holds the middle of the period that some line says the end of: `for the quarter ended
/// April 30, 2024`, which is for the most part of the first.
pub(super) fn calendar<'a>(lines: impl Iterator<Item = &'a str>) -> Option<Period> {
    const SPANS: [&str; 3] = ["quarter", "months", "period"];
    let may_say = |line: &&str| line.contains("ended") || line.contains("ending");
    for line in lines.filter(may_say) {
        let head = line.get(..line.floor_char_boundary(LONGEST_STATEMENT));
        let words = lexemes(head.unwrap_or(line));
        let pairs = words.windows(2).filter(|pair| {
            matches!(pair, [span, ended] if span.is_any(&SPANS) && ended.is_any(&["ended", "ending"]))
        });
        for pair in pairs {
            let Some(end) = pair.last().map(Lexeme::end) else {
                continue;
            };
            let rest = line
                .get(end..line.floor_char_boundary(end + 40))
                .unwrap_or_default();
            if let Some((date, place)) = Date::find_in(rest)
                && place.start <= 5
            {
                return quarter_of(date);
            }
        }
    }
    None
}

/// The quarter that holds the day a month and a half before the end of a period of three months.
fn quarter_of(end: Date) -> Option<Period> {
    // Until the middle of a month most of the three months lie before it.
    let month = u16::from(end.month()) - u16::from(end.day() <= 15);
    let middle = end.year() * 12 + month - 2;
    let quarter = u8::try_from(middle % 12 / 3 + 1).ok()?;
    Period::new(middle / 12, PeriodPart::Quarter(quarter))
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
        "title" | "event" | "event title" | "meeting title" | "event description" => Field::Title,
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
pub(super) fn headline(line: &str) -> Option<Metadata> {
    let line = line
        .trim()
        .trim_start_matches(['#', '*', ' '])
        .trim_end_matches(['*', ':']);
    let line = line.strip_prefix("Full transcript - ").unwrap_or(line);
    if line.len() > LONGEST_HEADLINE || line.ends_with('.') {
        return None;
    }
    let (period, place) = Period::find_in(line)?;
    let (before, after) = (line.get(..place.start)?, line.get(place.end..)?);
    let (date, after) = match Date::find_in(after) {
        Some((date, place)) => (Some(date), after.get(..place.start)?),
        None => (None, after),
    };
    let words = lexemes(before);
    let abroad = words.iter().find(|word| word.is_any(&CALLS_ABROAD));
    let (name, ticker) =
        name_and_ticker(abroad.map_or(before, |word| before.get(..word.start).unwrap_or_default()));
    let names_call = abroad.is_some() || lexemes(after).iter().any(|word| word.is_any(&CALL_WORDS));
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
        hour: hour::find_in(line).map(str::to_owned),
        ..Metadata::default()
    })
}

/// Reads a line among speech as [`headline`] does. Every headline holds a number and begins as one does, and few lines of speech do.
pub(super) fn short_headline(words: &str) -> Option<Metadata> {
    let may_be = words.len() <= LONGEST_AMONG_SPEECH
        && words.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit() || c == '#')
        && may_hold_period(words);
    may_be.then(|| headline(words)).flatten()
}

/// Whether a year can stand here: four digits that begin with 19 or 20, or digits that touch a letter or an apostrophe.
fn may_hold_period(words: &str) -> bool {
    let bytes = words.as_bytes();
    let touches = |a: u8, b: u8| {
        a.is_ascii_digit() && (b.is_ascii_alphabetic() || matches!(b, b'\'' | 0x80..))
    };
    let pairs = bytes.windows(2);
    let mut touching =
        pairs.filter(|pair| matches!(pair, [a, b] if touches(*a, *b) || touches(*b, *a)));
    let is_year = |four: &[u8]| {
        let century = matches!(four, [b'1', b'9', ..] | [b'2', b'0', ..]);
        century && four.iter().all(u8::is_ascii_digit)
    };
    touching.next().is_some() || bytes.windows(4).any(is_year)
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
    let verbs = [
        " Reports",
        " Announces",
        " Posts",
        " to Report",
        " Reported",
    ];
    let name = verbs
        .iter()
        .find_map(|verb| name.strip_suffix(verb))
        .unwrap_or(name);
    let name = name.strip_suffix(" at").unwrap_or(name);
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
pub(super) fn ticker(text: &str) -> Option<String> {
    let symbol = text.rsplit([':', '：']).next().unwrap_or(text).trim();
    // A page shows how the price moved beside it.
    let moved = |(symbol, change): (_, &str)| change.ends_with('%').then_some(symbol);
    let symbol = symbol.split_once(' ').and_then(moved).unwrap_or(symbol);
    let capitals = symbol
        .chars()
        .all(|c| c.is_ascii_uppercase() || matches!(c, '.' | '-'));
    let shaped =
        capitals && symbol.len() <= 6 && symbol.starts_with(|c: char| c.is_ascii_uppercase());
    shaped.then(|| symbol.to_owned())
}

/// The ticker before an exchange's letters, and the event: `NIMB.OQ - Q3 2022 Nimbus Anvil Inc Earnings Call`,
/// `NIMB.N - Nimbus Anvil Inc at Vale Bank Conference`.
fn exchange_event(line: &str) -> Option<(&str, &str)> {
    let (reference, title) = line.split_once(" - ")?;
    let (symbol, exchange) = reference.split_once('.')?;
    let capitals = |text: &str| text.bytes().all(|b| b.is_ascii_uppercase());
    let is_exchange = (1..=2).contains(&exchange.len()) && capitals(exchange);
    let names_event = || lexemes(title).iter().any(|word| word.is_any(&CALL_WORDS));
    (is_exchange && names_event()).then_some((symbol, title))
}

/// The ticker of a reference like `{NIMB US Equity EVT BB-1}`.
fn bloomberg_ticker(line: &str) -> Option<String> {
    let (_, reference) = line.split_once('{')?;
    let mut words = reference.split_whitespace();
    let (symbol, _country, class) = (words.next()?, words.next()?, words.next()?);
    ticker(symbol).filter(|_| class.trim_end_matches('}') == "Equity")
}

/// For tests of what was found: company, ticker, period and date as one line.
#[cfg(test)]
pub(super) mod testing {
    use super::Metadata;

    pub(in super::super) fn short(found: &Metadata) -> String {
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
}

#[cfg(test)]
mod tests {
    use super::testing::short;
    use super::*;

    #[test]
    fn the_end_of_a_quarter_tells_its_quarter_of_the_calendar() {
        for (line, expected) in [
            ("for the quarter ended June 30, 2024", "Q2 2024"),
            ("for the fiscal quarter ended April 30, 2024", "Q1 2024"),
            (
                "results for the three months ended January 28, 2024",
                "Q4 2023",
            ),
            ("the quarter ending July 1, 2023", "Q2 2023"),
            ("the quarter ended December 28, 2024", "Q4 2024"),
        ] {
            let found = calendar([line].into_iter()).map(|period| period.to_string());
            assert_eq!(found.as_deref(), Some(expected), "{line}");
        }
        assert_eq!(
            calendar(["the quarter ended well on June 30, 2024"].into_iter()),
            None
        );
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
    fn a_line_over_a_day_is_the_title_and_a_legal_form_tells_a_firm() {
        let title = |lines: &[&str]| front_matter(lines).title;
        assert_eq!(
            title(&["# Anvil weekly", "", "2025-09-12"]).as_deref(),
            Some("Anvil weekly")
        );
        assert_eq!(title(&["Nimbus Anvil Inc.", "July 31, 2025"]), None);
        assert_eq!(title(&["Moderator: Ada Quill", "July 31, 2025"]), None);
        assert_eq!(title(&["From: Ada Quill", "Date: July 31, 2025"]), None);
        let company = |lines: &[&str]| front_matter(lines).company;
        assert_eq!(
            company(&["Nimbus Anvil plc", "Half year results"]).as_deref(),
            Some("Nimbus Anvil plc")
        );
        assert_eq!(
            company(&["Chief Executive Officer, Nimbus Anvil, Inc."]),
            None
        );
        assert_eq!(company(&["We were once a part of Nimbus Inc."]), None);
    }
}
