//! Why a quote is there, and why a passage is not, in words.

use super::escape::visible;
use crate::answer::{AskedAbout, Figures, PartFound, Placed, Quote, Status};
use crate::question::Question;
use crate::transcript::Kind;

/// Whether answers say why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Quotes only.
    Plain,
    /// Each with its reasons.
    Explained,
}

/// A quote's reasons, a line each.
pub(super) fn reasons(quote: &Quote, question: &Question) -> [String; 3] {
    let worth = &quote.why.worth;
    let mut sum = format!(
        "passage {:.2} + sentences {:.2}",
        worth.passage, worth.sentences
    );
    let factors = [
        (worth.speaker, speaker(quote)),
        (worth.notice, "a legal notice or a welcome"),
        (worth.brief, "says little"),
    ];
    let factors = factors
        .iter()
        .filter(|(factor, _)| (factor - 1.0).abs() > f32::EPSILON);
    let factors: Vec<String> = factors
        .map(|(factor, why)| format!(" × {factor:.2} ({why})"))
        .collect();
    if !factors.is_empty() {
        sum = format!("({sum}){}", factors.concat());
    }
    let figure = match quote.why.seen.figures {
        Figures::None => "holds no figure",
        _ => "a figure of the kind asked for",
    };
    let added = [
        (worth.figure, figure),
        (worth.together, "words in one sentence"),
        (worth.around, "what is said around it"),
        (worth.opening, "the opening announces"),
        (worth.unnamed, "does not say the name"),
    ];
    for (value, why) in added {
        if value.abs() >= 0.005 {
            let sign = if value < 0.0 { '−' } else { '+' };
            sum += &format!(" {sign} {:.2} ({why})", value.abs());
        }
    }
    let score = &quote.score;
    [
        format!("worth {:.2} = {sum}", score.total),
        format!(
            "meaning: passage {:.2}, best sentence {:.2} · words: BM25 {:.1}, {:.0} % by rarity",
            score.dense,
            score.sentence,
            score.lexical,
            100.0 * score.coverage
        ),
        words(quote, question),
    ]
}

fn speaker(quote: &Quote) -> &'static str {
    match quote.turn.kind {
        Kind::Analyst if quote.why.worth.speaker > 1.0 => "an analyst speaks, as asked",
        Kind::Analyst => "an analyst speaks",
        _ if quote.why.worth.speaker < 1.0 => "nobody is known to speak",
        _ => "prepared remarks, where figures are reported",
    }
}

/// The question's words that a quote holds and lacks.
fn words(quote: &Quote, question: &Question) -> String {
    let held = &quote.why.held;
    let listed = |words: Vec<&String>| {
        let words: Vec<&str> = words.into_iter().map(String::as_str).collect();
        visible(&words.join(", "))
    };
    let lacking = lacking(quote, question);
    match (held.is_empty(), lacking.is_empty()) {
        (true, _) => format!("holds none of {}", listed(lacking)),
        (false, true) => format!("holds {}", listed(held.iter().collect())),
        (false, false) => format!(
            "holds {}; lacks {}",
            listed(held.iter().collect()),
            listed(lacking)
        ),
    }
}

/// The question's words that a quote lacks.
pub(super) fn lacking<'a>(quote: &Quote, question: &'a Question) -> Vec<&'a String> {
    let terms = question.terms.iter();
    terms
        .filter(|term| !quote.why.held.contains(term))
        .collect()
}

/// Why a near miss is one, as far as words say it.
pub(super) fn miss(quote: &Quote, question: &Question) -> String {
    let lacking = lacking(quote, question);
    if lacking.is_empty() {
        "holds the words, and says something else".to_owned()
    } else {
        let words: Vec<&str> = lacking.into_iter().map(String::as_str).collect();
        format!("lacks {}", visible(&words.join(", ")))
    }
}

/// What there is on a part of the question.
pub(super) fn part(part: &PartFound) -> String {
    let ranks: Vec<String> = part.quotes.iter().map(usize::to_string).collect();
    let ranks = ranks.join(", ");
    let what = match (part.status, part.quotes.as_slice()) {
        (Status::NotFound, []) => "nothing found".to_owned(),
        (Status::NotFound, _) => format!("no answer found; nearest is {ranks}"),
        (_, []) => "found, not shown (a higher `--limit` shows it)".to_owned(),
        (Status::Weak, _) => format!("closest is {ranks}"),
        (Status::Answered, [_]) => format!("quote {ranks}"),
        (Status::Answered, _) => format!("quotes {ranks}"),
    };
    format!("{}: {what}", visible(&part.part))
}

/// What became of the passage that was asked about.
pub(super) fn asked_about(asked: &AskedAbout) -> String {
    let became = match &asked.placed {
        Placed::Shown { rank } => format!("is shown, as {rank}"),
        Placed::Repeats { rank } => format!("says the same as {rank}, and is listed there"),
        Placed::Later { rank, of, worth } => format!(
            "stands {} of {of}, with a worth of {:.2}; the last one shown has {:.2}",
            ordinal(*rank),
            worth[0],
            worth[1]
        ),
        Placed::Behind { rank, of } => format!(
            "was weighed and came {} of {of}: too far off for its sentences to be looked at",
            ordinal(*rank)
        ),
        Placed::Unquotable => {
            "was looked at, but none of its sentences can be quoted: a heading, or not the speaker asked for"
                .to_owned()
        }
        Placed::Far => {
            "is neither among the nearest in meaning nor among those that share most words".to_owned()
        }
        Placed::OtherCall => "is of a call that was not searched".to_owned(),
        Placed::Filtered => "is left out by the speaker, role or section asked for".to_owned(),
        Placed::Operator => "is the operator's: searched with `--role operator` only".to_owned(),
        Placed::NoPassage => "is no speech that is searched".to_owned(),
    };
    format!("{} {became}.", visible(&asked.citation))
}

fn ordinal(rank: usize) -> String {
    let ending = match (rank % 10, rank % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{rank}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rank_is_read_as_it_is_said() {
        let ranks = [1, 2, 3, 4, 11, 12, 13, 21, 112].map(ordinal);
        assert_eq!(
            ranks,
            [
                "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th"
            ]
        );
    }
}
