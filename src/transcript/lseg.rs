//! LSEG (Refinitiv, Thomson Reuters) `StreetEvents` text exports.
//!
//! Two rosters, the presentation, the questions, a disclaimer, each under a heading in capitals. A
//! speaker is a line with the name after a blank line, then `Firm - Title`, which may wrap. Speech
//! is wrapped as well, and none of its lines follows a blank one.

use super::date::Date;
use super::lines::Line;
use super::names::{is_name, is_operator, is_unknown, key};
use super::people::{Order, by_semicolons, firm_and_title, is_title, named, with_title};
use super::script::{Script, Sketch};
use super::words::{is_page_number, plain};
use super::{Kind, Metadata, Participant, Section, lseg_edition};
use foldhash::{HashMap, HashSet};

/// Longest line that is taken for a firm and a title.
const LONGEST_TITLE: usize = 200;

/// Longest line that names somebody and has not the shape of a name.
const LONGEST_ODD_NAME: usize = 50;

/// Fewer blank lines than this say nothing of what blank lines are for.
const LEAST_GAPS: usize = 6;

/// The most lines between a page's foot and the event at the head of the next.
const LONGEST_FOOT: usize = 10;

/// More people than speak on any call; who is on a roster is looked for among so many.
const MOST_SPEAKERS: usize = 200;

/// The blocks of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Block {
    /// A cover, before any heading.
    Cover,
    /// A roster of people who do the same on the call.
    Roster(Kind),
    /// The call itself.
    Speech(Section),
    /// The vendor's terms; nothing follows them.
    Disclaimer,
}

impl Block {
    /// The block that a line is the heading of.
    fn headed_by(line: &Line<'_>) -> Option<Self> {
        match plain(line.words()).trim() {
            "CORPORATE PARTICIPANTS" => Some(Self::Roster(Kind::Executive)),
            "CONFERENCE CALL PARTICIPANTS" => Some(Self::Roster(Kind::Analyst)),
            "PRESENTATION" => Some(Self::Speech(Section::Prepared)),
            "QUESTIONS AND ANSWERS" => Some(Self::Speech(Section::Questions)),
            "DISCLAIMER" => Some(Self::Disclaimer),
            _ => None,
        }
    }
}

/// Whether the lines are such an export, two of its headings being enough, or the vendor's text edition.
pub(super) fn recognises(lines: &[Line<'_>]) -> bool {
    lseg_edition::recognises(lines) || has_headings(lines)
}

fn has_headings(lines: &[Line<'_>]) -> bool {
    lines
        .iter()
        .filter(|line| Block::headed_by(line).is_some())
        .take(2)
        .count()
        == 2
}

/// Reads such an export.
pub(super) fn read(lines: &[Line<'_>]) -> Sketch {
    if lseg_edition::recognises(lines) {
        return lseg_edition::read(lines);
    }
    let people = rosters(lines);
    let entries: HashMap<String, &Entry> = people
        .iter()
        .map(|entry| (key(&entry.who.name), entry))
        .collect();
    let gaps = Gaps::of(lines, &entries);
    let mut script = Script::new(Section::Other);
    let mut block = Block::Cover;
    // A header follows a gap: a blank line or a heading.
    let mut after_gap = true;
    let mut at = 0;
    while let Some(line) = lines.get(at).filter(|_| block != Block::Disclaimer) {
        at += 1;
        if let Some(next) = Block::headed_by(line) {
            block = next;
            if let Block::Speech(section) = next {
                script.enter(section);
            }
            after_gap = true;
        } else if line.is_blank() {
            after_gap = true;
        } else if matches!(block, Block::Speech(_)) {
            let rest = lines.get(at..).unwrap_or_default();
            if let Some(length) = page_break(line, rest) {
                script.interrupt();
                at += length;
                after_gap |= lines.get(at - 1).is_some_and(Line::is_blank);
                continue;
            }
            let found = after_gap.then(|| {
                let odd = || odd_header(line, rest).filter(|_| gaps == Gaps::OfHeaders);
                header(line, rest, &entries).or_else(odd)
            });
            match found.flatten() {
                Some((who, length)) => {
                    script.speaker(who);
                    at += length;
                }
                None => script.words(line.words_span()),
            }
            after_gap = false;
        }
    }
    let metadata = Metadata {
        company: company(&people),
        ..Metadata::default()
    };
    let roster = people.into_iter().map(|entry| entry.who).collect();
    Sketch {
        metadata,
        ..script.into_sketch(roster)
    }
}

/// What follows the blank lines of an export.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gaps {
    /// Speakers, and nothing else: then whoever follows one is a speaker, however odd the name.
    OfHeaders,
    /// Paragraphs as well.
    OfParagraphs,
}

impl Gaps {
    fn of(lines: &[Line<'_>], entries: &HashMap<String, &Entry>) -> Self {
        let call = lines
            .iter()
            .position(|line| matches!(Block::headed_by(line), Some(Block::Speech(_))));
        let call = lines.get(call.unwrap_or(0)..).unwrap_or_default();
        let after = |at: usize| {
            let [gap, line, rest @ ..] = call.get(at..)? else {
                return None;
            };
            let follows = gap.is_blank() && !line.is_blank() && Block::headed_by(line).is_none();
            follows.then(|| header(line, rest, entries).is_some())
        };
        let found: Vec<bool> = (0..call.len()).filter_map(after).collect();
        let headers = found.iter().filter(|is| **is).count();
        if found.len() >= LEAST_GAPS && headers * 5 >= found.len() * 4 {
            Self::OfHeaders
        } else {
            Self::OfParagraphs
        }
    }
}

/// The speaker of a line that is no name by its shape, `Editor` or `IR Team 2`, and still so short that it can be one.
fn odd_header(line: &Line<'_>, rest: &[Line<'_>]) -> Option<(Participant, usize)> {
    let words = line.words();
    let short = words.len() <= LONGEST_ODD_NAME && words.split(' ').count() <= 5;
    let ends_like_speech = words.ends_with(['.', '?', '!', ',', ':', ';', '-']);
    if !short || ends_like_speech || !words.starts_with(char::is_uppercase) {
        return None;
    }
    let next = rest.first().map(Line::words).unwrap_or_default();
    let titled =
        firm_and_title(next).filter(|(_, title)| is_title(title) && next.len() <= LONGEST_TITLE);
    Some(match titled {
        Some((firm, title)) => (with_title(words, Some(title), Some(firm)), 1),
        None => (named(words), 0),
    })
}

/// How many lines after `line` belong to a page's footer and the next page's header, where `line`
/// begins one: a page number, the vendor's address, its terms, and the event again.
fn page_break(line: &Line<'_>, rest: &[Line<'_>]) -> Option<usize> {
    let below = || rest.iter().map(Line::words).find(|words| !words.is_empty());
    let begins =
        is_footer(line.words()) || is_page_number(line.words()) && below().is_some_and(is_footer);
    if !begins {
        return None;
    }
    let is_event = |line: &Line<'_>| {
        let words = line.words();
        let day = Date::find_in(words).filter(|(_, place)| place.start == 0);
        words.contains(" / ") && day.is_some()
    };
    // The terms may take several lines; the event ends them.
    let event = rest.iter().take(LONGEST_FOOT).position(is_event);
    let first = event.map_or(0, |event| event + 1);
    let is_furniture = |line: &&Line<'_>| {
        let words = line.words();
        words.is_empty() || is_footer(words) || is_page_number(words)
    };
    Some(first + rest.iter().skip(first).take_while(is_furniture).count())
}

/// The vendor's address or copyright.
fn is_footer(words: &str) -> bool {
    let copyright = words.starts_with('©') || words.starts_with("(c)");
    let vendors = ["Refinitiv", "Thomson Reuters", "THOMSON REUTERS", "LSEG"];
    let addresses = [
        "www.streetevents.com",
        "www.refinitiv.com | Contact",
        "www.lseg.com | Contact",
    ];
    addresses.iter().any(|address| words.contains(address))
        || copyright && vendors.iter().any(|name| words.contains(name))
}

/// Somebody on a roster, and the firm and title as one line, to know them again in the text.
struct Entry {
    who: Participant,
    title: String,
}

/// The people of both rosters: blocks of lines, the name first.
fn rosters(lines: &[Line<'_>]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let (mut kind, mut open) = (None, false);
    // On one line nothing parts the name from the firm; the call itself does.
    let mut met = HashSet::default();
    let named = lines.iter().filter_map(|line| on_one_line(line.words()));
    let named: Vec<Participant> = named
        .filter(|who| met.insert(who.name.clone()))
        .take(MOST_SPEAKERS)
        .collect();
    for (at, line) in lines.iter().enumerate() {
        let below = lines.get(at + 1).map_or("", Line::words);
        // Where no blank lines part the people, a name above a firm and a title does.
        let is_next = |entry: &Entry| {
            !entry.title.is_empty() && is_name(line.words()) && below.contains(" - ")
        };
        open &= !entries.last().is_some_and(is_next);
        match Block::headed_by(line) {
            Some(Block::Roster(next)) => (kind, open) = (Some(next), false),
            Some(_) => kind = None,
            None if line.is_blank() => open = false,
            None if kind.is_some() && !named.is_empty() && line.words().contains(" - ") => {
                let words = line.words();
                let who = named
                    .iter()
                    .find(|who| words.starts_with(who.name.as_str()));
                entries.extend(who.zip(kind).map(|(who, kind)| {
                    Entry {
                        who: Participant {
                            kind,
                            ..who.clone()
                        },
                        title: words
                            .get(who.name.len()..)
                            .unwrap_or_default()
                            .trim()
                            .to_owned(),
                    }
                }));
                open = false;
            }
            None => match (kind, entries.last_mut()) {
                (None, _) => {}
                (Some(_), Some(entry)) if open => entry.wrapped(line.words()),
                (Some(kind), _) => {
                    entries.push(Entry::new(line.words(), kind));
                    open = true;
                }
            },
        }
    }
    entries
}

impl Entry {
    /// An entry by its first line.
    fn new(line: &str, kind: Kind) -> Self {
        let mut who = on_its_line(line);
        who.kind = kind;
        Self {
            who,
            title: String::new(),
        }
    }

    /// The entry with one more of its lines.
    fn wrapped(&mut self, line: &str) {
        if !self.title.is_empty() {
            self.title.push(' ');
        }
        self.title.push_str(line);
        (self.who.affiliation, self.who.role) = match firm_and_title(&self.title) {
            Some((firm, title)) => (Some(firm.to_owned()), Some(title.to_owned())),
            None if is_title(&self.title) => (None, Some(self.title.clone())),
            None => (Some(self.title.clone()), None),
        };
    }
}

/// Some entries hold all on one line, in the roster and in the text; others the name alone.
fn on_its_line(line: &str) -> Participant {
    by_semicolons(line, Order::FirmFirst).unwrap_or_else(|| named(line))
}

/// The speaker named by a line after a gap, and how many of the lines after it are the title.
fn header(
    line: &Line<'_>,
    rest: &[Line<'_>],
    entries: &HashMap<String, &Entry>,
) -> Option<(Participant, usize)> {
    if let Some(who) = on_one_line(line.words()) {
        return Some((who, 0));
    }
    let name = line.words().split(';').next().unwrap_or_default();
    if is_operator(name) || is_unknown(name) && name.len() <= 50 && !name.ends_with(['.', '?']) {
        return Some((named(name), 0));
    }
    let next = rest.first().map(Line::words).unwrap_or_default();
    if let Some(entry) = entries
        .get(&key(name))
        .filter(|_| name.len() <= LONGEST_TITLE)
    {
        let who = Participant {
            name: name.to_owned(),
            ..entry.who.clone()
        };
        return Some((who, shown_title(entry, rest)));
    }
    if !is_name(name) {
        return None;
    }
    // `Bob` on the call may be `Robert` on the roster, with the same title.
    let same = entries
        .values()
        .filter(|entry| title_lines(&entry.title, rest) > 0);
    if let Some(entry) = same.min_by_key(|entry| (&entry.title, &entry.who.name)) {
        let who = Participant {
            name: name.to_owned(),
            ..entry.who.clone()
        };
        return Some((who, shown_title(entry, rest)));
    }
    // Somebody who is not on the roster shows a firm and a title, or at least a full name.
    match firm_and_title(next)
        .filter(|_| next.len() <= LONGEST_TITLE && !next.ends_with(['.', '?', '!']))
    {
        Some((firm, title)) => Some((with_title(name, Some(title), Some(firm)), 1)),
        None => name.contains(' ').then(|| (on_its_line(line.words()), 0)),
    }
}

/// `Ada Quill - Nimbus Anvil, Inc. - CEO`, as the vendor's PDFs write it.
fn on_one_line(line: &str) -> Option<Participant> {
    if line.len() > LONGEST_TITLE || line.ends_with(['.', '?', '!', ',']) && !line.ends_with("Inc.")
    {
        return None;
    }
    let (name, rest) = Some(line)
        .filter(|line| line.contains('-'))?
        .split_once(" - ")?;
    let (firm, title) = firm_and_title(rest)?;
    (is_name(name) && name.contains(' ')).then(|| with_title(name, Some(title), Some(firm)))
}

/// How many of `lines` show somebody's title: that of the roster, or another one at the same firm.
fn shown_title(entry: &Entry, lines: &[Line<'_>]) -> usize {
    let next = lines.first().map(Line::words).unwrap_or_default();
    let firm = entry.who.affiliation.as_deref();
    let at_firm = firm.and_then(|firm| next.strip_prefix(firm)?.strip_prefix(" - "));
    let other = at_firm.is_some_and(|title| is_title(title) && next.len() <= LONGEST_TITLE);
    title_lines(&entry.title, lines).max(usize::from(other))
}

/// How many of `lines` are the wrapped `title` of the roster; wherever they wrap.
fn title_lines(title: &str, lines: &[Line<'_>]) -> usize {
    let mut left = title;
    let is_next = |line: &&Line<'_>| match left.strip_prefix(line.words()) {
        Some(after) if !line.is_blank() => {
            left = after.trim_start();
            true
        }
        _ => false,
    };
    lines.iter().take_while(is_next).count()
}

/// The company: the firm that its own roster names most often, the first of several.
fn company(people: &[Entry]) -> Option<String> {
    let own = people
        .iter()
        .filter(|entry| entry.who.kind == Kind::Executive);
    let firms: Vec<&str> = own
        .filter_map(|entry| entry.who.affiliation.as_deref())
        .collect();
    let mut counts: HashMap<&str, usize> = HashMap::default();
    for firm in &firms {
        *counts.entry(firm).or_default() += 1;
    }
    let most = counts.values().max()?;
    firms
        .iter()
        .find(|firm| counts.get(**firm) == Some(most))
        .map(|firm| (*firm).to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::layout::testing::{Seen, seen};
    use super::super::{Kind, Layout, Section};

    const EXPORT: &str = "CORPORATE PARTICIPANTS\n \nAda B. Quill\nNimbus Anvil, Inc. - President, CEO & Director\n \n\
        Cy Vale;Senior Analyst Investor Relations\nCONFERENCE CALL PARTICIPANTS\n \nBo Crane\n\
        Vale - Smith Bank, Research Division - MD of Anvils & Senior Research\nAnalyst\n \nDi Marsh\nPRESENTATION\n \nOperator\n\
        Good day, everyone, and\nwelcome.\n \nAda B. Quill\nNimbus Anvil, Inc. - President, CEO & Director\n\
        Thanks. Here is\nOperator, one more thing.\nBo Crane\nasked before - and again.\nQUESTIONS AND ANSWERS\n \nOperator\n\
        (Operator Instructions) Bo Crane.\n \nBo Crane\nVale - Smith Bank, Research Division - MD of Anvils & Senior Research\n\
        Analyst\nHow heavy?\n \nUnidentified Company Representative\nVery.\n \nDi Marsh\nAnd how large?\n \n\
        Eve Stone\nOther Bank - Associate\nI am not listed.\n \nCy Vale;Senior Analyst Investor Relations\nI am.\nDISCLAIMER\nThe vendor reserves the right to anything.\n \nOperator\nNo.\n";

    #[test]
    fn an_export_is_read_turn_by_turn() {
        let seen = seen(EXPORT);
        assert_eq!(seen.layout, Layout::Lseg);
        let expected = [
            "Operator: Good day, everyone, and\nwelcome.",
            "Ada B. Quill: Thanks. Here is\nOperator, one more thing.\nBo Crane\nasked before - and again.",
            "Operator: (Operator Instructions) Bo Crane.",
            "Bo Crane: How heavy?",
            "Unidentified Company Representative: Very.",
            "Di Marsh: And how large?",
            "Eve Stone: I am not listed.",
            "Cy Vale: I am.",
        ];
        assert_eq!(seen.turns(), expected);
    }

    #[test]
    fn the_firm_may_hold_a_dash_and_the_title_may_wrap() {
        let Seen { call, .. } = seen(EXPORT);
        let crane = &call.turns[3];
        assert_eq!(
            crane.role.as_deref(),
            Some("MD of Anvils & Senior Research Analyst")
        );
        assert_eq!(
            crane.affiliation.as_deref(),
            Some("Vale - Smith Bank, Research Division")
        );
        assert_eq!(
            (crane.kind, crane.section),
            (Kind::Analyst, Section::Questions)
        );
        assert_eq!(call.turns[1].kind, Kind::Executive);
        assert_eq!(call.turns[5].kind, Kind::Analyst);
    }

    #[test]
    fn the_roster_names_people_and_the_company() {
        let Seen { call, .. } = seen(EXPORT);
        let vale = &call.participants[1];
        assert_eq!(
            (vale.name.as_str(), vale.role.as_deref()),
            ("Cy Vale", Some("Senior Analyst Investor Relations"))
        );
        assert_eq!(vale.kind, Kind::Executive);
        assert_eq!(call.metadata.company.as_deref(), Some("Nimbus Anvil, Inc."));
    }

    #[test]
    fn a_page_break_in_a_sentence_is_no_speech() {
        let text = "PRESENTATION\n \nOperator\nGood day, every\nTHOMSON REUTERS STREETEVENTS | www.streetevents.com | Contact Us\n\
                    ©2022 Refinitiv. All rights reserved.\n12\n \nNOVEMBER 01, 2022 / 12:00PM GMT, Q3 2022 Nimbus Anvil Earnings Call\n\
                    one, and welcome.\n \nAda Quill\nNimbus Anvil, Inc. - CEO\nThanks.\nQUESTIONS AND ANSWERS\n";
        let expected = [
            "Operator: Good day, every […] one, and welcome.",
            "Ada Quill: Thanks.",
        ];
        assert_eq!(seen(text).turns(), expected);
    }

    #[test]
    fn an_export_cut_anywhere_is_still_read() {
        for end in 0..EXPORT.len() {
            seen(EXPORT.get(..end).unwrap());
        }
    }
}
