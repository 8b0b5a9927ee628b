//! Where a question's words name who speaks: `what did … say`, `…'s view`, `according to …`, `questions from …`, `… on
//! margins`.
//!
//! In: a question's words. Out: where the words of the name lie. Whether anybody is so called is for others to see.

use super::super::text::{Word, is_everybody, is_question_word};
use super::BEFORE_A_NAME;

/// What people do with words.
#[rustfmt::skip]
const SPEAKS: &[&str] = &[
    "add", "address", "agree", "answer", "approach", "argue", "believe", "ask", "characterize", "claim", "comment",
    "contribute", "debate", "describe", "disagree", "discuss", "elaborate", "emphasize", "explain", "express",
    "feel", "introduce", "learn", "mention", "note", "offer", "point", "present", "propose", "put", "question",
    "recommend", "refer", "reply", "respond", "say", "speak", "state", "stress", "suggest", "talk", "tell", "think",
    "want", "wonder",
];
/// The same as told by somebody else.
const SPOKE: &[&str] = &[
    "argued",
    "asked",
    "asks",
    "explained",
    "mentioned",
    "said",
    "says",
    "stated",
    "suggested",
    "thinks",
    "thought",
];
/// What is somebody's own, and made of words.
#[rustfmt::skip]
const WORDS_OF: &[&str] = &[
    "answer", "comment", "comments", "opinion", "opinions", "perspective", "presentation", "remarks", "reply",
    "response", "statement", "suggestion", "take", "thoughts", "view", "views",
];
pub(super) const HELPERS: &[&str] = &[
    "did", "didnt", "do", "does", "doesnt", "dont", "has", "had", "have", "would",
];
/// What people do, and companies do too.
#[rustfmt::skip]
const DOES: &[&str] = &[
    "acknowledge", "admit", "anticipate", "assess", "blame", "cite", "consider", "defend", "define", "dismiss",
    "expect", "foresee", "give", "hint", "intend", "judge", "make", "name", "plan", "predict", "reject", "remember",
    "see", "view", "warn", "worry",
];
/// Words of a name and an office that may stand between helper and verb.
const LONGEST_NAME: usize = 8;

/// Where the words lie between `did` and what somebody did. A verb with a capital is part of a name.
fn helped(words: &[Word<'_>], verbs: &[&str]) -> Option<(usize, usize)> {
    words.iter().enumerate().find_map(|(at, word)| {
        let verb = words
            .iter()
            .enumerate()
            .skip(at + 2)
            .take(LONGEST_NAME)
            .find(|(_, word)| word.is_any(verbs) && !word.is_capital());
        let (verb, _) = verb.filter(|_| word.is_any(HELPERS))?;
        Some((at + 1, verb))
    })
}

/// Where words lie that may name who speaks: who does what companies do too, owns something, is told to say something, or stands
/// before a colon.
pub(super) fn perhaps(words: &[Word<'_>]) -> Vec<(usize, usize)> {
    let is_name = |word: &Word<'_>| word.is_capital() && !is_question_word(word);
    let names_somebody = |&(from, end): &(usize, usize)| {
        let named = words.get(from..end).unwrap_or_default();
        named
            .iter()
            .any(|word| is_name(word) && !is_everybody(word))
    };
    let does = helped(words, DOES).filter(names_somebody);
    let mut places: Vec<(usize, usize)> = does.into_iter().collect();
    for (at, word) in words.iter().enumerate() {
        if word.possessive && is_name(word) {
            places.push((name_start(words, at), at + 1));
        }
        let next = words.get(at + 1..).unwrap_or_default();
        let length = next.iter().take_while(|word| is_name(word)).count();
        if word.is_any(SPOKE) && length > 0 {
            places.push((at + 1, at + 1 + length));
        }
        if word.colon && is_name(word) {
            places.push((name_start(words, at), at + 1));
        }
    }
    places
}

/// Where the words lie that name who speaks, by the first such phrase.
pub(super) fn phrase(words: &[Word<'_>]) -> Option<(usize, usize)> {
    let owned = || {
        words.iter().enumerate().find_map(|(at, word)| {
            let next = words.get(at + 1)?;
            let owns = word.possessive && next.is_any(WORDS_OF) && !is_question_word(word);
            owns.then(|| (name_start(words, at), at + 1))
        })
    };
    let according = || {
        words
            .windows(2)
            .enumerate()
            .find_map(|(at, pair)| match pair {
                [a, b] if is_from(a, b) => {
                    let named = words
                        .iter()
                        .skip(at + 2)
                        .take_while(|word| word.is_capital() || word.is_any(BEFORE_A_NAME));
                    let length = named.count();
                    (length > 0).then_some((at + 2, at + 2 + length))
                }
                _ => None,
            })
    };
    let told = || {
        words.iter().enumerate().find_map(|(at, word)| {
            let before = at.checked_sub(1).and_then(|before| words.get(before))?;
            let says = word.is_any(SPOKE) && before.is_capital() && !before.first;
            says.then(|| (name_start(words, at - 1), at))
        })
    };
    helped(words, SPEAKS)
        .or_else(owned)
        .or_else(according)
        .or_else(told)
}

/// What stands before somebody whose words are told: `according to`, `questions from`.
fn is_from(a: &Word<'_>, b: &Word<'_>) -> bool {
    let asks = a.is_any(&["question", "questions"]) && b.is_any(&["by", "from"]);
    asks || (a.norm == "according" && b.norm == "to")
}

/// `Petra Quill on coal`, `CFO on margins`: a name before what it is about, as in a heading.
pub(super) fn heading(words: &[Word<'_>]) -> Option<(usize, usize)> {
    let at = words
        .iter()
        .position(|word| word.is_any(&["about", "on"]))?;
    (1..=LONGEST_NAME)
        .contains(&at)
        .then_some((0, at))
        .filter(|_| words.first().is_some_and(|word| !is_question_word(word)))
}

/// The first of the capitalised words that end at `last`; where that one has no capital, what follows the
/// nearest article: `the marketing expert's`.
fn name_start(words: &[Word<'_>], last: usize) -> usize {
    /// Words of a trade.
    const MOST: usize = 3;
    let mut from = last;
    if words.get(last).is_some_and(|word| !word.is_capital()) {
        let near = last.saturating_sub(MOST)..last;
        let articles = near
            .rev()
            .find(|at| words.get(*at).is_some_and(|word| word.norm == "the"));
        return articles.map_or(last, |article| article + 1);
    }
    while let Some(before) = from.checked_sub(1).and_then(|before| words.get(before)) {
        if !before.is_capital() || is_question_word(before) || before.comma || before.possessive {
            break;
        }
        from -= 1;
    }
    from
}
