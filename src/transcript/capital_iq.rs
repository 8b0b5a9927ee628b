//! S&P Capital IQ transcripts: a page of participants, then a name and a title on two lines a turn.
//!
//! The rosters are headed `EXECUTIVES` and `ANALYSTS`; an analyst's title is a firm, often with
//! `Research Division`. Every page repeats its head and foot.

use super::bare::{Known, may_be_stranger};
use super::furniture::furniture;
use super::lines::Line;
use super::names::{is_name, is_operator, key};
use super::people::{is_title, with_title};
use super::script::{Script, Sketch};
use super::{Kind, Metadata, Participant, Section, front, section};
use foldhash::HashMap;

/// The longest line that is taken for a title.
const LONGEST_TITLE: usize = 160;

/// Whether the lines are such a transcript.
pub(super) fn recognises(lines: &[Line<'_>]) -> bool {
    let has = |heading: &str| lines.iter().any(|line| line.words() == heading);
    let vendor = |line: &Line<'_>| {
        line.text.contains("spglobal.com/marketintelligence")
            || line.text.contains("S&P Global Market Intelligence")
            || line.text.contains("S&P Capital IQ")
    };
    has("EXECUTIVES") && has("ANALYSTS") && (lines.iter().any(vendor) || has("Call Participants"))
}

/// Reads such a transcript.
pub(super) fn read(lines: &[Line<'_>]) -> Sketch {
    let pages = furniture(lines);
    let after_rosters = lines
        .iter()
        .position(|line| line.words() == "ANALYSTS")
        .unwrap_or(0);
    let first = lines
        .iter()
        .enumerate()
        .skip(after_rosters)
        .find(|(_, line)| section::heading(line.words()).is_some())
        .map_or(lines.len(), |(at, _)| at);
    let roster = people(lines.get(..first).unwrap_or_default(), &pages);
    let titles: HashMap<String, String> = roster
        .iter()
        .filter_map(|who| Some((key(&who.name), title(who)?)))
        .collect();
    let known = Known::of(&roster);
    let mut script = Script::new(Section::Other);
    let (mut at, mut above) = (first, "");
    while let Some((line, is_page)) = lines.get(at).zip(pages.get(at)) {
        at += 1;
        let words = line.words();
        if words.starts_with("These materials have been prepared solely") {
            break;
        } else if *is_page {
            script.interrupt();
        } else if let Some(section) = section::heading(words) {
            script.enter(section);
        } else if let Some(who) = known.speaker(words) {
            // A page may end between a name and its title.
            let next = (at..lines.len()).find(|&next| pages.get(next) == Some(&false));
            let title = titles.get(&key(words)).filter(|_| !is_operator(words));
            let below = next.and_then(|next| lines.get(next)).map(Line::words);
            if let Some(next) =
                next.filter(|_| title.map(String::as_str) == below && below.is_some())
            {
                at = next + 1;
            }
            script.speaker(who);
        } else if let Some(who) = stranger(above, lines.get(at - 1..).unwrap_or_default()) {
            at += 1;
            script.speaker(who);
        } else {
            script.words(line.words_span());
            above = if words.is_empty() { above } else { words };
        }
    }
    Sketch {
        metadata: listing(lines.get(..after_rosters).unwrap_or_default()),
        ..script.into_sketch(roster)
    }
}

/// Somebody whom the list of participants lacks, with a title or a firm on the line below.
fn stranger(above: &str, lines: &[Line<'_>]) -> Option<Participant> {
    let mut lines = lines.iter().map(Line::words);
    let (name, below) = (lines.next()?, lines.next()?);
    let may_be = may_be_stranger(name, above, below) && below.len() <= LONGEST_TITLE;
    if !may_be || below.ends_with(['.', '?', '!', ',']) {
        return None;
    }
    if below.ends_with("Research Division") {
        let mut who = with_title(name, None, Some(below));
        who.kind = Kind::Analyst;
        return Some(who);
    }
    is_title(below).then(|| with_title(name, Some(below), None))
}

/// The company and its ticker on the cover, `Nimbus Anvil Inc. NasdaqGS:NIMB`.
fn listing(front: &[Line<'_>]) -> Metadata {
    let listed = |line: &Line<'_>| {
        let (company, listing) = line.words().rsplit_once(' ')?;
        let (exchange, _) = listing.split_once(':')?;
        let is_exchange = exchange.len() >= 2 && exchange.bytes().all(|b| b.is_ascii_alphabetic());
        let symbol = front::ticker(listing).filter(|_| is_exchange)?;
        Some((company.to_owned(), symbol))
    };
    let (company, ticker) = front.iter().find_map(listed).unzip();
    Metadata {
        company,
        ticker,
        ..Metadata::default()
    }
}

/// The line below a name: the title of an executive, the firm of an analyst.
fn title(who: &Participant) -> Option<String> {
    if who.kind == Kind::Analyst {
        who.affiliation.clone()
    } else {
        who.role.clone()
    }
}

/// The people of both rosters, two lines each.
fn people(lines: &[Line<'_>], pages: &[bool]) -> Vec<Participant> {
    let mut kind = None;
    let mut found: Vec<Participant> = Vec::new();
    let mut open = false;
    let filled: Vec<&str> = lines
        .iter()
        .zip(pages)
        .filter(|(line, page)| !**page && !line.is_blank())
        .map(|(line, _)| line.words())
        .collect();
    for (at, words) in filled.iter().copied().enumerate() {
        let next = filled.get(at + 1).copied().unwrap_or_default();
        // Somebody without a title is followed by somebody with one.
        open = open && !(is_name(words) && !says_firm(words) && says_firm(next));
        match words {
            "EXECUTIVES" => (kind, open) = (Some(Kind::Executive), false),
            "ANALYSTS" => (kind, open) = (Some(Kind::Analyst), false),
            _ => match (kind, found.last_mut()) {
                (Some(kind), Some(who)) if open && words.len() <= LONGEST_TITLE => {
                    *who = match kind {
                        Kind::Analyst => with_title(&who.name, None, Some(words)),
                        _ => with_title(&who.name, Some(words), None),
                    };
                    who.kind = kind;
                    open = false;
                }
                (Some(kind), _) if is_name(words) => {
                    let mut who = with_title(words, None, None);
                    who.kind = kind;
                    found.push(who);
                    open = true;
                }
                _ => {}
            },
        }
    }
    found
}

/// Whether a line names a firm or a title, and no person.
fn says_firm(words: &str) -> bool {
    let forms = [
        "Division",
        "LLC",
        "Inc",
        "Research",
        "Securities",
        "Capital",
        "Bank",
    ];
    words.contains(", ")
        || words.contains('&')
        || is_title(words)
        || forms.iter().any(|form| words.contains(form))
}
