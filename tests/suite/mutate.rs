//! Samples spoilt at random, by a seed: what a reader may meet and must survive.

use onrecord::transcript::Reading;
use std::ops::Range;

/// What stands in the formats that are read, and what misleads them.
#[rustfmt::skip]
const WORDS: [&str; 65] = [
    "\n", "\r\n", "\r", " ", "\t", ":", "：", "--", " -- ", " - ", "-->", "<v ", "</v>", "<", ">", "&amp;", "&#", "{", "}", "[", "]",
    "\"", "\"\"", ",", ";", "|", "null", "0:00", "00:00:01.000", "99999999999999999999", "-1", "1e999", "\u{FEFF}", "\u{200B}", "\u{A0}",
    "\u{2028}", "é", "𝔸", "İ", "ﬁ", "\u{0301}", "Operator", "Operator:", "Ada Quill", "Ada Quill:", "Unknown Speaker", "Speaker 1", "Q - ", "A - ",
    "{BIO ", "........", "================", "----------------", "[1]", "EXECUTIVES", "Prepared Remarks:", "QUESTIONS AND ANSWERS",
    "Company Participants", "Page 2 of 9", "WEBVTT", "onrecord transcript 1: web-vtt\n", "[questions]",
    "Nimbus Anvil Q3 2024 Earnings Call\nWelcome.\n", "CORPORATE PARTICIPANTS\n", "All earnings call transcripts\n",
];

/// Numbers that look random, the same for the same seed. Source: Marsaglia, "Xorshift RNGs", 2003.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// One of `0..below`; 0 where there is none.
    pub(crate) fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap_or_default() % below.max(1)
    }

    fn range(&mut self, len: usize, most: usize) -> Range<usize> {
        let start = self.roll(len + 1);
        start..(start + self.roll(most)).min(len)
    }
}

/// `sample` with a few changes; `other` is what parts are borrowed from.
pub(crate) fn spoilt(sample: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = sample.to_vec();
    for _ in 0..=dice.roll(6) {
        change(&mut bytes, other, dice);
    }
    bytes.truncate(1 << 16);
    bytes
}

fn change(bytes: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
    let len = bytes.len();
    match dice.roll(9) {
        0 => {
            let gone = dice.range(len, 40);
            bytes.drain(gone);
        }
        1 => {
            let word = WORDS
                .get(dice.roll(WORDS.len()))
                .copied()
                .unwrap_or_default();
            let at = dice.roll(len + 1);
            bytes.splice(at..at, word.bytes());
        }
        2 => {
            let at = dice.roll(len);
            let value = u8::try_from(dice.roll(256)).unwrap_or_default();
            if let Some(byte) = bytes.get_mut(at) {
                *byte = value;
            }
        }
        3 => {
            let part = other
                .get(dice.range(other.len(), 200))
                .unwrap_or_default()
                .to_vec();
            let at = dice.roll(len + 1);
            bytes.splice(at..at, part);
        }
        4 => {
            let again = bytes.get(dice.range(len, 120)).unwrap_or_default().to_vec();
            let at = dice.roll(len + 1);
            bytes.splice(at..at, again.repeat(1 + dice.roll(20)));
        }
        5 => bytes.truncate(dice.roll(len + 1)),
        // Whole lines: one gone, one again, two changed about.
        kind => lines(bytes, kind, dice),
    }
}

fn lines(bytes: &mut Vec<u8>, kind: usize, dice: &mut Dice) {
    let mut lines: Vec<Vec<u8>> = bytes
        .split_inclusive(|&byte| byte == b'\n')
        .map(<[u8]>::to_vec)
        .collect();
    let (one, two) = (dice.roll(lines.len()), dice.roll(lines.len()));
    if lines.is_empty() {
        return;
    }
    match kind {
        6 => {
            lines.remove(one);
        }
        7 => lines.insert(two, lines.get(one).cloned().unwrap_or_default()),
        _ => lines.swap(one, two),
    }
    *bytes = lines.concat();
}

/// Reads bytes as a file of each kind that this process reads itself, and holds what always holds
/// against what is read.
pub(crate) fn check(bytes: &[u8], name: &str) {
    use onrecord::transcript::open;
    let first = bytes.iter().position(|byte| {
        !byte.is_ascii_whitespace() && !b"\xEF\xBB\xBF\xE2\x80\x8B".contains(byte)
    });
    let documents: [&[u8]; 2] = [b"<", b"PK"];
    let starts = |mark: &&[u8]| {
        first
            .and_then(|first| bytes.get(first..))
            .is_some_and(|body| body.starts_with(mark))
    };
    let pdf = bytes.windows(5).take(1100).any(|window| window == b"%PDF-");
    let filing = bytes.windows(9).any(|window| window == b"DOCUMENT>");
    if documents.iter().any(starts) || pdf || filing {
        return;
    }
    let Ok(opened) = open(bytes.to_vec(), None) else {
        return;
    };
    check_text(&opened.decoded.text, name);
}

/// Reads a text that is kept of a file, and holds what always holds against what is read.
pub(crate) fn check_text(text: &str, name: &str) {
    use onrecord::transcript::{Decoded, Metadata, SpanOf, read_calls};
    let decoded = Decoded {
        text: text.to_owned(),
        encoding: "UTF-8",
        span_of: SpanOf::StoredText,
        problems: Vec::new(),
    };
    let parts = read_calls(&decoded, name, &Metadata::default());
    assert_eq!(parts.iter().map(|part| part.text).collect::<String>(), text);
    for part in &parts {
        check_call(part.text, &part.reading);
        // What is stored says the same when it is read again.
        let again = part.place.read(part.text, name, &Metadata::default());
        assert_eq!(again.call, part.reading.call);
    }
}

fn check_call(text: &str, reading: &Reading) {
    use onrecord::passage::{Cuts, quoted};
    use onrecord::transcript::exchanges;
    let cuts = Cuts::of(&reading.call.turns);
    let mut end = 0;
    for turn in &reading.call.turns {
        let words = turn.span.slice(text);
        assert!(
            words.is_some_and(|words| !words.is_empty() && words == words.trim()),
            "{turn:?}"
        );
        assert!(turn.span.start() >= end, "{turn:?} begins before {end}");
        end = turn.span.end();
        let mut last = turn.span.start();
        for sentence in cuts.sentences(text, turn.span) {
            let pieces = cuts.pieces(text, sentence);
            assert!(
                sentence.start() >= last && turn.span.contains(sentence),
                "{sentence:?}"
            );
            assert!(pieces.iter().all(|piece| sentence.contains(*piece)));
            assert!(!quoted(text, &pieces).is_empty() && !cuts.heard(text, sentence).is_empty());
            last = sentence.end();
        }
    }
    exchanges(&reading.call.turns, text);
}
