//! Named numbers: what a bare integer in this program would leave unsaid.
//!
//! Everything here is a value with a unit and an invariant; nothing here knows about files,
//! models or the library.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A half-open range of UTF-8 bytes, `[start, end)`, in the stored text of a source.
///
/// For plain UTF-8 sources the stored text is the file, byte for byte, so the span is one of the
/// file too. Serialised as `[start, end]`.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(from = "[usize; 2]", into = "[usize; 2]")]
pub struct ByteSpan {
    start: usize,
    end: usize,
}

impl ByteSpan {
    /// The span from `start` up to, not including, `end`.
    ///
    /// An `end` before `start` is read as an empty span at `start`.
    pub fn new(start: usize, end: usize) -> Self {
        Self {
            start,
            end: end.max(start),
        }
    }

    /// First byte.
    pub fn start(self) -> usize {
        self.start
    }

    /// One past the last byte.
    pub fn end(self) -> usize {
        self.end
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether the span holds no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `other` lies wholly inside this span.
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two spans share a byte.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The shortest span that holds both.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        Self {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// The slice of `text` under this span, or `None` where the span is out of range or would
    /// cut a character.
    pub fn slice(self, text: &str) -> Option<&str> {
        text.get(self.start..self.end)
    }

    /// The span without the white space at both ends of its slice.
    #[must_use]
    pub fn trimmed(self, text: &str) -> Self {
        let Some(slice) = self.slice(text) else {
            return self;
        };
        let body = slice.trim();
        let lead = slice.len() - slice.trim_start().len();
        Self::new(self.start + lead, self.start + lead + body.len())
    }
}

impl From<[usize; 2]> for ByteSpan {
    fn from([start, end]: [usize; 2]) -> Self {
        Self::new(start, end)
    }
}

impl From<ByteSpan> for [usize; 2] {
    fn from(span: ByteSpan) -> Self {
        [span.start, span.end]
    }
}

/// An inclusive range of lines, counted from 1. Serialised as `[first, last]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "[u32; 2]", into = "[u32; 2]")]
pub struct LineRange {
    /// First line, from 1.
    pub first: u32,
    /// Last line, the same as `first` for a single line.
    pub last: u32,
}

impl From<[u32; 2]> for LineRange {
    fn from([first, last]: [u32; 2]) -> Self {
        Self { first, last }
    }
}

impl From<LineRange> for [u32; 2] {
    fn from(lines: LineRange) -> Self {
        [lines.first, lines.last]
    }
}

impl fmt::Display for LineRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            write!(f, "{}", self.first)
        } else {
            write!(f, "{}-{}", self.first, self.last)
        }
    }
}

/// Position of a turn in its call, from 0, in the order of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TurnIndex(pub u32);

impl fmt::Display for TurnIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Time since the start of a recording, in milliseconds. Shown as `12:31` or `1:02:03`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millis(pub u64);

impl fmt::Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hours, minutes, seconds) =
            (self.0 / 3_600_000, self.0 / 60_000 % 60, self.0 / 1000 % 60);
        if hours == 0 {
            write!(f, "{minutes}:{seconds:02}")
        } else {
            write!(f, "{hours}:{minutes:02}:{seconds:02}")
        }
    }
}

/// The row of a passage in the library; ids are never used twice. Ties everywhere go to the lower.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PassageId(pub i64);

/// The row of a call in the library; never used twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallRow(pub i64);

/// A call's public name, as `amzn-2025-q2-1f3a9c`: what it is, six digits of its source's hash, more where
/// another call has the same, and of several calls of a file the number.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CallId(pub String);

impl fmt::Display for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A count of a tokenizer's tokens, special ones included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TokenCount(pub usize);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_never_ends_before_it_starts() {
        assert_eq!(ByteSpan::new(5, 3), ByteSpan::new(5, 5));
        assert!(ByteSpan::new(5, 3).is_empty());
    }

    #[test]
    fn a_span_that_cuts_a_character_has_no_slice() {
        assert_eq!(ByteSpan::new(0, 1).slice("é"), None);
        assert_eq!(ByteSpan::new(0, 2).slice("é"), Some("é"));
        assert_eq!(ByteSpan::new(0, 3).slice("é"), None);
    }

    #[test]
    fn a_time_is_shown_as_a_clock() {
        assert_eq!(Millis(751_999).to_string(), "12:31");
        assert_eq!(Millis(3_723_004).to_string(), "1:02:03");
    }

    #[test]
    fn trimming_keeps_the_words_and_moves_the_ends() {
        let text = "a  bc \n d";
        assert_eq!(ByteSpan::new(1, 7).trimmed(text).slice(text), Some("bc"));
    }
}
