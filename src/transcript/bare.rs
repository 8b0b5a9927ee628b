//! Names on lines of their own, without any mark: what tells them from a short line of speech.
//!
//! In: the people that a document lists, and its lines. Out: whose a line is, if it names somebody.
//! A name is believed where a roster has it, in any variant, or where it stands alone again and
//! again. This file knows no vendor.

use super::Participant;
use super::lines::Line;
use super::names::{is_name, is_operator, is_unknown, key, last_word, may_be_same};
use super::people::named;
use foldhash::HashMap;

/// The longest line that names somebody.
const LONGEST_NAME: usize = 60;

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
            || is_unknown(words) && words.split(' ').count() <= 4 && !words.ends_with(['.', '?'])
        {
            return Some(named(words));
        }
        if !is_name(words) {
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
            .filter(|_| key.contains(' '))?;
        let mut same = relatives.iter().filter(|other| may_be_same(&key, other));
        let only = same.next().filter(|_| same.next().is_none())?;
        self.by_key.get(only)
    }
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
    [
        "thank you",
        "good morning",
        "good afternoon",
        "good evening",
        "operator instructions",
    ]
    .iter()
    .any(|courtesy| words.to_lowercase().starts_with(courtesy))
}
