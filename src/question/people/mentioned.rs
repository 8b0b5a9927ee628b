//! People whom a question names without saying that they speak: `Ada Finch margins`, `what did Ada Finch ask Tomas Reed`,
//! `how many hives did Ada Finch lose`.
//!
//! In: a question's words and people. Out: where the names lie, and whose they are. Only first and last name together are
//! somebody's; a lone word may be anything.

use super::super::text::{Word, is_question_word};
use super::called::norms;
use super::phrase::HELPERS;
use crate::library::Person;
use std::ops::Range;

/// What is done to whom is named next.
const ADDRESSES: &[&str] = &["ask", "asked", "asks", "asking", "tell", "told", "tells"];

/// Somebody's first and last name.
pub(in crate::question) struct Named {
    pub(in crate::question) place: Range<usize>,
    /// As stored.
    pub(in crate::question) names: Vec<String>,
    /// Whether what follows is looked for in their words: the question begins with the name and is no sentence.
    pub(in crate::question) leads: bool,
}

/// Where names may lie: two words with capitals, one beside the other.
fn pairs<'w, 'a>(words: &'w [Word<'a>]) -> impl Iterator<Item = (usize, &'w [Word<'a>])> {
    let is_name = |pair: &[Word<'_>]| match pair {
        [first, _] => {
            let mut both = pair.iter();
            let are_names = both.all(|word| word.is_capital() && !is_question_word(word));
            are_names && !first.possessive && !first.comma
        }
        _ => false,
    };
    let pairs = words.windows(2).enumerate();
    pairs.filter(move |(_, pair)| is_name(pair))
}

/// Whether a question could name somebody so: then it is worth knowing who speaks.
pub(in crate::question) fn may_mention(words: &[Word<'_>]) -> bool {
    pairs(words).next().is_some()
}

/// The first person whose first and last name stand in a question.
pub(in crate::question) fn mentioned(words: &[Word<'_>], people: &[Person]) -> Option<Named> {
    let is_sentence = words
        .iter()
        .any(|word| word.is_any(HELPERS) || (word.first && is_question_word(word)));
    pairs(words).find_map(|(at, pair)| {
        let [first, last] = pair else { return None };
        let is_theirs = |name: &str| {
            let own = norms(name);
            own.len() > 1 && own.first() == Some(&first.norm) && own.last() == Some(&last.norm)
        };
        let mut names: Vec<String> = people
            .iter()
            .map(|person| &person.name)
            .filter(|name| is_theirs(name))
            .cloned()
            .collect();
        names.sort();
        names.dedup();
        let place = first.place.start..last.place.end;
        let leads = at == 0 && !is_sentence;
        (!names.is_empty()).then_some(Named {
            place,
            names,
            leads,
        })
    })
}

/// The words of a name that somebody is asked by: `Tomas Reed` in `what did Ada Finch ask Tomas Reed`.
pub(in crate::question) fn addressed(words: &[Word<'_>]) -> Option<(String, Range<usize>)> {
    let asks = words
        .iter()
        .skip(1)
        .position(|word| word.is_any(ADDRESSES))?
        + 2;
    let name = words
        .get(asks..)?
        .iter()
        .take_while(|word| word.is_capital());
    let name: Vec<&Word<'_>> = name.collect();
    let (first, last) = (name.first()?, name.last()?);
    let text: Vec<&str> = name.iter().map(|word| word.text).collect();
    Some((text.join(" "), first.place.start..last.place.end))
}

#[cfg(test)]
mod tests {
    use super::super::super::text::words;
    use super::*;
    use crate::transcript::Kind;

    #[test]
    fn first_and_last_name_together_are_somebody() {
        let people = ["Tomas C. Reed", "Ines Vane"].map(|name| Person {
            name: name.to_owned(),
            role: None,
            affiliation: None,
            kind: Kind::Other,
        });
        let cases = [
            ("Tomas Reed coal price", Some(("Tomas C. Reed", true))),
            ("coal price Ines Vane", Some(("Ines Vane", false))),
            (
                "How many hives did Ines Vane lose?",
                Some(("Ines Vane", false)),
            ),
            ("Reed on coal", None),
            ("Tomas Vane coal", None),
            ("Does Tomas, Reed and all, agree?", None),
        ];
        for (question, expected) in cases {
            let found = mentioned(&words(question), &people);
            let found = found.map(|found| (found.names.concat(), found.leads));
            let expected = expected.map(|(name, leads)| (name.to_owned(), leads));
            assert_eq!(found, expected, "{question}");
        }
    }

    #[test]
    fn whoever_is_asked_is_told_from_what_is_asked() {
        let asked = |question: &str| addressed(&words(question)).map(|(name, _)| name);
        assert_eq!(
            asked("What did Ines Vane ask Tomas Reed?").as_deref(),
            Some("Tomas Reed")
        );
        assert_eq!(asked("What did Ines Vane ask about coal?"), None);
        assert_eq!(asked("Who asked?"), None);
    }
}
