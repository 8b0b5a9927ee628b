//! JSON of services that sell transcripts of calls.
//!
//! In: a document. Out: pieces of speech and what the document says of the call. The keys are each
//! service's own; this file knows nothing of how the document was told from others.

use super::json::{START, Speakers, day, field, said_by, text_of, time_of, turns, words_of};
use super::json_value::Value;
use super::people::{from_label, split_title, with_title};
use super::rendered::{Piece, Pieces};
use super::script::Speaker;
use super::time::{Clock, seconds};
use super::{Layout, Metadata, Period, Problem, Section, label};
use crate::units::Millis;
use foldhash::HashMap;
use std::rc::Rc;

/// Financial Modeling Prep: the whole call in one text, a line a turn, `Name: words`.
pub(super) fn fmp(call: &Value<'_>) -> Pieces {
    let mut found = Pieces::of(Layout::Fmp);
    found.metadata = facts(call);
    labelled_lines(&mut found, text_of(call, &["content"]).unwrap_or_default());
    found
}

/// Every line is a turn where it begins with a name and a colon.
fn labelled_lines(found: &mut Pieces, text: &str) {
    for line in text.lines() {
        let split = line.split_once(':');
        let named = split.filter(|(label, _)| label::may_name(label.trim()));
        let labelled = named.map(|(label, words)| (Rc::new(from_label(label.trim())), words));
        match (labelled, found.said.last()) {
            (Some((who, words)), _) => found.push(Piece {
                who: Some(who),
                words: words.trim().to_owned(),
                opens: true,
                ..Piece::default()
            }),
            (None, last) => {
                let who = last.and_then(|last| last.who.clone());
                found.push(Piece {
                    who,
                    words: line.trim().to_owned(),
                    ..Piece::default()
                });
            }
        }
    }
}

/// Alpha Vantage, `EarningsCall`, and whoever writes a list of speakers and words.
pub(super) fn speaker_list(value: &Value<'_>) -> Pieces {
    let mut found = Pieces::of(Layout::SpeakerJson);
    found.metadata = facts(value.get("event").unwrap_or(value)).or(facts(value));
    let Some(list) = turns(value) else {
        return found;
    };
    let people = people(value);
    let mut speakers = Speakers::default();
    let clock = ListClock::of(list);
    let mut silent = 0_usize;
    for item in list {
        let Some(words) = words_of(item) else {
            silent += 1;
            continue;
        };
        found.push(Piece {
            who: titled_speaker(item, &people, &mut speakers),
            time: clock.time(item),
            times: times_of_words(&words, item),
            words: words.into_owned(),
            section: section(item),
            opens: true,
            ..Piece::default()
        });
    }
    if silent > 0 {
        let message = format!("entries without words: {silent}");
        found.problems.push(Problem { line: 1, message });
    }
    found
}

/// How a list counts its times.
enum ListClock {
    Seconds,
    Milliseconds,
    /// By the hour of the day, from the first one on.
    Day(Millis),
}

/// Nobody takes as long for a word, in seconds; in milliseconds everybody takes longer.
const MOST_FOR_A_WORD: f64 = 20.0;

impl ListClock {
    fn of(list: &[Value<'_>]) -> Self {
        if let Some(first) = list.first().and_then(hour_of_day) {
            return Self::Day(first);
        }
        let (mut spent, mut words) = (0.0, 0.0);
        for item in list {
            let number = |key: &str| item.get(key).and_then(Value::as_u64);
            let (Some(start), Some(end)) = (number("start"), number("end")) else {
                return Self::Seconds;
            };
            spent += f64::from(u32::try_from(end.saturating_sub(start)).unwrap_or_default());
            let said = words_of(item).map_or(0, |words| words.split_whitespace().count());
            words += f64::from(u32::try_from(said).unwrap_or_default());
        }
        if spent > words * MOST_FOR_A_WORD {
            Self::Milliseconds
        } else {
            Self::Seconds
        }
    }

    /// When an entry begins.
    fn time(&self, item: &Value<'_>) -> Option<Millis> {
        match self {
            Self::Seconds => time_of(item, &START),
            Self::Milliseconds => item.get("start").and_then(Value::as_u64).map(Millis),
            Self::Day(first) => hour_of_day(item)?.0.checked_sub(first.0).map(Millis),
        }
    }
}

/// The hour in `2025-07-31T14:00:02.500Z`.
fn hour_of_day(item: &Value<'_>) -> Option<Millis> {
    let (_, hour) = text_of(item, &START)?.split_once('T')?;
    Clock::at_start(hour.trim_end_matches('Z')).map(|(Clock(time), _)| time)
}

/// Whoever a document lists, by what its entries call them: a name, or a machine's number.
fn people(value: &Value<'_>) -> HashMap<String, Speaker> {
    let lists = ["participant", "participants", "speaker_mapping"];
    let list = lists.iter().find_map(|key| value.get(key)?.as_array());
    let entry = |item: &Value<'_>| {
        let facts = item.get("speaker_data").unwrap_or(item);
        let name = text_of(facts, &["name"])?;
        // `Vale Bank — Analyst`; a role is a kind of speaker beside it.
        let described = text_of(facts, &["description"]).map(split_title);
        let (title, firm) = described.unwrap_or_else(|| {
            (
                text_of(facts, &["title", "role"]),
                text_of(facts, &["company", "affiliation"]),
            )
        });
        let called = item.get("speaker").and_then(Value::as_u64);
        let called = called.map_or_else(|| name.to_owned(), |number| format!("Speaker {number}"));
        Some((called, Rc::new(with_title(name, title, firm))))
    };
    list.into_iter().flatten().filter_map(entry).collect()
}

/// When each word is said, where an object has a list of words and one of their starts.
fn times_of_words(text: &str, item: &Value<'_>) -> Vec<(usize, Millis)> {
    let list = |key: &str| item.get(key).and_then(Value::as_array);
    let (Some(words), Some(starts)) = (list("words"), list("start_times")) else {
        return Vec::new();
    };
    let (mut at, mut times) = (0, Vec::new());
    for (word, start) in words.iter().zip(starts) {
        let Some(word) = word.as_str().map(str::trim).filter(|word| !word.is_empty()) else {
            continue;
        };
        let gap = text
            .get(at..)
            .map_or(0, |rest| rest.len() - rest.trim_start().len());
        // A text that is spelt otherwise than its words has their times up to there.
        if !text
            .get(at + gap..)
            .is_some_and(|rest| rest.starts_with(word))
        {
            break;
        }
        times.extend(
            start
                .as_f64()
                .and_then(seconds)
                .map(|time| (at + gap, time)),
        );
        at += gap + word.len();
    }
    times
}

fn titled_speaker<'a>(
    item: &'a Value<'a>,
    people: &HashMap<String, Speaker>,
    speakers: &mut Speakers<'a>,
) -> Option<Speaker> {
    let info = field(item, &["speaker_info"]).filter(|info| text_of(info, &["name"]).is_some());
    let who = speakers.of(info.or_else(|| said_by(item)))?;
    let role = text_of(item, &["title", "role"]).filter(|title| !title.trim().is_empty());
    Some(match role {
        Some(role) => {
            let (role, firm) = split_title(role);
            let firm = who.affiliation.as_deref().or(firm);
            Rc::new(with_title(&who.name, role, firm))
        }
        None => people.get(&who.name).map(Rc::clone).unwrap_or(who),
    })
}

fn section(item: &Value<'_>) -> Option<Section> {
    let named = text_of(item, &["section", "session"])?;
    super::section::heading(&named.replace('_', " "))
}

/// What a document says of the call.
fn facts(value: &Value<'_>) -> Metadata {
    let text = |keys: &[&str]| {
        text_of(value, keys)
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let symbol = text(&["symbol", "ticker"]);
    let number = |key: &str| {
        value.get(key).and_then(|number| {
            number
                .as_u64()
                .or_else(|| number.as_str()?.trim_start_matches('Q').parse().ok())
        })
    };
    let quarter = number("quarter").or_else(|| number("period"));
    let period = match (quarter, number("year")) {
        (Some(quarter), Some(year)) => Period::parse(&format!("Q{quarter} {year}")),
        _ => text_of(value, &["quarter", "period", "fiscalQuarter"]).and_then(Period::parse),
    };
    Metadata {
        title: text(&["event_title", "headline", "title"]),
        company: text(&["company", "company_name", "companyName"]),
        ticker: symbol.map(|symbol| symbol.to_uppercase()),
        period,
        date: day(field(
            value,
            &[
                "date",
                "conference_date",
                "event_date",
                "time",
                "created_at",
            ],
        )),
        ..Metadata::default()
    }
}
