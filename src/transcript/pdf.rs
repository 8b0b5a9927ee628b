//! PDF documents: the text of their pages, in order.
//!
//! In: a PDF file. Out: text. The reader panics on some files; it runs in a child process, where
//! that ends nothing else. This file knows no layout.

/// The text of a document.
///
/// # Errors
/// When it is damaged or locked, or has no text but pictures of it.
pub(super) fn text(bytes: &[u8]) -> Result<String, String> {
    let text = pdf_extract::extract_text_from_mem(bytes).map_err(|error| {
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
