//! Nothing in a transcript can act on a terminal.

/// The text on one line: white space runs become one space, and characters that could move the
/// cursor, change colours or turn the direction of writing become visible.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.trim().chars() {
        if c.is_whitespace() {
            gap = true;
            continue;
        }
        if std::mem::take(&mut gap) {
            out.push(' ');
        }
        match c {
            // The control pictures stand in the order of the control characters.
            '\0'..='\u{1f}' => out.extend(char::from_u32(0x2400 + u32::from(c))),
            '\u{7f}' => out.push('␡'),
            _ if is_hidden(c) => out.push_str(&format!("<U+{:04X}>", u32::from(c))),
            _ => out.push(c),
        }
    }
    out
}

/// A name of a file as it is written, but for characters that act: `show` has to know it again.
pub fn visible_name(name: &str) -> String {
    name.split(' ').map(visible).collect::<Vec<_>>().join(" ")
}

/// Characters that act without being seen: the second set of controls, directions of writing, and
/// marks without width.
pub(super) fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escape_that_would_erase_the_citation_is_shown() {
        assert_eq!(visible("fine\r\u{1b}[2Kgone"), "fine ␛[2Kgone");
        assert_eq!(
            visible("a\u{9b}31mb\u{202e}c\u{7f}"),
            "a<U+009B>31mb<U+202E>c␡"
        );
    }

    #[test]
    fn a_name_keeps_its_spaces() {
        assert_eq!(visible_name("my  call\u{1b}.txt"), "my  call␛.txt");
    }

    #[test]
    fn line_breaks_become_spaces_and_words_stay() {
        assert_eq!(visible("  two\n lines\t here "), "two lines here");
        assert_eq!(
            visible("Crédit Suisse — “ja” 增长"),
            "Crédit Suisse — “ja” 增长"
        );
    }
}
