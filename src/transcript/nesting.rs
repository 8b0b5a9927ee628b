//! How deep the tags of a page are nested, told without reading the page.
//!
//! In: HTML. Out: whether it is nested deeper than a bound. What reads pages keeps a stack of open elements and takes time by
//! its square, so that this has to come before it, and nothing in a page may make it look flatter than it is read: an end
//! tag lowers the count only where it closes what is open, by the rules that browsers have for tags that cross. What
//! comments, attributes and scripts hold is no tag. This file knows nothing of text.

use super::words::Words;
use foldhash::HashMap;

/// Elements that need no end, or that are never nested, and so say nothing of depth.
static ENDLESS: Words<35> = Words::of([
    "p", "li", "td", "th", "tr", "br", "hr", "img", "meta", "link", "input", "option", "dt", "dd",
    "thead", "tbody", "tfoot", "col", "area", "base", "wbr", "source", "embed", "param", "track",
    "html", "head", "body", "basefont", "bgsound", "frame", "keygen", "optgroup", "colgroup",
    "image",
]);

/// Elements that hold no tags but text.
static RAW: Words<9> = Words::of([
    "script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "noscript",
]);

/// Elements that are read by other rules, in which such as hold text may hold tags.
const OTHERS: [&str; 3] = ["svg", "math", "select"];

/// Elements that an end tag from inside does not go beyond.
static WALLS: Words<11> = Words::of([
    "table",
    "select",
    "object",
    "marquee",
    "applet",
    "template",
    "caption",
    "svg",
    "math",
    "foreignobject",
    "button",
]);

/// Elements that an end tag closes whatever stands open inside; others are closed by their own kind alone.
#[rustfmt::skip]
static SPECIAL: Words<44> = Words::of([
    "address", "applet", "article", "aside", "blockquote", "button", "caption", "center", "details", "dir", "div",
    "dl", "fieldset", "figcaption", "figure", "footer", "form", "frameset", "h1", "header", "hgroup", "listing",
    "main", "marquee", "menu", "nav", "object", "ol", "plaintext", "pre", "search", "section", "select", "summary",
    "table", "template", "ul", "svg", "math", "foreignobject", "dialog", "iframe", "noscript", "noframes",
]);

/// Elements that are opened again where a block around them ends.
static LASTING: Words<14> = Words::of([
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
]);

/// So many elements of one kind are opened again at the most.
const MOST_LASTING: usize = 3;

/// Whether a page is nested deeper than `bound`.
pub(super) fn is_deeper(page: &str, bound: usize) -> bool {
    let mut open = Open::default();
    let mut rest = page;
    while let Some((_, tag)) = rest.split_once('<') {
        rest = match tag.as_bytes().first() {
            Some(b'!' | b'?') => after_comment(tag),
            Some(b'/') => {
                open.close(&name(tag.get(1..).unwrap_or_default()));
                after_tag(tag)
            }
            Some(first) if first.is_ascii_alphabetic() => {
                let name = name(tag);
                let after = after_tag(tag);
                if RAW.has(&name) && !open.is_in_others() {
                    after_raw(after, &name)
                } else {
                    open.open(name);
                    after
                }
            }
            _ => tag,
        };
        if open.stack.len() > bound {
            return true;
        }
    }
    false
}

/// The name that a tag begins with; headings are one, since each of them ends any.
fn name(tag: &str) -> String {
    let end = tag.find(|c: char| c.is_ascii_whitespace() || c == '>' || c == '/');
    let name = tag.get(..end.unwrap_or(tag.len())).unwrap_or_default();
    match name.as_bytes() {
        [b'h' | b'H', b'1'..=b'6'] => "h1".to_owned(),
        _ => name.to_ascii_lowercase(),
    }
}

/// What follows a tag; its attributes may hold anything between quotation marks.
fn after_tag(tag: &str) -> &str {
    let is_gap = |c: char| c.is_ascii_whitespace() || c == '/';
    let mut rest = from(tag, |c| is_gap(c) || c == '>');
    loop {
        rest = rest.trim_start_matches(is_gap);
        if let Some(after) = rest.strip_prefix('>') {
            return after;
        }
        // Whatever a name begins with is part of it, even a `=`.
        let Some(first) = rest.chars().next() else {
            return "";
        };
        let name = rest.get(first.len_utf8()..).unwrap_or_default();
        rest = from(name, |c| is_gap(c) || matches!(c, '>' | '='));
        let Some(value) = rest.trim_ascii_start().strip_prefix('=') else {
            continue;
        };
        let value = value.trim_ascii_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        rest = match quote {
            Some(quote) => {
                let quoted = value.get(1..).and_then(|value| value.split_once(quote));
                quoted.map_or("", |(_, after)| after)
            }
            None => from(value, |c| c.is_ascii_whitespace() || c == '>'),
        };
    }
}

/// A text from the first of such characters on.
fn from(text: &str, is: impl Fn(char) -> bool) -> &str {
    text.find(is)
        .and_then(|at| text.get(at..))
        .unwrap_or_default()
}

/// What follows a comment or a declaration.
fn after_comment(tag: &str) -> &str {
    let Some(comment) = tag.strip_prefix("!--") else {
        return tag.split_once('>').map_or("", |(_, after)| after);
    };
    if let Some(after) = comment.strip_prefix('>').or(comment.strip_prefix("->")) {
        return after;
    }
    let mut rest = comment;
    while let Some((_, after)) = rest.split_once("--") {
        if let Some(after) = after.strip_prefix('>').or(after.strip_prefix("!>")) {
            return after;
        }
        // The marks may be more than two.
        rest = after;
        if let Some(after) = rest.trim_start_matches('-').strip_prefix('>')
            && rest.starts_with('-')
        {
            return after;
        }
    }
    ""
}

/// What follows the text of an element that holds nothing else; its end tag is none that closes another.
fn after_raw<'a>(text: &'a str, name: &str) -> &'a str {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("</") {
        if self::name(after) == name {
            return after_tag(after);
        }
        rest = after;
    }
    ""
}

/// The elements that are open.
#[derive(Default)]
struct Open {
    stack: Vec<String>,
    counts: HashMap<String, usize>,
}

impl Open {
    fn count(&self, name: &str) -> usize {
        self.counts.get(name).copied().unwrap_or_default()
    }

    /// Whether one is open in which other rules hold.
    fn is_in_others(&self) -> bool {
        OTHERS.iter().any(|name| self.count(name) > 0)
    }

    fn open(&mut self, name: String) {
        if !ENDLESS.has(&name) {
            *self.counts.entry(name.clone()).or_default() += 1;
            self.stack.push(name);
        }
    }

    /// Closes the last element of a name, and what stands open in it, if it can be closed from here.
    fn close(&mut self, name: &str) {
        if self.count(name) == 0 {
            return;
        }
        let is_lasting = LASTING.has(name);
        let is_plain = !is_lasting && !SPECIAL.has(name);
        let mut crosses = false;
        let place = self.stack.iter().enumerate().rev().find_map(|(at, open)| {
            let is_special = SPECIAL.has(open);
            let is_it = open == name;
            let is_shut = !is_it && (WALLS.has(open) || is_plain && is_special);
            crosses |= !is_it && is_special;
            (is_it || is_shut).then_some((at, is_it))
        });
        let Some((at, true)) = place else { return };
        if crosses && is_lasting && self.count(name) > MOST_LASTING {
            return;
        }
        let alone = name == "form" || is_lasting && crosses;
        let inside = self.stack.split_off(at);
        for (depth, open) in inside.into_iter().enumerate() {
            if depth > 0 && (alone || LASTING.has(&open)) {
                self.stack.push(open);
            } else if let Some(count) = self.counts.get_mut(&open) {
                *count -= 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMES: usize = 300_000;

    #[test]
    fn a_page_that_is_nested_deep_is_told_whatever_it_holds_besides() {
        let start = std::time::Instant::now();
        for part in [
            "<div>",
            "<div></x>",
            "<DIV CLASS=a></p></br></li>",
            "<div title=\"</div>\">",
            "<div title = '></div>'>",
            "<div><!-- </div> -->",
            "<div><div><!--></div a=-->",
            "<div =\"><div a=b=\"><div a=\"\"=\"><div a=>",
            "<div><script>'</div>'</script>",
            "<div><STYLE></div></style >",
            "<span><div></span></div>",
            "<div><table></div></table>",
            "<div><select></div></select>",
            "<form><div></form>",
            "<div><b id=1>x</div>",
            "<b><b><b><b><div></b></b></b></b></div>",
            "<svg><title><div>",
            "<select><style></select><div>",
            "<a><table>",
        ] {
            assert!(is_deeper(&part.repeat(TIMES), 2000), "{part}");
        }
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    }

    #[test]
    fn a_page_that_is_nested_little_is_not_told_deep() {
        for part in [
            "<p>a<br>",
            "<ul><li>a<li>b<p>c</ul>",
            "<img src=a><hr/><input name='>'>",
            "<table><tr><td>a<td>b<tr><td><div>c</table>",
            "<div><b>a</div></b>",
            "<b><div>a</b></div>",
            "<font><i>a</font></i>",
            "<div><span>a</div>",
            "<h1>a</h2>",
            "<div>it's</div><div title=it's></div>",
            "<div a=b/></div><!-- <div> --><!doctype html><?x <y>",
            "<script>if (a < b) c('<div>')</script>",
            "<section><x-y>a</x-y></section>",
            "a < b </ c></>",
        ] {
            assert!(!is_deeper(&part.repeat(TIMES / 10), 2000), "{part}");
        }
        assert!(is_deeper(&"<div>".repeat(2001), 2000));
        assert!(!is_deeper(&"<div>".repeat(2000), 2000));
    }
}
