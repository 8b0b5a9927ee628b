//! What people do on a call, told by what happens, where labels give no titles.
//!
//! In: drafts of turns with names alone, and the text. Out: the same drafts, with kinds where the
//! course of the call makes them certain. This file knows nothing of layouts.

use super::names::{is_unknown, key, last_word};
use super::script::{Draft, change, speakers};
use super::{Kind, Participant};
use foldhash::{HashMap, HashSet};

/// What an operator says who calls up somebody with a question.
#[rustfmt::skip]
const CALLING: [&str; 21] = [
    "first question", "next question", "question comes from", "question is from", "question-and-answer session",
    "question and answer session", "go first to", "from the line of", "operator instructions", "erste frage", "nächste frage",
    "primera pregunta", "siguiente pregunta", "próxima pregunta", "primeira pergunta", "próxima pergunta", "première question",
    "prochaine question", "question suivante", "prima domanda", "prossima domanda",
];

/// Tells executives from analysts on a call with an operator.
///
/// The rule: whoever speaks before the operator calls for the first question speaks for the
/// company. Whoever then speaks right after an operator who has said the name is an analyst. All
/// others, and everybody on a call without an operator, stay as they were.
pub(super) fn infer(drafts: &mut [Draft], text: &str) {
    let kind = |draft: &Draft| draft.who.as_ref().map(|who| who.kind);
    // `Unidentified Analyst` tells nothing of those who are named.
    if speakers(drafts).any(|who| who.kind == Kind::Analyst && !is_unknown(&who.name)) {
        return;
    }
    let Some(first_question) = first_question(drafts, text).or_else(|| first_with_firm(drafts))
    else {
        return;
    };
    let keys = Keys::of(drafts);
    let name_of_other = |draft: &Draft| other(draft).map(|who| keys.key(who));
    let (before, after) = drafts.split_at(first_question);
    let executives: HashSet<&str> = before.iter().filter_map(name_of_other).collect();
    let analysts: HashSet<&str> = after
        .windows(2)
        .filter_map(|pair| match pair {
            [operator, next] if kind(operator) == Some(Kind::Operator) => {
                name_of_other(next).filter(|name| says_word(operator, text, last_word(name)))
            }
            _ => None,
        })
        .filter(|name| !executives.contains(name))
        .collect();
    change(drafts, |who| {
        if who.kind != Kind::Other {
            return;
        }
        let name = keys.key(who);
        if executives.contains(name) {
            who.kind = Kind::Executive;
        } else if analysts.contains(name) || asks_for_firm(who) {
            who.kind = Kind::Analyst;
        }
    });
}

/// The first turn of somebody with a firm and no title, on a call whose operator is not written down: after people with titles, where
/// several come with firms.
fn first_with_firm(drafts: &[Draft]) -> Option<usize> {
    let asks = |draft: &&Draft| draft.who.as_deref().is_some_and(asks_for_firm);
    let first = drafts.iter().position(|draft| asks(&draft))?;
    let before = drafts
        .get(..first)?
        .iter()
        .filter_map(|draft| draft.who.as_ref());
    let titled = before.filter(|who| who.kind == Kind::Executive).count();
    (titled >= 1 && drafts.iter().filter(asks).take(2).count() == 2).then_some(first)
}

/// Whether somebody who spoke only after the call for questions has a firm and no title, as those who ask have.
fn asks_for_firm(who: &Participant) -> bool {
    who.affiliation.is_some() && who.role.is_none()
}

/// What the front of a press conference says.
const PRESS: &str = "press conference";

/// More people than ask in a small meeting.
const FEW_WHO_ASK: usize = 6;

/// How much of the text may say that it is one.
const FRONT: usize = 3000;

/// How often somebody speaks, how long, and how often with a question.
#[derive(Default)]
struct Share {
    turns: usize,
    bytes: usize,
    asks: usize,
}

/// Tells who gives a press conference from those who ask: whoever has an office, or speaks first, and says more than all others
/// speaks for the house; whoever mostly asks asks. All others stay as they were, as do all where somebody was told apart.
pub(super) fn infer_press(drafts: &mut [Draft], text: &str) {
    if speakers(drafts).any(|who| who.kind != Kind::Other) {
        return;
    }
    let keys = Keys::of(drafts);
    let mut shares: HashMap<&str, Share> = HashMap::default();
    for draft in drafts.iter() {
        if let Some(name) = draft.who.as_ref().map(|who| keys.key(who)) {
            let share = shares.entry(name).or_default();
            share.turns += 1;
            share.bytes += draft.span.len();
            let words = draft.span.slice(text);
            share.asks += usize::from(words.is_some_and(asks));
        }
    }
    let most = shares
        .iter()
        .max_by_key(|(name, share)| (share.bytes, *name));
    let Some((&host, share)) = most else { return };
    let all: usize = shares.values().map(|share| share.bytes).sum();
    let head = text.get(..text.floor_char_boundary(FRONT)).unwrap_or(text);
    let says_so = head.to_lowercase().contains(PRESS);
    let mut speakers = drafts.iter().filter_map(|draft| draft.who.as_ref());
    let speaks_first = speakers.next().map(|who| keys.key(who)) == Some(host);
    // Where nothing says that it is one, an office and many who ask do.
    let is_press = says_so && (speaks_first || has_office(host))
        || has_office(host) && shares.len() > FEW_WHO_ASK;
    if share.bytes * 2 < all || shares.len() < 2 || !is_press {
        return;
    }
    change(drafts, |who| {
        let name = keys.key(who);
        let mostly_asks = |share: &Share| share.asks * 2 >= share.turns && share.asks > 0;
        if name == host {
            who.kind = Kind::Executive;
        } else if shares.get(name).is_some_and(mostly_asks) && !is_unknown(&who.name) {
            who.kind = Kind::Analyst;
        }
    });
}

/// Whether somebody asks, with or without a mark.
fn asks(words: &str) -> bool {
    const WONDERS: [&str; 3] = ["wonder if", "wondering if", "wondering whether"];
    words.contains('?') || WONDERS.iter().any(|wonders| words.contains(wonders))
}

fn has_office(key: &str) -> bool {
    let office = key.split(' ').next().unwrap_or_default();
    ["chair", "chairman", "chairwoman", "president", "governor"].contains(&office)
}

/// The operator's turn that calls for the first question, once somebody else has spoken.
pub(super) fn first_question(drafts: &[Draft], text: &str) -> Option<usize> {
    let spoken = drafts.iter().position(|draft| other(draft).is_some())?;
    let is_calling = |draft: &Draft| {
        let is_operator = draft
            .who
            .as_ref()
            .is_some_and(|who| who.kind == Kind::Operator);
        is_operator && says_any(draft, text, &CALLING)
    };
    drafts
        .iter()
        .skip(spoken)
        .position(is_calling)
        .map(|after| spoken + after)
}

/// A speaker who is not the operator.
fn other(draft: &Draft) -> Option<&Participant> {
    draft
        .who
        .as_deref()
        .filter(|who| who.kind != Kind::Operator)
}

/// The names of all speakers in the form that they are compared by. A name stands before many turns; its key is made once.
struct Keys(HashMap<String, String>);

impl Keys {
    fn of(drafts: &[Draft]) -> Self {
        let mut keys: HashMap<String, String> = HashMap::default();
        for who in speakers(drafts) {
            if !keys.contains_key(&who.name) {
                keys.insert(who.name.clone(), key(&who.name));
            }
        }
        Self(keys)
    }

    fn key(&self, who: &Participant) -> &str {
        self.0.get(&who.name).map_or("", String::as_str)
    }
}

/// Whether a turn holds a word in lower case.
fn says_word(draft: &Draft, text: &str, word: &str) -> bool {
    let words = draft.span.slice(text).unwrap_or_default().to_lowercase();
    words
        .split(|c: char| !(c.is_alphanumeric() || "'’-".contains(c)))
        .any(|said| said.trim_end_matches("'s").trim_end_matches("’s") == word)
}

/// Whether a turn holds one of some phrases in lower case.
fn says_any(draft: &Draft, text: &str, phrases: &[&str]) -> bool {
    let words = draft.span.slice(text).unwrap_or_default().to_lowercase();
    phrases.iter().any(|phrase| words.contains(phrase))
}

#[cfg(test)]
mod tests {
    use super::super::Kind::{self, Analyst, Executive, Operator, Other};
    use super::super::Section;
    use super::super::layout::testing::seen;

    #[test]
    fn the_course_of_a_call_tells_who_is_who() {
        let text = "Operator: Good day. A question-and-answer session follows.\nAda Quill: Welcome.\nBo Crane: Iron rose.\n\
                    Operator: Our first question comes from Di Marsh of Vale Bank.\nDi Marsh: How heavy?\nAda Quill: Very.\n\
                    Cy Stone: If I may add, large.\nDi Marsh: Thanks.\nOperator: That concludes the call.\n";
        let found: Vec<_> = seen(text)
            .call
            .turns
            .iter()
            .map(|turn| (turn.kind, turn.section))
            .collect();
        let kinds = [
            Operator, Executive, Executive, Operator, Analyst, Executive, Other, Analyst, Operator,
        ];
        let section = |at| {
            if at < 3 {
                Section::Prepared
            } else {
                Section::Questions
            }
        };
        let expected: Vec<_> = kinds
            .into_iter()
            .enumerate()
            .map(|(at, kind)| (kind, section(at)))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn at_a_press_conference_whoever_speaks_most_answers_and_others_ask() {
        let text = "March 16, 2022  Chair Quill's Press Conference  FINAL\nCHAIR QUILL. Good afternoon. Anvils are heavy, and we keep them so.\n\
                    DI MARSH. Thank you. Bo.\nBO CRANE. How heavy? And why?\nCHAIR QUILL. Very heavy, since they are made of iron.\n\
                    BO CRANE. Thanks.\nCHAIR QUILL. Thank you.\n";
        let seen = seen(text);
        let kinds: Vec<_> = seen.call.turns.iter().map(|turn| turn.kind).collect();
        assert_eq!(kinds[..4], [Executive, Other, Analyst, Executive]);
    }

    #[test]
    fn without_an_operator_nobody_is_told_apart() {
        let text = "Ada: Our first question comes from Bo.\nBo: How heavy?\nAda: Very.\nBo: Thanks.\nAda: Bye.\nBo: Bye.\n";
        assert!(
            seen(text)
                .call
                .turns
                .iter()
                .all(|turn| turn.kind == Kind::Other)
        );
    }
}
