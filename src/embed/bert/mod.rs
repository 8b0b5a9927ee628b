//! Our own BERT: packed weights, no padding, one flow for all tiers of [`kernels`](super::kernels).
//!
//! In: token ids. Out: token states. It must not know where weights come from.

mod forward;
mod shape;
mod weights;
mod words;

pub(super) use forward::Scratch;
pub(super) use shape::Shape;
pub(super) use weights::{Tensors, Weights};
pub(super) use words::{BLOCK_ROWS, ReadSeek, Words};

use super::kernels::Tier;
use forward::Forward;
use std::io;

/// A model with its weights, and the tier that runs it.
pub(super) struct Bert {
    pub(super) tier: Tier,
    pub(super) weights: Weights,
    pub(super) words: Words,
}

impl Bert {
    /// Sums words and positions, and runs all layers. The states of all texts, one after the other,
    /// are the result, `(tokens, hidden)`. They do not depend on which texts came along.
    ///
    /// # Errors
    /// For a token that the model does not know, or where its row cannot be read.
    pub(super) fn forward<'s>(
        &self,
        texts: &[&[u32]],
        scratch: &'s mut Scratch,
    ) -> io::Result<&'s [f32]> {
        let hidden = self.weights.shape.hidden;
        let lengths: Vec<usize> = texts.iter().map(|ids| ids.len()).collect();
        let tokens: usize = lengths.iter().sum();
        scratch.states.grow(tokens * hidden);
        let mut rows = scratch.states.chunks_exact_mut(hidden);
        for ids in texts {
            let positions = self.weights.positions().chunks_exact(hidden);
            for ((id, position), row) in ids.iter().zip(positions).zip(&mut rows) {
                let numbers = self.words.row(*id)?.iter().zip(position);
                for (sum, (word, position)) in row.iter_mut().zip(numbers) {
                    *sum = word + position;
                }
            }
        }
        let weights = &self.weights;
        let forward = Forward {
            weights,
            lengths: &lengths,
            scratch,
        };
        let lacking = || io::Error::other(format!("this machine has no `{}`", self.tier));
        self.tier.with(forward).ok_or_else(lacking)?;
        scratch
            .states
            .get(..tokens * hidden)
            .ok_or_else(|| io::Error::other("too few states"))
    }
}
