//! Words of a question that nobody who was searched says, and who else does.

use super::escape::visible;
use super::text::place;
use super::understood::section_name;
use crate::index::words;
use crate::quote::CheckedAnswer;
use crate::retrieve::Elsewhere;
use crate::transcript::Kind;

/// Who never says what, as a sentence without its capital and stop: only of those who were searched.
pub(super) fn never_said(answer: &CheckedAnswer) -> Option<String> {
    let said_by = |word: &String| answer.elsewhere.iter().find(|said| said.word == *word);
    let unsaid = answer.never_said.iter();
    let is_phrase = |word: &&String| answer.question.quoted.contains(word);
    let is_word = |word: &&String| word.chars().all(char::is_alphabetic);
    let unsaid = unsaid.filter(|word| is_word(word) || is_phrase(word));
    // Where only some were searched, others may say a phrase.
    let is_theirs = |word: &&String| said_by(word).is_some() || is_phrase(word) && narrows(answer);
    let (others, nobody): (Vec<&String>, Vec<&String>) = unsaid.partition(is_theirs);
    let mut said = Vec::new();
    if !nobody.is_empty() {
        let searched = match answer.coverage.calls_searched {
            1 => "the call never says",
            _ => "no call searched says",
        };
        said.push(format!("{searched} {}", quoted(&nobody, answer)));
    }
    if !others.is_empty() {
        said.push(format!("{} {}", who(answer), quoted(&others, answer)));
        let places = others.iter().filter_map(|word| said_by(word));
        said.extend(places.map(|other| does(other, others.len() > 1, answer)));
    }
    (!said.is_empty()).then(|| said.join("; "))
}

/// Whether only some speakers or a part of the calls were searched.
fn narrows(answer: &CheckedAnswer) -> bool {
    let (filter, understood) = (&answer.question.filter, &answer.question.understood);
    let of_filter = filter.speaker.is_some() || filter.role.is_some() || filter.section.is_some();
    of_filter
        || understood.speaker.is_some()
        || understood.role.is_some()
        || understood.section.is_some()
}

/// Those who were searched, and that they never say something.
fn who(answer: &CheckedAnswer) -> String {
    let (filter, understood) = (&answer.question.filter, &answer.question.understood);
    let speaker = filter.speaker.as_ref().or(understood.speaker.as_ref());
    let role = filter.role.or(understood.role);
    let role = role.map(|role| match role {
        Kind::Other => "nobody of that role".to_owned(),
        role => format!("no {role:?}").to_lowercase(),
    });
    match (role, speaker) {
        (Some(role), Some(speaker)) => format!("{role} of {} says", visible(speaker)),
        (Some(role), None) => format!("{role} says"),
        (None, Some(speaker)) => format!("{} never says", visible(speaker)),
        (None, None) => {
            let section = filter.section.or(understood.section);
            let section = section.map_or("", section_name);
            format!("nobody says in the {section}")
        }
    }
}

fn does(other: &Elsewhere, names_word: bool, answer: &CheckedAnswer) -> String {
    let who = other.turn.speaker.as_deref().unwrap_or("somebody");
    let what = if names_word {
        format!("says {}", quoted(&[&other.word], answer))
    } else {
        "does".to_owned()
    };
    let place = place(&other.call, &other.turn, (other.span, other.lines));
    format!("{} {what}, in {place}", visible(who))
}

/// Words as the question writes them.
fn quoted(unsaid: &[&String], answer: &CheckedAnswer) -> String {
    let typed = |word: &String| {
        let typed = answer.question.text.split_whitespace();
        let mut typed = typed.map(|typed| typed.trim_matches(|c: char| !c.is_alphanumeric()));
        let is_it = |typed: &&str| words(typed).first() == Some(word);
        let plain = |typed: &str| {
            let bare = typed.split(['\'', '’', '-']).next();
            bare.unwrap_or(typed).to_owned()
        };
        let typed = typed.find(is_it).map(plain);
        format!("“{}”", visible(&typed.unwrap_or_else(|| word.clone())))
    };
    let all: Vec<String> = unsaid.iter().map(|word| typed(word)).collect();
    all.join(" or ")
}
