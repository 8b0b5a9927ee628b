//! Names of people: what looks like one, and when two of them are one person.
//!
//! In: names as sources write them. Out: yes or no, and a key to look a name up by. Nothing here
//! changes how a name is shown. This file knows nothing of roles or turns.

use super::words::{WITHOUT_WIDTH, Words, plain};

/// Words before a name that are no part of it.
#[rustfmt::skip]
static HONORIFICS: Words<12> = Words::of([
    "mr", "mrs", "ms", "miss", "dr", "prof", "professor", "sir", "hon", "right", "rev", "madam",
]);

/// Words after a name that tell no two people apart.
static SUFFIXES: Words<9> = Words::of(["jr", "sr", "ii", "iii", "iv", "cfa", "cpa", "phd", "md"]);

/// Lower-case words that stand inside names.
#[rustfmt::skip]
const PARTICLES: [&str; 21] = [
    "de", "del", "della", "der", "den", "di", "da", "dos", "du", "la", "le", "van", "von", "ter",
    "bin", "ben", "al", "el", "y", "hon", "member",
];

/// Everyday short forms of first names that are not simply their beginning.
#[rustfmt::skip]
const NICKNAMES: [(&str, &str); 35] = [
    ("abby", "abigail"), ("andy", "andrew"), ("bill", "william"), ("bob", "robert"),
    ("chuck", "charles"), ("charlie", "charles"), ("dick", "richard"), ("don", "donald"),
    ("drew", "andrew"), ("ed", "edward"), ("ed", "edwin"), ("gabe", "gabriel"), ("jack", "john"),
    ("jim", "james"), ("joe", "joseph"), ("kate", "katherine"), ("kathy", "katherine"),
    ("larry", "lawrence"), ("liz", "elizabeth"), ("maggie", "margaret"), ("mike", "michael"),
    ("mickey", "michael"), ("nick", "nicholas"), ("peggy", "margaret"), ("rick", "richard"),
    ("rob", "robert"), ("ron", "ronald"), ("steve", "stephen"), ("steve", "steven"),
    ("sue", "susan"), ("ted", "edward"), ("ted", "theodore"), ("tom", "thomas"),
    ("tony", "anthony"), ("will", "william"),
];

/// Names of those who run a call.
#[rustfmt::skip]
static OPERATORS: Words<27> = Words::of([
    "operator", "conference operator", "call operator", "moderator", "coordinator", "conference call operator",
    "operador", "operadora", "moderador", "moderadora", "opérateur", "opératrice", "l'opérateur", "l'opératrice", "l’opérateur",
    "l’opératrice", "modérateur", "modératrice", "operatore", "operatrice", "moderatore",
    "接线员", "操作员", "会议操作员", "会议主持人", "主持人", "司会者",
]);

/// What machines, interviewers and subtitles number.
#[rustfmt::skip]
static NUMBERED: Words<25> = Words::of([
    "speaker", "spk", "unknown speaker", "participant", "channel", "respondent", "interviewer", "interviewee", "caller", "guest",
    "panelist", "attendee", "voice", "person", "man", "woman", "male voice", "female voice", "analyst", "shareholder",
    "audience member", "juror", "質問者", "回答者", "発言者",
]);

/// What those are called of whom a source knows no name.
static NAMELESS: Words<9> = Words::of([
    "analyst",
    "audience member",
    "member of the public",
    "off-camera voice",
    "company speaker",
    "company representative",
    "reporter",
    "translator",
    "interpreter",
]);

/// Particles that a name may begin with.
const LEADS: [&str; 8] = ["de", "del", "della", "di", "da", "du", "van", "von"];

/// The most a name has of each.
const MOST_WORDS: usize = 7;
const MOST_BYTES: usize = 80;

/// The name in the form it is looked up by: lower case, one space between words, without
/// honorifics, suffixes and punctuation.
pub(super) fn key(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    // `Professor C` is told from `Grad C` by its honorific alone, so a lone letter keeps it.
    let mut lead = 0;
    for word in name.split(|c: char| c.is_whitespace() || c == ',') {
        let before = key.len();
        let space = usize::from(before > 0);
        key.extend(std::iter::repeat_n(' ', space));
        if word.is_ascii() {
            let kept = word.bytes().map(char::from);
            let kept = kept.filter(|c| c.is_ascii_alphanumeric() || *c == '-');
            key.extend(kept.map(|c| c.to_ascii_lowercase()));
        } else {
            let kept = word.chars().filter(|c| c.is_alphanumeric() || *c == '-');
            key.extend(kept.flat_map(char::to_lowercase));
        }
        let word = key.get(before + space..).unwrap_or_default();
        if word.is_empty() || SUFFIXES.has(word) {
            key.truncate(before);
        } else if before == lead && HONORIFICS.has(word) {
            lead = key.len();
        }
    }
    match key.get(lead..).map(str::trim_start) {
        Some(named) if named.split(' ').any(|word| word.len() > 1) => named.to_owned(),
        _ => key,
    }
}

/// The last word of a [`key`].
pub(super) fn last_word(key: &str) -> &str {
    key.rsplit(' ').next().unwrap_or(key)
}

/// Whether two names can be one person's: `Tony Quill` and `Anthony B. Quill`.
pub fn may_be_one(a: &str, b: &str) -> bool {
    may_be_same(&key(a), &key(b))
}

/// Whether two keys can name one person: the same last name, and first names of which one is the
/// other, its short form or its beginning; initials and middle names decide nothing.
pub(super) fn may_be_same(a: &str, b: &str) -> bool {
    let words = |key: &str| -> Vec<String> {
        key.split(' ')
            .filter(|word| word.chars().count() > 1)
            .map(str::to_owned)
            .collect()
    };
    let (a, b) = (words(a), words(b));
    let (Some((first_a, rest_a)), Some((first_b, rest_b))) = (a.split_first(), b.split_first())
    else {
        return false;
    };
    match (rest_a.last(), rest_b.last()) {
        (Some(last_a), Some(last_b)) => last_a == last_b && first_names_agree(first_a, first_b),
        // A lone word is a last name, as in `Mr. Anvil`.
        (Some(last), None) => last == first_b,
        (None, Some(last)) => last == first_a,
        (None, None) => first_a == first_b,
    }
}

fn first_names_agree(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let begins = short.len() >= 3 && long.starts_with(short);
    a == b
        || begins
        || NICKNAMES
            .iter()
            .any(|&pair| pair == (short, long) || pair == (long, short))
}

/// Whether the text has the shape of a name: few words, each with a capital or of a script without
/// capitals, and none of the marks of a sentence.
pub(super) fn is_name(text: &str) -> bool {
    if text.len() > MOST_BYTES {
        return false;
    }
    let mut last = None;
    for (count, word) in text.split_whitespace().enumerate() {
        let is_lower = count == 0 && word.starts_with(char::is_lowercase) && !may_lead(text, word);
        if count == MOST_WORDS || is_lower || !is_name_word(word) {
            return false;
        }
        last = Some(word);
    }
    last.is_some_and(|last| !text.ends_with('.') || is_abbreviation(last))
}

/// Whether a name can begin with the word, small as it is: `de la Cruz`, `d'Anvil`.
fn may_lead(text: &str, word: &str) -> bool {
    let elided = ["d'", "d’"].iter().find_map(|lead| word.strip_prefix(lead));
    let rest = text.trim_start().strip_prefix(word).unwrap_or_default();
    let of_particle = LEADS.contains(&word) && rest.contains(char::is_uppercase);
    of_particle || elided.is_some_and(|name| name.starts_with(char::is_uppercase))
}

fn is_name_word(word: &str) -> bool {
    let allowed =
        |c: char| c.is_alphabetic() || ".'’-·()\"“”`".contains(c) || WITHOUT_WIDTH.contains(&c);
    let letters = word.trim_matches(|c: char| !c.is_alphabetic());
    let is_particle =
        || PARTICLES.contains(&letters) || letters.starts_with("d'") || letters.starts_with("d’");
    // People join from an `iPhone`.
    let is_device = || {
        letters
            .strip_prefix('i')
            .is_some_and(|rest| rest.starts_with(char::is_uppercase))
    };
    let capital =
        letters.chars().next().is_some_and(|c| !c.is_lowercase()) || is_particle() || is_device();
    capital && word.chars().all(allowed)
}

/// Whether a last word may end in a full stop: `Jr.`, `J.`, `Ph.D.`.
fn is_abbreviation(word: &str) -> bool {
    let letters = word.replace('.', "");
    letters.chars().count() == 1 || SUFFIXES.has(&letters)
}

/// Whether a name begins with `Mr.`, `Dr.`, `Hon.` or the like.
pub(super) fn has_honorific(name: &str) -> bool {
    let first = name.split_whitespace().next().unwrap_or_default();
    HONORIFICS.has(first.trim_end_matches('.')) && name.trim().len() > first.len()
}

/// Whether the name is that of the one who runs the call.
pub(super) fn is_operator(name: &str) -> bool {
    if name.len() > MOST_BYTES {
        return false;
    }
    OPERATORS.has(&plain(name))
}

/// Whether the name says that the source does not know who speaks; no two of these are one person.
pub(super) fn is_unknown(name: &str) -> bool {
    static UNKNOWN: Words<3> = Words::of(["unknown", "unidentified", "unnamed"]);
    let first = name.split_whitespace().next().unwrap_or_default();
    UNKNOWN.has(first) || NAMELESS.has(name)
}

/// Whether the name is a number given by a machine or a source without names: `Speaker 1`, `SPEAKER_00`, `MAN #2`, `質問者1`.
pub(super) fn is_numbered(name: &str) -> bool {
    let rest = name.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '０'..='９'));
    let word = rest.trim_end_matches(['_', ' ', '-', '#']);
    rest.len() < name.len() && NUMBERED.has(word)
}

/// Whether the name is a side of a meeting, as tools on one's own device call them.
pub(super) fn is_side(name: &str) -> bool {
    static SIDES: Words<2> = Words::of(["me", "them"]);
    SIDES.has(name)
}

/// Whether a name has no known person behind it: no two calls share one.
pub fn is_anonymous(name: &str) -> bool {
    let lone = name
        .strip_prefix("Speaker ")
        .is_some_and(|letter| letter.chars().count() == 1);
    is_operator(name) || is_unknown(name) || is_numbered(name) || is_side(name) || lone
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_many_shapes_are_names() {
        for name in [
            "Ada Quill",
            "T. Peter Anvil",
            "Haldor Emmanuel St. Crane",
            "Jo-Anne d'Arcy",
            "Lars van der Nimbus",
            "Juan Pérez Jr.",
            "Kai",
            "安迪·风",
            "The Chair",
            "Robert (Bob) Quill",
            "Grad E",
            "Dr. Ada Quill",
            "ADA QUILL",
            "de la Cruz",
            "d'Anvil",
            "Ada's iPhone",
        ] {
            assert!(is_name(name), "{name}");
        }
    }

    #[test]
    fn sentences_and_figures_are_no_names() {
        for text in [
            "",
            "Three things",
            "Q3",
            "Thanks Jon.",
            "As I said before",
            "10",
            "here is Ada",
            "Good morning, Ada",
            "A Very Long Run Of Words Like Nobody",
            "What?",
            "Ada: Quill",
            "de facto",
            "of Anvil",
        ] {
            assert!(!is_name(text), "{text}");
        }
    }

    #[test]
    fn a_key_forgets_case_honorifics_and_suffixes() {
        assert_eq!(key("Dr. Ada  Quill, Jr."), "ada quill");
        assert_eq!(key("ADA QUILL"), key("Ada Quill"));
        assert_ne!(key("Professor C"), key("Grad C"));
    }

    #[test]
    fn variants_of_one_name_may_be_the_same_person() {
        for (a, b) in [
            ("T. Peter Anvil", "Peter Anvil"),
            ("Arkady Quill", "Ark Quill"),
            ("Tom Crane", "Thomas W. Crane"),
            ("Haldor Emmanuel St. Crane", "Haldor St. Crane"),
            ("Mr. Crane", "Thomas Crane"),
            ("Bob Nimbus", "Robert Nimbus"),
        ] {
            assert!(may_be_same(&key(a), &key(b)), "{a} / {b}");
        }
        for (a, b) in [
            ("Ada Quill", "Bea Quill"),
            ("Tom Crane", "Tom Quill"),
            ("Al Quill", "Alan Quill"),
            ("", "Ada"),
        ] {
            assert!(!may_be_same(&key(a), &key(b)), "{a} / {b}");
        }
    }

    #[test]
    fn operators_unknown_and_numbered_speakers_are_told_by_name() {
        assert!(is_operator("OPERATOR") && !is_operator("Operators"));
        assert!(is_unknown("Unidentified Analyst") && !is_unknown("Ada Unknown"));
        assert!(is_numbered("Speaker 12") && is_numbered("spk09") && is_numbered("SPEAKER_00"));
        assert!(is_numbered("MAN #2") && is_numbered("質問者１") && is_numbered("Female Voice 2"));
        assert!(is_unknown("Member of the public") && is_unknown("Translator"));
        assert!(!is_numbered("Speaker") && !is_numbered("Q3"));
    }
}
