//! Names as a question writes them.
//!
//! In: a question's words. Out: which of its words are a name that only the name itself can stand for, and which stand
//! beside each other in one name.

use super::company;
use super::terms::is_term;
use super::text::{Word, is_question_word, words};
use crate::index;

/// The names that a question writes, their words as they are looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// The words of companies that many people know: `amazing` is no form of `Amazon`.
    pub exact: Vec<String>,
    /// Words beside each other that begin with capitals, in their order; two at least.
    pub rows: Vec<Vec<String>>,
}

/// Words that a heading in capitals writes without.
const SMALL: &[&str] = &[
    "about", "and", "between", "during", "for", "from", "into", "over", "per", "the", "with",
];

impl Names {
    /// The names in a text.
    pub(super) fn of(text: &str) -> Self {
        let words = words(text);
        let mut names = Self::default();
        let mut at = 0;
        while at < words.len() {
            let length = company::well_known(&words, at);
            let name = words.get(at..at + length).unwrap_or_default();
            names.exact.extend(name.iter().flat_map(terms_of));
            at += length.max(1);
        }
        // A heading in capitals leaves only its small words without; there they tell no name.
        let is_plain =
            |word: &Word<'_>| !word.is_capital() && word.norm.len() >= 3 && !word.is_any(SMALL);
        if words.iter().any(is_plain) {
            names.rows = rows(&words);
        }
        names
    }
}

/// Rows of two words and more that begin with capitals.
fn rows(words: &[Word<'_>]) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut is_open = false;
    for word in words {
        let is_name = word.is_capital() && !(word.first && is_question_word(word));
        match rows.last_mut().filter(|_| is_open && is_name) {
            Some(row) => row.extend(terms_of(word)),
            None if is_name => rows.push(terms_of(word)),
            None => {}
        }
        is_open = is_name && !word.possessive && !word.comma;
    }
    rows.retain(|row| row.len() > 1);
    rows
}

fn terms_of(word: &Word<'_>) -> Vec<String> {
    let words = index::words(word.text).into_iter();
    words.filter(|word| is_term(word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_other_words_by_their_capitals_and_by_being_known() {
        let names = Names::of("What did Quillmark say about Amazon and Regal Harbour Cinemas?");
        assert_eq!(names.exact, ["amazon"]);
        assert_eq!(names.rows, [["regal", "harbour", "cinemas"]]);
        assert_eq!(Names::of("the target for apple prices"), Names::default());
        assert_eq!(Names::of("Gross Margin By Quarter").rows, [[""; 0]; 0]);
    }
}
