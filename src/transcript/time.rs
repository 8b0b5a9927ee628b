//! Times of a recording as sources write them.
//!
//! In: `1:02`, `00:12:31.500`, `01:02:03,004`, `56m 41s`, seconds. Out: milliseconds. This file
//! knows nothing of captions or speakers.

use crate::units::Millis;
use std::fmt;

/// A time as it is written, `00:12:31.500`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clock(pub(super) Millis);

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Millis(all) = self.0;
        let (hours, minutes, seconds) = (all / 3_600_000, all / 60_000 % 60, all / 1000 % 60);
        write!(f, "{hours:02}:{minutes:02}:{seconds:02}.{:03}", all % 1000)
    }
}

impl Clock {
    /// Writes the time as it is shown, without the way over a formatter: every turn and many sentences have one.
    pub(super) fn append_to(self, out: &mut String) {
        let Millis(all) = self.0;
        let (hours, rest) = (all / 3_600_000, all % 3_600_000);
        if hours >= 100 {
            *out += &self.to_string();
            return;
        }
        let mut digits = |mut number: u64, mut place: u64, mark: Option<char>| {
            while place > 0 {
                out.extend(char::from_digit(
                    u32::try_from(number / place).unwrap_or(0),
                    10,
                ));
                number %= place;
                place /= 10;
            }
            out.extend(mark);
        };
        digits(hours, 10, Some(':'));
        digits(rest / 60_000, 10, Some(':'));
        digits(rest / 1000 % 60, 10, Some('.'));
        digits(rest % 1000, 100, None);
    }

    /// Whether the time is read again as it is written: a recording of a thousand hours is none, and its times count something else.
    pub(super) fn is_readable(self) -> bool {
        self.0.0 < 1000 * 3_600_000
    }

    /// The time that `text` is, and nothing besides: two or three numbers with colons, the last
    /// with a fraction after a point or a comma or without.
    pub(super) fn exactly(text: &str) -> Option<Self> {
        let (clock, rest) = Self::at_start(text)?;
        rest.is_empty().then_some(clock)
    }

    /// The time at the start of `text`, and what follows it.
    pub(super) fn at_start(text: &str) -> Option<(Self, &str)> {
        let (first, rest) = number(text, 3)?;
        let (second, rest) = number(rest.strip_prefix(':')?, 2)?;
        let third = rest.strip_prefix(':').and_then(|rest| number(rest, 2));
        let (seconds, rest) = match third {
            Some((third, rest)) => (first * 3600 + second * 60 + third, rest),
            None => (first * 60 + second, rest),
        };
        let fraction = rest
            .strip_prefix(['.', ','])
            .and_then(|rest| number(rest, 9));
        let (millis, rest) = match fraction {
            Some((_, after)) => {
                let digits = rest.len() - after.len() - 1;
                (millis_of(rest.get(1..=digits)?), after)
            }
            None => (0, rest),
        };
        // `1:23:4` is nothing.
        let sensible = second < 60 && third.is_none_or(|(third, _)| third < 60);
        let sensible = sensible && !is_half_day(rest);
        (sensible && !rest.starts_with(|c: char| c.is_alphanumeric() || c == ':'))
            .then_some((Self(Millis(seconds * 1000 + millis)), rest))
    }
}

/// Whether what follows a time makes it an hour of the day: `10:30 a.m.`, `9:15 PM`. A small `am` before other words is a word
/// of speech.
fn is_half_day(rest: &str) -> bool {
    let rest = rest.trim_start_matches([' ', '\u{A0}', '\u{202F}']);
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '.');
    let (half, after) = end
        .and_then(|end| rest.split_at_checked(end))
        .unwrap_or((rest, ""));
    match half.trim_end_matches('.') {
        "AM" | "PM" | "pm" | "a.m" | "p.m" | "A.M" | "P.M" => true,
        "am" => !after.starts_with(char::is_whitespace),
        _ => false,
    }
}

/// The digits of a fraction as milliseconds.
fn millis_of(digits: &str) -> u64 {
    let padded = digits.bytes().chain(std::iter::repeat(b'0')).take(3);
    padded.fold(0, |all, digit| {
        all * 10 + u64::from(digit.saturating_sub(b'0'))
    })
}

/// The number of at most `most` digits at the start of `text`, and what follows it.
fn number(text: &str, most: usize) -> Option<(u64, &str)> {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(end)?;
    ((1..=most).contains(&end)).then_some((digits.parse().ok()?, rest))
}

/// Seconds as JSON has them, as a number or as a string.
pub(super) fn seconds(value: f64) -> Option<Millis> {
    let millis = value * 1000.0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be a time of some recording"
    )]
    (millis.is_finite() && (0.0..1e12).contains(&millis)).then(|| Millis(millis.round() as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_they_are_written() {
        for (text, millis) in [
            ("0:09", 9_000),
            ("1:02", 62_000),
            ("00:12:31.500", 751_500),
            ("01:02:03,004", 3_723_004),
            ("120:00.5", 7_200_500),
            ("00:00.1234567", 123),
        ] {
            assert_eq!(Clock::exactly(text), Some(Clock(Millis(millis))), "{text}");
        }
        for text in [
            "",
            "1",
            ":",
            "1:",
            "1:2:3:4",
            "10:75",
            "9:30am",
            "99999999999:00",
            "é:00",
        ] {
            assert_eq!(Clock::exactly(text), None, "{text}");
        }
    }

    #[test]
    fn an_hour_of_the_day_is_no_time_of_a_recording() {
        for text in [
            "10:30 a.m. we begin",
            "10:30am",
            "10:30a.m.",
            "9:15 PM",
            "9:15\u{202F}PM] Ada",
            "10:30 p.m., Eastern",
            "10:30 pm ET",
            "10:30 am",
            "10:30 A.M. ET",
        ] {
            assert_eq!(Clock::at_start(text), None, "{text}");
        }
        for text in [
            "0:05 am I heard?",
            "0:05 a. m.",
            "0:05 amber",
            "0:05 A mill",
            "0:05 PMI rose",
            "0:05 a.m.p.s",
        ] {
            assert!(Clock::at_start(text).is_some(), "{text}");
        }
    }

    #[test]
    fn a_time_is_written_so_that_it_can_be_read() {
        let clock = Clock(Millis(3_723_004));
        assert_eq!(Clock::exactly(&clock.to_string()), Some(clock));
        for millis in [0, 9, 62_045, 751_500, 3_723_004, 359_999_999, 360_000_000] {
            let (clock, mut appended) = (Clock(Millis(millis)), String::new());
            clock.append_to(&mut appended);
            assert_eq!(appended, clock.to_string());
        }
        assert_eq!(seconds(1.5), Some(Millis(1500)));
        assert_eq!(seconds(f64::NAN), None);
    }
}
