//! Text as it is compared, and as a row of lexemes for the small parsers of periods and dates.
//!
//! In: a text. Out: its runs of letters and runs of digits, each with its place and with what
//! stands before it. This file knows nothing of what the words mean.

use std::borrow::Cow;
use std::ops::Range;

/// Marks that take no room on a page, and that pages and word processors leave in their text.
#[rustfmt::skip]
pub(crate) const WITHOUT_WIDTH: [char; 17] = [
    '\u{200B}', '\u{200C}', '\u{200D}', '\u{2060}', '\u{FEFF}', '\u{AD}',
    // These turn the direction of writing.
    '\u{200E}', '\u{200F}', '\u{202A}', '\u{202B}', '\u{202C}', '\u{202D}', '\u{202E}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}',
];

/// Whether a character is white space or has no width.
pub(super) fn is_unseen(c: char) -> bool {
    match c {
        '\0'..='\u{7F}' => c.is_ascii_whitespace() || c == '\u{B}',
        // The letters of most writings of Asia.
        '\u{3001}'..='\u{FEFE}' => false,
        _ => c.is_whitespace() || WITHOUT_WIDTH.contains(&c),
    }
}

/// A text as it is compared with what is expected: no-break spaces are spaces, and marks without
/// width are gone. Never what is shown or stored.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    let is_odd = |c: char| !c.is_ascii() && is_unseen(c);
    if text.is_ascii() || !text.contains(is_odd) {
        return Cow::Borrowed(text);
    }
    let visible = text.chars().filter(|c| !WITHOUT_WIDTH.contains(c));
    Cow::Owned(
        visible
            .map(|c| if c.is_whitespace() { ' ' } else { c })
            .collect(),
    )
}

/// Words that a text is compared with, in any case of ASCII letters. Most of what is asked for is none of them, and is told by
/// its length and its first letter alone.
pub(super) struct Words<const N: usize> {
    words: [&'static str; N],
    /// The first letters of the words of each length, a bit for each.
    letters: [u32; LONGEST_WORD + 1],
}

/// Of what [`Words`] may hold, in bytes.
const LONGEST_WORD: usize = 40;

impl<const N: usize> Words<N> {
    /// These words, none of them empty.
    pub(super) const fn of(words: [&'static str; N]) -> Self {
        let mut letters = [0; LONGEST_WORD + 1];
        let mut at = 0;
        while at < N {
            let word = words[at].as_bytes();
            letters[word.len()] |= letter(word[0]);
            at += 1;
        }
        Self { words, letters }
    }

    /// Whether `word` is one of them.
    pub(super) fn has(&self, word: &str) -> bool {
        self.has_bytes(word.as_bytes())
    }

    /// Whether the word of these bytes is one of them.
    pub(super) fn has_bytes(&self, word: &[u8]) -> bool {
        let (Some(first), Some(letters)) = (word.first(), self.letters.get(word.len())) else {
            return false;
        };
        let is = |known: &&str| known.as_bytes().eq_ignore_ascii_case(word);
        letters & letter(*first) != 0 && self.words.iter().any(is)
    }

    /// Whether one of the words of `text`, as its letters make them, is one of them.
    pub(super) fn any_in(&self, text: &str) -> bool {
        any_word(text, |word| self.has_bytes(word))
    }
}

/// Whether one of the words of `text`, as its letters make them, is such a one.
pub(super) fn any_word(text: &str, is: impl Fn(&[u8]) -> bool) -> bool {
    if text.is_ascii() {
        let mut words = text.as_bytes().split(|byte| !byte.is_ascii_alphabetic());
        return words.any(is);
    }
    let mut words = text.split(|c: char| !c.is_alphabetic());
    words.any(|word| is(word.as_bytes()))
}

/// Whether a text holds nothing but digits.
pub(super) fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the words of a line are a page's number.
pub(super) fn is_page_number(words: &str) -> bool {
    (1..=3).contains(&words.len()) && is_digits(words)
}

/// The bit of a word's first letter, whether it is a capital or not.
const fn letter(first: u8) -> u32 {
    1 << (first & 31)
}

/// A run of letters or a run of digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lexeme<'a> {
    /// The run itself.
    pub(super) text: &'a str,
    /// Its first byte.
    pub(super) start: usize,
    /// What stands between the run before and this one; empty where they touch, as in `2Q25`.
    pub(super) gap: &'a str,
}

impl Lexeme<'_> {
    /// One past its last byte.
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Whether the run is `word`, in any case of ASCII letters.
    pub(super) fn is(&self, word: &str) -> bool {
        self.text.eq_ignore_ascii_case(word)
    }

    /// Whether the run is one of `words`.
    pub(super) fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }

    /// The run's value, for one of exactly `digits` digits.
    pub(super) fn number(&self, digits: Range<usize>) -> Option<u16> {
        if is_digits(self.text) && digits.contains(&self.text.len()) {
            self.text.parse().ok()
        } else {
            None
        }
    }
}

/// The lexemes of `text`, in order.
pub(super) fn lexemes(text: &str) -> Vec<Lexeme<'_>> {
    let mut found: Vec<Lexeme<'_>> = Vec::new();
    let mut rest = text;
    let class = |c: char| (c.is_ascii_digit(), c.is_alphabetic());
    while let Some(offset) = rest.find(|c: char| c.is_ascii_digit() || c.is_alphabetic()) {
        let (gap, from) = rest.split_at(offset);
        let first = from.chars().next().map(class);
        let end = from
            .find(|c: char| Some(class(c)) != first)
            .unwrap_or(from.len());
        let (run, after) = from.split_at(end);
        found.push(Lexeme {
            text: run,
            start: text.len() - from.len(),
            gap,
        });
        rest = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_compared_without_what_nobody_sees() {
        assert_eq!(plain("Q&A\u{A0}Ses\u{AD}sion\u{200B}"), "Q&A Session");
    }

    #[test]
    fn a_word_of_a_list_is_known_in_any_case_and_by_itself() {
        static METALS: Words<3> = Words::of(["iron", "zinc", "铁矿"]);
        for word in ["iron", "IRON", "Zinc", "铁矿"] {
            assert!(METALS.has(word), "{word}");
        }
        for word in ["", "i", "irons", "ironé", "yron", "9ron", "铁", "铁石"] {
            assert!(!METALS.has(word), "{word}");
        }
        for text in ["of Iron-ore", "(zinc)", "é iron"] {
            assert!(METALS.any_in(text), "{text}");
        }
        for text in ["", "irons", "éiron", "zincé", "environment"] {
            assert!(!METALS.any_in(text), "{text}");
        }
    }

    #[test]
    fn a_pages_number_has_three_digits_at_the_most() {
        for (words, expected) in [
            ("7", true),
            ("123", true),
            ("", false),
            ("2024", false),
            ("7a", false),
            ("٣", false),
        ] {
            assert_eq!(is_page_number(words), expected, "{words}");
        }
    }

    #[test]
    fn letters_and_digits_are_runs_of_their_own() {
        let text = "in 2Q25, café";
        let found: Vec<_> = lexemes(text).iter().map(|l| (l.gap, l.text)).collect();
        assert_eq!(
            found,
            [
                ("", "in"),
                (" ", "2"),
                ("", "Q"),
                ("", "25"),
                (", ", "café")
            ]
        );
        for lexeme in lexemes(text) {
            assert_eq!(text.get(lexeme.start..lexeme.end()), Some(lexeme.text));
        }
    }
}
