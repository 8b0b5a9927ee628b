//! What transcribers write between brackets into somebody's words: stage directions and times.
//!
//! In: what stands between the brackets. Out: whether it was said by nobody. An editor's
//! `[free cash flow]` stands for words and is none of these.

use super::time::Clock;

/// What stage directions begin with, in lower case; the last word may go on (`laughter`, `technical difficulties`).
#[rustfmt::skip]
const DIRECTIONS: [&str; 33] = [
    "operator instruction", "operator signoff", "operator sign-off", "inaudible", "indiscernible", "unintelligible",
    "laugh", "applause", "foreign language", "foreign speech", "speaking in foreign", "speaking foreign", "speaking spanish",
    "technical difficult", "technical issue", "audio gap", "audio cut", "audio problem", "audio issue", "audio distortion", "crosstalk",
    "cross-talk", "cross talk", "multiple speakers", "no response", "no audio", "video presentation", "video play",
    "audio-video presentation", "background noise", "break in audio", "email protected", "overlapping",
];

/// Directions that are whole words, and could otherwise begin what somebody says.
const WHOLE: [&str; 7] = [
    "ph", "phonetic", "sic", "break", "music", "pause", "silence",
];

/// What goes on with a direction of one whole word: `music playing`, `pause for translation`, `silence on the line`.
#[rustfmt::skip]
const GOES_ON: [&str; 11] = [
    "break", "continues", "ends", "fades", "for", "playing", "plays", "starts", "stops", "swells", "while",
];

/// Words of a direction, at most.
const LONGEST: usize = 8;

/// Whether nobody says what stands between two brackets.
pub fn is_aside(inside: &str) -> bool {
    let bare = inside
        .trim()
        .trim_matches(['.', '*', '_', '♪', ' '])
        .replace('\u{A0}', " ")
        .to_lowercase();
    let mut words = bare.split(' ');
    let (first, second) = (words.next().unwrap_or_default(), words.next());
    let is_whole = WHOLE.contains(&first) && second.is_none_or(|second| GOES_ON.contains(&second));
    // Whoever gives a figure says something.
    let is_short = words.count() + 2 <= LONGEST && !bare.contains('%');
    is_short && (is_whole || DIRECTIONS.iter().any(|begin| bare.starts_with(begin)))
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
            "Music playing",
            "pause for translation",
            "technical difficulties",
            "Laughter and applause",
        ] {
            assert!(is_aside(inside), "{inside}");
        }
        for inside in [
            "free cash flow",
            "AWS",
            "",
            "2024",
            "the phone",
            "3",
            "musical chair",
            "music sales rose twenty percent",
            "breakage",
            "silences us",
            "pause in the north until May",
        ] {
            assert!(!is_aside(inside), "{inside}");
        }
    }
}
