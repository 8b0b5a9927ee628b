//! What a question names, against what the library holds: calls to search, words to leave out of the
//! search, and what is named but not there.
//!
//! In: a question, the filters that the user set, a [`Catalogue`], and a [`Record`] to look words and
//! people up in. Out: [`Understood`]. What the user set by a filter is not understood again.

use super::catalogue::Catalogue;
use super::chosen::{choose, last_month, periods};
use super::company::{self, Absent, AbsentKind, Held};
use super::dated::Dated;
use super::people;
use super::section::section;
use super::text::{Word, is_everybody, words};
use super::understood::{Missing, Part, Understood};
use super::when::{self, Said};
use crate::error::Result;
use crate::index::Index;
use crate::library::{Filter, Person, Scope};
use crate::transcript::Kind;
use crate::units::CallRow;
use std::collections::HashSet;
use std::ops::Range;
use std::rc::Rc;

/// What understanding asks of a library.
pub trait Record {
    /// Whether any passage, of these calls or of any, holds these words, one after the other.
    ///
    /// # Errors
    /// Those of the library.
    fn mentions(&self, phrase: &str, calls: Option<&[CallRow]>) -> Result<bool>;

    /// Who speaks in these calls, or in any.
    ///
    /// # Errors
    /// Those of the library.
    fn people(&self, calls: Option<&[CallRow]>) -> Result<Rc<[Person]>>;
}

impl Record for Index<'_> {
    fn mentions(&self, phrase: &str, calls: Option<&[CallRow]>) -> Result<bool> {
        let scope = Scope {
            calls: calls.map(<[CallRow]>::to_vec),
            ..Scope::default()
        };
        Self::mentions(self, phrase, &scope)
    }

    fn people(&self, calls: Option<&[CallRow]>) -> Result<Rc<[Person]>> {
        match calls {
            Some(calls) => Ok(self.library().people(Some(calls))?.into()),
            None => self.everybody(),
        }
    }
}

/// Understands a question within a scope.
///
/// # Errors
/// Those of the record.
pub(super) fn understand(
    text: &str,
    filter: &Filter,
    scope: &Scope,
    known: &Catalogue,
    record: &dyn Record,
) -> Result<Understood> {
    let words = words(text);
    let mentioned = |phrase: &str, calls: Option<&[CallRow]>| record.mentions(phrase, calls);
    let mut understood = Understood::default();
    // What a flag has settled is still left out of the words to look for.
    let mut held = company::held(&words, known, &mentioned)?;
    // A broker may be a company that is there: `what did Lark's analyst ask`.
    if let Some((firm, place)) = people::analysts(&words).and_then(|analysts| analysts.firm)
        && !people::of_firm(&firm, &record.people(None)?).is_empty()
    {
        held.retain(|held| !meets(&held.place, &place));
    }
    let named: Vec<Range<usize>> = held.iter().map(|held| held.place.clone()).collect();
    let said = when::find(text, &named);
    places(&mut understood, &held, said.as_ref());
    let whose_is_set = [&filter.call, &filter.company, &filter.ticker]
        .iter()
        .any(|set| set.is_some());
    let named_call = by_file(&words, scope, known).filter(|_| !whose_is_set);
    let whose_is_set = whose_is_set || named_call.is_some();
    let when_is_set = named_call.is_some()
        || filter.call.is_some()
        || filter.period.is_some()
        || filter.date_from.or(filter.date_to).is_some();
    let held = if whose_is_set { Vec::new() } else { held };
    let said = said.filter(|_| !when_is_set);
    names(&mut understood, known, &held);
    narrow(&mut understood, text, (scope, known), (&held, said));
    if let Some((part, place)) = named_call {
        understood.call = Some(part.label.clone());
        understood.parts = vec![part];
        understood.places.push(place);
    }
    let unknown = speak(&mut understood, &words, (filter, scope), record)?;
    if !whose_is_set {
        let alone = held.is_empty();
        let taken = (understood.places.as_slice(), named.as_slice());
        // Somebody who speaks is no company, and who is asked for by name is missed by name.
        for absent in company::absent(&words, taken, known, &mentioned)? {
            // The same somebody once more; beside a company that is there, only one that is asked about as it is.
            let told = understood.speaker.as_ref() == Some(&absent.name);
            let is_mentioned = absent.kind == AbsentKind::Mentioned;
            if told || !(alone || absent.is_listed || is_mentioned) {
                continue;
            }
            // Somebody who asks, say, is no company either.
            let is_company = absent.kind == AbsentKind::Company && !absent.is_certain;
            if is_company && people::is_anybody(&absent.name, &record.people(None)?) {
                continue;
            }
            let is_somebody = unknown
                .as_ref()
                .is_some_and(|unknown| !absent.is_certain && meets(unknown, &absent.place));
            let kind = match absent.kind {
                AbsentKind::Company if is_somebody => AbsentKind::Somebody,
                kind => kind,
            };
            understood.lack(Absent { kind, ..absent }, known);
        }
        let is_gone = |missing: &Missing| !matches!(missing, Missing::Mentioned(_));
        understood.is_absent |= alone && understood.missing.iter().any(is_gone);
    }
    Ok(understood)
}

/// Whether two places of a text share a byte.
fn meets(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// The calls whose files are so named, and the word that names them.
fn by_file(words: &[Word<'_>], scope: &Scope, known: &Catalogue) -> Option<(Part, Range<usize>)> {
    let in_scope = |row: &CallRow| scope.calls.as_ref().is_none_or(|calls| calls.contains(row));
    words.iter().find_map(|word| {
        let named = known.of_file(&word.norm).into_iter();
        let calls: Vec<CallRow> = named.filter(in_scope).collect();
        let label = word.text.to_owned();
        (!calls.is_empty()).then(|| (Part { label, calls }, word.place.clone()))
    })
}

fn places(understood: &mut Understood, held: &[Held], said: Option<&Said>) {
    let named = held.iter().map(|held| held.place.clone());
    understood.times = said.map_or_else(Vec::new, |said| said.places.clone());
    let timed = understood.times.iter().cloned();
    understood.places.extend(named.chain(timed));
}

fn names(understood: &mut Understood, known: &Catalogue, held: &[Held]) {
    for held in held {
        let company = known.companies.get(held.company);
        let name = company.map(|company| company.name.clone());
        understood.companies.extend(name);
        understood.misspelt.extend(held.misspelt.clone());
    }
}

/// Leaves the calls of the named companies at the named time, in parts where several are asked about.
fn narrow(
    understood: &mut Understood,
    text: &str,
    (scope, known): (&Scope, &Catalogue),
    (held, said): (&[Held], Option<Said>),
) {
    let groups = groups(scope, known, held);
    let of_groups = groups.iter().flat_map(|(_, calls)| calls);
    let is_dated = of_groups.clone().any(|call| call.months().is_some());
    let Some(mut said) = said.filter(|_| is_dated) else {
        // Where no call says when it was, no time can tell them apart.
        if !held.is_empty() {
            let parts = groups.into_iter();
            let part = |(label, calls): Group<'_>| part(label.unwrap_or_default(), &calls);
            understood.parts = parts.map(part).collect();
        }
        return;
    };
    said.heard = last_month(&of_groups.copied().collect::<Vec<_>>());
    let several = groups.len() > 1;
    let mut is_ahead = true;
    let mut ahead: Option<Vec<String>> = None;
    for (company, calls) in groups {
        let chosen = choose(&said, text, &calls, company.is_none());
        let missing = |asked: String| Missing::Period {
            asked,
            company: company.clone(),
            held: periods(&calls),
        };
        is_ahead &= chosen.is_ahead;
        let is_ahead_here = |label: &String| chosen.ahead.contains(label);
        match &mut ahead {
            Some(ahead) => ahead.retain(is_ahead_here),
            None => ahead = Some(chosen.ahead.clone()),
        }
        let lacking = chosen.missing.into_iter().map(missing);
        understood.missing.extend(lacking);
        if !several && chosen.parts.len() > 1 {
            let parts = chosen.parts.iter();
            let parts = parts.map(|(label, calls)| part(label.clone(), calls));
            understood.parts.extend(parts);
        } else if !chosen.calls.is_empty() {
            let label = company.clone().unwrap_or_default();
            understood.parts.push(part(label, &chosen.calls));
        }
        understood.period = match (understood.period.take(), chosen.label) {
            (Some(other), Some(label)) if other != label => Some(format!("{other}, {label}")),
            (other, label) => label.or(other),
        };
    }
    understood.is_absent = understood.parts.is_empty() && understood.period.is_some();
    if is_ahead || understood.period.is_none() {
        understood.spoken_of = said.as_spoken(understood.period.as_deref());
    } else {
        understood.spoken_of = said.as_spoken_of(&ahead.unwrap_or_default());
    }
    if understood.period.is_none() {
        // A time that was let go leaves its words in the question.
        let of_time = |place: &Range<usize>| said.places.contains(place);
        understood.places.retain(|place| !of_time(place));
        understood.times.clear();
    }
}

/// The calls of each company named, or of all.
type Group<'a> = (Option<String>, Vec<&'a Dated>);

fn groups<'a>(scope: &Scope, known: &'a Catalogue, held: &[Held]) -> Vec<Group<'a>> {
    let rows: Option<HashSet<CallRow>> = scope
        .calls
        .as_ref()
        .map(|calls| calls.iter().copied().collect());
    let in_scope = |call: &&Dated| rows.as_ref().is_none_or(|rows| rows.contains(&call.row));
    let all: Vec<&Dated> = known.calls.iter().filter(in_scope).collect();
    if held.is_empty() {
        return vec![(None, all)];
    }
    let of = |held: &Held| {
        let company = known.companies.get(held.company);
        let own = all.iter().copied();
        let own = own.filter(|call| call.company == Some(held.company));
        (company.map(|company| company.name.clone()), own.collect())
    };
    held.iter().map(of).collect()
}

fn part(label: String, calls: &[&Dated]) -> Part {
    Part {
        label,
        calls: calls.iter().map(|call| call.row).collect(),
    }
}

/// Who speaks, and in what part of the call; gives the place of a name that is said to speak and is nobody's.
fn speak(
    understood: &mut Understood,
    words: &[Word<'_>],
    (filter, scope): (&Filter, &Scope),
    record: &dyn Record,
) -> Result<Option<Range<usize>>> {
    if filter.section.is_none()
        && let Some((section, place)) = section(words)
    {
        understood.section = Some(section);
        understood.places.push(place);
    }
    if filter.role.is_some() || filter.speaker.is_some() {
        return Ok(None);
    }
    if let Some((name, place)) = people::addressed(words)
        && people::is_anybody(&name, &record.people(understood.calls(scope).as_deref())?)
    {
        understood.places.push(place);
    }
    if let Some(analysts) = people::analysts(words) {
        ask(understood, analysts, scope, record)?;
        return Ok(None);
    }
    let taken = |word: &&Word<'_>| !understood.places.iter().any(|own| meets(own, &word.place));
    let free: Vec<Word<'_>> = words.iter().filter(taken).cloned().collect();
    let may_be_mentioned = people::may_mention(words);
    if !(people::may_name_somebody(&free) || may_be_mentioned) || understood.is_absent {
        return Ok(None);
    }
    let calls = understood.calls(scope);
    let people = record.people(calls.as_deref())?;
    let mentioned = || people::mentioned(words, &people).filter(|_| may_be_mentioned);
    let Some(speaker) = people::speaker(&free, &people) else {
        if let Some(named) = mentioned() {
            mention(understood, words, named);
        }
        return Ok(None);
    };
    if !speaker.names.is_empty() {
        // `What did Ada Finch ask, and how did Tomas Reed reply?`: the answer stands beside the question.
        let is_free = |word: &&Word<'_>| !meets(&word.place, &speaker.place);
        let others: Vec<Word<'_>> = free.iter().filter(is_free).cloned().collect();
        let other = people::mentioned(&others, &people);
        understood.places.extend(other.map(|other| other.place));
        understood.speaker = Some(speaker.label);
        understood.misspelt_speaker = speaker.misspelt;
        understood.speakers = Some(speaker.names);
        understood.places.push(speaker.place);
        return Ok(None);
    }
    let is_same = |named: &people::Named| named.leads || meets(&named.place, &speaker.place);
    if let Some(named) = mentioned().filter(is_same) {
        mention(understood, words, named);
        return Ok(None);
    }
    if calls.is_some()
        && let Some(name) = whole_name(&speaker)
        && people::is_anybody(&name, &record.people(None)?)
    {
        understood.places.push(speaker.place);
        understood.missing.push(Missing::Elsewhere(name));
        understood.is_absent = true;
        return Ok(None);
    }
    unknown(understood, &free, speaker, (scope, record))
}

/// Analysts whose own words are wanted.
fn ask(
    understood: &mut Understood,
    analysts: people::Analysts,
    scope: &Scope,
    record: &dyn Record,
) -> Result<()> {
    understood.role = Some(Kind::Analyst);
    understood.places.push(analysts.place);
    if let Some((firm, place)) = analysts.firm {
        understood.places.push(place);
        if !of_firm(understood, &firm, scope, record)? {
            understood.missing.push(Missing::Name(firm));
            understood.is_absent = true;
        }
    }
    Ok(())
}

/// A name that nobody who speaks has: a firm's, or nobody's; gives its place where it is said to speak and is nobody's.
fn unknown(
    understood: &mut Understood,
    free: &[Word<'_>],
    speaker: people::Speaker,
    (scope, record): (&Scope, &dyn Record),
) -> Result<Option<Range<usize>>> {
    let is_meant = speaker.is_certain && is_name(&speaker.label);
    // What a firm publishes is told by others.
    let before = free
        .iter()
        .rev()
        .find(|word| word.place.end <= speaker.place.start);
    let is_source = before.is_some_and(|word| word.norm == "to");
    if is_meant && !is_source && of_firm(understood, &speaker.label, scope, record)? {
        understood.role = Some(Kind::Analyst);
        understood.places.push(speaker.place);
    } else if is_meant
        && !(is_source && is_acronym(&speaker.label))
        && is_unheard_of(&speaker.label, record)?
    {
        understood.places.push(speaker.place);
        understood.missing.push(Missing::Name(speaker.label));
        understood.is_absent = true;
    } else if is_meant {
        return Ok(Some(speaker.place));
    }
    Ok(None)
}

/// Takes note of somebody who is named and not said to speak.
fn mention(understood: &mut Understood, words: &[Word<'_>], named: people::Named) {
    if named.leads {
        understood.speaker = named.names.first().cloned();
        understood.speakers = Some(named.names);
        understood.places.push(named.place);
    } else {
        let own = words.iter().filter(|word| meets(&word.place, &named.place));
        understood.spoken_by = own.map(|word| word.norm.clone()).collect();
    }
}

/// A first and last name, without what stands before them; or a lone one of somebody who is asked to have spoken.
fn whole_name(speaker: &people::Speaker) -> Option<String> {
    let words = words(&speaker.label);
    let Some(last) = words.len().checked_sub(2) else {
        let is_meant = speaker.is_certain && is_name(&speaker.label);
        return is_meant.then(|| speaker.label.clone());
    };
    let name: Vec<&str> = words.get(last..)?.iter().map(|word| word.text).collect();
    Some(name.join(" "))
}

/// Only analysts of a firm; whether any are of it.
fn of_firm(
    understood: &mut Understood,
    firm: &str,
    scope: &Scope,
    record: &dyn Record,
) -> Result<bool> {
    let calls = understood.calls(scope);
    let names = people::of_firm(firm, &record.people(calls.as_deref())?);
    let is_any = !names.is_empty();
    if is_any {
        understood.speaker = Some(firm.to_owned());
        understood.speakers = Some(names);
    }
    Ok(is_any)
}

/// Whether no passage holds any word of a name.
fn is_unheard_of(name: &str, record: &dyn Record) -> Result<bool> {
    for word in words(name) {
        if record.mentions(word.text, None)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether a phrase is one word in capitals.
fn is_acronym(phrase: &str) -> bool {
    matches!(words(phrase).as_slice(), [word] if word.is_acronym())
}

/// Whether a phrase is nothing but capitalised words of more than an initial.
fn is_name(phrase: &str) -> bool {
    let words = words(phrase);
    let is_long = |word: &Word<'_>| word.norm.chars().count() > 2;
    words.iter().all(Word::is_capital)
        && words.iter().any(is_long)
        && !words.iter().any(is_everybody)
}
