//! PDF documents: the text of their pages, in order.
//!
//! In: a PDF file. Out: text. The reader panics on some files; it runs in a child process, where
//! that ends nothing else. This file knows no layout.

use super::extract::Pages;
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
    Ok(text)
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
