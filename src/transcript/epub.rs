//! EPUB books: the pages of their spine, in order.
//!
//! In: an EPUB file. Out: text. This file knows no layout.

use super::archive::Archive;
use super::html;
use super::xml::{Step, walk};
use foldhash::HashMap;

/// The text of a book.
///
/// # Errors
/// When it is no sound archive, or says nowhere what its pages are.
pub(super) fn text(bytes: &[u8]) -> Result<String, String> {
    let mut archive = Archive::open(bytes)?;
    let container = archive.part("META-INF/container.xml")?;
    let mut package = None;
    walk(&container, |step| {
        if let Step::Start(name, attributes) = step
            && name == "rootfile"
        {
            package = package.take().or_else(|| value(&attributes, "full-path"));
        }
    })?;
    let package = package.ok_or("it names no package of pages")?;
    let folder = package.rsplit_once('/').map_or("", |(folder, _)| folder);
    let (mut pages, mut order) = (HashMap::default(), Vec::new());
    walk(&archive.part(&package)?, |step| {
        if let Step::Start(name, attributes) = step {
            match name.as_str() {
                "item" => pages.extend(value(&attributes, "id").zip(value(&attributes, "href"))),
                "itemref" => order.extend(value(&attributes, "idref")),
                _ => {}
            }
        }
    })?;
    let mut out = String::new();
    for page in order.iter().filter_map(|id| pages.get(id)) {
        let path = if folder.is_empty() {
            page.clone()
        } else {
            format!("{folder}/{page}")
        };
        out += &html::text(&archive.part(&path)?)?;
        out.push('\n');
    }
    Ok(out)
}

fn value(attributes: &[(String, String)], key: &str) -> Option<String> {
    attributes
        .iter()
        .find(|(name, _)| name == key)
        .map(|(_, value)| value.clone())
}
