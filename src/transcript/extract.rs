//! The text of documents that are dangerous to read; called in a child process only.
//!
//! In: a container and its bytes. Out: its text, a paragraph a line, or why there is none. Nothing
//! is written to disk, and what is unpacked is counted. This file knows no layout.

use super::container::Container;
use super::{docx, epub, html, lseg_xml, pdf};

/// The most bytes that a part of an archive may unpack to.
pub(super) const MOST_UNPACKED: u64 = 64 << 20;

/// Hears how many pages of a document are read, of how many.
pub type Pages<'a> = dyn Fn(usize, usize) + Sync + 'a;

/// The text of a document.
///
/// # Errors
/// As [`extract_hearing`].
pub fn extract(container: Container, bytes: &[u8]) -> Result<String, String> {
    extract_hearing(container, bytes, &|_, _| ())
}

/// The text of a document; `pages` hears of each page of a PDF that is read.
///
/// # Errors
/// Why there is none, in half a sentence.
pub fn extract_hearing(
    container: Container,
    bytes: &[u8],
    pages: &Pages<'_>,
) -> Result<String, String> {
    match container {
        Container::Html => html::page(&String::from_utf8_lossy(bytes)),
        Container::Xml => lseg_xml::text(&String::from_utf8_lossy(bytes)),
        Container::Docx => docx::text(bytes),
        Container::Epub => epub::text(bytes),
        Container::Pdf => pdf::text(bytes, pages),
        _ => Err("it needs no reader of its own".to_owned()),
    }
}
