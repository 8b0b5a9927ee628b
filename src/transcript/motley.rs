//! Earnings calls copied from a Motley Fool page, one node of the page a line.
//!
//! A speaker is three lines, the name, `--` and the title, or one line with all of it in older
//! copies; the operator is a bare line. Sections have headings with a colon; the list of contents
//! has the same words without one. The roster after the call looks like turns and is none.

use super::date::Date;
use super::furniture::furniture;
use super::headings::preamble;
use super::lines::Line;
use super::names::{is_name, is_operator, is_unknown, key};
use super::people::{self, named, with_title};
use super::period::Period;
use super::script::{Script, Sketch};
use super::{Kind, Metadata, Participant, Section, front, hour, motley_brief, section};
use foldhash::HashSet;

/// What parts the name from the title, on a line of its own.
const RULE: &str = "--";

/// What lines of adverts begin with.
#[rustfmt::skip]
const ADVERTS: [&str; 12] = [
    "When our analyst team has a stock tip", "They just revealed what they believe", "See the 10 stocks",
    "*Stock Advisor returns", "Stock Advisor returns as of", "Should you invest $1,000 in", "Before you buy stock in",
    "Where to invest $", "When our award-winning analyst team",
    "The Motley Fool Stock Advisor analyst team", "The Motley Fool has positions in", "Image source: The Motley Fool",
];

/// Longest line that is taken for a title.
const LONGEST_TITLE: usize = 200;

/// Whether the lines are such a page.
pub(super) fn recognises(lines: &[Line<'_>]) -> bool {
    motley_brief::recognises(lines) || has_headers(lines)
}

fn has_headers(lines: &[Line<'_>]) -> bool {
    let has_section = lines.iter().any(|line| section_heading(line).is_some());
    let style = Style::of(lines);
    let headers = (0..lines.len())
        .filter(|&at| header(lines, at, style).is_some())
        .take(3)
        .count();
    headers >= if has_section { 1 } else { 3 }
}

/// Reads such a page.
pub(super) fn read(lines: &[Line<'_>]) -> Sketch {
    if motley_brief::recognises(lines) {
        return motley_brief::read(lines);
    }
    let style = Style::of(lines);
    let body = lines
        .iter()
        .position(|line| section_heading(line).is_some());
    let first = body.or_else(|| (0..lines.len()).find(|&at| header(lines, at, style).is_some()));
    // Where no heading opens the call, an operator may, before the first header.
    let opened = first.filter(|_| body.is_none()).and_then(|first| {
        let mut before = lines.get(..first)?.iter();
        before.position(|line| is_operator(unmarked(line.words())))
    });
    let first = opened.or(first).unwrap_or(0);
    let end = (first..lines.len())
        .find(|&at| ends_call(lines, at))
        .unwrap_or(lines.len());
    let (front, call) = (
        lines.get(..first).unwrap_or_default(),
        lines.get(first..end).unwrap_or_default(),
    );
    let roster = roster(lines.get(end..).unwrap_or_default());
    let names = known_names(call, style, &roster);

    let pages = furniture(call);
    let mut script = Script::new(Section::Other);
    if body.is_none() {
        for line in front {
            preamble(&mut script, line);
        }
    }
    script.enter(Section::Prepared);
    let mut at = 0;
    while let Some(line) = call.get(at) {
        if pages.get(at) == Some(&true) || is_advert(line.words()) {
            script.interrupt();
            at += 1;
        } else if let Some(section) = section_heading(line) {
            script.enter(section);
            at += 1;
        } else if let Some((who, length)) =
            header(call, at, style).or_else(|| other_header(line, &names))
        {
            script.speaker(who);
            at += length;
        } else {
            script.words(line.words_span());
            at += 1;
        }
    }
    Sketch {
        metadata: front_matter(front),
        ..script.into_sketch(roster)
    }
}

/// How a page writes its headers; a page has one style.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    /// A node of the page on each line.
    Nodes,
    OneLine,
}

impl Style {
    fn of(lines: &[Line<'_>]) -> Self {
        let nodes = (0..lines.len()).filter(|&at| by_nodes(lines, at).is_some());
        let one_line = lines
            .iter()
            .filter(|line| on_one_line(line.words()).is_some());
        // `Vale Bank -- Analyst` below a name looks like a header on one line.
        if lines.iter().any(|line| line.words() == RULE) || nodes.count() * 2 > one_line.count() {
            Self::Nodes
        } else {
            Self::OneLine
        }
    }
}

/// The speaker whose header begins at line `at`, and how many lines it takes.
fn header(lines: &[Line<'_>], at: usize, style: Style) -> Option<(Participant, usize)> {
    let line = lines.get(at)?.words();
    match style {
        Style::Nodes => by_nodes(lines, at),
        Style::OneLine => on_one_line(line).map(|who| (who, 1)),
    }
}

/// A header whose nodes stand on lines of their own: the rule alone, or at the end of the name's or the start of the title's.
fn by_nodes(lines: &[Line<'_>], at: usize) -> Option<(Participant, usize)> {
    let line = lines.get(at)?.words();
    let next = lines.get(at + 1)?.words();
    // The rule says that it is a name, whatever its shape.
    let may_be_name = |line: &str| is_speaker(line) || is_short(line);
    let is_title = |title: &str| !title.is_empty() && title != RULE && title.len() <= LONGEST_TITLE;
    if next == RULE {
        let title = lines.get(at + 2)?.words();
        return (is_title(title) && may_be_name(line)).then(|| (titled(line, title), 3));
    }
    // In speech a line may end or begin with a rule, so here both have to look like what they are.
    let like_title =
        |title: &str| is_title(title) && people::is_title(title) && !ends_like_speech(title);
    let full_name = |name: &str| {
        // `Cy Vale, CFA` is one as well.
        let bare = name.split(", ").next().unwrap_or(name);
        is_speaker(bare) && bare.contains(' ') && is_short(name)
    };
    if let Some(name) = line.strip_suffix(" --").filter(|_| like_title(next)) {
        return full_name(name).then(|| (titled(name, next), 2));
    }
    let title = next.strip_prefix("-- ").filter(|title| like_title(title))?;
    full_name(line).then(|| (titled(line, title), 2))
}

/// A header on one line, `Ada Quill -- Chief Executive Officer`.
fn on_one_line(line: &str) -> Option<Participant> {
    // Looking for a letter is cheaper than for a mark, and most lines have none.
    let (name, title) = Some(line)
        .filter(|line| line.contains('-'))?
        .split_once(" -- ")?;
    let (name, title) = (unmarked(name), unmarked(title));
    let is_title = title.len() <= LONGEST_TITLE
        && title.starts_with(char::is_uppercase)
        && !ends_like_speech(title);
    (is_title && is_speaker(name) && name.contains(' ')).then(|| titled(name, title))
}

/// Whether what would be a title ends as a sentence does.
fn ends_like_speech(title: &str) -> bool {
    title.ends_with(['.', '?', '!', ','])
        && !["Inc.", "Co.", "Corp.", "Ltd.", "L.P."]
            .iter()
            .any(|form| title.ends_with(form))
}

/// A header of another style than the page's: the operator, somebody unknown, or a name known from elsewhere, alone or with
/// the title on its line.
fn other_header(line: &Line<'_>, names: &HashSet<String>) -> Option<(Participant, usize)> {
    let words = unmarked(line.words());
    let is_known = || is_name(words) && words.contains(' ') && names.contains(&key(words));
    let is_bare = is_operator(words) || (is_unknown(words) && is_speaker(words)) || is_known();
    let titled = || on_one_line(words).filter(|who| names.contains(&key(&who.name)));
    let who = if is_bare {
        Some(named(words))
    } else {
        titled()
    };
    who.map(|who| (who, 1))
}

/// Without the marks of bold and italic type.
pub(super) fn unmarked(text: &str) -> &str {
    text.trim().trim_matches('*').trim()
}

/// Whether a line can be a name for all that is odd in it, as `Robert Crane, Jr.` or `A 2nd Caller`.
fn is_short(line: &str) -> bool {
    let words = line.split_whitespace().count();
    let ends_like_speech =
        line.ends_with(['?', '!', ':', ',', ';']) || line.ends_with('.') && words > 4;
    (1..=6).contains(&words) && line.len() <= 60 && line != RULE && !ends_like_speech
}

fn is_speaker(name: &str) -> bool {
    is_name(name) || (is_unknown(name) && name.len() <= 40 && !name.ends_with(['.', '?']))
}

/// A speaker by the title beside the name: `Firm -- Analyst`, `-- Analyst`, or an officer's.
///
/// On these pages everybody with a title who is no analyst speaks for the company.
fn titled(name: &str, title: &str) -> Participant {
    let title = title.trim_start_matches("-- ").trim();
    let firm_and_role = title.rsplit_once(" -- ");
    let (firm, role) = match firm_and_role.filter(|(firm, _)| !people::is_title(firm)) {
        Some((firm, role)) => (Some(firm), role),
        None => (None, title),
    };
    let mut who = with_title(name, Some(role), firm);
    // Only those who ask have a firm.
    if firm.is_some() {
        who.kind = Kind::Analyst;
    } else if who.kind == Kind::Other && who.role.is_some() {
        who.kind = Kind::Executive;
    }
    who
}

/// `Prepared Remarks:` and `Questions & Answers:`; only the colon tells them from the contents.
fn section_heading(line: &Line<'_>) -> Option<Section> {
    section::heading(unmarked(line.words()).strip_suffix(':')?)
}

/// Whether a line praises the page's own services; it may stand anywhere in a call.
pub(super) fn is_advert(words: &str) -> bool {
    let after_number = words.trim_start_matches(|c: char| c.is_ascii_digit());
    after_number.len() < words.len() && after_number.starts_with(" stocks we like better than")
        || ADVERTS.iter().any(|advert| words.starts_with(advert))
}

/// Whether the call is over at line `at`, and the page goes on with its roster or its furniture.
fn ends_call(lines: &[Line<'_>], at: usize) -> bool {
    let line = lines
        .get(at)
        .map(|line| unmarked(line.words()))
        .unwrap_or_default();
    let is = |text: &str| line.eq_ignore_ascii_case(text);
    let is_duration = || {
        line.strip_prefix("Duration: ")
            .is_some_and(|rest| rest.ends_with("minutes") && rest.len() < 20)
    };
    let ends = ["Call participants:", "All earnings call transcripts"];
    ends.iter().any(|end| is(end)) || is_colophon(line) || is_duration()
}

/// What the page says of itself at its end.
pub(super) fn is_colophon(words: &str) -> bool {
    words.starts_with("This article is a transcript of this conference call")
}

/// The people listed after the call, some without a title.
fn roster(lines: &[Line<'_>]) -> Vec<Participant> {
    let ends = |line: &Line<'_>| {
        let words = line.words().trim_start_matches(['*', '[']);
        words.starts_with("More ") || words.starts_with("All earnings call") || is_colophon(words)
    };
    let listed = lines.iter().position(ends).unwrap_or(lines.len());
    let lines = lines.get(..listed).unwrap_or_default();
    let style = Style::of(lines);
    let mut people = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let words = unmarked(line.words());
        let alone = || (is_name(words) && words.contains(' ')).then(|| (named(words), 1));
        let titled = || on_one_line(words).map(|who| (who, 1));
        let found = header(lines, at, style).or_else(titled).or_else(alone);
        at += found.as_ref().map_or(1, |(_, length)| *length);
        people.extend(found.map(|(who, _)| who));
    }
    people
}

/// The names that a bare line may be a header by.
fn known_names(call: &[Line<'_>], style: Style, roster: &[Participant]) -> HashSet<String> {
    let headers = (0..call.len())
        .filter_map(|at| header(call, at, style))
        .map(|(who, _)| who.name);
    headers
        .chain(roster.iter().map(|who| who.name.clone()))
        .map(|name| key(&name))
        .collect()
}

/// A company's name whose initials the page wrote as it writes words, `U.s.a.` for `U.S.A.`
fn with_initials(name: &str) -> String {
    let is_initials = |word: &str| {
        let pairs = word.as_bytes().chunks(2);
        let is_initial =
            |pair: &[u8]| matches!(pair, [letter, b'.'] if letter.is_ascii_alphabetic());
        word.len() > 2 && pairs.into_iter().all(is_initial)
    };
    let spelled = |word: &str| {
        if is_initials(word) {
            word.to_ascii_uppercase()
        } else {
            word.to_owned()
        }
    };
    name.split(' ').map(spelled).collect::<Vec<_>>().join(" ")
}

/// The headline, whose nodes are the company, `(`, the ticker, its price move and `)`, the title
/// and the date.
fn front_matter(lines: &[Line<'_>]) -> Metadata {
    let words: Vec<&str> = lines
        .iter()
        .map(Line::words)
        .filter(|words| !words.is_empty())
        .collect();
    let mut found = Metadata::default();
    if let Some(open) = words.iter().position(|words| *words == "(") {
        found.company = open
            .checked_sub(1)
            .and_then(|at| words.get(at))
            .map(|name| with_initials(name));
        found.ticker = words.get(open + 1).and_then(|symbol| front::ticker(symbol));
    }
    let title = words
        .iter()
        .find(|words| words.len() < 100 && words.contains("Earnings"))
        .map(|title| title.trim_start_matches(['#', '*', ' ']));
    found.period = title.and_then(Period::find_in).map(|(period, _)| period);
    found.title = match (&found.company, &found.ticker, title) {
        (Some(company), Some(ticker), Some(title)) => Some(format!("{company} ({ticker}) {title}")),
        (Some(company), None, Some(title)) => Some(format!("{company} {title}")),
        (_, _, title) => title.map(str::to_owned),
    };
    // Above the call's own line stand the day of the page and the end of the quarter.
    let own = words
        .iter()
        .rposition(|words| words.len() < 100 && words.contains("Earnings"));
    let words = words.get(own.unwrap_or(0)..).unwrap_or_default();
    found.hour = words
        .iter()
        .find_map(|words| hour::find_in(words))
        .map(str::to_owned);
    found.date = words
        .iter()
        .find_map(|words| Date::find_in(words))
        .map(|(date, _)| date);
    found
}

#[cfg(test)]
mod tests {
    use super::super::layout::testing::{Seen, seen};
    use super::super::{Kind, Layout, Section};

    const PAGE: &str = "Image source: The Anvil.\nNimbus Anvil\n(\nNIMB\n-1.26%\n)\nQ1 2024 Earnings Call\n\
        May 07, 2024\n,\n8:30 a.m. ET\nContents:\nPrepared Remarks\nQuestions and Answers\nCall Participants\n\
        Prepared Remarks:\nOperator\nGood day. [Operator instructions]\nPlease go ahead.\nAda Quill\n--\n\
        Chief Executive Officer\nAs you -- as we said, anvils are heavy.\nThanks, Bo.\nQuestions & Answers:\nOperator\n\
        Our first question comes from Bo Crane.\nBo Crane\n--\nVale Bank -- Analyst\nHow heavy?\nUnknown speaker\n--\n\
        -- Analyst\nAnd how large?\nUnknown speaker\nHello?\nAda Quill\nVery.\nOperator\n[Operator signoff]\n\
        Duration: 0 minutes\nCall participants:\nAda Quill\n--\nChief Executive Officer\nBo Crane\n--\n\
        Vale Bank -- Analyst\nMore NIMB analysis\nAll earnings call transcripts\n";

    #[test]
    fn a_page_is_read_turn_by_turn() {
        let seen = seen(PAGE);
        assert_eq!(seen.layout, Layout::Motley);
        let expected = [
            "Operator: Good day. [Operator instructions]\nPlease go ahead.",
            "Ada Quill: As you -- as we said, anvils are heavy.\nThanks, Bo.",
            "Operator: Our first question comes from Bo Crane.",
            "Bo Crane: How heavy?",
            "Unknown speaker: And how large?",
            "Unknown speaker: Hello?",
            "Ada Quill: Very.",
            "Operator: [Operator signoff]",
        ];
        assert_eq!(seen.turns(), expected);
    }

    #[test]
    fn titles_firms_and_kinds_come_from_the_header() {
        let Seen { call, .. } = seen(PAGE);
        let found: Vec<_> = call
            .turns
            .iter()
            .map(|turn| (turn.role.as_deref(), turn.affiliation.as_deref(), turn.kind))
            .collect();
        assert_eq!(
            found[1],
            (Some("Chief Executive Officer"), None, Kind::Executive)
        );
        assert_eq!(
            found[3],
            (Some("Analyst"), Some("Vale Bank"), Kind::Analyst)
        );
        assert_eq!(found[4], (Some("Analyst"), None, Kind::Analyst));
        assert_eq!(found[5], (None, None, Kind::Other));
        assert_eq!(
            found[6],
            (Some("Chief Executive Officer"), None, Kind::Executive)
        );
    }

    #[test]
    fn sections_follow_the_headings_with_a_colon() {
        let Seen { call, .. } = seen(PAGE);
        let prepared = call
            .turns
            .iter()
            .filter(|turn| turn.section == Section::Prepared)
            .count();
        let questions = call
            .turns
            .iter()
            .filter(|turn| turn.section == Section::Questions)
            .count();
        assert_eq!((prepared, questions), (2, 6));
    }

    #[test]
    fn the_headline_gives_the_metadata() {
        let metadata = seen(PAGE).call.metadata;
        assert_eq!(
            metadata.title.as_deref(),
            Some("Nimbus Anvil (NIMB) Q1 2024 Earnings Call")
        );
        assert_eq!(metadata.company.as_deref(), Some("Nimbus Anvil"));
        assert_eq!(metadata.ticker.as_deref(), Some("NIMB"));
        assert_eq!(metadata.period.unwrap().to_string(), "Q1 2024");
        assert_eq!(metadata.date.unwrap().to_string(), "2024-05-07");
    }

    #[test]
    fn initials_that_the_page_wrote_as_a_word_are_capitals() {
        for (written, expected) in [
            ("Nimbus U.s.a.", "Nimbus U.S.A."),
            ("J.b. Nimbus", "J.B. Nimbus"),
            ("Nimbus Inc. No. 1.", "Nimbus Inc. No. 1."),
            ("A. Nimbus", "A. Nimbus"),
        ] {
            let page = PAGE.replacen("Nimbus Anvil", written, 1);
            assert_eq!(seen(&page).call.metadata.company.as_deref(), Some(expected));
        }
    }

    #[test]
    fn the_roster_after_the_call_is_people_and_no_turns() {
        let Seen { call, .. } = seen(PAGE);
        let names: Vec<_> = call
            .participants
            .iter()
            .map(|person| person.name.as_str())
            .collect();
        assert_eq!(names, ["Ada Quill", "Bo Crane", "Operator"]);
    }

    #[test]
    fn headers_on_one_line_are_read_too() {
        let text = "Prepared Remarks:\nOperator\nGood day.\n**Ada Quill** -- *Chief Executive Officer*\nWe sell -- We make anvils.\n\
                    Questions & Answers:\nBo Crane -- Vale Bank -- Analyst\nHow heavy?\n";
        let seen = seen(text);
        assert_eq!(seen.layout, Layout::Motley);
        let expected = [
            "Operator: Good day.",
            "Ada Quill: We sell -- We make anvils.",
            "Bo Crane: How heavy?",
        ];
        assert_eq!(seen.turns(), expected);
    }

    #[test]
    fn a_page_cut_anywhere_is_still_read() {
        for end in 0..PAGE.len() {
            seen(PAGE.get(..end).unwrap());
        }
    }
}
