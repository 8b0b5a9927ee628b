//! Token ids to token states through candle's own models, over a padded batch: the reference that our
//! own encoder is held against, and the path for architectures and devices that it does not serve.

use super::encoder::States;
use super::folder::ModelFolder;
use crate::error::Result;
use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::BertModel;

/// A transformer of candle's, with its weights.
pub(super) struct Stock {
    bert: BertModel,
    hidden: usize,
}

impl Stock {
    /// Builds the model from the bytes of `model.safetensors`.
    pub(super) fn load(folder: &ModelFolder, weights: &[u8]) -> Result<Self> {
        let broken = |error: candle_core::Error| folder.broken_weights(&error);
        let tensors = VarBuilder::from_slice_safetensors(weights, DType::F32, &Device::Cpu);
        let bert = BertModel::load(tensors.map_err(broken)?, &folder.bert).map_err(broken)?;
        Ok(Self {
            bert,
            hidden: folder.bert.hidden_size,
        })
    }

    /// Runs a batch. Shorter texts are padded with id 0 and masked; the padding is left out of the states.
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
        let padded_states: Vec<f32> = states.flatten_all()?.to_vec1()?;
        let mut states = States::new(self.hidden);
        for (ids, rows) in batch
            .iter()
            .zip(padded_states.chunks_exact(longest.max(1) * self.hidden))
        {
            states.push(rows.get(..ids.len() * self.hidden).unwrap_or_default());
        }
        Ok(states)
    }
}
