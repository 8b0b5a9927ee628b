//! Token ids to token states.

use super::own::Own;
use super::plan::STOCK;
use super::stock::Stock;
use std::io;

/// The transformer with its weights.
pub(super) enum Encoder {
    /// Ours.
    Own(Own),
    /// candle's own model.
    Stock(Stock),
}

/// The last hidden states of several texts, one after the other and without padding.
///
/// **Shapes**: row-major `(tokens of all texts, hidden)`.
pub(super) struct States<'a> {
    values: &'a [f32],
    /// Where each text's numbers end in `values`.
    ends: Vec<usize>,
    hidden: usize,
}

impl<'a> States<'a> {
    /// Of the texts of a batch.
    pub(super) fn new(values: &'a [f32], batch: &[&[u32]], hidden: usize) -> Self {
        let lengths = batch.iter().map(|ids| ids.len() * hidden);
        let ends = lengths.scan(0, |end, len| {
            *end += len;
            Some(*end)
        });
        Self {
            values,
            ends: ends.collect(),
            hidden,
        }
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
    /// What runs it, as `$ONRECORD_KERNEL` names it.
    pub(super) fn kernel(&self) -> &'static str {
        match self {
            Self::Own(own) => own.tier().name(),
            Self::Stock(_) => STOCK,
        }
    }

    /// Bytes of text that make a batch worth its while. Ours reads each weight once for all tokens of a
    /// batch, of which about 400 fit into a core's own cache; candle pads, and pays for each call.
    pub(super) fn batch_bytes(&self) -> usize {
        match self {
            Self::Own(_) => 1_800,
            Self::Stock(_) => 6_000,
        }
    }

    /// Runs a batch, and `look` on its states. Those of a text do not depend on its neighbours.
    pub(super) fn forward<T>(
        &self,
        batch: &[&[u32]],
        look: impl FnOnce(&States<'_>) -> T,
    ) -> io::Result<T> {
        match self {
            Self::Own(model) => model.forward(batch, look),
            Self::Stock(model) => model.forward(batch, look).map_err(io::Error::other),
        }
    }
}
