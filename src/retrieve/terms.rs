//! The question's words, weighed by how rare they are in this library.

use crate::error::Result;
use crate::library::Library;
use crate::question::{Question, Stems, words};
use std::collections::HashSet;

/// A word of the question.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// In lower case, as asked.
    pub word: String,
    /// Its stem.
    pub stem: String,
    /// Inverse document frequency: 0 for a word in every passage, most for one in none.
    pub idf: f32,
}

/// The words of a question, and what it takes to find them in a sentence.
pub struct Terms {
    /// In the order of the question.
    pub terms: Vec<Term>,
    stems: Stems,
}

impl Terms {
    /// Weighs the words of a question against the whole library.
    ///
    /// # Errors
    /// Those of the library.
    pub fn weigh(library: &Library, question: &Question) -> Result<Self> {
        let stems = Stems::default();
        let passages = library.totals(None)?.passages;
        let mut terms = Vec::with_capacity(question.terms.len());
        for word in &question.terms {
            let idf = idf(library.document_frequency(word)?, passages);
            terms.push(Term {
                word: word.clone(),
                stem: stems.stem(word),
                idf,
            });
        }
        Ok(Self { terms, stems })
    }

    /// Which of the terms a text holds, in any of their forms: one flag a term.
    pub fn held_by(&self, text: &str) -> Vec<bool> {
        let stems: HashSet<String> = words(text)
            .iter()
            .map(|word| self.stems.stem(word))
            .collect();
        self.terms
            .iter()
            .map(|term| stems.contains(&term.stem))
            .collect()
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
    fn a_rarer_word_weighs_more() {
        assert!(idf(0, 100) > idf(1, 100) && idf(1, 100) > idf(50, 100) && idf(100, 100) > 0.0);
        assert!(idf(0, 0).is_finite());
    }
}
