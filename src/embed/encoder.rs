//! Token ids to token states.

use super::folder::ModelFolder;
use super::stock::Stock;
use crate::error::Result;
use candle_core::Device;

/// The transformer with its weights.
pub(super) enum Encoder {
    /// candle's own model.
    Stock(Stock),
}

/// The last hidden states of several texts, one after the other and without padding.
///
/// **Shapes**: row-major `(tokens of all texts, hidden)`.
pub(super) struct States {
    values: Vec<f32>,
    /// Where each text's numbers end in `values`.
    ends: Vec<usize>,
    hidden: usize,
}

impl States {
    /// Of no text yet.
    pub(super) fn new(hidden: usize) -> Self {
        Self {
            values: Vec::new(),
            ends: Vec::new(),
            hidden,
        }
    }

    /// Appends a text's states, `(tokens, hidden)`.
    pub(super) fn push(&mut self, states: &[f32]) {
        self.values.extend_from_slice(states);
        self.ends.push(self.values.len());
    }

    /// The states of one text, `(tokens, hidden)`.
    pub(super) fn text(&self, index: usize) -> impl Iterator<Item = &[f32]> {
        let start = index
            .checked_sub(1)
            .map_or(Some(0), |before| self.ends.get(before).copied());
        let range = start.zip(self.ends.get(index).copied());
        let states = range.and_then(|(start, end)| self.values.get(start..end));
        states.unwrap_or_default().chunks_exact(self.hidden)
    }
}

impl Encoder {
    /// Builds the model from the bytes of `model.safetensors`.
    pub(super) fn load(folder: &ModelFolder, weights: &[u8], device: &Device) -> Result<Self> {
        Stock::load(folder, weights, device).map(Self::Stock)
    }

    /// Runs a batch. A text's states do not depend on its neighbours.
    pub(super) fn forward(&self, batch: &[&[u32]]) -> candle_core::Result<States> {
        match self {
            Self::Stock(model) => model.forward(batch),
        }
    }
}
