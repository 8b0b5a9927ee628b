//! Whose words a question is about: a speaker by name or by office, or analysts.
//!
//! In: a question's words and the people of the calls in question. Out: names as stored, and the words that said so.
//! Only who is said to say something is meant: `who succeeds Ada Finch` is about her, `what did Ada Finch say` asks for
//! her words.

mod analysts;
mod called;
mod mentioned;
mod phrase;

pub(super) use analysts::{Analysts, analysts, of_firm};
pub(super) use mentioned::{Named, addressed, may_mention, mentioned};

use super::text::Word;
use crate::library::Person;
use crate::transcript::{Kind, may_be_one};
use called::called;
use phrase::{heading, perhaps, phrase};
use std::ops::Range;

/// Who is asked to have spoken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Speaker {
    /// For people, as typed, or as stored where that is a slip.
    pub(super) label: String,
    /// A name that was taken for a slip, as typed.
    pub(super) misspelt: Option<String>,
    /// As stored; empty when the library knows nobody so named.
    pub(super) names: Vec<String>,
    pub(super) place: Range<usize>,
    /// Whether nothing but somebody can be meant.
    pub(super) is_certain: bool,
}

/// Words before a name that are no part of it.
const BEFORE_A_NAME: &[&str] = &[
    "the", "of", "at", "from", "mr", "mrs", "ms", "dr", "hon", "sir", "our", "their", "its",
];
/// What joins somebody and whom they speak for.
const AT_A_FIRM: &[&str] = &["at", "from", "of", "with"];

/// Who is said to have spoken, by the first such phrase.
pub(super) fn speaker(words: &[Word<'_>], people: &[Person]) -> Option<Speaker> {
    let said = phrase(words).and_then(|place| told(words, place, people, true));
    let is_known = |speaker: &Speaker| !speaker.names.is_empty();
    if said.as_ref().is_some_and(is_known) {
        return said;
    }
    // Only somebody who speaks for a company, or for nobody: `Lark's margin` is rarely an analyst's.
    let asks = |name: &String| {
        let mut own = people.iter().filter(|person| person.name == *name);
        own.any(|person| person.kind == Kind::Analyst)
    };
    let mut perhaps = perhaps(words).into_iter();
    let perhaps = perhaps.find_map(|place| {
        let mut speaker = told(words, place, people, false)?;
        speaker.names.retain(|name| !asks(name));
        Some(speaker).filter(is_known)
    });
    perhaps
        .or(said)
        .or_else(|| told(words, heading(words)?, people, false))
}

/// Who the words at a place name.
fn told(
    words: &[Word<'_>],
    (from, end): (usize, usize),
    people: &[Person],
    is_certain: bool,
) -> Option<Speaker> {
    let phrase = words.get(from..end)?;
    let mut speaker = named(phrase, people, is_certain)?;
    // `Tomas Reed, the CFO`, `Ines Vane of Larkspur Research`, `the chief executive officer Petra Quill`.
    let comma = phrase.iter().position(|word| word.comma);
    let firm = phrase.iter().position(|word| word.is_any(AT_A_FIRM));
    let name = phrase.iter().rposition(|word| !word.is_capital());
    // `Larkspur's Ines Vane`, `CFO Petra Quill`.
    let owner = phrase.iter().rposition(|word| word.possessive);
    let office = phrase.iter().rposition(Word::is_acronym);
    let behind = |at: Option<usize>| at.and_then(|at| phrase.get(at + 1..));
    let shorter = [
        comma.and_then(|comma| phrase.get(..=comma)),
        firm.and_then(|firm| phrase.get(..firm)),
        behind(name),
        behind(owner),
        behind(office),
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
    if speaker.names.is_empty() {
        let part = firm.and_then(|firm| phrase.get(..firm)).unwrap_or(phrase);
        misspelt(&mut speaker, part, people);
    }
    Some(speaker)
}

/// Takes the name for that of somebody who is called nearly so.
fn misspelt(speaker: &mut Speaker, phrase: &[Word<'_>], people: &[Person]) {
    let called: Vec<&str> = called_by(phrase).map(|word| word.norm.as_str()).collect();
    if let Some(person) = called::nearly(&called, people) {
        let typed = std::mem::replace(&mut speaker.label, person.name.clone());
        speaker.misspelt = Some(typed);
        let same = |other: &&Person| may_be_one(&other.name, &person.name);
        let same = people.iter().filter(same);
        speaker.names = same.map(|other| other.name.clone()).collect();
        speaker.names.sort();
        speaker.names.dedup();
    }
}

/// The words of a name.
fn called_by<'w, 'a>(phrase: &'w [Word<'a>]) -> impl Iterator<Item = &'w Word<'a>> {
    let words = phrase.iter();
    words.filter(|word| !word.is_any(BEFORE_A_NAME))
}

fn named(phrase: &[Word<'_>], people: &[Person], is_certain: bool) -> Option<Speaker> {
    let called: Vec<&Word<'_>> = called_by(phrase).collect();
    let (first, last) = (called.first()?, called.last()?);
    Some(Speaker {
        label: called
            .iter()
            .map(|word| word.text)
            .collect::<Vec<_>>()
            .join(" "),
        misspelt: None,
        names: names(&called, people),
        place: first.place.start..last.place.end,
        is_certain,
    })
}

/// Whether anybody goes by a name.
pub(super) fn is_anybody(name: &str, people: &[Person]) -> bool {
    let norms = called::norms(name);
    let asked: Vec<&str> = norms.iter().map(String::as_str).collect();
    !called(&asked, people).is_empty()
}

/// The people that the words name, as stored: one person, or two with `and` between them.
fn names(words: &[&Word<'_>], people: &[Person]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for asked in words.split(|word| word.norm == "and") {
        let asked: Vec<&str> = asked.iter().map(|word| word.norm.as_str()).collect();
        let found = called(&asked, people);
        if found.is_empty() {
            return Vec::new();
        }
        names.extend(found.into_iter().map(|person| person.name.clone()));
    }
    names.sort();
    names.dedup();
    names
}

/// Whether a question could be about a speaker at all: then it is worth knowing who speaks.
pub(super) fn may_name_somebody(words: &[Word<'_>]) -> bool {
    phrase(words).or_else(|| heading(words)).is_some() || !perhaps(words).is_empty()
}

#[cfg(test)]
mod tests {
    use super::super::text::words;
    use super::*;

    const PEOPLE: [&str; 7] = [
        "Grad C",
        "Grad D",
        "Marketing",
        "Industrial Designer",
        "User Interface",
        "Tomas C. Reed",
        "CHAIR QUILL",
    ];

    fn person(name: &str) -> Person {
        Person {
            name: name.to_owned(),
            role: None,
            affiliation: None,
            kind: Kind::Other,
        }
    }

    fn names(question: &str) -> Vec<String> {
        let people = PEOPLE.map(person);
        speaker(&words(question), &people).map_or_else(Vec::new, |speaker| speaker.names)
    }

    #[test]
    fn a_short_name_is_that_of_every_call_that_has_the_long_one() {
        let people = ["Tom Reed", "Thomas C. Reed", "Ines Reed"].map(person);
        let found = speaker(&words("What did Tom Reed say about coal?"), &people);
        let names = found.map(|speaker| speaker.names);
        assert_eq!(names.unwrap(), ["Thomas C. Reed", "Tom Reed"]);
    }

    #[test]
    fn people_are_known_by_the_letter_or_the_trade_that_they_go_by() {
        let cases: [(&str, &[&str]); 13] = [
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
            ("What did Petra Quill say?", &["CHAIR QUILL"]),
            ("What did Ines Reed say?", &[]),
            ("What did Thomas Read say?", &["Tomas C. Reed"]),
            ("Tomas Vane on coal", &[]),
            ("What did the gardening expert say?", &[]),
        ];
        for (question, expected) in cases {
            assert_eq!(names(question), expected, "{question}");
        }
    }
}
