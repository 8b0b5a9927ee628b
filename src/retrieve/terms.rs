//! The question's words, weighed by how rare they are in this library.

use crate::error::Result;
use crate::library::Library;
use crate::question::{Stems, words};
use std::collections::BTreeSet;

/// A word of the question.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// In lower case, as asked.
    pub word: String,
    /// Its stem.
    pub stem: String,
    /// Inverse document frequency: 0 for a word in every passage, most for one in none.
    pub idf: f32,
    /// Whether no passage of the library holds it.
    pub is_unheard: bool,
}

/// The words of a question, and what it takes to find them in a sentence.
pub struct Terms {
    /// In the order of the question.
    pub terms: Vec<Term>,
    stems: Stems,
}

impl Terms {
    /// Weighs words against the whole library.
    ///
    /// # Errors
    /// Those of the library.
    pub fn weigh(library: &Library, words: &[String]) -> Result<Self> {
        let stems = Stems::default();
        let passages = library.totals(None)?.passages;
        let mut terms = Vec::with_capacity(words.len());
        for word in words {
            let holding = library.document_frequency(word)?;
            terms.push(Term {
                word: word.clone(),
                stem: stems.stem(word),
                idf: idf(holding, passages),
                is_unheard: holding == 0,
            });
        }
        Ok(Self { terms, stems })
    }

    /// For each word of a text the term that it is a form of, if any.
    pub fn sequence(&self, text: &str) -> Vec<Option<usize>> {
        words(text)
            .iter()
            .map(|word| {
                let stem = self.stems.stem(word);
                self.terms
                    .iter()
                    .position(|term| is_form_of(&term.stem, &stem))
            })
            .collect()
    }

    /// Which of the terms a text holds, in any of their forms: one flag a term.
    pub fn held_by(&self, text: &str) -> Vec<bool> {
        let stems: BTreeSet<String> = words(text)
            .iter()
            .map(|word| self.stems.stem(word))
            .collect();
        let held = |term: &Term| stems.iter().any(|stem| is_form_of(&term.stem, stem));
        self.terms.iter().map(held).collect()
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

/// Whether two stems are forms of one word: the same, or one the beginning of the other, as a stemmer
/// leaves `constrain` and `constraint`; `back` is no form of `backlog`.
fn is_form_of(a: &str, b: &str) -> bool {
    const SHORTEST: usize = 4;
    const MOST_MORE: usize = 2;
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let begins = long.starts_with(short) && long.len() - short.len() <= MOST_MORE;
    a == b || (begins && short.len() >= SHORTEST && !short.contains(|c: char| c.is_ascii_digit()))
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
    fn a_noun_and_its_verb_are_forms_of_one_word() {
        assert!(is_form_of("constrain", "constraint") && is_form_of("launch", "launch"));
        assert!(!is_form_of("back", "backlog"));
        assert!(!is_form_of("aws", "awsom") && !is_form_of("2024", "20245"));
    }

    #[test]
    fn a_rarer_word_weighs_more() {
        assert!(idf(0, 100) > idf(1, 100) && idf(1, 100) > idf(50, 100) && idf(100, 100) > 0.0);
        assert!(idf(0, 0).is_finite());
    }
}
