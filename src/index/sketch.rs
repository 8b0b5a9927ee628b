//! Vectors at a bit a number: enough to say which way to walk.
//!
//! In: rows, and a question's vector. Out: for each row a sketch, and about how near a sketched row is to the
//! question. What is found by sketches is measured again by bytes, then exactly.
//!
//! **Source**: Gao and Long 2024, "`RaBitQ`: Quantizing High-Dimensional Vectors with a Theoretical Error
//! Bound for Approximate Nearest Neighbor Search", §3: signs about a centre, and an estimate without bias.
//! Without its rotation, which changes nothing here; see `docs/DECISIONS.md`.

use super::rows::Rows;
use crate::embed::{Embedding, PLANES, Planes, sum_where_set};

/// Numbers whose signs share a word.
const WORD: usize = u64::BITS as usize;
/// The largest number of a question, in steps.
const MOST: f32 = 63.0;
const _: () = assert!(PLANES == 6, "the largest number follows from its bits");

/// Bytes of a sketch: what a sign stands for (f32), then a bit a number, set where it is above the centre.
pub(super) fn sketch_len(dimension: usize) -> usize {
    4 + dimension.div_ceil(WORD) * 8
}

/// The middle of rows, which their sketches are signs about.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Centre(pub(super) Vec<f32>);

impl Centre {
    pub(super) fn of(rows: &Rows) -> Self {
        let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let mut sums = vec![0.0_f64; rows.dimension()];
        for place in 0..count {
            let (scale, bytes) = rows.row(place);
            for (sum, byte) in sums.iter_mut().zip(bytes) {
                *sum += f64::from(scale * f32::from(*byte));
            }
        }
        let many = f64::from(count.max(1));
        #[expect(clippy::cast_possible_truncation, reason = "a mean of numbers of f32")]
        let mean = sums.into_iter().map(|sum| (sum / many) as f32);
        Self(mean.collect())
    }

    /// The sketch of a row.
    pub(super) fn sketch(&self, (scale, bytes): (f32, &[i8])) -> Vec<u8> {
        let mut words = vec![0_u64; self.0.len().div_ceil(WORD)];
        let (mut squares, mut sizes) = (0.0, 0.0_f32);
        for (at, (byte, centre)) in bytes.iter().zip(&self.0).enumerate() {
            let from_centre = scale * f32::from(*byte) - centre;
            squares += from_centre * from_centre;
            sizes += from_centre.abs();
            if let Some(word) = words.get_mut(at / WORD) {
                *word |= u64::from(from_centre > 0.0) << (at % WORD);
            }
        }
        let sign = if sizes > 0.0 { squares / sizes } else { 0.0 };
        let bits = words.into_iter().flat_map(u64::to_le_bytes);
        sign.to_le_bytes().into_iter().chain(bits).collect()
    }
}

/// A question, as sketches are compared with it: its numbers rounded to [`PLANES`] bits.
pub(super) struct Asked {
    planes: Vec<Planes>,
    /// `value ≈ least + step × number`.
    least: f32,
    step: f32,
    /// The sum of all values.
    sum: f32,
    /// The cosine with the centre.
    with_centre: f32,
}

impl Asked {
    pub(super) fn new(question: &Embedding, centre: &Centre) -> Self {
        let values = question.values();
        let least = values.iter().copied().fold(f32::INFINITY, f32::min);
        let most = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let step = ((most - least) / MOST).max(f32::MIN_POSITIVE);
        let mut planes = vec![Planes::default(); values.len().div_ceil(WORD)];
        for (at, value) in values.iter().enumerate() {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "from 0 to MOST"
            )]
            let number = ((value - least) / step).round().clamp(0.0, MOST) as u64;
            let planes = planes.get_mut(at / WORD).into_iter().flatten();
            let planes = planes.enumerate().take(PLANES);
            for (plane, word) in planes {
                *word |= (number >> plane & 1) << (at % WORD);
            }
        }
        let products = values
            .iter()
            .zip(&centre.0)
            .map(|(value, mean)| value * mean);
        Self {
            planes,
            least,
            step,
            sum: values.iter().sum(),
            with_centre: products.sum(),
        }
    }

    /// About the cosine with the row of a sketch; `None` where the sketch is cut.
    pub(super) fn cosine(&self, sketch: &[u8]) -> Option<f32> {
        let (sign, bits) = sketch.split_first_chunk::<4>()?;
        let (sum, set) = sum_where_set(&self.planes, bits);
        #[expect(clippy::cast_precision_loss, reason = "at most 64 × 1024")]
        let above = self.least * set as f32 + self.step * sum as f32;
        Some(self.with_centre + f32::from_le_bytes(*sign) * (2.0 * above - self.sum))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embed::Quantised;

    /// Numbers without a pattern, about a middle of their own.
    fn noise(seed: u32, dimension: usize) -> Embedding {
        let mut state = seed.wrapping_mul(0x9e37_79b9) | 1;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            f32::from(u16::try_from(state >> 16).unwrap()) / 65_536.0 - 0.3
        };
        Embedding::normalised((0..dimension).map(|_| next()).collect()).unwrap()
    }

    #[test]
    fn a_sketch_says_about_how_near_a_row_is() {
        for dimension in [384, 100] {
            let rows: Vec<Embedding> = (1..80).map(|n| noise(n, dimension)).collect();
            let mut all = Rows::new(dimension);
            for row in &rows {
                all.push(&Quantised::new(row));
            }
            let centre = Centre::of(&all);
            let asked = Asked::new(&rows[5], &centre);
            let limit = if dimension > 200 { 0.15 } else { 0.3 };
            for (place, row) in (0..).zip(&rows) {
                let sketch = centre.sketch(all.row(place));
                assert_eq!(sketch.len(), sketch_len(dimension));
                let off = asked.cosine(&sketch).unwrap() - row.cosine(&rows[5]);
                assert!(off.abs() < limit, "{dimension} {place}: {off}");
            }
            assert_eq!(asked.cosine(&[0; 3]), None);
        }
    }
}
