//! The text that is kept of a source that is no running text itself: captions, JSON, tables.
//!
//! In: pieces of speech with their speakers and times, as a container's reader found them. Out: a
//! text with a line for each speaker and time and the words below, and back again: what is stored
//! says by itself which layout it came from, so that it can be read again without the file.
//!
//! ```text
//! onrecord transcript 1: web-vtt
//! Title: Nimbus Anvil weekly
//!
//! [00:00:01.500] Ada Quill | Chief Executive Officer | Nimbus Anvil
//! We begin.
//!
//! [questions]
//! [00:00:04.000] Bo Crane
//! How heavy is it,
//! [page] Nimbus Anvil weekly
//! all in all?
//!
//! [times]
//! 141 00:00:02.250
//! ```
//!
//! Under `[times]` stands when words inside of turns are said, by the byte of the text that they begin at: for every
//! sentence that the source has a time of, and for every few seconds of a long one.

use super::lines::Line;
use super::people::with_title;
use super::script::{Draft, Script, Sketch, Speaker};
use super::time::Clock;
use super::{Date, Document, Kind, Layout, Metadata, Participant, Period, Section};
use crate::units::Millis;
use foldhash::HashMap;
use std::rc::Rc;

/// The first line of every such text, before the layout's name.
pub(super) const FIRST: &str = "onrecord transcript 1: ";

/// Stands between brackets for a time that is not known.
const NO_TIME: &str = "-";

/// Between a name, a title and a firm.
const MARK: &str = " | ";

/// A paragraph of speech without speakers is closed after this many bytes, at a sentence's end…
const PARAGRAPH: usize = 600;

/// …and anywhere after this many.
const LONGEST_PARAGRAPH: usize = 2400;

/// Stands before a page's head between the words of a turn.
const PAGE: &str = "[page] ";

/// The heading over the times of words inside of turns.
const TIMES: &str = "[times]";

/// Words inside of a sentence have a time of their own when this much has passed.
const STEP: Millis = Millis(2_000);

/// Something said, as a container has it: a cue, a sentence, a whole turn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Piece {
    /// Who says it.
    pub(super) who: Option<Speaker>,
    /// When it begins.
    pub(super) time: Option<Millis>,
    /// Where in the call, where the container says so.
    pub(super) section: Option<Section>,
    /// The words; line ends in them are kept.
    pub(super) words: String,
    /// Whether it is a page's head inside of somebody's words, and nobody's.
    pub(super) is_page: bool,
    /// Whether it begins a turn even after words of the same speaker.
    pub(super) opens: bool,
    /// When words inside of it are said: from which byte of `words` on, ascending.
    pub(super) times: Vec<(usize, Millis)>,
}

/// What a container's reader found.
#[derive(Debug)]
pub(super) struct Pieces {
    /// By which layout.
    pub(super) layout: Layout,
    /// What the container says of the call.
    pub(super) metadata: Metadata,
    /// In the order of time.
    pub(super) said: Vec<Piece>,
    /// Places that were not understood.
    pub(super) problems: Vec<super::Problem>,
}

impl Pieces {
    /// None yet, of a layout.
    pub(super) fn of(layout: Layout) -> Self {
        Self {
            layout,
            metadata: Metadata::default(),
            said: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// One more; one without words is none. Lines end with a line feed, so that what looks like a line of ours is seen to.
    pub(super) fn push(&mut self, mut piece: Piece) {
        if piece.words.contains('\r') {
            piece.words = piece.words.replace("\r\n", " \n").replace('\r', "\n");
        }
        if !piece.words.trim().is_empty() {
            self.said.push(piece);
        }
    }

    /// The text to be kept. Pieces of one speaker in a row are one turn; nobody's are paragraphs.
    pub(super) fn render(&self) -> String {
        let mut page = Page::new(front(self.layout, &self.metadata));
        let mut last: Option<&Piece> = None;
        let mut section = None;
        for piece in &self.said {
            if piece.is_page && last.is_some() {
                page.head(&piece.words);
                continue;
            }
            let new = piece.section.filter(|new| Some(*new) != section);
            if let Some(new) = new {
                page.out += &format!("\n[{}]", section_word(new));
                section = Some(new);
            }
            if !same_turn(last, piece) || new.is_some() || piece.who.is_none() && page.is_full() {
                page.open(piece);
            } else {
                page.go_on(piece);
            }
            page.write(piece);
            last = Some(piece);
        }
        page.end()
    }
}

/// A text that is being written.
struct Page<'a> {
    out: String,
    /// Speakers as they stand in headers; each is written once and used many times.
    names: HashMap<&'a Participant, String>,
    /// Whether the last line is a page's head.
    is_below_head: bool,
    /// Bytes of words since the last header.
    length: usize,
    /// When words inside of turns are said, by their first byte.
    times: Vec<(usize, Millis)>,
    /// The last time that stands on the page.
    clock: Option<Millis>,
}

impl<'a> Page<'a> {
    fn new(out: String) -> Self {
        Self {
            out,
            names: HashMap::default(),
            is_below_head: false,
            length: 0,
            times: Vec::new(),
            clock: None,
        }
    }

    /// Whether a paragraph of nobody's is long enough.
    fn is_full(&self) -> bool {
        self.length > LONGEST_PARAGRAPH || self.length > PARAGRAPH && ends_sentence(&self.out)
    }

    /// Begins a turn or a paragraph.
    fn open(&mut self, piece: &'a Piece) {
        self.out.push('\n');
        self.out.push('[');
        let time = piece.time.filter(|time| Clock(*time).is_readable());
        match time {
            Some(time) => Clock(time).append_to(&mut self.out),
            None => self.out += NO_TIME,
        }
        self.out.push(']');
        if let Some(who) = &piece.who {
            let name = self.names.entry(who).or_insert_with(|| shown(who));
            self.out.push(' ');
            self.out += name;
        }
        self.out.push('\n');
        self.clock = time;
        self.length = 0;
    }

    /// A page's head on a line of its own; whoever speaks goes on below.
    fn head(&mut self, words: &str) {
        self.out += &format!("{PAGE}{}\n", one_line(words));
        self.is_below_head = true;
    }

    /// Goes on with what the last piece said.
    fn go_on(&mut self, piece: &Piece) {
        if self.is_below_head {
            return self.stamp(self.out.len(), piece.time, true);
        }
        // A line is whole sentences, so that a quote's lines are few.
        let ended = ends_sentence(&self.out);
        self.out.truncate(self.out.trim_end_matches('\n').len());
        self.out.push(if ended { '\n' } else { ' ' });
        let times = piece.times.is_empty();
        let begins = times && holds_sentence_end(&piece.words);
        self.stamp(self.out.len(), piece.time, ended || begins);
    }

    /// Keeps a time, where a sentence begins or enough has passed.
    fn stamp(&mut self, at: usize, time: Option<Millis>, begins: bool) {
        let Some(time) = time.filter(|time| Clock(*time).is_readable()) else {
            return;
        };
        let passed = self
            .clock
            .is_none_or(|clock| time.0 >= clock.0.saturating_add(STEP.0));
        if (begins && self.clock != Some(time)) || passed {
            self.times.push((at, time));
            self.clock = Some(time);
        }
    }

    /// The words of a piece.
    fn write(&mut self, piece: &Piece) {
        let words = piece.words.trim_end();
        self.is_below_head = false;
        self.length += words.len();
        let mut times = piece.times.iter().peekable();
        let mut at = words.len() - words.trim_start().len();
        for line in words.trim_start().split_inclusive('\n') {
            // What looks like a line of ours is moved by a space, so that it is none.
            if self.out.ends_with('\n') && is_ours(line.trim_end()) {
                self.out.push(' ');
            }
            let start = self.out.len();
            while let Some((from, time)) = times.next_if(|(from, _)| *from < at + line.len()) {
                let inside = from.saturating_sub(at);
                let before = line.get(..inside).unwrap_or_default();
                let begins = ends_sentence(if before.trim().is_empty() {
                    &self.out
                } else {
                    before
                });
                self.stamp(start + before.len(), Some(*time), begins);
            }
            self.out += line.trim_end();
            self.out.push('\n');
            at += line.len();
        }
    }

    fn end(mut self) -> String {
        if !self.times.is_empty() {
            self.out += &format!("\n{TIMES}\n");
        }
        for (at, time) in self.times {
            self.out += &at.to_string();
            self.out.push(' ');
            Clock(time).append_to(&mut self.out);
            self.out.push('\n');
        }
        self.out
    }
}

/// Whether a line is the first one of such a text.
pub(super) fn begins(line: &str) -> bool {
    line.starts_with(FIRST)
}

/// Whether a line of words looks like one that this file writes.
fn is_ours(line: &str) -> bool {
    begins(line)
        || line.starts_with('[')
            && (line_header(line).is_some()
                || section_line(line).is_some()
                || line == TIMES
                || line.starts_with(PAGE.trim_end()))
}

/// Whether a sentence begins inside of the words.
fn holds_sentence_end(words: &str) -> bool {
    let mut pairs = words.as_bytes().windows(2);
    pairs.any(|pair| matches!(pair, [b'.' | b'?' | b'!', b' ']))
        || !words.is_ascii() && words.contains(['。', '？', '！'])
}

fn same_turn(last: Option<&Piece>, piece: &Piece) -> bool {
    last.is_some_and(|last| last.who == piece.who && !piece.opens)
}

fn ends_sentence(text: &str) -> bool {
    text.trim_end()
        .ends_with(['.', '?', '!', '…', '。', '？', '！', '"', '”'])
}

fn front(layout: Layout, metadata: &Metadata) -> String {
    let mut out = format!("{FIRST}{}\n", layout.facts().name);
    let facts = [
        ("Title", metadata.title.clone()),
        ("Company", metadata.company.clone()),
        ("Ticker", metadata.ticker.clone()),
        ("Period", metadata.period.map(|period| period.to_string())),
        ("Date", metadata.date.map(|date| date.to_string())),
        ("Hour", metadata.hour.clone()),
    ];
    for (key, value) in facts {
        if let Some(value) = value {
            out += &format!("{key}: {}\n", one_line(&value));
        }
    }
    out
}

/// Without line ends, and without the mark between a name and a title.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").replace('|', "/")
}

/// Name, title and firm, as far as they are known.
fn shown(who: &Participant) -> String {
    let parts = [Some(&who.name), who.role.as_ref(), who.affiliation.as_ref()];
    let filled = parts
        .iter()
        .rposition(Option::is_some)
        .map_or(0, |last| last + 1);
    let parts = parts.iter().take(filled);
    let parts: Vec<String> = parts
        .map(|part| part.map_or_else(|| "-".to_owned(), |part| one_line(part)))
        .collect();
    parts.join(MARK)
}

fn section_word(section: Section) -> &'static str {
    match section {
        Section::Prepared => "prepared",
        Section::Questions => "questions",
        Section::Other => "other",
    }
}

fn section_line(line: &str) -> Option<Section> {
    let word = line.strip_prefix('[')?.strip_suffix(']')?;
    [Section::Prepared, Section::Questions, Section::Other]
        .into_iter()
        .find(|&section| section_word(section) == word)
}

/// The time and the rest of a line that opens a turn.
fn line_header(line: &str) -> Option<(Option<Millis>, &str)> {
    let (time, rest) = line.strip_prefix('[')?.split_once(']')?;
    let time = match time {
        NO_TIME => None,
        time => Some(Clock::exactly(time)?.0),
    };
    (rest.is_empty() || rest.starts_with(' ')).then(|| (time, rest.trim()))
}

/// The layout that such a text says it came from.
pub(super) fn layout_of(lines: &[Line<'_>]) -> Option<Layout> {
    let named = lines.first()?.text.strip_prefix(FIRST)?.parse().ok();
    named.filter(|layout: &Layout| layout.is_rendered())
}

/// Reads such a text.
pub(super) fn read(lines: &[Line<'_>]) -> Sketch {
    let mut script = Script::new(Section::Other);
    let mut metadata = Metadata::default();
    let mut in_front = true;
    let mut people: HashMap<&str, Speaker> = HashMap::default();
    let end = lines.iter().rposition(|line| line.text == TIMES);
    let spoken = lines.get(..end.unwrap_or(lines.len())).unwrap_or(lines);
    for line in spoken.iter().skip(1) {
        if let Some(section) = section_line(line.text) {
            script.enter(section);
            in_front = false;
        } else if let Some((time, who)) = line_header(line.text) {
            in_front = false;
            match (who.is_empty(), time) {
                (true, time) => script.nobody(time),
                (false, time) => {
                    let who = people.entry(who).or_insert_with(|| Rc::new(person(who)));
                    script.known_speaker_at(Rc::clone(who), time);
                }
            }
        } else if line.text.starts_with(PAGE) {
            script.interrupt();
        } else if in_front {
            metadata = metadata.or(fact(line.text));
        } else {
            script.words(line.words_span());
        }
    }
    let mut drafts = script.into_drafts();
    let times = end.and_then(|end| lines.get(end + 1..)).unwrap_or_default();
    give_times(
        &mut drafts,
        times.iter().filter_map(|line| stamp(line.text)),
    );
    Sketch {
        document: Document::Transcript,
        roster: Vec::new(),
        drafts,
        metadata,
    }
}

/// The byte and the time of a line under `[times]`.
fn stamp(line: &str) -> Option<(usize, Millis)> {
    let (at, time) = line.split_once(' ')?;
    let Clock(time) = Clock::exactly(time)?;
    Some((at.parse().ok()?, time))
}

/// Gives each draft the times of its own words.
fn give_times(drafts: &mut [Draft], times: impl Iterator<Item = (usize, Millis)>) {
    let mut last = 0;
    for (at, time) in times {
        // A text that was changed by hand may have them in any order.
        let place = drafts.partition_point(|draft| draft.span.start() <= at);
        let draft = place
            .checked_sub(1)
            .and_then(|place| drafts.get_mut(place))
            .filter(|draft| at < draft.span.end() && at >= last);
        if let Some(draft) = draft {
            draft.times.push((at, time));
            last = at;
        }
    }
}

fn person(text: &str) -> Participant {
    let given = |part: Option<&'_ str>| part.filter(|part| *part != "-").map(str::to_owned);
    let mut parts = text.split(MARK);
    let name = parts.next().unwrap_or_default();
    let (role, firm) = (given(parts.next()), given(parts.next()));
    let mut who = with_title(name, role.as_deref(), firm.as_deref());
    // A firm with an analyst's title is told by the title; a firm alone says nothing.
    if who.kind == Kind::Other && name.eq_ignore_ascii_case("question") {
        who.kind = Kind::Analyst;
    }
    who
}

fn fact(line: &str) -> Metadata {
    let mut found = Metadata::default();
    let Some((key, value)) = line.split_once(": ") else {
        return found;
    };
    let text = Some(value.to_owned());
    match key {
        "Title" => found.title = text,
        "Company" => found.company = text,
        "Ticker" => found.ticker = text,
        "Period" => found.period = Period::parse(value),
        "Date" => found.date = Date::parse(value),
        "Hour" => found.hour = text,
        _ => {}
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::layout::testing::seen;
    use super::super::people::named;
    use super::*;

    fn piece(who: &str, seconds: u64, words: &str) -> Piece {
        Piece {
            who: (!who.is_empty()).then(|| Rc::new(named(who))),
            time: Some(Millis(seconds * 1000)),
            words: words.to_owned(),
            ..Piece::default()
        }
    }

    #[test]
    fn what_is_kept_is_read_back() {
        let mut pieces = Pieces::of(Layout::WebVtt);
        pieces.metadata.title = Some("Anvils\nweekly".to_owned());
        pieces.push(piece("Ada Quill", 1, "We begin. Of"));
        pieces.push(piece("Ada Quill", 2, "anvils."));
        pieces.push(piece(
            "Bo | Crane",
            3,
            "[questions]\n[00:00:01.000] is a line.",
        ));
        pieces.push(piece("", 4, "Nobody's."));
        let text = pieces.render();
        let seen = seen(&text);
        assert_eq!(seen.layout, Layout::WebVtt);
        assert_eq!(
            seen.turns(),
            [
                "Ada Quill: We begin. Of anvils.",
                "Bo / Crane: [questions]\n [00:00:01.000] is a line.",
                "-: Nobody's."
            ]
        );
        let times: Vec<_> = seen.call.turns.iter().map(|turn| turn.time).collect();
        assert_eq!(times, [1000, 3000, 4000].map(|ms| Some(Millis(ms))));
        assert_eq!(seen.call.metadata.title.as_deref(), Some("Anvils weekly"));
    }

    #[test]
    fn whatever_is_said_is_read_back_as_said_by_the_same() {
        let said = [
            "We begin.",
            "Of iron\r[00:00:09.000] Ada Quill\rand coal",
            "[times]\r\n1 00:00:01",
            "[page] 3\r[questions]",
            "onrecord transcript 1: srt",
            "[1234:00:00.000] Bo Crane",
        ];
        let seconds = [0, 359_999, 3_599_999, 3_600_000, 90_000_000];
        for (first, second) in said.iter().flat_map(|a| said.map(|b| (*a, b))) {
            for time in seconds {
                let mut pieces = Pieces::of(Layout::Whisper);
                pieces.push(piece("Ada Quill", time, first));
                pieces.push(piece("Bo Crane", time + 3, second));
                pieces.push(Piece {
                    times: vec![(3, Millis(time * 1000 + 9000))],
                    ..piece("Ada Quill", time + 6, first)
                });
                let text = pieces.render();
                let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
                let turns: Vec<String> =
                    seen(&text).turns().iter().map(|turn| words(turn)).collect();
                let expected = [
                    format!("Ada Quill: {}", words(first)),
                    format!("Bo Crane: {}", words(second)),
                    format!("Ada Quill: {}", words(first)),
                ];
                assert_eq!(turns, expected, "{text}");
            }
        }
    }

    #[test]
    fn every_sentence_that_has_a_time_keeps_it() {
        let mut pieces = Pieces::of(Layout::WebVtt);
        pieces.push(piece("Ada Quill", 1, "We begin."));
        pieces.push(piece("Ada Quill", 2, "Of"));
        pieces.push(piece("Ada Quill", 3, "anvils. Some"));
        pieces.push(piece("Ada Quill", 9, "are sold."));
        pieces.push(Piece {
            times: vec![
                (0, Millis(20_000)),
                (4, Millis(20_100)),
                (10, Millis(21_000)),
            ],
            ..piece("Bo Crane", 20, "Are they? Yes.\n[times]")
        });
        let text = pieces.render();
        let seen = seen(&text);
        let time_of = |words: &str| {
            let at = text.find(words).unwrap();
            let mut turns = seen.call.turns.iter();
            let turn = turns.find(|turn| turn.span.end() > at).unwrap();
            turn.time_at(at).map(|Millis(time)| time)
        };
        let found = ["We", "Of", "anvils", "Some", "are", "Are", "they", "Yes"].map(time_of);
        let expected = [1_000, 2_000, 3_000, 3_000, 9_000, 20_000, 20_000, 21_000];
        assert_eq!(found, expected.map(Some), "{text}");
        assert!(seen.turns()[1].ends_with("\n [times]"));
    }
}
