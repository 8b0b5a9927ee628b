//! Periods and years: alone, as lists, as ranges, with `since`, `after`, `before`.
//!
//! In: a question. Out: stretches of months, and the words they were said with.

use super::super::dated::Months;
use super::super::text::words;
use super::mentions::{BEFORE_A_YEAR, Mention, mentions};
use super::{Said, Stretch, When, year_of};
use std::ops::Range;

/// Earlier and later than any call.
const EVER: Months = Months {
    first: 0,
    last: 12 * 9999,
};

pub(super) const AFTER: &[&str] = &["after", "following", "beyond", "past"];

pub(super) const SINCE: &[&str] = &["since", "starting"];

pub(super) const BEFORE: &[&str] = &["before", "preceding"];

pub(super) const UNTIL: &[&str] = &["until", "till", "through"];

/// Words between the two ends of a range.
pub(super) const TO: &[&str] = &[
    "to", "through", "thru", "until", "till", "and", "up", "the", "end", "of",
];

/// Periods and years: alone, as lists, as ranges, with `since`, `after`, `before`.
pub(super) fn months(text: &str, names: &[Range<usize>]) -> Option<Said> {
    let mentions = mentions(text, names);
    let mut stretches: Vec<Stretch> = Vec::new();
    let (mut places, mut spoken, mut labels) = (Vec::new(), Vec::new(), Vec::new());
    let (mut is_aim, mut is_compared) = (false, true);
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
        is_aim |= ["for", "in", "during"].contains(&lead.as_str())
            || is_first_word_of_a_thing(text, mention);
        is_compared &= is_compared_with(text, mention.place.start)
            || (to.is_none() && is_grown_from(text, mention));
        let label = stretch.label.clone();
        if !stretches.contains(&stretch) {
            stretches.push(stretch);
        }
        let mut start = lead_place.start;
        if start < mention.place.start {
            start = each_before(text, start);
        }
        if let (true, Some(last)) = (
            is_each_quarter(text.get(start..mention.place.start)),
            stretches.last_mut(),
        ) {
            last.is_one = false;
        }
        spoken.push(as_spoken(text.get(start..end), &label));
        labels.push(label);
        places.push(start..end);
    }
    (!stretches.is_empty()).then_some(Said {
        when: When::Months(stretches),
        places,
        is_aim,
        is_compared,
        is_bare: mentions.iter().all(|mention| mention.is_bare),
        heard: None,
        spoken,
        labels,
    })
}

/// A time as people say it: `2025` for `FY25`, `second half 2025` for `H2 25`, otherwise as typed.
fn as_spoken(typed: Option<&str>, label: &str) -> String {
    let typed = typed.unwrap_or_default();
    let year = label.strip_prefix("FY ").unwrap_or(label);
    let typed_words = words(typed);
    let has_year = typed_words.iter().any(|word| year_of(&word.norm).is_some());
    let halves = [("H1 ", "first half"), ("H2 ", "second half")];
    let half = halves.iter().find_map(|(short, half)| {
        let year = label.strip_prefix(short)?;
        let is_short = !typed_words.iter().any(|word| word.norm.contains("half"));
        is_short.then(|| format!("{half} {year}"))
    });
    if let Some(half) = half {
        return half;
    }
    if year_of(year).is_some() || !has_year {
        year.to_owned()
    } else {
        typed.to_owned()
    }
}

/// `growth over full year 2021`, `up from Q3 2021`, `the 2019 recapture rate`, `back to 2019 levels`.
fn is_grown_from(text: &str, mention: &Mention) -> bool {
    #[rustfmt::skip]
    const GROWS: &[&str] = &[
        "change", "decline", "declined", "decrease", "decreased", "down", "fell", "grew", "grow", "growth",
        "improve", "improved", "improvement", "increase", "increased", "rise", "risen", "rose", "up",
    ];
    const LEVELS: &[&str] = &["baseline", "level", "levels", "recapture"];
    /// Words from what grew to what it grew from.
    const NEAR: usize = 3;
    let behind = words(text.get(mention.place.end..).unwrap_or_default());
    let before = words(text.get(..mention.place.start).unwrap_or_default());
    let mut back = before
        .iter()
        .rev()
        .skip_while(|word| word.is_any(&["the", "full", "fiscal", "year", "quarter"]));
    let leads = back
        .next()
        .is_some_and(|lead| lead.is_any(&["from", "on", "over"]));
    behind.first().is_some_and(|word| word.is_any(LEVELS))
        || (leads && back.take(NEAR).any(|word| word.is_any(GROWS)))
}

/// `the 2025 capital budget`, `Q3 2025 revenue guidance`: a time right before what it is of.
fn is_first_word_of_a_thing(text: &str, mention: &Mention) -> bool {
    let behind = text.get(mention.place.end..).unwrap_or_default();
    behind.starts_with(' ') && words(behind).first().is_some_and(|word| !word.is_any(TO))
}

/// `compared to 2019`, `versus pre-pandemic 2019`, `relative to the 2019 level`.
pub(super) fn is_compared_with(text: &str, start: usize) -> bool {
    const COMPARES: &[&str] = &["against", "compared", "relative", "than", "versus", "vs"];
    /// Words from there to the time.
    const NEAR: usize = 4;
    let before = words(text.get(..start).unwrap_or_default());
    let near = || before.iter().rev().take(NEAR);
    // `How does it compare with 2019?`, but `compare 2019 and 2020`.
    let is_with = near().any(|word| word.is_any(&["against", "to", "with"]));
    let is_asked = near().any(|word| word.is_any(&["compare", "compares", "comparison"]));
    near().any(|word| word.is_any(COMPARES)) || (is_with && is_asked)
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
        is_calendar: false,
    }
}

/// A mention by the word before it.
fn alone(mention: &Mention, lead: &str) -> Stretch {
    let Months { first, last } = mention.months;
    let open = |word: &str, months: Months| Stretch {
        label: format!("{word} {}", mention.label),
        months,
        is_one: false,
        is_calendar: false,
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
            is_calendar: lead == "calendar",
        }
    }
}

/// Whether the words between two mentions make one range of them; `and` does so after `between`.
pub(super) fn is_range(between: &str, lead: &str) -> bool {
    let marks = between.trim();
    if ["-", "–", "—"].contains(&marks) {
        return true;
    }
    let found = words(between);
    let joined = !found.is_empty() && found.iter().all(|word| word.is_any(TO));
    let lists = found.iter().any(|word| word.norm == "and") && lead != "between";
    joined && !lists && !marks.starts_with(',')
}

/// Whether the quarters of a time are asked for one by one: `in each quarter of 2024`.
fn is_each_quarter(lead: Option<&str>) -> bool {
    let lead = words(lead.unwrap_or_default());
    let any = |of: &[&str]| lead.iter().any(|word| word.is_any(of));
    any(&["each", "every"]) && any(&["quarter", "quarters", "period", "call"])
}

/// Where `in each fiscal year` begins, before `before 2026`.
fn each_before(text: &str, start: usize) -> usize {
    const OF_TIME: &[&str] = &[
        "all", "any", "during", "each", "every", "fiscal", "for", "in", "of", "period", "periods",
        "quarter", "quarters", "the", "year", "years",
    ];
    let before = words(text.get(..start).unwrap_or_default());
    let each = before
        .iter()
        .rev()
        .take_while(|word| word.is_any(OF_TIME) && !word.comma);
    each.last().map_or(start, |word| word.place.start)
}

/// The last word before a place, articles and fillers passed over, and where they all stand.
pub(super) fn word_before(text: &str, start: usize) -> (String, Range<usize>) {
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
