//! Writing the text that is kept of captions, JSON and tables; what it looks like says [`rendered`](super::rendered).
//!
//! In: pieces of speech. Out: the text, with the times of words inside of turns at its end.

use super::rendered::{FIRST, MARK, NO_TIME, PAGE, Piece, Pieces, TIMES, is_ours, section_word};
use super::time::Clock;
use super::{Layout, Metadata, Participant};
use crate::units::Millis;
use foldhash::HashMap;
use std::borrow::Cow;

/// A paragraph of speech without speakers is closed after this many bytes, at a sentence's end…
const PARAGRAPH: usize = 600;

/// …and anywhere after this many.
const LONGEST_PARAGRAPH: usize = 2400;

/// Words inside of a sentence have a time of their own when this much has passed.
const STEP: Millis = Millis(2_000);

impl Pieces {
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
        let words = with_line_feeds(&piece.words);
        let words = words.trim_end();
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

/// Words whose lines end with a line feed, so that what looks like a line of ours is seen to; each byte stays in its place.
fn with_line_feeds(words: &str) -> Cow<'_, str> {
    if words.contains('\r') {
        Cow::Owned(words.replace("\r\n", " \n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(words)
    }
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
