//! What a call is: its title, company, ticker, period and date.
//!
//! In: the lines before anybody speaks, the first words spoken, what stands beside the file, and its name. Out: the
//! [`Metadata`] that they state together. The content is believed before the name of the file, and what
//! neither says stays unknown. This file knows nothing of turns.

use super::file_name::file_metadata;
use super::front::front_matter;
use super::period::Period;
use super::spoken::spoken;
use super::{Metadata, Problem};

/// What the layout found, the lines and the words that may say more, and what stands beside them.
pub(super) struct Sources<'a> {
    /// What the layout itself found; it goes before everything else.
    pub(super) stated: Metadata,
    /// The lines before anybody speaks.
    pub(super) front: &'a [&'a str],
    /// From the first words on.
    pub(super) speech: &'a str,
    /// What a file beside the source says.
    pub(super) beside: Option<&'a Metadata>,
    /// The source's own name.
    pub(super) file_name: &'a str,
}

/// Gathers what the content, a file beside it and the file's name say, in this order. Facts on
/// which they disagree are named as problems.
pub(super) fn gather(sources: Sources<'_>) -> (Metadata, Vec<Problem>) {
    let named = file_metadata(sources.file_name);
    let mut content = sources
        .stated
        .or(front_matter(sources.front))
        .or(spoken(sources.speech, named.period));
    // A quarter that ended long before is one that something is compared with.
    content.calendar = content.calendar.filter(|calendar| {
        let years = |period: Period| i32::from(period.year());
        content
            .period
            .is_none_or(|period| (years(period) - years(*calendar)).abs() <= 1)
    });
    let beside = sources.beside.cloned().unwrap_or_default();
    let known = content.clone().or(beside.clone());
    let mut problems = disagreements(
        ("the text", &content),
        ("the file beside it", &beside),
        false,
    );
    let believed = if content.period.is_some() {
        "the text"
    } else {
        "the file beside it"
    };
    // A file may be named by the quarter of the calendar where the company counts otherwise.
    if named.period.is_none() || named.period != known.calendar {
        let by_name = ("the file's name", &named);
        problems.extend(disagreements((believed, &known), by_name, true));
    }
    (known.or(named), problems)
}

/// Facts that two sources state differently; the first is believed. A name of a file is no
/// authority on days, since it may hold the day it was saved.
fn disagreements(
    (first, believed): (&str, &Metadata),
    (second, other): (&str, &Metadata),
    only_period: bool,
) -> Vec<Problem> {
    let shown = |metadata: &Metadata| {
        [
            metadata.period.map(|period| period.to_string()),
            metadata.date.map(|date| date.to_string()),
            metadata.ticker.clone(),
        ]
    };
    let pairs = shown(believed).into_iter().zip(shown(other));
    pairs
        .take(if only_period { 1 } else { 3 })
        .filter_map(|pair| match pair {
            (Some(said), Some(also)) if said != also => Some(Problem {
                line: 1,
                message: format!("{first} says {said} and {second} {also}; {first} is believed"),
            }),
            _ => None,
        })
        .collect()
}

/// The period that a title names.
pub(super) fn period_in(title: &str) -> Option<Period> {
    Period::find_in(title).map(|(period, _)| period)
}

#[cfg(test)]
mod tests {
    use super::super::front::testing::short;
    use super::*;

    fn gathered(front: &[&str], speech: &str, file_name: &str) -> (Metadata, Vec<Problem>) {
        let stated = Metadata::default();
        gather(Sources {
            stated,
            front,
            speech,
            beside: None,
            file_name,
        })
    }

    #[test]
    fn the_content_is_believed_before_the_file_name_and_the_difference_is_said() {
        let front = ["Nimbus Anvil Q1 2023 Earnings Call"];
        let (found, problems) = gathered(&front, "", "NIMB_2024_Q1.txt");
        assert_eq!(short(&found), "Nimbus Anvil | NIMB | Q1 2023 | -");
        let messages: Vec<_> = problems
            .iter()
            .map(|problem| problem.message.as_str())
            .collect();
        assert_eq!(
            messages,
            ["the text says Q1 2023 and the file's name Q1 2024; the text is believed"]
        );
    }

    #[test]
    fn nothing_is_guessed() {
        let (found, problems) = gathered(&["Some notes"], "We met.", "notes.txt");
        assert_eq!((found, problems), (Metadata::default(), Vec::new()));
    }
}
