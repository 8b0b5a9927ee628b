//! What a quote is worth: parts that are summed, and kept so that the sum can be explained.
//!
//! In: a passage's score and the window chosen from it. Out: [`Worth`]. The weights of the last four parts
//! were learnt by `benches/scorer/fit.py`; see `docs/DECISIONS.md`.

use serde::Serialize;

/// How much of a quote's worth is its passage's score; the rest is the window's own.
const PASSAGE_SHARE: f32 = 0.6;

/// Against a quote that says none of the names asked for; see `docs/DECISIONS.md`.
const UNNAMED: f32 = -0.2;

/// Learnt weights: those of figures at three quarters of what was fitted, the others in full.
mod learnt {
    /// Where a figure is asked for and there, the share of the question's words: half of it in the window,
    /// half in the figure's own sentence.
    pub(super) const FIGURE: f32 = 0.43;
    /// The same where the window holds no figure at all.
    pub(super) const NO_FIGURE: f32 = -0.35;
    /// The question's words in the one sentence that holds most of them.
    pub(super) const IN_ONE: f32 = 0.66;
    /// The same over all sentences of the window: what is said again and again is a topic, not a figure.
    pub(super) const IN_ALL: f32 = -0.69;
    /// Where no figure is asked for: how near the passages before and after are.
    pub(super) const AROUND: f32 = 0.22;
    /// Where no figure is asked for: a place in the opening of a call, which announces what is spoken of later.
    pub(super) const OPENING: f32 = -0.43;
}

/// What a window is, for what it is worth.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Seen {
    /// The passage's score.
    pub passage: f32,
    /// The window's own.
    pub window: f32,
    /// For who speaks.
    pub speaker: f32,
    /// For legal notices.
    pub notice: f32,
    /// For saying little.
    pub brief: f32,
    /// Whether a figure is asked for.
    pub wants_figure: bool,
    /// Whether the window holds a figure of the kind asked for, and any.
    pub figures: Figures,
    /// The question's words, by rarity, in all of the window, in its best sentence, and in each sentence
    /// by its weight.
    pub coverage: [f32; 3],
    /// The question's words in the sentence that holds most of them beside a figure of the kind asked for.
    pub beside: f32,
    /// How near the neighbours are.
    pub around: f32,
    /// 1 where the call begins, 0 from where its opening is over.
    pub opening: f32,
    /// The share, by rarity, of the names that are asked for and not in the quote; half of it where they are in its passage.
    pub unnamed: f32,
}

/// The figures in a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Figures {
    /// None.
    None,
    /// Some, but reported where an outlook is asked for, or the other way round.
    Other,
    /// Some of the kind asked for.
    Asked,
}

/// The parts of a quote's worth.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Worth {
    /// For its passage, by words and meaning.
    pub passage: f32,
    /// For the quoted sentences, by words and meaning.
    pub sentences: f32,
    /// A factor on both for who speaks and in what part of the call; 1 changes nothing.
    pub speaker: f32,
    /// A factor on both for legal notices.
    pub notice: f32,
    /// A factor on both for a quote that is too short to say much.
    pub brief: f32,
    /// For the figure that was asked for, or against its absence.
    pub figure: f32,
    /// For the question's words in one sentence rather than in many.
    pub together: f32,
    /// For what is said before and after.
    pub around: f32,
    /// Against what the opening announces.
    pub opening: f32,
    /// Against names that are asked for and not said.
    pub unnamed: f32,
}

impl Worth {
    pub(super) fn of(seen: &Seen) -> Self {
        let [all, best, weighed] = seen.coverage;
        let figure = match (seen.wants_figure, seen.figures) {
            (true, Figures::Asked) => learnt::FIGURE * f32::midpoint(all, seen.beside),
            (true, Figures::None) => learnt::NO_FIGURE,
            _ => 0.0,
        };
        Self {
            passage: PASSAGE_SHARE * seen.passage,
            sentences: (1.0 - PASSAGE_SHARE) * seen.window,
            speaker: seen.speaker,
            notice: seen.notice,
            brief: seen.brief,
            figure,
            together: if seen.wants_figure {
                learnt::IN_ONE * best + learnt::IN_ALL * weighed
            } else {
                0.0
            },
            around: if seen.wants_figure {
                0.0
            } else {
                learnt::AROUND * seen.around
            },
            opening: if seen.wants_figure {
                0.0
            } else {
                learnt::OPENING * seen.opening
            },
            unnamed: UNNAMED * seen.unnamed,
        }
    }

    /// What the order of quotes goes by.
    pub fn total(&self) -> f32 {
        self.speaker * self.notice * self.brief * (self.passage + self.sentences)
            + self.figure
            + self.together
            + self.around
            + self.opening
            + self.unnamed
    }
}
