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
//! How heavy?
//! ```

use super::lines::Line;
use super::people::with_title;
use super::script::{Script, Sketch};
use super::time::Clock;
use super::{Date, Document, Kind, Layout, Metadata, Participant, Period, Section};
use crate::units::Millis;

/// The first line of every such text, before the layout's name.
const FIRST: &str = "onrecord transcript 1: ";

/// Stands for a time that is not known.
const NO_TIME: &str = "[-]";

/// Between a name, a title and a firm.
const MARK: &str = " | ";

/// A paragraph of speech without speakers is closed after this many bytes, at a sentence's end…
const PARAGRAPH: usize = 600;

/// …and anywhere after this many.
const LONGEST_PARAGRAPH: usize = 2400;

/// Something said, as a container has it: a cue, a sentence, a whole turn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Piece {
    /// Who says it.
    pub(super) who: Option<Participant>,
    /// When it begins.
    pub(super) time: Option<Millis>,
    /// Where in the call, where the container says so.
    pub(super) section: Option<Section>,
    /// The words; line ends in them are kept.
    pub(super) words: String,
    /// Whether it begins a turn even after words of the same speaker.
    pub(super) opens: bool,
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

    /// One more; one without words is none.
    pub(super) fn push(&mut self, piece: Piece) {
        if !piece.words.trim().is_empty() {
            self.said.push(piece);
        }
    }

    /// The text to be kept. Pieces of one speaker in a row are one turn; nobody's are paragraphs.
    pub(super) fn render(&self) -> String {
        let mut out = front(self.layout, &self.metadata);
        let mut last: Option<&Piece> = None;
        let mut section = None;
        let mut length = 0;
        for piece in &self.said {
            let closed =
                !same_turn(last, piece) || piece.section.is_some_and(|s| Some(s) != section);
            let full = piece.who.is_none()
                && (length > LONGEST_PARAGRAPH || length > PARAGRAPH && ends_sentence(&out));
            if closed || full {
                if let Some(new) = piece.section.filter(|new| Some(*new) != section) {
                    out += &format!("\n[{}]", section_word(new));
                    section = Some(new);
                }
                out += &format!("\n{}\n", header(piece));
                length = 0;
            } else {
                // A line is whole sentences, so that a quote's lines are few.
                let gap = if ends_sentence(&out) { '\n' } else { ' ' };
                out.truncate(out.trim_end_matches('\n').len());
                out.push(gap);
            }
            length += piece.words.len();
            for line in piece.words.trim().lines() {
                // What looks like a line of ours is moved by a space, so that it is none.
                if out.ends_with('\n')
                    && (line_header(line).is_some() || section_line(line).is_some())
                {
                    out.push(' ');
                }
                out += line.trim_end();
                out.push('\n');
            }
            last = Some(piece);
        }
        out
    }
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

fn header(piece: &Piece) -> String {
    let time = piece
        .time
        .map_or_else(|| NO_TIME.to_owned(), |time| format!("[{}]", Clock(time)));
    let Some(who) = &piece.who else { return time };
    let parts = [Some(&who.name), who.role.as_ref(), who.affiliation.as_ref()];
    let filled = parts
        .iter()
        .rposition(Option::is_some)
        .map_or(0, |last| last + 1);
    let parts = parts.iter().take(filled);
    let parts: Vec<String> = parts
        .map(|part| part.map_or_else(|| "-".to_owned(), |part| one_line(part)))
        .collect();
    format!("{time} {}", parts.join(MARK))
}

fn section_word(section: Section) -> &'static str {
    match section {
        Section::Prepared => "prepared",
        Section::Questions => "questions",
        Section::Other => "other",
    }
}

fn section_line(line: &str) -> Option<Section> {
    [Section::Prepared, Section::Questions, Section::Other]
        .into_iter()
        .find(|&section| {
            line.strip_prefix('[')
                .and_then(|line| line.strip_suffix(']'))
                == Some(section_word(section))
        })
}

/// The time and the rest of a line that opens a turn.
fn line_header(line: &str) -> Option<(Option<Millis>, &str)> {
    if let Some(rest) = line.strip_prefix(NO_TIME) {
        return (rest.is_empty() || rest.starts_with(' ')).then(|| (None, rest.trim()));
    }
    let (time, rest) = line.strip_prefix('[')?.split_once(']')?;
    let Clock(time) = Clock::exactly(time)?;
    (rest.is_empty() || rest.starts_with(' ')).then(|| (Some(time), rest.trim()))
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
    for line in lines.iter().skip(1) {
        if let Some(section) = section_line(line.text) {
            script.enter(section);
            in_front = false;
        } else if let Some((time, who)) = line_header(line.text) {
            in_front = false;
            match (who.is_empty(), time) {
                (true, time) => script.nobody(time),
                (false, time) => script.speaker_at(person(who), time),
            }
        } else if in_front {
            metadata = metadata.or(fact(line.text));
        } else {
            script.words(line.words_span());
        }
    }
    let document = Document::Transcript;
    Sketch {
        document,
        roster: Vec::new(),
        drafts: script.into_drafts(),
        metadata,
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
            who: (!who.is_empty()).then(|| named(who)),
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
}
