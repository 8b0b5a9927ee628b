//! What was recognised in a question: filters, in parts where several things are asked about, and what is named but not there.

use super::catalogue::Catalogue;
use super::company::{Absent, AbsentKind};
use crate::library::Scope;
use crate::transcript::{Kind, Period, Section};
use crate::units::CallRow;
use std::ops::Range;

/// What was recognised in a question; an empty one recognised nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Understood {
    /// The companies named, by the names that the library knows them by.
    pub companies: Vec<String>,
    /// Names that were taken for slips, as typed.
    pub misspelt: Vec<String>,
    /// The time named.
    pub period: Option<String>,
    /// Who is said to speak, as typed, or as stored where that is a slip.
    pub speaker: Option<String>,
    /// A speaker's name that was taken for a slip, as typed.
    pub misspelt_speaker: Option<String>,
    /// What the speakers do on the call.
    pub role: Option<Kind>,
    /// The part of the call.
    pub section: Option<Section>,
    /// A call by its file's name, as typed.
    pub call: Option<String>,
    /// Whether all that somebody says is asked for, whatever it is about.
    pub wants_all: bool,
    /// What is named and not there.
    pub missing: Vec<Missing>,
    /// Whether all that is named is not there: then nothing needs to be searched.
    pub is_absent: bool,
    /// The calls to search, one list for each thing that is asked about; empty for all of the filters'.
    pub parts: Vec<Part>,
    /// Words of the name of somebody who speaks, and is asked about without being said to: nobody has to say them.
    pub spoken_by: Vec<String>,
    /// The same, as stored.
    pub(super) speakers: Option<Vec<String>>,
    /// The bytes of the question that all this was said with.
    pub(super) places: Vec<Range<usize>>,
    /// Those of them that say when.
    pub(super) times: Vec<Range<usize>>,
    /// Times that are looked for as words all the same, and how they are said: one that is spoken of before it comes.
    pub(super) spoken_of: Vec<(Range<usize>, String)>,
}

/// One of several companies or periods that a question asks about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which.
    pub label: String,
    /// Its calls.
    pub calls: Vec<CallRow>,
}

/// Something named that the library does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// A company without a call.
    Company {
        /// Which, as typed.
        asked: String,
        /// The companies that are there.
        held: Vec<String>,
    },
    /// A name without a call, and of no speaker.
    Name(String),
    /// The same of a name that others mention: what they say of it is not what it says.
    Mentioned(String),
    /// Somebody who speaks in other calls than those asked about.
    Elsewhere(String),
    /// A time without a call of a company, or without any.
    Period {
        /// When.
        asked: String,
        /// Whose.
        company: Option<String>,
        /// The periods that are there.
        held: Vec<Period>,
    },
}

impl Understood {
    /// The scopes to search: that of the filters, narrowed, once for each part.
    pub fn scopes(&self, scope: &Scope) -> Vec<Scope> {
        let narrowed = Scope {
            calls: scope.calls.clone(),
            speakers: scope.speakers.clone().or_else(|| self.speakers.clone()),
            role: scope.role.or(self.role),
            section: scope.section.or(self.section),
        };
        if self.parts.is_empty() {
            return vec![narrowed];
        }
        let of_part = |part: &Part| Scope {
            calls: Some(part.calls.clone()),
            ..narrowed.clone()
        };
        self.parts.iter().map(of_part).collect()
    }

    /// Whether the question says who speaks.
    pub(super) fn has_speaker(&self) -> bool {
        self.speakers.is_some() || self.role == Some(Kind::Analyst)
    }

    /// Takes note of a company or a name that is not there.
    pub(super) fn lack(&mut self, absent: Absent, known: &Catalogue) {
        let name = absent.name;
        let missing = match absent.kind {
            AbsentKind::Company => Missing::Company {
                asked: name,
                held: known.names_of_companies(),
            },
            AbsentKind::Somebody => Missing::Name(name),
            AbsentKind::Mentioned => Missing::Mentioned(name),
        };
        // What others say of it is looked for by its name.
        if absent.kind != AbsentKind::Mentioned {
            self.places.push(absent.place);
        }
        self.missing.push(missing);
    }

    /// The calls that are left to search.
    pub(super) fn calls(&self, scope: &Scope) -> Option<Vec<CallRow>> {
        let parts = self.parts.iter();
        let calls: Vec<CallRow> = parts.flat_map(|part| part.calls.clone()).collect();
        if calls.is_empty() {
            scope.calls.clone()
        } else {
            Some(calls)
        }
    }
}
