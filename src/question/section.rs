//! The part of the call that a question is about: `in the prepared remarks`, `during the Q&A`.
//!
//! In: a question's words. Out: a section, and the words that said so.

use super::text::Word;
use crate::transcript::Section;
use std::ops::Range;

/// `in the prepared remarks`, `during the Q&A`.
pub(super) fn section(words: &[Word<'_>]) -> Option<(Section, Range<usize>)> {
    let pairs = words.windows(2).find_map(|pair| match pair {
        [a, b] if a.is_any(&["prepared", "opening"]) && b.is_any(&["remarks", "comments"]) => {
            Some((Section::Prepared, a.place.start..b.place.end))
        }
        _ => None,
    });
    let spelt = || {
        words.windows(3).find_map(|row| match row {
            [q, and, a] if q.norm == "q" && and.norm == "and" && a.norm == "a" => {
                Some((Section::Questions, q.place.start..a.place.end))
            }
            _ => None,
        })
    };
    let asked = || {
        words.iter().enumerate().find_map(|(at, word)| {
            let before = words.get(..at).unwrap_or_default();
            let located = before
                .iter()
                .rev()
                .take(2)
                .any(|word| word.is_any(&["in", "during", "from"]));
            let named = word.text.eq_ignore_ascii_case("q&a") || word.norm == "questionandanswer";
            (named && located).then(|| (Section::Questions, word.place.clone()))
        })
    };
    pairs.or_else(asked).or_else(spelt)
}
