//! What goes to standard error: errors with cause and hint, warnings, notes.

use super::escape::visible;
use crate::error::Error;
use anstyle::{AnsiColor, Style};
use std::io::Write;

const RED: Style = AnsiColor::Red.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
const CYAN: Style = AnsiColor::Cyan.on_default().bold();

fn say(lines: &str) {
    // Where standard error is closed, nobody is there to be told.
    let _ = anstream::stderr().lock().write_all(lines.as_bytes());
}

/// `error: …`, its cause and its hint.
pub fn error(error: &Error) {
    let mut lines = format!("{RED}error{RED:#}: {}\n", visible(&error.to_string()));
    if let Some(cause) = error.cause() {
        lines += &format!("  caused by: {}\n", visible(&cause));
    }
    if let Some(hint) = error.hint() {
        lines += &format!("\n{CYAN}hint{CYAN:#}: {}\n", visible(&hint));
    }
    say(&lines);
}

/// Something the user should know about what was just done.
pub fn warning(text: &str) {
    say(&format!("{YELLOW}warning{YELLOW:#}: {}\n", visible(text)));
}

/// Something about the way, not the answer.
pub fn note(text: &str) {
    say(&format!("{}\n", visible(text)));
}
