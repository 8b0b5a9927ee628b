//! The only room that writes to the terminal: answers to standard output, all else to standard error.
//!
//! In: checked answers, lists, errors. Out: text for people, JSON by the contract of `docs/JSON.md`,
//! Markdown for memos. Whatever a transcript holds is shown, never obeyed: control characters become
//! visible, and line breaks inside a quote become spaces (JSON keeps them).

mod escape;
mod eval;
mod explain;
mod json;
mod json_calls;
mod markdown;
mod message;
mod progress;
mod table;
mod text;
mod understood;
mod unsaid;

pub use escape::{visible, visible_name};
pub use eval::{eval_json, eval_text};
pub use explain::Detail;
pub use json::{Asked, answer_json, batch_json, error_json, to_line, to_pretty};
pub use json_calls::{call_json, calls_json};
pub use markdown::answer_markdown;
pub use message::{error, note, warning};
pub use progress::Progress;
pub use table::table;
pub use text::{
    answer_text, call_heading, citation_place, shown_path, source_note, source_place, turn_heading,
    wrapped,
};

use std::io::{self, Write};

/// Writes to standard output, without colours where they have no place.
///
/// # Errors
/// Those of standard output; a closed pipe is for `main` to call success.
pub fn print(text: &str) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Columns to wrap to: the terminal's, at most 100; 100 off a terminal.
pub fn width() -> usize {
    const WIDEST: usize = 100;
    terminal_width().map_or(WIDEST, |width| width.clamp(40, WIDEST))
}

/// Columns of the terminal; `None` off one.
fn terminal_width() -> Option<usize> {
    use std::io::IsTerminal;
    io::stdout().is_terminal().then(textwrap::termwidth)
}

/// A count with its noun in the right form, as `1 call`, `2,310 calls`.
pub fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(count))
}

/// A number with its thousands apart.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_the_right_form() {
        assert_eq!(counted(1, "call"), "1 call");
        assert_eq!(counted(0, "call"), "0 calls");
        assert_eq!(counted(1_234_567, "passage"), "1,234,567 passages");
    }
}
