//! From a source's bytes to text.
//!
//! In: bytes. Out: the text, its encoding, and whether spans of it are spans of the file; or the
//! reason why these bytes are not text. Nothing is normalised: line ends, a byte order mark and
//! odd characters stay as they are. This file knows nothing of transcripts.

use super::Problem;
use super::lines::LineIndex;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, MACINTOSH, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A source's text and how it was decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text. For UTF-8 it is the file, byte for byte, a byte order mark included.
    pub text: String,
    /// The encoding's name as the WHATWG standard writes it, as `UTF-8` or `windows-1252`.
    pub encoding: &'static str,
    /// What spans of the text count in.
    pub span_of: SpanOf,
    /// Characters that could not be decoded, if any.
    pub problems: Vec<Problem>,
}

/// What a span counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpanOf {
    /// Bytes of the file itself.
    SourceFile,
    /// Bytes of the decoded text, because the file has another encoding.
    StoredText,
}

/// Why bytes are not text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotText {
    /// No byte, or nothing but white space.
    Empty,
    /// A document format that holds text but is not read yet.
    Unread {
        /// What it is, as `a PDF document`.
        format: &'static str,
    },
    /// A known container with nobody's words in it.
    NoSpeech {
        /// What it is.
        container: String,
    },
    /// A sound container in which no transcript was found.
    UnknownShape {
        /// What it is.
        container: String,
    },
    /// A known container that cannot be read.
    Damaged {
        /// What it is.
        container: String,
        /// What is the matter.
        why: String,
    },
    /// Not a text at all.
    Binary {
        /// What it looks like, as `a PNG image`.
        looks_like: &'static str,
    },
}

impl fmt::Display for NotText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("it holds no text"),
            Self::Unread { format } => {
                write!(
                    f,
                    "it is {format}, which is not read yet; convert it to plain text first"
                )
            }
            Self::NoSpeech { container } => write!(f, "it is {container} without anybody's words"),
            Self::UnknownShape { container } => write!(
                f,
                "it is {container} of no known shape; `--layout` names one to try"
            ),
            Self::Damaged { container, why } => write!(f, "it looks like {container}, but {why}"),
            Self::Binary { looks_like } => write!(f, "it is not text but {looks_like}"),
        }
    }
}

impl std::error::Error for NotText {}

/// The first bytes of documents that are not read. Those that have readers of their own come to these before.
#[rustfmt::skip]
const UNREAD: [(&[u8], &str); 2] = [
    (b"{\\rtf", "an RTF document"),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "an old Office document"),
];

/// The first bytes of what holds no text.
#[rustfmt::skip]
const BINARY: [(&[u8], &str); 14] = [
    (b"PK\x05\x06", "a ZIP archive"),
    (b"\x89PNG", "a PNG image"),
    (b"\xFF\xD8\xFF", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x1F\x8B", "a gzip file"),
    (b"BZh", "a bzip2 file"),
    (b"\xFD7zXZ\0", "an XZ file"),
    (b"7z\xBC\xAF\x27\x1C", "a 7-Zip archive"),
    (b"\x7FELF", "a program"),
    (b"SQLite format 3\0", "a SQLite database"),
    (b"\0\x05\x16\x07", "an AppleDouble side file of macOS"),
    (b"ID3", "an MP3 recording"),
    (b"OggS", "an Ogg recording"),
    (b"RIFF", "a RIFF recording or image"),
];

/// Decodes a source.
///
/// UTF-8 is kept byte for byte. UTF-16 is recognised by its mark, or by every other byte being
/// zero; what is neither is decoded as the legacy encoding that it looks like.
///
/// # Errors
/// When the bytes hold no text, or are another format.
pub fn decode(bytes: Vec<u8>) -> Result<Decoded, NotText> {
    if let Some(other) = other_format(&bytes) {
        return Err(other);
    }
    let decoded = match utf16(&bytes) {
        Some((encoding, body)) => transcoded(encoding, body),
        None => match String::from_utf8(bytes) {
            Ok(text) => Decoded {
                text,
                encoding: UTF_8.name(),
                span_of: SpanOf::SourceFile,
                problems: Vec::new(),
            },
            Err(error) => transcoded(legacy(error.as_bytes()), error.as_bytes()),
        },
    };
    if decoded
        .text
        .trim_start_matches('\u{FEFF}')
        .trim()
        .is_empty()
    {
        return Err(NotText::Empty);
    }
    match controls(&decoded.text) {
        Some(looks_like) => Err(NotText::Binary { looks_like }),
        None => Ok(without_zeros(decoded)),
    }
}

/// A few zero bytes in what is a text otherwise are made visible; the text is no longer the file's then.
fn without_zeros(decoded: Decoded) -> Decoded {
    let count = decoded.text.matches('\0').count();
    let Some(first) = decoded.text.find('\0') else {
        return decoded;
    };
    let bytes = if count == 1 { "byte is" } else { "bytes are" };
    let problem = Problem {
        line: LineIndex::new(&decoded.text).line(first),
        message: format!("{count} zero {bytes} no text, shown as \u{FFFD}"),
    };
    Decoded {
        text: decoded.text.replace('\0', "\u{FFFD}"),
        span_of: SpanOf::StoredText,
        problems: decoded.problems.into_iter().chain([problem]).collect(),
        ..decoded
    }
}

/// Zero bytes are strays up to one in so many.
const STRAY: usize = 1000;

/// English has at most one byte in so many that other encodings read otherwise.
const SELDOM: usize = 20;

/// What the first bytes say, where they are not those of a text.
fn other_format(bytes: &[u8]) -> Option<NotText> {
    if bytes.starts_with(b"PK\x03\x04") {
        return Some(archive(bytes));
    }
    // "ID3" and "RIFF" could begin a text, but not one whose next bytes hold a zero.
    let short = |magic: &[u8]| !magic.iter().any(|byte| !byte.is_ascii_alphanumeric());
    let holds_zero = || bytes.iter().take(16).any(|&byte| byte == 0);
    let is = |magic: &[u8]| bytes.starts_with(magic) && (!short(magic) || holds_zero());
    let of = |known: &[(&[u8], &'static str)]| {
        let known = known.iter().find(|(magic, _)| is(magic));
        known.map(|(_, what)| *what)
    };
    let unread = of(&UNREAD).map(|format| NotText::Unread { format });
    unread.or_else(|| of(&BINARY).map(|looks_like| NotText::Binary { looks_like }))
}

/// What an archive is that is neither a book nor a Word document with its text in the usual place.
fn archive(bytes: &[u8]) -> NotText {
    let names = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    // The first entries of an Office file are named within its first few hundred bytes.
    let head = bytes.get(..4096).unwrap_or(bytes);
    let is_office = head
        .windows(19)
        .any(|window| window == b"[Content_Types].xml");
    let format = if names(b"xl/workbook.") {
        "an Excel workbook"
    } else if names(b"ppt/presentation.") {
        "a PowerPoint presentation"
    } else if is_office || names(b"word/") {
        "an Office document without `word/document.xml`"
    } else {
        return NotText::Binary {
            looks_like: "a ZIP archive",
        };
    };
    NotText::Unread { format }
}

/// The UTF-16 in `bytes` without its mark, if it is that.
fn utf16(bytes: &[u8]) -> Option<(&'static Encoding, &[u8])> {
    if let Some(body) = bytes.strip_prefix(b"\xFF\xFE") {
        return Some((UTF_16LE, body));
    }
    if let Some(body) = bytes.strip_prefix(b"\xFE\xFF") {
        return Some((UTF_16BE, body));
    }
    // Western text has a zero in every other byte; two in three are enough to tell.
    let head = bytes.get(..4096).unwrap_or(bytes);
    let zeros = |parity: usize| {
        head.iter()
            .skip(parity)
            .step_by(2)
            .filter(|&&b| b == 0)
            .count()
    };
    let (even, odd, pairs) = (zeros(0), zeros(1), head.len() / 2);
    match pairs {
        0 => None,
        _ if odd * 3 > pairs * 2 && even * 10 < pairs => Some((UTF_16LE, bytes)),
        _ if even * 3 > pairs * 2 && odd * 10 < pairs => Some((UTF_16BE, bytes)),
        _ => None,
    }
}

/// The encoding of bytes that are not valid UTF-8.
fn legacy(bytes: &[u8]) -> &'static Encoding {
    // A damaged or cut UTF-8 file still has more good long characters than bad bytes; text in
    // another encoding hardly ever forms a good one.
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    if good > bad {
        return UTF_8;
    }
    // Only old Macs ended lines so.
    if bytes.contains(&b'\r') && !bytes.contains(&b'\n') {
        return MACINTOSH;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(None, Utf8Detection::Deny);
    if guess.is_single_byte() && guess != WINDOWS_1252 && is_rather_western(bytes, guess) {
        WINDOWS_1252
    } else {
        guess
    }
}

/// Whether the bytes are hardly anything but ASCII, and those that are not stand as signs do, `£214`, more often than as letters
/// of another language in a word.
fn is_rather_western(bytes: &[u8], guess: &'static Encoding) -> bool {
    let in_western = high_characters(WINDOWS_1252);
    let in_guess = high_characters(guess);
    let of = |table: &[Option<char>], byte: u8| match byte.checked_sub(0x80) {
        Some(at) => table.get(usize::from(at)).copied().flatten(),
        None => Some(char::from(byte)),
    };
    // Quotation marks and dashes are the same in many.
    let differs = |byte: u8| !byte.is_ascii() && of(&in_western, byte) != of(&in_guess, byte);
    let high = bytes.iter().filter(|byte| differs(**byte)).count();
    if high * SELDOM > bytes.len() {
        return false;
    }
    let is_letter = |byte: u8| of(&in_guess, byte).is_some_and(char::is_alphabetic);
    let (mut signs, mut letters) = (0_usize, 0_usize);
    for run in bytes.chunk_by(|a, b| is_letter(*a) == is_letter(*b)) {
        let is_sign = |byte: &u8| !of(&in_western, *byte).is_some_and(char::is_alphabetic);
        let is_word = run.first().is_some_and(|byte| is_letter(*byte));
        for byte in run.iter().filter(|byte| is_word && differs(**byte)) {
            match run.len() {
                1 if is_sign(byte) => signs += 1,
                // `£m` may be a sign before a short form.
                2 | 3 if is_sign(byte) => {}
                _ => letters += 1,
            }
        }
    }
    signs > letters
}

/// What each byte from 0x80 on is in an encoding of single bytes, if it is something.
fn high_characters(encoding: &'static Encoding) -> Vec<Option<char>> {
    let decoded = (0x80..=0xFF_u8).map(|byte| {
        let one = [byte];
        let (text, _) = encoding.decode_without_bom_handling(&one);
        text.chars().next()
    });
    decoded
        .map(|c| c.filter(|c| *c != char::REPLACEMENT_CHARACTER))
        .collect()
}

/// `bytes` as text, with a problem when some of them mean nothing in `encoding`.
fn transcoded(encoding: &'static Encoding, bytes: &[u8]) -> Decoded {
    let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
    let text = text.into_owned();
    let mut problems = Vec::new();
    if had_errors {
        let count = text.matches(char::REPLACEMENT_CHARACTER).count();
        let first = text.find(char::REPLACEMENT_CHARACTER).unwrap_or_default();
        let plural = if count == 1 { "place is" } else { "places are" };
        problems.push(Problem {
            line: LineIndex::new(&text).line(first),
            message: format!(
                "{count} {plural} not valid {}, shown as \u{FFFD}",
                encoding.name()
            ),
        });
    }
    Decoded {
        text,
        encoding: encoding.name(),
        span_of: SpanOf::StoredText,
        problems,
    }
}

/// What a text with control characters looks like, if it has too many to be one.
fn controls(text: &str) -> Option<&'static str> {
    let is_control =
        |byte: &u8| (*byte < 0x20 && !b"\t\n\r\x0B\x0C\x1B".contains(byte)) || *byte == 0x7F;
    let controls = text
        .as_bytes()
        .iter()
        .filter(|byte| is_control(byte))
        .count();
    let zeros = text.bytes().filter(|&byte| byte == 0).count();
    if zeros * STRAY > text.len() {
        Some("data with zero bytes in it")
    } else if controls * 100 > text.len() {
        Some("data with many control characters")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16le(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn utf8_is_kept_byte_for_byte_with_its_mark_and_line_ends() {
        let text = "\u{FEFF}Operator:\r\nGrüezi.\r";
        let decoded = decode(text.as_bytes().to_vec()).unwrap();
        assert_eq!((decoded.text.as_str(), decoded.encoding), (text, "UTF-8"));
        assert_eq!(decoded.span_of, SpanOf::SourceFile);
    }

    #[test]
    fn utf16_is_read_with_and_without_its_mark() {
        let text = "Operator: good day to all of you";
        for (mark, bytes) in [(&b"\xFF\xFE"[..], utf16le(text)), (b"", utf16le(text))] {
            let decoded = decode([mark, &bytes].concat()).unwrap();
            assert_eq!(
                (decoded.text.as_str(), decoded.encoding),
                (text, "UTF-16LE")
            );
            assert_eq!(decoded.span_of, SpanOf::StoredText);
        }
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decode(big).unwrap().encoding, "UTF-16BE");
    }

    #[test]
    fn windows_1252_is_recognised() {
        let bytes = b"We\x92re pleased \x97 caf\xE9 sales at Nimbus Anvil rose 4%.".to_vec();
        let decoded = decode(bytes).unwrap();
        assert_eq!(decoded.encoding, "windows-1252");
        assert!(
            decoded.text.starts_with("We’re pleased — café"),
            "{}",
            decoded.text
        );
        assert!(decoded.problems.is_empty());
    }

    #[test]
    fn a_pound_sign_in_english_is_no_letter_of_another_language() {
        for text in [
            "The roof costs \u{A3}214,000, and we borrow \u{A3}150,000.\n",
            "INTERVIEW \u{96} the rent\nIt\u{92}s \u{A3}640 a month, \u{93}as agreed\u{94}, and \u{A3}9m in all.\n",
        ] {
            let bytes = text.chars().map(|c| u8::try_from(c).unwrap()).collect();
            let decoded = decode(bytes).unwrap();
            assert_eq!(decoded.encoding, "windows-1252");
            assert!(decoded.text.contains("£"), "{}", decoded.text);
        }
        let polish = "Pan Kowal powiedzia\u{B3}, \u{BF}e cena wynosi 100 z\u{B3} za sztuk\u{EA}. To ma\u{B3}o.\n";
        let bytes = polish.chars().map(|c| u8::try_from(c).unwrap()).collect();
        let decoded = decode(bytes).unwrap();
        assert!(decoded.text.contains("powiedział, że"), "{}", decoded.text);
    }

    #[test]
    fn a_cut_utf8_file_is_still_utf8_and_says_where_it_is_damaged() {
        let mut bytes = "Façade\nnaïve\ncafé".as_bytes().to_vec();
        bytes.pop();
        let decoded = decode(bytes).unwrap();
        assert_eq!(decoded.encoding, "UTF-8");
        assert_eq!(decoded.span_of, SpanOf::StoredText);
        assert_eq!(
            decoded.problems.first().map(|problem| problem.line),
            Some(3)
        );
    }

    #[test]
    fn white_space_alone_is_empty() {
        for bytes in [&b""[..], b" \r\n\t", b"\xEF\xBB\xBF \n", b"\xFF\xFE"] {
            assert_eq!(decode(bytes.to_vec()), Err(NotText::Empty), "{bytes:?}");
        }
    }

    #[test]
    fn other_formats_are_named() {
        let cases: [(&[u8], &str); 9] = [
            (
                b"PK\x03\x04..[Content_Types].xml..xl/workbook.xml",
                "an Excel workbook, which is not read yet",
            ),
            (
                b"PK\x03\x04..[Content_Types].xml..ppt/presentation.xml",
                "a PowerPoint presentation, which is not read yet",
            ),
            (
                b"PK\x03\x04..[Content_Types].xml..word/document2.xml",
                "an Office document without `word/document.xml`, which is not read yet",
            ),
            (b"{\\rtf1 Hello}", "an RTF document, which is not read yet"),
            (b"PK\x03\x04..notes.txt", "a ZIP archive"),
            (b"\0\x05\x16\x07\0\x02\0\0Mac OS X", "AppleDouble"),
            (b"Operator\0\0\0: Hello", "zero bytes"),
            (b"\x01\x02\x03\x04 and so on", "control characters"),
            (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        ];
        for (bytes, expected) in cases {
            let message = decode(bytes.to_vec()).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        }
    }

    #[test]
    fn a_few_zero_bytes_are_shown_and_said() {
        let text = "Operator: Good day to all of you.\n".repeat(90);
        let odd = text.replacen("Good day", "Good\0day", 1);
        let decoded = decode(odd.into_bytes()).unwrap();
        assert_eq!(
            decoded.text,
            text.replacen("Good day", "Good\u{FFFD}day", 1)
        );
        assert_eq!(decoded.span_of, SpanOf::StoredText);
        assert_eq!(
            decoded.problems[0].message,
            "1 zero byte is no text, shown as \u{FFFD}"
        );
    }

    #[test]
    fn a_text_may_begin_like_a_format() {
        assert!(decode(b"RIFF was the first word, said the operator.".to_vec()).is_ok());
    }
}
