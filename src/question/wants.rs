//! What kind of answer a question wants: a figure or not, of what was or of what is to come.
//!
//! In: words. Out: what they want, and for a sentence of a call, of which of the two it tells.

use super::terms::is_term;
use crate::index::{runs, words};

/// Of what the figures wanted are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tense {
    /// Of what was.
    Reported,
    /// Of what is expected.
    Expected,
    /// Of several things, of which some are expected.
    Either,
}

impl Tense {
    /// Of what a question's figures are.
    pub(super) fn of(question: &str) -> Self {
        /// Things between commas that make a list.
        const LIST: usize = 3;
        let listed = question
            .split(',')
            .filter(|part| super::terms::has_terms(part));
        match is_outlook(question) {
            false => Self::Reported,
            true if listed.count() >= LIST => Self::Either,
            true => Self::Expected,
        }
    }

    /// Whether a sentence's figures are such.
    pub fn suits(self, sentence: &str) -> bool {
        match self {
            Self::Reported => !is_outlook(sentence),
            Self::Expected => is_outlook(sentence),
            Self::Either => true,
        }
    }
}

/// Whether a text is about what is to come. What was `ahead of our expectations` was.
fn is_outlook(text: &str) -> bool {
    const COMES: [&str; 9] = [
        "aim",
        "anticipate",
        "anticipating",
        "expect",
        "expecting",
        "expects",
        "guide",
        "guiding",
        "project",
    ];
    #[rustfmt::skip]
    const TO_COME: [&str; 15] = [
        "anticipated", "estimate", "expectation", "expectations", "expected", "forecast", "forecasts", "goal",
        "guidance", "guided", "outlook", "planned", "projected", "projections", "target",
    ];
    #[rustfmt::skip]
    const COMPARED: [&str; 22] = [
        "above", "against", "ahead", "beat", "beating", "below", "compared", "consistent", "exceed", "exceeded",
        "exceeding", "exceeds", "favorable", "line", "outperformed", "relative", "surpassed", "surpassing", "than",
        "unfavorable", "versus", "vs",
    ];
    /// Words from what is compared to what it is compared with: `ahead of our previous guidance`.
    const NEAR: usize = 4;
    let words: Vec<&str> = runs(text).collect();
    let is_of = |list: &[&str], word: &str| list.iter().any(|own| own.eq_ignore_ascii_case(word));
    words.iter().enumerate().any(|(at, word)| {
        let near = words.get(at.saturating_sub(NEAR)..at).unwrap_or_default();
        let is_compared = || near.iter().any(|word| is_of(&COMPARED, word));
        is_of(&COMES, word) || (is_of(&TO_COME, word) && !is_compared())
    })
}

/// Whether a question is about what is to come, be it only planned: `the 2025 capital budget`.
pub(super) fn looks_ahead(question: &str) -> bool {
    const AHEAD: [&str; 7] = [
        "budget", "budgeted", "plan", "planning", "plans", "upcoming", "will",
    ];
    let words = words(question);
    is_outlook(question) || words.iter().any(|word| AHEAD.contains(&word.as_str()))
}

/// Whether a question asks what was, rather than what was said.
pub(super) fn asks_what_was(question: &str) -> bool {
    const WAS: [&str; 6] = ["achieved", "did", "earned", "had", "was", "were"];
    #[rustfmt::skip]
    const SAY: [&str; 15] = [
        "announce", "comment", "commented", "discuss", "discussed", "give", "given", "mention", "mentioned",
        "outline", "outlined", "said", "say", "tell", "told",
    ];
    let words = words(question);
    let any = |of: &[&str]| words.iter().any(|word| of.contains(&word.as_str()));
    any(&WAS) && !any(&SAY)
}

/// Whether a question is about what falls due: the debts and leases of a year are spoken of long before it.
pub(super) fn falls_due(question: &str) -> bool {
    #[rustfmt::skip]
    const DUE: [&str; 14] = [
        "bond", "bonds", "debentures", "due", "expiration", "expirations", "expire", "expires", "expiring",
        "mature", "matures", "maturing", "maturities", "notes",
    ];
    words(question)
        .iter()
        .any(|word| DUE.contains(&word.as_str()))
}

/// What is only ever said in figures.
#[rustfmt::skip]
const SAID_IN_FIGURES: [&str; 42] = [
    "affo", "amount", "backlog", "capex", "cost", "costs", "dividend", "earnings", "ebitda", "eps", "expenses",
    "expenditure", "expenditures", "ffo", "growth", "guidance", "headcount", "highest", "income", "irr", "largest",
    "leverage", "liquidity", "lowest", "margin", "margins", "noi", "occupancy", "percent", "percentage", "price",
    "profit", "rate", "rates", "ratio", "receivable", "revenue", "revenues", "revpar", "sales", "utilization",
    "vacancy",
];

/// Whether a word, in lower case, is of what is only ever said in figures.
pub fn is_said_in_figures(word: &str) -> bool {
    SAID_IN_FIGURES.contains(&word)
}

/// What a question that is a sentence holds.
const ASKS: [&str; 21] = [
    "are", "can", "could", "did", "do", "does", "has", "have", "how", "is", "was", "were", "what",
    "when", "where", "which", "who", "whose", "why", "will", "would",
];

/// What is done with a sum of money.
const PRICES: [&str; 8] = [
    "charge", "charges", "earn", "earns", "paid", "pay", "pays", "spend",
];

/// What asks for a reason, whatever the figure.
const CAUSES: [&str; 8] = [
    "behind", "cause", "caused", "drove", "explain", "explains", "reason", "why",
];

/// What a heading says that is about what was said rather than about a figure.
#[rustfmt::skip]
const TALKS: [&str; 16] = [
    "about", "cause", "comments", "describe", "discussion", "drivers", "explain", "impact", "on", "opinion",
    "reason", "reasons", "summarize", "tell", "thoughts", "views",
];

/// Whether a question asks how much: by its first words, by a superlative, or by what is only ever said
/// in figures.
pub(super) fn wants_figure(words: &[String]) -> bool {
    let pairs = words.windows(2).any(|pair| match pair {
        [how, much] => {
            how == "how"
                && ["big", "fast", "large", "long", "many", "much"].contains(&much.as_str())
        }
        _ => false,
    });
    let any = |of: &[&str]| words.iter().any(|word| of.contains(&word.as_str()));
    // `gross margin Q2` asks what it was.
    let is_heading = !any(&ASKS) && !any(&TALKS);
    let asks_what = any(&["what", "which", "how"]) || is_heading;
    // `what did they pay`, `what does a robot earn`.
    let asks_price = words.first().is_some_and(|first| first == "what") && any(&PRICES);
    pairs || asks_price || (asks_what && any(&SAID_IN_FIGURES) && !any(&CAUSES))
}

/// What a question asks the count of: `robots` in `how many new robots did they sell`.
pub(super) fn counted(words: &[String]) -> Option<String> {
    /// Words of what is counted.
    const MOST: usize = 4;
    let asks = |pair: &[String]| matches!(pair, [how, many] if how == "how" && many == "many");
    let at = words.windows(2).position(asks)?;
    let things = words.iter().skip(at + 2).take(MOST);
    things.take_while(|word| is_term(word)).last().cloned()
}

/// Whether a question asks who asked.
pub(super) fn wants_asker(words: &[String]) -> bool {
    let first = words.first().map_or("", |word| word);
    let mut near = words.iter().take(3);
    ["who", "which", "what", "whose"].contains(&first)
        && near.any(|word| ["asked", "asks", "question", "questions"].contains(&word.as_str()))
}

/// Whether a question asks for people by what they are: `who is the CFO`.
pub(super) fn wants_names(words: &[String]) -> bool {
    #[rustfmt::skip]
    const NAMES: [&str; 12] = [
        "attended", "ceo", "cfo", "coo", "host", "hosted", "name", "names", "participants", "speakers", "who",
        "whose",
    ];
    /// What is told of somebody, not by naming those who are there.
    const CHANGES: [&str; 8] = [
        "appointed",
        "left",
        "replace",
        "replaced",
        "replaces",
        "succeed",
        "succeeded",
        "succeeds",
    ];
    let any = |of: &[&str]| words.iter().any(|word| of.contains(&word.as_str()));
    any(&NAMES) && !any(&CHANGES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_the_last_word_of_its_name() {
        let counted = |text: &str| counted(&words(text));
        assert_eq!(
            counted("How many new robots did they sell?").as_deref(),
            Some("robots")
        );
        assert_eq!(counted("How many did they sell?"), None);
        assert_eq!(counted("What was sold?"), None);
    }

    #[test]
    fn what_was_better_than_expected_was() {
        for text in [
            "Margin of 27% was ahead of our expectations.",
            "Sales were better than we had anticipated.",
            "That is in line with our previous guidance.",
            "We exceeded our target.",
        ] {
            assert!(!is_outlook(text), "{text}");
        }
        for text in [
            "We expect sales to be above those of last year.",
            "Our guidance is for 5% growth.",
            "Compared with last year we expect more.",
        ] {
            assert!(is_outlook(text), "{text}");
        }
    }

    #[test]
    fn a_heading_asks_for_its_figure_and_a_cause_for_none() {
        let wants = |text: &str| wants_figure(&words(text));
        for text in [
            "gross margin Q2",
            "How many robots?",
            "compare sales growth",
        ] {
            assert!(wants(text), "{text}");
        }
        for text in [
            "thoughts on margin",
            "What drove the margin?",
            "Did sales fall?",
        ] {
            assert!(!wants(text), "{text}");
        }
    }

    #[test]
    fn a_list_may_hold_both_what_was_and_what_is_expected() {
        let cases = [
            ("What was the margin?", Tense::Reported),
            ("What is the sales guidance?", Tense::Expected),
            (
                "What were sales, the tax rate, and earnings guidance?",
                Tense::Either,
            ),
            (
                "What is the guidance for sales,    and   ?",
                Tense::Expected,
            ),
        ];
        for (question, expected) in cases {
            assert_eq!(Tense::of(question), expected, "{question}");
        }
    }
}
