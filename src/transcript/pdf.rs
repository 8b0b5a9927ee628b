//! PDF documents: the text of their pages, in order.
//!
//! In: a PDF file. Out: text. The reader panics on some files; it runs in a child process, where
//! that ends nothing else. This file knows no layout.

use super::extract::Pages;
use super::label::may_name;
use pdf_extract::{Document, OutputError, PlainTextOutput, output_doc_page};

/// The text of a document; `pages` hears of each page that is read.
///
/// # Errors
/// When it is damaged or locked, or has no text but pictures of it.
pub(super) fn text(bytes: &[u8], pages: &Pages<'_>) -> Result<String, String> {
    let text = pages_of(bytes, pages).map_err(|error| {
        let why = error.to_string().to_lowercase();
        if why.contains("encrypt") || why.contains("password") {
            "it is locked with a password".to_owned()
        } else {
            format!("it cannot be read: {why}")
        }
    })?;
    if text.trim().is_empty() {
        return Err(
            "it has no text layer, only pictures of pages; run it through text recognition first"
                .to_owned(),
        );
    }
    Ok(tidied(&text))
}

fn pages_of(bytes: &[u8], pages: &Pages<'_>) -> Result<String, OutputError> {
    let mut document = Document::load_mem(bytes)?;
    if document.is_encrypted() {
        document.decrypt("")?;
    }
    let mut text = String::new();
    let mut output = PlainTextOutput::new(&mut text);
    let all = document.get_pages().len();
    for (done, number) in (1..).zip(document.get_pages().into_keys()) {
        output_doc_page(&document, &mut output, number)?;
        pages(done, all);
    }
    Ok(text)
}

/// Letters that fonts print as one sign, and that nobody searches for.
const LIGATURES: [(char, &str); 6] = [
    ('ﬀ', "ff"),
    ('ﬁ', "fi"),
    ('ﬂ', "fl"),
    ('ﬃ', "ffi"),
    ('ﬄ', "ffl"),
    ('ﬆ', "st"),
];

/// A text is a word a line where this many lines in ten are.
const TENTHS: usize = 9;

/// The longest label that is looked for in a stream of words.
const LONGEST_LABEL: usize = 12;

/// The text with letters for ligatures, and as paragraphs where it came as a word a line.
fn tidied(text: &str) -> String {
    let mut out = text.to_owned();
    for (sign, letters) in LIGATURES.iter().filter(|(sign, _)| text.contains(*sign)) {
        out = out.replace(*sign, letters);
    }
    let filled = || out.lines().filter(|line| !line.trim().is_empty());
    let lone = filled()
        .filter(|line| !line.trim().contains(char::is_whitespace))
        .count();
    let all = filled().count();
    if all >= 100 && lone * 10 >= all * TENTHS {
        out = paragraphs(&out);
    }
    out
}

/// A stream of words as one paragraph a label, `Ada Quill, CFO:`, which begins after a sentence.
fn paragraphs(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut breaks = vec![false; words.len()];
    for (at, word) in words
        .iter()
        .enumerate()
        .filter(|(_, word)| word.ends_with(':'))
    {
        // `Dr.` and `J.` end no sentence.
        let is_short = |word: &str| word.len() <= 3 && word.starts_with(char::is_uppercase);
        let ends = |before: usize| {
            let before = words.get(before).filter(|word| !is_short(word));
            before.is_some_and(|word| word.ends_with(['.', '?', '!', ']', ')', '"', '”']))
        };
        let first = (at.saturating_sub(LONGEST_LABEL)..=at)
            .rev()
            .find(|&first| first == 0 || ends(first - 1));
        let Some(label) = first.and_then(|first| words.get(first..at)) else {
            continue;
        };
        let label = [label, &[word.trim_end_matches(':')]].concat().join(" ");
        if let Some(place) = first
            .filter(|_| may_name(&label))
            .and_then(|first| breaks.get_mut(first))
        {
            *place = true;
        }
    }
    let mut out = String::with_capacity(text.len());
    for (word, breaks) in words.iter().zip(breaks) {
        if !out.is_empty() {
            out.push(if breaks { '\n' } else { ' ' });
        }
        out += word;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_of_words_becomes_a_paragraph_for_each_label() {
        let text = "Welcome to the call. Operator: Good day. Three things: iron, coal, steel. Ada Quill, Chief Executive Officer: Proﬁt \
            rose. Yes. Bo Crane (Vale Bank): How heavy is it? Ada Quill, Chief Executive Officer: Very. ";
        let found = tidied(&text.repeat(4).replace(' ', "\n"));
        let lines: Vec<&str> = found.lines().take(5).collect();
        assert_eq!(
            lines,
            [
                "Welcome to the call.",
                "Operator: Good day. Three things: iron, coal, steel.",
                "Ada Quill, Chief Executive Officer: Profit rose. Yes.",
                "Bo Crane (Vale Bank): How heavy is it?",
                "Ada Quill, Chief Executive Officer: Very. Welcome to the call.",
            ]
        );
    }
}
