//! `FactSet` `CallStreet` transcripts: a rule of dots, a name, a title and a company, then the words.
//!
//! Among the questions a `Q` or an `A` floats at the end of the name's or the title's line, or on a
//! line of its own. Every page repeats its head and foot. The operator is an inline label.

use super::furniture::furniture;
use super::lines::Line;
use super::names::{is_name, is_operator, is_unknown, key};
use super::people::{from_label, is_title, named, with_title};
use super::script::{Script, Sketch};
use super::{Kind, Participant, Section, roster, section};
use crate::units::ByteSpan;
use foldhash::HashSet;

/// The shortest rule of dots.
const SHORTEST_RULE: usize = 8;

/// Whether the lines are such a transcript: rules of dots, with the vendor's headings or name.
pub(super) fn recognises(lines: &[Line<'_>]) -> bool {
    let rules = lines
        .iter()
        .filter(|line| is_rule(line.words()))
        .take(3)
        .count();
    let vendor = |line: &Line<'_>| {
        let words = line.words();
        words.contains("CallStreet")
            || words.contains("callstreet")
            || words == "MANAGEMENT DISCUSSION SECTION"
            || words == "QUESTION AND ANSWER SECTION"
    };
    rules >= 2 && lines.iter().any(vendor) || is_page(lines)
}

/// Whether the lines are such a transcript's web page: names with titles that end in what they do.
fn is_page(lines: &[Line<'_>]) -> bool {
    let headers = lines
        .iter()
        .filter(|line| page_header(line.words()).is_some());
    headers.take(2).count() == 2
}

/// Whoever a line of the web page names: `Ada Quill, Chief Executive Officer - Answer`.
fn page_header(words: &str) -> Option<Participant> {
    let marks = [
        (" - Answer", Kind::Executive),
        (" - Question", Kind::Analyst),
    ];
    let (label, kind) = marks
        .iter()
        .find_map(|(mark, kind)| Some((words.strip_suffix(mark)?, *kind)))?;
    let who = from_label(label);
    (is_name(&who.name) && who.name.contains(' ')).then_some(Participant { kind, ..who })
}

/// Reads the web page. Management speaks first, without a mark.
fn read_page(lines: &[Line<'_>]) -> Sketch {
    let marked: HashSet<String> = lines
        .iter()
        .filter_map(|line| page_header(line.words()))
        .map(|who| key(&who.name))
        .collect();
    let mut script = Script::new(Section::Other);
    for line in lines {
        let words = line.words();
        let titled = || {
            Some(from_label(words))
                .filter(|who| words.len() <= 120 && marked.contains(&key(&who.name)))
        };
        if let Some(section) = section::heading(words) {
            script.enter(section);
        } else if is_operator(words) {
            script.speaker(named(words));
        } else if let Some(who) = page_header(words).or_else(titled) {
            script.speaker(who);
        } else {
            script.words(line.words_span());
        }
    }
    script.into_sketch(Vec::new())
}

/// Reads such a transcript.
pub(super) fn read(lines: &[Line<'_>]) -> Sketch {
    if !lines.iter().any(|line| is_rule(line.words())) {
        return read_page(lines);
    }
    let pages = furniture(lines);
    let kept: Vec<(Line<'_>, bool)> = lines.iter().copied().zip(pages).collect();
    let mut script = Script::new(Section::Other);
    let mut people = Vec::new();
    let (mut part, mut at) = (Part::Front, 0);
    while let Some((line, is_page)) = kept.get(at) {
        at += 1;
        let words = line.words();
        if *is_page {
            script.interrupt();
        } else if words.starts_with("The information herein is based on sources")
            || words == "Disclaimer"
        {
            part = Part::After;
            script.close();
        } else if let Some(section) = section::heading(words) {
            part = Part::Call;
            script.enter(section);
        } else if let (Part::Front | Part::Roster(_), Some(kind)) = (part, roster::heading(words)) {
            part = Part::Roster(kind);
        } else if part == Part::Call {
            at += turn(&mut script, line, kept.get(at..).unwrap_or_default());
        } else if let Part::Roster(kind) = part {
            let next = kept
                .get(at)
                .map(|(line, _)| line.words())
                .unwrap_or_default();
            let (names, titles) = (columns(words), columns(next));
            if names.len() == titles.len() {
                let beside = names.into_iter().zip(titles);
                people.extend(beside.filter_map(|(name, title)| entry(name, title, kind)));
            }
        }
    }
    script.into_sketch(people)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Front,
    Roster(Kind),
    Call,
    After,
}

fn is_rule(words: &str) -> bool {
    words.len() >= SHORTEST_RULE && words.bytes().all(|byte| byte == b'.')
}

/// A line of the call; gives how many lines after it belong to a header.
fn turn(script: &mut Script, line: &Line<'_>, rest: &[(Line<'_>, bool)]) -> usize {
    let words = line.words();
    if is_rule(words) {
        let Some((who, length)) = header(rest) else {
            return 0;
        };
        script.speaker(who);
        return length;
    }
    match words
        .split_once(": ")
        .filter(|(label, _)| is_operator(label))
    {
        Some((label, spoken)) => {
            script.speaker(named(label));
            let span = line.words_span();
            let spoken = spoken.trim_start();
            script.words(ByteSpan::new(span.end() - spoken.len(), span.end()));
        }
        None => script.words(line.words_span()),
    }
    0
}

/// The name, the title and the glyph after a rule, and how many lines they take.
fn header(rest: &[(Line<'_>, bool)]) -> Option<(Participant, usize)> {
    let mut filled = rest
        .iter()
        .enumerate()
        .filter(|(_, (line, page))| !page && !line.is_blank());
    let (at, (line, _)) = filled.next()?;
    let (name, mut glyph) = glyph_at_end(line.words());
    if section::heading(name).is_some() || name == "Disclaimer" {
        return None;
    }
    if is_operator(name) {
        return Some((named(name), at + 1));
    }
    if !is_name(name) && !is_unknown(name) {
        return None;
    }
    let (mut title, mut length) = (None, at + 1);
    for (at, (line, _)) in filled.take(2) {
        let (words, more) = glyph_at_end(line.words());
        if title.is_none() && !words.is_empty() && words.contains(", ") && is_title(words) {
            title = Some(words.to_owned());
        } else if !words.is_empty() || more.is_none() {
            break;
        }
        glyph = glyph.or(more);
        length = at + 1;
    }
    Some((
        person(name, title.as_deref().unwrap_or_default(), glyph),
        length,
    ))
}

/// The words before a floating `Q` or `A`, and what it says.
fn glyph_at_end(words: &str) -> (&str, Option<Kind>) {
    for (glyph, kind) in [("Q", Kind::Analyst), ("A", Kind::Executive)] {
        if words == glyph {
            return ("", Some(kind));
        }
        if let Some(before) = words.strip_suffix(glyph) {
            // Glued to a name, it follows a small letter or a space.
            let loose =
                before.ends_with(|c: char| c.is_whitespace() || c.is_lowercase() || c == '.');
            if loose {
                return (before.trim_end(), Some(kind));
            }
        }
    }
    (words, None)
}

/// A person by `Analyst, Vale Bank LLC` or `Chief Executive Officer, Nimbus Anvil, Inc.`.
fn person(name: &str, line: &str, glyph: Option<Kind>) -> Participant {
    let (title, firm) = split(line);
    let mut who = with_title(name, title, firm);
    who.kind = match (glyph, who.kind) {
        (None, Kind::Other) if title.is_some() => Kind::Executive,
        (Some(kind), _) | (None, kind) => kind,
    };
    who
}

/// The title and the firm: the firm is what follows the last comma that no `Inc.` follows.
fn split(line: &str) -> (Option<&str>, Option<&str>) {
    let is_form = |tail: &str| {
        [
            "Inc.", "Inc", "LLC", "Ltd.", "Ltd", "Corp.", "LP", "L.P.", "N.A.", "PLC", "S.A.",
        ]
        .contains(&tail)
    };
    let mut end = line.len();
    while let Some(at) = line.get(..end).and_then(|head| head.rfind(", ")) {
        let tail = line.get(at + 2..end).unwrap_or_default();
        if end == line.len() && is_form(tail) {
            end = at;
            continue;
        }
        return (line.get(..at), line.get(at + 2..));
    }
    ((!line.is_empty()).then_some(line), None)
}

/// The columns of a roster's line.
fn columns(words: &str) -> Vec<&str> {
    words
        .split("    ")
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect()
}

/// Somebody on a roster, whose title stands on the next line.
fn entry(words: &str, next: &str, kind: Kind) -> Option<Participant> {
    if !is_name(words) || !next.contains(", ") || !is_title(next) {
        return None;
    }
    let mut who = person(words, next, None);
    if kind == Kind::Executive {
        who.kind = Kind::Executive;
    }
    Some(who)
}
