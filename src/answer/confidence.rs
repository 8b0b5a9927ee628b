//! Whether quotes answer, and how sure that is.
//!
//! In: a question, its quotes in their order, its terms. Out: a confidence from 0 to 1, and the state that
//! follows from it.

use super::counts::{Told, told};
use super::{Quote, Status};
use crate::index::words;
use crate::question::{Missing, Question, is_said_in_figures};
use crate::retrieve::{Evidence, Term, Terms, says};
use serde::Serialize;

/// Quotes whose confidence is at least this answer the question.
const ANSWERED: f32 = 0.4;
/// Quotes below [`ANSWERED`] but at least this are shown as the closest passages.
const WEAK: f32 = 0.2;
/// What somebody says is theirs, where nothing more is asked.
const SPOKEN: f32 = 0.9;
/// Whoever asks for nothing but a name is answered where it is said.
const SAYS_NAME: f32 = 0.7;
/// Quotes whose words are looked at together.
const TOGETHER: usize = 5;
/// The share of a question's words, by rarity, that no passage may hold, from which it is about something else.
const MOST_UNHEARD: f32 = 0.5;
/// A question of few words whose half, by rarity, nothing searched holds asks about what is not spoken of, if that half
/// leads away from what is: of many words some are always others than were used.
const FEW_TERMS: usize = 3;
const MOST_UNSAID: f32 = 0.5;
const LEADS_AWAY: f32 = 0.02;
/// A question of few words to a company, of which so much by rarity nothing searched holds, though at least so great a share of all
/// passages does: what others call by that name, this one does not speak of.
const MOST_OF_OTHERS: f32 = 0.35;
const COMMON: f32 = 0.002;
/// Where a figure is asked for, the share of the question's words that its passages hold at least: a figure of
/// something else is no answer.
const LEAST_TOGETHER: f32 = 0.5;
/// Where a figure is asked for, the share of the question's words, by weight, from which on it is not on record when nothing
/// searched holds them: a measure is known by its name.
const MOST_MISSING: f32 = 0.5;

/// The logistic's weights.
///
/// **Source**: `benches/scorer/sure.py`, on questions with known answers; see `docs/DECISIONS.md`.
mod weight {
    pub(super) const BASE: f32 = -1.55;
    /// The best sentence, against what chance would find.
    pub(super) const BEYOND_CHANCE: f32 = 0.44;
    /// The share of the question's words, by weight, that the first passages hold together.
    pub(super) const TOGETHER: f32 = 0.47;
    /// What the first quote is worth.
    pub(super) const WORTH: f32 = 2.14;
    /// A question for a figure, whose quotes are worth something for the figure alone.
    pub(super) const WANTS_FIGURE: f32 = -0.19;
    /// A question that names a company, a speaker or a call of the library is likelier to be answered by it.
    pub(super) const NAMED: f32 = 0.54;
    /// By how much the question comes nearer without the words that nothing searched holds.
    pub(super) const NEARER_WITHOUT: f32 = -16.1;
    /// Half of the question, or a name in it, that no passage holds.
    pub(super) const UNHEARD: f32 = -1.69;
}

/// How likely it is that the first quotes answer, and what that makes of them.
pub(super) fn judge(question: &Question, quotes: &[&Quote], evidence: &Evidence) -> (f32, Status) {
    if quotes.is_empty() || question.understood.is_absent {
        return (0.0, Status::NotFound);
    }
    if question.understood.wants_all {
        return (SPOKEN, Status::Answered);
    }
    let signs = signs(question, quotes, evidence);
    let mut confidence = confidence(&signs);
    let is_another_figure =
        signs.wants_figure && signs.missing > 0.0 && signs.together < LEAST_TOGETHER;
    let is_short = question.terms.len() <= FEW_TERMS;
    let is_unsaid =
        is_short && signs.missing >= MOST_UNSAID && evidence.nearer_without >= LEADS_AWAY;
    if says_names(quotes, &evidence.terms) {
        confidence = confidence.max(SAYS_NAME);
    }
    if says_phrases(question, quotes) {
        confidence = confidence.max(SAYS_NAME);
    }
    let missing = &question.understood.missing;
    // What others say of somebody is not what they say.
    let is_hearsay = missing.iter().any(|it| matches!(it, Missing::Mentioned(_)));
    let names = |term: &Term| term.is_missing && is_said_in_figures(&term.word);
    let is_unmeasured = signs.missing >= MOST_MISSING && evidence.terms.terms.iter().any(names);
    if signs.unheard
        || signs.compares_with_unheard
        || (signs.together <= 0.0 && !question.terms.is_empty())
        || is_another_figure
        || is_hearsay
        || !evidence.unsaid.is_empty()
        || is_unmeasured
        || is_uncounted(question, quotes)
        || is_unsaid
        || (is_short && is_of_others(question, &evidence.terms))
    {
        confidence = confidence.min(ANSWERED - f32::EPSILON);
    }
    if signs.wants_figure && signs.missing >= MOST_MISSING {
        confidence = confidence.min(WEAK - f32::EPSILON);
    }
    let status = match confidence {
        c if c >= ANSWERED => Status::Answered,
        c if c >= WEAK => Status::Weak,
        _ => Status::NotFound,
    };
    (confidence, status)
}

/// Whether names are all that was asked for, and the first quote says them.
fn says_names(quotes: &[&Quote], terms: &Terms) -> bool {
    let mut asked = terms.terms.iter().filter(|term| term.idf > 0.0);
    let is_named = !terms.terms.is_empty() && asked.all(|term| term.is_proper);
    is_named
        && quotes
            .first()
            .is_some_and(|quote| quote.score.coverage >= 1.0 - f32::EPSILON)
}

/// Whether the first quote says what the question puts between quotation marks.
fn says_phrases(question: &Question, quotes: &[&Quote]) -> bool {
    let is_said = |phrase: &String| {
        let first = quotes.first();
        first.is_some_and(|quote| says(&quote.text, phrase))
    };
    !question.quoted.is_empty() && question.quoted.iter().all(is_said)
}

/// Whether a company is asked about what only others speak of.
fn is_of_others(question: &Question, terms: &Terms) -> bool {
    // See [`crate::retrieve::Term::idf`].
    let of_others = |term: &Term| term.is_missing && term.idf <= (1.0 / COMMON).ln_1p();
    !question.understood.companies.is_empty() && terms.share(of_others) >= MOST_OF_OTHERS
}

/// Whether how many there are is asked, and the first passages speak of the things and give no number of them.
fn is_uncounted(question: &Question, quotes: &[&Quote]) -> bool {
    let Some(things) = &question.counted else {
        return false;
    };
    let first = quotes.iter().take(TOGETHER);
    let told = first.map(|quote| told(&quote.passage_text, things));
    let told: Vec<Told> = told.collect();
    told.contains(&Told::Things) && !told.contains(&Told::Count)
}

/// What tells an answer from a near miss.
#[derive(Clone, Copy, Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is one sign")]
pub struct Signs {
    /// By how many deviations the best sentence is nearer than chance would find.
    pub beyond_chance: f32,
    /// The share of the question's words, by weight, that the first passages hold together.
    pub together: f32,
    /// What the first quote is worth.
    pub worth: f32,
    /// Whether a figure is asked for.
    pub wants_figure: bool,
    /// Whether the question names a company, a speaker or a call of the library.
    pub named: bool,
    /// The share of the question's words, by weight, that nothing searched holds.
    pub missing: f32,
    /// By how much the nearest sentence comes nearer, as a cosine, without these words; less where little was searched.
    pub nearer_without: f32,
    /// Whether no passage holds half of the question, or a name in it.
    pub unheard: bool,
    /// Whether the only such name is what something is compared with: half of what was asked may be said.
    pub compares_with_unheard: bool,
}

/// Reads the signs.
pub fn signs(question: &Question, quotes: &[&Quote], evidence: &Evidence) -> Signs {
    let terms = &evidence.terms;
    let best = |values: &mut dyn Iterator<Item = f32>| values.fold(0.0_f32, f32::max);
    let first = || quotes.iter().take(TOGETHER);
    let mut union = vec![false; terms.terms.len()];
    for quote in first() {
        let held = terms.held_by(&format!("{} {}", quote.passage_text, about(quote)));
        union
            .iter_mut()
            .zip(held)
            .for_each(|(any, held)| *any |= held);
    }
    let unheard = is_unheard_of(question, terms, |term| !term.is_compared);
    let understood = &question.understood;
    let narrowed = evidence.calls_searched < evidence.calls_in_library;
    let sentence = best(&mut first().map(|quote| quote.score.sentence));
    Signs {
        beyond_chance: evidence
            .background
            .beyond_chance(sentence, evidence.passages_searched),
        together: terms.coverage(&union),
        worth: quotes.first().map_or(0.0, |quote| quote.score.total),
        wants_figure: question.wants_figure,
        named: (narrowed && !understood.companies.is_empty())
            || understood.speaker.is_some()
            || understood.call.is_some()
            || question.filter.call.is_some(),
        missing: terms.share(|term| term.is_missing),
        nearer_without: evidence.nearer_without * told_by(evidence.passages_searched),
        unheard,
        compares_with_unheard: !unheard && is_unheard_of(question, terms, |_| true),
    }
}

/// How much it tells that a word is missing among so many passages: in a short meeting much is said in other words.
fn told_by(searched: usize) -> f32 {
    /// About four calls.
    const ENOUGH: f32 = 400.0;
    #[expect(
        clippy::cast_precision_loss,
        reason = "a count of passages, for its square root"
    )]
    let searched = searched as f32;
    (searched / ENOUGH).sqrt().min(1.0)
}

fn confidence(signs: &Signs) -> f32 {
    let flag = |is_there: bool, weight: f32| if is_there { weight } else { 0.0 };
    logistic(
        weight::BASE
            + weight::BEYOND_CHANCE * signs.beyond_chance
            + weight::TOGETHER * signs.together
            + weight::WORTH * signs.worth
            + weight::NEARER_WITHOUT * signs.nearer_without
            + flag(signs.wants_figure, weight::WANTS_FIGURE)
            + flag(signs.named, weight::NAMED)
            + flag(signs.unheard, weight::UNHEARD),
    )
}

fn logistic(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit).exp())
}

/// Whether no passage of the library holds the half of the question, by rarity, or the question names something, in capitals within
/// its sentence, that no passage holds in any form: none of the library, or none of the named company's, who calls
/// by its name what it speaks of. Names with digits or inner capitals are written in too many ways to be sure. Of names only
/// those that `counts`.
fn is_unheard_of(question: &Question, terms: &Terms, counts: impl Fn(&Term) -> bool) -> bool {
    if terms.share(|term| term.is_unheard) >= MOST_UNHEARD {
        return true;
    }
    let is_of_companies = !question.understood.companies.is_empty();
    let typed = question.text.split_whitespace().skip(1);
    let typed = typed.map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
    let typed = typed.map(|word| word.split(['\'', '’']).next().unwrap_or(word));
    let names = typed.filter(|word| is_plain_name(word));
    let names: Vec<(&str, Vec<String>)> = names.map(|name| (name, words(name))).collect();
    let is_named = |term: &Term| {
        names.iter().any(|(name, words)| {
            // Of a company's own acronyms each call may use another: `EBITDA`.
            let is_acronym = name.chars().all(char::is_uppercase);
            let is_gone = term.is_unheard || (is_of_companies && !is_acronym && term.is_missing);
            is_gone && words.contains(&term.word)
        })
    };
    terms
        .terms
        .iter()
        .any(|term| counts(term) && is_named(term))
}

/// `Zagreb` and `NATO`, not `DeepL`, `A4` or `I`.
fn is_plain_name(word: &str) -> bool {
    let letters = || word.chars();
    let first = letters().next().is_some_and(char::is_uppercase);
    let rest_alike = letters().skip(1).all(char::is_lowercase) || letters().all(char::is_uppercase);
    first && rest_alike && letters().count() > 2
}

/// What a quote is about without saying so: a question that names the company is not less covered
/// by its own call.
fn about(quote: &Quote) -> String {
    let meta = &quote.call.metadata;
    let period = meta.period.map(|period| period.to_string());
    let facts = [
        meta.company.clone(),
        meta.ticker.clone(),
        period,
        quote.turn.speaker.clone(),
    ];
    facts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}
