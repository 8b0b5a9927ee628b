//! Web pages: their text, a block a line.
//!
//! In: HTML. Out: text. Scripts, styles and menus are no text; the page's title comes first. A short block that is
//! bold throughout and may name somebody keeps its bold type as `**Ada Quill**`, with what stands below in italics as
//! `**Ada Quill** (Treasurer)`: on many pages nothing else tells a speaker from a line of speech. So do the names in a table of
//! names and words. This file knows no layout.

use super::names::{is_name, is_operator, is_unknown};
use super::people::{self, from_label};
use super::{nesting, press_page, submission};
use ego_tree::{NodeId, NodeRef};
use foldhash::HashSet;
use scraper::{Html, Node};

/// Elements that begin and end a line.
#[rustfmt::skip]
const BLOCKS: [&str; 33] = [
    "p", "div", "br", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article",
    "header", "footer", "main", "blockquote", "pre", "hr", "dt", "dd", "dl", "figure", "figcaption", "address",
    "body", "title", "cite", "aside", "form",
];

/// Elements whose content is no text of the page.
const UNSEEN: [&str; 10] = [
    "script", "style", "noscript", "template", "svg", "nav", "button", "select", "iframe", "footer",
];

/// Elements beside which a space stands.
const CELLS: [&str; 3] = ["td", "th", "time"];

/// The deepest that a page may be nested: what reads pages takes time by the square of it.
const DEEPEST: usize = 2000;

/// The longest block that may name a speaker.
const LONGEST_NAME: usize = 100;

/// A block of a page, and how much of it is bold.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) words: String,
    /// Whether all of the words are.
    pub(super) bold: bool,
    /// Whether all of the words are in italics.
    pub(super) italic: bool,
    /// How many of their first bytes are.
    pub(super) lead: usize,
}

/// The text that is kept of a page that is a file of its own.
///
/// # Errors
/// When its tags are nested deeper than any page's.
pub(super) fn page(page: &str) -> Result<String, String> {
    let exhibit = submission::exhibit(page);
    if let Some(plain) = exhibit.as_ref().and_then(submission::Exhibit::as_plain) {
        return Ok(plain);
    }
    let blocks = blocks(exhibit.as_ref().map_or(page, |exhibit| exhibit.page))?;
    if let Some(press) = press_page::read(&blocks) {
        return Ok(press.render());
    }
    let front = exhibit.map(|exhibit| exhibit.front()).unwrap_or_default();
    Ok(front + &lines(&blocks))
}

/// The text of a page.
///
/// # Errors
/// When its tags are nested deeper than any page's.
pub(super) fn text(page: &str) -> Result<String, String> {
    Ok(lines(&blocks(page)?))
}

/// A line for each block.
fn lines(blocks: &[Block]) -> String {
    let mut out = String::new();
    let mut blocks = blocks.iter().peekable();
    while let Some(Block { words, bold, .. }) = blocks.next() {
        if !(*bold && may_name(words)) {
            out += &format!("{words}\n");
        } else if let Some(title) = blocks.next_if(|next| is_title(next)) {
            out += &format!("**{words}** ({})\n", title.words);
        } else {
            out += &format!("**{words}**\n");
        }
    }
    out
}

/// Whether a block below a name is a title.
fn is_title(block: &Block) -> bool {
    let Block {
        words,
        italic,
        bold,
        ..
    } = block;
    let is_short = words.len() <= LONGEST_NAME && !words.contains(['(', ')', '?', '!', ':']);
    *italic && !*bold && is_short && !words.ends_with('.') && people::is_title(words)
}

/// Whether a block may be a speaker's: a name alone, with a title, or with a letter that says who asks.
fn may_name(words: &str) -> bool {
    let name = from_label(words.trim_end_matches(':')).name;
    let asks = words.starts_with("Q ") || words.starts_with("A ");
    words.len() <= LONGEST_NAME
        && (asks || is_name(&name) || is_operator(&name) || is_unknown(&name))
}

/// The blocks of a page.
///
/// # Errors
/// When its tags are nested deeper than any page's.
fn blocks(page: &str) -> Result<Vec<Block>, String> {
    if nesting::is_deeper(page, DEEPEST) {
        return Err(format!("its tags are nested more than {DEEPEST} deep"));
    }
    let document = Html::parse_document(page);
    let mut out = Blocks::default();
    let mut names = HashSet::default();
    // A stack of our own: a page may be nested deeper than the program's stack is.
    let mut stack = vec![(document.tree.root(), false)];
    while let Some((node, leaving)) = stack.pop() {
        let name = match node.value() {
            Node::Element(element) => element.name(),
            _ => "",
        };
        if is_bold(node.value()) && !UNSEEN.contains(&name) {
            out.bold = if leaving {
                out.bold.saturating_sub(1)
            } else {
                out.bold + 1
            };
        }
        if name == "i" || name == "em" {
            out.italic = if leaving {
                out.italic.saturating_sub(1)
            } else {
                out.italic + 1
            };
        }
        if name == "table" && !leaving {
            names.extend(names_in(node));
        }
        let is_name = names.contains(&node.id());
        if BLOCKS.contains(&name) || is_name {
            out.end_line();
            out.is_name = is_name && !leaving || out.is_name && !is_name;
        } else if CELLS.contains(&name) {
            out.space();
        }
        if leaving || UNSEEN.contains(&name) {
            continue;
        }
        if let Node::Text(text) = node.value() {
            out.words(text);
        }
        stack.push((node, true));
        let children: Vec<_> = node.children().collect();
        stack.extend(children.into_iter().rev().map(|child| (child, false)));
    }
    out.end_line();
    Ok(out.done)
}

/// The cells with the names of a table in which each row is somebody's name and what they say.
fn names_in(table: NodeRef<'_, Node>) -> Vec<NodeId> {
    const FEWEST: usize = 3;
    let is = |node: &NodeRef<'_, Node>, names: &[&str]| match node.value() {
        Node::Element(element) => names.contains(&element.name()),
        _ => false,
    };
    let parts = table.children().filter(|part| is(part, &["tbody"]));
    let rows = parts.chain([table]).flat_map(|part| part.children());
    let (mut names, mut spoken, mut all) = (Vec::new(), 0, 0);
    let mut distinct = HashSet::default();
    for row in rows.filter(|row| is(row, &["tr"])) {
        let cells: Vec<_> = row.children().filter(|cell| is(cell, &["td"])).collect();
        let [first, second] = cells.as_slice() else {
            continue;
        };
        all += 1;
        let (name, words) = (beginning(*first), beginning(*second));
        if may_name(name.trim()) {
            names.push(first.id());
            distinct.insert(name.trim().to_owned());
            spoken += usize::from(is_speech(words.trim()));
        }
    }
    // A list of people or of figures names each once.
    if spoken < FEWEST || 10 * spoken < 8 * all || distinct.len() == names.len() {
        names.clear();
    }
    names
}

/// Whether a cell says something, where others hold a value: `Total Sales` and `$ 40 million` are no turn.
fn is_speech(words: &str) -> bool {
    const MANY: usize = 6;
    words.ends_with(['.', '?', '!', '…']) || words.split_whitespace().nth(MANY - 1).is_some()
}

/// The first words in an element, enough to tell a name.
fn beginning(node: NodeRef<'_, Node>) -> String {
    const NODES: usize = 20;
    let texts = node
        .descendants()
        .take(NODES)
        .filter_map(|node| match node.value() {
            Node::Text(text) => Some(text.chars().take(LONGEST_NAME + 1)),
            _ => None,
        });
    texts.flatten().take(LONGEST_NAME + 1).collect()
}

/// Whether an element's text is bold by itself.
fn is_bold(node: &Node) -> bool {
    let Node::Element(element) = node else {
        return false;
    };
    let styled = |style: &str| {
        let style = style.to_ascii_lowercase().replace(' ', "");
        style.contains("font-weight:bold") || style.contains("font-weight:700")
    };
    matches!(element.name(), "b" | "strong") || element.attr("style").is_some_and(styled)
}

/// Blocks with white space as a page shows it.
#[derive(Default)]
struct Blocks {
    done: Vec<Block>,
    line: String,
    /// How many elements around the text make it bold.
    bold: usize,
    /// How many of the line's first bytes are bold, once others follow.
    lead: Option<usize>,
    /// How many elements around the text put it in italics.
    italic: usize,
    /// Whether the line holds words that are not.
    is_upright: bool,
    /// Whether the line is a cell with a name.
    is_name: bool,
}

impl Blocks {
    fn words(&mut self, text: &str) {
        for c in text.chars() {
            // A no-break space is kept; it is part of the words.
            if c.is_ascii_whitespace() {
                self.space();
            } else {
                if self.bold == 0 && !c.is_whitespace() {
                    self.lead = self.lead.or(Some(self.line.len()));
                }
                self.is_upright |= self.italic == 0;
                self.line.push(c);
            }
        }
    }

    fn space(&mut self) {
        if !self.line.is_empty() && !self.line.ends_with(' ') {
            self.line.push(' ');
        }
    }

    fn end_line(&mut self) {
        let line = self.line.trim();
        if !line.is_empty() {
            self.done.push(Block {
                words: line.to_owned(),
                bold: self.lead.is_none() || self.is_name,
                italic: !self.is_upright,
                lead: self.lead.unwrap_or(self.line.len()),
            });
            self.is_name = false;
        }
        self.line.clear();
        self.lead = None;
        self.is_upright = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_its_blocks_without_scripts_and_menus() {
        let page = "<html><head><title>Nimbus</title><style>p{}</style></head><body><nav>Menu</nav><p><b>Operator</b></p>\
                    <p>Good\n  day,&nbsp;all. It&#146;s <i>heavy</i>.<br>Two</p><script>x()</script>\
                    <table><tr><td>Iron</td><td>4</td></tr></table><cite>Kai:</cite><time>0:00</time><p>Hi</p>";
        assert_eq!(
            text(page).unwrap(),
            "Nimbus\n**Operator**\nGood day,\u{A0}all. It’s heavy.\nTwo\nIron 4\nKai:\n0:00\nHi\n"
        );
    }

    #[test]
    fn names_in_a_table_and_titles_below_names_are_told() {
        let row = |name: &str, words: &str| format!("<tr><td>{name}</td><td>{words}</td></tr>");
        let rows = [
            row("Operator", "Good day."),
            row("Ada Quill", "Iron is dear."),
            row("Bo Crane", "How dear?"),
            row("Ada Quill", "Very."),
        ];
        assert_eq!(
            text(&format!(
                "<table><tr><th>Who</th><th>What</th></tr>{}</table>",
                rows.concat()
            ))
            .unwrap(),
            "Who What\n**Operator**\nGood day.\n**Ada Quill**\nIron is dear.\n**Bo Crane**\nHow dear?\n**Ada Quill**\nVery.\n"
        );
        let list = row(
            "Ada Quill",
            "Chief Executive Officer and Chairman of the Board.",
        );
        let list = [
            list,
            row("Bo Crane", "Treasurer of all."),
            row("Cy Dunn", "Acme Inc."),
        ];
        assert!(
            !text(&format!("<table>{}</table>", list.concat()))
                .unwrap()
                .contains("**")
        );
        assert_eq!(
            text("<p><b>Ada Quill</b><br><i>Treasurer</i></p><p>Iron is <i>dear</i>.</p><p><i>Very.</i></p>").unwrap(),
            "**Ada Quill** (Treasurer)\nIron is dear.\nVery.\n"
        );
        assert_eq!(
            text("<p><b>Bo Crane</b></p><p><i>It is heavy.</i></p>").unwrap(),
            "**Bo Crane**\nIt is heavy.\n"
        );
        assert_eq!(
            text("<p><b>Bo Crane</b></p><p><i>Thank you, Ada</i></p><p><b><i>Cy Dunn</i></b></p>")
                .unwrap(),
            "**Bo Crane**\nThank you, Ada\n**Cy Dunn**\n"
        );
    }

    #[test]
    fn deep_pages_are_refused_before_they_take_time() {
        let deep = |times: usize| format!("{}x", "<div>".repeat(times));
        assert_eq!(text(&deep(1000)).unwrap(), "x\n");
        assert!(text(&deep(100_000)).unwrap_err().contains("nested"));
        assert!(
            text(&"<div></x>".repeat(300_000))
                .unwrap_err()
                .contains("nested")
        );
        assert!(text(&"<p>a<br>".repeat(100_000)).is_ok());
    }
}
