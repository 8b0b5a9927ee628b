//! Word documents: the text of their paragraphs, a paragraph a line.
//!
//! In: a DOCX file. Out: text. What was deleted while changes were tracked is no text. This file
//! knows no layout.

use super::archive::Archive;
use super::xml::{Step, walk};

/// The text of a document.
///
/// # Errors
/// When it is no sound archive, or its XML is not.
pub(super) fn text(bytes: &[u8]) -> Result<String, String> {
    let document = Archive::open(bytes)?.part("word/document.xml")?;
    let mut out = String::new();
    // How deep inside of deleted text the walk is, and whether it is inside of text at all.
    let (mut deleted, mut in_text) = (0_usize, false);
    walk(&document, |step| match step {
        Step::Start(name, _) => match name.as_str() {
            "del" | "moveFrom" => deleted += 1,
            "t" => in_text = true,
            "tab" => out.push('\t'),
            "br" | "cr" => out.push('\n'),
            _ => {}
        },
        Step::End(name) => match name.as_str() {
            "del" | "moveFrom" => deleted = deleted.saturating_sub(1),
            "t" => in_text = false,
            "p" => out.push('\n'),
            _ => {}
        },
        Step::Text(text) => {
            if in_text && deleted == 0 {
                out += &text;
            }
        }
    })?;
    Ok(out)
}
