//! The sentences of a passage to quote: a window of those that stand together in one turn, up to three where a figure is
//! asked for, else up to four.
//!
//! In: a candidate passage, and what the question makes of sentences. Out: the best [`Window`] with what is
//! to be known of it.

use super::figures;
use super::worth::Figures;
use crate::index::words;
use crate::passage::Sentence;
use crate::question::{Question, Tense};
use crate::retrieve::{CallText, Candidate, Evidence, Terms, says};
use crate::transcript::{Document, Kind, Section, Turn};
use crate::units::{ByteSpan, TurnIndex};

/// Bytes below which a window says the less the shorter it is, where no figure and no name is asked for, and the factor for nothing at
/// all: `Yes, we can do that.` shares a passage with what it agrees to, and answers nothing by itself.
const BRIEF: f32 = 50.0;
const EMPTY_FACTOR: f32 = 0.5;
/// Words above which a window takes no further sentence.
const WINDOW_WORDS: usize = 100;
/// What the best, second and third sentence of a window count, where a figure is asked for: a neighbour adds to a window what
/// it says itself, and a window is mostly its best sentence. There are no more: speech announces first and says the fact in
/// the next sentence, so contiguous windows find the fact where lone sentences find the announcement.
const OF_FIGURES: &[f32] = &[0.6, 0.3, 0.1];
/// The same elsewhere: reasons and opinions take longer to say.
const OF_TALK: &[f32] = &[0.58, 0.26, 0.1, 0.06];
/// How much of a sentence's score is its meaning; the rest is the question's words in it.
const MEANING: f32 = 0.7;
/// What a sentence with a figure is worth more where a figure is asked for.
const FIGURE: f32 = 0.1;
/// What a sentence is worth more that says what the question puts between quotation marks.
const PHRASE: f32 = 1.0;
/// Figures are reported in what management says first, and talked about later.
const REPORT_FACTOR: f32 = 1.1;
/// What the last sentence of a line ends with, unless the line is a heading or an item.
const END_MARKS: [char; 11] = ['.', '!', '?', '…', ':', ';', '"', '”', ')', '。', '？'];
/// Words up to which a sentence may do no more than turn to what is spoken of next.
const LONGEST_TURN: usize = 16;
/// Words up to which a line without an end mark is taken for a heading.
const HEADING_WORDS: usize = 12;
/// An analyst's turn usually asks what another turn says; sometimes the question is the evidence.
const ANALYST_FACTOR: f32 = 0.85;
/// The same where the question is who asked.
const ASKER_FACTOR: f32 = 1.3;
/// What somebody says counts more than what a page says of it, or a speech whose speaker is not known.
const UNATTRIBUTED_FACTOR: f32 = 0.9;

/// What a question makes of who speaks and of what is said.
pub(super) struct Asking<'a> {
    terms: &'a Terms,
    wants_asker: bool,
    pub(super) wants_figure: bool,
    pub(super) wants_names: bool,
    tense: Tense,
    /// What stands between quotation marks.
    quoted: &'a [String],
}

impl<'a> Asking<'a> {
    pub(super) fn new(question: &'a Question, terms: &'a Terms) -> Self {
        Self {
            terms,
            wants_asker: question.wants_asker,
            wants_figure: question.wants_figure,
            wants_names: question.wants_names,
            tense: question.tense,
            quoted: &question.quoted,
        }
    }

    /// Less than 1 for a window that is too short to say much.
    fn brief_factor(&self, span: ByteSpan) -> f32 {
        if self.wants_figure || self.wants_names || self.wants_asker {
            1.0
        } else {
            brief(span.len())
        }
    }

    /// What the sentences of a window count, the best first; as many as it has at most.
    fn weights(&self) -> &'static [f32] {
        if self.wants_figure {
            OF_FIGURES
        } else {
            OF_TALK
        }
    }

    /// The figures of a sentence: of the right kind, where they are reported or expected as asked.
    fn figures(&self, sentence: &str) -> Figures {
        if !figures::states(sentence) {
            Figures::None
        } else if self.tense.suits(sentence) {
            Figures::Asked
        } else {
            Figures::Other
        }
    }

    fn speaker_factor(&self, speaker: Option<&str>, kind: Kind, section: Section) -> f32 {
        if speaker.is_none() {
            return UNATTRIBUTED_FACTOR;
        }
        match (kind, section) {
            (Kind::Analyst, _) if self.wants_asker => ASKER_FACTOR,
            (Kind::Analyst, _) => ANALYST_FACTOR,
            (_, Section::Prepared) if self.wants_figure => REPORT_FACTOR,
            _ => 1.0,
        }
    }
}

/// Contiguous sentences of one turn.
pub(super) struct Window {
    pub(super) turn: TurnIndex,
    pub(super) span: ByteSpan,
    /// That of its best sentence.
    pub(super) cosine: f32,
    /// The question's words in it: in all, in its best sentence, in each by its weight.
    pub(super) coverage: [f32; 3],
    pub(super) figures: Figures,
    /// The question's words in the sentence that holds most of them beside a figure of the kind asked for.
    pub(super) beside: f32,
    pub(super) score: f32,
    /// For who speaks.
    pub(super) factor: f32,
    /// For saying little.
    pub(super) brief: f32,
}

/// The window that says most of what was asked; in a passage that holds a question and its answer,
/// the answer where it says nearly as much. Ties go to the longer one, then to the earlier. Where no figure is asked for, a sentence that
/// goes on with the last one is quoted with it.
pub(super) fn best_window(
    candidate: &Candidate,
    source: &CallText,
    evidence: &Evidence,
    asking: &Asking<'_>,
) -> Option<Window> {
    let said: Vec<Said<'_>> = candidate
        .passage
        .sentences
        .iter()
        .zip(candidate.sentences.iter().zip(&candidate.held))
        .map(|(sentence, known)| Said::weigh(*sentence, known, source, asking))
        .collect();
    let mut best: Option<Window> = None;
    let mut place = 0..0;
    for first in 0..said.len() {
        for len in (1..=asking.weights().len()).rev() {
            let window = said
                .get(first..first + len)
                .and_then(|said| window(said, source, evidence, asking));
            let worth = |window: &Window| window.factor * window.brief * window.score;
            let better = |window: &Window| best.as_ref().is_none_or(|b| worth(window) > worth(b));
            if let Some(window) = window.filter(better) {
                best = Some(window);
                place = first..first + len;
            }
        }
    }
    let mut best = best?;
    let with_next = said.get(place.start..=place.end);
    if let Some(longer) =
        with_next.filter(|longer| !asking.wants_figure && reads_on(longer, source))
    {
        best.span = spoken(longer)?;
    }
    Some(best)
}

/// Whether the last of the sentences goes on with those before it, in one turn and within the words of a window.
fn reads_on(said: &[Said<'_>], source: &CallText) -> bool {
    let Some((next, before)) = said.split_last() else {
        return false;
    };
    let says_more = |said: &Said<'_>| !said.is_small() && !said.turns_away;
    let is_article = source.call.document == Document::Article;
    before
        .iter()
        .all(|said| said.sentence.turn == next.sentence.turn)
        && before.last().is_some_and(says_more)
        && says_more(next)
        && goes_on(&source.heard(next.sentence.span))
        && said.iter().map(|said| said.words).sum::<usize>() <= WINDOW_WORDS
        && !(is_article && crosses_lines(said, &source.text))
}

/// A sentence, and how much it says of what was asked.
struct Said<'a> {
    sentence: Sentence,
    words: usize,
    cosine: f32,
    /// Which of the question's words it holds.
    held: &'a [bool],
    coverage: f32,
    figures: Figures,
    score: f32,
    /// Whether it only says what is spoken of next.
    turns_away: bool,
}

impl<'a> Said<'a> {
    /// `cosine` and `held` are those of the sentence.
    fn weigh(
        sentence: Sentence,
        (cosine, held): (&f32, &'a Vec<bool>),
        source: &CallText,
        asking: &Asking<'_>,
    ) -> Self {
        let text = &source.heard(sentence.span);
        let coverage = asking.terms.coverage(held);
        let figures = asking.figures(text);
        let figure = match figures {
            Figures::Asked if asking.wants_figure => FIGURE,
            _ => 0.0,
        };
        let is_quoted = asking.quoted.iter().any(|phrase| says(text, phrase));
        let phrase = if is_quoted { PHRASE } else { 0.0 };
        let score = MEANING * cosine.max(0.0) + (1.0 - MEANING) * coverage + figure + phrase;
        let words = text.split_whitespace().count();
        Self {
            sentence,
            words,
            cosine: *cosine,
            held,
            coverage,
            figures,
            score,
            turns_away: words <= LONGEST_TURN && turns_away(text),
        }
    }

    /// Whether it is a word of thanks or the like, with which no quote begins or ends that says more.
    fn is_small(&self) -> bool {
        const FEWEST_WORDS: usize = 4;
        // Where no spaces part words, a sentence of one is long.
        const LONGEST: usize = 24;
        let is_short = self.words < FEWEST_WORDS && self.sentence.span.len() <= LONGEST;
        is_short && self.coverage <= 0.0
    }

    /// The question's words beside a figure of the kind asked for.
    fn beside(&self) -> Option<f32> {
        (self.figures == Figures::Asked).then_some(self.coverage)
    }
}

/// The sentences as a window, where the scope allows their turn and they are not too many words.
fn window(
    said: &[Said<'_>],
    source: &CallText,
    evidence: &Evidence,
    asking: &Asking<'_>,
) -> Option<Window> {
    let first = said.first()?.sentence;
    let stored = source.turn(first.turn)?;
    let Turn {
        speaker,
        kind,
        section,
        ..
    } = &stored.turn;
    let allowed = evidence
        .scope
        .allows_turn(speaker.as_deref(), *kind, *section);
    let short =
        said.len() == 1 || said.iter().map(|said| said.words).sum::<usize>() <= WINDOW_WORDS;
    let one_turn = said.iter().all(|said| said.sentence.turn == first.turn);
    let article = source.call.document == Document::Article;
    if !(allowed && short && one_turn) || (article && crosses_lines(said, &source.text)) {
        return None;
    }
    let span = spoken(said)?;
    // What the sentences hold together: looking at the text again would cost the most of an answer.
    let mut held = vec![false; evidence.terms.terms.len()];
    for said in said {
        let of_both = held.iter_mut().zip(said.held);
        of_both.for_each(|(any, own)| *any |= own);
    }
    let in_all = evidence.terms.coverage(&held);
    let in_best = said.iter().map(|said| said.coverage).reduce(f32::max)?;
    Some(Window {
        turn: first.turn,
        span,
        cosine: said.iter().map(|said| said.cosine).reduce(f32::max)?,
        coverage: [
            in_all,
            in_best,
            together(said.iter().map(|said| said.coverage), asking.weights()),
        ],
        figures: said.iter().map(|said| said.figures).max()?,
        beside: said.iter().filter_map(Said::beside).fold(0.0, f32::max),
        score: together(said.iter().map(|said| said.score), asking.weights()),
        factor: asking.speaker_factor(speaker.as_deref(), *kind, *section),
        brief: asking.brief_factor(span),
    })
}

/// Whether a sentence goes on with the one before: `If costs rise, who will bear them?`
fn goes_on(sentence: &str) -> bool {
    const WITH: [&str; 17] = [
        "and", "because", "but", "he", "if", "it", "or", "she", "so", "that", "then", "these",
        "they", "this", "those", "which", "who",
    ];
    let first = words(sentence).into_iter().next();
    first.is_some_and(|first| WITH.contains(&first.as_str()))
}

/// `Now, turning to guidance.`; not `Turning to anvils, sales fell by a third.`
fn turns_away(sentence: &str) -> bool {
    const LONGEST_END: usize = 3;
    const FIRST: [&str; 9] = [
        "now", "and", "so", "next", "finally", "lastly", "okay", "before", "with",
    ];
    const TURNS: [&str; 5] = ["turn", "turning", "moving", "move", "shifting"];
    const BETWEEN: [&str; 20] = [
        "i", "i'd", "i'll", "we", "we'll", "i’d", "i’ll", "we’ll", "let", "let's", "let’s", "me",
        "us", "will", "would", "now", "like", "to", "on", "that",
    ];
    const TO: [&str; 5] = ["to", "on", "next", "now", "over"];
    let lower = sentence.to_lowercase();
    let words: Vec<&str> = lower
        .split_whitespace()
        .map(|word| word.trim_matches([',', '.', ';', ':']))
        .collect();
    let skipped = |word: &&&str| FIRST.contains(*word) || BETWEEN.contains(*word);
    let before = words.iter().take_while(skipped).count();
    let after = words.get(before..).unwrap_or_default();
    let end = sentence.rsplit(',').next().unwrap_or_default();
    let end = end.split_whitespace().count();
    let says_more = end > LONGEST_END && end + 2 <= after.len();
    !says_more && matches!(after, [turn, to, ..] if TURNS.contains(turn) && TO.contains(to))
}

/// The factor for so many bytes.
fn brief(bytes: usize) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "bytes of a few sentences")]
    let share = (bytes as f32 / BRIEF).min(1.0);
    EMPTY_FACTOR + (1.0 - EMPTY_FACTOR) * share
}

/// The span of a window without the small words about it, and without the turn to another topic that it ends with, unless there
/// is nothing else.
fn spoken(said: &[Said<'_>]) -> Option<ByteSpan> {
    let is_large = |said: &&Said<'_>| !said.is_small();
    let is_last = |said: &&Said<'_>| !said.is_small() && !said.turns_away;
    let first = said.iter().find(is_large).or(said.first())?;
    let last = said.iter().rfind(is_last).or(said.last())?;
    let last = if last.sentence.span.end() < first.sentence.span.end() {
        first
    } else {
        last
    };
    Some(first.sentence.span.join(last.sentence.span))
}

/// The values of a window's sentences, the best first, by their weights.
fn together(values: impl Iterator<Item = f32>, weights: &[f32]) -> f32 {
    let mut values: Vec<f32> = values.collect();
    values.sort_by(|a, b| b.total_cmp(a));
    let weighed = values.iter().zip(weights);
    weighed.map(|(value, weight)| value * weight).sum()
}

/// Whether the sentences are a heading, or run from one line of an article into another that is no
/// continuation: a heading states nothing, an item of a list is a statement of its own, and read
/// together with the next line either says what nobody wrote.
fn crosses_lines(said: &[Said<'_>], text: &str) -> bool {
    let words = |said: &Said<'_>| said.sentence.span.slice(text).unwrap_or_default();
    let is_item = |said: &Said<'_>| words(said).starts_with(['-', '•', '*']);
    let unended = |said: &Said<'_>| !words(said).ends_with(END_MARKS);
    match said {
        [one] => unended(one) && !is_item(one) && one.words <= HEADING_WORDS,
        [first, rest @ ..] => {
            unended(first) || rest.iter().any(|said| unended(said) || is_item(said))
        }
        [] => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_counts_less_the_shorter_it_is_until_it_is_long_enough() {
        let of = |text: &str| brief(text.len());
        assert!(of("Mm.") < of("Yes, we can do that."));
        assert!(of("Yes, we can do that.") < 1.0);
        let long = "The second forge opens in October, and its hammers are all on order.";
        assert!((of(long) - 1.0).abs() < f32::EPSILON);
    }

    #[test]
    fn a_sentence_that_goes_on_with_the_one_before_is_told_by_its_first_word() {
        assert!(goes_on("If coal stays dear, who will bear it?") && goes_on("That’s why we wait."));
        assert!(!goes_on("Coal stays dear.") && !goes_on("Iffy coal, all of it."));
    }

    #[test]
    fn a_turn_to_another_topic_is_told_from_what_is_said_of_it() {
        for sentence in [
            "Now, turning to guidance.",
            "Turning to our balance sheet.",
            "With that, let me turn to the forge's margins.",
            "I'd now like to move on to coal.",
        ] {
            assert!(turns_away(sentence), "{sentence}");
        }
        for sentence in [
            "We are moving to Tarn Hollow in May.",
            "Turning coal into coke takes nine days.",
            "Turning to anvils, our sales came in below what we planned, down by a third.",
            "Turning to coal, its price rose by a tenth over the year, as the mines in the north were flooded for all of March.",
        ] {
            assert!(!turns_away(sentence), "{sentence}");
        }
    }
}
