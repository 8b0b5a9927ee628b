//! Chats as they are exported or copied: `[12/09/2025, 09:14:03] Ada: words`, `12/09/2025, 09:14 - Ada: words`, and
//! `Ada Quill  9:15 AM` over the words.
//!
//! In: a line without what nobody sees at its ends. Out: who writes, at what hour, and what. This file knows nothing of turns.

use super::names::is_name;
use super::time::Clock;
use super::words::is_unseen;
use crate::units::Millis;

/// The longest name.
const LONGEST: usize = 60;

/// Half a day.
const NOON: Millis = Millis(12 * 3_600_000);

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
        Some((name, spoken)) => (Some(name.trim_matches(is_unseen)), clock, spoken),
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
}
