//! LSEG `StreetEvents` XML: facts of the event, and the call as one text with rules of signs.
//!
//! In: XML. Out: the text that is kept of it. Blocks are headed between rules of `=`; a speaker
//! stands between rules of `-`, with a number that starts again among the questions.

use super::people::with_title;
use super::rendered::{Piece, Pieces};
use super::xml::{Step, walk};
use super::{Date, Layout, Metadata, Participant, Section, hour, lseg_edition, metadata, section};
use std::rc::Rc;

/// The shortest rule.
const SHORTEST_RULE: usize = 10;

/// Whether an XML text is one of these.
pub(super) fn recognises(xml: &str) -> bool {
    xml.contains("<EventStory") && xml.contains("<Body")
}

/// The text that is kept of such a file.
///
/// # Errors
/// When it is no sound XML, has a document type, or holds nobody's words.
pub(super) fn text(xml: &str) -> Result<String, String> {
    if !recognises(xml) {
        return Err("it is XML of no known shape".to_owned());
    }
    let mut facts = Facts::default();
    let mut inside = String::new();
    walk(xml, |step| match step {
        Step::Start(name, _) => inside = name,
        Step::End(_) => inside.clear(),
        Step::Text(text) => facts.take(&inside, &text),
    })?;
    // The body is text that was escaped twice in some versions.
    let body = super::markup::plain_text(&facts.body);
    let mut found = Pieces::of(Layout::LsegXml);
    found.metadata = facts.metadata();
    speeches(&body, &mut found);
    if found.said.is_empty() {
        return Err("it holds nobody's words".to_owned());
    }
    Ok(found.render())
}

#[derive(Default)]
struct Facts {
    title: String,
    company: String,
    ticker: String,
    start: String,
    body: String,
}

impl Facts {
    fn take(&mut self, element: &str, text: &str) {
        match element {
            "eventTitle" => self.title += text,
            "companyName" => self.company += text,
            "companyTicker" => self.ticker += text,
            "startDate" => self.start += text,
            "Body" => self.body += text,
            _ => {}
        }
    }

    fn metadata(&self) -> Metadata {
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        Metadata {
            title: given(&self.title),
            company: given(&self.company),
            // `NIMB.OQ` is the exchange's.
            ticker: given(self.ticker.split('.').next().unwrap_or_default()),
            period: metadata::period_in(&self.title),
            date: Date::find_in(&self.start).map(|(date, _)| date),
            hour: hour::find_in(&self.start).map(str::to_owned),
            ..Metadata::default()
        }
    }
}

pub(super) fn is_rule(line: &str, sign: u8) -> bool {
    let line = line.trim();
    line.len() >= SHORTEST_RULE && line.bytes().all(|byte| byte == sign)
}

/// The speeches of the presentation and the questions.
fn speeches(body: &str, found: &mut Pieces) {
    let lines: Vec<&str> = body.lines().collect();
    let mut part = None;
    let mut who: Option<Participant> = None;
    let mut words = String::new();
    let mut opens = false;
    let mut flush =
        |who: &Option<Participant>, words: &mut String, part: Option<Section>, opens: &mut bool| {
            let words = std::mem::take(words);
            found.push(Piece {
                who: who.clone().map(Rc::new),
                section: part,
                words,
                opens: std::mem::take(opens),
                ..Piece::default()
            });
        };
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        at += 1;
        let next = lines.get(at).map(|line| line.trim()).unwrap_or_default();
        if is_rule(line, b'=') {
            flush(&who, &mut words, part, &mut opens);
            who = None;
            // The rule below the heading is a rule again, and no heading follows it.
            if !next.is_empty() && !is_rule(next, b'=') {
                part = section::heading(next);
                at += 1;
            }
        } else if is_rule(line, b'-') {
            if let Some(speaker) = speaker(next) {
                flush(&who, &mut words, part, &mut opens);
                who = Some(speaker);
                opens = true;
                at += 1;
            } else if lseg_edition::is_end(next) {
                break;
            }
        } else if part.is_some() {
            words += line.trim();
            words.push('\n');
        }
    }
    flush(&who, &mut words, part, &mut opens);
}

/// Somebody by `Ada Quill,  Nimbus Anvil - CFO    [2]`.
pub(super) fn speaker(line: &str) -> Option<Participant> {
    let (named, number) = line.strip_suffix(']')?.rsplit_once('[')?;
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (name, rest) = match named.split_once(",  ") {
        Some((name, rest)) => (name, rest),
        None => named.split_once(", ").unwrap_or((named, "")),
    };
    let (firm, title) = match rest.trim().rsplit_once(" - ") {
        Some((firm, title)) => (Some(firm), Some(title)),
        None => (None, Some(rest.trim())),
    };
    Some(with_title(name, title, firm))
}
