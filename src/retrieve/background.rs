//! How near a library's passages are to what they do not speak about.
//!
//! In: a library. Out: [`Background`], measured from its own text, kept in it, and needed to tell a near
//! passage from a chance one: in a library about one company everything is near everything.
//!
//! Sentences of the library stand for questions, and passages of other calls for what does not answer them.

use crate::embed::Quantised;
use crate::error::Result;
use crate::library::Library;
use crate::units::{CallRow, PassageId};
use serde::{Deserialize, Serialize};

/// The name under which a library keeps it, with the version of how it is measured.
const NAME: &str = "background_1";
/// Sentences that stand for questions.
const ASKED: usize = 96;
/// Passages that each is held against.
const HELD_AGAINST: usize = 480;
/// Fewer pairs say nothing.
const FEWEST_PAIRS: usize = 200;

/// The best sentence of a passage that does not answer: how near it is to a question, as cosines.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Background {
    /// On average.
    pub mean: f32,
    /// The standard deviation.
    pub spread: f32,
}

impl Default for Background {
    /// For a library that is too small to be measured, or was never: as measured on two documents about one
    /// company, where everything is near everything.
    fn default() -> Self {
        Self {
            mean: 0.36,
            spread: 0.16,
        }
    }
}

impl Background {
    /// As the library keeps it.
    ///
    /// # Errors
    /// Those of the library.
    pub fn of(library: &Library) -> Result<Self> {
        let kept = library.remembered(NAME)?;
        let kept = kept.and_then(|fact| serde_json::from_str::<Self>(&fact).ok());
        let kept = kept.filter(|kept| kept.mean.is_finite() && kept.spread > 0.0);
        Ok(kept.unwrap_or_default())
    }

    /// Measures a library, and keeps what was found in it. A library of too little text is left as it is.
    ///
    /// # Errors
    /// Those of the library.
    pub fn renew(library: &mut Library) -> Result<()> {
        let Some(measured) = Self::measure(library)? else {
            return Ok(());
        };
        let fact = serde_json::to_string(&measured).unwrap_or_default();
        library.remember(NAME, &fact)
    }

    fn measure(library: &Library) -> Result<Option<Self>> {
        let sample = sample(library)?;
        let one_call = sample
            .iter()
            .all(|(call, _)| sample.first().is_none_or(|first| first.0 == *call));
        let step = sample.len().div_ceil(ASKED).max(1);
        let mut cosines: Vec<f32> = Vec::new();
        for (at, (call, sentences)) in sample.iter().enumerate().step_by(step) {
            // Any sentence does; the middle one neither greets nor thanks.
            let Some(asked) = sentences.get(sentences.len() / 2) else {
                continue;
            };
            let elsewhere = sample.iter().enumerate();
            let elsewhere =
                elsewhere.filter(|(other, (of, _))| *other != at && (one_call || of != call));
            cosines.extend(elsewhere.filter_map(|(_, (_, sentences))| {
                let near = sentences.iter().map(|other| asked.cosine_quantised(other));
                near.reduce(f32::max)
            }));
        }
        Ok((cosines.len() >= FEWEST_PAIRS).then(|| Self::over(&cosines)))
    }

    fn over(cosines: &[f32]) -> Self {
        let of = |values: &mut dyn Iterator<Item = f32>| {
            #[expect(clippy::cast_precision_loss, reason = "a count of pairs, for a mean")]
            let count = cosines.len().max(1) as f32;
            values.sum::<f32>() / count
        };
        let mean = of(&mut cosines.iter().copied());
        let variance = of(&mut cosines.iter().map(|cosine| (cosine - mean).powi(2)));
        Self {
            mean,
            spread: variance.sqrt().max(f32::EPSILON),
        }
    }

    /// By how many deviations a cosine exceeds the best that chance would find among so many passages.
    ///
    /// **Source**: the largest of n normal values is near √(2 ln n) deviations above their mean.
    pub fn beyond_chance(self, cosine: f32, searched: usize) -> f32 {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a count of passages, for its logarithm"
        )]
        let searched = searched.max(2) as f32;
        (cosine - self.mean) / self.spread - (2.0 * searched.ln()).sqrt()
    }
}

/// Passages spread evenly over the library: their calls, and the vectors of their sentences.
fn sample(library: &Library) -> Result<Vec<(CallRow, Vec<Quantised>)>> {
    let dimension = library.dimension()?;
    let mut all: Vec<(CallRow, PassageId)> = Vec::new();
    for call in library.calls()? {
        let passages = library.passages_of(call.row)?;
        all.extend(passages.into_iter().map(|passage| (call.row, passage)));
    }
    let step = all.len().div_ceil(HELD_AGAINST).max(1);
    let chosen = all.into_iter().step_by(step);
    chosen
        .map(|(call, passage)| Ok((call, library.sentence_vectors(passage, dimension)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_chance_finds_among_many_is_nearer_than_among_few() {
        let background = Background::over(&[0.1, 0.2, 0.3]);
        assert!((background.mean - 0.2).abs() < 1e-6);
        let beyond = |searched| background.beyond_chance(0.6, searched);
        assert!(beyond(10) > beyond(1_000) && beyond(0).is_finite());
        assert!(background.beyond_chance(0.7, 10) > beyond(10));
    }
}
