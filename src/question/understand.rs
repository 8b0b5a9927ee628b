//! What a question names, against what the library holds: calls to search, words to leave out of the
//! search, and what is named but not there.
//!
//! In: a question, the filters that the user set, a [`Catalogue`], and a [`Record`] to look words and
//! people up in. Out: [`Understood`]. What the user set by a filter is not understood again.

use super::catalogue::{Catalogue, Dated};
use super::company::{self, Held};
use super::people;
use super::text::{Word, words};
use super::wants::is_outlook;
use super::when::{self, Said, When};
use crate::error::Result;
use crate::index::Index;
use crate::library::{Filter, Person, Scope};
use crate::transcript::{Kind, Period, Section};
use crate::units::CallRow;
use std::collections::HashSet;
use std::ops::Range;

/// What understanding asks of a library.
pub trait Record {
    /// Whether any passage holds these words, one after the other.
    ///
    /// # Errors
    /// Those of the library.
    fn mentions(&self, phrase: &str) -> Result<bool>;

    /// Who speaks in these calls, or in any.
    ///
    /// # Errors
    /// Those of the library.
    fn people(&self, calls: Option<&[CallRow]>) -> Result<Vec<Person>>;
}

impl Record for Index<'_> {
    fn mentions(&self, phrase: &str) -> Result<bool> {
        Self::mentions(self, phrase)
    }

    fn people(&self, calls: Option<&[CallRow]>) -> Result<Vec<Person>> {
        self.library().people(calls)
    }
}

/// What was recognised in a question; an empty one recognised nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Understood {
    /// The companies named, by the names that the library knows them by.
    pub companies: Vec<String>,
    /// Names that were taken for slips, as typed.
    pub misspelt: Vec<String>,
    /// The time named.
    pub period: Option<String>,
    /// Who is said to speak, as typed.
    pub speaker: Option<String>,
    /// What the speakers do on the call.
    pub role: Option<Kind>,
    /// The part of the call.
    pub section: Option<Section>,
    /// What is named and not there.
    pub missing: Vec<Missing>,
    /// Whether all that is named is not there: then nothing needs to be searched.
    pub is_absent: bool,
    /// The calls to search, one list for each thing that is asked about; empty for all of the filters'.
    pub parts: Vec<Part>,
    speakers: Option<Vec<String>>,
    /// The bytes of the question that all this was said with.
    pub(super) places: Vec<Range<usize>>,
}

/// One of several companies or periods that a question asks about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which.
    pub label: String,
    /// Its calls.
    pub calls: Vec<CallRow>,
}

/// Something named that the library does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// A company without a call.
    Company(String),
    /// A name without a call, and of no speaker.
    Name(String),
    /// A time without a call of a company, or without any.
    Period {
        /// When.
        asked: String,
        /// Whose.
        company: Option<String>,
        /// The periods that are there.
        held: Vec<Period>,
    },
}

impl Understood {
    /// The scopes to search: that of the filters, narrowed, once for each part.
    pub fn scopes(&self, scope: &Scope) -> Vec<Scope> {
        let narrowed = Scope {
            calls: scope.calls.clone(),
            speakers: scope.speakers.clone().or_else(|| self.speakers.clone()),
            role: scope.role.or(self.role),
            section: scope.section.or(self.section),
        };
        if self.parts.is_empty() {
            return vec![narrowed];
        }
        let of_part = |part: &Part| Scope {
            calls: Some(part.calls.clone()),
            ..narrowed.clone()
        };
        self.parts.iter().map(of_part).collect()
    }
}

/// Understands a question within a scope.
///
/// # Errors
/// Those of the record.
pub(super) fn understand(
    text: &str,
    filter: &Filter,
    scope: &Scope,
    known: &Catalogue,
    record: &dyn Record,
) -> Result<Understood> {
    let words = words(text);
    let mentioned = |phrase: &str| record.mentions(phrase);
    let mut understood = Understood::default();
    // What a flag has settled is still left out of the words to look for.
    let held = company::held(&words, known, &mentioned)?;
    let said = when::find(text);
    places(&mut understood, &held, said.as_ref());
    let whose_is_set = [&filter.call, &filter.company, &filter.ticker]
        .iter()
        .any(|set| set.is_some());
    let when_is_set = filter.call.is_some()
        || filter.period.is_some()
        || filter.date_from.or(filter.date_to).is_some();
    let held = if whose_is_set { Vec::new() } else { held };
    let said = said.filter(|_| !when_is_set);
    names(&mut understood, known, &held);
    narrow(&mut understood, text, (scope, known), (&held, said));
    speak(&mut understood, &words, (filter, scope), record)?;
    // Somebody who speaks is no company, and who is asked for by name is missed by name.
    if held.is_empty() && !whose_is_set {
        for absent in company::absent(&words, &understood.places, known, &mentioned)? {
            // The same somebody once more.
            if understood.speaker.as_ref() != Some(&absent.name) {
                understood.places.push(absent.place);
                understood.missing.push(Missing::Company(absent.name));
            }
        }
        understood.is_absent |= !understood.missing.is_empty();
    }
    Ok(understood)
}

fn places(understood: &mut Understood, held: &[Held], said: Option<&Said>) {
    let named = held.iter().map(|held| held.place.clone());
    let timed = said.into_iter().flat_map(|said| said.places.clone());
    understood.places.extend(named.chain(timed));
}

fn names(understood: &mut Understood, known: &Catalogue, held: &[Held]) {
    for held in held {
        let company = known.companies.get(held.company);
        let name = company.map(|company| company.name.clone());
        understood.companies.extend(name);
        understood.misspelt.extend(held.misspelt.clone());
    }
}

/// Leaves the calls of the named companies at the named time, in parts where several are asked about.
fn narrow(
    understood: &mut Understood,
    text: &str,
    (scope, known): (&Scope, &Catalogue),
    (held, said): (&[Held], Option<Said>),
) {
    let groups = groups(scope, known, held);
    let mut of_groups = groups.iter().flat_map(|(_, calls)| calls);
    let is_dated = of_groups.any(|call| call.months().is_some());
    let Some(said) = said.filter(|_| is_dated) else {
        // Where no call says when it was, no time can tell them apart.
        if !held.is_empty() {
            let parts = groups.into_iter();
            let part = |(label, calls): Group<'_>| part(label.unwrap_or_default(), &calls);
            understood.parts = parts.map(part).collect();
        }
        return;
    };
    let several = groups.len() > 1;
    for (company, calls) in groups {
        let chosen = choose(&said, text, &calls, company.is_none());
        let missing = |asked: String| Missing::Period {
            asked,
            company: company.clone(),
            held: periods(&calls),
        };
        let lacking = chosen.missing.into_iter().map(missing);
        understood.missing.extend(lacking);
        if !several && chosen.parts.len() > 1 {
            let parts = chosen.parts.iter();
            let parts = parts.map(|(label, calls)| part(label.clone(), calls));
            understood.parts.extend(parts);
        } else if !chosen.calls.is_empty() {
            let label = company.clone().unwrap_or_default();
            understood.parts.push(part(label, &chosen.calls));
        }
        understood.period = chosen.label.or(understood.period.take());
    }
    understood.is_absent = understood.parts.is_empty() && understood.period.is_some();
    if understood.period.is_none() {
        // A time that was let go leaves its words in the question.
        let of_time = |place: &Range<usize>| said.places.contains(place);
        understood.places.retain(|place| !of_time(place));
    }
}

/// The calls of each company named, or of all.
type Group<'a> = (Option<String>, Vec<&'a Dated>);

fn groups<'a>(scope: &Scope, known: &'a Catalogue, held: &[Held]) -> Vec<Group<'a>> {
    let rows: Option<HashSet<CallRow>> = scope
        .calls
        .as_ref()
        .map(|calls| calls.iter().copied().collect());
    let in_scope = |call: &&Dated| rows.as_ref().is_none_or(|rows| rows.contains(&call.row));
    let all: Vec<&Dated> = known.calls.iter().filter(in_scope).collect();
    if held.is_empty() {
        return vec![(None, all)];
    }
    let of = |held: &Held| {
        let company = known.companies.get(held.company);
        let own = all.iter().copied();
        let own = own.filter(|call| call.company == Some(held.company));
        (company.map(|company| company.name.clone()), own.collect())
    };
    held.iter().map(of).collect()
}

fn part(label: String, calls: &[&Dated]) -> Part {
    Part {
        label,
        calls: calls.iter().map(|call| call.row).collect(),
    }
}

/// The calls of a time, out of those of one company or of all.
struct Chosen<'a> {
    /// The time in words; `None` where it was let go.
    label: Option<String>,
    calls: Vec<&'a Dated>,
    /// Each period asked for by itself.
    parts: Vec<(String, Vec<&'a Dated>)>,
    /// Times without a call.
    missing: Vec<String>,
}

fn choose<'a>(said: &Said, text: &str, calls: &[&'a Dated], any_company: bool) -> Chosen<'a> {
    let kept: Vec<&Dated> = calls
        .iter()
        .copied()
        .filter(|call| when::keeps(&said.when, call))
        .collect();
    let plain = |label: String, calls: Vec<&'a Dated>| Chosen {
        missing: if calls.is_empty() {
            vec![label.clone()]
        } else {
            Vec::new()
        },
        label: Some(label),
        calls,
        parts: Vec::new(),
    };
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
        When::QuarterTo { month, year } => {
            let newest = if year.is_some() {
                kept
            } else {
                newest(&kept, 1, any_company)
            };
            let label = format!("quarter to month {month}");
            plain(
                year.map_or(label.clone(), |year| format!("{label} of {year}")),
                newest,
            )
        }
        // Without its year it is a wish, not a condition.
        When::AnyYear(_) if kept.is_empty() || is_outlook(text) => Chosen {
            label: None,
            calls: calls.to_vec(),
            parts: Vec::new(),
            missing: Vec::new(),
        },
        When::AnyYear(quarter) => plain(format!("Q{quarter}"), kept),
        When::Months(stretches) => stretched(stretches, said.is_aim && is_outlook(text), calls),
    }
}

/// The calls of some stretches of time; where something is expected for them, also the call before.
fn stretched<'a>(stretches: &[when::Stretch], is_aim: bool, calls: &[&'a Dated]) -> Chosen<'a> {
    let mut chosen = Chosen {
        label: Some(
            stretches
                .iter()
                .map(|stretch| stretch.label.clone())
                .collect::<Vec<_>>()
                .join(", "),
        ),
        calls: Vec::new(),
        parts: Vec::new(),
        missing: Vec::new(),
    };
    for stretch in stretches {
        let first = stretch.months.first;
        let within = |call: &&Dated| {
            let months = call.months();
            months.is_some_and(|months| {
                // What a company expects of a time it says in the quarter before, or in the year before it.
                let reach = if stretch.months.last - first < 3 {
                    3
                } else {
                    6
                };
                let before =
                    is_aim && stretch.is_one && (first - reach..first).contains(&months.last);
                stretch.months.contains(months) || before
            })
        };
        let mut kept: Vec<&Dated> = calls.iter().copied().filter(within).collect();
        kept.retain(|call| !chosen.calls.iter().any(|other| other.row == call.row));
        if kept.is_empty() {
            chosen.missing.push(stretch.label.clone());
            continue;
        }
        chosen.calls.extend(&kept);
        if stretch.is_one {
            chosen.parts.push((stretch.label.clone(), kept));
        } else {
            chosen.parts.extend(by_period(&kept));
        }
    }
    chosen
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

fn periods(calls: &[&Dated]) -> Vec<Period> {
    let mut periods: Vec<Period> = calls.iter().filter_map(|call| call.period).collect();
    periods.sort_unstable();
    periods.dedup();
    periods
}

/// Who speaks, and in what part of the call.
fn speak(
    understood: &mut Understood,
    words: &[Word<'_>],
    (filter, scope): (&Filter, &Scope),
    record: &dyn Record,
) -> Result<()> {
    if filter.section.is_none()
        && let Some((section, place)) = people::section(words)
    {
        understood.section = Some(section);
        understood.places.push(place);
    }
    if filter.role.is_some() || filter.speaker.is_some() {
        return Ok(());
    }
    if let Some((role, place)) = people::role(words) {
        understood.role = Some(role);
        understood.places.push(place);
        return Ok(());
    }
    let taken = |word: &&Word<'_>| {
        let inside =
            |place: &Range<usize>| place.start < word.place.end && word.place.start < place.end;
        !understood.places.iter().any(inside)
    };
    let free: Vec<Word<'_>> = words.iter().filter(taken).cloned().collect();
    if !people::may_name_somebody(&free) || understood.is_absent {
        return Ok(());
    }
    let calls: Vec<CallRow> = understood
        .parts
        .iter()
        .flat_map(|part| part.calls.clone())
        .collect();
    let calls = if calls.is_empty() {
        scope.calls.clone()
    } else {
        Some(calls)
    };
    let Some(speaker) = people::speaker(&free, &record.people(calls.as_deref())?) else {
        return Ok(());
    };
    if !speaker.names.is_empty() {
        understood.speaker = Some(speaker.label);
        understood.speakers = Some(speaker.names);
        understood.places.push(speaker.place);
    } else if is_name(&speaker.label) && is_unheard_of(&speaker.label, record)? {
        understood.places.push(speaker.place);
        understood.missing.push(Missing::Name(speaker.label));
        understood.is_absent = true;
    }
    Ok(())
}

/// Whether no passage holds any word of a name.
fn is_unheard_of(name: &str, record: &dyn Record) -> Result<bool> {
    for word in words(name) {
        if record.mentions(word.text)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether a phrase is nothing but capitalised words of more than an initial.
fn is_name(phrase: &str) -> bool {
    let words = words(phrase);
    words.iter().all(Word::is_capital) && words.iter().any(|word| word.norm.chars().count() > 2)
}
