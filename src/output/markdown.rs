//! Answers for memos: quotes as block quotes, each with its citation.

use super::escape::visible;
use super::explain;
use super::text::{
    PLACES, call_heading, citation_place, lines_as_read, more_places, no_answer, not_on_record,
    searched, source_note, turn_heading,
};
use super::understood::missing;
use super::unsaid::never_said;
use crate::answer::Status;
use crate::quote::{CheckedAnswer, CheckedQuote};

/// An answer under a heading that is its question.
pub fn answer_markdown(answer: &CheckedAnswer) -> String {
    let mut out = format!("## {}\n\n", escaped(&answer.question.text));
    if answer.status != Status::NotFound {
        for lacking in missing(&answer.question) {
            out += &format!("*There is {}.*\n\n", escaped(&lacking));
        }
    }
    match answer.status {
        // What is lacking is said of the others with their state.
        Status::Answered => {
            if let Some(why) = never_said(answer) {
                out += &format!("*Note: {}.*\n\n", escaped(&why));
            }
        }
        Status::Weak => out += &format!("*{}.*\n\n", escaped(&no_answer(answer))),
        Status::NotFound => out += &format!("*{}*\n\n", escaped(&not_on_record(answer))),
    }
    if !answer.nearest.is_empty() {
        out += "Nearest misses:\n\n";
    }
    for checked in answer.quotes.iter().chain(&answer.nearest) {
        out += &quote_markdown(checked);
    }
    for part in &answer.parts {
        out += &format!("- {}\n", escaped(&explain::part(part)));
    }
    if !answer.parts.is_empty() {
        out.push('\n');
    }
    out + &format!("*{}*\n\n", escaped(&searched(answer)))
}

fn quote_markdown(checked: &CheckedQuote) -> String {
    let quote = &checked.quote;
    let mut out = format!("> “{}”\n>\n", escaped(&quote.text));
    let who = [turn_heading(&quote.turn), call_heading(&quote.call)];
    let who: Vec<String> = who
        .iter()
        .filter(|w| !w.is_empty())
        .map(|w| escaped(w))
        .collect();
    let as_read = if lines_as_read(quote) {
        ", lines as read"
    } else {
        ""
    };
    out += &format!(
        "> — {} ({}{as_read})\n",
        who.join(", "),
        escaped(&citation_place(quote))
    );
    if let Some(note) = source_note(&quote.call, checked.source) {
        out += &format!(">\n> *Note: {note}; the quote is from the stored text.*\n");
    }
    for other in checked.also.iter().take(PLACES) {
        out += &format!(
            ">\n> Also: {} ({})\n",
            escaped(&call_heading(&other.quote.call)),
            escaped(&citation_place(&other.quote))
        );
    }
    if let Some(more) = more_places(checked) {
        out += &format!(">\n> {}\n", escaped(&more));
    }
    if let Some(asked) = &quote.asked {
        let by = asked.by.as_deref().unwrap_or("a participant");
        out += &format!(
            ">\n> In answer to {}: “{}”\n",
            escaped(by),
            escaped(&asked.text)
        );
    }
    if let Some(answering) = &quote.answered {
        let by = answering.by.as_deref().unwrap_or("a participant");
        out += &format!(
            ">\n> Answered by {}: “{}”\n",
            escaped(by),
            escaped(&answering.text)
        );
    }
    out.push('\n');
    out
}

/// Text on one line in which no character is markup.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in visible(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' => out.extend(['\\', c]),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_a_quote_is_text() {
        assert_eq!(
            escaped("<b>*R&D* [x](y)"),
            "&lt;b&gt;\\*R&amp;D\\* \\[x\\](y)"
        );
    }
}
