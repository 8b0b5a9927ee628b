//! What transcribers write between brackets into somebody's words: stage directions and times.
//!
//! In: what stands between the brackets. Out: whether it was said by nobody. An editor's
//! `[free cash flow]` stands for words and is none of these.

use super::time::Clock;

/// What stage directions begin with, in lower case.
#[rustfmt::skip]
const DIRECTIONS: [&str; 36] = [
    "operator instruction", "operator signoff", "operator sign-off", "inaudible", "indiscernible", "unintelligible",
    "laugh", "applause", "music", "foreign language", "foreign speech", "speaking in foreign", "speaking foreign", "speaking spanish",
    "technical difficult", "technical issue", "audio gap", "audio cut", "audio problem", "audio issue", "audio distortion", "crosstalk",
    "cross-talk", "cross talk", "multiple speakers", "overlapping", "no response", "no audio", "video presentation", "video play",
    "audio-video presentation", "pause", "silence", "background noise", "break in audio", "email protected",
];

/// Directions that are one whole word, and could otherwise begin one.
const WHOLE: [&str; 4] = ["ph", "phonetic", "sic", "break"];

/// Whether nobody says what stands between two brackets.
pub fn is_aside(inside: &str) -> bool {
    let bare = inside
        .trim()
        .trim_matches(['.', '*', '_', '♪', ' '])
        .replace('\u{A0}', " ")
        .to_lowercase();
    WHOLE.contains(&bare.as_str())
        || DIRECTIONS
            .iter()
            .any(|direction| bare.starts_with(direction))
        || bare.contains(':') && Clock::exactly(&bare).is_some()
        || !inside.is_empty() && inside.chars().all(|c| matches!(c, '♪' | ' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions_and_times_are_asides_and_an_editors_words_are_not() {
        for inside in [
            "Operator Instructions",
            "Laughter.",
            "ph",
            "Foreign Language",
            "00:31:38",
            "1:02",
            "email\u{A0}protected",
            "♪♪♪",
        ] {
            assert!(is_aside(inside), "{inside}");
        }
        for inside in ["free cash flow", "AWS", "", "2024", "the phone", "3"] {
            assert!(!is_aside(inside), "{inside}");
        }
    }
}
