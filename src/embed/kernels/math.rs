//! The formulas between products, written once for all tiers.

use super::Kernel;

/// 2^x for x ≤ 0. Relative error below 3e-7.
///
/// A minimax polynomial on [−½, ½], scaled by the whole part.
#[inline(always)]
pub(in crate::embed) fn exp2<K: Kernel>(k: K, x: K::V) -> K::V {
    polynomial_exp2(
        k,
        x,
        [
            0.001_327_647_2,
            0.009_675_541,
            0.055_507_13,
            0.240_221_2,
            0.693_146_94,
            1.000_000_1,
        ],
    )
}

/// 2^x for x ≤ 0, for operands of `bf16`: relative error below 8e-5, theirs is 4e-3.
#[inline(always)]
pub(in crate::embed) fn exp2_short<K: Kernel>(k: K, x: K::V) -> K::V {
    polynomial_exp2(
        k,
        x,
        [0.055_171_67, 0.242_611_13, 0.693_260_97, 0.999_928_06],
    )
}

/// `coefficients` of falling powers.
#[inline(always)]
fn polynomial_exp2<K: Kernel, const N: usize>(k: K, x: K::V, coefficients: [f32; N]) -> K::V {
    // Below this the result is zero for every use here, and above it the scale is a normal number.
    let x = k.max(x, k.splat(-126.0));
    let whole = k.round(x);
    let fraction = k.sub(x, whole);
    let p = polynomial(k, fraction, coefficients);
    k.scale_by_power(p, whole)
}

#[inline(always)]
fn polynomial<K: Kernel, const N: usize>(k: K, x: K::V, coefficients: [f32; N]) -> K::V {
    let mut p = k.splat(coefficients[0]);
    for &coefficient in &coefficients[1..] {
        p = k.fma(p, x, k.splat(coefficient));
    }
    p
}

/// The Gaussian error linear unit x Φ(x). Absolute error below 3e-7 of |x|.
///
/// **Source**: Hendrycks & Gimpel 2016, arXiv:1606.08415, §2, the exact form; erf by Abramowitz &
/// Stegun 7.1.26. With q = Φ(−|x|) it is max(x, 0) − |x| q, which cancels nowhere.
#[inline(always)]
pub(in crate::embed) fn gelu<K: Kernel>(k: K, x: K::V) -> K::V {
    gelu_by(
        k,
        x,
        0.327_591_1,
        [
            1.061_405_4,
            -1.453_152,
            1.421_413_8,
            -0.284_496_74,
            0.254_829_6,
            0.0,
        ],
    )
}

/// The same for operands of `bf16`: absolute error below 2e-5 of |x|, by Abramowitz & Stegun 7.1.25.
#[inline(always)]
pub(in crate::embed) fn gelu_short<K: Kernel>(k: K, x: K::V) -> K::V {
    gelu_by(
        k,
        x,
        0.470_47,
        [0.747_855_6, -0.095_879_8, 0.348_024_2, 0.0],
    )
}

/// q = ½ e^(−x²/2) P(t), t = 1 / (1 + slope |x| / √2).
#[inline(always)]
fn gelu_by<K: Kernel, const N: usize>(k: K, x: K::V, slope: f32, coefficients: [f32; N]) -> K::V {
    let positive = k.max(x, k.splat(0.0));
    let size = k.max(x, k.sub(k.splat(0.0), x));
    let slope = k.splat(slope * std::f32::consts::FRAC_1_SQRT_2);
    let t = k.reciprocal(k.fma(size, slope, k.splat(1.0)));
    let exponent = k.mul(k.mul(size, size), k.splat(-0.5 * std::f32::consts::LOG2_E));
    let half = k.mul(k.exp2(exponent), k.splat(0.5));
    let q = k.mul(half, polynomial(k, t, coefficients));
    k.sub(positive, k.mul(size, q))
}

// No closures below or in what calls it: the compiler need not inline one, and outside the tier's entry
// its vectors would not be the tier's.

/// The first two vectors of `from`.
#[inline(always)]
pub(in crate::embed) fn load_pair<K: Kernel>(k: K, from: &[f32]) -> [K::V; 2] {
    let (first, second) = from.split_at(K::WIDTH);
    [k.load(first), k.load(second)]
}

/// Two vectors to the first places of `to`.
#[inline(always)]
pub(in crate::embed) fn store_pair<K: Kernel>(k: K, to: &mut [f32], pair: [K::V; 2]) {
    let (first, second) = to.split_at_mut(K::WIDTH);
    k.store(first, pair[0]);
    k.store(second, pair[1]);
}

/// One row of attention weights: `scores` in units of log 2, of which the first `keys` count, become
/// an operand whose other numbers are zero, without the division by their sum; returns one over the
/// sum. Both rows are whole panels long.
///
/// The largest score is taken off first, so that the sum is at least one whatever the scores are.
#[inline(always)]
pub(in crate::embed) fn softmax<K: Kernel>(
    k: K,
    scores: &mut [f32],
    keys: usize,
    weights: &mut [u32],
) -> f32 {
    for score in &mut scores[keys..] {
        *score = f32::NEG_INFINITY;
    }
    let mut most = k.splat(f32::NEG_INFINITY);
    for part in scores.chunks_exact(K::WIDTH) {
        most = k.max(most, k.load(part));
    }
    let most = k.splat(k.largest(most));
    let mut sums = [k.splat(0.0); 2];
    let pairs = scores.chunks_exact(2 * K::WIDTH);
    for (part, lanes) in pairs.zip(weights.chunks_exact_mut(2 * K::WIDTH / K::DEPTH)) {
        let [first, second] = load_pair(k, part);
        let pair = [k.exp2(k.sub(first, most)), k.exp2(k.sub(second, most))];
        sums = [k.add(sums[0], pair[0]), k.add(sums[1], pair[1])];
        k.narrow(pair, lanes);
    }
    1.0 / k.sum(k.add(sums[0], sums[1]))
}

/// Scale and shift of a layer's normalisation.
#[derive(Clone, Copy)]
pub(in crate::embed) struct Norm<'a> {
    pub(in crate::embed) scale: &'a [f32],
    pub(in crate::embed) shift: &'a [f32],
    pub(in crate::embed) epsilon: f32,
}

/// Layer normalisation of one row, in place, and the row as an operand.
///
/// **Source**: Ba, Kiros & Hinton 2016, arXiv:1607.06450, §3.
#[inline(always)]
pub(in crate::embed) fn layer_norm<K: Kernel>(
    k: K,
    row: &mut [f32],
    norm: Norm<'_>,
    operand: &mut [u32],
) {
    // Exact: rows are far shorter than 2^24.
    #[expect(clippy::cast_precision_loss, reason = "a row's length is below 2^24")]
    let share = 1.0 / row.len() as f32;
    let mut sums = [k.splat(0.0); 2];
    for pair in row.chunks_exact(2 * K::WIDTH) {
        let [first, second] = load_pair(k, pair);
        sums = [k.add(sums[0], first), k.add(sums[1], second)];
    }
    let mean = k.splat(k.sum(k.add(sums[0], sums[1])) * share);
    let mut squares = [k.splat(0.0); 2];
    for pair in row.chunks_exact(2 * K::WIDTH) {
        let [first, second] = load_pair(k, pair);
        let away = [k.sub(first, mean), k.sub(second, mean)];
        squares = [
            k.fma(away[0], away[0], squares[0]),
            k.fma(away[1], away[1], squares[1]),
        ];
    }
    let variance = k.sum(k.add(squares[0], squares[1])) * share;
    let factor = k.splat(1.0 / (variance + norm.epsilon).sqrt());
    let scales = norm.scale.chunks_exact(2 * K::WIDTH);
    let shifts = norm.shift.chunks_exact(2 * K::WIDTH);
    let operands = operand.chunks_exact_mut(2 * K::WIDTH / K::DEPTH);
    let rows = row.chunks_exact_mut(2 * K::WIDTH);
    for (((row, scale), shift), operand) in rows.zip(scales).zip(shifts).zip(operands) {
        let (values, scale, shift) = (load_pair(k, row), load_pair(k, scale), load_pair(k, shift));
        let first = k.mul(k.sub(values[0], mean), factor);
        let second = k.mul(k.sub(values[1], mean), factor);
        let pair = [
            k.fma(first, scale[0], shift[0]),
            k.fma(second, scale[1], shift[1]),
        ];
        store_pair(k, row, pair);
        k.narrow(pair, operand);
    }
}
