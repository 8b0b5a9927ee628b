//! What a question asks for: where to look, and the words that matter.
//!
//! In: the words as typed, the filters that the user set, and, to understand names and times, what the
//! library holds as a [`Catalogue`]. Out: a [`Question`]. Nothing here searches.

mod catalogue;
mod company;
mod people;
mod text;
mod understand;
mod when;

pub use catalogue::Catalogue;
pub use understand::{Missing, Part, Record, Understood};

use crate::error::{Error, Result};
use crate::index::words;
use crate::library::{Filter, Scope};

/// Terms of one question that are searched by words; a question of 256 tokens has fewer.
const MOST_TERMS: usize = 64;

/// Words that shape a question, or any sentence, and say nothing of its subject. Sorted.
const STOP_WORDS: &[&str] = &[
    "a",
    "about",
    "achieve",
    "achieved",
    "after",
    "again",
    "against",
    "all",
    "also",
    "am",
    "among",
    "an",
    "and",
    "any",
    "are",
    "as",
    "ask",
    "asked",
    "at",
    "be",
    "because",
    "been",
    "before",
    "being",
    "between",
    "both",
    "but",
    "by",
    "call",
    "can",
    "comment",
    "companies",
    "company",
    "could",
    "did",
    "discuss",
    "discussed",
    "discussing",
    "discussion",
    "discussions",
    "do",
    "does",
    "doing",
    "during",
    "each",
    "else",
    "ever",
    "expect",
    "experience",
    "experienced",
    "for",
    "from",
    "further",
    "give",
    "given",
    "group",
    "groups",
    "had",
    "has",
    "have",
    "having",
    "he",
    "her",
    "here",
    "hers",
    "highest",
    "him",
    "his",
    "how",
    "i",
    "if",
    "in",
    "into",
    "is",
    "it",
    "its",
    "just",
    "largest",
    "let",
    "like",
    "lowest",
    "many",
    "me",
    "meeting",
    "meetings",
    "mention",
    "mentioned",
    "more",
    "most",
    "much",
    "my",
    "no",
    "nor",
    "not",
    "now",
    "of",
    "on",
    "only",
    "opinion",
    "opinions",
    "or",
    "other",
    "our",
    "out",
    "over",
    "own",
    "period",
    "periods",
    "please",
    "quarter",
    "quarters",
    "reported",
    "said",
    "same",
    "say",
    "says",
    "she",
    "should",
    "show",
    "smallest",
    "so",
    "some",
    "such",
    "summarise",
    "summarize",
    "talk",
    "talked",
    "talking",
    "team",
    "tell",
    "than",
    "that",
    "the",
    "their",
    "them",
    "then",
    "there",
    "these",
    "they",
    "thing",
    "think",
    "thinks",
    "this",
    "those",
    "thought",
    "through",
    "to",
    "too",
    "under",
    "until",
    "up",
    "us",
    "very",
    "was",
    "we",
    "were",
    "what",
    "when",
    "where",
    "which",
    "while",
    "who",
    "whom",
    "whose",
    "why",
    "will",
    "with",
    "would",
    "you",
    "your",
];

/// A question, understood.
#[derive(Clone, Debug)]
pub struct Question {
    /// As asked; this is what is embedded.
    pub text: String,
    /// Where to look, as the user set it.
    pub filter: Filter,
    /// What was recognised in the text.
    pub understood: Understood,
    /// Whether it asks who asked: then the best evidence is a question, not its answer.
    pub wants_asker: bool,
    /// Whether it asks for a figure: then what holds none is no answer to it.
    pub wants_figure: bool,
    /// Whether it asks for what is expected, rather than for what was.
    pub wants_outlook: bool,
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
        let wants_asker =
            ["who", "which", "what", "whose"].contains(&words.first().map_or("", |w| w))
                && words.iter().take(3).any(|word| {
                    ["asked", "asks", "question", "questions"].contains(&word.as_str())
                });
        Ok(Self {
            text: text.to_owned(),
            filter,
            understood: Understood::default(),
            wants_asker,
            wants_figure: wants_figure(&words),
            wants_outlook: is_outlook(text),
            terms: terms(text),
        })
    }

    /// Recognises names and times in the text within a scope, and leaves them out of the words to look
    /// for.
    ///
    /// # Errors
    /// Those of the record.
    #[must_use = "the question as it was understood is a new one"]
    pub fn understand(self, scope: &Scope, known: &Catalogue, record: &dyn Record) -> Result<Self> {
        let understood = understand::understand(&self.text, &self.filter, scope, known, record)?;
        let mut rest = self.text.clone().into_bytes();
        for place in &understood.places {
            if let Some(said) = rest.get_mut(place.clone()) {
                said.fill(b' ');
            }
        }
        let rest = String::from_utf8(rest).unwrap_or_else(|_| self.text.clone());
        // What is asked about nothing but a name is asked for by that name.
        let terms = if words(&rest).iter().any(|word| is_term(word)) {
            terms(&rest)
        } else {
            self.terms
        };
        Ok(Self {
            understood,
            terms,
            ..self
        })
    }
}

/// Whether a text is about what is to come.
pub fn is_outlook(text: &str) -> bool {
    const TO_COME: [&str; 24] = [
        "aim",
        "anticipate",
        "anticipated",
        "anticipating",
        "estimate",
        "expect",
        "expectation",
        "expectations",
        "expected",
        "expecting",
        "expects",
        "forecast",
        "forecasts",
        "goal",
        "guidance",
        "guide",
        "guided",
        "guiding",
        "outlook",
        "planned",
        "project",
        "projected",
        "projections",
        "target",
    ];
    words(text)
        .iter()
        .any(|word| TO_COME.contains(&word.as_str()))
}

/// Whether a question asks how much: by its first words, by a superlative, or by what is only ever said
/// in figures.
fn wants_figure(words: &[String]) -> bool {
    const SAID_IN_FIGURES: [&str; 36] = [
        "affo",
        "amount",
        "backlog",
        "capex",
        "cost",
        "costs",
        "dividend",
        "earnings",
        "ebitda",
        "eps",
        "expenses",
        "expenditure",
        "expenditures",
        "ffo",
        "growth",
        "guidance",
        "highest",
        "income",
        "largest",
        "leverage",
        "liquidity",
        "lowest",
        "margin",
        "margins",
        "noi",
        "percentage",
        "price",
        "profit",
        "rate",
        "rates",
        "ratio",
        "receivable",
        "revenue",
        "revenues",
        "sales",
        "utilization",
    ];
    let pairs = words.windows(2).any(|pair| match pair {
        [how, much] => {
            how == "how"
                && ["big", "fast", "large", "long", "many", "much"].contains(&much.as_str())
        }
        _ => false,
    });
    let asks_what = words
        .iter()
        .any(|word| ["what", "which", "how"].contains(&word.as_str()));
    let amount = words
        .iter()
        .any(|word| SAID_IN_FIGURES.contains(&word.as_str()));
    pairs || (asks_what && amount && !words.iter().any(|word| word == "why"))
}

fn is_term(word: &str) -> bool {
    STOP_WORDS.binary_search(&word).is_err()
}

/// The words to look for; where a question is nothing but small words, as `what was that about?`, those.
fn terms(text: &str) -> Vec<String> {
    let words = words(text);
    let mut terms: Vec<String> = Vec::new();
    for word in words.iter().filter(|word| is_term(word)) {
        if !terms.contains(word) && terms.len() < MOST_TERMS {
            terms.push(word.clone());
        }
    }
    if terms.is_empty() {
        terms = words.into_iter().take(MOST_TERMS).collect();
    }
    terms
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
    fn the_small_words_are_sorted() {
        assert!(STOP_WORDS.is_sorted());
    }
}
