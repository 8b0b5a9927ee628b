//! The question's words, weighed by how rare they are in this library.

use crate::error::Result;
use crate::index::{Index, Stems, Weighted, is_form_of, is_pair, runs, words};
use foldhash::{HashMap, HashMapExt};
use std::cell::RefCell;

/// Passages that a question's words may bring together, of which the best are taken; the rarest word
/// brings all of its own.
const MOST_BROUGHT: u64 = 25_000;

/// A word of the question.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is one fact of a word")]
pub struct Term {
    /// In lower case, as asked.
    pub word: String,
    /// Its stem.
    pub stem: String,
    /// Inverse document frequency: 0 for a word in every passage, most for one in none.
    pub idf: f32,
    /// Whether it is a name that many people know: only itself, with a capital, is a form of it.
    pub is_name: bool,
    /// Whether the candidates write it with a capital wherever they hold it: it names something.
    pub is_proper: bool,
    /// Whether no passage of the library holds it.
    pub is_unheard: bool,
    /// Whether nothing that was searched holds it; of short turns others may stand in the same passage.
    pub is_missing: bool,
    /// Whether none of those who were searched says it.
    pub is_unsaid: bool,
    /// Whether it names what something is compared with.
    pub is_compared: bool,
    /// Whether it is rare enough to bring passages.
    pub brings: bool,
}

/// The words of a question, and what it takes to find them in a sentence.
pub struct Terms {
    /// In the order of the question.
    pub terms: Vec<Term>,
    stems: Stems,
    /// For each byte, whether a run that begins with it may be a form of a term.
    begins: [bool; 256],
    /// Words that were looked at, as they were written, each with the terms that it is a form of: texts repeat themselves.
    known: RefCell<HashMap<String, Vec<usize>>>,
}

impl Terms {
    /// Weighs words against the whole library; those of `names` are nothing but names.
    ///
    /// # Errors
    /// Those of the library.
    pub fn weigh(index: &Index<'_>, words: &[String], names: &[String]) -> Result<Self> {
        let stems = Stems::default();
        let passages = index.passages()?;
        let mut terms = Vec::with_capacity(words.len());
        let mut postings = Vec::with_capacity(words.len());
        let mut holding = Vec::with_capacity(words.len());
        for word in words {
            let stem = stems.stem(word);
            holding.push(index.document_frequency(&stem)?);
            postings.push(index.postings(&stem)?);
        }
        let mut pairs = words.iter().zip(&holding).filter(|(word, _)| is_pair(word));
        let any_pair = pairs.any(|(_, holding)| *holding > 0);
        for (word, holding) in words.iter().zip(holding) {
            // A pair of letters that nobody writes may stand across two words of the question.
            let is_chance = holding == 0 && any_pair && is_pair(word);
            terms.push(Term {
                word: word.clone(),
                stem: stems.stem(word),
                idf: if is_chance {
                    0.0
                } else {
                    idf(holding, passages)
                },
                is_name: names.contains(word),
                is_proper: false,
                is_unheard: holding == 0 && !is_chance,
                is_missing: false,
                is_unsaid: false,
                is_compared: false,
                brings: false,
            });
        }
        // The rarest first, as long as they bring no more than that together. The company's name is rare in what
        // is said, and in the header of each passage.
        let mut order: Vec<usize> = (0..terms.len()).collect();
        order.sort_by_key(|at| postings.get(*at).copied());
        let mut brought = 0;
        for at in order {
            let count = postings.get(at).copied().unwrap_or(0);
            if let Some(term) = terms.get_mut(at) {
                term.brings = brought == 0 || brought + count <= MOST_BROUGHT;
            }
            brought += count;
        }
        Ok(Self::new(terms, stems))
    }

    fn new(terms: Vec<Term>, stems: Stems) -> Self {
        Self {
            begins: beginnings(&terms),
            terms,
            stems,
            known: RefCell::new(HashMap::new()),
        }
    }

    /// The terms as they are searched.
    pub fn weighted(&self) -> Vec<Weighted> {
        let terms = self.terms.iter().map(|term| Weighted {
            stem: term.stem.clone(),
            idf: term.idf,
            brings: term.brings,
        });
        terms.collect()
    }

    /// Which of the terms a text holds, in any of their forms: one flag a term.
    pub fn held_by(&self, text: &str) -> Vec<bool> {
        let mut held = vec![false; self.terms.len()];
        // Some transcripts have no capitals at all.
        let has_capitals = is_capital(text);
        let mut known = self.known.borrow_mut();
        for run in runs(text).filter(|run| self.may_hold(run)) {
            // Looking a word up takes no memory, bringing it into its common form does.
            let of = if let Some(of) = known.get(run) {
                of
            } else {
                let of = words(run).iter().flat_map(|word| self.of(word)).collect();
                known.entry(run.to_owned()).or_insert(of)
            };
            for at in of {
                let is_name = self.terms.get(*at).is_some_and(|term| term.is_name);
                if let Some(held) = held.get_mut(*at) {
                    *held |= !(is_name && has_capitals) || is_capital(run);
                }
            }
        }
        held
    }

    /// Whether a run of a text may be a form of a term, by its first byte: to look at that is faster than to look the run up.
    fn may_hold(&self, run: &str) -> bool {
        let first = run.as_bytes().first().copied().map_or(0, usize::from);
        // A run with an underscore may be several words.
        self.begins.get(first) == Some(&true) || run.as_bytes().contains(&b'_')
    }

    /// The terms that a word is a form of.
    fn of(&self, word: &str) -> Vec<usize> {
        // All forms of a word begin alike.
        let begins = |term: &Term| term.stem.chars().next() == word.chars().next();
        if !self.terms.iter().any(begins) {
            return Vec::new();
        }
        let stem = self.stems.stem(word);
        let terms = self.terms.iter().enumerate();
        let is_it = |term: &Term| {
            if term.is_name {
                term.word == word
            } else {
                is_form_of(&term.stem, &stem)
            }
        };
        let of = terms.filter(|(_, term)| is_it(term));
        of.map(|(at, _)| at).collect()
    }

    /// Which of the terms were always written with a capital in the texts that were looked at; none where these have
    /// no small letters.
    pub(super) fn proper(&self) -> Vec<bool> {
        let known = self.known.borrow();
        let has_small = known.keys().any(|run| run.contains(char::is_lowercase));
        let mut written = vec![[false; 2]; self.terms.len()];
        for (run, of) in known.iter() {
            for at in of {
                if let Some(written) = written.get_mut(*at) {
                    written[usize::from(is_capital(run))] = true;
                }
            }
        }
        let is_proper = |written: [bool; 2]| has_small && written == [false, true];
        written.into_iter().map(is_proper).collect()
    }

    /// The words that nothing searched holds, as asked.
    pub fn missing(&self) -> Vec<String> {
        let missing = self.terms.iter().filter(|term| term.is_missing);
        missing.map(|term| term.word.clone()).collect()
    }

    /// The words that none of those who were searched says, as asked.
    pub fn unsaid(&self) -> Vec<String> {
        let unsaid = self.terms.iter().filter(|term| term.is_unsaid);
        unsaid.map(|term| term.word.clone()).collect()
    }

    /// The share of the question's weight that such terms carry, from 0 to 1.
    pub fn share(&self, such: impl Fn(&Term) -> bool) -> f32 {
        let flags: Vec<bool> = self.terms.iter().map(such).collect();
        self.coverage(&flags)
    }

    /// The share of the question's weight that the flagged terms carry, from 0 to 1.
    pub fn coverage(&self, held: &[bool]) -> f32 {
        let sum = |weights: &mut dyn Iterator<Item = f32>| weights.fold(0.0, |sum, idf| sum + idf);
        let all = sum(&mut self.terms.iter().map(|term| term.idf));
        let held = self.terms.iter().zip(held).filter(|(_, held)| **held);
        let held = sum(&mut held.map(|(term, _)| term.idf));
        if all > 0.0 { held / all } else { 0.0 }
    }
}

/// For each byte, whether a run that begins with it may be a form of one of the terms; of other letters than ASCII's the
/// first byte tells nothing.
fn beginnings(terms: &[Term]) -> [bool; 256] {
    let mut begins = [false; 256];
    begins.iter_mut().skip(0x80).for_each(|may| *may = true);
    for first in terms.iter().filter_map(|term| term.stem.bytes().next()) {
        for first in [first, first.to_ascii_uppercase()] {
            if let Some(may) = begins.get_mut(usize::from(first)) {
                *may = true;
            }
        }
    }
    begins
}

/// Whether a text has a capital.
pub(super) fn is_capital(text: &str) -> bool {
    text.contains(char::is_uppercase)
}

/// **Source**: Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework", §3.4, kept above
/// zero.
fn idf(holding: u64, passages: u64) -> f32 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "counts of passages; a weight needs no more"
    )]
    let (holding, passages) = (holding.min(passages) as f32, passages as f32);
    ((passages - holding + 0.5) / (holding + 0.5)).ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_holds_a_word_in_any_form_case_and_writing() {
        let stems = Stems::default();
        let term = |word: &str| Term {
            word: word.to_owned(),
            stem: stems.stem(word),
            idf: 1.0,
            is_name: false,
            is_proper: false,
            is_unheard: false,
            is_missing: false,
            is_unsaid: false,
            is_compared: false,
            brings: true,
        };
        let asked = ["margins", "elan", "利益"].map(term);
        let terms = Terms::new(asked.to_vec(), Stems::default());
        for (text, held) in [
            ("Our MARGIN's up.", [true, false, false]),
            ("gross_margin fell with Élan, and élan", [true, true, false]),
            ("営業利益は", [false, false, true]),
            ("A mark of 'plans'", [false, false, false]),
        ] {
            // Once more, when its words are known.
            assert_eq!(terms.held_by(text), held, "{text}");
            assert_eq!(terms.held_by(text), held, "{text}");
        }
    }

    #[test]
    fn a_rarer_word_weighs_more() {
        assert!(idf(0, 100) > idf(1, 100) && idf(1, 100) > idf(50, 100) && idf(100, 100) > 0.0);
        assert!(idf(0, 0).is_finite());
    }
}
