//! What was understood of a question, and what it names that is not there, in words.

use super::escape::visible;
use crate::question::{Missing, Question};
use crate::transcript::{Kind, Period, Section};

/// The filters in force, those that the user set and those that the question names.
pub(super) fn filters(question: &Question) -> String {
    let (filter, understood) = (&question.filter, &question.understood);
    let listed = |names: &[String]| (!names.is_empty()).then(|| names.join(" and "));
    let role = |role: Kind| format!("{role:?}").to_lowercase();
    let section = |section: Section| section_name(section).to_owned();
    let named = [
        (
            "company",
            filter
                .company
                .clone()
                .or_else(|| listed(&understood.companies)),
        ),
        (
            "for",
            listed(&understood.misspelt).map(|typed| format!("“{typed}”")),
        ),
        ("ticker", filter.ticker.clone()),
        (
            "period",
            filter
                .period
                .map(|period| period.to_string())
                .or(understood.period.clone()),
        ),
        ("from", filter.date_from.map(|date| date.to_string())),
        ("to", filter.date_to.map(|date| date.to_string())),
        (
            "speaker",
            filter.speaker.clone().or(understood.speaker.clone()),
        ),
        (
            "for",
            (understood.misspelt_speaker.as_ref()).map(|typed| format!("“{typed}”")),
        ),
        ("role", filter.role.or(understood.role).map(role)),
        (
            "section",
            filter.section.or(understood.section).map(section),
        ),
        ("call", filter.call.clone().or(understood.call.clone())),
    ];
    let named = named
        .iter()
        .filter_map(|(name, value)| Some(format!("{name} {}", value.as_ref()?)));
    visible(&named.collect::<Vec<_>>().join(", "))
}

/// Each thing that the question names and the library lacks, as a sentence without its capital and stop.
pub(super) fn missing(question: &Question) -> Vec<String> {
    let sentence = |missing: &Missing| match missing {
        Missing::Company { asked, held } => format!("no call of {asked}{}", calls_of(held)),
        Missing::Name(name) => format!("no call of {name}, and nobody of that name speaks"),
        Missing::Mentioned(name) => {
            format!("no call of {name}, and nobody of that name speaks; others mention it")
        }
        Missing::Elsewhere(name) => {
            format!("no word of {name} in the calls asked about; other calls have some")
        }
        Missing::Period {
            asked,
            company,
            held,
        } => {
            let of = company.as_ref().map(|company| format!(" of {company}"));
            let of = of.unwrap_or_default();
            // However a company counts its quarters, the calendar has its own.
            match asked.strip_prefix("calendar ") {
                Some(asked) => format!(
                    "no call on the calendar’s {asked}{of}{}",
                    there_are(held).replacen("; there", "; by its own count there", 1)
                ),
                None if is_open(asked) => format!("no call {asked}{of}{}", there_are(held)),
                None => format!("no {asked}{of}{}", there_are(held)),
            }
        }
    };
    let sentences = question.understood.missing.iter();
    sentences
        .map(|missing| visible(&sentence(missing)))
        .collect()
}

/// Whether a time in words is one without a beginning or an end.
fn is_open(asked: &str) -> bool {
    ["after ", "before ", "since ", "until "]
        .iter()
        .any(|word| asked.starts_with(word))
}

fn calls_of(held: &[String]) -> String {
    /// More than these are counted.
    const MOST: usize = 6;
    match held {
        [] => String::new(),
        [only] => format!("; there are calls of {only}"),
        held if held.len() > MOST => format!("; there are calls of {} companies", held.len()),
        held => format!("; there are calls of {}", held.join(", ")),
    }
}

fn there_are(held: &[Period]) -> String {
    /// More than these are said by the first and the last.
    const MOST: usize = 6;
    match held {
        [] => String::new(),
        [only] => format!("; there is {only}"),
        [first, .., last] if held.len() > MOST => {
            format!("; there are {} periods, {first} to {last}", held.len())
        }
        held => {
            let held: Vec<String> = held.iter().map(Period::to_string).collect();
            format!("; there are {}", held.join(", "))
        }
    }
}

pub(super) fn section_name(section: Section) -> &'static str {
    match section {
        Section::Prepared => "prepared remarks",
        Section::Questions => "questions and answers",
        Section::Other => "",
    }
}
