//! The period that a call reports on: a quarter, a half or a year, as the company counts it.
//!
//! In: text as people write it, from `2Q25` to `second quarter of fiscal 2025`. Out: a [`Period`],
//! or none. A period is never completed from elsewhere: no year, no period. This file knows nothing
//! of calls.

use super::words::{Lexeme, lexemes};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

/// A quarter, a half or a whole year. Written and serialised as `Q2 2025`, `H1 2024`, `FY 2024`.
///
/// Order: by the month it ends in; of two that end together, the shorter first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Period {
    year: u16,
    part: PeriodPart,
}

/// Which part of the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PeriodPart {
    /// The first to the fourth quarter, from 1.
    Quarter(u8),
    /// The first or the second half, from 1.
    Half(u8),
    /// All of it.
    Year,
}

/// Years that a call can report on; other numbers near a quarter are not years.
const YEARS: Range<u16> = 1950..2100;

/// How many words may stand between a quarter and its year, as in `quarter of the fiscal year`.
const MOST_WORDS_BETWEEN: usize = 6;

impl Period {
    /// The part of the year, if there is such a year and such a part.
    pub fn new(year: u16, part: PeriodPart) -> Option<Self> {
        let exists = match part {
            PeriodPart::Quarter(quarter) => (1..=4).contains(&quarter),
            PeriodPart::Half(half) => (1..=2).contains(&half),
            PeriodPart::Year => true,
        };
        (exists && YEARS.contains(&year)).then_some(Self { year, part })
    }

    /// The year, fiscal where the company counts so.
    pub fn year(self) -> u16 {
        self.year
    }

    /// The part of that year.
    pub fn part(self) -> PeriodPart {
        self.part
    }

    /// Whether `other` lies inside this period: a year covers its halves and quarters, a half its two
    /// quarters.
    pub fn covers(self, other: Self) -> bool {
        self.year == other.year
            && match (self.part, other.part) {
                (PeriodPart::Year, _) => true,
                (PeriodPart::Half(half), PeriodPart::Quarter(quarter)) => {
                    quarter.div_ceil(2) == half
                }
                (mine, theirs) => mine == theirs,
            }
    }

    /// The period that `text` is, and nothing besides.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        Self::find_in(text)
            .filter(|(_, place)| *place == (0..text.len()))
            .map(|(period, _)| period)
    }

    /// A period in its own form, as libraries hold it, many thousands of times.
    fn written(text: &str) -> Option<Self> {
        let (part, year) = text.split_once(' ')?;
        let part = match part.as_bytes() {
            [b'Q', quarter @ b'1'..=b'4'] => PeriodPart::Quarter(quarter - b'0'),
            [b'H', half @ b'1'..=b'2'] => PeriodPart::Half(half - b'0'),
            b"FY" => PeriodPart::Year,
            _ => return None,
        };
        let is_number = year.bytes().all(|byte| byte.is_ascii_digit());
        Self::new(year.parse().ok().filter(|_| is_number)?, part)
    }

    /// The first period named in running text, and where.
    pub fn find_in(text: &str) -> Option<(Self, Range<usize>)> {
        if !text.bytes().any(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let words = lexemes(text);
        (0..words.len()).find_map(|first| {
            let (period, length) = Self::at(words.get(first..)?)?;
            let last = words.get(first + length - 1)?;
            Some((period, words.get(first)?.start..last.end()))
        })
    }

    /// The period that `words` begin with, and how many of them it takes.
    fn at(words: &[Lexeme<'_>]) -> Option<(Self, usize)> {
        let (year, part, length) = part_then_year(words)
            .or_else(|| year_then_part(words))
            .or_else(|| whole_year(words))?;
        Some((Self::new(year, part)?, length))
    }

    /// What periods are ordered by: year, last month, months.
    fn order(self) -> (u16, u8, u8) {
        match self.part {
            PeriodPart::Quarter(quarter) => (self.year, 3 * quarter, 3),
            PeriodPart::Half(half) => (self.year, 6 * half, 6),
            PeriodPart::Year => (self.year, 12, 12),
        }
    }
}

/// `Q2 2025`, `2Q25`, `second quarter of fiscal 2025`, `fourth quarter and full year 2024`.
fn part_then_year(words: &[Lexeme<'_>]) -> Option<(u16, PeriodPart, usize)> {
    let (part, length) = part(words)?;
    let next = words.get(length)?;
    // `2Q25`: two digits are a year only where they touch.
    if let (true, Some(year)) = (next.gap.is_empty(), next.number(2..3)) {
        return words
            .first()?
            .number(1..2)
            .map(|_| (2000 + year, part, length + 1));
    }
    for between in 0..=MOST_WORDS_BETWEEN {
        let from = words.get(length + between..)?;
        let word = from.first()?;
        let full = || word.is_any(&["full", "fiscal", "year", "FY"]);
        let joined = joins(word.gap, " -–—_/,'’‘\u{A0}");
        if !(joined || word.gap.trim() == "&" && full()) {
            return None;
        }
        if let Some((year, taken)) = year(from) {
            return Some((year, part, length + between + taken));
        }
        let and = word.is("and")
            && from
                .get(1)
                .is_some_and(|next| next.is_any(&["full", "fiscal", "half", "year", "FY"]));
        if !and
            && !word.is_any(&[
                "of", "the", "full", "half", "year", "end", "fiscal", "calendar", "de", "del",
                "do", "di", "des", "du", "año", "ano",
            ])
        {
            return None;
        }
    }
    None
}

/// `2025-Q2`, `fiscal 2025 second quarter`; not where the part has a year of its own after it.
fn year_then_part(words: &[Lexeme<'_>]) -> Option<(u16, PeriodPart, usize)> {
    let (year, length) = year(words)?;
    let rest = words.get(length..)?;
    if !joins(rest.first()?.gap, " -–—_/\u{A0}") || part_then_year(rest).is_some() {
        return None;
    }
    let (part, taken) = part(rest)?;
    Some((year, part, length + taken))
}

/// `FY2024`, `fiscal year 2024`, `full-year 2024`; a bare `2024` is not a period.
fn whole_year(words: &[Lexeme<'_>]) -> Option<(u16, PeriodPart, usize)> {
    let full_year = words.first()?.is("full") && words.get(1)?.is("year");
    let lead = if full_year { 2 } else { 0 };
    if !full_year && !words.first()?.is_any(&["FY", "fiscal"]) {
        return None;
    }
    let (year, taken) = year(words.get(lead..)?)?;
    Some((year, PeriodPart::Year, lead + taken))
}

/// `Q2`, `2Q`, `FQ2`, `2T`, `H1`, `1S`, `second quarter`, `2nd half`, `fiscal first quarter`, `half year`.
fn part(words: &[Lexeme<'_>]) -> Option<(PeriodPart, usize)> {
    let first = words.first()?;
    if first.is("fiscal") {
        return part(words.get(1..)?).map(|(part, length)| (part, length + 1));
    }
    let second = words.get(1)?;
    // One vendor's mark of a fiscal quarter.
    if first.is("FQ") && second.gap.is_empty() {
        let quarter = u8::try_from(second.number(1..2)?).ok();
        let quarter = quarter.filter(|quarter| (1..=4).contains(quarter));
        return quarter.map(|quarter| (PeriodPart::Quarter(quarter), 2));
    }
    if first.is("half") && second.is("year") && joins(second.gap, " -\u{A0}") {
        return Some((PeriodPart::Half(1), 2));
    }
    let of_letter = letter_and_digit(first, second).and_then(|(letter, digit)| {
        // A `trimestre` is a quarter, and a `semestre` is a half; `S1` is as often a thing's name.
        let is_half = letter.is("H") || letter.is("S") && first.number(1..2).is_some();
        if letter.is_any(&["Q", "T"]) && digit <= 4 {
            Some((PeriodPart::Quarter(digit), 2))
        } else {
            (is_half && digit <= 2).then_some((PeriodPart::Half(digit), 2))
        }
    });
    let of_words = || ordinal_part(words).or_else(|| part_abroad(words));
    of_letter.or_else(of_words)
}

/// A letter and a digit from 1 that touch, in either order.
fn letter_and_digit<'a>(a: &Lexeme<'a>, b: &Lexeme<'a>) -> Option<(Lexeme<'a>, u8)> {
    if a.text.len() != 1 || b.text.len() != 1 || !b.gap.is_empty() {
        return None;
    }
    let (letter, digit) = match (a.number(1..2), b.number(1..2)) {
        (None, Some(digit)) => (a, digit),
        (Some(digit), None) => (b, digit),
        _ => return None,
    };
    u8::try_from(digit)
        .ok()
        .filter(|digit| *digit > 0)
        .map(|digit| (*letter, digit))
}

/// `second quarter`, `second-quarter`, `2nd half`.
fn ordinal_part(words: &[Lexeme<'_>]) -> Option<(PeriodPart, usize)> {
    const ORDINALS: [(&str, &str, u8); 4] = [
        ("first", "st", 1),
        ("second", "nd", 2),
        ("third", "rd", 3),
        ("fourth", "th", 4),
    ];
    let (first, second) = (words.first()?, words.get(1)?);
    let (number, length) = ORDINALS.iter().find_map(|&(word, suffix, number)| {
        let digits = || first.number(1..2) == Some(number.into()) && second.is(suffix);
        if first.is(word) {
            Some((number, 1))
        } else {
            digits().then_some((number, 2))
        }
    })?;
    // `third fiscal quarter` is one as well.
    let length = length + usize::from(words.get(length)?.is("fiscal"));
    let unit = words.get(length)?;
    if !joins(unit.gap, " -\u{A0}") {
        return None;
    }
    if unit.is("quarter") {
        Some((PeriodPart::Quarter(number), length + 1))
    } else {
        (unit.is("half") && number <= 2).then_some((PeriodPart::Half(number), length + 1))
    }
}

/// `segundo trimestre`, `2º trimestre`, `1er semestre`, `zweites Quartal`, `1. Halbjahr`.
fn part_abroad(words: &[Lexeme<'_>]) -> Option<(PeriodPart, usize)> {
    #[rustfmt::skip]
    const ORDINALS: [(&str, u8); 30] = [
        ("primer", 1), ("primero", 1), ("primeiro", 1), ("premier", 1), ("primo", 1), ("erste", 1), ("ersten", 1), ("erstes", 1),
        ("segundo", 2), ("deuxième", 2), ("second", 2), ("secondo", 2), ("zweite", 2), ("zweiten", 2), ("zweites", 2),
        ("tercer", 3), ("tercero", 3), ("terceiro", 3), ("troisième", 3), ("terzo", 3), ("dritte", 3), ("dritten", 3), ("drittes", 3),
        ("cuarto", 4), ("quarto", 4), ("quatrième", 4), ("vierte", 4), ("vierten", 4), ("viertes", 4), ("seconde", 2),
    ];
    const ENDINGS: [&str; 9] = ["º", "ª", "o", "e", "er", "do", "ro", "to", "ème"];
    let first = words.first()?;
    let (number, length) = if let Some(number) = first.number(1..2) {
        let ending = words.get(1)?;
        let has_ending = ending.gap.is_empty() && ending.is_any(&ENDINGS);
        (u8::try_from(number).ok()?, 1 + usize::from(has_ending))
    } else {
        let (_, number) = ORDINALS.iter().find(|(word, _)| first.is(word))?;
        (*number, 1)
    };
    let unit = words.get(length)?;
    if number == 0 || !joins(unit.gap, " .°-\u{A0}") {
        return None;
    }
    let is_half = unit.is_any(&["semestre", "Halbjahr", "Halbjahres"]);
    if unit.is_any(&["trimestre", "Quartal", "Quartals"]) && number <= 4 {
        Some((PeriodPart::Quarter(number), length + 1))
    } else {
        (is_half && number <= 2).then_some((PeriodPart::Half(number), length + 1))
    }
}

/// `2025`, `FY25`, `fiscal 2025`, `fiscal year 25`, `’25`.
fn year(words: &[Lexeme<'_>]) -> Option<(u16, usize)> {
    let first = words.first()?;
    let lead = if first.is("fiscal") && words.get(1)?.is("year") {
        2
    } else {
        usize::from(first.is_any(&["fiscal", "FY"]))
    };
    let digits = words.get(lead)?;
    if lead > 0 && !joins(digits.gap, " -'’‘_\u{A0}") {
        return None;
    }
    let short = lead > 0 || digits.gap.ends_with(['\'', '’', '‘']);
    let year = digits
        .number(4..5)
        .or(digits.number(2..3).filter(|_| short).map(|y| 2000 + y))?;
    YEARS.contains(&year).then_some((year, lead + 1))
}

/// Whether a gap holds no more than a few of `allowed` and so parts no sentence; a line may turn.
fn joins(gap: &str, allowed: &str) -> bool {
    gap.len() <= 4
        && gap
            .chars()
            .all(|c| allowed.contains(c) || matches!(c, '\n' | '\r'))
}

impl Ord for Period {
    fn cmp(&self, other: &Self) -> Ordering {
        self.order().cmp(&other.order())
    }
}

impl PartialOrd for Period {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.part {
            PeriodPart::Quarter(quarter) => write!(f, "Q{quarter} {}", self.year),
            PeriodPart::Half(half) => write!(f, "H{half} {}", self.year),
            PeriodPart::Year => write!(f, "FY {}", self.year),
        }
    }
}

/// A text that is no period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAPeriod(String);

impl fmt::Display for NotAPeriod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is not a period; write it like `Q2 2025`, `H1 2024` or `FY 2024`",
            self.0
        )
    }
}

impl std::error::Error for NotAPeriod {}

impl FromStr for Period {
    type Err = NotAPeriod;

    fn from_str(text: &str) -> Result<Self, NotAPeriod> {
        let period = Self::written(text).or_else(|| Self::parse(text));
        period.ok_or_else(|| NotAPeriod(text.to_owned()))
    }
}

impl TryFrom<String> for Period {
    type Error = NotAPeriod;

    fn try_from(text: String) -> Result<Self, NotAPeriod> {
        text.parse()
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<String> {
        Period::parse(text).map(|period| period.to_string())
    }

    fn found(text: &str) -> Option<(String, &str)> {
        let (period, place) = Period::find_in(text)?;
        Some((period.to_string(), text.get(place)?))
    }

    #[test]
    fn a_period_is_read_however_it_is_written() {
        for text in [
            "Q2 2025",
            "q2 2025",
            "Q2 FY2025",
            "Q2 FY25",
            "2Q25",
            "2Q2025",
            "2025-Q2",
            "2025q2",
            "2025_Q2",
            "Q2-2025",
            "Q2’25",
            "Q2 '25",
            "second quarter of 2025",
            "2nd quarter 2025",
            "second-quarter 2025",
            "2T25",
            "T2 2025",
            "segundo trimestre de 2025",
            "2º trimestre de 2025",
            "deuxième trimestre 2025",
            "2e trimestre 2025",
            "secondo trimestre 2025",
            "zweites Quartal 2025",
            "2. Quartal 2025",
            "Second Quarter, 2025",
            "fiscal 2025 second quarter",
            "second quarter of fiscal year 2025",
            "second quarter of the fiscal year 2025",
            "fiscal Q2 2025",
            "FY25 Q2",
            "FY2025 Q2",
            "2025 Second Quarter",
            "second fiscal quarter 2025",
            "FQ2 2025",
            " Q2 2025 ",
        ] {
            assert_eq!(parsed(text).as_deref(), Some("Q2 2025"), "{text}");
        }
        for text in [
            "FY2024",
            "FY 2024",
            "fy24",
            "fiscal 2024",
            "fiscal year 2024",
            "full-year 2024",
        ] {
            assert_eq!(parsed(text).as_deref(), Some("FY 2024"), "{text}");
        }
        for text in [
            "H1 2024",
            "1H24",
            "first half of 2024",
            "2024 H1",
            "Half-Year 2024",
        ] {
            assert_eq!(parsed(text).as_deref(), Some("H1 2024"), "{text}");
        }
    }

    #[test]
    fn what_lacks_a_part_or_a_year_is_no_period() {
        for text in [
            "",
            "2025",
            "Q2",
            "Q5 2025",
            "Q0 2025",
            "H3 2024",
            "Q2 1925",
            "second quarter",
            "Q2. 2025",
            "Q2 25",
            "EQ2 2025",
            "third half of 2024",
            "Q2 2025 results",
            "Q 2 2025",
            "Q2 20255",
        ] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }

    #[test]
    fn the_first_mention_in_running_text_is_found_with_its_place() {
        let text =
            "Welcome to Nimbus Anvil's fourth quarter and full year 2024 call. Q1 2025 is next.";
        let expected = ("Q4 2024".to_owned(), "fourth quarter and full year 2024");
        assert_eq!(found(text), Some(expected));
        assert_eq!(found("In 2024, Q1 2025 was planned").unwrap().0, "Q1 2025");
        assert_eq!(found("in 2024 Q1 2025 was planned").unwrap().0, "Q1 2025");
        assert_eq!(
            found("first half and second quarter of 2025").unwrap().0,
            "Q2 2025"
        );
        assert_eq!(found("the fourth quarter and 2025 guidance"), None);
        assert_eq!(found("the fourth quarter & 2025 guidance"), None);
        assert_eq!(
            found("second quarter and half-year 2024 results")
                .unwrap()
                .0,
            "Q2 2024"
        );
        assert_eq!(
            found("Fourth Quarter & Full Year 2024").unwrap().0,
            "Q4 2024"
        );
    }

    #[test]
    fn periods_are_in_the_order_of_time() {
        let written = [
            "FY 2023", "Q1 2024", "Q2 2024", "H1 2024", "Q4 2024", "H2 2024", "FY 2024",
        ];
        let periods: Vec<Period> = written.iter().map(|text| text.parse().unwrap()).collect();
        assert!(periods.is_sorted_by(|a, b| a < b), "{periods:?}");
    }

    #[test]
    fn it_is_serialised_as_it_is_written() {
        let period: Period = serde_json::from_str("\"2q25\"").unwrap();
        assert_eq!(serde_json::to_string(&period).unwrap(), "\"Q2 2025\"");
        assert!(serde_json::from_str::<Period>("\"soon\"").is_err());
    }
}
