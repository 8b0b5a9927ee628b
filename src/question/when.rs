//! When a question is about: periods, years and days as people write them, alone, in lists, as ranges.
//!
//! In: a question. Out: a [`When`], and the words it was said with. Pure; whether any call is of then
//! is for others to see.

use super::catalogue::{Dated, Months};
use super::text::{Word, words};
use crate::transcript::{Date, Period, PeriodPart};
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
    /// This quarter of any year, where there are such calls.
    AnyYear(u8),
}

/// Months that a call may report on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    /// In words, as `Q3 2024` or `after Q1 2024`.
    pub(super) label: String,
    pub(super) months: Months,
    /// Whether it is one period or year, and neither end is open.
    pub(super) is_one: bool,
}

/// What was said of time.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) when: When,
    /// The words it was said with.
    pub(super) places: Vec<Range<usize>>,
    /// Whether it is what something is expected for, as in `guidance for Q3 2024`.
    pub(super) is_aim: bool,
}

impl Said {
    fn at(when: When, place: Range<usize>) -> Self {
        Self {
            when,
            places: std::iter::once(place).collect(),
            is_aim: false,
        }
    }
}

/// A stretch of time named in the text.
struct Mention {
    label: String,
    months: Months,
    place: Range<usize>,
}

/// Earlier and later than any call.
const EVER: Months = Months {
    first: 0,
    last: 12 * 9999,
};

const AFTER: &[&str] = &["after", "following", "beyond", "past"];
const SINCE: &[&str] = &["since", "starting"];
const BEFORE: &[&str] = &["before", "preceding"];
const UNTIL: &[&str] = &["until", "till", "through"];
/// What a year is `of`: other things of a year are things.
const OF_A_YEAR: &[&str] = &[
    "beginning",
    "call",
    "calls",
    "course",
    "end",
    "half",
    "months",
    "quarter",
    "quarters",
    "rest",
    "start",
    "year",
];
/// Words between the two ends of a range.
const TO: &[&str] = &[
    "to", "through", "thru", "until", "till", "and", "up", "the", "end", "of",
];
/// What a year stands behind when it is a time; `a target of 2030 megawatts` is none.
const BEFORE_A_YEAR: &[&str] = &[
    "in",
    "during",
    "for",
    "since",
    "after",
    "before",
    "from",
    "between",
    "to",
    "until",
    "through",
    "and",
    "fiscal",
    "year",
    "calendar",
    "late",
    "early",
    "mid",
    "following",
    "preceding",
    "throughout",
    "or",
];

/// What a question says of time, if anything.
pub(super) fn find(text: &str) -> Option<Said> {
    newest(text)
        .or_else(|| days(text))
        .or_else(|| quarter_to(text))
        .or_else(|| months(text))
        .or_else(|| any_year(text))
}

/// Whether a call is of then, as far as its own facts can say; the newest are chosen by others.
pub(super) fn keeps(when: &When, call: &Dated) -> bool {
    match when {
        When::Months(stretches) => call.months().is_some_and(|months| {
            stretches
                .iter()
                .any(|stretch| stretch.months.contains(months))
        }),
        When::Newest(_) => call.months().is_some(),
        When::Days { from, to } => call.date.is_some_and(|date| {
            from.is_none_or(|from| date >= from) && to.is_none_or(|to| date <= to)
        }),
        When::QuarterTo { month, year } => is_quarter_to(call, *month, *year),
        When::AnyYear(quarter) => call
            .period
            .is_some_and(|period| period.part() == PeriodPart::Quarter(*quarter)),
    }
}

/// A quarter is reported in the three months after it; a call without a day is taken to count by the
/// calendar.
fn is_quarter_to(call: &Dated, month: u8, year: Option<u16>) -> bool {
    let end = match (call.date, call.period) {
        (Some(date), _) => {
            let held = i32::from(date.year()) * 12 + i32::from(date.month()) - 1;
            (1..=3)
                .map(|later| held - later)
                .find(|end| end % 12 == i32::from(month) - 1)
        }
        (None, Some(period)) => {
            Some(Months::of(period).last).filter(|last| last % 12 == i32::from(month) - 1)
        }
        (None, None) => None,
    };
    end.is_some_and(|end| year.is_none_or(|year| end / 12 == i32::from(year)))
}

/// `last quarter`, `the latest call`, `the last three quarters`; not where it is what is compared with.
fn newest(text: &str) -> Option<Said> {
    const COMPARED: &[&str] = &[
        "than", "versus", "vs", "to", "with", "from", "over", "against", "and",
    ];
    let words = words(text);
    for (at, word) in words.iter().enumerate() {
        let recent = word.is_any(&["last", "latest", "newest", "past", "recent"]);
        let before = |back: usize| at.checked_sub(back).and_then(|at| words.get(at));
        let lead = (1..=3).find(|back| {
            before(*back).is_none_or(|word| !word.is_any(&["the", "most", "its", "their"]))
        });
        let compared = lead
            .and_then(before)
            .is_some_and(|word| word.is_any(COMPARED));
        if !recent || compared {
            continue;
        }
        let next = words.get(at + 1)?;
        let number = count(next);
        let unit = if number.is_some() {
            words.get(at + 2)
        } else {
            Some(next)
        };
        let mut end = at + 1 + usize::from(number.is_some());
        let unit = match unit {
            Some(unit) if unit.is_any(&["earnings", "quarterly", "conference", "reported"]) => {
                end += 1;
                words.get(end)
            }
            unit => unit,
        };
        if unit.is_some_and(|unit| unit.is_any(&["quarter", "quarters", "call", "calls"])) {
            let from = words.get(at + 1 - lead.unwrap_or(1)).unwrap_or(word);
            let place = from.place.start..words.get(end)?.place.end;
            return Some(Said::at(When::Newest(number.unwrap_or(1)), place));
        }
    }
    None
}

fn count(word: &Word<'_>) -> Option<usize> {
    const NUMBERS: [&str; 8] = [
        "one", "two", "three", "four", "five", "six", "seven", "eight",
    ];
    let named = NUMBERS.iter().position(|number| word.norm == *number);
    named
        .map(|at| at + 1)
        .or_else(|| word.norm.parse().ok().filter(|n| (1..=40).contains(n)))
}

/// `on July 31, 2025`, `since 2024-05-01`, `between … and …`.
fn days(text: &str) -> Option<Said> {
    let (first, place) = Date::find_in(text)?;
    let rest = text.get(place.end..)?;
    let second =
        Date::find_in(rest).map(|(date, at)| (date, at.start + place.end..at.end + place.end));
    let (lead, lead_place) = word_before(text, place.start);
    let (from, to, end) = match second {
        Some((second, at)) if is_join(text.get(place.end..at.start)?) => {
            (Some(first.min(second)), Some(first.max(second)), at.end)
        }
        _ if AFTER.contains(&lead.as_str()) || lead == "since" => (Some(first), None, place.end),
        _ if BEFORE.contains(&lead.as_str()) => (None, Some(first), place.end),
        _ => (Some(first), Some(first), place.end),
    };
    Some(Said::at(When::Days { from, to }, lead_place.start..end))
}

/// `the June quarter`, `the quarter ended June 30, 2025` is a day and a quarter: the quarter goes before.
fn quarter_to(text: &str) -> Option<Said> {
    let words = words(text);
    for (at, word) in words.iter().enumerate() {
        let Some(month) = month(word) else { continue };
        let year_at = |at: usize| words.get(at).and_then(|word| year_of(&word.norm));
        let next = words.get(at + 1)?;
        let after_of = usize::from(
            words
                .get(at + 2)
                .is_some_and(|word| word.is_any(&["of", "in"])),
        );
        if next.is_any(&["quarter"]) {
            let year = year_at(at + 2 + after_of);
            let last = at + 1 + year.map_or(0, |_| after_of + 1);
            let place = word.place.start..words.get(last)?.place.end;
            return Some(Said::at(When::QuarterTo { month, year }, place));
        }
    }
    None
}

/// A month by its full name or three letters; `may` only with its capital.
fn month(word: &Word<'_>) -> Option<u8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let named = |month: &str| {
        word.norm == month
            || (word.norm.len() == 3 && month.starts_with(&word.norm) && word.is_capital())
    };
    let at = MONTHS.iter().position(|month| named(month))?;
    (at != 4 || word.is_capital()).then(|| u8::try_from(at + 1).ok())?
}

fn year_of(digits: &str) -> Option<u16> {
    let year: u16 = digits.parse().ok().filter(|_| digits.len() == 4)?;
    (1990..2100).contains(&year).then_some(year)
}

/// Periods and years: alone, as lists, as ranges, with `since`, `after`, `before`.
fn months(text: &str) -> Option<Said> {
    let mentions = mentions(text);
    let mut stretches: Vec<Stretch> = Vec::new();
    let mut places = Vec::new();
    let mut is_aim = false;
    let mut rest = mentions.as_slice();
    while let Some((mention, later)) = rest.split_first() {
        rest = later;
        let (lead, lead_place) = word_before(text, mention.place.start);
        let to = later.first().filter(|to| {
            let between = text.get(mention.place.end..to.place.start);
            between.is_some_and(|between| is_range(between, &lead))
        });
        let (stretch, end) = if let Some(to) = to {
            rest = later.get(1..).unwrap_or_default();
            (range(mention, to), to.place.end)
        } else {
            (alone(mention, &lead), mention.place.end)
        };
        is_aim |= lead == "for";
        if !stretches.contains(&stretch) {
            stretches.push(stretch);
        }
        places.push(lead_place.start..end);
    }
    (!stretches.is_empty()).then_some(Said {
        when: When::Months(stretches),
        places,
        is_aim,
    })
}

fn range(from: &Mention, to: &Mention) -> Stretch {
    let (from, to) = if from.months.first <= to.months.first {
        (from, to)
    } else {
        (to, from)
    };
    Stretch {
        label: format!("{} to {}", from.label, to.label),
        months: Months {
            first: from.months.first,
            last: to.months.last.max(from.months.last),
        },
        is_one: false,
    }
}

/// A mention by the word before it.
fn alone(mention: &Mention, lead: &str) -> Stretch {
    let Months { first, last } = mention.months;
    let open = |word: &str, months: Months| Stretch {
        label: format!("{word} {}", mention.label),
        months,
        is_one: false,
    };
    if AFTER.contains(&lead) {
        let first = last + 1;
        open("after", Months { first, ..EVER })
    } else if SINCE.contains(&lead) {
        open("since", Months { first, ..EVER })
    } else if BEFORE.contains(&lead) {
        let last = first - 1;
        open("before", Months { last, ..EVER })
    } else if UNTIL.contains(&lead) {
        open("until", Months { last, ..EVER })
    } else {
        Stretch {
            label: mention.label.clone(),
            months: mention.months,
            is_one: true,
        }
    }
}

/// Whether the words between two mentions make one range of them; `and` does so after `between`.
fn is_range(between: &str, lead: &str) -> bool {
    let marks = between.trim();
    if ["-", "–", "—"].contains(&marks) {
        return true;
    }
    let found = words(between);
    let joined = !found.is_empty() && found.iter().all(|word| word.is_any(TO));
    let lists = found.iter().any(|word| word.norm == "and") && lead != "between";
    joined && !lists && !marks.starts_with(',')
}

fn is_join(between: &str) -> bool {
    let found = words(between);
    !found.is_empty() && found.len() <= 3 && found.iter().all(|word| word.is_any(TO))
}

/// The last word before a place, articles and fillers passed over, and where they all stand.
fn word_before(text: &str, start: usize) -> (String, Range<usize>) {
    const FILLERS: &[&str] = &[
        "the", "a", "period", "periods", "quarter", "quarters", "of", "each", "every", "fiscal",
        "year", "years", "all", "both", "end",
    ];
    let before = words(text.get(..start).unwrap_or_default());
    let mut place = start..start;
    for word in before.iter().rev().take(6) {
        if word.comma {
            break;
        }
        place.start = word.place.start;
        // `prior to` and `up to` are two words.
        if word.norm == "to" {
            let two = before
                .iter()
                .rev()
                .find(|other| other.place.end <= word.place.start);
            let named = [("prior", "before"), ("up", "until")];
            let said = two.and_then(|two| named.iter().find(|(typed, _)| two.norm == *typed));
            if let (Some(two), Some((_, meant))) = (two, said) {
                return ((*meant).to_owned(), two.place.start..start);
            }
        }
        if !word.is_any(FILLERS) || word.place.end + 1 < place.start {
            let known = [AFTER, SINCE, BEFORE, UNTIL, BEFORE_A_YEAR]
                .iter()
                .any(|list| word.is_any(list));
            let from = if known { word.place.start } else { start };
            return (word.norm.clone(), from..start);
        }
    }
    (String::new(), start..start)
}

/// Every period and year that the text names, in its order.
fn mentions(text: &str) -> Vec<Mention> {
    let mut found: Vec<Mention> = Vec::new();
    let mut from = 0;
    while let Some(rest) = text.get(from..) {
        let tight = tight(rest);
        let other = Period::find_in(rest);
        let next = match (tight, other) {
            (Some(tight), Some(other)) if tight.1.start <= other.1.start => Some(tight),
            (tight, other) => other.or(tight),
        };
        let Some((period, place)) = next else { break };
        let place = place.start + from..place.end + from;
        from = place.end;
        found.push(Mention {
            label: period.to_string(),
            months: Months::of(period),
            place,
        });
    }
    let years = years(text)
        .into_iter()
        .filter(|year| {
            let inside = |other: &Mention| {
                other.place.start < year.place.end && year.place.start < other.place.end
            };
            !found.iter().any(inside)
        })
        .collect::<Vec<_>>();
    found.extend(years);
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
fn years(text: &str) -> Vec<Mention> {
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
        let before = at.checked_sub(1).and_then(|before| words.get(before));
        let part = before
            .filter(|word| word.is_any(&["late", "early", "mid"]))
            .map_or(part, |word| word.norm.as_str());
        let of = at.checked_sub(2).and_then(|of| words.get(of));
        let of_time = of.is_some_and(|of| of.is_any(OF_A_YEAR));
        let leads = |word: &Word<'_>| {
            word.possessive || word.is_any(BEFORE_A_YEAR) || (word.norm == "of" && of_time)
        };
        let timed = before.is_none_or(leads) || !part.is_empty();
        let listed = before.is_some_and(|word| word.comma && year_of(&word.norm).is_some());
        if !(timed || listed) {
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
        });
    }
    found
}

/// `in the second quarter`, `in Q2`, without a year; not where it is what is compared with.
fn any_year(text: &str) -> Option<Said> {
    const NAMED: [(&str, &str, u8); 4] = [
        ("q1", "first", 1),
        ("q2", "second", 2),
        ("q3", "third", 3),
        ("q4", "fourth", 4),
    ];
    let words = words(text);
    words.iter().enumerate().find_map(|(at, word)| {
        let next_is_quarter = words
            .get(at + 1)
            .is_some_and(|next| next.is_any(&["quarter"]));
        let quarter = NAMED.iter().find_map(|(short, long, quarter)| {
            let named = word.norm == *short || (word.norm == *long && next_is_quarter);
            named.then_some(*quarter)
        })?;
        let (lead, place) = word_before(text, word.place.start);
        let last = words.get(at + usize::from(next_is_quarter))?;
        ["in", "for", "during", "of"]
            .contains(&lead.as_str())
            .then(|| Said::at(When::AnyYear(quarter), place.start..last.place.end))
    })
}
