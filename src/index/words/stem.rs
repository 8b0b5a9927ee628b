//! Words and their stems: what a text and a question are compared by.

use rust_stemmers::{Algorithm, Stemmer};

/// The words of a text: runs of letters and digits, in lower case and without accents; an apostrophe and
/// what follows it (`don't`, `Amazon's`) is left out, and so are the underscores of what is spelt (`L_C_D_`).
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    runs(text).for_each(|run| words_of(run, &mut words));
    words
}

/// The same words as they are written; one that has an underscore may be several.
pub fn runs(text: &str) -> impl Iterator<Item = &str> {
    let runs = text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’' | '_')));
    runs.filter_map(|run| run.split(['\'', '’']).find(|part| !part.is_empty()))
}

/// Appends the words of a run.
fn words_of(run: &str, words: &mut Vec<String>) {
    if !run.contains('_') {
        words.push(folded(run));
        return;
    }
    let parts = run.split('_').filter(|part| !part.is_empty());
    if parts.clone().all(|part| part.chars().count() == 1) {
        let spelt = folded(&parts.collect::<String>());
        words.extend(Some(spelt).filter(|word| !word.is_empty()));
    } else {
        words.extend(parts.map(folded));
    }
}

fn folded(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    word.chars()
        .flat_map(char::to_lowercase)
        .map(bare)
        .collect()
}

/// A Latin letter in lower case without its accent.
fn bare(letter: char) -> char {
    match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' => 'a',
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => 'c',
        'ď' | 'đ' => 'd',
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => 'e',
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => 'g',
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => 'i',
        'ĺ' | 'ļ' | 'ľ' | 'ł' => 'l',
        'ñ' | 'ń' | 'ņ' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => 'o',
        'ŕ' | 'ŗ' | 'ř' => 'r',
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => 's',
        'ţ' | 'ť' | 'ț' => 't',
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        other => other,
    }
}

/// Brings the forms of a word together: `constrains` and `constrained` stem alike.
pub struct Stems(Stemmer);

impl Default for Stems {
    fn default() -> Self {
        Self(Stemmer::create(Algorithm::English))
    }
}

impl Stems {
    /// The stem of a word in lower case.
    pub fn stem(&self, word: &str) -> String {
        self.0.stem(word).into_owned()
    }
}

/// The shortest stem whose longer forms count as the same word.
const SHORTEST: usize = 4;
/// Letters by which they are longer, at most.
const MOST_MORE: usize = 2;

/// Whether two stems are forms of one word: the same, or one the beginning of the other, as a stemmer
/// leaves `constrain` and `constraint`; `back` is no form of `backlog`.
pub fn is_form_of(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let begins = long.starts_with(short) && long.len() - short.len() <= MOST_MORE;
    a == b || (begins && short.len() >= SHORTEST && !short.contains(|c: char| c.is_ascii_digit()))
}

/// The beginnings of a stem that may be forms of it, itself last.
pub(super) fn beginnings(stem: &str) -> impl Iterator<Item = &str> {
    let shortest = stem.len().saturating_sub(MOST_MORE);
    let shorter = (shortest..stem.len()).filter_map(|len| stem.get(..len));
    shorter
        .filter(|short| is_form_of(short, stem))
        .chain([stem])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lose_case_accents_and_possessives() {
        assert_eq!(
            words("Nestlé's Q2-2025 don’t Über-Growth"),
            ["nestle", "q2", "2025", "don", "uber", "growth"]
        );
    }

    #[test]
    fn what_is_spelt_is_one_word() {
        assert_eq!(
            words("an L_C_D_ , T_V_s and snake_case _"),
            ["an", "lcd", "tvs", "and", "snake", "case"]
        );
    }

    #[test]
    fn forms_of_a_word_share_a_stem() {
        let stems = Stems::default();
        assert_eq!(stems.stem("constrains"), stems.stem("constrained"));
        assert_eq!(stems.stem("margins"), stems.stem("margin"));
    }

    #[test]
    fn a_noun_and_its_verb_are_forms_of_one_word() {
        assert!(is_form_of("constrain", "constraint") && is_form_of("launch", "launch"));
        assert!(!is_form_of("back", "backlog"));
        assert!(!is_form_of("aws", "awsom") && !is_form_of("2024", "20245"));
        let forms: Vec<&str> = beginnings("constraint").collect();
        assert_eq!(forms, ["constrai", "constrain", "constraint"]);
        assert_eq!(beginnings("aws").collect::<Vec<_>>(), ["aws"]);
    }
}
