//! What a question asks for: where to look, and the words that matter.
//!
//! In: the words as typed, and the filters that the user set. Out: a [`Question`]. Pure; nothing here
//! knows what the library holds.

use crate::error::{Error, Result};
use crate::library::Filter;
use rust_stemmers::{Algorithm, Stemmer};

/// Terms of one question that are searched by words; a question of 256 tokens has fewer.
const MOST_TERMS: usize = 64;

/// Words that shape a question, or any sentence, and say nothing of its subject. Sorted.
const STOP_WORDS: &[&str] = &[
    "a", "about", "after", "again", "against", "all", "also", "am", "an", "and", "any", "are",
    "as", "ask", "asked", "at", "be", "because", "been", "before", "being", "between", "both",
    "but", "by", "call", "can", "comment", "could", "did", "discuss", "do", "does", "doing",
    "during", "each", "else", "ever", "expect", "for", "from", "further", "give", "given", "had",
    "has", "have", "having", "he", "her", "here", "hers", "him", "his", "how", "i", "if", "in",
    "into", "is", "it", "its", "just", "let", "like", "many", "me", "mention", "more", "most",
    "much", "my", "no", "nor", "not", "now", "of", "on", "only", "or", "other", "our", "out",
    "over", "own", "said", "same", "say", "says", "she", "should", "show", "so", "some", "such",
    "talk", "tell", "than", "that", "the", "their", "them", "then", "there", "these", "they",
    "thing", "this", "those", "through", "to", "too", "under", "until", "up", "us", "very", "was",
    "we", "were", "what", "when", "where", "which", "while", "who", "whom", "whose", "why", "will",
    "with", "would", "you", "your",
];

/// A question, understood.
#[derive(Clone, Debug)]
pub struct Question {
    /// As asked; this is what is embedded.
    pub text: String,
    /// Where to look.
    pub filter: Filter,
    /// Whether it asks who asked: then the best evidence is a question, not its answer.
    pub wants_asker: bool,
    /// The words to look for, in the order of the question, each once, in lower case.
    pub terms: Vec<String>,
}

impl Question {
    /// Understands a question.
    ///
    /// # Errors
    /// [`Error::EmptyQuestion`] when it holds no letter or digit.
    pub fn new(text: &str, filter: Filter) -> Result<Self> {
        let text = text.trim();
        let words = words(text);
        if words.is_empty() {
            return Err(Error::EmptyQuestion);
        }
        let is_term = |word: &&String| STOP_WORDS.binary_search(&word.as_str()).is_err();
        let mut terms: Vec<String> = Vec::new();
        for word in words.iter().filter(is_term) {
            if !terms.contains(word) {
                terms.push(word.clone());
            }
            if terms.len() == MOST_TERMS {
                break;
            }
        }
        let wants_asker =
            ["who", "which", "what", "whose"].contains(&words.first().map_or("", |w| w))
                && words.iter().take(3).any(|word| {
                    ["asked", "asks", "question", "questions"].contains(&word.as_str())
                });
        // "What was that about?" has no subject; its words are all there is to look for.
        if terms.is_empty() {
            terms = words.into_iter().take(MOST_TERMS).collect();
        }
        Ok(Self {
            text: text.to_owned(),
            filter,
            wants_asker,
            terms,
        })
    }
}

/// The words of a text, nearly as the word index sees them: runs of letters and digits, in lower case; an
/// apostrophe and what follows it (`don't`, `Amazon's`) is left out.
pub fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '’'))
        .filter_map(|word| word.split(['\'', '’']).find(|part| !part.is_empty()))
        .map(str::to_lowercase)
        .collect()
}

/// Brings the forms of a word together: `constrains` and `constraint` stem alike.
pub struct Stems(Stemmer);

impl Default for Stems {
    fn default() -> Self {
        Self(Stemmer::create(Algorithm::English))
    }
}

impl Stems {
    /// The stem of a word in lower case.
    pub fn stem(&self, word: &str) -> String {
        self.0.stem(word).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<String> {
        Question::new(text, Filter::default()).unwrap().terms
    }

    #[test]
    fn the_words_that_matter_are_kept_in_order_and_once() {
        assert_eq!(
            terms("What constrains AWS capacity?"),
            ["constrains", "aws", "capacity"]
        );
        assert_eq!(
            terms("margin, margin and Amazon's margin"),
            ["margin", "amazon"]
        );
    }

    #[test]
    fn a_question_of_nothing_but_small_words_keeps_them() {
        assert_eq!(
            terms("What was that about?"),
            ["what", "was", "that", "about"]
        );
    }

    #[test]
    fn a_question_without_letters_or_digits_is_empty() {
        for text in ["", "  ", "?!", "\u{1f600}"] {
            assert!(matches!(
                Question::new(text, Filter::default()),
                Err(Error::EmptyQuestion)
            ));
        }
    }

    #[test]
    fn forms_of_a_word_share_a_stem() {
        let stems = Stems::default();
        assert_eq!(stems.stem("constrains"), stems.stem("constrained"));
        assert_eq!(stems.stem("margins"), stems.stem("margin"));
    }

    #[test]
    fn the_small_words_are_sorted() {
        assert!(STOP_WORDS.is_sorted());
    }
}
