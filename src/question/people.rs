//! Whose words a question is about: a speaker by name or by office, analysts, a part of the call.
//!
//! In: a question's words and the people of the calls in question. Out: names as stored, a role, a
//! section, and the words that said so. Only who is said to say something is meant: `who succeeds
//! Ada Finch` is about her, `what did Ada Finch say` asks for her words.

use super::text::{Word, is_question_word};
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
    /// Whether nothing but somebody can be meant.
    pub(super) is_certain: bool,
}

/// What people do with words.
const SPEAKS: &[&str] = &[
    "add",
    "address",
    "agree",
    "answer",
    "approach",
    "argue",
    "believe",
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
    "learn",
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
    "want",
    "wonder",
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
const HELPERS: &[&str] = &[
    "did", "didnt", "do", "does", "doesnt", "dont", "has", "had", "have", "would",
];
/// Offices and the letters they go by.
const OFFICES: &[(&str, &str)] = &[
    ("ceo", "chief executive"),
    ("cfo", "chief financial"),
    ("coo", "chief operating"),
    ("cto", "chief technology"),
    ("cmo", "chief marketing"),
    ("cio", "chief information"),
    ("finance chief", "chief financial"),
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
/// What may follow the name of a field, and makes its speaker of it.
const TRADES: &[&str] = &[
    "designer",
    "engineer",
    "expert",
    "lead",
    "manager",
    "officer",
    "specialist",
    "student",
    "team",
];
/// Words before a name that are no part of it.
const BEFORE_A_NAME: &[&str] = &[
    "the", "of", "at", "from", "mr", "mrs", "ms", "dr", "hon", "sir", "our", "their", "its",
];
/// What joins somebody and whom they speak for.
const AT_A_FIRM: &[&str] = &["at", "from", "of", "with"];
/// Words of a name and an office that may stand between helper and verb.
const LONGEST_NAME: usize = 8;

/// Who is said to have spoken, by the first such phrase.
pub(super) fn speaker(words: &[Word<'_>], people: &[Person]) -> Option<Speaker> {
    let said = phrase(words).map(|place| (place, true));
    let ((from, end), is_certain) = said.or_else(|| Some((heading(words)?, false)))?;
    let phrase = words.get(from..end)?;
    let mut speaker = named(phrase, people, is_certain)?;
    // `Tomas Reed, the CFO`, `Ines Vane of Larkspur Research`, `the chief executive officer Petra Quill`.
    let comma = phrase.iter().position(|word| word.comma);
    let firm = phrase.iter().position(|word| word.is_any(AT_A_FIRM));
    let name = phrase.iter().rposition(|word| !word.is_capital());
    let shorter = [
        comma.and_then(|comma| phrase.get(..=comma)),
        firm.and_then(|firm| phrase.get(..firm)),
        name.and_then(|last| phrase.get(last + 1..)),
    ];
    for part in shorter.into_iter().flatten() {
        if speaker.names.is_empty()
            && let Some(other) = named(part, people, is_certain)
            && !other.names.is_empty()
        {
            let place = speaker.place;
            speaker = Speaker { place, ..other };
        }
    }
    Some(speaker)
}

fn named(phrase: &[Word<'_>], people: &[Person], is_certain: bool) -> Option<Speaker> {
    let called: Vec<&Word<'_>> = phrase
        .iter()
        .filter(|word| !word.is_any(BEFORE_A_NAME))
        .collect();
    let (first, last) = (called.first()?, called.last()?);
    Some(Speaker {
        label: called
            .iter()
            .map(|word| word.text)
            .collect::<Vec<_>>()
            .join(" "),
        names: names(&called, people),
        place: first.place.start..last.place.end,
        is_certain,
    })
}

/// `Petra Quill on coal`, `CFO on margins`: a name before what it is about, as in a heading.
fn heading(words: &[Word<'_>]) -> Option<(usize, usize)> {
    let at = words
        .iter()
        .position(|word| word.is_any(&["about", "on"]))?;
    (1..=LONGEST_NAME)
        .contains(&at)
        .then_some((0, at))
        .filter(|_| words.first().is_some_and(|word| !is_question_word(word)))
}

/// The people that the words name, as stored: one person, or two with `and` between them.
fn names(called: &[&Word<'_>], people: &[Person]) -> Vec<String> {
    let each = called.split(|word| word.norm == "and");
    let mut names: Vec<String> = Vec::new();
    for called in each {
        let asked: Vec<&str> = called.iter().map(|word| word.norm.as_str()).collect();
        let as_asked = |by: &dyn Fn(&Person, &[&str]) -> bool| -> Vec<String> {
            let people = people.iter().filter(|person| by(person, &asked));
            people.map(|person| person.name.clone()).collect()
        };
        let exactly =
            as_asked(&|person, asked| is_called(person, asked) || holds_office(person, asked));
        let found = if exactly.is_empty() {
            as_asked(&is_called_by_trade)
        } else {
            exactly
        };
        if found.is_empty() {
            return Vec::new();
        }
        names.extend(found);
    }
    names.sort();
    names.dedup();
    names
}

/// Whether a question could be about a speaker at all: then it is worth knowing who speaks.
pub(super) fn may_name_somebody(words: &[Word<'_>]) -> bool {
    phrase(words).or_else(|| heading(words)).is_some()
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
            let owns = word.possessive && next.is_any(WORDS_OF) && !is_question_word(word);
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

/// Whether every asked word is one of the name. A mere letter is nobody's, unless the name ends with it, as
/// where those who are not to be known are `Grad C` and `Grad D`.
fn is_called(person: &Person, asked: &[&str]) -> bool {
    let words = norms(&person.name);
    let all = !asked.is_empty() && asked.iter().all(|word| words.iter().any(|own| own == word));
    let initial = match asked {
        [word] => word.chars().count() < 3 && words.last().is_none_or(|last| last != word),
        _ => false,
    };
    all && !initial
}

/// Whether somebody who goes by a trade is meant: `the marketing expert` is Marketing, `the Industrial
/// Design` the Industrial Designer.
fn is_called_by_trade(person: &Person, asked: &[&str]) -> bool {
    let words = norms(&person.name);
    let is_meant = |own: &String, asked: &str| {
        own == asked
            || own.strip_suffix("er") == Some(asked)
            || asked.strip_suffix("er") == Some(own)
    };
    let named = words
        .iter()
        .all(|own| asked.iter().any(|asked| is_meant(own, asked)));
    let known = asked
        .iter()
        .all(|asked| TRADES.contains(asked) || words.iter().any(|own| is_meant(own, asked)));
    !words.is_empty() && named && known
}

fn norms(name: &str) -> Vec<String> {
    let words = super::text::words(name).into_iter();
    words.map(|word| word.norm).collect()
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
    let phrase = asked.join(" ");
    let role = norms(role).join(" ");
    let short = OFFICES.iter().find(|(short, _)| phrase == *short);
    if let Some((short, long)) = short {
        return role.contains(long) || role.split(' ').any(|word| word == *short);
    }
    let is_office = |word: &&str| OFFICE_WORDS.contains(word);
    asked.iter().any(is_office) && role.contains(&phrase)
}

/// The analysts whose own words are wanted.
pub(super) struct Analysts {
    /// The words that say so.
    pub(super) place: Range<usize>,
    /// Whom they speak for, where that is said, and its place.
    pub(super) firm: Option<(String, Range<usize>)>,
}

/// `which analyst asked`, `what did the analysts from Larkspur ask`.
pub(super) fn analysts(words: &[Word<'_>]) -> Option<Analysts> {
    let at = words
        .iter()
        .position(|word| word.is_any(&["analyst", "analysts"]))?;
    let joined = words.get(at + 1).is_some_and(|word| word.is_any(AT_A_FIRM));
    let firm = words.get(at + 2..).unwrap_or_default();
    let length = firm.iter().take_while(|word| word.is_capital()).count();
    let firm = firm.get(..length).filter(|_| joined && length > 0);
    let behind = at + 1 + firm.map_or(0, |firm| firm.len() + 1);
    let near = words.get(behind).is_some_and(|next| {
        next.is_any(&[
            "ask", "asked", "asks", "asking", "question", "raise", "raised", "want",
        ])
    });
    let mut before = words.get(..at)?.iter().rev();
    let helped = before.next().is_some_and(|word| {
        word.is_any(HELPERS)
            || (word.is_any(BEFORE_A_NAME)
                && before.next().is_some_and(|word| word.is_any(HELPERS)))
    });
    let named = |firm: &[Word<'_>]| {
        let label: Vec<&str> = firm.iter().map(|word| word.text).collect();
        let (first, last) = (firm.first()?, firm.last()?);
        Some((label.join(" "), first.place.start..last.place.end))
    };
    (near || helped).then(|| {
        Some(Analysts {
            place: words.get(at)?.place.clone(),
            firm: firm.and_then(named),
        })
    })?
}

/// The analysts of a firm, by name.
pub(super) fn of_firm(firm: &str, people: &[Person]) -> Vec<String> {
    let asked = norms(firm);
    let is_of = |person: &&Person| {
        let own = person.affiliation.as_deref().map(norms);
        own.is_some_and(|own| asked.iter().all(|word| own.contains(word)))
    };
    let mut names: Vec<String> = people
        .iter()
        .filter(is_of)
        .map(|person| person.name.clone())
        .collect();
    names.sort();
    names.dedup();
    names
}

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

#[cfg(test)]
mod tests {
    use super::super::text::words;
    use super::*;

    const PEOPLE: [&str; 6] = [
        "Grad C",
        "Grad D",
        "Marketing",
        "Industrial Designer",
        "User Interface",
        "Tomas C. Reed",
    ];

    fn names(question: &str) -> Vec<String> {
        let people = PEOPLE.map(|name| Person {
            name: name.to_owned(),
            role: None,
            affiliation: None,
            kind: Kind::Other,
        });
        speaker(&words(question), &people).map_or_else(Vec::new, |speaker| speaker.names)
    }

    #[test]
    fn people_are_known_by_the_letter_or_the_trade_that_they_go_by() {
        let cases: [(&str, &[&str]); 9] = [
            ("What did C think about microphones?", &["Grad C"]),
            ("What did Grad D say?", &["Grad D"]),
            ("What did the marketing expert propose?", &["Marketing"]),
            ("Summarize the marketing expert's opinions", &["Marketing"]),
            (
                "Why didn't the Industrial Design agree on clay?",
                &["Industrial Designer"],
            ),
            (
                "What did the user interface designer recommend?",
                &["User Interface"],
            ),
            (
                "What did Marketing and the Industrial Designer discuss?",
                &["Industrial Designer", "Marketing"],
            ),
            ("What did Reed say?", &["Tomas C. Reed"]),
            ("What did the gardening expert say?", &[]),
        ];
        for (question, expected) in cases {
            assert_eq!(names(question), expected, "{question}");
        }
    }
}
