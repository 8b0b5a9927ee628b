//! Whose call it is, as the first speaker says: `welcome to the Nimbus Anvil first quarter 2024 earnings call`.
//!
//! In: the first words spoken. Out: the company's name as it stands there, or none. A name is believed between an invitation
//! and the words for a call, or right behind these; nothing is made up of it but the possessive's end.

use super::people::has_legal_form;

/// How far into the speech somebody is welcomed, in bytes.
const OPENING: usize = 3000;

/// The most words of a name, of what tells a time, and of what stands before the word for a call.
const MOST_NAME: usize = 7;
const MOST_BEFORE_CALL: usize = 14;

/// What invites, the words that end it.
const INVITES: [&str; 10] = [
    "welcome",
    "welcoming",
    "joining",
    "join",
    "attending",
    "connected",
    "listening",
    "participating",
    "to",
    "in",
];

/// What may stand between an invitation and a name.
#[rustfmt::skip]
const BETWEEN: [&str; 18] = [
    "everyone", "everybody", "you", "all", "us", "for", "to", "the", "today's", "today’s", "this", "our", "on", "and", "back",
    "in", "morning's", "today",
];

/// What tells a time.
#[rustfmt::skip]
const TIMES: [&str; 13] = [
    "quarter", "fiscal", "full", "half", "year", "year-end", "annual", "quarterly", "of", "and", "quarter's", "the", "for",
];
const ORDINALS: [&str; 8] = [
    "first", "second", "third", "fourth", "1st", "2nd", "3rd", "4th",
];

/// Months that quarters are called by.
const MONTHS: [&str; 4] = ["march", "june", "september", "december"];

/// What a call is called, and what stands before it.
#[rustfmt::skip]
const CALLS: [&str; 12] = [
    "earnings", "conference", "results", "webcast", "investor", "call", "teleconference", "release", "shareholder", "financial",
    "business", "analyst",
];

/// What ends a name after a call.
const AFTER_CALL: [&str; 4] = ["for", "of", "by", "with"];

/// Small words inside of names.
const SMALL: [&str; 4] = ["of", "and", "the", "&"];

/// The company whose call the first words welcome to.
pub(super) fn company(speech: &str) -> Option<String> {
    let head = speech
        .get(..speech.floor_char_boundary(OPENING))
        .unwrap_or(speech);
    let words: Vec<&str> = head.split_whitespace().collect();
    let invites = |at: &usize| {
        words
            .get(*at)
            .is_some_and(|word| is_any(word, &INVITES[..8]))
    };
    let goes_on = |at: &usize| !words.get(*at).is_some_and(|word| ends_sentence(word));
    (0..words.len())
        .filter(invites)
        .filter(goes_on)
        .find_map(|at| invited(words.get(at + 1..)?))
}

/// The name in what follows an invitation.
fn invited(words: &[&str]) -> Option<String> {
    let lead = words
        .iter()
        .take_while(|word| is_any(word, &BETWEEN) && !ends_sentence(word))
        .count();
    let last = lead.checked_sub(1).and_then(|last| words.get(last));
    if last.is_some_and(|word| is_any(word, &["you", "us", "everyone"])) {
        return None;
    }
    let rest = words.get(lead..)?;
    let rest = rest.get(time(rest)..)?;
    let name = name(rest);
    let ended = name.checked_sub(1).and_then(|last| rest.get(last));
    if ended.is_some_and(|last| ends_sentence(last)) {
        return None;
    }
    let after = rest.get(name..)?;
    let call = call(after)?;
    if name > 0 {
        return shown(rest.get(..name)?);
    }
    // `the earnings conference call for Nimbus Anvil`.
    let after = after.get(call + 1..)?;
    let skip = after
        .iter()
        .take_while(|word| is_any(word, &["hosted", "and", "webcast"]))
        .count();
    let after = after.get(skip..)?;
    let first = after.first().filter(|word| is_any(word, &AFTER_CALL))?;
    let after = after.get(1..).filter(|_| !ends_sentence(first))?;
    let the = usize::from(after.first().is_some_and(|word| is_any(word, &["the"])));
    let after = after.get(the..)?;
    let name = self::name(after);
    let named = after.get(..name)?;
    shown(named).filter(|_| {
        named
            .last()
            .is_some_and(|last| last.ends_with(',') || ends_sentence(last))
    })
}

/// How many words tell a time: `Q2 FY24`, `third quarter fiscal year 2025`, `2024`.
fn time(words: &[&str]) -> usize {
    let mut count = 0;
    while let Some(word) = words.get(count) {
        let lower = bare(word).to_lowercase();
        let is = tells_time(&lower)
            || ORDINALS.contains(&lower.as_str()) && is_ordinal(words, count)
            || MONTHS.contains(&lower.as_str())
                && words
                    .get(count + 1)
                    .is_some_and(|next| is_any(next, &["quarter"]))
            || count > 0 && TIMES.contains(&lower.as_str())
            || ["fiscal", "full", "annual", "quarterly"].contains(&lower.as_str());
        if !is {
            break;
        }
        count += 1;
    }
    count
}

/// `2024`, `Q3`, `FY25`, `1Q24`, `25`.
fn tells_time(lower: &str) -> bool {
    let letters: String = lower.chars().filter(|c| !c.is_ascii_digit()).collect();
    let digits = lower.len() - letters.len();
    (1..=4).contains(&digits) && ["", "q", "fy", "h"].contains(&letters.as_str())
}

/// Whether an ordinal counts quarters: `First Quarter`, `fourth fiscal`, not `First Anvil`.
fn is_ordinal(words: &[&str], at: usize) -> bool {
    let next = words.get(at + 1).map(|word| bare(word).to_lowercase());
    next.is_some_and(|next| TIMES.contains(&next.as_str()) || tells_time(&next))
}

/// How many words are a name.
fn name(words: &[&str]) -> usize {
    let mut count = 0;
    for (at, word) in words.iter().enumerate().take(MOST_NAME + 1) {
        let word = word.trim_end_matches([',', ';']);
        let lower = bare(word).to_lowercase();
        let capital = word.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
        let next_is_call = || words.get(at + 1).is_some_and(|next| is_any(next, &CALLS));
        let ends = time(words.get(at..).unwrap_or_default()) > 0
            || lower != "financial" && CALLS.contains(&lower.as_str())
            || lower == "financial" && next_is_call();
        let is_small = count > 0
            && SMALL.contains(&word)
            && words
                .get(at + 1)
                .is_some_and(|next| next.starts_with(char::is_uppercase));
        if ends || !capital && !is_small {
            break;
        }
        count = at + 1;
        // `Anvil's Bank` owns nothing, `Anvil's first quarter` does.
        let goes_on = || {
            let rest = words.get(at + 1..).unwrap_or_default();
            let next = rest
                .first()
                .filter(|next| next.starts_with(char::is_uppercase));
            next.is_some_and(|next| !is_any(next, &CALLS)) && time(rest) == 0
        };
        let has_form = || {
            let next = words.get(at + 1).copied().unwrap_or_default();
            has_legal_form(&format!("Anvil {next}"))
        };
        let ends_part = words.get(at).is_some_and(|word| word.ends_with([',', ';']));
        if is_owner(word) && !goes_on() || ends_sentence(word) || ends_part && !has_form() {
            break;
        }
    }
    count
}

/// Where the word `call` or `webcast` stands among what names a call, if it does.
fn call(words: &[&str]) -> Option<usize> {
    let within = words
        .get(..words.len().min(MOST_BEFORE_CALL))
        .unwrap_or_default();
    let end = within
        .iter()
        .position(|word| ends_sentence(word))
        .unwrap_or(within.len());
    within
        .iter()
        .take(end + 1)
        .position(|word| is_any(word, &["call", "webcast", "teleconference"]))
}

/// The name as it stands there, without the possessive's end.
fn shown(words: &[&str]) -> Option<String> {
    let name = words.join(" ");
    let name = name.trim_end_matches([',', ';', '?', '!']);
    let forms = ["Inc.", "Corp.", "Co.", "Ltd.", "S.A.", "N.V.", "plc."];
    let name = if forms.iter().any(|form| name.ends_with(form)) {
        name
    } else {
        name.trim_end_matches('.')
    };
    let name = name
        .strip_suffix("'s")
        .or(name.strip_suffix("’s"))
        .unwrap_or(name);
    let name = name.trim_end_matches(['\'', '’', ',']);
    // A machine that misheard a period writes `Q2-225-9 Anvil`.
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    (digits < 3 && name.len() > 1 && name.contains(char::is_alphabetic)).then(|| name.to_owned())
}

fn is_owner(word: &str) -> bool {
    ["'s", "’s", "s'", "s’"]
        .iter()
        .any(|end| word.ends_with(end))
}

/// Whether a word ends a sentence, and is no legal form.
fn ends_sentence(word: &str) -> bool {
    let has_initials = || bare(word).len() == 1 || bare(word).contains('.');
    word.ends_with(['.', '?', '!'])
        && !has_initials()
        && !is_any(word, &["inc", "corp", "co", "ltd", "st", "mr", "ms", "dr"])
}

fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

fn is_any(word: &str, words: &[&str]) -> bool {
    let word = bare(word);
    words.iter().any(|one| word.eq_ignore_ascii_case(one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_welcome_names_the_company() {
        for (speech, expected) in [
            (
                "Good day, and welcome to the Nimbus Anvil first quarter 2024 earnings conference call.",
                Some("Nimbus Anvil"),
            ),
            (
                "All lines are muted, and welcome. Jane Quill: Thank you, and good day, everybody, to our quarterly call.",
                None,
            ),
            (
                "Welcome to Nimbus' third quarter call. We begin.",
                Some("Nimbus"),
            ),
            (
                "Welcome to the Q2 FY24 Nimbus Anvil Earnings Conference Call.",
                Some("Nimbus Anvil"),
            ),
            (
                "Welcome everyone to First Anvil Corporation's first quarter 2024 earnings call.",
                Some("First Anvil Corporation"),
            ),
            (
                "Thank you for standing by. Welcome to the Anvil Financial Group, Inc. Q3 2024 financial results call.",
                Some("Anvil Financial Group, Inc."),
            ),
            (
                "Hello and welcome to the fourth quarter earnings conference call for Bank of Anvil. All lines are muted.",
                Some("Bank of Anvil"),
            ),
            (
                "Thanks for joining Nimbus Anvil's second quarter 2025 earnings call.",
                Some("Nimbus Anvil"),
            ),
            (
                "Welcome to our third quarter 2024 earnings call. Ada Quill speaks.",
                None,
            ),
            (
                "Welcome to the Anvil Hour. I am Ada, and this is no call.",
                None,
            ),
            (
                "Thank you all for joining us. On the call are Ada Quill and Bo Crane.",
                None,
            ),
        ] {
            assert_eq!(company(speech).as_deref(), expected, "{speech}");
        }
    }
}
