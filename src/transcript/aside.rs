//! What transcribers write between brackets into somebody's words: stage directions and times.
//!
//! In: what stands between the brackets. Out: whether it was said by nobody. An editor's
//! `[free cash flow]` stands for words and is none of these.

use super::time::Clock;

/// What stage directions begin with, in lower case, or with an ending of [`ENDINGS`] behind it.
#[rustfmt::skip]
const DIRECTIONS: [&str; 34] = [
    "operator instruction", "operator signoff", "operator sign-off", "inaudible", "indiscernible", "unintelligible",
    "laugh", "laughter", "laughing", "applause", "foreign language", "foreign speech", "speaking in foreign", "speaking foreign",
    "speaking spanish", "technical difficult", "technical issue", "audio gap", "audio cut", "audio problem", "audio issue",
    "audio distortion", "crosstalk", "cross-talk", "cross talk", "multiple speakers", "video presentation", "video play",
    "audio-video presentation", "background noise", "break in audio", "email protected", "overlapping speech", "overlapping conversation",
];

/// How the last word of a direction may end.
const ENDINGS: [&str; 6] = ["", "s", "y", "ies", "ing", "back"];

/// Directions that could otherwise begin what somebody says.
#[rustfmt::skip]
const WHOLE: [&str; 10] = [
    "ph", "phonetic", "sic", "break", "music", "pause", "silence", "no response", "no audio", "overlapping",
];

/// What goes on with one of these: `music playing`, `pause for translation`.
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
    let begins = |direction: &str| {
        let rest = bare.strip_prefix(direction);
        let end = rest.and_then(|rest| rest.split(|c: char| !c.is_alphabetic()).next());
        end.is_some_and(|end| ENDINGS.contains(&end))
    };
    let is_whole = |direction: &str| {
        let rest = bare.strip_prefix(direction);
        let next = rest.and_then(|rest| rest.strip_prefix(' '));
        let next = next.and_then(|next| next.split(' ').next());
        rest == Some("") || next.is_some_and(|next| GOES_ON.contains(&next))
    };
    // Whoever gives a figure says something.
    let is_short = bare.split(' ').count() <= LONGEST && !bare.contains('%');
    is_short && (DIRECTIONS.iter().any(|it| begins(it)) || WHOLE.iter().any(|it| is_whole(it)))
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
            "laughs",
            "no response",
            "Operator Instructions.",
            "Inaudible due to a poor line",
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
            "laughable margins",
            "no response from customers yet",
            "overlapping markets",
            "pause in the north until May",
        ] {
            assert!(!is_aside(inside), "{inside}");
        }
    }
}
