//! Postings of texts, made in memory.

use super::{Postings, Stems, TermSource, words};
use crate::index::blocks::Checked;
use std::collections::{BTreeMap, HashMap};

/// The words of passages, as far as they have been added.
#[derive(Default)]
pub(in crate::index) struct Inverted {
    stems: Stems,
    /// Which postings a word as written leads to: most words are stemmed once.
    seen: HashMap<String, usize>,
    terms: BTreeMap<String, usize>,
    postings: Vec<Postings>,
}

impl Inverted {
    /// Adds the passage at a place, which is higher than all before; gives the count of words in its
    /// body.
    pub(in crate::index) fn add(&mut self, place: u32, body: &str, header: &str) -> usize {
        let words_of_body = words(body);
        for (at, word) in words_of_body.iter().enumerate() {
            let Ok(at) = u16::try_from(at) else {
                break;
            };
            let postings = self.postings_at(word, place);
            if let Some(count) = postings.body.last_mut() {
                *count += 1;
                postings.positions.push(at);
            }
        }
        for word in words(header) {
            if let Some(count) = self.postings_at(&word, place).header.last_mut() {
                *count = count.saturating_add(1);
            }
        }
        words_of_body.len()
    }

    /// A word's postings, with one for the place.
    fn postings_at(&mut self, word: &str, place: u32) -> &mut Postings {
        let at = match self.seen.get(word) {
            Some(at) => *at,
            None => self.at(word),
        };
        // The place was made before the word was given it.
        let postings = &mut self.postings[at];
        if postings.places.last() != Some(&place) {
            postings.places.push(place);
            postings.body.push(0);
            postings.header.push(0);
        }
        postings
    }

    fn at(&mut self, word: &str) -> usize {
        let mut stem = self.stems.stem(word);
        while stem.len() > super::dictionary::LONGEST {
            stem.pop();
        }
        let next = self.postings.len();
        let at = *self.terms.entry(stem).or_insert(next);
        if at == next {
            self.postings.push(Postings::default());
        }
        self.seen.insert(word.to_owned(), at);
        at
    }

    /// The words in order, with their postings.
    pub(in crate::index) fn into_terms(self) -> impl TermSource {
        Terms {
            terms: self.terms.into_iter(),
            postings: self.postings,
        }
    }
}

struct Terms {
    terms: std::collections::btree_map::IntoIter<String, usize>,
    postings: Vec<Postings>,
}

impl TermSource for Terms {
    fn next(&mut self) -> Checked<Option<(String, Postings)>> {
        let next = self.terms.next();
        Ok(next.map(|(term, at)| {
            let postings = self.postings.get_mut(at).map(std::mem::take);
            (term, postings.unwrap_or_default())
        }))
    }
}
