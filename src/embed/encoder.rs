//! Token ids to token states: candle's BERT over a padded batch.

use super::folder::ModelFolder;
use crate::error::Result;
use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::BertModel;

/// The transformer with its weights.
pub(super) struct Encoder {
    bert: BertModel,
    hidden: usize,
}

/// The last hidden states of a batch: row-major `(texts, longest, hidden)`, padding included.
pub(super) struct States {
    values: Vec<f32>,
    longest: usize,
    hidden: usize,
}

impl States {
    /// The states of one text, `(longest, hidden)`; rows past its own length are padding.
    pub(super) fn text(&self, index: usize) -> impl Iterator<Item = &[f32]> {
        let size = self.longest * self.hidden;
        let states = self
            .values
            .get(index * size..(index + 1) * size)
            .unwrap_or_default();
        states.chunks_exact(self.hidden)
    }
}

impl Encoder {
    /// Builds the model from the bytes of `model.safetensors`.
    pub(super) fn load(folder: &ModelFolder, weights: &[u8]) -> Result<Self> {
        let broken = |error: candle_core::Error| {
            folder.broken(format!(
                "`model.safetensors` is damaged or of another model: {error}"
            ))
        };
        let tensors = VarBuilder::from_slice_safetensors(weights, DType::F32, &Device::Cpu);
        let bert = BertModel::load(tensors.map_err(broken)?, &folder.bert).map_err(broken)?;
        Ok(Self {
            bert,
            hidden: folder.bert.hidden_size,
        })
    }

    /// Runs a batch. Shorter texts are padded with id 0 and masked; a text's states do not depend on
    /// its neighbours.
    pub(super) fn forward(&self, batch: &[&[u32]]) -> candle_core::Result<States> {
        let longest = batch.iter().map(|ids| ids.len()).max().unwrap_or_default();
        let shape = (batch.len(), longest);
        let padded = |f: fn(&u32) -> u32| {
            let rows = batch.iter().flat_map(move |ids| {
                ids.iter()
                    .map(f)
                    .chain(std::iter::repeat_n(0, longest - ids.len()))
            });
            Tensor::from_iter(rows, &Device::Cpu)?.reshape(shape)
        };
        let ids = padded(|id| *id)?;
        let mask = padded(|_| 1)?;
        let states = self.bert.forward(&ids, &ids.zeros_like()?, Some(&mask))?;
        let values = states.flatten_all()?.to_vec1()?;
        Ok(States {
            values,
            longest,
            hidden: self.hidden,
        })
    }
}
