//! Lines of a text, and the way back from a byte to its line.
//!
//! In: a text. Out: its lines with their spans, and an index from byte offsets to line numbers.
//! A line ends at LF, CRLF or a lone CR; the terminator belongs to no line's text. This file knows
//! nothing of speakers or layouts.

use super::words::is_unseen;
use crate::units::{ByteSpan, LineRange};

/// More lines than most spans stand on.
const FEW_LINES: usize = 8;

/// The mark that some editors put at the start of a file; it is no word of anybody's.
const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// One line, without its terminator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// The text as it stands, white space at its ends included.
    pub(super) text: &'a str,
    /// Where that text stands.
    pub(super) span: ByteSpan,
    /// Found once: every layout asks for it.
    words: &'a str,
}

impl<'a> Line<'a> {
    /// A line of the text at `span`.
    pub(super) fn new(text: &'a str, span: ByteSpan) -> Self {
        Self {
            text,
            span,
            words: seen(text),
        }
    }

    /// The text without what nobody sees at its ends: white space and marks without width.
    pub(super) fn words(&self) -> &'a str {
        self.words
    }

    /// Whether nothing that can be seen stands here.
    pub(super) fn is_blank(&self) -> bool {
        self.words().is_empty()
    }

    /// Where [`Self::words`] stand.
    pub(super) fn words_span(&self) -> ByteSpan {
        let lead = if self.words.len() == self.text.len() {
            0
        } else {
            self.text.len() - self.text.trim_start_matches(is_unseen).len()
        };
        let start = self.span.start() + lead;
        ByteSpan::new(start, start + self.words().len())
    }
}

/// A text without what nobody sees at its ends. Most lines have nothing there, which their bytes tell.
fn seen(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim_matches(is_unseen),
    }
}

/// The lines of `text` in order, a byte order mark at its start left out. An empty line after the
/// last terminator is not counted.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut rest = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    // Looking for one character is several times faster than for either of two.
    let has_returns = text.contains('\r');
    let end = move |rest: &str| {
        let end = if has_returns {
            rest.find(['\n', '\r'])
        } else {
            rest.find('\n')
        };
        end.unwrap_or(rest.len())
    };
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let start = text.len() - rest.len();
        let (line, after) = rest.split_at(end(rest));
        let ends = match after.as_bytes() {
            [b'\r', b'\n', ..] => 2,
            after => after.len().min(1),
        };
        rest = after.get(ends..).unwrap_or_default();
        Some(Line::new(line, ByteSpan::new(start, start + line.len())))
    })
}

/// From byte offsets of one text to line numbers, counted from 1.
#[derive(Clone, Debug)]
pub struct LineIndex {
    /// The offset of the first byte of each line; the first is 0, and they ascend.
    starts: Vec<usize>,
}

impl LineIndex {
    /// Finds where the lines of `text` start.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let is_end = |at: usize| match bytes.get(at) {
            Some(b'\n') => true,
            Some(b'\r') => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        let mut starts = vec![0];
        if text.contains('\r') {
            starts.extend((0..bytes.len()).filter(|&at| is_end(at)).map(|at| at + 1));
        } else {
            starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
        }
        Self { starts }
    }

    /// The line that the byte at `offset` stands on, from 1; the last line for an offset past the
    /// end.
    pub fn line(&self, offset: usize) -> u32 {
        let line = self.starts.partition_point(|&start| start <= offset);
        u32::try_from(line).unwrap_or(u32::MAX)
    }

    /// The lines that `span` stands on, without an index of the whole text: the byte at an offset before it is known to
    /// stand on a line.
    pub fn lines_from(text: &str, (offset, line): (usize, u32), span: ByteSpan) -> LineRange {
        let between = text.get(offset..span.end()).unwrap_or_default();
        let from = |at: usize| at.saturating_sub(offset);
        let lines = Self::new(between).lines(ByteSpan::new(from(span.start()), from(span.end())));
        LineRange {
            first: lines.first - 1 + line,
            last: lines.last - 1 + line,
        }
    }

    /// The lines that `span` stands on; for an empty span, the line of its start.
    pub fn lines(&self, span: ByteSpan) -> LineRange {
        let last_byte = span.end().saturating_sub(1).max(span.start());
        let first = self.line(span.start());
        // A span stands on few lines: the next ones are looked at before all others are.
        let rest = self
            .starts
            .iter()
            .skip(usize::try_from(first).unwrap_or(usize::MAX));
        let more = rest
            .take(FEW_LINES)
            .take_while(|start| **start <= last_byte)
            .count();
        let last = if more < FEW_LINES {
            first.saturating_add(u32::try_from(more).unwrap_or(u32::MAX))
        } else {
            self.line(last_byte)
        };
        LineRange { first, last }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        lines(text).map(|line| line.text).collect()
    }

    #[test]
    fn a_line_ends_at_lf_crlf_or_a_lone_cr() {
        assert_eq!(texts("a\nb\r\nc\rd"), ["a", "b", "c", "d"]);
        assert_eq!(texts("a\n\nb\n"), ["a", "", "b"]);
        assert_eq!(texts(""), [""; 0]);
    }

    #[test]
    fn lines_are_the_same_from_any_place_before() {
        let text = "ab\ncd\r\nef\rg\n\nh";
        let index = LineIndex::new(text);
        // Nobody's words begin between the two bytes of one end of a line.
        let starts =
            || (0..text.len()).filter(|at| text.get(at.saturating_sub(1)..=*at) != Some("\r\n"));
        for start in starts() {
            for span in (start..=text.len()).map(|end| ByteSpan::new(start, end)) {
                for from in starts().take_while(|from| *from <= start) {
                    let known = (from, index.line(from));
                    let lines = LineIndex::lines_from(text, known, span);
                    assert_eq!(lines, index.lines(span), "{span:?} from {from}");
                }
            }
        }
    }

    #[test]
    fn every_line_is_the_slice_under_its_span() {
        let text = "\u{FEFF}Nimbus\r\n\r Anvil \né";
        for line in lines(text) {
            assert_eq!(line.span.slice(text), Some(line.text));
            assert_eq!(line.words_span().slice(text), Some(line.words()));
        }
    }

    #[test]
    fn a_byte_order_mark_is_no_text_but_keeps_its_bytes() {
        let first = lines("\u{FEFF}a").next().unwrap();
        assert_eq!((first.text, first.span), ("a", ByteSpan::new(3, 4)));
        assert_eq!(lines("\u{FEFF}").count(), 0);
    }

    #[test]
    fn the_index_counts_lines_from_one() {
        let index = LineIndex::new("ab\ncd\r\nef\rg");
        let lines: Vec<u32> = (0..13).map(|offset| index.line(offset)).collect();
        assert_eq!(lines, [1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4, 4]);
    }

    #[test]
    fn a_span_that_ends_with_its_line_does_not_reach_the_next() {
        let index = LineIndex::new("ab\ncd\nef");
        assert_eq!(
            index.lines(ByteSpan::new(0, 3)),
            LineRange { first: 1, last: 1 }
        );
        assert_eq!(
            index.lines(ByteSpan::new(1, 4)),
            LineRange { first: 1, last: 2 }
        );
        assert_eq!(
            index.lines(ByteSpan::new(3, 3)),
            LineRange { first: 2, last: 2 }
        );
    }
}
