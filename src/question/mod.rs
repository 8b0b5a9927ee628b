//! What a question asks for: where to look, and the words that matter.
//!
//! In: the words as typed, the filters that the user set, and, to understand names and times, what the
//! library holds as a [`Catalogue`]. Out: a [`Question`]. Nothing here searches.

mod catalogue;
mod chosen;
mod company;
mod dated;
mod joined;
mod people;
mod section;
mod slip;
mod terms;
mod text;
mod understand;
mod understood;
mod wants;
mod when;
mod written;

pub use catalogue::Catalogue;
pub use understand::Record;
pub use understood::{Missing, Part, Understood};
pub use wants::{Tense, is_said_in_figures};
pub use written::Names;

use crate::error::{Error, Result};
use crate::index::words;
use crate::library::{Filter, Scope};
use std::ops::Range;
use terms::{has_terms, has_topic, quoted, terms};
use wants::{counted, wants_asker, wants_figure, wants_names};

/// A question, understood.
#[derive(Clone, Debug)]
pub struct Question {
    /// As asked; this is what is embedded.
    pub text: String,
    /// Where to look, as the user set it.
    pub filter: Filter,
    /// What was recognised in the text.
    pub understood: Understood,
    /// Whether it asks who asked: then the best evidence is a question, not its answer.
    pub wants_asker: bool,
    /// Whether it asks for a figure: then what holds none is no answer to it.
    pub wants_figure: bool,
    /// Whether it asks who somebody is: then a welcome that names them is an answer.
    pub wants_names: bool,
    /// What it asks the count of.
    pub counted: Option<String>,
    /// Whether it asks for what was or for what is expected.
    pub tense: Tense,
    /// The words to look for, in the order of the question, each once, in lower case.
    pub terms: Vec<String>,
    /// What stands between quotation marks, of several words: looked for as it stands.
    pub quoted: Vec<String>,
    /// The names that the text writes.
    pub names: Names,
}

impl Question {
    /// Understands a question.
    ///
    /// # Errors
    /// [`Error::EmptyQuestion`] when it holds no letter or digit.
    pub fn new(text: &str, filter: Filter) -> Result<Self> {
        let text = text.trim();
        let words = words(text);
        if words.is_empty() {
            return Err(Error::EmptyQuestion);
        }
        Ok(Self {
            text: text.to_owned(),
            filter,
            understood: Understood::default(),
            wants_asker: wants_asker(&words),
            wants_figure: wants_figure(&words),
            wants_names: wants_names(&words),
            counted: counted(&words),
            tense: Tense::of(text),
            terms: terms(text),
            quoted: quoted(text),
            names: Names::of(text),
        })
    }

    /// Recognises names and times in the text within a scope, and leaves them out of the words to look
    /// for.
    ///
    /// # Errors
    /// Those of the record.
    #[must_use = "the question as it was understood is a new one"]
    pub fn understand(self, scope: &Scope, known: &Catalogue, record: &dyn Record) -> Result<Self> {
        let mut understood =
            understand::understand(&self.text, &self.filter, scope, known, record)?;
        let mut rest = without(&self.text, &understood.places);
        // Behind, so that the places before keep theirs.
        let mut spoken_of = understood.spoken_of.clone();
        spoken_of.sort_by_key(|(place, _)| std::cmp::Reverse(place.start));
        let calls = understood.calls(scope);
        for (place, said) in spoken_of {
            let said = joined::year_as_written(said, calls.as_deref(), record)?;
            if rest.get(place.clone()).is_some() {
                rest.splice(place, said.into_bytes());
            }
        }
        let rest = String::from_utf8(rest).unwrap_or_else(|_| self.text.clone());
        // What is asked about nothing but a name is asked for by that name, and not by its time.
        let has_topic = has_topic(&rest);
        understood.wants_all = !has_topic && understood.has_speaker();
        let terms = if has_topic {
            terms(&rest)
        } else if understood.wants_all {
            Vec::new()
        } else {
            let named = String::from_utf8(without(&self.text, &understood.times));
            let named = named.ok().filter(|named| has_terms(named));
            named.map_or(self.terms, |named| terms(&named))
        };
        Ok(Self {
            terms: joined::as_written(&terms, calls.as_deref(), record)?,
            understood,
            tense: Tense::of(&rest),
            ..self
        })
    }
}

/// A text with blanks at some places.
fn without(text: &str, places: &[Range<usize>]) -> Vec<u8> {
    let mut text = text.as_bytes().to_vec();
    for place in places {
        if let Some(said) = text.get_mut(place.clone()) {
            said.fill(b' ');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_without_letters_or_digits_is_empty() {
        for text in ["", "  ", "?!", "\u{1f600}"] {
            assert!(matches!(
                Question::new(text, Filter::default()),
                Err(Error::EmptyQuestion)
            ));
        }
    }
}
