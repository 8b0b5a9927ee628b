//! Any processor: plain arrays that the compiler may turn into vectors, products by the `gemm` crate.
//! The formulas on it are also the scalar twin that tests hold the other tiers against.

use super::{Kernel, Left, Meanwhile, PANEL, Panel, Sums, Task};

/// Needs nothing.
#[derive(Clone, Copy)]
pub(super) struct Portable;

/// Places of a vector.
const WIDTH: usize = 8;

/// The pairs' results, place by place.
#[inline(always)]
fn each(a: [f32; WIDTH], b: [f32; WIDTH], f: impl Fn(f32, f32) -> f32) -> [f32; WIDTH] {
    std::array::from_fn(|i| f(a[i], b[i]))
}

impl Kernel for Portable {
    type V = [f32; WIDTH];
    const WIDTH: usize = WIDTH;
    const ROWS: usize = 64;
    const DEPTH: usize = 1;

    fn run<T: Task>(self, task: T) -> T::Output {
        task.run(self)
    }

    fn splat(self, value: f32) -> Self::V {
        [value; WIDTH]
    }

    fn load(self, from: &[f32]) -> Self::V {
        std::array::from_fn(|i| from[i])
    }

    fn store(self, to: &mut [f32], values: Self::V) {
        to[..WIDTH].copy_from_slice(&values);
    }

    fn add(self, a: Self::V, b: Self::V) -> Self::V {
        each(a, b, |a, b| a + b)
    }

    fn sub(self, a: Self::V, b: Self::V) -> Self::V {
        each(a, b, |a, b| a - b)
    }

    fn mul(self, a: Self::V, b: Self::V) -> Self::V {
        each(a, b, |a, b| a * b)
    }

    fn fma(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V {
        // Two roundings: a fused product is a call into a library where the processor has none.
        std::array::from_fn(|i| a[i] * b[i] + c[i])
    }

    fn min(self, a: Self::V, b: Self::V) -> Self::V {
        each(a, b, f32::min)
    }

    fn max(self, a: Self::V, b: Self::V) -> Self::V {
        each(a, b, f32::max)
    }

    fn round(self, a: Self::V) -> Self::V {
        // Adding and taking off 1.5 × 2^23 leaves no place for a fraction; exact below 2^22.
        const SHIFT: f32 = 12_582_912.0;
        a.map(|a| (a + SHIFT) - SHIFT)
    }

    fn reciprocal(self, a: Self::V) -> Self::V {
        a.map(|a| 1.0 / a)
    }

    fn scale_by_power(self, a: Self::V, n: Self::V) -> Self::V {
        // The exponent's own bits; `n` is −126 to 127, so the shifted sum is that of a normal number.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "whole, and 1 to 127 after the shift"
        )]
        each(a, n, |a, n| a * f32::from_bits(((n + 127.0) as u32) << 23))
    }

    fn sum(self, a: Self::V) -> f32 {
        a.iter().sum()
    }

    fn largest(self, a: Self::V) -> f32 {
        a.into_iter().fold(f32::NEG_INFINITY, f32::max)
    }

    fn narrow(self, pair: [Self::V; 2], to: &mut [u32]) {
        let values = pair.as_flattened();
        for (lane, value) in to[..2 * WIDTH].iter_mut().zip(values) {
            *lane = value.to_bits();
        }
    }

    fn product<M: Meanwhile>(
        self,
        left: Left<'_>,
        panel: Panel<'_>,
        sums: Sums<'_>,
        meanwhile: &mut M,
    ) {
        let Left {
            lanes,
            stride,
            rows,
            depth,
        } = left;
        assert!(rows >= 1 && lanes.len() >= (rows - 1) * stride + depth);
        assert!(panel.lanes.len() >= depth * PANEL);
        assert!(sums.numbers.len() >= (rows - 1) * sums.stride + PANEL);
        let step = |stride: usize| isize::try_from(stride).unwrap_or(isize::MAX);
        // SAFETY: the lanes of this tier are the bits of `f32`s. `gemm` reads `rows × depth` numbers of
        // the left operand and `depth × PANEL` of the right, and writes `rows × PANEL`; all lie inside
        // the slices, as asserted, and `sums` are borrowed exclusively.
        unsafe {
            gemm::gemm(
                rows,
                PANEL,
                depth,
                sums.numbers.as_mut_ptr(),
                1,
                step(sums.stride),
                sums.adds,
                lanes.as_ptr().cast::<f32>(),
                1,
                step(stride),
                panel.lanes.as_ptr().cast::<f32>(),
                1,
                step(PANEL),
                if sums.adds { 1.0 } else { 0.0 },
                1.0,
                false,
                false,
                false,
                gemm::Parallelism::None,
            );
        }
        meanwhile.go(self, 0, 1);
    }

    fn rows(self, rows: Left<'_>, panel: &mut [u32]) {
        copy_rows(rows, panel);
    }
}

/// [`Kernel::rows`] where a lane is one number.
#[inline(always)]
pub(super) fn copy_rows(rows: Left<'_>, panel: &mut [u32]) {
    let (used, rest) = panel.split_at_mut(rows.rows * PANEL);
    for (row, to) in used.chunks_exact_mut(PANEL).enumerate() {
        to.copy_from_slice(&rows.lanes[row * rows.stride..][..PANEL]);
    }
    rest.fill(0);
}
