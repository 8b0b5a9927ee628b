//! Press conferences of central banks on web pages: a statement, then questions in bold type or after `Question:`.
//!
//! In: the blocks of a page. Out: pieces of speech, where it is such a page. Who gives the statement stands under the
//! headline with a title; whose an answer without a label is, is known only where one person is listed.

use super::html::Block;
use super::names::is_name;
use super::people::{from_label, named, with_title};
use super::rendered::{Piece, Pieces};
use super::{Date, Kind, Layout, Metadata, Participant, Section};
use std::rc::Rc;

/// How many blocks may stand before the statement.
const FRONT: usize = 60;

/// A block of the statement is no shorter; what names people is.
const LONGEST_LISTING: usize = 200;

/// A bold block that is shorter is a heading.
const SHORTEST_QUESTION: usize = 20;

/// Phrases of such pages, one of which stands before the statement.
const HEADLINES: [&str; 3] = [
    "press conference",
    "monetary policy statement",
    "introductory statement",
];

/// Reads the blocks of a page, where they are a press conference: its headline says so, somebody with an office is named,
/// and two questions are marked.
pub(super) fn read(blocks: &[Block]) -> Option<Pieces> {
    let is_headline = |block: &Block| {
        let lower = block.words.to_lowercase();
        block.words.len() <= LONGEST_LISTING && HEADLINES.iter().any(|head| lower.contains(head))
    };
    let headline = blocks.iter().take(FRONT).position(is_headline)?;
    let front = blocks.get(headline..)?.iter();
    let front =
        front.take_while(|block| block.words.len() <= LONGEST_LISTING && !opens(&block.words));
    let front: Vec<&Block> = front.collect();
    let hosts: Vec<Participant> = front
        .iter()
        .filter_map(|block| host(&block.words))
        .collect();
    let body = blocks.get(headline + front.len()..)?;
    let asks = |block: &&Block| question(block, false).is_some();
    let may_ask = |block: &&Block| question(block, true).is_some();
    let asked =
        body.iter().any(|block| asks(&block)) && body.iter().filter(may_ask).take(2).count() == 2;
    if hosts.is_empty() || !asked {
        return None;
    }
    let mut found = Pieces::of(Layout::PressPage);
    found.metadata = Metadata {
        title: blocks.get(headline).map(|block| block.words.clone()),
        date: front
            .iter()
            .find_map(|block| Date::find_in(&block.words))
            .map(|(date, _)| date),
        ..Metadata::default()
    };
    speeches(body, &hosts, &mut found);
    Some(found)
}

/// The statement, the questions and the answers.
fn speeches(body: &[Block], hosts: &[Participant], found: &mut Pieces) {
    let mut who = hosts.first().cloned();
    let mut section = Section::Prepared;
    let mut opens_turn = true;
    for block in body {
        if is_end(&block.words) {
            break;
        }
        let mut words = block.words.as_str();
        if let Some(asked) = question(block, section == Section::Questions) {
            // A question in two paragraphs is one.
            opens_turn = who.as_ref().is_none_or(|who| who.kind != Kind::Analyst);
            (who, section, words) = (Some(asker()), Section::Questions, asked);
        } else if let Some((host, said)) = answer(block, hosts) {
            (who, words, opens_turn) = (Some(host), said, true);
        } else if who.as_ref().is_some_and(|who| who.kind == Kind::Analyst) {
            who = match hosts {
                [only] => Some(only.clone()),
                _ => None,
            };
            opens_turn = true;
        } else if is_mark(words) {
            continue;
        }
        found.push(Piece {
            who: who.clone().map(Rc::new),
            section: Some(section),
            words: words.to_owned(),
            opens: std::mem::take(&mut opens_turn),
            ..Piece::default()
        });
    }
}

/// Whoever asks; the page names nobody.
fn asker() -> Participant {
    Participant {
        kind: Kind::Analyst,
        ..named("Question")
    }
}

/// The words of a question: after `Question:`, or all of a bold block that asks something; once somebody has asked, of any
/// that is no heading.
fn question(block: &Block, has_begun: bool) -> Option<&str> {
    let words = block.words.as_str();
    let labelled = words.strip_prefix("Question:").or_else(|| {
        words
            .strip_prefix("Question (")?
            .split_once("):")
            .map(|(_, words)| words)
    });
    let asks = block.bold && words.len() > SHORTEST_QUESTION && (has_begun || words.contains('?'));
    labelled.map(str::trim).or(asks.then_some(words))
}

/// Whoever a label names, and the words after it: a host, by the last name or more, or a name in bold type.
fn answer<'a>(block: &'a Block, hosts: &[Participant]) -> Option<(Participant, &'a str)> {
    let (label, said) = block.words.split_once(':')?;
    let is_host =
        |host: &&Participant| host.name == label || host.name.ends_with(&format!(" {label}"));
    let host = hosts.iter().find(is_host).cloned();
    let in_bold = (label.len()..=label.len() + 2).contains(&block.lead) && is_name(label);
    let who = host.or_else(|| in_bold.then(|| named(label)))?;
    Some((who, said.trim()))
}

/// `Ada Quill, President of the Bank, Bo Crane, Vice-President` names the first; others have lines of their own.
fn host(words: &str) -> Option<Participant> {
    let who = from_label(words.trim_end_matches(','));
    let title = who.role.or(who.affiliation)?;
    let title = title.split(", ").next().unwrap_or_default();
    let office = ["President", "Chair", "Governor"]
        .iter()
        .any(|office| title.contains(office));
    (office && who.name.contains(' ')).then(|| Participant {
        kind: Kind::Executive,
        ..with_title(&who.name, Some(title), None)
    })
}

/// Whether somebody begins to speak.
fn opens(words: &str) -> bool {
    ["Good afternoon", "Good morning", "Ladies and gentlemen"]
        .iter()
        .any(|greeting| words.starts_with(greeting))
}

/// What stands between the statement and the questions.
fn is_mark(words: &str) -> bool {
    words.chars().all(|c| matches!(c, '*' | ' '))
}

/// What a page ends with.
fn is_end(words: &str) -> bool {
    [
        "Media contacts",
        "CONTACT",
        "Related topics",
        "Reproduction is permitted",
    ]
    .iter()
    .any(|end| words.starts_with(end))
}
