//! What a call says of its people in so many words, where no label states a title or a firm: `With me are
//! Ada Quill, our CFO, and …`, `the next question is from Bo Crane with Vale Bank`.
//!
//! In: drafts of turns with names alone, and the text. Out: the same drafts, with titles and firms as they were
//! said. This file knows nothing of layouts.

use super::Kind;
use super::names::is_operator;
use super::people::{is_title, with_title};
use super::script::{Draft, change, speakers};
use std::rc::Rc;

/// People are introduced within so many turns, and in each of them within so many bytes.
const WITHIN: usize = 6;
const LONGEST: usize = 8000;

/// Where more people speak, it is no call with a few officers.
const MOST_PEOPLE: usize = 60;

/// The most words of a title or a firm.
const MOST_WORDS: usize = 9;

/// What a call says of itself within its first bytes.
const CALLS: [&str; 2] = ["earnings", "conference call"];
const FRONT: usize = 3000;

/// What parts a name from a firm.
const BEFORE_FIRMS: [&str; 6] = [" with ", " from ", " of ", " at ", " representing ", ", "];

/// Gives titles to those whom the first turns of a call introduce.
pub(super) fn titles(drafts: &mut [Draft], text: &str) {
    let people = || speakers(drafts);
    let head = text.get(..text.floor_char_boundary(FRONT)).unwrap_or(text);
    let head = head.to_ascii_lowercase();
    let is_call =
        CALLS.iter().any(|call| head.contains(call)) || people().any(|who| is_operator(&who.name));
    if !is_call || people().any(|who| who.role.is_some()) {
        return;
    }
    let mut names: Vec<String> = people().map(|who| who.name.to_ascii_lowercase()).collect();
    names.sort_unstable();
    names.dedup();
    names.retain(|name| name.contains(' '));
    if names.len() > MOST_PEOPLE {
        return;
    }
    let opening: Vec<(&str, String)> = drafts
        .iter()
        .take(WITHIN)
        .filter_map(|draft| draft.span.slice(text))
        .filter_map(|words| words.get(..words.floor_char_boundary(LONGEST)))
        .map(|words| (words, words.to_ascii_lowercase()))
        .collect();
    let title_of = |name: &str| {
        let mut places = opening.iter().flat_map(|(words, lower)| {
            let places = lower.match_indices(name);
            places.filter_map(|(at, name)| {
                words.split_at_checked(at).zip(words.get(at + name.len()..))
            })
        });
        places.find_map(|((before, _), after)| {
            title_after(after, &names).or_else(|| title_before(before, &names))
        })
    };
    let found: Vec<(&String, String)> = names
        .iter()
        .filter_map(|name| Some((name, one_line(title_of(name)?))))
        .collect();
    change(drafts, |who| {
        let name = who.name.to_ascii_lowercase();
        if let Some((_, title)) = found.iter().find(|(known, _)| **known == name) {
            let titled = with_title(&who.name, Some(title), who.affiliation.as_deref());
            if titled.kind == Kind::Executive && who.kind == Kind::Other {
                *who = titled;
            }
        }
    });
}

/// The title after a name: `, our Chief Executive Officer and …`.
fn title_after<'a>(rest: &'a str, names: &[String]) -> Option<&'a str> {
    let mut rest = rest.strip_prefix(',')?.trim_start();
    for lead in ["who is ", "our ", "the company's ", "the "] {
        rest = rest.strip_prefix(lead).unwrap_or(rest);
    }
    let is_person = |part: &str| {
        let lower = part.to_ascii_lowercase();
        names.iter().any(|name| lower.contains(name))
    };
    let mut end = 0;
    for part in rest.split_inclusive([',', ';', '.', ':', '(']) {
        let bare = part.trim_end_matches([',', ';', '.', ':', '(']);
        let bare = match bare.split_once(" and ") {
            Some((first, second)) if !is_title(second) || is_person(second) => first,
            _ => bare,
        };
        if !is_title(bare) || is_person(bare) {
            break;
        }
        let whole = bare.len() + 1 == part.len();
        let start = if end == 0 { 0 } else { end + 1 };
        end = start + bare.len();
        if !whole || !part.ends_with(',') {
            break;
        }
    }
    let title = rest.get(..end)?.trim();
    is_short(title).then_some(title)
}

/// The title before a name: `our CEO, Ada Quill`, `Chief Financial Officer Ada Quill`.
fn title_before<'a>(before: &'a str, names: &[String]) -> Option<&'a str> {
    let with_comma = before.trim_end().strip_suffix(',');
    let part = with_comma.unwrap_or(before.trim_end());
    let (head, part) = part.rsplit_once([',', ';', '.', ':']).unwrap_or(("", part));
    // What follows somebody's name is that one's title, not the next one's.
    let head = head.to_ascii_lowercase();
    if names.iter().any(|name| head.ends_with(name)) {
        return None;
    }
    let led = ["our ", "the "]
        .iter()
        .filter_map(|lead| part.rsplit_once(lead))
        .map(|(_, title)| title);
    let title = led.min_by_key(|title| title.len());
    let title = title.or_else(|| {
        let capital =
            |word: &&str| word.starts_with(char::is_uppercase) || ["and", "of"].contains(word);
        let length: usize = part
            .rsplit(' ')
            .take_while(capital)
            .map(|word| word.len() + 1)
            .sum();
        let title = part.get(part.len().checked_sub(length)? + 1..);
        title.filter(|_| with_comma.is_none())
    });
    let title = title?.trim();
    let ends_well = title.rsplit(' ').next().is_some_and(is_title);
    (ends_well && is_short(title)).then_some(title)
}

/// Gives firms to those whom an operator calls up with theirs.
pub(super) fn firms(drafts: &mut [Draft], text: &str) {
    if speakers(drafts).any(|who| who.affiliation.is_some()) {
        return;
    }
    for at in 1..drafts.len() {
        let (before, after) = drafts.split_at_mut(at);
        let (Some(operator), Some(asker)) = (before.last(), after.first_mut()) else {
            continue;
        };
        let runs = operator
            .who
            .as_ref()
            .is_some_and(|who| who.kind == Kind::Operator);
        let who = asker
            .who
            .as_mut()
            .filter(|who| runs && who.kind == Kind::Analyst);
        let words = operator.span.slice(text).unwrap_or_default();
        if let Some(who) = who {
            let name = who.name.to_ascii_lowercase();
            let said = words.to_ascii_lowercase().rfind(&name);
            let rest = said.and_then(|said| words.get(said + name.len()..));
            Rc::make_mut(who).affiliation = rest.and_then(firm_after).map(one_line);
        }
    }
}

/// The firm after a name: ` with Vale Bank. Your line is open`.
fn firm_after(rest: &str) -> Option<&str> {
    let firm = BEFORE_FIRMS
        .iter()
        .find_map(|mark| rest.strip_prefix(mark))?;
    let firm = firm.strip_prefix("the line of ").unwrap_or(firm);
    let is_initial = |at: usize| {
        let word = firm
            .get(..at)
            .and_then(|before| before.rsplit([' ', '.']).next());
        word.is_some_and(|word| word.len() == 1)
    };
    let ends = firm.char_indices().find(|&(at, c)| match c {
        '.' => !is_initial(at),
        _ => matches!(c, ',' | ';' | '?' | '!' | '('),
    });
    let firm = firm.get(..ends.map_or(firm.len(), |(at, _)| at))?.trim();
    let firm = [" please", " your", " Please", " Your"]
        .iter()
        .find_map(|mark| firm.split_once(mark))
        .map_or(firm, |(firm, _)| firm);
    let is_firm = firm.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
    (is_firm && is_short(firm)).then_some(firm)
}

fn is_short(words: &str) -> bool {
    (1..=MOST_WORDS).contains(&words.split_whitespace().count())
}

fn one_line(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_taken_as_they_are_said() {
        let names = ["cy marsh".to_owned(), "ada quill".to_owned()];
        for (rest, expected) in [
            (", our CEO; and Cy Marsh, CFO.", Some("CEO")),
            (
                ", chairman and chief executive officer, Cy Marsh, chief",
                Some("chairman and chief executive officer"),
            ),
            (", CEO and Cy Marsh, CFO", Some("CEO")),
            (
                ", Chairman, President and CEO, Cy Marsh",
                Some("Chairman, President and CEO"),
            ),
            (
                ", Vice President, Investor\nRelations. Please",
                Some("Vice President, Investor\nRelations"),
            ),
            (", and Cy Marsh.", None),
            (" said", None),
        ] {
            assert_eq!(title_after(rest, &names), expected, "{rest}");
        }
        for (before, expected) in [
            (
                "With me are our Chief Executive Officer, ",
                Some("Chief Executive Officer"),
            ),
            (
                "are Chief Financial Officer ",
                Some("Chief Financial Officer"),
            ),
            ("with Ada Quill, our CEO, ", None),
            ("over to ", None),
        ] {
            assert_eq!(title_before(before, &names), expected, "{before}");
        }
    }

    #[test]
    fn firms_are_taken_as_the_operator_says_them() {
        for (rest, expected) in [
            (" with Vale Bank. Please go ahead.", Some("Vale Bank")),
            (" from J.P. Anvil, please.", Some("J.P. Anvil")),
            (" of Thorn & Co. Your line is open.", Some("Thorn & Co")),
            (" with Vale Bank, your line is open", Some("Vale Bank")),
            (" with a question", None),
            (". Please go ahead", None),
        ] {
            assert_eq!(firm_after(rest), expected, "{rest}");
        }
    }
}
