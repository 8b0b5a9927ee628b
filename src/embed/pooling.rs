//! Token states to vectors: what stands behind the transformer. In: the states of one text, and which
//! tokens belong to which sentence. Out: unit vectors. It knows neither texts nor tokenizers.

use super::PassageVectors;
use super::dense::{Dense, DenseConfig};
use super::files::Files;
use super::folder::ModelFolder;
use super::vector::Embedding;
use crate::error::Result;
use crate::transcript::sha256_hex;
use crate::units::ByteSpan;
use candle_core::{Device, Tensor};
use serde_json::Value;

/// How token states become one vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pooling {
    /// The mean over all tokens, special ones included.
    Mean,
    /// The state of the first token.
    Cls,
    /// The mean in which the first token counts once, the second twice, and so on.
    WeightedMean,
    /// The state of the last token.
    LastToken,
}

impl Pooling {
    /// From a `Pooling` module's `config.json`, in both notations: one word or a list of words, or a
    /// switch for each.
    pub(super) fn read(files: Files<'_>, config: &Value) -> Result<Self> {
        let on = |(name, value): (&String, &Value)| {
            let mode = name.strip_prefix("pooling_mode_")?;
            (*value == Value::Bool(true)).then(|| mode.to_owned())
        };
        let modes: Vec<String> = match config.get("pooling_mode") {
            Some(Value::String(mode)) => vec![mode.clone()],
            Some(Value::Array(modes)) => modes
                .iter()
                .map(|mode| mode.as_str().unwrap_or_default().to_owned())
                .collect(),
            _ => config
                .as_object()
                .into_iter()
                .flatten()
                .filter_map(on)
                .collect(),
        };
        match modes.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["mean" | "mean_tokens"] => Ok(Self::Mean),
            ["cls" | "cls_token"] => Ok(Self::Cls),
            ["weightedmean" | "weightedmean_tokens"] => Ok(Self::WeightedMean),
            ["lasttoken"] => Ok(Self::LastToken),
            [] => Err(files.unsupported("it names no pooling")),
            _ => Err(files.unsupported(format!(
                "its pooling is `{}`; supported: one of mean, cls, weightedmean, lasttoken",
                modes.join("` and `")
            ))),
        }
    }

    /// How much the token at `place` counts.
    #[expect(clippy::cast_precision_loss, reason = "a place is far below 2^24")]
    fn weight(self, place: usize) -> f32 {
        match self {
            Self::WeightedMean => (place + 1) as f32,
            _ => 1.0,
        }
    }
}

/// A module between the pooling and the vector.
#[derive(Clone, Debug)]
pub(super) enum Layer<D> {
    Dense(D),
    /// To unit length; the last vector is scaled so in any case.
    Normalize,
}

/// Pooling and the layers behind it.
pub(super) struct Head {
    pooling: Pooling,
    hidden: usize,
    layers: Vec<Layer<Dense>>,
    fingerprint: String,
}

impl Head {
    /// Loads what the folder names.
    pub(super) fn load(folder: &ModelFolder) -> Result<Self> {
        let mut fingerprint = String::new();
        let dense = |config: &DenseConfig, fingerprint: &mut String| {
            folder.files().expect_weights(&config.path)?;
            let weights = folder.bytes(&format!("{}/model.safetensors", config.path))?;
            fingerprint.push_str(&format!("{config:?} {}\n", sha256_hex(&weights)));
            Dense::load(config, &weights).map_err(|error| {
                folder.broken(format!("the weights of `{}`: {error}", config.path))
            })
        };
        let layers = folder.layers.iter().map(|layer| match layer {
            Layer::Dense(config) => dense(config, &mut fingerprint).map(Layer::Dense),
            Layer::Normalize => Ok(Layer::Normalize),
        });
        Ok(Self {
            pooling: folder.pooling,
            hidden: folder.hidden(),
            layers: layers.collect::<Result<_>>()?,
            fingerprint,
        })
    }

    /// What decides its vectors beside the pooling; empty where there is nothing.
    pub(super) fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// One vector for a text. The first `skip` tokens, those of a prompt that is not to be pooled, take
    /// no part.
    pub(super) fn text<'s>(
        &self,
        states: impl Iterator<Item = &'s [f32]>,
        skip: usize,
    ) -> candle_core::Result<Embedding> {
        let pooled = self.pool(states, skip);
        let vector = self.finish(pooled)?.pop().and_then(Embedding::normalised);
        let Some(vector) = vector else {
            candle_core::bail!("it gives vectors without direction")
        };
        Ok(vector)
    }

    /// The vector of a passage, and one for each of its sentences: the mean of the states of the tokens
    /// that end in its span. (A token may begin with the space before its word.) Special tokens, whose
    /// offsets are empty, take no part.
    pub(super) fn passage(
        &self,
        states: &[&[f32]],
        offsets: &[ByteSpan],
        sentences: impl Iterator<Item = ByteSpan>,
        skip: usize,
    ) -> candle_core::Result<PassageVectors> {
        let passage = self.text(states.iter().copied(), skip)?;
        let inside = |span: ByteSpan, offset: &ByteSpan| {
            !offset.is_empty() && span.start() < offset.end() && offset.end() <= span.end()
        };
        let pooled: Vec<_> = sentences
            .map(|span| {
                let rows = states.iter().zip(offsets);
                let rows = rows.filter(|(_, offset)| inside(span, offset));
                mean(rows.map(|(state, _)| (1.0, *state)), self.hidden)
            })
            .collect();
        let mut finished = self
            .finish(pooled.iter().flatten().cloned())?
            .into_iter()
            .map(Embedding::normalised);
        let sentences = pooled.iter().map(|pooled| {
            let own = pooled.as_ref().and_then(|_| finished.next().flatten());
            // A sentence of characters that the tokenizer drops has no states of its own.
            own.unwrap_or_else(|| passage.clone())
        });
        let sentences = sentences.collect();
        Ok(PassageVectors { passage, sentences })
    }

    fn pool<'s>(&self, states: impl Iterator<Item = &'s [f32]>, skip: usize) -> Option<Vec<f32>> {
        let mut pooled = states.enumerate().skip(skip);
        match self.pooling {
            Pooling::Cls => pooled.next().map(|(_, state)| state.to_vec()),
            Pooling::LastToken => pooled.last().map(|(_, state)| state.to_vec()),
            Pooling::Mean | Pooling::WeightedMean => {
                let weight = |place| self.pooling.weight(place);
                mean(
                    pooled.map(|(place, state)| (weight(place), state)),
                    self.hidden,
                )
            }
        }
    }

    /// Pooled vectors through the layers.
    fn finish(
        &self,
        pooled: impl IntoIterator<Item = Vec<f32>>,
    ) -> candle_core::Result<Vec<Vec<f32>>> {
        let pooled: Vec<_> = pooled.into_iter().collect();
        if self.layers.is_empty() || pooled.is_empty() {
            return Ok(pooled);
        }
        let shape = (pooled.len(), self.hidden);
        let mut vectors = Tensor::from_vec(pooled.concat(), shape, &Device::Cpu)?;
        for layer in &self.layers {
            vectors = match layer {
                Layer::Dense(dense) => dense.forward(&vectors)?,
                Layer::Normalize => {
                    let length = vectors.sqr()?.sum_keepdim(1)?.sqrt()?;
                    vectors.broadcast_div(&length)?
                }
            };
        }
        vectors.to_vec2()
    }
}

/// The weighted mean of rows; `None` of no rows.
fn mean<'a>(rows: impl Iterator<Item = (f32, &'a [f32])>, hidden: usize) -> Option<Vec<f32>> {
    let mut sums = vec![0.0_f32; hidden];
    let mut weights = 0.0_f32;
    for (weight, row) in rows {
        weights += weight;
        for (sum, value) in sums.iter_mut().zip(row) {
            *sum += weight * value;
        }
    }
    for sum in &mut sums {
        *sum /= weights;
    }
    (weights > 0.0).then_some(sums)
}
