//! What of a text is somebody's words: page heads and feet stand inside of a turn and are nobody's, stage directions
//! and time stamps are said by nobody.
//!
//! In: a text, and the places that its turns leave out. Out: three views of a span. As it is quoted: verbatim pieces with
//! `[…]` for what was left out. As it is heard: what is embedded and searched by words. And its sentences, each a
//! span of the text. The text itself is never changed. Pure.

use super::sentence::sentences;
use crate::transcript::{Turn, WITHOUT_WIDTH, is_aside};
use crate::units::ByteSpan;
use std::borrow::Cow;

/// Stands in a quote for what was left out of it.
pub const ELISION: &str = "[…]";

/// The longest stage direction.
const LONGEST_ASIDE: usize = 60;

/// Places inside of turns that are nobody's words, in the order of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cuts(Vec<ByteSpan>);

impl Cuts {
    /// Those of a call's turns.
    pub fn of<'a>(turns: impl IntoIterator<Item = &'a Turn>) -> Self {
        let turns = turns.into_iter();
        Self(turns.flat_map(|turn| turn.cuts.iter().copied()).collect())
    }

    /// The parts of `span` that are words: trimmed, ascending, none empty.
    pub fn pieces(&self, text: &str, span: ByteSpan) -> Vec<ByteSpan> {
        let mut pieces = Vec::new();
        let mut start = span.start();
        let first = self.0.partition_point(|cut| cut.end() <= span.start());
        let cuts = self.0.iter().skip(first);
        for cut in cuts.take_while(|cut| cut.start() < span.end()) {
            pieces.push(ByteSpan::new(start, cut.start()));
            start = start.max(cut.end());
        }
        pieces.push(ByteSpan::new(start, span.end()));
        let trimmed = pieces.into_iter().map(|piece| piece.trimmed(text));
        trimmed.filter(|piece| !piece.is_empty()).collect()
    }

    /// `span` as it is quoted: its words as they stand, and `[…]` where something was left out.
    pub fn quoted(&self, text: &str, span: ByteSpan) -> String {
        quoted(text, &self.pieces(text, span))
    }

    /// `span` as it is embedded and searched: without what nobody says, and with words that a line's end or a mark without
    /// width parts put together.
    pub fn heard<'a>(&self, text: &'a str, span: ByteSpan) -> Cow<'a, str> {
        let pieces = self.pieces(text, span);
        if let [whole] = pieces.as_slice()
            && let Some(words) = whole.slice(text)
            && is_plain(words)
        {
            return Cow::Borrowed(words);
        }
        let mut heard = String::with_capacity(span.len());
        for piece in pieces {
            if !heard.is_empty() {
                heard.push('\n');
            }
            hear(piece.slice(text).unwrap_or_default(), &mut heard);
        }
        Cow::Owned(joined(heard.trim()))
    }

    /// The sentences of `text` inside `within`, in order, without those in which nobody says anything. A sentence that a page
    /// break cuts is one sentence, whose span holds the break.
    pub fn sentences(&self, text: &str, within: ByteSpan) -> Vec<ByteSpan> {
        let spans = match self.pieces(text, within).as_slice() {
            [whole] => sentences(text, *whole),
            pieces => sentences_over(text, pieces),
        };
        let said = |span: &ByteSpan| self.heard(text, *span).contains(char::is_alphanumeric);
        let spans = spans.into_iter().map(|span| without_asides(text, span));
        spans.filter(said).collect()
    }

    /// `span` from its first word to its last.
    pub(super) fn trimmed(&self, text: &str, span: ByteSpan) -> ByteSpan {
        let pieces = self.pieces(text, span).into_iter();
        pieces.reduce(ByteSpan::join).unwrap_or_default()
    }
}

/// Pieces of a text as one quote.
pub fn quoted(text: &str, pieces: &[ByteSpan]) -> String {
    let words = pieces.iter().filter_map(|piece| piece.slice(text));
    words.collect::<Vec<_>>().join(&format!(" {ELISION} "))
}

/// Whether nothing of the words is unheard.
fn is_plain(words: &str) -> bool {
    let is_plain = |byte: u8| !matches!(byte, b'[' | b'(' | b'\n' | b'\r') && byte < 0xC2;
    words.bytes().all(is_plain)
        || !words.contains(['[', '(', '\n', '\r']) && !words.contains(WITHOUT_WIDTH)
}

/// The sentences of pieces that are read as one text, with a space between. Only an end mark ends a sentence at a break:
/// the last line of a page is as long as the page wants it.
fn sentences_over(text: &str, pieces: &[ByteSpan]) -> Vec<ByteSpan> {
    let mut sewn = String::new();
    // Where each piece begins, there and in the text.
    let mut places = Vec::with_capacity(pieces.len());
    for piece in pieces {
        if !sewn.is_empty() {
            sewn.push(' ');
        }
        places.push((sewn.len(), piece.start()));
        sewn.push_str(piece.slice(text).unwrap_or_default());
    }
    let place = |at: usize| {
        let after = places.partition_point(|(sewn, _)| *sewn <= at);
        let (sewn, start) = after.checked_sub(1).and_then(|last| places.get(last))?;
        Some(start + (at - sewn))
    };
    let found = sentences(&sewn, ByteSpan::new(0, sewn.len())).into_iter();
    let spans = found.filter_map(|span| {
        let last = span.end().checked_sub(1)?;
        Some(ByteSpan::new(place(span.start())?, place(last)? + 1))
    });
    spans.collect()
}

/// The span without the stage directions and times that it begins and ends with.
fn without_asides(text: &str, mut span: ByteSpan) -> ByteSpan {
    while let Some(words) = span.slice(text).filter(|words| !words.is_empty()) {
        let inner = if let Some(length) = aside(words) {
            ByteSpan::new(span.start() + length, span.end())
        } else if let Some(open) = words.rfind(['[', '('])
            && words.get(open..).and_then(aside) == Some(words.len() - open)
        {
            ByteSpan::new(span.start(), span.start() + open)
        } else {
            break;
        };
        span = inner.trimmed(text);
    }
    span
}

/// The length of the stage direction or time that `words` begin with.
fn aside(words: &str) -> Option<usize> {
    let close = match words.as_bytes().first()? {
        b'[' => ']',
        b'(' => ')',
        _ => return None,
    };
    let head = words.get(..words.floor_char_boundary(LONGEST_ASIDE))?;
    let end = head.find(close)?;
    is_aside(head.get(1..end)?).then_some(end + 1)
}

/// Appends what is heard of `words`.
fn hear(words: &str, heard: &mut String) {
    let mut rest = words;
    while let Some(c) = rest.chars().next() {
        if let Some(length) = aside(rest) {
            heard.truncate(heard.trim_end().len());
            rest = rest.get(length..).unwrap_or_default();
            continue;
        }
        if !WITHOUT_WIDTH.contains(&c) {
            heard.push(c);
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
}

/// Puts `year-over-` and `year` on the next line together.
fn joined(heard: &str) -> String {
    let mut out = String::with_capacity(heard.len());
    for line in heard.lines() {
        let line = line.trim();
        let parted = out.ends_with('-')
            && !out.ends_with("--")
            && !out.ends_with(" -")
            && line.starts_with(char::is_lowercase);
        if !out.is_empty() && !parted {
            out.push('\n');
        }
        out.push_str(line);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text without the marks `{` and `}`, and the cuts that stood between them.
    fn marked(text: &str) -> (String, Cuts) {
        let (mut plain, mut cuts, mut open) = (String::new(), Vec::new(), 0);
        for c in text.chars() {
            match c {
                '{' => open = plain.len(),
                '}' => cuts.push(ByteSpan::new(open, plain.len())),
                _ => plain.push(c),
            }
        }
        (plain, Cuts(cuts))
    }

    fn sentences(text: &str) -> Vec<(String, String)> {
        let (text, cuts) = marked(text);
        let spans = cuts.sentences(&text, ByteSpan::new(0, text.len()));
        spans
            .into_iter()
            .map(|span| {
                (
                    cuts.quoted(&text, span),
                    cuts.heard(&text, span).into_owned(),
                )
            })
            .collect()
    }

    fn pair(quoted: &str, heard: &str) -> (String, String) {
        (quoted.to_owned(), heard.to_owned())
    }

    #[test]
    fn a_sentence_over_a_page_break_is_one_and_shows_the_cut() {
        assert_eq!(
            sentences("We grew. Margins in{\n\nPage 3 of 9\nNimbus Anvil\n\n}Iron fell. Yes."),
            [
                pair("We grew.", "We grew."),
                pair("Margins in […] Iron fell.", "Margins in\nIron fell."),
                pair("Yes.", "Yes."),
            ]
        );
        assert_eq!(
            sentences("It fell.{\nPage 3\n}It rose."),
            [pair("It fell.", "It fell."), pair("It rose.", "It rose.")]
        );
    }

    #[test]
    fn a_word_over_a_break_is_put_together() {
        assert_eq!(
            sentences("Up year-over-{\nPage 3\n}year by a tenth."),
            [pair(
                "Up year-over- […] year by a tenth.",
                "Up year-over-year by a tenth."
            )]
        );
        assert_eq!(
            sentences("Up year-over-\nyear by a co\u{AD}lossal tenth.")[0].1,
            "Up year-over-year by a colossal tenth."
        );
        // Marks that turn the direction of writing are heard as little.
        assert_eq!(
            sentences("Up by a \u{202A}co\u{200E}lossal\u{202C} tenth.")[0].1,
            "Up by a colossal tenth."
        );
    }

    #[test]
    fn stage_directions_are_no_sentence_and_are_not_heard() {
        assert_eq!(
            sentences(
                "[Operator Instructions] Thanks. [Laughter] We grew [indiscernible] (00:31:38), \
                 twice [they said]. (Applause.)"
            ),
            [
                pair("Thanks.", "Thanks."),
                pair(
                    "We grew [indiscernible] (00:31:38), twice [they said].",
                    "We grew, twice [they said]."
                ),
            ]
        );
        assert_eq!(sentences("[Operator Instructions]"), []);
    }

    #[test]
    fn a_span_that_begins_or_ends_inside_a_cut_has_no_words_of_it() {
        let (text, cuts) = marked("ab{ page }cd");
        assert_eq!(cuts.quoted(&text, ByteSpan::new(1, 5)), "b");
        assert_eq!(cuts.quoted(&text, ByteSpan::new(4, 9)), "c");
        assert_eq!(cuts.quoted(&text, ByteSpan::new(3, 6)), "");
        assert_eq!(
            cuts.trimmed(&text, ByteSpan::new(0, 5)),
            ByteSpan::new(0, 2)
        );
    }
}
