//! EPUB books: the pages of their spine, in order.
//!
//! In: an EPUB file. Out: text. Pages are named by addresses, from the place of the list that names them. This file knows no
//! layout.

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
        let meant = path(folder, &decoded(page.split('#').next().unwrap_or_default()));
        // Some writers encode nothing, and mean what stands there.
        let plain = path(folder, page);
        let is_plain = !archive.has(&meant) && archive.has(&plain);
        out += &html::text(&archive.part(if is_plain { &plain } else { &meant })?)?;
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

/// The part that an address names from a folder on.
fn path(folder: &str, address: &str) -> String {
    let from = if address.starts_with('/') { "" } else { folder };
    let mut parts = Vec::new();
    for part in from.split('/').chain(address.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// An address with the bytes that are written as `%20`; as it stands where they make no text.
fn decoded(address: &str) -> String {
    let mut bytes = Vec::with_capacity(address.len());
    let mut rest = address;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend_from_slice(before.as_bytes());
        let digits = after
            .get(..2)
            .filter(|two| two.bytes().all(|byte| byte.is_ascii_hexdigit()));
        if let Some(byte) = digits.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            bytes.push(byte);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(b'%');
            rest = after;
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).unwrap_or_else(|_| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Write as _};

    /// A book whose list of pages in `O/lists` has these addresses, and whose parts have these names.
    fn book(pages: &[(&str, &str)]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let mut part = |name: &str, text: &str| {
            let options = zip::write::SimpleFileOptions::default();
            zip.start_file(name, options).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        };
        part(
            "META-INF/container.xml",
            "<container><rootfile full-path=\"O/lists/p&amp;q.opf\"/></container>",
        );
        let (mut items, mut order) = (String::new(), String::new());
        for (at, (address, name)) in pages.iter().enumerate() {
            items += &format!("<item id=\"i{at}\" href=\"{address}\"/>");
            order += &format!("<itemref idref=\"i{at}\"/>");
            part(name, &format!("<p>Page {at}</p>"));
        }
        part(
            "O/lists/p&q.opf",
            &format!("<package>{items}{order}</package>"),
        );
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn pages_are_found_by_their_addresses() {
        let pages = [
            ("a.xhtml", "O/lists/a.xhtml"),
            ("Q1%202024.xhtml", "O/lists/Q1 2024.xhtml"),
            ("Q&amp;A.xhtml", "O/lists/Q&A.xhtml"),
            ("B&B.xhtml", "O/lists/B&B.xhtml"),
            ("../Text/c1.xhtml#top", "O/Text/c1.xhtml"),
            ("./caf%C3%A9.xhtml", "O/lists/café.xhtml"),
            ("/d.xhtml", "d.xhtml"),
            ("5%25.xhtml", "O/lists/5%.xhtml"),
            ("6%.xhtml", "O/lists/6%.xhtml"),
            ("as%20it%20is.xhtml", "O/lists/as%20it%20is.xhtml"),
            ("no#1.xhtml", "O/lists/no#1.xhtml"),
        ];
        let expected: String = (0..pages.len())
            .map(|at| format!("Page {at}\n\n"))
            .collect();
        assert_eq!(text(&book(&pages)).unwrap(), expected);
    }

    #[test]
    fn a_page_that_is_not_there_is_named() {
        let error = text(&book(&[("../../../x%20y.xhtml", "O/z.xhtml")])).unwrap_err();
        assert!(error.contains("`x y.xhtml`"), "{error}");
    }
}
