//! Every tier that this machine has, against scalar twins, over random shapes and numbers.

use super::math::{self, Norm};
use super::*;
use proptest::prelude::*;

/// Relative error of an operand's number.
fn rounding(depth: usize) -> f32 {
    if depth == 1 { 1e-6 } else { 1.0 / 256.0 }
}

/// Numbers in [−1, 1) from a seed.
fn numbers(seed: u64, count: usize) -> Vec<f32> {
    let mut state = seed | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        f32::from(u16::try_from(state >> 48).unwrap()) / 32_768.0 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// An operand's lanes, by the scalar rule, and the numbers that they hold after rounding.
fn lanes(depth: usize, values: &[f32]) -> (Vec<u32>, Vec<f32>) {
    if depth == 1 {
        return (
            values.iter().map(|v| v.to_bits()).collect(),
            values.to_vec(),
        );
    }
    let halves: Vec<u32> = values
        .iter()
        .map(|v| (v.to_bits() + 0x7fff + (v.to_bits() >> 16 & 1)) >> 16)
        .collect();
    let rounded = halves
        .iter()
        .map(|half| f32::from_bits(half << 16))
        .collect();
    (
        halves
            .chunks(2)
            .map(|pair| pair[0] | pair[1] << 16)
            .collect(),
        rounded,
    )
}

fn numbers_of(depth: usize, lanes: &[u32]) -> Vec<f32> {
    let parts = lanes.iter().flat_map(|lane| match depth {
        1 => vec![f32::from_bits(*lane)],
        _ => vec![f32::from_bits(lane << 16), f32::from_bits(lane >> 16 << 16)],
    });
    parts.collect()
}

/// Runs a check on every tier that is here; at least the portable one is.
fn on_all_tiers(check: impl Task<Output = ()> + Copy) {
    let ran = Tier::ALL
        .into_iter()
        .filter_map(|tier| tier.with(check))
        .count();
    assert!(ran >= 1);
}

#[derive(Clone, Copy)]
struct Products {
    rows: usize,
    /// Numbers, a multiple of `PANEL`.
    depth: usize,
    apart: usize,
    seed: u64,
}

impl Task for Products {
    type Output = ();
    fn run<K: Kernel>(self, k: K) {
        let rows = self.rows.min(K::ROWS);
        let (deep, stride) = (self.depth / K::DEPTH, self.depth / K::DEPTH + self.apart);
        let (left, left_values) = lanes(
            K::DEPTH,
            &numbers(self.seed, rows.next_multiple_of(BLOCK) * stride * K::DEPTH),
        );
        let right = numbers(self.seed ^ 0x4d, self.depth * PANEL);
        let (right, right_values) = lanes(K::DEPTH, &right);
        let out_stride = PANEL + self.apart;
        let adds = self.seed % 2 == 1;
        let before = if adds { 0.75 } else { f32::NAN };
        let mut out = vec![before; rows.next_multiple_of(BLOCK) * out_stride];
        k.product(
            Left {
                lanes: &left,
                stride,
                rows,
                depth: deep,
            },
            Panel {
                lanes: &right,
                soon: &[],
            },
            Sums {
                numbers: &mut out,
                stride: out_stride,
                adds,
            },
            &mut (),
        );
        for row in 0..rows {
            for column in 0..PANEL {
                let products = (0..self.depth).map(|d| {
                    let left = left_values[row * stride * K::DEPTH + d];
                    let lane = d / K::DEPTH * PANEL + column;
                    f64::from(left) * f64::from(right_values[lane * K::DEPTH + d % K::DEPTH])
                });
                let twin = products.sum::<f64>() + if adds { 0.75 } else { 0.0 };
                let ours = f64::from(out[row * out_stride + column]);
                assert!(
                    (ours - twin).abs() < 1e-4,
                    "{ours} is not {twin} at {row}, {column}"
                );
            }
        }
    }
}

#[derive(Clone, Copy)]
struct Rearrangements {
    rows: usize,
    seed: u64,
}

impl Task for Rearrangements {
    type Output = ();
    fn run<K: Kernel>(self, k: K) {
        let (width, stride) = (PANEL / K::DEPTH, PANEL / K::DEPTH + 3);
        let source: Vec<u32> = (0..)
            .map(|i| i + u32::try_from(self.seed & 0xff).unwrap())
            .take(self.rows * stride)
            .collect();
        let rows = Left {
            lanes: &source,
            stride,
            rows: self.rows,
            depth: width,
        };
        let padded = self.rows.next_multiple_of(PANEL);
        let mut panels = vec![0; padded * width];
        k.columns(rows, &mut panels);
        for row in 0..self.rows {
            for lane in 0..width {
                let at = row / PANEL * width * PANEL + lane * PANEL + row % PANEL;
                assert_eq!(
                    panels[at],
                    source[row * stride + lane],
                    "row {row}, lane {lane}"
                );
            }
        }
        let mut panel = vec![u32::MAX; padded / K::DEPTH * PANEL];
        k.rows(rows, &mut panel);
        let halves = |lanes: &[u32]| numbers_bits(K::DEPTH, lanes);
        for row in 0..padded {
            for number in 0..PANEL {
                let lane = row / K::DEPTH * PANEL + number;
                let ours = halves(&panel[lane..=lane])[row % K::DEPTH];
                let twin = if row < self.rows {
                    let lane = row * stride + number / K::DEPTH;
                    halves(&source[lane..=lane])[number % K::DEPTH]
                } else {
                    0
                };
                assert_eq!(ours, twin, "row {row}, number {number}");
            }
        }
    }
}

fn numbers_bits(depth: usize, lanes: &[u32]) -> Vec<u32> {
    numbers_of(depth, lanes)
        .iter()
        .map(|number| number.to_bits())
        .collect()
}

#[derive(Clone, Copy)]
struct Formulas {
    seed: u64,
    spread: f32,
}

impl Task for Formulas {
    type Output = ();
    fn run<K: Kernel>(self, k: K) {
        let x: Vec<f32> = numbers(self.seed, K::WIDTH)
            .iter()
            .map(|v| v * self.spread)
            .collect();
        let mut out = vec![0.0; K::WIDTH];
        k.store(&mut out, k.gelu(k.load(&x)));
        // A 14-bit reciprocal and the shorter formula, or rounding.
        let most = if K::DEPTH == 1 { 4e-7 } else { 1e-4 };
        for (x, ours) in x.iter().zip(&out) {
            let twin = gelu(f64::from(*x));
            let error = (f64::from(*ours) - twin).abs();
            assert!(
                error <= most * f64::from(x.abs()).max(0.1),
                "gelu({x}) is {ours}, not {twin}"
            );
        }
        let x: Vec<f32> = x.iter().map(|v| -v.abs()).collect();
        k.store(&mut out, k.exp2(k.load(&x)));
        let most = if K::DEPTH == 1 { 4e-7 } else { 1e-4 };
        for (x, ours) in x.iter().zip(&out) {
            let twin = f64::from(*x).exp2();
            let error = (f64::from(*ours) - twin).abs();
            assert!(error <= most * twin + 2e-38, "2^{x} is {ours}, not {twin}");
        }
    }
}

/// x Φ(x) by the series of erf, in double precision.
fn gelu(x: f64) -> f64 {
    let z = x / std::f64::consts::SQRT_2;
    if z.abs() > 5.0 {
        return x.max(0.0);
    }
    let (mut term, mut sum) = (z, z);
    for n in 1..200 {
        let n = f64::from(n);
        term *= -z * z / n;
        sum += term / (2.0 * n + 1.0);
    }
    0.5 * x * (1.0 + sum * 2.0 / std::f64::consts::PI.sqrt())
}

#[derive(Clone, Copy)]
struct Rows {
    keys: usize,
    seed: u64,
    spread: f32,
}

impl Task for Rows {
    type Output = ();
    fn run<K: Kernel>(self, k: K) {
        let padded = self.keys.next_multiple_of(PANEL);
        let scores: Vec<f32> = numbers(self.seed, padded)
            .iter()
            .map(|v| v * self.spread)
            .collect();
        let mut weights = vec![u32::MAX; padded / K::DEPTH];
        let mut other = numbers(self.seed ^ 3, padded);
        let mut others = vec![u32::MAX; padded / K::DEPTH];
        let both = [&mut *scores.clone(), &mut other];
        let [share, _] = math::softmax(k, both, self.keys, [&mut weights, &mut others]);
        let highest = scores[..self.keys]
            .iter()
            .copied()
            .fold(f32::NEG_INFINITY, f32::max);
        let powers = scores.iter().map(|s| f64::from(s - highest).exp2());
        let powers: Vec<f64> = powers.collect();
        let sum: f64 = powers[..self.keys].iter().sum();
        // The shorter power may be off by 8e-5, in a weight and in their sum, beside the rounding.
        let power = if K::DEPTH == 1 { 0.0 } else { 2.0 * 8e-5 };
        let most = f64::from(rounding(K::DEPTH)) + power;
        for (key, ours) in numbers_of(K::DEPTH, &weights).iter().enumerate() {
            let ours = f64::from(*ours) * f64::from(share);
            let twin = if key < self.keys {
                powers[key] / sum
            } else {
                0.0
            };
            let error = (ours - twin).abs();
            assert!(
                error <= most * twin + 1e-6,
                "weight {key} is {ours}, not {twin}"
            );
        }

        let row = numbers(self.seed ^ 5, padded);
        let (scale, shift) = (
            numbers(self.seed ^ 6, padded),
            numbers(self.seed ^ 7, padded),
        );
        let mut ours = row.clone();
        let mut operand = vec![0; padded / K::DEPTH];
        let norm = Norm {
            scale: &scale,
            shift: &shift,
            epsilon: 1e-12,
        };
        let bias = vec![0.5; padded];
        math::layer_norm(k, (&mut ours, PANEL), norm, &bias, &mut operand);
        let count = f64::from(u32::try_from(padded).unwrap());
        let mean = row.iter().map(|v| f64::from(*v)).sum::<f64>() / count;
        let variance = row
            .iter()
            .map(|v| (f64::from(*v) - mean).powi(2))
            .sum::<f64>()
            / count;
        for (i, held) in numbers_of(K::DEPTH, &operand).iter().enumerate() {
            let twin = (f64::from(row[i]) - mean) / variance.sqrt() * f64::from(scale[i])
                + f64::from(shift[i]);
            assert!(
                (f64::from(ours[i]) - 0.5 - twin).abs() < 2e-5,
                "{} is not {twin}",
                ours[i]
            );
            let error = (f64::from(*held) - twin).abs();
            assert!(
                error <= f64::from(rounding(K::DEPTH)) * twin.abs() + 2e-5,
                "{held} is not {twin}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn products_are_those_of_the_scalar_twin(
        rows in 1_usize..=64,
        depth in 1_usize..=12,
        apart in 0_usize..20,
        seed: u64,
    ) {
        on_all_tiers(Products { rows, depth: depth * PANEL, apart, seed });
    }

    #[test]
    fn columns_and_rows_go_where_the_scalar_twin_puts_them(rows in 1_usize..=200, seed: u64) {
        on_all_tiers(Rearrangements { rows, seed });
    }

    #[test]
    fn formulas_are_those_of_the_scalar_twin(seed: u64, spread in 0.01_f32..200.0) {
        on_all_tiers(Formulas { seed, spread });
    }

    #[test]
    fn softmax_and_normalisation_are_those_of_the_scalar_twin(
        keys in 1_usize..=520,
        seed: u64,
        spread in 0.1_f32..300.0,
    ) {
        on_all_tiers(Rows { keys, seed, spread });
    }
}

#[test]
fn weights_of_attention_stay_finite_where_all_but_one_vanish() {
    #[derive(Clone, Copy)]
    struct Extreme;
    impl Task for Extreme {
        type Output = ();
        fn run<K: Kernel>(self, k: K) {
            let mut scores = vec![-1e30; 2 * PANEL];
            scores[3] = 3e30;
            let mut weights = vec![0; 2 * PANEL / K::DEPTH];
            let (mut other, mut others) = (scores.clone(), weights.clone());
            let both = [&mut *scores, &mut other];
            let [share, second] = math::softmax(k, both, 40, [&mut weights, &mut others]);
            assert!((share - second).abs() < f32::EPSILON);
            let weights = numbers_of(K::DEPTH, &weights);
            assert!((weights[3] * share - 1.0).abs() < 1e-4);
            assert!(weights.iter().all(|weight| weight.is_finite()));
        }
    }
    on_all_tiers(Extreme);
}

#[test]
fn a_product_of_too_short_operands_is_refused() {
    #[derive(Clone, Copy)]
    struct Short;
    impl Task for Short {
        type Output = ();
        fn run<K: Kernel>(self, k: K) {
            let left = vec![0; BLOCK * PANEL];
            let panel = vec![0; PANEL * PANEL];
            let product = |panel_len: usize, out_len: usize| {
                let left = Left {
                    lanes: &left,
                    stride: PANEL,
                    rows: 2,
                    depth: PANEL / K::DEPTH,
                };
                let mut out = vec![0.0; out_len];
                let lanes = &panel[..panel_len];
                let panel = Panel { lanes, soon: &[] };
                let sums = Sums {
                    numbers: &mut out,
                    stride: PANEL,
                    adds: false,
                };
                let run = std::panic::AssertUnwindSafe(|| k.product(left, panel, sums, &mut ()));
                std::panic::catch_unwind(run).is_ok()
            };
            let whole = PANEL / K::DEPTH * PANEL;
            assert!(product(whole, BLOCK * PANEL));
            assert!(!product(whole - 1, BLOCK * PANEL));
            assert!(!product(whole, 2 * PANEL - 1));
        }
    }
    on_all_tiers(Short);
}

proptest! {
    #[test]
    fn a_product_of_bytes_is_exact_on_every_processor(
        (a, b) in (0_usize..400).prop_flat_map(|len| {
            let row = || proptest::collection::vec(-127_i8..=127, len);
            (row(), row())
        })
    ) {
        let expected = bytes::portable(&a, &b);
        prop_assert_eq!(dot_bytes(&a, &b), expected);
        #[cfg(target_arch = "x86_64")]
        for dot in x86::all_dot_bytes() {
            prop_assert_eq!(dot(&a, &b), expected);
        }
    }

    #[test]
    fn a_sum_over_set_bits_is_exact_on_every_processor(
        (numbers, bits) in (0_usize..9).prop_flat_map(|words| {
            let numbers = proptest::collection::vec(0_u32..1 << PLANES, 64 * words);
            (numbers, proptest::collection::vec(any::<u64>(), words))
        })
    ) {
        let is_set = |at: usize| bits[at / 64] >> (at % 64) & 1 == 1;
        let set = numbers.iter().enumerate().filter(|(at, _)| is_set(*at));
        let expected = (set.clone().map(|(_, number)| number).sum(), u32::try_from(set.count()).unwrap());
        let plane = |numbers: &[u32], plane: usize| {
            let bits = (0_u64..).zip(numbers);
            bits.fold(0, |word, (at, number)| word | u64::from(number >> plane & 1) << at)
        };
        let planes: Vec<Planes> = numbers
            .chunks(64)
            .map(|numbers| std::array::from_fn(|at| if at < PLANES { plane(numbers, at) } else { 0 }))
            .collect();
        let bytes: Vec<u8> = bits.iter().flat_map(|word| word.to_le_bytes()).collect();
        prop_assert_eq!(bits::portable(&planes, &bytes), expected);
        prop_assert_eq!(sum_where_set(&planes, &bytes), expected);
        #[cfg(target_arch = "x86_64")]
        for sum in x86::all_sums_where_set() {
            prop_assert_eq!(sum(&planes, &bytes), expected);
        }
    }
}
