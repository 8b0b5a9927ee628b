//! Everybody on a call, and what is known of each.
//!
//! In: people as rosters and labels name them, in the order of the text. Out: each person once, and
//! for any label what the rest of the document says about that person. This file knows nothing of
//! layouts.

use super::names::{is_name, is_unknown, key, last_word, may_be_same};
use super::people::{Order, by_semicolons, from_label};
use super::words::{Words, plain};
use super::{Kind, Participant};
use foldhash::HashMap;

/// Headings over lists of people, in lower case, by what the people below do.
#[rustfmt::skip]
static EXECUTIVES: Words<4> = Words::of([
    "company participants", "corporate participants", "executives", "management",
]);
static ANALYSTS: Words<2> = Words::of(["conference call participants", "analysts"]);
#[rustfmt::skip]
static OTHERS: Words<6> = Words::of([
    "other participants", "participants", "call participants", "attendees", "speakers",
    "teilnehmer",
]);

/// The longest line that is looked at as a heading.
const LONGEST_HEADING: usize = 60;

/// What the people listed under a heading do, if the line is one.
pub(super) fn heading(line: &str) -> Option<Kind> {
    if line.len() > LONGEST_HEADING {
        return None;
    }
    let line = plain(line);
    let bare =
        line.trim_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '：' | '*' | '#'));
    if EXECUTIVES.has(bare) {
        Some(Kind::Executive)
    } else if ANALYSTS.has(bare) {
        Some(Kind::Analyst)
    } else {
        OTHERS.has(bare).then_some(Kind::Other)
    }
}

/// Among more people of one last name, no variant of a name is certain.
const MOST_RELATIVES: usize = 20;

/// The person that a line of a list names, as `Ada Quill - Chief Executive Officer`.
pub(super) fn entry(line: &str, kind: Kind) -> Option<Participant> {
    let line = line.trim_start_matches(['-', '•', '*', '·', ' ']);
    let mut who = by_semicolons(line, Order::AsTold).unwrap_or_else(|| from_label(line));
    if kind != Kind::Other {
        who.kind = kind;
    }
    is_name(&who.name).then_some(who)
}

/// The people met so far.
#[derive(Debug, Default)]
pub(super) struct Roster {
    people: Vec<Participant>,
    by_key: HashMap<String, usize>,
    /// Keys under their last word, so that a variant is looked for among few.
    by_last_word: HashMap<String, Vec<String>>,
}

impl Roster {
    /// Adds somebody, or completes what is known of somebody met before.
    ///
    /// A name of `unknown speaker` is nobody: two of them need not be one person.
    pub(super) fn meet(&mut self, who: &Participant) {
        if is_unknown(&who.name) {
            return;
        }
        let key = key(&who.name);
        let known = self
            .position(&key)
            .and_then(|index| self.people.get_mut(index));
        match known {
            Some(person) if agrees(person, who) => complete(person, who),
            // Somebody else of the same name: what is known of one is not the other's.
            _ if self.by_key.contains_key(&key) => {}
            _ => {
                self.by_key.insert(key.clone(), self.people.len());
                self.by_last_word
                    .entry(last_word(&key).to_owned())
                    .or_default()
                    .push(key);
                self.people.push(who.clone());
            }
        }
    }

    /// `who` with the gaps filled from what is known of that person. The name stays as written.
    pub(super) fn completed(&self, who: &Participant) -> Participant {
        let mut filled = who.clone();
        if !is_unknown(&who.name) {
            let known = self
                .position(&key(&who.name))
                .and_then(|index| self.people.get(index));
            if let Some(person) = known.filter(|person| agrees(person, who)) {
                complete(&mut filled, person);
            }
        }
        filled
    }

    /// Everybody, in the order they were met.
    pub(super) fn into_people(self) -> Vec<Participant> {
        self.people
    }

    /// The person under exactly this key, or the only one whose name can be a variant of it.
    fn position(&self, key: &str) -> Option<usize> {
        let exact = self.by_key.get(key).copied();
        exact.or_else(|| {
            let relatives = self.by_last_word.get(last_word(key))?;
            if relatives.len() > MOST_RELATIVES {
                return None;
            }
            let mut same = relatives.iter().filter(|other| may_be_same(key, other));
            let only = same.next().filter(|_| same.next().is_none())?;
            self.by_key.get(only).copied()
        })
    }
}

/// Whether nothing known of two people speaks against their being one.
fn agrees(a: &Participant, b: &Participant) -> bool {
    let no_conflict = |a: &Option<String>, b: &Option<String>| match (a, b) {
        (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
        _ => true,
    };
    let kinds = a.kind == b.kind || a.kind == Kind::Other || b.kind == Kind::Other;
    kinds && no_conflict(&a.affiliation, &b.affiliation)
}

fn complete(person: &mut Participant, other: &Participant) {
    if person.role.is_none() {
        person.role.clone_from(&other.role);
    }
    if person.affiliation.is_none() {
        person.affiliation.clone_from(&other.affiliation);
    }
    if person.kind == Kind::Other {
        person.kind = other.kind;
    }
}

#[cfg(test)]
mod tests {
    use super::super::people::{named, with_title};
    use super::*;

    #[test]
    fn two_people_of_one_name_are_not_mixed() {
        let mut roster = Roster::default();
        roster.meet(&with_title("Ada Quill", None, Some("Vale Bank")));
        roster.meet(&with_title(
            "Ada Quill",
            Some("Analyst"),
            Some("Tern Securities"),
        ));
        let people = roster.into_people();
        assert_eq!(people.len(), 1);
        assert_eq!(people[0].affiliation.as_deref(), Some("Vale Bank"));
        assert_eq!(people[0].role, None);
    }

    fn roster(people: &[Participant]) -> Roster {
        let mut roster = Roster::default();
        for who in people {
            roster.meet(who);
        }
        roster
    }

    #[test]
    fn a_variant_of_the_name_gets_the_role_and_keeps_its_name() {
        let roster = roster(&[with_title(
            "Thomas W. Crane",
            Some("Chairman"),
            Some("Nimbus Anvil"),
        )]);
        for name in ["Tom Crane", "Thomas Crane", "Mr. Crane", "THOMAS W. CRANE"] {
            let found = roster.completed(&named(name));
            assert_eq!(
                (found.name.as_str(), found.role.as_deref()),
                (name, Some("Chairman"))
            );
            assert_eq!(found.kind, Kind::Executive);
        }
    }

    #[test]
    fn two_people_who_could_be_meant_give_nobody_a_role() {
        let roster = roster(&[
            with_title("Thomas Crane", Some("Chairman"), None),
            with_title("Bea Crane", Some("Treasurer"), None),
        ]);
        assert_eq!(roster.completed(&named("Mr. Crane")).role, None);
        assert_eq!(
            roster.completed(&named("Tom Crane")).role.as_deref(),
            Some("Chairman")
        );
    }

    #[test]
    fn each_person_is_listed_once() {
        let roster = roster(&[
            with_title("Dan Vale", Some("Analyst"), None),
            with_title("Daniel Vale", Some("Analyst"), None),
            named("Unknown speaker"),
            with_title("Daniel Vale", Some("Treasurer"), Some("Anvil")),
        ]);
        let people = roster.into_people();
        assert_eq!(people.len(), 2, "{people:?}");
    }

    #[test]
    fn unknown_speakers_are_not_one_person() {
        let roster = roster(&[with_title(
            "Unknown speaker",
            Some("Analyst"),
            Some("Anvil Bank"),
        )]);
        assert_eq!(roster.completed(&named("Unknown speaker")).role, None);
    }
}
