//! Chats as they are exported or copied: `[12/09/2025, 09:14:03] Ada: words`, `12/09/2025, 09:14 - Ada: words`, and
//! `Ada Quill  9:15 AM` over the words.
//!
//! In: a line without what nobody sees at its ends. Out: who writes, at what hour, and what. This file knows nothing of turns.

use super::Date;
use super::lines::Line;
use super::names::is_name;
use super::time::Clock;
use super::words::is_unseen;
use crate::units::{ByteSpan, Millis};

/// The longest name.
const LONGEST: usize = 60;

/// Half a day.
const NOON: Millis = Millis(12 * 3_600_000);

/// What a program writes in place of a message, in lower case.
#[rustfmt::skip]
const NOTICES: [&str; 20] = [
    "<media omitted>", "image omitted", "video omitted", "audio omitted", "sticker omitted", "gif omitted", "document omitted",
    "contact card omitted", "video note omitted", "this message was deleted", "this message was deleted.", "you deleted this message",
    "you deleted this message.", "missed voice call", "missed video call", "<medien ausgeschlossen>", "bild weggelassen",
    "video weggelassen", "audio weggelassen", "sticker weggelassen",
];

/// What it writes behind a message.
const MARKS: [&str; 2] = [
    "<This message was edited>",
    "<Diese Nachricht wurde bearbeitet.>",
];

/// What it writes of all messages.
const SEALED: &str = "end-to-end encrypted";
const ALL_SEALED: &str = "Messages and calls are end-to-end encrypted";

/// Whether a line of a chat is nobody's message: what the program left out, or says of itself.
pub(super) fn is_notice(words: &str) -> bool {
    let Some((name, _, said)) = dated(words) else {
        return false;
    };
    let said = unmarked(said.trim_matches(is_unseen));
    let lower = said.to_lowercase();
    said.is_empty()
        || NOTICES.contains(&lower.as_str())
        || said.starts_with("<attached: ")
        || said.ends_with("(file attached)")
        || said.starts_with(ALL_SEALED)
        || name.is_none() && said.contains(SEALED)
}

/// The span of `words` without what the program writes behind a message.
pub(super) fn said(span: ByteSpan, words: &str) -> ByteSpan {
    let length = words.len() - unmarked(words).len();
    ByteSpan::new(span.start(), span.end() - length)
}

fn unmarked(words: &str) -> &str {
    let bare = MARKS.iter().find_map(|mark| words.strip_suffix(mark));
    bare.map_or(words, |bare| bare.trim_end_matches(is_unseen))
}

/// The day of the first message. Where the order of day and month is not plain from one message, all of them must bear it out.
pub(super) fn date(lines: &[Line<'_>]) -> Option<Date> {
    let mut days: Vec<[u16; 3]> = Vec::new();
    let mut has_points = false;
    for line in lines {
        let words = line.words();
        if let (Some(day), true) = (day(words), dated(words).is_some()) {
            has_points |= words
                .trim_start_matches('[')
                .get(..10)
                .is_some_and(|day| day.contains('.'));
            days.push(day);
        }
    }
    let made = |[year, month, day]: [u16; 3]| {
        let year = if year < 100 { year + 2000 } else { year };
        Date::new(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
    };
    let &first = days.first()?;
    if first.first().is_some_and(|year| *year > 31) {
        return made(first);
    }
    // Every message is a day that exists, and none is before the one above.
    let in_order = |order: fn([u16; 3]) -> [u16; 3]| {
        let all: Option<Vec<Date>> = days.iter().map(|day| made(order(*day))).collect();
        all.filter(|all| all.is_sorted())
            .and_then(|all| all.first().copied())
    };
    let day_first = in_order(|[day, month, year]| [year, month, day]);
    let month_first = in_order(|[month, day, year]| [year, month, day]);
    match (day_first, month_first) {
        // Nobody writes the month first with points.
        (Some(found), _) if has_points => Some(found),
        (Some(found), None) | (None, Some(found)) => Some(found),
        (Some(found), Some(same)) if found == same => Some(found),
        _ => None,
    }
}

/// The three numbers of the day at the start of a line.
fn day(words: &str) -> Option<[u16; 3]> {
    let (day, _) = words
        .strip_prefix('[')
        .unwrap_or(words)
        .split_once([',', ' '])?;
    let mut numbers = day.split(['/', '.', '-']).map(str::parse::<u16>);
    let three = [
        numbers.next()?.ok()?,
        numbers.next()?.ok()?,
        numbers.next()?.ok()?,
    ];
    numbers.next().is_none().then_some(three)
}

/// Whether a line is a name and an hour, as a chat is copied.
pub(super) fn is_copied(words: &str) -> bool {
    copied(words).is_some()
}

/// The hour that fills a line, and whether it says which half of the day it is of: `9:17 AM`, `9:17`.
pub(super) fn hour_alone(words: &str) -> Option<(Clock, bool)> {
    if words.len() > 11 || !words.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (clock, rest) = hour(words)?;
    let has_half = !words.ends_with(|c: char| c.is_ascii_digit());
    let is_one = words.matches(':').count() == 1 && clock.0 < Millis(NOON.0 * 2);
    (rest.is_empty() && is_one).then_some((clock, has_half))
}

/// The time of an hour that follows `before`; without its half it is of the same half, or of the next.
pub(super) fn after(before: Millis, Clock(time): Clock, has_half: bool) -> Millis {
    let is_later = !has_half && time < before && time < NOON;
    if is_later {
        Millis(time.0 + NOON.0)
    } else {
        time
    }
}

/// A name, an hour, and words; no name for what the program itself says.
pub(super) fn header(words: &str) -> Option<(Option<&str>, Clock, &str)> {
    dated(words).or_else(|| copied(words))
}

/// A day and an hour before the name.
fn dated(words: &str) -> Option<(Option<&str>, Clock, &str)> {
    let opened = words.strip_prefix('[');
    let text = opened.unwrap_or(words);
    let (day, rest) = text.split_once([',', ' '])?;
    let is_day = day.len() <= 10
        && day
            .bytes()
            .filter(|byte| matches!(byte, b'/' | b'.' | b'-'))
            .count()
            == 2
        && day
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'/' | b'.' | b'-'));
    if !is_day {
        return None;
    }
    let (clock, rest) = hour(rest.trim_start())?;
    let rest = if opened.is_some() {
        rest.strip_prefix(']')?.trim_start_matches(is_unseen)
    } else {
        rest.strip_prefix(" - ")?
    };
    let named = rest
        .split_once(": ")
        .or_else(|| rest.split_once(':').filter(|(_, words)| words.is_empty()));
    let named = named.filter(|(name, _)| !name.is_empty() && name.len() <= LONGEST);
    Some(match named {
        // Whoever is in nobody's address book has a mark before the name.
        Some((name, spoken)) => {
            let name = name.trim_matches(is_unseen);
            let name = name.strip_prefix("~").unwrap_or(name);
            (Some(name.trim_start_matches(is_unseen)), clock, spoken)
        }
        None => (None, clock, rest),
    })
}

/// A name, two spaces or a tab, and an hour with `AM` or `PM`.
fn copied(words: &str) -> Option<(Option<&str>, Clock, &str)> {
    if !words.ends_with(['M', 'm', '.']) {
        return None;
    }
    let (name, time) = words
        .rsplit_once("  ")
        .or_else(|| words.rsplit_once('\t'))?;
    let (clock, rest) = hour(time.trim())?;
    let name = name.trim_matches(is_unseen);
    let has_half = time.trim().len() > 5;
    (rest.is_empty() && has_half && is_name(name) && name.len() <= LONGEST).then_some((
        Some(name),
        clock,
        "",
    ))
}

/// An hour of the day with or without its half, and what follows.
fn hour(text: &str) -> Option<(Clock, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != ':')
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    let Clock(time) = Clock::exactly(digits)?;
    // Without seconds the two numbers are hours and minutes.
    let time = if digits.matches(':').count() == 1 {
        Millis(time.0.saturating_mul(60))
    } else {
        time
    };
    let half = rest.trim_start_matches(is_unseen);
    let is = |mark: &str| {
        half.get(..2)
            .is_some_and(|half| half.eq_ignore_ascii_case(mark))
    };
    let after = half.get(2..).unwrap_or_default();
    Some(if is("pm") && time < NOON {
        (Clock(Millis(time.0 + NOON.0)), after)
    } else if is("am") && time >= NOON {
        (Clock(Millis(time.0.saturating_sub(NOON.0))), after)
    } else if is("am") || is("pm") {
        (Clock(time), after)
    } else {
        (Clock(time), rest)
    })
}

#[cfg(test)]
mod tests {
    use super::super::Layout;
    use super::super::layout::testing::seen;

    #[test]
    fn chats_are_read_line_by_line() {
        let expected = [
            "Ada Q: iron came?",
            "Bo: yes.\nlots of it",
            "Ada Q: how much: tons?",
        ];
        for text in [
            "[12/09/2025, 09:14:03] Ada Q: iron came?\n[12/09/2025, 09:15:22] Bo: yes.\nlots of it\n[12/09/2025, 21:15:40] Ada Q: how much: tons?\n",
            "12/09/2025, 09:14 - Ada Q: iron came?\n12/09/2025, 09:15 - Bo: yes.\nlots of it\n12/09/2025, 09:17 - Ada Q: how much: tons?\n",
            "Ada Q  9:15 AM\niron came?\n\nBo  9:17 AM\nyes.\nlots of it\n\nAda Q  12:18 PM\nhow much: tons?\n",
        ] {
            let seen = seen(text);
            assert_eq!(seen.layout, Layout::TimedLines);
            assert_eq!(seen.turns(), expected);
        }
    }

    #[test]
    fn what_the_program_says_of_itself_is_nobody() {
        let text = "12/09/2025, 09:13 - Messages are encrypted.\n12/09/2025, 09:14 - +44 1: hi\n12/09/2025, 09:15 - Bo: yes\n";
        assert_eq!(
            seen(text).turns(),
            ["-: Messages are encrypted.", "+44 1: hi", "Bo: yes"]
        );
    }

    #[test]
    fn the_day_of_a_chat_is_that_of_its_first_message_where_the_order_is_plain() {
        for (days, expected) in [
            (["13/09/2025", "02/10/2025"], Some("2025-09-13")),
            (["9/13/25", "10/2/25"], Some("2025-09-13")),
            (["28.11.2025", "02.12.2025"], Some("2025-11-28")),
            (["2025-09-03", "2025-09-04"], Some("2025-09-03")),
            // The second one would be before the first.
            (["09/10/2025", "02/11/2025"], Some("2025-10-09")),
            (["03/02/2025", "04/02/2025"], None),
            (["03/03/2025", "03/03/2025"], Some("2025-03-03")),
        ] {
            let [first, second] = days;
            let text = format!("{first}, 09:14 - Ada Q: iron?\n{second}, 09:15 - Bo: yes\n");
            let date = seen(&text).call.metadata.date.map(|date| date.to_string());
            assert_eq!(date.as_deref(), expected, "{days:?}");
        }
    }

    #[test]
    fn what_a_program_leaves_out_is_in_no_turn() {
        let text = "13/09/2025, 09:13 - Messages and calls are end-to-end encrypted. Tap to learn more.\n13/09/2025, 09:14 - Bo: <Media omitted>\n\
                    13/09/2025, 09:15 - Bo: yes <This message was edited>\n13/09/2025, 09:16 - Ada: <Media omitted>\nthe bill\n";
        let seen = seen(text);
        assert_eq!(seen.turns(), ["Bo: yes", "Ada: the bill"]);
        assert_eq!(seen.problems, []);
    }
}
