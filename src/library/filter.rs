//! Which calls and whose words are searched.

use super::Library;
use super::Person;
use super::calls::CallSummary;
use crate::error::Result;
use crate::transcript::{Date, Kind, Period, Section, Turn};
use crate::units::CallRow;

/// What to keep; an empty filter keeps everything. Names match without regard to case, by words:
/// `jassy` finds `Andrew R. Jassy`, `crown castle` finds `Crown Castle Inc.`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Words of the company's name, or its ticker.
    pub company: Option<String>,
    /// The ticker.
    pub ticker: Option<String>,
    /// The period; a year keeps all its quarters.
    pub period: Option<Period>,
    /// First day.
    pub date_from: Option<Date>,
    /// Last day.
    pub date_to: Option<Date>,
    /// Words of the speaker's name, or of the firm that somebody speaks for.
    pub speaker: Option<String>,
    /// What the speaker does on the call.
    pub role: Option<Kind>,
    /// The part of the call.
    pub section: Option<Section>,
    /// A single call by its id, or the calls of a source by its file's name.
    pub call: Option<String>,
}

/// A filter resolved against a library: the calls it leaves, and the conditions on turns.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The calls, or `None` for all.
    pub calls: Option<Vec<CallRow>>,
    /// The speakers' names as stored, or `None` for anybody.
    pub speakers: Option<Vec<String>>,
    /// What the speaker does.
    pub role: Option<Kind>,
    /// The part of the call.
    pub section: Option<Section>,
}

impl Scope {
    /// Whether everything in the library is searched.
    pub fn is_whole(&self) -> bool {
        self.calls.is_none()
            && self.speakers.is_none()
            && self.role.is_none()
            && self.section.is_none()
    }

    /// Whether only some speakers or a part of each call are searched.
    pub fn narrows(&self) -> bool {
        self.speakers.is_some() || self.role.is_some() || self.section.is_some()
    }

    /// Whether a turn may be quoted.
    pub fn allows(&self, turn: &Turn) -> bool {
        self.allows_turn(turn.speaker.as_deref(), turn.kind, turn.section)
    }

    /// Whether a turn of that speaker may be quoted.
    pub fn allows_turn(&self, speaker: Option<&str>, kind: Kind, section: Section) -> bool {
        let spoken = |names: &Vec<String>| {
            speaker.is_some_and(|speaker| names.iter().any(|name| name == speaker))
        };
        self.speakers.as_ref().is_none_or(spoken)
            && self.role.is_none_or(|role| role == kind)
            && self.section.is_none_or(|wanted| wanted == section)
    }
}

impl Filter {
    /// Those of the calls that pass as a whole; speaker, role and section are left to their turns.
    fn kept(&self, mut calls: Vec<CallSummary>) -> Vec<CallSummary> {
        // A ticker names one company, though the names of others may begin like it.
        let company = self.company.as_deref();
        let is_ticker = calls
            .iter()
            .any(|call| company.is_some_and(|wanted| has_ticker(call, wanted)));
        calls.retain(|call| self.keeps(call, is_ticker));
        calls
    }

    fn keeps(&self, call: &CallSummary, company_is_ticker: bool) -> bool {
        let meta = &call.metadata;
        let ticker = |wanted: &str| has_ticker(call, wanted);
        let company = |wanted: &str| {
            let named = meta.company.as_deref().or(meta.title.as_deref());
            if company_is_ticker {
                ticker(wanted)
            } else {
                named.is_some_and(|name| has_words(name, wanted))
            }
        };
        self.company.as_deref().is_none_or(company)
            && self.ticker.as_deref().is_none_or(ticker)
            && self
                .period
                .is_none_or(|wanted| meta.period.is_some_and(|p| wanted.covers(p)))
            && self
                .date_from
                .is_none_or(|from| meta.date.is_some_and(|date| date >= from))
            && self
                .date_to
                .is_none_or(|to| meta.date.is_some_and(|date| date <= to))
    }
}

impl Library {
    /// Resolves a filter.
    ///
    /// # Errors
    /// [`crate::error::Error::UnknownCall`] or [`crate::error::Error::AmbiguousCall`] for a `call`
    /// that is neither one call of this library nor one file's.
    pub fn scope(&self, filter: &Filter) -> Result<Scope> {
        let meant = filter
            .call
            .as_deref()
            .map(|name| self.find_calls(name))
            .transpose()?;
        let by_call = Filter {
            speaker: None,
            role: None,
            section: None,
            ..filter.clone()
        };
        let mut calls = if by_call == Filter::default() {
            None
        } else {
            let calls = filter.kept(self.calls()?).into_iter().map(|call| call.row);
            let is_meant = |row: &CallRow| {
                let mut meant = meant.iter().flatten();
                filter.call.is_none() || meant.any(|call| call.row == *row)
            };
            Some(calls.filter(is_meant).collect())
        };
        let speakers = match filter.speaker.as_deref() {
            None => None,
            Some(wanted) => {
                let mut names = self.speakers()?;
                names.retain(|name| has_words(name, wanted));
                if names.is_empty() {
                    names = self.of_firm(wanted)?;
                }
                // Nobody of that name speaks anywhere: no call is searched.
                if names.is_empty() {
                    calls = Some(Vec::new());
                }
                Some(names)
            }
        };
        Ok(Scope {
            calls,
            speakers,
            role: filter.role,
            section: filter.section,
        })
    }
}

impl Library {
    /// The name that is most like the company, ticker or speaker of a filter, where nothing is called so.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn meant(&self, filter: &Filter) -> Result<Option<String>> {
        /// Less is another name.
        const LEAST: f64 = 0.85;
        let calls = self.calls()?;
        let tickers = calls.iter().filter_map(|call| call.metadata.ticker.clone());
        let companies = calls
            .iter()
            .filter_map(|call| call.metadata.company.clone());
        let (wanted, names): (&str, Vec<String>) = match filter {
            Filter {
                ticker: Some(ticker),
                ..
            } => (ticker, tickers.collect()),
            Filter {
                company: Some(company),
                ..
            } => (company, companies.chain(tickers).collect()),
            Filter {
                speaker: Some(speaker),
                ..
            } => (speaker, self.speakers()?),
            _ => return Ok(None),
        };
        if names.iter().any(|name| has_words(name, wanted)) {
            return Ok(None);
        }
        // A part of the name is enough.
        let likeness = |name: &String| {
            let parts = name.split_whitespace().map(|part| alike(part, wanted));
            parts.fold(alike(name, wanted), f64::max)
        };
        let best = names.into_iter().map(|name| (likeness(&name), name));
        let best = best.max_by(|a, b| a.0.total_cmp(&b.0));
        Ok(best
            .filter(|(likeness, _)| *likeness >= LEAST)
            .map(|(_, name)| name))
    }

    /// Those who speak for a firm that is not the company's own.
    fn of_firm(&self, wanted: &str) -> Result<Vec<String>> {
        let is_of = |person: &Person| {
            let firm = person.affiliation.as_deref();
            person.kind != Kind::Executive && firm.is_some_and(|firm| has_words(firm, wanted))
        };
        let people = self.people(None)?.into_iter().filter(is_of);
        let mut names: Vec<String> = people.map(|person| person.name).collect();
        names.sort();
        names.dedup();
        Ok(names)
    }
}

/// How alike two names are in any case, from 0 to 1.
pub(super) fn alike(a: &str, b: &str) -> f64 {
    strsim::jaro_winkler(&a.to_lowercase(), &b.to_lowercase())
}

fn has_ticker(call: &CallSummary, wanted: &str) -> bool {
    let ticker = call.metadata.ticker.as_deref();
    ticker.is_some_and(|ticker| ticker.eq_ignore_ascii_case(wanted.trim()))
}

/// Whether every word of `wanted` is a word of `name`, or the start of one.
fn has_words(name: &str, wanted: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let words = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect()
    };
    let (name, wanted) = (words(name), words(wanted));
    !wanted.is_empty()
        && wanted
            .iter()
            .all(|w| name.iter().any(|n| n.starts_with(w.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_by_its_words_in_any_case() {
        assert!(has_words("Andrew R. Jassy", "jassy"));
        assert!(has_words("Crown Castle Inc.", "CROWN castle"));
        assert!(!has_words("Crown Castle Inc.", "castle rock"));
        assert!(!has_words("Crown Castle Inc.", " ,"));
    }

    #[test]
    fn the_operator_of_another_section_is_kept_out_by_each_condition() {
        let scope = Scope {
            role: Some(Kind::Analyst),
            ..Scope::default()
        };
        assert!(scope.allows_turn(None, Kind::Analyst, Section::Other));
        assert!(!scope.allows_turn(None, Kind::Executive, Section::Other));
        let scope = Scope {
            section: Some(Section::Questions),
            ..Scope::default()
        };
        assert!(!scope.allows_turn(None, Kind::Analyst, Section::Prepared));
    }
}
