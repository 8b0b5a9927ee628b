//! The words of a question that are looked for: not those that shape any sentence.
//!
//! In: a question, names and times left out. Out: its terms.

use crate::index::{is_pair, words};

/// Terms of one question that are searched by words; a question of 256 tokens has fewer.
const MOST_TERMS: usize = 64;

/// Words that shape a question, or any sentence, and say nothing of its subject. Sorted.
#[rustfmt::skip]
const STOP_WORDS: &[&str] = &[
    "a", "about", "according", "achieve", "achieved", "after", "again", "against", "ago", "all", "also", "am",
    "among", "an", "and", "answer", "answered", "answers", "anticipated", "any", "anybody", "anyone", "anything",
    "are", "as", "ask", "asked", "at", "be", "because", "been", "before", "being", "between", "both", "but", "by",
    "call", "can", "comment", "comments", "companies", "company", "compare", "compared", "could", "currently",
    "did", "discuss", "discussed", "discussing", "discussion", "discussions", "do", "does", "doing", "dr", "during",
    "each", "earlier", "else", "ever", "everybody", "everyone", "everything", "evolve", "evolved", "expect",
    "expected", "experience", "experienced", "for", "from", "further", "give", "given", "group", "groups", "had",
    "happen", "happened", "has", "have", "having", "he", "her", "here", "hers", "highest", "him", "his", "how", "i",
    "if", "in", "into", "is", "it", "its", "just", "largest", "latest", "let", "like", "lowest", "many", "me",
    "meeting", "meetings", "mention", "mentioned", "mentions", "more", "most", "mr", "mrs", "ms", "much", "my",
    "newest", "no", "nobody", "nor", "not", "now", "of", "on", "only", "opinion", "opinions", "or", "other", "our",
    "out", "over", "own", "percent", "percentage", "period", "periods", "please", "presser", "previous", "prior",
    "projected", "quarter", "quarters", "recently", "remarks", "replied", "reply", "reported", "said", "same",
    "saw", "say", "says", "see", "seen", "she", "should", "show", "since", "smallest", "so", "some", "somebody",
    "someone", "something", "such", "summarise", "summarize", "talk", "talked", "talking", "team", "tell", "than",
    "that", "the", "their", "them", "then", "there", "these", "they", "thing", "think", "thinks", "this", "those",
    "thought", "through", "to", "too", "under", "until", "up", "us", "versus", "very", "vs", "was", "we", "were",
    "what", "whats", "when", "where", "which", "while", "who", "whom", "whose", "why", "will", "with", "would",
    "you", "your",
];

/// What a question may begin with that tells what to do and says nothing of its subject.
const ORDERS: &[&str] = &[
    "describe", "explain", "find", "identify", "list", "name", "outline",
];

/// Whether a text holds any word worth looking for.
pub(super) fn has_terms(text: &str) -> bool {
    words(text).iter().any(|word| is_term(word))
}

/// Whether a text holds a word that says what was talked about: not only that it was asked or answered.
pub(super) fn has_topic(text: &str) -> bool {
    const TALK: [&str; 10] = [
        "answer",
        "answers",
        "comments",
        "point",
        "points",
        "question",
        "questions",
        "remarks",
        "speak",
        "statement",
    ];
    let mut words = words(text).into_iter();
    words.any(|word| is_term(&word) && !TALK.contains(&word.as_str()))
}

/// Whether a word says something of a subject.
pub(super) fn is_term(word: &str) -> bool {
    STOP_WORDS.binary_search(&word).is_err() && !is_small_pair(word)
}

/// Pairs of letters that shape a sentence: in Japanese all of hiragana, in Chinese those that hold a particle or
/// ask.
fn is_small_pair(word: &str) -> bool {
    const SMALL: &[char] = &[
        '的', '了', '吗', '呢', '么', '什', '哪', '怎', '是', '和', '与', '在', '请', '谁', '何',
    ];
    is_pair(word)
        && (word.contains(SMALL) || word.chars().all(|c| ('\u{3041}'..='\u{309f}').contains(&c)))
}

/// The words to look for; where a question is nothing but small words, as `what was that about?`, those.
pub(super) fn terms(text: &str) -> Vec<String> {
    // The parts of longer words, and of what stands between quotation marks, however small.
    let phrases = quoted(text).join(" ");
    let joined = [joined(text), words(&phrases)].concat();
    let words = words(text);
    let mut terms: Vec<String> = Vec::new();
    let ordered = words
        .first()
        .is_some_and(|word| ORDERS.contains(&word.as_str()));
    let asked = words.iter().skip(usize::from(ordered));
    for word in asked.filter(|word| is_term(word) || joined.contains(word)) {
        if !terms.contains(word) && terms.len() < MOST_TERMS {
            terms.push(word.clone());
        }
    }
    if terms.is_empty() {
        terms = words.into_iter().take(MOST_TERMS).collect();
    }
    terms
}

/// What stands between quotation marks, where that is several words, of which one says something.
pub(super) fn quoted(text: &str) -> Vec<String> {
    let is_mark = |c: char| "\"“”„«»".contains(c);
    let between = text.split(is_mark).skip(1).step_by(2).map(str::trim);
    let is_phrase = |phrase: &&str| words(phrase).len() > 1 && has_terms(phrase);
    between.filter(is_phrase).map(str::to_owned).collect()
}

/// Small words that are a part of a longer one: `same-store`, `G&A`.
fn joined(text: &str) -> Vec<String> {
    const SHORTEST: usize = 4;
    let mut joined = Vec::new();
    for typed in text.split_whitespace() {
        let parts = words(typed);
        let is_part = |word: &&String| typed.contains('&') || word.len() >= SHORTEST;
        // `year-over-year` is no longer word for `over`.
        let is_compound = typed.contains(['-', '&']) && parts.first() != parts.last();
        if is_compound && parts.iter().any(|word| is_term(word)) {
            joined.extend(parts.iter().filter(is_part).cloned());
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(terms("List the robots on the list"), ["robots", "list"]);
        assert_eq!(terms("list"), ["list"]);
        assert_eq!(
            terms("same-store rent and G&A"),
            ["same", "store", "rent", "g", "a"]
        );
        assert_eq!(terms("year-over-year growth"), ["year", "growth"]);
        assert_eq!(terms("a trade-in of the same kind"), ["trade", "kind"]);
        assert_eq!(
            terms("who said “coal at all costs” and \"the\" rest"),
            ["coal", "at", "all", "costs", "rest"]
        );
    }

    #[test]
    fn particles_of_writing_without_blanks_are_left_out() {
        assert_eq!(terms("毛利率是多少？"), ["毛利", "利率", "多少"]);
        assert_eq!(terms("北米はいくらですか"), ["北米", "米は"]);
    }

    #[test]
    fn a_question_of_nothing_but_small_words_keeps_them() {
        assert_eq!(
            terms("What was that about?"),
            ["what", "was", "that", "about"]
        );
    }

    #[test]
    fn the_small_words_are_sorted() {
        assert!(STOP_WORDS.is_sorted());
    }
}
