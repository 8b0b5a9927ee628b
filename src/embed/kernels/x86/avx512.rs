//! 512-bit vectors, operands of `f32`.

use super::super::portable::copy_rows;
use super::super::{Kernel, Left, Meanwhile, PANEL, Panel, Sums, Task};
use super::{Operands, operands, zmm};
use core::arch::x86_64::*;

/// Exists only where the processor and the system have AVX-512 F, BW, DQ and VL.
#[derive(Clone, Copy)]
pub(in super::super) struct Avx512(());

impl Avx512 {
    pub(in super::super) fn new() -> Option<Self> {
        let has = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("fma");
        has.then_some(Self(()))
    }
}

impl Kernel for Avx512 {
    zmm::vectors!();
    const ROWS: usize = 12;
    const DEPTH: usize = 1;

    fn run<T: Task>(self, task: T) -> T::Output {
        // SAFETY: `self` exists, so the processor has these features.
        unsafe { entry(self, task) }
    }

    #[inline(always)]
    fn reciprocal(self, a: __m512) -> __m512 {
        // SAFETY: see `splat`.
        unsafe { _mm512_div_ps(_mm512_set1_ps(1.0), a) }
    }

    #[inline(always)]
    fn narrow(self, pair: [__m512; 2], to: &mut [u32]) {
        assert!(to.len() >= 32);
        // SAFETY: see `splat`; 32 lanes are there, and a lane is the bits of one number.
        unsafe {
            _mm512_storeu_ps(to.as_mut_ptr().cast(), pair[0]);
            _mm512_storeu_ps(to.as_mut_ptr().add(16).cast(), pair[1]);
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
                // SAFETY: `self` exists, so the processor has AVX-512 F; `operands` has seen to it that
                // all rows and the panel lie inside their slices.
                unsafe {
                    match left.rows {
                        $($rows => tile::<$rows>(operands),)+
                        _ => unreachable!("no block has more rows"),
                    }
                }
            };
        }
        by_rows!(1 2 3 4 5 6 7 8 9 10 11 12);
        meanwhile.go(self, 0, 1);
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
fn entry<T: Task>(kernel: Avx512, task: T) -> T::Output {
    task.run(kernel)
}

/// `R` rows by one panel, sums in `2 R` registers.
///
/// # Safety
/// The processor has AVX-512 F; the operands were checked for `R` rows.
#[target_feature(enable = "avx512f")]
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
    let mut sums = [[_mm512_setzero_ps(); 2]; R];
    if adds {
        for (row, sums) in sums.iter_mut().enumerate() {
            // SAFETY: the caller's promise.
            unsafe {
                sums[0] = _mm512_loadu_ps(c.add(row * c_stride));
                sums[1] = _mm512_loadu_ps(c.add(row * c_stride + 16));
            }
        }
    }
    for k in 0..depth {
        // SAFETY: the caller's promise, for every k below `depth` and row below `R`.
        unsafe {
            let right = [
                _mm512_loadu_ps(b.add(k * PANEL)),
                _mm512_loadu_ps(b.add(k * PANEL + 16)),
            ];
            for (row, sums) in sums.iter_mut().enumerate() {
                let left = _mm512_set1_ps(*a.add(row * a_stride + k));
                sums[0] = _mm512_fmadd_ps(left, right[0], sums[0]);
                sums[1] = _mm512_fmadd_ps(left, right[1], sums[1]);
            }
        }
    }
    for (row, sums) in sums.iter().enumerate() {
        // SAFETY: the caller's promise.
        unsafe {
            _mm512_storeu_ps(c.add(row * c_stride), sums[0]);
            _mm512_storeu_ps(c.add(row * c_stride + 16), sums[1]);
        }
    }
}
