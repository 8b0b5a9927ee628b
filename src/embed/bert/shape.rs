//! The sizes of a BERT, and where each of its weights lies in packed form.

use super::super::kernels::PANEL;
use serde::{Deserialize, Serialize};

/// Lanes that separate the rows of an operand, so that rows of a round length do not fall on the same
/// lines of a cache.
const APART: usize = 16;

/// The sizes that a forward pass needs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::embed) struct Shape {
    /// Numbers of a token's state.
    pub(in crate::embed) hidden: usize,
    /// Layers.
    pub(in crate::embed) layers: usize,
    /// Attention heads of a layer.
    pub(in crate::embed) heads: usize,
    /// Numbers between the two halves of a layer's feed-forward part.
    pub(in crate::embed) intermediate: usize,
    /// The most tokens of a text.
    pub(in crate::embed) positions: usize,
    /// Tokens that the model knows.
    pub(in crate::embed) vocabulary: usize,
    /// Types of tokens that it knows; all of ours are of the first.
    pub(in crate::embed) types: usize,
    /// What keeps a normalisation from dividing by zero.
    pub(in crate::embed) epsilon: f32,
}

impl Shape {
    /// Whether the kernels serve these sizes: whole panels everywhere.
    pub(in crate::embed) fn is_served(&self) -> bool {
        let whole = |size: usize| size > 0 && size.is_multiple_of(PANEL);
        whole(self.hidden)
            && whole(self.intermediate)
            && self.heads > 0
            && self.hidden.is_multiple_of(self.heads)
    }

    /// Bytes of all weights in packed form, words included. A forged header's sizes stay sizes.
    pub(in crate::embed) fn packed_len(&self, depth: usize) -> u64 {
        let believable = self.hidden.max(self.intermediate) <= 1 << 16
            && self.layers <= 1 << 10
            && self.positions.max(self.vocabulary) <= 1 << 24;
        if !(believable && self.is_served() && (1..=2).contains(&depth)) {
            return u64::MAX;
        }
        let numbers = self.lanes(depth) + self.numbers() + self.vocabulary * self.hidden;
        4 * numbers as u64
    }

    /// Numbers of one head.
    pub(super) fn head(&self) -> usize {
        self.hidden / self.heads
    }

    /// Numbers that a head takes in memory: whole panels, zero past its own.
    pub(super) fn head_width(&self) -> usize {
        self.head().next_multiple_of(PANEL)
    }

    /// Numbers that all heads take.
    pub(super) fn heads_width(&self) -> usize {
        self.heads * self.head_width()
    }

    /// The matrices of a layer in the order of packing, as (columns, depth in numbers).
    pub(super) fn matrices(&self) -> [(usize, usize); 4] {
        [
            (3 * self.heads_width(), self.hidden),
            (self.hidden, self.heads_width()),
            (self.intermediate, self.hidden),
            (self.hidden, self.intermediate),
        ]
    }

    /// Lanes of all layers' matrices.
    pub(in crate::embed) fn lanes(&self, depth: usize) -> usize {
        let layer = self
            .matrices()
            .map(|(columns, deep)| columns * (deep / depth));
        self.layers * layer.iter().sum::<usize>()
    }

    /// Numbers of one layer's vectors: four biases, two scales, two shifts.
    fn layer_numbers(&self) -> usize {
        3 * self.heads_width() + 6 * self.hidden + self.intermediate
    }

    /// Numbers that are not in matrices of layers: positions, the scale and shift of the first
    /// normalisation, then the layers' vectors.
    pub(in crate::embed) fn numbers(&self) -> usize {
        self.positions * self.hidden + 2 * self.hidden + self.layers * self.layer_numbers()
    }

    /// Lanes from one row of an operand to the next.
    pub(super) fn stride(numbers: usize, depth: usize) -> usize {
        numbers / depth + APART
    }
}
