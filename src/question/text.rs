//! A question as a row of words that keep what lower case and bare letters would lose.
//!
//! In: a question, or a name. Out: its [`Word`]s, each with its place, its case, and the marks about it.

use super::company::LEGAL_FORMS;
use std::ops::Range;

/// A word of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is one mark of a word")]
pub(super) struct Word<'a> {
    /// As typed, without the marks around it and without a possessive ending.
    pub(super) text: &'a str,
    /// Its letters and digits, in lower case: `U.S.A.` is `usa`.
    pub(super) norm: String,
    /// Its bytes, a possessive ending included.
    pub(super) place: Range<usize>,
    /// Whether it is written as `Crocs’s` or `Skechers’`.
    pub(super) possessive: bool,
    /// Whether a comma stands behind it.
    pub(super) comma: bool,
    /// Whether a colon does.
    pub(super) colon: bool,
    /// Whether a sentence begins with it.
    pub(super) first: bool,
}

impl Word<'_> {
    /// Whether it begins with a capital, or holds one as `iRobot` does.
    pub(super) fn is_capital(&self) -> bool {
        self.text.chars().any(char::is_uppercase)
    }

    /// Whether it is written in nothing but capitals.
    pub(super) fn is_acronym(&self) -> bool {
        self.norm.len() > 1 && !self.text.chars().any(char::is_lowercase)
    }

    /// Whether it is one of `words`, which are in lower case.
    pub(super) fn is_any(&self, words: &[&str]) -> bool {
        words.contains(&self.norm.as_str())
    }
}

/// Whether a word means those who speak, whoever they are, and is no name for all its capital.
pub(super) fn is_everybody(word: &Word<'_>) -> bool {
    word.is_any(&[
        "analysts",
        "anybody",
        "anyone",
        "board",
        "company",
        "everybody",
        "everyone",
        "executives",
        "group",
        "he",
        "investors",
        "it",
        "leadership",
        "management",
        "people",
        "she",
        "somebody",
        "speakers",
        "team",
        "they",
        "we",
    ])
}

/// Whether a word begins a question, and is no name for all its capital.
pub(super) fn is_question_word(word: &Word<'_>) -> bool {
    word.is_any(&[
        "a",
        "an",
        "and",
        "any",
        "are",
        "at",
        "can",
        "compare",
        "could",
        "describe",
        "did",
        "do",
        "does",
        "during",
        "explain",
        "find",
        "for",
        "from",
        "give",
        "had",
        "has",
        "have",
        "how",
        "if",
        "in",
        "is",
        "list",
        "on",
        "please",
        "quote",
        "show",
        "since",
        "summarise",
        "summarize",
        "tell",
        "the",
        "was",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "whose",
        "why",
        "will",
        "with",
        "would",
    ])
}

/// The words of a text, in order. What holds neither letter nor digit is none.
pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let mut found = Vec::new();
    let mut first = true;
    for (start, raw) in pieces(text) {
        let body = raw.trim_matches(|c: char| !c.is_alphanumeric() && c != '+');
        let lead = raw.find(body).unwrap_or(0);
        let tail = raw.get(lead + body.len()..).unwrap_or_default();
        let (text, possessive) = owner(body, tail);
        let norm: String = text
            .chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect();
        if norm.is_empty() {
            continue;
        }
        // `Corp.` and `U.S.A.` end no sentence.
        let short = text.contains('.') || LEGAL_FORMS.contains(&norm.as_str());
        let ends = tail.contains(['?', '!']) || (tail.starts_with('.') && !short);
        found.push(Word {
            text,
            norm,
            place: start + lead..start + lead + body.len(),
            possessive,
            comma: tail.contains([',', ';', ':']),
            colon: tail.contains(':'),
            first,
        });
        first = ends;
    }
    found
}

/// What white space, dashes and brackets part; a hyphen parts nothing.
fn pieces(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let parts = |c: char| c.is_whitespace() || "()[]—–/\"“”".contains(c);
    let start = move |piece: &str| piece.as_ptr().addr() - text.as_ptr().addr();
    text.split(parts)
        .filter(|piece| !piece.is_empty())
        .map(move |piece| (start(piece), piece))
}

/// A word without its possessive ending, and whether it has one.
fn owner<'a>(body: &'a str, tail: &str) -> (&'a str, bool) {
    for ending in ["'s", "’s", "'S", "’S"] {
        if let Some(owner) = body.strip_suffix(ending) {
            return (owner.trim_end_matches('.'), true);
        }
    }
    (body, body.ends_with('s') && tail.starts_with(['\'', '’']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_keeps_its_case_its_place_and_the_marks_about_it() {
        let text = "What were Lark U.S.A., Inc.’s sales? Larks' gulls";
        let words = words(text);
        let norms: Vec<&str> = words.iter().map(|word| word.norm.as_str()).collect();
        assert_eq!(
            norms,
            [
                "what", "were", "lark", "usa", "inc", "sales", "larks", "gulls"
            ]
        );
        let flags = |at: usize| (words[at].possessive, words[at].comma, words[at].first);
        assert_eq!(flags(3), (false, true, false));
        assert_eq!(flags(4), (true, false, false));
        assert_eq!(flags(6), (true, false, true));
        assert_eq!(text.get(words[4].place.clone()), Some("Inc.’s"));
    }
}
