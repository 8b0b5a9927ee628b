//! Vectors in memory at a byte a number, and how near they are to each other.

use crate::embed::{Quantised, cosine_of_bytes};
use std::cmp::Ordering;

/// A row and its cosine with what is looked for. The greater is the nearer; ties go to the lower place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Near {
    pub(super) cosine: f32,
    pub(super) place: u32,
}

impl Eq for Near {}

impl Ord for Near {
    fn cmp(&self, other: &Self) -> Ordering {
        self.cosine
            .total_cmp(&other.cosine)
            .then(other.place.cmp(&self.place))
    }
}

impl PartialOrd for Near {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Rows of one length, each with its scale.
pub(super) struct Rows {
    dimension: usize,
    bytes: Vec<i8>,
    scales: Vec<f32>,
}

impl Rows {
    pub(super) fn new(dimension: usize) -> Self {
        Self {
            dimension,
            bytes: Vec::new(),
            scales: Vec::new(),
        }
    }

    /// Numbers of a row.
    pub(super) fn dimension(&self) -> usize {
        self.dimension
    }

    /// Appends a vector of the rows' dimension.
    pub(super) fn push(&mut self, vector: &Quantised) {
        self.push_bytes(vector.scale(), vector.bytes());
    }

    /// Appends a vector of the rows' dimension by its parts.
    pub(super) fn push_bytes(&mut self, scale: f32, bytes: &[i8]) {
        debug_assert_eq!(bytes.len(), self.dimension);
        self.bytes.extend_from_slice(bytes);
        self.scales.push(scale);
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.scales.len()
    }

    /// A row's scale and bytes.
    pub(super) fn row(&self, place: u32) -> (f32, &[i8]) {
        let at = place as usize;
        let bytes = self
            .bytes
            .get(at * self.dimension..(at + 1) * self.dimension);
        let scale = self.scales.get(at).copied();
        (scale.unwrap_or(0.0), bytes.unwrap_or_default())
    }

    /// The cosine of two rows.
    pub(super) fn cosine(&self, a: u32, b: u32) -> f32 {
        cosine_of_bytes(self.row(a), self.row(b))
    }

    /// How near row `b` is to row `a`.
    pub(super) fn near(&self, a: u32, b: u32) -> Near {
        Near {
            cosine: self.cosine(a, b),
            place: b,
        }
    }

    /// A row as one slice: its bytes, then its scale's.
    pub(super) fn with_tail(&self, place: u32) -> Vec<i8> {
        let (scale, bytes) = self.row(place);
        let tail = scale.to_le_bytes().map(u8::cast_signed);
        [bytes, &tail].concat()
    }

    /// The cosine of two rows that come with their scales.
    pub(super) fn cosine_with_tails(a: &[i8], b: &[i8]) -> f32 {
        match (split_tail(a), split_tail(b)) {
            (Some(a), Some(b)) => cosine_of_bytes(a, b),
            _ => 0.0,
        }
    }
}

fn split_tail(row: &[i8]) -> Option<(f32, &[i8])> {
    let (bytes, tail) = row.split_last_chunk::<4>()?;
    Some((f32::from_le_bytes(tail.map(i8::cast_unsigned)), bytes))
}
