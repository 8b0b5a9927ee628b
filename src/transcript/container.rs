//! From a file's bytes to the text that is kept of it: what it is, and whose reader it needs.
//!
//! In: bytes. Out: an [`Opened`] text with what the bytes are and by what that was told, or the
//! reason why they are not read. The content decides, never the name. Captions, JSON and tables are
//! rendered as a text of our own; a text stays as it is. This file knows no line shapes.

use super::decode::{Decoded, NotText, SpanOf, decode};
use super::extract::Pages;
use super::rendered::Pieces;
use super::{Layout, Problem, captions, isolated, json, rev_nlp, tables};
use std::fmt;

/// What a file is, whatever it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Container {
    /// Running text in some encoding.
    Text,
    /// `WebVTT` or `SubRip` captions.
    Captions,
    /// JSON.
    Json,
    /// A table.
    Table,
    /// Rev's tokens.
    Tokens,
    /// A web page.
    Html,
    /// XML.
    Xml,
    /// A PDF.
    Pdf,
    /// A Word document.
    Docx,
    /// An EPUB book.
    Epub,
}

impl fmt::Display for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Captions => "captions",
            Self::Json => "JSON",
            Self::Table => "a table",
            Self::Tokens => "tokens",
            Self::Html => "a web page",
            Self::Xml => "XML",
            Self::Pdf => "a PDF document",
            Self::Docx => "a Word document",
            Self::Epub => "an EPUB book",
        })
    }
}

/// A file's text, what the file is, and how that was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The text that is kept.
    pub decoded: Decoded,
    /// What the file is.
    pub container: Container,
    /// What in the file says so, as `it begins with …`.
    pub why: String,
}

/// The largest JSON document; parsed, it takes many times its size.
const MOST_JSON: usize = 64 << 20;

/// Opens a file by its content. A `layout` that the user names goes before what the content says.
///
/// # Errors
/// As [`open_hearing`].
pub fn open(bytes: Vec<u8>, layout: Option<Layout>) -> Result<Opened, NotText> {
    open_hearing(bytes, layout, &|_, _| ())
}

/// Opens a file as [`open`] does; `pages` hears of each page of a PDF that is read.
///
/// # Errors
/// When the bytes hold no text, or are a format that is not read.
pub fn open_hearing(
    bytes: Vec<u8>,
    layout: Option<Layout>,
    pages: &Pages<'_>,
) -> Result<Opened, NotText> {
    if let Some((container, why)) = document(&bytes) {
        let text = isolated::text_of(container, &bytes, pages)?;
        return extracted(container, why, text);
    }
    let decoded = decode(bytes)?;
    if let Some((container, why)) = page(&decoded.text) {
        let text = isolated::text_of(container, decoded.text.as_bytes(), pages)?;
        return extracted(container, why, text);
    }
    if layout.is_some_and(|layout| !layout.is_rendered()) {
        return Ok(text(decoded));
    }
    let body = decoded.text.as_str();
    let (calls, container, why) = match layout {
        Some(layout) => (
            forced(body, layout),
            Container::of(layout),
            "`--layout` says so".to_owned(),
        ),
        None => match recognised(body)? {
            Some((calls, container, why)) => (Some(calls), container, why),
            None => return Ok(text(decoded)),
        },
    };
    match calls {
        Some(calls) if calls.iter().any(|call| !call.said.is_empty()) => {
            let calls = calls.into_iter().map(Pieces::without_impossible_times);
            let calls: Vec<Pieces> = calls.collect();
            Ok(rendered(decoded, &calls, container, why))
        }
        Some(_) => Err(NotText::NoSpeech {
            container: container.to_string(),
        }),
        None => Err(NotText::Damaged {
            container: container.to_string(),
            why: "it cannot be read as that".to_owned(),
        }),
    }
}

/// What the first bytes say, where they are those of a document that is no text.
fn document(bytes: &[u8]) -> Option<(Container, &'static str)> {
    let head = bytes.get(..1024).unwrap_or(bytes);
    let holds = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    // Some writers put a few bytes before the mark, which are no text that goes on with it.
    let pdf = head.windows(5).position(|window| window == b"%PDF-");
    let before = pdf.and_then(|at| head.get(at.checked_sub(1)?));
    let is_begin = before.is_none_or(|byte| byte.is_ascii_control() || !byte.is_ascii());
    let is_whole = || pdf == Some(0) || holds(b"%%EOF");
    if pdf.is_some() && is_begin && is_whole() && !head.starts_with(b"<") {
        return Some((Container::Pdf, "it begins with `%PDF-`"));
    }
    if !bytes.starts_with(b"PK\x03\x04") {
        return None;
    }
    if head
        .windows(20)
        .any(|window| window == b"application/epub+zip")
    {
        return Some((
            Container::Epub,
            "it is an archive of the type `application/epub+zip`",
        ));
    }
    holds(b"word/document.xml").then_some((
        Container::Docx,
        "it is an archive with a `word/document.xml`",
    ))
}

/// What a text is that is written in tags.
fn page(text: &str) -> Option<(Container, &'static str)> {
    let body = text.trim_start_matches(super::words::is_unseen);
    let first = body.get(..body.floor_char_boundary(4 << 10))?;
    if super::submission::recognises(first) {
        return Some((Container::Html, "it is a filing with its exhibits"));
    }
    if !body.starts_with('<') {
        return None;
    }
    let head = body
        .get(..body.floor_char_boundary(64 << 10))?
        .to_ascii_lowercase();
    let holds = |tag: &str| head.contains(tag);
    if head.starts_with("<!doctype html") || holds("<html") {
        return Some((Container::Html, "it has the tags of a page"));
    }
    if head.starts_with("<?xml") || super::lseg_xml::recognises(body) {
        return Some((Container::Xml, "it begins with a tag and is no page"));
    }
    let tags = ["<body", "<p>", "<p ", "<div", "<br"];
    tags.iter()
        .any(|tag| holds(tag))
        .then_some((Container::Html, "it begins with a tag and has paragraphs"))
}

fn extracted(container: Container, why: &str, text: String) -> Result<Opened, NotText> {
    if text.trim().is_empty() {
        return Err(NotText::NoSpeech {
            container: container.to_string(),
        });
    }
    let decoded = Decoded {
        text,
        encoding: encoding_rs::UTF_8.name(),
        span_of: SpanOf::StoredText,
        problems: Vec::new(),
    };
    Ok(Opened {
        decoded,
        container,
        why: why.to_owned(),
    })
}

fn text(decoded: Decoded) -> Opened {
    let why = format!("its bytes are {} text", decoded.encoding);
    Opened {
        decoded,
        container: Container::Text,
        why,
    }
}

/// The calls of a file as one text of our own; what was the matter with one has the line that its text begins on.
fn rendered(decoded: Decoded, calls: &[Pieces], container: Container, why: String) -> Opened {
    let mut problems = decoded.problems;
    let (mut text, mut line) = (String::new(), 0);
    let silent = calls.iter().filter(|call| call.said.is_empty()).count();
    for call in calls.iter().filter(|call| !call.said.is_empty()) {
        let own = call.problems.iter().cloned();
        problems.extend(own.map(|problem| Problem {
            line: problem.line + line,
            ..problem
        }));
        let rendered = call.render();
        line += u32::try_from(rendered.matches('\n').count()).unwrap_or(u32::MAX);
        text += &rendered;
    }
    if silent > 0 {
        let message = format!("calls without words: {silent}");
        problems.insert(0, Problem { line: 1, message });
    }
    let decoded = Decoded {
        text,
        encoding: decoded.encoding,
        span_of: SpanOf::StoredText,
        problems,
    };
    Opened {
        decoded,
        container,
        why,
    }
}

/// The containers that a child process reads, and the words that it is told by.
const WORDS: [(Container, &str); 5] = [
    (Container::Html, "html"),
    (Container::Xml, "xml"),
    (Container::Pdf, "pdf"),
    (Container::Docx, "docx"),
    (Container::Epub, "epub"),
];

impl Container {
    /// The word that a child process is told.
    pub(super) fn word(self) -> &'static str {
        WORDS
            .iter()
            .find(|(container, _)| *container == self)
            .map_or("", |(_, word)| word)
    }

    /// The container that a child process is told of.
    pub fn from_word(word: &str) -> Option<Self> {
        WORDS
            .iter()
            .find(|(_, known)| *known == word)
            .map(|(container, _)| *container)
    }

    fn of(layout: Layout) -> Self {
        match layout {
            Layout::WebVtt | Layout::Srt => Self::Captions,
            Layout::Csv => Self::Table,
            Layout::RevNlp => Self::Tokens,
            Layout::LsegXml => Self::Xml,
            Layout::PressPage => Self::Html,
            layout if layout.is_rendered() => Self::Json,
            _ => Self::Text,
        }
    }
}

/// Reads a text by the layout that the user names.
fn forced(text: &str, layout: Layout) -> Option<Vec<Pieces>> {
    Some(match Container::of(layout) {
        Container::Captions => vec![captions::read(text, layout)],
        Container::Table => vec![tables::read(text)],
        Container::Tokens => vec![rev_nlp::read(text)],
        Container::Json => json::read_all(&json::document(text).ok()?, layout),
        _ => return None,
    })
}

/// What was found in a text that is no running text: its calls.
type Recognised = Option<(Vec<Pieces>, Container, String)>;

fn recognised(text: &str) -> Result<Recognised, NotText> {
    if let Some((layout, why)) = captions::recognise(text) {
        return Ok(Some((
            vec![captions::read(text, layout)],
            Container::Captions,
            why.to_owned(),
        )));
    }
    if rev_nlp::recognises(text) {
        return Ok(Some((
            vec![rev_nlp::read(text)],
            Container::Tokens,
            "its first line names Rev's columns".to_owned(),
        )));
    }
    if json::may_be(text) {
        let container = Container::Json.to_string();
        if text.len() > MOST_JSON {
            return Err(NotText::Damaged {
                container,
                why: format!("it is larger than {} MiB", MOST_JSON >> 20),
            });
        }
        return match json::recognise(text) {
            json::Json::Known(value, layout, why) => Ok(Some((
                json::read_all(&value, layout),
                Container::Json,
                why.to_owned(),
            ))),
            json::Json::Unknown => Err(NotText::UnknownShape { container }),
            // A text may well begin with a bracket.
            json::Json::Broken(_) if !text.contains("\":") => Ok(None),
            json::Json::Broken(why) => Err(NotText::Damaged { container, why }),
        };
    }
    Ok(tables::recognise(text).map(|why| (vec![tables::read(text)], Container::Table, why)))
}
