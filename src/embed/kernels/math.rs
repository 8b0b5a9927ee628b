//! The formulas between products, written once for all tiers.

use super::{Kernel, PANEL};

/// 2^x for x ≤ 127. Relative error below 3e-7.
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

/// 2^x for x ≤ 127, for operands of `bf16`: relative error below 8e-5, theirs is 4e-3.
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
    // Below this the result is zero for every use here. Above it it is a normal number: Intel's cores take more
    // than a hundred cycles for one that is not, and every padding key asks for one.
    let x = k.max(x, k.splat(-125.5));
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
    const SLOPE: f32 = 0.327_591_1 * std::f32::consts::FRAC_1_SQRT_2;
    let positive = k.max(x, k.splat(0.0));
    let size = k.max(x, k.sub(k.splat(0.0), x));
    // q = ½ e^(−x²/2) P(t), t = 1 / (1 + slope |x| / √2).
    let exponent = k.mul(k.mul(size, size), k.splat(-0.5 * std::f32::consts::LOG2_E));
    let half = k.mul(k.exp2(exponent), k.splat(0.5));
    let t = k.reciprocal(k.fma(size, k.splat(SLOPE), k.splat(1.0)));
    let q = k.mul(
        half,
        polynomial(
            k,
            t,
            [
                1.061_405_4,
                -1.453_152,
                1.421_413_8,
                -0.284_496_74,
                0.254_829_6,
                0.0,
            ],
        ),
    );
    k.sub(positive, k.mul(size, q))
}

/// The same for operands of `bf16`, x (½ + t P(t²)): absolute error below 2e-5 of |x|.
///
/// t is x, held where Φ is nearly 0 or 1; P is a minimax polynomial there. Half the instructions of the other.
#[inline(always)]
pub(in crate::embed) fn gelu_short<K: Kernel>(k: K, x: K::V) -> K::V {
    const MOST: f32 = 4.25;
    let t = k.max(k.min(x, k.splat(MOST)), k.splat(-MOST));
    let p = polynomial(
        k,
        k.mul(t, t),
        [
            5.564_840_3e-11,
            -5.327_745e-9,
            2.255_424_3e-7,
            -5.626_422_6e-6,
            9.341_866e-5,
            -0.001_108_560_7,
            0.009_815_97,
            -0.066_344_49,
            0.398_902_34,
        ],
    );
    k.mul(x, k.fma(p, t, k.splat(0.5)))
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

/// Two rows of attention weights: of each, `scores` in units of log 2, of which the first `keys` count, become
/// an operand whose other numbers are zero, without the division by their sum; returns one over the
/// sums. All rows are whole panels long.
///
/// Scores are powers as they are. Where a sum shows that they are too large or too small for that, the largest score is
/// taken off first, so that the sum is at least one whatever they are.
#[inline(always)]
pub(in crate::embed) fn softmax<K: Kernel>(
    k: K,
    scores: [&mut [f32]; 2],
    keys: usize,
    mut weights: [&mut [u32]; 2],
) -> [f32; 2] {
    /// 2^±60: a sum of that size is as exact as any.
    const MOST: f32 = 1.152_921_5e18;
    let [a, b] = scores;
    for (a, b) in a[keys..].iter_mut().zip(&mut b[keys..]) {
        *a = f32::NEG_INFINITY;
        *b = f32::NEG_INFINITY;
    }
    let sums = powers(k, [a, b], [0.0; 2], &mut weights);
    let usual = 1.0 / MOST..MOST;
    if usual.contains(&sums[0]) && usual.contains(&sums[1]) {
        return [1.0 / sums[0], 1.0 / sums[1]];
    }
    let most = [largest(k, a), largest(k, b)];
    let sums = powers(k, [a, b], most, &mut weights);
    [1.0 / sums[0], 1.0 / sums[1]]
}

/// 2^(score − less) of two rows, as operands, and the sum of each.
#[inline(always)]
fn powers<K: Kernel>(
    k: K,
    scores: [&[f32]; 2],
    less: [f32; 2],
    to: &mut [&mut [u32]; 2],
) -> [f32; 2] {
    let less = [k.splat(less[0]), k.splat(less[1])];
    let mut sums = [[k.splat(0.0); 2]; 2];
    for at in (0..scores[0].len()).step_by(2 * K::WIDTH) {
        let (a, b) = (
            load_pair(k, &scores[0][at..]),
            load_pair(k, &scores[1][at..]),
        );
        let a = [power(k, a[0], less[0]), power(k, a[1], less[0])];
        let b = [power(k, b[0], less[1]), power(k, b[1], less[1])];
        sums[0] = [k.add(sums[0][0], a[0]), k.add(sums[0][1], a[1])];
        sums[1] = [k.add(sums[1][0], b[0]), k.add(sums[1][1], b[1])];
        k.narrow(a, &mut to[0][at / K::DEPTH..]);
        k.narrow(b, &mut to[1][at / K::DEPTH..]);
    }
    [
        k.sum(k.add(sums[0][0], sums[0][1])),
        k.sum(k.add(sums[1][0], sums[1][1])),
    ]
}

/// 2^(score − less), at most 2^127.
#[inline(always)]
fn power<K: Kernel>(k: K, score: K::V, less: K::V) -> K::V {
    k.exp2(k.min(k.sub(score, less), k.splat(127.0)))
}

#[inline(always)]
fn largest<K: Kernel>(k: K, scores: &[f32]) -> f32 {
    let mut most = k.splat(f32::NEG_INFINITY);
    for part in scores.chunks_exact(K::WIDTH) {
        most = k.max(most, k.load(part));
    }
    k.largest(most)
}

/// Scale and shift of a layer's normalisation.
#[derive(Clone, Copy)]
pub(in crate::embed) struct Norm<'a> {
    pub(in crate::embed) scale: &'a [f32],
    pub(in crate::embed) shift: &'a [f32],
    pub(in crate::embed) epsilon: f32,
}

/// Layer normalisation of one row, in place and with the bias added, and as an operand without it. A row stands in
/// parts of [`PANEL`] numbers, so far apart.
///
/// **Source**: Ba, Kiros & Hinton 2016, arXiv:1607.06450, §3.
#[inline(always)]
pub(in crate::embed) fn layer_norm<K: Kernel>(
    k: K,
    (row, apart): (&mut [f32], usize),
    norm: Norm<'_>,
    bias: &[f32],
    operand: &mut [u32],
) {
    let len = norm.scale.len();
    // Exact: rows are far shorter than 2^24.
    #[expect(clippy::cast_precision_loss, reason = "a row's length is below 2^24")]
    let share = 1.0 / len as f32;
    let step = 2 * K::WIDTH;
    let mut sums = [k.splat(0.0); 2];
    for at in (0..len).step_by(step) {
        let [first, second] = load_pair(k, &row[at / PANEL * apart + at % PANEL..]);
        sums = [k.add(sums[0], first), k.add(sums[1], second)];
    }
    let mean = k.splat(k.sum(k.add(sums[0], sums[1])) * share);
    let mut squares = [k.splat(0.0); 2];
    for at in (0..len).step_by(step) {
        let [first, second] = load_pair(k, &row[at / PANEL * apart + at % PANEL..]);
        let away = [k.sub(first, mean), k.sub(second, mean)];
        squares = [
            k.fma(away[0], away[0], squares[0]),
            k.fma(away[1], away[1], squares[1]),
        ];
    }
    let variance = k.sum(k.add(squares[0], squares[1])) * share;
    let factor = k.splat(1.0 / (variance + norm.epsilon).sqrt());
    for at in (0..len).step_by(step) {
        let row = &mut row[at / PANEL * apart + at % PANEL..];
        let values = load_pair(k, row);
        let (scale, shift) = (
            load_pair(k, &norm.scale[at..]),
            load_pair(k, &norm.shift[at..]),
        );
        let bias = load_pair(k, &bias[at..]);
        let first = k.mul(k.sub(values[0], mean), factor);
        let second = k.mul(k.sub(values[1], mean), factor);
        let pair = [
            k.fma(first, scale[0], shift[0]),
            k.fma(second, scale[1], shift[1]),
        ];
        store_pair(k, row, [k.add(pair[0], bias[0]), k.add(pair[1], bias[1])]);
        k.narrow(pair, &mut operand[at / K::DEPTH..]);
    }
}
