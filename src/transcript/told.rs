//! What a user says of a source beside its facts: how to read it, and who its speakers are.
//!
//! In: a layout's name, a file that corrects speakers, a file of facts beside the source. Out: a
//! [`Told`], which the library keeps with what the user gave, so that it holds for good. This file
//! knows nothing of layouts' line shapes.

use super::names::key;
use super::people::with_title;
use super::script::{Draft, change};
use super::{Date, Kind, Layout, Metadata, Period};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A file of facts beside a source, `call.toml` or the source's name with `.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Beside {
    title: Option<String>,
    company: Option<String>,
    ticker: Option<String>,
    period: Option<String>,
    date: Option<DateOrText>,
    layout: Option<String>,
    speakers: BTreeMap<String, Person>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum DateOrText {
    Text(String),
    Day(toml::value::Datetime),
}

/// Who a speaker is: a name, or all that is known.
#[derive(Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "a speaker is a name, or a table of `name`, `role`, `affiliation` and `kind` (executive, analyst, operator or other)"
)]
enum Person {
    Name(String),
    Facts {
        name: Option<String>,
        role: Option<String>,
        affiliation: Option<String>,
        kind: Option<Kind>,
    },
}

impl Person {
    fn correction(self, from: String) -> Correction {
        let (name, role, affiliation, kind) = match self {
            Self::Name(name) => (Some(name), None, None, None),
            Self::Facts {
                name,
                role,
                affiliation,
                kind,
            } => (name, role, affiliation, kind),
        };
        Correction {
            from,
            name,
            role,
            affiliation,
            kind,
        }
    }
}

/// What is wrong with a file, and on which line.
fn wrong(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start));
    let line = before.map_or(1, |before| before.matches('\n').count() + 1);
    format!("line {line}: {}", error.message())
}

fn corrections(people: BTreeMap<String, Person>) -> Vec<Correction> {
    people
        .into_iter()
        .map(|(from, person)| person.correction(from))
        .collect()
}

/// How a user wants a source to be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Told {
    /// By this layout, whatever the content looks like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layout: Option<Layout>,
    /// With these people for those that the source names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub speakers: Vec<Correction>,
    /// What a file beside the source says of the call; it comes after the content.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beside: Option<Metadata>,
}

/// Who a speaker of a source really is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// The name in the source, as `Speaker 1`.
    pub from: String,
    /// The name that is meant; the source's own where it is right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The firm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub affiliation: Option<String>,
    /// What the person does on the call, where the title does not tell it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
}

impl Told {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The corrections in a file of `"Speaker 1" = "Ada Quill"` lines and tables.
    ///
    /// # Errors
    /// What is wrong with the file, and on which line.
    pub fn speakers(text: &str) -> Result<Vec<Correction>, String> {
        let people: BTreeMap<String, Person> =
            toml::from_str(text).map_err(|error| wrong(text, &error))?;
        Ok(corrections(people))
    }

    /// What a file beside a source says.
    ///
    /// # Errors
    /// What is wrong with the file, and on which line.
    pub fn beside(text: &str) -> Result<Self, String> {
        let found: Beside = toml::from_str(text).map_err(|error| wrong(text, &error))?;
        let period = found.period.map(|period| {
            Period::parse(&period).ok_or_else(|| format!("`{period}` is no period as `Q2 2025`"))
        });
        let date = found.date.map(|date| {
            let text = match date {
                DateOrText::Text(text) => text,
                DateOrText::Day(day) => day.to_string(),
            };
            Date::parse(&text).ok_or_else(|| format!("`{text}` is no day as `2025-07-31`"))
        });
        let layout = found.layout.map(|name| {
            name.parse()
                .map_err(|none: super::NoSuchLayout| none.to_string())
        });
        let facts = Metadata {
            title: found.title,
            company: found.company,
            ticker: found.ticker.map(|ticker| ticker.to_uppercase()),
            period: period.transpose()?,
            date: date.transpose()?,
            ..Metadata::default()
        };
        Ok(Self {
            layout: layout.transpose()?,
            speakers: corrections(found.speakers),
            beside: (facts != Metadata::default()).then_some(facts),
        })
    }

    /// What is said here, with the gaps filled from `other`.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            layout: self.layout.or(other.layout),
            speakers: if self.speakers.is_empty() {
                other.speakers
            } else {
                self.speakers
            },
            beside: match (self.beside, other.beside) {
                (Some(nearer), Some(farther)) => Some(nearer.or(farther)),
                (nearer, farther) => nearer.or(farther),
            },
        }
    }

    /// The same in a box, or nothing where nothing is said.
    pub fn boxed(self) -> Option<Box<Self>> {
        (!self.is_empty()).then(|| Box::new(self))
    }

    /// Puts the right people in the place of those that the source names. Whether there are any, where some are given.
    pub(super) fn correct(&self, drafts: &mut [Draft]) -> bool {
        let mut any = self.speakers.is_empty();
        if any {
            return any;
        }
        change(drafts, |who| {
            let name = key(&who.name);
            let mut corrections = self.speakers.iter();
            let Some(found) = corrections.find(|correction| key(&correction.from) == name) else {
                return;
            };
            let right = found.name.as_deref().unwrap_or(&who.name);
            let role = found.role.as_deref().or(who.role.as_deref());
            let firm = found.affiliation.as_deref().or(who.affiliation.as_deref());
            let mut corrected = with_title(right, role, firm);
            if corrected.kind == Kind::Other {
                corrected.kind = who.kind;
            }
            corrected.kind = found.kind.unwrap_or(corrected.kind);
            *who = corrected;
            any = true;
        });
        any
    }
}

#[cfg(test)]
mod tests {
    use super::super::{layout, period};
    use super::*;

    #[test]
    fn a_map_of_speakers_says_who_they_are() {
        let text = "\"Speaker 1\" = \"Ada Quill\"\n[\"Speaker 2\"]\nname = \"Bo Crane\"\nrole = \"Analyst\"\n\
                    affiliation = \"Vale Bank\"\n";
        let given = Metadata {
            told: Told {
                speakers: Told::speakers(text).unwrap(),
                ..Told::default()
            }
            .boxed(),
            ..Metadata::default()
        };
        let words = "Speaker 1: Hello.\nSPEAKER 2: How heavy?\nSpeaker 1: Very.\nSpeaker 3: Bye.\n";
        let call = layout::read(words, "notes.txt", &given).call;
        let names: Vec<_> = call
            .turns
            .iter()
            .filter_map(|turn| turn.speaker.as_deref())
            .collect();
        assert_eq!(names, ["Ada Quill", "Bo Crane", "Ada Quill", "Speaker 3"]);
        assert_eq!(call.turns[1].kind, Kind::Analyst);
        assert_eq!(call.turns[1].affiliation.as_deref(), Some("Vale Bank"));
        let wrong = Told::speakers("a = \"A\"\nx = 1").unwrap_err();
        assert!(
            wrong.starts_with("line 2: a speaker is a name, or a table"),
            "{wrong}"
        );
        let elsewhere = layout::read("Cy Marsh: Hello.\nDi Vale: Hi.\n", "notes.txt", &given);
        let problem = &elsewhere.problems[0].message;
        assert_eq!(
            problem,
            "nobody speaks here whom the list of speakers names"
        );
    }

    #[test]
    fn a_file_beside_fills_gaps_and_its_conflicts_are_shown() {
        let text = "company = \"Nimbus Anvil\"\nticker = \"nimb\"\nperiod = \"Q3 2025\"\ndate = 2025-10-30\n";
        let told = Told::beside(text).unwrap();
        let given = Metadata {
            told: told.boxed(),
            ..Metadata::default()
        };
        let words = "Anvil Q2 2025 Earnings Call\nOperator: Hi.\nAda Quill, CEO: Hi.\n";
        let reading = layout::read(words, "notes.txt", &given);
        let found = reading.call.metadata;
        assert_eq!(found.period, period::Period::parse("Q2 2025"));
        assert_eq!(found.ticker.as_deref(), Some("NIMB"));
        assert_eq!(found.date.unwrap().to_string(), "2025-10-30");
        assert_eq!(
            reading.problems[0].message,
            "the text says Q2 2025 and the file beside it Q3 2025; the text is believed"
        );
        assert!(Told::beside("period = \"soon\"").is_err());
        assert!(Told::beside("compny = \"x\"").is_err());
    }
}
