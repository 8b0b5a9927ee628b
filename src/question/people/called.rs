//! Whether somebody is meant by words: by name, by office, or by the trade that they go by.
//!
//! In: the words of a name, and people. Out: those so called.

use super::super::slip::is_slip_of_name;
use crate::library::Person;
use crate::transcript::{Kind, may_be_one};

/// Offices and the letters they go by.
const OFFICES: &[(&str, &str)] = &[
    ("ceo", "chief executive"),
    ("cfo", "chief financial"),
    ("coo", "chief operating"),
    ("cto", "chief technology"),
    ("cmo", "chief marketing"),
    ("cio", "chief information"),
    ("finance chief", "chief financial"),
];
/// What an office has in its name.
const OFFICE_WORDS: &[&str] = &[
    "chair",
    "chairman",
    "chief",
    "controller",
    "head",
    "president",
    "treasurer",
];
/// What may follow the name of a field, and makes its speaker of it.
const TRADES: &[&str] = &[
    "designer",
    "engineer",
    "expert",
    "lead",
    "manager",
    "officer",
    "specialist",
    "student",
    "team",
];

/// What stands before a surname where no first name does.
#[rustfmt::skip]
const TITLES: &[&str] = &[
    "chair", "chairman", "chairwoman", "dr", "governor", "hon", "lady", "lord", "minister", "miss", "mr", "mrs",
    "ms", "prof", "professor", "secretary", "senator", "sir", "vice",
];

/// Those whom `asked`, in lower case, means: by name or office, else by trade, else by surname where only that is known; and by
/// a short form of the first name. Some may be there twice.
pub(super) fn called<'a>(asked: &[&str], people: &'a [Person]) -> Vec<&'a Person> {
    let by = |is_meant: &dyn Fn(&Person, &[&str]) -> bool| -> Vec<&'a Person> {
        let people = people.iter();
        people.filter(|person| is_meant(person, asked)).collect()
    };
    let mut found = by(&|person, asked| is_called(person, asked) || holds_office(person, asked));
    if found.is_empty() {
        found = by(&is_called_by_trade);
    }
    if found.is_empty() {
        found = by(&is_called_by_surname);
    }
    if asked.len() == 2 && asked.iter().all(|word| word.chars().count() > 1) {
        // One call has `Tom Reed`, another Thomas C. Reed.
        let whole = asked.join(" ");
        let is_same = |person: &Person, _: &[&str]| may_be_one(&whole, &person.name);
        found.extend(by(&is_same));
    }
    found
}

/// The one person whose name words nearly are, a middle name or an initial left out.
pub(super) fn nearly<'a>(asked: &[&str], people: &'a [Person]) -> Option<&'a Person> {
    let is_near = |person: &&Person| {
        let words = norms(&person.name);
        let whole: Vec<&str> = words.iter().map(String::as_str).collect();
        let ends = whole.first().zip(whole.last());
        let ends = ends.map(|(first, last)| [*first, *last]);
        is_slip_of_name(asked, &whole) || ends.is_some_and(|ends| is_slip_of_name(asked, &ends))
    };
    let mut near = people.iter().filter(is_near);
    let first = near.next()?;
    near.all(|other| may_be_one(&other.name, &first.name))
        .then_some(first)
}

/// Whether somebody goes by a title and a surname, which ends the name asked for: Chair Powell is `Jerome Powell`.
fn is_called_by_surname(person: &Person, asked: &[&str]) -> bool {
    let words = norms(&person.name);
    let mut names = words.iter().filter(|word| !TITLES.contains(&word.as_str()));
    let is_titled = words.iter().any(|word| TITLES.contains(&word.as_str()));
    let (surname, rest) = (names.next(), names.next());
    is_titled
        && asked.len() > 1
        && rest.is_none()
        && surname.map(String::as_str) == asked.last().copied()
}

/// Whether every asked word is one of the name. A mere letter is nobody's, unless the name ends with it, as
/// where those who are not to be known are `Grad C` and `Grad D`.
fn is_called(person: &Person, asked: &[&str]) -> bool {
    let words = norms(&person.name);
    let all = !asked.is_empty() && asked.iter().all(|word| words.iter().any(|own| own == word));
    let initial = match asked {
        [word] => word.chars().count() < 3 && words.last().is_none_or(|last| last != word),
        _ => false,
    };
    all && !initial
}

/// Whether somebody who goes by a trade is meant: `the marketing expert` is Marketing, `the Industrial
/// Design` the Industrial Designer.
fn is_called_by_trade(person: &Person, asked: &[&str]) -> bool {
    let words = norms(&person.name);
    let is_meant = |own: &String, asked: &str| {
        own == asked
            || own.strip_suffix("er") == Some(asked)
            || asked.strip_suffix("er") == Some(own)
    };
    let named = words
        .iter()
        .all(|own| asked.iter().any(|asked| is_meant(own, asked)));
    let known = asked
        .iter()
        .all(|asked| TRADES.contains(asked) || words.iter().any(|own| is_meant(own, asked)));
    !words.is_empty() && named && known
}

/// Whether the office asked for is the person's.
fn holds_office(person: &Person, asked: &[&str]) -> bool {
    let Some(role) = person
        .role
        .as_deref()
        .filter(|_| person.kind == Kind::Executive)
    else {
        return false;
    };
    let phrase = asked.join(" ");
    let role = norms(role).join(" ");
    let one = phrase.strip_suffix('s').unwrap_or(&phrase);
    let short = OFFICES
        .iter()
        .find(|(short, _)| phrase == *short || one == *short);
    if let Some((short, long)) = short {
        return role.contains(long) || role.split(' ').any(|word| word == *short);
    }
    let is_office = |word: &&str| OFFICE_WORDS.contains(word);
    asked.iter().any(is_office) && role.contains(&phrase)
}

pub(super) fn norms(name: &str) -> Vec<String> {
    let words = super::super::text::words(name).into_iter();
    words.map(|word| word.norm).collect()
}
