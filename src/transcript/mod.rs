//! From the bytes of a source to a call: who spoke, when, in which section, and where it stands.
//!
//! In: bytes and the file's name. Out: a [`Call`] whose turns are spans of the text, and the
//! [`Problem`]s met on the way, by line. Reading never fails on content: what is not understood is
//! kept as text and named as a problem. This room knows nothing of models, passages or the library.

mod alone;
mod archive;
mod article;
mod aside;
mod bare;
mod bloomberg;
mod candidate;
mod capital_iq;
mod captions;
mod catalogue;
mod chat;
mod company_paper;
mod conduct;
mod container;
mod date;
mod decode;
mod docx;
mod epub;
mod examination;
mod exchange;
mod extract;
mod factset;
mod file_name;
mod front;
mod furniture;
mod headings;
mod hour;
mod house_record;
mod html;
mod introduced;
mod isolated;
mod json;
mod json_calls;
mod json_machines;
mod json_value;
mod label;
mod labels;
mod layout;
mod leaked;
mod lines;
mod lseg;
mod lseg_edition;
mod lseg_xml;
mod markup;
mod meet;
mod metadata;
mod motley;
mod motley_brief;
mod names;
mod nesting;
mod pdf;
mod people;
mod period;
mod press_page;
mod prose;
mod public_body;
mod recognise;
mod render;
mod rendered;
mod rev_nlp;
mod roster;
mod rows;
mod script;
mod sec_exhibit;
mod section;
mod seeking_alpha;
mod several;
mod source;
mod speaker_marks;
mod spoken;
mod submission;
mod tables;
mod time;
mod timed_lines;
mod told;
mod unheard;
mod welcome;
mod words;
mod xml;

pub use aside::is_aside;
pub use catalogue::{Facts, Gives, LAYOUTS, Layout, NoSuchLayout};
pub use container::{Container, Opened, open, open_hearing};
pub use date::Date;
pub use decode::{Decoded, NotText, SpanOf, decode};
pub use exchange::{Exchange, exchanges};
pub use extract::{Pages, extract, extract_hearing};
pub use isolated::{COMMAND, GREETING, confine};
pub use layout::read;
pub use lines::LineIndex;
pub use names::{is_anonymous, may_be_one};
pub use people::kind_reason;
pub use period::{Period, PeriodPart};
pub use several::{Part, Place, may_hold_several, read_calls};
pub use source::{Found, Source, find_sources, find_sources_except, sha256_hex};
pub use told::{Correction, Told};
pub(crate) use words::WITHOUT_WIDTH;

use crate::units::{ByteSpan, LineRange, Millis, TurnIndex};
use serde::{Deserialize, Serialize};

/// One transcript, or one article about a call, as it was understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Whether people speak here or somebody writes about them.
    pub document: Document,
    /// The line shapes it was read by.
    pub layout: Layout,
    /// What the call is: from the content, the file's name, or the user.
    pub metadata: Metadata,
    /// Everybody named as a speaker or on a roster, in order of appearance, each once.
    pub participants: Vec<Participant>,
    /// The turns, in the order of the text; their spans ascend and never overlap.
    pub turns: Vec<Turn>,
}

/// What kind of document a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Document {
    /// The words of speakers.
    Transcript,
    /// Somebody's text about a call; its quotes carry the article, not a speaker, unless the text
    /// names one.
    Article,
}

/// What a call is. Every field may be unknown; none is guessed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// A line that names the document.
    pub title: Option<String>,
    /// The company's name as the source writes it.
    pub company: Option<String>,
    /// The ticker in capitals, without the exchange.
    pub ticker: Option<String>,
    /// The period that the call reports on, as the source counts it (fiscal where it says so).
    pub period: Option<Period>,
    /// The quarter of the calendar that the period lies in, where the source says when it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<Period>,
    /// The day of the call.
    pub date: Option<Date>,
    /// The hour with its time zone, as the source writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hour: Option<String>,
    /// What else the user said of the source; always `None` in what was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Box<Told>>,
}

impl Metadata {
    /// These facts, with the gaps filled from `other`.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            title: self.title.or(other.title),
            company: self.company.or(other.company),
            ticker: self.ticker.or(other.ticker),
            period: self.period.or(other.period),
            calendar: self.calendar.or(other.calendar),
            date: self.date.or(other.date),
            hour: self.hour.or(other.hour),
            told: match (self.told, other.told) {
                (Some(told), Some(other)) => told.or(*other).boxed(),
                (told, other) => told.or(other),
            },
        }
    }
}

/// A person on the call.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Participant {
    /// The name as the source writes it first.
    pub name: String,
    /// Title or function, as `Chief Financial Officer`.
    pub role: Option<String>,
    /// The firm a person speaks for, where it is stated.
    pub affiliation: Option<String>,
    /// What the person does on the call.
    pub kind: Kind,
}

/// What a speaker does on a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Speaks for the company, or gives a press conference.
    Executive,
    /// Asks for a firm that follows the company, or at a press conference.
    Analyst,
    /// Runs the call.
    Operator,
    /// Anybody else, or unknown.
    Other,
}

/// The part of a call a turn stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// What management says first.
    Prepared,
    /// Questions and answers.
    Questions,
    /// Preamble, article, or a source without sections.
    Other,
}

/// One speaker's uninterrupted speech, or a run of an article's text.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Turn {
    /// Position in the call, from 0.
    pub index: TurnIndex,
    /// Who speaks; `None` where the source does not say.
    pub speaker: Option<String>,
    /// Title or function.
    pub role: Option<String>,
    /// The firm.
    pub affiliation: Option<String>,
    /// What the speaker does on the call.
    pub kind: Kind,
    /// Where in the call.
    pub section: Section,
    /// The words, without the label that names the speaker, trimmed; never empty.
    pub span: ByteSpan,
    /// The lines the words stand on.
    pub lines: LineRange,
    /// When it starts, for recordings with times.
    pub time: Option<Millis>,
    /// What stands inside of the words and is nobody's, as the head and foot of a page; ascending.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cuts: Vec<ByteSpan>,
    /// When words inside of it are said, for sources that say so: from which byte of the text on, ascending.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub times: Vec<(usize, Millis)>,
}

impl Turn {
    /// When the words at the byte `at` of the text are said, as exactly as the source says it.
    pub fn time_at(&self, at: usize) -> Option<Millis> {
        let after = self.times.partition_point(|(from, _)| *from <= at);
        let last = after.checked_sub(1).and_then(|last| self.times.get(last));
        last.map(|(_, time)| *time).or(self.time)
    }
}

/// Something that was not understood, or looks wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The line, from 1.
    pub line: u32,
    /// What is the matter, in one sentence without a full stop.
    pub message: String,
}

/// By what a layout was told, and how sure that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// What in the source says so, as `3 lines hold a name and a time`.
    pub reason: String,
    /// Whether it may as well be another.
    pub unsure: bool,
}

/// What reading gives: the call, and what was the matter with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The call as understood.
    pub call: Call,
    /// By what the layout was told.
    pub why: Why,
    /// In the order of lines.
    pub problems: Vec<Problem>,
}
