//! Vectors that can be trusted: finite, of unit length, and the same ones in a quarter of the space.

use super::kernels::{dot_bytes, signed};
use std::fmt;

/// A direction in the model's space: finite and of unit length, so that a dot product is a cosine.
#[derive(Clone, PartialEq)]
pub struct Embedding(Vec<f32>);

impl Embedding {
    /// Scales `values` to unit length. `None` for a vector without direction: empty, zero, or not
    /// finite.
    pub fn normalised(mut values: Vec<f32>) -> Option<Self> {
        let norm = values
            .iter()
            .map(|v| f64::from(*v) * f64::from(*v))
            .sum::<f64>()
            .sqrt();
        if !(norm.is_finite() && norm > 1e-12) {
            return None;
        }
        for value in &mut values {
            // Back to f32 after the division keeps the length within one rounding of 1.
            #[expect(clippy::cast_possible_truncation, reason = "the quotient is at most 1")]
            let scaled = (f64::from(*value) / norm) as f32;
            *value = scaled;
        }
        Some(Self(values))
    }

    /// From stored bytes, little-endian `f32` each. `None` unless they are a finite unit vector of
    /// `dimension` numbers.
    pub fn from_le_bytes(bytes: &[u8], dimension: usize) -> Option<Self> {
        let (values, rest) = bytes.as_chunks::<4>();
        let values: Vec<f32> = values.iter().map(|b| f32::from_le_bytes(*b)).collect();
        let unit = (dot(&values, &values) - 1.0).abs() < 1e-3;
        (rest.is_empty() && values.len() == dimension && unit).then_some(Self(values))
    }

    /// The cosine of a vector in its stored bytes with `other`: that of [`Embedding::from_le_bytes`], where it stands. `None`
    /// unless it is a finite unit vector of the same dimension.
    pub fn cosine_of_stored(stored: &[u8], other: &Self) -> Option<f32> {
        let (values, rest) = stored.as_chunks::<4>();
        let whole = rest.is_empty() && values.len() == other.0.len();
        let value = |bytes: &[u8; 4]| f32::from_le_bytes(*bytes);
        let (with_itself, cosine) = (
            dot_by(values, values, (value, value)),
            dot_by(values, &other.0, (value, |value| *value)),
        );
        (whole && (with_itself - 1.0).abs() < 1e-3).then_some(cosine)
    }

    /// The numbers as stored bytes, little-endian.
    pub fn to_le_bytes(&self) -> Vec<u8> {
        self.0
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect()
    }

    /// The numbers.
    pub fn values(&self) -> &[f32] {
        &self.0
    }

    /// Cosine with another embedding of the same model, in `[-1, 1]` up to rounding.
    pub fn cosine(&self, other: &Self) -> f32 {
        dot(&self.0, &other.0)
    }
}

impl fmt::Debug for Embedding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Embedding({} numbers)", self.0.len())
    }
}

/// Dot product, summed in sixteen lanes so that the compiler can use vector registers; the order of
/// the sum is fixed, so the result is the same on every run.
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    dot_by(a, b, (|x| *x, |y| *y))
}

/// The same of whatever gives numbers.
#[inline]
fn dot_by<A, B>(a: &[A], b: &[B], (of_a, of_b): (impl Fn(&A) -> f32, impl Fn(&B) -> f32)) -> f32 {
    const LANES: usize = 16;
    let (a_chunks, a_rest) = a.as_chunks::<LANES>();
    let (b_chunks, b_rest) = b.as_chunks::<LANES>();
    let mut sums = [0.0_f32; LANES];
    for (x, y) in a_chunks.iter().zip(b_chunks) {
        for lane in 0..LANES {
            sums[lane] += of_a(&x[lane]) * of_b(&y[lane]);
        }
    }
    let rest = a_rest.iter().zip(b_rest);
    let rest: f32 = rest.map(|(x, y)| of_a(x) * of_b(y)).sum();
    sums.iter().sum::<f32>() + rest
}

/// An embedding in one byte a number: `value ≈ byte × scale`.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantised {
    scale: f32,
    bytes: Vec<i8>,
}

impl Quantised {
    /// Rounds to 127 steps on either side of zero; the error of a cosine stays below 0.01.
    pub fn new(embedding: &Embedding) -> Self {
        let largest = embedding
            .0
            .iter()
            .fold(0.0_f32, |most, value| most.max(value.abs()));
        let scale = largest / 127.0;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the quotient is within ±127"
        )]
        let bytes = embedding
            .0
            .iter()
            .map(|value| (value / scale).round() as i8)
            .collect();
        Self { scale, bytes }
    }

    /// Stored size in bytes for a vector of `dimension` numbers.
    pub fn stored_len(dimension: usize) -> usize {
        4 + dimension
    }

    /// Appends the stored form: the scale as little-endian `f32`, then a byte a number.
    pub fn append_to(&self, out: &mut Vec<u8>) {
        out.extend(self.scale.to_le_bytes());
        out.extend(self.bytes.iter().map(|byte| byte.cast_unsigned()));
    }

    /// From the stored form. `None` when it is cut or its scale is not a positive finite number.
    pub fn from_bytes(stored: &[u8]) -> Option<Self> {
        let (scale, bytes) = stored.split_first_chunk::<4>()?;
        let scale = f32::from_le_bytes(*scale);
        let bytes = bytes.iter().map(|byte| byte.cast_signed()).collect();
        (scale.is_finite() && scale > 0.0).then_some(Self { scale, bytes })
    }

    /// Approximate cosine with an exact embedding.
    pub fn cosine(&self, exact: &Embedding) -> f32 {
        mixed_dot(&self.bytes, &exact.0) * self.scale
    }

    /// The same for one in its stored form; `None` as for [`Quantised::from_bytes`], or when it has another dimension.
    pub fn cosine_of_stored(stored: &[u8], exact: &Embedding) -> Option<f32> {
        let (scale, bytes) = stored.split_first_chunk::<4>()?;
        let scale = f32::from_le_bytes(*scale);
        let whole = bytes.len() == exact.0.len() && scale.is_finite() && scale > 0.0;
        whole.then(|| mixed_dot(signed(bytes), &exact.0) * scale)
    }

    /// Approximate cosine with another quantised embedding; the sum itself is exact.
    pub fn cosine_quantised(&self, other: &Self) -> f32 {
        cosine_of_bytes((self.scale, &self.bytes), (other.scale, &other.bytes))
    }

    /// The scale.
    pub fn scale(&self) -> f32 {
        self.scale
    }

    /// A byte a number, from −127 to 127.
    pub fn bytes(&self) -> &[i8] {
        &self.bytes
    }
}

/// [`dot`] of bytes with numbers.
fn mixed_dot(bytes: &[i8], values: &[f32]) -> f32 {
    dot_by(bytes, values, (|byte| f32::from(*byte), |value| *value))
}

/// The cosine of two vectors that are kept as a scale and a byte a number.
pub fn cosine_of_bytes(a: (f32, &[i8]), b: (f32, &[i8])) -> f32 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "at most 1024 × 127², below 2^24"
    )]
    let sum = dot_bytes(a.1, b.1) as f32;
    sum * a.0 * b.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(seed: f32) -> Embedding {
        Embedding::normalised((0_u8..100).map(|i| (seed * f32::from(i)).sin()).collect()).unwrap()
    }

    #[test]
    fn a_vector_without_direction_is_no_embedding() {
        assert_eq!(Embedding::normalised(vec![0.0; 4]), None);
        assert_eq!(Embedding::normalised(vec![f32::NAN, 1.0]), None);
        assert_eq!(Embedding::normalised(Vec::new()), None);
    }

    #[test]
    fn stored_bytes_come_back_and_damaged_ones_do_not() {
        let embedding = wave(0.7);
        let mut bytes = embedding.to_le_bytes();
        let other = wave(0.4);
        let cosine = Embedding::cosine_of_stored(&bytes, &other);
        assert_eq!(cosine, Some(embedding.cosine(&other)));
        assert_eq!(Embedding::from_le_bytes(&bytes, 100), Some(embedding));
        assert_eq!(Embedding::from_le_bytes(&bytes, 99), None);
        assert_eq!(Embedding::cosine_of_stored(&bytes[..396], &other), None);
        bytes[3] ^= 0x40;
        assert_eq!(Embedding::from_le_bytes(&bytes, 100), None);
        assert_eq!(Embedding::cosine_of_stored(&bytes, &other), None);
    }

    #[test]
    fn quantising_moves_a_cosine_by_less_than_a_hundredth() {
        for (a, b) in [(0.3, 0.31), (0.9, 0.2), (0.5, 0.5)] {
            let (a, b) = (wave(a), wave(b));
            let (qa, qb) = (Quantised::new(&a), Quantised::new(&b));
            assert!((qa.cosine(&b) - a.cosine(&b)).abs() < 0.01);
            assert!((qa.cosine_quantised(&qb) - a.cosine(&b)).abs() < 0.01);
        }
    }

    #[test]
    fn a_quantised_vector_survives_storage() {
        let quantised = Quantised::new(&wave(0.4));
        let mut stored = Vec::new();
        quantised.append_to(&mut stored);
        assert_eq!(stored.len(), Quantised::stored_len(100));
        let cosine = quantised.cosine(&wave(0.7));
        assert_eq!(
            Quantised::cosine_of_stored(&stored, &wave(0.7)),
            Some(cosine)
        );
        assert_eq!(Quantised::cosine_of_stored(&stored[..90], &wave(0.7)), None);
        assert_eq!(Quantised::from_bytes(&stored), Some(quantised));
        assert_eq!(Quantised::from_bytes(&[0, 0]), None);
    }
}
