//! Whether words tell how many there are of something.
//!
//! In: a passage and what is to be counted. Out: whether it speaks of that, and whether a number stands beside it.

use crate::index::{Stems, words};

/// Words between a number and what it counts, at most: `71 new company-owned stores`.
const NEAR: usize = 5;
/// Numbers in letters.
#[rustfmt::skip]
const NUMBERS: [&str; 24] = [
    "billion", "couple", "dozen", "dozens", "eight", "eleven", "few", "five", "four", "hundred", "hundreds",
    "million", "millions", "nine", "one", "several", "seven", "six", "ten", "thousand", "thousands", "three",
    "twelve", "two",
];

/// What a passage tells of a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// It speaks of something else.
    Nothing,
    /// It speaks of the things, without a number beside them.
    Things,
    /// It says how many.
    Count,
}

/// What a passage tells of how many `things` there are.
pub(super) fn told(passage: &str, things: &str) -> Told {
    let stems = Stems::default();
    let stem = stems.stem(things);
    let words = words(passage);
    let mut told = Told::Nothing;
    for (at, _) in words
        .iter()
        .enumerate()
        .filter(|(_, word)| stems.stem(word) == stem)
    {
        let near = words.get(at.saturating_sub(NEAR)..words.len().min(at + 1 + NEAR));
        if near.is_some_and(|near| near.iter().any(|word| is_number(word))) {
            return Told::Count;
        }
        told = Told::Things;
    }
    told
}

/// Whether a word is a number, and no year or quarter.
fn is_number(word: &str) -> bool {
    let is_year = word.len() == 4 && word.parse().is_ok_and(|year| (1950..2100).contains(&year));
    let begins = word.starts_with(|c: char| c.is_ascii_digit());
    (begins && !is_year) || NUMBERS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_beside_what_is_counted_tells_how_many_there_are() {
        let cases = [
            (
                "We opened 71 company-owned stores in the hall.",
                Told::Count,
            ),
            ("Our store count rose to twelve.", Told::Count),
            ("Our stores did well in 2024.", Told::Things),
            (
                "Sales rose 4%, and everybody was glad of it in all of the stores.",
                Told::Things,
            ),
            ("We sold 20 robots.", Told::Nothing),
        ];
        for (text, expected) in cases {
            assert_eq!(told(text, "stores"), expected, "{text}");
        }
    }
}
