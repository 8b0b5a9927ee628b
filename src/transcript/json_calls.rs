//! JSON of services that sell transcripts of calls.
//!
//! In: a document. Out: pieces of speech and what the document says of the call. The keys are each
//! service's own; this file knows nothing of how the document was told from others.

use super::json::{
    SPEAKER, START, WORDS, day, field, push_items, speaker, text_of, time_of, turns,
};
use super::names::{is_name, is_operator, is_unknown};
use super::people::{from_label, with_title};
use super::rendered::{Piece, Pieces};
use super::{Layout, Metadata, Participant, Period, Problem, Section};
use serde_json::Value;

/// Financial Modeling Prep: the whole call in one text, a line a turn, `Name: words`.
pub(super) fn fmp(value: &Value) -> Pieces {
    let mut found = Pieces::of(Layout::Fmp);
    let calls: Vec<&Value> = match value.as_array() {
        Some(list) => list.iter().collect(),
        None => vec![value],
    };
    if calls.len() > 1 {
        let message = format!("the file holds {} calls; the first was read", calls.len());
        found.problems.push(Problem { line: 1, message });
    }
    let Some(call) = calls.first() else {
        return found;
    };
    found.metadata = facts(call);
    labelled_lines(&mut found, text_of(call, &["content"]).unwrap_or_default());
    found
}

/// Every line is a turn where it begins with a name and a colon.
fn labelled_lines(found: &mut Pieces, text: &str) {
    for line in text.lines() {
        let split = line
            .split_once(':')
            .map(|(label, words)| (from_label(label.trim()), words));
        let labelled = split.filter(|(who, _)| is_speaker(&who.name));
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

fn is_speaker(name: &str) -> bool {
    is_name(name) || is_operator(name) || is_unknown(name) || super::names::is_numbered(name)
}

/// Alpha Vantage, `EarningsCall`, and whoever writes a list of speakers and words.
pub(super) fn speaker_list(value: &Value) -> Pieces {
    let mut found = Pieces::of(Layout::SpeakerJson);
    found.metadata = facts(value.get("event").unwrap_or(value)).or(facts(value));
    let Some(list) = turns(value) else {
        return found;
    };
    let titled = list
        .iter()
        .any(|item| item.get("title").is_some() || item.get("speaker_info").is_some());
    if titled {
        for item in list {
            let who = titled_speaker(item);
            let words = text_of(item, &WORDS).unwrap_or_default().to_owned();
            found.push(Piece {
                who,
                time: time_of(item, &START),
                words,
                section: section(item),
                opens: true,
                ..Piece::default()
            });
        }
    } else {
        push_items(&mut found, list, [&SPEAKER, &WORDS, &START], true);
    }
    found
}

fn titled_speaker(item: &Value) -> Option<Participant> {
    let info = field(item, &["speaker_info"]).filter(|info| text_of(info, &["name"]).is_some());
    let who = speaker(info.or_else(|| field(item, &SPEAKER)))?;
    let role = text_of(item, &["title", "role"]).filter(|title| !title.trim().is_empty());
    Some(match role {
        Some(role) => with_title(&who.name, Some(role), who.affiliation.as_deref()),
        None => who,
    })
}

fn section(item: &Value) -> Option<Section> {
    super::section::heading(text_of(item, &["section", "session"])?)
}

/// What a document says of the call.
fn facts(value: &Value) -> Metadata {
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
    let period = match (number("quarter"), number("year")) {
        (Some(quarter), Some(year)) => Period::parse(&format!("Q{quarter} {year}")),
        _ => text_of(value, &["quarter", "period", "fiscalQuarter"]).and_then(Period::parse),
    };
    Metadata {
        title: text(&["event_title", "headline"]),
        company: text(&["company", "company_name", "companyName"]),
        ticker: symbol.map(|symbol| symbol.to_uppercase()),
        period,
        date: day(field(value, &["date", "conference_date", "event_date"])),
        ..Metadata::default()
    }
}
