//! The calls of a time, out of those of one company or of all.
//!
//! In: what a question says of time, and calls. Out: those of then, by period, and the times without a call.

use super::dated::Dated;
use super::wants::{asks_what_was, falls_due, looks_ahead};
use super::when::{self, Relative, Said, When};
use crate::transcript::Period;
use std::collections::BTreeMap;

/// The calls of a time, out of those of one company or of all.
pub(super) struct Chosen<'a> {
    /// The time in words; `None` where it was let go.
    pub(super) label: Option<String>,
    pub(super) calls: Vec<&'a Dated>,
    /// Each period asked for by itself.
    pub(super) parts: Vec<(String, Vec<&'a Dated>)>,
    /// Times without a call.
    pub(super) missing: Vec<String>,
    /// Whether all calls are of before that time: then it is what they speak of.
    pub(super) is_ahead: bool,
    /// The stretches of which only calls before them tell.
    pub(super) ahead: Vec<String>,
}

impl<'a> Chosen<'a> {
    /// What was said of time let go.
    fn all(calls: &[&'a Dated]) -> Self {
        Self {
            label: None,
            calls: calls.to_vec(),
            parts: Vec::new(),
            missing: Vec::new(),
            is_ahead: false,
            ahead: Vec::new(),
        }
    }

    /// These calls; where there are none, the time is missing.
    fn plain(label: String, calls: Vec<&'a Dated>) -> Self {
        let none = calls.is_empty();
        Self {
            missing: if none {
                vec![label.clone()]
            } else {
                Vec::new()
            },
            label: Some(label),
            calls,
            parts: Vec::new(),
            is_ahead: false,
            ahead: Vec::new(),
        }
    }

    /// The same time of another company: what neither has is missing.
    fn with(self, other: Self) -> Self {
        let labels = [self.label.as_deref(), other.label.as_deref()];
        let labels = labels.into_iter().flatten();
        let mut labels: Vec<&str> = labels.flat_map(|label| label.split(" or ")).collect();
        labels.sort_unstable();
        labels.dedup();
        let none = self.calls.is_empty() && other.calls.is_empty();
        Self {
            label: Some(labels.join(" or ")),
            calls: [self.calls, other.calls].concat(),
            parts: Vec::new(),
            missing: if none { self.missing } else { Vec::new() },
            is_ahead: false,
            ahead: Vec::new(),
        }
    }
}

pub(super) fn choose<'a>(
    said: &Said,
    text: &str,
    calls: &[&'a Dated],
    any_company: bool,
) -> Chosen<'a> {
    let keep = |when: &When| -> Vec<&'a Dated> {
        let kept = calls.iter().copied();
        kept.filter(|call| when::keeps(when, call)).collect()
    };
    let kept = keep(&said.when);
    let plain = Chosen::plain;
    // What stood on the last day of a quarter is told on the call about it.
    if let When::Days { from, to } = said.when
        && let (true, Some((month, year))) = (kept.is_empty(), when::quarter_end(from, to))
    {
        let (month, year) = (month, Some(year));
        let calls = keep(&When::QuarterTo { month, year });
        return plain(when::label(month, year), calls);
    }
    match &said.when {
        When::Newest(count) => plain(newest_label(*count), newest(&kept, *count, any_company)),
        When::Days { from, to } => {
            let day = |date: &Option<crate::transcript::Date>| date.map(|date| date.to_string());
            let label = match (day(from), day(to)) {
                (Some(from), Some(to)) if from == to => from,
                (Some(from), Some(to)) => format!("{from} to {to}"),
                (Some(from), None) => format!("since {from}"),
                (None, to) => format!("until {}", to.unwrap_or_default()),
            };
            plain(label, kept)
        }
        // Calls without a date do not tell which months a company's quarters are.
        When::QuarterTo { .. }
            if kept.is_empty() && calls.iter().all(|call| call.date.is_none()) =>
        {
            Chosen::all(calls)
        }
        When::QuarterTo { month, year } => {
            let newest = if year.is_some() {
                kept
            } else {
                newest(&kept, 1, any_company)
            };
            plain(when::label(*month, *year), newest)
        }
        When::Month { month, year } => in_month((*month, *year), text, calls, kept),
        // Without its year it is a wish, not a condition.
        When::AnyYear(_) if kept.is_empty() || looks_ahead(text) => Chosen::all(calls),
        When::AnyYear(quarter) => plain(format!("Q{quarter}"), kept),
        When::Each => each(&kept, calls, any_company),
        When::Relative(relative) => relatively(relative, text, &kept, any_company),
        // What falls due in a time is told before it.
        When::Months(_) if kept.is_empty() && (said.is_compared || falls_due(text)) => {
            Chosen::all(calls)
        }
        // `the 2030 pledge` and `the 2031 notes` are no times.
        When::Months(stretches)
            if said.is_bare && stretches.iter().all(|all| is_far_ahead(all, calls)) =>
        {
            Chosen::all(calls)
        }
        When::Months(stretches) => stretched(stretches, (Aim::of(said, text), said.heard), calls),
        When::YearTo { month, year } => {
            let quarter = When::QuarterTo {
                month: *month,
                year: Some(*year),
            };
            match when::year_to(*month, *year, calls) {
                // Twelve months that are no year of the company are told with the quarter that ends them.
                None if calls.iter().any(|call| when::keeps(&quarter, call)) => {
                    plain(when::label(*month, Some(*year)), keep(&quarter))
                }
                counted => {
                    let year = when::Stretch::year(counted.unwrap_or(*year));
                    stretched(&[year], (Aim::of(said, text), said.heard), calls)
                }
            }
        }
    }
}

/// Whether a time may be one that calls before it tell of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Aim {
    Never,
    /// Where no call is of it or later.
    Ahead,
    /// As the question says that it was: only right before it.
    Was,
    /// As the question says.
    Said,
}

impl Aim {
    fn of(said: &Said, text: &str) -> Self {
        match (said.is_aim && looks_ahead(text), asks_what_was(text)) {
            (true, true) => Self::Was,
            (true, false) => Self::Said,
            (false, true) => Self::Never,
            (false, false) => Self::Ahead,
        }
    }
}

/// Months that a company looks ahead.
const FAR: i32 = 24;

/// The last month that any of these calls tells of.
pub(super) fn last_month(calls: &[&Dated]) -> Option<i32> {
    let months = calls.iter().filter_map(|call| call.months());
    months.map(|months| months.last).max()
}

/// Whether a time lies further ahead than a company looks.
fn is_far_ahead(stretch: &when::Stretch, calls: &[&Dated]) -> bool {
    last_month(calls).is_some_and(|last| stretch.is_one && stretch.months.first - last > FAR)
}

/// The newest calls, where a time lies ahead of all: it can only be what they expect of it.
fn ahead<'a>(
    stretch: &when::Stretch,
    (aim, heard): (Aim, Option<i32>),
    calls: &[&'a Dated],
) -> Vec<&'a Dated> {
    /// Months that a company looks ahead to one quarter, unless the question says that it does.
    const NEAR: i32 = 6;
    let is_quarter = stretch.months.last - stretch.months.first < 3;
    let reach = match aim {
        Aim::Never | Aim::Was => return Vec::new(),
        Aim::Ahead if is_quarter => NEAR,
        Aim::Ahead | Aim::Said => FAR,
    };
    let away = last_month(calls).map_or(0, |last| stretch.months.first - last);
    // What another company has told by now this one has not.
    let is_heard = heard.is_some_and(|heard| stretch.months.first <= heard);
    if stretch.is_one && !stretch.is_calendar && !is_heard && (1..=reach).contains(&away) {
        newest(calls, 1, true)
    } else {
        Vec::new()
    }
}

/// The calls held in a month, `kept`, or else those on the quarter that it lies in; where there are none of either, something
/// falls due then, or was to come in that quarter, the month is something that is spoken of. A month of a year that is over and of
/// which there is no call at all is missing, as that year would be.
fn in_month<'a>(
    (month, year): (u8, u16),
    text: &str,
    calls: &[&'a Dated],
    kept: Vec<&'a Dated>,
) -> Chosen<'a> {
    let at = i32::from(year) * 12 + i32::from(month) - 1;
    let is_on_it = |call: &&Dated| {
        let months = call.months();
        months.is_some_and(|months| (months.first..=months.last).contains(&at))
    };
    let is_held = !kept.is_empty();
    let kept = if is_held {
        kept
    } else {
        calls.iter().copied().filter(is_on_it).collect()
    };
    let label = when::month_label(month, year);
    let end = i32::from(year) * 12 + 11;
    let of_year = |call: &&Dated| {
        let months = call.months();
        let is_of = months.is_some_and(|months| (end - 11..=end).contains(&months.last));
        is_of || call.date.is_some_and(|date| date.year() == year)
    };
    let is_over = last_month(calls).is_some_and(|last| last > end);
    let is_gone = is_over && !calls.iter().any(of_year) && !looks_ahead(text);
    if falls_due(text) || (!is_held && looks_ahead(text)) || (kept.is_empty() && !is_gone) {
        return Chosen::all(calls);
    }
    Chosen::plain(label, kept)
}

/// The calls of a time that the newest call tells; where no company is named, that of each company.
fn relatively<'a>(
    relative: &Relative,
    text: &str,
    calls: &[&'a Dated],
    of_each: bool,
) -> Chosen<'a> {
    // Without its year a part is a wish, not a condition.
    if matches!(relative, Relative::Part(_)) && looks_ahead(text) {
        return Chosen::all(calls);
    }
    let mut groups: BTreeMap<Option<usize>, Vec<&Dated>> = BTreeMap::new();
    for call in calls {
        let company = call.company.filter(|_| of_each);
        groups.entry(company).or_default().push(call);
    }
    let mut chosen: Option<Chosen<'_>> = None;
    for calls in groups.values() {
        let months = calls.iter().filter_map(|call| call.months());
        let Some(last) = months.max_by_key(|months| months.last) else {
            continue;
        };
        let mut own = stretched(&[relative.stretch(last)], (Aim::Never, None), calls);
        if own.calls.is_empty() && relative.is_compared_with() && groups.len() == 1 {
            // The newest call tells what it is to be compared with.
            own.calls = newest(calls, 1, false);
            own.label = Some(newest_label(1));
        }
        chosen = Some(match chosen {
            Some(all) => all.with(own),
            None => own,
        });
    }
    chosen.unwrap_or_else(|| Chosen::all(calls))
}

/// Each period of one company by itself; of several companies each has its own.
fn each<'a>(kept: &[&'a Dated], calls: &[&'a Dated], any_company: bool) -> Chosen<'a> {
    let parts = by_period(kept);
    if any_company || parts.len() < 2 {
        return Chosen::all(calls);
    }
    Chosen {
        label: Some("each period".to_owned()),
        calls: kept.to_vec(),
        parts,
        missing: Vec::new(),
        is_ahead: false,
        ahead: Vec::new(),
    }
}

/// The calls of some stretches of time; where something is expected for them, also the call before.
fn stretched<'a>(
    stretches: &[when::Stretch],
    (aim, heard): (Aim, Option<i32>),
    calls: &[&'a Dated],
) -> Chosen<'a> {
    let labels: Vec<String> = stretches
        .iter()
        .map(|stretch| stretch.label.clone())
        .collect();
    let mut chosen = Chosen {
        label: Some(labels.join(", ")),
        calls: Vec::new(),
        parts: Vec::new(),
        missing: Vec::new(),
        is_ahead: aim != Aim::Never,
        ahead: Vec::new(),
    };
    for stretch in stretches {
        let mut kept = of_stretch(stretch, matches!(aim, Aim::Was | Aim::Said), calls);
        if kept.is_empty() {
            kept = ahead(stretch, (aim, heard), calls);
        }
        if kept.is_empty() {
            let kind = if stretch.is_calendar { "calendar " } else { "" };
            chosen.missing.push(format!("{kind}{}", stretch.label));
            continue;
        }
        let is_before = |call: &&Dated| {
            let months = call.months();
            months.is_some_and(|months| months.last < stretch.months.first)
        };
        let is_ahead = kept.iter().all(is_before);
        if is_ahead {
            chosen.ahead.push(stretch.label.clone());
        }
        let is_new = |call: &&Dated| !chosen.calls.iter().any(|other| other.row == call.row);
        kept.retain(is_new);
        // The same calls tell of a time before it.
        if kept.is_empty() {
            continue;
        }
        if is_ahead {
            // What is expected of it was said anew on the last call; what `this year` was before is another year.
            kept = newest(&kept, 1, true);
        }
        chosen.is_ahead &= is_ahead;
        chosen.calls.extend(&kept);
        if stretch.is_one {
            chosen.parts.push((stretch.label.clone(), kept));
        } else {
            chosen.parts.extend(by_period(&kept));
        }
    }
    chosen.is_ahead &= !chosen.calls.is_empty();
    chosen
}

/// The calls of a stretch of time; where something is expected for it, also those before.
fn of_stretch<'a>(stretch: &when::Stretch, is_aim: bool, calls: &[&'a Dated]) -> Vec<&'a Dated> {
    let first = stretch.months.first;
    // What a company expects of a time it says in the quarter before, or in the year before it.
    let reach = if stretch.months.last - first < 3 {
        3
    } else {
        6
    };
    let within = |call: &&Dated| {
        call.months().is_some_and(|months| {
            let before = is_aim && stretch.is_one && (first - reach..first).contains(&months.last);
            stretch.months.contains(months) || before
        })
    };
    let by_calendar = |call: &&Dated| {
        let months = call.calendar_months();
        months.is_some_and(|months| stretch.months.contains(months))
    };
    let mut kept: Vec<&Dated> = if stretch.is_calendar {
        Vec::new()
    } else {
        calls.iter().copied().filter(within).collect()
    };
    // A year that a company does not count may still be one of the calendar.
    let is_year = stretch.is_one && stretch.months.last - first == 11;
    if kept.is_empty() && (is_year || stretch.is_calendar) {
        kept = calls.iter().copied().filter(by_calendar).collect();
    }
    kept
}

/// A range is as many parts as there are periods in it.
fn by_period<'a>(calls: &[&'a Dated]) -> Vec<(String, Vec<&'a Dated>)> {
    /// A list with more parts than a reader reads quotes is no list of parts.
    const MOST: usize = 8;
    let mut parts: Vec<(String, Vec<&Dated>)> = Vec::new();
    for call in calls {
        let label = call
            .period
            .map_or(String::new(), |period| period.to_string());
        match parts.iter_mut().find(|(other, _)| *other == label) {
            Some((_, calls)) => calls.push(call),
            None => parts.push((label, vec![call])),
        }
    }
    if parts.len() > MOST {
        Vec::new()
    } else {
        parts
    }
}

fn newest_label(count: usize) -> String {
    if count == 1 {
        "newest call".to_owned()
    } else {
        format!("newest {count} calls")
    }
}

/// The newest calls; where no company is named, those of each company.
fn newest<'a>(calls: &[&'a Dated], count: usize, of_each: bool) -> Vec<&'a Dated> {
    let mut sorted = calls.to_vec();
    sorted.sort_by_key(|call| {
        std::cmp::Reverse((call.months().map(|months| months.last), call.date))
    });
    let mut taken: std::collections::HashMap<Option<usize>, Vec<i32>> =
        std::collections::HashMap::new();
    sorted.retain(|call| {
        let times = taken.entry(call.company.filter(|_| of_each)).or_default();
        let month = call.months().map_or(0, |months| months.last);
        // Two calls of one time, as from two vendors, are one time.
        if !times.contains(&month) && times.len() < count {
            times.push(month);
        }
        times.contains(&month)
    });
    sorted
}

pub(super) fn periods(calls: &[&Dated]) -> Vec<Period> {
    let mut periods: Vec<Period> = calls.iter().filter_map(|call| call.period).collect();
    periods.sort_unstable();
    periods.dedup();
    periods
}
