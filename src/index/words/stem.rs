//! Words and their stems: what a text and a question are compared by.

use rust_stemmers::{Algorithm, Stemmer};

/// The words of a text: runs of letters and digits, in lower case and without accents; an apostrophe and
/// what follows it (`don't`, `Amazon's`) is left out, or what stands before it where only the other is a word (`O'Hern`,
/// `l'activité`), and so are the underscores of what is spelt (`L_C_D_`). Where
/// words are written without blanks, as in Chinese and Japanese, each two letters that stand side by side are one.
///
/// **Source**: Nie, Gao, Zhang and Zhou 2000, "On the Use of Words and N-grams for Chinese Information Retrieval", §2.
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    runs(text).for_each(|run| words_of(run, &mut words));
    words
}

/// The same words as they are written; one that has an underscore may be several.
pub fn runs(text: &str) -> impl Iterator<Item = &str> {
    let runs = text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’' | '_')));
    let runs = runs.filter_map(word_at_apostrophe);
    runs.flat_map(|rest| Parts {
        rest,
        inside: false,
    })
}

/// Whether a text has so many words.
pub fn has_words(text: &str, fewest: usize) -> bool {
    let mut words = Vec::new();
    runs(text).any(|run| {
        words_of(run, &mut words);
        words.len() >= fewest
    })
}

/// What stands before the first apostrophe that something stands before, or behind it, where that is a word and the other
/// none: `don't`, `Anvil's`, but `O'Hern`, `l'activité`.
fn word_at_apostrophe(run: &str) -> Option<&str> {
    const LONGEST_LEAD: usize = 2;
    // Most have none; the curved one begins with this byte.
    if !run.bytes().any(|byte| matches!(byte, b'\'' | 0xE2)) {
        return Some(run).filter(|run| !run.is_empty());
    }
    let mut parts = run.split(['\'', '’']).filter(|part| !part.is_empty());
    let (lead, rest) = (parts.next()?, parts.next());
    let is_word = |part: &&str| part.chars().nth(LONGEST_LEAD).is_some();
    Some(
        rest.filter(|rest| !is_word(&lead) && is_word(rest))
            .unwrap_or(lead),
    )
}

/// A run as it is, or parted where its letters are of writing without blanks.
struct Parts<'a> {
    rest: &'a str,
    /// Whether the letter that comes next has been part of a pair.
    inside: bool,
}

impl<'a> Iterator for Parts<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        loop {
            if self.rest.is_ascii() {
                let rest = std::mem::take(&mut self.rest);
                return Some(rest).filter(|rest| !rest.is_empty());
            }
            let mut letters = self.rest.char_indices();
            let first = letters.next().filter(|(_, letter)| is_unspaced(*letter));
            let (len, step) = match (first, letters.next()) {
                (None, _) => {
                    let len = self.rest.find(is_unspaced).unwrap_or(self.rest.len());
                    (len, len)
                }
                (Some(_), Some((step, next))) if is_unspaced(next) => {
                    (step + next.len_utf8(), step)
                }
                (Some((_, letter)), _) => (letter.len_utf8(), letter.len_utf8()),
            };
            let part = self.rest.get(..len)?;
            self.rest = self.rest.get(step..)?;
            // The last letter of several has had its pair.
            if !(std::mem::replace(&mut self.inside, step < len) && step == len) {
                return Some(part);
            }
        }
    }
}

/// Whether words of such letters are written without blanks, or with what other languages have words of their own for.
fn is_unspaced(letter: char) -> bool {
    matches!(letter,
        '\u{e00}'..='\u{eff}' // Thai, Lao
        | '\u{1000}'..='\u{109f}' // Burmese
        | '\u{1780}'..='\u{17ff}' // Khmer
        | '\u{3005}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9f}' // Japanese
        | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' // Chinese
        | '\u{ac00}'..='\u{d7af}') // Korean
}

/// Whether a word is a pair of such letters: it may stand across two words, and says less than a word.
pub fn is_pair(word: &str) -> bool {
    word.chars().next().is_some_and(is_unspaced)
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
        // Of full width.
        '\u{ff10}'..='\u{ff19}' | '\u{ff41}'..='\u{ff5a}' => {
            char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter)
        }
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
/// leaves `constrain` and `constraint`, or forms of one irregular verb; `back` is no form of `backlog`.
pub fn is_form_of(a: &str, b: &str) -> bool {
    let begin_alike = a.as_bytes().first() == b.as_bytes().first();
    a == b || begin_alike && (is_longer_form(a, b) || irregular(a).contains(&b))
}

/// Whether one stem is the beginning of the other.
pub(super) fn is_longer_form(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let begins = long.starts_with(short) && long.len() - short.len() <= MOST_MORE;
    begins && short.len() >= SHORTEST && !short.contains(|c: char| c.is_ascii_digit())
}

/// The stems of all forms of the irregular word that a stem is of, itself among them; none for others.
pub(super) fn irregular(stem: &str) -> &'static [&'static str] {
    let mut words = IRREGULAR.iter();
    let found = words.find(|forms| forms.contains(&stem));
    found.copied().unwrap_or_default()
}

/// Words of calls and meetings whose forms no stemmer brings together, by their stems; without those that are other words
/// too (`found`, `left`, `wound`).
const IRREGULAR: &[&[&str]] = &[
    &["becom", "becam"],
    &["begin", "began", "begun"],
    &["break", "broke", "broken"],
    &["bring", "brought"],
    &["build", "built"],
    &["buy", "bought"],
    &["catch", "caught"],
    &["come", "came"],
    &["choos", "chose", "chosen"],
    &["deal", "dealt"],
    &["draw", "drew", "drawn"],
    &["drive", "drove", "driven"],
    &["fall", "fell", "fallen"],
    &["fight", "fought"],
    &["fli", "flew", "flown"],
    &["forget", "forgot", "forgotten"],
    &["freez", "froze", "frozen"],
    &["give", "gave", "given"],
    &["grow", "grew", "grown"],
    &["hold", "held"],
    &["keep", "kept"],
    &["know", "knew", "known"],
    &["lend", "lent"],
    &["lose", "lost"],
    &["make", "made"],
    &["meet", "met"],
    &["overcom", "overcam"],
    &["oversaw", "overse", "overseen"],
    &["pay", "paid"],
    &["prepay", "prepaid"],
    &["repay", "repaid"],
    &["ride", "rode", "ridden"],
    &["run", "ran"],
    &["rise", "rose", "risen"],
    &["seek", "sought"],
    &["sell", "sold"],
    &["send", "sent"],
    &["shrink", "shrank", "shrunk"],
    &["sink", "sank", "sunk"],
    &["speak", "spoke", "spoken"],
    &["spend", "spent"],
    &["steal", "stole", "stolen"],
    &["strike", "struck"],
    &["swing", "swung"],
    &["take", "took", "taken"],
    &["teach", "taught"],
    &["tell", "told"],
    &["think", "thought"],
    &["throw", "threw", "thrown"],
    &["understand", "understood"],
    &["undertak", "undertook", "undertaken"],
    &["win", "won"],
    &["withdraw", "withdrew", "withdrawn"],
    &["write", "wrote", "written"],
];

/// The beginnings of a stem that may be forms of it, itself last.
pub(super) fn beginnings(stem: &str) -> impl Iterator<Item = &str> {
    let shortest = stem.len().saturating_sub(MOST_MORE);
    let shorter = (shortest..stem.len()).filter_map(|len| stem.get(..len));
    shorter
        .filter(|short| is_longer_form(short, stem))
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
    fn of_an_elided_word_the_other_is_kept() {
        assert_eq!(
            words("O'Hern d’Anvil's l'activité we'll I've it's qu'il"),
            ["hern", "anvil", "activite", "we", "i", "it", "qu"]
        );
    }

    #[test]
    fn a_text_has_so_many_words_where_they_are_counted() {
        for text in [
            "",
            "__",
            "Right.",
            "It's a_b c",
            "We'll see you 'there",
            "利益は",
        ] {
            let count = words(text).len();
            assert!(!has_words(text, count + 1), "{text}");
            assert!(count == 0 || has_words(text, count), "{text}");
        }
    }

    #[test]
    fn irregular_forms_are_stems_of_one_word_each() {
        let stems = Stems::default();
        for forms in IRREGULAR {
            for form in *forms {
                // A stem may have lost its last letter.
                let words = [(*form).to_owned(), format!("{form}e")];
                assert!(
                    words.iter().any(|word| stems.stem(word) == **form),
                    "{form}"
                );
                let of = IRREGULAR.iter().filter(|other| other.contains(form));
                assert_eq!(of.count(), 1, "{form}");
                // Words are looked for by their first letter.
                assert!(
                    forms
                        .iter()
                        .all(|other| other.as_bytes()[0] == form.as_bytes()[0])
                );
            }
        }
        assert!(is_form_of(&stems.stem("growing"), &stems.stem("grew")));
        assert!(is_form_of(&stems.stem("chose"), &stems.stem("choosing")));
        assert!(!is_form_of("rose", "sold"));
    }

    #[test]
    fn writing_without_blanks_is_parted_into_pairs_of_letters() {
        assert_eq!(
            words("北米の利益率は7.5%、ＡＷＳ"),
            [
                "北米", "米の", "の利", "利益", "益率", "率は", "7", "5", "aws"
            ]
        );
        assert_eq!(
            words("第2季度AWS云 业"),
            ["第", "2", "季度", "aws", "云", "业"]
        );
        assert!(is_pair("利益") && !is_pair("aws"));
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
