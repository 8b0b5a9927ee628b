//! Tags and character references in a line of captions.
//!
//! In: a text with `<tags>` and `&amp;`. Out: its tags, and the text between them with the
//! references resolved. An angle bracket that closes nothing is text. This file knows no tag.

use std::borrow::Cow;

/// A piece of such a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Mark<'a> {
    /// What stands between `<` and `>`.
    Tag(&'a str),
    /// Text, with its references resolved.
    Text(Cow<'a, str>),
}

/// The references that captions use by name.
const NAMED: [(&str, &str); 9] = [
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", "\u{A0}"),
    ("lrm", "\u{200E}"),
    ("rlm", "\u{200F}"),
    ("hellip", "…"),
];

/// The longest tag; a `<` in speech is closed much later or never.
const LONGEST_TAG: usize = 300;

/// The longest reference, `&#x10FFFF;`.
const LONGEST_REFERENCE: usize = 10;

/// The pieces of `text`, in order.
pub(super) fn marks<'a>(text: &'a str) -> Vec<Mark<'a>> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut plain = 0;
    let flush = |text: &'a str, found: &mut Vec<Mark<'a>>| {
        if !text.is_empty() {
            found.push(Mark::Text(plain_text(text)));
        }
    };
    while let Some(open) = rest
        .get(plain..)
        .and_then(|from| from.find('<'))
        .map(|at| plain + at)
    {
        let inside = rest.get(open + 1..).unwrap_or_default();
        let is_tag = inside.starts_with(|c: char| c.is_alphanumeric() || c == '/' || c == '!');
        let window = inside
            .get(..inside.floor_char_boundary(LONGEST_TAG))
            .unwrap_or_default();
        match window.find(['>', '<']).filter(|&end| {
            is_tag
                && window.get(..end).is_some_and(is_known)
                && window.as_bytes().get(end) == Some(&b'>')
        }) {
            Some(end) => {
                flush(rest.get(..open).unwrap_or_default(), &mut found);
                found.push(Mark::Tag(window.get(..end).unwrap_or_default()));
                rest = inside.get(end + 1..).unwrap_or_default();
                plain = 0;
            }
            None => plain = open + 1,
        }
    }
    flush(rest, &mut found);
    found
}

/// Whether what stands between `<` and `>` is a tag of captions, and no part of `x<y then we sell, but y>x`: unknown ones have no
/// blanks.
fn is_known(tag: &str) -> bool {
    const KNOWN: [&str; 14] = [
        "b", "br", "c", "em", "font", "i", "lang", "p", "rt", "ruby", "span", "strong", "u", "v",
    ];
    let name = tag.split([' ', '.', '\t', '/']).next().unwrap_or_default();
    !tag.contains(' ')
        || !tag.starts_with(char::is_alphabetic)
        || KNOWN.contains(&name.to_ascii_lowercase().as_str())
}

/// The text with its references resolved; what is no reference stays as it is.
pub(super) fn plain_text(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out += before;
        let window = after
            .get(..after.floor_char_boundary(LONGEST_REFERENCE))
            .unwrap_or_default();
        let resolved = window
            .split_once(';')
            .and_then(|(name, _)| Some((name, reference(name)?)));
        if let Some((name, character)) = resolved {
            out += &character;
            rest = after.get(name.len() + 1..).unwrap_or_default();
        } else {
            out.push('&');
            rest = after;
        }
    }
    out += rest;
    Cow::Owned(out)
}

fn reference(name: &str) -> Option<String> {
    if let Some((_, text)) = NAMED.iter().find(|(known, _)| *known == name) {
        return Some((*text).to_owned());
    }
    let number = name.strip_prefix('#')?;
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    // A control character is never meant.
    char::from_u32(code)
        .filter(|c| !c.is_control())
        .map(String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_parted_from_text_and_references_are_resolved() {
        let text = |text: &'static str| Mark::Text(Cow::Borrowed(text));
        assert_eq!(
            marks("<v Ada>R&amp;D &lt; 4 <i>&#39;now&#x27;</i> & 3 < 5"),
            [
                Mark::Tag("v Ada"),
                text("R&D < 4 "),
                Mark::Tag("i"),
                text("'now'"),
                Mark::Tag("/i"),
                text(" & 3 < 5")
            ]
        );
        assert_eq!(
            marks("If x<y then sell, but y>x, <c.loud>no</c>"),
            [
                text("If x<y then sell, but y>x, "),
                Mark::Tag("c.loud"),
                text("no"),
                Mark::Tag("/c")
            ]
        );
        assert_eq!(
            plain_text("&;&#0;&#xFFFFFFFF;&é;&"),
            "&;&#0;&#xFFFFFFFF;&é;&"
        );
    }
}
