//! Whose words a question is about: a speaker by name or by office, analysts, a part of the call.
//!
//! In: a question's words and the people of the calls in question. Out: names as stored, a role, a
//! section, and the words that said so. Only who is said to say something is meant: `who succeeds
//! Ada Finch` is about her, `what did Ada Finch say` asks for her words.

use super::company::is_question_word;
use super::text::Word;
use crate::library::Person;
use crate::transcript::{Kind, Section};
use std::ops::Range;

/// Who is asked to have spoken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Speaker {
    /// For people, as typed.
    pub(super) label: String,
    /// As stored; empty when the library knows nobody so named.
    pub(super) names: Vec<String>,
    pub(super) place: Range<usize>,
}

/// What people do with words.
const SPEAKS: &[&str] = &[
    "add",
    "address",
    "agree",
    "answer",
    "approach",
    "argue",
    "ask",
    "characterize",
    "claim",
    "comment",
    "contribute",
    "debate",
    "describe",
    "disagree",
    "discuss",
    "elaborate",
    "emphasize",
    "explain",
    "express",
    "feel",
    "introduce",
    "mention",
    "note",
    "offer",
    "point",
    "present",
    "propose",
    "put",
    "question",
    "recommend",
    "refer",
    "reply",
    "respond",
    "say",
    "speak",
    "state",
    "stress",
    "suggest",
    "talk",
    "tell",
    "think",
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
const WORDS_OF: &[&str] = &[
    "answer",
    "comment",
    "comments",
    "opinion",
    "opinions",
    "perspective",
    "presentation",
    "remarks",
    "reply",
    "response",
    "statement",
    "suggestion",
    "take",
    "thoughts",
    "view",
    "views",
];
const HELPERS: &[&str] = &["did", "do", "does", "has", "had", "have", "would"];
/// Offices and the letters they go by.
const OFFICES: &[(&str, &str)] = &[
    ("ceo", "chief executive"),
    ("cfo", "chief financial"),
    ("coo", "chief operating"),
    ("cto", "chief technology"),
    ("cmo", "chief marketing"),
    ("cio", "chief information"),
];
/// What an office has in its name.
const OFFICE_WORDS: &[&str] = &[
    "chair",
    "chairman",
    "chief",
    "controller",
    "head",
    "president",
    "treasurer",
];
/// Words before a name that are no part of it.
const BEFORE_A_NAME: &[&str] = &[
    "the", "of", "at", "from", "mr", "mrs", "ms", "dr", "hon", "sir", "our", "their", "its",
];
/// Words of a name that may stand between helper and verb.
const LONGEST_NAME: usize = 6;

/// Who is said to have spoken, by the first such phrase.
pub(super) fn speaker(words: &[Word<'_>], people: &[Person]) -> Option<Speaker> {
    let (from, end) = phrase(words)?;
    let phrase = words.get(from..end)?;
    let called: Vec<&Word<'_>> = phrase
        .iter()
        .filter(|word| !word.is_any(BEFORE_A_NAME))
        .collect();
    let (first, last) = (called.first()?, called.last()?);
    let asked: Vec<&str> = called.iter().map(|word| word.norm.as_str()).collect();
    let mut names: Vec<String> = people
        .iter()
        .filter(|person| is_called(person, &asked) || holds_office(person, &asked))
        .map(|person| person.name.clone())
        .collect();
    names.sort();
    names.dedup();
    Some(Speaker {
        label: called
            .iter()
            .map(|word| word.text)
            .collect::<Vec<_>>()
            .join(" "),
        names,
        place: first.place.start..last.place.end,
    })
}

/// Whether a question could be about a speaker at all: then it is worth knowing who speaks.
pub(super) fn may_name_somebody(words: &[Word<'_>]) -> bool {
    phrase(words).is_some()
}

/// Where the words lie that name who speaks.
fn phrase(words: &[Word<'_>]) -> Option<(usize, usize)> {
    let helped = words.iter().enumerate().find_map(|(at, word)| {
        let verb = words
            .iter()
            .enumerate()
            .skip(at + 2)
            .take(LONGEST_NAME)
            .find(|(_, word)| word.is_any(SPEAKS));
        let (verb, _) = verb.filter(|_| word.is_any(HELPERS))?;
        Some((at + 1, verb))
    });
    let owned = || {
        words.iter().enumerate().find_map(|(at, word)| {
            let next = words.get(at + 1)?;
            let owns = word.possessive && next.is_any(WORDS_OF);
            owns.then(|| (name_start(words, at), at + 1))
        })
    };
    let according = || {
        words
            .windows(2)
            .enumerate()
            .find_map(|(at, pair)| match pair {
                [a, b] if a.norm == "according" && b.norm == "to" => {
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
    helped.or_else(owned).or_else(according).or_else(told)
}

/// The first of the capitalised words that end at `last`.
fn name_start(words: &[Word<'_>], last: usize) -> usize {
    let mut from = last;
    while let Some(before) = from.checked_sub(1).and_then(|before| words.get(before)) {
        if !before.is_capital() || is_question_word(before) || before.comma || before.possessive {
            break;
        }
        from -= 1;
    }
    from
}

/// Whether every asked word is one of the name, and the asked are not a mere letter of a longer name.
fn is_called(person: &Person, asked: &[&str]) -> bool {
    let words: Vec<String> = super::text::words(&person.name)
        .into_iter()
        .map(|word| word.norm)
        .collect();
    let all = asked.iter().all(|word| words.iter().any(|own| own == word));
    let initial = asked.len() == 1 && asked.iter().all(|word| word.chars().count() < 3);
    all && (!initial || words.len() == 1)
}

/// Whether the office asked for is the person's.
fn holds_office(person: &Person, asked: &[&str]) -> bool {
    let Some(role) = person
        .role
        .as_deref()
        .filter(|_| person.kind == Kind::Executive)
    else {
        return false;
    };
    let role: Vec<String> = super::text::words(role)
        .into_iter()
        .map(|word| word.norm)
        .collect();
    let phrase = asked.join(" ");
    let role = role.join(" ");
    let short = OFFICES.iter().find(|(short, _)| phrase == *short);
    if let Some((short, long)) = short {
        return role.contains(long) || role.split(' ').any(|word| word == *short);
    }
    let is_office = |word: &&str| OFFICE_WORDS.contains(word);
    asked.iter().any(is_office) && role.contains(&phrase)
}

/// `which analyst asked`, `what did analysts ask`: their own words are wanted.
pub(super) fn role(words: &[Word<'_>]) -> Option<(Kind, Range<usize>)> {
    let at = words
        .iter()
        .position(|word| word.is_any(&["analyst", "analysts"]))?;
    let near = words.get(at + 1).is_some_and(|next| {
        next.is_any(&[
            "ask", "asked", "asks", "asking", "question", "raise", "raised",
        ])
    });
    let helped = at
        .checked_sub(1)
        .and_then(|at| words.get(at))
        .is_some_and(|word| word.is_any(HELPERS));
    (near || helped).then(|| {
        words
            .get(at)
            .map(|word| (Kind::Analyst, word.place.clone()))
    })?
}

/// `in the prepared remarks`, `during the Q&A`.
pub(super) fn section(words: &[Word<'_>]) -> Option<(Section, Range<usize>)> {
    let pairs = words.windows(2).find_map(|pair| match pair {
        [a, b] if a.is_any(&["prepared", "opening"]) && b.is_any(&["remarks", "comments"]) => {
            Some((Section::Prepared, a.place.start..b.place.end))
        }
        _ => None,
    });
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
    pairs.or_else(asked)
}
