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
pub(super) const NO_TIME: &str = "-";

/// Between a name, a title and a firm.
pub(super) const MARK: &str = " | ";

/// Stands before a page's head between the words of a turn.
pub(super) const PAGE: &str = "[page] ";

/// The heading over the times of words inside of turns.
pub(super) const TIMES: &str = "[times]";

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

    /// One more; one without words is none.
    pub(super) fn push(&mut self, piece: Piece) {
        if !piece.words.trim().is_empty() {
            self.said.push(piece);
        }
    }

    /// Forgets all times where one is none of a recording: a reader took milliseconds for seconds, and then the others are
    /// wrong too.
    pub(super) fn without_impossible_times(mut self) -> Self {
        let is_impossible = |time: &Millis| !Clock(*time).is_readable();
        let inside = |piece: &Piece| piece.times.iter().any(|(_, time)| is_impossible(time));
        let is_told = |piece: &Piece| piece.time.as_ref().is_some_and(is_impossible);
        if !self
            .said
            .iter()
            .any(|piece| is_told(piece) || inside(piece))
        {
            return self;
        }
        for piece in &mut self.said {
            piece.time = None;
            piece.times.clear();
        }
        self.problems.push(super::Problem {
            line: 1,
            message: "times of a thousand hours and more count something else than seconds, so that none is kept".to_owned(),
        });
        self
    }
}

/// Whether a line is the first one of such a text.
pub(super) fn begins(line: &str) -> bool {
    line.starts_with(FIRST)
}

/// Whether a line of words looks like one that this file writes.
pub(super) fn is_ours(line: &str) -> bool {
    begins(line)
        || line.starts_with('[')
            && (line_header(line).is_some()
                || section_line(line).is_some()
                || line == TIMES
                || line.starts_with(PAGE.trim_end()))
}

pub(super) fn section_word(section: Section) -> &'static str {
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
                pieces.said.push(piece("Ada Quill", time, first));
                pieces.said.push(piece("Bo Crane", time + 3, second));
                pieces.said.push(Piece {
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
    fn where_one_time_is_none_of_a_recording_no_time_is_kept() {
        let mut pieces = Pieces::of(Layout::Whisper);
        pieces.push(piece("Ada Quill", 12, "We begin."));
        pieces.push(piece("Bo Crane", 3_599_999, "Of anvils."));
        let kept = pieces.without_impossible_times();
        assert!(kept.problems.is_empty() && kept.said.iter().all(|piece| piece.time.is_some()));
        let mut pieces = Pieces::of(Layout::Whisper);
        pieces.push(piece("Ada Quill", 12_000, "We begin."));
        pieces.push(piece("Bo Crane", 3_600_000, "Of anvils."));
        let kept = pieces.without_impossible_times();
        assert_eq!(kept.problems.len(), 1);
        assert!(kept.said.iter().all(|piece| piece.time.is_none()));
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
