//! Names on lines of their own, without any mark: what tells them from a short line of speech.
//!
//! In: the people that a document lists, and its lines. Out: whose a line is, if it names somebody.
//! A name is believed where a roster has it, in any variant, or where it stands alone again and
//! again. This file knows no vendor.

use super::lines::Line;
use super::names::{is_name, is_numbered, is_operator, is_unknown, key, last_word, may_be_same};
use super::people::named;
use super::words::Words;
use super::{Kind, Participant};
use foldhash::HashMap;

/// The longest line that names somebody.
const LONGEST_NAME: usize = 60;

/// Among more people of one last name, no variant of a name is certain.
const MOST_RELATIVES: usize = 20;

/// How a sentence ends.
const ENDS: [char; 7] = ['.', '?', '!', '…', '"', '”', ']'];

/// With what short answers and greetings begin.
#[rustfmt::skip]
static COURTESIES: Words<16> = Words::of([
    "thank", "thanks", "good", "great", "hi", "hello", "hey", "okay", "ok", "yes", "yeah", "no", "sure", "right", "well",
    "congratulations",
]);

/// The people that a bare line may name.
#[derive(Default)]
pub(super) struct Known {
    by_key: HashMap<String, Participant>,
    by_last_word: HashMap<String, Vec<String>>,
}

impl Known {
    /// The people of a roster.
    pub(super) fn of(roster: &[Participant]) -> Self {
        let mut known = Self::default();
        for who in roster {
            known.meet(who);
        }
        known
    }

    fn meet(&mut self, who: &Participant) {
        let key = key(&who.name);
        if key.is_empty() || self.by_key.contains_key(&key) {
            return;
        }
        self.by_last_word
            .entry(last_word(&key).to_owned())
            .or_default()
            .push(key.clone());
        self.by_key.insert(key, who.clone());
    }

    /// Adds those who are called by the words just above their names: `Our next question comes from Bo Crane.`
    pub(super) fn and_called(mut self, lines: &[Line<'_>]) -> Self {
        let mut above = "";
        for words in lines.iter().map(Line::words).filter(|w| !w.is_empty()) {
            if self.speaker(words).is_none() && is_called(words, above) {
                let mut who = named(words);
                if who.kind == Kind::Other && above.contains("question") {
                    who.kind = Kind::Analyst;
                }
                self.meet(&who);
            }
            above = words;
        }
        self
    }

    /// Adds those whose full name stands alone on two lines or more.
    pub(super) fn and_repeated(mut self, lines: &[Line<'_>]) -> Self {
        let mut counts: HashMap<&str, usize> = HashMap::default();
        for words in lines
            .iter()
            .map(Line::words)
            .filter(|words| is_full_name(words))
        {
            *counts.entry(words).or_default() += 1;
        }
        let mut repeated: Vec<&str> = counts
            .into_iter()
            .filter(|(_, count)| *count > 1)
            .map(|(name, _)| name)
            .collect();
        repeated.sort_unstable();
        for name in repeated {
            if self.find(name).is_none() {
                self.meet(&named(name));
            }
        }
        self
    }

    /// Whose line it is: a person of the list, the operator, or somebody unknown. The name stays as
    /// it is written here.
    pub(super) fn speaker(&self, words: &str) -> Option<Participant> {
        if words.len() > LONGEST_NAME {
            return None;
        }
        if is_operator(words)
            || is_numbered(words)
            || is_unknown(words) && words.split(' ').count() <= 4 && !words.ends_with(['.', '?'])
        {
            return Some(named(words));
        }
        if !is_name(without_letters(words)) {
            return None;
        }
        let found = self.find(words)?;
        Some(Participant {
            name: words.to_owned(),
            ..found.clone()
        })
    }

    fn find(&self, words: &str) -> Option<&Participant> {
        let key = key(words);
        if let Some(exact) = self.by_key.get(&key) {
            return Some(exact);
        }
        // A lone last name may be a word of speech.
        let relatives = self
            .by_last_word
            .get(last_word(&key))
            .filter(|others| key.contains(' ') && others.len() <= MOST_RELATIVES)?;
        let mut same = relatives.iter().filter(|other| may_be_same(&key, other));
        let only = same.next().filter(|_| same.next().is_none())?;
        self.by_key.get(only)
    }
}

/// Whether a line can name somebody whom no list has: the words above have ended, a sentence begins below.
pub(super) fn may_be_stranger(words: &str, above: &str, below: &str) -> bool {
    words.len() <= LONGEST_NAME
        && (2..=4).contains(&words.split(' ').count())
        && is_name(words)
        && !is_courtesy(words)
        && above.ends_with(ENDS)
        && !below.is_empty()
        && !below.starts_with(char::is_lowercase)
}

/// Whether the words above a line name whom it names; a lone word, only as somebody who asks.
fn is_called(words: &str, above: &str) -> bool {
    if words.len() > LONGEST_NAME || !above.ends_with(ENDS) || !is_name(without_letters(words)) {
        return false;
    }
    let leads: &[&str] = if words.contains(' ') {
        &[""]
    } else {
        &["from ", "line of "]
    };
    above.match_indices(words).any(|(at, _)| {
        let (before, after) = (above.get(..at), above.get(at + words.len()..));
        let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
        leads.iter().any(|lead| before.ends_with(lead))
            && before.ends_with(' ')
            && !after.starts_with(char::is_alphanumeric)
    })
}

/// A name without the letters behind it, as `Bo Crane` of `Bo Crane, CFA`.
fn without_letters(words: &str) -> &str {
    let parts = words.split_once(", ");
    parts
        .filter(|(_, letters)| key(letters).is_empty())
        .map_or(words, |(name, _)| name)
}

/// Two to four words, each with a capital, as few lines of speech are.
fn is_full_name(words: &str) -> bool {
    let count = words.split(' ').count();
    let capitals = words
        .split(' ')
        .all(|word| word.starts_with(char::is_uppercase));
    words.len() <= LONGEST_NAME
        && (2..=4).contains(&count)
        && capitals
        && is_name(words)
        && !is_courtesy(words)
        && super::section::heading(words).is_none()
        && super::roster::heading(words).is_none()
}

/// What is said alone on a line and begins with capitals.
fn is_courtesy(words: &str) -> bool {
    let first = words.split([' ', ',']).next().unwrap_or_default();
    COURTESIES.has(first) || words.eq_ignore_ascii_case("operator instructions")
}

#[cfg(test)]
mod tests {
    use super::super::lines::lines;
    use super::*;

    #[test]
    fn whoever_is_called_by_the_words_above_is_known() {
        let called = |above: &str, name: &str| {
            let text = format!("{above}\n\n{name}\n\nHow dear?\n");
            let lines: Vec<_> = lines(&text).collect();
            let known = Known::default().and_called(&lines);
            known.speaker(name).map(|who| who.kind)
        };
        for name in [
            "Bo Crane",
            "Bo P. Crane",
            "Bo van Crane",
            "BO CRANE",
            "Crane",
            "Bo Crane, CFA",
            "Dr. Bo Crane",
        ] {
            let above = format!("Our next question comes from {name} of Vale Bank.");
            assert_eq!(called(&above, name), Some(Kind::Analyst), "{name}");
        }
        assert_eq!(
            called("I hand over to Bo Crane.", "Bo Crane"),
            Some(Kind::Other)
        );
        for (above, words) in [
            ("Iron is dear in Anvil Town.", "Anvil"),
            ("We met Bo Cranes.", "Bo Crane"),
            ("I say that Bo Crane", "Bo Crane"),
            ("It is dear.", "Bo Crane"),
        ] {
            assert_eq!(called(above, words), None, "{above}");
        }
    }

    #[test]
    fn a_greeting_alone_and_a_line_within_a_sentence_are_no_strangers() {
        assert!(may_be_stranger("Bo Crane", "Yes.", "How dear?"));
        for (words, above, below) in [
            ("Thanks Bo", "Yes.", "How dear?"),
            ("Bo Crane", "I met", "How dear?"),
            ("Bo Crane", "Yes.", "said so."),
            ("Crane", "Yes.", "How dear?"),
        ] {
            assert!(!may_be_stranger(words, above, below), "{words}");
        }
    }
}
