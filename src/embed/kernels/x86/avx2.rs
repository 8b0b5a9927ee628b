//! 256-bit vectors, operands of `f32`.

use super::super::portable::copy_rows;
use super::super::{Kernel, Left, Meanwhile, PANEL, Panel, Sums, Task};
use super::{Operands, operands};
use core::arch::x86_64::*;

/// Exists only where the processor and the system have AVX2 and FMA.
#[derive(Clone, Copy)]
pub(in super::super) struct Avx2(());

impl Avx2 {
    pub(in super::super) fn new() -> Option<Self> {
        let has = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
        has.then_some(Self(()))
    }
}

impl Kernel for Avx2 {
    type V = __m256;
    const WIDTH: usize = 8;
    const ROWS: usize = 6;
    const DEPTH: usize = 1;

    fn run<T: Task>(self, task: T) -> T::Output {
        // SAFETY: `self` exists, so the processor has these features.
        unsafe { entry(self, task) }
    }

    #[inline(always)]
    fn splat(self, value: f32) -> __m256 {
        // SAFETY: `self` exists, so the processor has the instruction; the same for all below.
        unsafe { _mm256_set1_ps(value) }
    }

    #[inline(always)]
    fn load(self, from: &[f32]) -> __m256 {
        assert!(from.len() >= 8);
        // SAFETY: eight numbers are there.
        unsafe { _mm256_loadu_ps(from.as_ptr()) }
    }

    #[inline(always)]
    fn store(self, to: &mut [f32], values: __m256) {
        assert!(to.len() >= 8);
        // SAFETY: eight places are there.
        unsafe { _mm256_storeu_ps(to.as_mut_ptr(), values) }
    }

    #[inline(always)]
    fn add(self, a: __m256, b: __m256) -> __m256 {
        // SAFETY: see `splat`.
        unsafe { _mm256_add_ps(a, b) }
    }

    #[inline(always)]
    fn sub(self, a: __m256, b: __m256) -> __m256 {
        // SAFETY: see `splat`.
        unsafe { _mm256_sub_ps(a, b) }
    }

    #[inline(always)]
    fn mul(self, a: __m256, b: __m256) -> __m256 {
        // SAFETY: see `splat`.
        unsafe { _mm256_mul_ps(a, b) }
    }

    #[inline(always)]
    fn fma(self, a: __m256, b: __m256, c: __m256) -> __m256 {
        // SAFETY: see `splat`.
        unsafe { _mm256_fmadd_ps(a, b, c) }
    }

    #[inline(always)]
    fn min(self, a: __m256, b: __m256) -> __m256 {
        // SAFETY: see `splat`.
        unsafe { _mm256_min_ps(a, b) }
    }

    #[inline(always)]
    fn max(self, a: __m256, b: __m256) -> __m256 {
        // SAFETY: see `splat`.
        unsafe { _mm256_max_ps(a, b) }
    }

    #[inline(always)]
    fn round(self, a: __m256) -> __m256 {
        // SAFETY: see `splat`.
        unsafe { _mm256_round_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(a) }
    }

    #[inline(always)]
    fn reciprocal(self, a: __m256) -> __m256 {
        // SAFETY: see `splat`.
        unsafe { _mm256_div_ps(_mm256_set1_ps(1.0), a) }
    }

    #[inline(always)]
    fn scale_by_power(self, a: __m256, n: __m256) -> __m256 {
        // SAFETY: see `splat`. The exponent's own bits: `n` is −126 to 127, so the sum is positive.
        unsafe {
            let exponent = _mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127));
            _mm256_mul_ps(a, _mm256_castsi256_ps(_mm256_slli_epi32::<23>(exponent)))
        }
    }

    #[inline(always)]
    fn sum(self, a: __m256) -> f32 {
        let mut values = [0.0; 8];
        self.store(&mut values, a);
        let [low, high] = [&values[..4], &values[4..]];
        low.iter().zip(high).map(|(low, high)| low + high).sum()
    }

    #[inline(always)]
    fn largest(self, a: __m256) -> f32 {
        let mut values = [0.0; 8];
        self.store(&mut values, a);
        values.into_iter().fold(f32::NEG_INFINITY, f32::max)
    }

    #[inline(always)]
    fn narrow(self, pair: [__m256; 2], to: &mut [u32]) {
        assert!(to.len() >= 16);
        // SAFETY: see `splat`; sixteen lanes are there, and a lane is the bits of one number.
        unsafe {
            _mm256_storeu_ps(to.as_mut_ptr().cast(), pair[0]);
            _mm256_storeu_ps(to.as_mut_ptr().add(8).cast(), pair[1]);
        }
    }

    #[inline(always)]
    fn rows(self, rows: Left<'_>, panel: &mut [u32]) {
        copy_rows(rows, panel);
    }

    #[inline(always)]
    fn product<M: Meanwhile>(
        self,
        left: Left<'_>,
        panel: Panel<'_>,
        sums: Sums<'_>,
        meanwhile: &mut M,
    ) {
        let operands = operands(&left, panel, sums, left.rows);
        macro_rules! by_rows {
            ($($rows:literal)+) => {
                // SAFETY: `self` exists, so the processor has AVX2 and FMA; `operands` has seen to it that
                // all rows and the panel lie inside their slices.
                unsafe {
                    match left.rows {
                        $($rows => tile::<$rows>(operands),)+
                        _ => unreachable!("no block has more rows"),
                    }
                }
            };
        }
        by_rows!(1 2 3 4 5 6);
        meanwhile.go(self, 0, 1);
    }
}

#[target_feature(enable = "avx2,fma")]
fn entry<T: Task>(kernel: Avx2, task: T) -> T::Output {
    task.run(kernel)
}

/// `R` rows by one panel, half a panel after the other, so that the sums fit into `2 R` registers.
///
/// # Safety
/// The processor has AVX2 and FMA; the operands were checked for `R` rows.
#[target_feature(enable = "avx2,fma")]
unsafe fn tile<const R: usize>(operands: Operands) {
    let Operands {
        depth,
        a,
        a_stride,
        b,
        c,
        c_stride,
        adds,
        ..
    } = operands;
    let (a, b) = (a.cast::<f32>(), b.cast::<f32>());
    for half in [0, 16] {
        let mut sums = [[_mm256_setzero_ps(); 2]; R];
        if adds {
            for (row, sums) in sums.iter_mut().enumerate() {
                // SAFETY: the caller's promise.
                unsafe {
                    sums[0] = _mm256_loadu_ps(c.add(row * c_stride + half));
                    sums[1] = _mm256_loadu_ps(c.add(row * c_stride + half + 8));
                }
            }
        }
        for k in 0..depth {
            // SAFETY: the caller's promise, for every k below `depth` and row below `R`.
            unsafe {
                let right = b.add(k * PANEL + half);
                let right = [_mm256_loadu_ps(right), _mm256_loadu_ps(right.add(8))];
                for (row, sums) in sums.iter_mut().enumerate() {
                    let left = _mm256_broadcast_ss(&*a.add(row * a_stride + k));
                    sums[0] = _mm256_fmadd_ps(left, right[0], sums[0]);
                    sums[1] = _mm256_fmadd_ps(left, right[1], sums[1]);
                }
            }
        }
        for (row, sums) in sums.iter().enumerate() {
            // SAFETY: the caller's promise.
            unsafe {
                _mm256_storeu_ps(c.add(row * c_stride + half), sums[0]);
                _mm256_storeu_ps(c.add(row * c_stride + half + 8), sums[1]);
            }
        }
    }
}
