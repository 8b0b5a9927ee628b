//! Where sentences end. Right on abbreviations, initials, decimals, tickers and hard-wrapped lines;
//! a machine transcript without any full stop is one sentence, which the caller cuts to fit.

use crate::units::ByteSpan;

/// Followed by a name, never by a new sentence.
const BEFORE_A_NAME: &[&str] = &[
    "mr", "mrs", "ms", "dr", "prof", "st", "gen", "sen", "rep", "gov", "hon", "messrs", "no",
    "nos", "fig", "vs", "e.g", "i.e",
];

/// May end a sentence; then the next word is one that opens sentences.
const MAY_END: &[&str] = &[
    "inc", "corp", "co", "cos", "ltd", "llc", "plc", "bros", "jr", "sr", "u.s", "u.k", "u.s.a",
    "e.u", "u.n", "d.c", "n.a", "n.v", "s.a", "p.m", "a.m", "ph.d", "etc", "approx", "est", "jan",
    "feb", "aug", "sept", "oct", "dec",
];

/// Words that open a sentence far more often than they continue a name.
const OPENERS: &[&str] = &[
    "a", "after", "also", "although", "an", "and", "as", "at", "but", "can", "could", "do", "does",
    "during", "finally", "first", "for", "from", "good", "hello", "hi", "how", "however", "i",
    "if", "in", "is", "it", "let", "next", "now", "of", "on", "our", "please", "so", "thank",
    "thanks", "that", "the", "then", "there", "these", "they", "this", "those", "to", "we", "what",
    "when", "while", "with", "you", "your",
];

/// A line at least this long, in bytes, that stops without a full stop was wrapped by a machine;
/// exports wrap at about 140 columns.
const WRAPPED_LINE: std::ops::Range<usize> = 90..170;

/// The sentences of `text` inside `within`: trimmed, none empty, ascending, and together holding
/// every character that is not white space.
pub fn sentences(text: &str, within: ByteSpan) -> Vec<ByteSpan> {
    let Some(body) = within.slice(text) else {
        return Vec::new();
    };
    let mut spans = Vec::new();
    let mut start = 0;
    for end in ends(body).chain([body.len()]) {
        let span = ByteSpan::new(within.start() + start, within.start() + end).trimmed(text);
        if !span.is_empty() {
            spans.push(span);
        }
        start = end;
    }
    spans
}

/// Offsets one past the last character of each sentence but the last.
fn ends(body: &str) -> impl Iterator<Item = usize> {
    let mut line_start = 0;
    body.char_indices().filter_map(move |(at, mark)| {
        let line = line_start;
        let after = at + mark.len_utf8();
        match mark {
            // Of a CRLF the second half ends the line.
            '\r' if body.get(after..)?.starts_with('\n') => None,
            '\n' | '\r' => {
                line_start = after;
                breaks_line(
                    body.get(line..at)?.trim_end_matches('\r'),
                    body.get(after..)?,
                )
                .then_some(at)
            }
            '.' | '!' | '?' | '…' => ends_at_mark(body, at, after),
            '。' | '！' | '？' => Some(after + closing_len(body.get(after..)?)),
            _ => None,
        }
    })
}

/// Whether a new line starts a new sentence even though the line before it has no full stop:
/// headings, list items, paragraphs, but not lines wrapped at a column.
fn breaks_line(line: &str, rest: &str) -> bool {
    let next = rest.split(['\n', '\r']).next().unwrap_or_default();
    let Some(first) = next.trim_start().chars().next() else {
        // An empty line ends a paragraph.
        return true;
    };
    let wrapped = WRAPPED_LINE.contains(&line.len());
    !first.is_lowercase() && !wrapped && !line.trim_end().ends_with([',', ';', '-', '—', '&'])
}

/// The end of a sentence at a Latin full stop, with the quotation marks and brackets that close
/// after it, if the sentence ends there.
fn ends_at_mark(body: &str, at: usize, after: usize) -> Option<usize> {
    let rest = body.get(after..)?;
    let end = after + closing_len(rest);
    let rest = body.get(end..)?;
    let gap = rest.len() - rest.trim_start().len();
    if gap == 0 {
        // `3.5`, `amazon.com`, `...`, or the end of the text.
        return None;
    }
    let next = rest.trim_start();
    let first = next.trim_start_matches(['"', '“', '‘', '\'', '(', '[', '$', '€', '£', '-']);
    let first = first.chars().next()?;
    if first.is_lowercase() {
        return None;
    }
    let stop = body.get(at..after)? == ".";
    (!stop || end > after || !abbreviates(body.get(..at)?, next)).then_some(end)
}

/// Length of the quotation marks and brackets at the start of `rest`.
fn closing_len(rest: &str) -> usize {
    rest.len()
        - rest
            .trim_start_matches(['"', '”', '’', '\'', ')', ']', '»', '」'])
            .len()
}

/// Whether the full stop after `before` belongs to an abbreviation or an initial, so that the
/// sentence goes on with `next`.
fn abbreviates(before: &str, next: &str) -> bool {
    let word = before
        .rsplit(|c: char| c.is_whitespace() || "(“\"‘[".contains(c))
        .next();
    let Some(word) = word.filter(|word| !word.is_empty()) else {
        return false;
    };
    let lower = word.to_lowercase();
    if BEFORE_A_NAME.contains(&lower.as_str()) {
        // "No." is a number when a digit follows and an answer when a word does.
        return lower != "no" || next.starts_with(|c: char| c.is_ascii_digit());
    }
    let opener = opens_a_sentence(next);
    if MAY_END.contains(&lower.as_str()) {
        return !opener;
    }
    is_initial(word) && !opener
}

/// `J` in `J. P. Morgan`, or `A.J` in `A.J. Smith`; not `I` or `A` in the middle of speech, which
/// are words.
fn is_initial(word: &str) -> bool {
    word.split('.').all(|part| {
        let mut letters = part.chars();
        letters.next().is_some_and(char::is_uppercase) && letters.next().is_none()
    })
}

fn opens_a_sentence(next: &str) -> bool {
    let word = next
        .split(|c: char| !c.is_alphanumeric())
        .find(|word| !word.is_empty());
    word.is_some_and(|word| OPENERS.binary_search(&word.to_lowercase().as_str()).is_ok())
}

/// Two parts of a sentence that is too long: cut after the clause mark nearest the middle, else at
/// the white space nearest it, else between two characters. `None` for a single character.
pub(super) fn halve(text: &str, span: ByteSpan) -> Option<(ByteSpan, ByteSpan)> {
    let body = span.slice(text)?;
    let middle = body.len() / 2;
    let nearest = |marks: &dyn Fn(char) -> bool| {
        let cuts = body
            .char_indices()
            .filter(|&(_, c)| marks(c))
            .map(|(at, c)| at + c.len_utf8());
        let cuts = cuts.filter(|&at| at > body.len() / 8 && at < body.len() - body.len() / 8);
        cuts.min_by_key(|&at| at.abs_diff(middle))
    };
    let cut = nearest(&|c| matches!(c, ';' | '—' | '–' | '，' | '、'))
        .or_else(|| nearest(&|c| c == ','))
        .filter(|&at| {
            body.get(at..)
                .is_some_and(|rest| rest.starts_with(char::is_whitespace))
        })
        .or_else(|| nearest(&char::is_whitespace))
        .or_else(|| nearest(&|_| true))
        .or_else(|| body.chars().next().map(char::len_utf8))?;
    let left = ByteSpan::new(span.start(), span.start() + cut).trimmed(text);
    let right = ByteSpan::new(span.start() + cut, span.end()).trimmed(text);
    (!left.is_empty() && !right.is_empty()).then_some((left, right))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        let whole = ByteSpan::new(0, text.len());
        sentences(text, whole)
            .into_iter()
            .map(|span| span.slice(text).unwrap())
            .collect()
    }

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(split(text), expected, "{text}");
    }

    #[test]
    fn a_sentence_ends_at_a_full_stop_before_a_capital() {
        check(
            "We grew. Margins fell! Why? Costs.",
            &["We grew.", "Margins fell!", "Why?", "Costs."],
        );
        check(
            "Up 5%. $3 billion. (Laughter.) Yes.",
            &["Up 5%.", "$3 billion.", "(Laughter.)", "Yes."],
        );
        check("Okay . So , fine .", &["Okay .", "So , fine ."]);
    }

    #[test]
    fn decimals_tickers_and_addresses_do_not_end_a_sentence() {
        check(
            "Sales were $3.5 billion at BRK.B and nimbus.example today.",
            &["Sales were $3.5 billion at BRK.B and nimbus.example today."],
        );
        check(
            "We saw 1.5 to 2.5 points. 2024 was good.",
            &["We saw 1.5 to 2.5 points.", "2024 was good."],
        );
    }

    #[test]
    fn abbreviations_and_initials_go_on() {
        check(
            "Thanks to Mr. Quill and Dr. Reed.",
            &["Thanks to Mr. Quill and Dr. Reed."],
        );
        check(
            "Brian T. Oak joined J. P. Moss & Co. Research.",
            &["Brian T. Oak joined J. P. Moss & Co. Research."],
        );
        check(
            "We sell in the U.S. Department stores buy more.",
            &["We sell in the U.S. Department stores buy more."],
        );
    }

    #[test]
    fn an_abbreviation_may_end_a_sentence_before_an_opening_word() {
        check(
            "We sell in the U.S. The rest is abroad.",
            &["We sell in the U.S.", "The rest is abroad."],
        );
        check(
            "This is Anvil Inc. We are new.",
            &["This is Anvil Inc.", "We are new."],
        );
        check(
            "Is it over? No. We go on.",
            &["Is it over?", "No.", "We go on."],
        );
        check("See No. 4 below.", &["See No. 4 below."]);
    }

    #[test]
    fn quotation_marks_close_with_their_sentence() {
        check(
            "He said “we are full.” Then he left.",
            &["He said “we are full.”", "Then he left."],
        );
        check("\"Full.\" \"Why?\"", &["\"Full.\"", "\"Why?\""]);
        check(
            "We waited... and left. It is hard... We know.",
            &["We waited... and left.", "It is hard...", "We know."],
        );
    }

    #[test]
    fn a_wrapped_line_goes_on_and_a_heading_does_not() {
        let wrapped = format!("{} the\nUnited Kingdom grew.", "word ".repeat(22).trim());
        assert_eq!(split(&wrapped).len(), 1, "{wrapped}");
        check(
            "Outlook\nWe expect growth.\n\n- First point\n- Second point",
            &[
                "Outlook",
                "We expect growth.",
                "- First point",
                "- Second point",
            ],
        );
        check(
            "turn it over to the\nchief executive.",
            &["turn it over to the\nchief executive."],
        );
    }

    #[test]
    fn lines_that_end_in_crlf_are_cut_like_others() {
        check(
            "turn it over to the\r\nchief executive.\r\n\r\nOutlook\r\nWe grew.",
            &[
                "turn it over to the\r\nchief executive.",
                "Outlook",
                "We grew.",
            ],
        );
    }

    #[test]
    fn full_width_marks_end_a_sentence_without_a_space() {
        check("增长。利润下降！好", &["增长。", "利润下降！", "好"]);
    }

    #[test]
    fn every_character_that_is_not_white_space_is_kept() {
        let text = "A. B.. C?! \u{feff}…  \n\n\r\n (x) [y]. “Z.” 9.9. e.g. Q. \u{1f600}. End";
        let kept: String = split(text).concat().split_whitespace().collect();
        assert_eq!(kept, text.split_whitespace().collect::<String>());
    }

    #[test]
    fn a_sentence_without_any_space_can_be_halved_down_to_characters() {
        let text = "é".repeat(9);
        let (left, right) = halve(&text, ByteSpan::new(0, text.len())).unwrap();
        assert_eq!(left.len() + right.len(), text.len());
        assert!(left.slice(&text).is_some() && right.slice(&text).is_some());
        assert_eq!(halve("é", ByteSpan::new(0, 2)), None);
    }

    #[test]
    fn the_words_that_open_sentences_are_sorted() {
        assert!(OPENERS.is_sorted());
    }
}
